#include "people.h"

static int64_t session_rows(void)
{
    return testdb_sql(&t, "SELECT COUNT(*) FROM session WHERE revoked_at IS NULL");
}

static void test_only_a_hash_of_the_token_is_kept(void **state)
{
    struct str token = sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0);
    char sql[256];

    assert_int_equal(token.len, 64);
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM session WHERE id = '" STR_FMT "'",
             STR_ARG(token));
    assert_int_equal(testdb_sql(&t, sql), 0);
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM session WHERE id = '" STR_FMT "'",
             STR_ARG(session_id(&t.arena, token)));
    assert_int_equal(testdb_sql(&t, sql), 1);
}

static void test_what_is_no_token_finds_nobody(void **state)
{
    struct str token = sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0);
    char other[65];

    snprintf(other, sizeof other, STR_FMT, STR_ARG(token));
    other[10] = other[10] == 'a' ? 'b' : 'a';
    assert_int_equal(actor_at(str_c(other), T0).id, 0);
    assert_int_equal(actor_at(STR(""), T0).id, 0);
    assert_int_equal(actor_at(STR("short"), T0).id, 0);
    assert_int_equal(actor_at(str_sub(token, 0, 62), T0).id, 0);
    assert_int_equal(actor_at(session_id(&t.arena, token), T0).id, 0);
}

static void test_a_session_ends_after_twelve_idle_hours(void **state)
{
    struct str token = sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0);

    assert_int_not_equal(actor_at(token, T0 + 12 * HOUR_MS - 1).id, 0);
    /* that was a use: it counts from there */
    assert_int_not_equal(actor_at(token, T0 + 20 * HOUR_MS).id, 0);
    assert_int_equal(actor_at(token, T0 + 32 * HOUR_MS).id, 0);
}

static void test_a_session_ends_after_seven_days_of_use(void **state)
{
    struct str token = sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0);
    int64_t at;

    for (at = T0; at < T0 + 7 * DAY_MS; at += 6 * HOUR_MS)
        assert_int_not_equal(actor_at(token, at).id, 0);
    assert_int_not_equal(actor_at(token, T0 + 7 * DAY_MS - 1).id, 0);
    assert_int_equal(actor_at(token, T0 + 7 * DAY_MS).id, 0);
}

static void test_use_is_noted_once_a_minute(void **state)
{
    struct str token = sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0);

    actor_at(token, T0 + 59 * SECOND_MS);
    assert_true(testdb_sql(&t, "SELECT seen_at FROM session") == T0);
    actor_at(token, T0 + 60 * SECOND_MS);
    assert_true(testdb_sql(&t, "SELECT seen_at FROM session") == T0 + 60 * SECOND_MS);
    actor_at(token, T0 + 100 * SECOND_MS);
    assert_true(testdb_sql(&t, "SELECT seen_at FROM session") == T0 + 60 * SECOND_MS);
}

static void test_ending_one_session_leaves_the_others(void **state)
{
    int64_t lan = person("lan", ROLE_officer, HOSPITAL), mai = person("mai", ROLE_head, HOSPITAL);
    struct str here = sign_in_as(lan, T0), phone = sign_in_as(lan, T0), other = sign_in_as(mai, T0);

    assert_ok(db_begin(t.db, &err));
    /* somebody else's session is not ours to end */
    assert_fails(account_session_end(t.db, lan, session_id(&t.arena, other), T0, &err),
                 ERR_NOT_FOUND);
    assert_ok(account_session_end(t.db, lan, session_id(&t.arena, phone), T0, &err));
    assert_fails(account_session_end(t.db, lan, session_id(&t.arena, phone), T0, &err),
                 ERR_NOT_FOUND);
    assert_ok(db_commit(t.db, &err));
    assert_int_equal(actor_at(phone, T0).id, 0);
    assert_int_equal(actor_at(here, T0).id, lan);
    assert_int_equal(actor_at(other, T0).id, mai);
}

static void test_ending_all_others_keeps_this_one(void **state)
{
    int64_t lan = person("lan", ROLE_officer, HOSPITAL);
    struct str here = sign_in_as(lan, T0), phone = sign_in_as(lan, T0);

    sign_in_as(lan, T0 - 8 * DAY_MS); /* over already: not counted */
    assert_ok(db_begin(t.db, &err));
    assert_int_equal(account_session_end_others(t.db, lan, session_id(&t.arena, here), T0, &err),
                     1);
    assert_ok(db_commit(t.db, &err));
    assert_int_equal(actor_at(here, T0).id, lan);
    assert_int_equal(actor_at(phone, T0).id, 0);
}

static void test_a_new_password_ends_every_other_session(void **state)
{
    int64_t lan = person("lan", ROLE_officer, HOSPITAL);
    struct str here = sign_in_as(lan, T0), phone = sign_in_as(lan, T0);
    struct actor actor = actor_at(here, T0);

    assert_ok(account_set_hash(t.db, &t.arena, lan, STR("x"), false, &actor, T0, &err));
    assert_int_equal(actor_at(here, T0).id, lan);
    assert_int_equal(actor_at(phone, T0).id, 0);
    assert_ok(account_set_hash(t.db, &t.arena, lan, STR("y"), true, NULL, T0, &err));
    assert_int_equal(session_rows(), 0);
}

