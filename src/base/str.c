#include "base/base.h"

#include <errno.h>

int str_cmp(struct str a, struct str b)
{
    size_t n = MIN(a.len, b.len);
    int c = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;

    if (c != 0)
        return c;
    return a.len < b.len ? -1 : a.len > b.len;
}

static inline unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower((unsigned char)a.ptr[i]) != lower((unsigned char)b.ptr[i]))
            return false;
    }
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq(str_make(s.ptr, prefix.len), prefix);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq_nocase(str_make(s.ptr, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

ptrdiff_t str_find(struct str s, struct str what)
{
    const char *p;

    if (what.len == 0)
        return 0;
    if (s.len < what.len)
        return -1;
    p = memmem(s.ptr, s.len, what.ptr, what.len);
    return p != NULL ? p - s.ptr : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
    const char *p = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;

    return p != NULL ? p - s.ptr : -1;
}

ptrdiff_t str_rfind_char(struct str s, char c)
{
    const char *p = s.len > 0 ? memrchr(s.ptr, c, s.len) : NULL;

    return p != NULL ? p - s.ptr : -1;
}

static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = str_from(s, 1);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool str_split(struct str *rest, char sep, struct str *part)
{
    ptrdiff_t at;

    if (rest->ptr == NULL)
        return false;
    at = str_find_char(*rest, sep);
    if (at < 0) {
        *part = *rest;
        *rest = STR_EMPTY;
        return true;
    }
    *part = str_make(rest->ptr, (size_t)at);
    *rest = str_make(rest->ptr + at + 1, rest->len - (size_t)at - 1);
    return true;
}

bool str_line(struct str *rest, struct str *line)
{
    ptrdiff_t at;

    if (rest->len == 0)
        return false;
    at = str_find_char(*rest, '\n');
    *line = at < 0 ? *rest : str_make(rest->ptr, (size_t)at);
    *rest = at < 0 ? STR_EMPTY : str_from(*rest, (size_t)at + 1);
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

char *str_cdup(struct arena *a, struct str s)
{
    char *p = arena_alloc_align(a, s.len + 1, 1);

    if (s.len > 0)
        memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return p;
}

struct str str_dup(struct arena *a, struct str s)
{
    return str_make(str_cdup(a, s), s.len);
}

struct str str_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char small[256];
    char *p;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    if (n < 0)
        die("vsnprintf: bad format %s", fmt);
    p = arena_alloc_align(a, (size_t)n + 1, 1);
    if ((size_t)n < sizeof(small)) {
        memcpy(p, small, (size_t)n + 1);
    } else {
        va_start(ap, fmt);
        vsnprintf(p, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    return str_make(p, (size_t)n);
}

struct str str_lower(struct arena *a, struct str s)
{
    char *p = str_cdup(a, s);

    for (size_t i = 0; i < s.len; i++)
        p[i] = (char)lower((unsigned char)p[i]);
    return str_make(p, s.len);
}

bool str_to_uint(struct str s, uint64_t *out)
{
    uint64_t n = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(s.ptr[i] - '0'), &n))
            return false;
    }
    *out = n;
    return true;
}

bool str_to_int(struct str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t n;

    if (!str_to_uint(negative ? str_from(s, 1) : s, &n))
        return false;
    if (n > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

bool str_to_double(struct str s, double *out)
{
    char text[64];
    char *end;

    /* strtod also takes "inf", "nan", hexadecimal and leading space: not numbers a person types. */
    if (s.len == 0 || s.len >= sizeof(text))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (strchr("0123456789+-.eE", s.ptr[i]) == NULL || s.ptr[i] == '\0')
            return false;
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    errno = 0;
    *out = strtod(text, &end);
    return errno == 0 && *end == '\0';
}

struct str str_hex(struct arena *a, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *b = bytes;
    char *p = arena_alloc_align(a, n * 2 + 1, 1);

    for (size_t i = 0; i < n; i++) {
        p[2 * i] = digits[b[i] >> 4];
        p[2 * i + 1] = digits[b[i] & 15];
    }
    p[n * 2] = '\0';
    return str_make(p, n * 2);
}

bool str_from_hex(struct str hex, void *out, size_t n)
{
    unsigned char *b = out;

    if (hex.len != n * 2)
        return false;
    for (size_t i = 0; i < n; i++) {
        int hi = str_hex_digit(hex.ptr[2 * i]);
        int lo = str_hex_digit(hex.ptr[2 * i + 1]);

        if (hi < 0 || lo < 0)
            return false;
        b[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ s.len;
    uint64_t w;
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        memcpy(&w, s.ptr + i, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (i < s.len)
        memcpy(&w, s.ptr + i, s.len - i);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 29;
}
