#include "test.h"

#include "engine/hunt/sigma.h"
#include "engine/hunt/spool.h"

#include "base/io.h"

#include <inttypes.h>

/*
 * Correlation rules over whole runs: JSON lines in a file, one thread and three. `spec` names the
 * section of the correlation specification.
 */
static const char base_rules[] =
    "title: A\nname: a\nid: 00000000-0000-4000-8000-00000000000a\nlogsource:\n    product: "
    "windows\n"
    "detection:\n    s:\n        Kind: a\n    condition: s\n---\n"
    "title: B\nname: b\nlogsource:\n    product: windows\n"
    "detection:\n    s:\n        Kind: b\n    condition: s\n---\n"
    "title: C\nname: c\nlogsource:\n    product: windows\n"
    "detection:\n    s:\n        Kind|contains: c\n    condition: s\n---\n"
    "title: BC\nname: bc\nlogsource:\n    product: windows\n"
    "detection:\n    s:\n        Kind: [b, c]\n    condition: s\n---\n";

struct correlate_case {
    const char *spec;
    const char *correlation; /* under "title: X" */
    const char *events;      /* "SECONDS KIND USER [VALUE [OTHER]]" separated by commas */
    const char *want;        /* findings: "TITLE@LAST[measure]" */
};

static const struct correlate_case cases[] = {
    {"Event Count",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 3}\n",
     "0 a x,1 a y,4 a x,9 a x,10 b x", "X@9[x 3]"},
    {"Event Count: the timespan slides",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 3}\n",
     "0 a x,8 a x,12 a x,17 a x,40 a x", "X@17[x 3]"},
    {"Event Count: afresh behind a finding",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 1m\n    condition: {gt: 1}\n",
     "0 a x,1 a x,2 a x,3 a x,4 a x", "X@1[x 2] X@3[x 2]"},
    {"Event Count: exactly the timespan",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n",
     "0 a x,10 a x", "X@10[x 2]"},
    {"Event Count: several rules; one event counts once",
     "correlation:\n    type: event_count\n    rules: [b, bc, c]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 3}\n",
     "0 b x,1 c x", ""},
    {"Event Count: by id",
     "correlation:\n    type: event_count\n    rules:\n"
     "        - 00000000-0000-4000-8000-00000000000a\n    group-by: [User]\n"
     "    timespan: 1h\n    condition: {gte: 1}\n",
     "5 a x", "X@5[x 1]"},
    {"Grouping: without case; without the field no group",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n",
     "0 a Adm,1 a aDM,2 a -,3 a -", "X@1[aDM 2]"},
    {"Grouping: several fields",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User, Value]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n",
     "0 a x 1,1 a x 2,2 a x 1", "X@2[x 1 2]"},
    {"Condition: a range is judged over whole windows",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gt: 1, lte: 2}\n",
     "0 a x,1 a x,2 a x,20 a x,21 a x", "X@21[x 2]"},
    {"Condition: lt",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {lt: 2}\n",
     "0 a x,1 a x,20 a x", "X@20[x 1]"},
    {"Condition: eq",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {eq: 2}\n",
     "0 a x,1 a x,2 a x,20 a x,21 a x", "X@21[x 2]"},
    {"Late and unsorted events count like all others",
     "correlation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 5s\n    condition: {gte: 3}\n",
     "9 a x,100 a x,8 a x,50 a x,7 a x", "X@9[x 3]"},
    {"Value Count",
     "correlation:\n    type: value_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, gte: 3}\n",
     "0 a x p,1 a x P,2 a x q,3 a x -,4 a x r", "X@4[x 3]"},
    {"Value Count: values leave the window",
     "correlation:\n    type: value_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 5s\n    condition: {field: Value, gte: 3}\n",
     "0 a x p,4 a x q,8 a x r,9 a x r,9 a x s", "X@9[x 3]"},
    {"Value Count: several fields",
     "correlation:\n    type: value_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: [Value, Other], gte: 2}\n",
     "0 a x p 1,1 a x p 1,2 a x p 2", "X@2[x 2]"},
    {"value_sum",
     "correlation:\n    type: value_sum\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, gt: 100}\n",
     "0 a x 60,1 a x n,2 a y 60,3 a x 41", "X@3[x 101]"},
    {"value_avg",
     "correlation:\n    type: value_avg\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, gt: 10}\n",
     "0 a x 100,1 a x -79,30 a x 4,31 a x 10", "X@1[x 10.5]"},
    {"value_median",
     "correlation:\n    type: value_median\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, gte: 5}\n",
     "0 a x 1,1 a x 5,2 a x 1000,30 a x 4,31 a x 5", "X@2[x 5]"},
    {"value_percentile",
     "correlation:\n    type: value_percentile\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, percentile: 50, gte: 3}\n",
     "0 a x 1,1 a x 2,2 a x 3,3 a x 4,4 a x 5", "X@4[x 3]"},
    {"value_percentile: without a percentile, how rare a value is",
     "correlation:\n    type: value_percentile\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {field: Value, lte: 25}\n",
     "0 a x p,1 a x p,2 a x q,3 a x p", "X@3[x 25]"},
    {"Temporal Proximity",
     "correlation:\n    type: temporal\n    rules: [a, b]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 b x,3 a y,5 a x,30 a x,41 b x", "X@5[x a, b]"},
    {"Temporal Proximity: count of rules",
     "correlation:\n    type: temporal\n    rules: [a, b, c]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n",
     "0 b x,5 c x,30 a x", "X@5[x b, c]"},
    {"Temporal Proximity: expression",
     "correlation:\n    type: temporal\n    rules: [a, b, c]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: a and (b or c)\n",
     "0 b x,5 c x,6 a x", "X@6[x a, b, c]"},
    {"Temporal Proximity: expression with not waits for the whole window",
     "correlation:\n    type: temporal\n    rules: [a, b]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: a and not b\n",
     "0 a x,5 b x,20 a x,22 a x", "X@22[x a]"},
    {"Ordered Temporal Proximity",
     "correlation:\n    type: temporal_ordered\n    rules: [a, b, c]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 b x,1 a x,2 c x,3 b x,4 c x", "X@4[x a, b, c]"},
    {"Ordered Temporal Proximity: the order matters",
     "correlation:\n    type: temporal_ordered\n    rules: [a, b]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 b x,1 a x,12 b x", ""},
    {"Ordered Temporal Proximity: the latest start counts",
     "correlation:\n    type: temporal_ordered\n    rules: [a, b]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 a x,9 a x,15 b x", "X@15[x a, b]"},
    {"Ordered Temporal Proximity: one event is one step",
     "correlation:\n    type: temporal_ordered\n    rules: [bc, b]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 b x", ""},
    {"Field Name Aliases",
     "correlation:\n    type: temporal\n    rules: [a, b]\n    group-by: [who]\n"
     "    timespan: 10s\n    aliases:\n        who:\n            a: User\n            b: Value\n",
     "0 a x p,3 b q x", "X@3[x a, b]"},
    {"Related rules: chained",
     "name: many\ncorrelation:\n    type: event_count\n    rules: [a]\n    group-by: [Value]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n---\ntitle: Y\n"
     "correlation:\n    type: temporal_ordered\n    rules: [many, b]\n    group-by: [User]\n"
     "    timespan: 10s\n",
     "0 a x p,1 a x p,5 b x q,6 b y p", "Y@5[x many, b]"},
    {"Generate",
     "generate: true\ncorrelation:\n    type: event_count\n    rules: [a]\n    group-by: [User]\n"
     "    timespan: 10s\n    condition: {gte: 2}\n",
     "0 a x,1 a x", "A@0 A@1 X@1[x 2]"},
};

