#include "engine/hunt/correlate_rule.h"
#include "engine/hunt/eval.h"

/* From loaded documents to a detector: filters, correlations, routing, threads. */

void sigma_min_level(struct sigma *s, enum hunt_level level)
{
    s->min_level = level;
}

int sigma_force_logsource(struct sigma *s, struct str name, struct err *err)
{
    struct str *parts[] = {&s->force.product, &s->force.category, &s->force.service};
    struct str part;
    size_t len = 0;
    if (str_find_char(name, '/') < 0)
        name = str_printf(&s->arena, "/" STR_FMT, STR_ARG(name));
    s->force = (struct sigma_logsource){0};
    while (str_split(&name, '/', &part)) {
        if (len == ARRAY_LEN(parts))
            return err_set(err, ERR_INVALID,
                           "a log source is CATEGORY or PRODUCT/CATEGORY/SERVICE");
        *parts[len++] = str_dup(&s->arena, part);
    }
    s->forced = true;
    return 0;
}

/* -------- filters (filters specification 2.1.0) -------- */

static bool within(struct str part, struct str whole)
{
    return part.len == 0 || str_eq(part, whole);
}

static bool covers(const struct sigma_logsource *f, const struct sigma_logsource *r)
{
    return within(f->category, r->category) && within(f->product, r->product) &&
           within(f->service, r->service);
}

static void filter_rule(struct sigma *s, const struct sigma_filter *f, struct sigma_rule *rule)
{
    rule->root = pool_join2(&s->pool, NODE_AND, rule->root, f->root);
}

static bool apply_listed(struct sigma *s, const struct sigma_filter *f)
{
    size_t applied = 0;
    for (size_t i = 0; i < f->rules.len; i++) {
        struct sigma_rule *rule = map_get(&s->by_id, f->rules.at[i]);
        if (rule == NULL) {
            sigma_note(s, f->file, false, f->title,
                       STR_FMT ": the rule " STR_FMT " is not loaded; not filtered",
                       STR_ARG(f->place), STR_ARG(f->rules.at[i]));
            continue;
        }
        if (!covers(&f->source, &rule->source)) {
            sigma_note(s, f->file, true, f->title,
                       STR_FMT ": the rule " STR_FMT " is for another log source",
                       STR_ARG(f->place), STR_ARG(f->rules.at[i]));
            return false;
        }
        applied++;
    }
    if (applied == 0)
        sigma_note(s, f->file, true, f->title, STR_FMT ": none of its rules is loaded",
                   STR_ARG(f->place));
    return applied > 0;
}

static void apply_filter(struct sigma *s, const struct sigma_filter *f)
{
    if (!f->any && !apply_listed(s, f))
        return;
    s->counts.filters++;
    for (size_t i = 0; f->any && i < s->rules.len; i++) {
        if (covers(&f->source, &s->rules.at[i]->source))
            filter_rule(s, f, s->rules.at[i]);
    }
    for (size_t i = 0; i < f->rules.len; i++) {
        struct sigma_rule *rule = map_get(&s->by_id, f->rules.at[i]);
        if (rule != NULL)
            filter_rule(s, f, rule);
    }
}

/* -------- finishing -------- */

static int rank(const struct pool *p, uint32_t id)
{
    const struct node *n = &p->nodes.at[id];
    if (n->kind == NODE_TEST)
        return p->tests.at[n->first].kind == TEST_REGEX ? 1 : 0;
    return n->kind == NODE_NOT ? 3 : 2;
}

/* Children are asked in this order: single tests, trees, and last what is negated, which is mostly
 * a long list of exceptions. */
static void order_kids(struct pool *p)
{
    struct arena tmp = {0};
    for (size_t i = 0; i < p->nodes.len; i++) {
        const struct node *n = &p->nodes.at[i];
        if (n->kind != NODE_AND && n->kind != NODE_OR)
            continue;
        uint32_t *kids = &p->kids.at[n->first];
        uint32_t *sorted = arena_array(&tmp, uint32_t, n->len);
        uint32_t len = 0;
        for (int r = 0; r <= 3; r++) {
            for (uint32_t k = 0; k < n->len; k++) {
                if (rank(p, kids[k]) == r)
                    sorted[len++] = kids[k];
            }
        }
        memcpy(kids, sorted, n->len * sizeof(*kids));
        arena_clear(&tmp);
    }
    arena_release(&tmp);
}

void sigma_finish(struct sigma *s)
{
    for (size_t i = 0; i < s->filters.len; i++)
        apply_filter(s, &s->filters.at[i]);
    correlations_resolve(s);
    logsources_bind(s->sources, s->schema);
    order_kids(&s->pool);
    s->routes = routes_new(s);
    for (size_t i = 0; i < s->rules.len; i++)
        vec_push(&s->costs, &s->arena)->hit = &s->rules.at[i]->hit;
}

bool sigma_loaded(const struct sigma *s, size_t i, struct sigma_loaded *out)
{
    if (i < s->rules.len) {
        *out = (struct sigma_loaded){&s->rules.at[i]->hit, s->rules.at[i]->place, false};
        return true;
    }
    for (size_t k = 0; k < s->correlations.len; k++) {
        const struct correlation *c = s->correlations.at[k];
        if (correlation_is_good(c) && i-- == s->rules.len) {
            *out = (struct sigma_loaded){&c->hit, c->place, true};
            return true;
        }
    }
    return false;
}

void sigma_measure(struct sigma *s)
{
    s->measure = true;
}

const struct sigma_cost *sigma_costs(const struct sigma *s, size_t *len)
{
    *len = s->costs.len;
    return s->costs.at;
}

/* -------- the detector -------- */

static void *thread_open(void *self)
{
    return eval_new(self);
}

static void take_events(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++)
        eval_event(state, u, &events[i]);
}

static void *unit_end(void *state, struct hunt_unit *u)
{
    struct eval *v = state;
    struct correlate_notes *notes = v->notes;
    v->notes = NULL;
    return notes;
}

static void merge(void *self, struct hunt_unit *u, void *notes)
{
    if (notes != NULL)
        correlate_merge(self, notes);
}

static void finish(void *self, struct hunt_unit *u)
{
    correlate_finish(self, u);
}

static void thread_close(void *self, void *state)
{
    struct sigma *s = self;
    struct eval *v = state;
    for (size_t i = 0; i < s->costs.len; i++) {
        s->costs.at[i].candidates += v->costs[i].candidates;
        s->costs.at[i].matches += v->costs[i].matches;
        s->costs.at[i].nanoseconds += v->costs[i].nanoseconds;
    }
    eval_free(v);
}

struct hunt_detector sigma_detector(struct sigma *s)
{
    return (struct hunt_detector){
        .self = s,
        .thread_open = thread_open,
        .events = take_events,
        .unit_end = unit_end,
        .merge = merge,
        .finish = finish,
        .thread_close = thread_close,
    };
}
