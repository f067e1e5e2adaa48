#include "engine/hunt/json_paths.h"

#include "base/json.h"
#include "engine/hunt/names.h"

enum { BUCKETS = 4096, PATHS_KEPT = 50000 };

void json_paths_init(struct json_paths *p, const struct hunt_schema *schema)
{
    memset(p, 0, sizeof(*p));
    p->schema = schema;
    p->last = &p->root;
    p->buckets = arena_array(&p->arena, struct json_node *, BUCKETS);
}

void json_paths_release(struct json_paths *p)
{
    arena_release(&p->arena);
}

void json_paths_trim(struct json_paths *p)
{
    if (p->len < PATHS_KEPT)
        return;
    const struct hunt_schema *schema = p->schema;
    json_paths_release(p);
    json_paths_init(p, schema);
}

static struct str decoded(struct arena *a, struct str key)
{
    if (str_find_char(key, '\\') < 0)
        return key;
    struct json j;
    struct str document = str_printf(a, "\"" STR_FMT "\"", STR_ARG(key));
    json_init(&j, document);
    j.lenient = true;
    return json_next(&j) == JSON_STRING ? json_string(&j, a) : key;
}

static bool is_name_key(struct str path)
{
    return str_ends(path, STR("Data.@Name")) || str_ends(path, STR("Data.#attributes.Name"));
}

static bool is_value_key(struct str path)
{
    return str_ends(path, STR("Data.#text")) || str_ends(path, STR("Data.$t"));
}

static struct json_node *make_node(struct json_paths *p, struct json_node *parent, struct str key)
{
    struct json_node *n = arena_new(&p->arena, struct json_node);
    n->key = str_dup(&p->arena, key);
    n->parent = parent;
    struct str name = decoded(&p->arena, n->key);
    n->path = parent == &p->root ? name
                                 : str_printf(&p->arena, STR_FMT "." STR_FMT, STR_ARG(parent->path),
                                              STR_ARG(name));
    hunt_path_find(p->schema, &p->arena, n->path, &n->field);
    n->name_key = is_name_key(n->path);
    n->value_key = is_value_key(n->path);
    p->len++;
    return n;
}

struct json_node *json_paths_slow(struct json_paths *p, struct json_node *parent, struct str key)
{
    size_t i = (hunt_hash(key) ^ (uint32_t)((uintptr_t)parent >> 4)) % BUCKETS;
    struct json_node *n = p->buckets[i];
    while (n != NULL && (n->parent != parent || !str_eq(n->key, key)))
        n = n->chain;
    if (n == NULL) {
        n = make_node(p, parent, key);
        n->chain = p->buckets[i];
        p->buckets[i] = n;
    }
    p->last->follower = n;
    return n;
}
