#ifndef APP_SEARCH_VIEW_H
#define APP_SEARCH_VIEW_H

#include "app/filter/filter.h"
#include "app/search/queries.h"
#include "app/search/words.h"
#include "app/web/web.h"
#include "app/words/words.h"

struct search_found {
    struct str href, code, sub;
    struct words_parts title, text; /* text: where the words stand when not in the title */
    struct str state;               /* translated; empty: none */
    int step;                       /* of ui_state */
    int64_t severity;               /* 0: none */
    int64_t at;
};
VEC_TYPE(search_founds, struct search_found);

/* One kind of record in the answer. */
struct search_group {
    const char *name;  /* of in= */
    const char *title; /* translation key */
    const char *icon;
    struct search_founds hits;
    int64_t total;   /* 101: more than 100 */
    struct str more; /* where all of them are shown; empty: here */
};
VEC_TYPE(search_groups, struct search_group);

struct search_view {
    struct filter_bar saved;
    const struct http_request *req;
    struct str q, in;
    struct search_groups groups;
    bool only_fields; /* a filter, but no word to look for */
    bool asked;       /* something was typed */
};

/* What is looked for. */
struct search_ask {
    struct words words;
    struct str match;                 /* of words_match; the NULL slice: no words */
    struct str value, last;           /* observables from one to the other; NULL: none */
    struct str exact;                 /* the observable that was typed in full; NULL: none */
    struct str state, kind, tlp, org; /* of the fields; NULL: any */
    struct str in;                    /* name of a group; empty: all */
};

/* Reads what was typed. */
void search_ask(struct arena *a, struct db *db, struct str typed, struct str in,
                struct search_ask *out);
/* Everything that is found, without an end to it; a row lives only during the call. */
typedef int search_each_fn(void *ctx, const char *group, const struct search_hit_row *row,
                           struct err *err);
int search_each(struct db *db, const struct http_request *req, const struct search_ask *ask,
                search_each_fn *fn, void *ctx, struct err *err);
int search_all(struct db *db, const struct http_request *req, const struct search_ask *ask,
               struct search_groups *out, struct err *err);

#endif
