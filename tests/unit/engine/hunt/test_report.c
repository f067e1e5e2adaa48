#include "test.h"

#include "engine/hunt/report.h"

#include "base/json.h"

/* Findings made by hand, written in every form. */

static const struct hunt_source source = {.path = STR_INIT("logs/a.evtx")};
static const struct str tags[] = {STR_INIT("attack.execution"), STR_INIT("attack.t1059.001")};
static const struct hunt_hit rule = {.kind = HUNT_HIT_RULE,
                                     .level = HUNT_LEVEL_HIGH,
                                     .id = STR_INIT("r-1"),
                                     .title = STR_INIT("A <b>bad</b> thing"),
                                     .file = STR_INIT("rules/r.yml"),
                                     .tags = tags,
                                     .tags_len = 2};
static const struct hunt_hit ioc = {.kind = HUNT_HIT_IOC,
                                    .id = STR_INIT("domain"),
                                    .title = STR_INIT("bad.example.com"),
                                    .note = STR_INIT("seen in 2026"),
                                    .file = STR_INIT("list.csv")};

static const struct hunt_match matched[] = {{STR_INIT("CommandLine"), STR_INIT("=cmd|' /c \"x\"")}};
static const struct hunt_field fields[] = {
    {.kind = HUNT_NUMBER, .name = STR_INIT("EventID"), .value = STR_INIT("4688")},
    {.kind = HUNT_NUMBER, .name = STR_INIT("Odd"), .value = STR_INIT("0x10")},
    {.kind = HUNT_STRING, .name = STR_INIT("Data"), .value = STR_INIT("<script>")},
    {.kind = HUNT_NULL, .name = STR_INIT("Nothing")},
    {.kind = HUNT_BOOL, .name = STR_INIT("Flag"), .value = STR_INIT("true")},
    {.kind = HUNT_STRING, .name = STR_INIT("Data"), .value = STR_INIT("bad \xff byte")},
};

static struct hunt_finding finding(void)
{
    return (struct hunt_finding){.hit = &rule,
                                 .where = {.time = 1767323045678,
                                           .host = STR("pc1"),
                                           .channel = STR("Security"),
                                           .event_id = 4688,
                                           .record_id = 77,
                                           .offset = 4608,
                                           .source = &source},
                                 .matched = matched,
                                 .matched_len = 1,
                                 .fields = fields,
                                 .fields_len = ARRAY_LEN(fields)};
}

static struct str report(enum hunt_report_format format, enum lang lang,
                         const struct hunt_finding *f, size_t len)
{
    char *text = NULL;
    size_t size = 0;
    struct err err;
    struct hunt_stats stats = {.files = 1, .events = 1234, .bytes = 1000000, .elapsed_ms = 100};
    struct hunt_problem problem = {
        .file = STR("logs/<bad>"), .offset = 5, .count = 2, .reason = STR("damaged")};
    struct hunt_report_options o = {.out = open_memstream(&text, &size),
                                    .lang = lang,
                                    .zone = 420,
                                    .width = 100,
                                    .now = 1767323046000};
    struct hunt_report *r = hunt_report_new(format, &o);
    for (size_t i = 0; i < len; i++)
        hunt_report_finding(r, &f[i]);
    assert_int_equal(hunt_report_end(r, &stats, &problem, 1, &err), 0);
    hunt_report_free(r);
    fclose(o.out);
    struct str copy = str_dup(&test_arena, str_make(text, size));
    free(text);
    return copy;
}

static void json_lines_have_the_agreed_members(void **state)
{
    struct hunt_finding f = finding();
    assert_str(report(HUNT_REPORT_JSONL, LANG_EN, &f, 1),
               "{\"rule\":{\"id\":\"r-1\",\"title\":\"A \\u003cb\\u003ebad\\u003c/b\\u003e thing\","
               "\"level\":\"high\",\"tags\":[\"attack.execution\",\"attack.t1059.001\"],"
               "\"file\":\"rules/r.yml\"},\"time\":\"2026-01-02T03:04:05.678Z\",\"host\":\"pc1\","
               "\"channel\":\"Security\",\"event_id\":4688,\"record_id\":77,"
               "\"file\":\"logs/a.evtx\",\"offset\":4608,"
               "\"matched\":{\"CommandLine\":\"=cmd|' /c \\\"x\\\"\"},"
               "\"event\":{\"EventID\":4688,\"Odd\":\"0x10\","
               "\"Data\":[\"\\u003cscript\\u003e\",\"bad \xef\xbf\xbd byte\"],\"Nothing\":null,"
               "\"Flag\":true}}\n");
}

static void an_indicator_stands_in_place_of_the_rule(void **state)
{
    struct hunt_finding f = {.hit = &ioc, .where = {.time = HUNT_NO_TIME, .event_id = -1}};
    assert_str(
        report(HUNT_REPORT_JSONL, LANG_EN, &f, 1),
        "{\"ioc\":{\"type\":\"domain\",\"value\":\"bad.example.com\",\"note\":\"seen in "
        "2026\",\"level\":\"\",\"tags\":[],\"file\":\"list.csv\"},\"time\":null,\"host\":\"\","
        "\"channel\":\"\",\"event_id\":null,\"record_id\":0,\"file\":\"\",\"offset\":0,"
        "\"matched\":{},\"event\":{}}\n");
}

