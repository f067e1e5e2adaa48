#include "test.h"
#include "client.h"

#include <sys/stat.h>
#include <zlib.h>

static struct http_server *server;
static int port;

static int start(void **state)
{
    server = test_server(&(struct http_options){.host = "127.0.0.1", .trusted_proxy = NULL});
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    http_stop(server, 5);
    assert_int_equal(spool_files(), 0);
    return 0;
}

#define HOST "Host: example.vn\r\n"

static struct reply post(const char *path, const char *type, struct str body)
{
    struct buf b = buf_make(&test_arena);

    buf_printf(&b,
               "POST %s HTTP/1.1\r\n" HOST
               "Connection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
               path, type, body.len);
    buf_add(&b, body);
    return talk(port, &test_arena, buf_str(&b));
}

static void has(const struct reply *r, const char *text)
{
    if (str_find(r->body, str_c(text)) < 0)
        fail_msg("\"%s\" is not in: " STR_FMT, text, STR_ARG(r->body));
}

static void has_not(const struct reply *r, const char *text)
{
    if (str_find(r->body, str_c(text)) >= 0)
        fail_msg("\"%s\" is in: " STR_FMT, text, STR_ARG(r->body));
}

static void header_is(const struct reply *r, const char *name, const char *value)
{
    if (!str_is(reply_header(r, name), value))
        fail_msg("%s: " STR_FMT, name, STR_ARG(reply_header(r, name)));
}

static void test_routing(void **state)
{
    struct reply r =
        get(port, &test_arena, "/echo/SC-2026-0042?a=1&b=%C4%90i%E1%BB%81u+ph%E1%BB%91i&a=2", "");

    assert_int_equal(r.status, 200);
    has(&r, "param id=SC-2026-0042\n");
    has(&r, "arg a=1\narg b=Điều phối\narg a=2\n");
    r = get(port, &test_arena, "/echo/new", "");
    has_not(&r, "param");
    r = get(port, &test_arena, "/tree/a/b%20c/d", "");
    has(&r, "param path=a/b c/d\n");
    r = get(port, &test_arena, "http://other.example/echo/1?x=y", "");
    has(&r, "param id=1\narg x=y\n");
    r = get(port, &test_arena, "/tree/https%3A%2F%2Fexample.vn%2F..%2F%2Fa%5cb/c", "");
    has(&r, "param path=https://example.vn/..//a\\b/c\n");
    assert_int_equal(get(port, &test_arena, "/echo/a%2Fb", "").status, 404);
    assert_int_equal(get(port, &test_arena, "/echo%2Fa", "").status, 404);
    assert_int_equal(get(port, &test_arena, "%2Fecho/a", "").status, 400);
    assert_int_equal(get(port, &test_arena, "/tree", "").status, 404);
    assert_int_equal(get(port, &test_arena, "/nothing", "").status, 404);
    assert_int_equal(get(port, &test_arena, "/echo/1/2", "").status, 404);
    r = get(port, &test_arena, "/echo/?a=b", "");
    assert_int_equal(r.status, 308);
    header_is(&r, "Location", "/echo?a=b");
    assert_int_equal(get(port, &test_arena, "/nothing/", "").status, 404);
}

