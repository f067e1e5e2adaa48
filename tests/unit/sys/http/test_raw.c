#include "test.h"
#include "client.h"

static struct http_server *server;
static int port;

static int start(void **state)
{
    server = test_server(&(struct http_options){.host = "127.0.0.1"});
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    http_stop(server, 5);
    return 0;
}

#define HOST "Host: example.vn\r\n"

/* Everything that must be refused with this status and a closed connection; a second request behind
 * it (a smuggled one) must never be answered. */
static void test_malformed(void **state)
{
    static const struct {
        const char *what;
        int status;
        struct str bytes;
    } rows[] = {
#define ROW(what, status, text) {what, status, STR_INIT(text)}
        ROW("two lengths", 400,
            "POST /form HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 5\r\n\r\na=b"),
        ROW("two equal lengths", 400,
            "POST /form HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b"),
        ROW("length list", 400, "POST /form HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\na=b"),
        ROW("negative length", 400, "POST /form HTTP/1.1\r\n" HOST "Content-Length: -3\r\n\r\na=b"),
        ROW("signed length", 400, "POST /form HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\na=b"),
        ROW("hex length", 400, "POST /form HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\na=b"),
        ROW("empty length", 400, "POST /form HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\na=b"),
        ROW("length and coding", 400,
            "POST /form HTTP/1.1\r\n" HOST
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ROW("coding and length", 400,
            "POST /form HTTP/1.1\r\n" HOST
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ROW("unknown coding", 400,
            "POST /form HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\na=b"),
        ROW("coding list", 400,
            "POST /form HTTP/1.1\r\n" HOST
            "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ROW("two codings", 400,
            "POST /form HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
            "identity\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ROW("coding in HTTP/1.0", 400,
            "POST /form HTTP/1.0\r\n" HOST
            "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ROW("space before colon", 400, "GET /echo HTTP/1.1\r\n" HOST "Content-Length : 0\r\n\r\n"),
        ROW("no colon", 400, "GET /echo HTTP/1.1\r\n" HOST "nonsense\r\n\r\n"),
        ROW("empty name", 400, "GET /echo HTTP/1.1\r\n" HOST ": x\r\n\r\n"),
        ROW("NUL in a value", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
        ROW("NUL at the end of a value", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\0\r\n\r\n"),
        ROW("NUL in the last value", 400, "GET /echo HTTP/1.1\r\n" HOST "X:\0\r\n\r\n"),
        ROW("NUL hides a header", 400,
            "GET /echo HTTP/1.1\r\n" HOST "X: a\0Content-Length: 5\r\n\r\n"),
        ROW("NUL in a name", 400, "GET /echo HTTP/1.1\r\n" HOST "X\0Y: a\r\n\r\n"),
        ROW("NUL before a name", 400, "GET /echo HTTP/1.1\r\n" HOST "\0Y: a\r\n\r\n"),
        ROW("control in a name", 400, "GET /echo HTTP/1.1\r\n" HOST "X\001Y: a\r\n\r\n"),
        ROW("control in a value", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\001b\r\n\r\n"),
        ROW("DEL in a value", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\177b\r\n\r\n"),
        ROW("bare CR in a value", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"),
        ROW("bare LF", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n"),
        ROW("bare LF behind the request line", 400, "GET /echo HTTP/1.1\n" HOST "\r\n"),
        ROW("bare LF at the end", 400, "GET /echo HTTP/1.1\r\n" HOST "\n"),
        ROW("folded line", 400, "GET /echo HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"),
        ROW("first line folded", 400, "GET /echo HTTP/1.1\r\n X: a\r\n" HOST "\r\n"),
        ROW("no Host", 400, "GET /echo HTTP/1.1\r\n\r\n"),
        ROW("two Hosts", 400, "GET /echo HTTP/1.1\r\n" HOST HOST "\r\n"),
        ROW("bad Host", 400, "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ROW("Host with a path", 400, "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ROW("empty Host", 400, "GET /echo HTTP/1.1\r\nHost:\r\n\r\n"),
        ROW("NUL in the target", 400, "GET /echo\0x HTTP/1.1\r\n" HOST "\r\n"),
        ROW("escaped NUL", 400, "GET /echo%00 HTTP/1.1\r\n" HOST "\r\n"),
        ROW("escaped NUL in the query", 400, "GET /echo?a=%00 HTTP/1.1\r\n" HOST "\r\n"),
        ROW("dot dot", 400, "GET /tree/../echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("escaped dot dot", 400, "GET /tree/%2e%2E/echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("dot dot at the end", 400, "GET /tree/.. HTTP/1.1\r\n" HOST "\r\n"),
        ROW("single dot", 400, "GET /tree/./echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("double slash", 400, "GET //echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("double slash inside", 400, "GET /tree//echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("backslash", 400, "GET /tree/..\\etc HTTP/1.1\r\n" HOST "\r\n"),
        ROW("overlong slash", 400, "GET /tree/%c0%af HTTP/1.1\r\n" HOST "\r\n"),
        ROW("overlong dot", 400, "GET /tree/%c0%ae%c0%ae/x HTTP/1.1\r\n" HOST "\r\n"),
        ROW("surrogate", 400, "GET /tree/%ed%a0%80 HTTP/1.1\r\n" HOST "\r\n"),
        ROW("not UTF-8", 400, "GET /tree/%ff HTTP/1.1\r\n" HOST "\r\n"),
        ROW("query not UTF-8", 400, "GET /echo?a=%ff HTTP/1.1\r\n" HOST "\r\n"),
        ROW("cut escape", 400, "GET /tree/%4 HTTP/1.1\r\n" HOST "\r\n"),
        ROW("bad escape", 400, "GET /tree/%zz HTTP/1.1\r\n" HOST "\r\n"),
        ROW("escaped line feed", 400, "GET /tree/a%0ab HTTP/1.1\r\n" HOST "\r\n"),
        ROW("space in the target", 0, "GET /tree/a b HTTP/1.1\r\n" HOST "\r\n"),
        ROW("two spaces", 400, "GET  /echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("fragment", 400, "GET /echo#x HTTP/1.1\r\n" HOST "\r\n"),
        ROW("relative target", 400, "GET echo HTTP/1.1\r\n" HOST "\r\n"),
        ROW("asterisk", 400, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"),
        ROW("no version", 400, "GET /echo\r\n" HOST "\r\n"),
        ROW("body where none is expected", 400,
            "GET /echo HTTP/1.1\r\n" HOST
            "Content-Length: 30\r\n\r\nGET /echo?smuggled HTTP/1.1\r\n\r\n"),
#undef ROW
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b = buf_make(&test_arena);
        struct reply r;
        int fd = dial(port);
        struct str all;

        buf_add(&b, rows[i].bytes);
        if (i + 1 < ARRAY_LEN(rows))
            buf_add(&b, STR("GET /echo?smuggled HTTP/1.1\r\n" HOST "\r\n"));
        try_say(fd, buf_str(&b));
        r = hear(fd, &test_arena, STR_EMPTY, false);
        if (r.status != rows[i].status)
            fail_msg("%s: status %d", rows[i].what, r.status);
        if (i + 1 < ARRAY_LEN(rows)) {
            all = r.rest;
            assert_int_equal(str_find(all, STR("smuggled")), -1);
            if (!is_closed_within(fd, 1000))
                fail_msg("%s: the connection stays open", rows[i].what);
        }
        close(fd);
    }
}

#define CHUNKED                                                                                    \
    "POST /form HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\n"           \
    "Transfer-Encoding: chunked\r\n\r\n"
#define BEHIND "GET /echo?smuggled HTTP/1.1\r\n" HOST "\r\n"

/* However somebody else may read these chunks: nothing behind them is answered. */
static void test_chunks(void **state)
{
    static const struct {
        int status;
        struct str bytes;
    } rows[] = {
        {200, STR_INIT(CHUNKED "3\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {200, STR_INIT(CHUNKED "3\na=b\n0\n\n" BEHIND)},
        {200, STR_INIT(CHUNKED "3\r\na=b\r\n0\r\nContent-Length: 9\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED " 3\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "0x3\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "+3\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "-3\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "3g\r\na=b\r\n0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "3\r\na=bXX0\r\n\r\n" BEHIND)},
        {400, STR_INIT(CHUNKED "3\ra=b\r\n0\r\n\r\n" BEHIND)},
        {413, STR_INIT(CHUNKED "10000000000000003\r\na=b\r\n0\r\n\r\n" BEHIND)},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = dial(port);
        struct reply r;

        try_say(fd, rows[i].bytes);
        r = hear(fd, &test_arena, STR_EMPTY, false);
        if (r.status != rows[i].status)
            fail_msg("row %zu: status %d", i, r.status);
        assert_int_equal(str_find(r.rest, STR("HTTP/1.1")), -1);
        assert_true(is_closed_within(fd, 1000));
        close(fd);
    }
}

static void test_hello(void **state)
{
    struct reply r = get(port, &test_arena, "/", "");

    assert_int_equal(r.status, 200);
    assert_true(r.body.len > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_hello),
        ARENA_TEST(test_malformed),
        ARENA_TEST(test_chunks),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
