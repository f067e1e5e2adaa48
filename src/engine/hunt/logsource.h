#ifndef ENGINE_HUNT_LOGSOURCE_H
#define ENGINE_HUNT_LOGSOURCE_H

#include "engine/hunt/sigma_rules.h"

/*
 * Which events a rule's log source means (taxonomy appendix 2.1.0), as data:
 * the files of packs/logsource.
 *
 *     product: windows             or products: a list of such maps
 *     family: windows              what kind of event (event.h); inherited by all below
 *     categories:
 *       NAME: [MATCH, ...]         an event that satisfies one MATCH belongs to it
 *     services:
 *       NAME: MATCH
 *
 * MATCH is a map of family, channel, provider, event_id (each a value or a list; all given ones
 * must hold) and fields: the log's own name for a field of the taxonomy.
 */
struct logsource_key {
    uint8_t family;
    uint32_t channel, provider; /* of the schema; 0: one nobody named */
    int64_t event_id;           /* -1: none, or one nobody named */
};

struct logsources;

/* Reads the packs built into the program; registers channels and providers in the schema. */
struct logsources *logsources_new(struct arena *a, struct hunt_schema *schema);

/* A rule's log source, looked up once: equal log sources, equal terms. */
struct logsource_terms {
    uint32_t index; /* 0, 1, 2 ... in order of creation */
    bool known;     /* some entry knows it */
    bool covered;   /* the entries in `all` say everything it says */
    struct logsource_entries {
        const struct logsource_entry **at;
        size_t len, cap;
    } all, one_of;
};

const struct logsource_terms *logsources_terms(struct logsources *l,
                                               const struct sigma_logsource *s);

/*
 * Whether rules of these terms look at events of this kind: of the entries whose category, product
 * and service all stand in the log source, the most specific must all match. When these do not
 * cover it, one of the entries that are more specific must match too. A log source that no entry
 * knows means events whose kind was not recognised.
 */
bool logsources_accept(const struct logsource_terms *t, const struct logsource_key *k);

/* All event ids that any entry names, for routing. */
const struct node_ids *logsources_event_ids(const struct logsources *l);

struct logsource_alias {
    uint32_t rule_field, log_field;
};
VEC_TYPE(logsource_aliases, struct logsource_alias);

/* Registers the log's names of all fields rules have asked for so far. Call once, after loading. */
void logsources_bind(struct logsources *l, struct hunt_schema *schema);

/* Appends what stands for what in events of this kind. */
void logsources_aliases(const struct logsources *l, const struct logsource_key *k,
                        struct logsource_aliases *out, struct arena *a);

#endif
