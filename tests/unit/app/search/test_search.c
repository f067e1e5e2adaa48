#include "test.h"
#include "support/province.h"
#include "support/testreq.h"
#include "app/incident/incident.h"
#include "app/incident/share.h"
#include "app/memo/memo.h"
#include "app/report/report.h"
#include "app/search/search.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

static struct province p;
static struct testreq r;

/* The clock of durations runs away between two looks at it while this is set. */
static bool hurried;
int64_t __real_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void)
{
    static int64_t ahead;

    if (hurried)
        ahead += 2 * MINUTE_MS;
    return __real_clock_monotonic() + ahead;
}

static int open_province(void **unused)
{
    struct err err = {0};

    province_open(&p);
    if (site_load(p.t.pool, STR("/dir"), &err) < 0)
        fail_msg("%s", err.what);
    return 0;
}

static int close_province(void **unused)
{
    province_close(&p);
    return 0;
}

static const struct actor *as(struct actor *who, enum role role)
{
    for (int i = 0; i < PERM_COUNT; i++)
        who->anywhere[i] = role_may(role, (enum permission)i);
    return who;
}

/* The page that the actor gets; what was typed is put into the URL letter by letter. */
static struct str search(const struct actor *who, const char *typed)
{
    struct buf url = buf_make(&test_arena);
    struct err err = {0};
    struct str page;

    buf_add_c(&url, "/search?q=");
    html_url_part(&url, str_c(typed));
    testreq_get(&r, buf_str(&url).ptr);
    r.actor = *who;
    r.req->now = p.now;
    if (search_routes[0].handler(r.req, &r.res, &err) < 0)
        fail_msg("%s: %s", typed, err.what);
    page = str_dup(&test_arena, buf_str(&r.res.body));
    testreq_end(&r);
    return page;
}

static bool has(struct str page, const char *what)
{
    return str_find(page, str_c(what)) >= 0;
}

static bool links(struct str page, struct str code)
{
    return str_find(page, str_printf(&test_arena, "/incidents/" STR_FMT, STR_ARG(code))) >= 0;
}

static void titled(int64_t id, const char *title, const char *summary)
{
    struct str fold = text_fold(&test_arena, str_printf(&test_arena, "%s %s", title, summary));
    char sql[2000];

    snprintf(sql, sizeof(sql),
             "UPDATE incident SET title = '%s', summary = '%s', fold = '" STR_FMT
             "' WHERE id = %" PRId64,
             title, summary, STR_ARG(fold), id);
    testdb_sql(&p.t, sql);
    /* No audit entry tells that the site has changed: what was remembered must have grown old. */
    p.now += 2 * MEMO_MS;
}

static void comment(int64_t id, const char *body)
{
    struct err err = {0};

    if (incident_comment(p.t.db, &p.t.arena, id, str_c(body), &p.coordinator, p.now, &err) < 0)
        fail_msg("%s", err.what);
}

static struct report_receipt report(const char *title, const char *body, bool confidential)
{
    struct report_new new_ = {.channel = "public",
                              .title = str_c(title),
                              .body = str_c(body),
                              .kind = STR("phishing"),
                              .reporter_name = STR("Nhân chứng Hai"),
                              .reporter_org = STR(""),
                              .reporter_phone = STR(""),
                              .reporter_email = STR(""),
                              .org_id = p.health,
                              .confidential = confidential,
                              .address = STR("192.0.2.9"),
                              .message_id = STR(""),
                              .received_at = p.now};
    struct report_receipt receipt = {0};
    struct err err = {0};

