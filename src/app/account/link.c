#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/random.h"
#include "base/text.h"

enum { SECRET = 32, ASKED_AN_HOUR = 3, WHO_MAX = 254 };

static const struct {
    const char *name;
    int64_t life;
} purposes[] = {
    [LINK_RESET] = {"reset", LINK_RESET_LIFE},
    [LINK_FIRST] = {"first", LINK_FIRST_LIFE},
};

int account_link_wanted(struct db *db, struct arena *a, struct str who, int64_t now,
                        struct link_accounts *out, struct err *err)
{
    struct link_accounts_rows rows = {0};
    struct str folded = account_login_fold(a, who);
    int r = folded.len > 0 && folded.len <= WHO_MAX ? link_accounts(db, a, folded, &rows, err) : 0;

    out->at = arena_array(a, struct link_account, rows.len);
    out->len = 0;
    for (size_t i = 0; i < rows.len && r >= 0; i++) {
        const struct link_accounts_row *row = &rows.at[i];
        struct link_recent_row recent;
        r = link_recent(db, a, row->id, now - HOUR_MS, &recent, err);
        if (r >= 0 && recent.n < ASKED_AN_HOUR)
            out->at[out->len++] = (struct link_account){row->id, row->login, row->name, row->lang};
    }
    return r;
}

int account_link_make(struct db *db, struct arena *a, int64_t account_id, enum link_purpose purpose,
                      const struct actor *by, int64_t now, struct str *secret, struct err *err)
{
    struct account_by_id_row account;
    uint8_t bytes[SECRET];
    int64_t r;

    if ((r = account_require_manage(db, by, account_id, now, err)) < 0 ||
        (r = account_by_id(db, a, account_id, &account, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)account_id);
    random_bytes(bytes, sizeof bytes);
    *secret = str_hex(a, bytes, sizeof bytes);
    if ((by != NULL && (r = link_end(db, account_id, now, err)) < 0) ||
        (r = link_add(db, session_id(a, *secret), account_id, str_c(purposes[purpose].name),
                      by != NULL ? opt_int(by->id) : NO_INT, now, now + purposes[purpose].life,
                      err)) < 0)
        return (int)r;
    return audit_write(db, a,
                       &(struct audit_entry){.at = now,
                                             .actor_id = by != NULL ? by->id : 0,
                                             .actor_name = by != NULL ? by->name : STR_EMPTY,
                                             .action = "account.link",
                                             .object_kind = "account",
                                             .object_id = account_id,
                                             .object_code = account.login,
                                             .address = by != NULL ? by->address : STR_EMPTY},
                       err);
}

int account_link_find(struct db *db, struct arena *a, struct str secret, int64_t now,
                      struct link_owner *out, struct err *err)
{
    struct str id = session_id(a, secret);
    struct link_get_row row;
    int r = id.len > 0 ? link_get(db, a, id, now, &row, err) : 0;

    if (r <= 0)
        return r;
    *out = (struct link_owner){
        .account_id = row.account_id,
        .login = row.login,
        .name = row.name,
        .purpose = str_is(row.purpose, purposes[LINK_FIRST].name) ? LINK_FIRST : LINK_RESET,
        .expires_at = row.expires_at};
    return 1;
}

int account_link_use(struct db *db, struct arena *a, struct str secret, struct str hash,
                     struct str address, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct link_owner owner;
    struct actor self;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    r = account_link_find(db, a, secret, now, &owner, err);
    if (r > 0)
        r = link_use(db, session_id(a, secret), now, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "the link was used or is too old");
    if (r < 0)
        return (int)r;
    self = (struct actor){.id = owner.account_id, .name = owner.name, .address = address};
    if ((r = link_end(db, owner.account_id, now, err)) < 0 ||
        (r = account_password_set(db, owner.account_id, hash, false, err)) < 0 ||
        (r = account_session_end_others(db, owner.account_id, STR_EMPTY, now, err)) < 0 ||
        (r = account_audit(db, a, &self, "account.password", owner.account_id, owner.login,
                           STR("{\"by\":\"link\"}"), now, err)) < 0)
        return (int)r;
    return db_commit(tx, err);
}
