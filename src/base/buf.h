#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * Text that grows, in an arena. `ptr` always has room for a NUL behind `len` once anything was
 * added, and buf_str() puts one there. A buffer with a limit refuses to grow past it and remembers
 * that it did (`full`), so that a writer need not check each step.
 */
struct buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t limit; /* 0: none */
    bool full;    /* something was left out because of the limit */
    struct arena *arena;
};

static inline struct buf buf_make(struct arena *a)
{
    return (struct buf){.arena = a};
}

/* Room for at least `more` further bytes at the returned place; the caller adds to len itself.
 * NULL when the limit forbids it. */
char *buf_room(struct buf *b, size_t more);

void buf_add(struct buf *b, struct str s);
void buf_add_char_slow(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) _printf_(2, 3);
void buf_add_int(struct buf *b, int64_t n);

static inline void buf_add_c(struct buf *b, const char *c)
{
    buf_add(b, str_c(c));
}

static inline void buf_add_char(struct buf *b, char c)
{
    if (b->len + 1 < b->cap && b->limit == 0)
        b->ptr[b->len++] = c;
    else
        buf_add_char_slow(b, c);
}

/* Forgets the text, keeps the memory. */
static inline void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
}

/* What is in it now; NUL-terminated, valid until the next change. */
struct str buf_str(struct buf *b);

#endif
