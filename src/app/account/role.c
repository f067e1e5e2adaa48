#include "app/account/inner.h"
#include "app/account/queries.h"
#include "sys/i18n/i18n.h"

static const struct {
    const char *name, *label;
} roles[] = {
#define ROLE(name, vi, en) {#name, en},
#include "app/account/roles.def"
#undef ROLE
};

const struct form_choice role_choices[] = {
#define ROLE(name, vi, en) {#name, en},
#include "app/account/roles.def"
#undef ROLE
    {0}};

static const struct {
    const char *name, *label;
    const int *roles; /* ends with -1 */
} permissions[] = {
#define PERMISSION(id, name, en, ...) {name, en, (const int[]){__VA_ARGS__, -1}},
#include "app/account/permissions.def"
#undef PERMISSION
};

const char *role_name(enum role role)
{
    return roles[role].name;
}

const char *role_label(enum role role)
{
    return roles[role].label;
}

bool role_from_name(struct str name, enum role *out)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (str_is(name, roles[i].name)) {
            *out = (enum role)i;
            return true;
        }
    }
    return false;
}

const char *permission_name(enum permission p)
{
    return permissions[p].name;
}

const char *permission_label(enum permission p)
{
    return permissions[p].label;
}

bool permission_from_name(const char *name, enum permission *out)
{
    for (int i = 0; i < PERM_COUNT; i++) {
        if (strcmp(name, permissions[i].name) == 0) {
            *out = (enum permission)i;
            return true;
        }
    }
    return false;
}

bool role_may(enum role role, enum permission p)
{
    for (const int *r = permissions[p].roles; *r >= 0; r++) {
        if (*r == (int)role)
            return true;
    }
    return false;
}

bool actor_can(const struct actor *actor, enum permission p)
{
    return actor->anywhere[p];
}

int actor_require(struct db *db, const struct actor *actor, enum permission p, int64_t org_id,
                  int64_t now, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct actor_may_row row;
    int r;

    /* SQL knows the account's rights, not the narrower ones of a token. */
    if (actor->token != 0 && !actor_can(actor, p))
        return err_set(err, ERR_FORBIDDEN, "the token does not hold %s", permissions[p].name);
    r = actor_may(db, &a, actor->id, str_c(permissions[p].name), org_id, now, &row, err);

    if (r == 0)
        return err_set(err, ERR_FORBIDDEN, STR_FMT " does not hold %s for organisation %lld",
                       STR_ARG(actor->login), permissions[p].name, (long long)org_id);
    return r < 0 ? r : 0;
}

int actor_require_site(struct db *db, const struct actor *actor, enum permission p, int64_t now,
                       struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct actor_runs_site_row row;
    int r = 0;

    if (actor->token == 0 || actor_can(actor, p))
        r = actor_runs_site(db, &a, actor->id, str_c(permissions[p].name), now, &row, err);
    if (r == 0)
        return err_set(err, ERR_FORBIDDEN, STR_FMT " does not hold %s for the whole site",
                       STR_ARG(actor->login), permissions[p].name);
    return r < 0 ? r : 0;
}

int actor_reaches_all(struct db *db, struct arena *a, const struct actor *actor, enum permission p,
                      int64_t now, bool *wide, struct err *err)
{
    struct actor_is_wide_row row;
    int r = actor_is_wide(db, a, actor->id, str_c(permissions[p].name), now, &row, err);

    if (r == 0)
        *wide = row.wide;
    return r;
}

/* ---- the copy in the database ---------------------------------------------------------------- */

static bool is_same_table(const struct role_permission_rows_rows *rows)
{
    size_t expected = 0;

    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int p = 0; p < PERM_COUNT; p++)
            expected += role_may((enum role)role, (enum permission)p);
    }
    for (size_t i = 0; i < rows->len; i++) {
        enum role role;
        enum permission p;
        if (!role_from_name(rows->at[i].role, &role) ||
            !permission_from_name(rows->at[i].permission.ptr, &p) || !role_may(role, p))
            return false;
    }
    return rows->len == expected;
}

static int replace_table(struct db *db, struct arena *a, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r = db_begin(tx, err);

    /* The entry comes first: it makes two programs that start at once wait for each other. */
    if (r < 0 ||
        (r = account_audit(db, a, NULL, "account.permissions", 0, STR_EMPTY, STR_EMPTY, now, err)) <
            0 ||
        (r = role_permission_clear(db, err)) < 0)
        return (int)r;
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int p = 0; p < PERM_COUNT; p++) {
            if (!role_may((enum role)role, (enum permission)p))
                continue;
            r = role_permission_add(db, str_c(roles[role].name), str_c(permissions[p].name), err);
            if (r < 0)
                return (int)r;
        }
    }
    return db_commit(db, err);
}

int account_sync_permissions(struct db_pool *pool, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    struct role_permission_rows_rows rows = {0};
    int r = db_acquire(pool, &db, err);

    if (r < 0 || (r = role_permission_rows(db, &a, &rows, err)) < 0)
        return r;
    return is_same_table(&rows) ? 0 : replace_table(db, &a, clock_now(), err);
}

int account_start(struct db_pool *pool, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r = account_sync_permissions(pool, err);

    if (r < 0 || (r = db_acquire(pool, &db, err)) < 0)
        return r;
    tx = db;
    if ((r = db_begin(db, err)) < 0 || (r = csrf_start(db, &a, err)) < 0)
        return r;
    return db_commit(db, err);
}
