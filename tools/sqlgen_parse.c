#include "sqlgen.h"

struct parser {
    struct arena *arena;
    const struct source *src;
    struct problems *problems;
    struct sql_file *out;
    size_t pos;
    bool skipping; /* after a broken name line: until the next one */
};

static const char *const type_names[SQL_TYPES] = {"int", "real", "text", "blob", "bool"};
static const char *const kind_names[] = {":one", ":maybe", ":many", ":each", ":exec"};

static size_t offset_of(const struct parser *p, const char *at)
{
    return (size_t)(at - p->src->text.ptr);
}

static struct sql_statement *current(struct parser *p)
{
    return p->out->statements.len > 0 ? &p->out->statements.at[p->out->statements.len - 1] : NULL;
}

static bool has_any_body(const struct sql_statement *st)
{
    return st->has_body[SQL_SQLITE] || st->has_body[SQL_POSTGRES];
}

/* The word at the front of *s, spaces before it skipped. */
static struct str take_word(struct str *s)
{
    size_t n = 0;
    struct str word;

    while (s->len > 0 && gen_is_space(s->ptr[0]))
        *s = str_from(*s, 1);
    while (n < s->len && !gen_is_space(s->ptr[n]) && s->ptr[n] != ',')
        n++;
    word = str_sub(*s, 0, n);
    *s = str_from(*s, n);
    return word;
}

/* Names that the generated function uses itself. */
static bool is_reserved(struct str name)
{
    return str_is(name, "db") || str_is(name, "arena") || str_is(name, "out") ||
           str_is(name, "row") || str_is(name, "ctx") || str_is(name, "err");
}

static void parse_column(struct parser *p, struct str text, struct sql_columns *columns,
                         bool parameters)
{
    struct str rest = text;
    struct str name = take_word(&rest);
    struct str type = take_word(&rest);
    struct sql_column column = {.name = name, .offset = offset_of(p, name.ptr)};
    bool known = false;

    if (name.len == 0) {
        problem_at(p->problems, p->src, column.offset, "a column is missing between commas");
        return;
    }
    if (!gen_is_name(name) || (parameters && is_reserved(name))) {
        problem_at(p->problems, p->src, column.offset, "'" STR_FMT "' cannot be a name here",
                   STR_ARG(name));
        return;
    }
    if (type.len > 0 && type.ptr[type.len - 1] == '?') {
        column.null = true;
        type.len--;
    }
    for (int i = 0; i < SQL_TYPES; i++) {
        if (str_is(type, type_names[i])) {
            column.type = (enum sql_type)i;
            known = true;
        }
    }
    if (!known) {
        problem_at(p->problems, p->src, offset_of(p, type.ptr),
                   "'" STR_FMT "' has no known type (int, real, text, blob, bool; '?' behind it "
                   "when it may be NULL)",
                   STR_ARG(name));
        return;
    }
    rest = str_trim(rest);
    if (rest.len > 0) {
        problem_at(p->problems, p->src, offset_of(p, rest.ptr),
                   "expected a comma before '" STR_FMT "'", STR_ARG(rest));
        return;
    }
    for (size_t i = 0; i < columns->len; i++) {
        if (str_eq(columns->at[i].name, name)) {
            problem_at(p->problems, p->src, column.offset, "'" STR_FMT "' is there twice",
                       STR_ARG(name));
            return;
        }
    }
    *vec_push(columns, p->arena) = column;
}

static void parse_columns(struct parser *p, struct str text, struct sql_columns *columns,
                          bool parameters)
{
    struct str rest = str_trim(text);
    struct str part;

    if (rest.len > 0 && rest.ptr[rest.len - 1] == ',')
        rest.len--; /* the list goes on in the next -- in: or -- out: line */
    if (rest.len == 0) {
        problem_at(p->problems, p->src, offset_of(p, text.ptr), "the list is empty");
        return;
    }
    while (str_split(&rest, ',', &part))
        parse_column(p, part, columns, parameters);
}

