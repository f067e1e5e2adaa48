#ifndef SYS_HTML_HTML_H
#define SYS_HTML_HTML_H

#include "base/base.h"

/*
 * What templates compiled by htmlgen call. Everything is escaped by where it stands; struct
 * html_safe is the only way to put markup into a page, and only the Markdown renderer and the
 * templates themselves make it.
 */
struct html_safe {
    struct str markup;
};

struct html_page {
    struct buf *out;
    enum lang lang;
    int64_t now;
    struct arena *arena;
    struct str csrf;  /* token for the forms of this page */
    const void *user; /* the signed-in actor or NULL; the layout knows its type */
};

void html_text(struct buf *b, struct str s); /* element content and quoted attribute values */
void html_url(struct buf *b,
              struct str s); /* an href/src: only relative, http, https, mailto, tel; else "#" */
void html_url_part(struct buf *b, struct str s); /* percent-encoded path segment or query value */
void html_int(struct buf *b, int64_t n);

/* Markdown (cmark-gfm, safe mode, tables and autolinks, no raw HTML, no images from elsewhere), at
 * most 256 KiB in; longer text is shown as plain text. */
struct html_safe html_markdown(struct arena *a, struct str text);

#endif
