#ifndef ENGINE_HUNT_SKIM_H
#define ENGINE_HUNT_SKIM_H

#include "engine/hunt/reader.h"

/* Whether a detector may find something in records with this text. */
struct hunt_skim {
    bool (*wanted)(void *ctx, struct str text);
    void *ctx;
};

/* Reads of a block whose records are lines only those that are wanted. All are counted as seen;
 * whether the others are sound is not known. */
void hunt_skim_block(struct hunt_reading *r, const struct hunt_reader *reader,
                     const struct hunt_block *b, const struct hunt_skim *skim);

#endif
