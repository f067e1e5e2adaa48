#include "test.h"
#include "support/testreq.h"
#include "app/web/inner.h"
#include "sys/i18n/i18n.h"

static struct testreq t;

static void sign_in(bool admin)
{
    t.actor = (struct actor){.id = 7,
                             .name = STR("Điều phối <viên>"),
                             .position = STR("Trực ban"),
                             .home_org_name = STR("Công an tỉnh"),
                             .csrf = STR("token"),
                             .theme = STR("dark")};
    for (int p = 0; p < PERM_COUNT; p++)
        t.actor.anywhere[p] = admin ? role_may(ROLE_admin, p) : role_may(ROLE_coordinator, p);
}

static struct str render(const struct web_frame *frame)
{
    struct html_page p;

    web_page(t.req, &t.res, &p, frame);
    buf_add(p.out, STR("<p>body</p>"));
    web_page_end(&p);
    return buf_str(&t.res.body);
}

static bool has(struct str page, const char *what)
{
    return str_find(page, str_c(what)) >= 0;
}

static void reset_site(void **unused)
{
    site = (struct site){.name = STR("Ứng cứu & sự cố"),
                         .coordinator = STR("Công an tỉnh"),
                         .phone = STR("0262 3000 000"),
                         .zone = 420};
}

static void test_visitor(void **unused)
{
    struct str page;

    reset_site(NULL);
    testreq_get(&t, "/report");
    page = render(&(struct web_frame){.title = STR("Tin \"báo\"")});
    assert_true(str_starts(page, STR("<!doctype html>\n<html lang=\"vi\">")));
    assert_true(has(page, "<title>Tin &#34;báo&#34; - Ứng cứu &amp; sự cố</title>"));
    assert_true(has(page, "href=\"tel:02623000000\""));
    assert_true(has(page, "href=\"#main\""));
    assert_true(has(page, "<main id=\"main\""));
    assert_true(has(page, "href=\"/sign-in\""));
    assert_false(has(page, "class=\"rail\""));
    assert_false(has(page, "Dữ liệu mẫu"));
    assert_false(has(page, "style="));
    /* No cookie before sign-in, and no script that is not ours. */
    assert_true(testreq_sent(&t, "Set-Cookie").len == 0);
    assert_false(has(page, "htmx.js"));
    testreq_end(&t);
}

static void test_sample_is_marked(void **unused)
{
    reset_site(NULL);
    site.sample = true;
    testreq_get(&t, "/");
    assert_true(has(render(&(struct web_frame){.title = STR("x")}), "<b>Dữ liệu mẫu</b>"));
    testreq_end(&t);
}

static void test_signed_in(void **unused)
{
    struct str page;

    reset_site(NULL);
    testreq_get(&t, "/incidents?state=open");
    sign_in(false);
    page = render(&(struct web_frame){.title = STR("Sự cố"), .rail = "incidents"});
    assert_true(has(page, "<html lang=\"vi\" data-theme=\"dark\">"));
    assert_true(has(page, "<a href=\"/incidents\" data-go=\"i\" aria-current=\"page\">"));
    assert_true(has(page, "<a href=\"/reports\" data-go=\"t\">"));
    assert_true(has(page, "Điều phối &lt;viên&gt;"));
    assert_true(
        has(page, "action=\"/sign-out\"><input type=\"hidden\" name=\"csrf\" value=\"token\">"));
    assert_true(has(page, "name=\"back\" value=\"/incidents?state=open\""));
    /* What the role may not use is not offered. */
    assert_false(has(page, "href=\"/accounts\""));
    assert_false(has(page, "href=\"/audit\""));
    testreq_end(&t);
}

static void test_rail_of_an_administrator(void **unused)
{
    struct str page;

    reset_site(NULL);
    testreq_get(&t, "/accounts");
    sign_in(true);
    page = render(&(struct web_frame){.title = STR("Tài khoản"), .rail = "accounts"});
    assert_true(has(page, "<a href=\"/accounts\" data-go=\"u\" aria-current=\"page\">"));
    assert_false(has(page, "href=\"/incidents\""));
    testreq_end(&t);
}

static void test_public_frame_for_the_signed_in(void **unused)
{
    struct str page;

    reset_site(NULL);
    testreq_get(&t, "/report");
    sign_in(false);
    page = render(&(struct web_frame){.title = STR("x"), .public_frame = true});
    assert_false(has(page, "class=\"rail\""));
    assert_true(has(page, "href=\"/home\""));
    testreq_end(&t);
}

static void test_crumbs(void **unused)
{
    struct str page;

    reset_site(NULL);
    testreq_get(&t, "/x");
    page = render(&(struct web_frame){
        .title = STR("x"), .crumbs = {{STR("Sự cố"), STR("/incidents")}}, .crumbs_len = 1});
    assert_true(has(page, "<li><a href=\"/incidents\">Sự cố</a></li>"));
    testreq_end(&t);
}

