#ifndef APP_LETTER_LETTER_H
#define APP_LETTER_LETTER_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"
#include "sys/mail/mail.h"

/*
 * Mail inside a case: what is written from an incident or a report to the reporter and to anyone
 * else, and what comes back. This room knows neither incidents nor reports; their rooms show the
 * thread, say who may write, and hand over what comes in.
 *
 * What comes in is put where it belongs by the message ids it answers, which are random, so that
 * only who got our mail can name them; else by a code in the subject, when the sender has a part in
 * that record already. A sender's address proves nothing; the thread says how a mail was placed.
 */
struct letter_case {
    int64_t incident_id, report_id; /* one of them, the other 0 */
    struct str code, tlp;           /* tlp of an incident, else "" */
};

struct letter_values {
    struct form_values who, files; /* chosen addresses; ids of attachments */
    struct str to, cc, subject, body;
};
extern const struct form letter_form;

/* Sends; a transaction of its own with the audit entry. Whether the actor may write in the case is
 * the caller's to check. ERR_INVALID with the field in *state. TLP:RED does not go by mail:
 * ERR_STATE. */
int letter_send(struct db *db, struct http_request *req, const struct letter_case *c,
                const struct letter_values *in, struct form_state *state, struct err *err);

/* ---- showing */

struct letter_person {
    struct str name, address, why; /* why: "reporter", "contact", "thread" */
    bool chosen;
};
struct letter_file {
    int64_t id, size;
    struct str uuid, name;
    bool chosen;
};
struct letter_shown {
    int64_t id;
    bool in, automatic;
    struct str sender, to, cc, subject, body, state, answer, by_name, tlp;
    int64_t at;
    VEC(struct letter_file) files;
};
/* A text written beforehand, that may be put into the mail: the caller has them. */
struct letter_text {
    int64_t id;
    struct str name;
};
struct letter_view {
    struct letter_case c;
    VEC(struct letter_text) texts;
    bool writing;      /* the form is open */
    struct str action; /* where the form is sent */
    bool may_write, ready;
    VEC(struct letter_shown) letters;
    VEC(struct letter_person) people;
    VEC(struct letter_file) files;
    struct form_state form;
};
/* The thread, and with may_write whom one may write to. */
int letter_load(struct db *db, struct http_request *req, const struct letter_case *c,
                bool may_write, struct letter_view *out, struct err *err);
/* The form as it was sent, with this text instead of the one that was typed: nothing is checked
 * yet, for it goes on being written. */
void letter_keep_writing(struct http_request *req, struct str body, struct letter_view *out);
int letter_count(struct db *db, struct arena *a, const struct letter_case *c, int64_t *out,
                 struct err *err);

/* ---- over /api/v1: what the rooms of incidents and reports answer there with. Whether the actor
 * may read or write is theirs to check. */

struct api_resource;
extern const struct api_resource letter_resource;
extern const struct form letter_api_form;
int letter_api_list(struct http_request *req, struct http_response *res, struct db *db,
                    const struct letter_case *c, struct err *err);
int letter_api_send(struct http_request *req, struct http_response *res, struct db *db,
                    const struct letter_case *c, struct err *err);

/* ---- what comes in */

struct letter_place {
    int64_t incident_id, report_id; /* 0, 0: it belongs nowhere yet */
    int64_t mail_id;                /* that it answers, or that came back; 0: none */
    bool bounce;                    /* the mail could not be delivered */
    bool automatic;                 /* a program wrote it: it is never answered */
    bool known;                     /* taken in already */
};
int letter_find_place(struct db *db, struct arena *a, const struct mail_message *m, int64_t now,
                      struct letter_place *out, struct err *err);

/* Inside the caller's transaction: into the thread, with what was attached; those concerned are
 * told. A bounce marks its mail. */
int letter_receive(struct db *db, struct arena *a, const struct mail_message *m,
                   const struct letter_place *place, const int64_t *attachments, size_t len,
                   int64_t now, struct err *err);

/* Inside the caller's transaction: true when the source (mailbox and number) was not taken before.
 */
int letter_take_source(struct db *db, struct str source, int64_t now, struct err *err);

/* The text without what it quotes at its end. */
struct str letter_own_words(struct str body);
/* A field of the raw header, unfolded; "" when it is not there. */
struct str letter_header(struct arena *a, struct str headers, const char *name);

#endif
