#ifndef SYS_HTML_HTML_H
#define SYS_HTML_HTML_H

#include "base/base.h"
#include "sys/i18n/i18n.h"

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
    struct str csrf;    /* token for the forms of this page */
    const void *user;   /* the signed-in actor or NULL; the layout knows its type */
    const void *layout; /* the frame's own state between its begin and end, or NULL */
};

void html_text(struct buf *b, struct str s); /* element content and quoted attribute values */
void html_url(struct buf *b,
              struct str s); /* an href/src: only relative, http, https, mailto, tel; else "#" */
void html_url_part(struct buf *b, struct str s); /* percent-encoded path segment or query value */
void html_url_address(struct buf *b,
                      struct str s); /* the same behind mailto: and tel:; keeps @ + */
void html_int(struct buf *b, int64_t n);

/* Markdown (cmark-gfm, safe mode, tables; no raw HTML, no images from elsewhere, and no links made
 * of bare addresses: texts here quote attackers), at most 256 KiB in; longer text is shown as plain
 * text. */
struct html_safe html_markdown(struct arena *a, struct str text);

/* A document that comes with the program (docs/guide): headings can be led to by
 * links in it (#their-words); lines are joined; pictures are at picture(name),
 * the name without folders; links to other files of the repository are only their words. */
struct html_safe html_markdown_document(struct arena *a, struct str text,
                                        struct str (*picture)(struct arena *a, struct str name));

/* The words of such a text on one line, without its marks: for notices and summaries. */
struct str html_markdown_words(struct arena *a, struct str text);

/* ------------------------------------------------------------------------------------------------
 * Below: what htmlgen writes for {{ }} and {% t %}. A type that is not listed does not compile.
 */
void html_markup(struct buf *b, struct html_safe s);
void html_c_text(struct buf *b, const char *s);
void html_uint(struct buf *b, uint64_t n);
void html_opt_int(struct buf *b, struct opt_int n); /* nothing when it is absent */
void html_c_url(struct buf *b, const char *s);
void html_c_part(struct buf *b, const char *s);
void html_c_address(struct buf *b, const char *s);

/* clang-format off */
#define HTML_INTEGERS                                                                              \
    short: html_int, int: html_int, long: html_int, long long: html_int,                           \
    unsigned short: html_uint, unsigned: html_uint, unsigned long: html_uint,                      \
    unsigned long long: html_uint, struct opt_int: html_opt_int

#define html_put(b, e)                                                                             \
    _Generic((e), struct str: html_text, const char *: html_c_text, char *: html_c_text,           \
        struct html_safe: html_markup, HTML_INTEGERS)((b), (e))
#define html_put_attr(b, e)                                                                        \
    _Generic((e), struct str: html_text, const char *: html_c_text, char *: html_c_text,           \
        HTML_INTEGERS)((b), (e))
#define html_put_url(b, e)                                                                         \
    _Generic((e), struct str: html_url, const char *: html_c_url, char *: html_c_url)((b), (e))
#define html_put_part(b, e)                                                                        \
    _Generic((e), struct str: html_url_part, const char *: html_c_part, char *: html_c_part,       \
        HTML_INTEGERS)((b), (e))
#define html_put_address(b, e)                                                                     \
    _Generic((e), struct str: html_url_address, const char *: html_c_address,                      \
        char *: html_c_address)((b), (e))

/* A number or time that may be absent, from either type. */
struct opt_int html_same(struct opt_int n);
#define html_opt(e) _Generic((e), struct opt_int: html_same, default: opt_int)(e)

/* Filters: a text in the page's language; the empty one when the number is absent. */
#define html_as_int(p, e)      html_int_text((p), html_opt(e))
#define html_as_bytes(p, e)    html_bytes_text((p), html_opt(e))
#define html_as_date(p, e)     html_date_text((p), html_opt(e))
#define html_as_time(p, e)     html_time_text((p), html_opt(e))
#define html_as_relative(p, e) html_relative_text((p), html_opt(e))
#define html_as_duration(p, e) html_duration_text((p), html_opt(e))
#define html_as_iso(p, e)      html_iso_text((p), html_opt(e))
#define html_as_t(p, e)        T((p)->lang, (e))
#define html_as_part(p, e)     html_part_text((p), html_arg((p), (e)))
/* clang-format on */

struct str html_int_text(struct html_page *p, struct opt_int n);
struct str html_bytes_text(struct html_page *p, struct opt_int n);
struct str html_date_text(struct html_page *p, struct opt_int ms);
struct str html_time_text(struct html_page *p, struct opt_int ms);
struct str html_relative_text(struct html_page *p, struct opt_int ms);
struct str html_duration_text(struct html_page *p, struct opt_int ms);
struct str html_iso_text(struct html_page *p, struct opt_int ms);
struct str html_part_text(struct html_page *p, struct str s);

/* Arguments of {% t "..." a b %}: numbers are written in the page's language. */
struct str html_arg_str(struct html_page *p, struct str s);
struct str html_arg_c(struct html_page *p, const char *s);
struct str html_arg_int(struct html_page *p, int64_t n);
struct str html_arg_uint(struct html_page *p, uint64_t n);
/* clang-format off */
#define html_arg(p, e)                                                                             \
    _Generic((e), struct str: html_arg_str, const char *: html_arg_c, char *: html_arg_c,          \
        struct opt_int: html_int_text, short: html_arg_int, int: html_arg_int, long: html_arg_int, \
        long long: html_arg_int, unsigned short: html_arg_uint, unsigned: html_arg_uint,           \
        unsigned long: html_arg_uint, unsigned long long: html_arg_uint)((p), (e))
/* clang-format on */
struct str html_format(struct html_page *p, const char *key, size_t len, const struct str *args);

#endif
