#include "htmlgen.h"

enum block_kind { BLOCK_TEMPLATE, BLOCK_IF, BLOCK_FOR };

struct block {
    enum block_kind kind;
    size_t offset;
    struct html_place start;
    struct html_place end; /* where the branches so far end */
    bool has_end;
    bool has_else;
    struct str loop; /* name of the loop's variable */
};

struct writer {
    struct arena *arena;
    const struct source *src;
    struct problems *problems;
    struct buf *header, *out;
    struct html_place place;
    bool broken; /* the HTML of this template is wrong: say so once */
    struct block blocks[64];
    size_t depth;
    size_t line_offset; /* line `line` holds this offset; only goes forward */
    int line;
    struct buf text; /* literal text not yet written */
    size_t text_offset;
    VEC(struct str) names;
};

static void problem(struct writer *w, size_t offset, const char *what)
{
    problem_at(w->problems, w->src, offset, "%s", what);
}

static void indent(struct writer *w)
{
    for (size_t i = 0; i < w->depth; i++)
        buf_add(w->out, STR("    "));
}

/* What follows stands at `offset` of the template: C errors point there. */
static void write_line(struct writer *w, struct buf *out, size_t offset)
{
    for (; w->line_offset < offset; w->line_offset++) {
        if (w->src->text.ptr[w->line_offset] == '\n')
            w->line++;
    }
    buf_printf(out, "#line %d\n", w->line);
}

static void flush_text(struct writer *w)
{
    struct str rest = buf_str(&w->text);
    struct str line;

    if (rest.len == 0)
        return;
    write_line(w, w->out, w->text_offset);
    indent(w);
    buf_add(w->out, STR("buf_add(p->out, STR("));
    while (rest.len > 0) {
        ptrdiff_t n = str_find_char(rest, '\n');

        line = str_sub(rest, 0, n < 0 ? rest.len : (size_t)n + 1);
        rest = str_from(rest, line.len);
        buf_add_char(w->out, '"');
        gen_c_text(w->out, line);
        buf_add_char(w->out, '"');
        if (rest.len > 0)
            buf_add(w->out, STR("\n        "));
    }
    buf_add(w->out, STR("));\n"));
    buf_clear(&w->text);
}

/* White space between elements and attributes shrinks to one character; a line break wins. */
static void write_text(struct writer *w, const struct html_node *node)
{
    struct str s = node->code;
    char space = '\0';
    bool skip = node->fresh; /* the indentation of a line whose beginning is gone */

    if (w->text.len == 0)
        w->text_offset = node->offset;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        enum html_state state = w->place.state;
        bool text = state == HTML_TEXT && !w->place.pre;
        const char *wrong = w->broken ? NULL : html_place_feed(&w->place, c);

        if (wrong != NULL) {
            problem(w, node->offset + i, wrong);
            w->broken = true;
        }
        if (gen_is_space(c) && (text || w->place.state == HTML_IN_TAG) && !w->broken) {
            if (!skip)
                space = c == '\n' || space == '\n' ? '\n' : ' ';
            continue;
        }
        skip = false;
        if (space != '\0')
            buf_add_char(&w->text, space);
        space = '\0';
        buf_add_char(&w->text, c);
    }
    if (space != '\0')
        buf_add_char(&w->text, space);
}

struct filter {
    const char *name;
    const char *func;
    bool in_url;
};

static const struct filter filters[] = {
    {"int", "html_as_int", false},
    {"bytes", "html_as_bytes", false},
    {"date", "html_as_date", false},
    {"time", "html_as_time", false},
    {"relative", "html_as_relative", false},
    {"duration", "html_as_duration", false},
    {"iso", "html_as_iso", true},
    {"part", "html_as_part", true},
    {"t", "html_as_t", true},
};

