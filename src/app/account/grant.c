#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/json.h"

#define FOR_EVER INT64_MAX

static struct str describe(struct arena *a, struct str role, int64_t org_id, struct opt_int from,
                           struct opt_int to, struct str reason)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "role", role);
    json_w_kint(&w, "org", org_id);
    if (from.has)
        json_w_kint(&w, "from", from.v);
    if (to.has)
        json_w_kint(&w, "to", to.v);
    if (reason.len > 0)
        json_w_kstr(&w, "reason", reason);
    json_w_end(&w);
    return buf_str(&out);
}

static int invalid(struct err *err, const char *field, const char *what)
{
    err_set(err, ERR_INVALID, "%s", what);
    err_field(err, field);
    return ERR_INVALID;
}

/* In a transaction. Whether `by` may change the account is the caller's question, whether they may
 * give away something of this organisation is asked here. */
static int insert_grant(struct db *db, struct arena *a, const struct account_by_id_row *account,
                        enum role role, int64_t org_id, int64_t from, struct opt_int to,
                        struct str reason, const struct actor *by, int64_t now, struct err *err)
{
    struct str name = str_c(role_name(role));
    struct grant_overlapping_row other;
    struct grant_add_row row;
    int r;

    if (to.has && to.v <= from)
        return invalid(err, "to", "a grant ends after it begins");
    if (to.has && to.v <= now)
        return invalid(err, "to", "a grant that has ended already gives nothing");
    if (by != NULL && (r = actor_require(db, by, PERM_ACCOUNT_WRITE, org_id, now, err)) < 0)
        return r;
    r = grant_overlapping(db, a, account->id, name, org_id, from, to.has ? to.v : FOR_EVER, &other,
                          err);
    if (r < 0)
        return r;
    if (r > 0)
        return err_set(err, ERR_EXISTS,
                       STR_FMT " is " STR_FMT " for organisation %lld already in that period",
                       STR_ARG(account->login), STR_ARG(name), (long long)org_id);
    r = grant_add(db, a, account->id, name, org_id, from, to, by != NULL ? opt_int(by->id) : NO_INT,
                  now, reason, &row, err);
    if (r < 0)
        return r;
    return account_audit(db, a, by, "account.grant", account->id, account->login,
                         describe(a, name, org_id, opt_int(from), to, reason), now, err);
}

static int grant_inside(struct db *db, struct arena *a, int64_t account_id, enum role role,
                        int64_t org_id, int64_t from, struct opt_int to, struct str reason,
                        const struct actor *by, int64_t now, struct err *err)
{
    struct account_by_id_row account;
    int r = account_by_id(db, a, account_id, &account, err);

    if (r < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)account_id);
    if ((r = account_require_manage(db, by, account_id, now, err)) < 0)
        return r;
    return insert_grant(db, a, &account, role, org_id, from, to, reason, by, now, err);
}

int account_grant(struct db *db, struct arena *a, int64_t account_id, enum role role,
                  int64_t org_id, int64_t from, struct opt_int to, struct str reason,
                  const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r;

    if (db_in_transaction(db))
        return grant_inside(db, a, account_id, role, org_id, from, to, reason, by, now, err);
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = grant_inside(db, a, account_id, role, org_id, from, to, reason, by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}

int account_create_granted(struct db *db, struct arena *a, const struct account_new *new_,
                           struct str password_hash, const struct account_first_grant *grant,
                           const struct actor *by, int64_t now, int64_t *id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct account_by_id_row account;
    int r;

    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = account_insert(db, a, new_, password_hash, by, now, id, err)) < 0 ||
        (r = account_by_id(db, a, *id, &account, err)) < 0 ||
        (r = insert_grant(db, a, &account, grant->role, grant->org_id, grant->from, grant->to,
                          grant->reason, by, now, err)) < 0)
        return r;
    return db_commit(tx, err);
}

static int revoke_inside(struct db *db, struct arena *a, int64_t grant_id, struct str reason,
                         const struct actor *by, int64_t now, struct err *err)
{
    struct grant_get_row grant;
    int64_t r = grant_get(db, a, grant_id, &grant, err);

    if (r < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no grant %lld", (long long)grant_id);
    if (grant.revoked_at.has)
        return err_set(err, ERR_STATE, "grant %lld was revoked before", (long long)grant_id);
    if (by != NULL &&
        ((r = by->id == grant.account_id
                  ? err_set(err, ERR_FORBIDDEN, "nobody administers their own account")
                  : 0) < 0 ||
         (r = actor_require(db, by, PERM_ACCOUNT_WRITE, grant.org_id, now, err)) < 0))
        return (int)r;
    if ((r = grant_revoke(db, grant_id, now, err)) < 0)
        return (int)r;
    return account_audit(db, a, by, "account.revoke", grant.account_id, grant.login,
                         describe(a, grant.role, grant.org_id, NO_INT, NO_INT, reason), now, err);
}

int account_revoke(struct db *db, struct arena *a, int64_t grant_id, struct str reason,
                   const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r;

    if (db_in_transaction(db))
        return revoke_inside(db, a, grant_id, reason, by, now, err);
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = revoke_inside(db, a, grant_id, reason, by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}

int account_revoke_role(struct db *db, struct arena *a, int64_t account_id, enum role role,
                        int64_t org_id, struct str reason, const struct actor *by, int64_t now,
                        struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct grant_open_rows rows = {0};
    int r;

    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = grant_open(db, a, account_id, str_c(role_name(role)), org_id, now, &rows, err);
    if (r == 0 && rows.len == 0)
        return err_set(err, ERR_NOT_FOUND, "the account is not %s for that organisation",
                       role_name(role));
    for (size_t i = 0; i < rows.len && r == 0; i++)
        r = revoke_inside(db, a, rows.at[i].id, reason, by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}
