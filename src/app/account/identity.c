#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/json.h"
#include "base/random.h"

#include <sodium.h>

enum { BINDING = 32 };

static const char *const purposes[] = {
    [PROVIDER_SIGN_IN] = "sign-in",
    [PROVIDER_LINK] = "link",
    [PROVIDER_INVITE] = "invite",
    [PROVIDER_CONFIRM] = "confirm",
};

static struct str hash_of(struct arena *a, struct str text)
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const uint8_t *)text.ptr, text.len);
    return str_hex(a, hash, sizeof hash);
}

/* ---- attempts ----------------------------------------------------------------------------------
 */

int account_provider_begin(struct db *db, struct arena *a, const struct provider_attempt *attempt,
                           struct str state, int64_t now, struct str *binding, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    uint8_t bytes[BINDING];
    int64_t r = db_begin(db, err);

    if (r < 0)
        return (int)r;
    tx = db;
    random_bytes(bytes, sizeof bytes);
    *binding = str_hex(a, bytes, sizeof bytes);
    r = attempt_add(db, hash_of(a, state), hash_of(a, *binding), attempt->nonce, attempt->verifier,
                    str_c(purposes[attempt->purpose]),
                    attempt->account_id != 0 ? opt_int(attempt->account_id) : NO_INT, attempt->next,
                    now, now + ATTEMPT_LIFE, err);
    return r < 0 ? (int)r : db_commit(tx, err);
}

int account_provider_take(struct db *db, struct arena *a, struct str state, struct str binding,
                          int64_t now, struct provider_attempt *out, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct attempt_take_row row;
    int r = db_begin(db, err), found;

    if (r < 0)
        return r;
    tx = db;
    if ((found = attempt_take(db, a, hash_of(a, state), &row, err)) < 0 ||
        (r = db_commit(tx, err)) < 0)
        return found < 0 ? found : r;
    if (found == 0 || row.expires_at <= now || !str_eq(row.binding, hash_of(a, binding)))
        return 0;
    *out = (struct provider_attempt){.nonce = row.nonce,
                                     .verifier = row.verifier,
                                     .account_id = row.account_id.v,
                                     .next = row.next};
    for (size_t i = 0; i < ARRAY_LEN(purposes); i++) {
        if (str_is(row.purpose, purposes[i]))
            out->purpose = (enum provider_purpose)i;
    }
    return 1;
}

/* ---- signing in --------------------------------------------------------------------------------
 */

static struct str describe(struct arena *a, const struct provider_person *person)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "issuer", person->issuer);
    json_w_kstr(&w, "subject", person->subject);
    json_w_end(&w);
    return buf_str(&out);
}

static int add_identity(struct db *db, struct arena *a, int64_t account_id, struct str login,
                        const struct provider_person *person, const struct actor *by, int64_t now,
                        struct err *err)
{
    int64_t r =
        identity_add(db, person->issuer, person->subject, account_id, person->label, now, err);

    if (r < 0)
        return (int)r;
    return account_audit(db, a, by, "account.identity_link", account_id, login, describe(a, person),
                         now, err);
}

/* A verified address links once; from then on the subject counts, whatever becomes of the address.
 */
static int find_by_email(struct db *db, struct arena *a, const struct provider_person *person,
                         struct str address, int64_t now, struct identity_account_row *out,
                         struct err *err)
{
    struct identity_by_email_rows rows = {0};
    struct actor self;
    int r = person->email.len > 0
                ? identity_by_email(db, a, str_lower(a, person->email), &rows, err)
                : 0;

    if (r < 0 || rows.len != 1)
        return r;
    *out = (struct identity_account_row){rows.at[0].id, rows.at[0].login, rows.at[0].name,
                                         rows.at[0].state};
    self = (struct actor){.id = out->id, .name = out->name, .address = address};
    r = add_identity(db, a, out->id, out->login, person, &self, now, err);
    return r < 0 ? r : 1;
}

