#include "sys/html/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>

/*
 * Markdown as officers write it: a line break typed is a line break shown. Raw HTML appears as the
 * text it is, so that pasted log lines lose nothing. A picture from elsewhere would tell its server
 * who reads the case and when: it becomes a link.
 */
enum { LIMIT = 256 << 10, OPTIONS = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8 };

/*
 * Short texts can be made that blow up: cmark-gfm fills every row of a table to the width of its
 * head (256 KiB become 700 MB), and nests as deep as it is told. Bare addresses are not made links
 * at all: the texts of a case quote those of attackers, and a click must not lead there.
 */
enum { CELLS_LIMIT = 100000, DEPTH_LIMIT = 100 };

enum { TABLE, STRIKETHROUGH, EXTENSIONS };
static const char *const extension_names[EXTENSIONS] = {"table", "strikethrough"};
static cmark_syntax_extension *extensions[EXTENSIONS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_extensions(void)
{
    cmark_gfm_core_extensions_ensure_registered();
    for (size_t i = 0; i < ARRAY_LEN(extension_names); i++) {
        extensions[i] = cmark_find_syntax_extension(extension_names[i]);
        if (extensions[i] == NULL)
            die("cmark-gfm has no extension %s", extension_names[i]);
    }
}

static void replace(cmark_node *old, cmark_node *node)
{
    cmark_node_replace(old, node);
    cmark_node_free(old);
}

static cmark_node *text_node(const char *literal)
{
    cmark_node *node = cmark_node_new(CMARK_NODE_TEXT);

    cmark_node_set_literal(node, literal);
    return node;
}

static void show_html_block(cmark_node *block)
{
    cmark_node *code = cmark_node_new(CMARK_NODE_CODE_BLOCK);

    cmark_node_set_literal(code, cmark_node_get_literal(block));
    replace(block, code);
}

static bool is_own_picture(const char *url)
{
    return url[0] == '/' && url[1] != '/' && url[1] != '\\';
}

static bool is_inside_link(cmark_node *node)
{
    while ((node = cmark_node_parent(node)) != NULL) {
        if (cmark_node_get_type(node) == CMARK_NODE_LINK)
            return true;
    }
    return false;
}

static void picture_to_link(cmark_node *image)
{
    /* No link inside a link: there the words remain. */
    cmark_node *link = cmark_node_new(is_inside_link(image) ? CMARK_NODE_EMPH : CMARK_NODE_LINK);
    cmark_node *child;

    cmark_node_set_url(link, cmark_node_get_url(image));
    if (cmark_node_first_child(image) == NULL)
        cmark_node_append_child(link, text_node(cmark_node_get_url(image)));
    while ((child = cmark_node_first_child(image)) != NULL) {
        cmark_node_unlink(child);
        cmark_node_append_child(link, child);
    }
    replace(image, link);
}

/* The rule for addresses in templates holds here too. */
static void check_link(struct arena *a, cmark_node *link)
{
    struct buf url = buf_make(a);

    html_url(&url, str_c(cmark_node_get_url(link)));
    if (str_is(buf_str(&url), "#"))
        cmark_node_set_url(link, "#");
}

/* The most cells that the tables of this text can have: the widest line of dashes and bars, in
 * every line. */
static size_t count_cells(struct str text)
{
    size_t lines = 0, widest = 0;
    struct str line;

    while (str_line(&text, &line)) {
        size_t bars = 1, i = 0;

        lines++;
        for (; i < line.len && strchr("|-:> \t", line.ptr[i]) != NULL && line.ptr[i] != '\0'; i++)
            bars += line.ptr[i] == '|';
        if (i == line.len)
            widest = MAX(widest, bars);
    }
    return lines * widest;
}

static void clean_node(struct arena *a, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);

    if (type == CMARK_NODE_HTML_BLOCK)
        show_html_block(node);
    else if (type == CMARK_NODE_HTML_INLINE)
        replace(node, text_node(cmark_node_get_literal(node)));
    else if (type == CMARK_NODE_IMAGE && !is_own_picture(cmark_node_get_url(node)))
        picture_to_link(node);
    else if (type == CMARK_NODE_LINK)
        check_link(a, node);
}

/* Leaves are entered and never left. */
static bool is_leaf(cmark_node_type type)
{
    return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_THEMATIC_BREAK ||
           type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_TEXT ||
           type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
           type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE;
}

/* False when the document is nested too deep. */
static bool clean(struct arena *a, cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);
    VEC(cmark_node *) nodes = {0};
    cmark_event_type event;
    int depth = 0, deepest = 0;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        bool wanted = type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE ||
                      type == CMARK_NODE_IMAGE || type == CMARK_NODE_LINK;

        if (event == CMARK_EVENT_ENTER && wanted)
            *vec_push(&nodes, a) = node;
        if (event == CMARK_EVENT_EXIT)
            depth--;
        else if (!is_leaf(type))
            depth++;
        deepest = MAX(deepest, depth);
    }
    cmark_iter_free(iter);
    for (size_t i = 0; i < nodes.len; i++)
        clean_node(a, nodes.at[i]);
    return deepest <= DEPTH_LIMIT;
}

static struct html_safe plain(struct arena *a, struct str text)
{
    struct buf out = buf_make(a);

    buf_add(&out, STR("<pre>"));
    html_text(&out, text);
    buf_add(&out, STR("</pre>\n"));
    return (struct html_safe){buf_str(&out)};
}

struct html_safe html_markdown(struct arena *a, struct str text)
{
    cmark_parser *parser;
    cmark_node *document;
    struct html_safe safe;

    if (text.len > LIMIT)
        return plain(a, text);
    pthread_once(&once, find_extensions);
    parser = cmark_parser_new(OPTIONS);
    if (count_cells(text) <= CELLS_LIMIT)
        cmark_parser_attach_syntax_extension(parser, extensions[TABLE]);
    cmark_parser_attach_syntax_extension(parser, extensions[STRIKETHROUGH]);
    cmark_parser_feed(parser, text.ptr, text.len);
    document = cmark_parser_finish(parser);
    if (clean(a, document)) {
        char *html =
            cmark_render_html(document, OPTIONS, cmark_parser_get_syntax_extensions(parser));

        safe.markup = str_dup(a, str_c(html));
        free(html);
    } else {
        safe = plain(a, text);
    }
    cmark_node_free(document);
    cmark_parser_free(parser);
    return safe;
}

static void add_words(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool space = (unsigned char)text.ptr[i] <= ' ';

        if (!space)
            buf_add_char(out, text.ptr[i]);
        else if (out->len > 0 && out->ptr[out->len - 1] != ' ')
            buf_add_char(out, ' ');
    }
}

struct str html_markdown_words(struct arena *a, struct str text)
{
    struct buf out = buf_make(a);
    cmark_event_type event;
    cmark_node *document;
    cmark_iter *iter;

    document =
        cmark_parse_document(text.ptr, MIN(text.len, (size_t)LIMIT), CMARK_OPT_VALIDATE_UTF8);
    iter = cmark_iter_new(document);
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        const char *literal = event == CMARK_EVENT_ENTER ? cmark_node_get_literal(node) : NULL;

        if (literal != NULL)
            add_words(&out, str_c(literal));
        else if ((type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK ||
                 type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            add_words(&out, STR(" "));
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
    return str_trim(buf_str(&out));
}
