#include "base/base.h"

char *buf_room(struct buf *b, size_t more)
{
    size_t want;
    char *p;

    if (b->limit != 0 && (more > b->limit || b->len > b->limit - more)) {
        b->full = true;
        return NULL;
    }
    if (more < b->cap && b->len < b->cap - more)
        return b->ptr + b->len;
    if (more > SIZE_MAX / 4 - b->len)
        die("text of more than %zu bytes", b->len);
    want = MAX(b->cap * 2, (size_t)256);
    while (want <= b->len + more)
        want *= 2;
    p = arena_alloc_align(b->arena, want, 1);
    if (b->len > 0)
        memcpy(p, b->ptr, b->len);
    b->ptr = p;
    b->cap = want;
    return p + b->len;
}

void buf_add(struct buf *b, struct str s)
{
    char *p;

    if (s.len == 0)
        return;
    p = buf_room(b, s.len);
    if (p == NULL)
        return;
    memcpy(p, s.ptr, s.len);
    b->len += s.len;
}

void buf_add_char_slow(struct buf *b, char c)
{
    buf_add(b, str_make(&c, 1));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    char small[512];
    char *p;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    if (n < 0)
        die("vsnprintf: bad format %s", fmt);
    if ((size_t)n < sizeof(small)) {
        buf_add(b, str_make(small, (size_t)n));
        return;
    }
    p = buf_room(b, (size_t)n);
    if (p == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_add_int(struct buf *b, int64_t n)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do {
        digits[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u != 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, str_make(digits + at, sizeof(digits) - at));
}

struct str buf_str(struct buf *b)
{
    if (b->ptr == NULL)
        return STR("");
    b->ptr[b->len] = '\0';
    return str_make(b->ptr, b->len);
}
