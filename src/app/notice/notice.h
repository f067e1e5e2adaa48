#ifndef APP_NOTICE_NOTICE_H
#define APP_NOTICE_NOTICE_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * What others are told: operations of other rooms write it down in their own transaction, with the
 * change itself, so that nothing is told that did not happen and nothing that happened goes untold.
 * Jobs hand it on afterwards (app/post): who is concerned and may see the record gets a line in
 * their list and, as they chose, a mail at once or in the daily digest; webhooks get a message.
 *
 * This room knows neither accounts nor pages, so that any room may use it.
 */
enum notice_mail { MAIL_OFF, MAIL_NOW, MAIL_DIGEST, MAIL_FIXED };

enum notice_event {
#define EVENT(id, name, label, mail) NOTICE_##id,
#include "app/notice/events.def"
#undef EVENT
    NOTICE_COUNT
};

struct notice_kind {
    const char *name;      /* "report.new" */
    const char *label;     /* translation key */
    enum notice_mail mail; /* when the person chose nothing */
};
extern const struct notice_kind notice_kinds[NOTICE_COUNT];
bool notice_event_from_name(struct str name, enum notice_event *out);

struct notice_new {
    enum notice_event event;
    int64_t report_id, incident_id; /* the record; 0: none */
    int64_t account_id; /* the only one concerned; 0: everybody concerned with the record */
    struct str detail; /* content for those who may see the record: beginning of the comment, state,
                          title of the task */
    int64_t by_id;     /* who did it, never told of it; 0: a visitor or the program */
    struct str by_name;
    struct str mark; /* what makes it known again, where the clock is the cause; else "" */
};

/* Inside the caller's transaction. What lies more than two days back was loaded, not done just now:
 * nobody is told. */
int notice_put(struct db *db, const struct notice_new *new_, int64_t now, struct err *err);

/* A NOTICE_INCIDENT_MENTION for each active account named by @login in the text; whether it may see
 * the incident is asked when it is handed on. Inside the caller's transaction. */
int notice_mentions(struct db *db, struct arena *a, const struct notice_new *new_, struct str text,
                    int64_t now, struct err *err);

/* A person opens the page of a record (one of the two ids, the other 0): what they were told of it
 * is read. Outside of a transaction; it looks before it writes, and leaves it when the database is
 * busy: a page is not to fail for this. */
int notice_seen(struct db *db, struct arena *a, int64_t account_id, int64_t report_id,
                int64_t incident_id, int64_t now, struct err *err);

/* ---- mails that are written now ---------------------------------------------------------------
 */

struct notice_letter {
    const char *kind; /* "account", "notice", "digest", "receipt", "case", "test" */
    int64_t account_id, report_id, incident_id;
    struct str to, cc;                  /* Name <a@b.c>, with commas */
    struct str subject, body;           /* plain text, LF */
    struct str tlp;                     /* "" none; stands on top of the body and in a header */
    struct str in_reply_to, references; /* message ids without angle brackets, spaces between */
    struct str stop;                    /* token of the link that stops such mails, or "" */
    enum lang lang;
    bool secret;    /* the body is removed once it was sent, and never shown: reset links */
    bool automatic; /* Auto-Submitted: written by the program */
    int64_t by_id;
    struct str by_name;
    const int64_t *attachments;
    size_t attachments_len;
};

/* What the search finds a letter of a case by; what the program writes by itself is not found. */
struct str notice_mail_fold(struct arena *a, struct str subject, struct str body);
/* Inside the caller's transaction: the mail and the job that sends it. *id may be NULL. */
int notice_mail(struct db *db, struct arena *a, const struct notice_letter *letter, int64_t now,
                int64_t *id, struct err *err);

/* To the address of an account; 0 also when it has none (*sent, which may be NULL, tells). For
 * resetting a password: secret. Inside the caller's transaction. */
int notice_mail_account(struct db *db, struct arena *a, int64_t account_id, enum lang lang,
                        struct str subject, struct str body, bool secret, int64_t now, bool *sent,
                        struct err *err);

/* Whether the site has a mail server to send with; without one, mails wait. 1, 0 or an error. */
int notice_mail_ready(struct db *db, struct arena *a, struct err *err);

#endif
