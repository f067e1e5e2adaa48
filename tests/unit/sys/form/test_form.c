#include "test.h"
#include "base/clock.h"
#include "base/json.h"
#include "sys/form/form.h"
#include "sys/i18n/i18n.h"

/* 22/11/2026 17:46 in Viet Nam. */
#define NOW INT64_C(1795344360000)

struct sample {
    struct str title, body, email, phone, password, kind, list, secret;
    struct opt_int count, at, day;
    bool agree;
    struct form_values tags;
    struct form_files files;
};

static const struct form_choice kinds[] = {
    {"dos", "Enter {0}"}, {"other", "required"}, {NULL, NULL}};

static const struct form_field fields[] = {
    {FORM_AT(struct sample, title), FORM_TEXT, .required = true, .min = 3, .max = 10,
     .label = "Sample title"},
    {FORM_AT(struct sample, body), FORM_AREA, .label = "Sample body", .help = "All <of> it"},
    {FORM_AT(struct sample, email), FORM_EMAIL, .label = "Sample mail", .autocomplete = "email"},
    {FORM_AT(struct sample, phone), FORM_PHONE, .label = "Phone"},
    {FORM_AT(struct sample, password), FORM_PASSWORD, .label = "Password"},
    {FORM_AT(struct sample, kind), FORM_CHOICE, .required = true, .label = "What happened?",
     .choices = kinds},
    {FORM_AT(struct sample, list), FORM_CHOICE, .label = "TLP", .group = "More"},
    {FORM_AT(struct sample, secret), FORM_HIDDEN, .label = "Secret"},
    {FORM_AT(struct sample, count), FORM_INT, .min = -5, .max = 5000, .label = "Count"},
    {FORM_AT(struct sample, at), FORM_TIME, .past = true, .label = "When"},
    {FORM_AT(struct sample, day), FORM_DATE, .label = "Day"},
    {FORM_AT(struct sample, agree), FORM_BOOL, .label = "I agree"},
    {FORM_AT(struct sample, tags), FORM_CHOICES, .label = "Tags", .choices = kinds},
};
static const struct form form = {"s", fields, ARRAY_LEN(fields)};

static struct http_request request(void)
{
    i18n_set_zone(420);
    return (struct http_request){.arena = &test_arena, .lang = LANG_EN, .now = NOW};
}

static struct sample out;
static struct form_state state;

static int parse(const struct http_pair *pairs, size_t len)
{
    struct http_request req = request();
    struct err err = {0};

    memset(&out, 0xaa, sizeof(out)); /* nothing may be left as it was */
    memset(&state, 0, sizeof(state));
    req.form = (struct http_pair *)(uintptr_t)pairs;
    req.form_len = len;
    return form_parse(&form, &req, &out, &state, &err);
}

/* One field beside the required ones; the message about it, or the empty slice. */
static struct str try_field(const char *name, struct str value)
{
    struct http_pair pairs[] = {
        {STR("title"), STR("Title")}, {STR("kind"), STR("dos")}, {str_c(name), value}};
    bool own = strcmp(name, "title") == 0 || strcmp(name, "kind") == 0;

    if (own)
        pairs[strcmp(name, "title") == 0 ? 0 : 1].value = value;
    parse(pairs, own ? 2 : 3);
    assert_true(state.errors.len <= 1);
    if (state.errors.len == 0)
        return STR_EMPTY;
    assert_string_equal(state.errors.at[0].field, name);
    return state.errors.at[0].message;
}

#define GOOD(name, value)      assert_str(try_field(name, STR(value)), "")
#define BAD(name, value, says) assert_str(try_field(name, STR(value)), says)

static void test_texts(void **unused)
{
    GOOD("title", "  abc\t");
    assert_str(out.title, "abc");
    GOOD("title", "one\r\ntwo");
    assert_str(out.title, "one two");
    GOOD("title", "U\xCC\x9B\xCC\x81ng"); /* U, horn, acute */
    assert_str(out.title, "Ứng");
    GOOD("title", "ừừừừừừừừừừ");
    BAD("title", "12345678901", "Sample title may have at most 10 characters");
    BAD("title", "ab", "Sample title needs at least 3 characters");
    BAD("title", "   ", "Enter sample title");
    BAD("title", "a\001bc", "Sample title has characters that cannot be used");
    BAD("title", "a\0bc", "Sample title has characters that cannot be used");
    BAD("title", "\xff\xfe\xfd", "Sample title has characters that cannot be used");
    GOOD("body", "a\r\nb\rc\nd");
    assert_str(out.body, "a\nb\nc\nd");
    GOOD("password", " as typed ");
    assert_str(out.password, " as typed ");
}

