#ifndef APP_POST_POST_H
#define APP_POST_POST_H

#include "app/job/job.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/http/http.h"
#include "sys/mail/send.h"

/*
 * The post office: hands on what other rooms wrote down with app/notice (lists of people, mails,
 * webhooks), sends mails, reads mailboxes, makes the daily digest; and the pages for all that.
 */

/* Every kind of job of the program; NULL at the end. For job_start. */
extern const struct job_kind *const post_jobs[];

/* The settings of mail, as the administrator made them on the site (keys "mail.*"). */
struct post_settings {
    struct str smtp_host, smtp_security, smtp_user,
        smtp_password; /* security: tls, starttls, none */
    struct opt_int smtp_port;
    struct str ca_file;         /* of both servers, "" for what the system trusts */
    struct str from, from_name; /* address of the site */
    struct str signature;       /* below mails that people write in a case */
    struct opt_int digest_hour; /* 0 to 23, in the site's zone */
    struct str imap_host, imap_security, imap_user, imap_password, imap_folder;
    struct str imap_done; /* folder that read messages are moved to; "": they are marked as seen */
    struct opt_int imap_port, imap_minutes;
    bool hook_inside; /* webhooks may lead to addresses inside */
    /* A password is there, but sealed with another site.key: it must be typed in anew. */
    bool smtp_lost, imap_lost;
    int64_t version; /* rises with every change, from 1 */
    struct str seen; /* of the form on the page (web_seen) */
};
int post_settings_load(struct db *db, struct arena *a, struct post_settings *out, struct err *err);
/* Inside the caller's transaction; an empty password keeps the one that is there, unless its user
 * is empty too. ERR_CONFLICT when they are no longer at new_->version (0: whatever they are). */
int post_settings_save(struct db *db, struct arena *a, const struct post_settings *new_,
                       struct err *err);

/* Seals what a version of before left plain: passwords of mail servers, secrets of webhooks. After
 * seal_start, when the service starts; *sealed: how many. */
int post_seal_plain(struct db_pool *pool, int64_t *sealed, struct err *err);

/* How many sealed secrets do not open with the key that is here. */
struct post_lost {
    int64_t passwords, webhooks;
};
int post_secrets_lost(struct db *db, struct arena *a, struct post_lost *out, struct err *err);

/* ---- asking the mail servers --------------------------------------------------------------------
 *
 * With the settings as they are kept; 20 s at most. Nothing is stored. The error's hint says what
 * to do.
 */

/* Connects, greets, encrypts and signs in as for a mail, and sends none. */
int post_probe_smtp(struct arena *a, const struct post_settings *s, struct mail_dialogue *said,
                    struct err *err);
/* Signs in and opens the folder; *waiting: messages in it. */
int post_probe_imap(struct arena *a, const struct post_settings *s, int64_t *waiting,
                    struct err *err);
/* Sends a test mail and says everything the server said. */
int post_try(struct arena *a, const struct post_settings *s, struct str to, enum lang lang,
             int64_t now, struct mail_dialogue *said, struct err *err);

extern const struct http_route post_routes[];
extern const size_t post_routes_len;

/* Notices and webhooks over /api/v1. */
extern const struct http_route post_api_routes[];
extern const size_t post_api_routes_len;
/* The lists of the administrator's pages as files. */
extern const struct http_route post_export_routes[];
extern const size_t post_export_routes_len;
extern const struct http_route post_hook_api_routes[];
extern const size_t post_hook_api_routes_len;

/* Settings of mail, what was sent, jobs: over /api/v1 for the administrator. */
extern const struct http_route post_admin_api_routes[];
extern const size_t post_admin_api_routes_len;

#endif
