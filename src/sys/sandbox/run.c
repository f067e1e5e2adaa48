#include "sys/sandbox/inner.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { LAST_WORDS = 512 };

#define MEMORY_DEFAULT ((int64_t)512 << 20)
#define OUTPUT_DEFAULT ((int64_t)256 << 20)
#define CPU_DEFAULT    (20 * SECOND_MS)
#define WALL_DEFAULT   (60 * SECOND_MS)

struct child {
    struct sandbox_job job; /* with the defaults filled in */
    pid_t pid;
    int pidfd;
    int out, errors;  /* reading ends */
    int64_t deadline; /* clock_monotonic */
    int64_t received;
    struct buf pending; /* of frames not yet complete */
    bool done;          /* FRAME_DONE came */
    bool failed;        /* FRAME_FAILED came: `report` */
    int32_t forbidden;  /* number of a system call, -1: none */
    struct err report;
    char last_words[LAST_WORDS + 1]; /* of standard error */
    size_t last_words_len;
};

static struct sandbox_job with_defaults(struct sandbox_job job)
{
    job.arg = job.arg != NULL ? job.arg : "";
    job.memory = job.memory > 0 ? job.memory : MEMORY_DEFAULT;
    job.output = job.output > 0 ? job.output : OUTPUT_DEFAULT;
    job.cpu_ms = job.cpu_ms > 0 ? job.cpu_ms : CPU_DEFAULT;
    job.wall_ms = job.wall_ms > 0 ? job.wall_ms : WALL_DEFAULT;
    return job;
}

static int64_t cpu_seconds(const struct sandbox_job *job)
{
    return (job->cpu_ms + SECOND_MS - 1) / SECOND_MS;
}

static void close_child(struct child *c)
{
    int status;

    if (c->pid > 0) {
        kill(c->pid, SIGKILL);
        while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close_fd(&c->pidfd);
    close_fd(&c->out);
    close_fd(&c->errors);
}

/* A pipe whose ends do not fall on 0, 1 or 2, which the child's table is filled with. */
static int make_pipe(int ends[2], struct err *err)
{
    int low[2];

    if (pipe2(low, O_CLOEXEC) < 0)
        return err_errno(err, "cannot make a pipe");
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        close_fd(&low[i]);
    }
    if (ends[0] < 0 || ends[1] < 0) {
        int r = err_errno(err, "cannot make a pipe");

        close_fd(&ends[0]);
        close_fd(&ends[1]);
        return r;
    }
    return 0;
}

