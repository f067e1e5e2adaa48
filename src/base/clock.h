#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

/*
 * Time is int64_t milliseconds since 1970-01-01 UTC. It is shown in the site's zone, which is a
 * fixed offset from UTC in minutes (Viet Nam: +420, no daylight saving since 1979).
 */
#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* Now. Tests set it with clock_set; clock_set(0) returns to the real clock. */
int64_t clock_now(void);
void clock_set(int64_t ms);

/* Milliseconds of a clock that never jumps, for durations. */
int64_t clock_monotonic(void);

struct civil {
    int year, month, day; /* 1-12, 1-31 */
    int hour, minute, second, ms;
    int weekday; /* 0 = Sunday */
};

struct civil civil_from_ms(int64_t ms, int offset_minutes);

/* Fields out of range carry over (day 0 = last of the month before), as with mktime. */
int64_t civil_to_ms(const struct civil *c, int offset_minutes);

int days_in_month(int year, int month);

/* The same day of a later month, clamped: 31 January + 1 month = 28 or 29 February. */
int64_t clock_add_months(int64_t ms, int months, int offset_minutes);

/* RFC 3339 with milliseconds when not zero: 2026-11-22T10:46:52Z, or with an offset. */
struct str clock_rfc3339(struct arena *a, int64_t ms, int offset_minutes);

/* RFC 3339 / ISO 8601: date alone (midnight in the zone), date and time with T or a space, seconds
 * and fraction optional, Z, an offset or none (then the zone). False when it is none of these. */
bool clock_parse(struct str s, int offset_minutes, int64_t *out);

/* As a person types it in Viet Nam: 22/11/2026, 22/11/2026 17:46; also what clock_parse takes. */
bool clock_parse_local(struct str s, int offset_minutes, int64_t *out);

#endif
