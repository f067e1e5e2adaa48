#include "support/testdb.h"
#include "test.h"

#include "app/account/account.h"
#include "base/clock.h"
#include "base/json.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* ungcuu init, audit verify and the command line itself, as a program. */
static const char *program;
static struct testdb t;
static char site_dir[300];
static char output[8192], errors[8192];

static void drain(int fd, char *into, size_t size)
{
    size_t at = 0;
    ssize_t n;

    while (at < size - 1 && (n = read(fd, into + at, size - 1 - at)) > 0)
        at += (size_t)n;
    into[at] = '\0';
    close(fd);
}

/* Runs it with up to 11 words; the exit status. What it prints here fits into a pipe. */
static int run(const char *first, ...)
{
    const char *argv[14] = {program, first};
    int out[2], err[2], status = 0;
    size_t n = 2;
    va_list ap;
    pid_t pid;

    va_start(ap, first);
    while (n < ARRAY_LEN(argv) - 1 && (argv[n] = va_arg(ap, const char *)) != NULL)
        n++;
    va_end(ap);
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        dup2(err[1], 2);
        execv(program, (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    drain(out[0], output, sizeof(output));
    drain(err[0], errors, sizeof(errors));
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define RUN(...) run(__VA_ARGS__, NULL)

/* The text value of a name in the flat JSON object that was printed. */
static struct str printed(const char *name)
{
    struct json j;

    json_init(&j, str_trim(str_c(output)));
    if (json_next(&j) != JSON_OBJECT)
        fail_msg("no JSON object: %s", output);
    while (json_next(&j) == JSON_KEY) {
        bool found = str_is(j.text, name);

        json_next(&j);
        if (found)
            return json_string(&j, &t.arena);
    }
    fail_msg("no \"%s\" in %s", name, output);
    return STR_EMPTY;
}

static int begin(void **state)
{
    testdb_open_empty(&t);
    snprintf(site_dir, sizeof(site_dir), "%s/a/site", t.dir);
    return 0;
}

static int end(void **state)
{
    testdb_close(&t);
    return 0;
}

static void test_a_new_site(void **state)
{
    struct account_sign_in in = {.login = STR("chu-quan"), .address = STR("192.0.2.1")};
    char conf[400];
    struct stat st;
    struct err err = {0};
    struct str token;
    int64_t wait;

    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url, "--admin", "chu-quan", "--name",
                         "Tỉnh Mẫu", "--json"),
                     0);
    assert_string_equal(errors, "");
    assert_str(printed("login"), "chu-quan");
    assert_str(printed("dir"), site_dir);
    snprintf(conf, sizeof(conf), "%s/ungcuu.conf", site_dir);
    assert_int_equal(stat(conf, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM org WHERE name = 'Tỉnh Mẫu'"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant WHERE role = 'admin'"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE must_change = 1"), 1);

    in.password = printed("password");
    assert_int_equal(account_start(t.pool, &err), 0);
    assert_int_equal(account_sign_in(t.pool, &t.arena, &in, clock_now(), &token, &wait, &err), 0);

    assert_int_equal(RUN("audit", "verify", "--dir", site_dir), 0);
    assert_non_null(strstr(output, "The audit log is intact"));
}

static void test_a_site_is_never_made_twice(void **state)
{
    char other[400];

    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url), 0);
    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url), 7);
    assert_non_null(strstr(errors, "there is a site in"));
    snprintf(other, sizeof(other), "%s/other", t.dir);
    assert_int_equal(RUN("init", "--dir", other, "--db", t.url), 7);
    assert_non_null(strstr(errors, "the database holds a site already"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account"), 1);
}

static void test_a_failed_init_may_be_repeated(void **state)
{
    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url, "--admin", "Ông Chủ"), 2);
    assert_non_null(strstr(errors, "login"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM org"), 0);
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir), 5);
    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url), 0);
    assert_non_null(strstr(output, "Password"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM org"), 1);
}

static void test_own_database_is_below_the_directory(void **state)
{
    char db[400];
    struct stat st;

    assert_int_equal(RUN("init", "--dir", site_dir), 0);
    snprintf(db, sizeof(db), "%s/ungcuu.db", site_dir);
    assert_int_equal(stat(db, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir, "--json"), 0);
}

static void test_tampering_is_an_exit_status(void **state)
{
    assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url), 0);
    assert_int_equal(RUN("audit", "verify", "--db", t.url, "--json"), 0);
    assert_int_equal(printed("head").len, 64);
    testdb_sql(&t, "UPDATE audit SET action = 'x' WHERE seq = 2");
    assert_int_equal(RUN("audit", "verify", "--db", t.url), 1);
    assert_non_null(strstr(errors, "audit entry 2 was edited"));
    assert_int_equal(RUN("audit", "verify", "--db", t.url, "--json"), 1);
    assert_str(printed("problem"), "audit entry 2 was edited");
}

static void test_words_of_the_command_line(void **state)
{
    assert_int_equal(RUN("version"), 0);
    assert_true(str_starts(str_c(output), STR("ungcuu ")));
    assert_int_equal(RUN("--version"), 0);
    assert_int_equal(RUN("version", "--json"), 0);
    assert_str(printed("name"), "ungcuu");
    assert_int_equal(RUN("help", "audit", "verify"), 0);
    assert_true(str_starts(str_c(output), STR("usage: ungcuu audit verify [--dir DIR]")));
    assert_int_equal(RUN("audit", "verify", "--help"), 0);
    assert_int_equal(RUN("help"), 0);
    assert_non_null(strstr(output, "Exit status"));
    assert_int_equal(RUN("inti"), 2);
    assert_non_null(strstr(errors, "did you mean \"init\"?"));
    assert_int_equal(RUN("init", "--nmae=x"), 2);
    assert_non_null(strstr(errors, "did you mean --name?"));
    assert_non_null(strstr(errors, "usage: ungcuu init"));
    assert_int_equal(RUN("audit", "verify", "--dir", t.dir), 5);
    assert_non_null(strstr(errors, "hint: make a site there: ungcuu init --dir"));
    assert_string_equal(output, "");
}

#define CMD_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CMD_TEST(test_a_new_site),
        CMD_TEST(test_a_site_is_never_made_twice),
        CMD_TEST(test_a_failed_init_may_be_repeated),
        CMD_TEST(test_own_database_is_below_the_directory),
        CMD_TEST(test_tampering_is_an_exit_status),
        CMD_TEST(test_words_of_the_command_line),
    };

    if (argc < 2)
        die("usage: test-cmd-init PROGRAM");
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
