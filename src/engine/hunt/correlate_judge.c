#include "engine/hunt/correlate_rule.h"
#include "engine/hunt/fold.h"
#include "engine/hunt/test.h"

#include "base/clock.h"

/*
 * Judging one correlation. Notes come group by group, in the order of time. Two kinds of windows:
 *
 *   - a condition that more events cannot undo (gt and gte of a count or sum, all rules seen) is
 *     asked at every event over the timespan that ends there; when it holds there is a finding, and
 *     the group starts afresh behind it;
 *   - any other condition (lt, lte, eq, averages, percentiles, "not") is asked once for each window
 *     that starts with the first event outside the window before it and lasts the timespan.
 */
enum { COMPACT_MIN = 4 << 20 };

struct item {
    int64_t time;
    uint64_t value; /* of values that are counted: struct counted */
    double number;
    uint32_t member;
};

struct judge {
    struct sigma *s;
    struct correlation *c;
    struct hunt_unit *u;
    struct arena group_arena; /* of the group at hand */
    struct str group;
    struct item *items; /* the window: from .. to, in order of time */
    size_t from, to, cap;
    double sum;
    struct map values; /* folded value -> struct counted */
    size_t distinct;
    size_t compact_at;          /* bytes of group_arena */
    int64_t seen[MEMBERS_MAX];  /* temporal: last time of each member */
    int64_t chain[MEMBERS_MAX]; /* ordered: latest start of a chain that reached the member */
    bool has_seen[MEMBERS_MAX];
    struct note *last; /* copy of the newest note of the window */
    struct arena last_arena;
};

struct counted {
    struct str key;
    uint64_t count;
    struct counted *moved;
};

/* -------- findings -------- */

static void add_match(struct hunt_match *list, size_t *len, const char *name, struct str value)
{
    list[(*len)++] = (struct hunt_match){str_c(name), value};
}

static struct str number_text(struct arena *a, double v)
{
    return v == (double)(int64_t)v ? str_printf(a, "%lld", (long long)v) : str_printf(a, "%.6g", v);
}

static void tell_parents(struct judge *j, const struct hunt_where *where, struct arena *a)
{
    struct correlation *c = j->c;
    for (size_t p = 0; p < c->parents.len; p++) {
        struct correlation *parent = j->s->correlations.at[c->parents.at[p]];
        for (uint32_t m = 0; m < parent->members.len; m++) {
            if (parent->members.at[m].child != c)
                continue;
            struct str values[32] = {{0}};
            bool has[32] = {false};
            for (uint32_t k = 0; k < parent->slots.len; k++)
                has[k] = note_value(j->last, parent->members.at[m].inherit + k, &values[k]);
            struct note *n = note_make(parent, m, where, values, has, a);
            if (n == NULL)
                continue;
            n->derived = true;
            spool_put(&parent->spool, &n->head);
        }
    }
}

/* The condition held for what lies between `first` and the last note. */
static void fire(struct judge *j, int64_t first, const char *measure, struct str value)
{
    struct correlation *c = j->c;
    struct arena a = {0};
    struct hunt_match list[40];
    size_t len = 0;
    struct hunt_where where = {
        .time = j->last->time,
        .event_id = j->last->event_id,
        .record_id = j->last->record_id,
        .offset = j->last->offset,
        .source = j->last->source,
    };
    note_value(j->last, (uint32_t)c->slots.len, &where.host);
    note_value(j->last, (uint32_t)c->slots.len + 1, &where.channel);
    for (uint32_t i = 0; i < c->group_by.len; i++) {
        struct str text;
        note_value(j->last, i, &text);
        list[len++] = (struct hunt_match){c->group_by.at[i], text};
    }
    add_match(list, &len, measure, value);
    add_match(list, &len, "first", clock_rfc3339(&a, first, 0));
    add_match(list, &len, "last", clock_rfc3339(&a, j->last->time, 0));
    if (!c->quiet && c->hit.level >= j->s->min_level)
        hunt_emit_at(j->u, &c->hit, &where, list, len);
    tell_parents(j, &where, &a);
    arena_release(&a);
}

/* -------- conditions -------- */

