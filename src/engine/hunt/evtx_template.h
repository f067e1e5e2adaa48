#ifndef ENGINE_HUNT_EVTX_TEMPLATE_H
#define ENGINE_HUNT_EVTX_TEMPLATE_H

#include "engine/hunt/evtx.h"

/* What a place in the System element means for the head of an event. */
enum evtx_head {
    EVTX_NO_HEAD,
    EVTX_PROVIDER,
    EVTX_EVENT_ID,
    EVTX_TIME,
    EVTX_RECORD_ID,
    EVTX_CHANNEL,
    EVTX_HOST,
};

enum evtx_op_kind {
    EVTX_OP_VALUE,   /* the field is one substitution */
    EVTX_OP_LITERAL, /* the field is a text of the template */
    EVTX_OP_MIXED,   /* the field is `parts`, put together */
};

struct evtx_part {
    bool is_value;
    uint16_t index; /* substitution */
    struct str text;
};

struct evtx_op {
    uint8_t kind;
    uint8_t head;
    bool optional;      /* left out when the substitution is empty */
    uint16_t index;     /* substitution */
    int32_t name_index; /* substitution that holds the name, or -1 */
    uint32_t id;
    struct str name;
    struct str text;
    const struct evtx_part *parts;
    uint32_t parts_len;
};

/* A name as it stands in a chunk, with its text and its number. Kept per thread. */
struct evtx_name {
    struct str utf16;
    struct str text;
    struct evtx_name *next;
    uint32_t id;
};

/*
 * Compiles binary XML from chunk offset `at` up to `end` into *t. With `dependency`, elements carry
 * a dependency number (those of templates do, other binary XML does not). False on damage, t->why
 * says what it was.
 */
bool evtx_compile(struct evtx *x, struct evtx_template *t, uint32_t at, uint32_t end,
                  bool dependency);

/* Forgets the names kept; for between two units. */
void evtx_names_clear(struct evtx *x);

#endif
