#include "app/words/match.h"
#include "app/words/queries.h"

/*
 * PROBE: so many records are looked at to learn how common a word is. WINDOW: so many at a time are
 * looked through on PostgreSQL while every fiftieth or more holds the words. RANGE: of so many of
 * the newest ids its index is asked there, then of all that are older.
 */
enum {
    PROBE = 96,
    PROBE_FIT = 24,
    WINDOW_FIRST = 200,
    WINDOW = 2000,
    WINDOW_SHARE = 50,
    RANGE = 8000
};

enum how { TYPED = WORDS_AS_TYPED, WHOLE = WORDS_WHOLE, CUT = WORDS_CUT, WINDOWS, RANGES };

typedef int id_fn(void *, const struct words_id_row *, struct err *);

#define OF(name)                                                                                   \
    {                                                                                              \
        words_##name##_mark, words_##name##_near, words_##name##_ids, words_##name##_among         \
    }
static const struct {
    int (*mark)(struct db *, struct arena *, struct words_mark_row *, struct err *);
    int (*near)(struct db *, struct str, int64_t, int64_t, id_fn *, void *, struct err *);
    int (*ids)(struct db *, struct str, int64_t, int64_t, int64_t, id_fn *, void *, struct err *);
    int (*among)(struct db *, struct str, struct str, id_fn *, void *, struct err *);
} kinds[] = {
    [WORDS_INCIDENT] = OF(incidents), [WORDS_REPORT] = OF(reports), [WORDS_COMMENT] = OF(comments),
    [WORDS_SYSTEM] = OF(systems),     [WORDS_ORG] = OF(orgs),       [WORDS_FILE] = OF(files),
    [WORDS_LETTER] = OF(letters),
};

struct found {
    struct arena *a;
    VEC(int64_t) ids;
};

static int add_id(void *ctx, const struct words_id_row *row, struct err *err)
{
    struct found *f = ctx;

    *vec_push(&f->ids, f->a) = row->id;
    return 0;
}

struct str words_list(struct arena *a, const int64_t *ids, size_t len)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < len; i++)
        buf_printf(&b, "%s%" PRId64, i > 0 ? "," : "", ids[i]);
    return buf_str(&b);
}

static void hand_out(const struct found *f, size_t max, struct words_ids *out)
{
    out->at = f->ids.at;
    out->len = MIN(f->ids.len, max);
    out->more = f->ids.len > max;
    out->list = words_list(f->a, out->at, out->len);
}

static int among(struct db *db, enum words_of of, const struct words *w, const int64_t *ids,
                 size_t len, struct found *out, struct err *err)
{
    return kinds[of].among(db, words_match(out->a, db_engine_of(db), w),
                           words_list(out->a, ids, len), add_id, out, err);
}

int words_among(struct db *db, struct arena *a, enum words_of of, const struct words *w,
                const int64_t *ids, size_t len, struct words_ids *out, struct err *err)
{
    struct found f = {.a = a};
    int r = w->terms.len == 0 || len == 0 ? 0 : among(db, of, w, ids, len, &f, err);

    if (r < 0)
        return r;
    hand_out(&f, f.ids.len, out);
    return 0;
}

/* What one question to the index brought. */
struct piece {
    struct found f;
    bool done;
    int64_t below;
};

static int ask(struct db *db, struct arena *a, const struct words_walk *walk, enum how how,
               size_t max, struct piece *out, struct err *err)
{
    struct str match = words_match_as(a, db_engine_of(db), walk->w, (enum words_how)(int)how);
    struct found all = {.a = a};
    int r = kinds[walk->of].ids(db, match, 0, walk->below, (int64_t)max, add_id, &all, err);

    *out = (struct piece){.f = all, .done = all.ids.len < max, .below = walk->below};
    if (r < 0 || all.ids.len == 0)
        return r;
    out->below = all.ids.at[all.ids.len - 1];
    if (how != CUT)
        return 0;
    out->f = (struct found){.a = a};
    return among(db, walk->of, walk->w, all.ids.at, all.ids.len, &out->f, err);
}

static void take(struct words_walk *walk, enum how how, const struct piece *piece,
                 struct found *out)
{
    for (size_t i = 0; i < piece->f.ids.len; i++)
        *vec_push(&out->ids, out->a) = piece->f.ids.at[i];
    walk->how = (int)how;
    walk->below = piece->below;
    walk->done = piece->done;
}

/* Whether the last word is unfinished and longer than what the index lists. */
static bool unfinished(const struct words *w)
{
    for (size_t i = 0; i < w->terms.len; i++) {
        const struct words_term *t = &w->terms.at[i];
        size_t last = words_last(t);
        const char *word = t->fold.ptr + t->fold.len - last;

        if (!t->prefix || last <= WORDS_PREFIX_MAX)
            continue;
        for (size_t k = 0; k < WORDS_PREFIX_MAX; k++) {
            if ((unsigned char)word[k] >= 0x80)
                return false;
        }
        return true;
    }
    return false;
}

/*
 * SQLite gathers everything that begins like an unfinished word before it gives the first row. So
 * it is looked for as a whole word, which mostly it is; else among what begins with the same three
 * letters, if that is mostly meant; else it is rare, and gathering costs little.
 */
static int begin_index(struct db *db, struct words_walk *walk, size_t max, struct found *out,
                       struct err *err)
{
    struct piece piece;
    int r;

