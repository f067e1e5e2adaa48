#include "test.h"

#include "sys/config/config.h"

static struct config c;
static struct err err;

static int parse(const char *text)
{
    err_clear(&err);
    return config_parse(&test_arena, STR("/srv/site"), "ungcuu.conf", str_c(text), &c, &err);
}

static void test_defaults(void **state)
{
    assert_int_equal(parse(""), 0);
    assert_str(c.database, "sqlite:/srv/site/ungcuu.db");
    assert_str(c.host, "127.0.0.1");
    assert_int_equal(c.port, 8080);
    assert_str(c.base_url, "http://127.0.0.1:8080");
    assert_int_equal(c.zone, 420);
    assert_int_equal(c.trusted_proxy.len, 0);
}

static void test_values(void **state)
{
    assert_int_equal(parse("# comment\r\n"
                           "database = sqlite:/var/db/x.db\n"
                           "  port=9000\n"
                           "base_url = \"https://ungcuu.example.vn/\"\n"
                           "zone = -03:30\n"
                           "trusted_proxy = 192.0.2.1, 2001:db8::1\n"),
                     0);
    assert_str(c.database, "sqlite:/var/db/x.db");
    assert_int_equal(c.port, 9000);
    assert_str(c.base_url, "https://ungcuu.example.vn");
    assert_int_equal(c.zone, -210);
    assert_str(c.trusted_proxy, "192.0.2.1, 2001:db8::1");
    assert_int_equal(parse("database = postgresql://u@db.example.vn/ungcuu?sslmode=require"), 0);
    assert_str(c.database, "postgresql://u@db.example.vn/ungcuu?sslmode=require");
    assert_int_equal(parse("database = sqlite:sub/x.db"), 0);
    assert_str(c.database, "sqlite:/srv/site/sub/x.db");
    assert_int_equal(parse("trusted_proxy = \"a \\\"b\\\" \\\\\""), 0);
    assert_str(c.trusted_proxy, "a \"b\" \\");
}

static void refused(const char *text, int code, const char *what)
{
    assert_int_equal(parse(text), code);
    assert_string_equal(err.what, what);
}

static void test_mistakes_are_named(void **state)
{
    refused("port = 1\n\n  prot = 2\n", ERR_SYNTAX, "ungcuu.conf:3:3: unknown key \"prot\"");
    assert_string_equal(err.hint, "did you mean port?");
    refused("hello", ERR_SYNTAX, "ungcuu.conf:1:1: expected key = value");
    refused("port = 1\nport = 2", ERR_SYNTAX, "ungcuu.conf:2:1: this key was set before");
    refused("port = 70000", ERR_INVALID,
            "ungcuu.conf:1:8: port: \"70000\" is not a number from 1 to 65535");
    refused("port =", ERR_INVALID, "ungcuu.conf:1:7: port: \"\" is not a number from 1 to 65535");
    refused("zone = 7", ERR_INVALID,
            "ungcuu.conf:1:8: zone: \"7\" is not an offset from UTC such as +07:00");
    refused("base_url = \"x", ERR_SYNTAX, "ungcuu.conf:1:12: the quote has no end");
    refused("host = \"x\" y", ERR_SYNTAX, "ungcuu.conf:1:11: text behind the closing quote");
    refused("database = mysql:x", ERR_INVALID,
            "ungcuu.conf:1:12: database: \"mysql:x\" is not sqlite:PATH or "
            "postgresql://USER@HOST/NAME");
}

static void test_text_reads_back(void **state)
{
    struct config before;
    struct str text;

    parse("port = 9\nzone = -01:00\nbase_url = https://a.example.vn\nmetrics_from = 192.0.2.1\n"
          "connections = 3\nhost = ::1\n");
    before = c;
    text = config_text(&test_arena, STR("/srv/site"), &before);
    assert_int_equal(parse(text.ptr), 0);
    assert_str_eq(c.database, before.database);
    assert_str_eq(c.host, before.host);
    assert_int_equal(c.port, 9);
    assert_int_equal(c.zone, -60);
    assert_str_eq(c.base_url, before.base_url);
    assert_str_eq(c.metrics_from, before.metrics_from);
    assert_int_equal(c.connections, 3);
    /* below its directory the path is relative, so that the directory may be moved */
    assert_true(str_find(text, STR("database = sqlite:ungcuu.db\n")) > 0);
}

static void test_missing_file(void **state)
{
    assert_int_equal(config_read(&test_arena, STR("/nowhere/at/all"), &c, &err), ERR_NOT_FOUND);
    assert_string_equal(err.hint, "make a site there: ungcuu init --dir /nowhere/at/all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_defaults),           ARENA_TEST(test_values),
        ARENA_TEST(test_mistakes_are_named), ARENA_TEST(test_text_reads_back),
        ARENA_TEST(test_missing_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
