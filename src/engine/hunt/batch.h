#ifndef ENGINE_HUNT_BATCH_H
#define ENGINE_HUNT_BATCH_H

#include "engine/hunt/event.h"

/*
 * Where readers build events. Events and their text live in the batch's arena until the batch is
 * full; then the detectors see them, and the memory is used again.
 */
enum { HUNT_BATCH_EVENTS = 64, HUNT_BATCH_BYTES = 512 * 1024 };

/* raw_type of a HUNT_FIELD_RAW value: a type of EVTX, or this: a JSON string with escapes. */
enum { HUNT_RAW_JSON = 0xff };

/* The number of the name met last: logs repeat their channel and provider. */
struct hunt_last_name {
    char text[96];
    size_t len;
    uint32_t id;
};

struct hunt_batch {
    const struct hunt_schema *schema;
    const struct hunt_source *source;
    int64_t from, to; /* events outside are dropped; HUNT_NO_TIME: open */
    void (*full)(void *ctx, struct hunt_event *events, size_t len);
    void *ctx;
    uint64_t seen; /* events read, dropped ones included */
    struct hunt_last_name last_channel, last_provider;

    struct hunt_event events[HUNT_BATCH_EVENTS];
    size_t len;
    struct hunt_field *fields; /* where the next field goes */
    struct hunt_field *fields_end;
    struct hunt_event *now; /* being built, or NULL */
    struct arena arena;
    size_t base; /* arena.used when it was empty */
};

void hunt_batch_init(struct hunt_batch *b, const struct hunt_schema *schema);
void hunt_batch_release(struct hunt_batch *b);

/* Begins an event; its head is all absent. */
struct hunt_event *hunt_batch_begin(struct hunt_batch *b, uint64_t offset);

/* Ends it: time filter, then the batch is shown when full. */
void hunt_batch_end(struct hunt_batch *b);

/* Forgets the event being built (the record turned out to be damaged). */
void hunt_batch_drop(struct hunt_batch *b);

/* Shows what is there; the memory of all events is gone afterwards. */
void hunt_batch_flush(struct hunt_batch *b);

void hunt_batch_grow(struct hunt_batch *b);

/* A new field at the end of the event, not initialised. */
static inline struct hunt_field *hunt_batch_field(struct hunt_batch *b)
{
    if (b->fields == b->fields_end)
        hunt_batch_grow(b);
    b->now->len++;
    return b->fields++;
}

static inline void hunt_batch_add(struct hunt_batch *b, uint32_t id, struct str name,
                                  enum hunt_kind kind, struct str value)
{
    *hunt_batch_field(b) =
        (struct hunt_field){.id = id, .kind = (uint8_t)kind, .name = name, .value = value};
}

/* Sets the head's channel and provider with their numbers. */
void hunt_batch_channel(struct hunt_batch *b, struct str channel);
void hunt_batch_provider(struct hunt_batch *b, struct str provider);

#endif
