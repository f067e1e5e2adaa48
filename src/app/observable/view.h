#ifndef APP_OBSERVABLE_VIEW_H
#define APP_OBSERVABLE_VIEW_H

#include "app/filter/filter.h"
#include "app/observable/observable.h"
#include "app/observable/lists.h"
#include "app/observable/queries.h"
#include "app/web/web.h"

struct observable_view {
    struct str kind, value, defanged;
    bool known;
    int64_t first_seen, last_seen;
    struct observable_incidents_rows incidents;
    struct observable_reports_rows reports;
    struct observable_seen file; /* of a hash: the stored file that has it, if any */
    int64_t hidden;              /* records with it that the actor may not see */
};

/* What the URL names, as the actor may see it; ERR_NOT_FOUND for an unknown kind. */
int observable_view_load(struct http_request *req, struct observable_view *v, struct err *err);

/*
 * The list: observables of the incidents that the actor may see (of those shared in part, the
 * marked ones), with the number of these incidents. When one was first and last seen is told of the
 * whole site, as on its own page. tlp, open_only and org are asked of one and the same incident.
 */
struct observable_ask {
    struct str kind, tlp, org; /* the NULL slice: any; org is a code */
    bool open_only;
    struct str low, high;                                 /* values from low to before high */
    int64_t first_from, first_to, last_from, last_to;     /* to: before it */
    struct str q, first_since, first_until, since, until; /* as they were typed */
    struct str bad_date;                                  /* what was typed and is no date */
    bool any;                                             /* something is asked for */
};
void observable_ask_read(const struct http_request *req, struct observable_ask *out);

/* Where rows begin and end. */
struct observable_span {
    struct str sort; /* "last_seen", "value", "incidents" */
    bool descending;
    bool after;
    int64_t number, id;
    struct str place;
    int64_t limit, offset;
};
extern const char *const observable_sorts[];

typedef int observable_take(void *ctx, const struct observable_item_row *row, struct err *err);
int observable_each(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                    const struct observable_span *span, observable_take *take, void *ctx,
                    struct err *err);
/* Up to 10,000, one more when there are more. */
int observable_total(struct db *db, const struct http_request *req,
                     const struct observable_ask *ask, int64_t *total, struct err *err);
/* The rows of a page. Where to look is remembered while nothing changes, not who may see it. */
int observable_page(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                    const struct web_list *list, int64_t total, struct observable_item_rows *out,
                    struct err *err);

struct observable_list_view {
    const struct http_request *req;
    struct web_list list;
    struct observable_ask ask;
    struct filter_bar saved;
    struct observable_item_rows rows;
    int64_t total;
    struct str org_name;              /* of the organisation asked for */
    bool asking;                      /* the form of further filters is open */
    struct observable_orgs_rows orgs; /* to choose from, in that form */
    bool may_plain;                   /* files with the values as they are */
};
/* Whoever works on incidents may take values that are not harmless to click. */
bool observable_may_plain(const struct http_request *req);
/* A filter that is on, and where its file is; `plain`: with the values as they are. */
struct str observable_says(struct html_page *p, const char *key, struct str value);
struct str observable_file_url(struct html_page *p, const struct observable_list_view *v,
                               const char *format, bool plain);
int observable_list_get(struct http_request *req, struct http_response *res, struct err *err);

#endif