static void test_email_and_phone(void **unused)
{
    GOOD("email", "");
    GOOD("email", "ten.ho+tin@so-khcn.example.vn");
    GOOD("email", "a@tên-miền.vn");
    BAD("email", "a", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "@example.vn", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "a@example", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "a@.vn", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "a..b@example.vn", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "a b@example.vn", "Sample mail does not look right; an example: name@example.vn");
    BAD("email", "a@-x.vn", "Sample mail does not look right; an example: name@example.vn");
    GOOD("phone", "+84 (0) 262-385.1234");
    GOOD("phone", "113");
    BAD("phone", "12", "Phone does not look right; an example: 0912 345 678");
    BAD("phone", "0912x", "Phone does not look right; an example: 0912 345 678");
    BAD("phone", "1234567890123456", "Phone does not look right; an example: 0912 345 678");
}

static void test_numbers(void **unused)
{
    GOOD("count", "");
    assert_false(out.count.has);
    GOOD("count", "-5");
    assert_int_equal(out.count.v, -5);
    GOOD("count", "1.234");
    assert_int_equal(out.count.v, 1234);
    GOOD("count", "4,999");
    assert_int_equal(out.count.v, 4999);
    BAD("count", "12.34", "Count is not a whole number, for example 12");
    BAD("count", "1.2345", "Count is not a whole number, for example 12");
    BAD("count", "1.234,567", "Count is not a whole number, for example 12");
    BAD("count", ".123", "Count is not a whole number, for example 12");
    BAD("count", "mười", "Count is not a whole number, for example 12");
    BAD("count", "-6", "Count cannot be less than -5");
    BAD("count", "5001", "Count cannot be more than 5,000");
}

static void test_times(void **unused)
{
    GOOD("at", "22/11/2026 17:46");
    assert_int_equal(out.at.v, NOW);
    GOOD("at", "22-11-2026 17:46");
    assert_int_equal(out.at.v, NOW);
    GOOD("at", "2026-11-22T10:46:00Z");
    assert_int_equal(out.at.v, NOW);
    GOOD("at", "22/11/2026 17:51");
    BAD("at", "22/11/2026 17:52", "When cannot lie in the future");
    BAD("at", "yesterday",
        "When is not a time; write day/month/year hour:minute, for example 22/11/2026 17:46");
    BAD("at", "31/02/2026",
        "When is not a time; write day/month/year hour:minute, for example 22/11/2026 17:46");
    GOOD("day", "1.3.2027");
    assert_int_equal(out.day.v, civil_to_ms(&(struct civil){2027, 3, 1, 0, 0, 0, 0, 0}, 420));
    BAD("day", "01/03/2027 10:00", "Day is a date without a time of day");
}

static void test_choices(void **unused)
{
    const struct http_pair many[] = {{STR("title"), STR("abc")},
                                     {STR("kind"), STR("dos")},
                                     {STR("tags"), STR("other")},
                                     {STR("tags"), STR("dos")},
                                     {STR("agree"), STR("1")}};

    BAD("kind", "", "Answer \"What happened?\"");
    BAD("kind", "hacked", "Choose \"What happened?\" from the list");
    BAD("tags", "hacked", "Choose tags from the list");
    GOOD("list", "anything: the room checks it");
    assert_int_equal(parse(many, ARRAY_LEN(many)), 0);
    assert_true(out.agree);
    assert_int_equal(out.tags.len, 2);
    assert_str(out.tags.at[1], "dos");
    GOOD("agree", "0");
    assert_false(out.agree);
}

static void test_vietnamese_labels(void **unused)
{
    static const struct form_field vi[] = {
        {FORM_AT(struct sample, title), FORM_TEXT, .required = true, .label = "Đầu mối"},
        {FORM_AT(struct sample, body), FORM_TEXT, .required = true, .label = "TLP"},
        {FORM_AT(struct sample, kind), FORM_CHOICE, .required = true, .label = "Ứng cứu"},
    };
    const struct form f = {"vi", vi, ARRAY_LEN(vi)};
    struct http_request req = request();

    req.lang = LANG_VI;
    memset(&state, 0, sizeof(state));
    assert_int_equal(form_parse(&f, &req, &out, &state, NULL), ERR_INVALID);
    assert_int_equal(state.errors.len, 3);
    assert_str(state.errors.at[0].message, "Hãy nhập đầu mối");
    assert_str(state.errors.at[1].message, "Hãy nhập TLP");
    assert_str(state.errors.at[2].message, "Hãy chọn ứng cứu");
}

