#include "support/province.h"

#include "app/audit/audit.h"
#include "app/incident/case.h"
#include "app/incident/lists.h"
#include "base/clock.h"

#include <setjmp.h>
#include <cmocka.h>

static int64_t number(struct province *p, const char *fmt, ...) _printf_(2, 3);
static int64_t number(struct province *p, const char *fmt, ...)
{
    char sql[500];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sql, sizeof(sql), fmt, ap);
    va_end(ap);
    return testdb_sql(&p->t, sql);
}

/* What went wrong last. */
static struct err err;
static void must(int r)
{
    if (r != 0)
        fail_msg("%d: %s", r, err.what);
}
#define MUST(call) must(call)

static void observe(struct province *p, int64_t id, const char *text)
{
    struct str chosen[] = {str_c(text)};
    int64_t added;

    MUST(incident_add_observables(p->t.db, &p->t.arena, id, &(struct form_values){chosen, 1},
                                  STR("ghi chú"), &p->responder, p->now, &added, &err));
}

/* ---- what the rows are, as one text ------------------------------------------------------------
 */

/* Everything that hangs on incidents, but for what a change may not leave as it was: the version
 * and the time of the last change. */
static struct str rows(struct province *p)
{
    static const char *const tables[] = {
        "SELECT COUNT(*) FROM incident WHERE merged_into IS NULL",
        "SELECT SUM(incident_id * id * (step + 3) * (position + 7)) FROM task",
        "SELECT SUM(incident_id * id) FROM comment",
        "SELECT SUM(incident_id * id) FROM incident_event",
        "SELECT COUNT(*) FROM incident_event",
        "SELECT SUM(incident_id * id) FROM attachment",
        "SELECT SUM(incident_id * id) FROM report",
        "SELECT SUM(incident_id * 1000 + observable_id * 7 + added_at % 9999991 + added_by * 31 + "
        "LENGTH(note) + shared_in * 17) FROM incident_observable",
        "SELECT COUNT(*) FROM incident_observable",
        "SELECT SUM(incident_id * 1000 + system_id) FROM incident_system",
        "SELECT SUM(incident_id * 1000 + org_id * 7 + LENGTH(part) + added_at % 9999991) FROM "
        "incident_party",
        "SELECT SUM(incident_id * 1000 + org_id) FROM incident_reach",
        "SELECT SUM(incident_id * 1000 + account_id + added_at % 9999991) FROM incident_member",
        "SELECT SUM(incident_id * 1000 + account_id + added_at % 9999991) FROM incident_watcher",
        "SELECT SUM(id * (LENGTH(tlp) + 3) * (LENGTH(state) + 5) + state_at % 9999991) FROM "
        "incident",
        "SELECT SUM(id * (next_due_at % 9999991)) FROM incident",
        "SELECT SUM(id * (follow_up_at % 9999991)) FROM incident",
        "SELECT COUNT(closed_at) + 100 * COUNT(contained_at) FROM incident",
    };
    struct buf b = buf_make(&p->t.arena);

    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        buf_printf(&b, "%" PRId64 "\n", testdb_sql(&p->t, tables[i]));
    return buf_str(&b);
}

/* Two cases with something of each kind; they share a system's owner, one observable, one member.
 */
struct two {
    int64_t a, b;
    struct str a_code, b_code;
};

static struct two two_cases(struct province *p)
{
    struct two t;
    struct str code;

    t.a = province_incident(p, false, "amber", &code);
    t.a_code = str_dup(&p->t.arena, code);
    t.b = province_incident(p, true, "amber+strict", &code);
    t.b_code = str_dup(&p->t.arena, code);
    observe(p, t.a, "domain shared.example.net");
    observe(p, t.b, "domain shared.example.net");
    observe(p, t.b, "ipv4 198.51.100.7");
    MUST(incident_set_system(p->t.db, &p->t.arena, t.a, p->health_system, true, &p->coordinator,
                             p->now, &err));
    MUST(incident_set_system(p->t.db, &p->t.arena, t.b, p->finance_system, true, &p->coordinator,
                             p->now + 5, &err));
    MUST(incident_comment(p->t.db, &p->t.arena, t.a, STR("của A"), &p->responder, p->now, &err));
    MUST(incident_comment(p->t.db, &p->t.arena, t.b, STR("của B"), &p->responder, p->now, &err));
    MUST(incident_set_member(p->t.db, &p->t.arena, t.b, p->responder.id, true, &p->coordinator,
                             p->now, &err));
    MUST(incident_watch(p->t.db, &p->t.arena, t.b, p->officer.id, true, &p->coordinator, p->now,
                        &err));
    MUST(incident_follow_up(p->t.db, &p->t.arena, t.b, opt_int(p->now + DAY_MS), STR("gọi lại"),
                            &p->coordinator, p->now, &err));
    return t;
}

