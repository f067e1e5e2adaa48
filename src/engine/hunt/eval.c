#include "engine/hunt/correlate.h"
#include "engine/hunt/eval.h"
#include "engine/hunt/fold.h"
#include "engine/hunt/test.h"

#include "base/clock.h"

/* One thread's evaluation: which tests hold for the event at hand, which rules follow. */
enum {
    NONE = UINT32_MAX,
    EPOCH_MAX = INT32_MAX,
    CACHE = 256, /* routes, by kind of event; a power of two */
};

static uint32_t *stamps(size_t n)
{
    uint32_t *p = calloc(n + 1, sizeof(*p));
    if (p == NULL)
        die("out of memory");
    return p;
}

struct eval *eval_new(struct sigma *s)
{
    struct eval *v = calloc(1, sizeof(*v));
    if (v == NULL)
        die("out of memory");
    v->s = s;
    v->scratch = regex_scratch_new();
    v->test_stamp = stamps(s->pool.tests.len);
    v->node_stamp = stamps(s->pool.nodes.len);
    v->rule_stamp = stamps(s->rules.len);
    v->slots = calloc(s->schema->fields.len + 1, sizeof(*v->slots));
    v->cache = calloc(CACHE, sizeof(*v->cache));
    v->costs = calloc(s->rules.len + 1, sizeof(*v->costs));
    v->candidates = stamps(s->rules.len);
    if (v->slots == NULL || v->cache == NULL || v->costs == NULL)
        die("out of memory");
    return v;
}

void eval_free(struct eval *v)
{
    regex_scratch_free(v->scratch);
    free(v->test_stamp);
    free(v->node_stamp);
    free(v->rule_stamp);
    free(v->slots);
    free(v->cache);
    free(v->costs);
    free(v->candidates);
    free(v->links);
    free(v->folds);
    arena_release(&v->text);
    free(v);
}

/* -------- the event's values -------- */

static struct str folded(struct eval *v, uint32_t index)
{
    struct eval_fold *f = &v->folds[index];
    if (f->epoch == v->epoch)
        return f->text;
    struct str s = v->event->fields[index].value;
    char *out = arena_alloc_align(&v->text, fold_room(s.len), 1);
    f->text = str_make(out, fold_text(s.ptr, s.len, out));
    f->epoch = v->epoch;
    return f->text;
}

static uint32_t first_link(const struct eval *v, uint32_t field)
{
    const struct eval_slot *s = &v->slots[field];
    return s->epoch == v->epoch ? s->first : NONE;
}

static void add_link(struct eval *v, uint32_t field, uint32_t index)
{
    struct eval_slot *s = &v->slots[field];
    uint32_t link = v->links_len++;
    v->links[link] = (struct eval_link){index, NONE};
    if (s->epoch != v->epoch)
        s->first = link;
    else
        v->links[s->last].next = link;
    s->last = link;
    s->epoch = v->epoch;
}

static bool has_value(const struct hunt_field *f)
{
    return f->kind != HUNT_NULL;
}

/* -------- tests -------- */

static bool value_passes(struct eval *v, const struct test *t, uint32_t index)
{
    const struct hunt_field *f = &v->event->fields[index];
    if (!has_value(f))
        return false;
    struct str text = test_is_text(t) && !t->cased ? folded(v, index) : f->value;
    return test_holds(t, f->value, text, v->scratch);
}

static bool keyword_passes(struct eval *v, const struct test *t)
{
    for (uint32_t i = 0; i < v->event->len; i++) {
        if ((v->event->fields[i].flags & HUNT_FIELD_ALIAS) == 0 && value_passes(v, t, i))
            return true;
    }
    return false;
}

static bool is_null(const struct eval *v, uint32_t field)
{
    for (uint32_t l = first_link(v, field); l != NONE; l = v->links[l].next) {
        if (has_value(&v->event->fields[v->links[l].index]))
            return false;
    }
    return true;
}

