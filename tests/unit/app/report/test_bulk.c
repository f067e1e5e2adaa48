#include "support/province.h"

#include "app/audit/audit.h"
#include "app/observable/observable.h"
#include "app/report/bulk.h"

#include <setjmp.h>
#include <cmocka.h>

static struct err err;

static struct str receive(struct province *p, int64_t org)
{
    struct report_new new_ = {.channel = "public",
                              .title = STR("Trang lạ"),
                              .body = STR("không rõ"),
                              .kind = STR("phishing"),
                              .reporter_name = STR("Một người dân"),
                              .reporter_org = STR(""),
                              .reporter_phone = STR(""),
                              .reporter_email = STR(""),
                              .org_id = org,
                              .address = STR("192.0.2.9"),
                              .message_id = STR(""),
                              .received_at = p->now};
    struct report_receipt receipt = {0};

    if (db_begin(p->t.db, &err) < 0 ||
        report_create(p->t.db, &p->t.arena, &new_, &receipt, &err) < 0 ||
        db_commit(p->t.db, &err) < 0)
        fail_msg("%s", err.what);
    return receipt.code;
}

static struct report_bulk_result decide(struct province *p, struct str *codes, size_t n,
                                        struct report_bulk change, const struct actor *by)
{
    struct report_bulk_result out;

    if (report_bulk_do(p->t.db, &p->t.arena, &(struct form_values){codes, n}, &change, by, p->now,
                       &out, &err) != 0)
        fail_msg("%s", err.what);
    return out;
}

static int undo(struct province *p, int64_t id, const struct actor *by, struct str *changed)
{
    int64_t restored;

    return report_bulk_undo(p->t.db, &p->t.arena, id, by, p->now, &restored, changed, &err);
}

static void test_spam_and_back(void **state)
{
    struct province *p = *state;
    struct str codes[] = {receive(p, p->health), receive(p, p->finance), receive(p, 0)};
    const char *open = "SELECT COUNT(*) FROM report WHERE state = 'new' AND decided_at IS NULL";
    struct report_bulk_result r;
    struct str changed;
    int64_t checked;

    r = decide(p, codes, 3, (struct report_bulk){.state = "spam", .reason = STR("")},
               &p->coordinator);
    assert_int_equal(r.changed, 3);
    assert_int_equal(testdb_sql(&p->t, open), 0);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, &changed), 0);
    assert_int_equal(testdb_sql(&p->t, open), 3);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, &changed), ERR_STATE);
    assert_int_equal(audit_verify(p->t.db, &checked, &err), 0);
}

/* One decision is taken back like many, by who made it; its report is as it was. */
static void test_one_and_back(void **state)
{
    struct province *p = *state;
    struct str codes[] = {receive(p, p->health), receive(p, p->health)}, changed;
    int64_t first = testdb_sql(&p->t, "SELECT MIN(id) FROM report"), undo_id = 0, last = 0;

    /* The code of the other one as it is typed in haste. */
    assert_int_equal(report_find(p->t.db, &p->t.arena, str_lower(&p->t.arena, codes[1]),
                                 &p->coordinator, p->now, &last, &err),
                     0);
    assert_int_equal(report_mark(p->t.db, &p->t.arena, last, 0, "duplicate", first, STR(""),
                                 &p->coordinator, p->now, &undo_id, &err),
                     0);
    assert_int_equal(undo(p, undo_id, &p->responder, &changed), ERR_STATE);
    assert_int_equal(undo(p, undo_id, &p->coordinator, &changed), 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE state = 'new' AND "
                                       "duplicate_of IS NULL AND decided_by IS NULL"),
                     2);
    assert_int_equal(undo(p, undo_id, &p->coordinator, &changed), ERR_STATE);
}

/* What is decided already is left alone and named; a report is no duplicate of itself. */
static void test_left_alone(void **state)
{
    struct province *p = *state;
    struct str codes[] = {receive(p, p->health), receive(p, p->health)};
    int64_t first = testdb_sql(&p->t, "SELECT MIN(id) FROM report");
    struct report_bulk change = {.state = "duplicate", .duplicate_of = first, .reason = STR("")};
    struct report_bulk_result r = decide(p, codes, 2, change, &p->coordinator);

    assert_int_equal(r.changed, 1);
    assert_true(str_eq(r.skipped, codes[0]));
    assert_int_equal(testdb_sql(&p->t, "SELECT MAX(duplicate_of) FROM report"), first);
    r = decide(p, &codes[1], 1, change, &p->coordinator);
    assert_int_equal(r.changed, 0);
    assert_int_equal(r.undo_id, 0);
}

/* Decided on by somebody else since: refused with the code, and nothing is put back. */
static void test_refused(void **state)
{
    struct province *p = *state;
    struct str codes[] = {receive(p, p->health), receive(p, p->health)};
    struct report_bulk_result r = decide(
        p, codes, 2, (struct report_bulk){.state = "spam", .reason = STR("")}, &p->coordinator);
    int64_t last = testdb_sql(&p->t, "SELECT MAX(id) FROM report");
    struct str changed;

    assert_int_equal(report_mark(p->t.db, &p->t.arena, last, 0, "new", 0, STR(""), &p->coordinator,
                                 p->now, NULL, &err),
                     0);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, &changed), ERR_CONFLICT);
    assert_true(str_eq(changed, codes[1]));
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE state = 'spam'"), 1);
    assert_false(db_in_transaction(p->t.db));
}

/* An officer reads the reports of the own department but decides on none; others' do not exist. */
static void test_scope(void **state)
{
    struct province *p = *state;
    struct str codes[] = {receive(p, p->health), receive(p, p->finance)};
    struct report_bulk_result r =
        decide(p, codes, 2, (struct report_bulk){.state = "spam", .reason = STR("")}, &p->officer);

    assert_int_equal(r.changed, 0);
    assert_true(str_eq(r.skipped, codes[0]));
}

static void test_harmless_text(void **state)
{
    struct province *p = *state;
    struct arena *a = &p->t.arena;

    assert_true(str_is(
        observable_defang_all(a, STR("vào http://evil.example.net/a rồi evil.example.net, "
                                     "EVIL.example.net và 198.51.100.7; thư x@evil.example.net")),
        "vào hxxp://evil[.]example[.]net/a rồi evil[.]example[.]net, evil[.]example[.]net và "
        "198[.]51[.]100[.]7; thư x[@]evil[.]example[.]net"));
    assert_true(str_is(observable_defang_all(a, STR("không có gì. Xong.")), "không có gì. Xong."));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, province_setup, province_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_spam_and_back), TEST(test_one_and_back),
                                       TEST(test_left_alone),    TEST(test_refused),
                                       TEST(test_scope),         TEST(test_harmless_text)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
