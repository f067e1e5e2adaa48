#ifndef APP_REPORT_REPORT_H
#define APP_REPORT_REPORT_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/http/http.h"

/*
 * Reports of incidents, from anyone: the public page, a signed-in officer, a mail. A report gets a
 * code (TB-2026-0007) and a secret link at once; it waits in the inbox until it is decided on.
 *
 * States: new, asking (waiting for the reporter's answer), incident (became or joined one),
 * duplicate, spam, closed (answered without an incident).
 */
struct report_new {
    const char *channel; /* "public", "officer", "mail", "api", "sample" */
    struct str title, body;
    struct str kind; /* incident_kinds, or "" */
    struct opt_int occurred_at, detected_at;
    struct str reporter_name, reporter_org, reporter_phone, reporter_email;
    int64_t account_id;        /* 0: none */
    int64_t org_id, system_id; /* chosen by an officer; 0: proposed from the content */
    bool confidential;
    struct str address;    /* of the client */
    struct str message_id; /* of a mail */
    struct str mail_kind;  /* "", "mail", "xarf", "arf" */
    bool automatic;        /* a mail that a program sent: no receipt */
    bool mail_secret;      /* the reporter asked for the link by mail */
    int64_t received_at;
};

struct report_receipt {
    int64_t id;
    struct str code;   /* TB-2026-0007 */
    struct str secret; /* for /r/SECRET: shown once, only its hash is stored */
};

/* Inside the caller's transaction: row, code, secret, observables, proposed owner, audit entry. */
int report_create(struct db *db, struct arena *a, const struct report_new *new_,
                  struct report_receipt *out, struct err *err);

/* Decisions of triage. Each opens its own transaction and needs report.triage over the report.
 * undo_id: with what the decision can be taken back for ten minutes (app/undo); NULL: not asked. */
int report_mark(struct db *db, struct arena *a, int64_t id, int64_t version, const char *state,
                int64_t duplicate_of, struct str reason, const struct actor *by, int64_t now,
                int64_t *undo_id, struct err *err);
int report_ask(struct db *db, struct arena *a, int64_t id, struct str question,
               const struct actor *by, int64_t now, struct err *err);
int report_join(struct db *db, struct arena *a, int64_t id, int64_t version, int64_t incident_id,
                const struct actor *by, int64_t now, struct err *err);

/* Inside the caller's transaction: an answer or a question of the reporter, by the secret link.
 * files: the names of what came along; either it or the text may be empty. */
int report_answer(struct db *db, struct arena *a, int64_t id, struct str body, struct str files,
                  struct str address, int64_t now, struct err *err);

/* What a report without a subject is called in lists: its kind (may be empty) and its first words,
 * those behind a greeting. Empty when there are no words. */
struct str report_title_of(struct arena *a, struct str kind, struct str body);

/* One mail file (EML or mbox): every message becomes a report, or goes into the case that it
 * answers, or is refused with its reason. */
struct report_intake {
    int64_t messages, accepted, duplicates, refused, observables;
    int64_t answers; /* of the accepted: placed in a case that was there */
};
/* The same for one message fetched from a mailbox: `source` names it, so that it is taken once. */
int report_intake_fetched(struct db *db, struct arena *a, const char *path, struct str source,
                          int64_t now, struct report_intake *out, struct err *err);
int report_intake_file(struct db *db, struct arena *a, const char *path, int64_t now,
                       void (*said)(void *ctx, const char *file, int64_t message, struct str code,
                                    const struct err *refused),
                       void *ctx, struct report_intake *out, struct err *err);

extern const struct http_route report_routes[];
extern const size_t report_routes_len;

/* The same over /api/v1, and the exports of the list. */
extern const struct http_route report_api_routes[];
extern const size_t report_api_routes_len;

#endif
