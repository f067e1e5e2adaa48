#include "engine/hunt/logsource.h"

/* From packgen: the texts of packs/logsource. */
extern const struct str logsource_packs[];
extern const size_t logsource_packs_len;

struct field_name {
    struct str rule, log;
    uint32_t rule_id, log_id; /* 0 until bound, or when no rule uses it */
};

struct match {
    uint32_t families; /* a bit each, 0: any */
    struct node_ids channels, providers;
    struct node_ids event_ids;
    VEC(struct field_name) fields;
};

struct logsource_entry {
    struct sigma_logsource source;
    VEC(struct match) matches;
};

struct logsources {
    VEC(struct logsource_entry) entries;
    struct node_ids event_ids;
    struct arena *arena;
    struct map terms; /* by category, product and service, with NUL between */
};

struct loader {
    struct logsources *l;
    struct arena *a;
    struct hunt_schema *schema;
    uint32_t families; /* of the product being read */
    struct str product;
};

/* -------- loading -------- */

_noreturn_ static void broken(const struct yaml_node *at, const char *what)
{
    die("packs/logsource, line %u: %s", at->line, what);
}

static uint32_t family_bit(const struct yaml_node *n)
{
    for (int i = 0; i < HUNT_FAMILY_COUNT; i++) {
        if (str_is(n->text, hunt_family_name((enum hunt_family)i)))
            return 1u << i;
    }
    broken(n, "unknown family");
}

/* A value or a list of values: item i, or NULL behind the last. */
static const struct yaml_node *nth(const struct yaml_node *n, uint32_t i)
{
    if (n == NULL)
        return NULL;
    if (n->kind == YAML_LIST)
        return i < n->len ? n->items[i] : NULL;
    return i == 0 ? n : NULL;
}

static uint32_t read_families(const struct yaml_node *map, uint32_t inherited)
{
    const struct yaml_node *list = yaml_get(map, "family");
    const struct yaml_node *n;
    uint32_t bits = 0;
    for (uint32_t i = 0; (n = nth(list, i)) != NULL; i++)
        bits |= family_bit(n);
    return bits != 0 ? bits : inherited;
}

static void read_names(struct loader *ld, const struct yaml_node *list, struct hunt_names *names,
                       struct node_ids *out)
{
    const struct yaml_node *n;
    for (uint32_t i = 0; (n = nth(list, i)) != NULL; i++)
        *vec_push(out, ld->a) = hunt_names_add(names, n->text);
}

static bool has_id(const struct node_ids *ids, int64_t id)
{
    for (size_t i = 0; i < ids->len; i++) {
        if (ids->at[i] == id)
            return true;
    }
    return false;
}

static void read_match(struct loader *ld, const struct yaml_node *map, struct logsource_entry *e)
{
    struct match *m = vec_push(&e->matches, ld->a);
    m->families = read_families(map, ld->families);
    read_names(ld, yaml_get(map, "channel"), &ld->schema->channels, &m->channels);
    read_names(ld, yaml_get(map, "provider"), &ld->schema->providers, &m->providers);
    const struct yaml_node *ids = yaml_get(map, "event_id");
    const struct yaml_node *n;
    for (uint32_t i = 0; (n = nth(ids, i)) != NULL; i++) {
        int64_t id;
        if (!str_to_int(n->text, &id) || id < 0 || id > UINT32_MAX)
            broken(n, "not an event id");
        *vec_push(&m->event_ids, ld->a) = (uint32_t)id;
        if (!has_id(&ld->l->event_ids, id))
            *vec_push(&ld->l->event_ids, ld->a) = (uint32_t)id;
    }
    const struct yaml_node *fields = yaml_get(map, "fields");
    for (uint32_t i = 0; fields != NULL && i < fields->len; i++) {
        struct str rule = str_dup(ld->a, fields->items[2 * i]->text);
        struct str log = str_dup(ld->a, fields->items[2 * i + 1]->text);
        if (!str_eq(rule, log))
            *vec_push(&m->fields, ld->a) = (struct field_name){.rule = rule, .log = log};
    }
}

static struct logsource_entry *new_entry(struct loader *ld, struct str category, struct str service)
{
    struct logsource_entry *e = vec_push(&ld->l->entries, ld->a);
    e->source.product = ld->product;
    e->source.category = str_dup(ld->a, category);
    e->source.service = str_dup(ld->a, service);
    return e;
}

static void read_product(struct loader *ld, const struct yaml_node *map)
{
    const struct yaml_node *product = yaml_get(map, "product");
    ld->product = product != NULL ? str_dup(ld->a, product->text) : STR_EMPTY;
    ld->families = read_families(map, 0);
    if (product != NULL) {
        struct logsource_entry *e = new_entry(ld, STR(""), STR(""));
        vec_push(&e->matches, ld->a)->families = ld->families;
    }
    const struct yaml_node *list = yaml_get(map, "categories");
    for (uint32_t i = 0; list != NULL && i < list->len; i++) {
        struct logsource_entry *e = new_entry(ld, list->items[2 * i]->text, STR(""));
        const struct yaml_node *matches = list->items[2 * i + 1];
        for (uint32_t k = 0; k < matches->len; k++)
            read_match(ld, matches->items[k], e);
        if (matches->len == 0)
            vec_push(&e->matches, ld->a)->families = ld->families;
    }
    list = yaml_get(map, "services");
    for (uint32_t i = 0; list != NULL && i < list->len; i++)
        read_match(ld, list->items[2 * i + 1], new_entry(ld, STR(""), list->items[2 * i]->text));
}

