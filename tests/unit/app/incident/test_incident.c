#include "support/province.h"

#include "app/audit/audit.h"
#include "app/incident/incident.h"
#include "app/incident/case.h"
#include "base/clock.h"

#include <setjmp.h>
#include <cmocka.h>

static int64_t number(struct province *p, const char *fmt, ...) _printf_(2, 3);
static int64_t number(struct province *p, const char *fmt, ...)
{
    char sql[300];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sql, sizeof(sql), fmt, ap);
    va_end(ap);
    return testdb_sql(&p->t, sql);
}

static int set(struct province *p, int64_t id, const char *state, const char *reason,
               const struct actor *by)
{
    struct err err = {0};

    return incident_set_state(p->t.db, &p->t.arena, id, 0, str_c(state), str_c(reason), by, p->now,
                              &err);
}

static int may_find(struct province *p, struct str code, const struct actor *who)
{
    struct err err = {0};
    int64_t id;

    return incident_find(p->t.db, &p->t.arena, code, who, p->now, &id, &err);
}

static void test_opening(void **state)
{
    struct province *p = *state;
    struct str code, second;
    int64_t id = province_incident(p, false, "amber", &code);

    assert_true(str_is(code, "SC-2026-0001"));
    assert_int_equal(number(p, "SELECT COUNT(*) FROM task WHERE incident_id = %" PRId64, id), 4);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_party WHERE incident_id = %" PRId64, id), 1);
    /* The owner and everything above it. */
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_reach WHERE incident_id = %" PRId64, id), 2);
    assert_int_equal(number(p, "SELECT next_due_at FROM incident WHERE id = %" PRId64, id) - p->now,
                     4 * HOUR_MS);
    id = province_incident(p, true, "amber", &second);
    assert_true(str_is(second, "SC-2026-0002"));
    assert_int_equal(number(p, "SELECT COUNT(*) FROM task WHERE incident_id = %" PRId64, id), 7);
}

