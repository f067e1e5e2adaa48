#include "people.h"

/* ---- accounts ---------------------------------------------------------------------------------
 */

static void test_an_account_is_made_once(void **state)
{
    struct account_new new_ = {.login = STR(" Lan.Tran "), .name = STR("Trần Thị Lan")};
    int64_t id, other;

    assert_ok(account_create(t.db, &t.arena, &new_, NULL, T0, &id, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE login = 'lan.tran' AND "
                                    "fold LIKE '%tran thi lan%'"),
                     1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.create' "
                                    "AND object_code = 'lan.tran'"),
                     1);
    new_.login = STR("LAN.TRAN");
    assert_fails(account_create(t.db, &t.arena, &new_, NULL, T0, &other, &err), ERR_EXISTS);
    assert_string_equal(err.field, "login");
}

static void test_logins_can_be_typed_anywhere(void **state)
{
    static const char *const bad[] = {"", "ab", "new", "lần", "a b c", ".abc", "abc/def", "<abc>"};
    int64_t id;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct account_new new_ = {.login = str_c(bad[i]), .name = STR("Ai")};
        assert_fails(account_create(t.db, &t.arena, &new_, NULL, T0, &id, &err), ERR_INVALID);
    }
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account"), 0);
}

static void test_a_bad_password_makes_no_account(void **state)
{
    struct account_new new_ = {
        .login = STR("lan"), .name = STR("Lan"), .password = STR("matkhau123")};
    int64_t id;

    assert_fails(account_create(t.db, &t.arena, &new_, NULL, T0, &id, &err), ERR_INVALID);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account"), 0);
}

/* ---- rights in SQL -----------------------------------------------------------------------------
 */

static void test_a_role_reaches_what_is_below(void **state)
{
    struct actor lan = actor_for(person("lan", ROLE_coordinator, DEPARTMENT));

    assert_true(actor_can(&lan, PERM_ORG_WRITE));
    assert_true(lan.roles[ROLE_coordinator]);
    assert_int_equal(lan.home_org, DEPARTMENT);
    assert_str(lan.home_org_name, "Org 2");
    assert_ok(actor_require(t.db, &lan, PERM_ORG_WRITE, DEPARTMENT, T0, &err));
    assert_ok(actor_require(t.db, &lan, PERM_ORG_WRITE, HOSPITAL, T0, &err));
    assert_fails(actor_require(t.db, &lan, PERM_ORG_WRITE, PROVINCE, T0, &err), ERR_FORBIDDEN);
    assert_fails(actor_require(t.db, &lan, PERM_ORG_WRITE, COMMUNE, T0, &err), ERR_FORBIDDEN);
    assert_fails(actor_require(t.db, &lan, PERM_ORG_WRITE, PROVIDER, T0, &err), ERR_FORBIDDEN);
    /* not among a coordinator's permissions anywhere */
    assert_false(actor_can(&lan, PERM_ACCOUNT_WRITE));
    assert_fails(actor_require(t.db, &lan, PERM_ACCOUNT_WRITE, DEPARTMENT, T0, &err),
                 ERR_FORBIDDEN);
    assert_fails(actor_require(t.db, &(struct actor){0}, PERM_ORG_READ, DEPARTMENT, T0, &err),
                 ERR_FORBIDDEN);
}

static void test_a_role_holds_for_its_period(void **state)
{
    int64_t id = person_with("lan", STR_EMPTY);
    struct str token = sign_in_as(id, T0);
    struct actor actor;

    assert_ok(account_grant(t.db, &t.arena, id, ROLE_responder, COMMUNE, T0 + HOUR_MS,
                            opt_int(T0 + 3 * HOUR_MS), STR("thay phiên"), NULL, T0, &err));
    actor = actor_at(token, T0);
    assert_int_equal(actor.id, id);
    assert_false(actor_can(&actor, PERM_INCIDENT_READ));
    assert_fails(actor_require(t.db, &actor, PERM_INCIDENT_READ, COMMUNE, T0, &err), ERR_FORBIDDEN);

    actor = actor_at(token, T0 + HOUR_MS);
    assert_true(actor_can(&actor, PERM_INCIDENT_READ));
    assert_ok(actor_require(t.db, &actor, PERM_INCIDENT_READ, COMMUNE, T0 + HOUR_MS, &err));
    assert_ok(actor_require(t.db, &actor, PERM_INCIDENT_READ, COMMUNE, T0 + 3 * HOUR_MS - 1, &err));

    actor = actor_at(token, T0 + 3 * HOUR_MS);
    assert_false(actor_can(&actor, PERM_INCIDENT_READ));
    assert_fails(actor_require(t.db, &actor, PERM_INCIDENT_READ, COMMUNE, T0 + 3 * HOUR_MS, &err),
                 ERR_FORBIDDEN);
}

