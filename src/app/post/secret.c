#include "app/post/inner.h"

#include "app/audit/audit.h"
#include "base/clock.h"
#include "sys/crypto/seal.h"

/*
 * Passwords of mail servers stand in the table `setting` as "sealed.KEY"; a row "mail.*_password"
 * is one of before. What is sealed for one key or webhook opens for no other.
 */
static const char *const passwords[] = {"mail.smtp_password", "mail.imap_password"};

static struct str purpose_of(struct arena *a, struct str key)
{
    return str_printf(a, "setting " STR_FMT, STR_ARG(key));
}

static struct str sealed_key(struct arena *a, struct str key)
{
    return str_printf(a, "sealed." STR_FMT, STR_ARG(key));
}

static struct str hook_purpose(struct arena *a, struct str uuid)
{
    return str_printf(a, "webhook " STR_FMT, STR_ARG(uuid));
}

/* ---- settings ------------------------------------------------------------------------------- */

int post_secret_read(struct db *db, struct arena *a, struct str key, struct str *out, bool *lost,
                     struct err *err)
{
    struct post_setting_row row;
    int r = post_setting(db, a, sealed_key(a, key), &row, err);

    *out = STR("");
    *lost = false;
    if (r > 0)
        *lost = !seal_open(a, row.value, purpose_of(a, key), out);
    return MIN(r, 0);
}

int post_secret_write(struct db *db, struct arena *a, struct str key, struct str secret,
                      struct err *err)
{
    int64_t r = post_setting_forget(db, key, err);

    if (r >= 0)
        r = secret.len == 0 ? post_setting_forget(db, sealed_key(a, key), err)
                            : post_setting_put(db, sealed_key(a, key),
                                               seal_close(a, secret, purpose_of(a, key)), err);
    return (int)MIN(r, 0);
}

/* ---- webhooks ------------------------------------------------------------------------------- */

struct str post_hook_seal(struct arena *a, struct str uuid, struct str secret)
{
    return seal_close(a, secret, hook_purpose(a, uuid));
}

int post_hook_open(struct arena *a, struct str uuid, struct str sealed, struct str *secret,
                   struct err *err)
{
    if (seal_open(a, sealed, hook_purpose(a, uuid), secret))
        return 0;
    err_set(err, ERR_INVALID, "its secret was sealed with another site.key");
    err_hint(err, "put the site's key back, or make a new secret on the webhook's page");
    return ERR_INVALID;
}

/* ---- what does not open --------------------------------------------------------------------- */

int post_secrets_lost(struct db *db, struct arena *a, struct post_lost *out, struct err *err)
{
    struct post_hooks_sealed_rows rows;
    struct str secret;
    int r = 0;

    *out = (struct post_lost){0};
    for (size_t i = 0; r >= 0 && i < ARRAY_LEN(passwords); i++) {
        bool lost;

        r = post_secret_read(db, a, str_c(passwords[i]), &secret, &lost, err);
        out->passwords += r >= 0 && lost;
    }
    if (r < 0 || (r = post_hooks_sealed(db, a, &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++)
        out->webhooks += post_hook_open(a, rows.at[i].uuid, rows.at[i].secret, &secret, NULL) < 0;
    return 0;
}

/* ---- what is still plain -------------------------------------------------------------------- */

static int seal_hooks(struct db *db, struct arena *a, int64_t *n, struct err *err)
{
    struct post_hooks_plain_rows rows;
    int64_t r = post_hooks_plain(db, a, &rows, err);

    for (size_t i = 0; r >= 0 && i < rows.len; i++) {
        struct str sealed = post_hook_seal(a, rows.at[i].uuid, rows.at[i].secret);

        r = post_hook_secret(db, rows.at[i].id, sealed, err);
    }
    *n += (int64_t)rows.len;
    return (int)MIN(r, 0);
}

static int seal_settings(struct db *db, struct arena *a, int64_t *n, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(passwords); i++) {
        struct str key = str_c(passwords[i]);
        struct post_setting_row row;
        int r = post_setting(db, a, key, &row, err);

        if (r < 0)
            return r;
        if (r == 0)
            continue;
        if (row.value.len > 0)
            ++*n;
        if ((r = post_secret_write(db, a, key, row.value, err)) < 0)
            return r;
    }
    return 0;
}

int post_seal_plain(struct db_pool *pool, int64_t *sealed, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    _cleanup_(arena_release) struct arena a = {0};
    struct post_plain_row plain;
    int r;

    *sealed = 0;
    if ((r = db_acquire(pool, &db, err)) < 0 || (r = post_plain(db, &a, &plain, err)) < 0 ||
        plain.n == 0)
        return r;
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = seal_settings(db, &a, sealed, err)) < 0 || (r = seal_hooks(db, &a, sealed, err)) < 0 ||
        (*sealed > 0 &&
         (r = audit_write(
              db, &a,
              &(struct audit_entry){.at = clock_now(),
                                    .actor_name = STR(""),
                                    .action = "setting.sealed",
                                    .object_kind = "setting",
                                    .object_code = STR(""),
                                    .address = STR(""),
                                    .detail = str_printf(&a, "{\"secrets\":%" PRId64 "}", *sealed)},
              err)) < 0))
        return r;
    return db_commit(db, err);
}
