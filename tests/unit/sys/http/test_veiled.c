#include "test.h"
#include "client.h"
#include "base/io.h"

/* Where what is kept is encrypted, an upload does not lie on the disk as it came. */
static struct http_server *server;

static int start(void **state)
{
    server = test_server(&(struct http_options){.host = "127.0.0.1", .veil_files = true});
    return 0;
}

static int stop(void **state)
{
    http_stop(server, 5);
    assert_int_equal(spool_files(), 0);
    return 0;
}

#define CONTENT "chứng cứ"

static struct reply send_file(const char *path)
{
    struct str body = STR("--XyZ\r\nContent-Disposition: form-data; name=\"f\"; "
                          "filename=\"x\"\r\n\r\n" CONTENT "\r\n--XyZ--");
    struct reply r = talk(http_port(server), &test_arena,
                          str_printf(&test_arena,
                                     "POST %s HTTP/1.1\r\nHost: example.vn\r\nConnection: close\r\n"
                                     "Content-Type: multipart/form-data; boundary=XyZ\r\n"
                                     "Content-Length: %zu\r\n\r\n" STR_FMT,
                                     path, body.len, STR_ARG(body)));

    assert_int_equal(r.status, 200);
    return r;
}

static struct str lies_there(const char *path)
{
    char *name = str_cdup(&test_arena, send_file(path).body);
    struct err err = {0};
    struct str text;

    assert_int_equal(io_read_file(&test_arena, name, 1000, &text, &err), 0);
    assert_int_equal(unlink(name), 0);
    return text;
}

static void test_on_the_disk(void **state)
{
    struct str one = lies_there("/keep"), two = lies_there("/keep");

    assert_int_equal(one.len, strlen(CONTENT));
    assert_false(str_is(one, CONTENT));
    assert_false(str_eq(one, two));
}

static void test_shown_to_who_reads_the_file(void **state)
{
    assert_str(lies_there("/keep?plain=1"), CONTENT);
}

/* printf 'chứng cứ' | sha256sum */
static void test_digest_is_of_the_content(void **state)
{
    struct reply r = send_file("/files");

    if (str_find(r.body, STR("44449508871b07fcc991c78294175a6405f13d71b7d1869cab7630a881164d90")) <
        0)
        fail_msg(STR_FMT, STR_ARG(r.body));
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(test_on_the_disk),
                                       ARENA_TEST(test_shown_to_who_reads_the_file),
                                       ARENA_TEST(test_digest_is_of_the_content)};

    return cmocka_run_group_tests(tests, start, stop);
}
