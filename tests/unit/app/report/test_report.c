#include "support/province.h"

#include "app/incident/incident.h"
#include "app/observable/observable.h"
#include "app/report/inner.h"
#include "base/clock.h"
#include "base/text.h"

#include <pthread.h>
#include <setjmp.h>
#include <cmocka.h>

static struct report_receipt receive_over(struct db *db, struct arena *a, int64_t now,
                                          const char *body, int64_t account)
{
    struct report_new new_ = {.channel = "public",
                              .title = STR("Trang lạ"),
                              .body = str_c(body),
                              .kind = STR("phishing"),
                              .reporter_name = STR("Một người dân"),
                              .reporter_org = STR(""),
                              .reporter_phone = STR(""),
                              .reporter_email = STR(""),
                              .account_id = account,
                              .address = STR("192.0.2.9"),
                              .message_id = STR(""),
                              .received_at = now};
    struct report_receipt receipt = {0};
    struct err err = {0};

    if (db_begin(db, &err) < 0 || report_create(db, a, &new_, &receipt, &err) < 0 ||
        db_commit(db, &err) < 0)
        fail_msg("%s", err.what);
    return receipt;
}

static struct report_receipt receive(struct province *p, const char *body, int64_t account)
{
    return receive_over(p->t.db, &p->t.arena, p->now, body, account);
}

static bool sees(struct province *p, struct str code, const struct actor *who)
{
    struct report_id_by_code_row row;
    struct err err = {0};
    int r = report_id_by_code(p->t.db, &p->t.arena, who->id, p->now, code, &row, &err);

    assert_true(r >= 0);
    return r == 1;
}

static void test_receipt(void **state)
{
    struct province *p = *state;
    struct report_receipt a =
        receive(p, "xem hxxps://hssk[.]syt[.]example[.]vn/x từ 198.51.100.7", 0);
    struct report_receipt b = receive(p, "không rõ", 0);
    struct report_by_secret_row row;
    struct report_get_row got;
    struct err err = {0};
    struct str shouted = str_lower(&p->t.arena, a.secret);

    assert_true(str_is(a.code, "TB-2026-0001"));
    assert_false(str_eq(a.secret, b.secret));
    /* The secret itself is not in the database; read out loud without dashes it still works. */
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE secret_hash LIKE '%-%'"),
                     0);
    for (size_t i = 0; i < shouted.len; i++)
        ((char *)(uintptr_t)shouted.ptr)[i] =
            shouted.ptr[i] == '-' ? ' ' : (char)toupper((unsigned char)shouted.ptr[i]);
    assert_int_equal(report_by_secret(p->t.db, &p->t.arena,
                                      report_secret_hash(&p->t.arena, shouted), &row, &err),
                     1);
    assert_int_equal(row.id, a.id);
    /* The owner is proposed from what the text names, with the reason. */
    assert_int_equal(report_get(p->t.db, &p->t.arena, a.id, &got, &err), 0);
    assert_int_equal(got.org_id.v, p->health);
    assert_int_equal(got.system_id.v, p->health_system);
    assert_true(str_is(got.match_why, "domain hssk.syt.example.vn"));
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report_observable"), 3);
}

enum { AT_ONCE = 40 };

struct sender {
    struct province *p;
    const char *body;
};

static void *send_many(void *arg)
{
    struct sender *s = arg;
    struct arena a = {0};
    struct err err = {0};
    struct db *db;

    assert_int_equal(db_acquire(s->p->t.pool, &db, &err), 0);
    for (int i = 0; i < AT_ONCE; i++)
        receive_over(db, &a, s->p->now, s->body, 0);
    db_release(db);
    arena_release(&a);
    return NULL;
}

