#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/base.h"

/* Unpredictable bytes from the kernel; aborts if it has none. */
void random_bytes(void *out, size_t n);

/* UUID version 7 (RFC 9562 section 5.7): time-ordered, 36 characters. */
struct str random_uuid7(struct arena *a, int64_t now_ms);

/* n characters of Crockford's base 32 in lower case (no i, l, o, u): readable on the phone; 5 bits
 * each. */
struct str random_code(struct arena *a, size_t n);

/* A seeded generator (SplitMix64) for sample data and tests: the same seed gives the same numbers.
 */
struct prng {
    uint64_t state;
};

uint64_t prng_next(struct prng *p);
uint64_t prng_below(struct prng *p, uint64_t n); /* 0 .. n-1, n > 0 */

#endif
