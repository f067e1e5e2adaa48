#include "lint.h"

/* A function that translates the argument with this number. */
static const struct {
    const char *name;
    int arg;
} translators[] = {
    {"N_", 0}, {"T", 1}, {"TC", 1}, {"i18n_text", 1}, {"i18n_format", 2}, {"html_format", 1},
};

struct scanner {
    struct lint *lint;
    const struct source *src;
    struct str s;
    size_t base; /* offset of s in the source */
    struct str name;
};

static bool at_line_begin(struct str s, size_t i)
{
    while (i > 0 && (s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '\t'))
        i--;
    return i == 0 || s.ptr[i - 1] == '\n';
}

/* Behind a comment, a text or a character at `i`; i itself when none begins there. */
static size_t skip_inert(struct str s, size_t i)
{
    char c = s.ptr[i];
    char next = i + 1 < s.len ? s.ptr[i + 1] : '\0';

    if (c == '/' && next == '/') {
        while (i < s.len && s.ptr[i] != '\n')
            i++;
        return i;
    }
    if (c == '/' && next == '*') {
        ptrdiff_t n = str_find(str_from(s, i + 2), STR("*/"));

        return n < 0 ? s.len : i + 2 + (size_t)n + 2;
    }
    if (c == '"' || c == '\'') {
        for (i++; i < s.len && s.ptr[i] != c && s.ptr[i] != '\n'; i++)
            i += s.ptr[i] == '\\';
        return MIN(i + 1, s.len);
    }
    return i;
}

static void add_literal(struct buf *out, struct str quoted)
{
    struct str s = str_sub(quoted, 1, quoted.len < 2 ? 0 : quoted.len - 2);

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '\\' && i + 1 < s.len) {
            c = s.ptr[++i];
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        buf_add_char(out, c);
    }
}

static void end_key(struct scanner *c, struct buf *key, size_t offset)
{
    if (key->len > 0)
        lint_add_key(c->lint, c->src, offset, str_dup(c->lint->arena, buf_str(key)));
    buf_clear(key);
}

/* The texts of argument `wanted` of the call whose "(" is at `open`: T(lang, a ? "b" : "c" "d") has
 * two. */
static void take_keys(struct scanner *c, size_t open, int wanted)
{
    struct buf key = buf_make(c->lint->arena);
    size_t offset = 0;
    int depth = 0, arg = 0;

    for (size_t i = open; i < c->s.len;) {
        char at = c->s.ptr[i];
        size_t next = skip_inert(c->s, i);

        if (at == '"' && depth == 1 && arg == wanted) {
            if (key.len == 0)
                offset = c->base + i;
            add_literal(&key, str_sub(c->s, i, next - i));
        }
        if (next > i) {
            i = next;
            continue;
        }
        if (!gen_is_space(at))
            end_key(c, &key, offset);
        if (at == '(' || at == '{' || at == '[')
            depth++;
        else if ((at == ')' || at == '}' || at == ']') && --depth == 0)
            return;
        else if (at == ',' && depth == 1)
            arg++;
        i++;
    }
}

static void check_call(struct scanner *c, size_t begin, struct str word, size_t open)
{
    struct lint *l = c->lint;

    for (size_t i = 0; i < ARRAY_LEN(translators); i++) {
        if (str_is(word, translators[i].name))
            take_keys(c, open, translators[i].arg);
    }
    for (size_t i = 0; i < l->banned.len; i++) {
        if (str_eq(word, l->banned.at[i]))
            problem_at(l->problems, c->src, c->base + begin,
                       STR_FMT "() is banned, see base/banned.h", STR_ARG(word));
    }
}

static size_t check_word(struct scanner *c, size_t i)
{
    size_t begin = i;
    struct str word;

    while (i < c->s.len && gen_is_word(c->s.ptr[i]))
        i++;
    word = str_sub(c->s, begin, i - begin);
    while (i < c->s.len && gen_is_space(c->s.ptr[i]))
        i++;
    if (i < c->s.len && c->s.ptr[i] == '(' && (begin == 0 || c->s.ptr[begin - 1] != '.') &&
        (begin < 2 || c->s.ptr[begin - 1] != '>'))
        check_call(c, begin, word, i);
    return begin + word.len;
}

/* #include "path"; other directives are scanned like code, but a definition of N_ itself is none.
 */
static size_t check_directive(struct scanner *c, size_t i)
{
    struct str rest = str_from(c->s, i);
    struct str line;
    ptrdiff_t open, close;

    str_line(&rest, &line);
    open = str_find_char(line, '"');
    if (str_starts(str_trim(str_from(line, 1)), STR("include")) && open >= 0) {
        struct str header = str_from(line, (size_t)open + 1);

        close = str_find_char(header, '"');
        if (close >= 0 && c->name.len > 0)
            lint_include(c->lint, c->src, c->base + i, c->name, str_sub(header, 0, (size_t)close));
    }
    if (str_starts(str_trim(str_from(line, 1)), STR("define")) ||
        str_starts(str_trim(str_from(line, 1)), STR("undef"))) {
        size_t at = i + 1;

        /* The name being defined is no call. */
        for (int words = 0; words < 2; words++) {
            while (at < c->s.len && !gen_is_word(c->s.ptr[at]) && c->s.ptr[at] != '\n')
                at++;
            while (at < c->s.len && gen_is_word(c->s.ptr[at]))
                at++;
        }
        return at;
    }
    return i + line.len;
}

/* Notes the text that begins at `i`, with those that follow it directly; gives the place behind. */
static size_t take_literal(struct scanner *c, size_t i)
{
    struct buf text = buf_make(c->lint->arena);

    while (i < c->s.len && c->s.ptr[i] == '"') {
        size_t next = skip_inert(c->s, i);

        add_literal(&text, str_sub(c->s, i, next - i));
        for (i = next; i < c->s.len && gen_is_space(c->s.ptr[i]);)
            i++;
    }
    map_put(&c->lint->literals, str_dup(c->lint->arena, buf_str(&text)), c->lint);
    return i;
}

static void scan(struct scanner *c)
{
    for (size_t i = 0; i < c->s.len;) {
        size_t next = skip_inert(c->s, i);

        if (c->s.ptr[i] == '"')
            i = take_literal(c, i);
        else if (next > i)
            i = next;
        else if (c->s.ptr[i] == '#' && at_line_begin(c->s, i))
            i = check_directive(c, i);
        else if (gen_is_word(c->s.ptr[i]))
            i = check_word(c, i);
        else
            i++;
    }
}

void lint_c(struct lint *l, const struct source *src, struct str name)
{
    struct scanner c = {.lint = l, .src = src, .s = src->text, .name = name};

    if (!str_ends(name, STR("base/banned.h")))
        scan(&c);
}

void lint_code(struct lint *l, const struct source *src, size_t offset, struct str code)
{
    struct scanner c = {.lint = l, .src = src, .s = code, .base = offset};

    scan(&c);
}

void lint_read_banned(struct lint *l, const struct source *src)
{
    struct str rest = src->text;
    struct str line;

    while (str_line(&rest, &line)) {
        ptrdiff_t open = str_find_char(line, '(');

        if (str_starts(line, STR("#define ")) && open > 8 && str_find(line, STR("BANNED(")) > open)
            *vec_push(&l->banned, l->arena) = str_sub(line, 8, (size_t)open - 8);
    }
}
