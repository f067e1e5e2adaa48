#ifndef APP_WEB_WEB_H
#define APP_WEB_WEB_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/html/html.h"
#include "sys/form/form.h"
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
    struct str link_url; /* where links in mails lead: base_url, or what serve was told */
    bool sample;         /* shows "Dữ liệu mẫu" */
    int zone;            /* minutes from UTC */
};

/* Set once at start, then read only. */
extern struct site site;
/* Reads the settings from the database into `site`: name, coordinator, phone, email, base_url,
 * sample ("1"), zone (minutes). Missing ones get defaults. `dir` must live on. */
int site_load(struct db_pool *pool, struct str dir, struct err *err);
/* Where links in mails lead; "" when nobody said. */
struct str site_link_url(void);
/* Writes one of these settings; inside the caller's transaction. ERR_INVALID for another key. */
int site_set(struct db *db, const char *key, struct str value, struct err *err);

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
    /* "home", "reports", "incidents", "systems", "orgs", "observables", "accounts", "audit"; NULL:
     * none */
    const char *rail;
    bool public_frame; /* the visitors' frame even for those signed in */
    bool narrow;       /* one column: forms, texts */
    struct web_crumb crumbs[4];
    size_t crumbs_len;
};
void web_page(struct http_request *req, struct http_response *res, struct html_page *p,
              const struct web_frame *frame);
void web_page_end(struct html_page *p);

/* A message shown once on the next page (after a redirect); kept in a signed, short-lived cookie.
 * Only for those signed in: a visitor gets no cookie, so their pages say it themselves. */
void web_flash(const struct http_request *req, struct http_response *res, struct str text);

/* The same with a link to what came of it, and a button that posts undo=ID to `action`; both paths
 * of this site. */
struct web_said {
    struct str text;
    struct str href, link; /* where it leads and in what words; empty: no link */
    struct str action;     /* empty: nothing to undo */
    int64_t undo_id;
    struct str button; /* its words; empty: "Undo", with the key u */
};
void web_flash_said(const struct http_request *req, struct http_response *res,
                    const struct web_said *said);

/* With the button only. */
void web_flash_undo(const struct http_request *req, struct http_response *res, struct str text,
                    struct str action, int64_t id);

extern const struct form_choice
    web_tlp_choices[]; /* TLP 2.0: clear, green, amber, amber+strict, red */

/* A change of many rows of a list, and taking it back (app/undo). `list` is its path, below which
 * /undo is; {0} of the texts is how many. */
struct web_bulk {
    const char *list;
    const char *changed, *undone; /* translation keys */
    /* Takes back the change kept under this number, as undo_fn of app/undo. */
    int (*undo)(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                int64_t now, int64_t *restored, struct str *changed, struct err *err);
};
/* The rows whose boxes are ticked. */
struct form_values web_bulk_chosen(const struct http_request *req);
/* Says what was done, names those left alone, offers to take it back (undo_id 0: does not), and
 * leads to the list as it was. */
void web_bulk_done(struct http_request *req, struct http_response *res, const struct web_bulk *bulk,
                   int64_t changed, struct str skipped, int64_t undo_id);
/* Takes back what the form names, says how that ended and leads to where it was asked for. */
int web_bulk_undo(struct http_request *req, struct http_response *res, const struct web_bulk *bulk,
                  struct err *err);

/* For http_options.error. */
void web_error(struct http_request *req, struct http_response *res, const struct err *err,
               void *ctx);

/* What a handler of the API tells about an error besides the error itself: req->problem. */
struct form_state;
struct web_problem {
    const struct form_state *form; /* members that are wrong */
    int64_t line, column;          /* of a syntax error in the body, from 1; 0: none */
    int64_t version;               /* of the record now, when another change came first; 0: none */
    struct str changes;            /* what those were: a JSON array */
};

/*
 * Lost updates. An edit form carries a hidden field with the version of the record and a short mark
 * of every value that was shown, made by web_seen. When the operation answers ERR_CONFLICT,
 * web_conflict says who changed the record last and when, names the fields that somebody else
 * changed, and leaves in the form what is needed to save again: a field that was left as it was
 * shown gets the new value, one that both changed keeps what was typed with the other value beside
 * it. Returns ERR_INVALID, as a form with errors does.
 */
struct form;
struct str web_seen(struct arena *a, const struct form *form, const struct form_state *shown,
                    int64_t version);
int64_t web_seen_version(struct str seen); /* -1: none, which no record has */
int web_conflict(struct http_request *req, struct db *db, const char *object_kind,
                 int64_t object_id, const struct form *form, const struct form_state *current,
                 struct form_state *typed, int64_t version, struct err *err);

/* Keeps an upload for the next request of the same person, a confirmation: *token names it,
 * web_held gives its path (NULL for no token of that form). Who used it removes it; after a day it
 * goes. */
int web_hold(struct http_request *req, struct http_file *file, struct str *token, struct err *err);
const char *web_held(const struct http_request *req, struct str token);

/* Lists: page size, cursor and sort come from the URL and go back into it. */
struct web_list {
    int64_t limit; /* rows a page (25, 50, 100) */
    int64_t offset;
    struct str sort; /* one of the allowed names */
    bool descending;
    struct str q; /* search text, folded */
    struct str q_raw;
    const struct http_request *req; /* for the links of ui_sort_th and ui_pager */
    const char *const *sorts;
};
/* Arguments: page (from 1), n, sort ("-name": descending), q. sorts: allowed names, NULL at the
 * end; the first is the default; a name with "-" in front is sorted descending at the first click.
 */
void web_list_parse(const struct http_request *req, const char *const *sorts, struct web_list *out);
/* The present path and query with one argument replaced ("" removes it); for chips, sort links and
 * pages. Every change but that of the page goes back to the first page. */
struct str web_url_with(const struct http_request *req, const char *name, struct str value);

/* Home, sign-in-free public pages of the frame itself, settings: the room's own routes. */
extern const struct http_route web_routes[];
extern const size_t web_routes_len;

#endif
