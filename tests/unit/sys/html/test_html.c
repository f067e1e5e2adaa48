#include "test.h"

#include "sys/html/html.h"

static struct str text_of(const char *s)
{
    struct buf b = buf_make(&test_arena);

    html_text(&b, str_c(s));
    return buf_str(&b);
}

static struct str url_of(const char *s)
{
    struct buf b = buf_make(&test_arena);

    html_url(&b, str_c(s));
    return buf_str(&b);
}

static void text_is_escaped_wherever_the_character_stands(void **state)
{
    static const char marks[] = "&<>\"'";
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&#34;", "&#39;"};
    char in[64];

    assert_str(text_of(""), "");
    assert_str(text_of("Sự cố an toàn thông tin"), "Sự cố an toàn thông tin");
    for (size_t m = 0; m < 5; m++) {
        for (size_t at = 0; at < 40; at++) {
            struct str expected;

            memset(in, 'x', sizeof(in));
            in[40] = '\0';
            in[at] = marks[m];
            expected = str_printf(&test_arena, "%.*s%s%.*s", (int)at, in, entities[m],
                                  (int)(39 - at), in + at + 1);
            assert_str_eq(text_of(in), expected);
        }
    }
    assert_str(text_of("<<>>"), "&lt;&lt;&gt;&gt;");
}

static void only_harmless_urls_pass(void **state)
{
    static const char *const same[] = {
        "/a/b?c=d#e",
        "a.html",
        "?x=1",
        "#top",
        "https://example.vn/",
        "http://192.0.2.1:8080/",
        "tel:+84262",
        "HTTPS://example.vn",
        "mailto:a@example.vn",
        "x/y:z",
        "./a:b",
        "//example.vn/x",
    };
    static const char *const refused[] = {
        "javascript:alert(1)", "JaVaScRiPt:x",
        "data:text/html,x",    "vbscript:x",
        " javascript:x",       "java\nscript:x",
        "\x01javascript:x",    "file:///etc/passwd",
        "javascript&colon;:x", ":",
    };

    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_str(url_of(same[i]), same[i]);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_str(url_of(refused[i]), "#");
    assert_str(url_of("/a?b=1&c=\"2'\""), "/a?b=1&amp;c=%222%27%22");
    assert_str(url_of("/\\evil.example"), "/%5Cevil.example");
    assert_str(url_of("/điều phối"), "/%C4%91i%E1%BB%81u%20ph%E1%BB%91i");
    assert_str(url_of("/50%25"), "/50%25");
}

static void parts_keep_only_unreserved_characters(void **state)
{
    struct buf b = buf_make(&test_arena);

    html_url_part(&b, STR("aZ9-._~/?&=#%+@ \"đ"));
    assert_str(buf_str(&b), "aZ9-._~%2F%3F%26%3D%23%25%2B%40%20%22%C4%91");
    buf_clear(&b);
    html_url_address(&b, STR("a+b@example.vn?x"));
    assert_str(buf_str(&b), "a+b@example.vn%3Fx");
}

static void every_integer_type_is_written(void **state)
{
    struct buf b = buf_make(&test_arena);

    html_put(&b, INT64_MIN);
    html_put(&b, UINT64_MAX);
    html_put(&b, (short)-1);
    html_put(&b, NO_INT);
    html_put(&b, opt_int(5));
    html_put(&b, LANG_EN);
    assert_str(buf_str(&b), "-922337203685477580818446744073709551615-151");
}

static struct str markdown(const char *s)
{
    return html_markdown(&test_arena, str_c(s)).markup;
}

static struct str picture(struct arena *a, struct str name)
{
    return str_printf(a, "/static/" STR_FMT, STR_ARG(name));
}

/* A document of the program's own: places in it, pictures, and no way out of the site. */
static void test_markdown_document(void **state)
{
    struct str html = html_markdown_document(
                          &test_arena,
                          STR("# Hướng dẫn\n\n## 1. Báo sự cố (không cần tài khoản)\n\nmột\nhai "
                              "[mục 1](#1-báo-sự-cố-không-cần-tài-khoản), [API](../api.md), "
                              "[nơi khác](https://example.vn/)\n\n![Hộp tin](../images/a.png)\n\n"
                              "| a |\n| - |\n| b |\n\n<script>x</script>\n"),
                          picture)
                          .markup;

    assert_true(str_find(html, STR("<h1 id=\"huong-dan\">Hướng dẫn</h1>")) >= 0);
    assert_true(str_find(html, STR("<h2 id=\"1-bao-su-co-khong-can-tai-khoan\">")) >= 0);
    assert_true(str_find(html, STR("<a href=\"#1-bao-su-co-khong-can-tai-khoan\">mục 1</a>")) >= 0);
    assert_true(str_find(html, STR("một\nhai")) >= 0);
    assert_true(str_find(html, STR(", API, <a href=\"https://example.vn/\">")) >= 0);
    assert_true(str_find(html, STR("<img src=\"/static/a.png\" alt=\"Hộp tin\" />")) >= 0);
    assert_true(str_find(html, STR("<td>b</td>")) >= 0);
    assert_true(str_find(html, STR("<script")) < 0);
}

