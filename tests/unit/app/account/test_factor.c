#include "people.h"

#include "support/totp.h"
#include "sys/crypto/seal.h"

/* The second factor: setting up, signing in with it, losing the telephone. */

#define STEP (30 * SECOND_MS)
#define HERE STR("192.0.2.7")

static struct str hash, key, token, codes[RECOVERY_CODES];
static struct arena hash_arena;
static int64_t wait_ms, lan;
#define RIGHT STR("thuyền ra cửa biển")

static int group_begin(void **state)
{
    return account_hash_password(&hash_arena, RIGHT, &hash, &err);
}

static int group_end(void **state)
{
    arena_release(&hash_arena);
    return 0;
}

static int factor_begin(void **state)
{
    people_begin(state);
    assert_ok(seal_start(&t.arena, str_c(t.dir), &err));
    lan = person_with("lan", hash);
    assert_ok(account_grant(t.db, &t.arena, lan, ROLE_officer, HOSPITAL, T0, NO_INT, STR("test"),
                            NULL, T0, &err));
    return 0;
}

static struct str shown(int64_t now)
{
    return totp_shown(&t.arena, key, now);
}

/* Lan has a second factor since T0. */
static void set_up(void)
{
    struct actor actor = actor_for(lan);

    assert_ok(account_factor_begin(t.db, &t.arena, &actor, T0, &key, &err));
    assert_ok(account_factor_confirm(t.db, &t.arena, &actor, shown(T0), T0, codes, &err));
}

static int first_page(int64_t now)
{
    struct account_sign_in in = {
        .login = STR("lan"), .password = RIGHT, .address = HERE, .agent = STR("test")};

    err_clear(&err);
    return account_sign_in(t.pool, &t.arena, &in, now, &token, &wait_ms, &err);
}

static int second_page(struct str step, struct str code, int64_t now)
{
    err_clear(&err);
    return account_sign_in_code(t.pool, &t.arena, step, code, HERE, STR("test"), now, &token,
                                &wait_ms, &err);
}

/* ---- setting up ---------------------------------------------------------------------------------
 */

static void test_setting_up(void **state)
{
    struct actor actor = actor_for(lan);
    struct str again;

    assert_ok(account_factor_begin(t.db, &t.arena, &actor, T0, &key, &err));
    assert_int_equal(key.len, 32);
    assert_ok(account_factor_begin(t.db, &t.arena, &actor, T0 + MINUTE_MS, &again, &err));
    assert_true(str_eq(key, again));
    assert_ok(account_factor_begin(t.db, &t.arena, &actor, T0 + 2 * HOUR_MS, &again, &err));
    assert_false(str_eq(key, again));
    key = again;
    /* a code asks nothing before it is confirmed */
    assert_int_equal(first_page(T0), 0);
    assert_fails(account_factor_confirm(t.db, &t.arena, &actor, STR("000 00"), T0, codes, &err),
                 ERR_AUTH);
    assert_ok(account_factor_confirm(t.db, &t.arena, &actor, shown(T0), T0, codes, &err));
    assert_true(actor_for(lan).has_factor);
    assert_fails(account_factor_begin(t.db, &t.arena, &actor, T0, &again, &err), ERR_STATE);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM recovery_code"), RECOVERY_CODES);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.factor_on'"), 1);
}

static void test_nothing_readable_is_kept(void **state)
{
    set_up();
    assert_int_equal(testdb_sql(&t, str_printf(&t.arena,
                                               "SELECT COUNT(*) FROM second_factor WHERE secret "
                                               "LIKE '%%%s%%'",
                                               key.ptr)
                                        .ptr),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT MIN(length(secret)) FROM second_factor"),
                     2 * (24 + 20 + 16));
    assert_int_equal(testdb_sql(&t, str_printf(&t.arena,
                                               "SELECT COUNT(*) FROM recovery_code WHERE hash = "
                                               "'%s'",
                                               codes[0].ptr)
                                        .ptr),
                     0);
}

/* ---- signing in ---------------------------------------------------------------------------------
 */

