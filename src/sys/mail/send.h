#ifndef SYS_MAIL_SEND_H
#define SYS_MAIL_SEND_H

#include "base/base.h"

#include <stdatomic.h>

/*
 * Mail that leaves and mail that waits in a mailbox: messages are built with gmime, servers are
 * spoken to with libcurl. Nothing here interprets a foreign message; mail_parse_file does.
 */

/* ---- messages ---------------------------------------------------------------------------------
 */

struct mail_draft_file {
    struct str content;
    struct str name, type;
};

struct mail_draft {
    struct str from, to, cc, reply_to; /* Name <a@b.c>, with commas */
    struct str subject;
    struct str message_id;  /* without angle brackets */
    struct str in_reply_to; /* the same, "" for none */
    struct str references;  /* the same, spaces between */
    int64_t date;
    int zone; /* minutes east of UTC */
    struct str text, html;
    struct str lang;     /* "vi" */
    struct str list_id;  /* "ungcuu.example.vn", "" for none */
    struct str stop_url; /* List-Unsubscribe, one click (RFC 8058); "" for none */
    struct str tlp;      /* "TLP:AMBER", "" for none */
    bool automatic;      /* Auto-Submitted: auto-generated (RFC 3834) */
    const struct mail_draft_file *files;
    size_t files_len;
};

/* The message as it goes over the wire: ASCII, lines end in CRLF. ERR_INVALID for an address that
 * is none. */
int mail_build(struct arena *a, const struct mail_draft *draft, struct str *out, struct err *err);

struct mail_person {
    struct str name, address; /* the address in lower case behind the @ */
};
VEC_TYPE(mail_people, struct mail_person);
/* "Lan <lan@example.vn>, x@example.vn" taken apart; false when something in it is no address. */
bool mail_people_parse(struct arena *a, struct str list, struct mail_people *out);

/* ---- servers ----------------------------------------------------------------------------------
 */

enum mail_security { MAIL_OPEN, MAIL_STARTTLS, MAIL_TLS };

struct mail_server {
    const char *host;
    int port;
    enum mail_security security; /* certificates are always checked, names too */
    const char *user, *password; /* NULL: no sign-in */
    const char *ca_file;         /* NULL: what the system trusts */
    int seconds;                 /* for the whole exchange; 0: 60 */
    const atomic_bool *stopping; /* leave off when it becomes true; NULL: never */
};

struct mail_dialogue {
    int code;          /* of the last answer: 250, 550, ...; 0: none */
    bool permanent;    /* the server refused this message or recipient for good */
    struct str answer; /* the last line of the server */
    struct str lines;  /* what was said, "> " ours and "< " theirs, without passwords and content */
};

/* Hands the message over for all recipients, or for none. ERR_UNAVAILABLE, ERR_AUTH, ERR_INVALID
 * (refused for good); *out is filled in any case. */
int mail_send(struct arena *a, const struct mail_server *server, struct str sender,
              const struct str *recipients, size_t recipients_len, struct str message,
              struct mail_dialogue *out, struct err *err);

/* Connects, greets as from `sender`, encrypts and signs in as mail_send does; no mail is sent. The
 * same errors. */
int mail_probe(struct arena *a, const struct mail_server *server, struct str sender,
               struct mail_dialogue *out, struct err *err);

/* A mailbox, open on one connection. */
struct mail_box;
int mail_box_open(struct mail_box **out, const struct mail_server *server, const char *folder,
                  struct err *err);
void mail_box_close(struct mail_box *box);
void mail_box_closep(struct mail_box **box); /* for _cleanup_ */

/* UIDs above `after`, rising, at most `limit`; UIDs mean nothing once *validity differs (RFC 9051
 * section 2.3.1.1). */
VEC_TYPE(mail_uids, int64_t);
int mail_box_list(struct mail_box *box, struct arena *a, int64_t after, size_t limit,
                  int64_t *validity, struct mail_uids *out, struct err *err);
/* Writes the message to fd. ERR_TOO_LARGE beyond `limit` bytes, ERR_NOT_FOUND when it is gone. */
int mail_box_fetch(struct mail_box *box, int64_t uid, int fd, int64_t limit, struct err *err);
/* Moves the message to a folder, or with NULL marks it as seen. */
int mail_box_done(struct mail_box *box, int64_t uid, const char *folder, struct err *err);

#endif
