#include "people.h"

#include <sodium.h>

/* Hashing takes a tenth of a second: one hash serves all tests. */
static struct str right_hash;
static struct arena hash_arena;
#define RIGHT "thuyền ra cửa biển"

static int group_begin(void **state)
{
    return account_hash_password(&hash_arena, STR(RIGHT), &right_hash, &err);
}

static int group_end(void **state)
{
    arena_release(&hash_arena);
    return 0;
}

static struct str token;
static int64_t wait_ms;

static int attempt(const char *login, const char *password, const char *address, int64_t now)
{
    struct account_sign_in in = {.login = str_c(login),
                                 .password = str_c(password),
                                 .address = str_c(address),
                                 .agent = STR("test browser")};

    err_clear(&err);
    token = STR_EMPTY;
    return account_sign_in(t.pool, &t.arena, &in, now, &token, &wait_ms, &err);
}

#define HERE      "192.0.2.7"
#define ELSEWHERE "198.51.100.9"

/* Failures are put there instead of hashing for each. */
static void failed_before(const char *login, int failed)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "UPDATE account SET failed = %d, locked_until = %lld WHERE login = '%s'", failed,
             (long long)(T0 - DAY_MS / 2), login);
    testdb_sql(&t, sql);
}

static void test_right_password_opens_a_session(void **state)
{
    struct actor actor;
    int64_t id = person_with("lan", right_hash);

    assert_ok(attempt(" LAN ", RIGHT, HERE, T0));
    actor = actor_at(token, T0);
    assert_int_equal(actor.id, id);
    assert_str(actor.login, "lan");
    assert_int_equal(testdb_sql(&t,
                                "SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in' AND "
                                "address = '192.0.2.7'"),
                     1);
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM account"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM sign_in_failure"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT last_login_at FROM account") == T0, 1);
}

static void test_all_refusals_look_alike(void **state)
{
    char said[sizeof err.what];
    int64_t hashes;

    person_with("lan", right_hash);
    person_with("nohash", STR_EMPTY);
    person_with("off", right_hash);
    testdb_sql(&t, "UPDATE account SET state = 'disabled' WHERE login = 'off'");

    assert_int_equal(attempt("lan", "wrong password", HERE, T0), ERR_AUTH);
    snprintf(said, sizeof said, "%s", err.what);
    hashes = password_hashes();
    assert_int_equal(attempt("nobody", RIGHT, HERE, T0), ERR_AUTH);
    assert_string_equal(err.what, said);
    assert_int_equal(attempt("nohash", "", HERE, T0), ERR_AUTH);
    assert_string_equal(err.what, said);
    assert_int_equal(attempt("off", RIGHT, HERE, T0), ERR_AUTH);
    assert_string_equal(err.what, said);
    assert_int_equal(password_hashes() - hashes, 3);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM session"), 0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in_failed'"), 4);
    /* what was typed as a login may have been a password */
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM sign_in_failure WHERE address LIKE "
                                    "'%nobody%'"),
                     0);
}

static void test_the_pause_doubles_up_to_a_quarter_of_an_hour(void **state)
{
    assert_int_equal(sign_in_pause(0, 5), 0);
    assert_int_equal(sign_in_pause(5, 5), 0);
    assert_int_equal(sign_in_pause(6, 5), 5 * SECOND_MS);
    assert_int_equal(sign_in_pause(7, 5), 10 * SECOND_MS);
    assert_int_equal(sign_in_pause(13, 5), 640 * SECOND_MS);
    assert_int_equal(sign_in_pause(14, 5), 15 * MINUTE_MS);
    assert_int_equal(sign_in_pause(1000000, 5), 15 * MINUTE_MS);
}

static void test_a_login_is_paused_after_five_failures(void **state)
{
    int64_t hashes;

    person_with("lan", right_hash);
    failed_before("lan", 5);
    assert_int_equal(attempt("lan", "wrong password", HERE, T0), ERR_AUTH);
    hashes = password_hashes();
    /* even the right password, from anywhere, and no work is spent on it */
    assert_int_equal(attempt("lan", RIGHT, ELSEWHERE, T0 + 1), ERR_LIMIT);
    assert_int_equal(wait_ms, 5 * SECOND_MS - 1);
    assert_int_equal(password_hashes(), hashes);
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM account"), 6);
    /* the pause over, a second failure doubles it */
    assert_int_equal(attempt("lan", "wrong password", HERE, T0 + 5 * SECOND_MS), ERR_AUTH);
    assert_int_equal(attempt("lan", RIGHT, HERE, T0 + 14 * SECOND_MS), ERR_LIMIT);
    assert_ok(attempt("lan", RIGHT, HERE, T0 + 15 * SECOND_MS));
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM account"), 0);
}

static void test_an_unknown_login_is_paused_alike(void **state)
{
    for (int i = 0; i < 6; i++)
        assert_int_equal(attempt("nobody", "wrong password", HERE, T0), ERR_AUTH);
    assert_int_equal(attempt("nobody", "wrong password", ELSEWHERE, T0 + 1), ERR_LIMIT);
    assert_int_equal(wait_ms, 5 * SECOND_MS - 1);
}

