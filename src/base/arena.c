#include "base/base.h"

struct arena_block {
    struct arena_block *prev;
    size_t size; /* usable bytes behind this header */
};

enum { BLOCK_MIN = 16 * 1024, BLOCK_MAX = 1024 * 1024, HEADER = 32 };

_Static_assert(sizeof(struct arena_block) <= HEADER, "header outgrew its room");

void die(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("ungcuu: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

static void block_use(struct arena *a, struct arena_block *b)
{
    a->block = b;
    a->at = (char *)b + HEADER;
    a->end = a->at + b->size;
}

void *arena_alloc_slow(struct arena *a, size_t size, size_t align)
{
    size_t want = a->block == NULL ? BLOCK_MIN : MIN(a->block->size * 2, (size_t)BLOCK_MAX);
    struct arena_block *b;

    if (size > SIZE_MAX / 2 - HEADER - align)
        die("allocation of %zu bytes", size);
    if (want < size + align)
        want = size + align;
    b = malloc(HEADER + want);
    if (b == NULL)
        die("out of memory (%zu bytes)", want);
    b->prev = a->block;
    b->size = want;
    a->used += want;
    block_use(a, b);
    return arena_alloc_align(a, size, align);
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    size_t total;
    void *p;

    if (__builtin_mul_overflow(n, size, &total))
        die("allocation of %zu x %zu bytes", n, size);
    p = arena_alloc(a, total);
    return total > 0 ? memset(p, 0, total) : p;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){.block = a->block, .at = a->at};
}

static void drop_newest(struct arena *a)
{
    struct arena_block *b = a->block;

    a->block = b->prev;
    a->used -= b->size;
    free(b);
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->block != mark.block)
        drop_newest(a);
    if (a->block != NULL) {
        block_use(a, a->block);
        a->at = mark.at;
    } else {
        a->at = a->end = NULL;
    }
}

void arena_release(struct arena *a)
{
    while (a->block != NULL)
        drop_newest(a);
    arena_init(a);
}

void arena_clear(struct arena *a)
{
    while (a->block != NULL && (a->block->prev != NULL || a->block->size > BLOCK_MAX))
        drop_newest(a);
    if (a->block != NULL)
        block_use(a, a->block);
    else
        arena_init(a);
}
