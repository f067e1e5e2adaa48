#ifndef APP_WEB_PARTS_H
#define APP_WEB_PARTS_H

#include "app/web/web.h"

/* What the macros of pages/parts.html compute; templates call the macros (docs/ui.md). */

/* URL of a file of ui/ ("css/app.css"); "/static/-/..." when the binary carries none (tests). */
struct str web_asset(struct html_page *p, const char *path);
struct str web_tel(struct html_page *p, struct str phone); /* "tel:+84..." */
struct str ui_icon_url(struct html_page *p, const char *name);

/* How pressing what is due is: "late"; "soon" when less than a quarter of the time from `from` or
 * less than an hour is left; else "calm". ui/js/clock.js goes on counting by the same rule. */
const char *ui_clock_kind(int64_t from, int64_t due, int64_t now);
/* "còn 3 giờ 12 phút", "quá hạn 42 phút" */
struct str ui_clock_text(struct html_page *p, int64_t due);
const char *ui_severity_key(int64_t severity);               /* translation key */
const char *ui_tlp_class(struct str tlp);                    /* "amber" for amber+strict */
struct str ui_tlp_text(struct html_page *p, struct str tlp); /* "TLP:AMBER+STRICT" */
struct str ui_initials(struct html_page *p, struct str name);
bool ui_is_recent(int64_t at, int64_t now); /* within the last day */

/* Links of a list. `dir`: "ascending", "descending" or NULL when not sorted by it. */
struct ui_sort {
    struct str href;
    const char *dir;
};
struct ui_sort ui_sort_of(const struct web_list *list, const char *name);

struct ui_page {
    int64_t number; /* 0: a gap */
    struct str href;
    bool current;
    bool far; /* left out on a phone */
};
VEC_TYPE(ui_page_list, struct ui_page);
struct ui_pages {
    struct ui_page_list numbers;
    struct ui_page_list sizes; /* rows a page */
    struct str previous, next; /* empty: none */
    int64_t first, last;       /* rows shown; first 0: none */
};
struct ui_pages ui_pages_of(const struct web_list *list, int64_t total);

/* The list as a file: all rows that the URL's filters let through, not only those of the page. */
struct str ui_export_url(struct arena *a, const struct http_request *req, struct str path,
                         const char *format);

#endif
