#include "app/account/inner.h"
#include "app/account/queries.h"
#include "app/notice/notice.h"
#include "base/json.h"
#include "base/random.h"
#include "sys/crypto/seal.h"
#include "sys/i18n/i18n.h"

#include <liboath/oath.h>
#include <sodium.h>

/* RFC 6238: 160 bits, steps of 30 seconds, six digits. */
enum { SECRET = 20, STEP_SECONDS = 30, DIGITS = 6, STEPS_AWAY = 1 };
/* 60 bits, written in three groups. */
enum { RECOVERY = 12, GROUP = 4, FREE_FOR_CODE = 5, TOKEN = 32 };
#define SETUP_LIFE HOUR_MS
#define FORGET     DAY_MS

static struct str purpose_of(struct arena *a, const char *what, int64_t account_id)
{
    return str_printf(a, "%s %lld", what, (long long)account_id);
}

/* ---- codes -------------------------------------------------------------------------------------
 */

/* Letters in lower case and digits; what people put between them is left out. */
static struct str code_core(struct arena *a, struct str typed)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < typed.len && out.len < 64; i++) {
        if (isalnum((unsigned char)typed.ptr[i]))
            buf_add_char(&out, (char)tolower((unsigned char)typed.ptr[i]));
    }
    return buf_str(&out);
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return true;
}

static struct str recovery_hash(struct arena *a, int64_t account_id, struct str core)
{
    return seal_mac(a, core, purpose_of(a, "recovery code", account_id));
}

/* The step of time that has this code, or -1. */
static int64_t step_of(struct str secret, struct str code, int64_t now)
{
    int64_t present = now / (STEP_SECONDS * SECOND_MS), found = -1;

    for (int64_t step = present - STEPS_AWAY; step <= present + STEPS_AWAY; step++) {
        char expected[DIGITS + 1] = {0};
        if (oath_hotp_generate(secret.ptr, secret.len, (uint64_t)step, DIGITS, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION, expected) == OATH_OK &&
            sodium_memcmp(expected, code.ptr, DIGITS) == 0)
            found = step;
    }
    return found;
}

int account_factors_lost(struct db *db, struct arena *a, int64_t *n, struct err *err)
{
    struct factor_all_rows rows;
    int r = factor_all(db, a, &rows, err);

    *n = 0;
    for (size_t i = 0; r >= 0 && i < rows.len; i++) {
        struct str secret, purpose = purpose_of(a, "second factor", rows.at[i].account_id);

        *n += !seal_open(a, rows.at[i].secret, purpose, &secret);
    }
    return MIN(r, 0);
}

static int use_step(struct db *db, struct arena *a, int64_t account_id,
                    const struct factor_get_row *factor, struct str code, int64_t now, bool *right,
                    struct err *err)
{
    struct str secret;
    int64_t step, r;

    if (!seal_open(a, factor->secret, purpose_of(a, "second factor", account_id), &secret))
        return err_set(err, ERR_CORRUPT,
                       "the second factor of account %lld was sealed with "
                       "another site.key",
                       (long long)account_id);
    step = step_of(secret, code, now);
    if (step < 0)
        return 0;
    r = factor_step(db, account_id, step, err);
    *right = r > 0;
    return r < 0 ? (int)r : 0;
}

int factor_use(struct db *db, struct arena *a, int64_t account_id, struct str code, int64_t now,
               bool *right, struct err *err)
{
    struct str core = code_core(a, code);
    struct factor_get_row factor;
    int64_t r;

    *right = false;
    if ((r = factor_get(db, a, account_id, &factor, err)) <= 0 || !factor.confirmed_at.has)
        return (int)r;
    if (core.len == DIGITS && is_digits(core))
        return use_step(db, a, account_id, &factor, core, now, right, err);
    r = recovery_use(db, account_id, recovery_hash(a, account_id, core), now, err);
    *right = r > 0;
    return r < 0 ? (int)r : 0;
}

