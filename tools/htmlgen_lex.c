#include "htmlgen.h"

static const char *const tag_words[TAG_COUNT] = {
    "include", "template", "if", "elif", "else", "for", "end", "set", "call", "c", "t",
};

/* Behind the quoted text or character that begins at `at`; s.len when it is not closed. */
static size_t skip_quoted(struct str s, size_t at)
{
    char quote = s.ptr[at++];

    while (at < s.len && s.ptr[at] != quote && s.ptr[at] != '\n')
        at += s.ptr[at] == '\\' ? 2 : 1;
    return at < s.len && s.ptr[at] == quote ? at + 1 : s.len;
}

ptrdiff_t htmlgen_find(struct str code, size_t from, char c)
{
    int depth = 0;

    for (size_t i = from; i < code.len;) {
        char at = code.ptr[i];

        if (depth == 0 && at == c)
            return (ptrdiff_t)i;
        if (at == '"' || at == '\'') {
            i = skip_quoted(code, i);
            continue;
        }
        if (at == '(' || at == '[' || at == '{')
            depth++;
        else if (at == ')' || at == ']' || at == '}')
            depth--;
        i++;
    }
    return -1;
}

void htmlgen_split_filter(struct str *code, struct str *filter)
{
    ptrdiff_t bar = -1;
    ptrdiff_t at = htmlgen_find(*code, 0, '|');

    while (at >= 0) {
        bool twice = (size_t)at + 1 < code->len && code->ptr[at + 1] == '|';

        if (!twice)
            bar = at;
        at = htmlgen_find(*code, (size_t)at + (twice ? 2 : 1), '|');
    }
    *filter = STR_EMPTY;
    if (bar >= 0) {
        *filter = str_trim(str_from(*code, (size_t)bar + 1));
        *code = str_sub(*code, 0, (size_t)bar);
    }
    *code = str_trim(*code);
}

bool htmlgen_key(struct str *rest, struct str *key)
{
    struct str s = str_trim(*rest);
    size_t end;

    if (s.len == 0 || s.ptr[0] != '"')
        return false;
    end = skip_quoted(s, 0);
    if (s.ptr[end - 1] != '"' || end < 2)
        return false;
    *key = str_sub(s, 1, end - 2);
    *rest = str_trim(str_from(s, end));
    return true;
}

/* The position of the closing "}}" or "%}", or -1. */
static ptrdiff_t find_close(struct str s, size_t at, bool expression)
{
    int depth = 0;

    while (at + 1 < s.len) {
        char c = s.ptr[at];

        if (c == '"' || c == '\'') {
            at = skip_quoted(s, at);
            continue;
        }
        if (expression && c == '{')
            depth++;
        if (expression && c == '}') {
            if (depth == 0 && s.ptr[at + 1] == '}')
                return (ptrdiff_t)at;
            depth--;
        }
        if (!expression && c == '%' && s.ptr[at + 1] == '}')
            return (ptrdiff_t)at;
        at++;
    }
    return -1;
}

/* Quotes closed, brackets in pairs: otherwise the C compiler would complain far from here. */
static bool is_balanced(struct str code)
{
    char open[64];
    size_t depth = 0;

    for (size_t i = 0; i < code.len;) {
        char c = code.ptr[i];

        if (c == '"' || c == '\'') {
            size_t next = skip_quoted(code, i);

            if (next - i < 2 || code.ptr[next - 1] != c)
                return false;
            i = next;
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            if (depth == sizeof(open))
                return false;
            open[depth++] = (char)(c == '(' ? ')' : c == '[' ? ']' : '}');
        } else if (c == ')' || c == ']' || c == '}') {
            if (depth == 0 || open[--depth] != c)
                return false;
        }
        i++;
    }
    return depth == 0;
}

static void check_code(const struct source *src, const struct html_node *node, struct problems *p)
{
    if (!is_balanced(node->code) && node->tag != TAG_C)
        problem_at(p, src, node->offset, "brackets or quotes do not match: " STR_FMT,
                   STR_ARG(node->code));
    else if (node->tag != TAG_C && node->tag != TAG_T && htmlgen_find(node->code, 0, ';') >= 0)
        problem_at(p, src, node->offset, "';' inside an expression");
}

static void lex_tag(const struct source *src, struct html_node *node, struct problems *p)
{
    size_t n = 0;
    struct str word;

    while (n < node->code.len && gen_is_word(node->code.ptr[n]))
        n++;
    word = str_sub(node->code, 0, n);
    node->tag = TAG_COUNT;
    for (int i = 0; i < TAG_COUNT; i++) {
        if (str_is(word, tag_words[i]))
            node->tag = (enum html_tag)i;
    }
    node->code = str_trim(str_from(node->code, n));
    if (node->tag == TAG_COUNT) {
        problem_at(p, src, node->offset, "unknown tag '{%% " STR_FMT " %%}'", STR_ARG(word));
        return;
    }
    check_code(src, node, p);
}

