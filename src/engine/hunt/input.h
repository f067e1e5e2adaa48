#ifndef ENGINE_HUNT_INPUT_H
#define ENGINE_HUNT_INPUT_H

#include "base/base.h"

/*
 * The bytes to hunt through: files, what is in directories, and what is in archives and compressed
 * files (tar, zip, 7z; gz, xz, zst, bz2, lz4), archives in archives included. One source after the
 * other, each read from front to back. Used by one thread at a time.
 */

struct hunt_limits {
    uint64_t max_unpacked; /* bytes out of one file */
    int max_ratio;         /* unpacked to packed, looked at from HUNT_RATIO_FROM bytes on */
    int max_depth;         /* archives in archives */
};

enum { HUNT_RATIO_FROM = 64 * 1024 * 1024, HUNT_MEMBERS = 1000000, HUNT_LEVELS = 16 };

struct hunt_inputs;

typedef void hunt_input_problem(void *ctx, struct str path, const char *reason);

struct hunt_inputs *hunt_inputs_new(const struct hunt_limits *limits, hunt_input_problem *problem,
                                    void *ctx);
void hunt_inputs_free(struct hunt_inputs *in);

/* Adds a file, or all regular files under a directory, in the order of their names. Symbolic links
 * within directories are not followed. "-" is standard input. */
void hunt_inputs_add(struct hunt_inputs *in, struct str path);

uint64_t hunt_inputs_bytes(const struct hunt_inputs *in); /* of all files, packed */
uint64_t hunt_inputs_at(const struct hunt_inputs *in);    /* of them read so far */
size_t hunt_inputs_files(const struct hunt_inputs *in);

/* Goes to the next source; false when there is none. *path lives as long as `in`; *plain: it is a
 * file of its own, not part of an archive. */
bool hunt_inputs_next(struct hunt_inputs *in, struct str *path, bool *plain);

/* Up to n bytes of the source; 0 at its end. On damage and at a limit the problem is reported and
 * the source ends. */
size_t hunt_inputs_read(struct hunt_inputs *in, char *out, size_t n);

#endif
