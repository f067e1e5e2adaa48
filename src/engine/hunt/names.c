#include "engine/hunt/event.h"

#include "engine/hunt/names.h"

static uint32_t names_hash(const struct hunt_names *n, struct str s)
{
    return n->nocase ? hunt_hash_nocase(s) : hunt_hash(s);
}

static bool names_eq(const struct hunt_names *n, struct str a, struct str b)
{
    return n->nocase ? str_eq_nocase(a, b) : str_eq(a, b);
}

static struct hunt_name_slot *names_slot(const struct hunt_names *n, struct str name, uint32_t hash)
{
    size_t mask = n->cap - 1;
    size_t i = hash & mask;
    while (n->slots[i].id != 0) {
        if (n->slots[i].hash == hash && names_eq(n, n->slots[i].name, name))
            break;
        i = (i + 1) & mask;
    }
    return &n->slots[i];
}

static void names_grow(struct hunt_names *n)
{
    struct hunt_name_slot *old = n->slots;
    size_t old_cap = n->cap;
    n->cap = old_cap == 0 ? 256 : old_cap * 2;
    n->slots = arena_array(n->arena, struct hunt_name_slot, n->cap);
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i].id != 0)
            *names_slot(n, old[i].name, old[i].hash) = old[i];
    }
}

static struct hunt_name_slot *names_place(struct hunt_names *n, struct str name, bool *is_new)
{
    if (n->filled * 2 >= n->cap)
        names_grow(n);
    uint32_t hash = names_hash(n, name);
    struct hunt_name_slot *slot = names_slot(n, name, hash);
    *is_new = slot->id == 0;
    if (*is_new) {
        slot->name = str_dup(n->arena, name);
        slot->hash = hash;
        n->filled++;
    }
    return slot;
}

uint32_t hunt_names_add(struct hunt_names *n, struct str name)
{
    bool is_new;
    struct hunt_name_slot *slot = names_place(n, name, &is_new);
    if (!is_new)
        return slot->id;
    if (n->len == n->by_id_cap) {
        uint32_t cap = n->by_id_cap == 0 ? 128 : n->by_id_cap * 2;
        struct str *at = arena_array(n->arena, struct str, cap);
        if (n->len > 0)
            memcpy(at, n->by_id, n->len * sizeof(*at));
        n->by_id = at;
        n->by_id_cap = cap;
    }
    n->by_id[n->len] = slot->name;
    return slot->id = ++n->len;
}

uint32_t hunt_names_find(const struct hunt_names *n, struct str name)
{
    return n->cap == 0 ? 0 : names_slot(n, name, names_hash(n, name))->id;
}

void hunt_names_alias(struct hunt_names *n, struct str name, uint32_t id)
{
    bool is_new;
    struct hunt_name_slot *slot = names_place(n, name, &is_new);
    if (is_new)
        slot->id = id;
}

void hunt_schema_init(struct hunt_schema *s)
{
    *s = (struct hunt_schema){.channels.nocase = true, .providers.nocase = true};
    s->fields.arena = s->channels.arena = s->providers.arena = &s->arena;
}

void hunt_schema_release(struct hunt_schema *s)
{
    arena_release(&s->arena);
    *s = (struct hunt_schema){0};
}