    if (unfinished(walk->w)) {
        if ((r = ask(db, out->a, walk, WHOLE, max, &piece, err)) < 0)
            return r;
        if (!piece.done) {
            take(walk, WHOLE, &piece, out);
            return 0;
        }
        if ((r = ask(db, out->a, walk, CUT, PROBE, &piece, err)) < 0)
            return r;
        if (piece.done || piece.f.ids.len >= PROBE_FIT) {
            take(walk, CUT, &piece, out);
            return 0;
        }
    }
    if ((r = ask(db, out->a, walk, TYPED, max, &piece, err)) < 0)
        return r;
    take(walk, TYPED, &piece, out);
    return 0;
}

static int begin_sqlite(struct db *db, struct words_walk *walk, size_t max, struct found *out,
                        struct err *err)
{
    struct str match = words_match(out->a, DB_SQLITE, walk->w);
    int r = kinds[walk->of].near(db, match, walk->mark, INT64_MAX, add_id, out, err);

    if (r < 0)
        return r;
    walk->below = walk->mark + 1;
    return begin_index(db, walk, max, out, err);
}

static int windows(struct db *db, struct words_walk *walk, size_t max, int64_t size,
                   struct found *out, struct err *err)
{
    struct str match = words_match(out->a, DB_POSTGRES, walk->w);

    while (!walk->done && out->ids.len < max) {
        int64_t above = MAX(walk->below - 1 - size, (int64_t)0);
        int r = kinds[walk->of].near(db, match, above, walk->below, add_id, out, err);

        if (r < 0)
            return r;
        walk->below = above + 1;
        walk->done = above == 0;
        if (size == WINDOW_FIRST)
            return 0;
    }
    return 0;
}

/* The index is quick to list what fits, but every row of the list is then read: so only those of a
 * range of ids. */
static int ranges(struct db *db, struct words_walk *walk, size_t max, struct found *out,
                  struct err *err)
{
    struct str match = words_match(out->a, DB_POSTGRES, walk->w);

    while (!walk->done && out->ids.len < max) {
        int64_t above = MAX(walk->below - 1 - walk->range, (int64_t)0);
        size_t had = out->ids.len, wanted = max - had;
        int r =
            kinds[walk->of].ids(db, match, above, walk->below, (int64_t)wanted, add_id, out, err);

        if (r < 0)
            return r;
        if (out->ids.len - had == wanted) {
            walk->below = out->ids.at[out->ids.len - 1];
            return 0;
        }
        walk->below = above + 1;
        walk->done = above == 0;
        walk->range = INT64_MAX;
    }
    return 0;
}

/*
 * PostgreSQL's index has no order: it gives everything that fits before the newest is known. What
 * is common is found by looking through the newest records instead; how common it is, the first
 * window tells. Else the index is asked, for the newest ids first.
 */
static int begin_postgres(struct db *db, struct words_walk *walk, size_t max, struct found *out,
                          struct err *err)
{
    int r;

    walk->below = walk->mark + 1;
    walk->range = RANGE;
    if ((r = windows(db, walk, max, WINDOW_FIRST, out, err)) < 0 || walk->done)
        return r;
    walk->how = out->ids.len * WINDOW_SHARE >= WINDOW_FIRST ? WINDOWS : RANGES;
    return walk->how == WINDOWS ? windows(db, walk, max, WINDOW, out, err)
                                : ranges(db, walk, max, out, err);
}

static int go_on(struct db *db, struct words_walk *walk, size_t max, struct found *out,
                 struct err *err)
{
    enum how how = (enum how)walk->how;
    struct piece piece;
    int r;

    if (how == WINDOWS)
        return windows(db, walk, max, WINDOW, out, err);
    if (how == RANGES)
        return ranges(db, walk, max, out, err);
    if ((r = ask(db, out->a, walk, how, max, &piece, err)) < 0)
        return r;
    take(walk, how, &piece, out);
    return 0;
}

int words_walk_next(struct db *db, struct arena *a, struct words_walk *walk, size_t max,
                    struct words_ids *out, struct err *err)
{
    struct found f = {.a = a};
    struct words_mark_row mark;
    int r;

    *out = (struct words_ids){.list = STR("")};
    walk->done |= walk->w->terms.len == 0;
    if (walk->done)
        return 0;
    if (walk->begun) {
        r = go_on(db, walk, max, &f, err);
    } else {
        walk->begun = true;
        if ((r = kinds[walk->of].mark(db, a, &mark, err)) < 0)
            return r;
        walk->mark = mark.mark;
        r = (db_engine_of(db) == DB_SQLITE ? begin_sqlite : begin_postgres)(db, walk, max, &f, err);
    }
    if (r < 0)
        return r;
    hand_out(&f, f.ids.len, out);
    return 0;
}

int words_find(struct db *db, struct arena *a, enum words_of of, const struct words *w, size_t max,
               struct words_ids *out, struct err *err)
{
    struct words_walk walk = {.of = of, .w = w};
    struct found f = {.a = a};
    int r;

    while (!walk.done && f.ids.len <= max) {
        struct words_ids some;

        if ((r = words_walk_next(db, a, &walk, max + 1 - f.ids.len, &some, err)) < 0)
            return r;
        for (size_t i = 0; i < some.len; i++)
            *vec_push(&f.ids, a) = some.at[i];
    }
    hand_out(&f, max, out);
    return 0;
}
