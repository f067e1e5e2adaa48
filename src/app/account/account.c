#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/text.h"

enum { LOGIN_MIN = 3, LOGIN_MAX = 64 };

struct str account_login_fold(struct arena *a, struct str login)
{
    return str_lower(a, str_trim(login));
}

/* Letters without marks, digits and . _ - @, beginning with a letter or digit: what can be typed on
 * every keyboard and read out on the phone. "new" is a page. */
static int check_login(struct str login, struct err *err)
{
    bool good = login.len >= LOGIN_MIN && login.len <= LOGIN_MAX && !str_is(login, "new");

    for (size_t i = 0; i < login.len && good; i++) {
        char c = login.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        good = word || (i > 0 && (c == '.' || c == '_' || c == '-' || c == '@'));
    }
    if (good)
        return 0;
    err_set(err, ERR_INVALID, "login '" STR_FMT "' is not 3 to 64 of a-z 0-9 . _ - @",
            STR_ARG(login));
    err_field(err, "login");
    return ERR_INVALID;
}

int actor_audit(struct db *db, struct arena *a, const struct actor *by, int64_t now,
                const char *action, const char *object_kind, int64_t object_id,
                struct str object_code, struct str detail, struct err *err)
{
    return audit_write(
        db, a,
        &(struct audit_entry){.at = now,
                              .actor_id = by != NULL ? by->id : 0,
                              .actor_name = by != NULL ? by->name : STR(AUDIT_COMMAND_LINE),
                              .action = action,
                              .object_kind = object_kind,
                              .object_id = object_id,
                              .object_code = object_code,
                              .address = by != NULL ? by->address : STR_EMPTY,
                              .detail = detail},
        err);
}

int account_audit(struct db *db, struct arena *a, const struct actor *by, const char *action,
                  int64_t account_id, struct str login, struct str detail, int64_t now,
                  struct err *err)
{
    int r = account_tell(db, a, by, action, account_id, now, err);

    if (r < 0)
        return r;
    return actor_audit(db, a, by, now, action, "account", account_id, login, detail, err);
}

int account_require_manage(struct db *db, const struct actor *by, int64_t account_id, int64_t now,
                           struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct actor_may_manage_row row;
    int r;

    if (by == NULL)
        return 0;
    if (by->id == account_id)
        return err_set(err, ERR_FORBIDDEN, "nobody administers their own account");
    r = actor_may_manage(db, &a, by->id, str_c(permission_name(PERM_ACCOUNT_WRITE)), account_id,
                         now, &row, err);
    if (r == 0)
        return err_set(err, ERR_FORBIDDEN,
                       STR_FMT " does not administer every organisation of account %lld",
                       STR_ARG(by->login), (long long)account_id);
    return r < 0 ? r : 0;
}

static struct str fold_of(struct arena *a, struct str login, struct str name, struct str email,
                          struct str phone, struct str position)
{
    return text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT,
                                   STR_ARG(name), STR_ARG(login), STR_ARG(email), STR_ARG(phone),
                                   STR_ARG(position)));
}

static int get(struct db *db, struct arena *a, int64_t id, struct account_by_id_row *out,
               struct err *err)
{
    int r = account_by_id(db, a, id, out, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)id);
    return r < 0 ? r : 0;
}

/* ---- making ---------------------------------------------------------------------------------- */

int account_insert(struct db *db, struct arena *a, const struct account_new *new_,
                   struct str password_hash, const struct actor *by, int64_t now, int64_t *id,
                   struct err *err)
{
    struct str login = account_login_fold(a, new_->login);
    struct account_id_by_login_row taken;
    struct account_add_row row;
    int r = check_login(login, err);

    if (r < 0)
        return r;
    if (str_trim(new_->name).len == 0) {
        err_set(err, ERR_INVALID, "account '" STR_FMT "' has no name", STR_ARG(login));
        err_field(err, "name");
        return ERR_INVALID;
    }
    r = account_id_by_login(db, a, login, &taken, err);
    if (r < 0)
        return r;
    if (r > 0) {
        err_set(err, ERR_EXISTS, "login '" STR_FMT "' is taken", STR_ARG(login));
        err_field(err, "login");
        return ERR_EXISTS;
    }
    r = account_add(db, a, login, new_->name, new_->email, new_->phone, new_->position,
                    password_hash, new_->must_change, now,
                    fold_of(a, login, new_->name, new_->email, new_->phone, new_->position),
                    text_sort_key(a, new_->name), &row, err);
    if (r < 0)
        return db_is_unique_violation(err)
                   ? err_set(err, ERR_EXISTS, "login '" STR_FMT "' is taken", STR_ARG(login))
                   : r;
    *id = row.id;
    return account_audit(db, a, by, "account.create", row.id, login, STR_EMPTY, now, err);
}

int account_create(struct db *db, struct arena *a, const struct account_new *new_,
                   const struct actor *by, int64_t now, int64_t *id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct str hash = STR_EMPTY;
    int r = 0;

    if (by != NULL && !actor_can(by, PERM_ACCOUNT_WRITE))
        return err_set(err, ERR_FORBIDDEN, STR_FMT " may not make accounts", STR_ARG(by->login));
    if (new_->password.len > 0 &&
        ((r = account_check_password(new_->login, new_->password, err)) < 0 ||
         (r = account_hash_password(a, new_->password, &hash, err)) < 0))
        return r;
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = account_insert(db, a, new_, hash, by, now, id, err);
    return r < 0 ? r : db_commit(tx, err);
}

/* ---- changing -------------------------------------------------------------------------------- */

