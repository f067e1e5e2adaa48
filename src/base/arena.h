#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * Memory with one lifetime. An arena belongs to a request, a job or a batch; what is allocated from
 * it is never freed alone, all of it goes when the arena is cleared or released. Allocation never
 * fails: out of memory aborts. An arena is used by one thread at a time.
 */
struct arena_block;

struct arena {
    char *at;                  /* next free byte of the current block */
    char *end;                 /* end of the current block */
    struct arena_block *block; /* newest block; older ones are chained behind it */
    size_t used;               /* bytes held in all blocks, for limits and metrics */
};

/* A moment in an arena's life, to give back what was taken since. */
struct arena_mark {
    struct arena_block *block;
    char *at;
};

/* An arena that is all zero is ready for use; init is for symmetry. */
void arena_init(struct arena *a);

/* Gives all memory back to the system. The arena may be used again. */
void arena_release(struct arena *a);

/* Forgets everything, keeps one block for the next use. */
void arena_clear(struct arena *a);

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

void *arena_alloc_slow(struct arena *a, size_t size, size_t align);

/* `size` bytes, not zeroed, aligned to `align` (a power of two). */
static inline void *arena_alloc_align(struct arena *a, size_t size, size_t align)
{
    uintptr_t p = ((uintptr_t)a->at + align - 1) & ~(uintptr_t)(align - 1);
    if (a->at == NULL || p > (uintptr_t)a->end || size > (uintptr_t)a->end - p)
        return arena_alloc_slow(a, size, align);
    a->at = (char *)(p + size);
    return (void *)p;
}

static inline void *arena_alloc(struct arena *a, size_t size)
{
    return arena_alloc_align(a, size, sizeof(void *) * 2);
}

/* Zeroed memory for n elements of `size` bytes; the product is checked. */
void *arena_calloc(struct arena *a, size_t n, size_t size);

/* One zeroed T; n zeroed Ts. */
#define arena_new(a, T)      ((T *)arena_calloc((a), 1, sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_calloc((a), (n), sizeof(T)))

#endif
