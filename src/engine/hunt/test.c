#include "engine/hunt/fold.h"
#include "engine/hunt/test.h"

#include "base/clock.h"

#include <math.h>

bool test_number_of(struct str s, double *out)
{
    s = str_trim(s);
    bool negative = s.len > 0 && s.ptr[0] == '-';
    struct str digits = negative ? str_from(s, 1) : s;
    if (!str_starts_nocase(digits, STR("0x")))
        return str_to_double(s, out) && isfinite(*out);
    uint64_t v = 0;
    if (digits.len < 3 || digits.len > 18)
        return false;
    for (size_t i = 2; i < digits.len; i++) {
        int c = tolower((unsigned char)digits.ptr[i]);
        if (!isxdigit(c))
            return false;
        v = v << 4 | (uint64_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    *out = negative ? -(double)v : (double)v;
    return true;
}

static bool compare(double x, enum test_op op, double y)
{
    switch (op) {
    case OP_LT:
        return x < y;
    case OP_LTE:
        return x <= y;
    case OP_GT:
        return x > y;
    case OP_GTE:
        return x >= y;
    default:
        return x == y;
    }
}

static int day_of_year(const struct civil *c)
{
    int n = c->day;
    for (int m = 1; m < c->month; m++)
        n += days_in_month(c->year, m);
    return n;
}

/* ISO 8601: week 1 has the year's first Thursday. */
static int iso_week(const struct civil *c)
{
    int weekday = c->weekday == 0 ? 7 : c->weekday;
    int week = (day_of_year(c) - weekday + 10) / 7;
    int days = days_in_month(c->year, 2) + 337;
    if (week < 1) {
        struct civil last = {.year = c->year - 1, .month = 12, .day = 31};
        last = civil_from_ms(civil_to_ms(&last, 0), 0);
        return iso_week(&last);
    }
    if (week == 53) {
        int new_year = (weekday + days - day_of_year(c)) % 7 + 1; /* weekday of 1 January */
        return new_year <= 4 ? 1 : 53;
    }
    return week;
}

/* The part as it is written: no conversion between zones (modifiers appendix, "Time Modifiers"). */
static bool time_part(struct str s, enum time_part part, double *out)
{
    int64_t ms;
    size_t end = 0;
    s = str_trim(s);
    while (end < s.len && strchr("0123456789-:.T ", s.ptr[end]) != NULL)
        end++;
    /* what stands behind the time of day is the zone: Z, +07:00 */
    if (end > 19 && s.ptr[end - 1] == ' ')
        end--;
    ptrdiff_t minus = str_rfind_char(str_sub(s, 0, end), '-');
    if (minus > 10)
        end = (size_t)minus;
    if (!clock_parse(str_sub(s, 0, end), 0, &ms))
        return false;
    struct civil c = civil_from_ms(ms, 0);
    const int parts[] = {c.minute, c.hour, c.day, iso_week(&c), c.month, c.year};
    *out = parts[part];
    return true;
}

bool test_is_text(const struct test *t)
{
    return t->kind <= TEST_GLOB;
}

static bool text_holds(const struct test *t, struct str v)
{
    struct str w = t->text;
    switch (t->kind) {
    case TEST_EXACT:
        return str_eq(v, w);
    case TEST_PREFIX:
        return str_starts(v, w);
    case TEST_SUFFIX:
        return str_ends(v, w);
    case TEST_CONTAINS:
        return w.len <= v.len && memmem(v.ptr, v.len, w.ptr, w.len) != NULL;
    default:
        return pattern_match(&t->pattern, v);
    }
}

bool test_holds(const struct test *t, struct str value, struct str folded,
                struct regex_scratch *scratch)
{
    uint8_t address[NET_IP];
    double n;
    switch (t->kind) {
    case TEST_ANY:
        return true;
    case TEST_REGEX:
        return regex_match(t->regex, scratch, value);
    case TEST_CIDR:
        return net_parse_ip(str_trim(value), address) &&
               memcmp(address, t->block.first, NET_IP) >= 0 &&
               memcmp(address, t->block.last, NET_IP) <= 0;
    case TEST_NUMBER:
        return test_number_of(value, &n) && compare(n, t->op, t->number);
    case TEST_TIME:
        return time_part(value, t->part, &n) && compare(n, t->op, t->number);
    default:
        return text_holds(t, t->cased ? value : folded);
    }
}

bool test_pair_holds(const struct test *t, struct str x, struct str y)
{
    switch (t->op) {
    case OP_STARTS:
        return str_starts(x, y);
    case OP_ENDS:
        return str_ends(x, y);
    case OP_HAS:
        return str_find(x, y) >= 0;
    default:
        return str_eq(x, y);
    }
}