static void test_two_pages_open_a_session(void **state)
{
    struct str step;

    set_up();
    assert_int_equal(first_page(T0 + STEP), 1);
    step = token;
    assert_int_equal(actor_at(step, T0 + STEP).id, 0); /* no session */
    assert_int_equal(second_page(step, STR("000000"), T0 + STEP), ERR_AUTH);
    assert_int_equal(second_page(step, shown(T0 + STEP), T0 + STEP), 0);
    assert_int_equal(actor_at(token, T0 + STEP).id, lan);
    assert_int_equal(second_page(step, shown(T0 + 2 * STEP), T0 + 2 * STEP), ERR_STATE);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.code_failed'"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in'"),
                     1);
}

static void test_a_code_is_taken_once_and_near_its_time(void **state)
{
    struct str seen;

    set_up();
    seen = shown(T0 + STEP);
    assert_int_equal(first_page(T0 + STEP), 1);
    assert_int_equal(second_page(token, seen, T0 + STEP), 0);
    assert_int_equal(first_page(T0 + STEP), 1);
    assert_int_equal(second_page(token, seen, T0 + STEP), ERR_AUTH);
    /* nor an earlier one that was never used */
    assert_int_equal(second_page(token, shown(T0), T0 + STEP), ERR_AUTH);
    assert_int_equal(first_page(T0 + 10 * STEP), 1);
    assert_int_equal(second_page(token, shown(T0 + 8 * STEP), T0 + 10 * STEP), ERR_AUTH);
    assert_int_equal(second_page(token, shown(T0 + 12 * STEP), T0 + 10 * STEP), ERR_AUTH);
    assert_int_equal(second_page(token, shown(T0 + 11 * STEP), T0 + 10 * STEP), 0);
}

static void test_recovery_codes_are_good_once(void **state)
{
    struct str typed;

    set_up();
    typed =
        str_printf(&t.arena, " %.4s %.4s%.4s", codes[3].ptr, codes[3].ptr + 5, codes[3].ptr + 10);
    assert_int_equal(first_page(T0 + STEP), 1);
    assert_int_equal(second_page(token, typed, T0 + STEP), 0);
    assert_int_equal(first_page(T0 + STEP), 1);
    assert_int_equal(second_page(token, codes[3], T0 + STEP), ERR_AUTH);
    assert_int_equal(second_page(token, codes[4], T0 + STEP), 0);
}

static void test_new_recovery_codes_replace_the_old(void **state)
{
    struct str old, fresh[RECOVERY_CODES];
    struct actor actor;

    set_up();
    old = codes[0];
    actor = actor_for(lan);
    assert_ok(account_factor_codes(t.db, &t.arena, &actor, T0, fresh, &err));
    assert_int_equal(account_factor_is_code(t.db, &t.arena, &actor, old, &err), 0);
    assert_int_equal(account_factor_is_code(t.db, &t.arena, &actor, fresh[9], &err), 1);
}

static void test_guessing_is_slowed_down(void **state)
{
    struct str step;
    int r = 0;

    set_up();
    assert_int_equal(first_page(T0 + STEP), 1);
    step = token;
    for (int i = 0; i < 6; i++)
        assert_int_equal(second_page(step, STR("000000"), T0 + STEP), ERR_AUTH);
    r = second_page(step, shown(T0 + STEP), T0 + STEP);
    assert_int_equal(r, ERR_LIMIT);
    assert_int_equal(wait_ms, 5 * SECOND_MS);
    assert_int_equal(second_page(step, shown(T0 + STEP), T0 + STEP + wait_ms), 0);
    /* a success forgets the failures */
    assert_int_equal(
        testdb_sql(&t, "SELECT failed FROM sign_in_failure WHERE address LIKE 'code%'"), 0);
}

static void test_the_step_ends(void **state)
{
    set_up();
    assert_int_equal(first_page(T0), 1);
    assert_int_equal(second_page(token, shown(T0 + STEP_LIFE), T0 + STEP_LIFE), ERR_STATE);
    assert_int_equal(first_page(T0), 1);
    testdb_sql(&t, "UPDATE account SET state = 'disabled'");
    assert_int_equal(second_page(token, shown(T0 + STEP), T0 + STEP), ERR_STATE);
    assert_int_equal(second_page(STR("zz"), shown(T0 + STEP), T0 + STEP), ERR_STATE);
}

