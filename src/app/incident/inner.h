#ifndef APP_INCIDENT_INNER_H
#define APP_INCIDENT_INNER_H

#include "app/incident/incident.h"
#include "app/incident/queries.h"
#include "app/notice/notice.h"

/*
 * What the files of this room share. Every operation on an existing incident goes through
 * incident_change_begin, so that none forgets the transaction, the right, or the version.
 */
struct incident_change {
    struct db *db;
    struct arena *arena;
    int64_t id;
    const struct actor *by;
    int64_t now;
    struct incident_lock_row was; /* the locked row */
};

/* Opens the transaction, locks the row and checks that the actor may use `permission`
 * (INCIDENT_READ, INCIDENT_WRITE or INCIDENT_MANAGE) on it. One that was merged into another is
 * ERR_STATE. version 0: whatever it is; otherwise another version
 * is ERR_CONFLICT, with who changed what. On failure nothing is left open. */
int incident_change_begin(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                          int64_t version, enum permission permission, const struct actor *by,
                          int64_t now, struct err *err);

/* The same inside the caller's transaction, which a failure leaves open. */
int incident_change_join(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                         int64_t version, enum permission permission, const struct actor *by,
                         int64_t now, struct err *err);

/* Only the audit entry: for changes of several incidents in one transaction, which write them last.
 */
int incident_change_audit(struct incident_change *c, const char *action, struct str detail,
                          struct err *err);

/* A line on the timeline with what it concerns; ids 0 for none. */
int incident_change_event(struct incident_change *c, const char *kind, struct str text,
                          int64_t observable_id, int64_t system_id, struct err *err);

/* Tells who is concerned, or only this account (0: all): to be called before the commit. */
int incident_change_tell(struct incident_change *c, enum notice_event event, int64_t account_id,
                         struct str detail, struct err *err);

/* Touches the incident when `touch`, writes the audit entry (detail: a JSON object or empty),
 * commits. */
int incident_change_commit(struct incident_change *c, const char *action, struct str detail,
                           bool touch, struct err *err);

/* Text of search: code, title, kind. */
struct str incident_fold(struct arena *a, struct str code, struct str title, struct str summary);

/* Tasks -------------------------------------------------------------------------------------------
 */
struct incident_task_new {
    struct str title, body;
    int64_t assignee_id; /* 0: nobody yet */
    struct opt_int due_at;
};
int incident_task_add(struct db *db, struct arena *a, int64_t id,
                      const struct incident_task_new *new_, const struct actor *by, int64_t now,
                      struct err *err);

/* Both with the version of the task that the person saw (0: whatever it is), else ERR_CONFLICT. */
int incident_task_change(struct db *db, struct arena *a, int64_t id, int64_t task_id,
                         int64_t version, struct str state, struct str reason,
                         const struct actor *by, int64_t now, struct err *err);
int incident_task_give(struct db *db, struct arena *a, int64_t id, int64_t task_id, int64_t version,
                       int64_t assignee_id, struct opt_int due_at, const struct actor *by,
                       int64_t now, struct err *err);

/* The playbook's tasks, inside the caller's transaction. */
int incident_tasks_from_playbook(struct db *db, int64_t id, bool serious, int64_t now,
                                 enum lang lang, struct err *err);

/* Facts -------------------------------------------------------------------------------------------
 */
struct incident_facts {
    struct str title, summary, kind, severity, severity_why, tlp;
    bool serious;
    struct str org; /* id as text, from the list */
    struct opt_int occurred_at, detected_at, contained_at;
    struct str version;
};
int incident_set_facts(struct db *db, struct arena *a, int64_t id, int64_t version,
                       const struct incident_facts *facts, const struct actor *by, int64_t now,
                       struct err *err);
/* Those of a record, for a form: without a version. */
struct incident_facts incident_facts_of(struct arena *a, const struct incident_get_row *i);
/* What no single field can say. */
int incident_facts_check(struct http_request *req, const struct incident_facts *facts,
                         struct form_state *state, struct err *err);