static bool in_bounds(const struct correlation *c, double v)
{
    for (size_t i = 0; i < c->bounds.len; i++) {
        double w = c->bounds.at[i].value;
        switch (c->bounds.at[i].op) {
        case OP_GT:
            if (!(v > w))
                return false;
            break;
        case OP_GTE:
            if (!(v >= w))
                return false;
            break;
        case OP_LT:
            if (!(v < w))
                return false;
            break;
        case OP_LTE:
            if (!(v <= w))
                return false;
            break;
        default:
            if (v != w)
                return false;
        }
    }
    return true;
}

static bool mask_holds(const struct judge *j, uint32_t node, uint64_t mask)
{
    const struct pool *p = &j->s->pool;
    const struct node *n = &p->nodes.at[node];
    if (n->kind == NODE_TEST)
        return (mask >> (p->tests.at[n->first].other - 1) & 1) != 0;
    if (n->kind == NODE_NOT)
        return !mask_holds(j, n->first, mask);
    for (uint32_t i = 0; (n->kind == NODE_AND || n->kind == NODE_OR) && i < n->len; i++) {
        if (mask_holds(j, p->kids.at[n->first + i], mask) == (n->kind == NODE_OR))
            return n->kind == NODE_OR;
    }
    return n->kind == NODE_AND || n->kind == NODE_TRUE;
}

static bool members_hold(const struct judge *j, uint64_t mask)
{
    const struct correlation *c = j->c;
    if (c->has_expression)
        return mask_holds(j, c->expression, mask);
    int count = __builtin_popcountll(mask);
    return c->bounds.len > 0 ? in_bounds(c, count) : count == (int)c->members.len;
}

static struct str member_names(const struct judge *j, uint64_t mask, struct arena *a)
{
    struct buf b = buf_make(a);
    for (size_t i = 0; i < j->c->members.len; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        if (b.len > 0)
            buf_add(&b, STR(", "));
        buf_add(&b, j->c->members.at[i].ref);
    }
    return buf_str(&b);
}

/* -------- the window -------- */

static void window_clear(struct judge *j)
{
    j->from = j->to = 0;
    j->sum = 0;
    j->distinct = 0;
    memset(j->has_seen, 0, sizeof(j->has_seen));
    arena_clear(&j->group_arena);
    j->values = (struct map){.arena = &j->group_arena};
}

static struct counted *new_counted(struct judge *j, struct str key)
{
    struct counted *v = arena_new(&j->group_arena, struct counted);
    v->key = str_dup(&j->group_arena, key);
    map_put(&j->values, v->key, v);
    return v;
}

/* Values that left the window are forgotten now and then. */
static void window_compact(struct judge *j)
{
    struct arena old = j->group_arena;
    j->group_arena = (struct arena){0};
    j->values = (struct map){.arena = &j->group_arena};
    for (size_t i = j->from; i < j->to; i++) {
        struct counted *v = (struct counted *)(uintptr_t)j->items[i].value;
        if (v->moved == NULL) {
            v->moved = new_counted(j, v->key);
            v->moved->count = v->count;
        }
        j->items[i].value = (uint64_t)(uintptr_t)v->moved;
    }
    j->compact_at = MAX(j->group_arena.used * 4, (size_t)COMPACT_MIN);
    arena_release(&old);
}

static struct counted *value_of(struct judge *j, const struct note *n)
{
    if (j->group_arena.used > j->compact_at)
        window_compact(j);
    struct buf key = buf_make(&j->group_arena);
    for (uint32_t i = 0; i < j->c->fields.len; i++) {
        struct str text;
        if (!note_value(n, (uint32_t)j->c->group_by.len + i, &text))
            return NULL;
        char *room = arena_alloc_align(&j->group_arena, fold_room(text.len), 1);
        uint32_t len = (uint32_t)fold_text(text.ptr, text.len, room);
        buf_add(&key, str_make((const char *)&len, sizeof(len)));
        buf_add(&key, str_make(room, len));
    }
    struct counted *v = map_get(&j->values, buf_str(&key));
    return v != NULL ? v : new_counted(j, buf_str(&key));
}

/* False: the note has no value this correlation could use. */
static bool window_add(struct judge *j, const struct note *n)
{
    struct item it = {.time = n->time, .member = n->member};
    struct str text;
    bool counts = j->c->type == CORRELATE_VALUE_COUNT ||
                  (j->c->type == CORRELATE_PERCENTILE && j->c->percentile == 0);
    if (counts) {
        struct counted *v = value_of(j, n);
        if (v == NULL)
            return false;
        j->distinct += v->count++ == 0;
        it.value = (uint64_t)(uintptr_t)v;
    } else if (j->c->fields.len > 0) {
        if (!note_value(n, (uint32_t)j->c->group_by.len, &text) ||
            !test_number_of(text, &it.number))
            return false;
        j->sum += it.number;
    }
    if (j->to == j->cap) {
        j->cap = j->cap == 0 ? 256 : j->cap * 2;
        j->items = reallocarray(j->items, j->cap, sizeof(*j->items));
        if (j->items == NULL)
            die("out of memory");
    }
    j->items[j->to++] = it;
    return true;
}