static struct str compared(struct eval *v, const struct test *t, uint32_t index)
{
    return t->cased ? v->event->fields[index].value : folded(v, index);
}

static bool pair_passes(struct eval *v, const struct test *t)
{
    for (uint32_t x = first_link(v, t->field); x != NONE; x = v->links[x].next) {
        if (!has_value(&v->event->fields[v->links[x].index]))
            continue;
        for (uint32_t y = first_link(v, t->other); y != NONE; y = v->links[y].next) {
            if (has_value(&v->event->fields[v->links[y].index]) &&
                test_pair_holds(t, compared(v, t, v->links[x].index),
                                compared(v, t, v->links[y].index)))
                return true;
        }
    }
    return false;
}

static bool run_test(struct eval *v, const struct test *t)
{
    if (t->field == 0)
        return keyword_passes(v, t);
    if (t->kind == TEST_NULL)
        return is_null(v, t->field);
    if (t->kind == TEST_EXISTS)
        return first_link(v, t->field) != NONE;
    if (t->kind == TEST_FIELD)
        return pair_passes(v, t);
    for (uint32_t l = first_link(v, t->field); l != NONE; l = v->links[l].next) {
        if (value_passes(v, t, v->links[l].index))
            return true;
    }
    return false;
}

bool eval_test(struct eval *v, uint32_t id)
{
    uint32_t stamp = v->test_stamp[id];
    if (stamp >> 1 == v->epoch)
        return stamp & 1;
    if ((v->route->decided[id / 64] >> (id % 64) & 1) != 0)
        return false;
    bool holds = run_test(v, &v->s->pool.tests.at[id]);
    v->test_stamp[id] = v->epoch << 1 | holds;
    return holds;
}

bool eval_node(struct eval *v, uint32_t id)
{
    const struct node *n = &v->s->pool.nodes.at[id];
    switch (n->kind) {
    case NODE_FALSE:
    case NODE_TRUE:
        return n->kind == NODE_TRUE;
    case NODE_TEST:
        return eval_test(v, n->first);
    case NODE_NOT:
        return !eval_node(v, n->first);
    default:
        break;
    }
    uint32_t stamp = v->node_stamp[id];
    if (stamp >> 1 == v->epoch)
        return stamp & 1;
    bool absorbing = n->kind == NODE_OR;
    bool result = !absorbing;
    const uint32_t *kids = &v->s->pool.kids.at[n->first];
    for (uint32_t i = 0; i < n->len && result != absorbing; i++)
        result = eval_node(v, kids[i]);
    v->node_stamp[id] = v->epoch << 1 | result;
    return result;
}

/* -------- what a finding shows -------- */

struct shown {
    struct hunt_match at[EVAL_MATCHES];
    uint32_t fields[EVAL_MATCHES];
    size_t len;
};

static void show(struct eval *v, struct shown *out, uint32_t field, uint32_t index)
{
    const struct hunt_field *f = &v->event->fields[index];
    if (out->len == EVAL_MATCHES)
        return;
    for (size_t i = 0; i < out->len; i++) {
        if (out->fields[i] == index)
            return;
    }
    struct str name = field != 0 ? hunt_names_text(&v->s->schema->fields, field) : f->name;
    out->fields[out->len] = index;
    out->at[out->len++] = (struct hunt_match){name, f->value};
}

static void show_test(struct eval *v, const struct test *t, struct shown *out)
{
    if (t->field == 0) {
        for (uint32_t i = 0; i < v->event->len; i++) {
            if ((v->event->fields[i].flags & HUNT_FIELD_ALIAS) == 0 && value_passes(v, t, i)) {
                show(v, out, 0, i);
                return;
            }
        }
    }
    for (uint32_t l = first_link(v, t->field); l != NONE; l = v->links[l].next) {
        if (t->kind >= TEST_NULL || value_passes(v, t, v->links[l].index)) {
            show(v, out, t->field, v->links[l].index);
            return;
        }
    }
}

