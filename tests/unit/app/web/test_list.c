#include "test.h"
#include "support/testreq.h"
#include "app/web/parts.h"

static const char *const sorts[] = {"-updated", "code", "title", NULL};

static struct testreq t;

static struct web_list parse(const char *target)
{
    struct web_list list;

    testreq_get(&t, target);
    web_list_parse(t.req, sorts, &list);
    return list;
}

static void test_defaults(void **unused)
{
    struct web_list list = parse("/incidents");

    assert_int_equal(list.limit, 25);
    assert_int_equal(list.offset, 0);
    assert_str(list.sort, "updated");
    assert_true(list.descending);
    assert_str(list.q, "");
    testreq_end(&t);
}

static void test_arguments(void **unused)
{
    struct web_list list =
        parse("/incidents?page=3&n=50&sort=-code&q=%20%C4%90i%E1%BB%81u+ph%E1%BB%91i");

    assert_int_equal(list.limit, 50);
    assert_int_equal(list.offset, 100);
    assert_str(list.sort, "code");
    assert_true(list.descending);
    assert_str(list.q, "dieu phoi");
    assert_str(list.q_raw, "Điều phối");
    testreq_end(&t);
}

/* What the URL asks for and is not offered is as if it were not there. */
static void test_refused_arguments(void **unused)
{
    static const char *const targets[] = {
        "/incidents?page=0&n=1000000&sort=password",
        "/incidents?page=-5&n=-1&sort=-",
        "/incidents?page=x&n=&sort=updated%20desc",
        "/incidents?page=99999999999999999999",
    };

    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        struct web_list list = parse(targets[i]);

        assert_int_equal(list.limit, 25);
        assert_int_equal(list.offset, 0);
        assert_str(list.sort, "updated");
        assert_true(list.descending);
        testreq_end(&t);
    }
}

static void test_far_page_is_bounded(void **unused)
{
    struct web_list list = parse("/incidents?page=9223372036854775807&n=100");

    assert_int_equal(list.offset, 9999 * 100);
    testreq_end(&t);
}

static void test_url_with(void **unused)
{
    testreq_get(&t, "/incidents?state=open&q=a%26b&page=4");
    assert_str(web_url_with(t.req, "state", STR("closed")), "/incidents?state=closed&q=a%26b");
    assert_str(web_url_with(t.req, "state", STR("")), "/incidents?q=a%26b");
    assert_str(web_url_with(t.req, "severity", STR("4")),
               "/incidents?state=open&q=a%26b&severity=4");
    assert_str(web_url_with(t.req, "page", STR("5")), "/incidents?state=open&q=a%26b&page=5");
    assert_str(web_url_with(t.req, "page", STR("")), "/incidents?state=open&q=a%26b");
    testreq_end(&t);
}

static void test_url_with_keeps_it_a_url(void **unused)
{
    testreq_get(&t, "/observables/domain/a%20b%3F%22?q=%22%3E%3Cscript%3E&q=second&empty=");
    assert_str(web_url_with(t.req, "x", STR("")),
               "/observables/domain/a%20b%3F%22?q=%22%3E%3Cscript%3E&q=second");
    assert_str(web_url_with(t.req, "q", STR("một")),
               "/observables/domain/a%20b%3F%22?q=m%E1%BB%99t");
    testreq_end(&t);
    testreq_get(&t, "/");
    assert_str(web_url_with(t.req, "lang", STR("en")), "/?lang=en");
    assert_str(web_url_with(t.req, "lang", STR("")), "/");
    testreq_end(&t);
}

static void test_sort_links(void **unused)
{
    struct web_list list = parse("/incidents?q=x&sort=code");
    struct ui_sort sort = ui_sort_of(&list, "code");

    assert_string_equal(sort.dir, "ascending");
    assert_str(sort.href, "/incidents?q=x&sort=-code");
    sort = ui_sort_of(&list, "updated");
    assert_null(sort.dir);
    assert_str(sort.href, "/incidents?q=x&sort=-updated");
    sort = ui_sort_of(&list, "title");
    assert_str(sort.href, "/incidents?q=x&sort=title");
    testreq_end(&t);
}

/* The numbers shown, "." a gap, "[n]" the present page. */
static struct str shown(const struct ui_pages *pages)
{
    struct buf out = buf_make(&test_arena);

    for (size_t i = 0; i < pages->numbers.len; i++) {
        const struct ui_page *page = &pages->numbers.at[i];

        if (page->number == 0)
            buf_add(&out, STR("."));
        else
            buf_printf(&out, page->current ? "[%" PRId64 "]" : "%" PRId64, page->number);
    }
    return buf_str(&out);
}

static void test_pages(void **unused)
{
    static const struct {
        const char *target;
        int64_t total, first, last;
        const char *shown, *previous, *next;
    } cases[] = {
        {"/x", 0, 0, 0, "", "", ""},
        {"/x", 25, 1, 25, "[1]", "", ""},
        {"/x", 26, 1, 25, "[1]2", "", "/x?page=2"},
        {"/x?page=2", 26, 26, 26, "1[2]", "/x", ""},
        {"/x?page=6&n=50", 600, 251, 300, "1.45[6]78.12", "/x?page=5&n=50", "/x?page=7&n=50"},
        {"/x?page=9", 60, 60, 60, "123", "/x?page=3", ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct web_list list = parse(cases[i].target);
        struct ui_pages pages = ui_pages_of(&list, cases[i].total);

        assert_int_equal(pages.first, cases[i].first);
        assert_int_equal(pages.last, cases[i].last);
        assert_str(shown(&pages), cases[i].shown);
        assert_str(pages.previous, cases[i].previous);
        assert_str(pages.next, cases[i].next);
        testreq_end(&t);
    }
}

static void test_sizes(void **unused)
{
    struct web_list list = parse("/x?n=50&page=3");
    struct ui_pages pages = ui_pages_of(&list, 500);

    assert_int_equal(pages.sizes.len, 3);
    assert_str(pages.sizes.at[0].href, "/x");
    assert_str(pages.sizes.at[2].href, "/x?n=100");
    assert_true(pages.sizes.at[1].current);
    testreq_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_defaults),
        ARENA_TEST(test_arguments),
        ARENA_TEST(test_refused_arguments),
        ARENA_TEST(test_far_page_is_bounded),
        ARENA_TEST(test_url_with),
        ARENA_TEST(test_url_with_keeps_it_a_url),
        ARENA_TEST(test_sort_links),
        ARENA_TEST(test_pages),
        ARENA_TEST(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