static void check_complete(struct parser *p, const struct sql_statement *st)
{
    if (!st->has_body[SQL_SQLITE])
        problem_at(p->problems, p->src, st->offset, "'" STR_FMT "' has no SQL", STR_ARG(st->name));
    if (st->kind != SQL_EXEC && st->out.len == 0)
        problem_at(p->problems, p->src, st->offset, "'" STR_FMT "' is %s and needs '-- out:'",
                   STR_ARG(st->name), kind_names[st->kind]);
    if (st->kind == SQL_EXEC && st->out.len > 0)
        problem_at(p->problems, p->src, st->out.at[0].offset,
                   "'" STR_FMT "' is :exec and cannot have '-- out:'", STR_ARG(st->name));
    if (st->kind == SQL_EXEC && st->row_offset != 0)
        problem_at(p->problems, p->src, st->row_offset,
                   "'" STR_FMT "' is :exec and cannot have '-- row:'", STR_ARG(st->name));
    for (size_t i = 0; has_any_body(st) && i < st->in.len; i++) {
        if (!st->in.at[i].used)
            problem_at(p->problems, p->src, st->in.at[i].offset,
                       "parameter '" STR_FMT "' ($%zu) is not used", STR_ARG(st->in.at[i].name),
                       i + 1);
    }
}

static void end_statement(struct parser *p)
{
    if (!p->skipping && current(p) != NULL)
        check_complete(p, current(p));
}

static void begin_statement(struct parser *p, struct str text)
{
    struct sql_statement st = {0};
    struct str rest = text;
    struct str kind;
    size_t k;

    end_statement(p);
    p->skipping = true;
    st.name = take_word(&rest);
    kind = take_word(&rest);
    st.offset = offset_of(p, st.name.ptr);
    st.line = source_place(p->src, st.offset).line;
    st.row = st.name;
    if (!gen_is_name(st.name)) {
        problem_at(p->problems, p->src, st.offset, "'" STR_FMT "' cannot be the name of a function",
                   STR_ARG(st.name));
        return;
    }
    for (k = 0; k < ARRAY_LEN(kind_names); k++) {
        if (str_is(kind, kind_names[k]))
            break;
    }
    if (k == ARRAY_LEN(kind_names)) {
        problem_at(p->problems, p->src, offset_of(p, kind.ptr),
                   "'" STR_FMT "' is no kind of statement (:one, :maybe, :many, :each, :exec)",
                   STR_ARG(kind));
        return;
    }
    rest = str_trim(rest);
    if (rest.len > 0) {
        problem_at(p->problems, p->src, offset_of(p, rest.ptr), "unexpected '" STR_FMT "'",
                   STR_ARG(rest));
        return;
    }
    st.kind = (enum sql_kind)k;
    for (size_t i = 0; i < p->out->statements.len; i++) {
        if (str_eq(p->out->statements.at[i].name, st.name)) {
            problem_at(p->problems, p->src, st.offset,
                       "the name '" STR_FMT "' is taken by the statement in line %d",
                       STR_ARG(st.name), p->out->statements.at[i].line);
            return;
        }
    }
    p->skipping = false;
    *vec_push(&p->out->statements, p->arena) = st;
}

static void set_row(struct parser *p, struct sql_statement *st, struct str text)
{
    struct str name = str_trim(text);

    if (st->row_offset != 0) {
        problem_at(p->problems, p->src, offset_of(p, name.ptr), "a second '-- row:'");
        return;
    }
    if (!gen_is_name(name)) {
        problem_at(p->problems, p->src, offset_of(p, name.ptr),
                   "'" STR_FMT "' cannot be the name of a row type", STR_ARG(name));
        return;
    }
    st->row = name;
    st->row_offset = offset_of(p, name.ptr);
}

/* The position behind a quoted text, a comment or one other character. */
static size_t skip_token(struct parser *p, size_t at, size_t end)
{
    const char *s = p->src->text.ptr;
    size_t begin = at;

    if (s[at] == '\'' || s[at] == '"') {
        do {
            at++;
        } while (at < end && s[at] != s[begin]);
        if (at == end)
            problem_at(p->problems, p->src, begin, "the quote is not closed");
        return MIN(at + 1, end);
    }
    if (s[at] == '/' && at + 1 < end && s[at + 1] == '*') {
        struct str rest = str_make(s + at + 2, end - at - 2);
        ptrdiff_t n = str_find(rest, STR("*/"));

        if (n < 0)
            problem_at(p->problems, p->src, begin, "the comment is not closed");
        return n < 0 ? end : at + 2 + (size_t)n + 2;
    }
    if (s[at] == '-' && at + 1 < end && s[at + 1] == '-') {
        while (at < end && s[at] != '\n')
            at++;
        return at;
    }
    return at + 1;
}

