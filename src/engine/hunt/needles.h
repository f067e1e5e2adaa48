#ifndef ENGINE_HUNT_NEEDLES_H
#define ENGINE_HUNT_NEEDLES_H

#include "base/base.h"

/*
 * Finds which of many texts stand in a value: at its front, its end, anywhere, or as the whole.
 * Each text is filed under its least common four bytes; a scan looks each four bytes of the value
 * up in a bitmap that fits the first-level cache and compares only where the bitmap says so.
 * Building is linear, which keeps the start of a hunt short.
 */
enum { NEEDLE_FRONT = 1, NEEDLE_END = 2 }; /* both: the whole value */

struct needle {
    struct str text; /* not empty; outlives the set */
    uint32_t target; /* reported when found */
    uint8_t anchor;
};

struct needles;

struct needles *needles_new(struct arena *a, const struct needle *list, size_t len);

/* Calls hit for every needle in the value, in no particular order, possibly more than once. */
void needles_scan(const struct needles *n, struct str value,
                  void (*hit)(void *ctx, uint32_t target), void *ctx);

#endif
