#include "test.h"

#include "base/text.h"

static void checks_utf8(void **state)
{
    static const struct {
        struct str text;
        bool ok, ok_with_controls;
    } cases[] = {
        {STR_INIT(""), true, true},
        {STR_INIT("abc\tdef\r\n"), true, true},
        {STR_INIT("Điều phối ứng cứu sự cố an toàn thông tin mạng"), true, true},
        {STR_INIT("\U0001f600 \u2026"), true, true},
        {STR_INIT("0123456789abcdef0123456789abcde\x7f"), false, true},
        {STR_INIT("a\0b"), false, true},
        {STR_INIT("\x1b[31m"), false, true},
        {STR_INIT("a\xc2\x85z"), false, true},
        {STR_INIT("a\u00a0b"), true, true},
        {STR_INIT("\xe9"), false, false},
        {STR_INIT("0123456789abcdef0123456789abcdef\xc3"), false, false},
        {STR_INIT("\xc0\xaf"), false, false},
        {STR_INIT("\xed\xa0\x80"), false, false},
        {STR_INIT("\xf4\x90\x80\x80"), false, false},
        {STR_INIT("\xe1\xba"), false, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (text_is_valid(cases[i].text, false) != cases[i].ok ||
            text_is_valid(cases[i].text, true) != cases[i].ok_with_controls)
            fail_msg("case %zu: %s", i, cases[i].text.ptr);
    }
    assert_true(text_is_valid(STR_EMPTY, false));
}

/* Every code point once, against the definition of UTF-8. */
static void reads_back_every_code_point(void **state)
{
    for (uint32_t c = 0; c <= 0x110000; c++) {
        struct buf b = buf_make(&test_arena);
        struct arena_mark mark = arena_mark(&test_arena);
        bool fine = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        struct str s;

        text_add(&b, c);
        s = buf_str(&b);
        if (!text_is_valid(s, true) || text_next(&s) != (fine ? c : 0xfffd) || s.len != 0)
            fail_msg("U+%04X", c);
        arena_rewind(&test_arena, mark);
    }
}

static void repairs(void **state)
{
    static const struct {
        struct str text;
        const char *want;
        size_t bad;
    } cases[] = {
        {STR_INIT(""), "", 0},
        {STR_INIT("tốt"), "tốt", 0},
        {STR_INIT("a\xff"
                  "b"),
         "a\ufffdb", 1},
        {STR_INIT("a\0b\0"), "ab", 0},
        {STR_INIT("\xe1\xba"), "\ufffd\ufffd", 2},
        {STR_INIT("\xe1\xbax"), "\ufffd\ufffdx", 2},
        {STR_INIT("\x1b["), "\x1b[", 0},
        {STR_INIT("Ti\xeang Vi\xc3\xaat"), "Ti\ufffdng Viêt", 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t bad = 99;

        assert_str(text_repair(&test_arena, cases[i].text, &bad), cases[i].want);
        assert_int_equal(bad, cases[i].bad);
        assert_str(text_repair(&test_arena, cases[i].text, NULL), cases[i].want);
    }
}

static void counts_code_points(void **state)
{
    assert_int_equal(text_length(STR("")), 0);
    assert_int_equal(text_length(STR("abc")), 3);
    assert_int_equal(text_length(STR("Đắk Lắk")), 7);
    assert_int_equal(text_length(STR("\U0001f600")), 1);
    assert_int_equal(text_length(STR("\xff\xff")), 2);
}

static void shortens(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *want;
    } cases[] = {
        {"Đắk Lắk", 7, "Đắk Lắk"},
        {"Đắk Lắk", 6, "Đắk L…"},
        {"Đắk Lắk", 1, "…"},
        {"Đắk Lắk", 0, ""},
        {"", 0, ""},
        {"abc", 100, "abc"},
        {"ab", 1, "…"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(text_ellipsis(&test_arena, str_c(cases[i].text), cases[i].n), cases[i].want);
}

static void ends_behind_a_word(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *want;
    } cases[] = {
        {"", 3, ""},
        {"vừa đủ chữ", 10, "vừa đủ chữ"},
        {"tự nhảy sang https://example.org/x", 18, "tự nhảy sang…"},
        {"tự nhảy sang https://example.org/x", 13, "tự nhảy sang…"},
        {"hai từ, ba từ", 8, "hai từ…"},
        {"a https://example.org/dang-nhap", 12, "a https://e…"}, /* nothing else would be left */
        {"khôngcókhoảngtrắng", 6, "không…"},
        {"một hai", 1, "…"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(text_ellipsis_words(&test_arena, str_c(cases[i].text), cases[i].n),
                   cases[i].want);
}

static void folds(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"Điều phối", "dieu phoi"},
        {"ĐẮK LẮK", "dak lak"},
        {"đường Nguyễn Trãi, quận 1", "duong nguyen trai quan 1"},
        {"  Sở   TT&TT \n", "so tt tt"},
        {"e\u0302\u0301 = ế", "e e"},
        {"Ｗｅｂ　１２３", "web 123"},
        {"Straße, Œuvre, Ærø", "strasse oeuvre aero"},
        {"Łódź čšž ñ ÿ", "lodz csz n y"},
        {"АБВ где Ё", "абв где ё"},
        {"ΑΒΓ", "αβγ"},
        {"日本語", "日本語"},
        {"“trích dẫn” – ‘…’", "trich dan"},
        {"50×60÷2", "50 60 2"},
        {"a\u200bb\u00a0c", "a b c"},
        {"smile \U0001f600!", "smile"},
        {"áàảãạăắằẳẵặâấầẩẫậ", "aaaaaaaaaaaaaaaaa"},
        {"éèẻẽẹêếềểễệíìỉĩị", "eeeeeeeeeeeiiiii"},
        {"óòỏõọôốồổỗộơớờởỡợ", "ooooooooooooooooo"},
        {"úùủũụưứừửữựýỳỷỹỵ", "uuuuuuuuuuuyyyyy"},
        {"ÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊ", "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiii"},
        {"ÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴ", "ooooooooooooooooouuuuuuuuuuuyyyyy"},
        {"\xff x", "x"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(text_fold(&test_arena, str_c(cases[i].text)), cases[i].want);
}

static void folds_composed_and_decomposed_alike(void **state)
{
    /* "sự cố" with marks after the letters, tone before and behind the horn */
    assert_str(text_fold(&test_arena, STR("su\u031b\u0323 co\u0302\u0301")), "su co");
    assert_str(text_fold(&test_arena, STR("su\u0323\u031b co\u0301\u0302")), "su co");
}

static void makes_slugs(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *want;
    } cases[] = {
        {"Báo cáo sự cố số 12/2026", 100, "bao-cao-su-co-so-12-2026"},
        {"Báo cáo sự cố", 7, "bao-cao"},
        {"Báo cáo sự cố", 8, "bao-cao"},
        {"Báo cáo sự cố", 9, "bao-cao-s"},
        {"--- !!!", 10, ""},
        {"../../etc/passwd", 100, "etc-passwd"},
        {"абв", 3, "а"},
        {"Straße", 5, "stra"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(text_slug(&test_arena, str_c(cases[i].text), cases[i].max), cases[i].want);
}

static void composes_every_vietnamese_letter(void **state)
{
    /* shape mark and tone, in both orders; 0: none */
    static const struct {
        const char *base;
        uint32_t shape;
        const char *letters; /* plain, grave, acute, tilde, hook, dot */
    } rows[] = {
        {"a", 0, "aàáãảạ"},     {"A", 0, "AÀÁÃẢẠ"},     {"a", 0x306, "ăằắẵẳặ"},
        {"A", 0x306, "ĂẰẮẴẲẶ"}, {"a", 0x302, "âầấẫẩậ"}, {"A", 0x302, "ÂẦẤẪẨẬ"},
        {"e", 0, "eèéẽẻẹ"},     {"E", 0, "EÈÉẼẺẸ"},     {"e", 0x302, "êềếễểệ"},
        {"E", 0x302, "ÊỀẾỄỂỆ"}, {"i", 0, "iìíĩỉị"},     {"I", 0, "IÌÍĨỈỊ"},
        {"o", 0, "oòóõỏọ"},     {"O", 0, "OÒÓÕỎỌ"},     {"o", 0x302, "ôồốỗổộ"},
        {"O", 0x302, "ÔỒỐỖỔỘ"}, {"o", 0x31b, "ơờớỡởợ"}, {"O", 0x31b, "ƠỜỚỠỞỢ"},
        {"u", 0, "uùúũủụ"},     {"U", 0, "UÙÚŨỦỤ"},     {"u", 0x31b, "ưừứữửự"},
        {"U", 0x31b, "ƯỪỨỮỬỰ"}, {"y", 0, "yỳýỹỷỵ"},     {"Y", 0, "YỲÝỸỶỴ"},
    };
    static const uint32_t tones[] = {0, 0x300, 0x301, 0x303, 0x309, 0x323};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str letters = str_c(rows[i].letters);

        for (size_t t = 0; t < 6; t++) {
            uint32_t want = text_next(&letters);

            for (int order = 0; order < 2; order++) {
                uint32_t marks[2] = {rows[i].shape, tones[t]};
                struct buf b = buf_make(&test_arena);
                struct str got;

                buf_add_c(&b, rows[i].base);
                for (int m = 0; m < 2; m++) {
                    if (marks[m ^ order] != 0)
                        text_add(&b, marks[m ^ order]);
                }
                got = text_compose(&test_arena, buf_str(&b));
                if (text_next(&got) != want || got.len != 0)
                    fail_msg("%s, row %zu tone %zu order %d", rows[i].letters, i, t, order);
            }
        }
        assert_int_equal(letters.len, 0);
    }
}

static void composes_nothing_else(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"Sự cố", "Sự cố"},
        {"Su\u031b\u0323 co\u0302\u0301 x", "Sự cố x"},
        {"ê\u0301", "ế"},
        {"é\u0302", "ế"},
        {"n\u0303", "n\u0303"},
        {"b\u0301", "b\u0301"},
        {"\u0301a", "\u0301a"},
        {"à\u0301", "à\u0301"},
        {"a\u0301\u0301", "á\u0301"},
        {"u\u0302", "u\u0302"},
        {"a\u0308\u0301", "a\u0308\u0301"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(text_compose(&test_arena, str_c(cases[i].text)), cases[i].want);
    assert_str_eq(text_compose(&test_arena, STR("a\u0301\xff")), STR("á\xff"));
}

/* Each comes before the next; "=" in front: in the same place. */
static void orders_as_a_dictionary(void **state)
{
    struct arena a;
    static const char *const ordered[] = {
        "", "1", "2", "=02", "10", "an", "An Bình", "An Giang", "anh", "Ánh", "ảo", "ay",
        /* A letter of its own is more than a tone: ă and â, đ, ê, ô and ơ, ư. */
        "ẵm", "ăn", "âm", "ấm", "bà", "ca", "cà", "cả", "cã", "cá", "cạ", "cà phê", "chi", "da",
        "du", "đa", "đà", "Đắk Lắk", "=ĐẮK LẮK", "=Đắk-Lắk", "Đẩu", "e", "em", "ê", "g", "hoa",
        "hòa", "=hoà", "Huế", "i", "k", "Lâm Đồng",
        /* Tones only where all letters are the same. */
        "ma", "má", "má ba", "ma ca", "o", "on", "ô", "ơ", "ở", "Phường 2", "=phường  2",
        "Phường 10", "Quận 1", "sở a", "Sở Y tế", "u", "ủ", "uy", "Ủy ban", "=Uỷ ban", "ư", "vi",
        "w", "x", "ỷ", "z", "жук", "漢"};
    const char *before = NULL;
    struct str last = STR("");

    arena_init(&a);
    for (size_t i = 0; i < ARRAY_LEN(ordered); i++) {
        bool same = ordered[i][0] == '=';
        struct str key = text_sort_key(&a, str_c(ordered[i] + same));

        if (before != NULL && (same ? str_cmp(last, key) != 0 : str_cmp(last, key) >= 0))
            fail_msg("'%s' (%s), then '%s' (%s)", before, last.ptr, ordered[i], key.ptr);
        for (size_t n = 0; n < key.len; n++)
            assert_in_range(key.ptr[n], ' ', '~');
        before = ordered[i];
        last = key;
    }
    /* Letters of other alphabets that are ours with another mark. */
    assert_true(str_eq(text_sort_key(&a, STR("Zürich")), text_sort_key(&a, STR("zurich"))));
    /* Marks that stand alone, as some systems send them. */
    assert_true(
        str_eq(text_sort_key(&a, STR("Đa\xcc\x86\xcc\x81k")), text_sort_key(&a, STR("Đắk"))));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_utf8),
        ARENA_TEST(reads_back_every_code_point),
        ARENA_TEST(repairs),
        cmocka_unit_test(counts_code_points),
        ARENA_TEST(shortens),
        ARENA_TEST(ends_behind_a_word),
        ARENA_TEST(folds),
        ARENA_TEST(folds_composed_and_decomposed_alike),
        ARENA_TEST(makes_slugs),
        ARENA_TEST(composes_every_vietnamese_letter),
        ARENA_TEST(composes_nothing_else),
        cmocka_unit_test(orders_as_a_dictionary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
