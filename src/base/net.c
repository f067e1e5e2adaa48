#include "base/net.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

bool net_is_ipv4(const uint8_t ip[NET_IP])
{
    return memcmp(ip, mapped, sizeof(mapped)) == 0;
}

static bool parse_ipv4(struct str s, uint8_t out[4])
{
    size_t at = 0;

    for (int part = 0; part < 4; part++) {
        size_t from;
        unsigned n = 0;

        if (part > 0 && (at == s.len || s.ptr[at++] != '.'))
            return false;
        for (from = at; at < s.len && at - from < 3 && isdigit((unsigned char)s.ptr[at]); at++)
            n = n * 10 + (unsigned)(s.ptr[at] - '0');
        if (at == from || n > 255 || (s.ptr[from] == '0' && at - from > 1))
            return false;
        out[part] = (uint8_t)n;
    }
    return at == s.len;
}

/* Up to four hexadecimal digits at the front; the number of digits. */
static size_t take_group(struct str s, unsigned *group)
{
    size_t n = 0;

    for (*group = 0; n < s.len && n < 4 && str_hex_digit(s.ptr[n]) >= 0; n++)
        *group = *group << 4 | (unsigned)str_hex_digit(s.ptr[n]);
    return n;
}

static bool parse_ipv6(struct str s, uint8_t out[NET_IP])
{
    uint8_t bytes[NET_IP] = {0};
    size_t len = 0, tail;
    ptrdiff_t gap = -1; /* where "::" stands */

    if (str_starts(s, STR("::"))) {
        gap = 0;
        s = str_from(s, 2);
    }
    while (s.len > 0) {
        unsigned group;
        size_t n = take_group(s, &group);

        if (n < s.len && s.ptr[n] == '.') {
            if (len > NET_IP - 4 || !parse_ipv4(s, bytes + len))
                return false;
            len += 4;
            break;
        }
        if (n == 0 || len == NET_IP)
            return false;
        bytes[len++] = (uint8_t)(group >> 8);
        bytes[len++] = (uint8_t)group;
        s = str_from(s, n);
        if (s.len == 0)
            break;
        if (s.ptr[0] != ':' || s.len == 1)
            return false;
        s = str_from(s, 1);
        if (s.ptr[0] == ':') {
            if (gap >= 0)
                return false;
            gap = (ptrdiff_t)len;
            s = str_from(s, 1);
        }
    }
    if (gap < 0 ? len != NET_IP : len > NET_IP - 2)
        return false;
    if (gap < 0)
        gap = (ptrdiff_t)len;
    tail = len - (size_t)gap;
    memset(out, 0, NET_IP);
    memcpy(out, bytes, (size_t)gap);
    memcpy(out + NET_IP - tail, bytes + gap, tail);
    return true;
}

bool net_parse_ip(struct str s, uint8_t out[NET_IP])
{
    uint8_t v4[4];

    if (parse_ipv4(s, v4)) {
        memcpy(out, mapped, sizeof(mapped));
        memcpy(out + 12, v4, 4);
        return true;
    }
    return parse_ipv6(s, out);
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952 section 4.2). */
static void longest_zeros(const unsigned groups[8], int *from, int *len)
{
    *from = -1;
    *len = 1;
    for (int i = 0; i < 8;) {
        int n = 0;

        while (i + n < 8 && groups[i + n] == 0)
            n++;
        if (n > *len) {
            *from = i;
            *len = n;
        }
        i += n + 1;
    }
}

struct str net_format_ip(struct arena *a, const uint8_t ip[NET_IP])
{
    struct buf b = buf_make(a);
    unsigned groups[8];
    int zeros, zeros_len;

    if (net_is_ipv4(ip))
        return str_printf(a, "%d.%d.%d.%d", ip[12], ip[13], ip[14], ip[15]);
    for (int i = 0; i < 8; i++)
        groups[i] = (unsigned)ip[2 * i] << 8 | ip[2 * i + 1];
    longest_zeros(groups, &zeros, &zeros_len);
    for (int i = 0; i < 8; i++) {
        if (i == zeros) {
            buf_add(&b, STR("::"));
            i += zeros_len - 1;
            continue;
        }
        if (b.len > 0 && b.ptr[b.len - 1] != ':')
            buf_add_char(&b, ':');
        buf_printf(&b, "%x", groups[i]);
    }
    return buf_str(&b);
}

/* Clears (or sets) every bit behind the prefix. */
static void fill_behind(uint8_t ip[NET_IP], int bits, bool ones)
{
    for (int i = 0; i < NET_IP; i++) {
        int keep = MIN(MAX(bits - i * 8, 0), 8);
        uint8_t mask = (uint8_t)(0xff >> keep);

        ip[i] = ones ? ip[i] | mask : ip[i] & (uint8_t)~mask;
    }
}

bool net_parse_cidr(struct str s, uint8_t first[NET_IP], uint8_t last[NET_IP])
{
    ptrdiff_t slash = str_find_char(s, '/');
    int64_t bits = 0;

    if (!net_parse_ip(slash < 0 ? s : str_sub(s, 0, (size_t)slash), first))
        return false;
    if (slash >= 0) {
        struct str number = str_from(s, (size_t)slash + 1);

        if (number.len == 0 || number.len > 3 || !isdigit((unsigned char)*number.ptr) ||
            !str_to_int(number, &bits))
            return false;
    }
    /* How the address was written decides, so that ::ffff:192.0.2.0/120 means what it says. */
    if (str_find_char(s, ':') < 0)
        bits += 96;
    if (slash < 0)
        bits = 128;
    if (bits > 128)
        return false;
    memcpy(last, first, NET_IP);
    fill_behind(first, (int)bits, false);
    fill_behind(last, (int)bits, true);
    return true;
}

struct str net_format_cidr(struct arena *a, const uint8_t first[NET_IP], int bits)
{
    uint8_t ip[NET_IP];

    memcpy(ip, first, NET_IP);
    fill_behind(ip, net_is_ipv4(first) ? bits + 96 : bits, false);
    return str_printf(a, STR_FMT "/%d", STR_ARG(net_format_ip(a, ip)), bits);
}

bool net_is_internal(const uint8_t ip[NET_IP])
{
    static const struct {
        uint8_t prefix[NET_IP];
        int bits;
    } blocks[] = {
#define V4(a, b, c, d, bits) {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}, (bits) + 96}
        V4(0, 0, 0, 0, 8),    V4(10, 0, 0, 0, 8),     V4(100, 64, 0, 0, 10),
        V4(127, 0, 0, 0, 8),  V4(169, 254, 0, 0, 16), V4(172, 16, 0, 0, 12),
        V4(192, 0, 0, 0, 24), V4(192, 168, 0, 0, 16), V4(198, 18, 0, 0, 15),
        V4(224, 0, 0, 0, 3),
#undef V4
        {{0}, 127},         /* :: and ::1 */
        {{0xfc}, 7},        /* unique local */
        {{0xfe, 0x80}, 10}, /* link-local */
        {{0xff}, 8},        /* multicast */
    };

    for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
        int whole = blocks[i].bits / 8, rest = blocks[i].bits % 8;

        if (memcmp(ip, blocks[i].prefix, (size_t)whole) == 0 &&
            (rest == 0 || (ip[whole] ^ blocks[i].prefix[whole]) >> (8 - rest) == 0))
            return true;
    }
    return false;
}
