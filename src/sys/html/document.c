#include "base/text.h"
#include "sys/html/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

enum { ANCHOR_MAX = 100 };

static struct str name_of(struct str path)
{
    ptrdiff_t slash;

    while ((slash = str_find_char(path, '/')) >= 0)
        path = str_from(path, (size_t)slash + 1);
    return path;
}

/* Pictures get their address; a link to another file of the repository leaves its words. */
static void settle(struct arena *a, cmark_node *node,
                   struct str (*picture)(struct arena *a, struct str name))
{
    cmark_node *child;
    struct str url = str_c(cmark_node_get_url(node));

    if (cmark_node_get_type(node) == CMARK_NODE_IMAGE) {
        cmark_node_set_url(node, str_cdup(a, picture(a, name_of(url))));
        return;
    }
    if (str_starts(url, STR("#"))) {
        cmark_node_set_url(
            node, str_cdup(a, str_printf(a, "#" STR_FMT,
                                         STR_ARG(text_slug(a, str_from(url, 1), ANCHOR_MAX)))));
        return;
    }
    if (str_starts(url, STR("http")))
        return;
    while ((child = cmark_node_first_child(node)) != NULL) {
        cmark_node_unlink(child);
        cmark_node_insert_before(node, child);
    }
    cmark_node_unlink(node);
    cmark_node_free(node);
}

static void settle_all(struct arena *a, cmark_node *document,
                       struct str (*picture)(struct arena *a, struct str name))
{
    cmark_iter *iter = cmark_iter_new(document);
    VEC(cmark_node *) nodes = {0};
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);

        if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_IMAGE || type == CMARK_NODE_LINK))
            *vec_push(&nodes, a) = node;
    }
    cmark_iter_free(iter);
    for (size_t i = 0; i < nodes.len; i++)
        settle(a, nodes.at[i], picture);
}

static void add_block(struct buf *out, cmark_node *block, cmark_llist *extensions)
{
    char *html = cmark_render_html(block, CMARK_OPT_DEFAULT, extensions);
    struct str markup = str_c(html);
    char *words;

    /* <h2>...</h2> */
    if (cmark_node_get_type(block) == CMARK_NODE_HEADING && markup.len > 4) {
        buf_add(out, str_sub(markup, 0, 3));
        words = cmark_render_plaintext(block, CMARK_OPT_DEFAULT, 0);
        buf_printf(out, " id=\"" STR_FMT "\"",
                   STR_ARG(text_slug(out->arena, str_c(words), ANCHOR_MAX)));
        free(words);
        markup = str_from(markup, 3);
    }
    buf_add(out, markup);
    free(html);
}

struct html_safe html_markdown_document(struct arena *a, struct str text,
                                        struct str (*picture)(struct arena *a, struct str name))
{
    cmark_parser *parser;
    cmark_node *document;
    struct buf out = buf_make(a);

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser, text.ptr, text.len);
    document = cmark_parser_finish(parser);
    settle_all(a, document, picture);
    for (cmark_node *b = cmark_node_first_child(document); b != NULL; b = cmark_node_next(b))
        add_block(&out, b, cmark_parser_get_syntax_extensions(parser));
    cmark_node_free(document);
    cmark_parser_free(parser);
    return (struct html_safe){buf_str(&out)};
}
