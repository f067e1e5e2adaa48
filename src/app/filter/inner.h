#ifndef APP_FILTER_INNER_H
#define APP_FILTER_INNER_H

#include "app/filter/filter.h"
#include "app/filter/queries.h"

/* A list that can be filtered: its name, path, who may open it, and the arguments that make up a
 * filter, in the order in which they are kept. */
struct filter_list {
    const char *name, *path;
    const char *label; /* translation key */
    bool all;          /* whoever is signed in may open it, `permission` says nothing */
    enum permission permission;
    const char *args[10];
};
struct filter_lists {
    const struct filter_list *at;
    size_t len;
};
extern const struct filter_lists filter_lists;
const struct filter_list *filter_list_find(struct str name); /* NULL: none */
bool filter_list_open_to(const struct filter_list *list, const struct actor *actor);

/* The arguments of a filter of this list as they are kept; "" when there are none. ERR_INVALID for
 * one that the list does not know (`strict`) or that is too long. */
int filter_query(struct arena *a, const struct filter_list *list, const struct http_pair *args,
                 size_t len, bool strict, struct str *out, struct err *err);
struct str filter_href(struct arena *a, const char *path, struct str query);

/* One in reach, the actor's `own` only. ERR_NOT_FOUND, ERR_FORBIDDEN: somebody else's. */
int filter_find(struct db *db, struct arena *a, int64_t id, bool own, const struct actor *by,
                int64_t now, struct filter_row *out, struct err *err);

extern const struct form filter_form; /* of the pages */
extern const struct form_choice filter_list_choices[];

struct filter_page_view {
    struct filter_rows rows;
    struct str back;
    bool may_share;
};
struct filter_edit_view {
    struct form_state form;
    const struct filter_list *list;
    struct str query, back;
    int64_t id; /* 0: a new one */
    bool may_share;
};

#endif
