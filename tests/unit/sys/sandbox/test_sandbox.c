#include "test.h"

#include "base/clock.h"
#include "base/io.h"
#include "sys/sandbox/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/*
 * This program is its own sandbox child: the kinds below behave well or try what is forbidden.
 */
static int echo(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    static char text[300000];
    ssize_t n = read(in_fd, text, sizeof(text));

    sandbox_send(out, 1, arg);
    sandbox_send(out, 2, str_make(text, (size_t)n));
    return 0;
}

static int refuse(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    sandbox_send(out, 1, STR("before"));
    err_set(err, ERR_SYNTAX, "line 3 is no mail");
    err_hint(err, "send an EML file");
    err_field(err, "file");
    return err->code;
}

static int open_file(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    sandbox_send(out, 1, open("/etc/passwd", O_RDONLY) >= 0 ? STR("opened") : STR("no"));
    return 0;
}

static int open_socket(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    sandbox_send(out, 1, socket(AF_INET, SOCK_STREAM, 0) >= 0 ? STR("opened") : STR("no"));
    return 0;
}

static int make_process(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    if (fork() == 0)
        _exit(0);
    sandbox_send(out, 1, STR("forked"));
    return 0;
}

static int run_program(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    char *const argv[] = {(char *)"sh", NULL};

    execve("/bin/sh", argv, NULL);
    sandbox_send(out, 1, STR("no"));
    return 0;
}

static int write_code(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    void *p =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    sandbox_send(out, 1, p != MAP_FAILED ? STR("mapped") : STR("no"));
    return 0;
}

static int watch_parent(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    sandbox_send(out, 1, kill(1, 0) == 0 ? STR("sent") : STR("no"));
    return 0;
}

static int take_memory(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    struct arena a = {0};

    memset(arena_alloc(&a, (size_t)4 << 30), 1, (size_t)4 << 30);
    sandbox_send(out, 1, STR("taken"));
    return 0;
}

static int loop(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    for (volatile uint64_t i = 0;; i++)
        ;
    return 0;
}

static int wait_forever(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    char c;

    while (read(in_fd, &c, 1) != 0)
        ;
    return 0;
}

static int write_much(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    static char text[SANDBOX_FRAME];

    for (int i = 0; i < (1 << 30) / SANDBOX_FRAME; i++)
        sandbox_send(out, 1, str_make(text, sizeof(text)));
    return 0;
}

static int crash(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    fputs("something broke\nbadly\n", stderr);
    raise(SIGSEGV);
    return 0;
}

static int leave(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    _exit(9);
}

static int lie(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    struct str junk = STR("\x01\xff\xff\xff\xffjunk");

    if (write(STDOUT_FILENO, junk.ptr, junk.len) < 0)
        return ERR_IO;
    return 0;
}

static int list_doors(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    extern char **environ;
    char c;

    /* Descriptors from 3 up are closed, the environment is empty. */
    for (int fd = 3; fd < 200; fd++) {
        if (read(fd, &c, 1) >= 0 || errno != EBADF)
            return err_set(err, ERR_INTERNAL, "descriptor %d is open", fd);
    }
    for (char **e = environ; *e != NULL; e++) {
        if (strstr(*e, "SAN_OPTIONS") == NULL)
            return err_set(err, ERR_INTERNAL, "the environment has %s", *e);
    }
    return 0;
}

static bool prepared;

static void prepare(void)
{
    struct str text;
    struct arena a = {0};

    prepared = io_read_file(&a, "/etc/hostname", 4096, &text, NULL) == 0 ||
               io_read_file(&a, "/etc/passwd", 1 << 20, &text, NULL) == 0;
}

static int was_prepared(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    return prepared ? 0 : err_set(err, ERR_INTERNAL, "prepare() could not read a file");
}

static const struct sandbox_kind kinds[] = {
    {.name = "echo", .run = echo},
    {.name = "refuse", .run = refuse},
    {.name = "open", .run = open_file},
    {.name = "ask", .run = open_file, .may_ask_for_files = true},
    {.name = "socket", .run = open_socket},
    {.name = "fork", .run = make_process},
    {.name = "exec", .run = run_program},
    {.name = "code", .run = write_code},
    {.name = "kill", .run = watch_parent},
    {.name = "memory", .run = take_memory},
    {.name = "loop", .run = loop},
    {.name = "wait", .run = wait_forever},
    {.name = "write", .run = write_much},
    {.name = "crash", .run = crash},
    {.name = "leave", .run = leave},
    {.name = "lie", .run = lie},
    {.name = "doors", .run = list_doors},
    {.name = "prepared", .run = was_prepared, .prepare = prepare},
};

static int null_fd;
static struct err err;

static struct sandbox_job job_of(const char *kind)
{
    return (struct sandbox_job){.kind = kind, .in_fd = null_fd, .wall_ms = 20000};
}

static int run_kind(const char *kind, struct str *output)
{
    struct sandbox_job job = job_of(kind);

    err_clear(&err);
    return sandbox_collect(&job, &test_arena, output, &err);
}

static void answers_in_frames(void **state)
{
    struct sandbox_job job = job_of("echo");
    struct err none = {0};
    struct str output;
    char path[] = "/tmp/ungcuu-test-sandbox-XXXXXX";
    int fd = mkstemp(path);
    static char text[290000];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7);
    assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
    lseek(fd, 0, SEEK_SET);
    unlink(path);
    job.in_fd = fd;
    job.arg = "argument ";
    assert_int_equal(sandbox_collect(&job, &test_arena, &output, &none), 0);
    assert_true(str_starts(output, STR("argument ")));
    assert_str_eq(str_from(output, 9), str_make(text, sizeof(text)));
    close(fd);
}

