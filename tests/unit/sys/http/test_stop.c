#include "test.h"
#include "client.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define HOST "Host: example.vn\r\n"

static void pause_ms(int ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000L};

    nanosleep(&t, NULL);
}

static atomic_int stopped;

static void *stop_later(void *arg)
{
    pause_ms(100);
    http_stop(arg, 10);
    atomic_store(&stopped, 1);
    return NULL;
}

/* A request that runs while the server stops gets its answer, and is told that it was the last. */
static void test_running_request_is_answered(void **state)
{
    struct http_server *s = test_server(&(struct http_options){0});
    int port = http_port(s), fd = dial(port), idle = dial(port);
    pthread_t t;
    struct reply r;

    say(idle, STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
    hear(idle, &test_arena, STR_EMPTY, false);
    atomic_store(&stopped, 0);
    pthread_create(&t, NULL, stop_later, s);
    say(fd, STR("GET /slow HTTP/1.1\r\n" HOST "\r\n"));
    r = hear(fd, &test_arena, STR_EMPTY, false);
    assert_int_equal(r.status, 200);
    assert_str(r.body, "slow");
    assert_str(reply_header(&r, "Connection"), "close");
    assert_true(is_closed_within(fd, 3000));
    assert_true(is_closed_within(idle, 3000));
    pthread_join(t, NULL);
    close(fd);
    close(idle);
}

/* A client that never finishes is cut when the time for stopping is over. */
static void test_stop_does_not_wait_for_ever(void **state)
{
    struct http_server *s = test_server(&(struct http_options){0});
    int fd = dial(http_port(s));
    int64_t begin;

    say(fd, STR("POST /form HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 5000\r\n\r\nabc"));
    pause_ms(100);
    begin = clock_monotonic();
    http_stop(s, 1);
    assert_in_range(clock_monotonic() - begin, 900, 4000);
    assert_true(is_closed_within(fd, 100));
    close(fd);
}

/* Who breaks off in the middle of a body is noticed, also when the end came with the last bytes. */
static void test_broken_off_body_is_closed(void **state)
{
    struct http_server *s = test_server(&(struct http_options){.body_seconds = 300});
    int fd = dial(http_port(s));

    say(fd, STR("POST /form HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 5000\r\n\r\nabc"));
    shutdown(fd, SHUT_WR);
    assert_true(is_closed_within(fd, 5000));
    close(fd);
    http_stop(s, 5);
}

enum { CLIENTS = 16 };

struct load {
    int port;
    bool keep;
    atomic_int answered, lost;
};

/* Asks as fast as it can until nobody listens any more. */
static void *ask(void *arg)
{
    struct load *l = arg;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
    struct arena arena = {0};
    struct str keep = STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n");
    struct str once = STR("GET /echo/1 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (;;) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool again = l->keep;

        if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
            close(fd);
            break;
        }
        do {
            struct reply r = {0};

            if (try_say(fd, l->keep ? keep : once))
                r = hear(fd, &arena, STR_EMPTY, false);
            atomic_fetch_add(r.status == 200 ? &l->answered : &l->lost, 1);
            again = again && r.status == 200 && !str_is(reply_header(&r, "Connection"), "close");
            arena_clear(&arena);
        } while (again);
        close(fd);
    }
    arena_release(&arena);
    return NULL;
}

static void stop_under_load(bool keep)
{
    struct http_server *s = test_server(&(struct http_options){0});
    struct load l = {.port = http_port(s), .keep = keep};
    pthread_t threads[CLIENTS];

    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, ask, &l);
    pause_ms(300);
    http_stop(s, 10);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&l.answered) > 100);
    if (atomic_load(&l.lost) != 0)
        fail_msg("%d of %d requests lost", atomic_load(&l.lost), atomic_load(&l.answered));
}

static void test_no_request_is_lost(void **state)
{
    for (int i = 0; i < 3; i++)
        stop_under_load(false);
}

static void test_no_request_is_lost_on_kept_connections(void **state)
{
    for (int i = 0; i < 3; i++)
        stop_under_load(true);
}

static void test_connections_per_address(void **state)
{
    struct http_server *s = test_server(&(struct http_options){.connections_per_address = 3});
    int fds[3], one_more;
    struct buf b = buf_make(&test_arena);

    for (size_t i = 0; i < 3; i++) {
        fds[i] = dial(http_port(s));
        say(fds[i], STR("GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"));
        assert_int_equal(hear(fds[i], &test_arena, STR_EMPTY, false).status, 200);
    }
    one_more = dial(http_port(s));
    assert_true(is_closed_within(one_more, 2000));
    close(one_more);
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
    pause_ms(100);
    assert_int_equal(get(http_port(s), &test_arena, "/", "").status, 200);
    http_metrics(s, &b);
    assert_true(str_find(buf_str(&b), STR("{reason=\"address_limit\"} 1\n")) > 0);
    http_stop(s, 5);
}

