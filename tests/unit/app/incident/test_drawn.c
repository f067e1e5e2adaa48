#include "test.h"

#include "app/incident/drawn.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/* 22/11/2026 00:00 in the site's zone (+07:00). */
#define MIDNIGHT 1795280400000

static struct incident_events_row event(int64_t id, int64_t at, const char *kind)
{
    return (struct incident_events_row){.id = id, .at = at, .kind = str_c(kind), .text = STR("")};
}

static void test_lanes_and_marks(void **state)
{
    struct incident_events_row at[] = {
        event(4, MIDNIGHT + 10 * HOUR_MS, "state"), event(3, MIDNIGHT + 5 * HOUR_MS, "attack"),
        event(2, MIDNIGHT + 5 * HOUR_MS, "attack"), event(1, MIDNIGHT, "attack")};
    struct incident_events_rows events = {.at = at, .len = ARRAY_LEN(at)};
    struct drawn d;

    at[1].system_code = at[2].system_code = STR("HT-1");
    at[1].system_name = at[2].system_name = STR("Cổng thông tin");
    at[3].observable_kind = STR("domain");
    at[3].observable_value = STR("evil.example.net");
    drawn_layout(&test_arena, LANG_VI, &events, 860, &d);
    assert_int_equal(d.lanes.len, 3);
    assert_true(str_is(d.lanes.at[0].label, "Cổng thông tin"));
    assert_true(str_is(d.lanes.at[1].label, "evil[.]example[.]net"));
    assert_int_equal(d.marks.len, 4);
    /* Oldest first, from the left edge to the right one, the middle in the middle. */
    assert_int_equal(d.marks.at[0].event->id, 1);
    assert_true(d.marks.at[0].x < d.marks.at[1].x && d.marks.at[2].x < d.marks.at[3].x);
    assert_int_equal(d.marks.at[0].x + d.marks.at[3].x, 860);
    assert_int_equal(d.marks.at[1].x, 430);
    assert_int_equal(d.marks.at[0].y, d.lanes.at[1].y);
    /* Two at the same minute do not cover each other. */
    assert_int_equal(d.marks.at[1].x, d.marks.at[2].x);
    assert_int_not_equal(d.marks.at[1].y, d.marks.at[2].y);
    assert_true(d.height > d.bottom && d.bottom > d.lanes.at[2].y);
}

/* The axis says the hours of the site's zone, and the day where it begins. */
static void test_axis(void **state)
{
    struct incident_events_row at[] = {event(2, MIDNIGHT + 2 * HOUR_MS, "note"),
                                       event(1, MIDNIGHT - 2 * HOUR_MS, "note")};
    struct incident_events_rows events = {.at = at, .len = ARRAY_LEN(at)};
    struct drawn wide, narrow;
    bool midnight = false;

    i18n_set_zone(420);
    drawn_layout(&test_arena, LANG_VI, &events, 860, &wide);
    drawn_layout(&test_arena, LANG_VI, &events, 340, &narrow);
    assert_true(narrow.ticks.len >= 2 && narrow.ticks.len < wide.ticks.len);
    assert_true(str_is(wide.ticks.at[0].label, "22:00"));
    assert_true(str_is(wide.ticks.at[0].day, "21/11"));
    for (size_t i = 1; i < wide.ticks.len; i++) {
        if (str_is(wide.ticks.at[i].label, "00:00")) {
            midnight = true;
            assert_true(str_is(wide.ticks.at[i].day, "22/11"));
            assert_int_equal(wide.ticks.at[i].x, 430);
        } else {
            assert_int_equal(wide.ticks.at[i].day.len, 0);
        }
        assert_true(wide.ticks.at[i].x > wide.ticks.at[i - 1].x);
    }
    assert_true(midnight);
}

static void test_few(void **state)
{
    struct incident_events_row at[] = {event(1, MIDNIGHT, "opened")};
    struct incident_events_rows one = {.at = at, .len = 1}, none = {0};
    struct drawn d;

    drawn_layout(&test_arena, LANG_VI, &none, 860, &d);
    assert_int_equal(d.marks.len, 0);
    drawn_layout(&test_arena, LANG_VI, &one, 860, &d);
    assert_int_equal(d.marks.at[0].x, 430);
}

static void test_groups(void **state)
{
    enum event_group g;

    assert_int_equal(event_group_of(STR("task-done")), GROUP_MEASURE);
    assert_int_equal(event_group_of(STR("reopened")), GROUP_STORY);
    for (int i = 0; i < GROUP_COUNT; i++) {
        assert_true(event_group_from_name(str_c(event_group_name((enum event_group)i)), &g));
        assert_int_equal(g, i);
    }
    assert_false(event_group_from_name(STR("nonsense"), &g));
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(test_lanes_and_marks), ARENA_TEST(test_axis),
                                       ARENA_TEST(test_few), ARENA_TEST(test_groups)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
