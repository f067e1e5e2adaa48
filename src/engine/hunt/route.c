#include "engine/hunt/route.h"

#include "engine/hunt/fold.h"
#include "engine/hunt/test.h"

#include <math.h>
#include <pthread.h>

enum {
    IDS = 65536,         /* event ids of Windows have 16 bits */
    OTHER_EVENT_ID = -2, /* there is one, but no rule names it */
    MAX_FIELDS = UINT16_MAX,
};

struct route_slot {
    struct logsource_key key;
    const struct route *route; /* NULL: free */
};

struct routes {
    struct sigma *s;
    struct arena arena;
    pthread_rwlock_t lock;
    struct route_slot *slots;
    size_t cap, len;
    uint64_t named[IDS / 64]; /* event ids that rules and packs name */
    struct route_fields fields;
    double *cost;      /* by test: how often its witness is likely to be met */
    struct map bodies; /* equal routes are kept once */
};

/* -------- what is known of a kind of event -------- */

enum known { MAYBE, FALSE_, TRUE_ };

struct view {
    const struct routes *r;
    const struct logsource_key *k;
    struct str channel, provider; /* folded; empty: unknown */
    char event_id[24];
};

static bool is_named(const struct routes *r, int64_t id)
{
    return id >= 0 && id < IDS && (r->named[id / 64] >> (id % 64) & 1) != 0;
}

static enum known known_text(const struct test *t, struct str value)
{
    if (t->cased || value.len == 0 || (!test_is_text(t) && t->kind != TEST_NUMBER))
        return MAYBE;
    return test_holds(t, value, value, NULL) ? TRUE_ : FALSE_;
}

static enum known known_test(const struct view *v, const struct test *t)
{
    if (t->field == 0 || v->k->family != HUNT_FAMILY_WINDOWS)
        return MAYBE;
    if (t->field == v->r->fields.channel)
        return known_text(t, v->channel);
    if (t->field == v->r->fields.provider)
        return known_text(t, v->provider);
    if (t->field != v->r->fields.event_id || v->k->event_id == -1)
        return MAYBE;
    if (v->k->event_id >= 0)
        return known_text(t, str_c(v->event_id));
    int64_t id;
    bool number = t->kind == TEST_EXACT && str_to_int(t->text, &id) && is_named(v->r, id);
    return number ? FALSE_ : MAYBE;
}

static enum known opposite(enum known k)
{
    return k == MAYBE ? MAYBE : k == TRUE_ ? FALSE_ : TRUE_;
}

static enum known known_node(const struct view *v, uint32_t id)
{
    const struct pool *p = &v->r->s->pool;
    const struct node *n = &p->nodes.at[id];
    switch (n->kind) {
    case NODE_FALSE:
        return FALSE_;
    case NODE_TRUE:
        return TRUE_;
    case NODE_TEST:
        return known_test(v, &p->tests.at[n->first]);
    case NODE_NOT:
        return opposite(known_node(v, n->first));
    default:
        break;
    }
    enum known absorbing = n->kind == NODE_AND ? FALSE_ : TRUE_;
    enum known result = opposite(absorbing);
    for (uint32_t i = 0; i < n->len; i++) {
        enum known k = known_node(v, p->kids.at[n->first + i]);
        if (k == absorbing)
            return absorbing;
        if (k == MAYBE)
            result = MAYBE;
    }
    return result;
}

/* -------- witnesses -------- */

/* How often the texts that witness `id` (or its negation) will be met; infinite when there are
 * none. */
static double witness_cost(const struct view *v, uint32_t id, bool negated)
{
    const struct pool *p = &v->r->s->pool;
    const struct node *n = &p->nodes.at[id];
    enum known k;
    switch (n->kind) {
    case NODE_FALSE:
    case NODE_TRUE:
        return (n->kind == NODE_TRUE) == negated ? 0 : INFINITY;
    case NODE_NOT:
        return witness_cost(v, n->first, !negated);
    case NODE_TEST:
        k = known_test(v, &p->tests.at[n->first]);
        if (k != MAYBE)
            return (k == TRUE_) == negated ? 0 : INFINITY;
        return negated ? INFINITY : v->r->cost[n->first];
    default:
        break;
    }
    bool conjunction = (n->kind == NODE_AND) != negated;
    double total = conjunction ? INFINITY : 0;
    for (uint32_t i = 0; i < n->len; i++) {
        double c = witness_cost(v, p->kids.at[n->first + i], negated);
        total = conjunction ? fmin(total, c) : total + c;
        if (!conjunction && isinf(total))
            break;
    }
    return total;
}

