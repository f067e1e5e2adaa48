#include "sys/i18n/i18n.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "sys/i18n/table.h"

/* Keys that were asked for and are not in the table, each once. */
static struct {
    pthread_mutex_t lock;
    const char *keys[256];
    size_t len;
} missing = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note_missing(const char *key)
{
    size_t i = 0;

    pthread_mutex_lock(&missing.lock);
    while (i < missing.len && strcmp(missing.keys[i], key) != 0)
        i++;
    if (i == missing.len && i < ARRAY_LEN(missing.keys)) {
        missing.keys[i] = strdup(key);
        if (missing.keys[i] == NULL)
            die("out of memory");
        missing.len++;
    }
    pthread_mutex_unlock(&missing.lock);
}

size_t i18n_missing(void)
{
    size_t n;

    pthread_mutex_lock(&missing.lock);
    n = missing.len;
    pthread_mutex_unlock(&missing.lock);
    return n;
}

static const struct i18n_entry *find(struct str key)
{
    uint32_t at = (uint32_t)str_hash(key) & i18n_slots_mask;

    for (; i18n_slots[at] != 0; at = (at + 1) & i18n_slots_mask) {
        const struct i18n_entry *entry = &i18n_entries[i18n_slots[at] - 1];

        if (str_eq(entry->key, key))
            return entry;
    }
    return NULL;
}

struct str i18n_text(enum lang lang, const char *key)
{
    struct str k = str_c(key);
    const struct i18n_entry *entry;

    if (k.len == 0)
        return STR("");
    entry = find(k);
    if (entry != NULL && entry->text[lang].ptr != NULL)
        return entry->text[lang];
    if (entry == NULL)
        note_missing(key);
    return str_from(k, (size_t)(str_find_char(k, '|') + 1));
}

struct str i18n_format(struct arena *a, enum lang lang, const char *key, const struct str *args,
                       size_t len)
{
    struct str rest = i18n_text(lang, key);
    struct buf out = buf_make(a);

    for (;;) {
        ptrdiff_t open = str_find_char(rest, '{');
        struct str part = str_sub(rest, 0, open < 0 ? rest.len : (size_t)open);
        size_t n;

        buf_add(&out, part);
        if (open < 0)
            return buf_str(&out);
        rest = str_from(rest, part.len);
        n = rest.len >= 3 ? (size_t)(unsigned char)rest.ptr[1] - '0' : len;
        if (n < 10 && n < len && rest.ptr[2] == '}') {
            buf_add(&out, args[n]);
            rest = str_from(rest, 3);
        } else {
            buf_add_char(&out, '{');
            rest = str_from(rest, 1);
        }
    }
}

static void add_grouped(struct buf *out, enum lang lang, int64_t n)
{
    char digits[32];
    size_t at = sizeof(digits);
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    int count = 0;

    do {
        if (count > 0 && count % 3 == 0)
            digits[--at] = lang == LANG_VI ? '.' : ',';
        digits[--at] = (char)('0' + u % 10);
        u /= 10;
        count++;
    } while (u != 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(out, str_make(digits + at, sizeof(digits) - at));
}

struct str i18n_int(struct arena *a, enum lang lang, int64_t n)
{
    struct buf out = buf_make(a);

    add_grouped(&out, lang, n);
    return buf_str(&out);
}

struct str i18n_bytes(struct arena *a, enum lang lang, int64_t n)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
    struct buf out = buf_make(a);
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    uint64_t tenths = u * 10;
    size_t unit = 0;

    if (u >= 1024) {
        for (unit = 1; unit + 1 < ARRAY_LEN(units) && u >= (uint64_t)1024 << (10 * unit); unit++)
            continue;
        /* Rounded to a tenth; the last step of u * 10 would not fit for exabytes. */
        tenths = unit < 6 ? (u * 10 + ((uint64_t)1 << (10 * unit - 1))) >> (10 * unit)
                          : (u >> 50) * 10 >> 10;
    }
    if (n < 0)
        buf_add_char(&out, '-');
    add_grouped(&out, lang, (int64_t)(tenths / 10));
    if (unit > 0 && tenths < 1000 && tenths % 10 != 0)
        buf_printf(&out, "%c%d", lang == LANG_VI ? ',' : '.', (int)(tenths % 10));
    buf_printf(&out, " %s", units[unit]);
    return buf_str(&out);
}

static atomic_int zone = 7 * 60;

