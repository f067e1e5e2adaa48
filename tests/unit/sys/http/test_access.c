#include "test.h"
#include "client.h"
#include "base/io.h"

#include <fcntl.h>

static char log_path[] = "/tmp/ungcuu-log-XXXXXX";

/* The log of a server that answered these requests: what was written to standard error. */
static struct str log_of(void (*ask)(int port))
{
    struct http_server *s = test_server(&(struct http_options){.access_log = true});
    int fd = open(log_path, O_RDWR | O_TRUNC | O_CLOEXEC), before = dup(2);
    struct str text;
    struct err err = {0};

    assert_true(fd >= 0);
    dup2(fd, 2);
    ask(http_port(s));
    http_stop(s, 5);
    dup2(before, 2);
    close(before);
    close(fd);
    assert_int_equal(io_read_file(&test_arena, log_path, 1 << 20, &text, &err), 0);
    return text;
}

static void has(struct str log, const char *text)
{
    if (str_find(log, str_c(text)) < 0)
        fail_msg("\"%s\" is not in: " STR_FMT, text, STR_ARG(log));
}

static void has_not(struct str log, const char *text)
{
    if (str_find(log, str_c(text)) >= 0)
        fail_msg("\"%s\" is in: " STR_FMT, text, STR_ARG(log));
}

static void ask_secrets(int port)
{
    get(port, &test_arena, "/letter/opensesame/part/7?token=hush", "");
    get(port, &test_arena, "/tree/a%20status=200%22?password=hush", "Cookie: sid=hush\r\n");
}

static void test_secrets_stay_out(void **state)
{
    struct str log = log_of(ask_secrets);

    has(log, " method=GET path=/letter/***/part/7 status=200 bytes=");
    has(log, " method=GET path=/tree/a%20status=200%22 status=200 bytes=");
    has(log, " from=127.0.0.1\n");
    has_not(log, "opensesame");
    has_not(log, "hush");
}

static void ask_failing(int port)
{
    struct reply r = get(port, &test_arena, "/breaks", "");

    assert_int_equal(r.status, 500);
    assert_int_equal(str_find(r.body, STR("locked")), -1);
    get(port, &test_arena, "/fails", "");
    get(port, &test_arena, "/tree/../x", "");
}

static void test_failures_are_told_to_the_operator(void **state)
{
    struct str log = log_of(ask_failing);

    has(log, " method=GET path=/breaks error=DB table \"incident\" is locked\n");
    has(log, " method=GET path=/breaks status=500 ");
    has_not(log, "secret detail"); /* a conflict is the visitor's, not ours */
    has(log, "refused from=127.0.0.1 error=INVALID request target: dot segment\n");
}

static int make_log(void **state)
{
    int fd = mkstemp(log_path);

    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int remove_log(void **state)
{
    return unlink(log_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_secrets_stay_out),
        ARENA_TEST(test_failures_are_told_to_the_operator),
    };

    return cmocka_run_group_tests(tests, make_log, remove_log);
}
