#include "test.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "sys/config/config.h"
#include "sys/db/db.h"
#include "../sys/http/client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

/* The program itself, as systemd runs it. */
static const char *program;
static char dir[] = "/tmp/ungcuu-serve-XXXXXX";

static int make_site(void **state)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct db_pool *pool;
    struct config config;
    struct err err = {0};

    assert_non_null(mkdtemp(dir));
    config_defaults(&a, str_c(dir), &config);
    assert_int_equal(io_replace_file(io_join(&a, str_c(dir), STR("ungcuu.conf")).ptr,
                                     config_text(&a, str_c(dir), &config), 0600, &err),
                     0);
    if (db_open(&pool, config.database, &(struct db_options){0}, &err) < 0 ||
        db_migrate(pool, NULL, NULL, &err) < 0)
        fail_msg("%s", err.what);
    db_close(pool);
    return 0;
}

static int remove_site(void **state)
{
    char command[64];
    pid_t pid = fork();

    snprintf(command, sizeof(command), "%s", dir);
    if (pid == 0) {
        execlp("rm", "rm", "-rf", command, NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    return 0;
}

struct running {
    pid_t pid;
    int out, port;
};

static struct running serve(void)
{
    struct running r = {0};
    int pipes[2], got = 0;
    char line[512];
    struct json j;

    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    r.pid = fork();
    if (r.pid == 0) {
        dup2(pipes[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        execl(program, program, "serve", "--dir", dir, "--any-port", "--json", NULL);
        _exit(127);
    }
    close(pipes[1]);
    r.out = pipes[0];
    while (got < (int)sizeof(line) - 1 && read(r.out, line + got, 1) == 1 && line[got] != '\n')
        got++;
    json_init(&j, str_make(line, (size_t)got));
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        int64_t n;

        if (j.type == JSON_KEY && str_is(j.text, "port") && json_next(&j) == JSON_NUMBER &&
            json_int(&j, &n))
            r.port = (int)n;
    }
    if (r.port == 0)
        fail_msg("the server said: %.*s", got, line);
    return r;
}

static int end(struct running *r, int sig)
{
    int status;

    kill(r->pid, sig);
    assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
    close(r->out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_starts_and_stops(void **state)
{
    int64_t begin = clock_monotonic();
    struct running r = serve();

    assert_in_range(clock_monotonic() - begin, 0, 1500);
    assert_int_equal(get(r.port, &test_arena, "/healthz", "").status, 200);
    assert_int_equal(get(r.port, &test_arena, "/", "").status, 200);
    assert_int_equal(get(r.port, &test_arena, "/no-such-page", "").status, 404);
    kill(r.pid, SIGHUP); /* a closed terminal ends nothing */
    assert_int_equal(get(r.port, &test_arena, "/healthz", "").status, 200);
    assert_int_equal(end(&r, SIGTERM), 0);
    r = serve();
    assert_int_equal(end(&r, SIGINT), 0);
}

enum { CLIENTS = 8 };

static int load_port;
static atomic_int answered, lost;

/* Pages that read the database, each on a connection of its own, until nobody listens. */
static void *ask(void *arg)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load_port)};
    struct arena a = {0};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (;;) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct reply r = {0};

        if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
            close(fd);
            break;
        }
        if (try_say(fd, STR("GET / HTTP/1.1\r\nHost: example.vn\r\nConnection: close\r\n\r\n")))
            r = hear(fd, &a, STR_EMPTY, false);
        atomic_fetch_add(r.status == 200 ? &answered : &lost, 1);
        arena_clear(&a);
        close(fd);
    }
    arena_release(&a);
    return NULL;
}

/* Every request that was accepted gets its whole answer. */
static void test_sigterm_under_load(void **state)
{
    pthread_t threads[CLIENTS];
    struct running r = serve();
    struct timespec pause = {.tv_nsec = 400 * 1000 * 1000};

    load_port = r.port;
    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, ask, NULL);
    nanosleep(&pause, NULL);
    assert_int_equal(end(&r, SIGTERM), 0);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&answered) > 50);
    if (atomic_load(&lost) != 0)
        fail_msg("%d of %d requests lost", atomic_load(&lost), atomic_load(&answered));
}

static struct str heard(int fd)
{
    static char text[64];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n;

    assert_int_equal(poll(&p, 1, 5000), 1);
    n = recv(fd, text, sizeof(text), 0);
    return str_make(text, n > 0 ? (size_t)n : 0);
}

static void test_tells_systemd(void **state)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct running r;

    snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", dir);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    setenv("NOTIFY_SOCKET", at.sun_path, 1);
    r = serve();
    assert_str(heard(fd), "READY=1");
    assert_int_equal(end(&r, SIGTERM), 0);
    assert_str(heard(fd), "STOPPING=1");
    unsetenv("NOTIFY_SOCKET");
    close(fd);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_starts_and_stops),
        ARENA_TEST(test_sigterm_under_load),
        ARENA_TEST(test_tells_systemd),
    };

    if (argc != 2)
        return 2;
    program = argv[1];
    return cmocka_run_group_tests(tests, make_site, remove_site);
}