/* Who is above or takes part sees it; who is beside does not even learn that it exists. */
static void test_scope(void **state)
{
    struct province *p = *state;
    struct err err = {0};
    struct str code, red;
    int64_t id = province_incident(p, false, "amber", &code);

    assert_int_equal(may_find(p, code, &p->coordinator), 0);
    assert_int_equal(may_find(p, code, &p->responder), 0);
    assert_int_equal(may_find(p, code, &p->auditor), 0);
    assert_int_equal(may_find(p, code, &p->officer), 0);
    assert_int_equal(may_find(p, code, &p->stranger), ERR_NOT_FOUND);
    assert_int_equal(
        incident_comment(p->t.db, &p->t.arena, id, STR("x"), &p->stranger, p->now, &err),
        ERR_NOT_FOUND);
    assert_int_equal(
        incident_comment(p->t.db, &p->t.arena, id, STR("x"), &p->auditor, p->now, &err),
        ERR_FORBIDDEN);
    assert_int_equal(
        incident_set_lead(p->t.db, &p->t.arena, id, p->officer.id, &p->officer, p->now, &err),
        ERR_FORBIDDEN);

    /* Brought in, the other department sees it; taken out again, no longer. */
    assert_int_equal(incident_add_party(p->t.db, &p->t.arena, id, p->finance, "helper",
                                        &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(may_find(p, code, &p->stranger), 0);
    assert_int_equal(
        incident_remove_party(p->t.db, &p->t.arena, id, p->finance, &p->coordinator, p->now, &err),
        0);
    assert_int_equal(may_find(p, code, &p->stranger), ERR_NOT_FOUND);
    assert_int_equal(
        incident_remove_party(p->t.db, &p->t.arena, id, p->health, &p->coordinator, p->now, &err),
        ERR_STATE);

    /* TLP:RED: members only, whatever their office. */
    id = province_incident(p, false, "red", &red);
    assert_int_equal(may_find(p, red, &p->coordinator), 0);
    assert_int_equal(may_find(p, red, &p->responder), ERR_NOT_FOUND);
    assert_int_equal(may_find(p, red, &p->officer), ERR_NOT_FOUND);
    assert_int_equal(incident_set_member(p->t.db, &p->t.arena, id, p->responder.id, true,
                                         &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(may_find(p, red, &p->responder), 0);
}

static int recovered(struct province *p, int64_t id, struct opt_int contained_at, struct err *err)
{
    const struct incident_move move = {
        .state = STR("recovering"), .reason = STR(""), .contained_at = contained_at};

    return incident_move(p->t.db, &p->t.arena, id, &move, &p->responder, p->now, NULL, err);
}

static void test_containment_is_said_not_supposed(void **state)
{
    struct province *p = *state;
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    struct opt_int then = opt_int(p->now - HOUR_MS), later = opt_int(p->now + HOUR_MS);

    assert_int_equal(recovered(p, id, later, &err), ERR_INVALID);
    assert_string_equal(err.field, "contained_at");
    assert_int_equal(recovered(p, id, then, &err), 0);
    assert_int_equal(number(p, "SELECT contained_at FROM incident WHERE id = %" PRId64, id),
                     then.v);
    /* Not said again: what was said holds. */
    assert_int_equal(set(p, id, "closed", "xong", &p->coordinator), 0);
    assert_int_equal(number(p, "SELECT contained_at FROM incident WHERE id = %" PRId64, id),
                     then.v);
}

/* What is closed is not waited for, and what was reopened is at hand at once. */
static void test_closing_and_reopening_end_the_waiting(void **state)
{
    struct province *p = *state;
    struct case_due_until_rows due;
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    const char *waits = "SELECT COUNT(follow_up_at) + LENGTH(MAX(follow_up_note)) FROM incident";
    const char *told = "SELECT COUNT(*) FROM incident_event WHERE kind = 'follow-up-done'";

    assert_int_equal(incident_follow_up(p->t.db, &p->t.arena, id, opt_int(p->now + DAY_MS),
                                        STR("chờ"), &p->responder, p->now, &err),
                     0);
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 0, STR("verifying"), STR(""),
                                        &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(testdb_sql(&p->t, waits), 4);
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 0, STR("closed"), STR("xong"),
                                        &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(testdb_sql(&p->t, waits), 0);
    assert_int_equal(testdb_sql(&p->t, told), 1);
    /* One that was put away by another road comes back with its reopening. */
    testdb_sql(&p->t, "UPDATE incident SET follow_up_at = 9999999999999 RETURNING 1");
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 0, STR("responding"),
                                        STR("dấu hiệu cũ"), &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(testdb_sql(&p->t, waits), 0);
    assert_int_equal(testdb_sql(&p->t, told), 2);
    /* The steps that a day of following up would pass over, the next one first. */
    assert_int_equal(case_due_until(p->t.db, &p->t.arena, id, p->now - 1, &due, &err), 0);
    assert_int_equal(due.len, 0);
    assert_int_equal(case_due_until(p->t.db, &p->t.arena, id, p->now + 90 * DAY_MS, &due, &err), 0);
    assert_true(due.len > 1);
    assert_true(due.at[0].due_at <= due.at[1].due_at);
}

static void test_codes_as_people_type_them(void **state)
{
    struct province *p = *state;
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code), found = 0;

    assert_int_equal(incident_find(p->t.db, &p->t.arena, str_lower(&p->t.arena, code),
                                   &p->coordinator, p->now, &found, &err),
                     0);
    assert_int_equal(found, id);
    assert_int_equal(
        incident_find(p->t.db, &p->t.arena, STR("1"), &p->coordinator, p->now, &found, &err), 0);
    assert_int_equal(
        incident_find(p->t.db, &p->t.arena, STR("1"), &p->stranger, p->now, &found, &err),
        ERR_NOT_FOUND);
}

static void test_states(void **state)
{
    struct province *p = *state;
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    int64_t checked;

    assert_int_equal(set(p, id, "received", "", &p->coordinator), ERR_STATE);
    assert_int_equal(set(p, id, "nonsense", "", &p->coordinator), ERR_INVALID);
    assert_int_equal(set(p, id, "verifying", "", &p->responder), 0);
    /* Forwards a step may be skipped, backwards none. */
    assert_int_equal(set(p, id, "recovering", "", &p->responder), 0);
    assert_int_equal(set(p, id, "responding", "", &p->responder), ERR_STATE);
    /* Nobody said since when it spreads no further, so nobody knows. */
    assert_int_equal(number(p, "SELECT COUNT(contained_at) FROM incident WHERE id = %" PRId64, id),
                     0);
    /* Closing needs the outcome, and the right to manage. */
    assert_int_equal(set(p, id, "closed", "  ", &p->coordinator), ERR_INVALID);
    assert_int_equal(set(p, id, "closed", "xong", &p->responder), ERR_FORBIDDEN);
    assert_int_equal(set(p, id, "closed", "xong", &p->coordinator), 0);
    assert_int_equal(number(p, "SELECT closed_at FROM incident WHERE id = %" PRId64, id), p->now);
    /* Reopening needs a reason and leads back to the response. */
    assert_int_equal(set(p, id, "verifying", "lại", &p->coordinator), ERR_STATE);
    assert_int_equal(set(p, id, "responding", "", &p->coordinator), ERR_INVALID);
    assert_int_equal(set(p, id, "responding", "dấu hiệu cũ", &p->coordinator), 0);
    assert_int_equal(number(p,
                            "SELECT COUNT(*) FROM incident WHERE id = %" PRId64
                            " AND closed_at IS NULL AND contained_at IS NULL",
                            id),
                     1);
    assert_int_equal(number(p,
                            "SELECT COUNT(*) FROM incident_event WHERE incident_id = %" PRId64
                            " AND kind IN ('state', 'reopened')",
                            id),
                     4);
    assert_int_equal(audit_verify(p->t.db, &checked, &err), 0);
}

/* What two people change at once is refused to the second. */
static void test_lost_update(void **state)
{
    struct province *p = *state;
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 1, STR("verifying"), STR(""),
                                        &p->responder, p->now, &err),
                     0);
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 1, STR("responding"), STR(""),
                                        &p->coordinator, p->now, &err),
                     ERR_CONFLICT);
    assert_false(db_in_transaction(p->t.db));
}

