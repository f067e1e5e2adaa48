#include "test.h"
#include "app/web/pages/parts.html.h"
#include "base/clock.h"

/* 22/11/2026 17:46 in Viet Nam. */
#define NOW INT64_C(1795344360000)

static struct buf out;

static struct html_page page(enum lang lang)
{
    out = buf_make(&test_arena);
    return (struct html_page){.out = &out, .lang = lang, .now = NOW, .arena = &test_arena};
}

static void test_severity_has_shape_word_and_colour(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_severity(&p, 4);
    assert_str(buf_str(&out),
               "<span class=\"badge sev sev-4\"><svg class=\"icon\" aria-hidden=\"true\">"
               "<use href=\"/static/-/icons.svg#sev-4\"></use></svg>\nRất cao</span>\n");
    p = page(LANG_EN);
    ui_severity(&p, 99);
    assert_true(str_find(buf_str(&out), STR("Not assessed")) > 0);
}

static void test_tlp(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_tlp(&p, STR("amber+strict"));
    assert_str(buf_str(&out), "<span class=\"badge tlp tlp-amber\">TLP:AMBER+STRICT</span>\n");
    p = page(LANG_VI);
    ui_tlp(&p, STR("<b>"));
    assert_str(buf_str(&out), "<span class=\"badge tlp tlp-clear\">TLP:&lt;B&gt;</span>\n");
}

static void test_clock_kinds(void **unused)
{
    const int64_t day = DAY_MS;

    assert_string_equal(ui_clock_kind(0, day, 0), "calm");
    assert_string_equal(ui_clock_kind(0, day, day - 6 * HOUR_MS), "calm");
    assert_string_equal(ui_clock_kind(0, day, day - 6 * HOUR_MS + 1), "soon");
    assert_string_equal(ui_clock_kind(0, day, day), "soon");
    assert_string_equal(ui_clock_kind(0, day, day + 1), "late");
    /* Short ones: less than an hour left is soon, however short the whole. */
    assert_string_equal(ui_clock_kind(0, 2 * HOUR_MS, HOUR_MS), "calm");
    assert_string_equal(ui_clock_kind(0, 2 * HOUR_MS, HOUR_MS + 1), "soon");
    assert_string_equal(ui_clock_kind(0, 30 * MINUTE_MS, 0), "soon");
    /* A clock that began when it was already due. */
    assert_string_equal(ui_clock_kind(100, 100, 100), "soon");
}

static void test_clock_of_a_record_says_what_is_due(void **unused)
{
    struct html_page p = page(LANG_VI);
    struct str html;

    ui_clock_box(&p, NOW - HOUR_MS, NOW + 2 * HOUR_MS, STR("Bước 1"), STR("Bước 1. Tiếp nhận"));
    html = buf_str(&out);
    assert_true(str_find(html, STR("title=\"Bước 1. Tiếp nhận: 19:46 22/11/2026\"")) >= 0);
    assert_true(str_find(html, STR("<b class=\"clock-what\">Bước 1:</b><span>còn 2 giờ</span>")) >=
                0);
}

static void test_clock_text(void **unused)
{
    struct html_page p = page(LANG_VI);

    assert_str(ui_clock_text(&p, NOW + 3 * HOUR_MS + 12 * MINUTE_MS + 59999), "còn 3 giờ 12 phút");
    assert_str(ui_clock_text(&p, NOW - 42 * MINUTE_MS), "quá hạn 42 phút");
    assert_str(ui_clock_text(&p, NOW + 30 * SECOND_MS), "còn 30 giây");
    assert_str(ui_clock_text(&p, NOW + 9 * DAY_MS + HOUR_MS), "còn 9 ngày 1 giờ");
    assert_str(ui_clock_text(&p, NOW - 62 * DAY_MS - HOUR_MS), "quá hạn 62 ngày");
    p = page(LANG_EN);
    assert_str(ui_clock_text(&p, NOW + DAY_MS), "1 day left");
}

static void test_clock_tells_the_script_and_the_printer(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_clock(&p, NOW - HOUR_MS, NOW + 2 * HOUR_MS);
    assert_str(buf_str(&out),
               "<time class=\"clock clock-calm\" datetime=\"2026-11-22T19:46:00+07:00\" "
               "title=\"19:46 22/11/2026\" data-due=\"1795351560000\" data-from=\"1795340760000\">"
               "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"/static/-/icons.svg#clock\">"
               "</use></svg>\n<span>còn 2 giờ</span><span class=\"print-time\"> (19:46 22/11/2026)"
               "</span></time>\n\n");
}

static void test_time_ticks_for_a_day(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_time(&p, NOW - 5 * MINUTE_MS);
    assert_true(str_find(buf_str(&out), STR("data-rel=\"1795344060000\">5 phút trước</time>")) > 0);
    p = page(LANG_VI);
    ui_time(&p, NOW - 2 * DAY_MS);
    assert_str(buf_str(&out),
               "<time datetime=\"2026-11-20T17:46:00+07:00\" title=\"17:46 20/11/2026\">"
               "17:46 20/11/2026</time>\n");
}

static void test_initials(void **unused)
{
    struct html_page p = page(LANG_VI);

    assert_str(ui_initials(&p, STR("Trần Thị Bình")), "TB");
    assert_str(ui_initials(&p, STR("  Đỗ  Ân ")), "ĐÂ");
    assert_str(ui_initials(&p, STR("Bùi Bình")), "BB");
    assert_str(ui_initials(&p, STR("Admin")), "A");
    assert_str(ui_initials(&p, STR("")), "");
}

static void test_state_and_level(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_state(&p, 4, STR("Đã đóng"));
    assert_true(str_starts(buf_str(&out), STR("<span class=\"badge state state-done\">")));
    p = page(LANG_VI);
    ui_level(&p, opt_int(3));
    assert_str(buf_str(&out), "<span class=\"level\">Cấp độ 3</span>\n");
    p = page(LANG_VI);
    ui_level(&p, NO_INT);
    assert_str(buf_str(&out), "<span class=\"text-muted\">Chưa xác định cấp độ</span>\n");
}

static void test_chip(void **unused)
{
    struct html_page p = page(LANG_VI);

    ui_chip(&p, STR("Của \"tôi\""), STR("/incidents?mine=1"), opt_int(1234), true);
    assert_str(buf_str(&out), "<a class=\"chip\" href=\"/incidents?mine=1\" aria-current=\"true\">"
                              "Của &#34;tôi&#34; <span class=\"count\">1.234</span></a>\n");
}

static void test_phone_numbers_are_dialled_as_digits(void **unused)
{
    struct html_page p = page(LANG_VI);

    assert_str(web_tel(&p, STR("(+84) 262 3000.000")), "tel:+842623000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_severity_has_shape_word_and_colour),
        ARENA_TEST(test_tlp),
        ARENA_TEST(test_clock_kinds),
        ARENA_TEST(test_clock_of_a_record_says_what_is_due),
        ARENA_TEST(test_clock_text),
        ARENA_TEST(test_clock_tells_the_script_and_the_printer),
        ARENA_TEST(test_time_ticks_for_a_day),
        ARENA_TEST(test_initials),
        ARENA_TEST(test_state_and_level),
        ARENA_TEST(test_chip),
        ARENA_TEST(test_phone_numbers_are_dialled_as_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
