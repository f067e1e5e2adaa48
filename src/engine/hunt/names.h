#ifndef ENGINE_HUNT_NAMES_H
#define ENGINE_HUNT_NAMES_H

#include "engine/hunt/event.h"

/* A quick hash for names out of logs. Tables that use it hold the names of the rules, which are
 * ours, or are bounded caches: a log cannot make them slow. */
static inline uint32_t hunt_hash(struct str s)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ s.len;
    const char *p = s.ptr;
    size_t n = s.len;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    uint64_t w = 0;
    for (size_t i = 0; i < n; i++)
        w |= (uint64_t)(unsigned char)p[i] << (8 * i);
    h = (h ^ w) * 0xff51afd7ed558ccdu;
    return (uint32_t)(h ^ h >> 29);
}

/* The same for either case of ASCII letters. */
uint32_t hunt_hash_nocase(struct str s);

#endif
