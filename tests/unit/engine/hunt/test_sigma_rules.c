#include "sigma_case.h"

#include "base/io.h"

/*
 * Whole rules: searches, conditions, keywords, log sources, filters, placeholders. R: rules
 * specification, F: filters specification, T: taxonomy appendix.
 */
struct condition_case {
    const char *condition;
    const char *event; /* which of the searches a, b, sel_1, sel_2, _x hold */
    bool want;
};

static const struct condition_case conditions[] = {
    {"a", "a", true},
    {"a", "b", false},
    {"a and b", "a b", true},
    {"a and b", "a", false},
    {"a or b", "b", true},
    {"not a", "b", true},
    {"not a", "a", false},
    {"not not a", "a", true},
    {"a or b and sel_1", "a", true}, /* and binds tighter than or */
    {"a or b and sel_1", "b", false},
    {"(a or b) and sel_1", "a", false},
    {"(a or b) and sel_1", "b sel_1", true},
    {"not a and b", "b", true}, /* not binds tightest */
    {"not a and b", "", false},
    {"not (a and b)", "a", true},
    {"1 of sel_*", "sel_2", true},
    {"1 of sel_*", "a", false},
    {"any of sel_*", "sel_1", true},
    {"all of sel_*", "sel_1", false},
    {"all of sel_*", "sel_1 sel_2", true},
    {"1 of *_1", "sel_1", true},
    {"1 of s*l_*", "sel_2", true},
    {"1 of them", "_x", false}, /* names with _ in front are not among them */
    {"1 of them", "b", true},
    {"all of them", "a b sel_1 sel_2", true},
    {"all of them", "a b sel_1", false},
    {"1 of _*", "_x", true},
    {"a and not 1 of sel_*", "a", true},
    {"a and not 1 of sel_*", "a sel_2", false},
    {"not all of sel_*", "sel_1", true},
    {"a AND NOT b", "a", true},
    {"[a, b]", "b", true}, /* a list of conditions is linked with OR */
    {"[a and b, sel_1]", "a", false},
    {"((((a))))", "a", true},
};

static void decides_conditions(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        struct sigma_case c;
        struct buf event = buf_make(&test_arena);
        struct str rest = str_c(conditions[i].event);
        struct str name;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection),
                 "    a: {a: 1}\n    b: {b: 1}\n    sel_1: {sel_1: 1}\n    sel_2: {sel_2: 1}\n"
                 "    _x: {_x: 1}\n    condition: %s\n",
                 conditions[i].condition);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        assert_int_equal(sigma_counts(c.sigma).refused, 0);
        case_finish(&c);
        while (str_split(&rest, ' ', &name))
            buf_printf(&event, STR_FMT "=1\n", STR_ARG(name));
        bool got = case_holds(&c, case_event(&c, buf_str(&event).ptr), 0);
        if (got != conditions[i].want)
            fail_msg("%s with %s: %d", conditions[i].condition, conditions[i].event, got);
        case_close(&c);
    }
}

static void refuses_conditions(void **state)
{
    static const struct {
        const char *condition, *notice;
    } bad[] = {
        {"a and", "6:21: condition: ends where a search is wanted"},
        {"a b", "6:18: condition: 'and', 'or' or the end is wanted, not b"},
        {"(a", "6:18: condition: ')' is missing before "},
        {"nobody", "6:16: condition: no search is called nobody"},
        {"1 of x*", "6:21: condition: no search is called x*"},
        {"2 of a*", "6:16: condition: only '1 of', 'any of' and 'all of' are known, not 2"},
        {"a | count() > 5",
         "6:18: condition: aggregations are not part of Sigma 2; write a correlation rule"},
        {"''", "6:16: a condition is a text"},
        {"{a: b}", "6:16: a condition is a text or a list of texts"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sigma_case c;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection), "    a: {a: 1}\n    condition: %s\n",
                 bad[i].condition);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        assert_int_equal(sigma_counts(c.sigma).refused, 1);
        assert_str(c.sigma->notices.at[0].text, bad[i].notice);
        case_close(&c);
    }
}

