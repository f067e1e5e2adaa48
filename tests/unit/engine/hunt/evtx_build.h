#ifndef TESTS_EVTX_BUILD_H
#define TESTS_EVTX_BUILD_H

#include "base/base.h"

/*
 * Makes small Windows event logs for tests. A record is a template in a shorthand of XML, where %N
 * is a substitution and ?N an optional one, and the values for it:
 *
 *     struct evtx_builder b = evtx_build(&arena);
 *     evtx_build_record(&b, 1, "<Event><System><EventID>%0</EventID></System></Event>",
 *                       (struct evtx_value[]){evtx_u16(4688)}, 1);
 *     struct str file = evtx_build_end(&b);
 *
 * A template is defined in the first record of a chunk that uses it and referred to by the others,
 * as Windows does it.
 */
struct evtx_value {
    uint8_t type;
    const void *data;
    uint16_t len;
    uint64_t number; /* holds the data of numbers */
    const char *xml; /* binary XML: a nested template, with values */
    const struct evtx_value *values;
    size_t values_len;
};

struct evtx_builder {
    struct arena *arena;
    unsigned char *file; /* EVTX_FILE_MAX */
    size_t chunk;        /* where the current one begins */
    uint32_t at;         /* in the chunk */
    uint32_t last_record;
    uint64_t first_id, last_id;
    struct {
        const char *text;
        uint32_t offset;
    } names[256], templates[64];
    size_t names_len, templates_len;
};

struct evtx_builder evtx_build(struct arena *a);
void evtx_build_chunk(struct evtx_builder *b); /* ends the chunk, begins the next */
/* Returns the record's offset in the file. */
size_t evtx_build_record(struct evtx_builder *b, uint64_t id, const char *xml,
                         const struct evtx_value *values, size_t len);
struct str evtx_build_end(struct evtx_builder *b);

struct evtx_value evtx_text(struct arena *a, const char *utf8); /* ASCII and two-byte letters */
struct evtx_value evtx_bytes(uint8_t type, const void *data, size_t len);
struct evtx_value evtx_number(uint8_t type, uint64_t n, size_t size);
struct evtx_value evtx_nothing(void);
struct evtx_value evtx_nested(const char *xml, const struct evtx_value *values, size_t len);

#endif
