#include "support/program.h"
#include "support/testdb.h"
#include "test.h"

#include "app/account/account.h"
#include "base/clock.h"

#include <sys/stat.h>

/* ungcuu init, audit verify and the command line itself, as a program. */
static struct testdb t;
static char site_dir[300];

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
    assert_str(printed(&t.arena, "login"), "chu-quan");
    assert_str(printed(&t.arena, "dir"), site_dir);
    snprintf(conf, sizeof(conf), "%s/ungcuu.conf", site_dir);
    assert_int_equal(stat(conf, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM org WHERE name = 'Tỉnh Mẫu'"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant WHERE role = 'admin'"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE must_change = 1"), 1);

    in.password = printed(&t.arena, "password");
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
    assert_int_equal(printed(&t.arena, "head").len, 64);
    testdb_sql(&t, "UPDATE audit SET action = 'x' WHERE seq = 2");
    assert_int_equal(RUN("audit", "verify", "--db", t.url), 1);
    assert_non_null(strstr(errors, "audit entry 2 was edited"));
    assert_int_equal(RUN("audit", "verify", "--db", t.url, "--json"), 1);
    assert_str(printed(&t.arena, "problem"), "audit entry 2 was edited");
}

static void test_words_of_the_command_line(void **state)
{
    assert_int_equal(RUN("version"), 0);
    assert_true(str_starts(str_c(output), STR("ungcuu ")));
    assert_int_equal(RUN("--version"), 0);
    assert_int_equal(RUN("version", "--json"), 0);
    assert_str(printed(&t.arena, "name"), "ungcuu");
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