struct logsources *logsources_new(struct arena *a, struct hunt_schema *schema)
{
    struct loader ld = {.a = a, .schema = schema};
    ld.l = arena_new(a, struct logsources);
    ld.l->arena = ld.l->terms.arena = a;
    for (size_t i = 0; i < logsource_packs_len; i++) {
        struct arena tmp = {0};
        struct yaml_docs docs = {0};
        struct err err = {0};
        if (yaml_read(&tmp, logsource_packs[i], &docs, &err) < 0 || docs.len != 1)
            die("packs/logsource: %s", err.what);
        const struct yaml_node *products = yaml_get(docs.at[0], "products");
        if (products == NULL)
            read_product(&ld, docs.at[0]);
        for (uint32_t k = 0; products != NULL && k < products->len; k++)
            read_product(&ld, products->items[k]);
        arena_release(&tmp);
    }
    return ld.l;
}

/* -------- asking -------- */

static bool within(struct str part, struct str whole)
{
    return part.len == 0 || str_eq(part, whole);
}

/* Everything `x` says, `y` says too. */
static bool subset(const struct sigma_logsource *x, const struct sigma_logsource *y)
{
    return within(x->category, y->category) && within(x->product, y->product) &&
           within(x->service, y->service);
}

static bool has(const struct node_ids *ids, uint32_t id)
{
    return ids->len == 0 || (id != 0 && has_id(ids, id));
}

static bool match_holds(const struct match *m, const struct logsource_key *k)
{
    if (m->families != 0 && (m->families >> k->family & 1) == 0)
        return false;
    if (!has(&m->channels, k->channel) || !has(&m->providers, k->provider))
        return false;
    return m->event_ids.len == 0 || has_id(&m->event_ids, k->event_id);
}

static bool entry_holds(const struct logsource_entry *e, const struct logsource_key *k)
{
    for (size_t i = 0; i < e->matches.len; i++) {
        if (match_holds(&e->matches.at[i], k))
            return true;
    }
    return false;
}

/* Another of the entries says all that e says, and more. */
static bool surpassed(const struct logsource_entry *e, const struct logsource_entries *list)
{
    for (size_t i = 0; i < list->len; i++) {
        if (subset(&e->source, &list->at[i]->source) && !subset(&list->at[i]->source, &e->source))
            return true;
    }
    return false;
}

static void find_terms(const struct logsources *l, const struct sigma_logsource *s,
                       struct logsource_terms *t)
{
    struct logsource_entries wider = {0};
    struct sigma_logsource covered = {0};
    for (size_t i = 0; i < l->entries.len; i++) {
        const struct logsource_entry *e = &l->entries.at[i];
        if (subset(&e->source, s))
            *vec_push(&wider, l->arena) = e;
        else if (subset(s, &e->source))
            *vec_push(&t->one_of, l->arena) = e;
    }
    for (size_t i = 0; i < wider.len; i++) {
        const struct logsource_entry *e = wider.at[i];
        if (surpassed(e, &wider))
            continue;
        *vec_push(&t->all, l->arena) = e;
        if (e->source.category.len > 0)
            covered.category = s->category;
        if (e->source.product.len > 0)
            covered.product = s->product;
        if (e->source.service.len > 0)
            covered.service = s->service;
    }
    t->covered = wider.len > 0 && subset(s, &covered);
    t->known = t->covered || t->one_of.len > 0;
}

const struct logsource_terms *logsources_terms(struct logsources *l,
                                               const struct sigma_logsource *s)
{
    struct buf key = buf_make(l->arena);
    buf_add(&key, s->category);
    buf_add_char(&key, 0);
    buf_add(&key, s->product);
    buf_add_char(&key, 0);
    buf_add(&key, s->service);
    struct logsource_terms *t = map_get(&l->terms, buf_str(&key));
    if (t != NULL)
        return t;
    t = arena_new(l->arena, struct logsource_terms);
    t->index = (uint32_t)l->terms.len;
    find_terms(l, s, t);
    map_put(&l->terms, buf_str(&key), t);
    return t;
}

bool logsources_accept(const struct logsource_terms *t, const struct logsource_key *k)
{
    for (size_t i = 0; i < t->all.len; i++) {
        if (!entry_holds(t->all.at[i], k))
            return false;
    }
    if (t->covered)
        return true;
    for (size_t i = 0; i < t->one_of.len; i++) {
        if (entry_holds(t->one_of.at[i], k))
            return true;
    }
    return !t->known && k->family == HUNT_FAMILY_UNKNOWN;
}

const struct node_ids *logsources_event_ids(const struct logsources *l)
{
    return &l->event_ids;
}

void logsources_bind(struct logsources *l, struct hunt_schema *schema)
{
    for (size_t i = 0; i < l->entries.len; i++) {
        for (size_t k = 0; k < l->entries.at[i].matches.len; k++) {
            struct match *m = &l->entries.at[i].matches.at[k];
            for (size_t f = 0; f < m->fields.len; f++) {
                struct field_name *n = &m->fields.at[f];
                n->rule_id = hunt_names_find(&schema->fields, n->rule);
                n->log_id = n->rule_id != 0 ? hunt_names_add(&schema->fields, n->log) : 0;
            }
        }
    }
}

void logsources_aliases(const struct logsources *l, const struct logsource_key *k,
                        struct logsource_aliases *out, struct arena *a)
{
    for (size_t i = 0; i < l->entries.len; i++) {
        for (size_t j = 0; j < l->entries.at[i].matches.len; j++) {
            const struct match *m = &l->entries.at[i].matches.at[j];
            if (m->fields.len == 0 || !match_holds(m, k))
                continue;
            for (size_t f = 0; f < m->fields.len; f++) {
                const struct field_name *n = &m->fields.at[f];
                if (n->rule_id != 0)
                    *vec_push(out, a) = (struct logsource_alias){n->rule_id, n->log_id};
            }
        }
    }
}