static void test_tasks(void **state)
{
    struct province *p = *state;
    struct incident_task_new more = {.title = STR("Gọi nhà mạng"), .body = STR("")};
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    int64_t task = number(p, "SELECT MIN(id) FROM task WHERE incident_id = %" PRId64, id);
    struct str other;
    int64_t elsewhere = province_incident(p, false, "amber", &other);

    assert_int_equal(incident_task_set(p->t.db, &p->t.arena, id, task, STR("skipped"), STR(""),
                                       &p->responder, p->now, &err),
                     ERR_INVALID);
    assert_string_equal(err.field, "reason");
    assert_int_equal(incident_task_set(p->t.db, &p->t.arena, id, task, STR("done"), STR(""),
                                       &p->responder, p->now, &err),
                     0);
    assert_int_equal(number(p, "SELECT done_by FROM task WHERE id = %" PRId64, task),
                     p->responder.id);
    /* The clock of the incident is now that of the second step. */
    assert_int_equal(number(p, "SELECT next_due_at FROM incident WHERE id = %" PRId64, id) - p->now,
                     24 * HOUR_MS);
    /* Pressed twice: no second line on the timeline. */
    assert_int_equal(incident_task_set(p->t.db, &p->t.arena, id, task, STR("done"), STR(""),
                                       &p->responder, p->now, &err),
                     0);
    assert_int_equal(number(p,
                            "SELECT COUNT(*) FROM incident_event WHERE incident_id = %" PRId64
                            " AND kind = 'task-done'",
                            id),
                     1);
    /* A task of another incident cannot be reached through this one. */
    assert_int_equal(incident_task_set(p->t.db, &p->t.arena, elsewhere, task, STR("open"), STR(""),
                                       &p->responder, p->now, &err),
                     ERR_NOT_FOUND);
    assert_int_equal(incident_task_add(p->t.db, &p->t.arena, id, &more, &p->officer, p->now, &err),
                     0);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM task WHERE incident_id = %" PRId64, id), 5);
}

static void test_observables(void **state)
{
    struct province *p = *state;
    struct str chosen[] = {STR("ipv4 198.51.100.7"), STR("domain evil.example.net")};
    struct str wrong[] = {STR("spaceship x")};
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    int64_t added;

    assert_int_equal(incident_add_observables(p->t.db, &p->t.arena, id,
                                              &(struct form_values){chosen, 2}, STR(""),
                                              &p->responder, p->now, &added, &err),
                     0);
    assert_int_equal(added, 2);
    assert_int_equal(incident_add_observables(p->t.db, &p->t.arena, id,
                                              &(struct form_values){chosen, 2}, STR(""),
                                              &p->responder, p->now, &added, &err),
                     0);
    assert_int_equal(added, 0);
    assert_int_equal(incident_add_observables(p->t.db, &p->t.arena, id,
                                              &(struct form_values){wrong, 1}, STR(""),
                                              &p->responder, p->now, &added, &err),
                     ERR_INVALID);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, id), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, province_setup, province_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_opening),
                                       TEST(test_scope),
                                       TEST(test_states),
                                       TEST(test_containment_is_said_not_supposed),
                                       TEST(test_codes_as_people_type_them),
                                       TEST(test_closing_and_reopening_end_the_waiting),
                                       TEST(test_lost_update),
                                       TEST(test_tasks),
                                       TEST(test_observables)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