/* The expression with its filter, as C. */
static struct str filtered(struct writer *w, size_t offset, struct str code, struct str filter,
                           const struct filter **found)
{
    *found = NULL;
    /* A comma between braces would end a macro's argument. */
    if (str_find_char(code, '{') >= 0)
        code = str_printf(w->arena, "(" STR_FMT ")", STR_ARG(code));
    if (filter.ptr == NULL)
        return code;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        if (str_is(filter, filters[i].name))
            *found = &filters[i];
    }
    if (*found == NULL) {
        problem_at(w->problems, w->src, offset,
                   "no such filter: '" STR_FMT
                   "' (int, bytes, date, time, relative, duration, iso, part, t; a C '|' needs "
                   "parentheses)",
                   STR_ARG(filter));
        return code;
    }
    return str_printf(w->arena, "%s(p, " STR_FMT ")", (*found)->func, STR_ARG(code));
}

static bool in_url(const struct writer *w)
{
    return w->place.state == HTML_VALUE && w->place.kind == ATTR_URL;
}

/* An expression has been written: a URL has begun. */
static void after_expression(struct writer *w)
{
    if (in_url(w) && w->place.url == URL_START)
        w->place.url = URL_INSIDE;
}

static void write_put(struct writer *w, size_t offset, const char *func, struct str code)
{
    flush_text(w);
    write_line(w, w->out, offset);
    indent(w);
    buf_printf(w->out, "%s(p->out, " STR_FMT ");\n", func, STR_ARG(code));
}

static const char *put_function(const struct writer *w)
{
    if (w->place.state == HTML_TEXT || w->place.state == HTML_RAW)
        return "html_put";
    if (w->place.kind != ATTR_URL)
        return "html_put_attr";
    if (w->place.url == URL_START)
        return "html_put_url";
    return w->place.url == URL_ADDRESS ? "html_put_address" : "html_put_part";
}

static bool may_stand(struct writer *w, size_t offset)
{
    const char *refused = w->broken ? NULL : html_place_refuses(&w->place);

    if (refused != NULL)
        problem(w, offset, refused);
    return refused == NULL;
}

static void write_expression(struct writer *w, const struct html_node *node)
{
    const struct filter *filter;
    struct str code = filtered(w, node->offset, node->code, node->filter, &filter);

    if (!may_stand(w, node->offset))
        return;
    if (in_url(w) && filter != NULL && !filter->in_url)
        problem_at(w->problems, w->src, node->offset,
                   "the filter '%s' writes for people, not for a URL", filter->name);
    /* Percent-encoded already; encoding twice would spoil it. */
    if (in_url(w) && filter != NULL && strcmp(filter->name, "part") == 0)
        write_put(w, node->offset, "html_put_attr", code);
    else
        write_put(w, node->offset, put_function(w), code);
    after_expression(w);
}

/* The largest n of a {n} in the key, plus one. */
static size_t count_places(struct str key)
{
    size_t places = 0;

    for (size_t i = 0; i + 2 < key.len; i++) {
        size_t digits = 0;
        int64_t n;

        if (key.ptr[i] != '{')
            continue;
        while (i + 1 + digits < key.len && key.ptr[i + 1 + digits] >= '0' &&
               key.ptr[i + 1 + digits] <= '9')
            digits++;
        if (digits > 0 && digits < 3 && i + 1 + digits < key.len &&
            key.ptr[i + 1 + digits] == '}' && str_to_int(str_sub(key, i + 1, digits), &n))
            places = MAX(places, (size_t)n + 1);
    }
    return places;
}

static void write_translation(struct writer *w, const struct html_node *node)
{
    struct str rest = node->code;
    struct str key;
    struct buf args = buf_make(w->arena);
    size_t len = 0;

    if (!htmlgen_key(&rest, &key)) {
        problem(w, node->offset, "'{% t' wants a quoted key");
        return;
    }
    if (!may_stand(w, node->offset))
        return;
    if (in_url(w))
        problem(w, node->offset, "a translated text cannot be a URL");
    while (rest.len > 0) {
        ptrdiff_t space = htmlgen_find(rest, 0, ' ');
        struct str arg = str_sub(rest, 0, space < 0 ? rest.len : (size_t)space);
        struct str filter;
        const struct filter *found;

        rest = str_trim(str_from(rest, arg.len));
        htmlgen_split_filter(&arg, &filter);
        arg = filtered(w, node->offset, arg, filter, &found);
        buf_printf(&args, "%shtml_arg(p, " STR_FMT ")", len > 0 ? ", " : "", STR_ARG(arg));
        len++;
    }
    if (count_places(key) != len)
        problem_at(w->problems, w->src, node->offset, "the text has %zu places and %zu arguments",
                   count_places(key), len);
    if (len == 0)
        key = str_printf(w->arena, "T(p->lang, \"" STR_FMT "\")", STR_ARG(key));
    else
        key = str_printf(w->arena,
                         "html_format(p, \"" STR_FMT "\", %zu, (struct str[]){" STR_FMT "})",
                         STR_ARG(key), len, STR_ARG(buf_str(&args)));
    write_put(w, node->offset, "html_text", key);
}

