#ifndef ENGINE_HUNT_HUNT_H
#define ENGINE_HUNT_HUNT_H

#include "engine/hunt/event.h"

/*
 * A hunt: files -> readers -> events -> detectors -> findings -> a writer.
 *
 * The input is cut into units (a run of EVTX chunks, a block of lines); threads take units in
 * order, read their events and show them to every detector in batches. What a detector finds is
 * kept with the unit, and units are handed on in the order of the input: the findings are the same,
 * in the same order, for any number of threads, and memory does not grow with the logs.
 */

enum hunt_level {
    HUNT_LEVEL_NONE, /* the rule states none */
    HUNT_LEVEL_INFORMATIONAL,
    HUNT_LEVEL_LOW,
    HUNT_LEVEL_MEDIUM,
    HUNT_LEVEL_HIGH,
    HUNT_LEVEL_CRITICAL,
};

const char *hunt_level_name(enum hunt_level l); /* "high"; HUNT_LEVEL_NONE: "" */
bool hunt_level_parse(struct str s, enum hunt_level *out);

/* What found something. Owned by the detector, lives until the run's end. */
enum hunt_hit_kind { HUNT_HIT_RULE, HUNT_HIT_IOC, HUNT_HIT_YARA };

struct hunt_hit {
    enum hunt_hit_kind kind;
    enum hunt_level level;
    struct str id;    /* rule: its id; YARA: namespace; indicator: its type ("domain", "md5") */
    struct str title; /* rule: title; YARA: rule name; indicator: its value as in the list */
    struct str note;  /* indicator: what the list says about it; otherwise empty */
    struct str file;  /* rule file or list it came from */
    const struct str *tags;
    size_t tags_len;
};

/* A matched field: what the rule looked at, and the value it found. */
struct hunt_match {
    struct str name, value;
};

/* Where a finding points; of a correlation, its last event. */
struct hunt_where {
    int64_t time; /* HUNT_NO_TIME: none */
    struct str host, channel;
    int64_t event_id;   /* -1: none */
    uint64_t record_id; /* 0: none */
    uint64_t offset;
    const struct hunt_source *source;
};

struct hunt_where hunt_where(const struct hunt_event *e); /* slices of the event, not copied */

/* As it reaches the writer, in order. All memory is the unit's: copy what is kept. */
struct hunt_finding {
    const struct hunt_hit *hit;
    struct hunt_where where;
    const struct hunt_match *matched;
    size_t matched_len;
    const struct hunt_field *fields; /* the event; none for correlations and YARA */
    size_t fields_len;
    struct str raw; /* of a text log, the line */
};

struct hunt_unit; /* a piece of the input with its findings */
struct hunt_run;

/* Reports a finding in `e` (everything is copied). Detectors call it in an order that depends on
 * the event alone. */
void hunt_emit(struct hunt_unit *u, const struct hunt_hit *hit, struct hunt_event *e,
               const struct hunt_match *matched, size_t matched_len);

/* The same for what is not one event: correlations, files. */
void hunt_emit_at(struct hunt_unit *u, const struct hunt_hit *hit, const struct hunt_where *where,
                  const struct hunt_match *matched, size_t matched_len);

/* Memory that lives as long as the unit, up to and including detector->merge. */
struct arena *hunt_unit_arena(struct hunt_unit *u);

struct hunt_run *hunt_unit_run(struct hunt_unit *u); /* for hunt_problem */

/*
 * A detector (Sigma, indicators, YARA). Functions it has no use for are NULL.
 *
 *   thread_open   once per thread; what it returns is `state` below. It may only read `self`.
 *   events        a batch of events; they may be looked at in any order but live only in the call.
 *   skim          whether `events` may find something in records with this text: of one or more
 *                 whole records of the format, as they stand in the log. No is certain. When all
 *                 detectors with `events` have it, lines that none wants are not made events of.
 *   wants_file    whether `file` is for files of this format; without it, for all.
 *   file          once per file before its events: the bytes (a mapping, or a member of an archive
 *                 that fits max_file; empty slice when it does not), for hashes and YARA.
 *   unit_end      the unit is read; returns what merge shall get (in hunt_unit_arena), or NULL.
 *   merge         called for units in the order of the input, never two at a time; for what must
 *                 see events in one place (correlations). May emit into `u`.
 *   finish        after the last unit; may emit into `u`.
 *   thread_close  frees a state; adds its statistics to `self` (never two at a time).
 */
struct hunt_detector {
    void *self;
    void *(*thread_open)(void *self);
    void (*events)(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len);
    bool (*skim)(void *state, enum hunt_format format, struct str text);
    bool (*wants_file)(void *self, enum hunt_format format);
    void (*file)(void *state, struct hunt_unit *u, const struct hunt_source *source,
                 struct str bytes);
    void *(*unit_end)(void *state, struct hunt_unit *u);
    void (*merge)(void *self, struct hunt_unit *u, void *from_unit_end);
    void (*finish)(void *self, struct hunt_unit *u);
    void (*thread_close)(void *self, void *state);
};

/* Something that could not be read or loaded; listed at the end of every hunt. */
struct hunt_problem {
    struct str file;
    uint64_t offset; /* of the first */
    uint64_t count;  /* of the same kind in this file */
    struct str reason;
};

/* Notes a problem; safe from any thread. The same file and reason are counted together. */
void hunt_problem(struct hunt_run *r, struct str file, uint64_t offset, uint64_t count,
                  const char *reason);

struct hunt_stats {
    uint64_t files, bytes, events, findings;
    uint64_t unreadable; /* records that were there and could not be read */
    int64_t elapsed_ms;
};

struct hunt_options {
    const struct hunt_schema *schema;
    const struct hunt_detector *detectors;
    size_t detectors_len;
    int threads;           /* 0: one per processor */
    size_t max_memory;     /* bytes for logs and findings in flight; 0: 192 MiB. Fewer threads run,
                              and records are shorter, when it is small */
    uint64_t max_file;     /* bytes of a file or member shown to detector->file; 0: 64 MiB */
    uint64_t max_unpacked; /* bytes out of one archive; 0: 64 GiB */
    int max_ratio;         /* unpacked to packed; 0: 1,000 */
    int max_depth;         /* archives in archives; 0: 4 */
    int64_t from, to;      /* HUNT_NO_TIME: open; events without a time are always shown */
    int zone;              /* minutes east of UTC, for times of text logs that name no zone */
    bool slack;            /* EVTX: also look for records in unused space */
    void *ctx;
    void (*finding)(void *ctx, const struct hunt_finding *f);
    /* Now and then, from one thread at a time; total is 0 while unknown. May be NULL. */
    void (*progress)(void *ctx, const struct hunt_stats *s, uint64_t total_bytes);
};

/* Hunts through the files, directories and archives. 0, or an ERR_* when it could not run at all;
 * what could not be read is in the list of problems. */
int hunt_run(const struct hunt_options *o, const struct str *paths, size_t paths_len,
             struct hunt_run **out, struct err *err);
const struct hunt_stats *hunt_run_stats(const struct hunt_run *r);
const struct hunt_problem *hunt_run_problems(const struct hunt_run *r, size_t *len);
void hunt_run_free(struct hunt_run *r);

#endif
