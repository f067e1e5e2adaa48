#include "engine/observe/number.h"

/*
 * All words are folded ("số tài khoản" is "so tai khoan"); an entry may have several words.
 */
static const struct str account_words[] = {
    STR_INIT("so tai khoan"),   STR_INIT("stk"),
    STR_INIT("so tk"),          STR_INIT("tknh"),
    STR_INIT("account number"), STR_INIT("account no"),
    STR_INIT("bank account"),   STR_INIT("tai khoan so"),
    STR_INIT("tk so"),
};

/* These also name accounts of other kinds: right before the number, or with a bank between. */
static const struct str weak_words[] = {
    STR_INIT("tai khoan"), STR_INIT("tk"),           STR_INIT("account"),
    STR_INIT("acc"),       STR_INIT("chuyen khoan"),
};

static const struct str phone_words[] = {
    STR_INIT("sdt"),    STR_INIT("dt"),      STR_INIT("dien thoai"),
    STR_INIT("phone"),  STR_INIT("tel"),     STR_INIT("hotline"),
    STR_INIT("zalo"),   STR_INIT("di dong"), STR_INIT("duong day nong"),
    STR_INIT("mobile"), STR_INIT("fax"),     STR_INIT("viber"),
    STR_INIT("so may"), STR_INIT("lien he"), STR_INIT("goi"),
};

/* Numbers of other kinds that people write beside bank names. */
static const struct str other_words[] = {
    STR_INIT("cccd"),  STR_INIT("cmnd"),    STR_INIT("ma so thue"),
    STR_INIT("mst"),   STR_INIT("so tien"), STR_INIT("ma giao dich"),
    STR_INIT("so du"), STR_INIT("otp"),     STR_INIT("ngay"),
};

static const struct str filler_words[] = {
    STR_INIT("so"), STR_INIT("la"),   STR_INIT("no"),  STR_INIT("number"), STR_INIT("ngan hang"),
    STR_INIT("nh"), STR_INIT("bank"), STR_INIT("tai"), STR_INIT("cua"),    STR_INIT("o"),
};

static const struct str money_words[] = {
    STR_INIT("d"),     STR_INIT("dong"), STR_INIT("vnd"),    STR_INIT("usd"),
    STR_INIT("trieu"), STR_INIT("ty"),   STR_INIT("dollar"),
};

/* Banks of Viet Nam by the short names people write. */
static const struct str banks[] = {
    STR_INIT("vietcombank"), STR_INIT("vcb"),
    STR_INIT("vietinbank"),  STR_INIT("bidv"),
    STR_INIT("agribank"),    STR_INIT("techcombank"),
    STR_INIT("tcb"),         STR_INIT("mb bank"),
    STR_INIT("mbbank"),      STR_INIT("mb"),
    STR_INIT("acb"),         STR_INIT("vpbank"),
    STR_INIT("vp bank"),     STR_INIT("tpbank"),
    STR_INIT("tp bank"),     STR_INIT("sacombank"),
    STR_INIT("hdbank"),      STR_INIT("hd bank"),
    STR_INIT("vib"),         STR_INIT("shb"),
    STR_INIT("seabank"),     STR_INIT("msb"),
    STR_INIT("ocb"),         STR_INIT("eximbank"),
    STR_INIT("lpbank"),      STR_INIT("lienvietpostbank"),
    STR_INIT("nam a bank"),  STR_INIT("namabank"),
    STR_INIT("abbank"),      STR_INIT("bac a bank"),
    STR_INIT("pvcombank"),   STR_INIT("scb"),
    STR_INIT("ncb"),         STR_INIT("kienlongbank"),
    STR_INIT("vietabank"),   STR_INIT("bvbank"),
    STR_INIT("saigonbank"),  STR_INIT("baovietbank"),
    STR_INIT("pgbank"),      STR_INIT("gpbank"),
    STR_INIT("cbbank"),      STR_INIT("oceanbank"),
    STR_INIT("shinhan"),     STR_INIT("woori"),
    STR_INIT("hsbc"),        STR_INIT("cake"),
    STR_INIT("timo"),        STR_INIT("coopbank"),
    STR_INIT("vietbank"),    STR_INIT("ubank"),
    STR_INIT("publicbank"),
};

