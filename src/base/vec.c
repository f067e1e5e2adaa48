#include "base/base.h"

void *vec_grow(struct arena *a, void *at, size_t len, size_t *cap, size_t size)
{
    size_t want = *cap == 0 ? 8 : *cap * 2;
    size_t bytes;
    void *p;

    if (__builtin_mul_overflow(want, size, &bytes))
        die("array of %zu x %zu bytes", want, size);
    p = arena_alloc(a, bytes);
    if (len > 0)
        memcpy(p, at, len * size);
    *cap = want;
    return p;
}
