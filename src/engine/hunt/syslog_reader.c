#include "engine/hunt/text.h"

/* Syslog: RFC 5424, RFC 3164 with or without priority, and rsyslog's files with RFC 3339 times. */

static bool looks(struct str line)
{
    static const struct hunt_clock any = {0};
    struct hunt_syslog s;
    return hunt_syslog_parse(line, &any, &s);
}

static int sniff(struct str head)
{
    return hunt_sniff_lines(head, looks) >= 60 ? 75 : 0;
}

static void add_number(struct hunt_reading *r, struct hunt_seen *seen, struct str name, int n)
{
    static const char digits[] = "0123456789";
    if (n < 0)
        return;
    char *text = arena_alloc_align(&r->batch.arena, 2, 1);
    size_t len = 0;
    if (n >= 10)
        text[len++] = digits[n / 10];
    text[len++] = digits[n % 10];
    hunt_text_add(r, seen, name, str_make(text, len));
}

static void add_pairs(struct hunt_reading *r, struct hunt_seen *seen, struct str rest)
{
    struct str key, value;
    bool quoted;
    while (hunt_pair(&rest, &r->batch.arena, &key, &value, &quoted))
        hunt_text_add(r, seen, key, value);
}

/* Many devices send pairs: what begins with one is taken for that. */
static bool begins_with_pair(struct str s)
{
    size_t i = 0;
    while (i < s.len && (isalnum((unsigned char)s.ptr[i]) || s.ptr[i] == '_'))
        i++;
    return i > 0 && i < s.len && s.ptr[i] == '=';
}

static void read_line(struct hunt_reading *r, const struct hunt_lines *l)
{
    struct hunt_syslog s;
    struct hunt_seen seen = {0};
    bool understood = hunt_syslog_parse(l->line, &r->clock, &s);
    struct hunt_event *e = hunt_text_begin(r, l, HUNT_FAMILY_SYSLOG);
    if (!understood)
        s.message = l->line;
    e->time = s.time;
    e->host = s.host;
    if (s.host.len > 0)
        hunt_batch_add(&r->batch, hunt_names_find(&r->schema->fields, STR("host")), STR("host"),
                       HUNT_STRING, s.host);
    if (s.program.len > 0) {
        hunt_text_add(r, &seen, STR("program"), s.program);
        hunt_batch_provider(&r->batch, s.program);
    }
    if (s.pid.len > 0)
        hunt_text_add(r, &seen, STR("pid"), s.pid);
    add_number(r, &seen, STR("facility"), s.facility);
    add_number(r, &seen, STR("severity"), s.severity);
    hunt_text_add(r, &seen, STR("message"), s.message);
    seen.time_role = HUNT_ROLE_TIME_BEST;
    if (s.data.len > 0)
        add_pairs(r, &seen, s.data);
    if (begins_with_pair(s.message))
        add_pairs(r, &seen, s.message);
    hunt_batch_end(&r->batch);
}

static void read_block(struct hunt_reading *r, const struct hunt_block *b)
{
    hunt_read_lines(r, b, read_line);
}

const struct hunt_reader hunt_reader_syslog = {.format = HUNT_FORMAT_SYSLOG,
                                               .sniff = sniff,
                                               .cut = hunt_cut_lines,
                                               .lines = hunt_always_lines,
                                               .read = read_block};
