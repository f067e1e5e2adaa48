#include "support/visit.h"

#include "app/audit/audit.h"
#include "app/evidence/evidence.h"
#include "app/incident/case.h"
#include "app/incident/share.h"
#include "app/observable/observable.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

/* What the pages of an incident say, read as a person does. */
static struct province p;
static struct http_server *server;
static struct browser b;
static struct err err;
static int64_t incident;
static struct str code;

#define fmt(...) (str_printf(&p.t.arena, __VA_ARGS__).ptr)

static void must(int r)
{
    if (r != 0)
        fail_msg("%d: %s", r, err.what);
}
#define MUST(call) must(call)

static int desk_begin(void **state)
{
    const struct http_route *const tables[] = {web_routes, evidence_routes, incident_routes,
                                               observable_routes};
    const size_t lens[] = {web_routes_len, evidence_routes_len, incident_routes_len,
                           observable_routes_len};

    visit_begin(&p, tables, lens, ARRAY_LEN(tables), &server, &b);
    incident = province_incident(&p, false, "amber", &code);
    code = str_dup(&p.t.arena, code);
    return 0;
}

static int desk_end(void **state)
{
    visit_end(&p, server, &b);
    return 0;
}

static void appear(const struct actor *who)
{
    visit_as(&p, &b, who);
    browser_get(&b, "/account/theme"); /* for the token of forms */
}

static const char *at(const char *path)
{
    return fmt("/incidents/" STR_FMT "%s", STR_ARG(code), path);
}

static void shows(const char *text)
{
    if (!browser_shows(&b, text))
        fail_msg("the page does not show \"%s\"", text);
}

static void observe(int64_t id, const char *one, const char *two)
{
    struct str chosen[] = {str_c(one), str_c(two)};
    int64_t added;

    MUST(incident_add_observables(p.t.db, &p.t.arena, id, &(struct form_values){chosen, 2}, STR(""),
                                  &p.responder, p.now, &added, &err));
}

static void test_history_says_what_changed(void **state)
{
    const struct incident_facts facts = {
        .title = STR("Tên <mới>"),
        .summary = STR(""),
        .kind = STR("ransom"),
        .severity = STR("4"),
        .severity_why = STR(""),
        .tlp = STR("green"),
        .org = str_c(fmt("%" PRId64, p.health)),
        .detected_at = opt_int(p.now - HOUR_MS),
        .contained_at = opt_int(p.now - MINUTE_MS),
    };
    const struct share_new share = {.org = str_c(fmt("%" PRId64, p.finance)),
                                    .scope = STR("marked"),
                                    .may = STR("read"),
                                    .reason = STR("phối hợp")};

    MUST(incident_set_facts(p.t.db, &p.t.arena, incident, 0, &facts, &p.coordinator, p.now, &err));
    MUST(incident_set_state(p.t.db, &p.t.arena, incident, 0, STR("verifying"), STR(""),
                            &p.coordinator, p.now, &err));
    MUST(incident_follow_up(p.t.db, &p.t.arena, incident, opt_int(p.now + DAY_MS), STR(""),
                            &p.coordinator, p.now, &err));
    MUST(share_add(p.t.db, &p.t.arena, incident, &share, &p.coordinator, p.now, &err));
    MUST(incident_set_lead(p.t.db, &p.t.arena, incident, p.responder.id, &p.coordinator, p.now,
                           &err));
    observe(incident, "ipv4 198.51.100.7", "domain a.example.net");
    appear(&p.coordinator);
    browser_get(&b, at("/history"));
    assert_int_equal(b.page.status, 200);
    shows("→ Tên &lt;mới&gt;");
    shows("Mức độ: Cao → Rất cao");
    shows("Khống chế lúc: (trống) →");
    shows("Trạng thái: Đã tiếp nhận → Đang xác minh");
    shows("Hẹn xem lại lúc: ");
    shows("đã chia sẻ sự cố");
    shows("Được xem gì: Chỉ phần được đánh dấu cho đối tác");
    shows("Dấu hiệu: 2");
    /* Nothing as it is stored. */
    assert_false(browser_shows(&b, "severity&#34;"));
    assert_false(browser_shows(&b, "severity&quot;"));
    assert_false(browser_shows(&b, "verifying"));
}