/* A campaign: many report the same addresses, written in another order. Nobody is turned away. */
static void test_the_same_addresses_at_once(void **state)
{
    struct sender senders[] = {{*state, "203.0.113.1 rồi 203.0.113.2 và a.example.org"},
                               {*state, "a.example.org, 203.0.113.2, sau đó 203.0.113.1"},
                               {*state, "203.0.113.2 203.0.113.1"}};
    struct province *p = *state;
    pthread_t threads[ARRAY_LEN(senders)];

    for (size_t i = 0; i < ARRAY_LEN(senders); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, &senders[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(senders); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report"), 3 * AT_ONCE);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report_observable"), 8 * AT_ONCE);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM observable"), 3);
    /* Each has a code of its own, without a gap. */
    assert_int_equal(testdb_sql(&p->t, "SELECT last FROM code_counter WHERE prefix = 'TB'"),
                     3 * AT_ONCE);
}

/* What somebody wrote in confidence is not copied to where the owner reads it. */
static void test_confidential_words_stay(void **state)
{
    struct province *p = *state;
    const struct report_open_values in = {
        .title = STR("t"), .kind = STR("phishing"), .severity = STR("2"), .tlp = STR("amber")};
    struct report_get_row report = {.body = STR("hộp thư của tôi"), .confidential = true};
    struct incident_new new_;
    struct err err = {0};

    assert_int_equal(report_incident_of(&report, &in, p->health, &new_, &err), 0);
    assert_true(str_find(new_.summary, report.body) < 0 && new_.summary.len > 0);
    report.confidential = false;
    assert_int_equal(report_incident_of(&report, &in, p->health, &new_, &err), 0);
    assert_true(str_eq(new_.summary, report.body));
}

/* The domain of an e-mail address is told apart from one that stands for itself. */
static void test_domain_of_an_address(void **state)
{
    struct province *p = *state;
    struct observables_seen seen;
    struct observe_hits hits;
    struct err err = {0};

    observe_extract(STR("doitien@mail.example.org gửi từ trang la.example.net"), &p->t.arena,
                    &hits);
    assert_int_equal(
        observable_look_up(p->t.db, &p->t.arena, &hits, &p->coordinator, 0, p->now, &seen, &err),
        0);
    for (size_t i = 0; i < seen.len; i++)
        assert_int_equal(seen.at[i].part, str_is(seen.at[i].value, "mail.example.org"));
    assert_true(seen.len >= 2);
}

static void test_scope(void **state)
{
    struct province *p = *state;
    struct report_receipt matched = receive(p, "hssk.syt.example.vn", 0);
    struct report_receipt unknown = receive(p, "không rõ ai", 0);
    struct report_receipt own = receive(p, "không rõ", p->stranger.id);

    assert_true(sees(p, matched.code, &p->coordinator) && sees(p, matched.code, &p->officer));
    assert_false(sees(p, matched.code, &p->stranger));
    assert_true(sees(p, unknown.code, &p->coordinator));
    assert_false(sees(p, unknown.code, &p->officer));
    assert_true(sees(p, own.code, &p->stranger));
}

