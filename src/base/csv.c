#include "base/csv.h"

static const char separators[] = {',', ';', '\t'};

/* The separator that the first line has most of, outside quotes. */
static char guess_separator(struct str text)
{
    size_t counts[sizeof(separators)] = {0};
    size_t best = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.len && (quoted || text.ptr[i] != '\n'); i++) {
        const char *at = memchr(separators, text.ptr[i], sizeof(separators));

        if (text.ptr[i] == '"')
            quoted = !quoted;
        else if (!quoted && at != NULL)
            counts[at - separators]++;
    }
    for (size_t i = 1; i < sizeof(separators); i++) {
        if (counts[i] > counts[best])
            best = i;
    }
    return separators[best];
}

void csv_init(struct csv *c, struct str text, char separator, struct arena *arena)
{
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_from(text, 3);
    *c = (struct csv){
        .rest = text,
        .separator = separator != 0 ? separator : guess_separator(text),
        .next_line = 1,
        .arena = arena,
    };
}

static void add_field(struct csv *c, struct str field)
{
    if (c->fields_len == c->fields_cap)
        c->fields = vec_grow(c->arena, c->fields, c->fields_len, &c->fields_cap, sizeof(field));
    c->fields[c->fields_len++] = field;
}

/* Leaves the record: reading goes on behind the line on which it began. */
static int malformed(struct csv *c, struct str record, const char *error)
{
    ptrdiff_t at = str_find_char(record, '\n');

    c->error = error;
    c->rest = at < 0 ? STR_EMPTY : str_from(record, (size_t)at + 1);
    c->next_line = c->line + 1;
    return -1;
}

static struct str without_doubled_quotes(struct arena *a, struct str s)
{
    char *out = arena_alloc_align(a, s.len + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        out[n++] = s.ptr[i];
        if (s.ptr[i] == '"')
            i++;
    }
    out[n] = '\0';
    return str_make(out, n);
}

/* The field behind an opening quote at the front of c->rest; false when it does not close. */
static bool take_quoted(struct csv *c, struct str *field)
{
    struct str s = str_from(c->rest, 1);
    bool doubled = false;
    size_t i = 0;

    for (;; i++) {
        if (i == s.len)
            return false;
        if (s.ptr[i] == '\n')
            c->next_line++;
        if (s.ptr[i] != '"')
            continue;
        if (i + 1 == s.len || s.ptr[i + 1] != '"')
            break;
        doubled = true;
        i++;
    }
    *field = str_make(s.ptr, i);
    c->rest = str_from(s, i + 1);
    if (doubled)
        *field = without_doubled_quotes(c->arena, *field);
    return true;
}

static struct str take_plain(struct csv *c)
{
    struct str s = c->rest;
    size_t n = 0;

    while (n < s.len && s.ptr[n] != c->separator && s.ptr[n] != '\n')
        n++;
    c->rest = str_from(s, n);
    if (n > 0 && s.ptr[n - 1] == '\r' && (n == s.len || s.ptr[n] == '\n'))
        n--;
    return str_make(s.ptr, n);
}

static bool at_line_end(struct str rest)
{
    return rest.len == 0 || rest.ptr[0] == '\n' || str_starts(rest, STR("\r\n")) ||
           (rest.len == 1 && rest.ptr[0] == '\r');
}

static void skip_line_end(struct csv *c)
{
    if (c->rest.len > 0 && c->rest.ptr[0] == '\r')
        c->rest = str_from(c->rest, 1);
    if (c->rest.len > 0 && c->rest.ptr[0] == '\n')
        c->rest = str_from(c->rest, 1);
    c->next_line++;
}

int csv_next(struct csv *c)
{
    struct str record;

    c->fields_len = 0;
    c->error = NULL;
    while (c->rest.len > 0 && at_line_end(c->rest))
        skip_line_end(c);
    c->line = c->next_line;
    if (c->rest.len == 0)
        return 0;
    record = c->rest;
    for (;;) {
        struct str field;

        if (c->rest.len == 0 || c->rest.ptr[0] != '"') {
            field = take_plain(c);
        } else {
            if (!take_quoted(c, &field))
                return malformed(c, record, "a quoted field does not end");
            if (!at_line_end(c->rest) && c->rest.ptr[0] != c->separator)
                return malformed(c, record, "text behind a closing quote");
        }
        add_field(c, field);
        if (at_line_end(c->rest))
            break;
        c->rest = str_from(c->rest, 1);
    }
    skip_line_end(c);
    return 1;
}

static void add_quoted(struct buf *out, struct str field)
{
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, field.ptr[i]);
    }
}

void csv_write(struct buf *out, struct str field, bool first)
{
    bool quote = false;

    for (size_t i = 0; i < field.len && !quote; i++)
        quote = memchr(",;\t\"\r\n", field.ptr[i], 6) != NULL;
    if (!first)
        buf_add_char(out, ',');
    if (quote)
        buf_add_char(out, '"');
    if (field.len > 0 && memchr("=+-@\t\r", field.ptr[0], 6) != NULL)
        buf_add_char(out, '\'');
    if (quote) {
        add_quoted(out, field);
        buf_add_char(out, '"');
    } else {
        buf_add(out, field);
    }
}

void csv_write_end(struct buf *out)
{
    buf_add(out, STR("\r\n"));
}
