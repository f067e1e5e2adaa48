#ifndef ENGINE_HUNT_SPOOL_H
#define ENGINE_HUNT_SPOOL_H

#include "base/base.h"

/*
 * Records of any number, put in in any order and taken out sorted, in a fixed amount of memory:
 * what does not fit is sorted and written to a temporary file without a name, and merged when read.
 */
struct spool_head {
    uint32_t size; /* of the record, this head included */
    uint32_t zero;
};

typedef int (*spool_compare)(const struct spool_head *x, const struct spool_head *y);

struct spool_run {
    int64_t at, end; /* in the file, what is not yet in the buffer */
    char *buffer;
    size_t from, to;
};

/* Zero, then spool_init. */
struct spool {
    spool_compare compare;
    size_t limit;
    struct arena arena; /* the records in memory */
    struct spool_head **records;
    size_t len, cap;
    int fd; /* -1: none yet */
    int64_t written;
    struct spool_run *runs;
    size_t runs_len, runs_cap;
    size_t next; /* of `records`, when reading */
    bool failed; /* the temporary file could not be written or read: records are missing */
};

void spool_init(struct spool *s, spool_compare compare, size_t limit);
void spool_release(struct spool *s);

void spool_put(struct spool *s, const struct spool_head *record); /* copied */

/* Ends the putting. */
void spool_sort(struct spool *s);

/* The next record, or NULL. It lives until the next call. */
const struct spool_head *spool_take(struct spool *s);

#endif