static void lex_expr(const struct source *src, struct html_node *node, struct problems *p)
{
    node->tag = TAG_COUNT;
    htmlgen_split_filter(&node->code, &node->filter);
    if (node->code.len == 0)
        problem_at(p, src, node->offset, "the expression is empty");
    else
        check_code(src, node, p);
}

static size_t next_open(struct str s, size_t at)
{
    for (; at + 1 < s.len; at++) {
        if (s.ptr[at] == '{' &&
            (s.ptr[at + 1] == '{' || s.ptr[at + 1] == '%' || s.ptr[at + 1] == '#'))
            return at;
    }
    return s.len;
}

/* Reads the node that begins with a brace at `at`; gives the position behind it. */
static size_t lex_node(struct arena *a, const struct source *src, size_t at, struct html_nodes *out,
                       struct problems *p)
{
    struct str s = src->text;
    char mark = s.ptr[at + 1];
    ptrdiff_t close;
    struct html_node node = {.offset = at, .tag = TAG_COUNT};

    if (mark == '#') {
        close = str_find(str_from(s, at + 2), STR("#}"));
        if (close >= 0)
            close += (ptrdiff_t)at + 2;
    } else {
        close = find_close(s, at + 2, mark == '{');
    }
    if (close < 0) {
        problem_at(p, src, at, "'{%c' is not closed", mark);
        return s.len;
    }
    node.code = str_trim(str_sub(s, at + 2, (size_t)close - at - 2));
    if (mark == '#') {
        node.kind = NODE_COMMENT;
    } else if (mark == '{') {
        node.kind = NODE_EXPR;
        lex_expr(src, &node, p);
    } else {
        node.kind = NODE_TAG;
        lex_tag(src, &node, p);
    }
    *vec_push(out, a) = node;
    return (size_t)close + 2;
}

static bool is_silent(const struct html_node *node)
{
    return node->kind == NODE_COMMENT ||
           (node->kind == NODE_TAG && node->tag != TAG_T && node->tag != TAG_CALL);
}

/* True when only spaces stand behind the last line break; *keep: the length before them. `fresh`:
 * the text itself begins a line. */
static bool ends_line(struct str text, bool fresh, size_t *keep)
{
    size_t n = text.len;

    while (n > 0 && (text.ptr[n - 1] == ' ' || text.ptr[n - 1] == '\t'))
        n--;
    *keep = n;
    return n > 0 ? text.ptr[n - 1] == '\n' : fresh;
}

/* The length of the spaces and the line break at the front. */
static bool begins_line(struct str text, size_t *skip)
{
    size_t n = 0;

    while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '\t'))
        n++;
    if (n < text.len && text.ptr[n] == '\r')
        n++;
    *skip = n + 1;
    return n < text.len && text.ptr[n] == '\n';
}

static bool is_blank(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != ' ' && text.ptr[i] != '\t')
            return false;
    }
    return true;
}

/* Between any two nodes there is a text node, perhaps an empty one: text, node, text, node, text.
 */
static void trim_lines(struct html_nodes *nodes)
{
    nodes->at[0].fresh = true;
    for (size_t first = 1; first + 1 < nodes->len; first += 2) {
        size_t last = first;
        size_t keep, skip;

        if (!is_silent(&nodes->at[first]) ||
            !ends_line(nodes->at[first - 1].code, nodes->at[first - 1].fresh, &keep))
            continue;
        while (last + 3 < nodes->len && is_blank(nodes->at[last + 1].code) &&
               is_silent(&nodes->at[last + 2]))
            last += 2;
        if (!begins_line(nodes->at[last + 1].code, &skip))
            continue;
        nodes->at[first - 1].code.len = keep;
        for (size_t i = first + 1; i < last; i += 2)
            nodes->at[i].code.len = 0;
        nodes->at[last + 1].code = str_from(nodes->at[last + 1].code, skip);
        nodes->at[last + 1].offset += skip;
        nodes->at[last + 1].fresh = true;
        first = last;
    }
}

void htmlgen_lex(struct arena *a, const struct source *src, struct html_nodes *out,
                 struct problems *p)
{
    size_t at = 0;

    for (;;) {
        size_t open = next_open(src->text, at);

        *vec_push(out, a) = (struct html_node){.kind = NODE_TEXT,
                                               .tag = TAG_COUNT,
                                               .offset = at,
                                               .code = str_sub(src->text, at, open - at)};
        if (open == src->text.len)
            break;
        at = lex_node(a, src, open, out, p);
    }
    trim_lines(out);
}
