#ifndef CMD_HUNT_PROGRESS_H
#define CMD_HUNT_PROGRESS_H

#include "engine/hunt/hunt.h"

/* A line on a terminal that tells how far a hunt is; nothing when standard error is none. */
struct hunt_progress {
    bool shown;     /* standard error is a terminal */
    bool on_screen; /* there is a line to wipe */
    int64_t last;
};

void hunt_progress_begin(struct hunt_progress *p);
void hunt_progress_show(struct hunt_progress *p, const struct hunt_stats *s, uint64_t total);
void hunt_progress_end(struct hunt_progress *p);

#endif