static void test_methods(void **state)
{
    struct reply r = post("/echo", "text/plain", STR(""));

    assert_int_equal(r.status, 405);
    header_is(&r, "Allow", "GET, HEAD");
    r = get(port, &test_arena, "/form", "");
    assert_int_equal(r.status, 405);
    header_is(&r, "Allow", "POST");
    r = talk(port, &test_arena, STR("BREW /echo HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(r.status, 405);
    r = talk(port, &test_arena, STR("HEAD /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    assert_int_equal(r.status, 200);
    assert_true(reply_header(&r, "Content-Length").len > 0);
    assert_int_equal(r.rest.len, 0);
}

static void test_headers_of_every_answer(void **state)
{
    static const char *const paths[] = {"/", "/nothing", "/fails", "/guarded", "/tree/../x"};

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct reply r = get(port, &test_arena, paths[i], "");

        header_is(&r, "X-Content-Type-Options", "nosniff");
        header_is(&r, "X-Frame-Options", "DENY");
        header_is(&r, "Referrer-Policy", "same-origin");
        header_is(&r, "Cache-Control", "no-store");
        assert_true(
            str_starts(reply_header(&r, "Content-Security-Policy"), STR("default-src 'self'; ")));
        assert_int_equal(reply_header(&r, "Strict-Transport-Security").len, 0);
    }
}

static void test_request_ids(void **state)
{
    struct reply a = get(port, &test_arena, "/", "X-Request-Id: forged-by-client\r\n");
    struct reply b = get(port, &test_arena, "/", "");

    assert_int_equal(reply_header(&a, "X-Request-Id").len, 16);
    assert_false(str_eq(reply_header(&a, "X-Request-Id"), reply_header(&b, "X-Request-Id")));
}

static void test_errors(void **state)
{
    struct reply r = get(port, &test_arena, "/fails", "");

    assert_int_equal(r.status, 409);
    has(&r, "Dữ liệu đã bị thay đổi bởi người khác");
    has_not(&r, "half a page");
    has_not(&r, "secret detail");
    assert_int_equal(reply_header(&r, "Set-Cookie").len, 0);
    r = get(port, &test_arena, "/api/fails", "Accept-Language: en\r\n");
    header_is(&r, "Content-Type", "application/problem+json");
    has(&r, "\"code\":\"CONFLICT\"");
    r = get(port, &test_arena, "/guarded", "");
    assert_int_equal(r.status, 403);
}

static void test_language(void **state)
{
    static const struct {
        const char *path, *fields, *lang;
    } rows[] = {
        {"/echo", "", "lang=0"},
        {"/echo?lang=en", "", "lang=1"},
        {"/echo", "Cookie: a=b; lang=en; c=d\r\n", "lang=1"},
        {"/echo?lang=vi", "Cookie: lang=en\r\n", "lang=0"},
        {"/echo", "Accept-Language: en-GB\r\n", "lang=1"},
        {"/echo", "Accept-Language: en;q=0.5, vi;q=0.9\r\n", "lang=0"},
        {"/echo", "Accept-Language: vi;q=0.5, en\r\n", "lang=1"},
        {"/echo", "Accept-Language: fr, de\r\n", "lang=0"},
        {"/echo?lang=xx", "Accept-Language: en\r\n", "lang=1"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = get(port, &test_arena, rows[i].path, rows[i].fields);

        if (str_find(r.body, str_c(rows[i].lang)) < 0)
            fail_msg("row %zu: " STR_FMT, i, STR_ARG(r.body));
    }
}

static void test_cookies_and_redirects(void **state)
{
    struct reply r = get(port, &test_arena, "/cookie?to=/incidents", "");

    assert_int_equal(r.status, 303);
    header_is(&r, "Location", "/incidents");
    header_is(&r, "Set-Cookie", "sid=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
    r = get(port, &test_arena, "/cookie?to=/%C4%91", "");
    header_is(&r, "Location", "/%C4%91");
    r = get(port, &test_arena, "/cookie?to=//evil.example", "");
    header_is(&r, "Location", "/");
    r = get(port, &test_arena, "/cookie?to=/%5Cevil.example", "");
    header_is(&r, "Location", "/");
    r = get(port, &test_arena, "/cookie?to=https://evil.example/", "");
    header_is(&r, "Location", "/");
    r = get(port, &test_arena, "/cookie?to=/a%0d%0aX:%20y", "");
    header_is(&r, "Location", "/");
    r = get(port, &test_arena, "/echo", "Cookie: xsid=1; sid=right; sid=wrong\r\n");
    has(&r, "cookie=right\n");
}

static void test_urlencoded(void **state)
{
    const char *form = "application/x-www-form-urlencoded; charset=utf-8";
    struct reply r = post("/form", form, STR("a=1&b=x+y%2Bz&a=2&empty=&bare&c=100%&=v"));
    struct buf b = buf_make(&test_arena);

    assert_int_equal(r.status, 200);
    has(&r,
        "field a=1\nfield b=x y+z\nfield a=2\nfield empty=\nfield bare=\nfield c=100%\nfield =v\n");
    assert_int_equal(post("/form", form, STR("a=%00")).status, 400);
    assert_int_equal(post("/form", form, STR("a=%ff")).status, 400);
    assert_int_equal(post("/form", "text/plain", STR("a=1")).status, 415);
    assert_int_equal(post("/form", "multipart/form-data", STR("a=1")).status, 415);
    assert_int_equal(post("/form", form, STR("")).status, 200);
    for (int i = 0; i < 2001; i++)
        buf_add(&b, STR("a=1&"));
    assert_int_equal(post("/form", form, buf_str(&b)).status, 413);
}

static void test_body_limits(void **state)
{
    struct buf b = buf_make(&test_arena);
    struct reply r;

    buf_add(&b, STR("a="));
    while (b.len < 1000)
        buf_add_char(&b, 'x');
    assert_int_equal(post("/small", "application/x-www-form-urlencoded", buf_str(&b)).status, 200);
    buf_add_char(&b, 'x');
    r = post("/small", "application/x-www-form-urlencoded", buf_str(&b));
    assert_int_equal(r.status, 413);
    has(&r, "Quá lớn");
    /* The whole body is sent before the answer is read: it still arrives. */
    while (b.len < 8 * 1024 * 1024)
        buf_add(&b, STR("0123456789012345678901234567890123456789"));
    r = post("/small", "application/x-www-form-urlencoded", buf_str(&b));
    assert_int_equal(r.status, 413);
    r = talk(port, &test_arena,
             STR("POST /small HTTP/1.1\r\n" HOST
                 "Content-Type: application/x-www-form-urlencoded\r\n"
                 "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n"));
    assert_int_equal(r.status, 413);
    assert_true(r.closed);
    r = talk(port, &test_arena,
             STR("PUT /raw HTTP/1.1\r\n" HOST "Content-Length: 2000000000\r\n\r\n"));
    assert_int_equal(r.status, 413);
    r = talk(
        port, &test_arena,
        STR("PUT /raw HTTP/1.1\r\n" HOST "Connection: close\r\nContent-Length: 4\r\n\r\n{\"a\""));
    has(&r, "body={\"a\"\n");
}

static void test_expect_continue(void **state)
{
    int fd = dial(port);
    struct reply r;

    say(fd, STR("PUT /raw HTTP/1.1\r\n" HOST "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
    {
        char c[128];
        ssize_t n = read(fd, c, sizeof(c));

        assert_true(n > 0);
        assert_true(str_starts(str_make(c, (size_t)n), STR("HTTP/1.1 100 ")));
    }
    say(fd, STR("abcd"));
    r = hear(fd, &test_arena, STR_EMPTY, false);
    assert_int_equal(r.status, 200);
    has(&r, "body=abcd");
    close(fd);
}

static void test_chunked(void **state)
{
    struct reply r =
        talk(port, &test_arena,
             STR("POST /form HTTP/1.1\r\n" HOST "Connection: close\r\n"
                 "Content-Type: application/x-www-form-urlencoded\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n4;x=y\r\n&b=2\r\n0\r\n\r\n"));

    assert_int_equal(r.status, 200);
    has(&r, "field a=1\nfield b=2\n");
}

#define PART(fields) "--XyZ\r\nContent-Disposition: form-data; " fields "\r\n\r\n"
#define MULTI        "multipart/form-data; boundary=XyZ"

static void test_multipart(void **state)
{
    struct reply r = post(
        "/files", MULTI,
        STR(PART(
            "name=\"title\"") "Báo cáo\r\n"
                              "--XyZ\r\nContent-Disposition: form-data; name=\"f\"; "
                              "filename=\"a.txt\"\r\n"
                              "Content-Type: text/plain\r\n\r\nabc\r\n" PART(
                                  "name=\"empty\"; "
                                  "filename=\"\"") "\r\n" PART("name=\"zero\"; "
                                                               "filename=\"zero."
                                                               "bin\"") "\r\n" PART("name="
                                                                                    "\"last"
                                                                                    "\"") "\r"
                                                                                          "\n"
                                                                                          "--"
                                                                                          "Xy"
                                                                                          "Z-"
                                                                                          "-"
                                                                                          "\r"
                                                                                          "\n"));

    assert_int_equal(r.status, 200);
    has(&r, "field title=Báo cáo\nfield last=\n");
    has(&r, "file f=a.txt text/plain 3 "
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
    has(&r,
        "file zero=zero.bin  0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
    has_not(&r, "file empty");
    assert_int_equal(spool_files(), 0);
    assert_int_equal(post("/form", MULTI, STR(PART("name=\"a\"") "1\r\n--XyZ--")).status, 200);
    assert_int_equal(
        post("/form", MULTI, STR(PART("name=\"a\"; filename=\"x\"") "1\r\n--XyZ--")).status, 415);
    assert_int_equal(
        post("/files", MULTI, STR(PART("name=\"a\"; filename=\"x\"") "cut off")).status, 400);
    assert_int_equal(spool_files(), 0);
}

static void test_taken_file_stays(void **state)
{
    struct reply r =
        post("/keep", MULTI, STR(PART("name=\"f\"; filename=\"x\"") "kept\r\n--XyZ--"));
    char *path = str_cdup(&test_arena, r.body);
    struct stat st;

    assert_int_equal(r.status, 200);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 4);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(unlink(path), 0);
}

static void test_client_leaves_in_the_middle(void **state)
{
    int fd = dial(port);
    struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

    say(fd,
        STR("POST /files HTTP/1.1\r\n" HOST "Content-Type: " MULTI
            "\r\nContent-Length: 100000\r\n\r\n" PART("name=\"f\"; filename=\"x\"") "half a file"));
    for (int i = 0; i < 100 && spool_files() == 0; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(spool_files(), 1);
    close(fd);
    for (int i = 0; i < 100 && spool_files() > 0; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(spool_files(), 0);
}

/* Nothing reaches the disk from those who may not send it; they still get their answer. */
static void test_files_only_from_those_who_may(void **state)
{
    static const char head[] =
        " HTTP/1.1\r\n" HOST "Content-Type: " MULTI
        "\r\nContent-Length: 400000\r\n\r\n" PART("name=\"f\"; filename=\"x\"") "half a file";
    static const struct {
        const char *path;
        int files;
    } cases[] = {{"/guarded/files", 0}, {"/members/files", 1}};
    struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
    struct reply r;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int fd = dial(port);

        say(fd, str_printf(&test_arena, "POST %s%s", cases[i].path, head));
        nanosleep(&pause, NULL);
        for (int n = 0; n < 20 && spool_files() != cases[i].files; n++)
            nanosleep(&pause, NULL);
        assert_int_equal(spool_files(), cases[i].files);
        close(fd);
    }
    r = post("/guarded/files", MULTI, STR(PART("name=\"f\"; filename=\"x\"") "1\r\n--XyZ--"));
    assert_int_equal(r.status, 403);
    r = post("/members/files", MULTI, STR(PART("name=\"f\"; filename=\"x\"") "1\r\n--XyZ--"));
    assert_int_equal(r.status, 200);
    has(&r, "file f=x ");
    for (int i = 0; i < 100 && spool_files() > 0; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(spool_files(), 0);
}

static void test_keep_alive_and_pipelining(void **state)
{
    int fd = dial(port);
    struct reply r = {0};

    for (int i = 0; i < 3; i++) {
        say(fd, STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
        r = hear(fd, &test_arena, STR_EMPTY, false);
        assert_int_equal(r.status, 200);
        assert_int_equal(r.rest.len, 0);
    }
    say(fd, STR("GET /echo/a HTTP/1.1\r\n" HOST "\r\nPOST /form HTTP/1.1\r\n" HOST
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\nx=y"
                "HEAD /echo/b HTTP/1.1\r\n" HOST "\r\nGET /echo/c HTTP/1.1\r\n" HOST
                "Connection: close\r\n\r\n"));
    r = hear(fd, &test_arena, STR_EMPTY, false);
    has(&r, "param id=a\n");
    r = hear(fd, &test_arena, r.rest, false);
    has(&r, "field x=y\n");
    r = hear(fd, &test_arena, r.rest, true);
    assert_int_equal(r.status, 200);
    r = hear(fd, &test_arena, r.rest, false);
    has(&r, "param id=c\n");
    assert_true(is_closed_within(fd, 1000));
    close(fd);
    r = talk(port, &test_arena, STR("GET /echo/1 HTTP/1.0\r\n" HOST "\r\n"));
    assert_int_equal(r.status, 200);
    assert_true(r.closed);
}

static void test_header_limits(void **state)
{
    struct buf b = buf_make(&test_arena);
    struct reply r;

    buf_add(&b, STR("GET / HTTP/1.1\r\n" HOST "Connection: close\r\nX: "));
    while (b.len < 15000)
        buf_add_char(&b, 'x');
    r = talk(port, &test_arena, str_printf(&test_arena, STR_FMT "\r\n\r\n", STR_ARG(buf_str(&b))));
    assert_int_equal(r.status, 200);
    while (b.len < 17000)
        buf_add_char(&b, 'x');
    r = talk(port, &test_arena, str_printf(&test_arena, STR_FMT "\r\n\r\n", STR_ARG(buf_str(&b))));
    assert_int_equal(r.status, 431);
    assert_true(r.closed);
    while (b.len < 200000)
        buf_add_char(&b, 'x');
    r = talk(port, &test_arena, str_printf(&test_arena, STR_FMT "\r\n\r\n", STR_ARG(buf_str(&b))));
    assert_true(r.status == 431 || r.status == 0);
    assert_true(r.closed);
    buf_clear(&b);
    buf_add(&b, STR("GET / HTTP/1.1\r\n" HOST));
    for (int i = 0; i < 120; i++)
        buf_printf(&b, "X%d: y\r\n", i);
    buf_add(&b, STR("\r\n"));
    r = talk(port, &test_arena, buf_str(&b));
    assert_int_equal(r.status, 431);
    buf_clear(&b);
    buf_add(&b, STR("GET /"));
    while (b.len < 3000)
        buf_add_char(&b, 'x');
    buf_add(&b, STR(" HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(talk(port, &test_arena, buf_str(&b)).status, 400);
}

static struct str gunzip(struct str in)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)in.ptr, .avail_in = (unsigned)in.len};
    char *out = arena_alloc(&test_arena, 100000);

    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_out = (unsigned char *)out;
    z.avail_out = 100000;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    return str_make(out, z.total_out);
}

static void test_gzip(void **state)
{
    struct reply plain = get(port, &test_arena, "/", "");
    struct reply r = get(port, &test_arena, "/", "Accept-Encoding: br, gzip;q=0.8\r\n");

    header_is(&plain, "Vary", "Accept-Encoding");
    header_is(&r, "Content-Encoding", "gzip");
    assert_true(r.body.len < plain.body.len / 4);
    assert_true(str_eq(gunzip(r.body), plain.body));
    r = get(port, &test_arena, "/", "Accept-Encoding: gzip;q=0\r\n");
    assert_int_equal(reply_header(&r, "Content-Encoding").len, 0);
    r = get(port, &test_arena, "/cookie", "Accept-Encoding: gzip\r\n"); /* too small to pay */
    assert_int_equal(reply_header(&r, "Content-Encoding").len, 0);
}

static void test_download(void **state)
{
    static const struct {
        const char *range;
        int status;
        const char *body, *content_range;
    } rows[] = {
        {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
        {"bytes=8-", 206, "89", "bytes 8-9/10"},
        {"bytes=-3", 206, "789", "bytes 7-9/10"},
        {"bytes=-30", 206, "0123456789", "bytes 0-9/10"},
        {"bytes=5-500", 206, "56789", "bytes 5-9/10"},
        {"bytes=10-", 416, "", "bytes */10"},
        {"bytes=-0", 416, "", "bytes */10"},
        {"bytes=3-1", 200, "0123456789", ""},
        {"bytes=0-1,4-5", 200, "0123456789", ""},
        {"bytes=a-b", 200, "0123456789", ""},
        {"bytes=--1", 200, "0123456789", ""},
        {"bytes=99999999999999999999-", 200, "0123456789", ""},
        {"lines=0-1", 200, "0123456789", ""},
    };
    struct reply r = get(port, &test_arena, "/file", "");

    assert_str(r.body, "0123456789");
    header_is(&r, "Content-Type", "application/pdf");
    header_is(&r, "Content-Disposition",
              "attachment; filename=\"B_o c_o _1_.pdf\"; "
              "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%221%22.pdf");
    header_is(&r, "Content-Security-Policy", "default-src 'none'; sandbox");
    header_is(&r, "Accept-Ranges", "bytes");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        r = get(port, &test_arena, "/file",
                str_printf(&test_arena, "Range: %s\r\n", rows[i].range).ptr);
        if (r.status != rows[i].status)
            fail_msg("%s: status %d", rows[i].range, r.status);
        assert_str(r.body, rows[i].body);
        header_is(&r, "Content-Range", rows[i].content_range);
    }
    r = get(port, &test_arena, "/file", "Range: bytes=0-3\r\nIf-Range: \"old\"\r\n");
    assert_int_equal(r.status, 200);
}

static void test_defer(void **state)
{
    struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

    assert_str(get(port, &test_arena, "/defers", "").body, "0");
    for (int i = 0; i < 100 && !str_is(get(port, &test_arena, "/defers", "").body, "0"); i++)
        nanosleep(&pause, NULL);
    assert_true(get(port, &test_arena, "/defers", "").body.len > 0);
    assert_false(str_is(get(port, &test_arena, "/defers", "").body, "0"));
}

static double three(void *ctx)
{
    return 3;
}

static void test_health_and_metrics(void **state)
{
    struct reply r = get(port, &test_arena, "/healthz", "");

    assert_int_equal(r.status, 200);
    assert_str(r.body, "ok\n");
    get(port, &test_arena, "/nothing", "");
    get(port, &test_arena, "/echo/1", "");
    http_metric_register("ungcuu_test", "A test.", "gauge", three, NULL);
    r = get(port, &test_arena, "/metrics", "");
    header_is(&r, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    has(&r, "ungcuu_http_requests_total{method=\"GET\",route=\"/echo/{id}\",status=\"2xx\"} ");
    has(&r, "ungcuu_http_requests_total{method=\"\",route=\"\",status=\"4xx\"} ");
    has(&r, "ungcuu_http_request_duration_seconds_bucket{le=\"+Inf\"} ");
    has(&r, "ungcuu_http_rejected_total{reason=\"malformed\"} ");
    has(&r, "ungcuu_http_in_flight 1\n");
    has(&r, "process_open_fds ");
    has(&r, "# TYPE ungcuu_test gauge\nungcuu_test 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_routing),
        ARENA_TEST(test_methods),
        ARENA_TEST(test_headers_of_every_answer),
        ARENA_TEST(test_request_ids),
        ARENA_TEST(test_errors),
        ARENA_TEST(test_language),
        ARENA_TEST(test_cookies_and_redirects),
        ARENA_TEST(test_urlencoded),
        ARENA_TEST(test_body_limits),
        ARENA_TEST(test_expect_continue),
        ARENA_TEST(test_chunked),
        ARENA_TEST(test_multipart),
        ARENA_TEST(test_taken_file_stays),
        ARENA_TEST(test_client_leaves_in_the_middle),
        ARENA_TEST(test_keep_alive_and_pipelining),
        ARENA_TEST(test_header_limits),
        ARENA_TEST(test_gzip),
        ARENA_TEST(test_files_only_from_those_who_may),
        ARENA_TEST(test_download),
        ARENA_TEST(test_defer),
        ARENA_TEST(test_health_and_metrics),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
