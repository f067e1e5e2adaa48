#include "sys/sandbox/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* The whole of what Landlock can forbid, by version: later kernels know more than the headers this
 * is compiled with (linux/landlock.h, security/landlock in the kernel's documentation). */
struct landlock_attr {
    uint64_t files, network, scoped;
};

static const struct {
    struct landlock_attr attr;
    size_t size;
} landlock_versions[] = {
    {{.files = (1 << 13) - 1}, 8},
    {{.files = (1 << 14) - 1}, 8},
    {{.files = (1 << 15) - 1}, 8},
    {{.files = (1 << 15) - 1, .network = 3}, 16},
    {{.files = (1 << 16) - 1, .network = 3}, 16},
    {{.files = (1 << 16) - 1, .network = 3, .scoped = 3}, 24},
};

int guard_landlock(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version > 0 ? (int)version : 0;
}

struct str sandbox_protection(struct arena *a)
{
    int version = guard_landlock();

    return version > 0 ? str_printf(a, "seccomp, Landlock %d", version)
                       : STR("seccomp; the kernel has no Landlock");
}

/* A rule set without rules: everything it handles is forbidden. Without Landlock the list of calls
 * alone keeps files closed. */
int guard_files(struct err *err)
{
    int version = guard_landlock();
    size_t row = MIN((size_t)version, ARRAY_LEN(landlock_versions)) - 1;
    int fd;

    if (version == 0)
        return 0;
    fd = (int)syscall(SYS_landlock_create_ruleset, &landlock_versions[row].attr,
                      landlock_versions[row].size, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a Landlock rule set");
    if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        return err_errno(err, "cannot apply Landlock");
    close(fd);
    return 0;
}

/* What computing, memory, and reading and writing open descriptors need. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getrusage),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
};

/* Answered with an error instead of ending the child. */
static const struct {
    int call, error;
} refused[] = {
    {SCMP_SYS(ioctl), ENOTTY}, /* "is it a terminal?" */
    {SCMP_SYS(fsync), EINVAL},
    {SCMP_SYS(fcntl), EINVAL},
    {SCMP_SYS(prlimit64), EPERM},
};

static const int file_calls[] = {
    SCMP_SYS(open),   SCMP_SYS(openat),     SCMP_SYS(stat),     SCMP_SYS(lstat),
    SCMP_SYS(access), SCMP_SYS(faccessat),  SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(statx),  SCMP_SYS(faccessat2),
};

static int add(scmp_filter_ctx ctx, uint32_t action, int call)
{
    int r = seccomp_rule_add(ctx, action, call, 0);

    /* A call that this architecture does not have needs no rule. */
    return r == -EDOM ? 0 : r;
}

static int add_rules(scmp_filter_ctx ctx, bool may_ask_for_files)
{
    int r = 0;

    for (size_t i = 0; i < ARRAY_LEN(allowed) && r == 0; i++)
        r = add(ctx, SCMP_ACT_ALLOW, allowed[i]);
    for (size_t i = 0; i < ARRAY_LEN(refused) && r == 0; i++)
        r = add(ctx, SCMP_ACT_ERRNO((uint32_t)refused[i].error), refused[i].call);
    for (size_t i = 0; i < ARRAY_LEN(file_calls) && may_ask_for_files && r == 0; i++)
        r = add(ctx, SCMP_ACT_ERRNO(EACCES), file_calls[i]);
    /* No code comes in: memory is never executable. */
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* fstat() of an open descriptor. */
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                             SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
    if (r == 0 && may_ask_for_files)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
                             SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
    /* abort() */
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    return r;
}

/* Tells the parent what was tried; it cannot be trusted, but it helps. */
static void on_forbidden(int sig, siginfo_t *info, void *context)
{
    unsigned char frame[FRAME_HEADER + 4] = {FRAME_FORBIDDEN};
    uint32_t len = 4;
    int32_t call = info->si_syscall;

    memcpy(frame + 1, &len, 4);
    memcpy(frame + FRAME_HEADER, &call, 4);
    if (write(STDOUT_FILENO, frame, sizeof(frame)) < 0)
        _exit(124);
    _exit(125);
}

int guard_calls(bool may_ask_for_files, struct err *err)
{
    struct sigaction action = {.sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO | SA_NODEFER};
    scmp_filter_ctx ctx;
    int r;

    if (sigaction(SIGSYS, &action, NULL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_errno(err, "cannot prepare the list of system calls");
    ctx = seccomp_init(SCMP_ACT_TRAP);
    if (ctx == NULL)
        return err_set(err, ERR_SANDBOX, "cannot make a list of system calls");
    r = add_rules(ctx, may_ask_for_files);
    if (r == 0)
        r = seccomp_load(ctx);
    seccomp_release(ctx);
    if (r < 0)
        return err_set(err, ERR_SANDBOX, "cannot apply the list of system calls: %s", strerror(-r));
    return 0;
}
