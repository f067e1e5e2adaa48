#ifndef ENGINE_HUNT_EVTX_H
#define ENGINE_HUNT_EVTX_H

#include "engine/hunt/batch.h"

/*
 * Windows event logs (.evtx): a file header of 4 KiB, then chunks of 64 KiB, each complete in
 * itself, with records in binary XML. Structure after the public description of the format
 * (MS-EVEN6 section 2.2.12 for BinXml).
 *
 * The templates of a chunk are compiled once into lists of fields, with the numbers of their names;
 * a record is then a walk through such a list. Nothing is trusted: every offset and size is
 * checked against the chunk, nesting is limited, and after a damaged record the search goes on at
 * the next record signature.
 */
enum { EVTX_HEADER = 4096, EVTX_CHUNK = 65536, EVTX_CHUNK_HEADER = 512 };

enum { EVTX_DEPTH = 16 }; /* binary XML inside of binary XML */

struct evtx_op;

/* A compiled template, or a piece of binary XML that stood outside of one. */
struct evtx_template {
    uint32_t offset; /* in the chunk; 0: empty slot */
    const char *why; /* static text when it is damaged, or NULL */
    const struct evtx_op *ops;
    uint32_t len;
};

struct evtx_name; /* a cached name: text and number */

/* One per thread. */
struct evtx {
    struct hunt_batch *batch;
    const struct hunt_schema *schema;
    void (*problem)(void *ctx, uint64_t offset, uint64_t count, const char *reason);
    void *problem_ctx;
    bool slack;

    const unsigned char *chunk; /* EVTX_CHUNK bytes or less */
    uint32_t chunk_len;
    uint64_t chunk_offset; /* in the file */
    struct evtx_template templates[256];
    uint32_t templates_len;
    struct arena arena; /* compiled templates; until the end of the unit */

    struct evtx_name **names; /* by hash of the UTF-16 text */
    uint32_t names_len;
    struct arena names_arena;

    struct str last_channel, last_provider, last_host; /* UTF-16 as in the record */
    struct str channel, provider, host;                /* and what they are */
    uint32_t channel_id, provider_id;
    struct arena head_arena;

    const char *why; /* of the record being read */
    uint64_t read;   /* records read */
};

void evtx_init(struct evtx *x, struct hunt_batch *batch);
void evtx_release(struct evtx *x);

/* Reads `len` bytes of chunks that begin at `offset` of the file. */
void evtx_read(struct evtx *x, const char *data, size_t len, uint64_t offset);

#endif
