#include "engine/hunt/correlate_rule.h"

/* Correlation rules: reading them, and finding what they refer to. */
enum { SLOTS_MAX = 32 };

struct type_name {
    const char *name;
    uint8_t type;
};

static const struct type_name types[] = {
    {"event_count", CORRELATE_EVENT_COUNT},
    {"value_count", CORRELATE_VALUE_COUNT},
    {"value_sum", CORRELATE_SUM},
    {"value_avg", CORRELATE_AVG},
    {"value_percentile", CORRELATE_PERCENTILE},
    {"value_median", CORRELATE_MEDIAN},
    {"temporal", CORRELATE_TEMPORAL},
    {"temporal_ordered", CORRELATE_ORDERED},
};

static const struct type_name ops[] = {
    {"gt", OP_GT}, {"gte", OP_GTE}, {"lt", OP_LT}, {"lte", OP_LTE}, {"eq", OP_EQ},
};

static const struct type_name *find_name(const struct type_name *table, size_t len, struct str name)
{
    for (size_t i = 0; i < len; i++) {
        if (str_is(name, table[i].name))
            return &table[i];
    }
    return NULL;
}

static bool is_temporal(const struct correlation *c)
{
    return c->type == CORRELATE_TEMPORAL || c->type == CORRELATE_ORDERED;
}

/* -------- reading -------- */

static int read_list(struct reading *r, const struct yaml_node *n, const char *what,
                     struct strs *out)
{
    if (n->kind == YAML_SCALAR && !yaml_is_null(n)) {
        *vec_push(out, &r->s->arena) = str_dup(&r->s->arena, n->text);
        return 0;
    }
    if (n->kind != YAML_LIST || n->len == 0)
        return reading_fail(r, n, "'%s' is a list of names", what);
    for (uint32_t i = 0; i < n->len; i++) {
        if (n->items[i]->kind != YAML_SCALAR || n->items[i]->text.len == 0)
            return reading_fail(r, n->items[i], "'%s' is a list of names", what);
        *vec_push(out, &r->s->arena) = str_dup(&r->s->arena, n->items[i]->text);
    }
    return 0;
}

/* A number and s, m, h or d ("Time Selection"). */
static int read_timespan(struct reading *r, const struct yaml_node *body, int64_t *out)
{
    struct str text;
    int rc = reading_text(r, body, "timespan", &text);
    if (rc < 0)
        return rc;
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    const char *unit = strchr(units, text.ptr[text.len - 1]);
    int64_t n;
    if (unit == NULL || !str_to_int(str_sub(text, 0, text.len - 1), &n) || n <= 0 ||
        n > 36500 * 86400LL)
        return reading_fail(r, yaml_get(body, "timespan"),
                            "'timespan' is a number with s, m, h or d behind it");
    *out = n * seconds[unit - units] * 1000;
    return 0;
}