/* ---- signing in --------------------------------------------------------------------------------
 */

static int audit_entrance(struct db *db, struct arena *a, const struct entrance *in,
                          const char *action, int64_t now, struct err *err)
{
    return audit_write(db, a,
                       &(struct audit_entry){.at = now,
                                             .actor_id = in->account_id,
                                             .actor_name = in->name,
                                             .action = action,
                                             .object_kind = "account",
                                             .object_id = in->account_id,
                                             .object_code = in->login,
                                             .address = in->address},
                       err);
}

static int open_session(struct db *db, struct arena *a, const struct entrance *in, int64_t now,
                        struct str *token, struct err *err)
{
    int64_t r =
        account_tell_device(db, a, in->account_id, in->name, in->address, in->agent, now, err);

    if (r < 0 || (r = sign_in_account_done(db, in->account_id, now, err)) < 0 ||
        (r = session_open(db, a, in->account_id, in->method, in->address, in->agent, now, token,
                          err)) < 0)
        return (int)r;
    return audit_entrance(db, a, in, "account.sign_in", now, err);
}

static int open_step(struct db *db, struct arena *a, const struct entrance *in, int64_t now,
                     struct str *token, struct err *err)
{
    uint8_t bytes[TOKEN];
    int64_t r;

    random_bytes(bytes, sizeof bytes);
    *token = str_hex(a, bytes, sizeof bytes);
    r = step_add(db, session_id(a, *token), in->account_id, str_c(in->method), now, now + STEP_LIFE,
                 err);
    return r < 0 ? (int)r : 1;
}

int sign_in_enter(struct db *db, struct arena *a, const struct entrance *in, int64_t now,
                  struct str *token, struct err *err)
{
    struct factor_get_row factor;
    int r = in->no_code ? 0 : factor_get(db, a, in->account_id, &factor, err);

    if (r < 0)
        return r;
    return r > 0 && factor.confirmed_at.has ? open_step(db, a, in, now, token, err)
                                            : open_session(db, a, in, now, token, err);
}

static struct str failure_key(struct arena *a, int64_t account_id)
{
    return purpose_of(a, "code:", account_id);
}

/* Counts, checks and takes back in the caller's transaction: an account's codes are tried one after
 * the other, and no more often than its pauses allow. */
static int try_code(struct db *db, struct arena *a, int64_t account_id, struct str code,
                    int64_t now, bool *right, int64_t *wait, struct err *err)
{
    const struct failure_rule rule = {FREE_FOR_CODE, FORGET};
    struct str key = failure_key(a, account_id);
    int64_t before, r;

    if ((r = failure_count(db, a, key, rule, now, &before, wait, err)) < 0 ||
        (r = factor_use(db, a, account_id, code, now, right, err)) < 0)
        return (int)r;
    r = *right ? failure_set(db, key, 0, 0, err) : 0;
    return r < 0 ? (int)r : 0;
}

static int wrong(struct err *err)
{
    err_set(err, ERR_AUTH, "wrong code");
    err_field(err, "code");
    return ERR_AUTH;
}

static int code_inside(struct db *db, struct arena *a, struct str step_id, struct str code,
                       struct entrance *in, int64_t now, struct str *token, bool *right,
                       int64_t *wait, struct err *err)
{
    struct step_get_row step;
    int64_t r = step_id.len > 0 ? step_get(db, a, step_id, now, &step, err) : 0;

    if (r < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "the first page of signing in is over");
    in->account_id = step.account_id;
    in->login = step.login;
    in->name = step.name;
    in->method = str_is(step.method, METHOD_PROVIDER) ? METHOD_PROVIDER : METHOD_PASSWORD;
    if ((r = try_code(db, a, step.account_id, code, now, right, wait, err)) < 0)
        return (int)r;
    if (!*right)
        return audit_entrance(db, a, in, "account.code_failed", now, err);
    if ((r = step_delete(db, step_id, err)) < 0)
        return (int)r;
    return open_session(db, a, in, now, token, err);
}

