#include "engine/observe/parts.h"

#include "base/text.h"

enum { SEGMENT = 64 * 1024 };

static const char *const names[OBSERVE_KIND_COUNT] = {
    [OBSERVE_IPV4] = "ipv4",     [OBSERVE_IPV6] = "ipv6",   [OBSERVE_CIDR] = "cidr",
    [OBSERVE_DOMAIN] = "domain", [OBSERVE_URL] = "url",     [OBSERVE_EMAIL] = "email",
    [OBSERVE_MD5] = "md5",       [OBSERVE_SHA1] = "sha1",   [OBSERVE_SHA256] = "sha256",
    [OBSERVE_CVE] = "cve",       [OBSERVE_PHONE] = "phone", [OBSERVE_BANK_ACCOUNT] = "bank-account",
};

#define LETTER (CLASS_ALNUM | CLASS_LABEL | CLASS_LOCAL)

const unsigned char char_class[256] = {
    ['0' ... '9'] = LETTER | CLASS_DIGIT | CLASS_HEX,
    ['a' ... 'f'] = LETTER | CLASS_HEX,
    ['g' ... 'z'] = LETTER,
    ['A' ... 'F'] = LETTER | CLASS_HEX,
    ['G' ... 'Z'] = LETTER,
    ['-'] = CLASS_LABEL | CLASS_LOCAL,
    ['_'] = CLASS_LABEL | CLASS_LOCAL,
    ['.'] = CLASS_LOCAL,
    ['+'] = CLASS_LOCAL,
    ['%'] = CLASS_LOCAL,
};

const char *observe_kind_name(enum observe_kind kind)
{
    return names[kind];
}

bool observe_kind_from_name(struct str name, enum observe_kind *out)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i])) {
            *out = (enum observe_kind)i;
            return true;
        }
    }
    return false;
}

size_t label_char_wide(struct str s, size_t i)
{
    unsigned char c = (unsigned char)s.ptr[i];
    size_t n;

    /* Latin, Greek, Cyrillic with their marks; U+1000 to U+1FFF for the Vietnamese letters there.
     */
    n = c >= 0xc3 && c <= 0xd1 ? 2 : c == 0xe1 ? 3 : 0;
    if (n == 0 || s.len - i < n || (s.ptr[i + 1] & 0xc0) != 0x80)
        return 0;
    if (c == 0xc3 && ((unsigned char)s.ptr[i + 1] == 0x97 || (unsigned char)s.ptr[i + 1] == 0xb7))
        return 0; /* the signs of multiplication and division */
    return n;
}

size_t label_end(struct str s, size_t i)
{
    for (size_t n; (n = label_char(s, i)) > 0;)
        i += n;
    return i;
}

size_t dotted_end(struct str s, size_t i)
{
    i = label_end(s, i);
    while (i + 1 < s.len && s.ptr[i] == '.' && label_char(s, i + 1) > 0)
        i = label_end(s, i + 1);
    return i;
}

void scan_hit(struct scan *s, enum observe_kind kind, struct str value, size_t from, size_t to,
              bool internal)
{
    struct map *seen = &s->seen[kind];
    size_t at = refang_origin(&s->fang, from);
    size_t end = refang_origin(&s->fang, to - 1) + 1;

    if (map_get(seen, value) != NULL)
        return;
    value = str_dup(s->a, value);
    map_put(seen, value, s);
    *vec_push(&s->hits, s->a) = (struct observe_hit){
        .kind = kind,
        .value = value,
        .at = s->base + at,
        .len = end - at,
        .internal = internal,
    };
}

bool scan_was_defanged(const struct scan *s, size_t from, size_t to)
{
    return refang_origin(&s->fang, to - 1) - refang_origin(&s->fang, from) != to - 1 - from;
}

struct str scan_fold(struct scan *s, size_t from, size_t to)
{
    return text_fold(&s->scratch, str_sub(s->s, from, to - from));
}

/* A word, and what it turns out to begin. Returns where to go on. */
static size_t scan_token(struct scan *s, size_t i, size_t end, bool digits)
{
    unsigned char first = (unsigned char)s->s.ptr[i];
    unsigned char behind = scan_at(s, end);
    size_t next = 0;

    if (behind == ':' && scan_at(s, end + 1) == '/' && scan_at(s, end + 2) == '/')
        next = scan_url(s, i, end);
    if (next == 0 && behind == ':' && end - i <= 4 && is_class(first, CLASS_HEX))
        next = scan_ipv6(s, i);
    if (next == 0 && (behind == '@' || behind == '.' || behind == '+' || behind == '%'))
        next = scan_email(s, i);
    if (next == 0 && behind == '.' && is_class(first, CLASS_DIGIT))
        next = scan_ipv4(s, i);
    if (next == 0 && is_class(first, CLASS_DIGIT))
        next = scan_number(s, i);
    if (next == 0 && behind == '.') {
        size_t dotted = dotted_end(s->s, i);

        if (dotted > end) {
            next = scan_domain(s, i, dotted);
            if (next != 0)
                return next;
            /* A hash in a file name. */
            scan_word(s, i, end);
            return dotted;
        }
    }
    if (next == 0 && (digits || end - i == 3))
        next = scan_word(s, i, end);
    return next != 0 ? next : end;
}