static void test_a_revoked_role_is_gone_at_once(void **state)
{
    int64_t id = person("lan", ROLE_responder, COMMUNE);
    struct str token = sign_in_as(id, T0);
    struct actor actor = actor_at(token, T0);
    int64_t grant = testdb_sql(&t, "SELECT id FROM role_grant");

    assert_true(actor_can(&actor, PERM_INCIDENT_READ));
    assert_ok(account_revoke(t.db, &t.arena, grant, STR("chuyển công tác"), NULL, T0, &err));
    actor = actor_at(token, T0);
    assert_int_equal(actor.id, id);
    assert_false(actor_can(&actor, PERM_INCIDENT_READ));
    assert_fails(actor_require(t.db, &actor, PERM_INCIDENT_READ, COMMUNE, T0, &err), ERR_FORBIDDEN);
    assert_fails(account_revoke(t.db, &t.arena, grant, STR("lần nữa"), NULL, T0, &err), ERR_STATE);
    assert_fails(account_revoke(t.db, &t.arena, 999, STR("?"), NULL, T0, &err), ERR_NOT_FOUND);
}

static void test_periods_of_one_role_do_not_overlap(void **state)
{
    int64_t id = person_with("lan", STR_EMPTY);
    struct opt_int end = opt_int(T0 + DAY_MS);

    assert_ok(
        account_grant(t.db, &t.arena, id, ROLE_head, COMMUNE, T0, end, STR(""), NULL, T0, &err));
    assert_fails(account_grant(t.db, &t.arena, id, ROLE_head, COMMUNE, T0 + HOUR_MS, NO_INT,
                               STR(""), NULL, T0, &err),
                 ERR_EXISTS);
    assert_ok(account_grant(t.db, &t.arena, id, ROLE_head, COMMUNE, T0 + DAY_MS, NO_INT, STR(""),
                            NULL, T0, &err));
    assert_ok(account_grant(t.db, &t.arena, id, ROLE_head, HOSPITAL, T0, NO_INT, STR(""), NULL, T0,
                            &err));
    assert_ok(account_grant(t.db, &t.arena, id, ROLE_officer, COMMUNE, T0, NO_INT, STR(""), NULL,
                            T0, &err));
    assert_fails(account_grant(t.db, &t.arena, id, ROLE_finance, COMMUNE, T0, opt_int(T0), STR(""),
                               NULL, T0, &err),
                 ERR_INVALID);
    assert_fails(account_grant(t.db, &t.arena, id, ROLE_finance, COMMUNE, T0 - DAY_MS,
                               opt_int(T0 - HOUR_MS), STR(""), NULL, T0, &err),
                 ERR_INVALID);
}

static void test_every_grant_is_in_the_audit_log(void **state)
{
    int64_t id = person("lan", ROLE_responder, COMMUNE), checked = 0;

    assert_ok(account_revoke(t.db, &t.arena, testdb_sql(&t, "SELECT id FROM role_grant"),
                             STR("nghỉ việc"), NULL, T0, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.grant' AND "
                                    "detail LIKE '%\"role\":\"responder\",\"org\":4%'"),
                     1);
    assert_int_equal(testdb_sql(&t,
                                "SELECT COUNT(*) FROM audit WHERE action = 'account.revoke' AND "
                                "detail LIKE '%nghỉ việc%' AND actor_name = 'command line'"),
                     1);
    assert_ok(audit_verify(t.db, &checked, &err));
    assert_true(checked >= 4);
    assert_true(id > 0);
}

/* ---- who administers whom ----------------------------------------------------------------------
 */

static int grant_by(const struct actor *by, int64_t to, enum role role, int64_t org_id)
{
    return account_grant(t.db, &t.arena, to, role, org_id, T0, NO_INT, STR("test"), by, T0, &err);
}

