#include "test.h"
#include "client.h"

#include <pthread.h>

/* Handlers that stay at work until the gate opens, and who is behind it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int readings, most_readings, writings;
static bool open_gate;

static void begin(int *kind)
{
    pthread_mutex_lock(&lock);
    ++*kind;
    most_readings = MAX(most_readings, readings);
    pthread_cond_broadcast(&changed);
    while (!open_gate)
        pthread_cond_wait(&changed, &lock);
    --*kind;
    pthread_mutex_unlock(&lock);
}

static int stay_reading(struct http_request *req, struct http_response *res, struct err *err)
{
    begin(&readings);
    return 0;
}

static int stay_writing(struct http_request *req, struct http_response *res, struct err *err)
{
    begin(&writings);
    return 0;
}

static int quick(struct http_request *req, struct http_response *res, struct err *err)
{
    return 0;
}

static void wait_for(const int *kind, int n)
{
    pthread_mutex_lock(&lock);
    while (*kind < n)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void let_go(void)
{
    pthread_mutex_lock(&lock);
    open_gate = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static struct http_server *start(int readers, int reading_ms)
{
    static const struct http_route routes[] = {
        {HTTP_GET, "/stay", "public", stay_reading, .scope = "none"},
        {HTTP_POST, "/stay", "public", stay_writing, .body = HTTP_BODY_FORM, .scope = "none"},
        {HTTP_GET, "/quick", "public", quick, .scope = "none"},
    };
    const struct http_route *tables[] = {routes};
    const size_t lens[] = {ARRAY_LEN(routes)};
    const struct http_options options = {
        .workers = 8, .readers = readers, .reading_ms = reading_ms};
    struct http_server *s = NULL;
    struct err err = {0};

    open_gate = false;
    most_readings = 0;
    if (http_start(&s, &options, tables, lens, 1, &err) < 0)
        fail_msg("%s", err.what);
    return s;
}

#define READ  STR("GET /stay HTTP/1.1\r\nHost: example.vn\r\n\r\n")
#define WRITE STR("POST /stay HTTP/1.1\r\nHost: example.vn\r\nContent-Length: 0\r\n\r\n")

static void ask(int port, int *fds, int n, struct str bytes)
{
    for (int i = 0; i < n; i++) {
        fds[i] = dial(port);
        say(fds[i], bytes);
    }
}

static void all_answered(int *fds, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(hear(fds[i], &test_arena, STR_EMPTY, false).status, 200);
        close(fds[i]);
    }
}

static void test_readings_have_so_many_places(void **state)
{
    struct http_server *s = start(2, 600000);
    int readers[6], writers[3];

    ask(http_port(s), readers, 6, READ);
    wait_for(&readings, 2);
    ask(http_port(s), writers, 3, WRITE);
    wait_for(&writings, 3);
    let_go();
    all_answered(readers, 6);
    all_answered(writers, 3);
    assert_int_equal(most_readings, 2);
    http_stop(s, 5);
}

static void test_no_limit_is_all_workers(void **state)
{
    struct http_server *s = start(0, 0);
    int readers[8];

    ask(http_port(s), readers, 8, READ);
    wait_for(&readings, 8);
    let_go();
    all_answered(readers, 8);
    http_stop(s, 5);
}

/* As many long ones as there are workers but one: each gives its place back to the next. */
static void test_a_long_reading_gives_its_place_back(void **state)
{
    struct http_server *s = start(1, 1);
    int readers[7];

    ask(http_port(s), readers, 7, READ);
    wait_for(&readings, 7);
    assert_int_equal(get(http_port(s), &test_arena, "/quick", "").status, 200);
    let_go();
    all_answered(readers, 7);
    http_stop(s, 5);
}

static void *open_later(void *arg)
{
    struct timespec t = {.tv_nsec = 50 * 1000 * 1000};

    nanosleep(&t, NULL);
    let_go();
    return NULL;
}

/* Those behind the gate are cut and the queue is closed while idle workers wait for a place. */
static void test_stop_ends_those_that_wait(void **state)
{
    struct http_server *s = start(1, 600000);
    pthread_t opener;
    int readers[4];

    ask(http_port(s), readers, 4, READ);
    wait_for(&readings, 1);
    assert_int_equal(pthread_create(&opener, NULL, open_later, NULL), 0);
    http_stop(s, 0);
    pthread_join(opener, NULL);
    assert_int_equal(most_readings, 1);
    for (int i = 0; i < 4; i++)
        close(readers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_readings_have_so_many_places),
        ARENA_TEST(test_no_limit_is_all_workers),
        ARENA_TEST(test_a_long_reading_gives_its_place_back),
        ARENA_TEST(test_stop_ends_those_that_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