static int merge(struct province *p, int64_t from, int64_t into, const struct actor *by,
                 int64_t *merge_id)
{

    return incident_merge(p->t.db, &p->t.arena, from, into, by, p->now, merge_id, &err);
}

static int unmerge(struct province *p, int64_t id, int64_t merge_id, const struct actor *by)
{

    return incident_unmerge(p->t.db, &p->t.arena, id, merge_id, by, p->now, &err);
}

static void test_merge_and_back(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    int64_t merge_id, checked, found;
    struct str before;

    number(p, "UPDATE incident_observable SET shared_in = incident_id WHERE incident_id = %" PRId64,
           t.b);
    before = rows(p);

    assert_int_equal(merge(p, t.b, t.a, &p->coordinator, &merge_id), 0);
    /* Everything of B stands in A. */
    assert_int_equal(number(p, "SELECT COUNT(*) FROM task WHERE incident_id = %" PRId64, t.a), 11);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM task WHERE incident_id = %" PRId64, t.b), 0);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM comment WHERE incident_id = %" PRId64, t.a),
                     2);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, t.a), 2);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, t.b), 0);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_system WHERE incident_id = %" PRId64, t.a), 2);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_watcher WHERE incident_id = %" PRId64, t.a), 1);
    /* The stricter TLP holds; those of B see A; B is closed and leads there. */
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident WHERE id = %" PRId64 " AND tlp = 'amber+strict'",
               t.a),
        1);
    assert_int_equal(
        incident_find(p->t.db, &p->t.arena, t.a_code, &p->stranger, p->now, &found, &err), 0);
    assert_int_equal(number(p, "SELECT merged_into FROM incident WHERE id = %" PRId64, t.b), t.a);
    /* It cannot be changed any more, nor merged again. */
    assert_int_equal(
        incident_comment(p->t.db, &p->t.arena, t.b, STR("x"), &p->responder, p->now, &err),
        ERR_STATE);
    assert_int_equal(merge(p, t.b, t.a, &p->coordinator, &(int64_t){0}), ERR_STATE);
    assert_int_equal(merge(p, t.a, t.a, &p->coordinator, &(int64_t){0}), ERR_STATE);

    assert_int_equal(unmerge(p, t.a, merge_id, &p->responder), ERR_FORBIDDEN);
    assert_int_equal(unmerge(p, t.b, merge_id, &p->coordinator), ERR_STATE);
    assert_int_equal(unmerge(p, t.a, merge_id, &p->coordinator), 0);
    assert_string_equal(rows(p).ptr, before.ptr);
    assert_int_equal(
        incident_find(p->t.db, &p->t.arena, t.a_code, &p->stranger, p->now, &found, &err),
        ERR_NOT_FOUND);
    assert_int_equal(unmerge(p, t.a, merge_id, &p->coordinator), ERR_STATE);
    assert_int_equal(audit_verify(p->t.db, &checked, &err), 0);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM audit WHERE action IN ('incident.merge', "
                               "'incident.merged', 'incident.unmerge', 'incident.unmerged')"),
                     4);
}

/* What was said in A after the merge stays in A; what came from B goes back with what it became. */
static void test_work_between(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    int64_t task = number(p, "SELECT MIN(id) FROM task WHERE incident_id = %" PRId64, t.b);
    int64_t merge_id;

    assert_int_equal(merge(p, t.b, t.a, &p->coordinator, &merge_id), 0);
    MUST(incident_comment(p->t.db, &p->t.arena, t.a, STR("sau khi gộp"), &p->responder, p->now,
                          &err));
    MUST(incident_task_set(p->t.db, &p->t.arena, t.a, task, STR("done"), STR(""), &p->responder,
                           p->now, &err));
    assert_int_equal(unmerge(p, t.a, merge_id, &p->coordinator), 0);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM comment WHERE incident_id = %" PRId64, t.a),
                     2);
    assert_int_equal(number(p, "SELECT incident_id FROM task WHERE id = %" PRId64, task), t.b);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM task WHERE id = %" PRId64 " AND state = 'done'", task), 1);
    assert_int_equal(number(p, "SELECT step FROM task WHERE id = %" PRId64, task), 1);
}