static void collect(const struct view *v, uint32_t id, bool negated, struct node_ids *out,
                    struct arena *a)
{
    const struct pool *p = &v->r->s->pool;
    const struct node *n = &p->nodes.at[id];
    if (n->kind == NODE_NOT) {
        collect(v, n->first, !negated, out, a);
        return;
    }
    if (n->kind == NODE_TEST) {
        if (known_test(v, &p->tests.at[n->first]) == MAYBE)
            *vec_push(out, a) = n->first;
        return;
    }
    if (n->kind != NODE_AND && n->kind != NODE_OR)
        return;
    bool conjunction = (n->kind == NODE_AND) != negated;
    uint32_t best = UINT32_MAX;
    double best_cost = INFINITY;
    for (uint32_t i = 0; i < n->len; i++) {
        uint32_t kid = p->kids.at[n->first + i];
        if (!conjunction) {
            collect(v, kid, negated, out, a);
            continue;
        }
        double c = witness_cost(v, kid, negated);
        if (c < best_cost) {
            best = kid;
            best_cost = c;
        }
    }
    if (best != UINT32_MAX)
        collect(v, best, negated, out, a);
}

/* Names of programs that run all day; a rule should rather be called by its other words. */
static const char *const frequent[] = {
    "\\cmd.exe",
    "cmd.exe",
    "\\powershell.exe",
    "powershell.exe",
    "\\svchost.exe",
    "svchost.exe",
    "\\rundll32.exe",
    "rundll32.exe",
    "\\explorer.exe",
    "explorer.exe",
    "\\services.exe",
    "c:\\windows\\system32\\",
    "c:\\windows\\",
    "\\windows\\",
    "c:\\program files\\",
    "c:\\program files",
    ".exe",
    ".dll",
    "true",
    "false",
    "system",
    "nt authority\\system",
    "hklm\\",
    "\\currentversion\\",
    "powershell",
    "microsoft",
    "windows",
    "setvalue",
    "\\system32\\",
    "system32",
    "c:\\users\\",
    "\\users\\",
    "\\microsoft\\windows\\",
    "\\pwsh.exe",
    "pwsh.dll",
    "\\temp\\",
    "\\appdata\\local\\",
    "\\appdata\\",
    "\\lsass.exe",
    "software\\microsoft\\windows\\currentversion",
    "http",
    "-",
};

static double literal_cost(const struct test *t)
{
    if (t->literal.len == 0)
        return INFINITY;
    double cost = exp2(-(double)MIN(t->literal.len, (size_t)20) / 2);
    if (t->kind == TEST_EXACT)
        cost /= 2;
    for (size_t i = 0; i < ARRAY_LEN(frequent); i++) {
        if (str_is(t->literal, frequent[i]))
            cost = fmax(cost, 0.5);
    }
    return cost;
}

/* -------- building a route -------- */

struct pair {
    uint32_t test, rule;
};
VEC_TYPE(pairs, struct pair);

