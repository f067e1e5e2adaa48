#include "app/web/inner.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"

#include <pthread.h>
#include <sodium.h>

/* Cookie: time (16 hexadecimal digits), MAC (32), text (hexadecimal). The key lives as long as the
 * program: a message lost in a restart is no loss, and nothing secret is stored. */
#define FLASH_COOKIE "ungcuu_flash"
#define FLASH_LIFE   MINUTE_MS
enum { MAC = 16, TEXT_MAX = 300 };

static uint8_t key[crypto_generichash_KEYBYTES];
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
    random_bytes(key, sizeof(key));
}

static struct str sign(struct arena *a, struct str time, struct str text)
{
    struct str all = str_printf(a, STR_FMT STR_FMT, STR_ARG(time), STR_ARG(text));
    uint8_t mac[MAC];

    pthread_once(&key_once, make_key);
    crypto_generichash(mac, sizeof(mac), (const uint8_t *)all.ptr, all.len, key, sizeof(key));
    return str_hex(a, mac, sizeof(mac));
}

void web_flash(const struct http_request *req, struct http_response *res, struct str text)
{
    struct arena *a = req->arena;
    struct str time, mac, hex;

    if (actor_of(req)->id == 0)
        return;
    text = text_ellipsis(a, text, TEXT_MAX);
    time = str_printf(a, "%016" PRIx64, (uint64_t)req->now);
    hex = str_hex(a, text.ptr, text.len);
    mac = sign(a, time, hex);
    http_set_cookie(
        req, res, FLASH_COOKIE,
        str_printf(a, STR_FMT STR_FMT STR_FMT, STR_ARG(time), STR_ARG(mac), STR_ARG(hex)),
        FLASH_LIFE / SECOND_MS);
}

void web_flash_undo(const struct http_request *req, struct http_response *res, struct str text,
                    struct str action, int64_t id)
{
    web_flash(req, res,
              str_printf(req->arena, STR_FMT "\n%" PRId64 "\n" STR_FMT, STR_ARG(action), id,
                         STR_ARG(text)));
}

struct flash flash_read(struct str text)
{
    struct str rest = text, action, id;
    int64_t ignored;

    /* No line break comes from web_flash alone but in a text of several lines, which is no path. */
    if (str_starts(text, STR("/")) && str_split(&rest, '\n', &action) &&
        str_split(&rest, '\n', &id) && str_to_int(id, &ignored))
        return (struct flash){rest, action, id};
    return (struct flash){.text = text};
}

struct str flash_take(const struct http_request *req, struct http_response *res)
{
    struct str cookie = http_cookie(req, FLASH_COOKIE);
    struct str time = str_sub(cookie, 0, 16), mac = str_sub(cookie, 16, 2 * MAC);
    struct str hex = str_from(cookie, 16 + 2 * MAC);
    struct str want;
    uint8_t at[8];
    uint64_t when = 0;
    char *text;

    if (cookie.len == 0)
        return STR_EMPTY;
    http_set_cookie(req, res, FLASH_COOKIE, STR(""), 0);
    want = sign(req->arena, time, hex);
    if (mac.len != want.len || sodium_memcmp(mac.ptr, want.ptr, want.len) != 0 ||
        !str_from_hex(time, at, sizeof(at)))
        return STR_EMPTY;
    for (size_t i = 0; i < sizeof(at); i++)
        when = when << 8 | at[i];
    if (req->now - (int64_t)when > FLASH_LIFE)
        return STR_EMPTY;
    text = arena_alloc(req->arena, hex.len / 2 + 1);
    if (!str_from_hex(hex, text, hex.len / 2))
        return STR_EMPTY;
    return str_make(text, hex.len / 2);
}
