#include "test.h"

#include "tools/sample/page.html.h"

/* What the functions made by htmlgen write. */
static struct buf out;
static struct html_page page;
static struct sample_view view;

static int begin(void **state)
{
    test_arena_begin(state);
    i18n_set_zone(420);
    out = buf_make(&test_arena);
    page = (struct html_page){
        .out = &out, .lang = LANG_VI, .now = 1795323600000, .arena = &test_arena};
    view = (struct sample_view){.text = STR("<Đắk & \"Lắk's\">"),
                                .url = STR("/a?b=1&c=2"),
                                .state = "incident|Open",
                                .total = 1234567,
                                .at = 1795323600000 - 300000};
    return 0;
}

#define HTML_TEST(f) cmocka_unit_test_setup_teardown(f, begin, test_arena_end)

static void loops_and_branches_leave_no_blank_lines(void **state)
{
    sample_list(&page, &view);
    assert_str(buf_str(&out), "<ul\nclass=\"rows\">\n<li>none</li>\n</ul>\n");

    buf_clear(&out);
    *vec_push(&view.rows, &test_arena) =
        (struct sample_row){.code = STR("SC-1"), .title = STR("a b"), .urgent = true};
    *vec_push(&view.rows, &test_arena) =
        (struct sample_row){.code = STR("../x"), .title = STR("<>"), .closed_at = opt_int(0)};
    sample_list(&page, &view);
    assert_str(buf_str(&out), "<ul\nclass=\"rows\">\n"
                              "<li id=\"row-0\" class=\"urgent\">\n"
                              "<a href=\"/incidents/SC-1?q=a%20b\">a b</a>\n"
                              "-\n</li>\n"
                              "<li id=\"row-1\">\n"
                              "<a href=\"/incidents/..%2Fx?q=%3C%3E\">&lt;&gt;</a>\n"
                              "01/01/1970\n</li>\n</ul>\n");
}

static void each_place_escapes_in_its_way(void **state)
{
    static const char text[] = "&lt;Đắk &amp; &#34;Lắk&#39;s&#34;&gt;";
    static const char part[] = "%3C%C4%90%E1%BA%AFk%20%26%20%22L%E1%BA%AFk%27s%22%3E";

    sample_places(&page, &view);
    assert_str_eq(buf_str(&out),
                  str_printf(&test_arena,
                             "<p title=\"%s\" data-n='1234567'>%s</p>\n"
                             "<a href=\"/a?b=1&amp;c=2\">1</a> <a href=\"?q=%s#%s\">2</a>\n"
                             "<a href=\"mailto:%s\">3</a> <a href=\"/x/%s\">4</a>\n"
                             "<textarea>%s</textarea>\n"
                             "<pre>\n  kept   as it is\n</pre>\n<hr>a\n",
                             text, text, part, part, part, part, text));
}

static void filters_write_in_the_language_of_the_page(void **state)
{
    sample_filters(&page, &view);
    assert_str(buf_str(&out), "1234567|1.234.567|1,2 MB|22/11/2026|11:55 22/11/2026\n"
                              "5 phút trước|20 phút 34 giây|2026-11-22T11:55:00+07:00|"
                              "%3C%C4%90%E1%BA%AFk%20%26%20%22L%E1%BA%AFk%27s%22%3E|Đang mở\n"
                              ".\nĐang mở bước, xong 1.234.567 Tin báo\n");
    buf_clear(&out);
    page.lang = LANG_EN;
    view.due = opt_int(1795323600000);
    sample_filters(&page, &view);
    assert_str(buf_str(&out), "1234567|1,234,567|1.2 MB|22 Nov 2026|11:55 22 Nov 2026\n"
                              "5 minutes ago|20 minutes 34 seconds|2026-11-22T11:55:00+07:00|"
                              "%3C%C4%90%E1%BA%AFk%20%26%20%22L%E1%BA%AFk%27s%22%3E|Open\n"
                              "17953236000001,795,323,600,000just now2026-11-22T12:00:00+07:00.\n"
                              "1,234,567/Open Report\n");
}

static void code_and_calls_run_in_order(void **state)
{
    view.total = 7;
    sample_code(&page, &view);
    assert_str(buf_str(&out), "middle\n<b>a14</b>\n<i></i>\n\nend\n");
    buf_clear(&out);
    view.total = -1;
    sample_code(&page, &view);
    assert_str(buf_str(&out), "small\n<b>a-2</b>\n<i></i>\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTML_TEST(loops_and_branches_leave_no_blank_lines),
        HTML_TEST(each_place_escapes_in_its_way),
        HTML_TEST(filters_write_in_the_language_of_the_page),
        HTML_TEST(code_and_calls_run_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