static int spawn(struct child *c, int in, int out, int errors, struct err *err)
{
    char memory[24], cpu[24];
    char *argv[] = {(char *)"ungcuu",
                    (char *)"sandbox-child",
                    (char *)c->job.kind,
                    memory,
                    cpu,
                    (char *)c->job.arg,
                    NULL};
    /* Nothing of the environment goes along but what sanitizers need. */
    char *env[3] = {NULL};
    static const char *const kept[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS"};
    struct arena a = {0};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;
    int r, n = 0;

    snprintf(memory, sizeof(memory), "%lld", (long long)c->job.memory);
    snprintf(cpu, sizeof(cpu), "%lld", (long long)cpu_seconds(&c->job));
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        if (getenv(kept[i]) != NULL)
            env[n++] = (char *)(uintptr_t)str_printf(&a, "%s=%s", kept[i], getenv(kept[i])).ptr;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    r = posix_spawn(&c->pid, "/proc/self/exe", &actions, &attr, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    arena_release(&a);
    if (r != 0) {
        c->pid = 0;
        errno = r;
        return err_errno(err, "cannot start a sandbox child");
    }
    return 0;
}

static int start(struct child *c, struct err *err)
{
    _cleanup_(close_fd) int in = fcntl(c->job.in_fd, F_DUPFD_CLOEXEC, 3);
    _cleanup_(close_fd) int out = -1;
    _cleanup_(close_fd) int errors = -1;
    int ends[2];
    int r;

    if (in < 0)
        return err_errno(err, "cannot hand over a file");
    if ((r = make_pipe(ends, err)) < 0)
        return r;
    c->out = ends[0];
    out = ends[1];
    if ((r = make_pipe(ends, err)) < 0)
        return r;
    c->errors = ends[0];
    errors = ends[1];
    c->deadline = clock_monotonic() + c->job.wall_ms;
    if ((r = spawn(c, in, out, errors, err)) < 0)
        return r;
    c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
    return c->pidfd < 0 ? err_errno(err, "cannot watch a sandbox child") : 0;
}

/* Takes the text up to the next NUL off the front of data. */
static void take_text(struct str *data, char *out, size_t size)
{
    ptrdiff_t at = str_find_char(*data, '\0');
    struct str text = str_sub(*data, 0, at < 0 ? data->len : (size_t)at);

    snprintf(out, size, STR_FMT, STR_ARG(text));
    *data = str_from(*data, text.len + 1);
}

static void take_report(struct child *c, struct str data)
{
    int32_t code = 0;

    if (data.len >= 4)
        memcpy(&code, data.ptr, 4);
    data = str_from(data, 4);
    c->failed = true;
    c->report.code = code < 0 && code > -ERR_COUNT ? code : ERR_SANDBOX;
    take_text(&data, c->report.field, sizeof(c->report.field));
    take_text(&data, c->report.what, sizeof(c->report.what));
    take_text(&data, c->report.hint, sizeof(c->report.hint));
}

struct sink {
    int (*on_frame)(void *ctx, uint8_t type, struct str data, struct err *err);
    void *ctx;
};

static int take_frame(struct child *c, uint8_t type, struct str data, const struct sink *sink,
                      struct err *err)
{
    switch (type) {
    case FRAME_DONE:
        c->done = true;
        return 0;
    case FRAME_FAILED:
        take_report(c, data);
        return 0;
    case FRAME_FORBIDDEN:
        if (data.len == 4)
            memcpy(&c->forbidden, data.ptr, 4);
        return 0;
    default:
        return sink->on_frame(sink->ctx, type, data, err);
    }
}

/* Gives every complete frame away, keeps the rest. */
static int take_frames(struct child *c, const struct sink *sink, struct err *err)
{
    struct str rest = str_make(c->pending.ptr, c->pending.len);
    int r = 0;

    while (r == 0 && rest.len >= FRAME_HEADER && !c->done && !c->failed) {
        uint32_t len;

        memcpy(&len, rest.ptr + 1, 4);
        if (len > SANDBOX_FRAME)
            return err_set(err, ERR_SANDBOX, "the child for %s sent a malformed answer",
                           c->job.kind);
        if (rest.len - FRAME_HEADER < len)
            break;
        r = take_frame(c, (uint8_t)rest.ptr[0], str_sub(rest, FRAME_HEADER, len), sink, err);
        rest = str_from(rest, FRAME_HEADER + len);
    }
    memmove(c->pending.ptr, rest.ptr, rest.len);
    c->pending.len = rest.len;
    return r;
}

/* 1: more may come; 0: the pipe was closed. */
static int read_out(struct child *c, const struct sink *sink, struct err *err)
{
    char *p = buf_room(&c->pending, 65536);
    ssize_t n = read(c->out, p, 65536);
    int r;

    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 1 : err_errno(err, "cannot read from a child");
    if (n == 0)
        return 0;
    c->received += n;
    if (c->received > c->job.output)
        return err_set(err, ERR_SANDBOX, "the child for %s wrote more than %lld bytes", c->job.kind,
                       (long long)c->job.output);
    c->pending.len += (size_t)n;
    r = take_frames(c, sink, err);
    return r < 0 ? r : 1;
}

static int read_errors(struct child *c)
{
    char text[256];
    ssize_t n = read(c->errors, text, sizeof(text));

    if (n < 0)
        return errno == EINTR ? 1 : 0;
    for (ssize_t i = 0; i < n && c->last_words_len < LAST_WORDS; i++)
        c->last_words[c->last_words_len++] = text[i];
    return n > 0;
}

static int too_slow(const struct child *c, struct err *err)
{
    return err_set(err, ERR_SANDBOX, "the child for %s was not done after %lld ms", c->job.kind,
                   (long long)c->job.wall_ms);
}

/* Reads until both pipes are closed. */
static int listen_to(struct child *c, const struct sink *sink, struct err *err)
{
    struct pollfd fds[] = {{.fd = c->out, .events = POLLIN}, {.fd = c->errors, .events = POLLIN}};

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int64_t left = c->deadline - clock_monotonic();
        int r;

        if (left <= 0)
            return too_slow(c, err);
        if (poll(fds, 2, (int)MIN(left, (int64_t)60000)) < 0 && errno != EINTR)
            return err_errno(err, "cannot wait for a child");
        if (fds[0].revents != 0) {
            if ((r = read_out(c, sink, err)) < 0)
                return r;
            if (r == 0)
                fds[0].fd = -1;
        }
        if (fds[1].revents != 0 && read_errors(c) == 0)
            fds[1].fd = -1;
    }
    return 0;
}

static int wait_for_end(struct child *c, int *status, struct err *err)
{
    struct pollfd fd = {.fd = c->pidfd, .events = POLLIN};

    while (poll(&fd, 1, (int)MAX(c->deadline - clock_monotonic(), (int64_t)0)) <= 0) {
        if (clock_monotonic() >= c->deadline)
            return too_slow(c, err);
    }
    while (waitpid(c->pid, status, 0) < 0) {
        if (errno != EINTR)
            return err_errno(err, "cannot wait for a child");
    }
    c->pid = 0;
    return 0;
}

static int forbidden(const struct child *c, struct err *err)
{
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, c->forbidden);

    err_set(err, ERR_SANDBOX, "the child for %s called %s, which it may not", c->job.kind,
            name != NULL ? name : "an unknown function of the system");
    free(name);
    return ERR_SANDBOX;
}

