#ifndef APP_ACCOUNT_INNER_H
#define APP_ACCOUNT_INNER_H

#include "app/account/account.h"
#include "app/audit/audit.h"
#include "base/clock.h"

/* What the files of this room share. */

/* ---- password.c */
/* What is left of a password when case, digits for letters and what surrounds it are taken away. */
struct str password_core(struct arena *a, struct str password);

/* Only so many passwords are hashed at once (64 MiB each), and only so many threads wait for it:
 * ERR_BUSY beyond. verify and hash_now are called between enter and leave. */
int password_gate_enter(struct err *err);
void password_gate_leave(void);
void password_gate_limits(int running,
                          int waiting); /* for tests; 0: the default, -1: nobody waits */
/* True when right. An empty hash (unknown login, no password set) costs the same time and is never
 * right. */
bool password_verify(struct arena *a, struct str hash, struct str password);
int password_hash_now(struct arena *a, struct str password, struct str *out, struct err *err);
bool password_is_outdated(struct arena *a, struct str hash);
int64_t password_hashes(void); /* computed since the start, for the metrics */

/* ---- session.c */
#define SESSION_ABSOLUTE (7 * DAY_MS)
#define SESSION_KEEP     (90 * DAY_MS) /* ended sessions are known addresses for 30, kept for 90 */

/* Fills *out for the session behind the cookie's token: 1, or 0 when there is none that holds. */
int session_find(struct db *db, struct arena *a, struct str token, int64_t now, struct actor *out,
                 struct str *csrf, enum lang *lang, struct err *err);
struct str session_id(struct arena *a, struct str token); /* SHA-256 in hex */
#define METHOD_PASSWORD "password"
#define METHOD_PROVIDER "provider"
/* In a transaction. */
int session_open(struct db *db, struct arena *a, int64_t account_id, const char *method,
                 struct str address, struct str agent, int64_t now, struct str *token,
                 struct err *err);
/* One of the grants that hold now: what the actor may do by it. */
void actor_add_grant(struct actor *actor, struct str role, int64_t org_id, struct str org_name);

/* ---- token.c */
/* The token of a request below /api/: true when there is an Authorization: Bearer. */
bool token_of(const struct http_request *req, struct str *token);
/* Fills *out for the token, or fails as the header says; counts its use. */
int token_find(struct db *db, struct arena *a, struct str token, struct str address, int64_t now,
               struct actor *out, enum lang *lang, struct err *err);

/* ---- csrf.c */
int csrf_start(struct db *db, struct arena *a, struct err *err); /* in a transaction */
struct str csrf_mask(struct arena *a, struct str secret);
bool csrf_check(struct str secret, struct str token);

/* ---- sign_in.c */
/* Once an hour, in a transaction of its own: forgets old failures and long-ended sessions. */
int sign_in_sweep(struct db *db, int64_t now, struct err *err);
/* What failures are counted by: an IPv4 address, an IPv6 /64, or the text itself. */
struct str sign_in_address_key(struct arena *a, struct str address);
/* Counts one failure under a key before it is known to be one, or refuses (ERR_LIMIT, *wait) while
 * its pause lasts. In a transaction, which is committed in either case. *before: the last failure,
 * for failure_undo. */
struct failure_rule {
    int64_t free;   /* failures without a pause */
    int64_t forget; /* ms after the last one */
};
int failure_count(struct db *db, struct arena *a, struct str key, struct failure_rule rule,
                  int64_t now, int64_t *before, int64_t *wait, struct err *err);
/* How long after the last failure the next attempt is refused, ms. */
int64_t sign_in_pause(int64_t failed, int64_t free_attempts);

/* ---- factor.c */
/* Somebody has shown who they are: opens a session (0), or, for whom a code is asked, the step
 * before it (1); the token is for the cookie. In a transaction; writes the audit entry. */
struct entrance {
    int64_t account_id;
    struct str login, name;
    const char *method; /* METHOD_... */
    struct str address, agent;
    bool no_code; /* the provider has asked for a second factor already */
};
int sign_in_enter(struct db *db, struct arena *a, const struct entrance *in, int64_t now,
                  struct str *token, struct err *err);
/* Whether the code is right now, of the clock or one of those for recovery; uses it up. */
int factor_use(struct db *db, struct arena *a, int64_t account_id, struct str code, int64_t now,
               bool *right, struct err *err);

/* ---- account.c */
int account_audit(struct db *db, struct arena *a, const struct actor *by, const char *action,
                  int64_t account_id, struct str login, struct str detail, int64_t now,
                  struct err *err);

/* ---- tell.c: notices to the owner of an account; inside the caller's transaction, before the
 * entry in the audit log */

/* What account_audit writes down; most actions are told to nobody. */
int account_tell(struct db *db, struct arena *a, const struct actor *by, const char *action,
                 int64_t account_id, int64_t now, struct err *err);
int account_tell_locked(struct db *db, struct arena *a, int64_t account_id, int64_t now,
                        struct err *err);
/* Of a session that is about to be opened: told when its browser or its network is none of those
 * of the sessions that are kept (retention rule "sessions"). */
int account_tell_device(struct db *db, struct arena *a, int64_t account_id, struct str name,
                        struct str address, struct str agent, int64_t now, struct err *err);

#endif
