#include "sys/http/inner.h"

static const char too_many[] = "too many header fields";

/*
 * libmicrohttpd 0.9.75 is lenient: it takes the first of two Content-Lengths, prefers
 * Transfer-Encoding over Content-Length, reads a body with an unknown transfer coding up to the end
 * of the connection, cuts header fields at a NUL, and accepts bare LF and folded lines. Two
 * programs that read one request differently are how requests are smuggled past a proxy, so each of
 * these is refused here (RFC 9112 sections 2.2, 5, 6.3).
 *
 * To see the bytes as they came: the library parses in place. The method, the target, the version
 * and each field are slices of one buffer, in order, in which only separators were overwritten with
 * NUL. Every byte between method and the end of the header must therefore be accounted for; if one
 * is not, something was hidden from us.
 */
struct scan {
    struct request *r;
    const char *at, *end;
    struct http_pair *headers;
    size_t len;
    const char *wrong;
};

static bool is_field_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (!isalnum(c) && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.len > 0;
}

static bool is_field_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static const char *over_spaces(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* CR LF, both overwritten with NUL. */
static bool line_end(const char **p, const char *end)
{
    if (end - *p < 2 || (*p)[0] != '\0' || (*p)[1] != '\0')
        return false;
    *p += 2;
    return true;
}

static enum MHD_Result one_field(void *cls, enum MHD_ValueKind kind, const char *key,
                                 size_t key_len, const char *value, size_t value_len)
{
    struct scan *s = cls;
    struct http_pair *h;

    if (s->len == HEADERS_MAX) {
        s->wrong = too_many;
        return MHD_NO;
    }
    h = &s->headers[s->len++];
    h->name = str_make(key, key_len);
    h->value = str_trim(str_make(value != NULL ? value : "", value != NULL ? value_len : 0));
    if (!is_field_name(h->name))
        s->wrong = "malformed header name";
    else if (!is_field_value(h->value))
        s->wrong = "control character in a header";
    else if (key != s->at || key + key_len >= s->end)
        s->wrong = "bytes between header fields";
    if (s->wrong != NULL)
        return MHD_NO;
    s->at = over_spaces(key + key_len + 1, s->end);
    if (value_len > 0 && value != s->at)
        s->wrong = "bytes in front of a header value";
    else if (s->at = over_spaces(s->at + value_len, s->end), !line_end(&s->at, s->end))
        s->wrong = "NUL or bare line feed in a header";
    return s->wrong == NULL ? MHD_YES : MHD_NO;
}

static size_t count_headers(const struct request *r, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < r->headers_len; i++)
        n += str_eq_nocase(r->headers[i].name, str_c(name));
    return n;
}

static bool is_host(struct str h)
{
    if (h.len == 0 || h.len > 255)
        return false;
    for (size_t i = 0; i < h.len; i++) {
        unsigned char c = (unsigned char)h.ptr[i];

        if (!isalnum(c) && strchr("-._~:[]", c) == NULL)
            return false;
    }
    return true;
}

static const char *check_fields(const struct request *r, const char *version)
{
    struct str te = http_header(&r->pub, "Transfer-Encoding");
    struct str length = http_header(&r->pub, "Content-Length");
    int64_t n;

    if (count_headers(r, "Content-Length") > 1)
        return "several Content-Length fields";
    if (length.ptr != NULL && te.ptr != NULL)
        return "Content-Length together with Transfer-Encoding";
    if (length.ptr != NULL && (length.len > 18 || !str_to_int(length, &n) || length.ptr[0] == '-' ||
                               length.ptr[0] == '+'))
        return "malformed Content-Length";
    if (te.ptr != NULL && (count_headers(r, "Transfer-Encoding") > 1 ||
                           !str_eq_nocase(te, STR("chunked")) || strcmp(version, "HTTP/1.1") != 0))
        return "unknown transfer coding";
    if (count_headers(r, "Host") > 1 ||
        (strcmp(version, "HTTP/1.1") == 0 && count_headers(r, "Host") == 0))
        return "not exactly one Host field";
    if (count_headers(r, "Host") == 1 && !is_host(http_header(&r->pub, "Host")))
        return "malformed Host";
    return NULL;
}

int guard_header(struct request *r, const char *url, const char *method, const char *version,
                 struct err *err)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t size = info != NULL ? info->header_size : 0;
    struct scan s = {.r = r, .end = method + size};

    s.headers = arena_array(&r->arena, struct http_pair, HEADERS_MAX);
    if (size > HEADER_BYTES_MAX)
        return err_set(err, ERR_HEADER, "header of %zu bytes", size);
    /* "METHOD" NUL "target" NUL "version" CR LF */
    if (url != method + strlen(method) + 1 || version != url + r->target.len + 1)
        return err_set(err, ERR_INVALID, "malformed request line");
    s.at = version + strlen(version);
    if (!line_end(&s.at, s.end))
        return err_set(err, ERR_INVALID, "malformed request line");
    MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, one_field, &s);
    r->headers = s.headers;
    r->headers_len = s.len;
    if (s.wrong == NULL && (!line_end(&s.at, s.end) || s.at != s.end))
        s.wrong = "bytes behind the last header field";
    if (s.wrong == NULL)
        s.wrong = check_fields(r, version);
    if (s.wrong == too_many)
        return err_set(err, ERR_HEADER, "%s", too_many);
    return s.wrong == NULL ? 0 : err_set(err, ERR_INVALID, "%s", s.wrong);
}
