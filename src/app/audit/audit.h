#ifndef APP_AUDIT_AUDIT_H
#define APP_AUDIT_AUDIT_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * The audit log: a hash chain written in the same transaction as the change it tells of. Each row's
 * hash is SHA-256 over the previous row's hash and every field of the row, so that an edited,
 * removed or reordered row is found by audit_verify.
 */
struct audit_entry {
    int64_t at;
    int64_t actor_id;        /* 0: nobody signed in (a visitor, the program) */
    struct str actor_name;   /* "" for a visitor */
    const char *action;      /* "incident.close", "account.sign_in" */
    const char *object_kind; /* "incident", "report", "account", ... */
    int64_t object_id;       /* 0: none */
    struct str object_code;  /* as people know it: SC-2026-0042 */
    struct str address;      /* of the client */
    struct str detail;       /* a JSON object, or empty */
};

/* Must be called inside the transaction of the change. */
int audit_write(struct db *db, struct arena *a, const struct audit_entry *entry, struct err *err);

/*
 * Personal data goes from entries, not the entries themselves: their texts are replaced, their hash
 * stays, and a new entry (AUDIT_ERASE, whose detail gets the number of rows and a digest over what
 * now stands in them) attests the replacement. audit_verify holds such a row to that digest.
 * The salt that a row's hash covers is forgotten, so nothing can be guessed from the hash.
 */
#define AUDIT_ERASE "person.erase"
struct audit_texts {
    int64_t seq;
    struct str actor_name, object_code, address, detail;
};
/* Inside the caller's transaction, and last. rows: sorted by seq. `entry`: who, when, of what; its
 * action and detail are set here. The detail of an entry that attests an erasure stays. */
int audit_erase(struct db *db, struct arena *a, const struct audit_texts *rows, size_t n,
                const struct audit_entry *entry, struct str reason, struct err *err);

struct audit_head {
    int64_t seq;
    struct str hash;
};
int audit_head(struct db *db, struct arena *a, struct audit_head *out, struct err *err);

/* Walks the whole chain. 0 and *checked rows; ERR_CORRUPT naming the first row that does not fit
 * and what is wrong with it (edited, missing, reordered, truncated). */
int audit_verify(struct db *db, int64_t *checked, struct err *err);
/* The same, and the chain must lead through an earlier head that was kept elsewhere: this finds a
 * log that was written anew from some entry on. */
int audit_verify_through(struct db *db, struct str earlier, int64_t *checked, struct err *err);

/* What actions.def lists, for menus: a kind of record, or something that happens to it. */
struct audit_choice {
    const char *value; /* "incident." or "incident.close" */
    const char *label; /* translation key */
    bool kind;
};
struct audit_choices {
    const struct audit_choice *at;
    size_t len;
};
extern const struct audit_choices audit_choices;

/* Who changes things from the command line; audit_actor_text says it in words. */
#define AUDIT_COMMAND_LINE "command line"
struct str audit_actor_text(enum lang lang, struct str name);

/* In words; the name itself for one that actions.def does not list. */
struct str audit_action_text(enum lang lang, struct str action);

#endif
