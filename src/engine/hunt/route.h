#ifndef ENGINE_HUNT_ROUTE_H
#define ENGINE_HUNT_ROUTE_H

#include "engine/hunt/logsource.h"
#include "engine/hunt/needles.h"

/*
 * What events of one kind (family, channel, provider, event id) need. A rule gets here only when
 * its log source admits the kind and its condition is not already false for it. For each rule a
 * witness is chosen: texts of which one must stand in the event for the rule to hold. The event's
 * fields are scanned for the witnesses of all rules at once, and only rules whose witness was found
 * are evaluated. Rules for which no witness exists are evaluated for every event of the kind.
 */
struct route_target {
    uint32_t test;
    bool certain;        /* found: the test holds. Otherwise it may hold */
    uint32_t first, len; /* rules in `watchers` */
};

struct route {
    uint32_t rules_len;
    uint16_t *scan_of; /* by field number: place in `scans` + 1, 0: nothing to look for */
    struct needles **scans;
    struct needles *keywords; /* for the values of all fields, or NULL */
    struct route_target *targets;
    uint32_t *watchers;
    uint32_t *always;
    uint32_t always_len;
    uint64_t *decided; /* a bit a test: a certain target that was not found is false */
    struct logsource_aliases aliases;
    bool all_text; /* a rule looks for keywords */
};

struct routes;

/* After everything is loaded. */
struct routes *routes_new(struct sigma *s);
void routes_free(struct routes *r);

/* The route of a kind of event; made at its first use. Safe from any thread. */
const struct route *routes_get(struct routes *r, const struct logsource_key *k);

/* Number of an event's kind in the table; equal kinds, equal keys. */
struct logsource_key routes_key(const struct routes *r, const struct hunt_event *e);

/* Fields whose values belong to the kind. */
struct route_fields {
    uint32_t event_id, channel, provider;
};

const struct route_fields *routes_fields(const struct routes *r);

#endif
