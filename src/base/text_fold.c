#include "base/text.h"

#include "base/utf8.h"

/*
 * Latin letters without their diacritics, in lower case, one character for each code point from
 * U+00C0 and from U+1E00 (from the decompositions of the Unicode character database; letters with
 * a stroke or hook, which do not decompose, by their shape). A capital stands for two letters, see
 * `pairs`; '.' for a character that is not changed.
 */
static const char latin[] = "aaaaaaAceeeeiiiidnooooo.ouuuuyTSaaaaaaAceeeeiiiidnooooo.ouuuuyTy"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkkllllllll"
                            "llnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
                            "bbbb..occdddd.eeeffg.H.ikkl..nnoooXXpp...s.ttttuu.vyyzz........."
                            "....ZZZLLLNNNaaiioouuuuuuuuuueaaaaAAggggkkoooo..jZZZgg..nnaaAAoo"
                            "aaaaeeeeiiiioooorrrruuuusstt..hhndUUzzaaeeooooooooyylntjBQacclts"
                            "z..bu.eejjqqrryy";
static const char latin_more[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                 "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                 "wwwwwwwwwwxxxxyyzzzzzzhtwyas..S.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                 "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

enum {
    LATIN_FIRST = 0xc0,
    LATIN_MORE_FIRST = 0x1e00,
    MARK_FIRST = 0x300,
    MARK_LAST = 0x36f,
    WIDE_FIRST = 0xff01,
    WIDE_LAST = 0xff5e,
};

_Static_assert(sizeof(latin) - 1 == 0x250 - LATIN_FIRST, "a character for each code point");
_Static_assert(sizeof(latin_more) - 1 == 0x1f00 - LATIN_MORE_FIRST, "the same");

static const char pairs[26][3] = {
    ['A' - 'A'] = "ae", ['B' - 'A'] = "db", ['H' - 'A'] = "hv", ['I' - 'A'] = "ij",
    ['L' - 'A'] = "lj", ['N' - 'A'] = "nj", ['O' - 'A'] = "oe", ['Q' - 'A'] = "qp",
    ['S' - 'A'] = "ss", ['T' - 'A'] = "th", ['U' - 'A'] = "ou", ['X' - 'A'] = "oi",
    ['Z' - 'A'] = "dz",
};

/* Beyond ASCII and the Latin tables: what is not a letter or a digit, as ranges of code points
 * (controls, punctuation, spaces, symbols, private use), in order. */
static const uint32_t separators[][2] = {
    {0x80, 0xa9},     {0xab, 0xb1},       {0xb4, 0xb4},        {0xb6, 0xb8},     {0xbb, 0xbf},
    {0xd7, 0xd7},     {0xf7, 0xf7},       {0x2c2, 0x2df},      {0x37e, 0x37e},   {0x387, 0x387},
    {0x55a, 0x55f},   {0x589, 0x58a},     {0x5be, 0x5be},      {0x60c, 0x60d},   {0x61b, 0x61f},
    {0x66a, 0x66d},   {0x6d4, 0x6d4},     {0x964, 0x965},      {0x2000, 0x206f}, {0x207a, 0x207e},
    {0x208a, 0x208e}, {0x20a0, 0x20cf},   {0x2190, 0x245f},    {0x249c, 0x2bff}, {0x2e00, 0x3004},
    {0x3008, 0x3020}, {0x3030, 0x3030},   {0x303d, 0x303f},    {0x30fb, 0x30fb}, {0xe000, 0xf8ff},
    {0xfd3e, 0xfd3f}, {0xfe10, 0xfe1f},   {0xfe30, 0xfe6f},    {0xfeff, 0xff00}, {0xff5f, 0xff65},
    {0xffe0, 0xffff}, {0x1f000, 0x1faff}, {0xf0000, 0x10ffff},
};

static bool is_separator(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
        if (c <= separators[i][1])
            return c >= separators[i][0];
    }
    return true;
}

/* Lower case where it is regular: Greek and Cyrillic. */
static uint32_t lower_other(uint32_t c)
{
    if ((c >= 0x391 && c <= 0x3a9 && c != 0x3a2) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    return c;
}

/* What is written for c: up to four bytes in out, 0 for a mark that vanishes, -1 for a separator.
 */
static int fold_one(uint32_t c, char out[4])
{
    char f = '.';

    if (c >= WIDE_FIRST && c <= WIDE_LAST)
        c -= WIDE_FIRST - '!';
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        out[0] = (char)c;
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? 1 : -1;
    }
    if (c >= MARK_FIRST && c <= MARK_LAST)
        return 0;
    if (c >= LATIN_FIRST && c < LATIN_FIRST + sizeof(latin) - 1)
        f = latin[c - LATIN_FIRST];
    else if (c >= LATIN_MORE_FIRST && c < LATIN_MORE_FIRST + sizeof(latin_more) - 1)
        f = latin_more[c - LATIN_MORE_FIRST];
    if (f >= 'a') {
        out[0] = f;
        return 1;
    }
    if (f >= 'A') {
        memcpy(out, pairs[f - 'A'], 2);
        return 2;
    }
    return is_separator(c) ? -1 : (int)utf8_encode(out, lower_other(c));
}

/* Folds s; words are joined with `glue`; stops before a character that would pass `max` bytes. */
static struct str fold(struct arena *a, struct str s, char glue, size_t max)
{
    struct buf b = buf_make(a);
    bool gap = false;

    while (s.len > 0) {
        char out[5];
        int n = fold_one(text_next(&s), out + 1);
        char *from = out + 1;

        if (n == 0)
            continue;
        if (n < 0) {
            gap = b.len > 0;
            continue;
        }
        if (gap) {
            *--from = glue;
            n++;
            gap = false;
        }
        if (b.len + (size_t)n > max)
            break;
        buf_add(&b, str_make(from, (size_t)n));
    }
    return buf_str(&b);
}

