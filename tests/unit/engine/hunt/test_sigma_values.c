#include "sigma_case.h"

/*
 * Values and modifiers. `spec` names the section of the Sigma specification a case stands for:
 * R: rules specification, M: modifiers appendix 2.1.0.
 */
struct value_case {
    const char *spec;
    const char *item; /* of the only selection */
    const char *event;
    bool want;
};

static const struct value_case cases[] = {
    /* General: case does not matter */
    {"R General", "A: 'Whoami'", "A=WHOAMI", true},
    {"R General", "A: 'Whoami'", "A=whoami2", false},
    {"R General", "A: 'ĐẮK LẮK'", "A=đắk lắk", true},
    {"R General", "A: 'İx'", "A=İX", true},
    {"R General", "A: 4688", "A=4688", true},
    {"R General", "A: 4688", "A=46880", false},
    {"R General", "A: 0x10", "A=0x10", true},
    {"R General", "A: true", "A=True", true},
    {"R General", "A: 'x'", "B=x", false},
    {"R General", "A: 'x'", "A=y\nA=x", true},
    /* String Wildcard */
    {"R String Wildcard", "A: 'prog?.exe'", "A=progA.exe", true},
    {"R String Wildcard", "A: 'prog?.exe'", "A=prog.exe", false},
    {"R String Wildcard", "A: 'prog?.exe'", "A=progAB.exe", false},
    {"R String Wildcard", "A: 'prog?.exe'", "A=progđ.exe", true},
    {"R String Wildcard", "A: 'anti_V*.exe'", "A=ANTI_V21.2.1.exe", true},
    {"R String Wildcard", "A: 'anti_V*.exe'", "A=anti_V.exe", true},
    {"R String Wildcard", "A: '*a*b*'", "A=xxAxxBxx", true},
    {"R String Wildcard", "A: '*a*b*'", "A=ba", false},
    {"R String Wildcard", "A: '*'", "A=", true},
    {"R String Wildcard", "A: '*'", "A!", false},
    {"R String Wildcard", "A: '*'", "B=x", false},
    {"R String Wildcard", "A: '?*'", "A=", false},
    {"R String Wildcard", "A: '?*'", "A=x", true},
    /* Escaping */
    {"R Escaping", "A: 'C:\\x'", "A=C:\\x", true},
    {"R Escaping", "A: 'C:\\\\x'", "A=C:\\x", true},
    {"R Escaping", "A: 'a\\*b'", "A=a*b", true},
    {"R Escaping", "A: 'a\\*b'", "A=axb", false},
    {"R Escaping", "A: 'a\\?b'", "A=a?b", true},
    {"R Escaping", "A: 'a\\?b'", "A=axb", false},
    {"R Escaping", "A: 'a\\\\*'", "A=a\\bcd", true},
    {"R Escaping", "A: 'a\\\\*'", "A=abcd", false},
    {"R Escaping", "A: 'a\\\\\\*'", "A=a\\*", true},
    {"R Escaping", "A: 'a\\\\\\*'", "A=a\\x", false},
    {"R Escaping", "A: '\\\\\\\\srv'", "A=\\\\srv", true},
    {"R Escaping", "A: '\\\\\\srv'", "A=\\\\srv", true},
    /* Lists, Maps */
    {"R Lists", "A: [x, y]", "A=y", true},
    {"R Lists", "A: [x, y]", "A=z", false},
    {"R Maps", "A: x\n        B: y", "A=x\nB=y", true},
    {"R Maps", "A: x\n        B: y", "A=x\nB=z", false},
    /* Special Field Values */
    {"R Special Field Values", "A: ''", "A=", true},
    {"R Special Field Values", "A: ''", "A=x", false},
    {"R Special Field Values", "A: ''", "B=x", false},
    {"R Special Field Values", "A: ''", "A!", false},
    {"R Special Field Values", "A: null", "B=x", true},
    {"R Special Field Values", "A: null", "A!", true},
    {"R Special Field Values", "A: null", "A=", false},
    {"R Special Field Values", "A: null", "A=x", false},
    {"R Special Field Values", "A: [null, '']", "A=", true},
    {"R Special Field Values", "A: 'null'", "A!", false},
    /* Field Existence */
    {"R Field Existence", "A|exists: true", "A=", true},
    {"R Field Existence", "A|exists: true", "A!", true},
    {"R Field Existence", "A|exists: true", "B=x", false},
    {"R Field Existence", "A|exists: false", "B=x", true},
    {"R Field Existence", "A|exists: false", "A=x", false},
    /* Generic modifiers */
    {"M all", "A|contains|all: [x, y]", "A=-Y-X-", true},
    {"M all", "A|contains|all: [x, y]", "A=x", false},
    {"M startswith", "A|startswith: 'Adm'", "A=administrator", true},
    {"M startswith", "A|startswith: 'Adm'", "A=an administrator", false},
    {"M endswith", "A|endswith: '\\Cmd.exe'", "A=C:\\x\\CMD.EXE", true},
    {"M endswith", "A|endswith: '\\cmd.exe'", "A=C:\\cmd.exe.bak", false},
    {"M contains", "A|contains: 'foo'", "A=xFOOx", true},
    {"M contains", "A|contains: 'foo'", "A=fo o", false},
    {"M contains", "A|contains: 'f'", "A=xFx", true},
    {"M contains", "A|contains: 'fo'", "A=xFOx", true},
    {"M contains", "A|contains: 'foo'", "A=foo", true},
    {"M contains", "A|contains: 'a*b'", "A=xxaxxbxx", true},
    {"M contains", "A|contains: ''", "A=", true},
    {"M startswith", "A|startswith: 'a?c'", "A=abcd", true},
    {"M endswith", "A|endswith: 'x'", "A=abcX", true},
    {"M cased", "A|cased: 'Whoami'", "A=Whoami", true},
    {"M cased", "A|cased: 'Whoami'", "A=whoami", false},
    {"M cased", "A|contains|cased: 'Foo'", "A=xFoox", true},
    {"M cased", "A|contains|cased: 'Foo'", "A=xfoox", false},
    {"M cased", "A|endswith|cased: 'F?o'", "A=xFoo", true},
    {"M cased", "A|endswith|cased: 'F?o'", "A=xfoo", false},
    {"M neq", "A|neq: x", "A=y", true},
    {"M neq", "A|neq: x", "A=X", false},
    {"M neq", "A|neq: [x, y]", "A=y", false},
    {"M neq", "A|neq: 5", "A=6", true},
    {"M neq", "A|neq: 5", "A=5", false},
    {"M neq", "A|contains|neq: x", "A=axb", false},
    /* String modifiers */
    {"M windash", "A|windash: '-a'", "A=/a", true},
    {"M windash", "A|windash: '-a'", "A=–a", true},
    {"M windash", "A|windash: '-a'", "A=—a", true},
    {"M windash", "A|windash: '-a'", "A=―a", true},
    {"M windash", "A|windash: '-a'", "A=+a", false},
    {"M windash", "A|windash|contains: ' -a -b'", "A=x /a –b y", true},
    {"M windash", "A|contains|windash: ' /f'", "A=x -f", true},
    {"M windash", "A|contains|windash: ' /f'", "A=x f", false},
    {"M re", "A|re: 'ab+c'", "A=xabbbcx", true},
    {"M re", "A|re: 'ab+c'", "A=xABBCx", false},
    {"M re", "A|re: '^ab$'", "A=ab", true},
    {"M re", "A|re: '^ab$'", "A=abc", false},
    {"M re", "A|re: 'a.c'", "A=ađc", true},
    {"M re", "A|re: '(foo|bar)baz'", "A=xbarbaz", true},
    {"M re", "A|re: '[0-9]{3}'", "A=a123", true},
    {"M re", "A|re: ['x', 'y+z']", "A=yyz", true},
    {"M re i", "A|re|i: 'ab+c'", "A=xABBCx", true},
    {"M re", "A|re: '^b$'", "A=a\vb\vc", false},
    {"M re m", "A|re|m: '^b$'", "A=a\vb\vc", true},
    {"M re", "A|re: 'a.b'", "A=a\vb", false},
    {"M re s", "A|re|s: 'a.b'", "A=a\vb", true},
    {"M re s", "A|re|i|m|s: '^B.c'", "A=a\vb\vc", true},
    {"M base64", "A|base64: 'foobar'", "A=Zm9vYmFy", true},
    {"M base64", "A|base64|contains: 'foo'", "A=xxZm9vxx", true},
    {"M base64offset", "A|base64offset|contains: 'foobar'", "A=Zm9vYmFy", true},
    {"M base64offset", "A|base64offset|contains: 'foobar'", "A=eGZvb2Jhcng=", true},
    {"M base64offset", "A|base64offset|contains: 'foobar'", "A=eHhmb29iYXJ4", true},
    {"M base64offset", "A|base64offset|contains: 'foobar'", "A=Zm9vYmE=", false},
    {"M wide", "A|wide|base64offset|contains: 'cmd'", "A=YwBtAGQA", true},
    {"M utf16le", "A|utf16le|base64: 'cmd'", "A=YwBtAGQA", true},
    {"M utf16be", "A|utf16be|base64: 'cmd'", "A=AGMAbQBk", true},
    {"M utf16", "A|utf16|base64: 'cmd'", "A=//5jAG0AZAA=", true},
    /* Numeric modifiers */
    {"M lt", "A|lt: 5", "A=4", true},
    {"M lt", "A|lt: 5", "A=5", false},
    {"M lt", "A|lt: 5", "A=x", false},
    {"M lt", "A|lt: 5", "B=1", false},
    {"M lte", "A|lte: 5", "A=5", true},
    {"M lte", "A|lte: 5", "A=5.1", false},
    {"M gt", "A|gt: 5", "A=5.5", true},
    {"M gt", "A|gt: 5", "A=0x10", true},
    {"M gt", "A|gt: 5", "A=5", false},
    {"M gte", "A|gte: 5", "A=5", true},
    {"M gte", "A|gte: -1", "A=-2", false},
    /* Time modifiers */
    {"M minute", "A|minute: 8", "A=2022-08-04T23:08:10.527Z", true},
    {"M hour", "A|hour: 23", "A=2022-08-04 23:08:10", true},
    {"M hour", "A|hour: 23", "A=2022-08-04T23:08:10+07:00", true},
    {"M hour", "A|hour|gte: 18", "A=2022-08-04T23:08:10-05:00", true},
    {"M hour", "A|hour|lt: 6", "A=2022-08-04T23:08:10Z", false},
    {"M day", "A|day: [3, 4]", "A=2022-08-04T23:08:10Z", true},
    {"M week", "A|week: 31", "A=2022-08-04", true},
    {"M week", "A|week: 52", "A=2023-01-01", true},
    {"M week", "A|week: 1", "A=2024-12-30", true},
    {"M week", "A|week: 53", "A=2020-12-31", true},
    {"M month", "A|month: 8", "A=2022-08-04", true},
    {"M year", "A|year|gt: 2021", "A=2022-08-04", true},
    {"M year", "A|year: 2022", "A=noon", false},
    /* IP modifiers */
    {"M cidr", "A|cidr: 192.0.2.0/24", "A=192.0.2.77", true},
    {"M cidr", "A|cidr: 192.0.2.0/24", "A=192.0.3.1", false},
    {"M cidr", "A|cidr: 192.0.2.0/24", "A=::ffff:192.0.2.1", true},
    {"M cidr", "A|cidr: 2001:db8::/32", "A=2001:DB8:0:1::5", true},
    {"M cidr", "A|cidr: 2001:db8::/32", "A=2001:db9::5", false},
    {"M cidr", "A|cidr: [198.51.100.0/25, '203.0.113.0/24']", "A=203.0.113.9", true},
    {"M cidr", "A|cidr: 192.0.2.0/24", "A=host", false},
    /* Specific modifiers */
    {"M fieldref", "A|fieldref: B", "A=x\nB=X", true},
    {"M fieldref", "A|fieldref: B", "A=x\nB=y", false},
    {"M fieldref", "A|fieldref: B", "A=x", false},
    {"M fieldref", "A|fieldref|neq: B", "A=x\nB=y", true},
    {"M fieldref", "A|fieldref|startswith: B", "A=abc\nB=AB", true},
    {"M fieldref", "A|fieldref|endswith: B", "A=abc\nB=BC", true},
    {"M fieldref", "A|fieldref|contains: B", "A=abc\nB=b", true},
    {"M fieldref", "A|fieldref|cased: B", "A=abc\nB=Abc", false},
};

