#include "sqlgen_body.h"

/* Pieces in pieces may double what they hold with each step. */
#define BODY_MAX ((size_t)64 << 10)

struct arguments {
    VEC(struct sql_text) list;
};

static bool read_text(struct sql_reader *r, bool argument, struct sql_text *out);

static bool is_comment(const char *s, size_t at, size_t end)
{
    return at + 1 < end &&
           ((s[at] == '-' && s[at + 1] == '-') || (s[at] == '/' && s[at + 1] == '*'));
}

/* The position behind a quoted text, a comment or one other character. */
static size_t skip_token(struct sql_reader *r, size_t at, size_t end)
{
    const char *s = r->src->text.ptr;
    size_t begin = at;

    if (s[at] == '\'' || s[at] == '"') {
        do {
            at++;
        } while (at < end && s[at] != s[begin]);
        if (at == end)
            problem_at(r->problems, r->src, begin, "the quote is not closed");
        return MIN(at + 1, end);
    }
    if (s[at] == '/' && at + 1 < end && s[at + 1] == '*') {
        struct str rest = str_make(s + at + 2, end - at - 2);
        ptrdiff_t n = str_find(rest, STR("*/"));

        if (n < 0)
            problem_at(r->problems, r->src, begin, "the comment is not closed");
        return n < 0 ? end : at + 2 + (size_t)n + 2;
    }
    if (s[at] == '-' && at + 1 < end && s[at + 1] == '-') {
        while (at < end && s[at] != '\n')
            at++;
        return at;
    }
    return at + 1;
}

/* The position behind the quoted text at `at` of a body, or `at` when none begins there. */
static size_t skip_quoted(struct str body, size_t at)
{
    char quote = body.ptr[at];

    if (quote != '\'' && quote != '"')
        return at;
    for (at++; at < body.len && body.ptr[at] != quote; at++)
        continue;
    return MIN(at + 1, body.len);
}

static size_t word_len(struct str text, size_t at)
{
    size_t n = 0;

    while (at + n < text.len && gen_is_word(text.ptr[at + n]))
        n++;
    return n;
}

/* The first word outside parentheses that says what the statement does: "WITH" alone does not. */
bool sql_body_writes(struct str body)
{
    int depth = 0;

    for (size_t i = 0; i < body.len;) {
        size_t n = word_len(body, i);
        struct str word = str_sub(body, i, n);

        if (skip_quoted(body, i) > i) {
            i = skip_quoted(body, i);
            continue;
        }
        if (body.ptr[i] == '(')
            depth++;
        if (body.ptr[i] == ')')
            depth--;
        if (depth == 0 &&
            (str_eq_nocase(word, STR("select")) || str_eq_nocase(word, STR("values"))))
            return false;
        if (depth == 0 &&
            (str_eq_nocase(word, STR("insert")) || str_eq_nocase(word, STR("update")) ||
             str_eq_nocase(word, STR("delete"))))
            return true;
        i += MAX(n, 1);
    }
    return true;
}

static void add_both(struct sql_text *out, struct str s)
{
    for (int e = 0; e < SQL_ENGINES; e++)
        buf_add(&out->engine[e], s);
}

/* $1: a parameter of the statement. */
static void read_parameter(struct sql_reader *r, struct sql_text *out)
{
    size_t n = word_len(r->src->text, r->pos + 1);
    struct str text = str_sub(r->src->text, r->pos, n + 1);
    int64_t number = 0;

    if (r->owner == NULL)
        problem_at(r->problems, r->src, r->pos,
                   "a piece has no parameters of a statement: write {name} and name it in "
                   "'-- piece:'");
    else if (!str_to_int(str_from(text, 1), &number) || number < 1 ||
             number > (int64_t)r->owner->in.len)
        problem_at(r->problems, r->src, r->pos,
                   "no such parameter: " STR_FMT " ('-- in:' of '" STR_FMT "' has %zu)",
                   STR_ARG(text), STR_ARG(r->owner->name), r->owner->in.len);
    else
        r->owner->in.at[number - 1].used = true;
    add_both(out, text);
    r->pos += n + 1;
}

struct sql_name *sql_find_parameter(const struct sql_piece *piece, struct str name)
{
    for (size_t i = 0; i < piece->parameters.len; i++) {
        if (str_eq(piece->parameters.at[i].name, name))
            return &piece->parameters.at[i];
    }
    return NULL;
}