struct str text_fold(struct arena *a, struct str s)
{
    return fold(a, s, ' ', SIZE_MAX);
}

struct str text_slug(struct arena *a, struct str s, size_t max)
{
    return fold(a, s, '-', max);
}

/* The vowels of Vietnamese, lower and upper case, each without tone and with the five tones. */
static const uint16_t vowels[][6] = {
    /* none, grave, acute, tilde, hook above, dot below */
    {0x0061, 0x00e0, 0x00e1, 0x00e3, 0x1ea3, 0x1ea1},
    {0x0041, 0x00c0, 0x00c1, 0x00c3, 0x1ea2, 0x1ea0},
    {0x0103, 0x1eb1, 0x1eaf, 0x1eb5, 0x1eb3, 0x1eb7},
    {0x0102, 0x1eb0, 0x1eae, 0x1eb4, 0x1eb2, 0x1eb6},
    {0x00e2, 0x1ea7, 0x1ea5, 0x1eab, 0x1ea9, 0x1ead},
    {0x00c2, 0x1ea6, 0x1ea4, 0x1eaa, 0x1ea8, 0x1eac},
    {0x0065, 0x00e8, 0x00e9, 0x1ebd, 0x1ebb, 0x1eb9},
    {0x0045, 0x00c8, 0x00c9, 0x1ebc, 0x1eba, 0x1eb8},
    {0x00ea, 0x1ec1, 0x1ebf, 0x1ec5, 0x1ec3, 0x1ec7},
    {0x00ca, 0x1ec0, 0x1ebe, 0x1ec4, 0x1ec2, 0x1ec6},
    {0x0069, 0x00ec, 0x00ed, 0x0129, 0x1ec9, 0x1ecb},
    {0x0049, 0x00cc, 0x00cd, 0x0128, 0x1ec8, 0x1eca},
    {0x006f, 0x00f2, 0x00f3, 0x00f5, 0x1ecf, 0x1ecd},
    {0x004f, 0x00d2, 0x00d3, 0x00d5, 0x1ece, 0x1ecc},
    {0x00f4, 0x1ed3, 0x1ed1, 0x1ed7, 0x1ed5, 0x1ed9},
    {0x00d4, 0x1ed2, 0x1ed0, 0x1ed6, 0x1ed4, 0x1ed8},
    {0x01a1, 0x1edd, 0x1edb, 0x1ee1, 0x1edf, 0x1ee3},
    {0x01a0, 0x1edc, 0x1eda, 0x1ee0, 0x1ede, 0x1ee2},
    {0x0075, 0x00f9, 0x00fa, 0x0169, 0x1ee7, 0x1ee5},
    {0x0055, 0x00d9, 0x00da, 0x0168, 0x1ee6, 0x1ee4},
    {0x01b0, 0x1eeb, 0x1ee9, 0x1eef, 0x1eed, 0x1ef1},
    {0x01af, 0x1eea, 0x1ee8, 0x1eee, 0x1eec, 0x1ef0},
    {0x0079, 0x1ef3, 0x00fd, 0x1ef9, 0x1ef7, 0x1ef5},
    {0x0059, 0x1ef2, 0x00dd, 0x1ef8, 0x1ef6, 0x1ef4},
};

static const uint16_t tone_marks[6] = {0, 0x300, 0x301, 0x303, 0x309, 0x323};

/* A mark that changes the letter: from one vowel to another. */
static const struct {
    uint16_t mark, from, to;
} shapes[] = {
    {0x302, 'a', 0xe2},  {0x302, 'A', 0xc2},  {0x302, 'e', 0xea},  {0x302, 'E', 0xca},
    {0x302, 'o', 0xf4},  {0x302, 'O', 0xd4},  {0x306, 'a', 0x103}, {0x306, 'A', 0x102},
    {0x31b, 'o', 0x1a1}, {0x31b, 'O', 0x1a0}, {0x31b, 'u', 0x1b0}, {0x31b, 'U', 0x1af},
};

static bool find_vowel(uint32_t c, size_t *row, size_t *tone)
{
    for (*row = 0; *row < ARRAY_LEN(vowels); ++*row) {
        for (*tone = 0; *tone < 6; ++*tone) {
            if (vowels[*row][*tone] == c)
                return true;
        }
    }
    return false;
}

/* The letter c with one more mark; 0 when Vietnamese has no such letter. */
static uint32_t with_mark(uint32_t c, uint32_t mark)
{
    size_t row, tone, plain;

    if (!find_vowel(c, &row, &tone))
        return 0;
    for (size_t t = 1; t < 6; t++) {
        if (tone_marks[t] == mark)
            return tone == 0 ? vowels[row][t] : 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        if (shapes[i].mark == mark && shapes[i].from == vowels[row][0] &&
            find_vowel(shapes[i].to, &row, &plain))
            return vowels[row][tone];
    }
    return 0;
}

struct str text_compose(struct arena *a, struct str s)
{
    struct buf b = buf_make(a);

    /* All marks concerned are U+0300 to U+033F, which begin with this byte. */
    if (str_find_char(s, '\xcc') < 0)
        return s;
    while (s.len > 0) {
        struct str before = s;
        uint32_t c = text_next(&s);
        bool changed = false;

        while (s.len > 0 && s.ptr[0] == '\xcc') {
            struct str behind = s;
            uint32_t letter = with_mark(c, text_next(&behind));

            if (letter == 0)
                break;
            c = letter;
            s = behind;
            changed = true;
        }
        if (changed)
            text_add(&b, c);
        else
            buf_add(&b, str_make(before.ptr, (size_t)(s.ptr - before.ptr)));
    }
    return buf_str(&b);
}
