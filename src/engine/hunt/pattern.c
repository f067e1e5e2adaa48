#include "engine/hunt/pattern.h"

#include "engine/hunt/fold.h"

static struct pattern new_pattern(struct arena *a, size_t room)
{
    return (struct pattern){arena_alloc_align(a, room + 1, 1), arena_alloc_align(a, room + 1, 1),
                            0};
}

static void put(struct pattern *p, char byte, enum pattern_kind kind)
{
    p->bytes[p->len] = byte;
    p->kinds[p->len++] = (uint8_t)kind;
}

static enum pattern_kind kind_of(char c, bool expand)
{
    if (c == '*')
        return PATTERN_ANY;
    if (c == '?')
        return PATTERN_ONE;
    return c == '%' && expand ? PATTERN_PERCENT : PATTERN_BYTE;
}

struct pattern pattern_parse(struct arena *a, struct str s, bool expand)
{
    struct pattern p = new_pattern(a, s.len);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        char next = i + 1 < s.len ? s.ptr[i + 1] : 0;
        if (c == '\\' && (next == '*' || next == '?' || next == '\\' || (next == '%' && expand))) {
            put(&p, next, PATTERN_BYTE);
            i++;
            continue;
        }
        put(&p, c, kind_of(c, expand));
    }
    return p;
}

struct pattern pattern_plain(struct arena *a, struct str s)
{
    struct pattern p = new_pattern(a, s.len);
    for (size_t i = 0; i < s.len; i++)
        put(&p, s.ptr[i], PATTERN_BYTE);
    return p;
}

struct pattern pattern_concat(struct arena *a, struct pattern x, struct pattern y)
{
    struct pattern p = new_pattern(a, x.len + y.len);
    for (size_t i = 0; i < x.len; i++)
        put(&p, x.bytes[i], x.kinds[i]);
    for (size_t i = 0; i < y.len; i++)
        put(&p, y.bytes[i], y.kinds[i]);
    return p;
}

struct pattern pattern_sub(struct pattern p, size_t from, size_t len)
{
    return (struct pattern){p.bytes + from, p.kinds + from, len};
}

bool pattern_is_plain(const struct pattern *p)
{
    for (size_t i = 0; i < p->len; i++) {
        if (p->kinds[i] != PATTERN_BYTE && p->kinds[i] != PATTERN_PERCENT)
            return false;
    }
    return true;
}

struct str pattern_text(const struct pattern *p)
{
    return str_make(p->bytes, p->len);
}

struct pattern pattern_any(struct arena *a)
{
    struct pattern p = new_pattern(a, 1);
    put(&p, '*', PATTERN_ANY);
    return p;
}

/* The characters which the modifier windash makes equal (modifiers appendix, "windash"). */
static const char *const dashes[] = {"-", "/", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\x95"};

/* Length of the dash at the front of s, or 0. */
static size_t dash_length(const char *s, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(dashes); i++) {
        size_t len = strlen(dashes[i]);
        if (len <= n && memcmp(s, dashes[i], len) == 0)
            return len;
    }
    return 0;
}

void pattern_dashes(struct arena *a, struct pattern *p)
{
    struct pattern out = new_pattern(a, p->len);
    for (size_t i = 0; i < p->len; i++) {
        size_t len = p->kinds[i] == PATTERN_BYTE ? dash_length(p->bytes + i, p->len - i) : 0;
        if (len == 0) {
            put(&out, p->bytes[i], p->kinds[i]);
            continue;
        }
        put(&out, '-', PATTERN_DASH);
        i += len - 1;
    }
    *p = out;
}

struct pattern pattern_fold(struct arena *a, struct pattern p)
{
    struct pattern out = new_pattern(a, fold_room(p.len));
    for (size_t i = 0; i < p.len;) {
        size_t end = i;
        while (end < p.len && p.kinds[end] == PATTERN_BYTE)
            end++;
        if (end == i) {
            put(&out, p.bytes[i], p.kinds[i]);
            i++;
            continue;
        }
        size_t n = fold_text(p.bytes + i, end - i, out.bytes + out.len);
        memset(out.kinds + out.len, PATTERN_BYTE, n);
        out.len += n;
        i = end;
    }
    return out;
}

/* How many bytes of s the element takes, 0 when it does not match. Not for PATTERN_ANY. */
static size_t element_match(const struct pattern *p, size_t i, const char *s, size_t n)
{
    uint32_t c;
    if (n == 0)
        return 0;
    switch (p->kinds[i]) {
    case PATTERN_ONE:
        return fold_decode(s, n, &c);
    case PATTERN_DASH:
        return dash_length(s, n);
    default:
        return p->bytes[i] == *s;
    }
}

bool pattern_match(const struct pattern *p, struct str s)
{
    size_t i = 0;
    size_t at = 0;
    size_t star = SIZE_MAX; /* element behind the last *, and where its run ends so far */
    size_t star_at = 0;
    for (;;) {
        if (i < p->len && p->kinds[i] == PATTERN_ANY) {
            star = ++i;
            star_at = at;
            if (i == p->len)
                return true;
            continue;
        }
        if (i == p->len && at == s.len)
            return true;
        size_t taken = i < p->len ? element_match(p, i, s.ptr + at, s.len - at) : 0;
        if (taken > 0) {
            at += taken;
            i++;
            continue;
        }
        if (star == SIZE_MAX || star_at >= s.len)
            return false;
        at = ++star_at;
        i = star;
    }
}

struct str pattern_show(struct arena *a, const struct pattern *p)
{
    struct buf b = buf_make(a);
    for (size_t i = 0; i < p->len; i++) {
        char c = p->bytes[i];
        if (p->kinds[i] == PATTERN_BYTE && (c == '*' || c == '?'))
            buf_add_char(&b, '\\');
        if ((unsigned char)c < ' ' || c == 0x7F)
            buf_printf(&b, "\\x%02x", (unsigned)(unsigned char)c);
        else
            buf_add_char(&b, p->kinds[i] == PATTERN_ONE ? '?' : c);
    }
    return buf_str(&b);
}
