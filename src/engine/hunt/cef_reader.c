#include "engine/hunt/text.h"

/*
 * CEF (ArcSight Common Event Format) and LEEF (QRadar Log Event Extended Format), alone or behind a
 * syslog head.
 */

static const struct str cef_heads[] = {
    STR_INIT("cefVersion"),    STR_INIT("deviceVendor"),       STR_INIT("deviceProduct"),
    STR_INIT("deviceVersion"), STR_INIT("deviceEventClassId"), STR_INIT("name"),
    STR_INIT("severity"),
};

static const struct str leef_heads[] = {
    STR_INIT("leefVersion"),   STR_INIT("deviceVendor"),       STR_INIT("deviceProduct"),
    STR_INIT("deviceVersion"), STR_INIT("deviceEventClassId"),
};

enum { PRODUCT = 2 };

static bool looks_like_cef(struct str line)
{
    return str_find(line, STR("CEF:0|")) >= 0 || str_find(line, STR("CEF:1|")) >= 0;
}

static bool looks_like_leef(struct str line)
{
    return str_find(line, STR("LEEF:1.0|")) >= 0 || str_find(line, STR("LEEF:2.0|")) >= 0;
}

static int sniff_cef(struct str head)
{
    return hunt_sniff_lines(head, looks_like_cef) >= 60 ? 88 : 0;
}

static int sniff_leef(struct str head)
{
    return hunt_sniff_lines(head, looks_like_leef) >= 60 ? 88 : 0;
}

/* A copy without backslashes; \n and \r are line ends. */
static struct str unescaped(struct str s, struct arena *a)
{
    if (str_find_char(s, '\\') < 0)
        return s;
    char *out = arena_alloc_align(a, s.len, 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\\' && i + 1 < s.len && strchr("\\|=nr", s.ptr[i + 1]) != NULL) {
            c = s.ptr[++i];
            c = (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c);
        }
        out[len++] = c;
    }
    return str_make(out, len);
}

/* Up to the next '|' that is not escaped. */
static bool head_part(struct str *rest, struct str *out)
{
    size_t i = 0;
    while (i < rest->len && rest->ptr[i] != '|')
        i += rest->ptr[i] == '\\' ? 2 : 1;
    if (i >= rest->len)
        return false;
    *out = str_sub(*rest, 0, i);
    *rest = str_from(*rest, i + 1);
    return true;
}

static void add_value(struct hunt_reading *r, struct hunt_seen *seen, struct str key,
                      struct str value)
{
    struct hunt_event *e = r->batch.now;
    value = unescaped(value, &r->batch.arena);
    if (str_is(key, "rt") || str_is(key, "devTime"))
        hunt_text_time(value, &r->clock, &e->time);
    else if (str_is(key, "dvchost") || (str_is(key, "dvc") && e->host.len == 0))
        e->host = value;
    hunt_text_add(r, seen, key, value);
}

static bool is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '[' || c == ']' || c == '-';
}

/* Values may hold spaces: a value ends where " key=" follows. */
static void cef_pairs(struct hunt_reading *r, struct hunt_seen *seen, struct str s)
{
    struct str key = STR_EMPTY;
    size_t from = 0; /* of the value */
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
            continue;
        }
        if (s.ptr[i] != '=')
            continue;
        size_t k = i;
        while (k > from && is_key_char(s.ptr[k - 1]))
            k--;
        if (k == i || (k > 0 && s.ptr[k - 1] != ' ' && key.len > 0))
            continue;
        if (key.len > 0)
            add_value(r, seen, key, str_trim(str_sub(s, from, k - from)));
        key = str_sub(s, k, i - k);
        from = i + 1;
    }
    if (key.len > 0)
        add_value(r, seen, key, str_trim(str_from(s, from)));
}

static void leef_pairs(struct hunt_reading *r, struct hunt_seen *seen, struct str s, char delimiter)
{
    struct str pair;
    while (str_split(&s, delimiter, &pair)) {
        ptrdiff_t at = str_find_char(pair, '=');
        if (at > 0)
            add_value(r, seen, str_trim(str_sub(pair, 0, (size_t)at)),
                      str_from(pair, (size_t)at + 1));
    }
}

/* LEEF 2.0 names its delimiter: a character, or x09 / 0x09. */
static char leef_delimiter(struct str *rest)
{
    struct str part;
    unsigned char c;
    struct str before = *rest;
    if (!head_part(rest, &part) || part.len > 4) {
        *rest = before;
        return '\t';
    }
    if (part.len == 1)
        return part.ptr[0];
    return part.len >= 3 && str_from_hex(str_from(part, part.len - 2), &c, 1) ? (char)c : '\t';
}

static void read_line(struct hunt_reading *r, const struct hunt_lines *l, bool leef)
{
    struct hunt_seen seen = {.time_role = HUNT_ROLE_TIME_BEST};
    struct hunt_event *e = hunt_text_begin(r, l, HUNT_FAMILY_CEF);
    ptrdiff_t at = str_find(l->line, leef ? STR("LEEF:") : STR("CEF:"));
    const struct str *heads = leef ? leef_heads : cef_heads;
    size_t n = leef ? ARRAY_LEN(leef_heads) : ARRAY_LEN(cef_heads);
    struct hunt_syslog s;
    if (at < 0) {
        hunt_text_add(r, &seen, STR("message"), l->line);
        hunt_batch_end(&r->batch);
        return;
    }
    if (at > 0 && hunt_syslog_parse(l->line, &r->clock, &s)) {
        e->time = s.time;
        e->host = s.host;
    }
    struct str rest = str_from(l->line, (size_t)at + (leef ? 5 : 4)), part;
    bool second = str_starts(rest, STR("2.0"));
    for (size_t i = 0; i < n && head_part(&rest, &part); i++) {
        part = unescaped(part, &r->batch.arena);
        hunt_text_add(r, &seen, heads[i], part);
        if (i == PRODUCT)
            hunt_batch_provider(&r->batch, part);
    }
    char delimiter = leef && second ? leef_delimiter(&rest) : '\t';
    if (leef)
        leef_pairs(r, &seen, rest, delimiter);
    else
        cef_pairs(r, &seen, rest);
    hunt_batch_end(&r->batch);
}

static void cef_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    read_line(r, l, false);
}

static void leef_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    read_line(r, l, true);
}

static void read_cef(struct hunt_reading *r, const struct hunt_block *b)
{
    hunt_read_lines(r, b, cef_line);
}

static void read_leef(struct hunt_reading *r, const struct hunt_block *b)
{
    hunt_read_lines(r, b, leef_line);
}

const struct hunt_reader hunt_reader_cef = {.format = HUNT_FORMAT_CEF,
                                            .sniff = sniff_cef,
                                            .cut = hunt_cut_lines,
                                            .lines = hunt_always_lines,
                                            .read = read_cef};

const struct hunt_reader hunt_reader_leef = {
    .format = HUNT_FORMAT_LEEF, .sniff = sniff_leef, .cut = hunt_cut_lines, .read = read_leef};
