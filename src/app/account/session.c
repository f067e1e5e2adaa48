#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

#include <sodium.h>

enum { TOKEN = 32, AGENT_MAX = 200 };

struct str session_id(struct arena *a, struct str token)
{
    uint8_t bytes[TOKEN], hash[crypto_hash_sha256_BYTES];

    if (token.len != 2 * sizeof bytes || !str_from_hex(token, bytes, sizeof bytes))
        return STR_EMPTY;
    crypto_hash_sha256(hash, bytes, sizeof bytes);
    return str_hex(a, hash, sizeof hash);
}

int session_open(struct db *db, struct arena *a, int64_t account_id, const char *method,
                 struct str address, struct str agent, int64_t now, struct str *token,
                 struct err *err)
{
    uint8_t bytes[TOKEN], csrf[TOKEN];
    size_t bad;
    int64_t r;

    random_bytes(bytes, sizeof bytes);
    random_bytes(csrf, sizeof csrf);
    *token = str_hex(a, bytes, sizeof bytes);
    r = session_add(db, session_id(a, *token), account_id, str_hex(a, csrf, sizeof csrf), now,
                    now + SESSION_ABSOLUTE, address,
                    text_ellipsis(a, text_repair(a, agent, &bad), AGENT_MAX), str_c(method), err);
    return r < 0 ? (int)r : 0;
}

int account_session_open(struct db *db, struct arena *a, int64_t account_id, struct str address,
                         struct str agent, int64_t now, struct str *token, struct err *err)
{
    return session_open(db, a, account_id, METHOD_PASSWORD, address, agent, now, token, err);
}

int account_session_end(struct db *db, int64_t account_id, struct str session, int64_t now,
                        struct err *err)
{
    int64_t r = session_end(db, account_id, session, now, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "the account has no such session");
    return r < 0 ? (int)r : 0;
}

int64_t account_session_end_others(struct db *db, int64_t account_id, struct str keep, int64_t now,
                                   struct err *err)
{
    return session_end_others(db, account_id, keep, now, now - SESSION_IDLE, err);
}

void actor_add_grant(struct actor *actor, struct str name, int64_t org_id, struct str org_name)
{
    enum role role;

    if (!role_from_name(name, &role))
        return;
    actor->roles[role] = true;
    for (int p = 0; p < PERM_COUNT; p++)
        actor->anywhere[p] |= role_may(role, (enum permission)p);
    if (actor->home_org == 0) {
        actor->home_org = org_id;
        actor->home_org_name = org_name;
    }
}

/* Not a change that anyone has to answer for: no audit entry, and losing it does no harm. */
static void note_seen(struct db *db, struct str id, int64_t now)
{
    struct err ignored = {0};

    if (db_begin(db, &ignored) < 0)
        return;
    if (session_seen(db, id, now, &ignored) < 0) {
        db_rollback(db);
        return;
    }
    db_commit(db, &ignored);
}

int session_find(struct db *db, struct arena *a, struct str token, int64_t now, struct actor *out,
                 struct str *csrf, enum lang *lang, struct err *err)
{
    struct session_load_rows rows = {0};
    struct str id = session_id(a, token);
    const struct session_load_row *first;
    int r;

    if (id.len == 0)
        return 0;
    r = session_load(db, a, id, now, now - SESSION_IDLE, &rows, err);
    if (r < 0 || rows.len == 0)
        return r;
    first = &rows.at[0];
    out->id = first->account_id;
    out->login = first->login;
    out->name = first->name;
    out->position = first->position;
    out->theme = first->theme;
    out->session = id;
    out->confirmed_at = first->confirmed_at;
    out->has_factor = first->factor_at.has;
    out->by_provider = str_is(first->method, METHOD_PROVIDER);
    out->must_change = first->must_change && !out->by_provider;
    *csrf = first->csrf;
    if (first->lang.len > 0)
        *lang = i18n_lang(first->lang);
    for (size_t i = 0; i < rows.len; i++) {
        out->must_factor |= rows.at[i].needs_factor.v == 1 && !out->has_factor;
        if (rows.at[i].role.ptr != NULL)
            actor_add_grant(out, rows.at[i].role, rows.at[i].org_id.v, rows.at[i].org_name);
    }
    if (now - first->seen_at >= MINUTE_MS)
        note_seen(db, id, now);
    return 1;
}

int account_sign_out(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                     struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int64_t r;

    if (actor->id == 0)
        return 0;
    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    r = session_end(db, actor->id, actor->session, now, err);
    if (r > 0)
        r = account_audit(db, a, actor, "account.sign_out", actor->id, actor->login, STR_EMPTY, now,
                          err);
    return r < 0 ? (int)r : db_commit(tx, err);
}

int account_end_sessions(struct db *db, struct arena *a, const struct actor *actor,
                         struct str session, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    r = session.len > 0 ? account_session_end(db, actor->id, session, now, err)
                        : account_session_end_others(db, actor->id, actor->session, now, err);
    if (r < 0 || (r = account_audit(db, a, actor, "account.session_end", actor->id, actor->login,
                                    STR_EMPTY, now, err)) < 0)
        return (int)r;
    return db_commit(tx, err);
}

int account_end_sessions_of(struct db *db, struct arena *a, int64_t account_id, struct str session,
                            const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct account_by_id_row account;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = account_require_manage(db, by, account_id, now, err)) < 0 ||
        (r = account_by_id(db, a, account_id, &account, err)) < 0)
        return (int)r;
    r = session.len > 0 ? account_session_end(db, account_id, session, now, err)
                        : account_session_end_others(db, account_id, STR_EMPTY, now, err);
    if (r < 0 || (r = account_audit(db, a, by, "account.session_end", account_id, account.login,
                                    STR_EMPTY, now, err)) < 0)
        return (int)r;
    return db_commit(tx, err);
}