static bool is_comment(const char *s, size_t at, size_t end)
{
    return at + 1 < end &&
           ((s[at] == '-' && s[at + 1] == '-') || (s[at] == '/' && s[at + 1] == '*'));
}

static size_t parse_parameter(struct parser *p, struct sql_statement *st, size_t at, size_t end,
                              struct buf *body)
{
    const char *s = p->src->text.ptr;
    size_t digits = at + 1;
    int64_t n = 0;

    while (digits < end && gen_is_word(s[digits]))
        digits++;
    if (!str_to_int(str_make(s + at + 1, digits - at - 1), &n) || n < 1 ||
        n > (int64_t)st->in.len) {
        problem_at(p->problems, p->src, at,
                   "no such parameter: " STR_FMT " ('-- in:' of '" STR_FMT "' has %zu)",
                   STR_ARG(str_make(s + at, digits - at)), STR_ARG(st->name), st->in.len);
        return digits;
    }
    st->in.at[n - 1].used = true;
    buf_add(body, str_make(s + at, digits - at));
    return digits;
}

/* The first word outside parentheses that says what the statement does: "WITH" alone does not. */
static bool body_writes(struct str body)
{
    int depth = 0;

    for (size_t i = 0; i < body.len; i++) {
        size_t n = 0;
        struct str word;

        if (body.ptr[i] == '\'' || body.ptr[i] == '"') {
            char quote = body.ptr[i];

            for (i++; i < body.len && body.ptr[i] != quote; i++)
                continue;
            continue;
        }
        if (body.ptr[i] == '(')
            depth++;
        if (body.ptr[i] == ')')
            depth--;
        while (i + n < body.len && gen_is_word(body.ptr[i + n]))
            n++;
        word = str_sub(body, i, n);
        if (depth == 0 &&
            (str_eq_nocase(word, STR("select")) || str_eq_nocase(word, STR("values"))))
            return false;
        if (depth == 0 &&
            (str_eq_nocase(word, STR("insert")) || str_eq_nocase(word, STR("update")) ||
             str_eq_nocase(word, STR("delete"))))
            return true;
        if (n > 0)
            i += n - 1;
    }
    return true;
}

static void parse_body(struct parser *p, struct sql_statement *st, enum sql_engine engine)
{
    const char *s = p->src->text.ptr;
    size_t end = p->src->text.len;
    size_t begin = p->pos;
    struct buf body = buf_make(p->arena);
    bool space = false;

    while (p->pos < end && s[p->pos] != ';') {
        size_t at = p->pos;
        size_t next;

        if (s[at] == '\0') {
            problem_at(p->problems, p->src, at, "a NUL character");
            p->pos = end;
            return;
        }
        if (str_starts(str_make(s + at, end - at), STR("-- name:"))) {
            problem_at(p->problems, p->src, begin, "the statement does not end with ';'");
            return;
        }
        next = skip_token(p, at, end);
        p->pos = next;
        if (gen_is_space(s[at]) || is_comment(s, at, end)) {
            space = body.len > 0;
            continue;
        }
        if (space)
            buf_add_char(&body, ' ');
        space = false;
        if (s[at] == '$')
            p->pos = parse_parameter(p, st, at, end, &body);
        else if (s[at] == '?')
            problem_at(p->problems, p->src, at, "parameters are written $1, $2, ...");
        else
            buf_add(&body, str_make(s + at, next - at));
    }
    if (p->pos == end) {
        problem_at(p->problems, p->src, begin, "the statement does not end with ';'");
        return;
    }
    p->pos++;
    st->has_body[engine] = true;
    st->body[engine] = buf_str(&body);
    if (body.len == 0)
        problem_at(p->problems, p->src, begin, "the statement is empty");
    if (engine == SQL_SQLITE)
        st->writes = body_writes(st->body[engine]);
    else if (st->writes != body_writes(st->body[engine]))
        problem_at(p->problems, p->src, begin,
                   "one body of '" STR_FMT "' writes and the other does not", STR_ARG(st->name));
}

/* A comment line that belongs to the format: "-- in: ..."; what is behind the colon. */
static bool directive(struct str line, const char *name, struct str *rest)
{
    struct str text = str_trim(str_from(line, 2));

    if (!str_starts(text, str_c(name)))
        return false;
    *rest = str_from(text, strlen(name));
    return true;
}

