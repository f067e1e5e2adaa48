#include "apitest.h"

#include "base/clock.h"

/* What is special about the rooms other than reports and incidents; and the exports, as files. */

static const char *path_of(struct apitest *t, const char *before, struct str code,
                           const char *behind)
{
    return str_printf(&t->p.t.arena, "%s" STR_FMT "%s", before, STR_ARG(code), behind).ptr;
}

static void test_organisations(void **state)
{
    struct apitest *t = *state;
    struct str code, contact;

    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/orgs",
         "{\"name\":\"Chi cục Thủy lợi\",\"kind\":\"department\",\"parent\":\"DV-0001\"}", NULL);
    assert_answer(t, 201, "\"parent\":\"DV-0001\"");
    code = str_dup(&t->p.t.arena, member(t, "code"));
    call(t, "PATCH", path_of(t, "/api/v1/orgs/", code, ""), "{\"parent\":\"DV-0002\"}",
         "If-Match: *\r\n");
    assert_answer(t, 200, "\"parent\":\"DV-0002\"");
    assert_answer(t, 200, "Chi cục Thủy lợi");
    call(t, "PATCH", "/api/v1/orgs/DV-0002",
         str_printf(&t->p.t.arena, "{\"parent\":\"" STR_FMT "\"}", STR_ARG(code)).ptr,
         "If-Match: *\r\n");
    assert_answer(t, 400, "\"pointer\":\"#/parent\"");
    call(t, "POST", path_of(t, "/api/v1/orgs/", code, "/contacts"),
         "{\"kind\":\"primary\",\"name\":\"Trực ban\",\"phone\":\"0262 3811 000\"}", NULL);
    assert_answer(t, 200, "0262 3811 000");
    contact = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "DELETE", path_of(t, path_of(t, "/api/v1/orgs/", code, "/contacts/"), contact, ""),
         NULL, NULL);
    assert_answer(t, 200, "\"contacts\":[]");
    call(t, "DELETE", path_of(t, path_of(t, "/api/v1/orgs/", code, "/contacts/"), contact, ""),
         NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    call(t, "POST", path_of(t, "/api/v1/orgs/", code, "/networks"), "{\"value\":\"192.0.2.0/24\"}",
         NULL);
    assert_answer(t, 200, "\"value\":\"192.0.2.0/24\"");
    call(t, "POST", path_of(t, "/api/v1/orgs/", code, "/networks"), "{\"value\":\"192.0.2.0/99\"}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/value\"");
    call(t, "DELETE", path_of(t, "/api/v1/orgs/", code, "/networks/192.0.2.0%2F24"), NULL, NULL);
    assert_answer(t, 200, "\"networks\":[]");
    /* A stranger learns nothing of it. */
    as(t, &t->p.stranger);
    call(t, "GET", path_of(t, "/api/v1/orgs/", code, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

static void test_successions(void **state)
{
    static const char merge[] = "{\"kind\":\"merge\",\"to\":\"DV-0001\",\"at\":\"2026-11-01\","
                                "\"document\":\"01/NQ\",\"move_systems\":true}";
    struct apitest *t = *state;
    const char *match;

    as(t, &t->p.coordinator);
    call(t, "GET", "/api/v1/orgs/DV-0002/belongings", NULL, NULL);
    assert_answer(t, 200, "\"systems\":1");
    call(t, "GET", "/api/v1/orgs/DV-0002", NULL, NULL);
    match =
        str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(answered(t, "ETag"))).ptr;
    call(t, "POST", "/api/v1/orgs/DV-0002/successions", merge, NULL);
    assert_answer(t, 428, "VERSION_NEEDED");
    call(t, "POST", "/api/v1/orgs/DV-0002/successions",
         "{\"kind\":\"merge\",\"to\":\"DV-9999\",\"at\":\"2026-11-01\"}", match);
    assert_answer(t, 400, "\"pointer\":\"#/to\"");
    call(t, "POST", "/api/v1/orgs/DV-0002/successions",
         "{\"kind\":\"merge\",\"to\":\"DV-0001\",\"at\":\"2026-11-01\",\"lives_on\":true}", match);
    assert_answer(t, 400, "\"pointer\":\"#/lives_on\"");
    call(t, "POST", "/api/v1/orgs/DV-0002/successions", merge, match);
    assert_answer(t, 200, "\"valid_to\":\"2026-11-01\"");
    assert_answer(t, 200, "\"document\":\"01/NQ\"");
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM system s JOIN org o ON o.id = "
                                         "s.owner_id WHERE o.code = 'DV-0002'"),
                     0);
    call(t, "POST", "/api/v1/orgs/DV-0002/successions", merge, match);
    assert_answer(t, 412, "\"action\":\"org.succeed\"");
    /* It would go in a circle. */
    call(t, "POST", "/api/v1/orgs/DV-0001/successions",
         "{\"kind\":\"replace\",\"to\":\"DV-0002\",\"at\":\"2026-11-02\"}", "If-Match: *\r\n");
    assert_answer(t, 400, "\"pointer\":\"#/to\"");
    call(t, "GET", "/api/v1/orgs/DV-0001/successions", NULL, NULL);
    assert_answer(t, 200, "\"before\":true,\"code\":\"DV-0002\"");
    /* Whoever only reads organisations neither makes nor takes back one. */
    as(t, &t->p.officer);
    call(t, "DELETE", "/api/v1/orgs/DV-0002/successions/DV-0001", NULL, "If-Match: *\r\n");
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "DELETE", "/api/v1/orgs/DV-0002/successions/DV-0003", NULL, "If-Match: *\r\n");
    assert_int_equal(t->b.page.status, 404);
    call(t, "DELETE", "/api/v1/orgs/DV-0002/successions/DV-0001", NULL, "If-Match: *\r\n");
    assert_answer(t, 200, "\"valid_to\":null");
    assert_answer(t, 200, "\"successions\":[]");
}

