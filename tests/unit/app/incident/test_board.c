#include "../api/apitest.h"
#include "test.h"

#include "app/incident/case.h"

static struct str code;
static int64_t id;

static int begin(void **state)
{
    struct apitest *t;

    if (apitest_setup(state) != 0)
        return -1;
    t = *state;
    id = province_incident(&t->p, false, "amber", &code);
    return 0;
}

#define BOARD_TEST(f) cmocka_unit_test_setup_teardown(f, begin, apitest_teardown)

/* The page, so that the next form bears its token. */
static void look(struct apitest *t, const struct actor *who, const char *path)
{
    sit_down(t, who);
    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 200);
}

static void move(struct apitest *t, const char *seen, const char *state, const char *reason)
{
    browser_post(&t->b, "/incidents/board?severity=3",
                 str_printf(&t->p.t.arena, "code=" STR_FMT "&seen=%s&state=%s&reason=%s",
                            STR_ARG(code), seen, state, reason)
                     .ptr);
}

/* The state as a number of the order, and the text between a column's begin and the next one. */
static bool stands_in(struct apitest *t, const char *state)
{
    return testdb_sql(&t->p.t, str_printf(&t->p.t.arena,
                                          "SELECT COUNT(*) FROM incident WHERE id = %" PRId64
                                          " AND state = '%s'",
                                          id, state)
                                   .ptr) == 1;
}

static int64_t offered(struct apitest *t)
{
    return testdb_sql(&t->p.t, "SELECT MAX(id) FROM undo");
}

static void test_a_card_goes_forward_and_back_with_undo(void **state)
{
    struct apitest *t = *state;
    struct str column;

    look(t, &t->p.responder, "/incidents/board?severity=3");
    column = browser_between(&t->b, "data-column=\"received\"", "</section>");
    assert_true(str_find(column, code) >= 0);
    move(t, "received", "responding", "");
    assert_int_equal(t->b.page.status, 303);
    assert_str(browser_location(&t->b), "/incidents/board?severity=3");
    assert_true(stands_in(t, "responding"));
    browser_get(&t->b, "/incidents/board?severity=3");
    column = browser_between(&t->b, "data-column=\"responding\"", "</section>");
    assert_true(str_find(column, code) >= 0);
    browser_post(&t->b, "/incidents/undo",
                 str_printf(&t->p.t.arena, "undo=%" PRId64, offered(t)).ptr);
    assert_true(stands_in(t, "received"));
    /* A second time there is nothing to take back. */
    move(t, "received", "verifying", "");
    testdb_sql(&t->p.t, "UPDATE incident SET version = version + 1");
    browser_post(&t->b, "/incidents/undo",
                 str_printf(&t->p.t.arena, "undo=%" PRId64, offered(t)).ptr);
    assert_true(stands_in(t, "verifying"));
}

static void test_a_refused_move_says_why(void **state)
{
    static const struct {
        const char *seen, *state, *says;
        int status;
    } refused[] = {
        {"responding", "verifying", "không thể từ", 409},
        {"received", "recovering", "vừa được người khác chuyển", 409},
        {"responding", "elsewhere", "Hãy chọn thẻ", 400},
        {"responding", "closed", "hãy ghi kết quả", 400},
    };
    struct apitest *t = *state;

    look(t, &t->p.coordinator, "/incidents/board");
    move(t, "received", "responding", "");
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        move(t, refused[i].seen, refused[i].state, "");
        assert_int_equal(t->b.page.status, refused[i].status);
        if (!browser_shows(&t->b, refused[i].says))
            fail_msg("%s is not said in " STR_FMT, refused[i].says, STR_ARG(t->b.page.body));
        assert_true(stands_in(t, "responding"));
    }
    /* The reason is asked for beside the card. */
    assert_true(browser_shows(&t->b, "aria-invalid=\"true\""));
    /* Or above the board, when the card is not on it. */
    browser_post(
        &t->b, "/incidents/board?severity=1",
        str_printf(&t->p.t.arena, "code=" STR_FMT "&seen=responding&state=closed", STR_ARG(code))
            .ptr);
    assert_true(browser_shows(&t->b, "role=\"alert\""));
    move(t, "responding", "closed", "Da+xong");
    assert_true(stands_in(t, "closed"));
    browser_get(&t->b, "/incidents/board");
    move(t, "closed", "recovering", "");
    assert_true(browser_shows(&t->b, "chỉ có thể mở lại"));
    move(t, "closed", "responding", "Con+sot");
    assert_true(stands_in(t, "responding"));
    browser_post(&t->b, "/incidents/undo",
                 str_printf(&t->p.t.arena, "undo=%" PRId64, offered(t)).ptr);
    assert_true(stands_in(t, "closed"));
}

static void test_rights_are_those_of_the_incident(void **state)
{
    struct apitest *t = *state;

    /* Whoever only reads has no forms, whoever works on it cannot close it. */
    look(t, &t->p.auditor, "/incidents/board");
    assert_true(str_find(t->b.page.body, code) >= 0);
    assert_false(browser_shows(&t->b, "name=\"seen\""));
    move(t, "received", "verifying", "");
    assert_int_equal(t->b.page.status, 403);
    look(t, &t->p.responder, "/incidents/board");
    assert_false(browser_shows(&t->b, "value=\"closed\""));
    move(t, "received", "closed", "x");
    assert_int_equal(t->b.page.status, 403);
    assert_true(browser_shows(&t->b, "Bạn không được chuyển"));
    /* Who is beside sees no card and learns nothing. */
    look(t, &t->p.stranger, "/incidents/board");
    assert_true(str_find(t->b.page.body, code) < 0);
    move(t, "received", "verifying", "");
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "Hãy chọn thẻ"));
    assert_true(stands_in(t, "received"));
}

static void test_a_column_shows_some_and_leads_to_all(void **state)
{
    struct apitest *t = *state;
    struct str other, column;

    for (int i = 0; i < 21; i++)
        province_incident(&t->p, false, "amber", &other);
    testdb_sql(&t->p.t,
               str_printf(&t->p.t.arena,
                          "UPDATE incident SET follow_up_at = %" PRId64 " WHERE id = %" PRId64,
                          t->p.now + 1000000, id)
                   .ptr);
    look(t, &t->p.coordinator, "/incidents/board?severity=3&sort=due");
    column = browser_between(&t->b, "data-column=\"received\"", "</section>");
    assert_int_equal(count_of(t, "class=\"board-card\""), 20);
    assert_true(str_find(column, code) < 0);
    assert_true(str_find(column, STR("/incidents?state=received&amp;severity=3")) >= 0);
    assert_true(str_find(column, STR("<span class=\"count\">21</span>")) >= 0);
    browser_get(&t->b, "/incidents/board?severity=4");
    assert_int_equal(count_of(t, "class=\"board-card\""), 0);
    browser_get(&t->b, "/incidents/board?state=later");
    assert_int_equal(count_of(t, "class=\"board-card\""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOARD_TEST(test_a_card_goes_forward_and_back_with_undo),
        BOARD_TEST(test_a_refused_move_says_why),
        BOARD_TEST(test_rights_are_those_of_the_incident),
        BOARD_TEST(test_a_column_shows_some_and_leads_to_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
