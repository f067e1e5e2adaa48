#include "engine/hunt/text.h"

#include "base/csv.h"

/*
 * Formats with columns: CSV and TSV with a header line; Zeek's logs (#fields) and the W3C extended
 * format of IIS and Exchange (#Fields:), whose header may stand again in the middle of a file.
 */
struct columns {
    struct hunt_path *at;
    size_t len;
    char separator;
    struct str path;  /* Zeek */
    struct str empty; /* how an absent value is written */
    int date, time;   /* W3C columns, or -1 */
    uint8_t family;
};

struct column_state {
    const struct hunt_schema *schema;
    struct arena *arena;
    struct columns *now;
};

static void add_column(struct column_state *s, struct columns *c, struct str name, size_t *cap)
{
    if (c->len == *cap) {
        *cap = *cap == 0 ? 32 : *cap * 2;
        struct hunt_path *at = arena_array(s->arena, struct hunt_path, *cap);
        if (c->len > 0)
            memcpy(at, c->at, c->len * sizeof(*at));
        c->at = at;
    }
    hunt_path_find(s->schema, s->arena, str_dup(s->arena, str_trim(name)), &c->at[c->len++]);
}

static void add_event_fields(struct hunt_reading *r, struct hunt_seen *seen,
                             const struct columns *c, size_t i, struct str value)
{
    if (i >= c->len || value.len == 0 || str_eq(value, c->empty))
        return;
    hunt_path_add(&r->batch, seen, &c->at[i], HUNT_STRING, value);
}

/* -------- CSV -------- */

static char csv_separator(struct str line)
{
    static const char candidates[] = ",;\t|";
    char best = 0;
    size_t most = 0;
    for (size_t i = 0; i < sizeof(candidates) - 1; i++) {
        size_t n = 0;
        for (size_t k = 0; k < line.len; k++)
            n += line.ptr[k] == candidates[i];
        if (n > most) {
            most = n;
            best = candidates[i];
        }
    }
    return best;
}

/* A header: at least two columns, each a short name of its own. */
static bool header_looks_fine(const struct csv *c)
{
    if (c->fields_len < 2)
        return false;
    for (size_t i = 0; i < c->fields_len; i++) {
        struct str f = str_trim(c->fields[i]);
        if (f.len == 0 || f.len > 80 || isdigit((unsigned char)f.ptr[0]) ||
            memchr("<{[=", f.ptr[0], 4) != NULL)
            return false;
        for (size_t k = 0; k < i; k++) {
            if (str_eq(f, str_trim(c->fields[k])))
                return false;
        }
    }
    return true;
}

static int sniff_csv(struct str head)
{
    struct arena a = {0};
    struct csv c;
    struct str rest = head, line = STR_EMPTY;
    str_line(&rest, &line);
    char separator = csv_separator(line);
    int score = 0;
    if (separator != 0 && line.len > 0 && line.ptr[0] != '#') {
        csv_init(&c, head, separator, &a);
        if (csv_next(&c) == 1 && header_looks_fine(&c)) {
            size_t columns = c.fields_len, same = 0, rows = 0;
            while (rows < 20 && csv_next(&c) == 1) {
                rows++;
                same += c.fields_len == columns;
            }
            score = rows > 0 && same + 1 >= rows ? 70 : 0;
        }
    }
    arena_release(&a);
    return score;
}

static void *open_csv(const struct hunt_schema *schema, struct arena *a, struct str head)
{
    struct column_state *s = arena_new(a, struct column_state);
    struct columns *c = arena_new(a, struct columns);
    struct str rest = head, line = STR_EMPTY;
    struct csv csv;
    size_t cap = 0;
    s->schema = schema;
    s->arena = a;
    s->now = c;
    c->date = c->time = -1;
    str_line(&rest, &line);
    c->separator = csv_separator(line);
    csv_init(&csv, head, c->separator, a);
    if (csv_next(&csv) == 1) {
        for (size_t i = 0; i < csv.fields_len; i++)
            add_column(s, c, csv.fields[i], &cap);
    }
    return s;
}

