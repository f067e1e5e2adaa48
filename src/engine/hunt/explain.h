#ifndef ENGINE_HUNT_EXPLAIN_H
#define ENGINE_HUNT_EXPLAIN_H

#include "engine/hunt/sigma.h"

/* What rules compiled to, and why they do or do not match an event, for people. */

/* Every loaded rule: its log source, and its condition as a tree of tests. After sigma_finish. */
void explain_rules(const struct sigma *s, struct buf *out);

/* A detector that reports nothing: for each of the first `most` events it writes to `out` whether
 * each rule sees the event at all, and each part of the condition with its answer. One thread. */
struct explain {
    struct sigma *sigma;
    struct buf *out;
    uint64_t most, shown;
    uint64_t matched; /* pairs of event and rule */
};

struct hunt_detector explain_detector(struct explain *x);

#endif
