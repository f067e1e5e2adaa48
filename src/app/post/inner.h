#ifndef APP_POST_INNER_H
#define APP_POST_INNER_H

#include "app/notice/notice.h"
#include "app/post/post.h"
#include "app/post/queries.h"
#include "sys/form/form.h"

/* What the files of this room share. */

/* Files of one mail together: most servers take 20 to 25 MB, and base 64 adds a third. */
enum { FILES_LIMIT = 15 << 20, DIGEST_HOUR = 7 };

/* Jobs, in fanout.c, deliver.c, digest.c. */
int post_run_notice(struct job_run *run, struct err *err);
int post_run_mail(struct job_run *run, struct err *err);
int post_run_digest(struct job_run *run, struct err *err);
int post_run_due(struct job_run *run, struct err *err);
int post_run_sweep(struct job_run *run, struct err *err);
int post_run_poll(struct job_run *run, struct err *err); /* poll.c */

/* ---- settings */
int post_setting_text(struct db *db, struct arena *a, const char *key, struct str *out,
                      struct err *err);
/* ERR_STATE when the password is lost. */
int post_smtp(struct arena *a, const struct post_settings *s, struct mail_server *out,
              struct err *err);
int post_imap(struct arena *a, const struct post_settings *s, struct mail_server *out,
              struct err *err);
/* The mailbox as the table mail_box names it: "user@host/folder". */
struct str post_box_name(struct arena *a, const struct post_settings *s);
extern const struct form post_settings_form;
extern const struct form_choice post_securities[];
/* As people and programs are shown them: without passwords, with what holds unless chosen. */
void post_settings_shown(struct post_settings *s);

/* By what the audit log knows the settings of mail among what else is a setting: rows have ids
 * from 1. */
enum { POST_SETTINGS_ID = -1 };

/* ---- what the administrator's pages and the API do alike (admin.c) */

/* Checks and keeps the settings, in a transaction of its own with its audit entry. ERR_INVALID with
 * the errors in *state, ERR_FORBIDDEN for who does not run the whole site, ERR_CONFLICT. */
int post_settings_change(struct http_request *req, struct db *db, const struct post_settings *s,
                         struct form_state *state, struct err *err);
/* A test mail with the settings as they are kept. ERR_INVALID when `to` is not one address. */
int post_settings_try(struct http_request *req, struct db *db, struct str to,
                      struct mail_dialogue *said, struct err *err);
/* Transactions of their own with their audit entries. ERR_STATE, ERR_NOT_FOUND. */
int post_mail_again(struct http_request *req, struct db *db, int64_t id, struct err *err);
int post_job_change(struct http_request *req, struct db *db, int64_t id, bool retry,
                    struct err *err);

/* ---- secrets, sealed with the site's key (secret.c) */

/* The secret of a setting, "" when there is none; *lost: it cannot be opened. */
int post_secret_read(struct db *db, struct arena *a, struct str key, struct str *out, bool *lost,
                     struct err *err);
/* Inside the caller's transaction; "" forgets it. */
int post_secret_write(struct db *db, struct arena *a, struct str key, struct str secret,
                      struct err *err);
struct str post_hook_seal(struct arena *a, struct str uuid, struct str secret);
/* ERR_INVALID when it was sealed with another key. */
int post_hook_open(struct arena *a, struct str uuid, struct str sealed, struct str *secret,
                   struct err *err);

/* ---- words */

/* What happened, in one line: "Lan commented: ..."; `open` false leaves everything out that the
 * record holds. */
struct str post_event_line(struct arena *a, enum lang lang, const struct post_line_row *line,
                           bool open);
const char *post_event_icon(struct str event);
struct str post_event_label(enum lang lang, struct str event);
/* TLP marks whose content does not go into mails: only code and link (TLP 2.0: red is for named
 * people, amber+strict for one organisation; a mail passes through others' hands). */
bool post_tlp_closed(struct str tlp);
/* "https://.../incidents/SC-2026-0042"; "" without a record. */
struct str post_record_url(struct arena *a, struct str incident_code, struct str report_code);
struct str post_path(struct arena *a, struct str incident_code, struct str report_code);
struct str post_mail_state_label(enum lang lang, struct str state);
struct str post_mail_kind_label(enum lang lang, struct str kind);

/* ---- mails */

/* The token of the link that stops a person's mails; made when missing. Inside a transaction. */
int post_stop(struct db *db, struct arena *a, int64_t account_id, struct str *token,
              struct err *err);
/* Builds the mail as it would go out. */
int post_compose(struct arena *a, const struct post_settings *s, const struct post_mail_row *m,
                 const struct post_mail_files_rows *files, struct str *wire, struct err *err);
/* Handlers of web_admin.c, named by the route table in web.c. */
typedef int post_handler(struct http_request *, struct http_response *, struct err *);
post_handler post_web_settings, post_web_settings_post, post_web_test, post_web_mails,
    post_web_mail, post_web_resend, post_web_jobs, post_web_job_retry, post_web_job_drop;

#endif
