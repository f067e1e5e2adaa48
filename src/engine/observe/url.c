#include "engine/observe/parts.h"

#include "base/net.h"
#include "base/utf8.h"

enum { URL_MAX = 8192, AUTHORITY_MAX = 512, LOCAL_MAX = 64 };

static const struct {
    struct str written, means;
} schemes[] = {
    {STR_INIT("http"), STR_INIT("http")}, {STR_INIT("https"), STR_INIT("https")},
    {STR_INIT("hxxp"), STR_INIT("http")}, {STR_INIT("hxxps"), STR_INIT("https")},
    {STR_INIT("htxp"), STR_INIT("http")}, {STR_INIT("htxps"), STR_INIT("https")},
    {STR_INIT("ftp"), STR_INIT("ftp")},   {STR_INIT("fxp"), STR_INIT("ftp")},
    {STR_INIT("ftps"), STR_INIT("ftps")}, {STR_INIT("sftp"), STR_INIT("sftp")},
    {STR_INIT("ws"), STR_INIT("ws")},     {STR_INIT("wss"), STR_INIT("wss")},
    {STR_INIT("ldap"), STR_INIT("ldap")}, {STR_INIT("ldaps"), STR_INIT("ldaps")},
    {STR_INIT("rmi"), STR_INIT("rmi")},   {STR_INIT("smb"), STR_INIT("smb")},
    {STR_INIT("ssh"), STR_INIT("ssh")},   {STR_INIT("telnet"), STR_INIT("telnet")},
    {STR_INIT("tcp"), STR_INIT("tcp")},   {STR_INIT("udp"), STR_INIT("udp")},
    {STR_INIT("rtsp"), STR_INIT("rtsp")}, {STR_INIT("socks5"), STR_INIT("socks5")},
};

/* The parts of a URL that is being read, as positions in the segment. */
struct url {
    struct str scheme;
    size_t from;           /* of the scheme */
    size_t authority;      /* behind "://" */
    size_t host, host_end; /* without brackets */
    size_t port_end;       /* of the whole authority */
    size_t end;
    bool too_long;
    bool internal;
    bool address;
    uint8_t ip[NET_IP];
};

/* The scheme that ends at `colon`; its first character goes to *from. */
static struct str scheme_of(const struct scan *s, size_t i, size_t colon, size_t *from)
{
    struct str word;

    *from = colon;
    while (*from > i && is_class((unsigned char)s->s.ptr[*from - 1], CLASS_ALNUM))
        --*from;
    word = str_sub(s->s, *from, colon - *from);
    for (size_t k = 0; k < ARRAY_LEN(schemes); k++) {
        if (str_eq_nocase(word, schemes[k].written))
            return schemes[k].means;
    }
    return STR_EMPTY;
}

/* Length of the character at i if a URL may contain it. */
static size_t url_char(const struct scan *s, size_t i)
{
    unsigned char c = scan_at(s, i);
    size_t n;

    if (c <= ' ' || c == 0x7f || strchr("\"'<>`{}|\\^", c) != NULL)
        return 0;
    if (c == '&') {
        struct str rest = str_from(s->s, i);

        /* text copied out of HTML */
        return str_starts(rest, STR("&quot;")) || str_starts(rest, STR("&lt;")) ||
                       str_starts(rest, STR("&gt;")) || str_starts(rest, STR("&#"))
                   ? 0
                   : 1;
    }
    if (c < 0x80)
        return 1;
    n = utf8_sequence(s->s.ptr + i, s->s.ptr + s->s.len);
    /* Spaces, quotes and full stops of other scripts end it: U+0080-U+00BF, U+2000-U+206F,
     * U+3000-U+303F, U+FF00-U+FF0F. */
    if (c == 0xc2 || (c == 0xe2 && (scan_at(s, i + 1) == 0x80 || scan_at(s, i + 1) == 0x81)) ||
        (c == 0xe3 && scan_at(s, i + 1) == 0x80) || (c == 0xef && scan_at(s, i + 1) == 0xbc))
        return 0;
    return n;
}

