#include "app/evidence/evidence.h"
#include "app/notice/notice.h"
#include "app/search/queries.h"
#include "app/search/search.h"
#include "base/text.h"

/* What the index holds. Another number makes every site rebuild it once. */
#define VERSION "2"

enum { BATCH = 1000, FOLD_BYTES = 4000 };

static struct str fold_comment(struct arena *a, const struct search_texts_row *row)
{
    return text_fold(a, str_sub(row->body, 0, FOLD_BYTES));
}

static struct str fold_file(struct arena *a, const struct search_texts_row *row)
{
    return evidence_fold(a, row->name, row->digest, row->body);
}

static struct str fold_letter(struct arena *a, const struct search_texts_row *row)
{
    return notice_mail_fold(a, row->name, row->body);
}

/* Whose folds were not written from the first day. */
static const struct filled {
    int (*from)(struct db *, struct arena *, int64_t, int64_t, struct search_texts_rows *,
                struct err *);
    int64_t (*put)(struct db *, int64_t, struct str, struct err *);
    struct str (*fold)(struct arena *, const struct search_texts_row *);
} filled[] = {
    {search_comments_from, search_comment_fold, fold_comment},
    {search_files_from, search_file_fold, fold_file},
    {search_letters_from, search_letter_fold, fold_letter},
};

/* The next records behind `after`, in a transaction of their own: SQLite grows slow when one
 * changes more pages than it keeps. Cut off in between, the whole is done again: the version is not
 * set. */
static int fold_some(struct db *db, struct arena *a, const struct filled *f, int64_t *after,
                     int64_t *done, bool *more, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct search_texts_rows rows;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = search_rebuilding_begin(db, err)) < 0 ||
        (r = f->from(db, a, *after, BATCH, &rows, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < rows.len; i++) {
        struct str fold = f->fold(a, &rows.at[i]);

        *after = rows.at[i].id;
        if (str_eq(fold, rows.at[i].fold))
            continue;
        if ((r = f->put(db, *after, fold, err)) < 0)
            return (int)r;
        ++*done;
    }
    *more = rows.len == BATCH;
    if ((r = search_rebuilding_end(db, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

static int fold_all(struct db *db, const struct filled *f, int64_t *done, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    int64_t after = 0;
    bool more = true;
    int r = 0;

    while (more && r >= 0) {
        arena_clear(&a);
        r = fold_some(db, &a, f, &after, done, &more, err);
    }
    return r;
}

typedef int64_t step_fn(struct db *, struct err *);

/* Empties the index of a kind, fills it, and brings it into one piece, which is read five times as
 * fast as the pieces it grows by. */
#define STEPS(kind) search_clear_##kind, search_fill_##kind, search_merge_##kind

/* 1: the index is the one of this version. */
static int is_current(struct db *db, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct search_version_row row;
    int r = search_version(db, &a, &row, err);

    return r == 1 ? str_is(row.value, VERSION) : r;
}

/* `once`: not when another node did it meanwhile. */
static int fill(struct db *db, bool once, struct err *err)
{
    static step_fn *const steps[] = {STEPS(incident), STEPS(report),     STEPS(system), STEPS(org),
                                     STEPS(comment),  STEPS(attachment), STEPS(mail)};
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = search_alone(db, err)) < 0 ||
        (once && (r = is_current(db, err)) != 0))
        return (int)MIN(r, 0);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if ((r = steps[i](db, err)) < 0)
            return (int)r;
    }
    if ((r = search_version_put(db, STR(VERSION), err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

static int rebuild(struct db *db, bool once, int64_t *folded, struct err *err)
{
    int r;

    *folded = 0;
    for (size_t i = 0; i < ARRAY_LEN(filled); i++) {
        if ((r = fold_all(db, &filled[i], folded, err)) < 0)
            return r;
    }
    return fill(db, once, err);
}

int search_rebuild(struct db_pool *pool, int64_t *folded, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(pool, &db, err);

    return r < 0 ? r : rebuild(db, false, folded, err);
}

int search_prepare(struct db_pool *pool, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int64_t folded;
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0 || (r = is_current(db, err)) != 0)
        return MIN(r, 0);
    return rebuild(db, true, &folded, err);
}