static void decides_searches(void **state)
{
    static const struct {
        const char *spec, *search, *event;
        bool want;
    } list[] = {
        {"R Lists of maps", "[{A: x}, {B: y}]", "B=y", true},
        {"R Lists of maps", "[{A: x, C: z}, {B: y}]", "A=x", false},
        {"R Keywords", "['foo bar', baz]", "M=a FOO BAR b", true},
        {"R Keywords", "['foo bar', baz]", "Any=xBAZx", true},
        {"R Keywords", "['foo bar', baz]", "M=foo\nN=bar", false},
        {"R Keywords", "{'|all': [foo, bar]}", "M=foo\nN=bar", true},
        {"R Keywords", "{'|all': [foo, bar]}", "M=foo", false},
        {"R Keywords", "foo", "M=a foo", true},
        {"R Keywords", "['a*c']", "M=xxaxxcxx", true},
        {"R Keywords", "['a*c']", "M=xca", false},
        {"R Keywords", "{'|re': ['fo+', 'x']}", "M=afoob", true},
        {"R Keywords", "[foo, {A: x}]", "A=x", true},
        {"R Keywords", "[4625]", "M=id 4625", true},
        {"R Keywords", "['x']", "M!", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct sigma_case c;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection), "    s: %s\n    condition: s\n", list[i].search);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        if (sigma_counts(c.sigma).refused != 0)
            fail_msg("%s: %s", list[i].search, c.sigma->notices.at[0].text.ptr);
        case_finish(&c);
        bool got = case_holds(&c, case_event(&c, list[i].event), 0);
        if (got != list[i].want)
            fail_msg("%s: %s with %s: %d", list[i].spec, list[i].search, list[i].event, got);
        case_close(&c);
    }
}