/* Takes the cookie a response sets into the next request. */
static struct str cookie_of(const struct testreq *from)
{
    struct str cookie = testreq_sent(from, "Set-Cookie");
    ptrdiff_t end = str_find_char(cookie, ';');

    return str_dup(&test_arena, str_sub(cookie, 0, end < 0 ? cookie.len : (size_t)end));
}

static void test_flash_is_shown_once(void **unused)
{
    struct str cookie, page;

    reset_site(NULL);
    testreq_get(&t, "/x");
    sign_in(false);
    web_flash(t.req, &t.res, STR("Đã giao việc; <xong>"));
    cookie = cookie_of(&t);
    testreq_end(&t);

    testreq_get(&t, "/x");
    sign_in(false);
    testreq_header(&t, "Cookie", cookie);
    page = render(&(struct web_frame){.title = STR("x")});
    assert_true(has(page, "<div>Đã giao việc; &lt;xong&gt;</div>"));
    assert_true(str_find(testreq_sent(&t, "Set-Cookie"), STR("Max-Age=0")) > 0);
    testreq_end(&t);
}

/* What came of it is a click away, and so is the way back. */
static void test_flash_leads_on_and_back(void **unused)
{
    struct str cookie, page;

    reset_site(NULL);
    testreq_get(&t, "/x");
    sign_in(false);
    web_flash_said(t.req, &t.res,
                   &(struct web_said){.text = STR("Đã gộp <x>."),
                                      .href = STR("/incidents/SC-2026-0001"),
                                      .link = STR("Mở \"SC\""),
                                      .action = STR("/reports/undo"),
                                      .undo_id = 7});
    cookie = cookie_of(&t);
    testreq_end(&t);

    testreq_get(&t, "/x");
    sign_in(false);
    testreq_header(&t, "Cookie", cookie);
    page = render(&(struct web_frame){.title = STR("x")});
    assert_true(has(page, "<div>Đã gộp &lt;x&gt;. <a href=\"/incidents/SC-2026-0001\">"));
    assert_true(has(page, "action=\"/reports/undo\""));
    assert_true(has(page, "data-key=\"u\""));
    assert_true(has(page, "name=\"undo\" value=\"7\""));
    testreq_end(&t);
}

static void test_flash_of_others_is_not_shown(void **unused)
{
    struct str cookie;
    char *forged;

    reset_site(NULL);
    testreq_get(&t, "/x");
    sign_in(false);
    web_flash(t.req, &t.res, STR("abc"));
    cookie = cookie_of(&t);
    testreq_end(&t);
    forged = str_cdup(&test_arena, cookie);
    forged[cookie.len - 1] ^= 1;

    testreq_get(&t, "/x");
    sign_in(false);
    testreq_header(&t, "Cookie", str_c(forged));
    assert_false(has(render(&(struct web_frame){.title = STR("x")}), "alert-success"));
    testreq_end(&t);

    /* The right one, but a quarter of an hour late. */
    testreq_get(&t, "/x");
    sign_in(false);
    t.req->now += 15 * 60 * 1000;
    testreq_header(&t, "Cookie", cookie);
    assert_false(has(render(&(struct web_frame){.title = STR("x")}), "alert-success"));
    testreq_end(&t);
}

static void test_no_flash_for_visitors(void **unused)
{
    reset_site(NULL);
    testreq_get(&t, "/x");
    web_flash(t.req, &t.res, STR("abc"));
    assert_true(testreq_sent(&t, "Set-Cookie").len == 0);
    testreq_end(&t);
}

static void test_every_text_is_translated(void **unused)
{
    size_t before = i18n_missing();

    reset_site(NULL);
    testreq_get(&t, "/x");
    sign_in(true);
    render(&(struct web_frame){.title = STR("x")});
    testreq_end(&t);
    testreq_get(&t, "/x");
    render(&(struct web_frame){.title = STR("x")});
    testreq_end(&t);
    assert_int_equal(i18n_missing(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_visitor),
        ARENA_TEST(test_sample_is_marked),
        ARENA_TEST(test_signed_in),
        ARENA_TEST(test_rail_of_an_administrator),
        ARENA_TEST(test_public_frame_for_the_signed_in),
        ARENA_TEST(test_crumbs),
        ARENA_TEST(test_flash_is_shown_once),
        ARENA_TEST(test_flash_leads_on_and_back),
        ARENA_TEST(test_flash_of_others_is_not_shown),
        ARENA_TEST(test_no_flash_for_visitors),
        ARENA_TEST(test_every_text_is_translated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