/* A label that is a question is quoted, or the message uses the noun for it. */
static void test_names_in_messages(void **unused)
{
    static const struct form_field asked[] = {
        {FORM_AT(struct sample, title), FORM_TEXT, .required = true, .label = "Where is it?"},
        {FORM_AT(struct sample, at), FORM_TIME, .label = "When did you see it?",
         .called = "Sample time"},
        {FORM_AT(struct sample, body), FORM_AREA, .required = true, .label = "Tell us",
         .called = "Sample story"},
    };
    const struct form f = {"asked", asked, ARRAY_LEN(asked)};
    struct http_pair typed[] = {{STR("at"), STR("x")}};
    struct http_request req = request();

    req.form = typed;
    req.form_len = 1;
    memset(&state, 0, sizeof(state));
    assert_int_equal(form_parse(&f, &req, &out, &state, NULL), ERR_INVALID);
    assert_int_equal(state.errors.len, 3);
    assert_str(state.errors.at[0].message, "Answer \"Where is it?\"");
    assert_str(state.errors.at[1].message,
               "Sample time is not a time; write day/month/year hour:minute, for example "
               "22/11/2026 17:46");
    assert_str(state.errors.at[2].message, "Enter sample story");
}

static int parse_json(const char *text)
{
    struct http_request req = request();
    struct err err = {0};

    memset(&out, 0xaa, sizeof(out)); /* nothing may be left as it was */
    return form_parse_json(&form, &req, str_c(text), &out, &state, &err);
}

static void json_bad(const char *text, const char *field, const char *says)
{
    assert_int_equal(parse_json(text), ERR_INVALID);
    assert_true(state.errors.len >= 1);
    assert_string_equal(state.errors.at[0].field, field);
    assert_str(state.errors.at[0].message, says);
}

static void test_json(void **unused)
{
    assert_int_equal(parse_json("{\"title\":\"abc\",\"kind\":\"dos\",\"count\":7,\"agree\":true,"
                                "\"at\":\"2026-11-22T10:46:00Z\",\"tags\":[\"dos\",\"other\"],"
                                "\"body\":null}"),
                     0);
    assert_str(out.title, "abc");
    assert_int_equal(out.count.v, 7);
    assert_true(out.agree);
    assert_int_equal(out.at.v, NOW);
    assert_int_equal(out.tags.len, 2);
    json_bad("{\"title\":\"abc\",\"kind\":\"dos\",\"extra\":{\"a\":[1]}}", "",
             "The member \"extra\" is not known here");
    json_bad("{\"title\":\"abc\",\"kind\":\"dos\",\"title\":\"x\"}", "title",
             "The member \"title\" stands twice");
    json_bad("{\"title\":7,\"kind\":\"dos\"}", "title", "The member \"title\" has the wrong type");
    json_bad("{\"title\":\"abc\",\"kind\":\"dos\",\"count\":\"7\"}", "count",
             "The member \"count\" has the wrong type");
    json_bad("{\"title\":\"abc\",\"kind\":\"dos\",\"count\":7.5}", "count",
             "The member \"count\" has the wrong type");
    json_bad("{\"title\":\"abc\",\"kind\":\"dos\",\"tags\":[1]}", "tags",
             "The member \"tags\" has the wrong type");
    json_bad("{\"kind\":\"dos\"}", "title", "Enter sample title");
    json_bad("[]", "", "A JSON object is expected");
    json_bad("7", "", "A JSON object is expected");
    assert_int_equal(parse_json("{\"title\":"), ERR_INVALID);
    assert_string_equal(state.errors.at[0].field, "");
}

static void test_fill_and_parse_again(void **unused)
{
    const struct sample in = {.title = STR_INIT("Tiêu đề"),
                              .kind = STR_INIT("dos"),
                              .count = {true, 1234},
                              .at = {true, NOW - 5000},
                              .day = {true, NOW - 17 * HOUR_MS - 46 * MINUTE_MS},
                              .agree = true,
                              .password = STR_INIT("hush")};
    struct form_state filled;

    request();
    form_fill(&form, &test_arena, &in, &filled);
    for (size_t i = 0; i < filled.values_len; i++)
        assert_false(str_is(filled.values[i].value, "hush"));
    assert_int_equal(parse(filled.values, filled.values_len), 0);
    assert_str(out.title, "Tiêu đề");
    assert_int_equal(out.count.v, 1234);
    assert_int_equal(out.at.v, NOW - 5000);
    assert_int_equal(out.day.v, in.day.v);
    assert_true(out.agree);
}

