#include "engine/observe/parts.h"

#include "base/net.h"

/* Words before four numbers that make them a version or the number of a section. */
static const struct str number_words[] = {
    STR_INIT("v"),       STR_INIT("ver"),     STR_INIT("version"),  STR_INIT("phien ban"),
    STR_INIT("build"),   STR_INIT("release"), STR_INIT("firmware"), STR_INIT("muc"),
    STR_INIT("section"), STR_INIT("dieu"),    STR_INIT("khoan"),    STR_INIT("tieu chuan"),
    STR_INIT("oid"),     STR_INIT("chapter"),
};

enum { WINDOW = 24 };

static size_t window_before(const struct scan *s, size_t i)
{
    size_t from = i > WINDOW ? i - WINDOW : 0;

    for (size_t k = i; k > from; k--) {
        if (s->s.ptr[k - 1] == '\n')
            return k;
    }
    return from;
}

static bool ends_in_word(struct str text, struct str word)
{
    return str_ends(text, word) &&
           (text.len == word.len || text.ptr[text.len - word.len - 1] == ' ');
}

static bool is_version(struct scan *s, size_t i)
{
    unsigned char before = scan_before(s, i);
    struct str words;
    bool found = false;

    if (before == '/') {
        /* Product/1.2.3.4 in the name of a browser: a capital letter, no dot. */
        size_t from = i - 1;

        while (from > 0 && is_class((unsigned char)s->s.ptr[from - 1], CLASS_LABEL))
            from--;
        if (from < i - 1 && s->s.ptr[from] >= 'A' && s->s.ptr[from] <= 'Z' &&
            scan_before(s, from) != '.' && scan_before(s, from) != '/')
            return true;
    }
    if (before != ' ' && before != ':' && before != '.')
        return false;
    words = scan_fold(s, window_before(s, i), i);
    for (size_t k = 0; k < ARRAY_LEN(number_words) && !found; k++)
        found = ends_in_word(words, number_words[k]);
    arena_clear(&s->scratch);
    return found;
}

/* The end of four numbers with dots between them at i, 0 when there are none. */
static size_t quad_end(const struct scan *s, size_t i)
{
    for (int part = 0; part < 4; part++) {
        size_t from = i;

        while (i - from < 3 && is_class(scan_at(s, i), CLASS_DIGIT))
            i++;
        if (i == from)
            return 0;
        if (part < 3 && scan_at(s, i++) != '.')
            return 0;
    }
    return i;
}

static bool goes_on(const struct scan *s, size_t end)
{
    unsigned char c = scan_at(s, end);

    if (c == '-' || c == '_')
        return !is_class(scan_at(s, end + 1), CLASS_DIGIT) && label_char(s->s, end + 1) > 0;
    if (c == '.')
        return label_char(s->s, end + 1) > 0;
    return label_char(s->s, end) > 0;
}

/* "/24" at i: the number of bits and its end, or -1. */
static int prefix_at(const struct scan *s, size_t i, size_t *end)
{
    size_t k = i + 1;
    int bits = 0;

    if (scan_at(s, i) != '/')
        return -1;
    while (k - i < 4 && is_class(scan_at(s, k), CLASS_DIGIT))
        bits = bits * 10 + (s->s.ptr[k++] - '0');
    if (k == i + 1 || (s->s.ptr[i + 1] == '0' && k > i + 2) || goes_on(s, k) ||
        scan_at(s, k) == '/')
        return -1;
    *end = k;
    return bits;
}

static size_t found_address(struct scan *s, size_t i, size_t end, const uint8_t ip[NET_IP])
{
    bool v4 = net_is_ipv4(ip);
    size_t behind = end;
    int width = v4 ? 32 : 128;
    int bits = prefix_at(s, end, &behind);
    struct str value;

    if (bits >= 0 && bits < width) {
        value = net_format_cidr(&s->scratch, ip, bits);
        end = behind;
        scan_hit(s, OBSERVE_CIDR, value, i, end, net_is_internal(ip));
    } else {
        value = net_format_ip(&s->scratch, ip);
        if (bits == width)
            end = behind;
        scan_hit(s, v4 ? OBSERVE_IPV4 : OBSERVE_IPV6, value, i, end, net_is_internal(ip));
    }
    arena_clear(&s->scratch);
    return end;
}

size_t scan_ipv4(struct scan *s, size_t i)
{
    size_t end = quad_end(s, i);
    uint8_t ip[NET_IP];

    if (end == 0 || goes_on(s, end) || !net_parse_ip(str_sub(s->s, i, end - i), ip) ||
        is_version(s, i))
        return 0;
    return found_address(s, i, end, ip);
}

/* Whether i stands behind "xxxx:", a group of an address that was refused as a whole. */
static bool behind_group(const struct scan *s, size_t i)
{
    size_t from;

    if (scan_before(s, i) != ':')
        return false;
    for (from = i - 1; i - from <= 5 && is_class(scan_before(s, from), CLASS_HEX); from--)
        ;
    return from < i - 1 && i - 1 - from <= 4 && !is_class(scan_before(s, from), CLASS_LABEL);
}

size_t scan_ipv6(struct scan *s, size_t i)
{
    size_t end = i, colons = 0;
    bool digit = false;
    uint8_t ip[NET_IP];

    while (end - i < 46 && (is_class(scan_at(s, end), CLASS_HEX) || scan_at(s, end) == ':' ||
                            scan_at(s, end) == '.')) {
        colons += s->s.ptr[end] == ':';
        digit |= is_class((unsigned char)s->s.ptr[end], CLASS_DIGIT);
        end++;
    }
    while (end > i + 2 &&
           (s->s.ptr[end - 1] == '.' || (s->s.ptr[end - 1] == ':' && s->s.ptr[end - 2] != ':')))
        end--;
    /* "std::vector" and "a::b" are not addresses; "::" alone is not worth noting. */
    if (colons < 2 || !digit || label_char(s->s, end) > 0 ||
        (s->s.ptr[i] == ':' && is_class(scan_before(s, i), CLASS_LABEL)) || behind_group(s, i) ||
        !net_parse_ip(str_sub(s->s, i, end - i), ip))
        return 0;
    return found_address(s, i, end, ip);
}