static struct block *top(struct writer *w)
{
    return &w->blocks[w->depth - 1];
}

static void push(struct writer *w, const struct html_node *node, enum block_kind kind)
{
    if (w->depth == ARRAY_LEN(w->blocks)) {
        problem(w, node->offset, "blocks are nested too deep");
        w->depth--;
    }
    w->blocks[w->depth++] = (struct block){.kind = kind, .offset = node->offset, .start = w->place};
}

/* A branch of the block ends here. */
static void end_branch(struct writer *w, const struct html_node *node, struct block *b)
{
    if (!b->has_end) {
        b->end = w->place;
        b->has_end = true;
    } else if (!html_place_merge(&b->end, &w->place) && !w->broken) {
        problem(w, node->offset, "the branches of this block end at different places of the HTML");
        w->broken = true;
    }
}

static void write_code(struct writer *w, const struct html_node *node, const char *before,
                       struct str code, const char *after)
{
    flush_text(w);
    write_line(w, w->out, node->offset);
    indent(w);
    buf_printf(w->out, "%s" STR_FMT "%s\n", before, STR_ARG(code), after);
}

static void write_else(struct writer *w, const struct html_node *node)
{
    struct block *b = top(w);
    bool elif = node->tag == TAG_ELIF;
    struct str loop = b->loop;

    if (b->kind == BLOCK_TEMPLATE || (elif && b->kind == BLOCK_FOR)) {
        problem_at(w->problems, w->src, node->offset, "'%s' without '%s'", elif ? "elif" : "else",
                   elif ? "if" : "if' or 'for");
        return;
    }
    if (b->has_else) {
        problem_at(w->problems, w->src, node->offset, "'%s' behind 'else'", elif ? "elif" : "else");
        return;
    }
    if (!elif && node->code.len > 0)
        problem(w, node->offset, "nothing stands behind 'else'; write 'elif'");
    end_branch(w, node, b);
    flush_text(w);
    if (b->kind == BLOCK_FOR) {
        w->place = b->start;
        end_branch(w, node, b);
    }
    w->place = b->start;
    w->depth--;
    if (b->kind == BLOCK_FOR)
        write_code(w, node, "} if (", loop, "_list.len == 0) {");
    else if (elif)
        write_code(w, node, "} else if (", node->code, ") {");
    else
        write_code(w, node, "} else {", STR(""), "");
    w->depth++;
    b->has_else = !elif;
}

static void write_for(struct writer *w, const struct html_node *node)
{
    struct str rest = node->code;
    size_t n = 0;
    struct str name;
    struct str code;

    while (n < rest.len && gen_is_word(rest.ptr[n]))
        n++;
    name = str_sub(rest, 0, n);
    rest = str_trim(str_from(rest, n));
    if (!gen_is_name(name) || !str_starts(rest, STR("in")) || rest.len < 4 ||
        gen_is_word(rest.ptr[2])) {
        problem(w, node->offset, "write '{% for name in list %}'");
        name = STR("x");
    }
    rest = str_trim(str_from(rest, 2));
    code = str_printf(w->arena,
                      "{ __auto_type " STR_FMT "_list = (" STR_FMT "); for (size_t " STR_FMT
                      "_i = 0; " STR_FMT "_i < " STR_FMT "_list.len; " STR_FMT
                      "_i++) { __auto_type " STR_FMT " = &" STR_FMT "_list.at[" STR_FMT
                      "_i]; (void)" STR_FMT ";",
                      STR_ARG(name), STR_ARG(rest), STR_ARG(name), STR_ARG(name), STR_ARG(name),
                      STR_ARG(name), STR_ARG(name), STR_ARG(name), STR_ARG(name), STR_ARG(name));
    write_code(w, node, "", code, "");
    push(w, node, BLOCK_FOR);
    top(w)->loop = name;
}

