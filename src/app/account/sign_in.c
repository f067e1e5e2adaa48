#include "app/account/inner.h"
#include "app/account/queries.h"

#include <arpa/inet.h>
#include <sodium.h>

enum { FREE_FOR_LOGIN = 5, FREE_FOR_ADDRESS = 20, LOGIN_MAX = 64 };
#define PAUSE_FIRST    (5 * SECOND_MS)
#define PAUSE_LONGEST  (15 * MINUTE_MS)
#define FORGET_LOGIN   DAY_MS
#define FORGET_ADDRESS HOUR_MS
#define KNOWN_ADDRESS  (30 * DAY_MS)

/* One attempt, from the first look at the counters to the answer. */
struct attempt {
    struct arena *arena;
    int64_t now;
    struct str address_key;
    struct str login_key; /* counts for a login that nobody has */
    struct sign_in_account_row account;
    bool exists;
    bool confirm;       /* somebody signed in proves once more who they are */
    bool known_address; /* its owner signed in from here lately: no pause of the login */
    int64_t address_before, login_before; /* last failure, to restore after a success */
    int64_t failed;                       /* wrong passwords in a row, this one too */
};

int64_t sign_in_pause(int64_t failed, int64_t free_attempts)
{
    int64_t beyond = failed - free_attempts;

    if (beyond <= 0)
        return 0;
    return beyond > 8 ? PAUSE_LONGEST : MIN(PAUSE_FIRST << (beyond - 1), PAUSE_LONGEST);
}

struct str sign_in_address_key(struct arena *a, struct str address)
{
    struct in6_addr v6;
    char text[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, str_cdup(a, address), &v6) != 1)
        return str_dup(a, address);
    if (IN6_IS_ADDR_V4MAPPED(&v6))
        inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    else {
        /* One household or office has a /64 to choose addresses from. */
        memset(&v6.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &v6, text, sizeof text);
    }
    return str_dup(a, str_c(text));
}

static int refuse(int64_t until, int64_t now, int64_t *wait, struct err *err)
{
    *wait = until - now;
    err_set(err, ERR_LIMIT, "too many failed attempts to sign in");
    err_hint(err, "wait %d seconds", (int)((*wait + SECOND_MS - 1) / SECOND_MS));
    return ERR_LIMIT;
}

static int identify(struct db *db, struct attempt *t, const struct account_sign_in *in,
                    struct err *err)
{
    struct session_from_address_row row;
    struct str login = account_login_fold(t->arena, in->login);
    uint8_t digest[16];
    int r;

    t->address_key = sign_in_address_key(t->arena, in->address);
    /* Never the text itself: people type passwords into the wrong field. */
    crypto_generichash(digest, sizeof digest, (const uint8_t *)login.ptr, login.len, NULL, 0);
    t->login_key =
        str_printf(t->arena, "login:" STR_FMT, STR_ARG(str_hex(t->arena, digest, sizeof digest)));
    if (login.len == 0 || login.len > LOGIN_MAX)
        return 0;
    r = sign_in_account(db, t->arena, login, &t->account, err);
    if (r <= 0)
        return r;
    t->exists = true;
    r = session_from_address(db, t->arena, t->account.id, in->address, t->now - KNOWN_ADDRESS, &row,
                             err);
    if (r < 0)
        return r;
    t->known_address = r > 0;
    return 0;
}

int failure_count(struct db *db, struct arena *a, struct str key, struct failure_rule rule,
                  int64_t now, int64_t *before, int64_t *wait, struct err *err)
{
    struct failure_lock_row row;
    int64_t r = failure_open(db, key, now, err);
    int64_t until;

    if (r < 0 || (r = failure_lock(db, a, key, &row, err)) < 0)
        return (int)r;
    if (row.last_at < now - rule.forget)
        row.failed = 0;
    until = row.last_at + sign_in_pause(row.failed, rule.free);
    if (until > now)
        return refuse(until, now, wait, err);
    *before = row.last_at;
    r = failure_set(db, key, row.failed + 1, now, err);
    return r < 0 ? (int)r : 0;
}

static int count_account(struct db *db, struct attempt *t, int64_t *wait, struct err *err)
{
    struct sign_in_account_pause_row row;
    int64_t r = sign_in_account_pause(db, t->arena, t->account.id, &row, err);

    if (r <= 0)
        return (int)r;
    if (row.locked_until.has && row.locked_until.v < t->now - FORGET_LOGIN)
        row.failed = 0;
    if (row.locked_until.has && row.locked_until.v > t->now && !t->known_address)
        return refuse(row.locked_until.v, t->now, wait, err);
    t->failed = ++row.failed;
    r = sign_in_account_failed(db, t->account.id, row.failed,
                               opt_int(t->now + sign_in_pause(row.failed, FREE_FOR_LOGIN)), err);
    return r < 0 ? (int)r : 0;
}

static int audit_attempt(struct db *db, struct attempt *t, const struct account_sign_in *in,
                         const char *action, struct err *err)
{
    return audit_write(db, t->arena,
                       &(struct audit_entry){.at = t->now,
                                             .actor_id = t->account.id,
                                             .actor_name = t->account.name,
                                             .action = action,
                                             .object_kind = "account",
                                             .object_id = t->account.id,
                                             .object_code = t->account.login,
                                             .address = in->address},
                       err);
}

/* The failure is counted before the password is looked at and taken back when it was right: many
 * attempts at the same moment are no way around the pause. */