static void values(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigma_case c;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection), "    s:\n        %s\n    condition: s\n",
                 cases[i].item);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        if (sigma_counts(c.sigma).refused != 0)
            fail_msg("%s: %s: %s", cases[i].spec, cases[i].item, c.sigma->notices.at[0].text.ptr);
        case_finish(&c);
        bool got = case_holds(&c, case_event(&c, cases[i].event), 0);
        if (got != cases[i].want)
            fail_msg("%s: %s against %s: %d", cases[i].spec, cases[i].item, cases[i].event, got);
        case_close(&c);
    }
}

/* The same through the negation: what is not a witness must be asked all the same. */
static void negated_values(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigma_case c;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection), "    s:\n        %s\n    condition: not s\n",
                 cases[i].item);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        case_finish(&c);
        bool got = case_holds(&c, case_event(&c, cases[i].event), 0);
        if (got == cases[i].want)
            fail_msg("%s: not %s against %s: %d", cases[i].spec, cases[i].item, cases[i].event,
                     got);
        case_close(&c);
    }
}

static void refused_values(void **state)
{
    static const struct {
        const char *item, *notice;
    } bad[] = {
        {"A|foo: x", "6:9: unknown modifier 'foo'"},
        {"A|all: x", "6:9: 'all' needs a list of two or more values"},
        {"A|all: [x]", "6:9: 'all' needs a list of two or more values"},
        {"A|re: '(x'", "6:15: regular expression, character 3: missing closing parenthesis"},
        {"A|i: x", "6:9: 'i', 'm' and 's' stand behind 're'"},
        {"A|contains|re: x", "6:9: the modifier 're' cannot stand here"},
        {"A|re|contains: x", "6:9: the modifier 'contains' cannot stand here"},
        {"A|re|cased: x", "6:9: the modifier 'cased' cannot stand here"},
        {"A|exists: maybe", "6:19: 'exists' takes true or false"},
        {"A|lt: x", "6:15: a number is wanted here"},
        {"A|lt: '5'", "6:15: a number is wanted here"},
        {"A|hour: noon", "6:17: a number is wanted here"},
        {"A|cidr: 192.0.2.0/33", "6:17: '192.0.2.0/33' is not a network (address/bits)"},
        {"A|cidr: 192.0.2.1/24", "6:17: '192.0.2.1/24' has bits set behind its prefix"},
        {"A|base64: 'a*'", "6:19: 'base64' cannot encode a value with wildcards"},
        {"A|contains: null", "6:21: null cannot stand here"},
        {"A|expand: '%x%'", "6:19: no value for the placeholder %x%"},
        {"A|expand: 'x'", "6:19: 'expand' without a %placeholder%"},
        {"A: []", "6:12: the list of values is empty"},
        {"A: {b: c}", "6:12: a value or a list of values is wanted here, not a map"},
        {"A: [[b]]", "6:13: a value is wanted here, not a list or map"},
        {"A: b\n        A: c", "7:9: the key stands twice: A"},
        {"'|endswith': [a, b]", "6:9: 'endswith' needs a field"},
        {"'': x", "6:9: the name of the field is empty"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sigma_case c;
        case_open(&c);
        char detection[512];
        snprintf(detection, sizeof(detection), "    s:\n        %s\n    condition: s\n",
                 bad[i].item);
        sigma_load_text(c.sigma, STR("t.yml"), case_rule(detection));
        assert_int_equal(sigma_counts(c.sigma).refused, 1);
        assert_int_equal(sigma_counts(c.sigma).loaded, 0);
        assert_str(c.sigma->notices.at[0].text, bad[i].notice);
        case_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(values),
        ARENA_TEST(negated_values),
        ARENA_TEST(refused_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
