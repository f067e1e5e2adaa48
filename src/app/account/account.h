#ifndef APP_ACCOUNT_ACCOUNT_H
#define APP_ACCOUNT_ACCOUNT_H

#include "base/base.h"
#include "base/clock.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
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

const char *role_name(enum role role);          /* "coordinator" */
const char *role_label(enum role role);         /* translation key */
extern const struct form_choice role_choices[]; /* of a form: all roles */
bool role_from_name(struct str name, enum role *out);
const char *permission_name(enum permission p); /* "incident.read" */
const char *permission_label(enum permission p);
bool permission_from_name(const char *name, enum permission *out);
bool role_may(enum role role, enum permission p);

/* Who is acting: a signed-in person, or nobody (id 0). Lives in the request's arena. */
struct actor {
    int64_t id;
    struct str login;
    struct str name;
    struct str position;
    struct str csrf;
    struct str session; /* id of the session; "" with a token */
    int64_t token;      /* id of the API token; 0 with a session */
    struct str address;
    struct str theme;          /* "", "light", "dark" */
    bool must_change;          /* password must be changed first */
    bool has_factor;           /* a second factor is set up */
    bool must_factor;          /* a second factor must be set up first: a role asks for it */
    bool by_provider;          /* signed in through the provider */
    int64_t confirmed_at;      /* when they last proved who they are in this session */
    bool anywhere[PERM_COUNT]; /* holds the permission for at least one organisation, now */
    bool roles[ROLE_COUNT];
    int64_t home_org; /* organisation of the first valid grant, 0: none */
    struct str home_org_name;
};

/* The actor of a request; never NULL (nobody has id 0). */
const struct actor *actor_of(const struct http_request *req);
bool actor_can(const struct actor *actor, enum permission p); /* anywhere */
/* Proved who they are within the last 15 minutes: routes marked `fresh` are open. */
bool actor_is_fresh(const struct actor *actor, int64_t now);
/* Holds the permission for the organisation that the site was made for: may change what holds for
 * everybody. 0, ERR_FORBIDDEN. */
int actor_require_site(struct db *db, const struct actor *actor, enum permission p, int64_t now,
                       struct err *err);
/* Whether the account holds the permission for every organisation, so that a list of it needs no
 * scope in each row. Not narrowed by a token. */
int actor_reaches_all(struct db *db, struct arena *a, const struct actor *actor, enum permission p,
                      int64_t now, bool *wide, struct err *err);

/* The language ("", "vi", "en") or theme ("", "light", "dark") that goes with the person from
 * device to device; a NULL pointer leaves it. A transaction of its own. */
int account_set_look(struct db *db, struct arena *a, const struct actor *actor, struct str lang,
                     struct str theme, int64_t now, struct err *err);

/* May the actor use the permission on this organisation? Decided in SQL (actor_org). 0,
 * ERR_FORBIDDEN. */
int actor_require(struct db *db, const struct actor *actor, enum permission p, int64_t org_id,
                  int64_t now, struct err *err);

/* Writes in the audit log what the actor did (NULL: a command of the shell) to a record: see
 * audit_write. object_id 0: none. */
int actor_audit(struct db *db, struct arena *a, const struct actor *by, int64_t now,
                const char *action, const char *object_kind, int64_t object_id,
                struct str object_code, struct str detail, struct err *err);

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
/* Why it would be refused, a translation key; NULL when it is good. */
const char *password_problem(struct str login, struct str password);
/* A login as it is stored: lower case, no spaces around. */
struct str account_login_fold(struct arena *a, struct str login);

/* `by` is the acting administrator (NULL: the command line). *id is the new account. Slow: hashes.
 */
int account_create(struct db *db, struct arena *a, const struct account_new *new_,
                   const struct actor *by, int64_t now, int64_t *id, struct err *err);
