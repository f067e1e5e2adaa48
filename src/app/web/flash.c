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
/* Between the parts of a message that has more than words. */
#define MARK "\x1f"
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

static void put(const struct http_request *req, struct http_response *res, struct str text)
{
    struct arena *a = req->arena;
    struct str time = str_printf(a, "%016" PRIx64, (uint64_t)req->now);
    struct str hex = str_hex(a, text.ptr, text.len);
    struct str mac = sign(a, time, hex);

    http_set_cookie(
        req, res, FLASH_COOKIE,
        str_printf(a, STR_FMT STR_FMT STR_FMT, STR_ARG(time), STR_ARG(mac), STR_ARG(hex)),
        FLASH_LIFE / SECOND_MS);
}

void web_flash(const struct http_request *req, struct http_response *res, struct str text)
{
    if (actor_of(req)->id != 0)
        put(req, res, text_ellipsis(req->arena, text, TEXT_MAX));
}

void web_flash_said(const struct http_request *req, struct http_response *res,
                    const struct web_said *said)
{
    if (actor_of(req)->id == 0)
        return;
    put(req, res,
        str_printf(req->arena,
                   MARK STR_FMT MARK "%" PRId64 MARK STR_FMT MARK STR_FMT MARK STR_FMT MARK STR_FMT,
                   STR_ARG(said->action), said->undo_id, STR_ARG(said->href), STR_ARG(said->link),
                   STR_ARG(said->button),
                   STR_ARG(text_ellipsis(req->arena, said->text, TEXT_MAX))));
}

void web_flash_undo(const struct http_request *req, struct http_response *res, struct str text,
                    struct str action, int64_t id)
{
    web_flash_said(req, res, &(struct web_said){.text = text, .action = action, .undo_id = id});
}

struct flash flash_read(struct str text)
{
    struct str rest = str_from(text, 1), parts[5];

    if (!str_starts(text, STR(MARK)))
        return (struct flash){.text = text};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!str_split(&rest, MARK[0], &parts[i]))
            return (struct flash){.text = STR_EMPTY};
    }
    return (struct flash){.text = rest,
                          .action = parts[0],
                          .id = parts[1],
                          .href = parts[2],
                          .link = parts[3],
                          .button = parts[4]};
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