static void test_markdown_words(void **state)
{
    assert_str(html_markdown_words(
                   &test_arena, STR("# Đầu\n\nGiữ **nguyên** `hxxp://a`:\n- một\n- hai [b](/x)")),
               "Đầu Giữ nguyên hxxp://a: một hai b");
    assert_str(html_markdown_words(&test_arena, STR("<b>x</b>\n\n    y  z\n")), "<b>x</b> y z");
    assert_str(html_markdown_words(&test_arena, STR("")), "");
}

static void markdown_makes_no_html_of_its_own(void **state)
{
    assert_str(markdown("a <b onclick=x>b</b>\nc <script>"),
               "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;<br />\nc &lt;script&gt;</p>\n");
    assert_str(markdown("<script>\nx\n</script>"),
               "<pre><code>&lt;script&gt;\nx\n&lt;/script&gt;\n</code></pre>\n");
    assert_str(markdown("[a](javascript:x) [b](data:text/html,x) [c](/x?a&b)"),
               "<p><a href=\"#\">a</a> <a href=\"#\">b</a> <a href=\"/x?a&amp;b\">c</a></p>\n");
}

static void pictures_from_elsewhere_become_links(void **state)
{
    assert_str(markdown("![a](http://example.com/x.png)"),
               "<p><a href=\"http://example.com/x.png\">a</a></p>\n");
    assert_str(markdown("![](//example.com/x.png)"),
               "<p><a href=\"//example.com/x.png\">//example.com/x.png</a></p>\n");
    assert_str(markdown("![a](/evidence/1)"), "<p><img src=\"/evidence/1\" alt=\"a\" /></p>\n");
    assert_str(markdown("[![a](http://b.example)](/x)"), "<p><a href=\"/x\"><em>a</em></a></p>\n");
}

static void tables_are_understood_and_addresses_left_alone(void **state)
{
    assert_str(markdown("|a|\n|-|\n|b|\n"),
               "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n"
               "</tr>\n</tbody>\n</table>\n");
    assert_str(markdown("~~x~~ https://example.vn/a"),
               "<p><del>x</del> https://example.vn/a</p>\n");
}

static struct str repeated(const char *part, size_t n)
{
    struct buf b = buf_make(&test_arena);

    for (size_t i = 0; i < n; i++)
        buf_add_c(&b, part);
    return buf_str(&b);
}

/* 60 KB in which each of 20,000 rows would be filled to 600 cells. */
static void a_text_made_to_blow_up_stays_small(void **state)
{
    struct buf b = buf_make(&test_arena);

    buf_add(&b, repeated("|a", 600));
    buf_add_char(&b, '\n');
    buf_add(&b, repeated("|-", 600));
    buf_add_char(&b, '\n');
    buf_add(&b, repeated("|x\n", 20000));
    assert_true(html_markdown(&test_arena, buf_str(&b)).markup.len < 10 * b.len);
    assert_true(html_markdown(&test_arena, repeated(">", 50000)).markup.len < 300000);
}

static void what_is_too_long_or_deep_is_shown_as_plain_text(void **state)
{
    struct str deep = repeated("> ", 101);
    struct str empty_first = str_printf(&test_arena, STR_FMT STR_FMT "a",
                                        STR_ARG(repeated("*\n\n", 200)), STR_ARG(deep));

    assert_true(str_starts(html_markdown(&test_arena, repeated("<", (256 << 10) + 1)).markup,
                           STR("<pre>&lt;")));
    assert_true(
        str_starts(html_markdown(&test_arena, repeated("> ", 90)).markup, STR("<blockquote>")));
    assert_true(str_starts(html_markdown(&test_arena, empty_first).markup, STR("<pre>")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(text_is_escaped_wherever_the_character_stands),
        ARENA_TEST(only_harmless_urls_pass),
        ARENA_TEST(parts_keep_only_unreserved_characters),
        ARENA_TEST(every_integer_type_is_written),
        ARENA_TEST(markdown_makes_no_html_of_its_own),
        ARENA_TEST(pictures_from_elsewhere_become_links),
        ARENA_TEST(tables_are_understood_and_addresses_left_alone),
        ARENA_TEST(test_markdown_words),
        ARENA_TEST(test_markdown_document),
        ARENA_TEST(a_text_made_to_blow_up_stays_small),
        ARENA_TEST(what_is_too_long_or_deep_is_shown_as_plain_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