static void test_a_code_confirms_who_has_no_password(void **state)
{
    struct actor actor;

    set_up();
    actor = actor_for(lan);
    assert_fails(account_confirm_code(t.db, &t.arena, &actor, STR("123"), T0, &wait_ms, &err),
                 ERR_AUTH);
    assert_ok(
        account_confirm_code(t.db, &t.arena, &actor, shown(T0 + STEP), T0 + STEP, &wait_ms, &err));
    assert_ok(account_confirmed(t.db, &actor, T0 + STEP, &err));
    assert_int_equal(testdb_sql(&t, "SELECT MAX(confirmed_at) FROM session"), T0 + STEP);
}

/* ---- who must, and taking it off ----------------------------------------------------------------
 */

static void test_a_role_can_ask_for_it(void **state)
{
    bool asked[ROLE_COUNT] = {[ROLE_officer] = true};
    struct actor root = actor_for(person("goc", ROLE_admin, PROVINCE)),
                 small = actor_for(person("nho", ROLE_admin, DEPARTMENT)), actor;

    assert_fails(account_set_factor_roles(t.db, &t.arena, asked, &small, T0, &err), ERR_FORBIDDEN);
    assert_false(actor_for(lan).must_factor);
    assert_ok(account_set_factor_roles(t.db, &t.arena, asked, &root, T0, &err));
    assert_true(actor_for(lan).must_factor);
    assert_false(actor_for(root.id).must_factor);
    set_up();
    actor = actor_for(lan);
    assert_false(actor.must_factor);
    assert_fails(account_factor_off(t.db, &t.arena, &actor, T0, &err), ERR_FORBIDDEN);
    asked[ROLE_officer] = false;
    assert_ok(account_set_factor_roles(t.db, &t.arena, asked, NULL, T0, &err));
    assert_ok(account_factor_off(t.db, &t.arena, &actor, T0, &err));
    assert_int_equal(first_page(T0), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM recovery_code"), 0);
}

static int reset(const struct actor *by, struct str reason)
{
    err_clear(&err);
    return account_factor_reset(t.db, &t.arena, lan, reason, by, T0, &err);
}

static void test_an_administrator_takes_it_off_with_a_reason(void **state)
{
    struct actor admin = actor_for(person("mai", ROLE_admin, DEPARTMENT)),
                 far = actor_for(person("bay", ROLE_admin, PROVIDER));

    assert_int_equal(reset(&admin, STR("mất máy")), ERR_STATE);
    set_up();
    testdb_sql(&t, "UPDATE account SET email = 'lan@example.vn' WHERE login = 'lan'");
    assert_int_equal(reset(&admin, STR("  ")), ERR_INVALID);
    assert_int_equal(reset(&far, STR("mất máy")), ERR_FORBIDDEN);
    assert_int_equal(reset(&admin, STR("mất máy")), 0);
    assert_false(actor_for(lan).has_factor);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM mail WHERE to_list LIKE "
                                    "'%lan@example.vn%' AND body LIKE '%mất máy%'"),
                     1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = "
                                    "'account.factor_reset' AND detail LIKE '%mất máy%'"),
                     1);
    assert_int_equal(
        testdb_sql(&t, str_printf(&t.arena,
                                  "SELECT COUNT(*) FROM session WHERE account_id = %lld AND "
                                  "revoked_at IS NULL AND created_at < %lld",
                                  (long long)lan, (long long)T0 + 1)
                           .ptr),
        1); /* the one that actor_for() opened just now */
}

#define FACTOR_TEST(f) cmocka_unit_test_setup_teardown(f, factor_begin, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACTOR_TEST(test_setting_up),
        FACTOR_TEST(test_nothing_readable_is_kept),
        FACTOR_TEST(test_two_pages_open_a_session),
        FACTOR_TEST(test_a_code_is_taken_once_and_near_its_time),
        FACTOR_TEST(test_recovery_codes_are_good_once),
        FACTOR_TEST(test_new_recovery_codes_replace_the_old),
        FACTOR_TEST(test_guessing_is_slowed_down),
        FACTOR_TEST(test_the_step_ends),
        FACTOR_TEST(test_a_code_confirms_who_has_no_password),
        FACTOR_TEST(test_a_role_can_ask_for_it),
        FACTOR_TEST(test_an_administrator_takes_it_off_with_a_reason),
    };

    return cmocka_run_group_tests(tests, group_begin, group_end);
}
