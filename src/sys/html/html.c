#include "sys/html/html.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/clock.h"

static const char *const entities[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&#34;", ['\''] = "&#39;",
};

/* The number of bytes at the front of the text that need no escaping. */
static size_t plain_run(const char *s, size_t len)
{
    size_t i = 0;

#ifdef __SSE2__
    const __m128i amp = _mm_set1_epi8('&'), lt = _mm_set1_epi8('<'), gt = _mm_set1_epi8('>'),
                  quote = _mm_set1_epi8('"'), apostrophe = _mm_set1_epi8('\'');

    for (; i + 16 <= len; i += 16) {
        __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(c, amp), _mm_cmpeq_epi8(c, lt)),
                         _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(c, gt), _mm_cmpeq_epi8(c, quote)),
                                      _mm_cmpeq_epi8(c, apostrophe)));
        int mask = _mm_movemask_epi8(hit);

        if (mask != 0)
            return i + (size_t)__builtin_ctz((unsigned)mask);
    }
#endif
    while (i < len && entities[(unsigned char)s[i]] == NULL)
        i++;
    return i;
}

void html_text(struct buf *b, struct str s)
{
    while (s.len > 0) {
        size_t n = plain_run(s.ptr, s.len);

        buf_add(b, str_make(s.ptr, n));
        if (n == s.len)
            return;
        buf_add_c(b, entities[(unsigned char)s.ptr[n]]);
        s = str_from(s, n + 1);
    }
}

/* Which characters stand for themselves: in any part of a URL (RFC 3986 unreserved), behind mailto:
 * and tel:, and in a whole URL. */
enum { IN_PART = 1, IN_ADDRESS = 2, IN_URL = 4, EVERYWHERE = IN_PART | IN_ADDRESS | IN_URL };

static const unsigned char url_chars[256] = {
    ['0' ... '9'] = EVERYWHERE,
    ['A' ... 'Z'] = EVERYWHERE,
    ['a' ... 'z'] = EVERYWHERE,
    ['-'] = EVERYWHERE,
    ['.'] = EVERYWHERE,
    ['_'] = EVERYWHERE,
    ['~'] = EVERYWHERE,
    ['@'] = IN_ADDRESS | IN_URL,
    ['+'] = IN_ADDRESS | IN_URL,
    [':'] = IN_URL,
    ['/'] = IN_URL,
    ['?'] = IN_URL,
    ['#'] = IN_URL,
    ['['] = IN_URL,
    [']'] = IN_URL,
    ['!'] = IN_URL,
    ['$'] = IN_URL,
    ['('] = IN_URL,
    [')'] = IN_URL,
    ['*'] = IN_URL,
    [','] = IN_URL,
    [';'] = IN_URL,
    ['='] = IN_URL,
    ['%'] = IN_URL,
};

static const char hex_digits[] = "0123456789ABCDEF";

/* In pieces, so that each needs room only once. */
static void add_encoded(struct buf *b, struct str s, unsigned keep)
{
    char out[3 * 64];
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char u = (unsigned char)s.ptr[i];

        if (url_chars[u] & keep) {
            out[n++] = s.ptr[i];
        } else {
            out[n++] = '%';
            out[n++] = hex_digits[u >> 4];
            out[n++] = hex_digits[u & 15];
        }
        if (n > sizeof(out) - 3) {
            buf_add(b, str_make(out, n));
            n = 0;
        }
    }
    buf_add(b, str_make(out, n));
}

void html_url_part(struct buf *b, struct str s)
{
    add_encoded(b, s, IN_PART);
}

void html_url_address(struct buf *b, struct str s)
{
    add_encoded(b, s, IN_ADDRESS);
}

