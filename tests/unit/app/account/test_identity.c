#include "people.h"

/* Whose account somebody of the provider is, and attempts that are taken once. */
static const struct provider_person known = {STR_INIT("https://id.example.vn"), STR_INIT("42"),
                                             STR_INIT("Lan@example.vn"), STR_INIT("Lan")};
static int64_t lan;
static struct str token;

static int identity_begin(void **state)
{
    people_begin(state);
    lan = person("lan", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET email = 'lan@EXAMPLE.vn'");
    return 0;
}

static int enter(const struct provider_person *who, bool by_email, bool no_code)
{
    err_clear(&err);
    return account_provider_sign_in(t.db, &t.arena, who, by_email, no_code, STR("192.0.2.1"),
                                    STR("test"), T0, &token, &err);
}

static int link_to(int64_t account, const struct actor *by)
{
    err_clear(&err);
    return account_identity_link(t.db, &t.arena, account, &known, by, T0, &err);
}

static void test_nobody_comes_in_unlinked(void **state)
{
    struct actor own = actor_for(lan), mai = actor_for(person("mai", ROLE_admin, PROVINCE));

    assert_int_equal(enter(&known, false, false), ERR_NOT_FOUND);
    assert_int_equal(link_to(lan, &mai), ERR_FORBIDDEN);
    assert_int_equal(link_to(lan, &own), 0);
    assert_int_equal(link_to(lan, &own), 0);
    assert_int_equal(link_to(mai.id, &mai), ERR_EXISTS);
    assert_int_equal(enter(&known, false, false), 0);
    assert_int_equal(actor_at(token, T0).id, lan);
    assert_true(actor_at(token, T0).by_provider);
    testdb_sql(&t, "UPDATE account SET state = 'disabled' WHERE login = 'lan'");
    assert_int_equal(enter(&known, false, false), ERR_FORBIDDEN);
}

static void test_a_verified_address_links_when_the_site_allows_it(void **state)
{
    struct provider_person other = known, nameless = known;

    other.subject = STR("43");
    nameless.email = STR_EMPTY;
    assert_int_equal(enter(&nameless, true, false), ERR_NOT_FOUND);
    assert_int_equal(enter(&known, true, false), 0);
    /* from now on by the subject, whatever becomes of the address */
    assert_int_equal(enter(&nameless, false, false), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account_identity"), 1);
    /* an address that two have is nobody's */
    person("lan.2", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET email = 'lan@example.vn'");
    assert_int_equal(enter(&other, true, false), ERR_NOT_FOUND);
}

static void test_our_second_factor_is_asked_for_unless_the_site_says_otherwise(void **state)
{
    struct actor own = actor_for(lan);

    assert_int_equal(link_to(lan, &own), 0);
    testdb_sql(&t, "INSERT INTO second_factor (account_id, secret, created_at, confirmed_at, "
                   "last_step) SELECT id, '', 0, 1, 0 FROM account");
    assert_int_equal(enter(&known, false, false), 1);
    assert_int_equal(actor_at(token, T0).id, 0);
    assert_int_equal(enter(&known, false, true), 0);
}

static void test_an_invitation_takes_the_place_of_the_password(void **state)
{
    struct str secret;
    struct link_owner owner;

    testdb_sql(&t, "UPDATE account SET password_hash = 'x', must_change = 1");
    assert_ok(db_begin(t.db, &err));
    assert_ok(account_link_make(t.db, &t.arena, lan, LINK_FIRST, NULL, T0, &secret, &err));
    assert_ok(db_commit(t.db, &err));
    assert_int_equal(link_to(lan, NULL), 0);
    assert_int_equal(account_link_find(t.db, &t.arena, secret, T0, &owner, &err), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE password_hash = '' AND "
                                    "must_change = 0"),
                     1);
}

static void test_unlinking(void **state)
{
    struct actor own = actor_for(lan), far = actor_for(person("bay", ROLE_admin, PROVIDER));

    assert_int_equal(link_to(lan, &own), 0);
    assert_fails(
        account_identity_unlink(t.db, &t.arena, lan, known.issuer, known.subject, &far, T0, &err),
        ERR_FORBIDDEN);
    assert_ok(
        account_identity_unlink(t.db, &t.arena, lan, known.issuer, known.subject, &own, T0, &err));
    assert_int_equal(enter(&known, false, false), ERR_NOT_FOUND);
}

static void test_an_attempt_is_taken_once_by_its_browser(void **state)
{
    const struct provider_attempt attempt = {.purpose = PROVIDER_CONFIRM,
                                             .nonce = STR("n"),
                                             .verifier = STR("v"),
                                             .account_id = 1,
                                             .next = STR("/account")};
    struct provider_attempt out;
    struct str binding;

    for (int i = 0; i < 3; i++) {
        assert_ok(
            account_provider_begin(t.db, &t.arena, &attempt, STR("state"), T0, &binding, &err));
        if (i == 0) {
            assert_int_equal(
                account_provider_take(t.db, &t.arena, STR("state"), STR("other"), T0, &out, &err),
                0);
        } else {
            assert_int_equal(account_provider_take(t.db, &t.arena, STR("state"), binding,
                                                   i == 1 ? T0 + ATTEMPT_LIFE : T0, &out, &err),
                             i == 2);
        }
        assert_int_equal(
            account_provider_take(t.db, &t.arena, STR("state"), binding, T0, &out, &err), 0);
    }
    assert_int_equal(out.purpose, PROVIDER_CONFIRM);
    assert_str(out.nonce, "n");
    assert_str(out.next, "/account");
}

#define IDENTITY_TEST(f) cmocka_unit_test_setup_teardown(f, identity_begin, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IDENTITY_TEST(test_nobody_comes_in_unlinked),
        IDENTITY_TEST(test_a_verified_address_links_when_the_site_allows_it),
        IDENTITY_TEST(test_our_second_factor_is_asked_for_unless_the_site_says_otherwise),
        IDENTITY_TEST(test_an_invitation_takes_the_place_of_the_password),
        IDENTITY_TEST(test_unlinking),
        IDENTITY_TEST(test_an_attempt_is_taken_once_by_its_browser),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