int account_sign_in_code(struct db_pool *pool, struct arena *a, struct str step, struct str code,
                         struct str address, struct str agent, int64_t now, struct str *token,
                         int64_t *wait, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct entrance in = {.address = address, .agent = agent};
    bool right = false;
    int r;

    *wait = 0;
    if ((r = db_acquire(pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = code_inside(db, a, session_id(a, step), code, &in, now, token, &right, wait, err);
    if (r < 0 || (r = db_commit(tx, err)) < 0)
        return r;
    return right ? 0 : wrong(err);
}

int account_confirmed(struct db *db, const struct actor *actor, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int64_t r = db_begin(db, err);

    if (r < 0)
        return (int)r;
    tx = db;
    r = session_confirm(db, actor->session, now, err);
    return r < 0 ? (int)r : db_commit(tx, err);
}

int account_confirm_code(struct db *db, struct arena *a, const struct actor *actor, struct str code,
                         int64_t now, int64_t *wait, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    bool right = false;
    int r;

    *wait = 0;
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = try_code(db, a, actor->id, code, now, &right, wait, err)) < 0 ||
        (!right && (r = account_audit(db, a, actor, "account.code_failed", actor->id, actor->login,
                                      STR_EMPTY, now, err)) < 0) ||
        (r = db_commit(tx, err)) < 0)
        return r;
    return right ? 0 : wrong(err);
}

/* ---- setting up --------------------------------------------------------------------------------
 */

static int base32(struct arena *a, struct str secret, struct str *out, struct err *err)
{
    char *text = NULL;
    size_t len = 0;

    if (oath_base32_encode(secret.ptr, secret.len, &text, &len) != OATH_OK)
        return err_set(err, ERR_INTERNAL, "the secret cannot be written in base 32");
    *out = str_dup(a, str_make(text, len));
    free(text);
    return 0;
}

static int begin_inside(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                        struct str *secret, struct err *err)
{
    struct str purpose = purpose_of(a, "second factor", actor->id);
    struct factor_get_row factor;
    char *bytes = arena_alloc(a, SECRET);
    int64_t r = factor_get(db, a, actor->id, &factor, err);

    if (r < 0)
        return (int)r;
    if (r > 0 && factor.confirmed_at.has)
        return err_set(err, ERR_STATE, STR_FMT " has a second factor already",
                       STR_ARG(actor->login));
    if (r > 0 && factor.created_at > now - SETUP_LIFE &&
        seal_open(a, factor.secret, purpose, secret))
        return 0;
    random_bytes(bytes, SECRET);
    *secret = str_make(bytes, SECRET);
    r = factor_put(db, actor->id, seal_close(a, *secret, purpose), now, err);
    return r < 0 ? (int)r : 0;
}

int account_factor_begin(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                         struct str *secret, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct str bytes;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    if ((r = begin_inside(db, a, actor, now, &bytes, err)) < 0 || (r = db_commit(tx, err)) < 0)
        return r;
    return base32(a, bytes, secret, err);
}

static int make_codes(struct db *db, struct arena *a, int64_t account_id,
                      struct str codes[RECOVERY_CODES], struct err *err)
{
    int64_t r = recovery_clear(db, account_id, err);

    for (int i = 0; i < RECOVERY_CODES && r >= 0; i++) {
        struct str c = random_code(a, RECOVERY);
        codes[i] = str_printf(a, "%.*s-%.*s-%.*s", GROUP, c.ptr, GROUP, c.ptr + GROUP, GROUP,
                              c.ptr + 2 * GROUP);
        r = recovery_add(db, account_id, recovery_hash(a, account_id, c), err);
    }
    return r < 0 ? (int)r : 0;
}

static int confirm_inside(struct db *db, struct arena *a, const struct actor *actor,
                          struct str code, int64_t now, struct str codes[RECOVERY_CODES],
                          bool *right, struct err *err)
{
    const struct failure_rule rule = {FREE_FOR_CODE, FORGET};
    struct str core = code_core(a, code);
    struct factor_get_row factor;
    int64_t before, wait, r = factor_get(db, a, actor->id, &factor, err);

    if (r < 0)
        return (int)r;
    if (r == 0 || factor.confirmed_at.has)
        return err_set(err, ERR_STATE, STR_FMT " has no second factor to confirm",
                       STR_ARG(actor->login));
    if ((r = failure_count(db, a, failure_key(a, actor->id), rule, now, &before, &wait, err)) < 0)
        return (int)r;
    if (core.len != DIGITS || !is_digits(core))
        return 0;
    if ((r = use_step(db, a, actor->id, &factor, core, now, right, err)) < 0 || !*right)
        return (int)r;
    if ((r = failure_set(db, failure_key(a, actor->id), 0, 0, err)) < 0 ||
        (r = factor_set_confirmed(db, actor->id, now, err)) < 0 ||
        (r = make_codes(db, a, actor->id, codes, err)) < 0)
        return (int)r;
    return account_audit(db, a, actor, "account.factor_on", actor->id, actor->login, STR_EMPTY, now,
                         err);
}

int account_factor_confirm(struct db *db, struct arena *a, const struct actor *actor,
                           struct str code, int64_t now, struct str codes[RECOVERY_CODES],
                           struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    bool right = false;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    if ((r = confirm_inside(db, a, actor, code, now, codes, &right, err)) < 0 ||
        (r = db_commit(tx, err)) < 0)
        return r;
    return right ? 0 : wrong(err);
}

int account_factor_codes(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                         struct str codes[RECOVERY_CODES], struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r;

    if (!actor->has_factor)
        return err_set(err, ERR_STATE, STR_FMT " has no second factor", STR_ARG(actor->login));
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = make_codes(db, a, actor->id, codes, err)) < 0 ||
        (r = account_audit(db, a, actor, "account.factor_codes", actor->id, actor->login, STR_EMPTY,
                           now, err)) < 0)
        return r;
    return db_commit(tx, err);
}