static struct buf page_text;

static struct html_page page(enum lang lang)
{
    page_text = buf_make(&test_arena);
    return (struct html_page){
        .out = &page_text, .lang = lang, .now = NOW, .arena = &test_arena, .csrf = STR("a\"b")};
}

static void test_html(void **unused)
{
    const struct http_pair typed[] = {{STR("title"), STR("\"<b>")},
                                      {STR("email"), STR("nobody")},
                                      {STR("password"), STR("hush")},
                                      {STR("kind"), STR("dos")},
                                      {STR("body"), STR("\n</textarea>")}};
    struct html_page p = page(LANG_VI);
    struct str html;

    parse(typed, ARRAY_LEN(typed));
    form_field_html(&p, &form, &state, "title", NULL, 0);
    assert_str(buf_str(&page_text),
               "<div class=\"field\">\n"
               "<label class=\"form-label\" for=\"s-title\">Sample title "
               "<span class=\"form-required\">bắt buộc</span></label>\n"
               "<input id=\"s-title\" class=\"form-control\" name=\"title\" type=\"text\" "
               "aria-required=\"true\" value=\"&#34;&lt;b&gt;\">\n"
               "</div>\n");
    p = page(LANG_VI);
    form_field_html(&p, &form, &state, "email", NULL, 0);
    assert_str(buf_str(&page_text),
               "<div class=\"field field-error\">\n"
               "<label class=\"form-label\" for=\"s-email\">Sample mail</label>\n"
               "<input id=\"s-email\" class=\"form-control is-invalid\" name=\"email\" "
               "aria-invalid=\"true\" aria-describedby=\"s-email-error\" type=\"text\" "
               "inputmode=\"email\" autocapitalize=\"none\" spellcheck=\"false\" "
               "autocomplete=\"email\" value=\"nobody\">\n"
               "<div class=\"invalid-feedback\" id=\"s-email-error\">Sample mail does not look "
               "right; an example: name@example.vn</div>\n"
               "</div>\n");
    p = page(LANG_VI);
    form_field_html(&p, &form, &state, "body", NULL, 0);
    assert_str(buf_str(&page_text),
               "<div class=\"field\">\n"
               "<label class=\"form-label\" for=\"s-body\">Sample body</label>\n"
               "<div class=\"form-hint\" id=\"s-body-help\">All &lt;of&gt; it</div>\n"
               "<textarea id=\"s-body\" class=\"form-control\" name=\"body\" "
               "aria-describedby=\"s-body-help\" rows=\"6\">\n\n&lt;/textarea&gt;</textarea>\n"
               "</div>\n");
    p = page(LANG_EN);
    form_errors_html(&p, &form, &state);
    assert_str(buf_str(&page_text),
               "<div class=\"alert alert-danger\" role=\"alert\" tabindex=\"-1\" data-focus "
               "id=\"s-errors\">\n"
               "<h2 class=\"alert-title\">Please check one place</h2>\n<ul class=\"mb-0\">\n"
               "<li><a class=\"alert-link\" href=\"#s-email\">Sample mail does not look right; an "
               "example: name@example.vn</a></li>\n</ul>\n</div>\n");
    p = page(LANG_EN);
    form_html(&p, &form, &state);
    html = buf_str(&page_text);
    assert_int_equal(str_find(html, STR("hush")), -1);
    assert_int_equal(str_find(html, STR("<b>")), -1);
    p = page(LANG_EN);
    form_csrf_html(&p);
    assert_str(buf_str(&page_text), "<input type=\"hidden\" name=\"csrf\" value=\"a&#34;b\">\n");
}