/* The same inside the caller's transaction with a password already hashed (sample data). */
int account_insert(struct db *db, struct arena *a, const struct account_new *new_,
                   struct str password_hash, const struct actor *by, int64_t now, int64_t *id,
                   struct err *err);
/* 80 random bits in groups that can be read out on the phone: "k7md-02qx-...". */
struct str account_one_time_password(struct arena *a);
int account_hash_password(struct arena *a, struct str password, struct str *out, struct err *err);
int account_set_password(struct db *db, struct arena *a, int64_t account_id, struct str password,
                         bool must_change, const struct actor *by, int64_t now, struct err *err);
/* The same with a password hashed before, so that no connection waits for the hash. Ends the
 * account's other sessions and any pause. */
int account_set_hash(struct db *db, struct arena *a, int64_t account_id, struct str hash,
                     bool must_change, const struct actor *by, int64_t now, struct err *err);

/* May `by` change this account (see account_grant)? ERR_FORBIDDEN; NULL may. */
int account_require_manage(struct db *db, const struct actor *by, int64_t account_id, int64_t now,
                           struct err *err);

struct account_profile {
    struct str name, email, phone, position;
};
/* ERR_CONFLICT when `version` is not the row's any more. */
int account_set_profile(struct db *db, struct arena *a, int64_t account_id, int64_t version,
                        const struct account_profile *profile, const struct actor *by, int64_t now,
                        struct err *err);
/* What a person may change themselves. */
struct account_own {
    struct str email, phone, lang, theme;
    struct opt_int version; /* as it was read; NO_INT: whatever it is */
};
/* ERR_CONFLICT: it has changed since. */
int account_set_own(struct db *db, struct arena *a, const struct account_own *own,
                    const struct actor *by, int64_t now, struct err *err);
int account_set_state(struct db *db, struct arena *a, int64_t account_id, bool active,
                      const struct actor *by, int64_t now, struct err *err);
/* account_create, password hashed already, and the first grant in one transaction: how an
 * administrator makes an account. */
struct account_first_grant {
    enum role role;
    int64_t org_id;
    int64_t from;
    struct opt_int to;
    struct str reason;
};
int account_create_granted(struct db *db, struct arena *a, const struct account_new *new_,
                           struct str password_hash, const struct account_first_grant *grant,
                           const struct actor *by, int64_t now, int64_t *id, struct err *err);

/*
 * Roles. `by` must hold account.write for org_id and for every organisation where the account has
 * a grant that has not ended (decided in SQL; ERR_FORBIDDEN), and it may not be the account itself:
 * nobody widens their own rights. ERR_EXISTS when the same role for the same organisation overlaps.
 * Revoking asks only for account.write over the grant's own organisation. Inside the caller's
 * transaction if one is open.
 */
int account_grant(struct db *db, struct arena *a, int64_t account_id, enum role role,
                  int64_t org_id, int64_t from, struct opt_int to, struct str reason,
                  const struct actor *by, int64_t now, struct err *err);
int account_revoke(struct db *db, struct arena *a, int64_t grant_id, struct str reason,
                   const struct actor *by, int64_t now, struct err *err);

/* Every grant of this role for this organisation that has not ended; ERR_NOT_FOUND when there is
 * none. A transaction of its own. */
int account_revoke_role(struct db *db, struct arena *a, int64_t account_id, enum role role,
                        int64_t org_id, struct str reason, const struct actor *by, int64_t now,
                        struct err *err);

/* ---- for the command line, which sees everyone */
int account_find(struct db *db, struct arena *a, struct str login, int64_t *id, struct err *err);
int account_find_org(struct db *db, struct arena *a, struct str code, int64_t *id, struct err *err);

/* An account with one of its grants that have not ended, or without any (role NULL). */
struct account_listed {
    struct str login, name, email, state;
    struct opt_int last_login_at;
    struct str role, org_code, org_name;
    struct opt_int valid_from, valid_to;
};
typedef int account_listed_fn(void *ctx, const struct account_listed *row, struct err *err);
/* By login; the grants of one account follow each other. Slices live during the call. */
int account_each(struct db *db, int64_t now, account_listed_fn *fn, void *ctx, struct err *err);

