#ifndef ENGINE_HUNT_TEXT_H
#define ENGINE_HUNT_TEXT_H

#include "engine/hunt/reader.h"

/* What readers of text formats share. */

/* Percent of the first lines of a head that `looks` says yes to. */
int hunt_sniff_lines(struct str head, bool (*looks)(struct str line));

/* A field of the event being built, by the name it has in the log. */
void hunt_text_add(struct hunt_reading *r, struct hunt_seen *seen, struct str name,
                   struct str value);

/* Begins an event of a line. */
struct hunt_event *hunt_text_begin(struct hunt_reading *r, const struct hunt_lines *l,
                                   enum hunt_family family);

/* What a reader does with a block whose lines are an event each, or none. */
void hunt_read_lines(struct hunt_reading *r, const struct hunt_block *b,
                     void (*line)(struct hunt_reading *r, const struct hunt_lines *l));

/* Takes white space off the front, then a word up to the next space; empty at the end. */
struct str hunt_word(struct str *rest);

/* "10/Oct/2000:13:55:36 -0700", "Oct 10 2000 13:55:36", "Oct 10 13:55:36" (then the year is the
 * one that puts it closest before now), RFC 3339, seconds or milliseconds since 1970. A time
 * without a zone is one of the clock's. */
bool hunt_text_time(struct str s, const struct hunt_clock *clock, int64_t *ms);

/*
 * Pairs of key=value, values plain, in "..." or in '...', separated by spaces or commas. Each call
 * takes one off the front of *rest; words without '=' are passed over. False at the end. Escapes in
 * quoted values are decoded into the arena.
 */
bool hunt_pair(struct str *rest, struct arena *a, struct str *key, struct str *value, bool *quoted);

/* The head of a syslog line: what is in front of the message. */
struct hunt_syslog {
    struct str host, program, pid, message;
    struct str data;        /* RFC 5424 structured data, with its brackets */
    int64_t time;           /* HUNT_NO_TIME when not understood */
    int facility, severity; /* -1: none */
};

bool hunt_syslog_parse(struct str line, const struct hunt_clock *clock, struct hunt_syslog *out);

#endif