/* {name}: a parameter of the piece; it stays in the text until the piece is called. */
static void read_placeholder(struct sql_reader *r, struct sql_text *out)
{
    size_t n = word_len(r->src->text, r->pos + 1);
    struct str name = str_sub(r->src->text, r->pos + 1, n);
    struct sql_name *parameter = r->piece != NULL ? sql_find_parameter(r->piece, name) : NULL;

    if (r->piece == NULL)
        problem_at(r->problems, r->src, r->pos,
                   "{names} belong to pieces; parameters are $1, $2, ...");
    else if (parameter == NULL || !str_starts(str_from(r->src->text, r->pos + 1 + n), STR("}")))
        problem_at(r->problems, r->src, r->pos,
                   "no parameter of the piece '" STR_FMT "': '-- piece:' names them",
                   STR_ARG(r->piece->name));
    else
        parameter->used = true;
    add_both(out, str_sub(r->src->text, r->pos, n + 2));
    r->pos += n + 1;
    if (str_starts(str_from(r->src->text, r->pos), STR("}")))
        r->pos++;
}

struct sql_piece *sql_find_piece(struct sql_piece *from, struct str name)
{
    while (from != NULL && !str_eq(from->name, name))
        from = from->above;
    return from;
}

/* Does the body use the word on its own: as an alias, a table, a keyword, but not as a column or
 * as a part of a pasted name? */
static bool body_has_word(struct str body, struct str word)
{
    for (size_t i = 0; i < body.len;) {
        size_t n = word_len(body, i);
        char before = i > 0 ? body.ptr[i - 1] : ' ';
        char after = i + n < body.len ? body.ptr[i + n] : ' ';

        if (n > 0 && before != '.' && before != '{' && before != '}' && after != '{' &&
            str_eq_nocase(str_sub(body, i, n), word))
            return true;
        i = MAX(skip_quoted(body, i), i + MAX(n, 1));
    }
    return false;
}

/*
 * The alias in an argument that would mean something else inside the piece: `x.id` in a piece with
 * `FROM incident_access x` would compare the rights with themselves. Empty: there is none.
 */
static struct str captured(struct str body, struct str argument)
{
    for (size_t i = 0; i < argument.len;) {
        size_t n = word_len(argument, i);
        struct str word = str_sub(argument, i, n);
        bool table = n == argument.len || (i + n < argument.len && argument.ptr[i + n] == '.');
        bool first = i == 0 || argument.ptr[i - 1] != '.';

        if (table && first && gen_is_name(word) && body_has_word(body, word))
            return word;
        i = MAX(skip_quoted(argument, i), i + MAX(n, 1));
    }
    return STR_EMPTY;
}

static void fill_in(const struct sql_piece *piece, const struct arguments *arguments,
                    enum sql_engine engine, struct buf *out)
{
    struct str body = piece->body[engine];

    for (size_t i = 0; i < body.len;) {
        size_t quoted = skip_quoted(body, i);
        size_t n = word_len(body, i + 1);

        if (quoted > i || body.ptr[i] != '{') {
            size_t next = MAX(quoted, i + 1);

            buf_add(out, str_sub(body, i, next - i));
            i = next;
            continue;
        }
        for (size_t k = 0; k < piece->parameters.len; k++) {
            if (str_eq(piece->parameters.at[k].name, str_sub(body, i + 1, n)))
                buf_add(out, buf_str(&arguments->list.at[k].engine[engine]));
        }
        i += n + 2;
    }
}

/* What stands between the parentheses of a call, split at its commas. */
static bool read_arguments(struct sql_reader *r, struct arguments *out)
{
    const struct str text = r->src->text;
    bool more = true;

    while (more) {
        struct sql_text *argument = vec_push(&out->list, r->arena);

        if (!read_text(r, true, argument))
            return false;
        more = text.ptr[r->pos++] == ',';
    }
    if (out->list.len == 1 && buf_str(&out->list.at[0].engine[0]).len == 0)
        out->list.len = 0;
    return true;
}

static struct str signature(struct sql_reader *r, const struct sql_piece *piece)
{
    struct buf out = buf_make(r->arena);

    buf_printf(&out, "@" STR_FMT "(", STR_ARG(piece->name));
    for (size_t i = 0; i < piece->parameters.len; i++)
        buf_printf(&out, "%s" STR_FMT, i > 0 ? ", " : "", STR_ARG(piece->parameters.at[i].name));
    buf_add_char(&out, ')');
    return buf_str(&out);
}

static bool check_call(struct sql_reader *r, const struct sql_piece *piece, size_t at,
                       const struct arguments *arguments)
{
    if (arguments->list.len != piece->parameters.len) {
        problem_at(r->problems, r->src, at, "%zu argument%s where " STR_FMT " takes %zu",
                   arguments->list.len, arguments->list.len == 1 ? "" : "s",
                   STR_ARG(signature(r, piece)), piece->parameters.len);
        return false;
    }
    for (size_t i = 0; i < arguments->list.len; i++) {
        for (int e = 0; e < SQL_ENGINES; e++) {
            struct str text = buf_str(&arguments->list.at[i].engine[e]);
            struct str word = captured(piece->body[e], text);

            if (text.len == 0) {
                problem_at(r->problems, r->src, at, "'" STR_FMT "' of " STR_FMT " is empty",
                           STR_ARG(piece->parameters.at[i].name), STR_ARG(signature(r, piece)));
                return false;
            }
            if (word.len > 0) {
                problem_at(r->problems, r->src, at,
                           "'" STR_FMT "' means something else inside " STR_FMT
                           ": give the table another alias here",
                           STR_ARG(word), STR_ARG(signature(r, piece)));
                return false;
            }
        }
    }
    return true;
}