/* What a proxy says counts only when it is ours. */
static void test_trusted_proxy(void **state)
{
    static const char forwarded[] =
        "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
        "X-Request-Id: proxy-id-0001\r\n";
    struct http_server *s = test_server(&(struct http_options){
        .trusted_proxy = "192.0.2.1, 127.0.0.1", .connections_per_address = 1});
    int port = http_port(s), fd = dial(port);
    struct reply r = get(port, &test_arena, "/echo", forwarded); /* the limit is not the proxy's */

    assert_true(str_find(r.body, STR("secure=1\naddress=203.0.113.7\n")) > 0);
    assert_str(reply_header(&r, "X-Request-Id"), "proxy-id-0001");
    assert_str(reply_header(&r, "Strict-Transport-Security"), "max-age=31536000");
    r = get(port, &test_arena, "/cookie", forwarded);
    assert_true(str_find(reply_header(&r, "Set-Cookie"), STR("; Secure")) > 0);
    r = get(port, &test_arena, "/echo", "X-Forwarded-For: <script>\r\n");
    assert_true(str_find(r.body, STR("address=127.0.0.1\n")) > 0);
    r = get(port, &test_arena, "/metrics", forwarded); /* a visitor behind the proxy */
    assert_int_equal(r.status, 404);
    http_stop(s, 5);
    close(fd);
    s = test_server(&(struct http_options){.trusted_proxy = "127.0.0.11"});
    r = get(http_port(s), &test_arena, "/metrics", forwarded); /* a proxy nobody told us of */
    assert_int_equal(r.status, 404);
    r = get(http_port(s), &test_arena, "/echo", forwarded);
    assert_true(str_find(r.body, STR("secure=0\naddress=127.0.0.1\n")) > 0);
    http_stop(s, 5);
}

static int dial_from(int port, const char *from)
{
    struct sockaddr_in6 own = {.sin6_family = AF_INET6};
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(inet_pton(AF_INET6, from, &own.sin6_addr), 1);
    to.sin6_addr = in6addr_loopback;
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        return -1;
    return fd;
}

/* On machines without IPv6 there is nothing to test. */
static void test_ipv6(void **state)
{
    struct http_server *s = NULL;
    const struct http_route *none = NULL;
    size_t zero = 0;
    struct err err = {0};
    struct reply r;
    int fd;

    if (http_start(&s, &(struct http_options){.host = "::1"}, &none, &zero, 1, &err) < 0)
        skip();
    fd = dial_from(http_port(s), "::1");
    assert_true(fd >= 0);
    say(fd, STR("GET /metrics HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n"));
    r = hear(fd, &test_arena, STR_EMPTY, false);
    assert_int_equal(r.status, 200);
    close(fd);
    http_stop(s, 5);
}

static int handler(struct http_request *req, struct http_response *res, struct err *err)
{
    return 0;
}

static void start_fails(const struct http_route *routes, size_t n, const char *host, int port,
                        const char *says)
{
    struct http_server *s;
    struct err err = {0};

    assert_true(http_start(&s, &(struct http_options){.host = host, .port = port}, &routes, &n, 1,
                           &err) < 0);
    if (strstr(err.what, says) == NULL)
        fail_msg("%s", err.what);
}

static void test_start_refuses(void **state)
{
    const struct http_route twice[] = {{HTTP_GET, "/a/{x}", "public", handler, .scope = "none"},
                                       {HTTP_GET, "/a/{y}", "public", handler, .scope = "none"}};
    const struct http_route open[] = {{HTTP_GET, "/a", NULL, handler, .scope = "none"}};
    const struct http_route shape[] = {
        {HTTP_GET, "/a/{x...}/b", "public", handler, .scope = "none"}};
    const struct http_route good[] = {{HTTP_GET, "/a", "public", handler, .scope = "none"}};
    struct http_server *s = test_server(&(struct http_options){0});

    start_fails(twice, 2, NULL, 0, "answer the same requests");
    start_fails(open, 1, NULL, 0, "names no permission");
    start_fails(shape, 1, NULL, 0, "malformed");
    start_fails(good, 1, "nowhere", 0, "no address to listen on");
    start_fails(good, 1, "127.0.0.1", http_port(s), "cannot listen on 127.0.0.1 port");
    http_stop(s, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_running_request_is_answered),
        ARENA_TEST(test_stop_does_not_wait_for_ever),
        ARENA_TEST(test_broken_off_body_is_closed),
        ARENA_TEST(test_no_request_is_lost),
        ARENA_TEST(test_no_request_is_lost_on_kept_connections),
        ARENA_TEST(test_connections_per_address),
        ARENA_TEST(test_trusted_proxy),
        ARENA_TEST(test_ipv6),
        ARENA_TEST(test_start_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
