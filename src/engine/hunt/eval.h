#ifndef ENGINE_HUNT_EVAL_H
#define ENGINE_HUNT_EVAL_H

#include "engine/hunt/route.h"

/* One thread's evaluation of events against a finished rule set. */
enum { EVAL_MATCHES = 24 }; /* fields shown with a finding */

struct correlate_notes;

struct eval_slot {
    uint32_t epoch, first, last;
};

struct eval_link {
    uint32_t index, next;
};

struct eval_fold {
    struct str text;
    uint32_t epoch;
};

struct eval_cached {
    struct logsource_key key;
    const struct route *route;
};

/*
 * Everything about the event at hand carries its epoch, so nothing is cleared between events: a
 * test's or node's stamp is the epoch and, in the lowest bit, its result.
 */
struct eval {
    struct sigma *s;
    const struct route *route;
    struct hunt_event *event;
    struct regex_scratch *scratch;
    uint32_t epoch;
    uint32_t *test_stamp, *node_stamp, *rule_stamp;
    struct eval_slot *slots; /* by field number: the fields of the event that have it */
    struct eval_link *links;
    size_t links_cap;
    uint32_t links_len;
    struct eval_fold *folds; /* by place in the event */
    size_t fields_cap;
    struct arena text; /* folded values of this event */
    struct eval_cached *cache;
    uint32_t *candidates;
    uint32_t candidates_len;
    struct sigma_cost *costs;      /* by rule */
    struct correlate_notes *notes; /* of the unit at hand */
};

struct eval *eval_new(struct sigma *s);
void eval_free(struct eval *v);

void eval_event(struct eval *v, struct hunt_unit *u, struct hunt_event *e);

/* The steps of eval_event, for explain: take the event in and find the candidates; ask one thing.
 */
void eval_prepare(struct eval *v, struct hunt_event *e);
bool eval_test(struct eval *v, uint32_t test);
bool eval_node(struct eval *v, uint32_t node);

#endif
