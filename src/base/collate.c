#include "base/text.h"

/*
 * The order of a Vietnamese dictionary: letters a ă â b c d đ e ê g ... first, tones only among
 * what is spelled alike, in the order ngang, huyền, hỏi, ngã, sắc, nặng (TCVN 6909 names the
 * letters; the order of letters and tones is that of school dictionaries and of CLDR's "vi").
 */

/* One sign a letter, ascending as ASCII does; f, j, w and z of foreign words stand where English
 * has them. A space ends a word, so "an ninh" comes before "anh"; the end of the text comes before.
 */
enum { WORD_END = '!', LEVEL = ' ', LETTERS = 'A', FOREIGN = '~', TONES = 6 };

/* A letter, what it looks like with the tones huyền, hỏi, ngã, sắc, nặng, in both cases. */
static const char *const alphabet[] = {
    "aàảãáạ|AÀẢÃÁẠ", "ăằẳẵắặ|ĂẰẲẴẮẶ", "âầẩẫấậ|ÂẦẨẪẤẬ", "b|B",           "c|C", "d|D",
    "đ|Đ",           "eèẻẽéẹ|EÈẺẼÉẸ", "êềểễếệ|ÊỀỂỄẾỆ", "f|F",           "g|G", "h|H",
    "iìỉĩíị|IÌỈĨÍỊ", "j|J",           "k|K",           "l|L",           "m|M", "n|N",
    "oòỏõóọ|OÒỎÕÓỌ", "ôồổỗốộ|ÔỒỔỖỐỘ", "ơờởỡớợ|ƠỜỞỠỚỢ", "p|P",           "q|Q", "r|R",
    "s|S",           "t|T",           "uùủũúụ|UÙỦŨÚỤ", "ưừửữứự|ƯỪỬỮỨỰ", "v|V", "w|W",
    "x|X",           "yỳỷỹýỵ|YỲỶỸÝỴ", "z|Z",
};

struct weight {
    char letter; /* 0: no letter of the alphabet */
    char tone;   /* '0' to '5' */
};

static struct weight weigh(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_LEN(alphabet); i++) {
        struct str forms = str_c(alphabet[i]);
        int n = 0;

        while (forms.len > 0) {
            uint32_t form = text_next(&forms);

            if (form == c)
                return (struct weight){(char)(LETTERS + i), (char)('0' + n % TONES)};
            n = form == '|' ? 0 : n + 1;
        }
    }
    return (struct weight){0};
}

struct key {
    struct buf letters, tones;
    char tone;   /* of the word so far */
    bool inside; /* a word */
};

static void end_word(struct key *k)
{
    if (k->inside)
        buf_add_char(&k->tones, k->tone);
    k->inside = false;
    k->tone = '0';
}

static void begin_word(struct key *k)
{
    if (k->inside)
        return;
    if (k->letters.len > 0)
        buf_add_char(&k->letters, WORD_END);
    k->inside = true;
}

static void add_letter(struct key *k, struct weight w)
{
    begin_word(k);
    buf_add_char(&k->letters, w.letter);
    /* One tone a word, wherever it is written: "hòa" and "hoà" are the same. */
    if (k->tone == '0')
        k->tone = w.tone;
}

/* Numbers by their size: how many digits, then the digits. "Phường 2" comes before "Phường 10". */
static void add_number(struct key *k, struct str digits)
{
    while (digits.len > 1 && digits.ptr[0] == '0')
        digits = str_from(digits, 1);
    end_word(k);
    begin_word(k);
    buf_add_char(&k->letters, (char)('0' + MIN(digits.len, (size_t)9)));
    buf_add(&k->letters, digits);
    end_word(k);
}

/* A letter of another alphabet: by its base letter where it has one, else behind everything. */
static void add_foreign(struct key *k, struct arena *a, struct str bytes, uint32_t c)
{
    struct str fold = text_fold(a, bytes);
    bool known = false;

    for (size_t i = 0; i < fold.len; i++) {
        struct weight w = weigh((unsigned char)fold.ptr[i]);

        if (w.letter == 0)
            continue;
        add_letter(k, w);
        known = true;
    }
    if (known)
        return;
    begin_word(k);
    buf_printf(&k->letters, "%c%06" PRIx32, FOREIGN, c);
}

/* Letters outside of ASCII that are not signs of typography. */
static bool may_be_letter(uint32_t c)
{
    return c >= 0xaa && !(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f);
}

struct str text_sort_key(struct arena *a, struct str s)
{
    struct key k = {.letters = buf_make(a), .tones = buf_make(a), .tone = '0'};

    s = text_compose(a, s);
    while (s.len > 0) {
        struct str at = s;
        uint32_t c = text_next(&s);
        struct weight w = weigh(c);

        if (w.letter != 0) {
            add_letter(&k, w);
        } else if (c >= '0' && c <= '9') {
            size_t n = 1;

            while (n < at.len && isdigit((unsigned char)at.ptr[n]))
                n++;
            add_number(&k, str_sub(at, 0, n));
            s = str_from(at, n);
        } else if (may_be_letter(c)) {
            add_foreign(&k, a, str_sub(at, 0, (size_t)(s.ptr - at.ptr)), c);
        } else {
            end_word(&k);
        }
    }
    end_word(&k);
    buf_add_char(&k.letters, LEVEL);
    buf_add(&k.letters, buf_str(&k.tones));
    return buf_str(&k.letters);
}