static void test_an_administrator_stays_below_his_organisation(void **state)
{
    struct actor admin = actor_for(person("admin", ROLE_admin, DEPARTMENT));
    int64_t nurse = person("nurse", ROLE_officer, HOSPITAL);
    int64_t boss = person("boss", ROLE_leader, PROVINCE);
    int64_t clerk = person("clerk", ROLE_officer, COMMUNE);
    int64_t fresh = person_with("fresh", STR_EMPTY);

    assert_ok(grant_by(&admin, nurse, ROLE_head, HOSPITAL));
    assert_ok(account_set_state(t.db, &t.arena, nurse, false, &admin, T0, &err));
    assert_ok(account_set_hash(t.db, &t.arena, nurse, STR("x"), true, &admin, T0, &err));
    /* somebody of ours, but for an organisation that is not */
    assert_fails(grant_by(&admin, nurse, ROLE_head, COMMUNE), ERR_FORBIDDEN);
    assert_fails(grant_by(&admin, nurse, ROLE_head, PROVINCE), ERR_FORBIDDEN);
    /* somebody above, beside, or nobody's yet */
    assert_fails(account_set_state(t.db, &t.arena, boss, false, &admin, T0, &err), ERR_FORBIDDEN);
    assert_fails(account_set_hash(t.db, &t.arena, boss, STR("x"), true, &admin, T0, &err),
                 ERR_FORBIDDEN);
    assert_fails(account_set_state(t.db, &t.arena, clerk, false, &admin, T0, &err), ERR_FORBIDDEN);
    assert_fails(grant_by(&admin, clerk, ROLE_officer, HOSPITAL), ERR_FORBIDDEN);
    assert_fails(grant_by(&admin, fresh, ROLE_officer, HOSPITAL), ERR_FORBIDDEN);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE state = 'disabled'"), 1);
}

static void test_one_grant_outside_makes_an_account_foreign(void **state)
{
    struct actor admin = actor_for(person("admin", ROLE_admin, DEPARTMENT));
    int64_t both = person("both", ROLE_officer, HOSPITAL);
    int64_t inside = testdb_sql(&t, "SELECT MAX(id) FROM role_grant"), outside;

    assert_ok(grant_by(NULL, both, ROLE_officer, COMMUNE));
    outside = testdb_sql(&t, "SELECT MAX(id) FROM role_grant");
    assert_fails(account_set_hash(t.db, &t.arena, both, STR("x"), true, &admin, T0, &err),
                 ERR_FORBIDDEN);
    /* what was granted for our organisation may be taken back all the same */
    assert_fails(account_revoke(t.db, &t.arena, outside, STR(""), &admin, T0, &err), ERR_FORBIDDEN);
    assert_ok(account_revoke(t.db, &t.arena, inside, STR(""), &admin, T0, &err));
    /* and without it the account is none of ours, though it once was */
    assert_fails(account_set_state(t.db, &t.arena, both, false, &admin, T0, &err), ERR_FORBIDDEN);
    assert_ok(account_revoke(t.db, &t.arena, outside, STR(""), NULL, T0, &err));
    /* nobody's now: both organisations have to be covered */
    assert_fails(account_set_state(t.db, &t.arena, both, false, &admin, T0, &err), ERR_FORBIDDEN);
    admin = actor_for(person("chief", ROLE_admin, PROVINCE));
    assert_ok(account_set_state(t.db, &t.arena, both, false, &admin, T0, &err));
}

static void test_nobody_widens_their_own_rights(void **state)
{
    struct actor admin = actor_for(person("admin", ROLE_admin, PROVINCE));
    int64_t own = testdb_sql(&t, "SELECT id FROM role_grant");

    assert_fails(grant_by(&admin, admin.id, ROLE_coordinator, PROVINCE), ERR_FORBIDDEN);
    assert_fails(account_revoke(t.db, &t.arena, own, STR(""), &admin, T0, &err), ERR_FORBIDDEN);
    assert_fails(account_set_state(t.db, &t.arena, admin.id, false, &admin, T0, &err),
                 ERR_FORBIDDEN);
}

