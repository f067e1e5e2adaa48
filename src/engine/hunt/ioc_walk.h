#ifndef ENGINE_HUNT_IOC_WALK_H
#define ENGINE_HUNT_IOC_WALK_H

#include "engine/hunt/ioc_set.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The walk over a text that all looking for indicators shares: 64 bytes at a time become masks, a
 * bit for each byte, and the edges of tokens come out of the masks. */
enum { IOC_STEP = 64 };

struct ioc_masks {
    uint64_t token, dot, high, colon, backslash;
};

#ifdef __SSE2__

static inline uint64_t ioc_bits(__m128i v)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(v);
}

static inline void ioc_masks_of(const char *p, struct ioc_masks *m)
{
    *m = (struct ioc_masks){0};
    for (unsigned i = 0; i < IOC_STEP; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        /* x - from <= to - from, without sign */
        __m128i letter = _mm_sub_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
        __m128i digit = _mm_sub_epi8(v, _mm_set1_epi8('-')); /* - . / and digits */
        digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8('9' - '-')), digit);
        digit = _mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('/')), digit);
        __m128i token = _mm_or_si128(letter, digit);
        token = _mm_or_si128(token, _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
        token = _mm_or_si128(token, v); /* only the highest bit counts from here on */
        m->token |= ioc_bits(token) << i;
        m->high |= ioc_bits(v) << i;
        m->dot |= ioc_bits(_mm_cmpeq_epi8(v, _mm_set1_epi8('.'))) << i;
        m->colon |= ioc_bits(_mm_cmpeq_epi8(v, _mm_set1_epi8(':'))) << i;
        m->backslash |= ioc_bits(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))) << i;
    }
}

#else

static inline void ioc_masks_of(const char *p, struct ioc_masks *m)
{
    *m = (struct ioc_masks){0};
    for (unsigned i = 0; i < IOC_STEP; i++) {
        uint8_t class = ioc_class[(unsigned char)p[i]];
        m->token |= (uint64_t)((class & CLASS_TOKEN) != 0) << i;
        m->high |= (uint64_t)((class & CLASS_HIGH) != 0) << i;
        m->dot |= (uint64_t)(p[i] == '.') << i;
        m->colon |= (uint64_t)(p[i] == ':') << i;
        m->backslash |= (uint64_t)(p[i] == '\\') << i;
    }
}

#endif

#endif
