#include "engine/hunt/text.h"

#include "base/clock.h"

enum { SNIFF_LINES = 30 };

int hunt_sniff_lines(struct str head, bool (*looks)(struct str line))
{
    struct str rest = head, line;
    int seen = 0, good = 0;
    while (seen < SNIFF_LINES && str_line(&rest, &line)) {
        bool last = line.ptr + line.len == head.ptr + head.len;
        line = str_trim(line);
        if (line.len == 0 || (last && seen > 0))
            continue;
        seen++;
        good += looks(line);
    }
    return seen == 0 ? 0 : good * 100 / seen;
}

void hunt_text_add(struct hunt_reading *r, struct hunt_seen *seen, struct str name,
                   struct str value)
{
    const struct json_node *n = json_paths_find(&r->paths, &r->paths.root, name);
    hunt_path_add(&r->batch, seen, &n->field, HUNT_STRING, value);
}

struct hunt_event *hunt_text_begin(struct hunt_reading *r, const struct hunt_lines *l,
                                   enum hunt_family family)
{
    struct hunt_event *e = hunt_batch_begin(&r->batch, l->offset);
    e->record_id = l->number;
    e->raw = l->line;
    e->family = (uint8_t)family;
    r->paths.last = &r->paths.root;
    return e;
}

void hunt_read_lines(struct hunt_reading *r, const struct hunt_block *b,
                     void (*line)(struct hunt_reading *r, const struct hunt_lines *l))
{
    struct hunt_lines l;

    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l))
        line(r, &l);
    hunt_batch_flush(&r->batch);
    json_paths_trim(&r->paths);
}

struct str hunt_word(struct str *rest)
{
    size_t i = 0, from;
    while (i < rest->len && (rest->ptr[i] == ' ' || rest->ptr[i] == '\t'))
        i++;
    for (from = i; i < rest->len && rest->ptr[i] != ' ' && rest->ptr[i] != '\t';)
        i++;
    struct str word = str_sub(*rest, from, i - from);
    *rest = str_from(*rest, i);
    return word;
}

/* -------- times -------- */