/* What the end of the process means. */
static int judge(struct child *c, int status, struct err *err)
{
    const char *words = c->last_words;
    const char *between = words[0] != '\0' ? ": " : "";

    for (char *p = c->last_words; *p != '\0'; p++)
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    if (c->forbidden >= 0)
        return forbidden(c, err);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return err_set(err, ERR_SANDBOX, "the child for %s used more than %lld s of processor time",
                       c->job.kind, (long long)cpu_seconds(&c->job));
    if (WIFSIGNALED(status)) {
        err_set(err, ERR_SANDBOX, "the child for %s crashed (%s)%s%s", c->job.kind,
                strsignal(WTERMSIG(status)), between, words);
        err_hint(err, "it has %lld MB of memory", (long long)c->job.memory >> 20);
        return ERR_SANDBOX;
    }
    if (c->failed) {
        if (err != NULL)
            *err = c->report;
        return c->report.code;
    }
    if (!c->done)
        return err_set(err, ERR_SANDBOX, "the child for %s ended without an answer (status %d)%s%s",
                       c->job.kind, WEXITSTATUS(status), between, words);
    return 0;
}

int sandbox_run(const struct sandbox_job *job,
                int (*on_frame)(void *ctx, uint8_t type, struct str data, struct err *err),
                void *ctx, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    _cleanup_(close_child) struct child c = {
        .job = with_defaults(*job),
        .pidfd = -1,
        .out = -1,
        .errors = -1,
        .forbidden = -1,
        .pending = buf_make(&a),
    };
    struct sink sink = {on_frame, ctx};
    int status = 0;
    int r;

    if ((r = start(&c, err)) < 0 || (r = listen_to(&c, &sink, err)) < 0 ||
        (r = wait_for_end(&c, &status, err)) < 0)
        return r;
    return judge(&c, status, err);
}

static int collect(void *ctx, uint8_t type, struct str data, struct err *err)
{
    buf_add(ctx, data);
    return 0;
}

int sandbox_collect(const struct sandbox_job *job, struct arena *a, struct str *output,
                    struct err *err)
{
    struct buf b = buf_make(a);
    int r = sandbox_run(job, collect, &b, err);

    *output = buf_str(&b);
    return r;
}