static int64_t observables(struct province *p, int64_t id)
{
    return number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, id);
}

/* A link that two merged cases brought along stays until the second one leaves. */
static void test_two_merged(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct str code;
    int64_t c = province_incident(p, false, "green", &code), first, second;
    int64_t into;

    observe(p, c, "ipv4 198.51.100.7");
    into = observables(p, t.a);
    assert_int_equal(merge(p, t.b, t.a, &p->coordinator, &first), 0);
    assert_int_equal(merge(p, c, t.a, &p->coordinator, &second), 0);
    assert_int_equal(observables(p, t.a), into + 1);
    assert_int_equal(unmerge(p, t.a, first, &p->coordinator), 0);
    assert_int_equal(observables(p, t.a), into + 1);
    assert_int_equal(unmerge(p, t.a, second, &p->coordinator), 0);
    assert_int_equal(observables(p, t.a), into);
    assert_int_equal(observables(p, c), 1);
    assert_int_equal(observables(p, t.b), 2);
}

/* Only whoever manages both: an officer of one department neither moves a case nor learns of
 * another. */
static void test_merge_scope(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    int64_t merge_id;

    assert_int_equal(merge(p, t.b, t.a, &p->responder, &merge_id), ERR_FORBIDDEN);
    assert_int_equal(merge(p, t.b, t.a, &p->officer, &merge_id), ERR_FORBIDDEN);
    assert_int_equal(merge(p, t.a, t.b, &p->stranger, &merge_id), ERR_NOT_FOUND);
    assert_false(db_in_transaction(p->t.db));
    assert_int_equal(number(p, "SELECT COUNT(*) FROM incident_merge"), 0);
}

static void test_split_and_back(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct incident_split_new new_ = {.title = STR("Phần tách ra")};
    struct str before, code;
    int64_t merge_id, made, checked;

    *vec_push(&new_.observables, &p->t.arena) =
        number(p, "SELECT id FROM observable WHERE value = '198.51.100.7'");
    *vec_push(&new_.systems, &p->t.arena) = p->finance_system;
    *vec_push(&new_.comments, &p->t.arena) =
        number(p, "SELECT id FROM comment WHERE incident_id = %" PRId64, t.b);
    before = rows(p);
    assert_int_equal(incident_split(p->t.db, &p->t.arena, t.b, &new_, &p->responder, p->now, &code,
                                    &merge_id, &err),
                     ERR_FORBIDDEN);
    assert_int_equal(incident_split(p->t.db, &p->t.arena, t.a, &new_, &p->coordinator, p->now,
                                    &code, &merge_id, &err),
                     ERR_INVALID); /* not of this incident */
    assert_int_equal(incident_split(p->t.db, &p->t.arena, t.b, &new_, &p->coordinator, p->now,
                                    &code, &merge_id, &err),
                     0);
    made = number(p, "SELECT MAX(id) FROM incident");
    assert_int_equal(number(p, "SELECT COUNT(*) FROM comment WHERE incident_id = %" PRId64, made),
                     1);
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, t.b), 1);
    assert_int_equal(number(p,
                            "SELECT COUNT(*) FROM incident_party WHERE incident_id = %" PRId64
                            " AND org_id = %" PRId64,
                            made, p->finance),
                     1);
    assert_int_equal(unmerge(p, t.b, merge_id, &p->coordinator), 0);
    assert_int_equal(number(p, "SELECT merged_into FROM incident WHERE id = %" PRId64, made), t.b);
    /* What is left of the new incident is its shell; the rest is as before. */
    assert_int_equal(
        number(p, "SELECT COUNT(*) FROM incident_observable WHERE incident_id = %" PRId64, t.b), 2);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM comment WHERE incident_id = %" PRId64, made),
                     0);
    assert_true(before.len > 0);
    assert_int_equal(audit_verify(p->t.db, &checked, &err), 0);
}