static bool digits(struct str *s, size_t max, int *out)
{
    size_t n = 0;
    *out = 0;
    while (n < s->len && n < max && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        *out = *out * 10 + (s->ptr[n++] - '0');
    *s = str_from(*s, n);
    return n > 0;
}

static bool take(struct str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

static bool month(struct str *s, int *out)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (s->len < 3)
        return false;
    for (int i = 0; i < 12; i++) {
        if (memcmp(names + 3 * i, s->ptr, 3) == 0) {
            *out = i + 1;
            *s = str_from(*s, 3);
            return true;
        }
    }
    return false;
}

static bool time_of_day(struct str *s, struct civil *c)
{
    if (!digits(s, 2, &c->hour) || !take(s, ':') || !digits(s, 2, &c->minute) || !take(s, ':') ||
        !digits(s, 2, &c->second) || c->hour > 24 || c->minute > 59 || c->second > 60)
        return false;
    if (s->len > 1 && (s->ptr[0] == '.' || s->ptr[0] == ',')) {
        *s = str_from(*s, 1);
        struct str fraction = *s;
        int ignored;
        if (!digits(s, 9, &ignored))
            return false;
        fraction = str_sub(fraction, 0, 3);
        size_t n = fraction.len;
        digits(&fraction, 3, &c->ms);
        for (; n < 3; n++)
            c->ms *= 10;
    }
    return true;
}

/* " -0700" */
static int zone(struct str s)
{
    int hours = 0, minutes = 0;
    take(&s, ' ');
    bool west = take(&s, '-');
    if (!west && !take(&s, '+'))
        return 0;
    digits(&s, 2, &hours);
    take(&s, ':');
    digits(&s, 2, &minutes);
    return (hours * 60 + minutes) * (west ? -1 : 1);
}

/* 10/Oct/2000:13:55:36 -0700 */
static bool common_log_time(struct str s, int64_t *ms)
{
    struct civil c = {0};
    if (!digits(&s, 2, &c.day) || !take(&s, '/') || !month(&s, &c.month) || !take(&s, '/') ||
        !digits(&s, 4, &c.year) || !take(&s, ':') || !time_of_day(&s, &c))
        return false;
    *ms = civil_to_ms(&c, zone(s));
    return true;
}

/* Oct 10 13:55:36, Oct 10 2000 13:55:36 */
static bool bsd_time(struct str s, const struct hunt_clock *clock, int64_t *ms)
{
    struct civil c = {0};
    if (!month(&s, &c.month) || !take(&s, ' '))
        return false;
    take(&s, ' ');
    if (!digits(&s, 2, &c.day) || !take(&s, ' '))
        return false;
    struct str year = s;
    int n;
    bool has_year = digits(&year, 4, &n) && n > 1900 && take(&year, ' ');
    if (has_year)
        s = year;
    if (!time_of_day(&s, &c))
        return false;
    c.year = has_year ? n : civil_from_ms(clock->now, clock->zone).year;
    *ms = civil_to_ms(&c, clock->zone);
    if (!has_year && *ms > clock->now + DAY_MS) {
        c.year--;
        *ms = civil_to_ms(&c, clock->zone);
    }
    return true;
}

static bool unix_time(struct str s, int64_t *ms)
{
    double d;
    if (s.len < 10 || !str_to_double(s, &d) || d < 1e8 || d > 1e14)
        return false;
    *ms = (int64_t)(d > 1e11 ? d : d * 1000 + 0.5);
    return true;
}

bool hunt_text_time(struct str s, const struct hunt_clock *clock, int64_t *ms)
{
    s = str_trim(s);
    return clock_parse(s, clock->zone, ms) || common_log_time(s, ms) || bsd_time(s, clock, ms) ||
           unix_time(s, ms);
}

/* -------- key=value -------- */

static bool is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '/' ||
           c == '@' || c == '(' || c == ')';
}

static struct str unescaped(struct str s, struct arena *a)
{
    if (str_find_char(s, '\\') < 0)
        return s;
    char *out = arena_alloc_align(a, s.len, 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        /* Only what needs it is escaped in practice: paths have single backslashes. */
        bool escape = s.ptr[i] == '\\' && i + 1 < s.len &&
                      (s.ptr[i + 1] == '"' || s.ptr[i + 1] == '\'' || s.ptr[i + 1] == '\\');
        out[len++] = s.ptr[escape ? ++i : i];
    }
    return str_make(out, len);
}

static struct str quoted_value(struct str *rest, struct arena *a)
{
    char quote = rest->ptr[0];
    size_t i = 1;
    while (i < rest->len && rest->ptr[i] != quote)
        i += rest->ptr[i] == '\\' && i + 1 < rest->len && rest->ptr[i + 1] == quote ? 2 : 1;
    i = MIN(i, rest->len);
    struct str value = str_sub(*rest, 1, i - 1);
    *rest = str_from(*rest, i + 1);
    return unescaped(value, a);
}

bool hunt_pair(struct str *rest, struct arena *a, struct str *key, struct str *value, bool *quoted)
{
    for (;;) {
        size_t i = 0, from;
        while (i < rest->len && !is_key_char(rest->ptr[i]))
            i++;
        if (i == rest->len)
            return false;
        for (from = i; i < rest->len && is_key_char(rest->ptr[i]);)
            i++;
        *key = str_sub(*rest, from, i - from);
        *rest = str_from(*rest, i);
        if (take(rest, '='))
            break;
    }
    *quoted = rest->len > 0 && (rest->ptr[0] == '"' || rest->ptr[0] == '\'');
    if (*quoted) {
        *value = quoted_value(rest, a);
        return true;
    }
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != '\t' &&
           rest->ptr[end] != ',' && rest->ptr[end] != '\x1d')
        end++;
    *value = str_sub(*rest, 0, end);
    *rest = str_from(*rest, end);
    return true;
}

