#include "test.h"
#include "client.h"
#include "base/clock.h"

#include <sys/resource.h>

static struct http_server *server;
static int port;

/* Deadlines of one second, so that the tests are short. */
static int start(void **state)
{
    struct rlimit files = {4096, 4096};

    setrlimit(RLIMIT_NOFILE, &files);
    server = test_server(&(struct http_options){.host = "127.0.0.1",
                                                .header_seconds = 1,
                                                .body_seconds = 1,
                                                .idle_seconds = 2,
                                                .connections_per_address = 2000});
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    http_stop(server, 5);
    return 0;
}

#define HOST "Host: example.vn\r\n"

static void pause_ms(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    nanosleep(&t, NULL);
}

/* Feeds one byte every 50 ms until the server closes; how long it took. */
static int64_t drip(int fd, struct str bytes)
{
    int64_t begin = clock_monotonic();

    for (size_t i = 0; clock_monotonic() - begin < 8000; i = (i + 1) % bytes.len) {
        if (!try_say(fd, str_sub(bytes, i, 1)) || is_closed_within(fd, 50))
            break;
    }
    return clock_monotonic() - begin;
}

static void closed_in_time(int64_t ms)
{
    if (ms < 700 || ms > 2500)
        fail_msg("closed after %" PRId64 " ms", ms);
}

static void test_slow_header(void **state)
{
    int fd = dial(port);

    say(fd, STR("GET / HTTP/1.1\r\nX: "));
    closed_in_time(drip(fd, STR("x")));
    close(fd);
}

static void test_slow_request_line(void **state)
{
    int fd = dial(port);

    closed_in_time(
        drip(fd, STR("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
    close(fd);
}

static void test_empty_lines(void **state)
{
    int fd = dial(port);

    closed_in_time(drip(fd, STR("\r\n")));
    close(fd);
}

static void test_silent_client(void **state)
{
    int64_t begin = clock_monotonic();
    int fd = dial(port);

    assert_true(is_closed_within(fd, 5000));
    closed_in_time(clock_monotonic() - begin);
    close(fd);
}

static void test_slow_body(void **state)
{
    int fd = dial(port);

    say(fd, STR("POST /form HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 5000\r\n\r\n"));
    closed_in_time(drip(fd, STR("a")));
    close(fd);
}

static void test_slow_second_header(void **state)
{
    int fd = dial(port);

    say(fd, STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(hear(fd, &test_arena, STR_EMPTY, false).status, 200);
    say(fd, STR("GET /"));
    closed_in_time(drip(fd, STR("x")));
    close(fd);
}

static void test_idle(void **state)
{
    int64_t begin;
    int fd = dial(port);

    say(fd, STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(hear(fd, &test_arena, STR_EMPTY, false).status, 200);
    pause_ms(1400); /* longer than a header may take, shorter than idleness may last */
    say(fd, STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(hear(fd, &test_arena, STR_EMPTY, false).status, 200);
    begin = clock_monotonic();
    assert_true(is_closed_within(fd, 6000));
    assert_in_range(clock_monotonic() - begin, 1700, 4000);
    close(fd);
}

/* A handler may take longer than any deadline of the connection. */
static void test_long_handler(void **state)
{
    int fd = dial(port);

    say(fd, STR("GET /sleep?ms=2500 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(hear(fd, &test_arena, STR_EMPTY, false).status, 200);
    close(fd);
}

static void test_many_slow_clients_starve_nobody(void **state)
{
    int fds[500];
    int64_t worst = 0;

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(port);
        say(fds[i],
            STR("POST /form HTTP/1.1\r\n" HOST
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n"));
    }
    for (int round = 0; round < 10; round++) {
        int64_t begin = clock_monotonic();

        assert_int_equal(get(port, &test_arena, "/echo/1", "").status, 200);
        worst = MAX(worst, clock_monotonic() - begin);
        for (size_t i = 0; i < ARRAY_LEN(fds); i++)
            try_say(fds[i], STR("a"));
    }
    if (worst > 400)
        fail_msg("a fast client waited %" PRId64 " ms", worst);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_true(is_closed_within(fds[i], 4000));
        close(fds[i]);
    }
}

static void test_reasons_are_counted(void **state)
{
    struct buf b = buf_make(&test_arena);

    http_metrics(server, &b);
    assert_int_equal(str_find(buf_str(&b), STR("{reason=\"slow_header\"} 0\n")), -1);
    assert_int_equal(str_find(buf_str(&b), STR("{reason=\"slow_body\"} 0\n")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_slow_header),
        ARENA_TEST(test_slow_request_line),
        ARENA_TEST(test_empty_lines),
        ARENA_TEST(test_silent_client),
        ARENA_TEST(test_slow_body),
        ARENA_TEST(test_slow_second_header),
        ARENA_TEST(test_idle),
        ARENA_TEST(test_long_handler),
        ARENA_TEST(test_many_slow_clients_starve_nobody),
        ARENA_TEST(test_reasons_are_counted),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
