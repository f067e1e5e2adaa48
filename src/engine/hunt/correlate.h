#ifndef ENGINE_HUNT_CORRELATE_H
#define ENGINE_HUNT_CORRELATE_H

#include "engine/hunt/sigma_rules.h"

/*
 * Correlation rules (correlation specification 2.1). What the rules they refer to match is noted
 * while reading, and judged after the last event: sorted by group and time, so that neither the
 * order of the input nor the number of threads matters, and events that come late or unsorted
 * count like all others. Notes beyond a fixed amount of memory go to a temporary file.
 */
int sigma_read_correlation(struct reading *r, const struct yaml_node *doc, struct str file);

/* Finds the rules; refuses what refers to nothing or to itself. Before routes_new. */
void correlations_resolve(struct sigma *s);
void correlations_free(struct sigma *s);
bool correlation_is_good(const struct correlation *c); /* not refused */

/* Looks up the value of a field in the event being evaluated; false: absent or null. */
typedef bool (*correlate_value)(void *ctx, uint32_t field, struct str *out);

struct correlate_notes; /* of one unit */

/* `rule` matched `e`. `*notes` starts as NULL and is kept in the arena. */
void correlate_note(struct sigma *s, const struct sigma_rule *rule, const struct hunt_event *e,
                    correlate_value value, void *ctx, struct arena *a,
                    struct correlate_notes **notes);

/* Takes over the notes of a unit. One at a time. */
void correlate_merge(struct sigma *s, const struct correlate_notes *notes);

/* Judges everything noted and reports what holds. */
void correlate_finish(struct sigma *s, struct hunt_unit *u);

#endif