/* The tests that hold and make the node hold; not what is negated. */
static void show_node(struct eval *v, uint32_t id, struct shown *out)
{
    const struct node *n = &v->s->pool.nodes.at[id];
    if (n->kind == NODE_TEST)
        show_test(v, &v->s->pool.tests.at[n->first], out);
    if (n->kind != NODE_AND && n->kind != NODE_OR)
        return;
    for (uint32_t i = 0; i < n->len && out->len < EVAL_MATCHES; i++) {
        uint32_t kid = v->s->pool.kids.at[n->first + i];
        if (v->s->pool.nodes.at[kid].kind != NODE_NOT && eval_node(v, kid))
            show_node(v, kid, out);
    }
}

static bool value_of(void *ctx, uint32_t field, struct str *out)
{
    struct eval *v = ctx;
    for (uint32_t l = first_link(v, field); l != NONE; l = v->links[l].next) {
        const struct hunt_field *f = &v->event->fields[v->links[l].index];
        if (has_value(f)) {
            *out = f->value;
            return true;
        }
    }
    return false;
}

static void report(struct eval *v, struct hunt_unit *u, const struct sigma_rule *rule)
{
    if (rule->listeners.len > 0)
        correlate_note(v->s, rule, v->event, value_of, v, hunt_unit_arena(u), &v->notes);
    if (rule->quiet || rule->hit.level < v->s->min_level)
        return;
    struct shown shown = {.len = 0};
    show_node(v, rule->root, &shown);
    hunt_emit(u, &rule->hit, v->event, shown.at, shown.len);
}

/* -------- an event -------- */

static void consider(struct eval *v, uint32_t rule)
{
    if (v->rule_stamp[rule] == v->epoch)
        return;
    v->rule_stamp[rule] = v->epoch;
    v->candidates[v->candidates_len++] = rule;
}

static void target_found(void *ctx, uint32_t index)
{
    struct eval *v = ctx;
    const struct route_target *t = &v->route->targets[index];
    if (t->certain) {
        if (v->test_stamp[t->test] == (v->epoch << 1 | 1))
            return;
        v->test_stamp[t->test] = v->epoch << 1 | 1;
    }
    for (uint32_t i = 0; i < t->len; i++)
        consider(v, v->route->watchers[t->first + i]);
}

static void next_epoch(struct eval *v)
{
    if (v->epoch == EPOCH_MAX) {
        memset(v->test_stamp, 0, v->s->pool.tests.len * sizeof(uint32_t));
        memset(v->node_stamp, 0, v->s->pool.nodes.len * sizeof(uint32_t));
        memset(v->rule_stamp, 0, v->s->rules.len * sizeof(uint32_t));
        memset(v->slots, 0, (v->s->schema->fields.len + 1) * sizeof(*v->slots));
        memset(v->folds, 0, v->fields_cap * sizeof(*v->folds));
        v->epoch = 0;
    }
    v->epoch++;
}

static void reserve(struct eval *v, uint32_t fields, size_t aliases)
{
    size_t links = fields * (1 + aliases);
    if (fields > v->fields_cap) {
        size_t cap = MAX((size_t)fields * 2, (size_t)64);
        v->folds = reallocarray(v->folds, cap, sizeof(*v->folds));
        if (v->folds == NULL)
            die("out of memory");
        memset(v->folds + v->fields_cap, 0, (cap - v->fields_cap) * sizeof(*v->folds));
        v->fields_cap = cap;
    }
    if (links > v->links_cap) {
        v->links_cap = MAX(links * 2, (size_t)64);
        v->links = reallocarray(v->links, v->links_cap, sizeof(*v->links));
        if (v->links == NULL)
            die("out of memory");
    }
}

/* The fields by which events are routed are those of the event's head: an event that reports about
 * another one (Security 1108) has that one's EventID among its data. */
