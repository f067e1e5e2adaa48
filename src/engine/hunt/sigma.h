#ifndef ENGINE_HUNT_SIGMA_H
#define ENGINE_HUNT_SIGMA_H

#include "engine/hunt/hunt.h"

/*
 * Sigma 2.1: rules, correlation rules and filters (github.com/SigmaHQ/sigma-specification).
 *
 *     struct sigma *s = sigma_new(&schema);
 *     sigma_placeholders(s, "placeholders.yml", &err);   optional
 *     sigma_load(s, "rules/", &err);                     once or more
 *     sigma_finish(s);
 *     struct hunt_detector d = sigma_detector(s);
 *
 * A rule that cannot be honoured as written is refused, whole, with a notice that says where and
 * why. How the points are decided which the specification leaves open: docs/sigma-differences.md.
 */
struct sigma;

struct sigma *sigma_new(struct hunt_schema *schema);
void sigma_free(struct sigma *s);

/* YAML: a map from a placeholder's name to a value or a list of values. */
int sigma_placeholders(struct sigma *s, const char *path, struct err *err);

/* Restricts what is reported: rules of lower level are not evaluated (correlations still see them).
 */
void sigma_min_level(struct sigma *s, enum hunt_level level);

/* All events count as of this log source: "category", "product/category", "product//service". */
int sigma_force_logsource(struct sigma *s, struct str name, struct err *err);

/* A rule file, or a directory with all .yml and .yaml files below it, in the order of their names.
 * Fails only when the path cannot be read; everything else becomes a notice. */
int sigma_load(struct sigma *s, const char *path, struct err *err);

/* Rules from memory; `file` is what messages call it. */
void sigma_load_text(struct sigma *s, struct str file, struct str text);

/* Resolves references between rules, filters and correlations. Nothing is loaded afterwards. */
void sigma_finish(struct sigma *s);

struct sigma_notice {
    struct str file;
    struct str text; /* "line:column: reason" */
    struct str rule; /* title or id, when known */
    bool refused;    /* otherwise a remark: the rule was loaded */
};

const struct sigma_notice *sigma_notices(const struct sigma *s, size_t *len);

struct sigma_counts {
    size_t files, documents; /* documents that are not empty */
    size_t loaded, refused;
    size_t rules, correlations, filters; /* of the loaded */
    size_t tests, nodes;
};

struct sigma_counts sigma_counts(const struct sigma *s);

/* Rule or correlation number i in the order of loading, correlations last; false behind the last.
 */
struct sigma_loaded {
    const struct hunt_hit *hit;
    struct str place; /* "line:column" in hit->file */
    bool correlation;
};

bool sigma_loaded(const struct sigma *s, size_t i, struct sigma_loaded *out);

/* Detector for hunt_run; `s` outlives the run. */
struct hunt_detector sigma_detector(struct sigma *s);

/* What a run cost, by rule, after it ended: how often a rule was a candidate, matched, and the time
 * spent on it (only when asked for before the run). */
struct sigma_cost {
    const struct hunt_hit *hit;
    uint64_t candidates, matches, nanoseconds;
};

void sigma_measure(struct sigma *s);
const struct sigma_cost *sigma_costs(const struct sigma *s, size_t *len);

#endif
