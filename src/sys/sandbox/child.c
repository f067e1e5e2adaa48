#include "sys/sandbox/inner.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static void write_all(int fd, const void *data, size_t len)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(126); /* nobody listens any more */
        p += n;
        len -= (size_t)n;
    }
}

void sandbox_send(struct sandbox_out *out, uint8_t type, struct str data)
{
    do {
        struct str part = str_sub(data, 0, SANDBOX_FRAME);
        unsigned char header[FRAME_HEADER] = {type};
        uint32_t len = (uint32_t)part.len;

        memcpy(header + 1, &len, 4);
        write_all(out->fd, header, sizeof(header));
        write_all(out->fd, part.ptr, part.len);
        data = str_from(data, part.len);
    } while (data.len > 0);
}

static void send_error(struct sandbox_out *out, const struct err *err)
{
    unsigned char data[4 + sizeof(err->field) + sizeof(err->what) + sizeof(err->hint)];
    const char *texts[] = {err->field, err->what, err->hint};
    int32_t code = err->code;
    size_t n = 4;

    memcpy(data, &code, 4);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size_t len = strlen(texts[i]) + 1;

        memcpy(data + n, texts[i], len);
        n += len;
    }
    sandbox_send(out, FRAME_FAILED, str_make((const char *)data, n));
}

static int limit(int what, int64_t soft, int64_t hard, struct err *err)
{
    struct rlimit l = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};

    return setrlimit(what, &l) < 0 ? err_errno(err, "cannot set a limit") : 0;
}

static int set_limits(int64_t memory, int64_t cpu_seconds, struct err *err)
{
    int r = 0;

    if (!SANITIZED)
        r = limit(RLIMIT_AS, memory, memory, err);
    if (r == 0)
        /* SIGXCPU says what happened; SIGKILL follows for who ignores it. */
        r = limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1, err);
    if (r == 0)
        r = limit(RLIMIT_CORE, 0, 0, err);
    if (r == 0)
        r = limit(RLIMIT_FSIZE, 0, 0, err);
    return r;
}

static int close_doors(const struct sandbox_kind *kind, struct err *err)
{
    int r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0
                ? err_errno(err, "cannot give up privileges")
                : 0;

    if (r == 0)
        r = guard_files(err);
    if (r == 0)
        r = limit(RLIMIT_NOFILE, 3, 3, err);
    return r == 0 ? guard_calls(kind->may_ask_for_files, err) : r;
}

static int run(const struct sandbox_kind *kind, char **args, struct sandbox_out *out,
               struct err *err)
{
    int64_t memory, cpu;
    int r;

    if (!str_to_int(str_c(args[0]), &memory) || !str_to_int(str_c(args[1]), &cpu))
        return err_set(err, ERR_USAGE, "a sandbox child is started by the program itself");
    if ((r = set_limits(memory, cpu, err)) < 0)
        return r;
    if (kind->prepare != NULL)
        kind->prepare();
    if ((r = close_doors(kind, err)) < 0)
        return r;
    return kind->run(STDIN_FILENO, out, str_c(args[2]), err);
}

int sandbox_child(int argc, char **argv, const struct sandbox_kind *kinds, size_t len)
{
    struct sandbox_out out = {.fd = STDOUT_FILENO};
    struct err err = {0};

    if (argc != 6 || strcmp(argv[1], "sandbox-child") != 0)
        return -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    syscall(SYS_close_range, 3, ~0U, 0);
    err_set(&err, ERR_NOT_FOUND, "there is no sandbox child \"%s\"", argv[2]);
    for (size_t i = 0; i < len; i++) {
        if (strcmp(argv[2], kinds[i].name) == 0) {
            err_clear(&err);
            if (run(&kinds[i], argv + 3, &out, &err) == 0)
                err_clear(&err);
            break;
        }
    }
    if (err.code != 0)
        send_error(&out, &err);
    else
        sandbox_send(&out, FRAME_DONE, STR_EMPTY);
    /* Not exit(): no destructor of a library runs behind closed doors. */
    _exit(0);
}