static int reserve(struct db *db, struct attempt *t, int64_t *wait, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int r = db_begin(tx, err);

    if (r < 0)
        return r;
    r = failure_count(db, t->arena, t->address_key,
                      (struct failure_rule){FREE_FOR_ADDRESS, FORGET_ADDRESS}, t->now,
                      &t->address_before, wait, err);
    if (r < 0)
        return r;
    r = t->exists ? count_account(db, t, wait, err)
                  : failure_count(db, t->arena, t->login_key,
                                  (struct failure_rule){FREE_FOR_LOGIN, FORGET_LOGIN}, t->now,
                                  &t->login_before, wait, err);
    if (r < 0)
        return r;
    return db_commit(db, err);
}

/* The first failure of a series after which there is a pause: told once, not at each further one.
 */
static bool begins_pause(const struct attempt *t)
{
    return t->exists && sign_in_pause(t->failed, FREE_FOR_LOGIN) > 0 &&
           sign_in_pause(t->failed - 1, FREE_FOR_LOGIN) == 0;
}

static int fail(struct db *db, struct attempt *t, const struct account_sign_in *in, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int r = db_begin(tx, err);

    if (r < 0 ||
        (begins_pause(t) &&
         (r = account_tell_locked(db, t->arena, t->account.id, t->now, err)) < 0) ||
        (r = audit_attempt(db, t, in,
                           t->confirm ? "account.password_failed" : "account.sign_in_failed",
                           err)) < 0 ||
        (r = db_commit(db, err)) < 0)
        return r;
    return err_set(err, ERR_AUTH, "wrong login or password");
}

int account_sweep(struct db *db, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(tx, err)) < 0 ||
        (r = failure_sweep(db, now - FORGET_LOGIN - PAUSE_LONGEST, err)) < 0 ||
        (r = session_sweep(db, now - SESSION_KEEP, err)) < 0 ||
        (r = step_sweep(db, now - DAY_MS, err)) < 0 ||
        (r = link_sweep(db, now - 30 * DAY_MS, err)) < 0 ||
        (r = attempt_sweep(db, now - HOUR_MS, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int sign_in_sweep(struct db *db, int64_t now, struct err *err)
{
    static int64_t next;
    int64_t due = __atomic_load_n(&next, __ATOMIC_RELAXED);

    if (due > now && due <= now + HOUR_MS)
        return 0;
    __atomic_store_n(&next, now + HOUR_MS, __ATOMIC_RELAXED);
    return account_sweep(db, now, err);
}

/* The attempt was none to be counted. */
static int take_back(struct db *db, struct attempt *t, struct str new_hash, struct err *err)
{
    int64_t r = failure_undo(db, t->address_key, t->now, t->address_before, err);

    if (r < 0 || (r = sign_in_account_failed(db, t->account.id, 0, NO_INT, err)) < 0)
        return (int)r;
    if (new_hash.len > 0)
        r = sign_in_rehash(db, t->account.id, t->account.password_hash, new_hash, err);
    return r < 0 ? (int)r : 0;
}

static int succeed(struct db *db, struct attempt *t, const struct account_sign_in *in,
                   struct str new_hash, struct str *token, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    const struct entrance entrance = {.account_id = t->account.id,
                                      .login = t->account.login,
                                      .name = t->account.name,
                                      .method = METHOD_PASSWORD,
                                      .address = in->address,
                                      .agent = in->agent};
    int r = db_begin(tx, err), entered;

    if (r < 0 || (r = take_back(db, t, new_hash, err)) < 0)
        return r;
    if (t->confirm)
        return db_commit(db, err);
    if ((entered = sign_in_enter(db, t->arena, &entrance, t->now, token, err)) < 0)
        return entered;
    if ((r = db_commit(db, err)) < 0 || (r = sign_in_sweep(db, t->now, err)) < 0)
        return r;
    return entered;
}

/* Between entering and leaving the gate. No connection is held while the hash is computed. */
static int attempt_inside(struct db_pool *pool, struct attempt *t, const struct account_sign_in *in,
                          int64_t *wait, struct str *token, struct err *err)
{
    struct str hash = STR_EMPTY, new_hash = STR_EMPTY;
    struct db *db = NULL;
    bool right;
    int r = db_acquire(pool, &db, err);

    if (r < 0)
        return r;
    r = identify(db, t, in, err);
    if (r == 0)
        r = reserve(db, t, wait, err);
    db_release(db);
    if (r < 0)
        return r;
    if (t->exists && str_is(t->account.state, "active"))
        hash = t->account.password_hash;
    right = password_verify(t->arena, hash, in->password);
    if (right && password_is_outdated(t->arena, hash) &&
        (r = password_hash_now(t->arena, in->password, &new_hash, err)) < 0)
        return r;
    r = db_acquire(pool, &db, err);
    if (r < 0)
        return r;
    r = right ? succeed(db, t, in, new_hash, token, err) : fail(db, t, in, err);
    db_release(db);
    return r;
}

static int try(struct db_pool *pool, struct attempt *t, const struct account_sign_in *in,
               struct str *token, int64_t *wait, struct err *err)
{
    int r;

    *wait = 0;
    r = password_gate_enter(err);
    if (r < 0)
        return r;
    r = attempt_inside(pool, t, in, wait, token, err);
    password_gate_leave();
    return r;
}

int account_sign_in(struct db_pool *pool, struct arena *a, const struct account_sign_in *in,
                    int64_t now, struct str *token, int64_t *wait, struct err *err)
{
    return try(pool, &(struct attempt){.arena = a, .now = now}, in, token, wait, err);
}

int account_confirm(struct db_pool *pool, struct arena *a, const struct account_sign_in *in,
                    int64_t now, int64_t *wait, struct err *err)
{
    struct str none;

    return try(pool, &(struct attempt){.arena = a, .now = now, .confirm = true}, in, &none, wait,
               err);
}
