#include "support/testdb.h"

#include "app/audit/audit.h"

#include <setjmp.h>
#include <cmocka.h>

enum { ENTRIES = 20 };

static void write_one(struct testdb *t, int i)
{
    struct audit_entry e = {
        .at = 1700000000000 + i,
        .actor_id = i % 3, /* 0: a visitor */
        .actor_name = i % 3 != 0 ? STR("Cán bộ đầu mối") : STR_EMPTY,
        .action = "report.receive",
        .object_kind = "report",
        .object_id = i,
        .object_code = str_printf(&t->arena, "TB-2026-%04d", i),
        .address = STR("192.0.2.7"),
        .detail = STR("{\"channel\":\"web\"}"),
    };
    struct err err = {0};

    if (db_begin(t->db, &err) < 0 || audit_write(t->db, &t->arena, &e, &err) < 0 ||
        db_commit(t->db, &err) < 0)
        fail_msg("%s", err.what);
}

static int setup(void **state)
{
    struct testdb *t = calloc(1, sizeof(*t));

    testdb_open(t);
    for (int i = 1; i <= ENTRIES; i++)
        write_one(t, i);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    testdb_close(*state);
    free(*state);
    return 0;
}

static void expect_broken(struct testdb *t, const char *what)
{
    struct err err = {0};
    int64_t checked;

    assert_int_equal(audit_verify(t->db, &checked, &err), ERR_CORRUPT);
    if (strstr(err.what, what) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.what, what);
}

static void test_intact(void **state)
{
    struct testdb *t = *state;
    struct audit_head head;
    struct err err = {0};
    int64_t checked = 0;

    assert_int_equal(audit_verify(t->db, &checked, &err), 0);
    assert_int_equal(checked, ENTRIES);
    assert_int_equal(audit_head(t->db, &t->arena, &head, &err), 0);
    assert_int_equal(head.seq, ENTRIES);
    assert_int_equal(head.hash.len, 64);
}

static void test_empty(void **state)
{
    struct testdb t;
    struct err err = {0};
    int64_t checked = -1;

    testdb_open(&t);
    assert_int_equal(audit_verify(t.db, &checked, &err), 0);
    assert_int_equal(checked, 0);
    testdb_sql(&t, "UPDATE audit_head SET hash = 'x'");
    expect_broken(&t, "head");
    testdb_close(&t);
}

/* Every column is under the hash. */
static void test_edit(void **state)
{
    static const char *const edits[] = {
        "at = at + 1",           "actor_id = 77",       "actor_id = NULL",
        "actor_name = 'x'",      "action = 'x'",        "object_kind = 'x'",
        "object_id = 77",        "object_id = NULL",    "object_code = 'x'",
        "address = '192.0.2.8'", "detail = ''",         "hash = 'x'",
        "prev_hash = 'x'",       "action = 'report.r'", "object_code = object_code || 'x'",
    };
    struct testdb *t = *state;

    testdb_sql(t, "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 7");
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        struct str sql = str_printf(&t->arena, "UPDATE audit SET %s WHERE seq = 7", edits[i]);

        testdb_sql(t, sql.ptr);
        expect_broken(t, "audit entry 7 ");
        testdb_sql(t, "DELETE FROM audit WHERE seq = 7");
        testdb_sql(t, "INSERT INTO audit SELECT * FROM kept");
    }
    test_intact(state);
}

/* A text moved from one column into the next must not give the same hash. */
static void test_shifted_text(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "UPDATE audit SET action = 'report.receiver', object_kind = 'eport' "
                  "WHERE seq = 3");
    expect_broken(t, "audit entry 3 was edited");
}

static void test_delete(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "DELETE FROM audit WHERE seq = 11");
    expect_broken(t, "audit entry 11 is missing");
}

static void test_delete_and_renumber(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "DELETE FROM audit WHERE seq = 11");
    testdb_sql(t, "UPDATE audit SET seq = -seq WHERE seq > 11");
    testdb_sql(t, "UPDATE audit SET seq = -seq - 1 WHERE seq < 0");
    testdb_sql(t, "UPDATE audit_head SET seq = 19");
    expect_broken(t, "audit entry 11 does not follow");
}

static void test_reorder(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "UPDATE audit SET seq = 100 WHERE seq = 5");
    testdb_sql(t, "UPDATE audit SET seq = 5 WHERE seq = 6");
    testdb_sql(t, "UPDATE audit SET seq = 6 WHERE seq = 100");
    expect_broken(t, "audit entry 5 does not follow");
}

static void test_truncation(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "DELETE FROM audit WHERE seq > 15");
    expect_broken(t, "audit entry 16 and everything after it is missing");
}

static void test_forged_row_behind_the_head(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "INSERT INTO audit (seq, at, actor_name, action, object_kind, object_code, "
                  "address, detail, prev_hash, hash) SELECT 21, at, actor_name, action, "
                  "object_kind, object_code, address, detail, hash, 'x' FROM audit WHERE seq = 20");
    expect_broken(t, "audit entry 21 was edited");
}

static void test_head_rewritten(void **state)
{
    struct testdb *t = *state;

    testdb_sql(t, "UPDATE audit_head SET seq = 10");
    expect_broken(t, "head");
}

/* Everything after entry 10 written anew, hashes and head included: only a head kept elsewhere
 * tells. */
static void test_log_written_anew(void **state)
{
    struct testdb *t = *state;
    struct audit_head kept;
    struct err err = {0};
    int64_t checked;

    assert_int_equal(audit_head(t->db, &t->arena, &kept, &err), 0);
    write_one(t, ENTRIES + 1);
    assert_int_equal(audit_verify_through(t->db, kept.hash, &checked, &err), 0);
    testdb_sql(t, "UPDATE audit_head SET seq = 10, "
                  "hash = (SELECT a.hash FROM audit a WHERE a.seq = 10)");
    testdb_sql(t, "DELETE FROM audit WHERE seq > 10");
    for (int i = 50; i < 70; i++)
        write_one(t, i);
    assert_int_equal(audit_verify(t->db, &checked, &err), 0);
    assert_int_equal(audit_verify_through(t->db, kept.hash, &checked, &err), ERR_CORRUPT);
}

static void test_only_in_a_transaction(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct audit_entry e = {.action = "x", .object_kind = "y"};

    assert_int_equal(audit_write(t->db, &t->arena, &e, &err), ERR_INTERNAL);
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(audit_write(t->db, &t->arena, &e, &err), 0);
    db_rollback(t->db);
    test_intact(state);
}

#define AUDIT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AUDIT_TEST(test_intact),
        cmocka_unit_test(test_empty),
        AUDIT_TEST(test_edit),
        AUDIT_TEST(test_shifted_text),
        AUDIT_TEST(test_delete),
        AUDIT_TEST(test_delete_and_renumber),
        AUDIT_TEST(test_reorder),
        AUDIT_TEST(test_truncation),
        AUDIT_TEST(test_forged_row_behind_the_head),
        AUDIT_TEST(test_head_rewritten),
        AUDIT_TEST(test_log_written_anew),
        AUDIT_TEST(test_only_in_a_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
