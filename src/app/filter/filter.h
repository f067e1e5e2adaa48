#ifndef APP_FILTER_FILTER_H
#define APP_FILTER_FILTER_H

#include "app/account/account.h"
#include "app/web/web.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * Saved filters: what a list shows, under a name. A person has their own, may share one with their
 * organisation (whoever holds a role for it), and may let a list open with one.
 *
 * What is kept of the address are arguments that the list knows, in an order and encoding of ours;
 * the path comes from the table of lists. So a saved filter can lead to that list and nowhere else.
 *
 * In the handler of a list, before it reads its rows:
 *
 *     r = filter_open(req, res, db, "incidents", &v.saved, err);
 *     if (r != 0)
 *         return MIN(r, 0);
 *
 * and {% call filter_bar_html(&v->saved) %} of "app/filter/pages/bar.html.h" above the list; what
 * htmx puts in place with the list is "#saved-filters".
 */
struct filter_link {
    int64_t id;
    struct str name, href;
    struct str owner; /* who made it, when it is another's */
    bool shared, standard, active;
};
VEC_TYPE(filter_links, struct filter_link);

struct filter_bar {
    const char *list;
    struct filter_links links;
    struct str query; /* what this page filters by; "" when it shows the plain list */
    struct str plain; /* leads to the plain list, when the list opens with a filter; else "" */
    struct str back;  /* this page */
    bool named;       /* one of the links is this page */
    bool may_share;
};

/* Reads the links of the list in one statement. 1: the list opens with a filter and was asked for
 * without any, *res leads there. The board of a list has a path of its own and opens as it is. */
int filter_open(struct http_request *req, struct http_response *res, struct db *db,
                const char *list, struct filter_bar *out, struct err *err);

/* ---- operations: each a transaction of its own with its audit entry ---------------------------
 */
enum { FILTERS_MAX = 50 }; /* that a person has of one list */

struct filter_values {
    struct str list, name;
    struct str query; /* "state=all&severity=4", with or without "?" */
    bool shared, standard;
};

/* ERR_INVALID with the field ("list", "name", "query", "shared"); ERR_FORBIDDEN for a list that the
 * actor may not open; ERR_EXISTS: they have one of this name; ERR_LIMIT: FILTERS_MAX. */
int filter_save(struct db *db, struct arena *a, const struct filter_values *in,
                const struct actor *by, int64_t now, int64_t *id, struct err *err);
/* Only one's own: name, sharing, what it filters; the list stays. ERR_NOT_FOUND. */
int filter_change(struct db *db, struct arena *a, int64_t id, const struct filter_values *in,
                  const struct actor *by, int64_t now, struct err *err);
/* Can be brought back for UNDO_LIFE (app/undo). */
int filter_remove(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                  struct err *err);
/* ERR_STATE: too late; ERR_EXISTS: its name was given to another meanwhile. */
int filter_restore(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                   struct err *err);
/* The list opens with it from now on, or no longer; also with one that was shared. */
int filter_set_default(struct db *db, struct arena *a, int64_t id, bool on, const struct actor *by,
                       int64_t now, struct err *err);

extern const struct http_route filter_routes[];
extern const size_t filter_routes_len;
extern const struct http_route filter_api_routes[];
extern const size_t filter_api_routes_len;

#endif