static int by_test(const void *x, const void *y)
{
    const struct pair *a = x;
    const struct pair *b = y;
    if (a->test != b->test)
        return a->test < b->test ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static bool conflict(struct str x, struct str y)
{
    return x.len > 0 && y.len > 0 && !str_eq(x, y);
}

static bool admits(const struct sigma *s, const struct sigma_rule *rule,
                   const struct logsource_key *k)
{
    const struct sigma_logsource *source = &rule->source;
    if (!s->forced)
        return logsources_accept(rule->terms, k);
    bool common = (source->category.len > 0 && str_eq(source->category, s->force.category)) ||
                  (source->product.len > 0 && str_eq(source->product, s->force.product)) ||
                  (source->service.len > 0 && str_eq(source->service, s->force.service));
    return common && !conflict(source->category, s->force.category) &&
           !conflict(source->product, s->force.product) &&
           !conflict(source->service, s->force.service);
}

static bool wanted(const struct sigma *s, const struct sigma_rule *rule)
{
    return rule->listeners.len > 0 || (!rule->quiet && rule->hit.level >= s->min_level);
}

static void choose_rules(const struct view *v, struct pairs *pairs, struct node_ids *always,
                         struct arena *tmp)
{
    const struct sigma *s = v->r->s;
    uint8_t *admitted = arena_array(tmp, uint8_t, s->rules.len + 1); /* by terms: 1 no, 2 yes */
    for (uint32_t i = 0; i < s->rules.len; i++) {
        const struct sigma_rule *rule = s->rules.at[i];
        if (!wanted(s, rule))
            continue;
        uint8_t *answer = &admitted[rule->terms->index];
        if (*answer == 0)
            *answer = admits(s, rule, v->k) ? 2 : 1;
        if (*answer == 1 || known_node(v, rule->root) == FALSE_)
            continue;
        double cost = witness_cost(v, rule->root, false);
        if (isinf(cost)) {
            *vec_push(always, tmp) = i;
            continue;
        }
        struct node_ids tests = {0};
        collect(v, rule->root, false, &tests, tmp);
        for (size_t k = 0; k < tests.len; k++)
            *vec_push(pairs, tmp) = (struct pair){tests.at[k], i};
    }
}

static bool is_certain(const struct test *t)
{
    return !t->cased && t->kind <= TEST_CONTAINS;
}

static struct needle needle_for(const struct test *t, uint32_t target)
{
    static const uint8_t anchors[] = {
        [TEST_EXACT] = NEEDLE_FRONT | NEEDLE_END,
        [TEST_PREFIX] = NEEDLE_FRONT,
        [TEST_SUFFIX] = NEEDLE_END,
        [TEST_CONTAINS] = 0,
    };
    return (struct needle){t->literal, target, is_certain(t) ? anchors[t->kind] : 0};
}

struct scan_list {
    VEC(struct needle) needles;
};

static void build_targets(struct routes *r, struct route *out, const struct pairs *pairs)
{
    size_t targets = 0;
    for (size_t i = 0; i < pairs->len; i++)
        targets += i == 0 || pairs->at[i].test != pairs->at[i - 1].test;
    out->targets = arena_array(&r->arena, struct route_target, targets);
    out->watchers = arena_array(&r->arena, uint32_t, pairs->len);
    out->decided = arena_array(&r->arena, uint64_t, r->s->pool.tests.len / 64 + 1);
    targets = 0;
    for (size_t i = 0; i < pairs->len; i++) {
        uint32_t test = pairs->at[i].test;
        if (i == 0 || test != pairs->at[i - 1].test) {
            bool certain = is_certain(&r->s->pool.tests.at[test]);
            out->targets[targets++] =
                (struct route_target){.test = test, .certain = certain, .first = (uint32_t)i};
            if (certain)
                out->decided[test / 64] |= (uint64_t)1 << (test % 64);
        }
        out->targets[targets - 1].len++;
        out->watchers[i] = pairs->at[i].rule;
    }
    size_t fields = r->s->schema->fields.len + 1;
    struct arena tmp = {0};
    struct scan_list *lists = arena_array(&tmp, struct scan_list, fields);
    for (uint32_t i = 0; i < targets; i++) {
        const struct test *t = &r->s->pool.tests.at[out->targets[i].test];
        *vec_push(&lists[t->field].needles, &tmp) = needle_for(t, i);
    }
    size_t scans = 0;
    for (size_t f = 1; f < fields; f++)
        scans += lists[f].needles.len > 0;
    out->scan_of = arena_array(&r->arena, uint16_t, fields);
    out->scans = arena_array(&r->arena, struct needles *, scans);
    scans = 0;
    for (size_t f = 0; f < fields; f++) {
        if (lists[f].needles.len == 0)
            continue;
        struct needles *n = needles_new(&r->arena, lists[f].needles.at, lists[f].needles.len);
        if (f == 0) {
            out->keywords = n;
            continue;
        }
        out->scans[scans++] = n;
        out->scan_of[f] = (uint16_t)scans;
    }
    arena_release(&tmp);
}

static bool has_keyword(const struct pool *p, uint32_t id)
{
    const struct node *n = &p->nodes.at[id];
    if (n->kind == NODE_TEST)
        return p->tests.at[n->first].field == 0;
    if (n->kind == NODE_NOT)
        return has_keyword(p, n->first);
    for (uint32_t i = 0; i < n->len; i++) {
        if (has_keyword(p, p->kids.at[n->first + i]))
            return true;
    }
    return false;
}

static bool any_keyword(const struct routes *r, const struct pairs *pairs,
                        const struct node_ids *always)
{
    for (size_t i = 0; i < pairs->len; i++) {
        if (has_keyword(&r->s->pool, r->s->rules.at[pairs->at[i].rule]->root))
            return true;
    }
    for (size_t i = 0; i < always->len; i++) {
        if (has_keyword(&r->s->pool, r->s->rules.at[always->at[i]]->root))
            return true;
    }
    return false;
}

/* Two kinds with the same rules, witnesses and aliases share a route. */
static struct str body_key(struct arena *a, const struct pairs *pairs,
                           const struct node_ids *always, const struct logsource_aliases *aliases)
{
    struct buf b = buf_make(a);
    buf_printf(&b, "%zu %zu ", pairs->len, always->len);
    buf_add(&b, str_make((const char *)pairs->at, pairs->len * sizeof(*pairs->at)));
    buf_add(&b, str_make((const char *)always->at, always->len * sizeof(*always->at)));
    buf_add(&b, str_make((const char *)aliases->at, aliases->len * sizeof(*aliases->at)));
    return buf_str(&b);
}

static struct str folded_name(struct arena *a, const struct hunt_names *names, uint32_t id)
{
    struct str s = hunt_names_text(names, id);
    char *out = arena_alloc_align(a, fold_room(s.len), 1);
    return str_make(out, fold_text(s.ptr, s.len, out));
}

static const struct route *build(struct routes *r, const struct logsource_key *k)
{
    struct arena tmp = {0};
    struct view v = {.r = r, .k = k};
    v.channel = folded_name(&tmp, &r->s->schema->channels, k->channel);
    v.provider = folded_name(&tmp, &r->s->schema->providers, k->provider);
    snprintf(v.event_id, sizeof(v.event_id), "%lld", (long long)k->event_id);
    struct pairs pairs = {0};
    struct node_ids always = {0};
    choose_rules(&v, &pairs, &always, &tmp);
    if (pairs.len > 0)
        qsort(pairs.at, pairs.len, sizeof(*pairs.at), by_test);
    struct logsource_aliases aliases = {0};
    if (pairs.len + always.len > 0)
        logsources_aliases(r->s->sources, k, &aliases, &tmp);
    struct str key = body_key(&tmp, &pairs, &always, &aliases);
    struct route *out = map_get(&r->bodies, key);
    if (out == NULL) {
        out = arena_new(&r->arena, struct route);
        out->rules_len = (uint32_t)(pairs.len + always.len);
        build_targets(r, out, &pairs);
        out->always = arena_array(&r->arena, uint32_t, always.len);
        out->always_len = (uint32_t)always.len;
        if (always.len > 0)
            memcpy(out->always, always.at, always.len * sizeof(*always.at));
        for (size_t i = 0; i < aliases.len; i++)
            *vec_push(&out->aliases, &r->arena) = aliases.at[i];
        out->all_text = any_keyword(r, &pairs, &always);
        map_put(&r->bodies, str_dup(&r->arena, key), out);
    }
    arena_release(&tmp);
    return out;
}

/* -------- the table -------- */

static void name_event_id(struct routes *r, int64_t id)
{
    if (id >= 0 && id < IDS)
        r->named[id / 64] |= (uint64_t)1 << (id % 64);
}

struct routes *routes_new(struct sigma *s)
{
    struct routes *r = calloc(1, sizeof(*r));
    if (r == NULL)
        die("out of memory");
    r->s = s;
    r->bodies.arena = &r->arena;
    pthread_rwlock_init(&r->lock, NULL);
    r->fields.event_id = hunt_names_find(&s->schema->fields, STR("EventID"));
    r->fields.channel = hunt_names_find(&s->schema->fields, STR("Channel"));
    r->fields.provider = hunt_names_find(&s->schema->fields, STR("Provider_Name"));
    r->cost = arena_array(&r->arena, double, s->pool.tests.len);
    for (size_t i = 0; i < s->pool.tests.len; i++) {
        const struct test *t = &s->pool.tests.at[i];
        int64_t id;
        r->cost[i] = literal_cost(t);
        if (t->field == 0 || t->kind != TEST_EXACT)
            continue;
        if (t->field == r->fields.event_id && str_to_int(t->text, &id))
            name_event_id(r, id);
        else if (t->field == r->fields.channel)
            hunt_names_add(&s->schema->channels, t->text);
        else if (t->field == r->fields.provider)
            hunt_names_add(&s->schema->providers, t->text);
    }
    const struct node_ids *ids = logsources_event_ids(s->sources);
    for (size_t i = 0; i < ids->len; i++)
        name_event_id(r, ids->at[i]);
    if (s->schema->fields.len >= MAX_FIELDS)
        die("the rules name more than %d fields", MAX_FIELDS);
    return r;
}

void routes_free(struct routes *r)
{
    if (r == NULL)
        return;
    pthread_rwlock_destroy(&r->lock);
    free(r->slots);
    arena_release(&r->arena);
    free(r);
}

struct logsource_key routes_key(const struct routes *r, const struct hunt_event *e)
{
    struct logsource_key k = {.family = e->family, .channel = e->channel_id};
    k.provider = e->provider_id;
    k.event_id = e->event_id < 0 ? -1 : is_named(r, e->event_id) ? e->event_id : OTHER_EVENT_ID;
    return k;
}

const struct route_fields *routes_fields(const struct routes *r)
{
    return &r->fields;
}

static bool same_key(const struct logsource_key *x, const struct logsource_key *y)
{
    return x->family == y->family && x->channel == y->channel && x->provider == y->provider &&
           x->event_id == y->event_id;
}

static struct route_slot *slot_of(struct route_slot *slots, size_t cap,
                                  const struct logsource_key *k)
{
    uint64_t h = (uint64_t)k->event_id * 0x9E3779B97F4A7C15u;
    h = (h ^ k->channel) * 0xff51afd7ed558ccdu;
    h = (h ^ k->provider) * 0xff51afd7ed558ccdu;
    h = (h ^ k->family) * 0xff51afd7ed558ccdu;
    size_t i = (h ^ h >> 32) & (cap - 1);
    while (slots[i].route != NULL && !same_key(&slots[i].key, k))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static void grow(struct routes *r)
{
    size_t cap = r->cap == 0 ? 256 : r->cap * 2;
    struct route_slot *slots = calloc(cap, sizeof(*slots));
    if (slots == NULL)
        die("out of memory");
    for (size_t i = 0; i < r->cap; i++) {
        if (r->slots[i].route != NULL)
            *slot_of(slots, cap, &r->slots[i].key) = r->slots[i];
    }
    free(r->slots);
    r->slots = slots;
    r->cap = cap;
}

const struct route *routes_get(struct routes *r, const struct logsource_key *k)
{
    const struct route *route = NULL;
    pthread_rwlock_rdlock(&r->lock);
    if (r->cap > 0)
        route = slot_of(r->slots, r->cap, k)->route;
    pthread_rwlock_unlock(&r->lock);
    if (route != NULL)
        return route;
    pthread_rwlock_wrlock(&r->lock);
    if (r->len * 2 >= r->cap)
        grow(r);
    struct route_slot *slot = slot_of(r->slots, r->cap, k);
    if (slot->route == NULL) {
        slot->route = build(r, k);
        slot->key = *k;
        r->len++;
    }
    route = slot->route;
    pthread_rwlock_unlock(&r->lock);
    return route;
}
