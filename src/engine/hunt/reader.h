#ifndef ENGINE_HUNT_READER_H
#define ENGINE_HUNT_READER_H

#include "engine/hunt/batch.h"
#include "engine/hunt/evtx.h"
#include "engine/hunt/json_paths.h"

/*
 * A reader turns bytes of one format into events. The pipeline takes the bytes of a source in order
 * and cuts them into blocks at the ends of records (open and cut, one thread at a time); then any
 * thread reads a block (read), knowing nothing of the blocks before it but the section it stands
 * in.
 */

struct hunt_block {
    struct str data;
    uint64_t offset;     /* of its first byte in the source */
    uint64_t line;       /* of its first byte, from 1; 0 for binary formats */
    const void *section; /* what cut() said: column names and the like; never changes */
};

/* For times that lack something. */
struct hunt_clock {
    int64_t now; /* for those without a year */
    int zone;    /* minutes east of UTC, for those without a zone */
};

/* What a thread reads with. */
struct hunt_reading {
    const struct hunt_schema *schema;
    struct hunt_clock clock;
    struct hunt_batch batch;
    struct evtx evtx;
    struct json_paths paths;
    struct arena scratch; /* until the end of the block */
    void (*problem)(void *ctx, uint64_t offset, uint64_t count, const char *reason);
    void *problem_ctx;
};

void hunt_reading_init(struct hunt_reading *r, const struct hunt_schema *schema);
void hunt_reading_release(struct hunt_reading *r);

struct hunt_reader {
    enum hunt_format format;
    /* How well the beginning of a source suits, 0 (not at all) to 100. The head is UTF-8 without a
     * byte-order mark, up to HUNT_HEAD bytes. */
    int (*sniff)(struct str head);
    /* State for cut(), in the arena; NULL when the reader has none (cut gets NULL then). */
    void *(*open)(const struct hunt_schema *s, struct arena *a, struct str head);
    /* How many bytes of `data` are whole records: 0 when more is needed. With `eof` nothing comes
     * behind, and all of it goes. *section stays what it was unless set. */
    size_t (*cut)(void *state, struct str data, bool eof, const void **section);
    void (*read)(struct hunt_reading *r, const struct hunt_block *b);
    /* Whether the records of a block are its lines, each of which could be read by itself. NULL:
     * never. */
    bool (*lines)(const void *section);
};

enum { HUNT_HEAD = 64 * 1024 };

/* Every reader, by format; the one that suits a head best, or NULL for what is not a log. */
extern const struct hunt_reader *const hunt_readers[HUNT_FORMAT_COUNT];
const struct hunt_reader *hunt_reader_for(struct str head);

/* For cut: up to and including the last line feed. */
size_t hunt_cut_lines(void *state, struct str data, bool eof, const void **section);

bool hunt_always_lines(const void *section); /* for lines */

uint64_t hunt_count_lines(struct str s); /* line feeds */

/* A walk over the lines of a block, with their numbers. */
struct hunt_lines {
    struct str rest;
    uint64_t number; /* of the line in `line`, from 1 */
    uint64_t offset;
    struct str line;
    uint64_t next_offset;
};

void hunt_lines_init(struct hunt_lines *l, const struct hunt_block *b);
bool hunt_lines_next(struct hunt_lines *l); /* empty lines are passed over */

extern const struct hunt_reader hunt_reader_evtx, hunt_reader_json, hunt_reader_xml,
    hunt_reader_csv, hunt_reader_zeek, hunt_reader_syslog, hunt_reader_auditd, hunt_reader_web,
    hunt_reader_cef, hunt_reader_leef, hunt_reader_keyvalue, hunt_reader_text;

#endif
