#ifndef APP_ACCOUNT_ACCOUNT_H
#define APP_ACCOUNT_ACCOUNT_H

#include "base/base.h"
#include "sys/db/db.h"
#include "sys/http/http.h"

/*
 * People who sign in, the roles they hold for an organisation and a period, their sessions, and
 * what each role may do (permissions.def).
 */
enum role {
#define ROLE(name, vi, en) ROLE_##name,
#include "app/account/roles.def"
#undef ROLE
    ROLE_COUNT
};

enum permission {
#define PERMISSION(id, name, en, ...) PERM_##id,
#include "app/account/permissions.def"
#undef PERMISSION
    PERM_COUNT
};

const char *role_name(enum role role);  /* "coordinator" */
const char *role_label(enum role role); /* translation key */
bool role_from_name(struct str name, enum role *out);
const char *permission_name(enum permission p); /* "incident.read" */
bool role_may(enum role role, enum permission p);

/* Who is acting: a signed-in person, or nobody (id 0). Lives in the request's arena. */
struct actor {
    int64_t id;
    struct str login;
    struct str name;
    struct str position;
    struct str csrf;
    struct str session; /* id of the session */
    struct str address;
    struct str theme;          /* "", "light", "dark" */
    bool must_change;          /* password must be changed first */
    bool anywhere[PERM_COUNT]; /* holds the permission for at least one organisation, now */
    bool roles[ROLE_COUNT];
    int64_t home_org; /* organisation of the first valid grant, 0: none */
    struct str home_org_name;
};

/* The actor of a request; never NULL (nobody has id 0). */
const struct actor *actor_of(const struct http_request *req);
bool actor_can(const struct actor *actor, enum permission p); /* anywhere */

/* May the actor use the permission on this organisation? Decided in SQL (actor_org). 0,
 * ERR_FORBIDDEN. */
int actor_require(struct db *db, const struct actor *actor, enum permission p, int64_t org_id,
                  int64_t now, struct err *err);

/* Copies the permission table into the database (role_permission) when it differs. At start. */
int account_sync_permissions(struct db_pool *pool, struct err *err);

/* ---- accounts ---------------------------------------------------------------------------------
 */
struct account_new {
    struct str login, name, email, phone, position;
    struct str password; /* plain; "" makes an account that cannot sign in until one is set */
    bool must_change;
};

/* Checks the password rule: 10 to 200 characters, not the login, not among the most common ones. */
int account_check_password(struct str login, struct str password, struct err *err);

/* `by` is the acting administrator (NULL: the command line). *id is the new account. Slow: hashes.
 */
int account_create(struct db *db, struct arena *a, const struct account_new *new_,
                   const struct actor *by, int64_t now, int64_t *id, struct err *err);
/* The same inside the caller's transaction with a password already hashed (sample data). */
int account_insert(struct db *db, struct arena *a, const struct account_new *new_,
                   struct str password_hash, const struct actor *by, int64_t now, int64_t *id,
                   struct err *err);
int account_hash_password(struct arena *a, struct str password, struct str *out, struct err *err);
int account_set_password(struct db *db, struct arena *a, int64_t account_id, struct str password,
                         bool must_change, const struct actor *by, int64_t now, struct err *err);
int account_set_state(struct db *db, struct arena *a, int64_t account_id, bool active,
                      const struct actor *by, int64_t now, struct err *err);
/* Inside the caller's transaction if one is open. */
int account_grant(struct db *db, struct arena *a, int64_t account_id, enum role role,
                  int64_t org_id, int64_t from, struct opt_int to, struct str reason,
                  const struct actor *by, int64_t now, struct err *err);
int account_revoke(struct db *db, struct arena *a, int64_t grant_id, struct str reason,
                   const struct actor *by, int64_t now, struct err *err);

/* ---- sessions ---------------------------------------------------------------------------------
 */
/* The guard for http_options: session cookie, permission of the route, CSRF. ctx: the db_pool. */
int account_guard(struct http_request *req, const struct http_route *route, void *ctx,
                  struct err *err);

extern const struct http_route account_routes[];
extern const size_t account_routes_len;

#endif
