#include "test.h"

#include "engine/hunt/fold.h"
#include "engine/hunt/needles.h"
#include "engine/hunt/pattern.h"
#include "engine/hunt/regex.h"

#include "base/random.h"

/* The parts under the rules, against slow and simple answers. */
enum { NEEDLES = 60, ROUNDS = 400 };

static bool found[NEEDLES];

static void note_hit(void *ctx, uint32_t target)
{
    found[target] = true;
}

static struct str random_text(struct prng *p, size_t least, size_t most)
{
    size_t len = least + (size_t)prng_below(p, most - least + 1);
    char *s = arena_alloc_align(&test_arena, len + 1, 1);
    for (size_t i = 0; i < len; i++)
        s[i] = "ab.\\"[prng_below(p, 4)];
    return str_make(s, len);
}

static bool stands(struct needle n, struct str value)
{
    bool front = (n.anchor & NEEDLE_FRONT) != 0;
    bool end = (n.anchor & NEEDLE_END) != 0;
    if (front && end)
        return str_eq(n.text, value);
    if (front)
        return str_starts(value, n.text);
    return end ? str_ends(value, n.text) : str_find(value, n.text) >= 0;
}

static void needles_find_what_is_there(void **state)
{
    struct prng p = {7};
    for (int round = 0; round < ROUNDS; round++) {
        struct needle list[NEEDLES];
        size_t len = 1 + (size_t)prng_below(&p, NEEDLES);
        for (size_t i = 0; i < len; i++)
            list[i] =
                (struct needle){random_text(&p, 1, 7), (uint32_t)i, (uint8_t)prng_below(&p, 4)};
        const struct needles *n = needles_new(&test_arena, list, len);
        for (int k = 0; k < 10; k++) {
            struct str value = random_text(&p, 0, 24);
            memset(found, 0, sizeof(found));
            needles_scan(n, value, note_hit, NULL);
            for (size_t i = 0; i < len; i++)
                assert_int_equal(found[i], stands(list[i], value));
        }
        arena_clear(&test_arena);
    }
}

/* The definition: * takes nothing or one more byte, ? takes one. */
static bool slow_match(struct str pattern, struct str s)
{
    if (pattern.len == 0)
        return s.len == 0;
    char c = pattern.ptr[0];
    if (c == '*')
        return slow_match(str_from(pattern, 1), s) ||
               (s.len > 0 && slow_match(pattern, str_from(s, 1)));
    return s.len > 0 && (c == '?' || c == s.ptr[0]) &&
           slow_match(str_from(pattern, 1), str_from(s, 1));
}

static void patterns_match_by_definition(void **state)
{
    struct prng p = {11};
    for (int round = 0; round < 20000; round++) {
        char pattern[8], value[10];
        size_t pattern_len = (size_t)prng_below(&p, sizeof(pattern));
        size_t value_len = (size_t)prng_below(&p, sizeof(value));
        for (size_t i = 0; i < pattern_len; i++)
            pattern[i] = "ab*?"[prng_below(&p, 4)];
        for (size_t i = 0; i < value_len; i++)
            value[i] = "ab"[prng_below(&p, 2)];
        struct str text = str_make(pattern, pattern_len);
        struct pattern parsed = pattern_parse(&test_arena, text, false);
        assert_int_equal(pattern_match(&parsed, str_make(value, value_len)),
                         slow_match(text, str_make(value, value_len)));
    }
}

static void expressions_give_their_text(void **state)
{
    static const struct {
        const char *pattern, *want;
    } cases[] = {
        {"foobar", "foobar"},
        {"FooBar\\.exe$", "foobar.exe"},
        {"^ab+cde", "cde"},
        {"abc?d", "ab"},
        {"abc*d", "ab"},
        {"abc{0,2}de", "ab"},
        {"ab{2}", "ab"},
        {"(?:foo|bar)baz", "baz"},
        {"foo|bar", ""},
        {"(foo)?ab", "ab"},
        {"(foobar)+ab", "foobar"},
        {"[abc]defg.hi", "defg"},
        {"[[:alpha:]]xyz", "xyz"},
        {"[[:al]xyz", ""},
        {"(?i)ABC", "abc"},
        {"(?!abcdef)gh", "gh"},
        {"(?<=abcdef)gh", "gh"},
        {"\\d+abc\\w", "abc"},
        {"\\x41bc", ""},
        {"(?x) a b c", ""},
        {"a(b(c(d|e)f)g)hij", "hij"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = regex_literal(&test_arena, str_c(cases[i].pattern));
        if (!str_is(got, cases[i].want))
            fail_msg("%s: " STR_FMT, cases[i].pattern, STR_ARG(got));
    }
}

static void expressions_give_up(void **state)
{
    struct regex_scratch *s = regex_scratch_new();
    struct regex *r = regex_compile(STR("^(a+)+[bc]$"), 0, NULL);
    char text[60];
    memset(text, 'a', sizeof(text));
    assert_non_null(r);
    assert_false(regex_match(r, s, str_make(text, sizeof(text))));
    assert_int_equal(regex_scratch_exceeded(s), 1);
    regex_free(r);
    regex_scratch_free(s);
}

static void folds(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"ABCxyz019[]`@", "abcxyz019[]`@"},
        {"ĐẮK LẮK Ơ", "đắk lắk ơ"},
        {"ΑΣς", "ασσ"},
        {"ПРИВЕТ", "привет"},
        {"ＡＢ", "ａｂ"},
        {"ÿŸ", "ÿÿ"},
        {"\xC3(\xFF A", "\xC3(\xFF a"},
        {"İ", "İ"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[64];
        size_t n = fold_text(cases[i].text, strlen(cases[i].text), out);
        assert_true(n <= fold_room(strlen(cases[i].text)));
        assert_str(str_make(out, n), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(needles_find_what_is_there),
        ARENA_TEST(patterns_match_by_definition),
        ARENA_TEST(expressions_give_their_text),
        ARENA_TEST(expressions_give_up),
        ARENA_TEST(folds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
