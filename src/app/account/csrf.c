#include "app/account/inner.h"
#include "app/account/queries.h"
#include "base/random.h"

#include <sodium.h>

enum { SECRET = 32, NONCE = 8, MAC = 16 };
#define FORM_TOKEN_LIFE DAY_MS
#define FORM_SECRET_KEY "form_secret"

/* Read once at start, then constant. */
static uint8_t site_secret[crypto_auth_hmacsha256_KEYBYTES];

int csrf_start(struct db *db, struct arena *a, struct err *err)
{
    struct account_setting_row row;
    uint8_t fresh[SECRET];
    int64_t r;

    random_bytes(fresh, sizeof fresh);
    r = account_setting_add(db, STR(FORM_SECRET_KEY), str_hex(a, fresh, sizeof fresh), err);
    if (r < 0)
        return (int)r;
    r = account_setting(db, a, STR(FORM_SECRET_KEY), &row, err);
    if (r < 0)
        return (int)r;
    if (r == 0 || !str_from_hex(row.value, site_secret, sizeof site_secret))
        return err_set(err, ERR_CORRUPT, "setting %s is not 64 hexadecimal digits",
                       FORM_SECRET_KEY);
    return 0;
}

/* A page compressed together with what an attacker can choose would give a constant token away
 * letter by letter: every response carries the secret under another pad. */
struct str csrf_mask(struct arena *a, struct str secret)
{
    uint8_t bytes[2 * SECRET];

    if (!str_from_hex(secret, bytes + SECRET, SECRET))
        return STR_EMPTY;
    random_bytes(bytes, SECRET);
    for (int i = 0; i < SECRET; i++)
        bytes[SECRET + i] ^= bytes[i];
    return str_hex(a, bytes, sizeof bytes);
}

bool csrf_check(struct str secret, struct str token)
{
    uint8_t want[SECRET], got[2 * SECRET];

    if (secret.len != sizeof want * 2 || token.len != sizeof got * 2 ||
        !str_from_hex(secret, want, sizeof want) || !str_from_hex(token, got, sizeof got))
        return false;
    for (int i = 0; i < SECRET; i++)
        got[SECRET + i] ^= got[i];
    return sodium_memcmp(want, got + SECRET, SECRET) == 0;
}

/* ---- tokens of public forms: time (16 digits), nonce (16), code (32), all hexadecimal ----------
 */

struct form_token {
    uint8_t time[8];
    uint8_t nonce[NONCE];
    uint8_t mac[MAC];
};

static void form_token_sign(const char *pattern, struct form_token *t)
{
    static const char purpose[] = "form";
    uint8_t full[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, site_secret, sizeof site_secret);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)purpose, sizeof purpose);
    crypto_auth_hmacsha256_update(&state, t->time, sizeof t->time + sizeof t->nonce);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)pattern, strlen(pattern));
    crypto_auth_hmacsha256_final(&state, full);
    memcpy(t->mac, full, sizeof t->mac);
}

struct str account_form_token(struct arena *a, const char *pattern, int64_t now)
{
    struct form_token t;

    for (int i = 0; i < 8; i++)
        t.time[i] = (uint8_t)((uint64_t)now >> (56 - 8 * i));
    random_bytes(t.nonce, sizeof t.nonce);
    form_token_sign(pattern, &t);
    return str_hex(a, &t, sizeof t);
}

bool account_check_form_token(const char *pattern, struct str token, int64_t now)
{
    struct form_token got, want;
    uint64_t made = 0;

    if (token.len != 2 * sizeof got || !str_from_hex(token, &got, sizeof got))
        return false;
    want = got;
    form_token_sign(pattern, &want);
    if (sodium_memcmp(got.mac, want.mac, sizeof want.mac) != 0)
        return false;
    for (int i = 0; i < 8; i++)
        made = made << 8 | got.time[i];
    return (int64_t)made <= now + MINUTE_MS && now - (int64_t)made <= FORM_TOKEN_LIFE;
}
