#include "app/memo/memo.h"
#include "app/search/view.h"
#include "base/clock.h"

/*
 * MOST: where counting ends. MINE: who reaches at most so many records has them looked through.
 * FIRST, LARGEST: how many candidates are looked at at a time.
 */
enum { MOST = SEARCH_MOST + 1, MINE = 2000, FIRST = 104, LARGEST = 4096, TIME_MS = 1000 };

_Static_assert((int)MOST <= (int)MEMO_LIST, "a list of hits has a place in the memo");

struct finding {
    struct db *db;
    const struct http_request *req;
    const struct search_ask *ask;
    const struct search_kind *kind;
    struct search_hits *out;
    int64_t until; /* clock_monotonic() */
};

static int keep_hit(void *ctx, const struct search_id_row *row, _unused_ struct err *err)
{
    struct search_hits *out = ctx;

    if (out->len < MOST)
        out->ids[out->len++] = row->id;
    return 0;
}

/* Of the candidates those that the actor may see and the fields let through. */
static int pick(struct finding *f, const struct words_ids *ids, struct err *err)
{
    const struct search_ask *ask = f->ask;

    if (ids->len == 0)
        return 0;
    return f->kind->pick(f->db, actor_of(f->req)->id, f->req->now, ids->list, ask->state, ask->kind,
                         ask->tlp, ask->org, keep_hit, f->out, err);
}

static bool enough(struct finding *f)
{
    f->out->partial |= clock_monotonic() > f->until;
    return f->out->len >= MOST || f->out->partial;
}

/* Through the index, newest first, until there is enough. */
static int walk(struct finding *f, struct err *err)
{
    struct words_walk w = {.of = f->kind->of, .w = &f->ask->words};
    size_t max = FIRST;

    while (!w.done && !enough(f)) {
        struct words_ids ids;
        int r;

        if ((r = words_walk_next(f->db, f->req->arena, &w, max, &ids, err)) < 0 ||
            (r = pick(f, &ids, err)) < 0)
            return r;
        max = MIN(max * 4, (size_t)LARGEST);
    }
    return 0;
}

struct mine {
    size_t len;
    int64_t ids[MINE + 1];
};

static int add_mine(void *ctx, const struct search_id_row *row, struct err *err)
{
    struct mine *m = ctx;

    m->ids[m->len++] = row->id;
    return 0;
}

/* Through the few records that are in reach, newest first. */
static int look_through(struct finding *f, const struct mine *m, struct err *err)
{
    size_t max = FIRST;

    for (size_t at = 0; at < m->len && !enough(f); at += max, max = MIN(max * 4, (size_t)MINE)) {
        struct words_ids ids;
        int r;

        if ((r = words_among(f->db, f->req->arena, f->kind->of, &f->ask->words, &m->ids[at],
                             MIN(max, m->len - at), &ids, err)) < 0 ||
            (r = pick(f, &ids, err)) < 0)
            return r;
    }
    return 0;
}

static int find(struct finding *f, bool wide, struct err *err)
{
    struct mine *m;
    int r;

    if (wide || f->kind->mine == NULL)
        return walk(f, err);
    m = arena_new(f->req->arena, struct mine);
    if ((r = f->kind->mine(f->db, actor_of(f->req)->id, f->req->now, MINE + 1, add_mine, m, err)) <
        0)
        return r;
    return m->len > MINE ? walk(f, err) : look_through(f, m, err);
}

/* ---- all of them --------------------------------------------------------------------------------
 */

struct walking {
    struct arena *arena;
    VEC(int64_t) ids;
};

static int add_walked(void *ctx, const struct search_id_row *row, _unused_ struct err *err)
{
    struct walking *w = ctx;

    *vec_push(&w->ids, w->arena) = row->id;
    return 0;
}

static int hand_out(struct finding *f, const struct words_ids *ids,
                    int (*row)(void *, const struct search_hit_row *, struct err *), void *ctx,
                    struct err *err)
{
    const struct search_ask *ask = f->ask;
    struct walking w = {.arena = f->req->arena};
    int64_t actor = actor_of(f->req)->id;
    struct search_hit_rows rows;
    int r;

    if (ids->len == 0)
        return 0;
    r = f->kind->pick(f->db, actor, f->req->now, ids->list, ask->state, ask->kind, ask->tlp,
                      ask->org, add_walked, &w, err);
    if (r < 0 || w.ids.len == 0 ||
        (r = f->kind->rows(f->db, w.arena, actor, f->req->now,
                           words_list(w.arena, w.ids.at, w.ids.len), &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len && r >= 0; i++)
        r = row(ctx, &rows.at[i], err);
    return r;
}

int search_walk(struct db *db, const struct http_request *req, const struct search_ask *ask,
                const struct search_kind *kind, bool wide,
                int (*row)(void *, const struct search_hit_row *, struct err *), void *ctx,
                struct err *err)
{
    struct finding f = {.db = db, .req = req, .ask = ask, .kind = kind};
    struct words_walk walk = {.of = kind->of, .w = &ask->words};
    struct mine *m = arena_new(req->arena, struct mine);
    struct words_ids ids;
    int r = 0;

    if (!wide && kind->mine != NULL &&
        (r = kind->mine(db, actor_of(req)->id, req->now, MINE + 1, add_mine, m, err)) < 0)
        return r;
    if (!wide && kind->mine != NULL && m->len <= MINE) {
        if ((r = words_among(db, req->arena, kind->of, &ask->words, m->ids, m->len, &ids, err)) < 0)
            return r;
        return hand_out(&f, &ids, row, ctx, err);
    }
    while (!walk.done && r >= 0) {
        struct arena_mark mark = arena_mark(req->arena);

        if ((r = words_walk_next(db, req->arena, &walk, FIRST, &ids, err)) >= 0)
            r = hand_out(&f, &ids, row, ctx, err);
        arena_rewind(req->arena, mark);
    }
    return r;
}

static void key_add(struct buf *b, struct str part)
{
    buf_printf(b, "|%zu:" STR_FMT, part.len, STR_ARG(part));
}

int search_find(struct db *db, const struct http_request *req, const struct search_ask *ask,
                const struct search_kind *kind, bool wide, struct search_hits *out, struct err *err)
{
    struct finding f = {db, req, ask, kind, out, clock_monotonic() + TIME_MS};
    struct buf key = buf_make(req->arena);
    int r;

    *out = (struct search_hits){.ids = arena_array(req->arena, int64_t, MEMO_LIST)};
    buf_printf(&key, "search %s %d %" PRId64, kind->name, wide, actor_of(req)->id);
    key_add(&key, ask->match);
    key_add(&key, ask->state);
    key_add(&key, ask->kind);
    key_add(&key, ask->tlp);
    key_add(&key, ask->org);
    key_add(&key, ask->in);
    if ((r = memo_open(&out->memo, db, req->arena, buf_str(&key), req->now, err)) < 0)
        return r;
    out->kept = memo_find_list(&out->memo, out->ids, &out->len);
    return out->kept ? 0 : find(&f, wide, err);
}

void search_keep(const struct search_hits *hits)
{
    if (hits->kept)
        return;
    if (hits->partial)
        memo_give_up_list(&hits->memo);
    else
        memo_keep_list(&hits->memo, hits->ids, hits->len);
}
