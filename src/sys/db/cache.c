#include "sys/db/engine.h"

static size_t slot_of(const struct db_cache *c, const struct db_statement *key)
{
    uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 32) & (c->cap - 1);

    while (c->slots[i].key != NULL && c->slots[i].key != key)
        i = (i + 1) & (c->cap - 1);
    return i;
}

void *db_cache_get(const struct db_cache *c, const struct db_statement *key)
{
    return c->cap == 0 ? NULL : c->slots[slot_of(c, key)].value;
}

void db_cache_put(struct db_cache *c, const struct db_statement *key, void *value)
{
    size_t i;

    if ((c->len + 1) * 2 > c->cap) {
        struct db_cache bigger = {.cap = MAX(c->cap * 2, (size_t)64), .len = c->len};

        bigger.slots = db_alloc(bigger.cap, sizeof(*bigger.slots));
        for (i = 0; i < c->cap; i++) {
            if (c->slots[i].key != NULL)
                bigger.slots[slot_of(&bigger, c->slots[i].key)] = c->slots[i];
        }
        free(c->slots);
        *c = bigger;
    }
    i = slot_of(c, key);
    if (c->slots[i].key == NULL)
        c->len++;
    c->slots[i] = (struct db_cache_slot){key, value};
}

void db_cache_clear(struct db_cache *c, void (*drop)(void *value))
{
    for (size_t i = 0; i < c->cap; i++) {
        if (c->slots[i].key != NULL)
            drop(c->slots[i].value);
    }
    free(c->slots);
    *c = (struct db_cache){0};
}