/* Takes punctuation of the sentence, and brackets that were opened before the URL, off its end. */
static size_t without_trailing(const struct scan *s, size_t from, size_t end)
{
    int round = 0, square = 0;

    for (size_t i = from; i < end; i++) {
        round += (s->s.ptr[i] == '(') - (s->s.ptr[i] == ')');
        square += (s->s.ptr[i] == '[') - (s->s.ptr[i] == ']');
    }
    while (end > from) {
        char c = s->s.ptr[end - 1];

        if (c == ')' && round < 0)
            round++;
        else if (c == ']' && square < 0)
            square++;
        else if (strchr(".,;:!?*~", c) == NULL)
            break;
        end--;
    }
    return end;
}

static bool begins_path(unsigned char c)
{
    return c == '/' || c == '?' || c == '#';
}

/* [user@]host[:port] */
static bool find_host(const struct scan *s, struct url *u)
{
    size_t end = u->authority, port, n;

    while (!begins_path(scan_at(s, end)) && (n = url_char(s, end)) > 0) {
        end += n;
        if (end - u->authority > AUTHORITY_MAX)
            return false;
    }
    if (!begins_path(scan_at(s, end)))
        end = without_trailing(s, u->authority, end);
    u->host = u->authority;
    for (size_t i = u->authority; i < end; i++) {
        if (s->s.ptr[i] == '@')
            u->host = i + 1;
    }
    u->port_end = end;
    if (scan_at(s, u->host) == '[') {
        ptrdiff_t close = str_find_char(str_sub(s->s, u->host, end - u->host), ']');

        if (close < 0)
            return false;
        u->host_end = ++u->host + (size_t)close - 1;
        port = u->host_end + 1;
    } else {
        u->host_end = u->host;
        while (u->host_end < end && s->s.ptr[u->host_end] != ':')
            u->host_end++;
        port = u->host_end;
    }
    if (port < end) {
        struct str digits = str_sub(s->s, port + 1, end - port - 1);
        uint64_t number;

        if (s->s.ptr[port] != ':' || !str_to_uint(digits, &number) || number > 65535)
            return false;
    }
    return u->host_end > u->host;
}

static void find_end(const struct scan *s, struct url *u)
{
    size_t i = u->port_end, n;

    if (begins_path(scan_at(s, i))) {
        while (!u->too_long && (n = url_char(s, i)) > 0) {
            i += n;
            u->too_long = i - u->from > URL_MAX;
        }
    }
    u->end = without_trailing(s, u->port_end, i);
}

static bool plain_name(struct str s)
{
    return label_end(s, 0) == s.len;
}

/* Reads the host into s->value and says what it is. */
static bool host_value(struct scan *s, struct url *u, bool *domain)
{
    struct str host = str_sub(s->s, u->host, u->host_end - u->host);

    *domain = false;
    u->address = net_parse_ip(host, u->ip);
    if (u->address) {
        u->internal = net_is_internal(u->ip);
        buf_clear(&s->value);
        buf_add(&s->value, net_format_ip(&s->scratch, u->ip));
        arena_clear(&s->scratch);
        return true;
    }
    if (domain_value(s, host, &u->internal)) {
        *domain = true;
        return true;
    }
    /* A name without dots works inside a network; one under an unknown top level is noted as it
     * is. */
    u->internal = plain_name(host);
    return dotted_end(host, 0) == host.len && ascii_name(s, host);
}

static bool is_hex(unsigned char c)
{
    return is_class(c, CLASS_HEX);
}

/* Percent-encodings in upper case, other characters than ASCII encoded (RFC 3986 section
 * 6.2.2.1). */
static void add_encoded(struct scan *s, struct buf *b, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        unsigned char c = (unsigned char)s->s.ptr[i];

        if (c >= 0x80) {
            buf_printf(b, "%%%02X", c);
        } else if (c == '%' && i + 2 < to && is_hex(scan_at(s, i + 1)) &&
                   is_hex(scan_at(s, i + 2))) {
            buf_printf(b, "%%%c%c", toupper(scan_at(s, i + 1)), toupper(scan_at(s, i + 2)));
            i += 2;
        } else {
            buf_add_char(b, (char)c);
        }
    }
}

