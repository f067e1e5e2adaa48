#include "app/search/queries.h"
#include "app/search/search.h"
#include "base/text.h"

/* What the index holds. Another number makes every site rebuild it once. */
#define VERSION "1"

enum { BATCH = 1000, FOLD_BYTES = 4000 };

/* The next comments behind `after`, in a transaction of their own: SQLite grows slow when one
 * changes more pages than it keeps. Cut off in between, the whole is done again: the version is not
 * set. */
static int fold_some(struct db *db, struct arena *a, int64_t *after, int64_t *done, bool *more,
                     struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct search_comments_from_rows rows;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = search_rebuilding_begin(db, err)) < 0 ||
        (r = search_comments_from(db, a, *after, BATCH, &rows, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < rows.len; i++) {
        struct str fold = text_fold(a, str_sub(rows.at[i].body, 0, FOLD_BYTES));

        *after = rows.at[i].id;
        if (str_eq(fold, rows.at[i].fold))
            continue;
        if ((r = search_comment_fold(db, *after, fold, err)) < 0)
            return (int)r;
        ++*done;
    }
    *more = rows.len == BATCH;
    if ((r = search_rebuilding_end(db, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

static int fold_comments(struct db *db, int64_t *done, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    int64_t after = 0;
    bool more = true;
    int r = 0;

    while (more && r >= 0) {
        arena_clear(&a);
        r = fold_some(db, &a, &after, done, &more, err);
    }
    return r;
}

int search_rebuild(struct db_pool *pool, int64_t *comments, struct err *err)
{
    static int64_t (*const indexes[])(struct db *, struct err *) = {
        search_rebuild_incident, search_rebuild_report, search_rebuild_system, search_rebuild_org,
        search_rebuild_comment};
    _cleanup_(db_releasep) struct db *db = NULL;
    int64_t r;

    *comments = 0;
    if ((r = db_acquire(pool, &db, err)) < 0 || (r = fold_comments(db, comments, err)) < 0 ||
        (r = db_begin(db, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
        if ((r = indexes[i](db, err)) < 0)
            return (int)r;
    }
    if ((r = search_version_put(db, STR(VERSION), err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int search_prepare(struct db_pool *pool, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct search_version_row row;
    struct db *db = NULL;
    int64_t comments;
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0)
        return r;
    r = search_version(db, &a, &row, err);
    db_release(db);
    if (r < 0 || (r == 1 && str_is(row.value, VERSION)))
        return MIN(r, 0);
    return search_rebuild(pool, &comments, err);
}