static void test_a_paste_is_one_entry(void **state)
{
    const char *count = "SELECT COUNT(*) FROM incident_event WHERE kind = 'observable'";

    observe(incident, "ipv4 198.51.100.7", "domain a.example.net");
    assert_int_equal(testdb_sql(&p.t, count), 1);
    observe(incident, "ipv4 198.51.100.7", "domain b.example.net");
    assert_int_equal(testdb_sql(&p.t, count), 2);
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(observable_id) FROM incident_event "
                                      "WHERE kind = 'observable'"),
                     1);
    appear(&p.responder);
    browser_get(&b, at("/timeline"));
    shows("198[.]51[.]100[.]7, a[.]example[.]net");
}

/* The hash of a file that is kept here is known, to those who may see the file. */
static void test_the_hash_of_a_file_is_known(void **state)
{
    struct attachment_new file = {
        .incident_id = incident, .name = STR("mau.bin"), .type = STR("application/octet-stream")};
    struct observables_seen seen;
    struct observe_hits hits;
    struct str hash;
    int64_t id;

    MUST(blob_put(&evidence_store, STR("mẫu"), &file.blob, &err));
    MUST(db_begin(p.t.db, &err));
    MUST(evidence_attach(p.t.db, &p.t.arena, &file, p.now, &id, &err));
    MUST(db_commit(p.t.db, &err));
    hash = str_hex(&p.t.arena, file.blob.sha256, sizeof(file.blob.sha256));
    observe_extract(hash, &p.t.arena, &hits);
    MUST(observable_look_up(p.t.db, &p.t.arena, &hits, &p.coordinator, 0, p.now, &seen, &err));
    assert_int_equal(seen.len, 1);
    assert_true(str_is(seen.at[0].file_name, "mau.bin"));
    MUST(observable_look_up(p.t.db, &p.t.arena, &hits, &p.stranger, 0, p.now, &seen, &err));
    assert_int_equal(seen.at[0].file_uuid.len, 0);
    appear(&p.coordinator);
    browser_get(&b, fmt("/observables/sha256/" STR_FMT, STR_ARG(hash)));
    shows("mau.bin");
    appear(&p.officer);
    browser_get(&b, fmt("/observables/sha256/" STR_FMT, STR_ARG(hash)));
    assert_int_equal(b.page.status, 200);
    shows("mau.bin"); /* the owner's officer sees the incident */
}

/* With whom the duplicate was shared: nothing of either while they are one, all of it again after.
 */
static void test_merge_says_and_keeps_who_sees_what(void **state)
{
    const struct share_new whole = {.org = str_c(fmt("%" PRId64, p.finance)),
                                    .scope = STR("all"),
                                    .may = STR("read"),
                                    .reason = STR("cần biết")};
    struct str other_code;
    int64_t other = province_incident(&p, false, "amber", &other_code), merge_id;
    const char *there = fmt("/incidents/" STR_FMT, STR_ARG(other_code));

    /* The duplicate: shared whole with finance; the one that stays is not. */
    MUST(share_add(p.t.db, &p.t.arena, incident, &whole, &p.coordinator, p.now, &err));
    MUST(incident_comment(p.t.db, &p.t.arena, incident, STR("CHUNG"), &p.coordinator, p.now, &err));
    MUST(incident_comment(p.t.db, &p.t.arena, other, STR("RIENG"), &p.coordinator, p.now, &err));
    appear(&p.stranger);
    browser_get(&b, at("/comments"));
    shows("CHUNG");
    appear(&p.coordinator);
    browser_get(&b, fmt("%s/merge", there));
    browser_post(&b, fmt("%s/merge", there), fmt("from=" STR_FMT, STR_ARG(code)));
    assert_int_equal(b.page.status, 200);
    shows("sẽ không còn xem được phần đã chia sẻ của");
    MUST(incident_merge(p.t.db, &p.t.arena, incident, other, &p.coordinator, p.now, &merge_id,
                        &err));
    browser_get(&b, there);
    shows(fmt("Từ " STR_FMT, STR_ARG(code))); /* the steps tell where they came from */
    appear(&p.stranger);
    browser_get(&b, at("/comments"));
    assert_false(browser_shows(&b, "CHUNG"));
    assert_false(browser_shows(&b, "RIENG"));
    browser_get(&b, there);
    assert_int_equal(b.page.status, 404);
    MUST(incident_unmerge(p.t.db, &p.t.arena, other, merge_id, &p.coordinator, p.now, &err));
    browser_get(&b, at("/comments"));
    shows("CHUNG");
    assert_false(browser_shows(&b, "RIENG"));
    browser_get(&b, there);
    assert_int_equal(b.page.status, 404);

    /* The other way round: whoever sees the one that stays whole sees what comes into it. */
    appear(&p.coordinator);
    browser_get(&b, at("/merge"));
    browser_post(&b, at("/merge"), fmt("from=" STR_FMT, STR_ARG(other_code)));
    shows(fmt("Sở Tài chính sẽ xem được nội dung của " STR_FMT, STR_ARG(other_code)));
    MUST(incident_merge(p.t.db, &p.t.arena, other, incident, &p.coordinator, p.now, &merge_id,
                        &err));
    appear(&p.stranger);
    browser_get(&b, at("/comments"));
    shows("RIENG");
    MUST(incident_unmerge(p.t.db, &p.t.arena, incident, merge_id, &p.coordinator, p.now, &err));
    browser_get(&b, at("/comments"));
    assert_false(browser_shows(&b, "RIENG"));
}

