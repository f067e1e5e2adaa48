#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/json.h"
#include "base/net.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/http/limit.h"
#include "sys/i18n/i18n.h"

#include <sodium.h>

#define PREFIX     "uc_"
#define USE_COARSE (5 * MINUTE_MS)

enum { SECRET = 40, HINT = 8, NAME_MAX_LENGTH = 100, NETWORKS_MAX = 20 };

static struct limit requests = LIMIT(600, 100);

static struct str hash_of(struct arena *a, struct str token)
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const uint8_t *)token.ptr, token.len);
    return str_hex(a, hash, sizeof hash);
}

/* ---- using one ---------------------------------------------------------------------------------
 */

bool token_of(const struct http_request *req, struct str *token)
{
    struct str header = http_header(req, "Authorization");

    if (!str_starts(req->path, STR("/api/")) || !str_starts_nocase(header, STR("Bearer ")))
        return false;
    *token = str_trim(str_from(header, strlen("Bearer ")));
    return true;
}

static int refuse(struct err *err, const char *why)
{
    err_set(err, ERR_AUTH, "%s", why);
    err_field(err, "token");
    return ERR_AUTH;
}

static bool has_word(struct str words, struct str word)
{
    struct str part;

    while (str_split(&words, ' ', &part)) {
        if (part.len > 0 && str_eq(part, word))
            return true;
    }
    return false;
}

static bool comes_from(struct str networks, struct str address)
{
    uint8_t ip[NET_IP], first[NET_IP], last[NET_IP];
    struct str network;

    if (networks.len == 0)
        return true;
    if (!net_parse_ip(address, ip))
        return false;
    while (str_split(&networks, ' ', &network)) {
        if (net_parse_cidr(network, first, last) && memcmp(ip, first, NET_IP) >= 0 &&
            memcmp(ip, last, NET_IP) <= 0)
            return true;
    }
    return false;
}

/* As with sessions: no audit entry, and losing it does no harm. */
static void note_used(struct db *db, int64_t id, struct str address, int64_t now)
{
    struct err ignored = {0};

    if (db_begin(db, &ignored) < 0)
        return;
    if (token_used(db, id, now, address, &ignored) < 0) {
        db_rollback(db);
        return;
    }
    db_commit(db, &ignored);
}

static void fill(struct actor *out, const struct token_load_rows *rows)
{
    const struct token_load_row *first = &rows->at[0];

    out->id = first->account_id;
    out->login = first->login;
    out->name = first->name;
    out->position = first->position;
    out->token = first->id;
    for (size_t i = 0; i < rows->len; i++) {
        const struct token_load_row *row = &rows->at[i];
        if (row->role.ptr != NULL)
            actor_add_grant(out, row->role, row->org_id.v, row->org_name);
    }
    for (int p = 0; p < PERM_COUNT; p++)
        out->anywhere[p] &= has_word(first->scope, str_c(permission_name((enum permission)p)));
}

int token_find(struct db *db, struct arena *a, struct str token, struct str address, int64_t now,
               struct actor *out, enum lang *lang, struct err *err)
{
    struct token_load_rows rows = {0};
    const struct token_load_row *first;
    struct str hash;
    int r;

    if (token.len != strlen(PREFIX) + SECRET || !str_starts(token, STR(PREFIX)))
        return refuse(err, "this is no API token");
    hash = hash_of(a, token);
    r = token_load(db, a, hash, now, &rows, err);
    if (r < 0)
        return r;
    if (rows.len == 0)
        return refuse(err, "the API token is unknown, expired or revoked");
    first = &rows.at[0];
    if (!comes_from(first->networks, address))
        return err_set(err, ERR_FORBIDDEN, "the API token may not be used from " STR_FMT,
                       STR_ARG(address));
    if (!limit_take(&requests, hash, now, NULL))
        return err_set(err, ERR_LIMIT, "too many requests with this API token");
    fill(out, &rows);
    if (first->lang.len > 0)
        *lang = i18n_lang(first->lang);
    if (!first->used_at.has || now - first->used_at.v >= USE_COARSE)
        note_used(db, first->id, address, now);
    return 0;
}

/* ---- making one --------------------------------------------------------------------------------
 */

static int invalid(struct err *err, const char *field, const char *what)
{
    err_set(err, ERR_INVALID, "%s", what);
    err_field(err, field);
    return ERR_INVALID;
}

static bool is_held(const struct token_permissions_rows *held, struct str permission)
{
    for (size_t i = 0; i < held->len; i++) {
        if (str_eq(held->at[i].permission, permission))
            return true;
    }
    return false;
}

/* Sorted as the table of permissions is, each once. */
static int check_scope(struct db *db, struct arena *a, int64_t account_id,
                       const struct form_values *wanted, int64_t now, struct str *out,
                       struct err *err)
{
    struct token_permissions_rows held = {0};
    struct buf scope = buf_make(a);
    enum permission p;
    int r = token_permissions(db, a, account_id, now, &held, err);

    if (r < 0)
        return r;
    if (wanted->len == 0)
        return invalid(err, "scope", "a token without any permission can do nothing");
    for (size_t i = 0; i < wanted->len; i++) {
        if (!permission_from_name(str_cdup(a, wanted->at[i]), &p) ||
            !is_held(&held, wanted->at[i])) {
            err_set(err, ERR_INVALID, "the account does not hold " STR_FMT, STR_ARG(wanted->at[i]));
            err_field(err, "scope");
            return ERR_INVALID;
        }
    }
    for (int i = 0; i < PERM_COUNT; i++) {
        struct str name = str_c(permission_name((enum permission)i));
        bool asked = false;
        for (size_t k = 0; k < wanted->len; k++)
            asked |= str_eq(wanted->at[k], name);
        if (asked)
            buf_printf(&scope, "%s" STR_FMT, scope.len > 0 ? " " : "", STR_ARG(name));
    }
    *out = buf_str(&scope);
    return 0;
}

