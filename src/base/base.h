#ifndef BASE_BASE_H
#define BASE_BASE_H

/*
 * What every file of the program includes: fixed-width types, slices, arenas, growing text and
 * errors. Nothing here knows of files, databases or the network.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)    ((a) < (b) ? (a) : (b))
#define MAX(a, b)    ((a) > (b) ? (a) : (b))

#define _cleanup_(f)   __attribute__((cleanup(f), unused)) /* clang calls it unused otherwise */
#define _printf_(f, a) __attribute__((format(printf, f, a)))
#define _unused_       __attribute__((unused))
#define _must_check_   __attribute__((warn_unused_result))
#define _noreturn_     __attribute__((noreturn))

/* Out of memory, or an invariant that cannot be false: print and abort. Never for bad input. */
_noreturn_ void die(const char *fmt, ...) _printf_(1, 2);

#include "base/arena.h"
#include "base/str.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* A number that may be absent (a NULL column, an empty form field). */
struct opt_int {
    bool has;
    int64_t v;
};

static inline struct opt_int opt_int(int64_t v)
{
    return (struct opt_int){.has = true, .v = v};
}

#define NO_INT ((struct opt_int){0})

struct opt_real {
    bool has;
    double v;
};

#include "base/banned.h"

#endif
