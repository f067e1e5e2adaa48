#include "people.h"

#include "sys/crypto/seal.h"

/* What the owner of an account is told of. */

static int begin(void **state)
{
    people_begin(state);
    assert_ok(seal_start(&t.arena, str_c(t.dir), &err));
    return 0;
}

static int64_t told(int64_t account, const char *event, const char *detail)
{
    return testdb_sql(&t,
                      str_printf(&t.arena,
                                 "SELECT COUNT(*) FROM notice_event WHERE account_id = %lld AND "
                                 "event = '%s' AND detail = '%s'",
                                 (long long)account, event, detail)
                          .ptr);
}

static int64_t begun(const char *login, const char *password)
{
    struct str hash;
    int64_t id;

    assert_ok(account_hash_password(&t.arena, str_c(password), &hash, &err));
    id = person_with(login, hash);
    testdb_sql(&t, "UPDATE account SET last_login_at = 1");
    return id;
}

static int sign_in(const char *login, const char *password, const char *address, const char *agent,
                   int64_t now)
{
    const struct account_sign_in in = {.login = str_c(login),
                                       .password = str_c(password),
                                       .address = str_c(address),
                                       .agent = str_c(agent)};
    struct str token;
    int64_t wait;

    err = (struct err){0};
    return account_sign_in(t.pool, &t.arena, &in, now, &token, &wait, &err);
}

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
#define NEWER   "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
#define PHONE   "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"

static void test_a_browser_or_network_that_is_new(void **state)
{
    int64_t id = begun("lan", "con-meo-tren-mai-nha");
    int64_t now = T0;

    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "192.0.2.7", FIREFOX, now += HOUR_MS));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 0);
    /* Another version, another address of the same network. */
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "192.0.99.1", NEWER, now += HOUR_MS));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 0);
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "192.0.2.7", PHONE, now += HOUR_MS));
    assert_int_equal(told(id, "account.sign_in", "192.0.2.7"), 1);
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "203.0.113.9", PHONE, now += HOUR_MS));
    assert_int_equal(told(id, "account.sign_in", "203.0.113.9"), 1);
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "203.0.113.10", FIREFOX, now += HOUR_MS));
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "2001:db8::1", FIREFOX, now += HOUR_MS));
    assert_ok(sign_in("lan", "con-meo-tren-mai-nha", "2001:db8:7::2", FIREFOX, now += HOUR_MS));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 3);
}

static void test_a_pause_is_told_once(void **state)
{
    int64_t id = begun("lan", "con-meo-tren-mai-nha");
    int64_t now = T0;
    int refused = 0;

    for (int i = 0; i < 12; i++)
        refused += sign_in("lan", "sai-mat-khau", str_printf(&t.arena, "192.0.2.%d", i).ptr,
                           FIREFOX, now += SECOND_MS) == ERR_LIMIT;
    assert_true(refused > 0);
    assert_int_equal(told(id, "account.locked", ""), 1);
    /* Nobody is told of an account that is not there. */
    for (int i = 0; i < 12; i++)
        sign_in("khong-co", "sai-mat-khau", str_printf(&t.arena, "192.0.3.%d", i).ptr, FIREFOX,
                now);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 1);
}

static void test_passwords_tokens_and_roles(void **state)
{
    int64_t id = begun("lan", "con-meo-tren-mai-nha");
    const struct actor self = {.id = id, .login = STR_INIT("lan"), .name = STR_INIT("lan")};

    assert_ok(account_set_password(t.db, &t.arena, id, STR("mua-roi-o-ngoai-dong"), false, NULL, T0,
                                   &err));
    assert_ok(account_set_password(t.db, &t.arena, id, STR("nang-len-tren-doi-che"), false, &self,
                                   T0, &err));
    assert_int_equal(told(id, "account.password", ""), 2);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event WHERE by_id IS NULL"), 1);
    assert_ok(db_begin(t.db, &err));
    assert_ok(account_audit(t.db, &t.arena, &self, "account.token_create", id, STR("lan"), STR(""),
                            T0, &err));
    assert_ok(
        account_audit(t.db, &t.arena, NULL, "account.grant", id, STR("lan"), STR(""), T0, &err));
    assert_ok(account_audit(t.db, &t.arena, &self, "account.factor_off", id, STR("lan"), STR(""),
                            T0, &err));
    assert_ok(account_audit(t.db, &t.arena, &self, "account.sign_out", id, STR("lan"), STR(""), T0,
                            &err));
    assert_ok(db_commit(t.db, &err));
    assert_int_equal(told(id, "account.token", "new"), 1);
    assert_int_equal(told(id, "account.role", "new"), 1);
    assert_int_equal(told(id, "account.factor", "off"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 5);
}

static void test_who_never_came_is_not_told(void **state)
{
    int64_t id = person_with("moi", STR(""));

    assert_ok(account_set_password(t.db, &t.arena, id, STR("mua-roi-o-ngoai-dong"), true, NULL, T0,
                                   &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM notice_event"), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, people_end)
    const struct CMUnitTest tests[] = {
        TEST(test_a_browser_or_network_that_is_new),
        TEST(test_a_pause_is_told_once),
        TEST(test_passwords_tokens_and_roles),
        TEST(test_who_never_came_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