static void every_line_is_valid_json(void **state)
{
    static const enum hunt_report_format formats[] = {HUNT_REPORT_JSONL, HUNT_REPORT_TIMESKETCH};
    struct hunt_finding f[] = {finding(), finding()};
    struct err err;
    f[1].where = (struct hunt_where){.time = HUNT_NO_TIME, .event_id = -1};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct str rest = report(formats[i], LANG_EN, f, 2), line;
        size_t lines = 0;
        while (rest.len > 0 && str_line(&rest, &line)) {
            assert_true(json_valid(line, &err));
            lines++;
        }
        assert_int_equal(lines, 2);
    }
}

static void timesketch_gets_the_members_it_needs(void **state)
{
    struct hunt_finding f = finding();
    struct str got = report(HUNT_REPORT_TIMESKETCH, LANG_EN, &f, 1);
    assert_true(str_find(got, STR("\"datetime\":\"2026-01-02T03:04:05.678Z\"")) > 0);
    assert_true(str_find(got, STR("\"timestamp\":1767323045678000")) > 0);
    assert_true(str_find(got, STR("\"timestamp_desc\":")) > 0);
    assert_true(str_find(got, STR("\"message\":\"A ")) > 0);
}

static void csv_does_not_run_in_a_spreadsheet(void **state)
{
    struct hunt_finding f = finding();
    assert_str(
        report(HUNT_REPORT_CSV, LANG_EN, &f, 1),
        "time,level,kind,id,title,tags,host,channel,event_id,record_id,file,offset,matched\r\n"
        "2026-01-02T03:04:05.678Z,high,rule,r-1,A <b>bad</b> thing,"
        "attack.execution attack.t1059.001,pc1,Security,4688,77,logs/a.evtx,4608,"
        "\"CommandLine==cmd|' /c \"\"x\"\"\"\r\n");
}

static void html_escapes_what_came_out_of_logs(void **state)
{
    struct hunt_finding f = finding();
    struct str got = report(HUNT_REPORT_HTML, LANG_VI, &f, 1);
    assert_true(str_find(got, STR("&lt;script&gt;")) > 0);
    assert_true(str_find(got, STR("A &lt;b&gt;bad&lt;/b&gt; thing")) > 0);
    assert_true(str_find(got, STR("logs/&lt;bad&gt;")) > 0);
    assert_int_equal(str_find(got, STR("<script>bad")), -1);
    assert_int_equal(str_find(got, STR("<b>bad")), -1);
    assert_int_equal(str_find(got, STR("http://")), -1);
    assert_int_equal(str_find(got, STR("https://")), -1);
}

static void html_speaks_both_languages(void **state)
{
    struct hunt_finding f = finding();
    struct str vi = report(HUNT_REPORT_HTML, LANG_VI, &f, 1);
    struct str en = report(HUNT_REPORT_HTML, LANG_EN, &f, 1);
    assert_true(str_find(vi, STR("<html lang=\"vi\">")) > 0);
    assert_true(str_find(vi, STR("Kết quả săn lùng mối nguy hại")) > 0);
    assert_true(str_find(vi, STR("02/01/2026 10:04:05")) > 0);
    assert_true(str_find(vi, STR("1.234")) > 0);
    assert_true(str_find(en, STR("<html lang=\"en\">")) > 0);
    assert_true(str_find(en, STR("2026-01-02 10:04:05")) > 0);
    assert_true(str_find(en, STR("1,234")) > 0);
}

/* Repeats are counted, not listed; memory and report stay small. */
static void repeats_are_grouped(void **state)
{
    enum { N = 5000 };
    struct hunt_finding *f = arena_array(&test_arena, struct hunt_finding, N);
    for (size_t i = 0; i < N; i++) {
        f[i] = finding();
        f[i].where.time += (int64_t)i * 3600000;
    }
    struct str html = report(HUNT_REPORT_HTML, LANG_EN, f, N);
    struct str table = report(HUNT_REPORT_TABLE, LANG_EN, f, N);
    assert_true(html.len < 100000);
    assert_true(str_find(html, STR("5,000")) > 0);
    assert_true(str_find(table, STR("5,000  A <b>bad</b> thing T1059.001\n")) > 0);
    assert_true(str_find(table, STR("pc1 (5000)   2026-01-02 10:04:05 - 2026-07-29")) > 0);
}

static void nothing_found_is_said(void **state)
{
    struct str html = report(HUNT_REPORT_HTML, LANG_VI, NULL, 0);
    assert_true(str_find(html, STR("Không phát hiện dấu hiệu nào.")) > 0);
    assert_true(
        str_find(report(HUNT_REPORT_TABLE, LANG_EN, NULL, 0), STR("0 findings of 0 rules")) > 0);
}

/* A log must not be able to move the cursor or change colours. */
static void the_table_shows_control_characters_as_spaces(void **state)
{
    static const struct hunt_match evil[] = {{STR_INIT("A"), STR_INIT("x\033[2Jy\rz")}};
    struct hunt_finding f = finding();
    f.matched = evil;
    struct str got = report(HUNT_REPORT_TABLE, LANG_EN, &f, 1);
    assert_int_equal(str_find_char(got, '\033'), -1);
    assert_true(str_find(got, STR("A=x [2Jy z")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(json_lines_have_the_agreed_members),
        ARENA_TEST(an_indicator_stands_in_place_of_the_rule),
        ARENA_TEST(every_line_is_valid_json),
        ARENA_TEST(timesketch_gets_the_members_it_needs),
        ARENA_TEST(csv_does_not_run_in_a_spreadsheet),
        ARENA_TEST(html_escapes_what_came_out_of_logs),
        ARENA_TEST(html_speaks_both_languages),
        ARENA_TEST(repeats_are_grouped),
        ARENA_TEST(nothing_found_is_said),
        ARENA_TEST(the_table_shows_control_characters_as_spaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