/* The last line end outside of quotes. A quote opens at the beginning of a field only. */
static size_t cut_csv(void *state, struct str data, bool eof, const void **section)
{
    const struct column_state *s = state;
    bool quoted = false;
    size_t last = 0;
    *section = s->now;
    if (eof)
        return data.len;
    for (size_t i = 0; i < data.len; i++) {
        char c = data.ptr[i];
        if (c == '"') {
            char before = i > 0 ? data.ptr[i - 1] : '\n';
            if (quoted)
                quoted = false;
            else if (before == s->now->separator || before == '\n' || before == '"')
                quoted = true;
        } else if (c == '\n' && !quoted) {
            last = i + 1;
        }
    }
    return last;
}

static void read_csv(struct hunt_reading *r, const struct hunt_block *b)
{
    const struct columns *c = b->section;
    struct csv csv;
    csv_init(&csv, b->data, c->separator, &r->scratch);
    for (bool first = b->offset == 0;; first = false) {
        uint64_t offset = b->offset + (uint64_t)(csv.rest.ptr - b->data.ptr);
        const char *from = csv.rest.ptr;
        int got = csv_next(&csv);
        if (got == 0)
            break;
        if (got < 0) {
            r->problem(r->problem_ctx, offset, 1, csv.error);
            continue;
        }
        if (first)
            continue;
        struct hunt_seen seen = {0};
        struct hunt_event *e = hunt_batch_begin(&r->batch, offset);
        e->record_id = b->line + (uint64_t)csv.line - 1;
        e->raw = str_trim(str_make(from, (size_t)(csv.rest.ptr - from)));
        for (size_t i = 0; i < csv.fields_len; i++)
            add_event_fields(r, &seen, c, i, csv.fields[i]);
        hunt_seen_family(&r->batch, &seen);
        hunt_batch_end(&r->batch);
    }
    hunt_batch_flush(&r->batch);
}

const struct hunt_reader hunt_reader_csv = {.format = HUNT_FORMAT_CSV,
                                            .sniff = sniff_csv,
                                            .open = open_csv,
                                            .cut = cut_csv,
                                            .read = read_csv};

/* -------- Zeek and W3C -------- */

static int sniff_directives(struct str head)
{
    struct str rest = head, line;
    for (int i = 0; i < 12 && str_line(&rest, &line) && str_starts(line, STR("#")); i++) {
        if (str_starts(line, STR("#fields\t")) || str_starts(line, STR("#Fields: ")))
            return 92;
    }
    return 0;
}

static void zeek_directive(struct column_state *s, struct columns *c, struct str line)
{
    struct str rest = line, word;
    size_t cap = 0;
    unsigned char separator;
    if (str_starts(line, STR("#separator \\x")) && line.len >= 15 &&
        str_from_hex(str_sub(line, 13, 2), &separator, 1)) {
        c->separator = (char)separator;
        return;
    }
    str_split(&rest, c->separator, &word);
    if (str_is(word, "#path")) {
        c->path = str_dup(s->arena, rest);
    } else if (str_is(word, "#unset_field")) {
        c->empty = str_dup(s->arena, rest);
    } else if (str_is(word, "#fields")) {
        c->len = 0;
        c->at = NULL;
        while (str_split(&rest, c->separator, &word))
            add_column(s, c, word, &cap);
    }
}

static struct str w3c_name(struct str name)
{
    if (str_is(name, "cs(User-Agent)"))
        return STR("c-useragent");
    if (str_is(name, "cs(Referer)"))
        return STR("cs-referer");
    return str_is(name, "cs(Cookie)") ? STR("cs-cookie") : name;
}

