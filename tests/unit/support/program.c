#include "support/program.h"

#include "test.h"

#include "base/json.h"

#include <sys/wait.h>

const char *program, *input;
char output[8192], errors[8192];

static void drain(int fd, char *into, size_t size)
{
    size_t at = 0;
    ssize_t n;

    while (at < size - 1 && (n = read(fd, into + at, size - 1 - at)) > 0)
        at += (size_t)n;
    into[at] = '\0';
    close(fd);
}

static void feed(int fd)
{
    if (input != NULL)
        assert_int_equal(write(fd, input, strlen(input)), strlen(input));
    input = NULL;
    close(fd);
}

int program_run(const char *first, ...)
{
    const char *argv[16] = {program, first};
    int in[2], out[2], err[2], status = 0;
    size_t n = 2;
    va_list ap;
    pid_t pid;

    va_start(ap, first);
    while (n < ARRAY_LEN(argv) - 1 && (argv[n] = va_arg(ap, const char *)) != NULL)
        n++;
    va_end(ap);
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        close(in[1]);
        execv(program, (char *const *)argv);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    feed(in[1]);
    drain(out[0], output, sizeof(output));
    drain(err[0], errors, sizeof(errors));
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

struct str printed(struct arena *a, const char *name)
{
    struct json j;

    json_init(&j, str_trim(str_c(output)));
    if (json_next(&j) != JSON_OBJECT)
        fail_msg("no JSON object: %s", output);
    while (json_next(&j) == JSON_KEY) {
        bool found = str_is(j.text, name);

        json_next(&j);
        if (found)
            return json_string(&j, a);
    }
    fail_msg("no \"%s\" in %s", name, output);
    return STR_EMPTY;
}