static void test_failures_are_forgotten_after_a_day(void **state)
{
    person_with("lan", right_hash);
    failed_before("lan", 14);
    assert_int_equal(attempt("lan", "wrong password", HERE, T0 + DAY_MS), ERR_AUTH);
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM account"), 1);
}

static void test_nobody_is_locked_out_from_elsewhere(void **state)
{
    person_with("lan", right_hash);
    assert_ok(attempt("lan", RIGHT, HERE, T0));
    failed_before("lan", 12);
    assert_int_equal(attempt("lan", "guess", ELSEWHERE, T0 + HOUR_MS), ERR_AUTH);
    assert_int_equal(attempt("lan", "guess", ELSEWHERE, T0 + HOUR_MS + 1), ERR_LIMIT);
    assert_ok(attempt("lan", RIGHT, HERE, T0 + HOUR_MS + 2));
    /* but a month later this is no known address any more */
    failed_before("lan", 12);
    testdb_sql(&t, "UPDATE session SET created_at = created_at - 2678400000");
    assert_int_equal(attempt("lan", "guess", ELSEWHERE, T0 + HOUR_MS + 3), ERR_AUTH);
    assert_int_equal(attempt("lan", RIGHT, HERE, T0 + HOUR_MS + 4), ERR_LIMIT);
}

static void test_an_address_is_paused_after_twenty_failures(void **state)
{
    person_with("lan", right_hash);
    assert_int_equal(attempt("first", "wrong password", HERE, T0), ERR_AUTH);
    testdb_sql(&t, "UPDATE sign_in_failure SET failed = 20 WHERE address = '192.0.2.7'");
    assert_int_equal(attempt("second", "wrong password", HERE, T0 + 1), ERR_AUTH);
    assert_int_equal(attempt("lan", RIGHT, HERE, T0 + 2), ERR_LIMIT);
    assert_int_equal(wait_ms, 5 * SECOND_MS - 1);
    assert_ok(attempt("lan", RIGHT, ELSEWHERE, T0 + 2));
    /* a success takes back its own count only, and does not prolong the pause */
    assert_ok(attempt("lan", RIGHT, HERE, T0 + 6 * SECOND_MS));
    assert_int_equal(
        testdb_sql(&t, "SELECT failed FROM sign_in_failure WHERE address = '192.0.2.7'"), 21);
    assert_ok(attempt("lan", RIGHT, HERE, T0 + 6 * SECOND_MS + 1));
    /* an hour of quiet forgives */
    assert_int_equal(attempt("third", "wrong password", HERE, T0 + 2 * HOUR_MS), ERR_AUTH);
    assert_int_equal(
        testdb_sql(&t, "SELECT failed FROM sign_in_failure WHERE address = '192.0.2.7'"), 1);
}

static void test_an_address_of_version_six_counts_by_network(void **state)
{
    struct str one = sign_in_address_key(&t.arena, STR("2001:db8:1:2:aaaa:bbbb:cccc:dddd"));

    assert_str_eq(sign_in_address_key(&t.arena, STR("2001:db8:1:2::1")), one);
    assert_false(str_eq(sign_in_address_key(&t.arena, STR("2001:db8:1:3::1")), one));
    assert_str(sign_in_address_key(&t.arena, STR("::ffff:192.0.2.7")), "192.0.2.7");
    assert_str(sign_in_address_key(&t.arena, STR("192.0.2.7")), "192.0.2.7");
}

static void test_an_old_hash_is_renewed(void **state)
{
    char weak[crypto_pwhash_STRBYTES];
    int64_t id;

    assert_int_equal(crypto_pwhash_str(weak, RIGHT, strlen(RIGHT), 1, 8 << 20), 0);
    id = person_with("lan", str_c(weak));
    assert_ok(attempt("lan", RIGHT, HERE, T0));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE password_hash LIKE "
                                    "'$argon2id$v=19$m=65536,t=3,%'"),
                     1);
    assert_ok(attempt("lan", RIGHT, HERE, T0 + 1));
    assert_true(id > 0);
}

static void test_a_busy_site_says_so(void **state)
{
    person_with("lan", right_hash);
    password_gate_limits(1, -1);
    assert_ok(password_gate_enter(&err));
    assert_int_equal(attempt("lan", RIGHT, HERE, T0), ERR_BUSY);
    password_gate_leave();
    password_gate_limits(0, 0);
    assert_int_equal(testdb_sql(&t, "SELECT failed FROM account"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(test_right_password_opens_a_session),
        PEOPLE_TEST(test_all_refusals_look_alike),
        PEOPLE_TEST(test_the_pause_doubles_up_to_a_quarter_of_an_hour),
        PEOPLE_TEST(test_a_login_is_paused_after_five_failures),
        PEOPLE_TEST(test_an_unknown_login_is_paused_alike),
        PEOPLE_TEST(test_failures_are_forgotten_after_a_day),
        PEOPLE_TEST(test_nobody_is_locked_out_from_elsewhere),
        PEOPLE_TEST(test_an_address_is_paused_after_twenty_failures),
        PEOPLE_TEST(test_an_address_of_version_six_counts_by_network),
        PEOPLE_TEST(test_an_old_hash_is_renewed),
        PEOPLE_TEST(test_a_busy_site_says_so),
    };

    return cmocka_run_group_tests(tests, group_begin, group_end);
}
