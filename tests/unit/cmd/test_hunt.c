#include "support/program.h"
#include "test.h"

#include "base/io.h"

#include <ftw.h>

/* ungcuu hunt as a program: exit statuses, formats, and its sub-commands. */
static char folder[64];

static char *in_folder(const char *name)
{
    return (char *)(uintptr_t)io_join(&test_arena, str_c(folder), str_c(name)).ptr;
}

static char *file(const char *name, const char *text)
{
    struct err err;
    char *path = in_folder(name);
    assert_int_equal(io_replace_file(path, str_c(text), 0600, &err), 0);
    return path;
}

static int begin(void **state)
{
    memcpy(folder, "/tmp/cmd-hunt-XXXXXX", sizeof("/tmp/cmd-hunt-XXXXXX"));
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    return remove(path);
}

static int end(void **state)
{
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char rules[] = "title: Failed\nname: failed\nlevel: low\n"
                            "logsource: {product: windows, service: security}\n"
                            "detection: {s: {EventID: 4625}, condition: s}\n"
                            "---\ntitle: Cleared\nlevel: high\n"
                            "logsource: {product: windows, service: security}\n"
                            "detection: {s: {EventID: 1102}, condition: s}\n";

static const char correlation[] =
    "---\ntitle: Many\nname: many\nlevel: high\ncorrelation:\n    type: value_count\n"
    "    rules: [failed]\n    group-by: [Computer]\n    timespan: 90m\n"
    "    condition: {field: TargetUserName, gte: 2}\n"
    "---\ntitle: Both\ncorrelation:\n    type: temporal\n    rules: [many, failed]\n"
    "    group-by: [where]\n    aliases: {where: {many: Computer, failed: Computer}}\n"
    "    timespan: 1d\n    condition: many and not failed\n    generate: true\n";

static const char events[] =
    "{\"Channel\":\"Security\",\"EventID\":4625,\"Computer\":\"m1\",\"TargetUserName\":\"lan\","
    "\"Ip\":\"192.0.2.7\",\"@timestamp\":\"2026-11-01T01:00:00Z\"}\n"
    "{\"Channel\":\"Security\",\"EventID\":1102,\"Computer\":\"m1\","
    "\"@timestamp\":\"2026-11-02T01:00:00Z\"}\n";

static size_t lines(void)
{
    size_t n = 0;
    for (const char *p = output; (p = strchr(p, '\n')) != NULL; p++)
        n++;
    return n;
}

static void test_exit_statuses(void **state)
{
    char *r = file("rules.yml", rules);
    char *log = file("log.json", events);
    char *other = file("other.json", "{\"Channel\":\"Security\",\"EventID\":1}\n");
    char *broken = file("broken.json", "{\"Channel\":\"Security\",\"EventID\":1102}\n{\"a\":\n");

    assert_int_equal(RUN("hunt", "--rules", r, other), 0);
    assert_int_equal(RUN("hunt", "--rules", r, log), 1);
    assert_string_equal(errors, "");
    assert_int_equal(RUN("hunt", log), 2);
    assert_non_null(strstr(errors, "there is nothing to look for"));
    assert_int_equal(RUN("hunt", "--rules", r, "--format", "x", log), 2);
    assert_int_equal(RUN("hunt", "--rules", r, "--out", "/nowhere/x", log), 2);
    assert_int_equal(RUN("hunt", "--rules", r, "--out", "/dev/full", log), 3);
    /* what is there is hunted through all the same, and the rest named */
    assert_int_equal(RUN("hunt", "--rules", r, "--format", "jsonl", broken), 3);
    assert_int_equal(lines(), 1);
    assert_non_null(strstr(errors, "broken.json:38: the text is not JSON"));
    assert_int_equal(RUN("hunt", "--rules", r, "--format", "jsonl", log, in_folder("none")), 3);
    assert_int_equal(lines(), 2);
    assert_int_equal(RUN("hunt", "--rules", r, "--rules", "/nowhere/r", "--ioc", "/nowhere/i",
                         "--format", "jsonl", log),
                     3);
    assert_int_equal(lines(), 2);
    assert_non_null(strstr(errors, "/nowhere/r"));
    assert_non_null(strstr(errors, "/nowhere/i"));
}

static void test_level_and_time(void **state)
{
    char *r = file("rules.yml", rules);
    char *log = file("log.json", events);

    assert_int_equal(RUN("hunt", "--rules", r, "--format", "csv", "--level", "high", log), 1);
    assert_int_equal(lines(), 2);
    assert_non_null(strstr(output, "Cleared"));
    assert_int_equal(
        RUN("hunt", "--rules", r, "--format", "csv", "--to", "2026-11-02T01:00:00Z", log), 1);
    assert_int_equal(lines(), 2);
    assert_non_null(strstr(output, "Failed"));
    assert_int_equal(
        RUN("hunt", "--rules", r, "--format", "csv", "--from", "2026-11-02T01:00:01Z", log), 0);
    assert_int_equal(RUN("hunt", "--rules", r, "--level", "x", log), 2);
    assert_int_equal(RUN("hunt", "--rules", r, "--stats", log), 1);
    assert_non_null(strstr(errors, "Cleared"));
}

static void test_check(void **state)
{
    char *good = file("rules.yml", rules);
    char *bad = file("bad.yml", "title: Bad\nlogsource: {product: windows}\n"
                                "detection: {s: {A|foo: x}, condition: s}\n");

    assert_int_equal(RUN("hunt", "check", good), 0);
    assert_non_null(strstr(output, "2 rules: 2 loaded, 0 refused\n"));
    assert_int_equal(RUN("hunt", "check", good, bad), 3);
    assert_non_null(strstr(output, "bad.yml:3:17: unknown modifier 'foo'"));
    assert_non_null(strstr(output, "3 rules: 2 loaded, 1 refused\n"));
    assert_int_equal(RUN("hunt", "check", "/nowhere/r"), 3);
}

static void test_explain(void **state)
{
    char *both = file("both.yml", str_printf(&test_arena, "%s%s", rules, correlation).ptr);
    char *log = file("log.json", events);

    assert_int_equal(RUN("hunt", "explain", both), 0);
    assert_non_null(strstr(output, "  EventID is \"4625\"\n"));
    assert_non_null(strstr(output, "Many\n  correlation , level high, "));
    assert_non_null(strstr(output, "    failed: Failed\n"));
    assert_non_null(strstr(output, "  events counted together: those with the same Computer\n"
                                   "  within: 90 minutes\n"
                                   "  holds when: number of different values of TargetUserName"
                                   " >= 2\n"
                                   "  the rules it refers to are not reported by themselves\n"));
    assert_non_null(strstr(output, "    many: Many (a correlation)\n"));
    assert_non_null(strstr(output, "    where is Computer in many\n"));
    assert_non_null(strstr(output, "  within: 1 day\n  holds when: (many and not failed)\n"
                                   "  the rules it refers to are reported as well\n"));
    assert_int_equal(RUN("hunt", "explain", both, log), 1);
    assert_non_null(
        strstr(output, "    for Many: counted with Computer = m1, TargetUserName = lan\n"));
    assert_non_null(
        strstr(output, "  Cleared: does not match\n    EventID is \"1102\"   no: 4625\n"));
    assert_int_equal(RUN("hunt", "explain", both, "/nowhere/log"), 3);
    assert_int_equal(RUN("hunt", "explain", "/nowhere/r"), 3);
}

static void test_index(void **state)
{
    char *list = file("list.txt", "192.0.2.7 # c2\nevil.example.com\n");
    char *log = file("log.json", events);
    char *index = in_folder("list.idx");

    assert_int_equal(RUN("hunt", "index", "--out", index, list), 0);
    assert_non_null(strstr(output, "2 indicators in"));
    assert_int_equal(RUN("hunt", "--ioc", index, "--format", "jsonl", log), 1);
    assert_non_null(
        strstr(output, "{\"ioc\":{\"type\":\"ip\",\"value\":\"192.0.2.7\",\"note\":\"c2\""));
    assert_non_null(strstr(output, "\"matched\":{\"Ip\":\"192.0.2.7\"}"));
    assert_int_equal(RUN("hunt", "index", "--out", index, list, "/nowhere/l"), 3);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_exit_statuses), ARENA_TEST(test_level_and_time), ARENA_TEST(test_check),
        ARENA_TEST(test_explain),       ARENA_TEST(test_index),
    };
    if (argc < 2)
        die("usage: %s PROGRAM", argv[0]);
    program = argv[1];
    return cmocka_run_group_tests(tests, begin, end);
}
