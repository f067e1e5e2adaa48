#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/base.h"

/*
 * A table from a slice to a pointer, in an arena. The hash is keyed with a secret of the process
 * (SipHash-2-4), so keys from outside cannot make it slow. Keys are not copied. Nothing is removed.
 * All zero with an arena set is an empty map.
 */
struct map_entry {
    struct str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct map_entry *slots;
    size_t len; /* entries */
    size_t cap; /* slots, a power of two, or 0 */
    struct arena *arena;
};

void *map_get(const struct map *m, struct str key);       /* NULL when absent */
void map_put(struct map *m, struct str key, void *value); /* replaces; value is not NULL */

/* Entries in no particular order: for (size_t i = 0; (e = map_next(m, &i)) != NULL;). */
struct map_entry *map_next(const struct map *m, size_t *i);

uint64_t siphash24(const uint8_t key[16], const void *data, size_t len);

#endif
