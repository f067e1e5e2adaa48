#ifndef ENGINE_HUNT_FOLD_H
#define ENGINE_HUNT_FOLD_H

#include "base/base.h"

/*
 * Case folding for comparisons without case: every letter becomes its small letter, code point by
 * code point (Unicode simple mappings). Bytes that are not UTF-8 stay as they are.
 */
uint32_t fold_code_point(uint32_t c);

/* Room a folded text of n bytes may need: two-byte letters can become three bytes. */
static inline size_t fold_room(size_t n)
{
    return n + n / 2 + 4;
}

/* Writes at most fold_room(n) bytes; returns how many. */
size_t fold_text(const char *restrict s, size_t n, char *restrict out);

/* Length of the sequence at p (n > 0) and its code point; 1 and the byte when it is not UTF-8. */
size_t fold_decode(const char *p, size_t n, uint32_t *c);
size_t fold_encode(uint32_t c, char *out);

#endif