/* Once somebody has worked on what was split off, it is no longer taken back behind their back. */
static void test_split_worked_on(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct incident_split_new new_ = {.title = STR("Phần tách ra")};
    struct str code;
    int64_t merge_id, made;

    *vec_push(&new_.systems, &p->t.arena) = p->finance_system;
    MUST(incident_split(p->t.db, &p->t.arena, t.b, &new_, &p->coordinator, p->now, &code, &merge_id,
                        &err));
    made = number(p, "SELECT MAX(id) FROM incident");
    MUST(incident_comment(p->t.db, &p->t.arena, made, STR("x"), &p->coordinator, p->now, &err));
    assert_int_equal(unmerge(p, t.b, merge_id, &p->coordinator), ERR_CONFLICT);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM incident WHERE merged_into IS NOT NULL"), 0);
}

/* ---- related -----------------------------------------------------------------------------------
 */

static struct case_related_rows related(struct province *p, int64_t id, const struct actor *who)
{
    struct case_related_rows out;

    MUST(case_related(p->t.db, &p->t.arena, who->id, p->now, id, &out, &err));
    return out;
}

static void test_related(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    int64_t rare = province_incident(p, false, "amber", &code);
    int64_t common[3];
    struct case_related_rows found;

    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        common[i] = province_incident(p, false, "amber", &code);
        observe(p, common[i], "domain often.example.org");
        observe(p, common[i], "ipv4 8.8.8.8");
        observe(p, common[i], "ipv4 192.168.1.1");
    }
    observe(p, id, "domain often.example.org");
    observe(p, id, "domain rare.example.org");
    observe(p, id, "ipv4 8.8.8.8");
    observe(p, id, "ipv4 192.168.1.1");
    observe(p, rare, "domain rare.example.org");
    found = related(p, id, &p->coordinator);
    assert_int_equal(found.len, 4);
    assert_true(str_is(found.at[0].example, "rare.example.org"));
    assert_int_equal(found.at[0].shared, 2); /* and the system, as all of them */
    assert_true(str_is(found.at[1].example, "often.example.org"));
    /* The public resolver and the private address do not count. */
    assert_int_equal(found.at[1].shared, 2);
    assert_true(found.at[0].may_manage);
    assert_false(related(p, id, &p->responder).at[0].may_manage);

    /* What tells most is named, not what is rarest: a page before an address before a weakness. */
    observe(p, id, "ipv4 198.51.100.9");
    observe(p, rare, "ipv4 198.51.100.9");
    observe(p, id, "cve CVE-2024-0001");
    observe(p, rare, "cve CVE-2024-0001");
    observe(p, id, "url http://often.example.org/a");
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        observe(p, common[i], "url http://often.example.org/a");
    observe(p, rare, "url http://often.example.org/a");
    found = related(p, id, &p->coordinator);
    assert_true(str_is(found.at[0].example_kind, "url"));
    assert_int_equal(found.at[0].shared, 5);
    /* Closed, it comes behind those that are worked on, and is not merged. */
    assert_true(found.at[0].may_merge);
    number(p, "UPDATE incident SET state = 'closed', closed_at = 1 WHERE id = %" PRId64, rare);
    found = related(p, id, &p->coordinator);
    assert_int_equal(found.len, 4);
    assert_true(str_is(found.at[3].state, "closed"));
    assert_false(found.at[3].may_merge);
    assert_true(found.at[0].may_merge);

    /* Somebody who may not see the other case does not learn of it. */
    MUST(incident_add_party(p->t.db, &p->t.arena, id, p->finance, "helper", &p->coordinator, p->now,
                            &err));
    assert_int_equal(related(p, id, &p->stranger).len, 0);
}

/* ---- many at once ------------------------------------------------------------------------------
 */

static struct incident_bulk_result many(struct province *p, struct str *codes, size_t n,
                                        struct incident_bulk change, const struct actor *by)
{
    struct incident_bulk_result out;

    MUST(incident_bulk_do(p->t.db, &p->t.arena, &(struct form_values){codes, n}, &change, by,
                          p->now, &out, &err));
    return out;
}

static int undo(struct province *p, int64_t id, const struct actor *by, int64_t now,
                struct str *changed)
{
    int64_t restored;

    return incident_bulk_undo(p->t.db, &p->t.arena, id, by, now, &restored, changed, &err);
}