static void refuses_documents(void **state)
{
    static const struct {
        const char *text, *notice;
    } bad[] = {
        {"title: [x\n", "2:1: did not find expected ',' or ']'"},
        {"- x\n", "1:1: a rule is a map"},
        {"id: x\n", "1:1: 'title' is missing"},
        {"title: x\n", "1:1: 'logsource' is missing"},
        {"title: x\nlogsource: {definition: y}\n",
         "2:12: 'logsource' names no category, product or service"},
        {"title: x\nlogsource: {product: p}\n", "1:1: 'detection' is missing"},
        {"title: x\nlogsource: {product: p}\ndetection: {condition: a}\n",
         "3:24: condition: no search is called a"},
        {"title: x\nlogsource: {product: p}\ndetection: {a: {b: c}}\n",
         "3:12: the condition is missing"},
        {"title: x\nlogsource: {product: p}\ndetection: {a: {}, condition: a}\n",
         "3:16: the search is empty"},
        {"title: x\nlogsource: {product: p}\ndetection: {a: {b: c}, timeframe: 5m, condition: a}\n",
         "3:24: 'timeframe' is not part of Sigma 2; write a correlation rule"},
        {"title: x\nlevel: bad\n", "2:8: unknown level 'bad'"},
        {"title: x\ntaxonomy: mine\n", "2:11: unknown taxonomy 'mine'"},
        {"action: global\ntitle: x\n", "1:1: 'action' is not part of Sigma 2"},
        {"title: x\nid: &a b\nname: *c\n", "3:7: the alias *c refers to nothing before it"},
        {"title: x\ntitle: y\n", "2:1: the key stands twice: title"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sigma_case c;
        case_open(&c);
        sigma_load_text(c.sigma, STR("t.yml"), str_c(bad[i].text));
        assert_int_equal(sigma_counts(c.sigma).refused, 1);
        assert_int_equal(sigma_counts(c.sigma).loaded, 0);
        assert_str(c.sigma->notices.at[0].text, bad[i].notice);
        case_close(&c);
    }
}

static void refuses_what_is_there_already(void **state)
{
    static const char twice[] =
        "title: x\nid: i1\nname: n1\nlogsource: {product: p}\n"
        "detection: {a: {b: c}, condition: a}\n---\n"
        "title: y\nid: i1\nlogsource: {product: p}\ndetection: {a: {b: c}, condition: a}\n---\n"
        "title: z\nname: n1\nlogsource: {product: p}\ndetection: {a: {b: c}, condition: a}\n";
    struct sigma_case c;
    case_open(&c);
    sigma_load_text(c.sigma, STR("t.yml"), str_c(twice));
    assert_int_equal(sigma_counts(c.sigma).loaded, 1);
    assert_int_equal(sigma_counts(c.sigma).refused, 2);
    case_close(&c);
}

/* -------- log sources -------- */

static void routes_by_log_source(void **state)
{
    static const struct {
        const char *source, *event;
        bool want;
    } list[] = {
        {"product: windows", "@channel=Anything", true},
        {"product: windows", "@family=13", false},
        {"product: windows, service: security", "@channel=Security", true},
        {"product: windows, service: security", "@channel=security", true},
        {"product: windows, service: security", "@channel=System", false},
        {"product: windows, category: process_creation",
         "@channel=Microsoft-Windows-Sysmon/Operational\n@id=1", true},
        {"product: windows, category: process_creation",
         "@channel=Microsoft-Windows-Sysmon/Operational\n@id=5", false},
        {"product: windows, category: process_creation", "@channel=Security\n@id=4688", true},
        {"category: process_creation", "@channel=Security\n@id=4688", true},
        {"product: windows, category: process_creation, service: sysmon",
         "@channel=Security\n@id=4688", false},
        {"product: windows, category: process_creation, service: sysmon",
         "@channel=Microsoft-Windows-Sysmon/Operational\n@id=1", true},
        {"product: windows, category: file_access", "@provider=Microsoft-Windows-Kernel-File",
         true},
        {"product: linux, service: sshd", "@family=13\n@provider=sshd", true},
        {"product: linux, service: sshd", "@family=13\n@provider=cron", false},
        {"product: zeek, service: dns", "@family=2\n@channel=dns", true},
        {"product: zeek, service: dns", "@family=2\n@channel=conn", false},
        {"category: webserver", "@family=14", true},
        {"product: nobody, service: nothing", "@family=0", true}, /* unknown: unrecognised events */
        {"product: nobody, service: nothing", "@channel=Security", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct sigma_case c;
        case_open(&c);
        sigma_load_text(c.sigma, STR("t.yml"),
                        str_printf(&test_arena,
                                   "title: t\nlogsource: {%s}\n"
                                   "detection:\n    s: {A: x}\n    condition: s\n",
                                   list[i].source));
        assert_int_equal(sigma_counts(c.sigma).refused, 0);
        case_finish(&c);
        char event[256];
        snprintf(event, sizeof(event), "%s\nA=x", list[i].event);
        if (case_holds(&c, case_event(&c, event), 0) != list[i].want)
            fail_msg("%s, %s", list[i].source, list[i].event);
        case_close(&c);
    }
}

/* The same field under the name the log has for it (T, fields of process_creation). */
static void translates_fields(void **state)
{
    struct sigma_case c;
    case_open(&c);
    sigma_load_text(c.sigma, STR("t.yml"),
                    str_c("title: t\nlogsource: {product: windows, category: process_creation}\n"
                          "detection:\n    s:\n        Image|endswith: '\\x.exe'\n"
                          "        ParentImage: y\n    condition: s\n"));
    case_finish(&c);
    assert_true(case_holds(&c,
                           case_event(&c, "@channel=Security\n@id=4688\nNewProcessName=C:\\x.exe\n"
                                          "ParentProcessName=Y"),
                           0));
    assert_false(case_holds(&c,
                            case_event(&c, "@channel=Microsoft-Windows-Sysmon/Operational\n@id=1\n"
                                           "NewProcessName=C:\\x.exe\nParentProcessName=Y"),
                            0));
    case_close(&c);
}

/* What is known from the kind of event decides before any field is looked at. */
static void routes_by_event_id(void **state)
{
    struct sigma_case c;
    case_open(&c);
    sigma_load_text(c.sigma, STR("t.yml"),
                    str_c("title: t\nlogsource: {product: windows, service: security}\n"
                          "detection:\n    s: {EventID: [4728, 4729]}\n    f: {EventID: 4729}\n"
                          "    condition: s and not f\n"));
    case_finish(&c);
    assert_true(case_holds(&c, case_event(&c, "@channel=Security\n@id=4728\nEventID=4728"), 0));
    assert_false(case_holds(&c, case_event(&c, "@channel=Security\n@id=4729\nEventID=4729"), 0));
    assert_int_equal(c.eval->route->rules_len, 0);
    assert_false(case_holds(&c, case_event(&c, "@channel=Security\n@id=4624\nEventID=4624"), 0));
    assert_int_equal(c.eval->route->rules_len, 0);
    case_close(&c);
}

/* An event that reports about another one has a second EventID, which is not its own. */
static void event_id_is_the_heads(void **state)
{
    struct sigma_case c;
    case_open(&c);
    sigma_load_text(c.sigma, STR("t.yml"),
                    str_c("title: t\nlogsource: {product: windows, service: security}\n"
                          "detection:\n    s: {EventID: 4616}\n    u: {A: x}\n"
                          "    condition: s or u\n---\n"
                          "title: u\nlogsource: {product: windows, service: security}\n"
                          "detection:\n    s: {EventID: 1108}\n    condition: s\n"));
    case_finish(&c);
    const char *text = "@channel=Security\n@id=1108\nEventID=1108\nEventID=4616\nA=y";
    assert_false(case_holds(&c, case_event(&c, text), 0));
    assert_true(case_holds(&c, case_event(&c, text), 1));
    eval_prepare(c.eval, case_event(&c, text));
    assert_false(eval_node(c.eval, c.sigma->rules.at[0]->root));
    case_close(&c);
}

static void forces_a_log_source(void **state)
{
    struct sigma_case c;
    struct err err = {0};
    case_open(&c);
    sigma_load_text(c.sigma, STR("t.yml"),
                    str_c("title: t\nlogsource: {product: windows, category: process_creation}\n"
                          "detection: {s: {A: x}, condition: s}\n---\n"
                          "title: u\nlogsource: {product: linux}\n"
                          "detection: {s: {A: x}, condition: s}\n"));
    assert_int_equal(sigma_force_logsource(c.sigma, STR("windows/process_creation"), &err), 0);
    case_finish(&c);
    struct hunt_event *e = case_event(&c, "@family=0\nA=x");
    assert_true(case_holds(&c, e, 0));
    assert_false(case_holds(&c, e, 1));
    assert_int_equal(sigma_force_logsource(c.sigma, STR("a/b/c/d"), &err), ERR_INVALID);
    case_close(&c);
}

/* -------- filters, placeholders -------- */

static const char filtered[] =
    "title: t\nid: i1\nlogsource: {product: windows, category: process_creation}\n"
    "detection: {s: {A: x}, condition: s}\n---\n"
    "title: other\nname: n2\nlogsource: {product: windows, service: security}\n"
    "detection: {s: {A: x}, condition: s}\n---\n";

static void applies_filters(void **state)
{
    static const struct {
        const char *filter, *event;
        bool first, second;
    } list[] = {
        {"logsource: {product: windows}\nfilter: {rules: [i1], f: {U|startswith: adm_}, "
         "condition: not f}\n",
         "U=ADM_7", false, true},
        {"logsource: {product: windows}\nfilter: {rules: [i1, n2], f: {U|startswith: adm_}, "
         "condition: not f}\n",
         "U=ADM_7", false, false},
        {"logsource: {product: windows}\nfilter: {rules: [i1], f: {U|startswith: adm_}, "
         "condition: not f}\n",
         "U=eve", true, true},
        {"logsource: {category: process_creation}\nfilter: {rules: any, f: {U: eve}, "
         "condition: not f}\n",
         "U=eve", false, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct sigma_case c;
        case_open(&c);
        sigma_load_text(c.sigma, STR("t.yml"),
                        str_printf(&test_arena, "%stitle: f\n%s", filtered, list[i].filter));
        case_finish(&c);
        assert_int_equal(sigma_counts(c.sigma).refused, 0);
        assert_int_equal(sigma_counts(c.sigma).filters, 1);
        char event[128];
        snprintf(event, sizeof(event), "@channel=Security\n@id=4688\nA=x\n%s", list[i].event);
        struct hunt_event *e = case_event(&c, event);
        assert_int_equal(case_holds(&c, e, 0), list[i].first);
        assert_int_equal(case_holds(&c, e, 1), list[i].second);
        case_close(&c);
    }
}

static void refuses_filters(void **state)
{
    static const struct {
        const char *filter, *notice;
    } bad[] = {
        {"filter: {rules: [i1], f: {U: x}, condition: f}\n", "11:1: 'logsource' is missing"},
        {"logsource: {product: windows}\nfilter: {f: {U: x}, condition: f}\n",
         "13:9: 'rules' is missing"},
        {"logsource: {product: windows}\nfilter: {rules: [], f: {U: x}, condition: f}\n",
         "13:17: 'rules' is a list of rules, or 'any'"},
        {"logsource: {product: linux}\nfilter: {rules: [i1], f: {U: x}, condition: f}\n",
         "11:1: the rule i1 is for another log source"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sigma_case c;
        case_open(&c);
        sigma_load_text(c.sigma, STR("t.yml"),
                        str_printf(&test_arena, "%stitle: f\n%s", filtered, bad[i].filter));
        case_finish(&c);
        assert_int_equal(sigma_counts(c.sigma).refused, 1);
        assert_int_equal(sigma_counts(c.sigma).loaded, 2);
        assert_str(c.sigma->notices.at[0].text, bad[i].notice);
        case_close(&c);
    }
}

static void expands_placeholders(void **state)
{
    static const struct {
        const char *item, *event;
        bool want;
    } list[] = {
        {"A|expand: '%servers%'", "A=srv-9", true}, /* wildcards in values of placeholders count */
        {"A|expand: '%servers%'", "A=db1", true},
        {"A|expand: '%servers%'", "A=pc1", false},
        {"A|contains|expand: 'x-%one%-y'", "A=..X-1-Y..", true},
        {"A|expand|contains: '%one%%one%'", "A=0110", true},
        {"A|expand: '\\%plain%one%'", "A=%plain1", true}, /* R Placeholders */
        {"A: '%one%'", "A=%one%", true},                  /* only under the modifier */
    };
    char path[] = "/tmp/placeholders-XXXXXX";
    struct err err = {0};
    close_fd(&(int){mkstemp(path)});
    assert_int_equal(
        io_replace_file(path, STR("servers: ['srv-*', db1]\n'%one%': 1\n"), 0600, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct sigma_case c;
        case_open(&c);
        assert_int_equal(sigma_placeholders(c.sigma, path, &err), 0);
        char detection[256];
        snprintf(detection, sizeof(detection), "    s:\n        %s\n    condition: s\n",
                 list[i].item);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        if (sigma_counts(c.sigma).refused != 0)
            fail_msg("%s: %s", list[i].item, c.sigma->notices.at[0].text.ptr);
        case_finish(&c);
        if (case_holds(&c, case_event(&c, list[i].event), 0) != list[i].want)
            fail_msg("%s with %s", list[i].item, list[i].event);
        case_close(&c);
    }
    unlink(path);
}

/* Equal questions of different rules are one. */
static void shares_tests(void **state)
{
    struct sigma_case c;
    case_open(&c);
    for (int i = 0; i < 5; i++)
        sigma_load_text(c.sigma, STR("t.yml"),
                        case_rule("    s:\n        A|endswith: '\\CMD.exe'\n        B: [x, y]\n"
                                  "    condition: s\n"));
    sigma_load_text(c.sigma, STR("t.yml"),
                    case_rule("    s:\n        B: [Y, X]\n        A: '*\\cmd.exe'\n"
                              "    condition: s\n"));
    assert_int_equal(sigma_counts(c.sigma).loaded, 6);
    assert_int_equal(sigma_counts(c.sigma).tests, 3);
    assert_int_equal(c.sigma->rules.at[0]->root, c.sigma->rules.at[5]->root);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(decides_conditions),
        ARENA_TEST(refuses_conditions),
        ARENA_TEST(decides_searches),
        ARENA_TEST(refuses_documents),
        ARENA_TEST(refuses_what_is_there_already),
        ARENA_TEST(routes_by_log_source),
        ARENA_TEST(translates_fields),
        ARENA_TEST(routes_by_event_id),
        ARENA_TEST(event_id_is_the_heads),
        ARENA_TEST(forces_a_log_source),
        ARENA_TEST(applies_filters),
        ARENA_TEST(refuses_filters),
        ARENA_TEST(expands_placeholders),
        ARENA_TEST(shares_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
