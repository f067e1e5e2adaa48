#ifndef APP_INCIDENT_API_H
#define APP_INCIDENT_API_H

#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/incident/case.h"
#include "app/incident/walk.h"

/* What the files of the incidents' API share. */

/* An incident with all that stands on its page. */
struct incident_record {
    struct incident_get_row i;
    struct incident_parties_rows parties;
    struct incident_systems_rows systems;
    struct incident_members_rows members;
    struct incident_reports_rows reports;
    struct incident_counts_row n;
    struct incident_may_row may;
    struct case_get_row whole; /* merged into, followed up, watched */
    struct case_merges_rows merges;
};

extern const struct api_resource incident_item_resource, incident_resource, incident_task_resource,
    incident_comment_resource, incident_event_resource, incident_observable_resource,
    incident_party_resource, incident_member_resource, incident_system_resource,
    incident_history_resource, incident_related_resource, incident_custody_resource;

/* The bodies that the pages have no form for. */
struct incident_lead_body {
    struct str account;
};
struct incident_party_body {
    struct str org, part;
};
struct incident_system_body {
    struct str system;
};
struct incident_task_body {
    struct str state, reason;
};
struct incident_observable_body {
    struct str kind, value, note;
};
extern const struct form incident_lead_body, incident_party_body, incident_system_body,
    incident_task_body, incident_observable_body, incident_bulk_body;

extern const struct api_list incident_list_api;

/* The record as the actor sees it now. */
int incident_api_load(struct http_request *req, struct db *db, int64_t id,
                      struct incident_record *out, struct err *err);
/* The same as the answer. */
int incident_api_answer(struct http_request *req, struct http_response *res, struct db *db,
                        int64_t id, struct err *err);

/* The organisation or account that a member of the body names; *id 0 when it is empty (an account
 * only). An unknown one is an error of the member. */
int incident_api_org(struct http_request *req, struct db *db, const char *member, struct str code,
                     int64_t *id, struct err *err);
int incident_api_account(struct http_request *req, struct db *db, const char *member,
                         struct str login, int64_t *id, struct err *err);
/* An operation's ERR_INVALID as an error of the member: the person may not take part. */
int incident_api_person_refused(struct http_request *req, const char *member, int r,
                                struct err *err);

/* Opens an incident with the facts, from a template unless it is 0, and answers with its record. A
 * transaction of its own. */
int incident_api_open(struct http_request *req, struct http_response *res, struct db *db,
                      const struct incident_facts *in, int64_t template_id, struct err *err);
/* Rows of the route tables. */
#define INCIDENT_OP(...)                                                                           \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "incidents", __VA_ARGS__                                                            \
    }
#define INCIDENT_READ(pattern, handler, ...)                                                       \
    {                                                                                              \
        HTTP_GET, pattern, "incident.read", handler, .scope = "incident", INCIDENT_OP(__VA_ARGS__) \
    }
#define INCIDENT_CHANGE(method, pattern, permission, handler, ...)                                 \
    {                                                                                              \
        method, pattern, permission, handler, HTTP_BODY_RAW, .scope = "incident",                  \
                                                             INCIDENT_OP(__VA_ARGS__)              \
    }
#define INCIDENT_MANY(pattern, handler, ...)                                                       \
    {                                                                                              \
        HTTP_POST, pattern, "incident.read", handler, HTTP_BODY_RAW, .scope = "none",              \
                                                                     INCIDENT_OP(__VA_ARGS__)      \
    }

/* Handlers of api_change.c and api_bulk.c, named by the route tables in api.c and api_case.c. */
incident_handler incident_api_create, incident_api_edit, incident_api_state, incident_api_lead,
    incident_api_party_add, incident_api_party_drop, incident_api_member_add,
    incident_api_member_drop, incident_api_system_add, incident_api_system_drop,
    incident_api_comment, incident_api_event, incident_api_task_add, incident_api_task_state,
    incident_api_task_give, incident_api_observable_add, incident_api_observable_drop,
    incident_api_files, incident_api_custody, incident_api_bulk, incident_api_undo,
    incident_api_board, incident_api_card;
extern const struct api_resource incident_column_resource;
extern const struct form incident_card_body;

#endif
