#include "sqlgen_body.h"

struct parser {
    struct arena *arena;
    const struct source *src;
    struct problems *problems;
    struct sql_file *out;
    size_t pos;
    struct sql_piece *piece; /* under a "-- piece:" line; not among the pieces before its end */
    bool skipping;           /* after a broken name line: until the next one */
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

static void check_piece(struct parser *p, const struct sql_piece *piece)
{
    if (piece->body[SQL_SQLITE].len == 0)
        problem_at(p->problems, p->src, piece->offset, "the piece '" STR_FMT "' has no SQL",
                   STR_ARG(piece->name));
    for (size_t i = 0; piece->body[SQL_SQLITE].len > 0 && i < piece->parameters.len; i++) {
        const struct sql_name *parameter = &piece->parameters.at[i];

        if (!parameter->used)
            problem_at(p->problems, p->src, parameter->offset,
                       "parameter '" STR_FMT "' is not used: take it out here and in the calls",
                       STR_ARG(parameter->name));
    }
}

/* Ends the statement or the piece that is being read. */
static void end_item(struct parser *p)
{
    if (p->piece != NULL) {
        check_piece(p, p->piece);
        p->piece->above = p->out->pieces;
        p->out->pieces = p->piece;
        p->piece = NULL;
    } else if (!p->skipping && current(p) != NULL) {
        check_complete(p, current(p));
    }
}

static void begin_statement(struct parser *p, struct str text)
{
    struct sql_statement st = {0};
    struct str rest = text;
    struct str kind;
    size_t k;

    end_item(p);
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

static void parse_piece_parameters(struct parser *p, struct sql_piece *piece, struct str text)
{
    struct str part;

    if (str_trim(text).len == 0)
        return;
    while (str_split(&text, ',', &part)) {
        struct str name = str_trim(part);

        if (!gen_is_name(name))
            problem_at(p->problems, p->src, offset_of(p, part.ptr),
                       "'" STR_FMT "' cannot be a name here", STR_ARG(name));
        else if (sql_find_parameter(piece, name) != NULL)
            problem_at(p->problems, p->src, offset_of(p, name.ptr), "'" STR_FMT "' is there twice",
                       STR_ARG(name));
        else
            *vec_push(&piece->parameters, p->arena) =
                (struct sql_name){.name = name, .offset = offset_of(p, name.ptr)};
    }
}

/* "-- piece: name(parameter, ...)" */
static void begin_piece(struct parser *p, struct str text)
{
    struct str head = str_trim(text);
    ptrdiff_t open = str_find_char(head, '(');
    struct str name = open < 0 ? head : str_sub(head, 0, (size_t)open);
    const struct sql_piece *other = sql_find_piece(p->out->pieces, name);
    struct sql_piece *piece;

    end_item(p);
    p->skipping = true;
    if (open < 0 || !gen_is_name(name) || !str_ends(head, STR(")"))) {
        problem_at(p->problems, p->src, offset_of(p, head.ptr),
                   "'" STR_FMT "' is not the form name(parameter, ...)", STR_ARG(head));
        return;
    }
    if (other != NULL) {
        problem_at(p->problems, p->src, offset_of(p, name.ptr),
                   "the name '" STR_FMT "' is taken by the piece in %s, line %d", STR_ARG(name),
                   other->src->path, source_place(other->src, other->offset).line);
        return;
    }
    piece = arena_new(p->arena, struct sql_piece);
    *piece = (struct sql_piece){.name = name, .src = p->src, .offset = offset_of(p, name.ptr)};
    parse_piece_parameters(p, piece, str_sub(head, name.len + 1, head.len - name.len - 2));
    p->piece = piece;
    p->skipping = false;
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

/* "-- plan: fresh", "-- plan: kept unless org_id, words" */
static void set_plan(struct parser *p, struct sql_statement *st, struct str text)
{
    static const char *const names[] = {NULL, "kept", "fresh", "any"};
    struct str rest = text;
    struct str how = take_word(&rest), unless = take_word(&rest);
    struct str part;

    st->plan = SQL_PLAN_AUTO;
    for (int i = SQL_PLAN_KEPT; i <= SQL_PLAN_ANY; i++) {
        if (str_is(how, names[i]))
            st->plan = (enum sql_plan)i;
    }
    rest = str_trim(rest);
    if (st->plan == SQL_PLAN_AUTO || (unless.len > 0) != (rest.len > 0) ||
        (unless.len > 0 && (st->plan != SQL_PLAN_KEPT || !str_is(unless, "unless")))) {
        problem_at(p->problems, p->src, offset_of(p, text.ptr),
                   "a plan is 'any', 'fresh', 'kept' or 'kept unless PARAMETER, ...'");
        return;
    }
    while (rest.len > 0 && str_split(&rest, ',', &part)) {
        struct sql_column *column = NULL;

        part = str_trim(part);
        for (size_t i = 0; i < st->in.len; i++) {
            if (str_eq(st->in.at[i].name, part))
                column = &st->in.at[i];
        }
        if (column == NULL || !column->null) {
            problem_at(p->problems, p->src, offset_of(p, part.ptr),
                       "'" STR_FMT "' is no parameter above that may be NULL", STR_ARG(part));
            return;
        }
        column->replans = true;
    }
}

/* "-- send: later" */
static void set_send(struct parser *p, struct sql_statement *st, struct str text)
{
    st->later = str_is(str_trim(text), "later");
    if (!st->later || st->kind != SQL_EXEC)
        problem_at(p->problems, p->src, offset_of(p, text.ptr),
                   "'-- send: later' is for statements without columns, and there is no other");
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

static bool may_have_postgres(struct parser *p)
{
    const struct sql_statement *st = p->skipping ? NULL : current(p);

    if (p->piece != NULL)
        return p->piece->body[SQL_SQLITE].len > 0 && !p->piece->differs;
    return st == NULL || (st->has_body[SQL_SQLITE] && (!st->has_body[SQL_POSTGRES] || st->derived));
}

/* One line that begins with "--", outside a body. */
static void parse_comment(struct parser *p, struct str line, bool *postgres)
{
    struct str rest;

    if (directive(line, "name:", &rest)) {
        *postgres = false;
        begin_statement(p, rest);
    } else if (directive(line, "piece:", &rest)) {
        *postgres = false;
        begin_piece(p, rest);
    } else if (directive(line, "@postgres", &rest)) {
        if (!may_have_postgres(p))
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
    bool plan = !in && !out && !row && directive(line, "plan:", &rest);
    bool send = !in && !out && !row && !plan && directive(line, "send:", &rest);

    if (!in && !out && !row && !plan && !send)
        return false;
    if (p->skipping)
        return true;
    if (st == NULL || p->piece != NULL || has_any_body(st)) {
        problem_at(p->problems, p->src, offset_of(p, line.ptr),
                   "'" STR_FMT "' stands behind '-- name:' and before the SQL",
                   STR_ARG(str_trim(line)));
        return true;
    }
    if (row)
        set_row(p, st, rest);
    else if (plan)
        set_plan(p, st, rest);
    else if (send)
        set_send(p, st, rest);
    else
        parse_columns(p, rest, in ? &st->in : &st->out, in);
    return true;
}

static bool read_body(struct parser *p, struct sql_statement *st, struct sql_text *out)
{
    struct sql_reader r = {
        .arena = p->arena,
        .src = p->src,
        .problems = p->problems,
        .pos = p->pos,
        .pieces = p->out->pieces,
        .owner = st,
        .piece = p->piece,
    };
    bool ok = sql_read_body(&r, out);

    p->pos = r.pos;
    p->skipping = p->skipping || r.told;
    return ok;
}

static void parse_piece_body(struct parser *p, bool postgres)
{
    struct sql_piece *piece = p->piece;
    struct sql_text text = {0};

    if (!postgres && piece->body[SQL_SQLITE].len > 0)
        problem_at(p->problems, p->src, p->pos, "a second body of the piece '" STR_FMT "'",
                   STR_ARG(piece->name));
    if (!read_body(p, NULL, &text))
        return;
    if (!postgres)
        piece->body[SQL_SQLITE] = buf_str(&text.engine[SQL_SQLITE]);
    piece->body[SQL_POSTGRES] = buf_str(&text.engine[SQL_POSTGRES]);
    piece->differs = postgres || text.differs;
}

static void parse_body(struct parser *p, struct sql_statement *st, enum sql_engine engine)
{
    size_t begin = p->pos;
    struct sql_text text = {0};

    if (!read_body(p, st, &text))
        return;
    st->has_body[engine] = true;
    st->body[engine] = buf_str(&text.engine[engine]);
    st->derived = engine == SQL_SQLITE && text.differs;
    if (st->derived) {
        st->has_body[SQL_POSTGRES] = true;
        st->body[SQL_POSTGRES] = buf_str(&text.engine[SQL_POSTGRES]);
    }
    if (engine == SQL_SQLITE)
        st->writes = sql_body_writes(st->body[SQL_SQLITE]);
    if (st->has_body[SQL_POSTGRES] && st->writes != sql_body_writes(st->body[SQL_POSTGRES]))
        problem_at(p->problems, p->src, begin,
                   "one body of '" STR_FMT "' writes and the other does not", STR_ARG(st->name));
}

static void parse_sql(struct parser *p, bool postgres)
{
    struct sql_statement *st = current(p);
    struct sql_statement ignored = {0};
    struct problems quiet = {.arena = p->arena};
    struct problems *loud = p->problems;
    enum sql_engine engine = postgres ? SQL_POSTGRES : SQL_SQLITE;

    if (p->skipping) {
        p->problems = &quiet;
        parse_body(p, &ignored, SQL_SQLITE);
        p->problems = loud;
        return;
    }
    if (p->piece != NULL) {
        parse_piece_body(p, postgres);
        return;
    }
    if (st == NULL) {
        problem_at(p->problems, p->src, p->pos, "SQL before the first '-- name:'");
        p->skipping = true;
        return;
    }
    if (st->has_body[engine] && !(postgres && st->derived))
        problem_at(p->problems, p->src, p->pos, "a second statement under the name '" STR_FMT "'",
                   STR_ARG(st->name));
    parse_body(p, st, engine);
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
    end_item(&p);
    for (size_t i = 0; i < out->statements.len; i++)
        check_row(&p, i);
}

void sqlgen_check_used(const struct sql_piece *last, const struct sql_piece *until,
                       struct problems *p)
{
    for (const struct sql_piece *piece = last; piece != until; piece = piece->above) {
        if (!piece->used)
            problem_at(p, piece->src, piece->offset,
                       "nothing uses the piece '" STR_FMT "': take it out", STR_ARG(piece->name));
    }
}
