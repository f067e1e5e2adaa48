#include "base/text.h"

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { REPLACEMENT = 0xfffd, ELLIPSIS = 0x2026 };

static inline bool is_plain(unsigned char c)
{
    return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' || c == '\r';
}

/* The first byte from p on that needs a look: not ASCII, or a control character. */
static const char *plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* The comparison is signed: bytes from 0x80 up are "less than space" too. */
        __m128i low = _mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(' ')),
                                   _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f)));
        __m128i fine = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
                                    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r')),
                                                 _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'))));
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_andnot_si128(fine, low));

        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && is_plain((unsigned char)*p))
        p++;
    return p;
}

static bool is_control(const char *p, size_t n)
{
    return (n == 1 && !is_plain((unsigned char)*p)) ||
           (n == 2 && (unsigned char)p[0] == 0xc2 && (unsigned char)p[1] < 0xa0);
}

bool text_is_valid(struct str s, bool controls)
{
    const char *p = s.len > 0 ? s.ptr : "";
    const char *end = p + s.len;

    for (p = plain_end(p, end); p < end; p = plain_end(p, end)) {
        /* Letters with diacritics come in runs of one or two: do not restart the wide scan between
         * them. */
        do {
            size_t n = utf8_sequence(p, end);

            if (n == 0 || (!controls && is_control(p, n)))
                return false;
            p += n;
        } while (p < end && (unsigned char)*p >= 0x80);
    }
    return true;
}

struct str text_repair(struct arena *a, struct str s, size_t *bad)
{
    struct buf b = buf_make(a);
    size_t replaced = 0;

    buf_room(&b, s.len + 1);
    while (s.len > 0) {
        const char *end = s.ptr + s.len;
        const char *p = plain_end(s.ptr, end);
        size_t n;

        buf_add(&b, str_make(s.ptr, (size_t)(p - s.ptr)));
        s = str_make(p, (size_t)(end - p));
        if (p == end)
            break;
        n = utf8_sequence(p, end);
        if (n == 0) {
            text_add(&b, REPLACEMENT);
            replaced++;
            n = 1;
        } else if (*p != '\0') {
            buf_add(&b, str_make(p, n));
        }
        s = str_from(s, n);
    }
    if (bad != NULL)
        *bad = replaced;
    return buf_str(&b);
}

uint32_t text_next(struct str *s)
{
    size_t n = utf8_sequence(s->ptr, s->ptr + s->len);
    uint32_t c = n > 0 ? utf8_decode(s->ptr, n) : REPLACEMENT;

    *s = str_from(*s, MAX(n, (size_t)1));
    return c;
}

void text_add(struct buf *b, uint32_t code_point)
{
    char bytes[4];

    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
        code_point = REPLACEMENT;
    buf_add(b, str_make(bytes, utf8_encode(bytes, code_point)));
}

size_t text_length(struct str s)
{
    size_t n = 0;

    while (s.len > 0) {
        if ((unsigned char)s.ptr[0] < 0x80)
            s = str_from(s, 1);
        else
            text_next(&s);
        n++;
    }
    return n;
}

struct str text_ellipsis(struct arena *a, struct str s, size_t n)
{
    struct str rest = s;
    struct buf b = buf_make(a);
    size_t keep = 0;

    /* A text of n bytes cannot have more than n code points. */
    if (s.len <= n || text_length(s) <= n)
        return s;
    if (n == 0)
        return STR("");
    while (++keep < n)
        text_next(&rest);
    buf_add(&b, str_make(s.ptr, (size_t)(rest.ptr - s.ptr)));
    text_add(&b, ELLIPSIS);
    return buf_str(&b);
}

struct str text_ellipsis_words(struct arena *a, struct str s, size_t n)
{
    struct str cut = text_ellipsis(a, s, n);
    struct buf b = buf_make(a);
    size_t end;

    if (cut.len == s.len && cut.ptr == s.ptr)
        return s;
    /* The letter behind the cut tells whether a word ends there. */
    end = cut.len >= strlen("…") ? cut.len - strlen("…") : 0;
    for (size_t at = end; at > end / 2; at--) {
        if (!isspace((unsigned char)s.ptr[at]))
            continue;
        while (at > 0 &&
               (isspace((unsigned char)s.ptr[at - 1]) || strchr(",;:-(\"", s.ptr[at - 1]) != NULL))
            at--;
        buf_add(&b, str_sub(s, 0, at));
        text_add(&b, ELLIPSIS);
        return buf_str(&b);
    }
    return cut;
}