int account_factor_is_code(struct db *db, struct arena *a, const struct actor *actor,
                           struct str code, struct err *err)
{
    struct recovery_known_row row;

    return recovery_known(db, a, actor->id, recovery_hash(a, actor->id, code_core(a, code)), &row,
                          err);
}

/* ---- taking away -------------------------------------------------------------------------------
 */

static int take_away(struct db *db, int64_t account_id, struct err *err)
{
    int64_t r = factor_delete(db, account_id, err);

    if (r == 0)
        return err_set(err, ERR_STATE, "account %lld has no second factor", (long long)account_id);
    if (r > 0)
        r = recovery_clear(db, account_id, err);
    return r < 0 ? (int)r : 0;
}

static int require_free(struct db *db, struct arena *a, const struct actor *actor, struct err *err)
{
    bool asked[ROLE_COUNT];
    int r = account_factor_roles(db, a, asked, err);

    for (int i = 0; i < ROLE_COUNT && r == 0; i++) {
        if (asked[i] && actor->roles[i])
            r = err_set(err, ERR_FORBIDDEN, "who is %s needs a second factor",
                        role_name((enum role)i));
    }
    return r;
}

int account_factor_off(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                       struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    if ((r = require_free(db, a, actor, err)) < 0 || (r = take_away(db, actor->id, err)) < 0 ||
        (r = account_audit(db, a, actor, "account.factor_off", actor->id, actor->login, STR_EMPTY,
                           now, err)) < 0)
        return r;
    return db_commit(tx, err);
}

