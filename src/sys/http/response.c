#include "sys/http/inner.h"
#include "base/clock.h"

#include <zlib.h>

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

/*
 * Nothing is loaded from elsewhere, framed, or sent to elsewhere; there is no inline script or
 * style. A handler may set a header of the same name itself.
 */
static const struct {
    const char *name, *value;
} fixed_headers[] = {
    {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; "
                                "form-action 'self'; object-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
};

static const char *header_of(const struct http_response *res, const char *name)
{
    for (size_t i = 0; i < res->headers_len; i++)
        if (str_eq_nocase(res->headers[i].name, str_c(name)))
            return res->headers[i].value.ptr;
    return NULL;
}

void http_add_header(struct http_response *res, struct str name, struct str value)
{
    char *v = str_cdup(res->body.arena, value);

    if (res->headers_len == ARRAY_LEN(res->headers))
        die("more than %zu response headers", ARRAY_LEN(res->headers));
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)v[i] < 0x20 || v[i] == 0x7f)
            v[i] = '_';
    res->headers[res->headers_len++] =
        (struct http_pair){.name = str_make(str_cdup(res->body.arena, name), name.len),
                           .value = str_make(v, value.len)};
}

void http_set_cookie(const struct http_request *req, struct http_response *res, const char *name,
                     struct str value, int64_t max_age)
{
    struct buf b = buf_make(res->body.arena);

    buf_printf(&b, "%s=", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        buf_add_char(&b, c <= 0x20 || c >= 0x7f || strchr("\",;\\", c) != NULL ? '_' : (char)c);
    }
    buf_add(&b, STR("; Path=/; HttpOnly; SameSite=Lax"));
    if (req->secure)
        buf_add(&b, STR("; Secure"));
    if (max_age >= 0)
        buf_printf(&b, "; Max-Age=%" PRId64, max_age);
    http_add_header(res, STR("Set-Cookie"), buf_str(&b));
}

static bool is_local_path(struct str path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return false;
    if (path.len > 1 && (path.ptr[1] == '/' || path.ptr[1] == '\\'))
        return false;
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] <= 0x20 || path.ptr[i] == 0x7f || path.ptr[i] == '\\')
            return false;
    return true;
}

void http_redirect(struct http_response *res, struct str path)
{
    struct buf b = buf_make(res->body.arena);

    path = is_local_path(path) ? path : STR("/");
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] >= 0x80)
            buf_printf(&b, "%%%02X", (unsigned char)path.ptr[i]);
        else
            buf_add_char(&b, path.ptr[i]);
    res->status = 303;
    buf_clear(&res->body);
    http_add_header(res, STR("Location"), buf_str(&b));
}

/* A name for old clients: ASCII, no quotes. The real one follows percent-encoded. */
static void add_file_name(struct buf *b, struct str name)
{
    buf_add(b, STR("attachment; filename=\""));
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        if ((c & 0xc0) != 0x80)
            buf_add_char(b, c < 0x20 || c >= 0x7f || strchr("\"\\/%", c) != NULL ? '_' : (char)c);
    }
    buf_add(b, STR("\"; filename*=UTF-8''"));
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        if (isalnum(c) || (c != '\0' && strchr("!#$&+-.^_`|~", c) != NULL))
            buf_add_char(b, (char)c);
        else
            buf_printf(b, "%%%02X", c);
    }
}

static void send_as_file(const struct http_request *req, struct http_response *res, int64_t size,
                         struct str name, const char *type)
{
    struct buf b = buf_make(req->arena);

    add_file_name(&b, name.len > 0 ? name : STR("file"));
    res->file_size = size;
    res->type = type;
    http_add_header(res, STR("Content-Disposition"), buf_str(&b));
    http_add_header(res, STR("Content-Security-Policy"), STR("default-src 'none'; sandbox"));
}

void http_send_file(const struct http_request *req, struct http_response *res, int fd, int64_t size,
                    struct str name, const char *type)
{
    send_as_file(req, res, size, name, type);
    res->file_fd = fd;
}

void http_send_stream(const struct http_request *req, struct http_response *res,
                      struct http_stream *stream, int64_t size, struct str name, const char *type)
{
    send_as_file(req, res, size, name, type);
    res->stream = stream;
}

/* Compression that pays: text of some size, and the client says it can read it. One deflate state
 * per worker thread, because setting one up costs more than a page. */