static void end_template(struct writer *w, const struct html_node *node)
{
    if (w->place.state != HTML_TEXT && !w->broken)
        problem(w, node->offset, "the template ends inside a tag, a comment, a script or the like");
    flush_text(w);
    w->depth = 0;
    buf_add(w->out, STR("}\n"));
}

static void write_end(struct writer *w, const struct html_node *node)
{
    struct block *b = top(w);

    if (node->code.len > 0)
        problem(w, node->offset, "nothing stands behind 'end'");
    if (b->kind == BLOCK_TEMPLATE) {
        end_template(w, node);
        return;
    }
    end_branch(w, node, b);
    if (!b->has_else) {
        w->place = b->start;
        end_branch(w, node, b);
    }
    w->place = b->end;
    flush_text(w);
    w->depth--;
    write_code(w, node, b->kind == BLOCK_FOR ? "}}" : "}", STR(""), "");
}

static void begin_template(struct writer *w, const struct html_node *node)
{
    ptrdiff_t open = str_find_char(node->code, '(');
    struct str name = str_trim(str_sub(node->code, 0, open < 0 ? node->code.len : (size_t)open));
    struct str params = open < 0 ? STR_EMPTY : str_trim(str_from(node->code, (size_t)open));
    struct str prototype;

    if (!gen_is_name(name) || params.len < 2 || params.ptr[params.len - 1] != ')') {
        problem(w, node->offset, "write '{% template name(parameters) %}'");
        name = STR("broken");
        params = STR("()");
    }
    for (size_t i = 0; i < w->names.len; i++) {
        if (str_eq(w->names.at[i], name))
            problem_at(w->problems, w->src, node->offset, "the name '" STR_FMT "' is taken",
                       STR_ARG(name));
    }
    *vec_push(&w->names, w->arena) = name;
    params = str_trim(str_sub(params, 1, params.len - 2));
    prototype = str_printf(w->arena, "void " STR_FMT "(struct html_page *p%s" STR_FMT ")",
                           STR_ARG(name), params.len > 0 ? ", " : "", STR_ARG(params));
    w->place = (struct html_place){0};
    w->broken = false;
    buf_add_char(w->out, '\n');
    write_line(w, w->out, node->offset);
    buf_printf(w->out, STR_FMT "\n{\n", STR_ARG(prototype));
    write_line(w, w->header, node->offset);
    buf_printf(w->header, STR_FMT ";\n", STR_ARG(prototype));
    push(w, node, BLOCK_TEMPLATE);
}

static void write_include(struct writer *w, const struct html_node *node)
{
    struct str rest = node->code;
    struct str path;

    if (!htmlgen_key(&rest, &path) || rest.len > 0) {
        problem(w, node->offset, "write '{% include \"app/room/room.h\" %}'");
        return;
    }
    write_line(w, w->header, node->offset);
    buf_printf(w->header, "#include \"" STR_FMT "\"\n", STR_ARG(path));
}

static void write_call(struct writer *w, const struct html_node *node)
{
    ptrdiff_t open = str_find_char(node->code, '(');
    struct str name = str_trim(str_sub(node->code, 0, open < 0 ? 0 : (size_t)open));
    struct str args;

    if (!gen_is_name(name) || node->code.ptr[node->code.len - 1] != ')') {
        problem(w, node->offset, "write '{% call name(arguments) %}'");
        return;
    }
    if (w->place.state != HTML_TEXT && !w->broken) {
        problem(w, node->offset, "a template can be called only between elements");
        return;
    }
    args = str_trim(str_sub(node->code, (size_t)open + 1, node->code.len - (size_t)open - 2));
    write_code(w, node, "",
               str_printf(w->arena, STR_FMT "(p%s" STR_FMT ");", STR_ARG(name),
                          args.len > 0 ? ", " : "", STR_ARG(args)),
               "");
}