static void test_an_inspector_changes_nothing(void **state)
{
    struct actor auditor = actor_for(person("auditor", ROLE_auditor, PROVINCE));
    int64_t nurse = person("nurse", ROLE_officer, HOSPITAL);
    struct account_profile profile = {.name = STR("Khác")};

    assert_true(actor_can(&auditor, PERM_ACCOUNT_READ));
    assert_fails(grant_by(&auditor, nurse, ROLE_head, HOSPITAL), ERR_FORBIDDEN);
    assert_fails(account_set_state(t.db, &t.arena, nurse, false, &auditor, T0, &err),
                 ERR_FORBIDDEN);
    assert_fails(account_set_profile(t.db, &t.arena, nurse, 1, &profile, &auditor, T0, &err),
                 ERR_FORBIDDEN);
}

static void test_an_account_is_made_with_its_first_grant_or_not_at_all(void **state)
{
    struct actor admin = actor_for(person("admin", ROLE_admin, DEPARTMENT));
    struct account_new new_ = {.login = STR("nurse"), .name = STR("Y tá")};
    struct account_first_grant grant = {.role = ROLE_officer, .org_id = COMMUNE, .from = T0};
    int64_t id;

    assert_fails(
        account_create_granted(t.db, &t.arena, &new_, STR("x"), &grant, &admin, T0, &id, &err),
        ERR_FORBIDDEN);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE login = 'nurse'"), 0);
    grant.org_id = HOSPITAL;
    assert_ok(
        account_create_granted(t.db, &t.arena, &new_, STR("x"), &grant, &admin, T0, &id, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant g JOIN account a ON a.id = "
                                    "g.account_id WHERE a.login = 'nurse' AND g.org_id = 3"),
                     1);
}

static void test_two_editors_do_not_overwrite_each_other(void **state)
{
    int64_t id = person("lan", ROLE_officer, HOSPITAL);
    struct account_profile profile = {.name = STR("Lan A")};

    assert_ok(account_set_profile(t.db, &t.arena, id, 1, &profile, NULL, T0, &err));
    profile.name = STR("Lan B");
    assert_fails(account_set_profile(t.db, &t.arena, id, 1, &profile, NULL, T0, &err),
                 ERR_CONFLICT);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE name = 'Lan A'"), 1);
}

/* ---- the copy in the database ------------------------------------------------------------------
 */

static void test_the_permission_table_follows_the_program(void **state)
{
    int64_t rows = testdb_sql(&t, "SELECT COUNT(*) FROM role_permission");

    assert_true(rows > 20);
    testdb_sql(&t, "DELETE FROM role_permission WHERE role = 'auditor'");
    testdb_sql(&t,
               "INSERT INTO role_permission (role, permission) VALUES ('finance', 'org.write')");
    assert_ok(account_sync_permissions(t.pool, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_permission"), rows);
    assert_int_equal(testdb_sql(&t,
                                "SELECT COUNT(*) FROM role_permission WHERE role = 'finance' AND "
                                "permission = 'org.write'"),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = "
                                    "'account.permissions'"),
                     2);
    assert_ok(account_sync_permissions(t.pool, &err));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = "
                                    "'account.permissions'"),
                     2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(test_an_account_is_made_once),
        PEOPLE_TEST(test_logins_can_be_typed_anywhere),
        PEOPLE_TEST(test_a_bad_password_makes_no_account),
        PEOPLE_TEST(test_a_role_reaches_what_is_below),
        PEOPLE_TEST(test_a_role_holds_for_its_period),
        PEOPLE_TEST(test_a_revoked_role_is_gone_at_once),
        PEOPLE_TEST(test_periods_of_one_role_do_not_overlap),
        PEOPLE_TEST(test_every_grant_is_in_the_audit_log),
        PEOPLE_TEST(test_an_administrator_stays_below_his_organisation),
        PEOPLE_TEST(test_one_grant_outside_makes_an_account_foreign),
        PEOPLE_TEST(test_nobody_widens_their_own_rights),
        PEOPLE_TEST(test_an_inspector_changes_nothing),
        PEOPLE_TEST(test_an_account_is_made_with_its_first_grant_or_not_at_all),
        PEOPLE_TEST(test_two_editors_do_not_overwrite_each_other),
        PEOPLE_TEST(test_the_permission_table_follows_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
