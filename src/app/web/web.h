#ifndef APP_WEB_WEB_H
#define APP_WEB_WEB_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/html/html.h"
#include "sys/http/http.h"

/*
 * The frame around every page: rail and top bar for those signed in, the plain public frame for the
 * rest, notices, error pages; and what handlers share: the site, a database lease for the request,
 * paging and filters in the URL.
 */
struct site {
    struct db_pool *pool;
    struct str dir;         /* data directory */
    struct str name;        /* of the site, from settings */
    struct str coordinator; /* name of the coordinating organisation */
    struct str phone;       /* number to call */
    struct str email;
    struct str base_url; /* "https://ungcuu.example.vn", for links that leave the site */
    bool sample;         /* shows "Dữ liệu mẫu" */
    int zone;            /* minutes from UTC */
};

/* Set once at start, then read only. */
extern struct site site;
/* Reads the settings from the database into `site`. */
int site_load(struct db_pool *pool, struct str dir, struct err *err);

/* The request's database connection: leased at the first call, given back when the request ends. */
int web_db(struct http_request *req, struct db **out, struct err *err);

/* A page: title, what is marked in the rail, then the template's own content between begin and end.
 *
 *     struct html_page p;
 *     web_page(req, res, &p, &(struct web_frame){.title = T(lang, "Incidents"), .rail =
 * "incidents"}); incident_list_html(&p, &view); web_page_end(&p);
 */
struct web_crumb {
    struct str label, href;
};
struct web_frame {
    struct str title; /* translated */
    const char
        *rail; /* "home", "reports", "incidents", "systems", "orgs", "accounts", "audit", "" */
    bool public_frame; /* the visitors' frame even for those signed in */
    bool wide;
    struct web_crumb crumbs[4];
    size_t crumbs_len;
};
void web_page(struct http_request *req, struct http_response *res, struct html_page *p,
              const struct web_frame *frame);
void web_page_end(struct html_page *p);

/* A message shown once on the next page (after a redirect); kept in a signed, short-lived cookie.
 */
void web_flash(const struct http_request *req, struct http_response *res, struct str text);

/* For http_options.error. */
void web_error(struct http_request *req, struct http_response *res, const struct err *err,
               void *ctx);

/* Lists: page size, cursor and sort come from the URL and go back into it. */
struct web_list {
    int64_t limit; /* rows a page (25, 50, 100) */
    int64_t offset;
    struct str sort; /* one of the allowed names */
    bool descending;
    struct str q; /* search text, folded */
    struct str q_raw;
};
/* sorts: allowed names, NULL at the end, the first is the default ("-name": descending). */
void web_list_parse(const struct http_request *req, const char *const *sorts, struct web_list *out);
/* The present URL with one argument replaced ("" removes it); for chips, sort links and pages. */
struct str web_url_with(const struct http_request *req, const char *name, struct str value);

/* Home, sign-in-free public pages of the frame itself, settings: the room's own routes. */
extern const struct http_route web_routes[];
extern const size_t web_routes_len;

#endif
