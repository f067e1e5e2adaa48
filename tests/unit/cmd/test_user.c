#include "support/program.h"
#include "support/testdb.h"
#include "test.h"

#include "app/account/account.h"
#include "app/org/org.h"
#include "base/clock.h"

/* ungcuu user: accounts and roles as an operator makes them. */
static struct testdb t;
static struct err err;

static void make_org(const char *code, const char *name)
{
    struct org_new new_ = {.code = str_c(code), .kind = STR("department"), .name = str_c(name)};
    int64_t id;

    assert_int_equal(db_begin(t.db, &err), 0);
    if (org_create(t.db, &t.arena, &new_, NULL, clock_now(), &id, &err) < 0)
        fail_msg("%s", err.what);
    assert_int_equal(db_commit(t.db, &err), 0);
}

static int begin(void **state)
{
    testdb_open(&t);
    make_org("DV-1", "Sở Một");
    make_org("DV-2", "Sở Hai");
    return 0;
}

static int end(void **state)
{
    testdb_close(&t);
    return 0;
}

static int sign_in(const char *login, struct str password)
{
    struct account_sign_in in = {
        .login = str_c(login), .password = password, .address = STR("192.0.2.1")};
    struct str token;
    int64_t wait;

    assert_int_equal(account_start(t.pool, &err), 0);
    return account_sign_in(t.pool, &t.arena, &in, clock_now(), &token, &wait, &err);
}

static void test_an_account_with_its_first_role(void **state)
{
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Trần Thị Lan", "--role",
                         "officer", "--org", "DV-1", "--json"),
                     0);
    assert_string_equal(errors, "");
    assert_str(printed(&t.arena, "login"), "lan");
    assert_int_equal(sign_in("lan", printed(&t.arena, "password")), 0);
    assert_int_equal(testdb_sql(&t,
                                "SELECT COUNT(*) FROM role_grant g JOIN org o ON o.id = g.org_id "
                                "WHERE g.role = 'officer' AND o.code = 'DV-1'"),
                     1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE must_change = 1"), 1);
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan"), 7);
    assert_non_null(strstr(errors, "taken"));
}

static void test_what_is_wrong_leaves_nothing(void **state)
{
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url), 2);
    assert_int_equal(RUN("user", "add", "Lần", "--db", t.url, "--name", "Lan"), 2);
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--role", "officer"),
                     2);
    assert_non_null(strstr(errors, "--org"));
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--role", "boss",
                         "--org", "DV-1"),
                     2);
    assert_non_null(strstr(errors, "coordinator"));
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--role", "officer",
                         "--org", "DV-9"),
                     5);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account"), 0);
}

static void test_a_password_comes_by_standard_input(void **state)
{
    input = "một con vịt xòe ra\n";
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--password-stdin"),
                     0);
    assert_null(strstr(output, "vịt"));
    assert_int_equal(sign_in("lan", STR("một con vịt xòe ra")), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE must_change = 0"), 1);
    input = "matkhau123\n";
    assert_int_equal(RUN("user", "password", "lan", "--db", t.url, "--password-stdin"), 2);
    assert_int_equal(sign_in("lan", STR("một con vịt xòe ra")), 0);
    assert_int_equal(RUN("user", "password", "lan", "--db", t.url, "--json"), 0);
    assert_int_equal(sign_in("lan", STR("một con vịt xòe ra")), ERR_AUTH);
    assert_int_equal(sign_in("lan", printed(&t.arena, "password")), 0);
}

static void test_roles_come_and_go(void **state)
{
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan"), 0);
    assert_int_equal(RUN("user", "grant", "lan", "head", "DV-1", "--db", t.url, "--to",
                         "2099-01-01", "--reason", "QĐ 12"),
                     0);
    assert_int_equal(RUN("user", "grant", "lan", "head", "DV-1", "--db", t.url), 7);
    assert_int_equal(RUN("user", "grant", "lan", "leader", "DV-2", "--db", t.url), 0);
    assert_int_equal(RUN("user", "list", "--db", t.url), 0);
    assert_non_null(strstr(output, "lan\tactive\thead\tDV-1\tLan\n"));
    assert_non_null(strstr(output, "lan\tactive\tleader\tDV-2\tLan\n"));
    assert_int_equal(RUN("user", "list", "--db", t.url, "--json"), 0);
    assert_non_null(strstr(output, "\"roles\":[{\"role\":\"head\",\"org\":\"DV-1\""));
    assert_non_null(strstr(output, "\"to\":\"20"));
    assert_int_equal(RUN("user", "revoke", "lan", "head", "DV-1", "--db", t.url), 0);
    assert_int_equal(RUN("user", "revoke", "lan", "head", "DV-1", "--db", t.url), 5);
    assert_int_equal(RUN("user", "list", "--db", t.url), 0);
    assert_null(strstr(output, "head"));
    assert_int_equal(RUN("user", "grant", "mai", "head", "DV-1", "--db", t.url), 5);
}