static void test_systems(void **state)
{
    struct apitest *t = *state;
    struct str tag, match;

    as(t, &t->p.officer);
    call(t, "POST", "/api/v1/systems",
         "{\"name\":\"Một cửa\",\"owner\":\"DV-0002\",\"state\":\"live\",\"level\":2,"
         "\"decision_date\":\"2025-07-01\"}",
         "Idempotency-Key: systems-0000000001\r\n");
    assert_answer(t, 201, "\"decision_date\":\"2025-07-01\"");
    call(t, "GET", "/api/v1/systems/HT-0003", NULL, NULL);
    assert_answer(t, 200, "\"level\":2");
    tag = answered(t, "ETag");
    match = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(tag));
    call(t, "PATCH", "/api/v1/systems/HT-0003", "{\"level\":3,\"operator\":\"DV-0001\"}",
         match.ptr);
    assert_answer(t, 200, "\"operator\":\"DV-0001\"");
    call(t, "PATCH", "/api/v1/systems/HT-0003", "{\"level\":4}", match.ptr);
    assert_answer(t, 412, "\"action\":\"system.edit\"");
    call(t, "PATCH", "/api/v1/systems/HT-0003", "{\"owner\":\"DV-0003\"}", "If-Match: *\r\n");
    assert_int_equal(t->b.page.status, 403); /* not given away to where one has no say */
    call(t, "POST", "/api/v1/systems/HT-0003/products",
         "{\"vendor\":\"Example\",\"product\":\"Máy chủ web\",\"version\":\"2.4\"}", NULL);
    assert_answer(t, 200, "Máy chủ web");
    call(t, "GET", "/api/v1/systems?sort=-level&limit=1", NULL, NULL);
    assert_answer(t, 200, "\"level\":3");
    assert_true(str_find(t->b.page.body, STR("cursor=")) > 0);
    call(t, "GET", member(t, "next").ptr, NULL, NULL);
    assert_answer(t, 200, "\"next\":null");
    call(t, "GET", "/api/v1/systems/HT-0002", NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

static void test_search_observables_me_audit(void **state)
{
    struct apitest *t = *state;
    struct str code;

    province_incident(&t->p, false, "amber", &code);
    as(t, &t->p.coordinator);
    call(t, "POST", path_of(t, "/api/v1/incidents/", code, "/observables"),
         "{\"value\":\"198.51.100.7\"}", NULL);
    call(t, "GET", "/api/v1/search?q=may+chu", NULL, NULL);
    assert_answer(t, 200, "\"kind\":\"incidents\"");
    call(t, "GET", "/api/v1/search", NULL, NULL);
    assert_answer(t, 400, "\"pointer\":\"?q\"");
    call(t, "GET", "/api/v1/observables/ipv4/198.51.100.7", NULL, NULL);
    assert_answer(t, 200, "\"known\":true");
    call(t, "POST", "/api/v1/observables/recognise", "{\"text\":\"198[.]51[.]100[.]7\"}", NULL);
    assert_true(str_eq(member(t, "codes"), code));
    call(t, "GET", "/api/v1/me", NULL, NULL);
    assert_answer(t, 200, "\"csrf\":null");
    assert_answer(t, 200, "{\"name\":\"incident.manage\"}");
    call(t, "GET", "/api/v1/audit", NULL, NULL);
    assert_int_equal(t->b.page.status, 403);
    as(t, &t->p.stranger);
    call(t, "GET", "/api/v1/observables/ipv4/198.51.100.7", NULL, NULL);
    assert_answer(t, 200, "\"incidents\":[]");
    assert_answer(t, 200, "\"hidden\":1");
    as(t, &t->p.auditor);
    call(t, "GET", "/api/v1/audit?limit=1&action=incident.", NULL, NULL);
    assert_answer(t, 200, "\"action\":\"incident.observable_add\"");
    call(t, "GET", member(t, "next").ptr, NULL, NULL);
    assert_answer(t, 200, "\"action\":\"incident.");
    call(t, "GET", "/api/v1/audit?from=hom+qua", NULL, NULL);
    assert_answer(t, 400, "\"pointer\":\"?from\"");
    call(t, "GET", "/api/v1/audit/check", NULL, NULL);
    assert_answer(t, 200, "\"intact\":true");
    call(t, "GET", "/api/v1/accounts", NULL, NULL);
    assert_answer(t, 200, "\"login\":\"canbo\"");
    call(t, "POST", "/api/v1/accounts/canbo/grants", "{}", NULL);
    assert_int_equal(t->b.page.status, 403);
}

/* ---- exports: files of the pages, by session ---------------------------------------------------
 */

static void make_incident(struct apitest *t, const char *title)
{
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/incidents",
         str_printf(&t->p.t.arena,
                    "{\"title\":\"%s\",\"org\":\"DV-0002\",\"kind\":\"ransom\",\"severity\":3,"
                    "\"tlp\":\"amber\",\"detected_at\":\"2026-11-20T08:00:00+07:00\"}",
                    title)
             .ptr,
         NULL);
    assert_int_equal(t->b.page.status, 201);
    as_visitor(t);
}

