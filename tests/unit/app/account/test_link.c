#include "people.h"

/* Links that set a password: for who forgot theirs, made by administrators, for the first sign-in.
 */

static int64_t lan;

static int link_begin(void **state)
{
    people_begin(state);
    lan = person("lan", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET email = 'Lan@Example.vn'");
    return 0;
}

static struct str make(enum link_purpose purpose, const struct actor *by, int64_t now)
{
    struct str secret;

    assert_ok(db_begin(t.db, &err));
    assert_ok(account_link_make(t.db, &t.arena, lan, purpose, by, now, &secret, &err));
    assert_ok(db_commit(t.db, &err));
    return secret;
}

static size_t wanted(const char *who, int64_t now)
{
    struct link_accounts found = {0};

    assert_ok(account_link_wanted(t.db, &t.arena, str_c(who), now, &found, &err));
    return found.len;
}

static int find(struct str secret, int64_t now)
{
    struct link_owner owner;
    int r = account_link_find(t.db, &t.arena, secret, now, &owner, &err);

    assert_ok(r);
    if (r > 0)
        assert_str(owner.login, "lan");
    return r;
}

static int use(struct str secret, int64_t now)
{
    err_clear(&err);
    return account_link_use(t.db, &t.arena, secret, STR("$new"), STR("192.0.2.9"), now, &err);
}

static void test_who_is_meant(void **state)
{
    assert_int_equal(wanted(" LAN ", T0), 1);
    assert_int_equal(wanted("lan@example.VN", T0), 1);
    assert_int_equal(wanted("mai", T0), 0);
    assert_int_equal(wanted("", T0), 0);
    testdb_sql(&t, "UPDATE account SET state = 'disabled'");
    assert_int_equal(wanted("lan", T0), 0);
    testdb_sql(&t, "UPDATE account SET state = 'active', email = ''");
    assert_int_equal(wanted("lan", T0), 0);
}

static void test_three_an_hour(void **state)
{
    for (int i = 0; i < 3; i++) {
        assert_int_equal(wanted("lan", T0 + i), 1);
        make(LINK_RESET, NULL, T0 + i);
    }
    assert_int_equal(wanted("lan", T0 + 3), 0);
    assert_int_equal(wanted("lan", T0 + HOUR_MS + 1), 1);
}

static void test_a_link_works_once_and_for_a_while(void **state)
{
    struct str a = make(LINK_RESET, NULL, T0), b = make(LINK_RESET, NULL, T0);
    struct str session = sign_in_as(lan, T0);

    assert_int_equal(find(a, T0 + LINK_RESET_LIFE - 1), 1);
    assert_int_equal(find(a, T0 + LINK_RESET_LIFE), 0);
    assert_int_equal(use(a, T0 + LINK_RESET_LIFE), ERR_NOT_FOUND);
    assert_int_equal(use(a, T0), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE password_hash = '$new' AND "
                                    "must_change = 0"),
                     1);
    assert_int_equal(actor_at(session, T0).id, 0);
    assert_int_equal(use(a, T0), ERR_NOT_FOUND);
    /* the other one was asked for by the same person, or by somebody else: it ends too */
    assert_int_equal(find(b, T0), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.password' "
                                    "AND address = '192.0.2.9'"),
                     1);
}

static void test_what_is_no_link(void **state)
{
    struct str a = make(LINK_RESET, NULL, T0);

    assert_int_equal(find(STR(""), T0), 0);
    assert_int_equal(find(str_sub(a, 0, 63), T0), 0);
    assert_int_equal(
        find(STR("0000000000000000000000000000000000000000000000000000000000000000"), T0), 0);
    assert_int_equal(
        testdb_sql(
            &t,
            str_printf(&t.arena, "SELECT COUNT(*) FROM account_link WHERE id = '%s'", a.ptr).ptr),
        0);
    testdb_sql(&t, "UPDATE account SET state = 'disabled'");
    assert_int_equal(find(a, T0), 0);
}

static void test_administrators_make_links_too(void **state)
{
    struct actor admin = actor_for(person("mai", ROLE_admin, DEPARTMENT)),
                 far = actor_for(person("bay", ROLE_admin, PROVIDER));
    struct str asked = make(LINK_RESET, NULL, T0), first, secret;

    assert_ok(db_begin(t.db, &err));
    assert_fails(account_link_make(t.db, &t.arena, lan, LINK_RESET, &far, T0, &secret, &err),
                 ERR_FORBIDDEN);
    db_rollback(t.db);
    first = make(LINK_FIRST, &admin, T0);
    assert_int_equal(find(asked, T0), 0);
    assert_int_equal(find(first, T0 + 6 * DAY_MS), 1);
    assert_int_equal(find(first, T0 + LINK_FIRST_LIFE), 0);
    assert_int_equal(use(first, T0 + 6 * DAY_MS), 0);
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, link_begin, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(test_who_is_meant),
        LINK_TEST(test_three_an_hour),
        LINK_TEST(test_a_link_works_once_and_for_a_while),
        LINK_TEST(test_what_is_no_link),
        LINK_TEST(test_administrators_make_links_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