static bool is_default_port(struct str scheme, struct str port)
{
    return (str_is(scheme, "http") && str_is(port, ":80")) ||
           (str_is(scheme, "https") && str_is(port, ":443"));
}

/* s->value is the host. */
static struct str url_value(struct scan *s, const struct url *u)
{
    struct buf b = buf_make(&s->scratch);
    bool v6 = u->address && !net_is_ipv4(u->ip);
    bool bracket = u->host > u->authority && s->s.ptr[u->host - 1] == '[';
    size_t host_close = u->host_end + bracket;
    struct str port = str_sub(s->s, host_close, u->port_end - host_close);
    size_t user = u->host - bracket;

    buf_printf(&b, STR_FMT "://", STR_ARG(u->scheme));
    add_encoded(s, &b, u->authority, user);
    buf_printf(&b, v6 ? "[" STR_FMT "]" : STR_FMT, STR_ARG(buf_str(&s->value)));
    if (!is_default_port(u->scheme, port))
        buf_add(&b, port);
    if (u->port_end == u->end || s->s.ptr[u->port_end] != '/')
        buf_add_char(&b, '/');
    add_encoded(s, &b, u->port_end, u->end);
    return buf_str(&b);
}

static size_t read_url(struct scan *s, size_t i, size_t colon, struct url *u)
{
    bool domain;
    struct str host;

    *u = (struct url){.authority = colon + 3};
    u->scheme = scheme_of(s, i, colon, &u->from);
    if (u->scheme.len == 0 || !find_host(s, u) || !host_value(s, u, &domain))
        return 0;
    find_end(s, u);
    if (!u->too_long)
        scan_hit(s, OBSERVE_URL, url_value(s, u), u->from, u->end, u->internal);
    host = buf_str(&s->value);
    if (u->address)
        scan_hit(s, net_is_ipv4(u->ip) ? OBSERVE_IPV4 : OBSERVE_IPV6, host, u->host, u->host_end,
                 u->internal);
    else if (domain)
        scan_hit(s, OBSERVE_DOMAIN, host, u->host, u->host_end, u->internal);
    arena_clear(&s->scratch);
    return u->end;
}

size_t scan_url(struct scan *s, size_t i, size_t colon)
{
    struct url outer, inner;
    size_t end = read_url(s, i, colon, &outer);
    ptrdiff_t at;

    if (end == 0)
        return 0;
    /* One URL carried in another, as redirectors do. */
    at = str_find(str_sub(s->s, outer.port_end, end - outer.port_end), STR("://"));
    if (at > 0)
        read_url(s, outer.port_end, outer.port_end + (size_t)at, &inner);
    return end;
}

size_t scan_email(struct scan *s, size_t i)
{
    size_t at = i, end, from = i;
    bool internal;
    struct str domain;

    while (at - i <= LOCAL_MAX && is_class(scan_at(s, at), CLASS_LOCAL))
        at++;
    if (scan_at(s, at) != '@' || at - i > LOCAL_MAX)
        return 0;
    end = dotted_end(s->s, at + 1);
    while (end > at + 1 && (s->s.ptr[end - 1] == '-' || s->s.ptr[end - 1] == '_'))
        end--;
    while (from < at && strchr(".-%+", s->s.ptr[from]) != NULL)
        from++;
    if (from == at || s->s.ptr[at - 1] == '.' ||
        !domain_value(s, str_sub(s->s, at + 1, end - at - 1), &internal))
        return 0;
    domain = str_dup(&s->scratch, buf_str(&s->value));
    buf_clear(&s->value);
    for (size_t k = from; k < at; k++)
        buf_add_char(&s->value, (char)tolower((unsigned char)s->s.ptr[k]));
    buf_add_char(&s->value, '@');
    buf_add(&s->value, domain);
    scan_hit(s, OBSERVE_EMAIL, buf_str(&s->value), from, end, internal);
    scan_hit(s, OBSERVE_DOMAIN, domain, at + 1, end, internal);
    arena_clear(&s->scratch);
    return end;
}