static void test_html_choices(void **unused)
{
    const struct form_option offered[] = {{.value = STR("1"), .label = STR("Một")},
                                          {.value = STR("2"), .label = STR("Hai & ba")}};
    const struct form_option none[] = {{.value = STR(""), .label = STR("As usual")},
                                       {.value = STR("2"), .label = STR("Hai")}};
    const struct form_option grouped[] = {{.value = STR("1"), .label = STR("Một")},
                                          {STR("2"), STR("Hai"), STR("A & B")},
                                          {STR("3"), STR("Ba"), STR("A & B")},
                                          {STR("4"), STR("Bốn"), STR("C")}};
    const struct http_pair typed[] = {{STR("title"), STR("abc")},
                                      {STR("kind"), STR("other")},
                                      {STR("list"), STR("2")},
                                      {STR("tags"), STR("dos")}};
    struct html_page p = page(LANG_EN);

    parse(typed, ARRAY_LEN(typed));
    form_field_html(&p, &form, &state, "list", offered, 2);
    assert_str(buf_str(&page_text),
               "<div class=\"field\">\n<label class=\"form-label\" for=\"s-list\">TLP</label>\n"
               "<select id=\"s-list\" class=\"form-select\" name=\"list\">\n"
               "<option value=\"\">(none)</option>\n"
               "<option value=\"1\">Một</option>\n"
               "<option value=\"2\" selected>Hai &amp; ba</option>\n</select>\n</div>\n");
    p = page(LANG_EN);
    form_field_html(&p, &form, &state, "list", none, 2); /* says itself what none means */
    assert_true(str_find(buf_str(&page_text), STR("<option value=\"\">As usual</option>")) > 0);
    assert_true(str_find(buf_str(&page_text), STR("(none)")) < 0);
    state.values_len = 0;
    p = page(LANG_EN);
    form_field_html(&p, &form, &state, "list", none, 2);
    assert_true(
        str_find(buf_str(&page_text), STR("<option value=\"\" selected>As usual</option>")) > 0);
    parse(typed, ARRAY_LEN(typed));
    p = page(LANG_EN);
    form_field_html(&p, &form, &state, "tags", offered, 2);
    assert_true(str_find(buf_str(&page_text), STR("<legend class=\"form-label\">Tags</legend>")) >
                0);
    p = page(LANG_EN);
    form_field_html(&p, &form, &state, "list", offered, 1); /* no longer offered */
    assert_true(str_find(buf_str(&page_text), STR("<option value=\"2\" selected>2</option>")) > 0);
    p = page(LANG_EN);
    form_field_html(&p, &form, &state, "list", grouped, 4);
    assert_true(
        str_find(buf_str(&page_text),
                 STR("<option value=\"1\">Một</option>\n"
                     "<optgroup label=\"A &amp; B\">\n<option value=\"2\" selected>Hai</option>\n"
                     "<option value=\"3\">Ba</option>\n</optgroup>\n"
                     "<optgroup label=\"C\">\n<option value=\"4\">Bốn</option>\n"
                     "</optgroup>\n</select>")) > 0);
}

static void test_label_of_a_stored_value(void **unused)
{
    assert_int_equal(form_choice_find(kinds, STR("other")), 1);
    assert_int_equal(form_choice_find(kinds, STR("oth")), -1);
    assert_str(form_choice_label(kinds, LANG_EN, STR("dos")), "Enter {0}");
    assert_str(form_choice_label(kinds, LANG_VI, STR("other")), "bắt buộc");
    assert_str(form_choice_label(kinds, LANG_VI, STR("gone since")), "gone since");
}

static void test_schema(void **unused)
{
    struct buf b = buf_make(&test_arena);
    struct json_writer w;
    struct err err = {0};

    json_w_init(&w, &b);
    form_schema(&form, &w);
    assert_true(json_valid(buf_str(&b), &err));
    assert_true(str_find(buf_str(&b),
                         STR("\"additionalProperties\":false,\"required\":[\"title\",\"kind\"]")) >
                0);
    assert_true(str_find(buf_str(&b), STR("\"count\":{\"title\":\"Count\",\"type\":\"integer\","
                                          "\"minimum\":-5,\"maximum\":5000}")) > 0);
    assert_true(str_find(buf_str(&b), STR("\"enum\":[\"dos\",\"other\"]")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_texts),
        ARENA_TEST(test_email_and_phone),
        ARENA_TEST(test_numbers),
        ARENA_TEST(test_times),
        ARENA_TEST(test_choices),
        ARENA_TEST(test_vietnamese_labels),
        ARENA_TEST(test_names_in_messages),
        ARENA_TEST(test_json),
        ARENA_TEST(test_fill_and_parse_again),
        ARENA_TEST(test_html),
        ARENA_TEST(test_html_choices),
        ARENA_TEST(test_label_of_a_stored_value),
        ARENA_TEST(test_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