static void test_a_disabled_account_stays_out(void **state)
{
    input = "một con vịt xòe ra\n";
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--password-stdin"),
                     0);
    assert_int_equal(RUN("user", "disable", "lan", "--db", t.url), 0);
    assert_int_equal(sign_in("lan", STR("một con vịt xòe ra")), ERR_AUTH);
    assert_int_equal(RUN("user", "enable", "lan", "--db", t.url), 0);
    assert_int_equal(sign_in("lan", STR("một con vịt xòe ra")), 0);
    assert_int_equal(RUN("user", "disable", "nobody", "--db", t.url), 5);
}

static void test_the_list_of_nobody_is_empty(void **state)
{
    assert_int_equal(RUN("user", "list", "--db", t.url), 0);
    assert_string_equal(output, "");
    assert_int_equal(RUN("user", "list", "--db", t.url, "--json"), 0);
    assert_string_equal(output, "[]\n");
}

static void test_a_second_factor_is_taken_off(void **state)
{
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan"), 0);
    assert_int_equal(RUN("user", "unpair", "lan", "--db", t.url, "--reason", "lost"), 7);
    testdb_sql(&t, "INSERT INTO second_factor (account_id, secret, created_at, confirmed_at, "
                   "last_step) SELECT id, '', 0, 1, 0 FROM account");
    assert_int_equal(RUN("user", "unpair", "lan", "--db", t.url), 2);
    assert_int_equal(RUN("user", "unpair", "lan", "--db", t.url, "--reason", "lost"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM second_factor"), 0);
}

static void test_tokens_are_made_listed_and_revoked(void **state)
{
    assert_int_equal(RUN("user", "add", "lan", "--db", t.url, "--name", "Lan", "--role", "officer",
                         "--org", "DV-1"),
                     0);
    assert_int_equal(RUN("token", "create", "lan", "--db", t.url, "--name", "SIEM", "--scope",
                         "report.read,report.create", "--days", "7", "--json"),
                     0);
    assert_string_equal(errors, "");
    assert_true(str_starts(printed(&t.arena, "token"), STR("uc_")));
    assert_int_equal(RUN("token", "list", "lan", "--db", t.url), 0);
    assert_non_null(strstr(output, "valid\tuc_"));
    assert_non_null(strstr(output, "report.read report.create\tSIEM"));
    assert_int_equal(RUN("token", "revoke", "1", "--db", t.url), 0);
    assert_int_equal(RUN("token", "list", "--db", t.url), 0);
    assert_non_null(strstr(output, "revoked"));
    assert_int_equal(
        RUN("token", "create", "lan", "--db", t.url, "--name", "SIEM", "--scope", "audit.read"), 2);
    assert_non_null(strstr(errors, "does not hold audit.read"));
    assert_int_equal(
        RUN("token", "create", "nobody", "--db", t.url, "--name", "x", "--scope", "org.read"), 5);
    assert_int_equal(RUN("token", "revoke", "99", "--db", t.url), 5);
}

#define USER_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        USER_TEST(test_an_account_with_its_first_role),
        USER_TEST(test_what_is_wrong_leaves_nothing),
        USER_TEST(test_a_password_comes_by_standard_input),
        USER_TEST(test_roles_come_and_go),
        USER_TEST(test_a_disabled_account_stays_out),
        USER_TEST(test_the_list_of_nobody_is_empty),
        USER_TEST(test_a_second_factor_is_taken_off),
        USER_TEST(test_tokens_are_made_listed_and_revoked),
    };

    if (argc < 2)
        die("usage: test-cmd-user PROGRAM");
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