static void window_drop_first(struct judge *j)
{
    const struct item *it = &j->items[j->from++];
    struct counted *v = (struct counted *)(uintptr_t)it->value;
    if (v != NULL)
        j->distinct -= --v->count == 0;
    j->sum -= it->number;
    if (j->from > 4096 && j->from * 2 > j->to) {
        memmove(j->items, j->items + j->from, (j->to - j->from) * sizeof(*j->items));
        j->to -= j->from;
        j->from = 0;
    }
}

static void remember(struct judge *j, const struct note *n)
{
    arena_clear(&j->last_arena);
    j->last = arena_alloc(&j->last_arena, n->head.size);
    memcpy(j->last, n, n->head.size);
}

/* -------- measures -------- */

static int by_number(const void *x, const void *y)
{
    double a = ((const struct item *)x)->number;
    double b = ((const struct item *)y)->number;
    return (a > b) - (a < b);
}

/* Of a complete window; sorts it. */
static double measure(struct judge *j)
{
    size_t n = j->to - j->from;
    struct item *items = j->items + j->from;
    switch (j->c->type) {
    case CORRELATE_EVENT_COUNT:
        return (double)n;
    case CORRELATE_VALUE_COUNT:
        return (double)j->distinct;
    case CORRELATE_SUM:
        return j->sum;
    case CORRELATE_AVG:
        return j->sum / (double)n;
    default:
        break;
    }
    qsort(items, n, sizeof(*items), by_number);
    if (j->c->type == CORRELATE_MEDIAN)
        return n % 2 == 1 ? items[n / 2].number
                          : (items[n / 2 - 1].number + items[n / 2].number) / 2;
    /* nearest rank */
    size_t rank = (n * (size_t)j->c->percentile + 99) / 100;
    return items[MAX(rank, (size_t)1) - 1].number;
}

static const char *const measures[] = {
    "count", "values", "sum", "average", "percentile", "median", "rules", "rules",
};

/* value_percentile without `percentile`: values whose share of the window's events, in per cent, is
 * within the bounds. */
static void judge_shares(struct judge *j, int64_t first)
{
    struct arena a = {0};
    size_t n = j->to - j->from;
    for (size_t i = j->from; i < j->to; i++) {
        struct counted *v = (struct counted *)(uintptr_t)j->items[i].value;
        double share = 100.0 * (double)v->count / (double)n;
        if (v->count > 0 && in_bounds(j->c, share))
            fire(j, first, "share", number_text(&a, share));
        v->count = 0;
    }
    arena_release(&a);
}

static uint64_t members_in_window(const struct judge *j)
{
    uint64_t mask = 0;
    for (size_t i = j->from; i < j->to; i++)
        mask |= (uint64_t)1 << j->items[i].member;
    return mask;
}

static void close_window(struct judge *j)
{
    struct arena a = {0};
    if (j->to == j->from || j->c->monotone) {
        window_clear(j);
        return;
    }
    int64_t first = j->items[j->from].time;
    if (j->c->type == CORRELATE_PERCENTILE && j->c->percentile == 0) {
        judge_shares(j, first);
    } else if (j->c->type == CORRELATE_TEMPORAL) {
        uint64_t mask = members_in_window(j);
        if (members_hold(j, mask))
            fire(j, first, "rules", member_names(j, mask, &a));
    } else {
        double v = measure(j);
        if (in_bounds(j->c, v))
            fire(j, first, measures[j->c->type], number_text(&a, v));
    }
    window_clear(j);
    arena_release(&a);
}

/* -------- events -------- */

static void take_count(struct judge *j, const struct note *n)
{
    struct arena a = {0};
    if (!window_add(j, n))
        return;
    remember(j, n);
    while (j->items[j->from].time < n->time - j->c->timespan)
        window_drop_first(j);
    double v = measure(j);
    if (in_bounds(j->c, v)) {
        fire(j, j->items[j->from].time, measures[j->c->type], number_text(&a, v));
        window_clear(j);
    }
    arena_release(&a);
}

