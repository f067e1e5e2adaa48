#include "test.h"

#include "cmd/cmd.h"

struct opts {
    bool json;
    struct str dir;
    int64_t port, memory, from;
    struct cmd_texts rules;
};

static const struct cmd_option table[] = {
    CMD_FLAG(struct opts, json, "json", "write JSON"),
    CMD_TEXT(struct opts, dir, "dir", "DIR", "data directory"),
    CMD_INT(struct opts, port, "port", "PORT", "to listen on", 1, 65535),
    CMD_SIZE(struct opts, memory, "max-memory", "SIZE", "most to use"),
    CMD_TIME(struct opts, from, "from", "T", "begin"),
    CMD_TEXTS(struct opts, rules, "rules", "PATH", "rules to load"),
    CMD_END,
};
static const struct opts defaults = {.port = 8080};
static const struct command command = {
    .name = "try",
    .args = "FILE...",
    .args_min = 0,
    .args_max = 2,
    .options = table,
    .options_size = sizeof(struct opts),
    .defaults = &defaults,
};

static struct cmd parsed;
static struct err err;

static int parse(const char *line)
{
    static char *argv[32];
    struct str rest = str_c(line), word;
    int argc = 0;

    while (rest.len > 0 && str_split(&rest, ' ', &word))
        argv[argc++] = str_cdup(&test_arena, word);
    parsed = (struct cmd){.command = &command, .arena = &test_arena};
    err_clear(&err);
    return cmd_parse(&parsed, argc, argv, &err);
}

static const struct opts *opts(void)
{
    return parsed.options;
}

static void test_forms(void **state)
{
    assert_int_equal(parse("--json --dir /a --rules=x --rules y --port=99 one two"), 0);
    assert_true(opts()->json);
    assert_str(opts()->dir, "/a");
    assert_int_equal(opts()->port, 99);
    assert_int_equal(opts()->rules.len, 2);
    assert_str(opts()->rules.at[1], "y");
    assert_int_equal(parsed.args_len, 2);
    assert_str(parsed.args[1], "two");
}

static void test_defaults_and_mixed_order(void **state)
{
    assert_int_equal(parse("one --json two"), 0);
    assert_int_equal(opts()->port, 8080);
    assert_null(opts()->dir.ptr);
    assert_int_equal(parsed.args_len, 2);
    assert_int_equal(parse("--dir= -"), 0);
    assert_non_null(opts()->dir.ptr);
    assert_int_equal(opts()->dir.len, 0);
    assert_str(parsed.args[0], "-");
}

static void test_double_dash_ends_options(void **state)
{
    assert_int_equal(parse("-- --json"), 0);
    assert_false(opts()->json);
    assert_str(parsed.args[0], "--json");
}

static void test_help_wins(void **state)
{
    assert_int_equal(parse("--help"), 1);
    assert_int_equal(parse("-- --help"), 0);
}

static void test_sizes_and_times(void **state)
{
    assert_int_equal(parse("--max-memory 250M --from 2026-11-22T10:00:00Z"), 0);
    assert_int_equal(opts()->memory, 250 * 1024 * 1024);
    assert_int_equal(opts()->from, 1795341600000);
    assert_int_equal(parse("--max-memory 4g"), 0);
    assert_int_equal(opts()->memory, INT64_C(4) << 30);
    assert_int_equal(parse("--max-memory 512"), 0);
    assert_int_equal(opts()->memory, 512);
    assert_int_equal(parse("--max-memory 99999999999T"), ERR_USAGE);
    assert_int_equal(parse("--max-memory M"), ERR_USAGE);
    assert_int_equal(parse("--from yesterday"), ERR_USAGE);
}

static void refused(const char *line, const char *what, const char *hint)
{
    assert_int_equal(parse(line), ERR_USAGE);
    assert_string_equal(err.what, what);
    assert_string_equal(err.hint, hint);
}

static void test_refusals_say_what_to_do(void **state)
{
    refused("--jsno", "unknown option --jsno", "did you mean --json?");
    refused("--max", "unknown option --max", "did you mean --max-memory?");
    refused("--xyzzy", "unknown option --xyzzy", "");
    refused("--json=1", "--json takes no value", "");
    refused("--dir", "--dir needs a value: --dir DIR", "");
    refused("--port 0", "--port 0: between 1 and 65535", "");
    refused("--port abc", "--port abc: not a whole number", "");
    refused("a b c", "unexpected \"c\"", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_forms),
        ARENA_TEST(test_defaults_and_mixed_order),
        ARENA_TEST(test_double_dash_ends_options),
        ARENA_TEST(test_help_wins),
        ARENA_TEST(test_sizes_and_times),
        ARENA_TEST(test_refusals_say_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