/* ---- second factor -----------------------------------------------------------------------------
 *
 * Codes of six digits every 30 seconds (RFC 6238, SHA-1), as every telephone makes them; one step
 * early or late is taken, no step twice. Ten codes for recovery, each good once, in place of a lost
 * telephone. The secret is sealed with the site's key, recovery codes are kept as keyed hashes.
 */
enum { RECOVERY_CODES = 10 };

/* The secret to be set up, as base 32; the same until it is confirmed or an hour has passed. A
 * transaction of its own. ERR_STATE when a second factor is set up already. */
int account_factor_begin(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                         struct str *secret, struct err *err);
/* The first right code sets it up; codes[] is shown once. ERR_AUTH: wrong code; ERR_STATE: nothing
 * to confirm; ERR_LIMIT. */
int account_factor_confirm(struct db *db, struct arena *a, const struct actor *actor,
                           struct str code, int64_t now, struct str codes[RECOVERY_CODES],
                           struct err *err);
/* How many second factors do not open with the site's key that is here; for the doctor. */
int account_factors_lost(struct db *db, struct arena *a, int64_t *n, struct err *err);
/* New codes for recovery; the old ones are worth nothing. ERR_STATE without a second factor. */
int account_factor_codes(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                         struct str codes[RECOVERY_CODES], struct err *err);
/* Whether this is one of the account's recovery codes that were not used yet: 1 or 0. */
int account_factor_is_code(struct db *db, struct arena *a, const struct actor *actor,
                           struct str code, struct err *err);
/* By the person: ERR_FORBIDDEN while a role asks for it. */
int account_factor_off(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                       struct err *err);
/* By an administrator (NULL: the command line) with a reason, for a telephone that is lost: the
 * person is told by mail, their sessions end. ERR_STATE when there is none. */
int account_factor_reset(struct db *db, struct arena *a, int64_t account_id, struct str reason,
                         const struct actor *by, int64_t now, struct err *err);

/* Roles whose holders must set one up before they can do anything else. Changing is for who runs
 * the site (actor_require_site; NULL: the command line). A transaction of its own. */
int account_factor_roles(struct db *db, struct arena *a, bool roles[ROLE_COUNT], struct err *err);
int account_set_factor_roles(struct db *db, struct arena *a, const bool roles[ROLE_COUNT],
                             const struct actor *by, int64_t now, struct err *err);

/* ---- API tokens --------------------------------------------------------------------------------
 *
 * `uc_` and 40 characters (200 random bits), sent as `Authorization: Bearer uc_...` to paths below
 * /api/ and nowhere else; the database keeps only the SHA-256. A token acts for its account with
 * the permissions that both its scope and the account's roles have now, needs no CSRF token, and
 * never reaches a route that asks for a fresh confirmation. Refused (unknown, expired, revoked,
 * account disabled): ERR_AUTH with err.field "token"; from another address than allowed:
 * ERR_FORBIDDEN; beyond 600 requests at once or 10 a second: ERR_LIMIT.
 */
#define TOKEN_LIFE_MAX (366 * DAY_MS)
enum { TOKENS_MAX = 20 }; /* that hold, of one account */

struct token_new {
    struct str name;          /* what it is for */
    struct form_values scope; /* names of permissions, each held by the account now */
    struct str networks;      /* blocks of addresses it may come from, spaces or commas; "": any */
    int64_t expires_at;
};
/* By its owner (who may only make their own), or by the command line (NULL). A transaction of its
 * own. *token is shown once. ERR_INVALID (field "name", "scope", "networks", "expires"), ERR_LIMIT
 * when there are too many. */
