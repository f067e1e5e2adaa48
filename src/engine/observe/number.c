#include "engine/observe/number.h"

enum { DIGITS_MAX = 24, GROUPS_MAX = 8, ACCOUNT_SURE = 8, ACCOUNT_MAX = 19 };

/* Digits in groups with single separators between them. */
struct number {
    char digits[DIGITS_MAX + 1];
    size_t len;
    size_t ends[GROUPS_MAX];   /* position behind each group */
    size_t counts[GROUPS_MAX]; /* digits up to and with each group */
    size_t groups;
    size_t from;
    bool plus;
    bool spaced, dotted, round; /* which separators */
};

/* Length of what may stand between two groups at i. */
static size_t separator(const struct scan *s, size_t i, struct number *n)
{
    size_t k = i;
    bool round = false;

    if (scan_at(s, k) == ')') {
        round = true;
        k++;
    }
    if (strchr(" .-", scan_at(s, k)) != NULL && scan_at(s, k) != 0)
        k++;
    if (scan_at(s, k) == '(' && is_class(scan_at(s, k + 1), CLASS_DIGIT)) {
        round = true;
        k++;
    }
    if (k == i || !is_class(scan_at(s, k), CLASS_DIGIT))
        return 0;
    n->round |= round;
    n->spaced |= scan_at(s, round ? k - 1 : i) == ' ';
    n->dotted |= scan_at(s, i) == '.';
    return k - i;
}

static bool read_number(const struct scan *s, size_t i, struct number *n)
{
    size_t sep;

    *n = (struct number){.from = i};
    if (scan_at(s, i) == '(')
        i++;
    if (scan_at(s, i) == '+') {
        n->plus = true;
        i++;
    }
    if (!is_class(scan_at(s, i), CLASS_DIGIT))
        return false;
    for (;;) {
        while (is_class(scan_at(s, i), CLASS_DIGIT)) {
            if (n->len == DIGITS_MAX)
                return n->groups > 0;
            n->digits[n->len++] = s->s.ptr[i++];
        }
        n->ends[n->groups] = i;
        n->counts[n->groups++] = n->len;
        if (n->groups == GROUPS_MAX || (sep = separator(s, i, n)) == 0)
            return true;
        i += sep;
    }
}

/* The national number without its leading 0, of the first `len` digits; false when they do not
 * begin like a Vietnamese number. */
static bool national(const struct number *n, size_t len, struct str *out)
{
    struct str d = str_make(n->digits, len);

    if (n->plus || str_starts(d, STR("84"))) {
        if (!str_starts(d, STR("84")))
            return false;
        d = str_from(d, 2);
        /* +84 (0)912 ... */
        if (d.len > 0 && d.ptr[0] == '0')
            d = str_from(d, 1);
    } else if (str_starts(d, STR("0084"))) {
        d = str_from(d, 4);
    } else if (str_starts(d, STR("0"))) {
        /* 3 to 5 digits first, or all in one: "08-11-2026 10..." is a date */
        if (n->counts[0] < 3 || (n->counts[0] > 5 && n->counts[0] < len))
            return false;
        d = str_from(d, 1);
    } else {
        return false;
    }
    *out = d;
    return true;
}

/* Lengths by the numbering plan in force since 2018 (Circular 22/2014/TT-BTTTT and its roadmap):
 * mobile 0[35789] + 8 digits, fixed 02 + 9 digits. */
static bool is_subscriber(struct str d)
{
    if (d.len == 9)
        return strchr("35789", d.ptr[0]) != NULL;
    return d.len == 10 && d.ptr[0] == '2';
}

/* Whether a word or a longer number goes on at i. */
static bool goes_on(const struct scan *s, size_t i)
{
    unsigned char c = scan_at(s, i);

    if (c == '.' || c == '-' || c == ',')
        return is_class(scan_at(s, i + 1), CLASS_DIGIT);
    return c != '_' && label_char(s->s, i) > 0;
}

/* The group with which a phone number ends, or -1. */
static int phone_group(const struct scan *s, const struct number *n, struct str *subscriber)
{
    unsigned char before = scan_before(s, n->from);

    if (before == '.' || before == ',')
        return -1;
    for (size_t g = 0; g < n->groups; g++) {
        size_t end = n->ends[g];
        bool bare84 = !n->plus && n->digits[0] == '8';

        if (!national(n, n->counts[g], subscriber) || !is_subscriber(*subscriber))
            continue;
        if (bare84 && subscriber->len != 9)
            return -1;
        if (goes_on(s, end))
            return -1;
        /* "0912 345 678 901" is a longer number; "0912345678 0987654321" are two. */
        if (g + 1 < n->groups && g > 0 && n->spaced && n->digits[n->counts[g]] != '0')
            return -1;
        return (int)g;
    }
    return -1;
}

/* The group with which a bank account ends, or -1. */
static int account_group(const struct scan *s, const struct number *n, size_t at_least)
{
    size_t g = n->counts[0] >= ACCOUNT_SURE ? 0 : n->groups - 1;

    /* Groups of one and two digits are dates and lists. */
    if (n->plus || n->round || n->counts[0] < 3 || n->counts[g] < at_least ||
        n->counts[g] > ACCOUNT_MAX)
        return -1;
    if (goes_on(s, n->ends[g]))
        return -1;
    /* 1.000.000 is money */
    if (g > 0 && n->dotted) {
        bool threes = n->counts[0] <= 3;

        for (size_t k = 1; k <= g; k++)
            threes &= n->counts[k] - n->counts[k - 1] == 3;
        if (threes)
            return -1;
    }
    return (int)g;
}

static size_t hit(struct scan *s, enum observe_kind kind, const struct number *n, int group,
                  struct str digits)
{
    size_t from = n->from, end = n->ends[group];

    /* The opening bracket belongs to the number only when it closes within. */
    if (s->s.ptr[from] == '(' && memchr(s->s.ptr + from, ')', end - from) == NULL)
        from++;
    buf_clear(&s->value);
    if (kind == OBSERVE_PHONE)
        buf_add(&s->value, STR("+84"));
    buf_add(&s->value, digits);
    scan_hit(s, kind, buf_str(&s->value), from, end, false);
    return end;
}

size_t scan_number(struct scan *s, size_t i)
{
    struct number n;
    struct str subscriber;
    int phone, account;
    enum number_context context;

    if ((i > 0 && s->s.ptr[i] != '(' && is_class(scan_before(s, i), CLASS_ALNUM)) ||
        !read_number(s, i, &n) || n.len < ACCOUNT_DIGITS)
        return 0;
    phone = phone_group(s, &n, &subscriber);
    account = account_group(s, &n, ACCOUNT_DIGITS);
    if (account >= 0) {
        context = number_context(s, n.from, n.ends[account]);
        if (context == NUMBER_MONEY || context == NUMBER_PHONE)
            account = -1;
        else if (context == NUMBER_BANK_NAME)
            account = phone >= 0 && n.groups > 1 ? -1 : account_group(s, &n, ACCOUNT_SURE);
        else if (context == NUMBER_NONE)
            account = -1;
    }
    if (account >= 0)
        return hit(s, OBSERVE_BANK_ACCOUNT, &n, account, str_make(n.digits, n.counts[account]));
    return phone >= 0 ? hit(s, OBSERVE_PHONE, &n, phone, subscriber) : 0;
}