enum { BEFORE = 64, BEHIND = 40, FAR = 4 };

/* Length of the entry of the list with which the text ends as whole words, 0: none. */
static size_t ends_with(struct str text, const struct str *list, size_t len)
{
    size_t best = 0;

    for (size_t i = 0; i < len; i++) {
        if (list[i].len > best && str_ends(text, list[i]) &&
            (text.len == list[i].len || text.ptr[text.len - list[i].len - 1] == ' '))
            best = list[i].len;
    }
    return best;
}

static size_t begins_with(struct str text, const struct str *list, size_t len)
{
    size_t best = 0;

    for (size_t i = 0; i < len; i++) {
        if (list[i].len > best && str_starts(text, list[i]) &&
            (text.len == list[i].len || text.ptr[list[i].len] == ' '))
            best = list[i].len;
    }
    return best;
}

#define ENDS(text, list)   ends_with((text), (list), ARRAY_LEN(list))
#define BEGINS(text, list) begins_with((text), (list), ARRAY_LEN(list))

static struct str without_last_word(struct str text, size_t len)
{
    if (len == 0) {
        ptrdiff_t space = str_rfind_char(text, ' ');

        return str_sub(text, 0, (size_t)MAX(space, 0));
    }
    return str_trim(str_sub(text, 0, text.len - len));
}

static bool last_word_is_number(struct str text)
{
    struct str word = str_from(text, (size_t)(str_rfind_char(text, ' ') + 1));

    return word.len >= ACCOUNT_DIGITS && isdigit((unsigned char)word.ptr[0]);
}

/* The nearest telling word before the number decides. */
static enum number_context context_before(struct str text)
{
    bool bank = false, beside = false;
    int distance = 0;

    while (text.len > 0 && distance <= FAR) {
        size_t n;

        if (ENDS(text, account_words) > 0)
            return NUMBER_ACCOUNT;
        if (ENDS(text, weak_words) > 0 && (bank || distance == 0))
            return NUMBER_ACCOUNT;
        if (ENDS(text, phone_words) > 0)
            return distance == 0 ? NUMBER_PHONE : NUMBER_NONE;
        if (ENDS(text, other_words) > 0 || last_word_is_number(text))
            break;
        n = ENDS(text, banks);
        if (n > 0) {
            bank = true;
            beside |= distance == 0;
        } else {
            n = ENDS(text, filler_words);
            distance += n == 0;
        }
        text = without_last_word(text, n);
    }
    return beside ? NUMBER_BANK_NAME : NUMBER_NONE;
}

static enum number_context context_behind(struct str text)
{
    if (BEGINS(text, money_words) > 0)
        return NUMBER_MONEY;
    for (size_t n; (n = BEGINS(text, filler_words)) > 0;)
        text = str_trim(str_from(text, n));
    return BEGINS(text, banks) > 0 ? NUMBER_BANK_NAME : NUMBER_NONE;
}

static size_t line_start(const struct scan *s, size_t from)
{
    size_t i = from;

    while (i > 0 && from - i < BEFORE && s->s.ptr[i - 1] != '\n')
        i--;
    return i;
}

static size_t line_end(const struct scan *s, size_t end)
{
    size_t i = end;

    while (i < s->s.len && i - end < BEHIND && s->s.ptr[i] != '\n')
        i++;
    return i;
}

enum number_context number_context(struct scan *s, size_t from, size_t end)
{
    enum number_context behind = context_behind(scan_fold(s, end, line_end(s, end)));
    enum number_context before = context_before(scan_fold(s, line_start(s, from), from));

    arena_clear(&s->scratch);
    if (behind == NUMBER_MONEY || before == NUMBER_NONE)
        return behind;
    return before;
}