static int enter(struct db *db, struct arena *a, const struct provider_person *person,
                 bool by_email, struct entrance *in, int64_t now, struct str *token,
                 struct err *err)
{
    struct identity_account_row account;
    int64_t r = identity_account(db, a, person->issuer, person->subject, &account, err);

    if (r == 0 && by_email)
        r = find_by_email(db, a, person, in->address, now, &account, err);
    if (r < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no account is linked to this person of the provider");
    if (!str_is(account.state, "active"))
        return err_set(err, ERR_FORBIDDEN, "account '" STR_FMT "' is disabled",
                       STR_ARG(account.login));
    if ((r = identity_used(db, person->issuer, person->subject, now, person->label, err)) < 0)
        return (int)r;
    in->account_id = account.id;
    in->login = account.login;
    in->name = account.name;
    return sign_in_enter(db, a, in, now, token, err);
}

int account_provider_sign_in(struct db *db, struct arena *a, const struct provider_person *person,
                             bool by_email, bool no_code, struct str address, struct str agent,
                             int64_t now, struct str *token, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct entrance in = {
        .method = METHOD_PROVIDER, .address = address, .agent = agent, .no_code = no_code};
    int r = db_begin(db, err), entered;

    if (r < 0)
        return r;
    tx = db;
    if ((entered = enter(db, a, person, by_email, &in, now, token, err)) < 0 ||
        (r = db_commit(tx, err)) < 0)
        return entered < 0 ? entered : r;
    return entered;
}

/* ---- linking -----------------------------------------------------------------------------------
 */

static int link_inside(struct db *db, struct arena *a, int64_t account_id,
                       const struct provider_person *person, const struct actor *by, int64_t now,
                       struct err *err)
{
    struct identity_account_row known;
    struct account_by_id_row account;
    struct actor self;
    int64_t r = identity_account(db, a, person->issuer, person->subject, &known, err);

    if (r < 0)
        return (int)r;
    if (r > 0)
        return known.id == account_id
                   ? 0
                   : err_set(err, ERR_EXISTS, "this person is linked to another account");
    if ((r = account_by_id(db, a, account_id, &account, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)account_id);
    /* Who came by an invitation has no use for the password that was made for them. */
    if (by == NULL && ((r = link_end(db, account_id, now, err)) < 0 ||
                       (r = account_password_set(db, account_id, STR(""), false, err)) < 0))
        return (int)r;
    self = (struct actor){.id = account_id, .name = account.name};
    return add_identity(db, a, account_id, account.login, person, by != NULL ? by : &self, now,
                        err);
}

int account_identity_link(struct db *db, struct arena *a, int64_t account_id,
                          const struct provider_person *person, const struct actor *by, int64_t now,
                          struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r;

    if (by != NULL && by->id != account_id)
        return err_set(err, ERR_FORBIDDEN, "only the owner links an account");
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = link_inside(db, a, account_id, person, by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}

int account_identity_unlink(struct db *db, struct arena *a, int64_t account_id, struct str issuer,
                            struct str subject, const struct actor *by, int64_t now,
                            struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    const struct provider_person person = {.issuer = issuer, .subject = subject};
    struct account_by_id_row account;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    if ((by == NULL || by->id != account_id) &&
        (r = account_require_manage(db, by, account_id, now, err)) < 0)
        return (int)r;
    if ((r = account_by_id(db, a, account_id, &account, err)) < 0 ||
        (r = identity_delete(db, account_id, issuer, subject, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "the account has no such link");
    r = account_audit(db, a, by, "account.identity_unlink", account_id, account.login,
                      describe(a, &person), now, err);
    return r < 0 ? (int)r : db_commit(tx, err);
}

int account_identity_is(struct db *db, struct arena *a, int64_t account_id,
                        const struct provider_person *person, struct err *err)
{
    struct identity_account_row row;
    int r = identity_account(db, a, person->issuer, person->subject, &row, err);

    return r <= 0 ? r : row.id == account_id;
}
