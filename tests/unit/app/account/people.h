#ifndef TESTS_ACCOUNT_PEOPLE_H
#define TESTS_ACCOUNT_PEOPLE_H

/*
 * A small country for tests of rights:
 *
 *     1 province
 *       2 department
 *         3 hospital
 *       4 commune
 *     5 provider (a tree of its own)
 */
#include "app/account/account.h"
#include "app/account/inner.h"
#include "app/account/queries.h"
#include "support/testdb.h"
#include "test.h"

enum { PROVINCE = 1, DEPARTMENT, HOSPITAL, COMMUNE, PROVIDER };
#define T0 ((int64_t)1790000000000) /* September 2026 */

static struct testdb t;
static struct err err;

#define assert_ok(r)                                                                               \
    do {                                                                                           \
        err_clear(&err);                                                                           \
        if ((r) < 0)                                                                               \
            fail_msg("%s", err.what);                                                              \
    } while (0)

#define assert_fails(r, expected)                                                                  \
    do {                                                                                           \
        err_clear(&err);                                                                           \
        assert_int_equal((r), (expected));                                                         \
    } while (0)

static _unused_ void org(int id, int parent)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO org (id, code, uuid, kind, name, short_name, parent_id, address, phone, "
             "email, website, unit_code, note, created_at, updated_at, version, fold) VALUES (%d, "
             "'DV-%d', 'u%d', 'department', 'Org %d', '', %s, '', '', '', '', '', '', 0, 0, 1, '')",
             id, id, id, id, parent != 0 ? (const char[]){(char)('0' + parent), 0} : "NULL");
    testdb_sql(&t, sql);
    snprintf(sql, sizeof sql,
             "INSERT INTO org_closure (ancestor, descendant, depth) SELECT ancestor, %d, depth + 1 "
             "FROM org_closure WHERE descendant = %d",
             id, parent);
    testdb_sql(&t, sql);
    snprintf(sql, sizeof sql,
             "INSERT INTO org_closure (ancestor, descendant, depth) VALUES (%d, %d, 0)", id, id);
    testdb_sql(&t, sql);
}

static _unused_ int people_begin(void **state)
{
    clock_set(T0);
    testdb_open(&t);
    assert_ok(account_start(t.pool, &err));
    org(PROVINCE, 0);
    org(DEPARTMENT, PROVINCE);
    org(HOSPITAL, DEPARTMENT);
    org(COMMUNE, PROVINCE);
    org(PROVIDER, 0);
    return 0;
}

static _unused_ int people_end(void **state)
{
    testdb_close(&t);
    clock_set(0);
    return 0;
}

#define PEOPLE_TEST(f) cmocka_unit_test_setup_teardown(f, people_begin, people_end)

/* An account with this password hash ("" for one that cannot sign in). */
static _unused_ int64_t person_with(const char *login, struct str hash)
{
    struct account_new new_ = {.login = str_c(login), .name = str_c(login)};
    int64_t id = 0;

    assert_ok(db_begin(t.db, &err));
    assert_ok(account_insert(t.db, &t.arena, &new_, hash, NULL, T0, &id, &err));
    assert_ok(db_commit(t.db, &err));
    return id;
}

/* An account with one role that holds for ever. */
static _unused_ int64_t person(const char *login, enum role role, int64_t org_id)
{
    int64_t id = person_with(login, STR_EMPTY);

    assert_ok(
        account_grant(t.db, &t.arena, id, role, org_id, T0, NO_INT, STR("test"), NULL, T0, &err));
    return id;
}

static _unused_ struct str sign_in_as(int64_t id, int64_t now)
{
    struct str token;

    assert_ok(db_begin(t.db, &err));
    assert_ok(account_session_open(t.db, &t.arena, id, STR("192.0.2.1"), STR("test browser"), now,
                                   &token, &err));
    assert_ok(db_commit(t.db, &err));
    return token;
}

/* What the guard would make of a fresh session of this account; id 0 when it does not hold. */
static _unused_ struct actor actor_at(struct str token, int64_t now)
{
    struct actor actor = {0};
    struct str csrf;
    enum lang lang = LANG_VI;

    assert_ok(session_find(t.db, &t.arena, token, now, &actor, &csrf, &lang, &err));
    return actor;
}

static _unused_ struct actor actor_for(int64_t id)
{
    return actor_at(sign_in_as(id, T0), T0);
}

#endif