static int read_bounds(struct reading *r, struct correlation *c, const struct yaml_node *map)
{
    for (uint32_t i = 0; i < map->len; i++) {
        const struct yaml_node *key = map->items[2 * i];
        const struct yaml_node *value = map->items[2 * i + 1];
        double n;
        int rc = 0;
        const struct type_name *op = find_name(ops, ARRAY_LEN(ops), key->text);
        if (op == NULL && str_is(key->text, "field")) {
            rc = read_list(r, value, "field", &c->fields);
        } else if (op == NULL && str_is(key->text, "percentile")) {
            if (!yaml_number(value, &n) || n < 1 || n > 100 || n != (int)n)
                rc = reading_fail(r, value, "'percentile' is a whole number from 1 to 100");
            else
                c->percentile = (int)n;
        } else if (op == NULL) {
            rc = reading_fail(r, key, "unknown condition '" STR_FMT "'", STR_ARG(key->text));
        } else if (!yaml_number(value, &n)) {
            rc = reading_fail(r, value, "a number is wanted here");
        } else {
            *vec_push(&c->bounds, &r->s->arena) = (struct bound){op->type, n};
        }
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* An expression over the rules' names; each stands for a bit of the mask of members met. */
static int read_expression(struct reading *r, struct correlation *c, const struct yaml_node *n)
{
    struct searches names = {0};
    for (uint32_t i = 0; i < c->members.len; i++) {
        struct test t = {.kind = TEST_EXISTS, .other = i + 1, .shown = c->members.at[i].ref};
        struct search s = {.name = c->members.at[i].ref};
        s.node = pool_node_test(&r->s->pool, pool_test(&r->s->pool, &t));
        *vec_push(&names, r->tmp) = s;
    }
    c->has_expression = true;
    return sigma_read_condition(r, &names, n, &c->expression);
}

static int read_criterion(struct reading *r, struct correlation *c, const struct yaml_node *body)
{
    const struct yaml_node *n = yaml_get(body, "condition");
    bool needs_field = c->type > CORRELATE_EVENT_COUNT && !is_temporal(c);
    if (n == NULL && is_temporal(c))
        return 0;
    if (n == NULL)
        return reading_fail(r, body, "'condition' is missing");
    if (n->kind == YAML_SCALAR && is_temporal(c))
        return read_expression(r, c, n);
    if (n->kind != YAML_MAP)
        return reading_fail(r, n, "'condition' is a map with gt, gte, lt, lte or eq");
    int rc = read_bounds(r, c, n);
    if (rc < 0)
        return rc;
    if (c->bounds.len == 0)
        return reading_fail(r, n, "'condition' has none of gt, gte, lt, lte, eq");
    if (needs_field != (c->fields.len > 0))
        return reading_fail(r, n, needs_field ? "'field' is missing" : "'field' has no use here");
    if (c->fields.len > 1 && c->type != CORRELATE_VALUE_COUNT)
        return reading_fail(r, n, "this type takes one field");
    if (c->percentile != 0 && c->type != CORRELATE_PERCENTILE)
        return reading_fail(r, n, "'percentile' belongs to value_percentile");
    return 0;
}

static int read_aliases(struct reading *r, struct correlation *c, const struct yaml_node *body)
{
    const struct yaml_node *map = yaml_get(body, "aliases");
    if (map == NULL)
        return 0;
    for (uint32_t i = 0; i < map->len || map->kind != YAML_MAP; i++) {
        if (map->kind != YAML_MAP || map->items[2 * i + 1]->kind != YAML_MAP)
            return reading_fail(r, map, "'aliases' maps names to maps from rule to field");
        const struct yaml_node *fields = map->items[2 * i + 1];
        for (uint32_t k = 0; k < fields->len; k++) {
            if (fields->items[2 * k + 1]->kind != YAML_SCALAR)
                return reading_fail(r, fields->items[2 * k + 1], "the name of a field is wanted");
            *vec_push(&c->aliases, &r->s->arena) = (struct alias){
                str_dup(&r->s->arena, map->items[2 * i]->text),
                str_dup(&r->s->arena, fields->items[2 * k]->text),
                str_dup(&r->s->arena, fields->items[2 * k + 1]->text),
            };
        }
    }
    return 0;
}

static int read_members(struct reading *r, struct correlation *c, const struct yaml_node *body)
{
    struct strs refs = {0};
    const struct yaml_node *n = yaml_get(body, "rules");
    if (n == NULL)
        return reading_fail(r, body, "'rules' is missing");
    int rc = read_list(r, n, "rules", &refs);
    if (rc == 0 && refs.len > MEMBERS_MAX)
        rc = reading_fail(r, n, "more than %d rules", MEMBERS_MAX);
    for (size_t i = 0; rc == 0 && i < refs.len; i++) {
        for (size_t k = 0; k < i; k++) {
            if (str_eq(refs.at[k], refs.at[i]))
                return reading_fail(r, n, "the rule " STR_FMT " stands twice", STR_ARG(refs.at[i]));
        }
        vec_push(&c->members, &r->s->arena)->ref = refs.at[i];
    }
    return rc;
}

static int read_generate(struct reading *r, struct correlation *c, const struct yaml_node *parent)
{
    const struct yaml_node *n = yaml_get(parent, "generate");
    if (n != NULL && !yaml_bool(n, &c->generate))
        return reading_fail(r, n, "'generate' is true or false");
    return 0;
}

/* Negation anywhere: more events can undo what held. */
static bool has_negation(const struct pool *p, uint32_t id)
{
    const struct node *n = &p->nodes.at[id];
    if (n->kind == NODE_NOT)
        return true;
    for (uint32_t i = 0; (n->kind == NODE_AND || n->kind == NODE_OR) && i < n->len; i++) {
        if (has_negation(p, p->kids.at[n->first + i]))
            return true;
    }
    return false;
}

static int check_ordered(struct reading *r, const struct correlation *c,
                         const struct yaml_node *body)
{
    double n = (double)c->members.len;
    bool all = !c->has_expression && c->bounds.len <= 1;
    for (size_t i = 0; i < c->bounds.len; i++) {
        const struct bound *b = &c->bounds.at[i];
        all = all && ((b->op == OP_GTE && b->value == n) || (b->op == OP_EQ && b->value == n) ||
                      (b->op == OP_GT && b->value == n - 1));
    }
    if (c->has_expression) {
        const struct node *e = &r->s->pool.nodes.at[c->expression];
        all = (e->kind == NODE_AND && e->len == c->members.len) ||
              (e->kind == NODE_TEST && c->members.len == 1);
        for (uint32_t i = 0; all && e->kind == NODE_AND && i < e->len; i++)
            all = r->s->pool.nodes.at[r->s->pool.kids.at[e->first + i]].kind == NODE_TEST;
    }
    if (!all)
        return reading_fail(r, yaml_get(body, "condition"),
                            "the condition of temporal_ordered can only ask for all its rules");
    return 0;
}

static bool is_monotone(const struct sigma *s, const struct correlation *c)
{
    if (c->type == CORRELATE_AVG || c->type == CORRELATE_MEDIAN || c->type == CORRELATE_PERCENTILE)
        return false;
    if (c->has_expression)
        return !has_negation(&s->pool, c->expression);
    for (size_t i = 0; i < c->bounds.len; i++) {
        if (c->bounds.at[i].op != OP_GT && c->bounds.at[i].op != OP_GTE)
            return false;
    }
    return true;
}

static int read_body(struct reading *r, struct correlation *c, const struct yaml_node *body)
{
    struct str type;
    if (body->kind != YAML_MAP)
        return reading_fail(r, body, "'correlation' is a map");
    int rc = reading_text(r, body, "type", &type);
    if (rc < 0)
        return rc;
    const struct type_name *t = find_name(types, ARRAY_LEN(types), type);
    if (t == NULL)
        return reading_fail(r, yaml_get(body, "type"), "unknown correlation type '" STR_FMT "'",
                            STR_ARG(type));
    c->type = t->type;
    rc = read_members(r, c, body);
    const struct yaml_node *group = yaml_get(body, "group-by");
    if (rc == 0 && group != NULL)
        rc = read_list(r, group, "group-by", &c->group_by);
    if (rc == 0)
        rc = read_timespan(r, body, &c->timespan);
    if (rc == 0)
        rc = read_criterion(r, c, body);
    if (rc == 0)
        rc = read_aliases(r, c, body);
    if (rc == 0)
        rc = read_generate(r, c, body);
    if (rc == 0 && c->type == CORRELATE_ORDERED)
        rc = check_ordered(r, c, body);
    c->monotone = is_monotone(r->s, c);
    return rc;
}

int sigma_read_correlation(struct reading *r, const struct yaml_node *doc, struct str file)
{
    struct sigma *s = r->s;
    struct correlation *c = arena_new(&s->arena, struct correlation);
    int rc = sigma_read_head(r, doc, &c->hit, &c->name);
    if (rc == 0)
        rc = read_body(r, c, yaml_get(doc, "correlation"));
    if (rc == 0)
        rc = read_generate(r, c, doc);
    if (rc == 0)
        rc = sigma_check_names(r, doc, &c->hit, c->name);
    if (rc < 0)
        return rc;
    c->hit.file = file;
    c->place = str_printf(&s->arena, "%u:%u", doc->line, doc->column);
    *vec_push(&s->correlations, &s->arena) = c;
    if (c->hit.id.len > 0)
        map_put(&s->correlation_by_id, c->hit.id, c);
    if (c->name.len > 0)
        map_put(&s->correlation_by_id, c->name, c);
    return 0;
}

/* -------- resolving -------- */

enum { FRESH, VISITING, GOOD, BAD };

static void refuse(struct sigma *s, struct correlation *c, const char *what, struct str detail)
{
    sigma_note(s, c->hit.file, true, c->hit.title, STR_FMT ": %s" STR_FMT, STR_ARG(c->place), what,
               STR_ARG(detail));
    c->state = BAD;
}

static bool visit(struct sigma *s, struct correlation *c, struct correlation_list *order)
{
    if (c->state == VISITING)
        refuse(s, c, "refers to itself through ", c->hit.title);
    if (c->state != FRESH)
        return c->state == GOOD;
    c->state = VISITING;
    for (size_t i = 0; i < c->members.len; i++) {
        struct member *m = &c->members.at[i];
        m->rule = map_get(&s->by_id, m->ref);
        m->child = map_get(&s->correlation_by_id, m->ref);
        if (m->rule == NULL && m->child == NULL)
            refuse(s, c, "no loaded rule is called ", m->ref);
        else if (m->child != NULL && !visit(s, m->child, order) && c->state == VISITING)
            refuse(s, c, "refers to a rule that was refused: ", m->ref);
        if (c->state == BAD)
            return false;
    }
    c->state = GOOD;
    *vec_push(order, &s->arena) = c;
    return true;
}

static bool refers_to(const struct member *m, struct str ref)
{
    if (str_eq(m->ref, ref))
        return true;
    const struct hunt_hit *hit = m->rule != NULL ? &m->rule->hit : &m->child->hit;
    struct str name = m->rule != NULL ? m->rule->name : m->child->name;
    return (name.len > 0 && str_eq(name, ref)) || (hit->id.len > 0 && str_eq(hit->id, ref));
}

/* What the slot is called in events of the member; false: an alias that leaves it out. */
static bool slot_field(const struct correlation *c, const struct member *m, struct str slot,
                       struct str *out)
{
    bool alias = false;
    for (size_t i = 0; i < c->aliases.len; i++) {
        const struct alias *a = &c->aliases.at[i];
        if (!str_eq(a->name, slot))
            continue;
        alias = true;
        if (refers_to(m, a->ref)) {
            *out = a->field;
            return true;
        }
    }
    *out = slot;
    return !alias;
}

static bool bind_member(struct sigma *s, struct correlation *c, uint32_t index)
{
    struct member *m = &c->members.at[index];
    if (m->child != NULL) {
        m->inherit = (uint32_t)m->child->slots.len;
        *vec_push(&m->child->parents, &s->arena) = c->index;
    } else {
        m->fields = arena_array(&s->arena, uint32_t, c->slots.len + 1);
        *vec_push(&m->rule->listeners, &s->arena) = c->index << 6 | index;
    }
    for (size_t i = 0; i < c->slots.len; i++) {
        struct str field;
        if (!slot_field(c, m, c->slots.at[i], &field)) {
            refuse(s, c, "an alias names no field for the rule ", m->ref);
            return false;
        }
        if (m->child != NULL)
            *vec_push(&m->child->slots, &s->arena) = field;
        else
            m->fields[i] = hunt_names_add(&s->schema->fields, field);
    }
    return true;
}

static int compare_notes(const struct spool_head *x, const struct spool_head *y)
{
    const struct note *a = (const struct note *)x;
    const struct note *b = (const struct note *)y;
    struct str ka = str_make((const char *)(a + 1), a->group_len);
    struct str kb = str_make((const char *)(b + 1), b->group_len);
    int c = str_cmp(ka, kb);
    if (c != 0)
        return c;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    uint32_t sa = a->source != NULL ? a->source->index : 0;
    uint32_t sb = b->source != NULL ? b->source->index : 0;
    if (sa != sb)
        return sa < sb ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->record_id != b->record_id)
        return a->record_id < b->record_id ? -1 : 1;
    /* Later rules first: one event that matches two of them is not two steps of an order. */
    return (a->member < b->member) - (a->member > b->member);
}

static void silence(struct correlation *c)
{
    for (size_t i = 0; i < c->members.len; i++) {
        struct member *m = &c->members.at[i];
        bool *quiet = m->rule != NULL ? &m->rule->quiet : &m->child->quiet;
        *quiet = *quiet || !c->generate;
    }
}

static void unsilence(struct correlation *c)
{
    for (size_t i = 0; i < c->members.len && c->generate; i++) {
        struct member *m = &c->members.at[i];
        bool *quiet = m->rule != NULL ? &m->rule->quiet : &m->child->quiet;
        *quiet = false;
    }
}

/* Own slots in front of what the parents, which were bound before, left here as their needs. */
static void complete_slots(struct sigma *s, struct correlation *c)
{
    struct strs inherited = c->slots;
    c->slots = (struct strs){0};
    for (size_t i = 0; i < c->group_by.len; i++)
        *vec_push(&c->slots, &s->arena) = c->group_by.at[i];
    for (size_t i = 0; i < c->fields.len; i++)
        *vec_push(&c->slots, &s->arena) = c->fields.at[i];
    uint32_t own = (uint32_t)c->slots.len;
    for (size_t i = 0; i < inherited.len; i++)
        *vec_push(&c->slots, &s->arena) = inherited.at[i];
    for (size_t i = 0; i < c->parents.len; i++) {
        struct correlation *parent = s->correlations.at[c->parents.at[i]];
        for (size_t m = 0; m < parent->members.len; m++) {
            if (parent->members.at[m].child == c)
                parent->members.at[m].inherit += own;
        }
    }
    if (c->slots.len > SLOTS_MAX)
        refuse(s, c, "needs too many fields", STR(""));
}

static void refuse_parents(struct sigma *s, struct correlation *c)
{
    for (size_t m = 0; m < c->members.len && c->state == GOOD; m++) {
        const struct correlation *child = c->members.at[m].child;
        if (child != NULL && child->state == BAD)
            refuse(s, c, "refers to a rule that was refused: ", c->members.at[m].ref);
    }
}

void correlations_resolve(struct sigma *s)
{
    struct correlation_list order = {0};
    for (size_t i = 0; i < s->correlations.len; i++)
        visit(s, s->correlations.at[i], &order);
    s->correlations = order; /* children before parents */
    for (size_t i = 0; i < order.len; i++)
        order.at[i]->index = (uint32_t)i;
    for (size_t i = order.len; i-- > 0;) {
        struct correlation *c = order.at[i];
        complete_slots(s, c);
        for (uint32_t m = 0; c->state == GOOD && m < c->members.len; m++)
            bind_member(s, c, m);
    }
    size_t limit = MAX((size_t)1 << 20, ((size_t)32 << 20) / MAX(order.len, (size_t)1));
    for (size_t i = 0; i < order.len; i++) {
        refuse_parents(s, order.at[i]);
        spool_init(&order.at[i]->spool, compare_notes, limit);
        if (order.at[i]->state == GOOD)
            silence(order.at[i]);
    }
    for (size_t i = 0; i < order.len; i++) {
        if (order.at[i]->state == GOOD)
            unsilence(order.at[i]);
    }
}

bool correlation_is_good(const struct correlation *c)
{
    return c->state != BAD;
}

void correlations_free(struct sigma *s)
{
    for (size_t i = 0; i < s->correlations.len; i++) {
        if (s->correlations.at[i]->spool.compare != NULL)
            spool_release(&s->correlations.at[i]->spool);
    }
}