static struct buf found;

static void note_finding(void *ctx, const struct hunt_finding *f)
{
    if (found.len > 0)
        buf_add_char(&found, ' ');
    buf_printf(&found, STR_FMT "@%" PRId64, STR_ARG(f->hit->title), f->where.time / 1000);
    if (f->fields_len > 0)
        return;
    for (size_t i = 0; i + 2 < f->matched_len; i++)
        buf_printf(&found, "%s" STR_FMT, i == 0 ? "[" : " ", STR_ARG(f->matched[i].value));
    buf_add_char(&found, ']');
}

static struct str json_lines(const char *events)
{
    struct buf b = buf_make(&test_arena);
    struct str rest = str_c(events);
    struct str event;
    while (str_split(&rest, ',', &event)) {
        static const char *const names[] = {"", "Kind", "User", "Value", "Other"};
        struct str word;
        size_t i = 0;
        int64_t seconds = 0;
        buf_add(&b, STR("{\"Channel\":\"Test\",\"EventID\":1"));
        for (; str_split(&event, ' ', &word); i++) {
            if (i == 0)
                assert_true(str_to_int(word, &seconds));
            else if (!str_is(word, "-"))
                buf_printf(&b, ",\"%s\":\"" STR_FMT "\"", names[i], STR_ARG(word));
        }
        buf_printf(&b, ",\"@timestamp\":\"1970-01-01T00:%02d:%02dZ\"}\n", (int)(seconds / 60),
                   (int)(seconds % 60));
    }
    return buf_str(&b);
}