static void scan_segment(struct scan *s)
{
    size_t i = 0;

    while (i < s->s.len) {
        unsigned char c = (unsigned char)s->s.ptr[i];
        size_t end = i, next = 0, n;
        unsigned classes = 0;

        if (c == '-') {
            i++;
            continue;
        }
        while ((n = label_char(s->s, end)) > 0) {
            classes |= n == 1 ? char_class[(unsigned char)s->s.ptr[end]] : 0;
            end += n;
        }
        if (end > i) {
            unsigned char behind = scan_at(s, end);
            bool digits = (classes & CLASS_DIGIT) != 0;

            /* An ordinary word. */
            if (!digits && end - i != 3 && behind != '.' && behind != ':' && behind != '@' &&
                behind != '+' && behind != '%')
                i = end;
            else
                i = scan_token(s, i, end, digits);
            continue;
        }
        if (c == ':' && scan_at(s, i + 1) == ':')
            next = scan_ipv6(s, i);
        else if (c == '+' || c == '(')
            next = scan_number(s, i);
        i = next != 0 ? next : i + 1;
    }
}

/* Where to cut the next segment: behind white space, so that nothing is cut in two unless it is
 * longer than a segment. */
static size_t segment_length(struct str text)
{
    ptrdiff_t at;

    if (text.len <= SEGMENT)
        return text.len;
    at = str_rfind_char(str_sub(text, 0, SEGMENT), '\n');
    if (at < 0)
        at = str_rfind_char(str_sub(text, 0, SEGMENT), ' ');
    return at < 0 ? SEGMENT : (size_t)at + 1;
}

void observe_extract(struct str text, struct arena *a, struct observe_hits *out)
{
    struct scan s = {.a = a, .value = buf_make(a)};
    struct str rest = text;

    s.fang.room = arena_alloc_align(a, MIN(text.len, (size_t)SEGMENT) + 1, 1);
    for (size_t i = 0; i < ARRAY_LEN(s.seen); i++)
        s.seen[i].arena = a;
    while (rest.len > 0) {
        size_t n = segment_length(rest);

        s.base = text.len - rest.len;
        refang(&s.fang, a, str_sub(rest, 0, n));
        s.s = s.fang.text;
        scan_segment(&s);
        rest = str_from(rest, n);
    }
    arena_release(&s.scratch);
    *out = (struct observe_hits){.items = s.hits.at, .len = s.hits.len};
}

/* s with every `c` in brackets. */
static void add_bracketed(struct buf *b, struct str s, char c)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == c)
            buf_printf(b, "[%c]", c);
        else
            buf_add_char(b, s.ptr[i]);
    }
}

struct str observe_defang(struct arena *a, enum observe_kind kind, struct str value)
{
    struct buf b = buf_make(a);
    ptrdiff_t at;

    switch (kind) {
    case OBSERVE_IPV4:
    case OBSERVE_CIDR:
    case OBSERVE_DOMAIN:
        add_bracketed(&b, value, '.');
        return buf_str(&b);
    case OBSERVE_EMAIL:
        at = str_rfind_char(value, '@');
        buf_add(&b, str_sub(value, 0, (size_t)MAX(at, 0)));
        buf_add(&b, STR("[@]"));
        add_bracketed(&b, str_from(value, (size_t)(at + 1)), '.');
        return buf_str(&b);
    case OBSERVE_URL:
        at = str_find(value, STR("://"));
        if (at < 0)
            return value;
        if (str_starts(value, STR("http")))
            buf_printf(&b, "hxxp" STR_FMT "://", STR_ARG(str_sub(value, 4, (size_t)at - 4)));
        else
            buf_add(&b, str_sub(value, 0, (size_t)at + 3));
        value = str_from(value, (size_t)at + 3);
        at = str_find_char(value, '/');
        add_bracketed(&b, str_sub(value, 0, at < 0 ? value.len : (size_t)at), '.');
        buf_add(&b, at < 0 ? STR("") : str_from(value, (size_t)at));
        return buf_str(&b);
    default:
        return value;
    }
}