int account_set_hash(struct db *db, struct arena *a, int64_t account_id, struct str hash,
                     bool must_change, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    bool own = by != NULL && by->id == account_id;
    struct account_by_id_row row;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((!own && (r = account_require_manage(db, by, account_id, now, err)) < 0) ||
        (r = get(db, a, account_id, &row, err)) < 0 ||
        (r = account_password_set(db, account_id, hash, must_change, err)) < 0 ||
        (r = account_session_end_others(db, account_id, own ? by->session : STR_EMPTY, now, err)) <
            0 ||
        (r = account_audit(db, a, by, own ? "account.password" : "account.password_reset",
                           account_id, row.login, STR_EMPTY, now, err)) < 0)
        return (int)r;
    return db_commit(tx, err);
}

int account_set_password(struct db *db, struct arena *a, int64_t account_id, struct str password,
                         bool must_change, const struct actor *by, int64_t now, struct err *err)
{
    struct account_by_id_row row;
    struct str hash;
    int r = get(db, a, account_id, &row, err);

    if (r < 0 || (r = account_check_password(row.login, password, err)) < 0 ||
        (r = account_hash_password(a, password, &hash, err)) < 0)
        return r;
    return account_set_hash(db, a, account_id, hash, must_change, by, now, err);
}

int account_set_state(struct db *db, struct arena *a, int64_t account_id, bool active,
                      const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct account_by_id_row row;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = account_require_manage(db, by, account_id, now, err)) < 0 ||
        (r = get(db, a, account_id, &row, err)) < 0 ||
        (r = account_state_set(db, account_id, active ? STR("active") : STR("disabled"), err)) < 0)
        return (int)r;
    if (r == 0) /* it was so already */
        return 0;
    if ((!active && (r = account_session_end_others(db, account_id, STR_EMPTY, now, err)) < 0) ||
        (r = account_audit(db, a, by, active ? "account.enable" : "account.disable", account_id,
                           row.login, STR_EMPTY, now, err)) < 0)
        return (int)r;
    return db_commit(tx, err);
}

static int changed_since(struct str login, struct err *err)
{
    return err_set(err, ERR_CONFLICT, "account '" STR_FMT "' has changed since it was read",
                   STR_ARG(login));
}

int account_set_profile(struct db *db, struct arena *a, int64_t account_id, int64_t version,
                        const struct account_profile *profile, const struct actor *by, int64_t now,
                        struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct account_by_id_row row;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = account_require_manage(db, by, account_id, now, err)) < 0 ||
        (r = get(db, a, account_id, &row, err)) < 0 ||
        (r = account_profile_set(db, account_id, version, profile->name, profile->email,
                                 profile->phone, profile->position,
                                 fold_of(a, row.login, profile->name, profile->email,
                                         profile->phone, profile->position),
                                 text_sort_key(a, profile->name), err)) < 0)
        return (int)r;
    if (r == 0)
        return changed_since(row.login, err);
    r = account_audit(db, a, by, "account.change", account_id, row.login, STR_EMPTY, now, err);
    return r < 0 ? (int)r : db_commit(tx, err);
}

int account_set_own(struct db *db, struct arena *a, const struct account_own *own,
                    const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct account_by_id_row row;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = get(db, a, by->id, &row, err)) < 0 ||
        (r = account_own_set(db, by->id, own->email, own->phone, own->lang, own->theme,
                             fold_of(a, row.login, row.name, own->email, own->phone, row.position),
                             own->version, err)) < 0)
        return (int)r;
    if (r == 0)
        return changed_since(row.login, err);
    if ((r = account_audit(db, a, by, "account.change", by->id, row.login, STR_EMPTY, now, err)) <
        0)
        return (int)r;
    return db_commit(tx, err);
}

int account_set_look(struct db *db, struct arena *a, const struct actor *actor, struct str lang,
                     struct str theme, int64_t now, struct err *err)
{
    struct account_by_id_row row;
    struct account_own own;
    int r = get(db, a, actor->id, &row, err);

    if (r < 0)
        return r;
    own = (struct account_own){.email = row.email,
                               .phone = row.phone,
                               .lang = lang.ptr != NULL ? lang : row.lang,
                               .theme = theme.ptr != NULL ? theme : row.theme};
    return account_set_own(db, a, &own, actor, now, err);
}

/* ---- for the command line ----------------------------------------------------------------------
 */

int account_find(struct db *db, struct arena *a, struct str login, int64_t *id, struct err *err)
{
    struct account_id_by_login_row row;
    int r = account_id_by_login(db, a, account_login_fold(a, login), &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account \"" STR_FMT "\"", STR_ARG(login));
    *id = row.id;
    return r < 0 ? r : 0;
}

int account_find_org(struct db *db, struct arena *a, struct str code, int64_t *id, struct err *err)
{
    struct account_org_by_code_row row;
    int r = account_org_by_code(db, a, code, &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no organisation \"" STR_FMT "\"",
                       STR_ARG(code));
    *id = row.id;
    return r < 0 ? r : 0;
}

struct each {
    account_listed_fn *fn;
    void *ctx;
};

static int each_row(void *ctx, const struct account_all_row *row, struct err *err)
{
    const struct each *e = ctx;
    const struct account_listed listed = {.login = row->login,
                                          .name = row->name,
                                          .email = row->email,
                                          .state = row->state,
                                          .last_login_at = row->last_login_at,
                                          .role = row->role,
                                          .org_code = row->org_code,
                                          .org_name = row->org_name,
                                          .valid_from = row->valid_from,
                                          .valid_to = row->valid_to};

    return e->fn(e->ctx, &listed, err);
}

int account_each(struct db *db, int64_t now, account_listed_fn *fn, void *ctx, struct err *err)
{
    return account_all(db, now, each_row, &(struct each){fn, ctx}, err);
}