/* One document for all evidence of a case: every file with its digests and who had it, when and
 * why. */
static void test_custody_of_the_whole_case(void **state)
{
    struct attachment_new file = {.incident_id = incident,
                                  .name = STR("=cmd.log"),
                                  .type = STR("text/plain"),
                                  .by = &p.responder};
    const struct evidence_facts red = {.kind = STR("log"), .tlp = STR("red")};
    int64_t id, checked;
    struct str hash;

    MUST(blob_put(&evidence_store, STR("nội dung"), &file.blob, &err));
    MUST(db_begin(p.t.db, &err));
    MUST(evidence_attach(p.t.db, &p.t.arena, &file, p.now, &id, &err));
    MUST(evidence_mailed(p.t.db, id, STR("noi.nhan@example.vn"), &p.coordinator, p.now, &err));
    file.name = STR("chi-thanh-vien.log");
    file.facts = &red;
    MUST(evidence_attach(p.t.db, &p.t.arena, &file, p.now, &id, &err));
    MUST(db_commit(p.t.db, &err));
    hash = str_hex(&p.t.arena, file.blob.sha256, sizeof(file.blob.sha256));

    appear(&p.officer); /* sees the case, but is no member of it */
    browser_get(&b, at("/files"));
    shows("/custody\"");
    browser_get(&b, at("/custody"));
    assert_int_equal(b.page.status, 200);
    shows("=cmd.log");
    shows(str_cdup(&p.t.arena, hash));
    shows("noi.nhan@example.vn");
    shows("Gửi qua thư");
    shows("class=\"table signatures\"");
    assert_false(browser_shows(&b, "chi-thanh-vien"));
    browser_get(&b, at("/custody.csv"));
    assert_int_equal(b.page.status, 200);
    shows("=cmd.log");
    shows(str_cdup(&p.t.arena, hash));
    assert_false(browser_shows(&b, "chi-thanh-vien"));
    assert_int_equal(
        testdb_sql(&p.t, "SELECT COUNT(*) FROM audit WHERE action = 'incident.export'"), 1);
    assert_int_equal(audit_verify(p.t.db, &checked, &err), 0);
    appear(&p.coordinator); /* opened the case */
    browser_get(&b, at("/custody"));
    shows("chi-thanh-vien.log");
    appear(&p.stranger);
    browser_get(&b, at("/custody"));
    assert_int_equal(b.page.status, 404);
    browser_get(&b, at("/custody.csv"));
    assert_int_equal(b.page.status, 404);
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, desk_begin, desk_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_history_says_what_changed),
        DESK_TEST(test_a_paste_is_one_entry),
        DESK_TEST(test_the_hash_of_a_file_is_known),
        DESK_TEST(test_merge_says_and_keeps_who_sees_what),
        DESK_TEST(test_custody_of_the_whole_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
