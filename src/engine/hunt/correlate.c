#include "engine/hunt/correlate.h"

int sigma_read_correlation(struct reading *r, const struct yaml_node *doc, struct str file)
{
    return reading_fail(r, doc, "correlation rules are not evaluated yet");
}

void correlations_resolve(struct sigma *s)
{
}

void correlations_free(struct sigma *s)
{
}

void correlate_note(struct sigma *s, const struct sigma_rule *rule, const struct hunt_event *e,
                    correlate_value value, void *ctx, struct arena *a,
                    struct correlate_notes **notes)
{
}

void correlate_merge(struct sigma *s, const struct correlate_notes *notes)
{
}

void correlate_finish(struct sigma *s, struct hunt_unit *u)
{
}
