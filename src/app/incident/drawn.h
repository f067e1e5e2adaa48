#ifndef APP_INCIDENT_DRAWN_H
#define APP_INCIDENT_DRAWN_H

#include "app/incident/inner.h"

/*
 * The timeline as a drawing: time from left to right in the site's zone, a lane for each system and
 * observable that entries are linked to, and one for each sort of the entries that are linked to
 * nothing. The shape of a mark tells its sort, so that colour is not needed. All lengths in units
 * of the drawing, which is `width` wide.
 */
enum event_group {
    GROUP_STORY,   /* turns of the case itself: opened, state, merged */
    GROUP_ATTACK,  /* what the attacker did */
    GROUP_FINDING, /* what was found */
    GROUP_MEASURE, /* what was done against it, tasks too */
    GROUP_CONTACT, /* who was told or asked, who came in */
    GROUP_NOTE,    /* notes and comments */
    GROUP_MATERIAL /* observables, files, reports, systems */
};
enum { GROUP_COUNT = GROUP_MATERIAL + 1 };

enum event_group event_group_of(struct str kind);
const char *event_group_name(enum event_group g);  /* in the URL: "attack" */
const char *event_group_label(enum event_group g); /* translation key */
const char *event_group_shape(enum event_group g); /* path of the mark around 0,0 */
/* The group named in the URL; false: none. */
bool event_group_from_name(struct str name, enum event_group *out);

struct drawn_mark {
    const struct incident_events_row *event;
    enum event_group group;
    int x, y;
};
struct drawn_lane {
    struct str label;
    int y; /* of its line */
};
struct drawn_tick {
    int x;
    struct str label, day; /* day: only where it changes */
};
struct drawn {
    int width, height, top, bottom; /* the plot between top and bottom */
    VEC(struct drawn_lane) lanes;
    VEC(struct drawn_tick) ticks;
    VEC(struct drawn_mark) marks;
};

/* Lays out the entries (newest first, as the page has them). width at least 300. Of observables at
 * most the eight most linked get a lane; the others stay in the lane of their sort. */
void drawn_layout(struct arena *a, enum lang lang, const struct incident_events_rows *events,
                  int width, struct drawn *out);

#endif
