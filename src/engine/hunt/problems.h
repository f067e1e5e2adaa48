#ifndef ENGINE_HUNT_PROBLEMS_H
#define ENGINE_HUNT_PROBLEMS_H

#include "engine/hunt/hunt.h"

#include "base/map.h"

#include <pthread.h>

/* What could not be read, counted by file and reason; any thread may add. */
struct hunt_problems {
    pthread_mutex_t lock;
    VEC(struct hunt_problem *) list;
    struct hunt_problem *sorted;
    struct map by_key;
    uint64_t left_out; /* kinds beyond the limit */
    struct arena arena;
};

enum { HUNT_PROBLEM_KINDS = 100000 };

void hunt_problems_init(struct hunt_problems *p);
void hunt_problems_release(struct hunt_problems *p);
void hunt_problems_add(struct hunt_problems *p, struct str file, uint64_t offset, uint64_t count,
                       const char *reason);

/* By file, then by place: the same for any number of threads. */
const struct hunt_problem *hunt_problems_list(struct hunt_problems *p, size_t *len);

#endif
