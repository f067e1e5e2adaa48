#ifndef ENGINE_HUNT_FIELDS_H
#define ENGINE_HUNT_FIELDS_H

#include "engine/hunt/batch.h"

/* What a field tells about its event beyond its value. The order within times is by how much they
 * are to be trusted: a later one wins. */
enum hunt_role {
    HUNT_ROLE_NONE,
    HUNT_ROLE_SKIP, /* not worth a field (xmlns) */
    HUNT_ROLE_CHANNEL,
    HUNT_ROLE_PROVIDER,
    HUNT_ROLE_HOST,
    HUNT_ROLE_COLLECTOR, /* host, too, when nothing better is there */
    HUNT_ROLE_EVENT_ID,
    HUNT_ROLE_RECORD_ID,
    HUNT_ROLE_MARK, /* shows the family of the event */
    HUNT_ROLE_TIME_WEAK,
    HUNT_ROLE_TIME_UNIX,
    HUNT_ROLE_TIME,
    HUNT_ROLE_TIME_BEST,
};

/* How a field of a text format (JSON, XML, CSV, key=value) is called in rules. */
struct hunt_path {
    struct str name; /* shown in findings; in the arena, or a literal */
    uint32_t id;     /* of schema->fields */
    uint32_t alias;  /* a second number for the same value, or 0 */
    struct str alias_name;
    uint8_t role;
    uint16_t mark; /* with HUNT_ROLE_MARK and others: bits, see fields.c */
};

/* The number of a name: as it is, or without its spaces. */
uint32_t hunt_field_id(const struct hunt_schema *s, struct str name);

/* `path` has dots between the levels, attributes as "#attributes.X" or "@X". */
void hunt_path_find(const struct hunt_schema *s, struct arena *a, struct str path,
                    struct hunt_path *out);

/* What was seen in the event being built. */
struct hunt_seen {
    uint8_t time_role;
    bool host;
    uint16_t marks;
};

/* Adds a field and draws what it tells about the event. The value is in the batch's arena or
 * lives as long as the batch. */
void hunt_path_add(struct hunt_batch *b, struct hunt_seen *seen, const struct hunt_path *p,
                   enum hunt_kind kind, struct str value);

/* The second half of hunt_path_add, for fields that were added otherwise. */
void hunt_path_role(struct hunt_batch *b, struct hunt_seen *seen, const struct hunt_path *p,
                    struct str value);

/* Concludes the family from what was seen. */
void hunt_seen_family(struct hunt_batch *b, const struct hunt_seen *seen);

/* Times as logs write them; false when it is none. Without an offset: UTC. */
bool hunt_time_parse(struct str s, int64_t *ms);

#endif