int account_token_create(struct db *db, struct arena *a, int64_t account_id,
                         const struct token_new *new_, const struct actor *by, int64_t now,
                         struct str *token, struct err *err);
/* By its owner, by who administers the owner (account_require_manage), or by the command line; a
 * token that ended already is fine. A transaction of its own. ERR_NOT_FOUND, ERR_FORBIDDEN. */
int account_token_revoke(struct db *db, struct arena *a, int64_t token_id, const struct actor *by,
                         int64_t now, struct err *err);

struct token_listed {
    int64_t id;
    struct str login, hint, name, scope, networks;
    int64_t created_at, expires_at;
    struct opt_int used_at, revoked_at;
    struct str used_address;
};
typedef int token_listed_fn(void *ctx, const struct token_listed *row, struct err *err);
/* For the command line: those of one account, or with 0 all. Slices live during the call. */
int account_token_each(struct db *db, int64_t account_id, token_listed_fn *fn, void *ctx,
                       struct err *err);

/* ---- sign-in through a provider ----------------------------------------------------------------
 *
 * A provider (sys/oidc) says who somebody is; which account that is here stands in
 * account_identity, by issuer and subject. An account is linked by its owner, by an invitation (a
 * link for the first sign-in), or, if the site allows it, by a verified e-mail address that exactly
 * one account has. No account and no role comes from a provider.
 */
enum provider_purpose { PROVIDER_SIGN_IN, PROVIDER_LINK, PROVIDER_INVITE, PROVIDER_CONFIRM };

struct provider_attempt {
    enum provider_purpose purpose;
    struct str nonce, verifier;
    int64_t account_id; /* of LINK, INVITE, CONFIRM; 0 */
    struct str next;    /* path to go to afterwards */
};
#define ATTEMPT_LIFE (10 * MINUTE_MS)
/* Keeps an attempt under its state; it is bound to the browser by a secret in a cookie. A
 * transaction of its own. */
int account_provider_begin(struct db *db, struct arena *a, const struct provider_attempt *attempt,
                           struct str state, int64_t now, struct str *binding, struct err *err);
/* 1 and the attempt, which is gone then; 0 when there is none, it is over, or of another browser. A
 * transaction of its own. */
int account_provider_take(struct db *db, struct arena *a, struct str state, struct str binding,
                          int64_t now, struct provider_attempt *out, struct err *err);

struct provider_person {
    struct str issuer, subject;
    struct str email; /* verified, or "" */
    struct str label; /* for showing */
};
/* Opens a session (0) or the step of the code (1), as account_sign_in does; `by_email`: the site
 * links by address; `no_code`: the provider asks for the second factor. A transaction of its own.
 * ERR_NOT_FOUND: no account is linked; ERR_FORBIDDEN: it is disabled. */
int account_provider_sign_in(struct db *db, struct arena *a, const struct provider_person *person,
                             bool by_email, bool no_code, struct str address, struct str agent,
                             int64_t now, struct str *token, struct err *err);
/* Links an account: by its owner, or by the invitation that was for it (`by` NULL: the account's
 * links end). A transaction of its own. ERR_EXISTS when the identity is another account's. */
int account_identity_link(struct db *db, struct arena *a, int64_t account_id,
                          const struct provider_person *person, const struct actor *by, int64_t now,
                          struct err *err);
/* By the owner, or by an administrator of the account. A transaction of its own. ERR_NOT_FOUND. */
int account_identity_unlink(struct db *db, struct arena *a, int64_t account_id, struct str issuer,
                            struct str subject, const struct actor *by, int64_t now,
                            struct err *err);
/* Whether the person is this account here: 1 or 0. */
int account_identity_is(struct db *db, struct arena *a, int64_t account_id,
                        const struct provider_person *person, struct err *err);

/* ---- links that set a password -----------------------------------------------------------------
 *
 * For who forgot theirs, and for the first sign-in. A link works once and for a while; the database
 * keeps the SHA-256 of its secret. Setting the password ends every session of the account and its
 * other links; the second factor stays.
 */