static void test_csv(void **state)
{
    struct apitest *t = *state;

    make_incident(t, "=HYPERLINK(1)");
    make_incident(t, "Bình thường, có \\\"ngoặc\\\"");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/incidents.csv?q=thuong");
    assert_int_equal(t->b.page.status, 200);
    assert_true(str_starts(t->b.page.body, STR("\xef\xbb\xbfMã,")));
    assert_true(browser_shows(&t->b, "\"Bình thường, có \"\"ngoặc\"\"\""));
    assert_false(browser_shows(&t->b, "HYPERLINK"));
    assert_true(browser_shows(&t->b, ",2026-11-20 08:00:00,"));
    assert_true(browser_shows(&t->b, ",TLP:AMBER,"));
    assert_true(str_find(answered(t, "Content-Disposition"), STR("incidents-2026-11-22.csv")) > 0);
    /* Nothing that a spreadsheet would run. */
    browser_get(&t->b, "/incidents.csv");
    assert_true(browser_shows(&t->b, ",'=HYPERLINK(1),"));
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM audit WHERE action = "
                                         "'incident.export' AND detail LIKE '%\"rows\":2%'"),
                     1);
    /* The same filters, the same reach. */
    sit_down(t, &t->p.stranger);
    browser_get(&t->b, "/incidents.csv?state=all");
    assert_int_equal(count_of(t, "\r\n"), 1);
}

static void test_json_holds_every_row(void **state)
{
    struct apitest *t = *state;
    struct err err = {0};

    for (int i = 0; i < 60; i++)
        make_incident(t, "Một trong nhiều");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/incidents.json?page=2&n=25");
    assert_true(json_valid(t->b.page.body, &err));
    assert_int_equal(count_of(t, "\"code\":\"SC-"), 60);
}

/* A ZIP whose parts stand uncompressed would be searched; what matters is that it is one, named so,
 * and that spreadsheets' own reader in the browser test opens it. */
static void test_xlsx(void **state)
{
    struct apitest *t = *state;

    make_incident(t, "Sự cố có dấu");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/incidents.xlsx");
    assert_int_equal(t->b.page.status, 200);
    assert_true(str_starts(t->b.page.body, STR("PK\x03\x04")));
    assert_true(str_is(answered(t, "Content-Type"),
                       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    sit_down(t, &t->p.auditor);
    browser_get(&t->b, "/audit.xlsx");
    assert_true(str_starts(t->b.page.body, STR("PK\x03\x04")));
    browser_get(&t->b, "/audit.csv");
    assert_true(browser_shows(&t->b, "incident.export"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_organisations), API_TEST(test_successions),
        API_TEST(test_systems),       API_TEST(test_search_observables_me_audit),
        API_TEST(test_csv),           API_TEST(test_json_holds_every_row),
        API_TEST(test_xlsx),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
