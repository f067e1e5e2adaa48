#include "engine/hunt/text.h"

/* Formats made of key=value: the Linux audit daemon's, and lines that are nothing but pairs. */

/* -------- auditd -------- */

static bool looks_like_audit(struct str line)
{
    ptrdiff_t at = str_find(line, STR("type="));
    return at >= 0 && at < 80 && str_find(line, STR("msg=audit(")) > at;
}

static int sniff_audit(struct str head)
{
    return hunt_sniff_lines(head, looks_like_audit) >= 60 ? 85 : 0;
}

/* audit(1364481363.243:24287) */
static void audit_stamp(struct hunt_reading *r, struct hunt_seen *seen, struct str value)
{
    struct str rest = str_from(value, sizeof("audit(") - 1), seconds, serial;
    double d;
    if (!str_split(&rest, ':', &seconds) || !str_split(&rest, ')', &serial))
        return;
    if (str_to_double(seconds, &d) && d > 0 && d < 1e11)
        r->batch.now->time = (int64_t)(d * 1000 + 0.5);
    hunt_text_add(r, seen, STR("serial"), serial);
}

/* The kernel writes values with spaces, quotes or control characters as hexadecimal, unquoted. */
static bool may_be_hex(struct str key)
{
    static const struct str keys[] = {
        STR_INIT("proctitle"), STR_INIT("name"), STR_INIT("exe"),  STR_INIT("comm"),
        STR_INIT("cwd"),       STR_INIT("cmd"),  STR_INIT("acct"), STR_INIT("data"),
        STR_INIT("key"),       STR_INIT("dir"),
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq(key, keys[i]))
            return true;
    }
    return false;
}

static bool is_argument(struct str key)
{
    if (key.len < 2 || key.ptr[0] != 'a')
        return false;
    for (size_t i = 1; i < key.len; i++) {
        if (!isdigit((unsigned char)key.ptr[i]) && key.ptr[i] != '[' && key.ptr[i] != ']')
            return false;
    }
    return true;
}

static struct str from_hex(struct str value, struct arena *a)
{
    if (value.len < 2 || value.len % 2 != 0)
        return value;
    char *out = arena_alloc_align(a, value.len / 2, 1);
    if (!str_from_hex(value, out, value.len / 2))
        return value;
    for (size_t i = 0; i < value.len / 2; i++) {
        if (out[i] == '\0')
            out[i] = ' '; /* between the arguments of proctitle */
    }
    return str_make(out, value.len / 2);
}

static void audit_pairs(struct hunt_reading *r, struct hunt_seen *seen, struct str rest,
                        bool *execve)
{
    struct hunt_event *e = r->batch.now;
    struct str key, value;
    bool quoted;
    while (hunt_pair(&rest, &r->batch.arena, &key, &value, &quoted)) {
        if (!quoted && str_is(key, "msg") && str_starts(value, STR("audit("))) {
            audit_stamp(r, seen, value);
            continue;
        }
        if (quoted && str_is(key, "msg")) {
            audit_pairs(r, seen, value, execve);
            continue;
        }
        if (str_is(key, "type") && e->channel.len == 0) {
            hunt_batch_channel(&r->batch, value);
            *execve = str_is(value, "EXECVE");
        }
        if (str_is(key, "node"))
            e->host = value;
        if (!quoted && (may_be_hex(key) || (*execve && is_argument(key))))
            value = from_hex(value, &r->batch.arena);
        hunt_text_add(r, seen, key, value);
    }
}

static void read_audit_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    struct hunt_seen seen = {.time_role = HUNT_ROLE_TIME_BEST};
    bool execve = false;
    struct hunt_event *e = hunt_text_begin(r, l, HUNT_FAMILY_AUDITD);
    ptrdiff_t at = str_find(l->line, STR("type="));
    struct hunt_syslog s;
    if (at > 0 && !str_starts(l->line, STR("node=")) && hunt_syslog_parse(l->line, &r->clock, &s))
        e->host = s.host;
    else
        at = 0;
    audit_pairs(r, &seen, str_from(l->line, at < 0 ? 0 : (size_t)at), &execve);
    hunt_batch_end(&r->batch);
}

static void read_audit(struct hunt_reading *r, const struct hunt_block *b)
{
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l))
        read_audit_line(r, &l);
    hunt_batch_flush(&r->batch);
    json_paths_trim(&r->paths);
}

const struct hunt_reader hunt_reader_auditd = {
    .format = HUNT_FORMAT_AUDITD, .sniff = sniff_audit, .cut = hunt_cut_lines, .read = read_audit};

/* -------- pairs -------- */

static bool looks_like_pairs(struct str line)
{
    size_t pairs = 0, words = 0;
    struct str word;
    while ((word = hunt_word(&line)).len > 0) {
        words++;
        ptrdiff_t at = str_find_char(word, '=');
        pairs += at > 0;
        if (at > 0 && (size_t)at + 1 < word.len && word.ptr[at + 1] == '"') {
            /* A quoted value may have spaces: on behind its end. */
            ptrdiff_t end = str_find_char(str_from(word, (size_t)at + 2), '"');
            while (end < 0 && (word = hunt_word(&line)).len > 0)
                end = str_find_char(word, '"');
        }
    }
    return pairs >= 3 && pairs * 10 >= words * 7;
}

static int sniff_pairs(struct str head)
{
    return hunt_sniff_lines(head, looks_like_pairs) >= 70 ? 76 : 0;
}

static void read_pairs_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    struct hunt_seen seen = {0};
    struct str rest = l->line, key, value, date = STR_EMPTY, time = STR_EMPTY;
    bool quoted;
    hunt_text_begin(r, l, HUNT_FAMILY_UNKNOWN);
    while (hunt_pair(&rest, &r->batch.arena, &key, &value, &quoted)) {
        if (str_is(key, "date"))
            date = value;
        else if (str_is(key, "time"))
            time = value;
        else if (str_is(key, "devname") || str_is(key, "dvc"))
            r->batch.now->host = value;
        hunt_text_add(r, &seen, key, value);
    }
    if (date.len > 0 && time.len > 0) {
        struct str both =
            str_printf(&r->batch.arena, STR_FMT "T" STR_FMT, STR_ARG(date), STR_ARG(time));
        hunt_text_time(both, &r->clock, &r->batch.now->time);
    }
    hunt_seen_family(&r->batch, &seen);
    hunt_batch_end(&r->batch);
}

static void read_pairs(struct hunt_reading *r, const struct hunt_block *b)
{
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l))
        read_pairs_line(r, &l);
    hunt_batch_flush(&r->batch);
    json_paths_trim(&r->paths);
}

const struct hunt_reader hunt_reader_keyvalue = {.format = HUNT_FORMAT_KEYVALUE,
                                                 .sniff = sniff_pairs,
                                                 .cut = hunt_cut_lines,
                                                 .lines = hunt_always_lines,
                                                 .read = read_pairs};