static void test_triage(void **state)
{
    struct province *p = *state;
    struct report_receipt r = receive(p, "hssk.syt.example.vn 198.51.100.7", 0);
    struct report_receipt other = receive(p, "hssk.syt.example.vn", 0);
    struct err err = {0};
    struct str code;
    int64_t incident = province_incident(p, false, "amber", &code);
    struct db *db = p->t.db;
    struct arena *a = &p->t.arena;

    /* Only who triages decides; the auditor and the agency read. */
    assert_int_equal(
        report_mark(db, a, r.id, 0, "spam", 0, STR(""), &p->officer, p->now, NULL, &err),
        ERR_FORBIDDEN);
    assert_int_equal(
        report_mark(db, a, r.id, 0, "spam", 0, STR(""), &p->stranger, p->now, NULL, &err),
        ERR_NOT_FOUND);
    assert_int_equal(
        report_mark(db, a, r.id, 0, "spam", 0, STR(""), &p->coordinator, p->now, NULL, &err), 0);
    assert_int_equal(
        report_mark(db, a, r.id, 0, "closed", 0, STR("x"), &p->coordinator, p->now, NULL, &err),
        ERR_STATE);
    assert_int_equal(
        report_mark(db, a, r.id, 0, "new", 0, STR(""), &p->coordinator, p->now, NULL, &err), 0);
    assert_int_equal(report_mark(db, a, r.id, 0, "duplicate", r.id, STR(""), &p->coordinator,
                                 p->now, NULL, &err),
                     ERR_INVALID);
    assert_int_equal(report_mark(db, a, other.id, 0, "duplicate", r.id, STR(""), &p->coordinator,
                                 p->now, NULL, &err),
                     0);

    assert_int_equal(report_ask(db, a, r.id, STR("Lúc mấy giờ?"), &p->coordinator, p->now, &err),
                     0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE state = 'asking'"), 1);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(report_answer(db, a, r.id, STR("8 giờ, từ 198.51.100.9"), STR(""),
                                   STR("192.0.2.9"), p->now, &err),
                     0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE state = 'asking'"), 0);

    /* Joined: the observables go along, those of the answer too; it cannot be decided on again. */
    assert_int_equal(report_join(db, a, r.id, 0, incident, &p->coordinator, p->now, &err), 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_observable"), 3);
    assert_int_equal(report_join(db, a, r.id, 0, incident, &p->coordinator, p->now, &err),
                     ERR_STATE);
    assert_int_equal(
        report_mark(db, a, r.id, 0, "new", 0, STR(""), &p->coordinator, p->now, NULL, &err),
        ERR_STATE);
    /* Two people decide at once: the second is told. */
    assert_int_equal(
        report_mark(db, a, other.id, 1, "new", 0, STR(""), &p->coordinator, p->now, NULL, &err),
        ERR_CONFLICT);
}

/* Joined by mistake and taken out: what came along with it alone goes as well, and it waits for a
 * decision again. The report an incident was opened from stays. */
static void test_join_is_taken_back(void **state)
{
    struct province *p = *state;
    struct db *db = p->t.db;
    struct arena *a = &p->t.arena;
    struct report_receipt first = receive(p, "198.51.100.7 và bad.example.com", 0);
    struct report_receipt wrong = receive(p, "198.51.100.7, 198.51.100.8, 198.51.100.9", 0);
    int64_t joined = p->now + MINUTE_MS, out = joined + MINUTE_MS;
    struct incident_new new_ = {.title = STR("t"),
                                .summary = STR(""),
                                .kind = STR("phishing"),
                                .severity = 2,
                                .severity_why = STR(""),
                                .tlp = STR("amber"),
                                .org_id = p->health,
                                .detected_at = p->now};
    struct err err = {0};
    struct str code;

    assert_int_equal(
        report_open_incident(db, a, first.id, 0, &new_, &p->coordinator, p->now, &code, &err), 0);
    assert_int_equal(report_join(db, a, wrong.id, 0, 1, &p->coordinator, joined, &err), 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_observable"), 4);
    assert_int_equal(testdb_sql(&p->t, "UPDATE incident_observable SET note = 'của kẻ xấu' WHERE "
                                       "observable_id = (SELECT id FROM observable WHERE value = "
                                       "'198.51.100.9') RETURNING 1"),
                     1);

    assert_int_equal(
        report_mark(db, a, wrong.id, 0, "new", 0, STR(""), &p->officer, out, NULL, &err),
        ERR_NOT_FOUND);
    assert_int_equal(
        report_mark(db, a, wrong.id, 0, "new", 0, STR(""), &p->coordinator, out, NULL, &err), 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE state = 'new' AND "
                                       "incident_id IS NULL AND decided_at IS NULL"),
                     1);
    /* .7 is of the first report too, on .9 somebody wrote. */
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_observable x JOIN observable "
                                       "ob ON ob.id = x.observable_id WHERE ob.value IN "
                                       "('198.51.100.7', 'bad.example.com', '198.51.100.9')"),
                     3);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_observable"), 3);
    assert_int_equal(
        testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_event WHERE kind = 'report-left'"), 1);
    /* The one it was opened from is told apart from those that joined it later. */
    assert_int_equal(
        testdb_sql(&p->t, "SELECT COUNT(*) FROM incident_event WHERE kind = 'report-open'"), 1);

    assert_int_equal(
        report_mark(db, a, first.id, 0, "new", 0, STR(""), &p->coordinator, out, NULL, &err),
        ERR_STATE);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM report WHERE incident_id = 1"), 1);
}

