#ifndef ENGINE_HUNT_CORRELATE_RULE_H
#define ENGINE_HUNT_CORRELATE_RULE_H

#include "engine/hunt/correlate.h"
#include "engine/hunt/spool.h"

/* What the correlate files share. */
enum correlation_type {
    CORRELATE_EVENT_COUNT,
    CORRELATE_VALUE_COUNT,
    CORRELATE_SUM,
    CORRELATE_AVG,
    CORRELATE_PERCENTILE,
    CORRELATE_MEDIAN,
    CORRELATE_TEMPORAL,
    CORRELATE_ORDERED,
};

enum { MEMBERS_MAX = 64 }; /* rules of one correlation: a bit each */

struct bound {
    uint8_t op; /* enum test_op */
    double value;
};

/* A rule or correlation it refers to. Of each slot, the number of the field (rule), or the name
 * under which the correlation inherits it. */
struct member {
    struct str ref;
    struct sigma_rule *rule;
    struct correlation *child;
    uint32_t *fields; /* rule: by slot */
    uint32_t inherit; /* child: its slot for our slot 0; the others follow */
};

struct alias {
    struct str name, ref, field;
};

struct correlation {
    struct hunt_hit hit;
    struct str name, place;
    uint32_t index; /* among s->correlations */
    uint8_t type;
    int64_t timespan; /* ms */
    struct strs group_by, fields;
    VEC(struct alias) aliases;
    VEC(struct bound) bounds;
    int percentile; /* 1 .. 100, 0: none given */
    bool has_expression;
    uint32_t expression; /* temporal: node over the members */
    bool monotone;       /* once it holds, more events in the window cannot undo it */
    bool generate;       /* the rules it refers to are reported as well */
    bool quiet;          /* referred to by a correlation that does not generate */
    uint8_t state;       /* while resolving */
    VEC(struct member) members;
    struct strs slots; /* values kept of each note: group_by, fields, then what parents need */
    struct node_ids parents;
    uint64_t untimed; /* matches without a time: not counted */
    struct spool spool;
};

/* One match as the spool keeps it: this, then the group key, then the slots' values (each a length
 * and bytes; ABSENT: none), host and channel. */
struct note {
    struct spool_head head; /* sorted by group key, then time, source, offset, member */
    int64_t time;
    uint64_t offset, record_id;
    int64_t event_id;
    const struct hunt_source *source;
    uint32_t member;
    uint32_t group_len;
    bool derived; /* of a correlation, not of one event */
};

enum { NOTE_ABSENT = UINT32_MAX };

/* Value i of a note with n slots; false: absent. i = n: host, n + 1: channel. */
bool note_value(const struct note *n, uint32_t i, struct str *out);

/* Notes a match of member `m` with the values of all slots; `where` says where. False when a field
 * of the group is absent, so that it belongs to no group. */
struct note *note_make(const struct correlation *c, uint32_t m, const struct hunt_where *where,
                       const struct str *values, const bool *has, struct arena *a);

/* correlate_judge.c: reads the spool of one correlation to its end. */
void correlate_judge(struct sigma *s, struct correlation *c, struct hunt_unit *u);

#endif
