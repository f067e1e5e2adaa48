#ifndef ENGINE_HUNT_UNIT_H
#define ENGINE_HUNT_UNIT_H

#include "engine/hunt/hunt.h"
#include "engine/hunt/reader.h"

/* A source while it is being read: shared by its units, gone with the last of them. */
struct hunt_opened {
    struct hunt_source *source; /* lives as long as the run */
    const struct hunt_reader *reader;
    void *state; /* of reader->cut */
    struct arena arena;
    char *whole; /* malloc'd: what was read ahead */
    size_t whole_len, whole_cap;
    struct str bytes; /* the whole file, when a detector wants to see it */
    int users;
};

struct hunt_unit {
    struct hunt_run *run;
    uint64_t seq;
    struct hunt_opened *opened;
    bool first; /* of its source */
    char *buf;
    size_t cap;
    struct hunt_block block;

    VEC(struct hunt_finding) findings;
    struct arena findings_arena;
    uint32_t turn;      /* how often findings were handed on: copies of events go with them */
    struct arena arena; /* detectors' */
    void **detectors;   /* what each one's unit_end gave */
    uint64_t seen;      /* events */
    bool done;          /* read; waits for its turn */
    struct hunt_unit *next_free;
};

/* Bytes of findings a unit keeps before it waits for its turn to hand them on. */
size_t hunt_unit_limit(const struct hunt_unit *u);

/* Hands on what the unit found so far, in its turn; waits for that. */
void hunt_unit_flush(struct hunt_unit *u);

#endif