/* A colon before any "/", "?" or "#" ends a scheme; without one the reference is relative. */
static bool is_allowed_url(struct str s)
{
    static const struct str schemes[] = {STR_INIT("http"), STR_INIT("https"), STR_INIT("mailto"),
                                         STR_INIT("tel")};
    size_t n = 0;

    while (n < s.len && s.ptr[n] != ':' && s.ptr[n] != '/' && s.ptr[n] != '?' && s.ptr[n] != '#')
        n++;
    if (n == s.len || s.ptr[n] != ':')
        return true;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_eq_nocase(str_make(s.ptr, n), schemes[i]))
            return true;
    }
    return false;
}

void html_url(struct buf *b, struct str s)
{
    struct str part;

    if (!is_allowed_url(s)) {
        buf_add_char(b, '#');
        return;
    }
    /* Browsers drop tabs and line breaks and read "\" as "/": encoded, they mean nothing. */
    while (str_split(&s, '&', &part)) {
        add_encoded(b, part, IN_URL);
        if (s.ptr != NULL)
            buf_add(b, STR("&amp;"));
    }
}

void html_int(struct buf *b, int64_t n)
{
    buf_add_int(b, n);
}

void html_uint(struct buf *b, uint64_t n)
{
    if (n > INT64_MAX)
        buf_printf(b, "%llu", (unsigned long long)n);
    else
        buf_add_int(b, (int64_t)n);
}

void html_opt_int(struct buf *b, struct opt_int n)
{
    if (n.has)
        buf_add_int(b, n.v);
}

void html_markup(struct buf *b, struct html_safe s)
{
    buf_add(b, s.markup);
}

void html_c_text(struct buf *b, const char *s)
{
    html_text(b, str_c(s));
}

void html_c_url(struct buf *b, const char *s)
{
    html_url(b, str_c(s));
}

void html_c_part(struct buf *b, const char *s)
{
    html_url_part(b, str_c(s));
}

void html_c_address(struct buf *b, const char *s)
{
    html_url_address(b, str_c(s));
}

struct opt_int html_same(struct opt_int n)
{
    return n;
}

struct str html_int_text(struct html_page *p, struct opt_int n)
{
    return n.has ? i18n_int(p->arena, p->lang, n.v) : STR_EMPTY;
}

struct str html_bytes_text(struct html_page *p, struct opt_int n)
{
    return n.has ? i18n_bytes(p->arena, p->lang, n.v) : STR_EMPTY;
}

struct str html_date_text(struct html_page *p, struct opt_int ms)
{
    return ms.has ? i18n_date(p->arena, p->lang, ms.v) : STR_EMPTY;
}

struct str html_time_text(struct html_page *p, struct opt_int ms)
{
    return ms.has ? i18n_time(p->arena, p->lang, ms.v) : STR_EMPTY;
}

struct str html_relative_text(struct html_page *p, struct opt_int ms)
{
    return ms.has ? i18n_relative(p->arena, p->lang, ms.v, p->now) : STR_EMPTY;
}

struct str html_duration_text(struct html_page *p, struct opt_int ms)
{
    return ms.has ? i18n_duration(p->arena, p->lang, ms.v) : STR_EMPTY;
}

struct str html_iso_text(struct html_page *p, struct opt_int ms)
{
    return ms.has ? clock_rfc3339(p->arena, ms.v, i18n_zone()) : STR_EMPTY;
}

struct str html_part_text(struct html_page *p, struct str s)
{
    struct buf b = buf_make(p->arena);

    html_url_part(&b, s);
    return buf_str(&b);
}

struct str html_arg_str(struct html_page *p, struct str s)
{
    return s;
}

struct str html_arg_c(struct html_page *p, const char *s)
{
    return str_c(s);
}

struct str html_arg_int(struct html_page *p, int64_t n)
{
    return i18n_int(p->arena, p->lang, n);
}

struct str html_arg_uint(struct html_page *p, uint64_t n)
{
    return i18n_int(p->arena, p->lang, (int64_t)MIN(n, (uint64_t)INT64_MAX));
}

struct str html_format(struct html_page *p, const char *key, size_t len, const struct str *args)
{
    return i18n_format(p->arena, p->lang, key, args, len);
}