static void take_temporal(struct judge *j, const struct note *n)
{
    struct arena a = {0};
    uint64_t mask = 0;
    int64_t first = n->time;
    remember(j, n);
    j->seen[n->member] = n->time;
    j->has_seen[n->member] = true;
    for (size_t i = 0; i < j->c->members.len; i++) {
        if (!j->has_seen[i] || j->seen[i] < n->time - j->c->timespan)
            continue;
        mask |= (uint64_t)1 << i;
        first = MIN(first, j->seen[i]);
    }
    if (members_hold(j, mask)) {
        fire(j, first, "rules", member_names(j, mask, &a));
        window_clear(j);
    }
    arena_release(&a);
}

static void take_ordered(struct judge *j, const struct note *n)
{
    struct arena a = {0};
    uint32_t m = n->member;
    bool reached = m == 0 || (j->has_seen[m - 1] && j->chain[m - 1] >= n->time - j->c->timespan);
    remember(j, n);
    if (!reached)
        return;
    j->chain[m] = m == 0 ? n->time : j->chain[m - 1];
    j->has_seen[m] = true;
    if (m + 1 == j->c->members.len) {
        uint64_t mask = UINT64_MAX >> (64 - j->c->members.len);
        fire(j, j->chain[m], "rules", member_names(j, mask, &a));
        window_clear(j);
    }
    arena_release(&a);
}

static void take_window(struct judge *j, const struct note *n)
{
    if (j->to > j->from && n->time > j->items[j->from].time + j->c->timespan)
        close_window(j);
    if (window_add(j, n))
        remember(j, n);
}

/* The same event again, through another of the rules: counted once. */
static bool same_event(const struct judge *j, const struct note *n)
{
    return j->last != NULL && !n->derived && !j->last->derived && j->last->time == n->time &&
           j->last->source == n->source && j->last->offset == n->offset &&
           j->last->record_id == n->record_id;
}

static void take(struct judge *j, const struct note *n)
{
    struct str group = str_make((const char *)(n + 1), n->group_len);
    if (!str_eq(group, j->group)) {
        close_window(j);
        j->last = NULL;
        free((void *)(uintptr_t)j->group.ptr);
        char *copy = malloc(group.len + 1);
        if (copy == NULL)
            die("out of memory");
        memcpy(copy, group.ptr, group.len);
        j->group = str_make(copy, group.len);
    }
    if (j->c->type == CORRELATE_ORDERED)
        take_ordered(j, n);
    else if (j->c->type == CORRELATE_TEMPORAL && j->c->monotone)
        take_temporal(j, n);
    else if (j->c->type != CORRELATE_TEMPORAL && same_event(j, n))
        return;
    else if (j->c->monotone)
        take_count(j, n);
    else
        take_window(j, n);
}

void correlate_judge(struct sigma *s, struct correlation *c, struct hunt_unit *u)
{
    struct judge *j = calloc(1, sizeof(*j));
    if (j == NULL)
        die("out of memory");
    j->s = s;
    j->c = c;
    j->u = u;
    j->group.len = SIZE_MAX; /* no group yet */
    j->compact_at = COMPACT_MIN;
    window_clear(j);
    spool_sort(&c->spool);
    const struct spool_head *h;
    while ((h = spool_take(&c->spool)) != NULL)
        take(j, (const struct note *)h);
    close_window(j);
    arena_release(&j->group_arena);
    arena_release(&j->last_arena);
    free((void *)(uintptr_t)j->group.ptr);
    free(j->items);
    free(j);
}

void correlate_finish(struct sigma *s, struct hunt_unit *u)
{
    for (size_t i = 0; i < s->correlations.len; i++) {
        struct correlation *c = s->correlations.at[i];
        if (!correlation_is_good(c))
            continue;
        correlate_judge(s, c, u);
        if (c->untimed > 0)
            sigma_note(s, c->hit.file, false, c->hit.title,
                       STR_FMT ": %llu matches without a time were not counted", STR_ARG(c->place),
                       (unsigned long long)c->untimed);
        if (c->spool.failed)
            sigma_note(s, c->hit.file, true, c->hit.title,
                       STR_FMT ": the temporary file could not be used; matches are missing",
                       STR_ARG(c->place));
        spool_release(&c->spool);
    }
}
