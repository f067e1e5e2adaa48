#ifndef ENGINE_HUNT_RUN_H
#define ENGINE_HUNT_RUN_H

#include "engine/hunt/input.h"
#include "engine/hunt/problems.h"
#include "engine/hunt/unit.h"

#include <pthread.h>

/* A run: feed.c cuts sources into units, run.c has them read and hands them on. */
enum { HUNT_BLOCK = 1024 * 1024 };

struct hunt_run {
    struct hunt_options o;
    struct hunt_stats stats;
    struct hunt_problems problems;
    int64_t began;
    struct arena arena;                /* sources */
    uint64_t at;                       /* atomic: bytes of the files read, packed */
    uint64_t files, bytes, unreadable; /* atomic: for stats */

    pthread_mutex_t feed; /* guards what follows */
    pthread_cond_t unit_free;
    struct hunt_inputs *inputs;
    struct hunt_opened *open; /* the source being cut */
    bool wide;                /* it is UTF-16 */
    struct str pending;       /* bytes of it that were read ahead */
    char *carry;              /* bytes behind the last cut */
    size_t carry_len, carry_cap;
    bool source_ended;
    bool first;
    uint64_t offset, line;
    const void *section;
    uint32_t sources;
    uint64_t seq;
    struct hunt_unit *units;
    size_t units_len;
    struct hunt_unit *free_units;

    pthread_mutex_t turn; /* guards what follows */
    pthread_cond_t turn_moved;
    struct hunt_unit **ring; /* units by seq % units_len */
    uint64_t next_seq;
};

/* The next unit of the run, to be read by the calling thread; NULL at its end. */
struct hunt_unit *hunt_next_unit(struct hunt_run *r);

/* Gives up a use of the source; its memory goes with the last one. */
void hunt_opened_release(struct hunt_opened *o);

#endif
