#ifndef APP_REPORT_INNER_H
#define APP_REPORT_INNER_H

#include "app/incident/incident.h"
#include "app/report/queries.h"
#include "app/report/report.h"
#include "sys/form/form.h"

/* What one form of the public pages may bring, in bytes: the limit of its route. */
#define REPORT_FILES_MAX (64LL * 1024 * 1024)

/* What the files of this room share. */

/* A decision on a report: transaction open, row locked, right checked. Nothing is left open on
 * failure. */
struct report_change {
    struct db *db;
    struct arena *arena;
    int64_t id;
    const struct actor *by;
    int64_t now;
    struct report_lock_row was;
};
int report_change_begin(struct report_change *c, struct db *db, struct arena *a, int64_t id,
                        int64_t version, const struct actor *by, int64_t now, struct err *err);
/* The same inside the caller's transaction, which a failure leaves open. */
int report_change_join(struct report_change *c, struct db *db, struct arena *a, int64_t id,
                       int64_t version, const struct actor *by, int64_t now, struct err *err);
int report_audit(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
                 struct str detail, const struct actor *by, int64_t now, struct err *err);
/* Whether a decided report may still be decided on: only new and asking ones may. */
bool report_is_open(struct str state);

/* tell.c, inside the caller's transaction: those who decide, and the reporter where they gave an
 * address and the site sends mails. subject_key: a translation key with the code as {0}. */
int report_tell_new(struct db *db, struct arena *a, const struct report_new *new_,
                    const struct report_receipt *receipt, struct err *err);
int report_tell_answer(struct db *db, struct arena *a, int64_t id, struct opt_int incident_id,
                       struct str body, int64_t now, struct err *err);
int report_tell_reporter(struct db *db, struct arena *a, int64_t id, struct str code,
                         const char *subject_key, struct str text, const struct actor *by,
                         int64_t now, struct err *err);

/* The stored form of a secret: SHA-256, hexadecimal. */
struct str report_secret_hash(struct arena *a, struct str secret);

/* What is searched for observables and names: title and body, or the body alone when the title is
 * cut off from it, for a cut address is another one. */
struct str report_text(struct arena *a, struct str title, struct str body);

/* Opens an incident from the report and joins it, in one transaction. */
int report_open_incident(struct db *db, struct arena *a, int64_t id, int64_t version,
                         const struct incident_new *new_, const struct actor *by, int64_t now,
                         struct str *code, struct err *err);

/* Corrects who the report concerns. */
int report_assign_owner(struct db *db, struct arena *a, int64_t id, int64_t org_id,
                        const struct actor *by, int64_t now, struct err *err);

/* With their labels. */
extern const struct form_choice report_states[];
extern const struct form_choice report_channels[];

/* Forms
 * -------------------------------------------------------------------------------------------- */
struct report_public_values {
    struct str kind, body, where;
    struct opt_int detected_at;
    struct str name, org, phone, email;
    bool mail_link, confidential;
};
extern const struct form report_public_form;

struct report_officer_values {
    struct str system, title, kind, body;
    struct opt_int occurred_at, detected_at;
    struct str phone, email;
    bool confidential;
};
extern const struct form report_officer_form;

struct report_answer_values {
    struct str body;
};
extern const struct form report_answer_form;
extern const struct form report_reply_form; /* the same; a file may take the place of the words */

struct report_open_values {
    struct str title, org, kind, severity, tlp;
    bool serious;
    struct opt_int detected_at;
};
extern const struct form report_open_form;

/* What the pages and the API share
 * -----------------------------------------------------------------
 */

/* A report the actor may read, by its code however it was typed (code_read); ERR_NOT_FOUND. */
int report_find(struct db *db, struct arena *a, struct str code, const struct actor *actor,
                int64_t now, int64_t *id, struct err *err);
/* The report named by the code or the secret in the URL. */
int report_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err);
int report_find_secret(struct http_request *req, struct db **db, int64_t *id, struct err *err);
/* What was typed, as a report; that of an officer concerns their own organisation until a system is
 * chosen. */
void report_public_new(struct http_request *req, const struct report_public_values *in,
                       struct report_new *out);
void report_officer_new(struct http_request *req, const struct report_officer_values *in,
                        struct report_new *out);
/* The incident that the decision makes of a report. */
int report_incident_of(const struct report_get_row *report, const struct report_open_values *in,
                       int64_t org_id, struct incident_new *out, struct err *err);
/* Whether this address may send one more report; when not, the answer gets its status and
 * Retry-After, and *wait says how long until the next. */
bool report_may_submit(const struct http_request *req, struct http_response *res, int64_t *wait);
/* The same for any limit. */
struct limit;
bool report_limit_take(struct limit *l, struct str key, const struct http_request *req,
                       struct http_response *res, int64_t *wait);
/* What to tell who has to wait. */
struct str report_wait_words(const struct http_request *req, int64_t wait);
/* The absolute link to follow a report. */
struct str report_link(struct http_request *req, struct str secret);

/* Handlers of web_public.c and web_triage.c, named by the route table in web.c. */
typedef int report_handler(struct http_request *, struct http_response *, struct err *);
report_handler report_web_public, report_web_public_post, report_web_follow, report_web_follow_post,
    report_web_track, report_web_track_post, report_web_officer, report_web_officer_post,
    report_web_list, report_web_page, report_web_open, report_web_join, report_web_mark,
    report_web_ask, report_web_mail, report_web_owner;

#endif
