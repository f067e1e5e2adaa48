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

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void add_percent(struct buf *b, char c)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char u = (unsigned char)c;
    char text[3] = {'%', digits[u >> 4], digits[u & 15]};

    buf_add(b, str_make(text, sizeof(text)));
}

static void add_encoded(struct buf *b, struct str s, const char *keep)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_unreserved(s.ptr[i]) || (s.ptr[i] != '\0' && strchr(keep, s.ptr[i]) != NULL))
            buf_add_char(b, s.ptr[i]);
        else
            add_percent(b, s.ptr[i]);
    }
}

void html_url_part(struct buf *b, struct str s)
{
    add_encoded(b, s, "");
}

void html_url_address(struct buf *b, struct str s)
{
    add_encoded(b, s, "@+");
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
    if (!is_allowed_url(s)) {
        buf_add_char(b, '#');
        return;
    }
    /* Browsers drop tabs and line breaks and read "\" as "/": encoded, they mean nothing. */
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '&')
            buf_add(b, STR("&amp;"));
        else if (is_unreserved(c) || (c != '\0' && strchr(":/?#[]@!$()*+,;=%", c) != NULL))
            buf_add_char(b, c);
        else
            add_percent(b, c);
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
