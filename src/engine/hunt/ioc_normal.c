#include "engine/hunt/fold.h"
#include "engine/hunt/ioc_set.h"

#include <idn2.h>

static const struct {
    const char *from, *to;
} defanged[] = {
    {"hxxp", "http"}, {"hXXp", "http"}, {"[.]", "."}, {"(.)", "."},  {"[dot]", "."},
    {"(dot)", "."},   {"[:]", ":"},     {"[@]", "@"}, {"[at]", "@"}, {"[://]", "://"},
};

struct str ioc_refang(struct arena *a, struct str s)
{
    struct buf b = buf_make(a);
    if (str_find_char(s, '[') < 0 && str_find_char(s, '(') < 0 && str_find(s, STR("xp")) < 0 &&
        str_find(s, STR("XP")) < 0)
        return s;
    for (size_t i = 0; i < s.len;) {
        size_t k = 0;
        while (k < ARRAY_LEN(defanged) && !str_starts(str_from(s, i), str_c(defanged[k].from)))
            k++;
        if (k == ARRAY_LEN(defanged)) {
            buf_add_char(&b, s.ptr[i++]);
            continue;
        }
        buf_add_c(&b, defanged[k].to);
        i += strlen(defanged[k].from);
    }
    return buf_str(&b);
}

/* -------- kinds -------- */

static bool all_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((ioc_class[(unsigned char)s.ptr[i]] & CLASS_HEX) == 0)
            return false;
    }
    return true;
}

static bool is_hash(struct str s, enum ioc_type *type)
{
    static const struct {
        size_t len;
        enum ioc_type type;
    } kinds[] = {{32, IOC_MD5}, {40, IOC_SHA1}, {64, IOC_SHA256}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (s.len == kinds[i].len && all_hex(s)) {
            *type = kinds[i].type;
            return true;
        }
    }
    return false;
}

static struct str scheme_of(struct str s)
{
    ptrdiff_t at = str_find(s, STR("://"));
    if (at <= 0 || at > 20)
        return STR_EMPTY;
    for (ptrdiff_t i = 0; i < at; i++) {
        if (!isalnum((unsigned char)s.ptr[i]) && strchr("+.-", s.ptr[i]) == NULL)
            return STR_EMPTY;
    }
    return str_sub(s, 0, (size_t)at);
}

/* Labels of letters, digits, - and _, at least two, the last one not a number. */
static bool is_domain(struct str s)
{
    size_t labels = 0;
    bool letter = false;
    struct str label;
    if (s.len > 253 || s.len == 0)
        return false;
    while (str_split(&s, '.', &label)) {
        if (label.len == 0 || label.len > 63)
            return false;
        letter = false;
        for (size_t i = 0; i < label.len; i++) {
            unsigned char c = (unsigned char)label.ptr[i];
            if (!isalnum(c) && c != '-' && c != '_' && c < 0x80)
                return false;
            letter = letter || isalpha(c) || c >= 0x80;
        }
        labels++;
    }
    return labels >= 2 && letter;
}

static bool is_email(struct str s)
{
    ptrdiff_t at = str_rfind_char(s, '@');
    if (at <= 0 || !is_domain(str_from(s, (size_t)at + 1)))
        return false;
    for (ptrdiff_t i = 0; i < at; i++) {
        if ((ioc_class[(unsigned char)s.ptr[i]] & CLASS_MAIL) == 0)
            return false;
    }
    return true;
}

/* What ends in one of these is a file, although it looks like a domain. */
static const char *const extensions[] = {
    "exe", "dll",  "sys",  "bat", "cmd",  "ps1",  "vbs", "js",   "jse", "hta", "lnk", "scr",
    "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "pdf", "rtf", "zip", "rar",
    "7z",  "iso",  "img",  "msi", "jar",  "php",  "asp", "aspx", "jsp", "sh",  "py",  "txt",
    "dat", "bin",  "tmp",  "log", "html", "htm",  "xml", "cab",  "ocx", "cpl", "elf", "so",
};

static bool has_extension(struct str s)
{
    ptrdiff_t dot = str_rfind_char(s, '.');
    for (size_t i = 0; dot >= 0 && i < ARRAY_LEN(extensions); i++) {
        if (str_eq_nocase(str_from(s, (size_t)dot + 1), str_c(extensions[i])))
            return true;
    }
    return false;
}

bool ioc_classify(struct str s, enum ioc_type *type)
{
    uint8_t ip[NET_IP];
    uint8_t last[NET_IP];
    if (is_hash(s, type))
        return true;
    bool path = (s.len > 2 && s.ptr[1] == ':' && s.ptr[2] == '\\') || str_starts(s, STR("\\\\")) ||
                str_starts(s, STR("/")) || str_starts(s, STR("%"));
    if (net_parse_ip(s, ip))
        *type = IOC_IP;
    else if (str_find_char(s, '/') > 0 && net_parse_cidr(s, ip, last))
        *type = IOC_CIDR;
    else if (scheme_of(s).len > 0)
        *type = IOC_URL;
    else if (is_email(s))
        *type = IOC_EMAIL;
    else if (path)
        *type = IOC_FILE_PATH;
    else if (has_extension(s))
        *type = IOC_FILE_NAME;
    else if (is_domain(s))
        *type = IOC_DOMAIN;
    else
        return false;
    return true;
}

/* -------- keys -------- */

static struct str folded(struct arena *a, struct str s)
{
    char *out = arena_alloc_align(a, fold_room(s.len), 1);
    return str_make(out, fold_text(s.ptr, s.len, out));
}