/* @name(argument, ...): the text of the piece with the arguments filled in. */
static bool read_call(struct sql_reader *r, struct sql_text *out)
{
    size_t at = r->pos;
    size_t n = word_len(r->src->text, at + 1);
    struct str name = str_sub(r->src->text, at + 1, n);
    struct sql_piece *piece = sql_find_piece(r->pieces, name);
    struct arguments arguments = {0};

    r->pos += n + 2;
    if (!read_arguments(r, &arguments)) {
        if (!r->told)
            problem_at(r->problems, r->src, at, "the parenthesis of '@" STR_FMT "(' is not closed",
                       STR_ARG(name));
        r->told = true;
        return false;
    }
    if (piece == NULL)
        add_both(out, name); /* no further complaint that there is nothing */
    if (piece == NULL && r->piece != NULL && str_eq(r->piece->name, name)) {
        problem_at(r->problems, r->src, at, "the piece '" STR_FMT "' uses itself", STR_ARG(name));
        return true;
    }
    if (piece == NULL) {
        problem_at(r->problems, r->src, at,
                   "no piece '" STR_FMT "' is declared above: a piece stands before its use, in "
                   "this file or in one of sql_pieces (src/meson.build)",
                   STR_ARG(name));
        return true;
    }
    piece->used = true;
    if (!check_call(r, piece, at, &arguments))
        return true;
    out->differs = out->differs || piece->differs;
    for (size_t i = 0; i < arguments.list.len; i++)
        out->differs = out->differs || arguments.list.at[i].differs;
    for (int e = 0; e < SQL_ENGINES; e++)
        fill_in(piece, &arguments, (enum sql_engine)e, &out->engine[e]);
    return true;
}

/* PostgreSQL has operators with "@" in them: "@@ to_tsquery(...)" is no call. */
static bool is_call(struct str text, size_t at)
{
    size_t n = word_len(text, at + 1);
    char before = at > 0 ? text.ptr[at - 1] : ' ';

    return n > 0 && before != '@' && before != '<' && at + 1 + n < text.len &&
           text.ptr[at + 1 + n] == '(';
}

static bool at_head(struct str rest)
{
    return str_starts(rest, STR("-- name:")) || str_starts(rest, STR("-- piece:"));
}

/* Up to the ';' of the body, or to the ',' or ')' behind an argument; pos is there. */
static bool read_text(struct sql_reader *r, bool argument, struct sql_text *out)
{
    const char *s = r->src->text.ptr;
    size_t end = r->src->text.len;
    bool space = false;
    int depth = 0;

    for (int e = 0; e < SQL_ENGINES; e++)
        out->engine[e] = buf_make(r->arena);
    while (r->pos < end && s[r->pos] != ';') {
        size_t at = r->pos;
        size_t next;

        if (argument && depth == 0 && (s[at] == ',' || s[at] == ')'))
            return true;
        if (s[at] == '\0') {
            problem_at(r->problems, r->src, at, "a NUL character");
            r->pos = end;
            r->told = true;
            return false;
        }
        if (at_head(str_from(r->src->text, at)))
            return false;
        next = skip_token(r, at, end);
        if (gen_is_space(s[at]) || is_comment(s, at, end)) {
            space = out->engine[0].len > 0;
            r->pos = next;
            continue;
        }
        if (space)
            add_both(out, STR(" "));
        space = false;
        depth += s[at] == '(' ? 1 : s[at] == ')' ? -1 : 0;
        if (s[at] == '$') {
            read_parameter(r, out);
        } else if (s[at] == '{') {
            read_placeholder(r, out);
        } else if (s[at] == '@' && is_call(r->src->text, at)) {
            if (!read_call(r, out))
                return false;
        } else {
            if (s[at] == '?')
                problem_at(r->problems, r->src, at, "parameters are written $1, $2, ...");
            add_both(out, str_sub(r->src->text, at, next - at));
            r->pos = next;
        }
        if (out->engine[0].len > BODY_MAX || out->engine[1].len > BODY_MAX) {
            problem_at(r->problems, r->src, at, "the SQL is longer than 64 KiB here");
            r->pos = end;
            r->told = true;
            return false;
        }
    }
    return !argument && r->pos < end;
}

bool sql_read_body(struct sql_reader *r, struct sql_text *out)
{
    size_t begin = r->pos;

    if (!read_text(r, false, out)) {
        if (!r->told)
            problem_at(r->problems, r->src, begin, "the statement does not end with ';'");
        return false;
    }
    r->pos++;
    if (out->engine[0].len == 0)
        problem_at(r->problems, r->src, begin, "the statement is empty");
    return true;
}