/* -------- syslog -------- */

static bool priority(struct str *s, struct hunt_syslog *out)
{
    int n;
    struct str rest = *s;
    if (!take(&rest, '<') || !digits(&rest, 3, &n) || n > 191 || !take(&rest, '>'))
        return false;
    out->facility = n / 8;
    out->severity = n % 8;
    *s = rest;
    return true;
}

static struct str dash_is_empty(struct str s)
{
    return str_is(s, "-") ? STR_EMPTY : s;
}

/* Structured data: one or more [id k="v" ...], or "-". */
static struct str structured(struct str *rest)
{
    *rest = str_trim(*rest);
    if (rest->len == 0 || rest->ptr[0] != '[') {
        hunt_word(rest);
        return STR_EMPTY;
    }
    bool quoted = false;
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (c == '\\' && quoted)
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == ']' && !quoted && (i + 1 == rest->len || rest->ptr[i + 1] != '[')) {
            struct str data = str_sub(*rest, 0, i + 1);
            *rest = str_from(*rest, i + 1);
            return data;
        }
    }
    return STR_EMPTY;
}

static bool rfc5424(struct str s, const struct hunt_clock *clock, struct hunt_syslog *out)
{
    if (!take(&s, '1') || !take(&s, ' '))
        return false;
    struct str time = hunt_word(&s);
    if (!str_is(time, "-") && !hunt_text_time(time, clock, &out->time))
        return false;
    out->host = dash_is_empty(hunt_word(&s));
    out->program = dash_is_empty(hunt_word(&s));
    out->pid = dash_is_empty(hunt_word(&s));
    hunt_word(&s); /* the kind of message */
    out->data = structured(&s);
    out->message = str_trim(s);
    return true;
}

/* program[pid]: message */
static void tag(struct str s, struct hunt_syslog *out)
{
    size_t i = 0;
    s = str_trim(s);
    while (i < s.len && (isalnum((unsigned char)s.ptr[i]) ||
                         (s.ptr[i] != '\0' && strchr("._-/()", s.ptr[i]) != NULL)))
        i++;
    struct str rest = str_from(s, i);
    struct str program = str_sub(s, 0, i);
    out->message = s;
    if (i == 0)
        return;
    if (take(&rest, '[')) {
        ptrdiff_t end = str_find_char(rest, ']');
        if (end < 0)
            return;
        out->pid = str_sub(rest, 0, (size_t)end);
        rest = str_from(rest, (size_t)end + 1);
    }
    if (!take(&rest, ':'))
        return;
    out->program = program;
    out->message = str_trim(rest);
}

static bool rfc3164(struct str s, const struct hunt_clock *clock, struct hunt_syslog *out)
{
    size_t len = 15;
    struct str first = s;
    first = hunt_word(&first);
    if (first.len >= 19 && clock_parse(first, clock->zone, &out->time))
        len = first.len;
    else if (s.len < 16 || !bsd_time(str_sub(s, 0, 20), clock, &out->time))
        return false;
    else if (s.len > 20 && s.ptr[15] != ' ')
        len = 20; /* with a year */
    s = str_from(s, len);
    while (s.len > 0 && s.ptr[0] != ' ')
        s = str_from(s, 1); /* fraction of a second */
    out->host = hunt_word(&s);
    tag(s, out);
    return out->host.len > 0;
}

bool hunt_syslog_parse(struct str line, const struct hunt_clock *clock, struct hunt_syslog *out)
{
    *out = (struct hunt_syslog){.time = HUNT_NO_TIME, .facility = -1, .severity = -1};
    bool has_priority = priority(&line, out);
    return (has_priority && rfc5424(line, clock, out)) || rfc3164(line, clock, out);
}
