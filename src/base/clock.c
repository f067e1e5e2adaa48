#include "base/clock.h"

#include <stdatomic.h>

static _Atomic int64_t fixed_now;

int64_t clock_now(void)
{
    int64_t fixed = atomic_load_explicit(&fixed_now, memory_order_relaxed);
    struct timespec ts;

    if (fixed != 0)
        return fixed;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void clock_set(int64_t ms)
{
    atomic_store(&fixed_now, ms);
}

int64_t clock_monotonic(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; the year starts in March so
 * that the leap day is its last. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    int64_t era, yoe, doy;

    year += floor_div(month - 1, 12);
    month = month - 1 - floor_div(month - 1, 12) * 12 + 1;
    year -= month <= 2;
    era = floor_div(year, 400);
    yoe = year - era * 400;
    doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468 + day - 1;
}

struct civil civil_from_ms(int64_t ms, int offset_minutes)
{
    int64_t local = ms + offset_minutes * MINUTE_MS;
    int64_t days = floor_div(local, DAY_MS);
    int64_t rest = local - days * DAY_MS;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (struct civil){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .hour = (int)(rest / HOUR_MS),
        .minute = (int)(rest / MINUTE_MS % 60),
        .second = (int)(rest / SECOND_MS % 60),
        .ms = (int)(rest % 1000),
        .weekday = (int)(((days + 4) % 7 + 7) % 7),
    };
}

int64_t civil_to_ms(const struct civil *c, int offset_minutes)
{
    return days_from_date(c->year, c->month, c->day) * DAY_MS + c->hour * HOUR_MS +
           c->minute * MINUTE_MS + c->second * SECOND_MS + c->ms - offset_minutes * MINUTE_MS;
}

int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

int64_t clock_add_months(int64_t ms, int months, int offset_minutes)
{
    struct civil c = civil_from_ms(ms, offset_minutes);
    int64_t index = (int64_t)c.year * 12 + c.month - 1 + months;
    int last;

    c.year = (int)floor_div(index, 12);
    c.month = (int)(index - (int64_t)c.year * 12) + 1;
    last = days_in_month(c.year, c.month);
    if (c.day > last)
        c.day = last;
    return civil_to_ms(&c, offset_minutes);
}

struct str clock_rfc3339(struct arena *a, int64_t ms, int offset_minutes)
{
    struct civil c = civil_from_ms(ms, offset_minutes);
    struct buf b = buf_make(a);
    int off = abs(offset_minutes);

    buf_printf(&b, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
               c.second);
    if (c.ms != 0)
        buf_printf(&b, ".%03d", c.ms);
    if (offset_minutes == 0)
        buf_add_char(&b, 'Z');
    else
        buf_printf(&b, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', off / 60, off % 60);
    return buf_str(&b);
}

/* Takes between min and max digits off the front. */
static bool take_digits(struct str *s, int min, int max, int *out)
{
    int n = 0;
    int value = 0;

    while (n < max && (size_t)n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        value = value * 10 + (s->ptr[n++] - '0');
    if (n < min)
        return false;
    *s = str_from(*s, (size_t)n);
    *out = value;
    return true;
}

static bool take_char(struct str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

/* [T ]hh:mm[:ss[.fraction]] at the front. */
static bool take_time(struct str *s, struct civil *c)
{
    if (!take_digits(s, 1, 2, &c->hour) || !take_char(s, ':') || !take_digits(s, 2, 2, &c->minute))
        return false;
    if (take_char(s, ':')) {
        if (!take_digits(s, 2, 2, &c->second))
            return false;
        if (take_char(s, '.') || take_char(s, ',')) {
            int scale = 100;

            if (s->len == 0 || !isdigit((unsigned char)s->ptr[0]))
                return false;
            for (; s->len > 0 && isdigit((unsigned char)s->ptr[0]); *s = str_from(*s, 1)) {
                c->ms += (s->ptr[0] - '0') * scale;
                scale /= 10;
            }
        }
    }
    return true;
}

static bool take_zone(struct str *s, int *offset)
{
    int hours, minutes = 0;
    int sign;

    if (take_char(s, 'Z') || take_char(s, 'z')) {
        *offset = 0;
        return true;
    }
    if (s->len == 0)
        return true;
    if (s->ptr[0] != '+' && s->ptr[0] != '-')
        return false;
    sign = s->ptr[0] == '-' ? -1 : 1;
    *s = str_from(*s, 1);
    if (!take_digits(s, 2, 2, &hours))
        return false;
    if ((take_char(s, ':') || s->len > 0) && !take_digits(s, 2, 2, &minutes))
        return false;
    *offset = sign * (hours * 60 + minutes);
    return hours <= 23 && minutes <= 59;
}

static bool finish(const struct civil *c, int offset, int64_t *out)
{
    if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > days_in_month(c->year, c->month) || c->hour > 23 || c->minute > 59 ||
        c->second > 60)
        return false;
    *out = civil_to_ms(c, offset);
    return true;
}

bool clock_parse(struct str s, int offset_minutes, int64_t *out)
{
    struct civil c = {0};

    if (!take_digits(&s, 4, 4, &c.year) || !take_char(&s, '-') ||
        !take_digits(&s, 2, 2, &c.month) || !take_char(&s, '-') || !take_digits(&s, 2, 2, &c.day))
        return false;
    if (s.len > 0) {
        if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' '))
            return false;
        if (!take_time(&s, &c) || !take_zone(&s, &offset_minutes) || s.len > 0)
            return false;
    }
    return finish(&c, offset_minutes, out);
}

bool clock_parse_local(struct str s, int offset_minutes, int64_t *out)
{
    struct str all = str_trim(s);
    struct civil c = {0};

    s = all;
    if (!take_digits(&s, 1, 2, &c.day) || !take_char(&s, '/') || !take_digits(&s, 1, 2, &c.month) ||
        !take_char(&s, '/') || !take_digits(&s, 4, 4, &c.year))
        return clock_parse(all, offset_minutes, out);
    if (s.len > 0) {
        if (!take_char(&s, ' '))
            return false;
        s = str_trim(s);
        if (!take_time(&s, &c) || s.len > 0)
            return false;
    }
    return finish(&c, offset_minutes, out);
}