static void write_inner_tag(struct writer *w, const struct html_node *node)
{
    if (node->tag != TAG_T && node->tag != TAG_CALL)
        html_place_pause(&w->place);
    switch (node->tag) {
    case TAG_IF:
        if (node->code.len == 0)
            problem(w, node->offset, "'if' without a condition");
        write_code(w, node, "if (", node->code, ") {");
        push(w, node, BLOCK_IF);
        break;
    case TAG_ELIF:
    case TAG_ELSE:
        write_else(w, node);
        break;
    case TAG_FOR:
        write_for(w, node);
        break;
    case TAG_END:
        write_end(w, node);
        break;
    case TAG_SET:
        write_code(w, node, "", node->code, ";");
        break;
    case TAG_CALL:
        write_call(w, node);
        break;
    case TAG_C:
        write_code(w, node, "", node->code, "");
        break;
    case TAG_T:
        write_translation(w, node);
        break;
    case TAG_TEMPLATE:
    case TAG_INCLUDE:
        problem(w, node->offset, "this cannot stand inside a template; is an '{% end %}' missing?");
        break;
    case TAG_COUNT:
        break;
    }
}

static void write_outer(struct writer *w, const struct html_node *node)
{
    if (node->kind == NODE_TEXT) {
        struct str text = str_trim(node->code);

        if (text.len > 0)
            problem(w, node->offset + (size_t)(text.ptr - node->code.ptr),
                    "text outside a template");
    } else if (node->kind == NODE_EXPR) {
        problem(w, node->offset, "an expression outside a template");
    } else if (node->kind == NODE_TAG && node->tag == TAG_TEMPLATE) {
        begin_template(w, node);
    } else if (node->kind == NODE_TAG && node->tag == TAG_INCLUDE) {
        write_include(w, node);
    } else if (node->kind == NODE_TAG && node->tag != TAG_COUNT) {
        problem(w, node->offset, "this tag stands outside a template");
    }
}

static void write_file_line(struct buf *out, const struct source *src)
{
    buf_add(out, STR("#line 1 \""));
    gen_c_text(out, str_c(src->path));
    buf_add(out, STR("\"\n"));
}

void htmlgen_write(struct arena *a, const struct source *src, struct str name, struct buf *header,
                   struct buf *source, struct problems *p)
{
    struct writer *w = arena_new(a, struct writer);
    struct html_nodes nodes = {0};
    struct str guard = gen_guard(a, str_printf(a, STR_FMT "_h", STR_ARG(name)));

    *w = (struct writer){.arena = a,
                         .src = src,
                         .problems = p,
                         .header = header,
                         .out = source,
                         .line = 1,
                         .text = buf_make(a)};
    htmlgen_lex(a, src, &nodes, p);
    buf_printf(header,
               "/* Made by htmlgen from " STR_FMT ". */\n#ifndef " STR_FMT "\n#define " STR_FMT
               "\n\n#include \"sys/html/html.h\"\n",
               STR_ARG(name), STR_ARG(guard), STR_ARG(guard));
    write_file_line(header, src);
    buf_printf(source, "/* Made by htmlgen from " STR_FMT ". */\n#include \"" STR_FMT ".h\"\n",
               STR_ARG(name), STR_ARG(name));
    write_file_line(source, src);
    for (size_t i = 0; i < nodes.len; i++) {
        const struct html_node *node = &nodes.at[i];

        if (w->depth == 0)
            write_outer(w, node);
        else if (node->kind == NODE_TEXT)
            write_text(w, node);
        else if (node->kind == NODE_EXPR)
            write_expression(w, node);
        else if (node->kind == NODE_TAG)
            write_inner_tag(w, node);
    }
    for (; w->depth > 0; w->depth--)
        problem(w, w->blocks[w->depth - 1].offset, "this block is not closed with '{% end %}'");
    buf_add(header, STR("\n#endif\n"));
}
