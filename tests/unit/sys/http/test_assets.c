#include "test.h"
#include "client.h"

/* In place of the generated table. */
const struct asset assets[] = {
    {"css/app.css", "text/css; charset=utf-8", STR_INIT("body{color:red}body{color:red}"),
     STR_INIT("\x1f\x8b squeezed"), "0123456789abcdef"},
    {"icons.svg", "image/svg+xml", STR_INIT("<svg/>"), {0}, "fedcba9876543210"},
};
const size_t assets_len = ARRAY_LEN(assets);

static struct http_server *server;
static int port;

static int start(void **state)
{
    server = test_server(&(struct http_options){0});
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    http_stop(server, 5);
    return 0;
}

static void test_urls(void **state)
{
    assert_str(asset_url("css/app.css"), "/static/0123456789abcdef/css/app.css");
    assert_ptr_equal(asset_find(STR("icons.svg")), &assets[1]);
    assert_null(asset_find(STR("icons.sv")));
}

static void test_served(void **state)
{
    struct reply r = get(port, &test_arena, asset_url("css/app.css").ptr, "");

    assert_int_equal(r.status, 200);
    assert_str_eq(r.body, assets[0].data);
    assert_str(reply_header(&r, "Content-Type"), "text/css; charset=utf-8");
    assert_str(reply_header(&r, "Cache-Control"), "public, max-age=31536000, immutable");
    assert_str(reply_header(&r, "Vary"), "Accept-Encoding");
    assert_str(reply_header(&r, "X-Content-Type-Options"), "nosniff");
    r = get(port, &test_arena, asset_url("css/app.css").ptr, "Accept-Encoding: gzip\r\n");
    assert_str(reply_header(&r, "Content-Encoding"), "gzip");
    assert_str_eq(r.body, assets[0].gzip);
    r = get(port, &test_arena, asset_url("icons.svg").ptr, "Accept-Encoding: gzip\r\n");
    assert_int_equal(reply_header(&r, "Content-Encoding").len, 0);
    assert_str(r.body, "<svg/>");
}

static void test_not_modified(void **state)
{
    struct reply r = get(port, &test_arena, asset_url("icons.svg").ptr, ""), again;
    const char *etag =
        str_printf(&test_arena, "If-None-Match: " STR_FMT "\r\n", STR_ARG(reply_header(&r, "ETag")))
            .ptr;
    int fd;

    again = get(port, &test_arena, asset_url("icons.svg").ptr, etag);
    assert_int_equal(again.status, 304);
    assert_int_equal(again.body.len, 0);
    again = get(port, &test_arena, asset_url("icons.svg").ptr, "If-None-Match: \"other\"\r\n");
    assert_int_equal(again.status, 200);
    fd = dial(port); /* the connection stays */
    for (int i = 0; i < 2; i++) {
        say(fd, str_printf(&test_arena, "GET %s HTTP/1.1\r\nHost: example.vn\r\n%s\r\n",
                           asset_url("icons.svg").ptr, etag));
        assert_int_equal(hear(fd, &test_arena, STR_EMPTY, false).status, 304);
    }
    close(fd);
}

static void test_other_hash(void **state)
{
    struct reply r = get(port, &test_arena, "/static/1111111111111111/icons.svg", "");

    assert_int_equal(r.status, 200);
    assert_str(reply_header(&r, "Cache-Control"), "public, max-age=86400");
    assert_int_equal(get(port, &test_arena, "/static/1111111111111111/none.svg", "").status, 404);
    assert_int_equal(get(port, &test_arena, "/static/", "").status, 404);
    assert_int_equal(get(port, &test_arena, "/static/x", "").status, 404);
}

static void test_head(void **state)
{
    struct reply r = talk(port, &test_arena,
                          str_printf(&test_arena,
                                     "HEAD %s HTTP/1.1\r\nHost: example.vn\r\n"
                                     "Connection: close\r\n\r\n",
                                     asset_url("icons.svg").ptr));

    assert_int_equal(r.status, 200);
    assert_str(reply_header(&r, "Content-Length"), "6");
    assert_int_equal(r.rest.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_urls),       ARENA_TEST(test_served), ARENA_TEST(test_not_modified),
        ARENA_TEST(test_other_hash), ARENA_TEST(test_head),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