static int check_networks(struct arena *a, struct str typed, struct str *out, struct err *err)
{
    uint8_t first[NET_IP], last[NET_IP];
    struct buf networks = buf_make(a);
    int n = 0;

    for (size_t from = 0, to; from < typed.len; from = to + 1) {
        struct str word;
        for (to = from; to < typed.len && strchr(" ,;\t\r\n", typed.ptr[to]) == NULL; to++)
            ;
        word = str_sub(typed, from, to - from);
        if (word.len == 0)
            continue;
        if (!net_parse_cidr(word, first, last) || ++n > NETWORKS_MAX)
            return invalid(err, "networks", "addresses are written 192.0.2.7 or 192.0.2.0/24");
        buf_printf(&networks, "%s" STR_FMT, networks.len > 0 ? " " : "", STR_ARG(word));
    }
    *out = buf_str(&networks);
    return 0;
}

static struct str describe(struct arena *a, struct str hint, struct str name, struct str scope,
                           struct opt_int expires_at)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "token", hint);
    json_w_kstr(&w, "name", name);
    if (scope.len > 0)
        json_w_kstr(&w, "scope", scope);
    if (expires_at.has)
        json_w_kint(&w, "expires", expires_at.v);
    json_w_end(&w);
    return buf_str(&out);
}

static int create_inside(struct db *db, struct arena *a, int64_t account_id,
                         const struct token_new *new_, const struct actor *by, int64_t now,
                         struct str token, struct err *err)
{
    struct str scope, networks, hint = str_sub(token, 0, HINT);
    struct account_by_id_row account;
    struct token_count_row count;
    struct token_add_row row;
    int r = account_by_id(db, a, account_id, &account, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)account_id);
    if (r < 0 || (r = check_scope(db, a, account_id, &new_->scope, now, &scope, err)) < 0 ||
        (r = check_networks(a, new_->networks, &networks, err)) < 0 ||
        (r = token_count(db, a, account_id, now, &count, err)) < 0)
        return r;
    if (count.n >= TOKENS_MAX)
        return err_set(err, ERR_LIMIT, "account '" STR_FMT "' has %d tokens already",
                       STR_ARG(account.login), TOKENS_MAX);
    r = token_add(db, a, account_id, hash_of(a, token), hint, str_trim(new_->name), scope, networks,
                  now, new_->expires_at, &row, err);
    if (r < 0)
        return r;
    return account_audit(db, a, by, "account.token_create", account_id, account.login,
                         describe(a, hint, new_->name, scope, opt_int(new_->expires_at)), now, err);
}

int account_token_create(struct db *db, struct arena *a, int64_t account_id,
                         const struct token_new *new_, const struct actor *by, int64_t now,
                         struct str *token, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct str name = str_trim(new_->name);
    int r;

    if (by != NULL && by->id != account_id)
        return err_set(err, ERR_FORBIDDEN, "nobody makes tokens of another account");
    if (name.len == 0 || text_length(name) > NAME_MAX_LENGTH)
        return invalid(err, "name", "a token needs a name of at most 100 characters");
    if (new_->expires_at <= now || new_->expires_at > now + TOKEN_LIFE_MAX)
        return invalid(err, "expires", "a token lasts between a moment and 366 days");
    *token = str_printf(a, PREFIX STR_FMT, STR_ARG(random_code(a, SECRET)));
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = create_inside(db, a, account_id, new_, by, now, *token, err);
    return r < 0 ? r : db_commit(tx, err);
}

/* ---- ending and listing ------------------------------------------------------------------------
 */

static int revoke_inside(struct db *db, struct arena *a, int64_t token_id, const struct actor *by,
                         int64_t now, struct err *err)
{
    struct token_get_row row;
    int64_t r = token_get(db, a, token_id, &row, err);

    if (r < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no token %lld", (long long)token_id);
    if (by != NULL && by->id != row.account_id &&
        (r = account_require_manage(db, by, row.account_id, now, err)) < 0)
        return r == ERR_FORBIDDEN
                   ? err_set(err, ERR_NOT_FOUND, "no token %lld within reach", (long long)token_id)
                   : (int)r;
    if ((r = token_revoke(db, token_id, now, err)) <= 0)
        return (int)r;
    return account_audit(db, a, by, "account.token_revoke", row.account_id, row.login,
                         describe(a, row.hint, row.name, STR_EMPTY, NO_INT), now, err);
}

int account_token_revoke(struct db *db, struct arena *a, int64_t token_id, const struct actor *by,
                         int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    r = revoke_inside(db, a, token_id, by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}

struct each {
    token_listed_fn *fn;
    void *ctx;
};

static int each_row(void *ctx, const struct token_all_row *row, struct err *err)
{
    const struct each *e = ctx;
    const struct token_listed listed = {.id = row->id,
                                        .login = row->login,
                                        .hint = row->hint,
                                        .name = row->name,
                                        .scope = row->scope,
                                        .networks = row->networks,
                                        .created_at = row->created_at,
                                        .expires_at = row->expires_at,
                                        .used_at = row->used_at,
                                        .used_address = row->used_address,
                                        .revoked_at = row->revoked_at};

    return e->fn(e->ctx, &listed, err);
}

int account_token_each(struct db *db, int64_t account_id, token_listed_fn *fn, void *ctx,
                       struct err *err)
{
    return token_all(db, account_id, each_row, &(struct each){fn, ctx}, err);
}