static void hands_its_error_over(void **state)
{
    struct str output;

    assert_int_equal(run_kind("refuse", &output), ERR_SYNTAX);
    assert_int_equal(err.code, ERR_SYNTAX);
    assert_string_equal(err.what, "line 3 is no mail");
    assert_string_equal(err.hint, "send an EML file");
    assert_string_equal(err.field, "file");
    assert_str(output, "before");
}

static void stops_what_is_forbidden(void **state)
{
    static const struct {
        const char *kind, *call;
    } cases[] = {
        {"open", "openat"}, {"socket", "socket"}, {"fork", "clone"},
        {"exec", "execve"}, {"code", "mmap"},     {"kill", "kill"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str output;
        struct str want = str_printf(&test_arena, "the child for %s called %s, which it may not",
                                     cases[i].kind, cases[i].call);

        assert_int_equal(run_kind(cases[i].kind, &output), ERR_SANDBOX);
        assert_string_equal(err.what, want.ptr);
        assert_str(output, "");
    }
}

static void may_ask_in_vain(void **state)
{
    struct str output;

    assert_int_equal(run_kind("ask", &output), 0);
    assert_str(output, "no");
}

static void limits_memory(void **state)
{
    struct str output;

    if (SANITIZED)
        skip();
    assert_int_equal(run_kind("memory", &output), ERR_SANDBOX);
    assert_non_null(strstr(err.what, "out of memory (4294967"));
    assert_string_equal(err.hint, "it has 512 MB of memory");
    assert_str(output, "");
}

static void limits_processor_time(void **state)
{
    struct sandbox_job job = job_of("loop");
    struct str output;

    job.cpu_ms = 1000;
    err_clear(&err);
    assert_int_equal(sandbox_collect(&job, &test_arena, &output, &err), ERR_SANDBOX);
    assert_string_equal(err.what, "the child for loop used more than 1 s of processor time");
}

static void limits_time(void **state)
{
    struct sandbox_job job = job_of("wait");
    int64_t start = clock_monotonic();
    struct str output;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    job.in_fd = ends[0];
    job.wall_ms = 300;
    err_clear(&err);
    assert_int_equal(sandbox_collect(&job, &test_arena, &output, &err), ERR_SANDBOX);
    assert_string_equal(err.what, "the child for wait was not done after 300 ms");
    assert_true(clock_monotonic() - start < 5000);
    close(ends[0]);
    close(ends[1]);
}

static void limits_output(void **state)
{
    struct sandbox_job job = job_of("write");
    struct str output;

    job.output = 1 << 20;
    err_clear(&err);
    assert_int_equal(sandbox_collect(&job, &test_arena, &output, &err), ERR_SANDBOX);
    assert_string_equal(err.what, "the child for write wrote more than 1048576 bytes");
    assert_true(output.len <= 1 << 20);
}

static void tells_how_it_ended(void **state)
{
    struct str output;

    assert_int_equal(run_kind("leave", &output), ERR_SANDBOX);
    assert_string_equal(err.what, "the child for leave ended without an answer (status 9)");
    assert_int_equal(run_kind("lie", &output), ERR_SANDBOX);
    assert_string_equal(err.what, "the child for lie sent a malformed answer");
    assert_int_equal(run_kind("none", &output), ERR_NOT_FOUND);
    if (SANITIZED)
        return;
    assert_int_equal(run_kind("crash", &output), ERR_SANDBOX);
    assert_string_equal(err.what,
                        "the child for crash crashed (Segmentation fault): something broke badly ");
}

static void closes_every_door_but_three(void **state)
{
    int high = fcntl(null_fd, F_DUPFD, 150);
    struct str output;

    if (run_kind("doors", &output) != 0)
        fail_msg("%s", err.what);
    assert_int_equal(run_kind("prepared", &output), 0);
    close(high);
}

static int stop_at_once(void *ctx, uint8_t type, struct str data, struct err *e)
{
    return err_set(e, ERR_NO_SPACE, "enough");
}

static void ends_when_the_reader_refuses(void **state)
{
    struct sandbox_job job = job_of("write");

    assert_int_equal(sandbox_run(&job, stop_at_once, NULL, &err), ERR_NO_SPACE);
    assert_string_equal(err.what, "enough");
}

static void *run_many(void *arg)
{
    struct arena a = {0};
    int *failed = arg;

    for (int i = 0; i < 10; i++) {
        struct sandbox_job job = {.kind = "echo", .arg = "hello", .in_fd = null_fd};
        struct err e = {0};
        struct str output;

        if (sandbox_collect(&job, &a, &output, &e) < 0 || !str_is(output, "hello"))
            ++*failed;
    }
    arena_release(&a);
    return NULL;
}

static void runs_from_many_threads(void **state)
{
    pthread_t threads[4];
    int failed[4] = {0};

    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_many, &failed[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(failed[i], 0);
    }
}

static void says_what_protects(void **state)
{
    assert_true(str_starts(sandbox_protection(&test_arena), STR("seccomp")));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(answers_in_frames),
        ARENA_TEST(hands_its_error_over),
        ARENA_TEST(stops_what_is_forbidden),
        ARENA_TEST(may_ask_in_vain),
        ARENA_TEST(limits_memory),
        ARENA_TEST(limits_processor_time),
        ARENA_TEST(limits_time),
        ARENA_TEST(limits_output),
        ARENA_TEST(tells_how_it_ended),
        ARENA_TEST(closes_every_door_but_three),
        ARENA_TEST(ends_when_the_reader_refuses),
        ARENA_TEST(runs_from_many_threads),
        ARENA_TEST(says_what_protects),
    };
    int status = sandbox_child(argc, argv, kinds, ARRAY_LEN(kinds));

    if (status >= 0)
        return status;
    null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