static void run_case(const struct correlate_case *k, int threads)
{
    struct hunt_schema schema;
    struct err err = {0};
    char path[] = "/tmp/correlate-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, json_lines(k->events), &err), 0);
    close_fd(&fd);
    hunt_schema_init(&schema);
    struct sigma *s = sigma_new(&schema);
    sigma_load_text(s, STR("t.yml"),
                    str_printf(&test_arena, "%stitle: X\n%s", base_rules, k->correlation));
    sigma_finish(s);
    size_t notices;
    const struct sigma_notice *n = sigma_notices(s, &notices);
    if (notices > 0)
        fail_msg("%s: " STR_FMT, k->spec, STR_ARG(n[0].text));
    struct hunt_detector d = sigma_detector(s);
    struct hunt_options o = {
        .schema = &schema,
        .detectors = &d,
        .detectors_len = 1,
        .threads = threads,
        .from = HUNT_NO_TIME,
        .to = HUNT_NO_TIME,
        .finding = note_finding,
    };
    struct str paths[] = {str_c(path)};
    struct hunt_run *run = NULL;
    found = buf_make(&test_arena);
    assert_int_equal(hunt_run(&o, paths, 1, &run, &err), 0);
    /* matches of the rules that are not part of the correlation come first, and are not shown */
    struct buf shown = buf_make(&test_arena);
    struct str rest = buf_str(&found);
    ptrdiff_t bracket = str_find_char(rest, '[');
    bool generate = strncmp(k->correlation, "generate", 8) == 0;
    size_t from = 0;
    for (size_t i = 0; !generate && bracket >= 0 && i < (size_t)bracket; i++) {
        if (rest.ptr[i] == ' ')
            from = i + 1;
    }
    if (generate || bracket >= 0)
        buf_add(&shown, str_from(rest, from));
    if (!str_eq(buf_str(&shown), str_c(k->want)))
        fail_msg("%s: " STR_FMT " instead of %s", k->spec, STR_ARG(rest), k->want);
    hunt_run_free(run);
    sigma_free(s);
    hunt_schema_release(&schema);
    unlink(path);
}

static void correlates(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        run_case(&cases[i], 1);
        run_case(&cases[i], 3);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *correlation, *notice;
    } bad[] = {
        {"    type: foo\n", "2:11: unknown correlation type 'foo'"},
        {"    rules: [a]\n", "2:5: 'type' is missing"},
        {"    type: event_count\n    rules: [a]\n    timespan: 1w\n    condition: {gte: 1}\n",
         "4:15: 'timespan' is a number with s, m, h or d behind it"},
        {"    type: event_count\n    rules: [a]\n    timespan: 1h\n",
         "2:5: 'condition' is missing"},
        {"    type: event_count\n    rules: [a]\n    timespan: 1h\n    condition: {foo: 1}\n",
         "5:17: unknown condition 'foo'"},
        {"    type: value_count\n    rules: [a]\n    timespan: 1h\n    condition: {gte: 1}\n",
         "5:16: 'field' is missing"},
        {"    type: event_count\n    rules: [a, a]\n    timespan: 1h\n    condition: {gte: 1}\n",
         "3:12: the rule a stands twice"},
        {"    type: event_count\n    rules: [nobody]\n    timespan: 1h\n    condition: {gte: 1}\n",
         "1:1: no loaded rule is called nobody"},
        {"    type: temporal_ordered\n    rules: [a, b]\n    timespan: 1h\n    condition: a or b\n",
         "5:16: the condition of temporal_ordered can only ask for all its rules"},
        {"    type: temporal\n    rules: [a, x]\n    timespan: 1h\nname: x\n",
         "1:1: refers to itself through X"},
        {"    type: temporal\n    rules: [a, b]\n    timespan: 1h\n    group-by: [w]\n"
         "    aliases: {w: {a: User}}\n",
         "1:1: an alias names no field for the rule b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct hunt_schema schema;
        hunt_schema_init(&schema);
        struct sigma *s = sigma_new(&schema);
        sigma_load_text(s, STR("base.yml"), str_c(base_rules));
        struct buf b = buf_make(&test_arena);
        buf_printf(&b, "correlation:\n%stitle: X\n", bad[i].correlation);
        sigma_load_text(s, STR("t.yml"), buf_str(&b));
        sigma_finish(s);
        assert_int_equal(sigma_counts(s).correlations, 0);
        assert_int_equal(sigma_counts(s).refused, 1);
        size_t len;
        assert_str(sigma_notices(s, &len)[0].text, bad[i].notice);
        sigma_free(s);
        hunt_schema_release(&schema);
    }
}

struct number {
    struct spool_head head;
    uint64_t n;
    char filling[100];
};

static int compare_numbers(const struct spool_head *x, const struct spool_head *y)
{
    uint64_t a = ((const struct number *)x)->n;
    uint64_t b = ((const struct number *)y)->n;
    return (a > b) - (a < b);
}

static void spools_sorted(void **state)
{
    enum { COUNT = 50000 };
    struct spool s;
    spool_init(&s, compare_numbers, 256 * 1024);
    for (uint64_t i = 0; i < COUNT; i++) {
        struct number r = {.head = {.size = sizeof(r) - (i % 7)}, .n = i * 7919 % COUNT};
        spool_put(&s, &r.head);
    }
    assert_true(s.runs_len > 5);
    spool_sort(&s);
    for (uint64_t i = 0; i < COUNT; i++) {
        const struct spool_head *h = spool_take(&s);
        assert_non_null(h);
        assert_int_equal(((const struct number *)h)->n, i);
    }
    assert_null(spool_take(&s));
    assert_false(s.failed);
    spool_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(correlates),
        ARENA_TEST(refused),
        ARENA_TEST(spools_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