static void test_a_disabled_account_is_out_at_once(void **state)
{
    int64_t lan = person("lan", ROLE_officer, HOSPITAL);
    struct str token = sign_in_as(lan, T0);

    testdb_sql(&t, "UPDATE account SET state = 'disabled'"); /* even behind our back */
    assert_int_equal(actor_at(token, T0).id, 0);
    testdb_sql(&t, "UPDATE account SET state = 'active'");
    assert_int_equal(actor_at(token, T0).id, lan);
    assert_ok(account_set_state(t.db, &t.arena, lan, false, NULL, T0, &err));
    assert_ok(account_set_state(t.db, &t.arena, lan, true, NULL, T0, &err));
    assert_int_equal(actor_at(token, T0).id, 0);
}

static void test_long_ended_sessions_are_swept(void **state)
{
    int64_t lan = person("lan", ROLE_officer, HOSPITAL);

    sign_in_as(lan, T0 - 100 * DAY_MS);
    sign_in_as(lan, T0 - 40 * DAY_MS);
    assert_ok(sign_in_sweep(t.db, T0 - DAY_MS * 1000, &err)); /* sets the sweep's own clock back */
    assert_ok(sign_in_sweep(t.db, T0, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM session"), 1);
}

/* ---- CSRF ---------------------------------------------------------------------------------------
 */

static const char secret_hex[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void test_a_masked_token_is_new_each_time_and_good(void **state)
{
    struct str one = csrf_mask(&t.arena, STR("00112233445566778899aabbccddeeff"
                                             "00112233445566778899aabbccddeeff"));
    struct str two = csrf_mask(&t.arena, str_c(secret_hex));
    char bent[129];

    assert_int_equal(one.len, 128);
    assert_false(str_eq(one, two));
    assert_true(csrf_check(str_c(secret_hex), one));
    assert_true(csrf_check(str_c(secret_hex), two));
    for (size_t i = 0; i < one.len; i++) {
        snprintf(bent, sizeof bent, STR_FMT, STR_ARG(one));
        bent[i] = bent[i] == '0' ? '1' : '0';
        assert_false(csrf_check(str_c(secret_hex), str_c(bent)));
    }
    assert_false(csrf_check(str_c(secret_hex), STR_EMPTY));
    assert_false(csrf_check(str_c(secret_hex), str_c(secret_hex)));
    assert_false(csrf_check(STR_EMPTY, STR_EMPTY));
    assert_false(csrf_check(STR_EMPTY, one));
}

static void test_a_form_token_is_bound_to_its_form_and_a_day(void **state)
{
    struct str token = account_form_token(&t.arena, "/report", T0);
    char bent[65];

    assert_int_equal(token.len, 64);
    assert_false(str_eq(token, account_form_token(&t.arena, "/report", T0)));
    assert_true(account_check_form_token("/report", token, T0));
    assert_true(account_check_form_token("/report", token, T0 + DAY_MS));
    assert_false(account_check_form_token("/report", token, T0 + DAY_MS + 1));
    assert_false(account_check_form_token("/report", token, T0 - HOUR_MS));
    assert_false(account_check_form_token("/reports", token, T0));
    assert_false(account_check_form_token("/sign-in", token, T0));
    assert_false(account_check_form_token("/report", STR_EMPTY, T0));
    for (size_t i = 0; i < token.len; i++) {
        snprintf(bent, sizeof bent, STR_FMT, STR_ARG(token));
        bent[i] = bent[i] == '0' ? '1' : '0';
        assert_false(account_check_form_token("/report", str_c(bent), T0));
    }
}

static void test_the_secret_survives_a_restart_and_differs_between_sites(void **state)
{
    struct str token = account_form_token(&t.arena, "/report", T0);

    testdb_reopen(&t);
    assert_ok(account_start(t.pool, &err));
    assert_true(account_check_form_token("/report", token, T0));
    testdb_sql(&t, "DELETE FROM setting WHERE key = 'form_secret'");
    assert_ok(account_start(t.pool, &err));
    assert_false(account_check_form_token("/report", token, T0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(test_only_a_hash_of_the_token_is_kept),
        PEOPLE_TEST(test_what_is_no_token_finds_nobody),
        PEOPLE_TEST(test_a_session_ends_after_twelve_idle_hours),
        PEOPLE_TEST(test_a_session_ends_after_seven_days_of_use),
        PEOPLE_TEST(test_use_is_noted_once_a_minute),
        PEOPLE_TEST(test_ending_one_session_leaves_the_others),
        PEOPLE_TEST(test_ending_all_others_keeps_this_one),
        PEOPLE_TEST(test_a_new_password_ends_every_other_session),
        PEOPLE_TEST(test_a_disabled_account_is_out_at_once),
        PEOPLE_TEST(test_long_ended_sessions_are_swept),
        PEOPLE_TEST(test_a_masked_token_is_new_each_time_and_good),
        PEOPLE_TEST(test_a_form_token_is_bound_to_its_form_and_a_day),
        PEOPLE_TEST(test_the_secret_survives_a_restart_and_differs_between_sites),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