static bool compressible(const char *type)
{
    static const char *const prefixes[] = {
        "text/",         "application/json", "application/problem+json", "application/javascript",
        "image/svg+xml", "application/xml"};

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (strncmp(type, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

enum { GZIP_MIN = 1024, GZIP_LEVEL = 2 };

static __thread z_stream deflater;
static __thread bool deflater_ready;

static bool gzip(struct arena *a, struct str in, struct str *out)
{
    size_t room;

    if (!deflater_ready) {
        if (deflateInit2(&deflater, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            return false;
        deflater_ready = true;
    } else {
        deflateReset(&deflater);
    }
    room = deflateBound(&deflater, in.len);
    deflater.next_in = (unsigned char *)in.ptr;
    deflater.avail_in = (unsigned)in.len;
    deflater.next_out = arena_alloc(a, room);
    deflater.avail_out = (unsigned)room;
    out->ptr = (const char *)deflater.next_out;
    if (deflate(&deflater, Z_FINISH) != Z_STREAM_END)
        return false;
    out->len = deflater.total_out;
    return out->len < in.len;
}

void response_thread_end(void)
{
    if (deflater_ready)
        deflateEnd(&deflater);
    deflater_ready = false;
}

void security_headers(struct MHD_Response *m, bool secure)
{
    for (size_t i = 0; i < ARRAY_LEN(fixed_headers); i++)
        MHD_add_response_header(m, fixed_headers[i].name, fixed_headers[i].value);
    if (secure)
        MHD_add_response_header(m, "Strict-Transport-Security", "max-age=31536000");
}

static void default_error(struct request *r)
{
    struct http_response *res = &r->res;
    struct str message = str_c(err_message(r->err.code, r->pub.lang));

    if (str_starts(r->pub.path, STR("/api/"))) {
        res->type = "application/problem+json";
        buf_printf(&res->body, "{\"status\":%d,\"title\":\"" STR_FMT "\",\"code\":\"%s\"}\n",
                   res->status, STR_ARG(message), err_name(r->err.code));
        return;
    }
    buf_printf(&res->body,
               "<!doctype html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><title>%d</title>"
               "<h1>" STR_FMT "</h1>\n<p><a href=\"/\">%s</a></p>\n",
               r->pub.lang == LANG_EN ? "en" : "vi", res->status, STR_ARG(message),
               r->pub.lang == LANG_EN ? "Home" : "Trang chủ");
}

static void build_error(struct request *r)
{
    struct http_response *res = &r->res;
    struct buf allow = buf_make(&r->arena);

    if (res->file_fd >= 0)
        close(res->file_fd);
    if (res->stream != NULL)
        res->stream->end(res->stream);
    buf_clear(&res->body);
    *res = (struct http_response){
        .status = err_http_status(r->err.code), .body = res->body, .file_fd = -1, .no_store = true};
    if (r->err.code == ERR_METHOD) {
        unsigned allowed = r->match.allowed;

        if ((allowed & 1u << HTTP_GET) != 0)
            allowed |= 1u << HTTP_HEAD;
        for (unsigned i = 0; i < HTTP_OTHER; i++)
            if ((allowed & 1u << i) != 0)
                buf_printf(&allow, "%s%s", allow.len > 0 ? ", " : "", method_names[i]);
        http_add_header(res, STR("Allow"), buf_str(&allow));
    }
    if (res->status == 429 || res->status == 503)
        http_add_header(res, STR("Retry-After"), STR("10"));
    if (r->server->options.error != NULL)
        r->server->options.error(&r->pub, res, &r->err, r->server->options.ctx);
    else
        default_error(r);
}

/* "bytes=from-to", "bytes=from-", "bytes=-last": 1 a range inside the file, 0 none to honour, -1
 * outside the file. */
static int parse_range(struct str h, int64_t size, int64_t *from, int64_t *len)
{
    struct str first, last;
    int64_t a = 0, b = size - 1;
    ptrdiff_t dash;

    if (!str_starts(h, STR("bytes=")) || str_find_char(h, ',') >= 0)
        return 0;
    h = str_from(h, 6);
    dash = str_find_char(h, '-');
    if (dash < 0)
        return 0;
    first = str_trim(str_sub(h, 0, (size_t)dash));
    last = str_trim(str_from(h, (size_t)dash + 1));
    if ((first.len > 0 && !isdigit((unsigned char)first.ptr[0])) ||
        (last.len > 0 && !isdigit((unsigned char)last.ptr[0])) || first.len + last.len == 0)
        return 0;
    if (first.len == 0) {
        if (!str_to_int(last, &b))
            return 0;
        if (b == 0 || size == 0)
            return -1;
        a = MAX(size - b, 0);
        b = size - 1;
    } else {
        if (!str_to_int(first, &a) || (last.len > 0 && !str_to_int(last, &b)))
            return 0;
        if (last.len > 0 && b < a)
            return 0;
        if (a >= size)
            return -1;
        b = MIN(b, size - 1);
    }
    *from = a;
    *len = b - a + 1;
    return 1;
}

static struct MHD_Response *file_response(struct request *r)
{
    struct http_response *res = &r->res;
    struct str range = http_header(&r->pub, "Range");
    struct str condition = http_header(&r->pub, "If-Range");
    const char *etag = header_of(res, "ETag");
    int64_t from = 0, len = res->file_size;
    struct MHD_Response *m;
    int fd = res->file_fd, found = 0;

    res->file_fd = -1;
    http_add_header(res, STR("Accept-Ranges"), STR("bytes"));
    if (range.ptr != NULL && r->pub.method == HTTP_GET && res->status == 200 &&
        (condition.ptr == NULL || (etag != NULL && str_is(condition, etag))))
        found = parse_range(range, res->file_size, &from, &len);
    if (found < 0) {
        close(fd);
        res->status = 416;
        http_add_header(res, STR("Content-Range"),
                        str_printf(&r->arena, "bytes */%" PRId64, res->file_size));
        return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    }
    if (found > 0) {
        res->status = 206;
        http_add_header(res, STR("Content-Range"),
                        str_printf(&r->arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, from,
                                   from + len - 1, res->file_size));
    }
    r->bytes = len;
    m = MHD_create_response_from_fd_at_offset64((uint64_t)len, fd, (uint64_t)from);
    if (m == NULL)
        close(fd);
    return m;
}

static ssize_t stream_read(void *cls, uint64_t pos, char *to, size_t room)
{
    struct http_stream *s = cls;
    int64_t n = s->read(s, to, room);

    return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void stream_end(void *cls)
{
    struct http_stream *s = cls;

    s->end(s);
}

enum { STREAM_PIECE = 64 * 1024 };

static struct MHD_Response *stream_response(struct request *r)
{
    struct http_response *res = &r->res;
    struct http_stream *s = res->stream;

    res->stream = NULL;
    r->bytes = res->file_size;
    return MHD_create_response_from_callback((uint64_t)res->file_size, STREAM_PIECE, stream_read, s,
                                             stream_end);
}

static struct MHD_Response *body_response(struct request *r)
{
    struct http_response *res = &r->res;
    struct str body = buf_str(&res->body), small;

    if (res->status == 204 || res->status == 304)
        body = STR("");
    if (body.len >= GZIP_MIN && compressible(res->type) &&
        header_of(res, "Content-Encoding") == NULL) {
        http_add_header(res, STR("Vary"), STR("Accept-Encoding"));
        if (header_accepts(r, "Accept-Encoding", "gzip") && gzip(&r->arena, body, &small)) {
            body = small;
            http_add_header(res, STR("Content-Encoding"), STR("gzip"));
        }
    }
    r->bytes = (int64_t)body.len;
    return MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr,
                                           MHD_RESPMEM_PERSISTENT);
}

/* Runs on a worker; the event thread only queues what is made here. */
void response_build(struct request *r)
{
    struct http_response *res = &r->res;
    struct MHD_Response *m;

    if (r->err.code != 0)
        build_error(r);
    if (res->type == NULL)
        res->type = "text/html; charset=utf-8";
    m = res->file_fd >= 0     ? file_response(r)
        : res->stream != NULL ? stream_response(r)
                              : body_response(r);
    if (m == NULL)
        die("out of memory for a response");
    for (size_t i = 0; i < res->headers_len; i++)
        MHD_add_response_header(m, res->headers[i].name.ptr, res->headers[i].value.ptr);
    for (size_t i = 0; i < ARRAY_LEN(fixed_headers); i++)
        if (header_of(res, fixed_headers[i].name) == NULL)
            MHD_add_response_header(m, fixed_headers[i].name, fixed_headers[i].value);
    if (r->pub.secure)
        MHD_add_response_header(m, "Strict-Transport-Security", "max-age=31536000");
    if (res->no_store && header_of(res, "Cache-Control") == NULL)
        MHD_add_response_header(m, "Cache-Control", "no-store");
    if (res->status != 204 && res->status != 304 && header_of(res, "Content-Type") == NULL)
        MHD_add_response_header(m, "Content-Type", res->type);
    MHD_add_response_header(m, "X-Request-Id", str_cdup(&r->arena, r->pub.id));
    r->status = (unsigned)res->status;
    r->response = m;
}

/* For requests that are refused before anything is known of them: no page of the site, no frame. */
struct MHD_Response *response_plain(struct request *r, const struct err *e)
{
    struct str text = str_printf(&r->arena, "%s\n%s\n", err_message(e->code, LANG_VI),
                                 err_message(e->code, LANG_EN));
    struct MHD_Response *m = MHD_create_response_from_buffer(text.len, (void *)(uintptr_t)text.ptr,
                                                             MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        die("out of memory for a response");
    security_headers(m, r->pub.secure);
    MHD_add_response_header(m, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(m, "Cache-Control", "no-store");
    r->status = (unsigned)err_http_status(e->code);
    r->bytes = (int64_t)text.len;
    return m;
}