static void w3c_directive(struct column_state *s, struct columns *c, struct str line)
{
    struct str rest = line, word;
    size_t cap = 0;
    hunt_word(&rest);
    *c = (struct columns){
        .separator = ' ', .empty = STR("-"), .date = -1, .time = -1, .family = HUNT_FAMILY_WEB};
    while ((word = hunt_word(&rest)).len > 0) {
        if (str_is(word, "date"))
            c->date = (int)c->len;
        if (str_is(word, "time"))
            c->time = (int)c->len;
        add_column(s, c, w3c_name(word), &cap);
    }
}

static void directive(struct column_state *s, struct columns *c, struct str line)
{
    if (str_starts(line, STR("#Fields:")))
        w3c_directive(s, c, line);
    else
        zeek_directive(s, c, line);
}

static void *open_directives(const struct hunt_schema *schema, struct arena *a, struct str head)
{
    struct column_state *s = arena_new(a, struct column_state);
    struct str rest = head, line;
    s->schema = schema;
    s->arena = a;
    s->now = arena_new(a, struct columns);
    *s->now = (struct columns){.separator = '\t', .empty = STR("-"), .date = -1, .time = -1};
    s->now->family = HUNT_FAMILY_ZEEK;
    while (str_line(&rest, &line) && str_starts(line, STR("#")))
        directive(s, s->now, line);
    return s;
}

/* Where a line of directives begins in the data, behind its beginning; or its end. */
static size_t next_header(struct str data)
{
    const char *p = data.len > 0 ? memmem(data.ptr + 1, data.len - 1, "\n#", 2) : NULL;
    return p == NULL ? data.len : (size_t)(p - data.ptr) + 1;
}

/* A block has one header at most, at its front: what it says goes for the block. */
static size_t cut_directives(void *state, struct str data, bool eof, const void **section)
{
    struct column_state *s = state;
    size_t whole = hunt_cut_lines(NULL, data, eof, section);
    struct str rest = str_sub(data, 0, whole), line;
    if (whole > 0 && data.ptr[0] == '#') {
        struct columns *c = arena_new(s->arena, struct columns);
        *c = *s->now;
        while (rest.len > 0 && rest.ptr[0] == '#' && str_line(&rest, &line))
            directive(s, c, line);
        s->now = c;
    }
    *section = s->now;
    size_t skipped = whole - rest.len;
    if (rest.len == 0)
        return whole;
    return skipped + next_header(rest);
}

static void w3c_time(struct hunt_reading *r, const struct columns *c, struct str date,
                     struct str time)
{
    if (date.len == 0 || time.len == 0 || c->date < 0)
        return;
    struct str both =
        str_printf(&r->scratch, STR_FMT "T" STR_FMT "Z", STR_ARG(date), STR_ARG(time));
    hunt_text_time(both, &r->clock, &r->batch.now->time);
}

static void read_row(struct hunt_reading *r, const struct columns *c, const struct hunt_lines *l)
{
    struct hunt_seen seen = {0};
    struct str rest = l->line, value, date = STR_EMPTY, time = STR_EMPTY;
    struct hunt_event *e = hunt_batch_begin(&r->batch, l->offset);
    e->record_id = l->number;
    e->raw = l->line;
    e->family = c->family;
    if (c->path.len > 0)
        hunt_batch_channel(&r->batch, c->path);
    for (size_t i = 0; str_split(&rest, c->separator, &value); i++) {
        date = (int)i == c->date ? value : date;
        time = (int)i == c->time ? value : time;
        add_event_fields(r, &seen, c, i, value);
    }
    w3c_time(r, c, date, time);
    hunt_batch_end(&r->batch);
}

static void read_directives(struct hunt_reading *r, const struct hunt_block *b)
{
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l)) {
        if (l.line.ptr[0] != '#')
            read_row(r, b->section, &l);
    }
    hunt_batch_flush(&r->batch);
}

const struct hunt_reader hunt_reader_zeek = {.format = HUNT_FORMAT_ZEEK,
                                             .sniff = sniff_directives,
                                             .open = open_directives,
                                             .cut = cut_directives,
                                             .lines = hunt_always_lines,
                                             .read = read_directives};
