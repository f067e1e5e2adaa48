#include "sys/http/inner.h"
#include "base/text.h"

bool utf8_clean(struct str s)
{
    return text_is_valid(s, true) && (s.len == 0 || memchr(s.ptr, '\0', s.len) == NULL);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of a %XX at s.ptr[i], or -1. */
static int percent(struct str s, size_t i)
{
    int high, low;

    if (i + 2 >= s.len)
        return -1;
    high = hex_digit(s.ptr[i + 1]);
    low = hex_digit(s.ptr[i + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static int bad_target(struct err *err, const char *what)
{
    return err_set(err, ERR_INVALID, "request target: %s", what);
}

/* An escaped slash must not become a separator before the route is known: until target_settle it is
 * a byte that no path can hold. */
static int decode_path(struct arena *a, struct str raw, struct str *out, struct err *err)
{
    char *to = arena_alloc(a, raw.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < raw.len; i++) {
        int c = (unsigned char)raw.ptr[i];

        if (c == '%') {
            c = percent(raw, i);
            if (c < 0)
                return bad_target(err, "malformed percent escape");
            i += 2;
            if (c == '/' || c == '\\') {
                to[n++] = c == '/' ? ESCAPED_SLASH : ESCAPED_BACKSLASH;
                continue;
            }
        }
        if (c < 0x20 || c == 0x7f || c == '\\')
            return bad_target(err, "control character or backslash");
        to[n++] = (char)c;
    }
    to[n] = '\0';
    *out = str_make(to, n);
    return utf8_clean(*out) ? 0 : bad_target(err, "not UTF-8");
}

static int check_segments(struct str path, struct err *err)
{
    struct str rest = str_from(path, 1), part;

    while (rest.len > 0 && str_split(&rest, '/', &part)) {
        if (part.len == 0)
            return bad_target(err, "empty segment");
        if (str_is(part, ".") || str_is(part, ".."))
            return bad_target(err, "dot segment");
    }
    return 0;
}

void target_settle(struct request *r)
{
    char *path = (char *)(uintptr_t)r->pub.path.ptr;

    for (size_t i = 0; i < r->pub.path.len; i++)
        if (path[i] == ESCAPED_SLASH || path[i] == ESCAPED_BACKSLASH)
            path[i] = path[i] == ESCAPED_SLASH ? '/' : '\\';
}

int target_parse(struct request *r, struct err *err)
{
    struct str raw = r->target, path;
    ptrdiff_t at;
    int rc;

    if (str_starts_nocase(raw, STR("http://")) || str_starts_nocase(raw, STR("https://"))) {
        raw = str_from(raw, (size_t)str_find(raw, STR("://")) + 3);
        at = str_find_char(raw, '/');
        if (at <= 0)
            return bad_target(err, "absolute form without a path");
        raw = str_from(raw, (size_t)at);
    }
    if (raw.len == 0 || raw.ptr[0] != '/')
        return bad_target(err, "does not begin with \"/\"");
    for (size_t i = 0; i < raw.len; i++)
        if ((unsigned char)raw.ptr[i] <= ' ' || raw.ptr[i] == 0x7f || raw.ptr[i] == '#')
            return bad_target(err, "space, control character or fragment");
    at = str_find_char(raw, '?');
    path = at < 0 ? raw : str_sub(raw, 0, (size_t)at);
    if (path.len > PATH_BYTES_MAX || raw.len - path.len > QUERY_BYTES_MAX)
        return bad_target(err, "too long");
    r->pub.raw_path = path;
    if ((rc = decode_path(&r->arena, path, &r->pub.path, err)) < 0 ||
        (rc = check_segments(r->pub.path, err)) < 0)
        return rc;
    r->pub.query = at < 0 ? STR("") : str_from(raw, (size_t)at + 1);
    return urlencoded_parse(&r->arena, r->pub.query, &r->args, &r->args_len, err);
}

/* "+" is a space; a percent sign that begins no escape stands for itself, as people type it. */
static struct str decode_component(struct arena *a, struct str raw)
{
    char *to;
    size_t n = 0;

    if (str_find_char(raw, '%') < 0 && str_find_char(raw, '+') < 0)
        return raw;
    to = arena_alloc(a, raw.len + 1);
    for (size_t i = 0; i < raw.len; i++) {
        int c = percent(raw, i);

        if (raw.ptr[i] == '%' && c >= 0) {
            to[n++] = (char)c;
            i += 2;
        } else {
            to[n++] = raw.ptr[i] == '+' ? ' ' : raw.ptr[i];
        }
    }
    to[n] = '\0';
    return str_make(to, n);
}

int urlencoded_parse(struct arena *a, struct str raw, struct http_pair **out, size_t *len,
                     struct err *err)
{
    size_t count = 1, n = 0;
    struct str rest = raw, pair;
    struct http_pair *pairs;

    *out = NULL;
    *len = 0;
    if (raw.len == 0)
        return 0;
    for (size_t i = 0; i < raw.len; i++)
        count += raw.ptr[i] == '&';
    if (count > PAIRS_MAX)
        return err_set(err, ERR_TOO_LARGE, "%zu fields are more than %d", count, PAIRS_MAX);
    pairs = arena_array(a, struct http_pair, count);
    while (str_split(&rest, '&', &pair)) {
        ptrdiff_t eq = str_find_char(pair, '=');

        if (pair.len == 0)
            continue;
        pairs[n].name = decode_component(a, eq < 0 ? pair : str_sub(pair, 0, (size_t)eq));
        pairs[n].value = eq < 0 ? STR("") : decode_component(a, str_from(pair, (size_t)eq + 1));
        if (!utf8_clean(pairs[n].name) || !utf8_clean(pairs[n].value))
            return err_set(err, ERR_INVALID, "a field is not UTF-8");
        n++;
    }
    *out = pairs;
    *len = n;
    return 0;
}