/* What a report without a subject is called in lists. */
static void test_title(void **state)
{
    struct province *p = *state;
    struct arena *a = &p->t.arena;
    static const struct {
        const char *kind, *body, *title;
    } cases[] = {
        {"", "Cứu! Máy bị khóa", "Cứu! Máy bị khóa"},
        {"", "Máy kế toán bị khóa. Tôi đã rút dây.", "Máy kế toán bị khóa"},
        {"phishing", "\n\n  Có người gọi điện đòi mã OTP! Phải làm sao?\nxem ảnh",
         "Tấn công giả mạo, lừa đảo: Có người gọi điện đòi mã OTP!"},
        {"phishing", "Kính gửi Công an tỉnh,\nTôi bị lừa chuyển tiền",
         "Tấn công giả mạo, lừa đảo: Tôi bị lừa chuyển tiền"},
        {"", "Chào anh chị", "Chào anh chị"},
        {"", "Chào mời vay tiền qua một đường liên kết lạ gửi đến rất nhiều người dân trong xã",
         NULL},
        {"phishing", "", "Tấn công giả mạo, lừa đảo"},
        {"", " \n ", ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str title = report_title_of(a, str_c(cases[i].kind), str_c(cases[i].body));

        /* NULL: the text itself, which only begins as a greeting does. */
        if (!str_is(title, cases[i].title != NULL ? cases[i].title : cases[i].body))
            fail_msg("'%s' is called '" STR_FMT "'", cases[i].body, STR_ARG(title));
    }
    assert_true(text_length(report_title_of(
                    a, STR(""),
                    STR("chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ "
                        "chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ chữ "))) <= 90);
}

/* A title that was cut off from the words lacks some: observables come from the words alone. */
static void test_cut_title(void **state)
{
    struct province *p = *state;
    struct arena *a = &p->t.arena;
    struct str body =
        STR("Tôi nhận tin nhắn yêu cầu đóng tiền phạt nguội ngay trong ngày hôm nay tại "
            "https://phat-nguoi.example.com/nop-tien");
    struct str title = report_title_of(a, STR(""), body);

    assert_true(str_ends(title, STR("hôm nay tại…")));
    assert_true(str_eq(report_text(a, title, body), body));
    assert_true(str_is(report_text(a, STR("x"), STR("y")), "x\ny"));
}

/* Opening an incident and joining the report is one step: when one fails, neither happened. */
static void test_open_is_atomic(void **state)
{
    struct province *p = *state;
    struct report_receipt r = receive(p, "hssk.syt.example.vn", 0);
    struct incident_new new_ = {.title = STR("t"),
                                .summary = STR(""),
                                .kind = STR("phishing"),
                                .severity = 2,
                                .severity_why = STR(""),
                                .tlp = STR("amber"),
                                .org_id = p->health,
                                .detected_at = p->now};
    struct err err = {0};
    struct str code;

    new_.kind = STR("spaceship");
    assert_int_equal(report_open_incident(p->t.db, &p->t.arena, r.id, 0, &new_, &p->coordinator,
                                          p->now, &code, &err),
                     ERR_INVALID);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident"), 0);
    new_.kind = STR("phishing");
    assert_int_equal(report_open_incident(p->t.db, &p->t.arena, r.id, 0, &new_, &p->coordinator,
                                          p->now, &code, &err),
                     0);
    assert_int_equal(report_open_incident(p->t.db, &p->t.arena, r.id, 0, &new_, &p->coordinator,
                                          p->now, &code, &err),
                     ERR_STATE);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM incident"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, province_setup, province_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_receipt),
                                       TEST(test_the_same_addresses_at_once),
                                       TEST(test_confidential_words_stay),
                                       TEST(test_domain_of_an_address),
                                       TEST(test_scope),
                                       TEST(test_triage),
                                       TEST(test_cut_title),
                                       TEST(test_join_is_taken_back),
                                       TEST(test_title),
                                       TEST(test_open_is_atomic)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