static void test_bulk(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct str codes[] = {t.b_code, t.a_code, t.a_code, STR("SC-2026-9999")};
    struct str changed, before = rows(p);
    struct incident_bulk_result r;
    int64_t checked;

    r = many(p, codes, 4, (struct incident_bulk){.what = BULK_CLOSE, .text = STR("xong")},
             &p->coordinator);
    assert_int_equal(r.changed, 2);
    assert_int_equal(r.skipped.len, 0);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM incident WHERE state = 'closed' AND outcome = "
                               "'xong' AND contained_at IS NULL"),
                     2);
    /* Closed ones are left alone and named. */
    r = many(p, codes, 1, (struct incident_bulk){.what = BULK_CLOSE, .text = STR("lại")},
             &p->coordinator);
    assert_int_equal(r.changed, 0);
    assert_int_equal(r.undo_id, 0);
    assert_true(str_eq(r.skipped, t.b_code));

    r = many(p, codes, 2, (struct incident_bulk){.what = BULK_SEVERITY, .severity = 4},
             &p->coordinator);
    assert_int_equal(r.changed, 2);
    assert_int_equal(undo(p, r.undo_id, &p->responder, p->now, &changed), ERR_STATE);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, p->now + UNDO_LIFE, &changed), ERR_STATE);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, p->now, &changed), 0);
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, p->now, &changed), ERR_STATE);
    assert_int_equal(number(p, "SELECT COUNT(*) FROM incident WHERE severity = 3"), 2);
    assert_true(before.len > 0);
    assert_int_equal(audit_verify(p->t.db, &checked, &err), 0);
}

static void test_bulk_undo_restores(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct str codes[] = {t.a_code, t.b_code};
    const struct incident_bulk changes[] = {
        {.what = BULK_LEAD, .account_id = p->responder.id},
        {.what = BULK_SEVERITY, .severity = 1},
        {.what = BULK_TLP, .tlp = STR("red")},
        {.what = BULK_WATCH},
        {.what = BULK_WATCHER, .account_id = p->responder.id},
        {.what = BULK_FOLLOW_UP, .at = opt_int(p->now + 3 * DAY_MS), .text = STR("hỏi lại")},
        {.what = BULK_CLOSE, .text = STR("xong")},
    };

    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        /* The lines that tell of the change and of its undoing stay on the timeline. */
        const char *sum = "SELECT SUM(severity * 7 + LENGTH(tlp) * 11 + LENGTH(state) + state_at % "
                          "99991 + COALESCE(lead_id, 0) * 13 + COALESCE(follow_up_at, 0) % 9973 + "
                          "LENGTH(follow_up_note) + LENGTH(outcome)) FROM incident";
        const char *people = "SELECT (SELECT COUNT(*) FROM incident_member) * 100 + (SELECT "
                             "COUNT(*) FROM incident_watcher)";
        int64_t before = number(p, "%s", sum), before_people = number(p, "%s", people);
        struct incident_bulk_result r = many(p, codes, 2, changes[i], &p->coordinator);
        struct str changed;

        assert_int_equal(r.changed, 2);
        assert_true(number(p, "%s", sum) != before || number(p, "%s", people) != before_people);
        assert_int_equal(undo(p, r.undo_id, &p->coordinator, p->now, &changed), 0);
        assert_int_equal(number(p, "%s", sum), before);
        assert_int_equal(number(p, "%s", people), before_people);
    }
}

/* All or nothing: one that somebody has changed since is named, and none is put back. */
static void test_bulk_undo_refused(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct str codes[] = {t.a_code, t.b_code};
    struct incident_bulk_result r = many(
        p, codes, 2, (struct incident_bulk){.what = BULK_SEVERITY, .severity = 1}, &p->coordinator);
    struct str changed;

    /* A comment since does no harm; a fact changed since would be lost. */
    MUST(incident_comment(p->t.db, &p->t.arena, t.b, STR("x"), &p->responder, p->now, &err));
    MUST(incident_set_state(p->t.db, &p->t.arena, t.b, 0, STR("verifying"), STR(""), &p->responder,
                            p->now, &err));
    assert_int_equal(undo(p, r.undo_id, &p->coordinator, p->now, &changed), ERR_CONFLICT);
    assert_true(str_eq(changed, t.b_code));
    assert_int_equal(number(p, "SELECT COUNT(*) FROM incident WHERE severity = 1"), 2);
    assert_false(db_in_transaction(p->t.db));
}

