#ifndef ENGINE_HUNT_EXPLAIN_H
#define ENGINE_HUNT_EXPLAIN_H

#include "engine/hunt/sigma.h"

/* What rules compiled to, and why they do or do not match an event, for people. */

struct sigma_rule;

/* Every loaded rule: its log source, and its condition as a tree of tests; then every correlation:
 * what it counts, over which rules, and when it holds. After sigma_finish. */
void explain_rules(const struct sigma *s, struct buf *out);
void explain_correlations(const struct sigma *s, struct buf *out);

/* `rule` matches `e`: whether that counts for the correlations that refer to it, and in which
 * group. */
void explain_listeners(const struct sigma *s, const struct sigma_rule *rule,
                       const struct hunt_event *e, struct buf *out);

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
