#ifndef TESTS_READ_LOG_H
#define TESTS_READ_LOG_H

#include "engine/hunt/hunt.h"

/*
 * Reads a log from memory, as a file of a hunt would be, and tells its events as text: a line each,
 *
 *     [family channel=C host=H id=N time=T] name=value|name=value
 *
 * without what is absent; null is name!, an alias ~name=value. Problems follow as
 * "! OFFSET COUNT REASON".
 */
struct read_log {
    struct arena *arena;
    const char *names; /* fields that rules ask for, separated by spaces */
    int threads;       /* 0: 1 */
    bool slack, heads_only;
    struct hunt_options options; /* limits */
    struct hunt_stats stats;
};

struct str read_log(struct read_log *o, struct str content);
struct str read_log_paths(struct read_log *o, const struct str *paths, size_t len);

/* A file with this content that is removed when the test program ends. */
struct str read_log_file(struct arena *a, const char *name, struct str content);

#endif