static bool contradicts_head(const struct eval *v, const struct hunt_field *f)
{
    const struct hunt_event *e = v->event;
    const struct route_fields *r = routes_fields(v->s->routes);
    int64_t id;
    if (e->family != HUNT_FAMILY_WINDOWS)
        return false;
    if (f->id == r->event_id)
        return e->event_id >= 0 && str_to_int(f->value, &id) && id != e->event_id;
    if (f->id == r->channel)
        return e->channel_id != 0 && !str_eq_nocase(f->value, e->channel);
    if (f->id == r->provider)
        return e->provider_id != 0 && !str_eq_nocase(f->value, e->provider);
    return false;
}

static void take_field(struct eval *v, uint32_t id, uint32_t index)
{
    add_link(v, id, index);
    uint16_t scan = v->route->scan_of[id];
    if (scan != 0 && has_value(&v->event->fields[index]))
        needles_scan(v->route->scans[scan - 1], folded(v, index), target_found, v);
}

static const struct route *route_of(struct eval *v, const struct hunt_event *e)
{
    struct logsource_key k = routes_key(v->s->routes, e);
    uint64_t h = ((uint64_t)k.event_id * 31 + k.channel) * 0x9E3779B97F4A7C15u + k.provider;
    struct eval_cached *c = &v->cache[(h ^ h >> 32) & (CACHE - 1)];
    if (c->route == NULL || c->key.family != k.family || c->key.channel != k.channel ||
        c->key.provider != k.provider || c->key.event_id != k.event_id) {
        c->key = k;
        c->route = routes_get(v->s->routes, &k);
    }
    return c->route;
}

void eval_prepare(struct eval *v, struct hunt_event *e)
{
    v->route = route_of(v, e);
    v->event = e;
    v->candidates_len = 0;
    v->links_len = 0;
    if (v->route->rules_len == 0)
        return;
    next_epoch(v);
    arena_clear(&v->text);
    reserve(v, e->len, v->route->aliases.len);
    for (uint32_t i = 0; i < e->len; i++) {
        uint32_t id = e->fields[i].id;
        if (id == 0 || contradicts_head(v, &e->fields[i]))
            continue;
        take_field(v, id, i);
        for (size_t a = 0; a < v->route->aliases.len; a++) {
            if (v->route->aliases.at[a].log_field == id)
                take_field(v, v->route->aliases.at[a].rule_field, i);
        }
    }
    if (v->route->all_text)
        hunt_event_text(e);
    for (uint32_t i = 0; v->route->keywords != NULL && i < e->len; i++) {
        if ((e->fields[i].flags & HUNT_FIELD_ALIAS) == 0 && has_value(&e->fields[i]))
            needles_scan(v->route->keywords, folded(v, i), target_found, v);
    }
    for (uint32_t i = 0; i < v->route->always_len; i++)
        consider(v, v->route->always[i]);
}

static int by_rule(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x;
    uint32_t b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static int64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool candidate_holds(struct eval *v, uint32_t rule)
{
    v->costs[rule].candidates++;
    if (!v->s->measure)
        return eval_node(v, v->s->rules.at[rule]->root);
    int64_t before = nanoseconds();
    bool holds = eval_node(v, v->s->rules.at[rule]->root);
    v->costs[rule].nanoseconds += (uint64_t)(nanoseconds() - before);
    return holds;
}

void eval_event(struct eval *v, struct hunt_unit *u, struct hunt_event *e)
{
    eval_prepare(v, e);
    uint32_t matched = 0;
    for (uint32_t i = 0; i < v->candidates_len; i++) {
        uint32_t rule = v->candidates[i];
        if (!candidate_holds(v, rule))
            continue;
        v->costs[rule].matches++;
        v->candidates[matched++] = rule;
    }
    if (matched > 1)
        qsort(v->candidates, matched, sizeof(*v->candidates), by_rule);
    for (uint32_t i = 0; i < matched; i++)
        report(v, u, v->s->rules.at[v->candidates[i]]);
}