int incident_set_member(struct db *db, struct arena *a, int64_t id, int64_t account_id, bool member,
                        const struct actor *by, int64_t now, struct err *err);
int incident_set_system(struct db *db, struct arena *a, int64_t id, int64_t system_id, bool on,
                        const struct actor *by, int64_t now, struct err *err);
int incident_remove_party(struct db *db, struct arena *a, int64_t id, int64_t org_id,
                          const struct actor *by, int64_t now, struct err *err);
/* An entry by hand. kind: one of incident_event_choices; what it is linked to must be of this
 * incident (0: nothing), else ERR_INVALID. */
struct incident_event_new {
    int64_t at;
    struct str kind, text;
    int64_t observable_id, system_id;
};
int incident_add_event(struct db *db, struct arena *a, int64_t id,
                       const struct incident_event_new *new_, const struct actor *by, int64_t now,
                       struct err *err);

/* Observables chosen from what was recognised in a text. *added: how many were not there before. */
int incident_add_observables(struct db *db, struct arena *a, int64_t id,
                             const struct form_values *chosen, struct str note,
                             const struct actor *by, int64_t now, int64_t *added, struct err *err);
int incident_drop_observable(struct db *db, struct arena *a, int64_t id, int64_t observable_id,
                             const struct actor *by, int64_t now, struct err *err);

/* The request's uploads become files of the incident; *count: how many there were. */
struct evidence_facts;
int incident_add_files(struct db *db, struct http_request *req, int64_t id,
                       const struct evidence_facts *facts, int64_t *count, struct err *err);

/* The names of the files that were taken of the request, for the audit entry. */
struct str incident_files_detail(const struct http_request *req);

/* Forms, in forms.c, and what they are read into. */
struct incident_task_values {
    struct str title, body, assignee;
    struct opt_int due_at;
};

struct incident_give_values {
    struct str assignee;
    struct opt_int due_at;
};

/* Of the pages and of the API. */
struct incident_state_body {
    struct str state, reason;
    struct opt_int contained_at;
};
extern const struct form incident_state_body;

struct incident_event_values {
    struct str kind, text, system, observable;
    struct opt_int at;
};
/* As it is to be recorded; what names no system or observable names none. */
struct incident_event_new incident_event_of(const struct incident_event_values *in);
extern const struct form_choice incident_event_choices[];
extern const struct form_choice incident_part_choices[]; /* of an organisation in an incident */

struct incident_comment_values {
    struct str body;
};

extern const struct form incident_facts_form, incident_task_form, incident_give_form,
    incident_event_form, incident_comment_form;

/* Handlers of web_change.c, web_part.c, web_fact.c and web_observable.c, named by the route table
 * in web.c. */
typedef int incident_handler(struct http_request *, struct http_response *, struct err *);
incident_handler incident_web_state, incident_web_edit, incident_web_edit_post, incident_web_lead,
    incident_web_member, incident_web_party, incident_web_system, incident_web_comment,
    incident_web_event, incident_web_mail, incident_web_task_add, incident_web_task_state,
    incident_web_fact, incident_web_fact_post, incident_web_task_give, incident_web_recognise,
    incident_web_observables_add, incident_web_observable_drop, incident_web_files,
    incident_web_new, incident_web_new_post;

/* Back to a tab of the incident ("": the first), with a message. */
int incident_web_done(struct http_request *req, struct http_response *res, const char *tab,
                      struct str message);
/* A number of the form that was sent; 0 when there is none. */
int64_t incident_field_int(const struct http_request *req, const char *name);

/* Back to the incident whose facts were saved. `was`: what it was before; of another owner the
 * message says that the former one still sees it, with a button that takes it out. */
int incident_web_saved(struct http_request *req, struct http_response *res, struct db *db,
                       const struct incident_get_row *was, struct err *err);

/* The incident named in the URL, as the actor may see it. */
int incident_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err);

/* The filter of lists by the lead: who=me, who=nobody (0), else everybody's. */
struct opt_int incident_filter_lead(const struct http_request *req);

#endif