/* One line that begins with "--", outside a body. */
static void parse_comment(struct parser *p, struct str line, bool *postgres)
{
    struct sql_statement *st = p->skipping ? NULL : current(p);
    struct str rest;

    if (directive(line, "name:", &rest)) {
        *postgres = false;
        begin_statement(p, rest);
    } else if (directive(line, "@postgres", &rest)) {
        if (st != NULL && (!st->has_body[SQL_SQLITE] || st->has_body[SQL_POSTGRES]))
            problem_at(p->problems, p->src, offset_of(p, line.ptr),
                       "'-- @postgres' stands once, behind the first body");
        *postgres = true;
    } else if (directive(line, "@", &rest)) {
        problem_at(p->problems, p->src, offset_of(p, line.ptr), "unknown mark '" STR_FMT "'",
                   STR_ARG(line));
    }
}

static bool parse_head(struct parser *p, struct str line)
{
    struct sql_statement *st = current(p);
    struct str rest;
    bool in = directive(line, "in:", &rest);
    bool out = !in && directive(line, "out:", &rest);
    bool row = !in && !out && directive(line, "row:", &rest);

    if (!in && !out && !row)
        return false;
    if (p->skipping)
        return true;
    if (st == NULL || has_any_body(st)) {
        problem_at(p->problems, p->src, offset_of(p, line.ptr),
                   "'" STR_FMT "' stands behind '-- name:' and before the SQL",
                   STR_ARG(str_trim(line)));
        return true;
    }
    if (row)
        set_row(p, st, rest);
    else
        parse_columns(p, rest, in ? &st->in : &st->out, in);
    return true;
}

static void parse_sql(struct parser *p, bool postgres)
{
    struct sql_statement *st = current(p);
    struct sql_statement ignored = {0};
    struct problems quiet = {.arena = p->arena};
    struct problems *loud = p->problems;

    if (p->skipping) {
        p->problems = &quiet;
        parse_body(p, &ignored, SQL_SQLITE);
        p->problems = loud;
        return;
    }
    if (st == NULL) {
        problem_at(p->problems, p->src, p->pos, "SQL before the first '-- name:'");
        p->skipping = true;
        return;
    }
    if (st->has_body[postgres ? SQL_POSTGRES : SQL_SQLITE])
        problem_at(p->problems, p->src, p->pos, "a second statement under the name '" STR_FMT "'",
                   STR_ARG(st->name));
    parse_body(p, st, postgres ? SQL_POSTGRES : SQL_SQLITE);
}

static bool same_columns(const struct sql_columns *a, const struct sql_columns *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (!str_eq(a->at[i].name, b->at[i].name) || a->at[i].type != b->at[i].type ||
            a->at[i].null != b->at[i].null)
            return false;
    }
    return true;
}

static void check_row(struct parser *p, size_t index)
{
    struct sql_statement *st = &p->out->statements.at[index];

    if (st->kind == SQL_EXEC)
        return;
    st->row_is_new = true;
    for (size_t i = 0; i < index; i++) {
        const struct sql_statement *other = &p->out->statements.at[i];

        if (other->kind == SQL_EXEC || !str_eq(other->row, st->row))
            continue;
        st->row_is_new = false;
        if (!same_columns(&other->out, &st->out))
            problem_at(p->problems, p->src, st->row_offset != 0 ? st->row_offset : st->offset,
                       "the row type '" STR_FMT "' has other columns in '" STR_FMT "' (line %d)",
                       STR_ARG(st->row), STR_ARG(other->name), other->line);
        return;
    }
}

void sqlgen_parse(struct arena *a, const struct source *src, struct sql_file *out,
                  struct problems *problems)
{
    struct parser p = {.arena = a, .src = src, .problems = problems, .out = out};
    bool postgres = false;

    while (p.pos < src->text.len) {
        struct str rest = str_from(src->text, p.pos);
        struct str line = rest;
        struct str full = rest;

        if (gen_is_space(rest.ptr[0])) {
            p.pos++;
            continue;
        }
        if (!str_starts(rest, STR("--"))) {
            parse_sql(&p, postgres);
            continue;
        }
        str_line(&full, &line);
        p.pos += rest.len - full.len;
        if (!parse_head(&p, line))
            parse_comment(&p, line, &postgres);
    }
    end_statement(&p);
    for (size_t i = 0; i < out->statements.len; i++)
        check_row(&p, i);
}