enum link_purpose { LINK_RESET, LINK_FIRST };
#define LINK_RESET_LIFE (30 * MINUTE_MS)
#define LINK_FIRST_LIFE (7 * DAY_MS)

struct link_account {
    int64_t id;
    struct str login, name, lang;
};
struct link_accounts {
    struct link_account *at;
    size_t len;
};
/* Active accounts with an e-mail address that this login or address may mean, at most 3; those that
 * asked 3 times within the last hour are left out. */
int account_link_wanted(struct db *db, struct arena *a, struct str who, int64_t now,
                        struct link_accounts *out, struct err *err);
/* Inside the caller's transaction. `by`: an administrator of the account (ERR_FORBIDDEN); NULL: the
 * person asked for it. *secret: 64 hexadecimal digits for the URL. Earlier
 * links of the account end when an administrator makes one. */
int account_link_make(struct db *db, struct arena *a, int64_t account_id, enum link_purpose purpose,
                      const struct actor *by, int64_t now, struct str *secret, struct err *err);
struct link_owner {
    int64_t account_id;
    struct str login, name;
    enum link_purpose purpose;
    int64_t expires_at;
};
/* 1, or 0 when the link was used, is too old, or never was. */
int account_link_find(struct db *db, struct arena *a, struct str secret, int64_t now,
                      struct link_owner *out, struct err *err);
/* Uses the link up and sets the password (hashed by the caller). A transaction of its own.
 * ERR_NOT_FOUND when somebody was faster. */
int account_link_use(struct db *db, struct arena *a, struct str secret, struct str hash,
                     struct str address, int64_t now, struct err *err);

/* ---- signing in and sessions -------------------------------------------------------------------
 *
 * A session is 32 random bytes in the cookie `ungcuu_session`; the database keeps only their
 * SHA-256. It ends after 12 hours without use and 7 days in any case. Sessions are not cached: one
 * that is revoked, whose account is disabled or whose grant ends is refused at the next request in
 * every process.
 */
/* Forgets sessions and failed sign-ins that are long past. A transaction of its own. */
int account_sweep(struct db *db, int64_t now, struct err *err);

#define SESSION_COOKIE "ungcuu_session"
#define SESSION_IDLE   (12 * HOUR_MS)

/* Once at start, before the first request: the site's secret (made when missing), the permission
 * table, old sessions swept. */
int account_start(struct db_pool *pool, struct err *err);

/* Every route must name "public", "session", "self" or a permission; anything else ends the
 * program with the route named. At start. */
void account_check_routes(const struct http_route *const *tables, const size_t *lens,
                          size_t tables_len);

/* The guard for http_options: session cookie, permission of the route, CSRF. ctx: the db_pool.
 * ERR_AUTH (nobody is signed in; err.field "must_change": a password must be changed first;
 * "token": an API token that does not hold; "must_factor", "confirm"), ERR_FORBIDDEN, ERR_CSRF,
 * ERR_LIMIT. */
int account_guard(struct http_request *req, const struct http_route *route, void *ctx,
                  struct err *err);

/* For http_options.admit: the same without the token of the form, before a large body is read. */
int account_admit(struct http_request *req, const struct http_route *route, void *ctx,
                  struct err *err);

/* For the error hook: turns ERR_AUTH on a page into a redirect to /sign-in?next=... or
 * /account/password, /account/second or /account/confirm?next=.... False when the error is to be
 * shown instead (also below /api/, where it adds WWW-Authenticate). */
bool account_error_redirect(struct http_request *req, struct http_response *res,
                            const struct err *err);

/* "/path?query" of this site, or "/" for anything that could lead elsewhere. */
struct str account_local_path(struct str path);

struct account_sign_in {
    struct str login, password;
    struct str address, agent; /* of the client */
};

