#ifndef APP_INCIDENT_PLAYBOOK_H
#define APP_INCIDENT_PLAYBOOK_H

#include "base/base.h"

/*
 * Playbooks: the steps that an incident of a kind must go through, as data in packs/playbooks.
 * The reader is strict: unknown keys, missing texts and malformed durations are errors with file,
 * line and column.
 */
struct playbook_step {
    struct str title[LANG_COUNT];
    struct str body[LANG_COUNT]; /* Markdown */
    int64_t due_ms;              /* from the opening of the incident */
};

struct playbook {
    struct str id;
    int64_t version;
    bool serious;
    struct str title[LANG_COUNT];
    VEC(struct playbook_step) steps;
};

int playbook_parse(struct arena *a, const char *file, struct str yaml, struct playbook *out,
                   struct err *err);

/* The playbook for ordinary or serious incidents; parsed once from what the binary carries. Aborts
 * when the embedded pack is broken: a test reads every pack. */
const struct playbook *playbook_for(bool serious);

/* ISO 8601 durations of days, hours and minutes: P3D, PT4H, P1DT12H, PT30M. */
bool playbook_duration(struct str s, int64_t *ms);

#endif
