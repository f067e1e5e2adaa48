#include "test.h"
#include "support/testdb.h"
#include "support/testreq.h"
#include "app/web/web.h"
#include "sys/i18n/i18n.h"

static struct testdb t;

static int open_db(void **unused)
{
    testdb_open(&t);
    return 0;
}

static int close_db(void **unused)
{
    testdb_close(&t);
    i18n_set_zone(420);
    return 0;
}

static void set(const char *key, const char *value)
{
    struct err err = {0};

    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(site_set(t.db, key, str_c(value), &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);
}

static void test_an_empty_site_has_defaults(void **unused)
{
    struct err err = {0};

    assert_int_equal(site_load(t.pool, STR("/dir"), &err), 0);
    assert_str(site.name, "Ứng Cứu");
    assert_str(site.coordinator, "Ứng Cứu");
    assert_int_equal(site.zone, 420);
    assert_false(site.sample);
    assert_ptr_equal(site.pool, t.pool);
}

static void test_settings_are_read(void **unused)
{
    struct err err = {0};

    set("name", "Ứng cứu sự cố tỉnh");
    set("name", "Ứng cứu sự cố tỉnh Đắk Lắk");
    set("coordinator", "Công an tỉnh");
    set("phone", "0262 3000 000");
    set("email", "ungcuu@example.vn");
    set("base_url", "https://ungcuu.example.vn");
    set("sample", "1");
    set("zone", "60");
    assert_int_equal(site_load(t.pool, STR("/dir"), &err), 0);
    assert_str(site.name, "Ứng cứu sự cố tỉnh Đắk Lắk");
    assert_str(site.coordinator, "Công an tỉnh");
    assert_str(site.phone, "0262 3000 000");
    assert_str(site.email, "ungcuu@example.vn");
    assert_str(site.base_url, "https://ungcuu.example.vn");
    assert_true(site.sample);
    assert_int_equal(site.zone, 60);
    assert_int_equal(i18n_zone(), 60);
}

static void test_unknown_settings_are_refused(void **unused)
{
    struct err err = {0};

    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(site_set(t.db, "form_secret", STR("x"), &err), ERR_INVALID);
    db_rollback(t.db);
}

static void test_one_connection_a_request(void **unused)
{
    struct testreq req;
    struct db *first, *second;
    struct err err = {0};

    assert_int_equal(site_load(t.pool, STR("/dir"), &err), 0);
    testreq_get(&req, "/");
    assert_int_equal(web_db(req.req, &first, &err), 0);
    assert_int_equal(web_db(req.req, &second, &err), 0);
    assert_ptr_equal(first, second);
    testreq_end(&req);
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, open_db, close_db)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SITE_TEST(test_an_empty_site_has_defaults),
        SITE_TEST(test_settings_are_read),
        SITE_TEST(test_unknown_settings_are_refused),
        SITE_TEST(test_one_connection_a_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
