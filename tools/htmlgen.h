#ifndef TOOLS_HTMLGEN_H
#define TOOLS_HTMLGEN_H

#include "gen.h"

/*
 * Templates as C functions (docs/architecture.md). Three steps: the text is cut into nodes; the
 * nodes are walked with a machine that knows at which place of the HTML each one stands; what the
 * place demands is written as C.
 */
enum html_node_kind {
    NODE_TEXT,
    NODE_EXPR,    /* {{ code | filter }} */
    NODE_COMMENT, /* {# #} */
    NODE_TAG,     /* {% word code %} */
};

enum html_tag {
    TAG_INCLUDE,
    TAG_TEMPLATE,
    TAG_IF,
    TAG_ELIF,
    TAG_ELSE,
    TAG_FOR,
    TAG_END,
    TAG_SET,
    TAG_CALL,
    TAG_C,
    TAG_T,
    TAG_COUNT,
};

struct html_node {
    enum html_node_kind kind;
    enum html_tag tag;
    size_t offset;   /* of the node in the source */
    struct str code; /* text; expression without filter; what is behind the word of a tag */
    struct str filter;
    bool fresh; /* text: begins a line, the line break before it belonged to a silent tag */
};

VEC_TYPE(html_nodes, struct html_node);

/* Cuts the source into nodes; lines with nothing but silent tags leave nothing behind. */
void htmlgen_lex(struct arena *a, const struct source *src, struct html_nodes *out,
                 struct problems *p);

/* ---- the place in the HTML --------------------------------------------------------------------
 */
enum html_state {
    HTML_TEXT,
    HTML_RAW,     /* inside script and style: no expressions; inside title, textarea: as text */
    HTML_COMMENT, /* <!-- -->, and <!doctype> */
    HTML_OPEN,    /* behind "<" */
    HTML_TAG_NAME,
    HTML_IN_TAG, /* between attributes */
    HTML_ATTR_NAME,
    HTML_ATTR_END, /* behind an attribute name at which a {% %} tag stood */
    HTML_ATTR_GAP, /* behind an attribute name and white space */
    HTML_EQUALS,   /* behind "=" */
    HTML_VALUE,
};

enum html_attr { ATTR_PLAIN, ATTR_URL, ATTR_REFUSED };

enum html_url { URL_START, URL_INSIDE, URL_ADDRESS, URL_MIXED };

struct html_place {
    enum html_state state;
    char tag[24];  /* name of the tag being read, lower case */
    char raw[24];  /* the element whose content is not markup: script, style, title, textarea */
    char attr[32]; /* name of the attribute being read */
    char quote;
    bool pre; /* white space counts here */
    enum html_attr kind;
    enum html_url url;
    char scheme[8]; /* the first characters of a URL value */
};

/* Goes over one character; NULL, or what is wrong with it. */
const char *html_place_feed(struct html_place *place, char c);

/* At a {% %} tag: an attribute name ends here. */
void html_place_pause(struct html_place *place);

/* Where two branches meet; false when they end at places that cannot be the same. */
bool html_place_merge(struct html_place *place, const struct html_place *other);

/* What is wrong with an expression at this place; NULL when it may stand here. */
const char *html_place_refuses(const struct html_place *place);

/* ---- output -----------------------------------------------------------------------------------
 */
/* `name` is the path of the template below src/: "app/incident/pages/list.html". */
void htmlgen_write(struct arena *a, const struct source *src, struct str name, struct buf *header,
                   struct buf *source, struct problems *p);

/* Position of the first `c` outside quotes and brackets, from `from`; -1 when there is none. */
ptrdiff_t htmlgen_find(struct str code, size_t from, char c);

/* Splits "expression | filter". */
void htmlgen_split_filter(struct str *code, struct str *filter);

/* Takes the quoted key off the front of what is behind {% t; its text is still escaped as in C. */
bool htmlgen_key(struct str *rest, struct str *key);

#endif