static void test_bulk_scope(void **state)
{
    struct province *p = *state;
    struct two t = two_cases(p);
    struct str codes[] = {t.a_code, t.b_code};
    struct incident_bulk_result r;

    /* Of B the stranger is a party and may work on it; A does not exist for them. */
    r = many(p, codes, 2, (struct incident_bulk){.what = BULK_SEVERITY, .severity = 1},
             &p->stranger);
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.skipped.len, 0);
    r = many(p, codes, 2, (struct incident_bulk){.what = BULK_CLOSE, .text = STR("x")},
             &p->responder);
    assert_int_equal(r.changed, 0);
    assert_true(str_eq(r.skipped, str_printf(&p->t.arena, STR_FMT ", " STR_FMT, STR_ARG(t.a_code),
                                             STR_ARG(t.b_code))));
}

/* ---- watching and following up -----------------------------------------------------------------
 */

static void test_watchers(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    int64_t version = number(p, "SELECT version FROM incident WHERE id = %" PRId64, id);
    struct incident_watchers out;

    MUST(incident_watch(p->t.db, &p->t.arena, id, p->auditor.id, true, &p->auditor, p->now, &err));
    MUST(incident_watch(p->t.db, &p->t.arena, id, p->auditor.id, true, &p->auditor, p->now, &err));
    MUST(incident_watch(p->t.db, &p->t.arena, id, p->officer.id, true, &p->coordinator, p->now,
                        &err));
    /* Watching is not a way to share, nor to bother others. */
    assert_int_equal(incident_watch(p->t.db, &p->t.arena, id, p->stranger.id, true, &p->coordinator,
                                    p->now, &err),
                     ERR_INVALID);
    assert_int_equal(
        incident_watch(p->t.db, &p->t.arena, id, p->officer.id, true, &p->responder, p->now, &err),
        ERR_FORBIDDEN);
    assert_int_equal(
        incident_watch(p->t.db, &p->t.arena, id, p->stranger.id, true, &p->stranger, p->now, &err),
        ERR_NOT_FOUND);
    MUST(incident_watchers_of(p->t.db, &p->t.arena, id, p->now, &out, &err));
    assert_int_equal(out.len, 2);
    assert_int_equal(number(p, "SELECT version FROM incident WHERE id = %" PRId64, id), version);
    /* Who may not see it any more is not told of it. */
    number(p, "UPDATE role_grant SET revoked_at = 1 WHERE account_id = %" PRId64, p->auditor.id);
    MUST(incident_watchers_of(p->t.db, &p->t.arena, id, p->now, &out, &err));
    assert_int_equal(out.len, 1);
    assert_int_equal(out.at[0].account_id, p->officer.id);
}

static int64_t listed(struct province *p, int64_t now, int64_t follow)
{
    struct incident_count_row row;

    MUST(incident_count_open(p->t.db, &p->t.arena, p->coordinator.id, now, STR_EMPTY, true,
                             STR_EMPTY, NO_INT, NO_INT, NO_INT, false, STR_EMPTY, follow, &row,
                             &err));
    return row.total;
}

static void test_follow_up(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    province_incident(p, false, "amber", &code);
    assert_int_equal(incident_follow_up(p->t.db, &p->t.arena, id, opt_int(p->now), STR(""),
                                        &p->responder, p->now, &err),
                     ERR_INVALID);
    assert_string_equal(err.field, "at");
    MUST(incident_follow_up(p->t.db, &p->t.arena, id, opt_int(p->now + HOUR_MS), STR("gọi lại"),
                            &p->responder, p->now, &err));
    assert_int_equal(listed(p, p->now, 1), 1);
    assert_int_equal(listed(p, p->now, 2), 1);
    assert_int_equal(listed(p, p->now, 0), 2);
    /* Back in the list when its time has come. */
    assert_int_equal(listed(p, p->now + HOUR_MS, 1), 2);
    assert_int_equal(listed(p, p->now + HOUR_MS, 2), 0);
    MUST(
        incident_follow_up(p->t.db, &p->t.arena, id, NO_INT, STR(""), &p->responder, p->now, &err));
    assert_int_equal(listed(p, p->now, 1), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, province_setup, province_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_merge_and_back),    TEST(test_work_between),   TEST(test_two_merged),
        TEST(test_merge_scope),       TEST(test_split_and_back), TEST(test_split_worked_on),
        TEST(test_related),           TEST(test_bulk),           TEST(test_bulk_undo_restores),
        TEST(test_bulk_undo_refused), TEST(test_bulk_scope),     TEST(test_watchers),
        TEST(test_follow_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