/*
 * Checks login and password and opens a session: 0, *token is for the session cookie; or 1 for an
 * account with a second factor: *token is for STEP_COOKIE, and account_sign_in_code comes next. The
 * answer and the time it takes are the same for
 * an unknown login, a disabled account and a wrong password: ERR_AUTH. Beyond 5 failures for a
 * login or 20 from an address (an IPv6 /64), each further one doubles a pause up to 15 minutes:
 * ERR_LIMIT with *wait in ms. The pause of a login does not hold for an address from which its
 * owner signed in within the last 30 days, so nobody can be locked out from elsewhere. ERR_BUSY
 * when too many passwords are being checked at once. Takes its own connections: none is held while
 * hashing.
 */
int account_sign_in(struct db_pool *pool, struct arena *a, const struct account_sign_in *in,
                    int64_t now, struct str *token, int64_t *wait, struct err *err);

/* The second page: the step behind the token of the first (10 minutes), a code of the clock or one
 * for recovery, each taken once. ERR_AUTH: wrong; ERR_STATE: the step is over, sign in anew;
 * ERR_LIMIT: the same pauses as for passwords. */
#define STEP_COOKIE "ungcuu_step"
#define STEP_LIFE   (10 * MINUTE_MS)
int account_sign_in_code(struct db_pool *pool, struct arena *a, struct str step, struct str code,
                         struct str address, struct str agent, int64_t now, struct str *token,
                         int64_t *wait, struct err *err);

/* The same checks and pauses for a password asked for again within a session; opens none. */
int account_confirm(struct db_pool *pool, struct arena *a, const struct account_sign_in *in,
                    int64_t now, int64_t *wait, struct err *err);

/* After account_confirm or account_confirm_code: what is marked `fresh` is open again. A
 * transaction of its own. */
int account_confirmed(struct db *db, const struct actor *actor, int64_t now, struct err *err);
/* For who has no password: a code of the second factor instead. */
int account_confirm_code(struct db *db, struct arena *a, const struct actor *actor, struct str code,
                         int64_t now, int64_t *wait, struct err *err);

/* Ends the actor's present session; nothing when there is none. A transaction of its own. */
int account_sign_out(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                     struct err *err);
/* Ends one of the actor's sessions, or with "" all but the present one. A transaction of its own.
 */
int account_end_sessions(struct db *db, struct arena *a, const struct actor *actor,
                         struct str session, int64_t now, struct err *err);
/* The same by an administrator of the account (account_require_manage); "" ends all. */
int account_end_sessions_of(struct db *db, struct arena *a, int64_t account_id, struct str session,
                            const struct actor *by, int64_t now, struct err *err);

/* Opens a session without a password (sample data, tests). Inside the caller's transaction. */
int account_session_open(struct db *db, struct arena *a, int64_t account_id, struct str address,
                         struct str agent, int64_t now, struct str *token, struct err *err);
/* Ends one session of this account, or all but `keep` ("" for none kept); the number ended. Inside
 * the caller's transaction. */
int account_session_end(struct db *db, int64_t account_id, struct str session, int64_t now,
                        struct err *err);
int64_t account_session_end_others(struct db *db, int64_t account_id, struct str keep, int64_t now,
                                   struct err *err);

/*
 * CSRF. Every page has a token in html_page.csrf; form_csrf_html writes it as the field "csrf", and
 * scripts may send it as X-CSRF-Token. Signed in, it is the session's, masked anew for every
 * response. For visitors, who have no session, it is a form token: signed with the site's secret,
 * good for 24 hours, and bound to the pattern of the public route that the form posts to. The guard
 * checks either; a public page that posts to another route than its own makes its token with
 * account_form_token(arena, "/reports/{secret}/answer", req->now).
 */
struct str account_form_token(struct arena *a, const char *pattern, int64_t now);
bool account_check_form_token(const char *pattern, struct str token, int64_t now);

#endif