    if (db_begin(p.t.db, &err) < 0 ||
        report_create(p.t.db, &p.t.arena, &new_, &receipt, &err) < 0 || db_commit(p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    return receipt;
}

static void test_words_are_found_where_they_stand(void **unused)
{
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    struct str code, page;
    int64_t id = province_incident(&p, false, "amber", &code);

    titled(id, "Lừa đảo qua điện thoại", "Người dân bị mất tiền tại điểm giao dịch");
    assert_true(links(search(who, "lua dao"), code));
    assert_true(links(search(who, "LỪA ĐẢO"), code));
    assert_true(links(search(who, "giao dịch lua"), code));
    assert_true(links(search(who, "dien tho"), code));
    assert_false(links(search(who, "dien tho "), code));
    assert_true(links(search(who, "\"mất tiền tại\""), code));
    assert_false(links(search(who, "\"tại mất tiền\""), code));
    page = search(who, "mat tien");
    assert_true(has(page, "<mark>mất</mark> <mark>tiền</mark>"));
    comment(id, "Đã gọi cho ngân hàng phong tỏa");
    page = search(who, "ngan hang");
    assert_true(has(page, "<mark>ngân</mark> <mark>hàng</mark>"));
    assert_true(links(page, code));
    assert_true(has(search(who, "khong he co"), "Không tìm thấy gì"));
}

/* A change takes the old words out, in its own transaction. */
static void test_the_index_follows_the_change(void **unused)
{
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    struct err err = {0};
    struct str code;
    int64_t id = province_incident(&p, false, "amber", &code), comments;

    titled(id, "Bắp ngô vàng", "");
    assert_true(links(search(who, "bap ngo"), code));
    titled(id, "Khoai sọ tím", "");
    assert_false(links(search(who, "bap ngo"), code));
    assert_true(links(search(who, "khoai so"), code));
    comment(id, "Mướp đắng");
    testdb_sql(&p.t, "UPDATE comment SET fold = ''");
    p.now += 2 * MEMO_MS;
    assert_false(links(search(who, "muop"), code));
    assert_int_equal(search_rebuild(p.t.pool, &comments, &err), 0);
    assert_true(comments > 0);
    p.now += 2 * MEMO_MS;
    assert_true(links(search(who, "muop"), code));
    assert_true(links(search(who, "khoai"), code));
    assert_int_equal(
        testdb_sql(&p.t, "SELECT COUNT(*) FROM setting WHERE key = 'search.rebuilding'"), 0);
}

/* What may not be seen is neither found nor counted. */
static void test_scope(void **unused)
{
    const struct actor *coordinator = as(&p.coordinator, ROLE_coordinator);
    const struct actor *responder = as(&p.responder, ROLE_responder);
    const struct actor *stranger = as(&p.stranger, ROLE_officer);
    const struct actor *officer = as(&p.officer, ROLE_officer);
    struct str amber, red, page;
    int64_t a = province_incident(&p, false, "amber", &amber);
    int64_t b = province_incident(&p, false, "red", &red);

    titled(a, "Sầu riêng chín", "");
    titled(b, "Sầu riêng mật", "");
    comment(b, "Măng cụt nằm trong vụ kín");
    assert_true(links(search(officer, "sau rieng"), amber));
    assert_false(links(search(officer, "sau rieng"), red));
    assert_false(links(search(responder, "sau rieng"), red));
    assert_false(links(search(responder, "mang cut"), red));
    /* Who opened it is a member. */
    assert_true(links(search(coordinator, "sau rieng"), red));
    assert_true(links(search(coordinator, "mang cut"), red));
    page = search(stranger, "sau rieng");
    assert_true(has(page, "Không tìm thấy gì"));
    assert_int_equal(page.len, search(stranger, "mang rung").len);
    assert_false(links(search(responder, "sau rieng tlp:red"), red));
    assert_true(links(search(coordinator, "sau rieng tlp:red"), red));
    assert_false(links(search(coordinator, "sau rieng tlp:red"), amber));
}

static void file_of(int64_t incident, const char *uuid, const char *fold, const char *tlp)
{
    char sql[1000];

    testdb_sql(&p.t, "INSERT INTO blob (sha256, size, created_at) VALUES ('ab', 1, 0) "
                     "ON CONFLICT (sha256) DO NOTHING");
    snprintf(sql, sizeof(sql),
             "INSERT INTO attachment (uuid, incident_id, sha256, name, type, size, note, added_at, "
             "added_name, fold, tlp) VALUES ('%s', %" PRId64
             ", 'ab', '%s', 'text/plain', 1, '', 0, '', '%s', '%s')",
             uuid, incident, fold, fold, tlp);
    testdb_sql(&p.t, sql);
}

static void letter_of(int64_t incident, const char *fold)
{
    char sql[1000];

    snprintf(sql, sizeof(sql),
             "INSERT INTO mail (message_id, kind, state, incident_id, sender, to_list, cc_list, "
             "subject, body, tlp, in_reply_to, refs, stop, lang, automatic, secret, by_name, at, "
             "answer, fold) VALUES ('m', 'in', 'received', %" PRId64
             ", 'a@example.vn', '', '', '%s', '', '', '', '', '', '', 0, 0, '', 0, '', '%s')",
             incident, fold, fold);
    testdb_sql(&p.t, sql);
}

/* Files and letters are found by whoever may open them, and by nobody else. */
static void test_files_and_letters(void **unused)
{
    const struct actor *coordinator = as(&p.coordinator, ROLE_coordinator);
    const struct actor *responder = as(&p.responder, ROLE_responder);
    const struct actor *officer = as(&p.officer, ROLE_officer);
    const struct actor *stranger = as(&p.stranger, ROLE_officer);
    struct str amber, red;
    int64_t a = province_incident(&p, false, "amber", &amber);
    int64_t b = province_incident(&p, false, "red", &red);

    file_of(a, "u-open", "mang tre", "amber");
    file_of(a, "u-red", "mang truc", "red");
    file_of(b, "u-case", "mang nua", "amber");
    letter_of(a, "rau muong");
    letter_of(b, "rau ngot");
    p.now += 2 * MEMO_MS;
    assert_true(has(search(officer, "mang tre"), "/files/u-open"));
    assert_true(has(search(responder, "mang tre"), "/files/u-open"));
    assert_true(has(search(coordinator, "mang truc"), "/files/u-red"));
    assert_false(has(search(officer, "mang truc"), "/files/u-red"));
    assert_false(has(search(responder, "mang truc"), "/files/u-red"));
    assert_true(has(search(coordinator, "mang nua"), "/files/u-case"));
    assert_false(has(search(responder, "mang nua"), "/files/u-case"));
    assert_false(has(search(officer, "mang nua"), "/files/u-case"));
    assert_false(has(search(stranger, "mang"), "/files/"));
    assert_true(links(search(officer, "rau muong"), amber));
    assert_true(links(search(coordinator, "rau ngot"), red));
    assert_false(links(search(responder, "rau ngot"), red));
    assert_false(links(search(stranger, "rau"), amber));
}

/* Who got a part of an incident finds none of the rest, and of a file only what is said of it. */
static void test_what_a_partner_was_not_given(void **unused)
{
    const struct actor *coordinator = as(&p.coordinator, ROLE_coordinator);
    const struct actor *stranger = as(&p.stranger, ROLE_officer);
    const struct share_new share = {
        .org = str_printf(&test_arena, "%" PRId64, p.finance),
        .scope = STR("marked"),
        .may = STR("read"),
        .reason = STR("phối hợp"),
    };
    struct str code, page;
    int64_t id = province_incident(&p, false, "amber", &code);
    struct err err = {0};

    titled(id, "Ô mai gừng", "Mơ muối nằm ở phần tóm tắt");
    file_of(id, "u-kept", "o mai kho", "amber");
    file_of(id, "u-given", "o mai uot", "amber");
    letter_of(id, "o mai man");
    comment(id, "Ô mai sấu");
    if (share_add(p.t.db, &p.t.arena, id, &share, coordinator, p.now, &err) < 0)
        fail_msg("%s", err.what);
    testdb_sql(
        &p.t, str_printf(&test_arena,
                         "UPDATE attachment SET shared_in = %" PRId64 " WHERE uuid = 'u-given'", id)
                  .ptr);
    p.now += 2 * MEMO_MS;
    assert_true(has(search(coordinator, "o mai kho"), "/files/u-kept"));
    assert_false(has(search(stranger, "o mai kho"), "/files/u-kept"));
    assert_false(has(search(stranger, "o mai man"), "o mai man</"));
    assert_false(links(search(stranger, "o mai man"), code));
    assert_false(links(search(stranger, "o mai sau"), code));
    assert_false(links(search(stranger, "mo muoi"), code));
    page = search(stranger, "o mai");
    assert_false(has(page, "u-kept"));
    assert_false(has(page, "sấu"));
    assert_false(has(page, "tóm tắt"));
    /* Sealed, it is found by its name; what is in a file is in no index. */
    testdb_sql(&p.t, "UPDATE attachment SET sealed_at = 1 WHERE uuid = 'u-kept'");
    p.now += 2 * MEMO_MS;
    assert_true(has(search(coordinator, "o mai kho"), "/files/u-kept"));
    assert_false(has(search(stranger, "o mai kho"), "/files/u-kept"));
}

/* What took longer than a second is broken off, says so, and is not taken for the whole later. */
static void test_a_walk_that_is_cut_off_says_so(void **unused)
{
    const struct actor *all = as(&p.coordinator, ROLE_coordinator);
    const struct actor *few = as(&p.officer, ROLE_officer);
    const char *said = "Tìm kiếm mất quá nhiều thời gian";
    struct str code;

    titled(province_incident(&p, false, "amber", &code), "Bưởi da xanh", "");
    hurried = true;
    assert_true(has(search(all, "buoi da xanh"), said));
    assert_true(has(search(few, "buoi da xanh"), said));
    assert_false(links(search(all, "buoi da xanh"), code));
    hurried = false;
    assert_false(has(search(all, "buoi da xanh"), said));
    assert_true(links(search(all, "buoi da xanh"), code));
    assert_true(links(search(few, "buoi da xanh"), code));
}

static void test_reports_and_who_asked_to_be_kept_confidential(void **unused)
{
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    struct report_receipt open = report("Chôm chôm", "gửi từ hxxps://a1[.]example[.]net/x", false);
    struct report_receipt closed = report("Nhãn lồng", "tin kín", true);
    struct str page = search(who, "nhan chung");

    assert_true(has(page, str_printf(&test_arena, "/reports/" STR_FMT, STR_ARG(open.code)).ptr));
    assert_false(has(page, str_printf(&test_arena, "/reports/" STR_FMT, STR_ARG(closed.code)).ptr));
    assert_true(has(search(who, "nhan long"),
                    str_printf(&test_arena, "/reports/" STR_FMT, STR_ARG(closed.code)).ptr));
    assert_false(has(search(as(&p.stranger, ROLE_officer), "chom chom"), "/reports/TB"));
}

static void test_an_observable_is_found_in_any_writing(void **unused)
{
    static const char *const typed[] = {"https://a2.example.net/x", "hxxps://a2[.]example[.]net/x",
                                        "HXXPS://A2[.]example.net/x", "https://a2.exa"};

    report("Liên kết lạ", "gửi từ hxxps://a2[.]example[.]net/x", false);
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        struct str page = search(as(&p.coordinator, ROLE_coordinator), typed[i]);

        if (!has(page, "/observables/url/"))
            fail_msg("%s", typed[i]);
        assert_false(has(search(as(&p.stranger, ROLE_officer), typed[i]), "/observables/url/"));
    }
}

static void test_fields(void **unused)
{
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    struct str code;
    int64_t id = province_incident(&p, false, "amber", &code);

    titled(id, "Thanh long", "");
    assert_true(links(search(who, "thanh long state:open"), code));
    assert_true(links(search(who, "thanh long state:\"tiếp nhận\""), code) ||
                links(search(who, "thanh long state:received"), code));
    assert_false(links(search(who, "thanh long state:closed"), code));
    assert_false(links(search(who, "thanh long in:reports"), code));
    assert_false(links(search(who, "thanh long in:xyz"), code));
    assert_true(links(search(who, "thanh long in:suco"), code));
    assert_false(links(search(who, "thanh long org:\"không đâu\""), code));
    assert_true(has(search(who, "state:open"), "Xin thêm một từ"));
}

/* A title says more than a text: it stands first even when it is older. */
static void test_titles_first(void **unused)
{
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    struct str older, newer, page;
    int64_t a = province_incident(&p, false, "amber", &older);
    int64_t b = province_incident(&p, false, "amber", &newer);

    titled(a, "Dừa nước", "");
    titled(b, "Việc khác", "cạnh rặng dừa nước");
    page = search(who, "dua nuoc");
    assert_true(links(page, older) && links(page, newer));
    assert_true(str_find(page, str_printf(&test_arena, "/incidents/" STR_FMT, STR_ARG(older))) <
                str_find(page, str_printf(&test_arena, "/incidents/" STR_FMT, STR_ARG(newer))));
}

/* Whatever is typed, the engine takes it. The numbers are always the same. */
static void test_anything_may_be_typed(void **unused)
{
    static const char letters[] = "\"'*:()-+^{}[]\\/&|!<>~@#$%;,. aĐoRNOTANDNEAR019";
    const struct actor *who = as(&p.coordinator, ROLE_coordinator);
    uint64_t n = 20261122;

    for (int i = 0; i < 400; i++) {
        char typed[40];
        size_t len = 0;

        for (int k = 0; k < 24; k++) {
            n = n * 6364136223846793005u + 1442695040888963407u;
            typed[len++] = letters[(n >> 33) % (sizeof(letters) - 1)];
        }
        typed[len] = '\0';
        search(who, text_repair(&test_arena, str_c(typed), &(size_t){0}).ptr);
    }
}

static void test_every_text_is_translated(void **unused)
{
    size_t before = i18n_missing();

    search(as(&p.coordinator, ROLE_coordinator), "");
    search(as(&p.coordinator, ROLE_coordinator), "lua");
    search(as(&p.coordinator, ROLE_coordinator), "khong he co");
    assert_int_equal(i18n_missing(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_words_are_found_where_they_stand),
        ARENA_TEST(test_the_index_follows_the_change),
        ARENA_TEST(test_scope),
        ARENA_TEST(test_files_and_letters),
        ARENA_TEST(test_what_a_partner_was_not_given),
        ARENA_TEST(test_a_walk_that_is_cut_off_says_so),
        ARENA_TEST(test_reports_and_who_asked_to_be_kept_confidential),
        ARENA_TEST(test_an_observable_is_found_in_any_writing),
        ARENA_TEST(test_fields),
        ARENA_TEST(test_titles_first),
        ARENA_TEST(test_anything_may_be_typed),
        ARENA_TEST(test_every_text_is_translated),
    };

    return cmocka_run_group_tests(tests, open_province, close_province);
}