void i18n_set_zone(int offset_minutes)
{
    atomic_store(&zone, offset_minutes);
}

int i18n_zone(void)
{
    return atomic_load(&zone);
}

static void add_two(struct buf *out, int n)
{
    buf_add_char(out, (char)('0' + n / 10 % 10));
    buf_add_char(out, (char)('0' + n % 10));
}

static void add_date(struct buf *out, enum lang lang, const struct civil *c)
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

    if (lang == LANG_VI) {
        add_two(out, c->day);
        buf_add_char(out, '/');
        add_two(out, c->month);
        buf_add_char(out, '/');
    } else {
        buf_add_int(out, c->day);
        buf_add_char(out, ' ');
        buf_add_c(out, months[c->month - 1]);
        buf_add_char(out, ' ');
    }
    buf_add_int(out, c->year);
}

struct str i18n_date(struct arena *a, enum lang lang, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());
    struct buf out = buf_make(a);

    add_date(&out, lang, &c);
    return buf_str(&out);
}

struct str i18n_time(struct arena *a, enum lang lang, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());
    struct buf out = buf_make(a);

    add_two(&out, c.hour);
    buf_add_char(&out, ':');
    add_two(&out, c.minute);
    buf_add_char(&out, ' ');
    add_date(&out, lang, &c);
    return buf_str(&out);
}

enum unit { UNIT_DAY, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND, UNIT_COUNT };

static const struct {
    int64_t ms;
    const char *vi, *one, *many;
} units[UNIT_COUNT] = {
    [UNIT_DAY] = {DAY_MS, "ngày", "day", "days"},
    [UNIT_HOUR] = {HOUR_MS, "giờ", "hour", "hours"},
    [UNIT_MINUTE] = {MINUTE_MS, "phút", "minute", "minutes"},
    [UNIT_SECOND] = {SECOND_MS, "giây", "second", "seconds"},
};

static void add_units(struct buf *out, enum lang lang, enum unit unit, int64_t n)
{
    add_grouped(out, lang, n);
    buf_add_char(out, ' ');
    buf_add_c(out, lang == LANG_VI ? units[unit].vi : n == 1 ? units[unit].one : units[unit].many);
}

struct str i18n_duration(struct arena *a, enum lang lang, int64_t ms)
{
    struct buf out = buf_make(a);
    uint64_t left = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
    int first = UNIT_DAY;

    while (first < UNIT_SECOND && left < (uint64_t)units[first].ms)
        first++;
    if (ms < 0)
        buf_add_char(&out, '-');
    add_units(&out, lang, (enum unit)first, (int64_t)(left / (uint64_t)units[first].ms));
    left %= (uint64_t)units[first].ms;
    if (first < UNIT_SECOND && left >= (uint64_t)units[first + 1].ms) {
        buf_add_char(&out, ' ');
        add_units(&out, lang, (enum unit)(first + 1),
                  (int64_t)(left / (uint64_t)units[first + 1].ms));
    }
    return buf_str(&out);
}

struct str i18n_relative(struct arena *a, enum lang lang, int64_t ms, int64_t now)
{
    struct buf out = buf_make(a);
    int64_t ago;
    bool past = ms <= now;
    enum unit unit;

    if (__builtin_sub_overflow(past ? now : ms, past ? ms : now, &ago) || ago >= DAY_MS)
        return i18n_time(a, lang, ms);
    if (ago < MINUTE_MS)
        return past ? (lang == LANG_VI ? STR("vừa xong") : STR("just now"))
                    : (lang == LANG_VI ? STR("ngay bây giờ") : STR("in a moment"));
    unit = ago < HOUR_MS ? UNIT_MINUTE : UNIT_HOUR;
    if (!past && lang == LANG_EN)
        buf_add(&out, STR("in "));
    add_units(&out, lang, unit, ago / units[unit].ms);
    if (past)
        buf_add_c(&out, lang == LANG_VI ? " trước" : " ago");
    else if (lang == LANG_VI)
        buf_add(&out, STR(" nữa"));
    return buf_str(&out);
}

enum lang i18n_lang(struct str tag)
{
    bool english = tag.len >= 2 && str_eq_nocase(str_sub(tag, 0, 2), STR("en")) &&
                   (tag.len == 2 || tag.ptr[2] == '-' || tag.ptr[2] == '_');

    return english ? LANG_EN : LANG_VI;
}

const char *i18n_tag(enum lang lang)
{
    return lang == LANG_EN ? "en" : "vi";
}
