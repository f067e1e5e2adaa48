#include "app/incident/case.h"

#include <stdlib.h>

struct other {
    int64_t incident_id, strength, shared;
    size_t best; /* of the items */
};

VEC_TYPE(others, struct other);

static int by_incident(const void *x, const void *y)
{
    const struct other *a = x, *b = y;

    return (a->incident_id > b->incident_id) - (a->incident_id < b->incident_id);
}

/* The strongest first; of equal ones the newest. */
static int by_strength(const void *x, const void *y)
{
    const struct other *a = x, *b = y;

    if (a->strength != b->strength)
        return a->strength < b->strength ? 1 : -1;
    return -by_incident(x, y);
}

/* How much it says that two incidents have the same one: a file or a page is hardly there twice by
 * chance, an address is many people's, a weakness is everybody's. */
static size_t kind_rank(struct str kind)
{
    static const char *const ranked[] = {"sha256", "sha1",   "md5",   "url",
                                         "domain", "system", "email", "bank-account",
                                         "phone",  "ipv4",   "ipv6",  "cidr"};
    size_t i = 0;

    while (i < ARRAY_LEN(ranked) && !str_is(kind, ranked[i]))
        i++;
    return i;
}

/* Negative: `a` tells more than `b`. Of one kind the rarer, then by value, so that the order is
 * one.
 */
static int compare_items(const struct case_own_items_row *a, int64_t strength_a,
                         const struct case_own_items_row *b, int64_t strength_b)
{
    int64_t r = (int64_t)kind_rank(a->kind) - (int64_t)kind_rank(b->kind);

    if (r == 0)
        r = strength_b - strength_a;
    if (r != 0)
        return r < 0 ? -1 : 1;
    return str_cmp(a->value, b->value);
}

/* One entry for each incident and item, to be put together below. */
static int collect(struct db *db, struct arena *a, int64_t id,
                   const struct case_own_items_rows *items, struct others *out, struct err *err)
{
    for (size_t i = 0; i < items->len; i++) {
        const struct case_own_items_row *item = &items->at[i];
        struct case_item_incident_rows with;
        int r = (str_is(item->kind, "system") ? case_system_incidents : case_observable_incidents)(
            db, a, item->item_id, RELATED_COMMON + 1, &with, err);

        if (r < 0)
            return r;
        if (with.len > RELATED_COMMON)
            continue;
        for (size_t k = 0; k < with.len; k++) {
            if (with.at[k].incident_id != id)
                *vec_push(out, a) =
                    (struct other){with.at[k].incident_id, 1000 / (int64_t)with.len, 1, i};
        }
    }
    return 0;
}

/* The strength of one item is that of its entry; what an incident is shown with is what tells most.
 */
static void put_together(struct others *o, const struct case_own_items_rows *items)
{
    size_t kept = 0;
    int64_t most = 0;

    if (o->len > 0)
        qsort(o->at, o->len, sizeof(*o->at), by_incident);
    for (size_t i = 0; i < o->len; i++) {
        struct other *last = kept > 0 ? &o->at[kept - 1] : NULL, next = o->at[i];

        if (last == NULL || last->incident_id != next.incident_id) {
            most = next.strength;
            o->at[kept++] = next;
            continue;
        }
        last->strength += next.strength;
        last->shared++;
        if (compare_items(&items->at[next.best], next.strength, &items->at[last->best], most) < 0) {
            most = next.strength;
            last->best = next.best;
        }
    }
    o->len = kept;
    if (kept > 0)
        qsort(o->at, kept, sizeof(*o->at), by_strength);
}

static const struct case_related_find_row *row_of(const struct case_related_find_rows *rows,
                                                  int64_t id)
{
    for (size_t i = 0; i < rows->len; i++) {
        if (rows->at[i].id == id)
            return &rows->at[i];
    }
    return NULL;
}

/* Those of the next RELATED_MAX that the actor may see. */
static int look(struct db *db, struct arena *a, int64_t actor, int64_t now,
                const struct others *others, size_t from, struct case_related_find_rows *rows,
                struct err *err)
{
    int64_t id[RELATED_MAX] = {0};

    _Static_assert(RELATED_MAX == 8, "the statement asks for eight");
    for (size_t i = 0; i < RELATED_MAX && from + i < others->len; i++)
        id[i] = others->at[from + i].incident_id;
    return case_related_find(db, a, actor, now, id[0], id[1], id[2], id[3], id[4], id[5], id[6],
                             id[7], rows, err);
}

/* The closed ones behind, each in the order they have. */
static void open_first(struct case_related_rows *rows, struct arena *a)
{
    struct case_related *sorted = arena_array(a, struct case_related, rows->len + 1);
    size_t len = 0;

    for (int closed = 0; closed < 2; closed++) {
        for (size_t i = 0; i < rows->len; i++) {
            if (str_is(rows->at[i].state, "closed") == (closed == 1))
                sorted[len++] = rows->at[i];
        }
    }
    rows->at = sorted;
}

int case_related(struct db *db, struct arena *a, int64_t actor, int64_t now, int64_t id,
                 struct case_related_rows *out, struct err *err)
{
    struct others others = {0};
    struct case_own_items_rows items;
    struct case_related_find_rows rows = {0};
    size_t most;
    int r;

    *out = (struct case_related_rows){0};
    if ((r = case_own_items(db, a, id, &items, err)) < 0 ||
        (r = collect(db, a, id, &items, &others, err)) < 0)
        return r;
    put_together(&others, &items);
    most = MIN(others.len, (size_t)RELATED_LOOK);
    for (size_t i = 0; i < most && out->len < RELATED_MAX; i++) {
        const struct other *o = &others.at[i];
        const struct case_related_find_row *row;

        if (i % RELATED_MAX == 0 && (r = look(db, a, actor, now, &others, i, &rows, err)) < 0)
            return r;
        if ((row = row_of(&rows, o->incident_id)) == NULL)
            continue;
        *vec_push(out, a) = (struct case_related){
            .code = row->code,
            .title = row->title,
            .state = row->state,
            .severity = row->severity,
            .opened_at = row->opened_at,
            .version = row->version,
            .shared = o->shared,
            .example_kind = items.at[o->best].kind,
            .example = items.at[o->best].value,
            .may_manage = row->may_manage,
            .may_merge = row->may_manage && !str_is(row->state, "closed"),
        };
    }
    open_first(out, a);
    return 0;
}
