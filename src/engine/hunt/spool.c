#include "engine/hunt/spool.h"

#include "base/io.h"

#include <fcntl.h>

enum { RUN_BUFFER = 128 * 1024, ALIGN = 16 };

void spool_init(struct spool *s, spool_compare compare, size_t limit)
{
    *s = (struct spool){.compare = compare, .limit = limit, .fd = -1};
}

void spool_release(struct spool *s)
{
    for (size_t i = 0; i < s->runs_len; i++)
        free(s->runs[i].buffer);
    free(s->runs);
    free(s->records);
    arena_release(&s->arena);
    close_fd(&s->fd);
    s->runs = NULL;
    s->records = NULL;
    s->runs_len = s->len = 0;
}

static size_t rounded(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static int compare_pointers(const void *x, const void *y, void *compare)
{
    spool_compare c = *(spool_compare *)compare;
    return c(*(struct spool_head *const *)x, *(struct spool_head *const *)y);
}

static void sort_memory(struct spool *s)
{
    if (s->len > 1)
        qsort_r(s->records, s->len, sizeof(*s->records), compare_pointers, &s->compare);
}

static int open_file(void)
{
    const char *dir = getenv("TMPDIR");
    int fd = open(dir != NULL ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char path[] = "/tmp/ungcuu-XXXXXX"; /* file systems without O_TMPFILE */
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static void new_run(struct spool *s, int64_t at, int64_t end)
{
    if (s->runs_len == s->runs_cap) {
        s->runs_cap = s->runs_cap == 0 ? 8 : s->runs_cap * 2;
        s->runs = reallocarray(s->runs, s->runs_cap, sizeof(*s->runs));
        if (s->runs == NULL)
            die("out of memory");
    }
    s->runs[s->runs_len++] = (struct spool_run){.at = at, .end = end};
}

static void spill(struct spool *s)
{
    if (s->fd < 0)
        s->fd = open_file();
    if (s->fd < 0) {
        s->failed = true;
        return;
    }
    sort_memory(s);
    struct arena tmp = {0};
    struct buf out = buf_make(&tmp);
    int64_t start = s->written;
    for (size_t i = 0; i < s->len; i++) {
        buf_add(&out, str_make((const char *)s->records[i], rounded(s->records[i]->size)));
        if (out.len < RUN_BUFFER && i + 1 < s->len)
            continue;
        if (io_write_all(s->fd, buf_str(&out), NULL) < 0)
            s->failed = true;
        s->written += (int64_t)out.len;
        buf_clear(&out);
    }
    new_run(s, start, s->written);
    arena_release(&tmp);
    arena_release(&s->arena);
    s->len = 0;
}

void spool_put(struct spool *s, const struct spool_head *record)
{
    size_t size = rounded(record->size);
    if (s->len > 0 && s->arena.used + size > s->limit)
        spill(s);
    if (s->len == s->cap) {
        s->cap = s->cap == 0 ? 256 : s->cap * 2;
        s->records = reallocarray(s->records, s->cap, sizeof(*s->records));
        if (s->records == NULL)
            die("out of memory");
    }
    struct spool_head *copy = arena_alloc_align(&s->arena, size, ALIGN);
    memset((char *)copy + size - ALIGN, 0, ALIGN);
    memcpy(copy, record, record->size);
    s->records[s->len++] = copy;
}

void spool_sort(struct spool *s)
{
    sort_memory(s);
    s->next = 0;
    for (size_t i = 0; i < s->runs_len; i++) {
        s->runs[i].buffer = malloc(RUN_BUFFER);
        if (s->runs[i].buffer == NULL)
            die("out of memory");
    }
}

/* At least `want` bytes of the run in its buffer, if it has them. */
static bool fill(struct spool *s, struct spool_run *r, size_t want)
{
    if (r->to - r->from >= want)
        return true;
    memmove(r->buffer, r->buffer + r->from, r->to - r->from);
    r->to -= r->from;
    r->from = 0;
    while (r->to < want && r->at < r->end) {
        size_t room = (size_t)MIN((int64_t)(RUN_BUFFER - r->to), r->end - r->at);
        ssize_t n = pread(s->fd, r->buffer + r->to, room, r->at);
        if (n <= 0) {
            s->failed = true;
            r->at = r->end;
            break;
        }
        r->to += (size_t)n;
        r->at += n;
    }
    return r->to >= want;
}

static const struct spool_head *run_head(struct spool *s, struct spool_run *r)
{
    if (!fill(s, r, sizeof(struct spool_head)))
        return NULL;
    const struct spool_head *h = (const void *)(r->buffer + r->from);
    if (!fill(s, r, rounded(h->size)))
        return NULL;
    return (const void *)(r->buffer + r->from);
}

const struct spool_head *spool_take(struct spool *s)
{
    const struct spool_head *best = s->next < s->len ? s->records[s->next] : NULL;
    struct spool_run *from = NULL;
    for (size_t i = 0; i < s->runs_len; i++) {
        const struct spool_head *h = run_head(s, &s->runs[i]);
        if (h != NULL && (best == NULL || s->compare(h, best) < 0)) {
            best = h;
            from = &s->runs[i];
        }
    }
    if (from != NULL)
        from->from += rounded(best->size); /* stays in the buffer until the next fill */
    else if (best != NULL)
        s->next++;
    return best;
}
