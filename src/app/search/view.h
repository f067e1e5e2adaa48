#ifndef APP_SEARCH_VIEW_H
#define APP_SEARCH_VIEW_H

#include "app/filter/filter.h"
#include "app/memo/memo.h"
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

/* Hits are counted up to here. */
enum { SEARCH_MOST = 100 };

/* One kind of record in the answer. */
struct search_group {
    const char *name;  /* of in= */
    const char *title; /* translation key */
    const char *icon;
    struct search_founds hits;
    int64_t total;   /* SEARCH_MOST + 1: more than SEARCH_MOST */
    bool partial;    /* the time was up: there may be others */
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

/* A kind of record with words. */
typedef int search_pick_fn(struct db *, int64_t actor, int64_t now, struct str ids,
                           struct str state, struct str kind, struct str tlp, struct str org,
                           int (*row)(void *, const struct search_id_row *, struct err *), void *,
                           struct err *);
typedef int search_mine_fn(struct db *, int64_t actor, int64_t now, int64_t row_limit,
                           int (*row)(void *, const struct search_id_row *, struct err *), void *,
                           struct err *);
typedef int search_rows_fn(struct db *, struct arena *, int64_t actor, int64_t now, struct str ids,
                           struct search_hit_rows *, struct err *);

struct search_kind {
    const char *name, *title, *icon;
    enum words_of of;
    bool cases, reports; /* what it belongs to */
    search_pick_fn *pick;
    search_mine_fn *mine; /* NULL: there are few at all */
    search_rows_fn *rows;
};

/* What was found of a kind, in the order to show. */
struct search_hits {
    int64_t *ids;
    size_t len;   /* at most SEARCH_MOST + 1 */
    bool partial; /* the time was up */
    bool kept;    /* from an earlier search, already in order */
    struct memo memo;
};
/* The newest that fit and may be seen; wide: the actor reaches all of the kind. */
int search_find(struct db *db, const struct http_request *req, const struct search_ask *ask,
                const struct search_kind *kind, bool wide, struct search_hits *out,
                struct err *err);
/* All of them, newest first, a row at a time. */
int search_walk(struct db *db, const struct http_request *req, const struct search_ask *ask,
                const struct search_kind *kind, bool wide,
                int (*row)(void *, const struct search_hit_row *, struct err *), void *ctx,
                struct err *err);
/* Keeps the ids in the order they are in by now. */
void search_keep(const struct search_hits *hits);

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