struct str ioc_url_key(struct arena *a, struct str url)
{
    struct str scheme = scheme_of(url);
    struct str rest = str_from(url, scheme.len + 3);
    size_t host = 0;
    while (host < rest.len && strchr("/?#", rest.ptr[host]) == NULL)
        host++;
    struct str path = str_from(rest, host);
    ptrdiff_t fragment = str_find_char(path, '#');
    if (fragment >= 0)
        path = str_sub(path, 0, (size_t)fragment);
    if (str_is(path, "/"))
        path = STR_EMPTY;
    struct str low = folded(a, scheme);
    struct str authority = folded(a, str_sub(rest, 0, host));
    if ((str_is(low, "http") && str_ends(authority, STR(":80"))))
        authority.len -= 3;
    if (str_is(low, "https") && str_ends(authority, STR(":443")))
        authority.len -= 4;
    return str_printf(a, STR_FMT "://" STR_FMT STR_FMT, STR_ARG(low), STR_ARG(authority),
                      (int)path.len, path.len > 0 ? path.ptr : "");
}

static struct str ascii_domain(struct arena *a, struct str s)
{
    char *out = NULL;
    if (idn2_to_ascii_8z(str_cdup(a, s), &out, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return s;
    struct str result = str_dup(a, str_c(out));
    idn2_free(out);
    return result;
}

/* The run of token bytes at *at or behind it, without the dots and hyphens at its ends. */
static bool next_token(struct str key, size_t *at, struct ioc_key *out)
{
    size_t from = *at;
    while (from < key.len && (ioc_class[(unsigned char)key.ptr[from]] & CLASS_TOKEN) == 0)
        from++;
    size_t to = from;
    while (to < key.len && (ioc_class[(unsigned char)key.ptr[to]] & CLASS_TOKEN) != 0)
        to++;
    *at = to;
    bool any = to > from;
    while (from < to && key.ptr[from] == '.')
        from++;
    while (to > from && (key.ptr[to - 1] == '.' || key.ptr[to - 1] == '-'))
        to--;
    out->token_at = (uint16_t)MIN(from, (size_t)UINT16_MAX);
    out->token_len = (uint16_t)(from < UINT16_MAX && to - from < 1024 ? to - from : 0);
    return any;
}

bool ioc_token_from(struct str key, size_t from, struct ioc_key *out)
{
    return next_token(key, &from, out) && out->token_len > 0;
}

bool ioc_token(struct str key, struct ioc_key *out)
{
    struct ioc_key token = {0};
    out->token_len = 0;
    for (size_t i = 0; next_token(key, &i, &token);) {
        if (token.token_len > out->token_len) {
            out->token_at = token.token_at;
            out->token_len = token.token_len;
        }
    }
    return out->token_len > 0;
}

size_t ioc_tokens(struct str key, struct ioc_key *out, size_t most)
{
    struct ioc_key token = {0};
    size_t len = 0;
    for (size_t i = 0; next_token(key, &i, &token);) {
        if (token.token_len == 0 || (len == most && out[len - 1].token_len >= token.token_len))
            continue;
        len += len < most;
        size_t at = len - 1;
        for (; at > 0 && out[at - 1].token_len < token.token_len; at--)
            out[at] = out[at - 1];
        out[at] = token;
    }
    return len;
}

bool ioc_normalise(struct arena *a, enum ioc_type type, struct str s, struct ioc_key *out)
{
    uint8_t first[NET_IP];
    uint8_t last[NET_IP];
    enum ioc_type hash;
    *out = (struct ioc_key){.type = type};
    if (s.len == 0 || s.len > 4096)
        return false;
    switch (type) {
    case IOC_MD5:
    case IOC_SHA1:
    case IOC_SHA256:
        out->key = folded(a, s);
        return is_hash(s, &hash) && hash == type && ioc_token(out->key, out);
    case IOC_IP:
        if (!net_parse_ip(s, first))
            return false;
        out->key = str_dup(a, str_make((const char *)first, NET_IP));
        return true;
    case IOC_CIDR:
        if (!net_parse_cidr(s, first, last))
            return false;
        out->key = str_dup(a, str_make((const char *)first, NET_IP));
        for (size_t i = 0; i < NET_IP && first[i] == last[i]; i++)
            out->bits = (uint8_t)((i + 1) * 8);
        for (int bit = 7; out->bits < 128 && bit >= 0; bit--) {
            size_t i = out->bits / 8;
            if (((first[i] ^ last[i]) >> bit & 1) != 0)
                break;
            out->bits++;
        }
        return true;
    case IOC_DOMAIN:
        while (s.len > 0 && s.ptr[0] == '*')
            s = str_from(s, 1);
        while (s.len > 0 && s.ptr[0] == '.')
            s = str_from(s, 1);
        while (s.len > 0 && s.ptr[s.len - 1] == '.')
            s.len--;
        out->key = folded(a, s);
        return is_domain(s) && ioc_token(out->key, out) && out->token_len == out->key.len;
    case IOC_URL:
        if (scheme_of(s).len == 0)
            return false;
        out->key = ioc_url_key(a, s);
        ioc_token_from(out->key, scheme_of(out->key).len + 3, out);
        return true;
    case IOC_EMAIL:
        out->key = folded(a, s);
        ioc_token_from(out->key, (size_t)(str_rfind_char(out->key, '@') + 1), out);
        return is_email(s);
    case IOC_USER_AGENT:
        out->key = folded(a, s);
        ioc_token(out->key, out);
        return true;
    default:
        out->key = folded(a, s);
        return ioc_token(out->key, out);
    }
}

bool ioc_other_domain(struct arena *a, struct str key, struct str *other)
{
    bool ascii = true;
    for (size_t i = 0; i < key.len; i++)
        ascii = ascii && (unsigned char)key.ptr[i] < 0x80;
    if (ascii)
        return false;
    *other = ascii_domain(a, key);
    return !str_eq(*other, key);
}
