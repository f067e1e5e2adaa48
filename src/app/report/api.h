#ifndef APP_REPORT_API_H
#define APP_REPORT_API_H

#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/report/inner.h"
#include "app/report/walk.h"

/* What the files of the reports' API share. */
struct report_record {
    struct report_get_row r;
    struct report_may_row may;
    struct report_messages_rows messages;
    struct report_observables_rows observables;
    struct attachments files;
    struct report_history_rows history;
};

/* What its sender gets, once. */
struct report_sent {
    struct str code, secret, link;
    int64_t received_at;
};

/* What its sender sees behind the secret. */
struct report_followed {
    struct report_get_row r;
    struct report_messages_rows messages;
    struct attachments files;
    struct str incident_code, incident_state;
    struct opt_int incident_opened_at, incident_closed_at;
};

extern const struct api_resource report_item_resource, report_resource, report_sent_resource,
    report_followed_resource;

struct report_decision_body {
    struct str to, original, reason;
};
struct report_join_body {
    struct str incident;
};
struct report_owner_body {
    struct str org;
};
extern const struct form report_decision_body, report_join_body, report_owner_body,
    report_bulk_body;

/* Handlers of api_public.c, named by the route table in api.c. */
report_handler report_api_public, report_api_follow, report_api_answer, report_api_officer;

/* Handlers of api_many.c. */
report_handler report_api_bulk, report_api_undo, report_api_mail_list, report_api_mail;

/* The record as the actor may see it, as the answer. */
int report_api_answer_record(struct http_request *req, struct http_response *res, struct db *db,
                             int64_t id, struct err *err);

#endif
