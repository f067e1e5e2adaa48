#include "apitest.h"

/* What the pages of a system and of an organisation tell about their past: words, not what the log
 * stores. */

static void opens(struct apitest *t, const char *path)
{
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 200);
}

static void shows(struct apitest *t, const char *text)
{
    if (!browser_shows(&t->b, text))
        fail_msg("the page does not show \"%s\"", text);
}

static void changes(struct apitest *t, const char *method, const char *path, const char *body)
{
    as(t, &t->p.coordinator);
    call(t, method, path, body, strcmp(method, "PATCH") == 0 ? "If-Match: *\r\n" : NULL);
    assert_int_equal(t->b.page.status / 100, 2);
}

/* The first text of a stored entry that a page shows. */
static void assert_nothing_stored(struct apitest *t)
{
    static const char *const stored[] = {"&quot;:", "&#34;:", "{\"", "\":["};

    for (size_t i = 0; i < ARRAY_LEN(stored); i++) {
        struct str history = browser_between(&t->b, "<h2>Lịch sử</h2>", "</section>");

        assert_true(history.len > 0);
        assert_true(str_find(history, str_c(stored[i])) < 0);
    }
}

static void test_a_system_tells_its_changes(void **state)
{
    struct apitest *t = *state;
    struct str id;

    changes(t, "PATCH", "/api/v1/systems/HT-0001",
            "{\"name\":\"Cổng <mới>\",\"level\":4,\"state\":\"retired\",\"operator\":\"DV-0001\","
            "\"decision_date\":\"2025-07-01\",\"phone\":\"0262 3811 000\"}");
    changes(t, "POST", "/api/v1/systems/HT-0001/networks", "{\"value\":\"198.51.100.0/24\"}");
    changes(t, "POST", "/api/v1/systems/HT-0001/products",
            "{\"vendor\":\"Example\",\"product\":\"Máy chủ web\",\"version\":\"2.4\"}");
    id = str_dup(&t->p.t.arena, member(t, "id"));
    opens(t, "/systems/HT-0001");
    shows(t, "→ Cổng &lt;mới&gt;");
    shows(t, "→ Cấp độ 4");
    shows(t, "→ Đã ngừng");
    shows(t, "Ngày quyết định: (trống) → 01/07/2025");
    shows(t, "Điện thoại: đã thay đổi");
    shows(t, "Đã thêm: 198.51.100.0/24");
    shows(t, "Đã thêm: Example Máy chủ web 2.4");
    assert_nothing_stored(t);
    /* How somebody is reached is not kept in a log that nobody may edit. */
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%3811%'"),
                     0);
    changes(t, "DELETE",
            str_printf(&t->p.t.arena, "/api/v1/systems/HT-0001/products/" STR_FMT, STR_ARG(id)).ptr,
            NULL);
    opens(t, "/systems/HT-0001");
    shows(t, "Đã bỏ: Example Máy chủ web 2.4");
}

static void test_an_organisation_tells_its_changes(void **state)
{
    struct apitest *t = *state;
    struct str id;

    changes(t, "PATCH", "/api/v1/orgs/DV-0002",
            "{\"name\":\"Sở Y tế <mới>\",\"kind\":\"hospital\",\"parent\":\"DV-0003\"}");
    changes(t, "POST", "/api/v1/orgs/DV-0002/networks", "{\"value\":\"yte.example.vn\"}");
    changes(t, "DELETE", "/api/v1/orgs/DV-0002/networks/yte.example.vn", NULL);
    changes(t, "POST", "/api/v1/orgs/DV-0002/contacts",
            "{\"kind\":\"primary\",\"name\":\"Trực ban\",\"phone\":\"0262 3811 000\"}");
    id = str_dup(&t->p.t.arena, member(t, "id"));
    changes(t, "DELETE",
            str_printf(&t->p.t.arena, "/api/v1/orgs/DV-0002/contacts/" STR_FMT, STR_ARG(id)).ptr,
            NULL);
    opens(t, "/orgs/DV-0002");
    shows(t, "→ Sở Y tế &lt;mới&gt;");
    shows(t, "→ Bệnh viện, cơ sở y tế");
    shows(t, "Trực thuộc: ");
    shows(t, "Đã thêm: yte.example.vn");
    shows(t, "Đã bỏ: yte.example.vn");
    shows(t, "Đã thêm đầu mối: ");
    shows(t, "Đã bỏ đầu mối: ");
    assert_nothing_stored(t);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%3811%'"),
                     0);
}

/* Entries from before the log kept both values, and such as nobody knows, do no harm. */
static void test_old_entries_are_told_as_far_as_they_go(void **state)
{
    struct apitest *t = *state;

    changes(t, "PATCH", "/api/v1/systems/HT-0001", "{\"level\":3}");
    testdb_sql(&t->p.t, "UPDATE audit SET detail = '{\"level\":[0,2],\"row\":7}' "
                        "WHERE action = 'system.edit'");
    opens(t, "/systems/HT-0001");
    shows(t, "(trống) → Cấp độ 2");
    assert_nothing_stored(t);
    testdb_sql(&t->p.t, "UPDATE audit SET detail = '[1' WHERE action = 'system.edit'");
    opens(t, "/systems/HT-0001");
    assert_nothing_stored(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_a_system_tells_its_changes),
        API_TEST(test_an_organisation_tells_its_changes),
        API_TEST(test_old_entries_are_told_as_far_as_they_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
