#include "support/testdb.h"

#include "app/audit/audit.h"

#include <setjmp.h>
#include <cmocka.h>

enum { ENTRIES = 20 };

static int add_one(struct testdb *t, int i, struct err *err)
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

    return audit_write(t->db, &t->arena, &e, err);
}

static void write_one(struct testdb *t, int i)
{
    struct err err = {0};

    if (db_begin(t->db, &err) < 0 || add_one(t, i, &err) < 0 || db_commit(t->db, &err) < 0)
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

/* ---- personal data goes, the chain stays ------------------------------------------------------
 */

static int erase(struct testdb *t, const int64_t *seqs, size_t n, struct err *err)
{
    struct audit_texts rows[8];
    const struct audit_entry entry = {.at = 1800000000000,
                                      .actor_name = STR("Quản trị"),
                                      .object_kind = "account",
                                      .object_id = 1,
                                      .object_code = STR("account-1"),
                                      .address = STR("")};
    int r;

    for (size_t i = 0; i < n; i++)
        rows[i] = (struct audit_texts){seqs[i], STR("account-1"), STR(""), STR(""), STR("{}")};
    if ((r = db_begin(t->db, err)) < 0)
        return r;
    r = audit_erase(t->db, &t->arena, rows, n, &entry, STR("đề nghị số 12"), err);
    if (r < 0) {
        db_rollback(t->db);
        return r;
    }
    return db_commit(t->db, err);
}

static void expect_intact(struct testdb *t, int64_t entries)
{
    struct err err = {0};
    int64_t checked;

    if (audit_verify(t->db, &checked, &err) < 0)
        fail_msg("%s", err.what);
    assert_int_equal(checked, entries);
}

/* The head is moved once for all of them, and not at all for what is rolled back. */
static void test_many_in_one_transaction(void **state)
{
    struct testdb t;
    struct audit_head head;
    struct err err = {0};

    testdb_open(&t);
    assert_int_equal(db_begin(t.db, &err), 0);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(add_one(&t, i, &err), 0);
    assert_int_equal(audit_head(t.db, &t.arena, &head, &err), 0);
    assert_int_equal(head.seq, 3);
    expect_intact(&t, 3);
    assert_int_equal(db_commit(t.db, &err), 0);
    expect_intact(&t, 3);

    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(add_one(&t, 4, &err), 0);
    db_rollback(t.db);
    assert_int_equal(audit_head(t.db, &t.arena, &head, &err), 0);
    assert_int_equal(head.seq, 3);
    write_one(&t, 5);
    expect_intact(&t, 4);
    testdb_close(&t);
}

static void test_erased_rows_keep_the_chain(void **state)
{
    static const int64_t some[] = {2, 5, 7}, again[] = {5, 21};
    struct testdb *t = *state;
    struct audit_head before;
    struct err err = {0};
    int64_t checked;

    assert_int_equal(audit_head(t->db, &t->arena, &before, &err), 0);
    assert_int_equal(erase(t, some, 3, &err), 0);
    expect_intact(t, ENTRIES + 1);
    assert_int_equal(testdb_sql(t, "SELECT COUNT(*) FROM audit WHERE actor_name = 'account-1' "
                                   "AND salt = '' AND address = ''"),
                     3);
    /* A head from before is still led through. */
    assert_int_equal(audit_verify_through(t->db, before.hash, &checked, &err), 0);

    /* Once more, with the entry that attested the first time. */
    assert_int_equal(erase(t, again, 2, &err), 0);
    expect_intact(t, ENTRIES + 2);
    assert_int_equal(
        testdb_sql(t, "SELECT COUNT(*) FROM audit WHERE seq = 21 AND detail LIKE '%digest%'"), 1);
    assert_int_equal(
        testdb_sql(t, "SELECT COUNT(*) FROM audit_erasure WHERE row_seq = 5 AND salt = ''"), 1);
}

static void test_erasing_hides_no_edit(void **state)
{
    static const int64_t some[] = {2, 5};
    struct testdb *t = *state;
    struct err err = {0};

    assert_int_equal(erase(t, some, 2, &err), 0);
    testdb_sql(t, "UPDATE audit SET detail = '{\"x\":1}' WHERE seq = 5");
    expect_broken(t, "audit entry 5 was edited after personal data was erased");
    testdb_sql(t, "UPDATE audit SET detail = '{}' WHERE seq = 5");
    expect_intact(t, ENTRIES + 1);
    testdb_sql(t, "UPDATE audit_erasure SET seen = 'x' WHERE row_seq = 2");
    expect_broken(t, "audit entry 2 was edited");
    testdb_sql(t, "DELETE FROM audit_erasure WHERE row_seq = 2");
    expect_broken(t, "audit entry 2 was edited");
}

static void test_nothing_is_erased_without_an_entry(void **state)
{
    static const int64_t some[] = {2};
    struct testdb *t = *state;
    struct err err = {0};

    assert_int_equal(erase(t, some, 1, &err), 0);
    testdb_sql(t, "UPDATE audit_erasure SET entry_seq = 3");
    expect_broken(t, "was erased without an entry");
    testdb_sql(t, "UPDATE audit_erasure SET entry_seq = 21");
    expect_intact(t, ENTRIES + 1);
    testdb_sql(t, "UPDATE audit SET salt = '' WHERE seq = 9");
    expect_broken(t, "audit entry 9 was edited");
    assert_int_equal(erase(t, (const int64_t[]){99}, 1, &err), ERR_NOT_FOUND);
}

/* An entry of a version that had no salt, as it was written then. */
static void test_former_entries_fit(void **state)
{
    static const char hash[] = "7aa380e51e2aad4b4042ef60b4796d51bd61fc130beaa833fbc9721f34c57e77";
    struct err err = {0};
    struct testdb t;
    char sql[1024];

    testdb_open(&t);
    snprintf(sql, sizeof(sql),
             "INSERT INTO audit (seq, at, actor_id, actor_name, action, object_kind, object_id, "
             "object_code, address, detail, prev_hash, hash) VALUES (1, 1700000000001, 7, 'Lan', "
             "'report.receive', 'report', 1, 'TB-2026-0001', '192.0.2.7', '{}', '%064d', '%s')",
             0, hash);
    testdb_sql(&t, sql);
    snprintf(sql, sizeof(sql), "UPDATE audit_head SET seq = 1, hash = '%s'", hash);
    testdb_sql(&t, sql);
    expect_intact(&t, 1);
    write_one(&t, 2);
    expect_intact(&t, 2);
    assert_int_equal(erase(&t, (const int64_t[]){1, 2}, 2, &err), 0);
    expect_intact(&t, 3);
    testdb_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AUDIT_TEST(test_intact),
        cmocka_unit_test(test_many_in_one_transaction),
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
        cmocka_unit_test_setup_teardown(test_erased_rows_keep_the_chain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_erasing_hides_no_edit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_erased_without_an_entry, setup, teardown),
        cmocka_unit_test(test_former_entries_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
