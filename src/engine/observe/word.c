#include "engine/observe/parts.h"

/* Lower-case copy of [from, to) in s->value. */
static struct str lowered(struct scan *s, size_t from, size_t to)
{
    buf_clear(&s->value);
    for (size_t i = from; i < to; i++)
        buf_add_char(&s->value, (char)tolower((unsigned char)s->s.ptr[i]));
    return buf_str(&s->value);
}

static bool scan_hash(struct scan *s, size_t from, size_t to)
{
    static const struct {
        size_t digits;
        enum observe_kind kind;
    } kinds[] = {{32, OBSERVE_MD5}, {40, OBSERVE_SHA1}, {64, OBSERVE_SHA256}};
    bool letters = false, digits = false;

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        if (to - from != kinds[k].digits)
            continue;
        for (size_t i = from; i < to; i++) {
            if (!is_class((unsigned char)s->s.ptr[i], CLASS_HEX))
                return false;
            if (is_class((unsigned char)s->s.ptr[i], CLASS_DIGIT))
                digits = true;
            else
                letters = true;
        }
        /* A number of 32 digits is a number, "deadbeef..." without digits a joke. */
        if (letters && digits)
            scan_hit(s, kinds[k].kind, lowered(s, from, to), from, to, false);
        return true;
    }
    return false;
}

/* Length of what may stand between the parts of a CVE number: a hyphen of some kind, "_", a space.
 */
static size_t cve_separator(const struct scan *s, size_t i)
{
    unsigned char c = scan_at(s, i);

    if (c == '-' || c == '_' || c == ' ')
        return 1;
    /* U+2010 to U+2015: hyphens and dashes that editors put in */
    return c == 0xe2 && scan_at(s, i + 1) == 0x80 && scan_at(s, i + 2) >= 0x90 &&
                   scan_at(s, i + 2) <= 0x95
               ? 3
               : 0;
}

static size_t digits_at(const struct scan *s, size_t i)
{
    size_t n = 0;

    while (is_class(scan_at(s, i + n), CLASS_DIGIT))
        n++;
    return n;
}

/* CVE-YYYY-NNNN, at least four digits in the last part. */
static size_t scan_cve(struct scan *s, size_t i)
{
    size_t at = i + 3, n, year;

    if (!str_eq_nocase(str_sub(s->s, i, 3), STR("cve")) || (n = cve_separator(s, at)) == 0)
        return 0;
    year = at + n;
    if (digits_at(s, year) != 4 || (s->s.ptr[year] != '1' && s->s.ptr[year] != '2'))
        return 0;
    at = year + 4;
    n = cve_separator(s, at);
    if (n == 0 || s->s.ptr[at] == ' ')
        return 0;
    at += n;
    n = digits_at(s, at);
    if (n < 4 || n > 10 || is_class(scan_at(s, at + n), CLASS_ALNUM))
        return 0;
    buf_clear(&s->value);
    buf_printf(&s->value, "CVE-" STR_FMT "-" STR_FMT, STR_ARG(str_sub(s->s, year, 4)),
               STR_ARG(str_sub(s->s, at, n)));
    scan_hit(s, OBSERVE_CVE, buf_str(&s->value), i, at + n, false);
    return at + n;
}

size_t scan_word(struct scan *s, size_t i, size_t end)
{
    size_t next = scan_cve(s, i);

    if (next != 0)
        return next;
    /* Hashes may stand between hyphens: "md5-...", "..._dump". */
    while (end - i >= 32) {
        size_t to = i;

        while (to < end && is_class((unsigned char)s->s.ptr[to], CLASS_ALNUM))
            to++;
        scan_hash(s, i, to);
        i = MIN(to + 1, end);
    }
    return end;
}