static int tell_reset(struct db *db, struct arena *a, const struct account_by_id_row *account,
                      struct str reason, const struct actor *by, int64_t now, struct err *err)
{
    enum lang lang = account->lang.len > 0 ? i18n_lang(account->lang) : LANG_VI;
    struct str parts[] = {by != NULL ? by->name : audit_actor_text(lang, STR(AUDIT_COMMAND_LINE)),
                          i18n_time(a, lang, now), reason};

    return notice_mail_account(
        db, a, account->id, lang, T(lang, "Your second factor was reset"),
        i18n_format(a, lang,
                    N_("{0} took the second factor off your account on {1}.\nReason: {2}\n\nAll "
                       "your sessions were ended. Set up a second factor again at the next "
                       "sign-in.\nIf you did not ask for this, call the administrator of your "
                       "organisation at once.\n"),
                    parts, 3),
        false, now, NULL, err);
}

static struct str reason_json(struct arena *a, struct str reason)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "reason", reason);
    json_w_end(&w);
    return buf_str(&out);
}

static int reset_inside(struct db *db, struct arena *a, int64_t account_id, struct str reason,
                        const struct actor *by, int64_t now, struct err *err)
{
    struct account_by_id_row account;
    int64_t r = account_by_id(db, a, account_id, &account, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no account %lld", (long long)account_id);
    if (r < 0 || (r = account_require_manage(db, by, account_id, now, err)) < 0 ||
        (r = take_away(db, account_id, err)) < 0 ||
        (r = account_session_end_others(db, account_id, STR_EMPTY, now, err)) < 0 ||
        (r = tell_reset(db, a, &account, reason, by, now, err)) < 0)
        return (int)r;
    return account_audit(db, a, by, "account.factor_reset", account_id, account.login,
                         reason_json(a, reason), now, err);
}

int account_factor_reset(struct db *db, struct arena *a, int64_t account_id, struct str reason,
                         const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r;

    if (str_trim(reason).len == 0) {
        err_set(err, ERR_INVALID, "taking off a second factor needs a reason");
        err_field(err, "reason");
        return ERR_INVALID;
    }
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = reset_inside(db, a, account_id, str_trim(reason), by, now, err);
    return r < 0 ? r : db_commit(tx, err);
}

/* ---- who must have one -------------------------------------------------------------------------
 */

int account_factor_roles(struct db *db, struct arena *a, bool out[ROLE_COUNT], struct err *err)
{
    struct role_rules_rows rows = {0};
    int r = role_rules(db, a, &rows, err);
    enum role role;

    memset(out, 0, ROLE_COUNT * sizeof *out);
    for (size_t i = 0; i < rows.len; i++) {
        if (role_from_name(rows.at[i].role, &role))
            out[role] = true;
    }
    return r;
}

static struct str roles_json(struct arena *a, const bool wanted[ROLE_COUNT])
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "key", STR("second_factor.roles"));
    json_w_key(&w, STR("roles"));
    json_w_array(&w);
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (wanted[i])
            json_w_str(&w, str_c(role_name((enum role)i)));
    }
    json_w_end(&w);
    json_w_end(&w);
    return buf_str(&out);
}

int account_set_factor_roles(struct db *db, struct arena *a, const bool wanted[ROLE_COUNT],
                             const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int64_t r = db_begin(db, err);

    if (r < 0)
        return (int)r;
    tx = db;
    if ((by != NULL && (r = actor_require_site(db, by, PERM_SITE_MANAGE, now, err)) < 0) ||
        (r = role_rules_clear(db, err)) < 0)
        return (int)r;
    for (int i = 0; i < ROLE_COUNT && r >= 0; i++)
        r = wanted[i] ? role_rule_add(db, str_c(role_name((enum role)i)), err) : 0;
    if (r < 0)
        return (int)r;
    r = actor_audit(db, a, by, now, "setting.change", "setting", 0, STR_EMPTY,
                    roles_json(a, wanted), err);
    return r < 0 ? (int)r : db_commit(tx, err);
}
