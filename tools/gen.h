#ifndef TOOLS_GEN_H
#define TOOLS_GEN_H

#include "base/base.h"

/*
 * What the generators share: a source text with positions, a list of problems in the form
 * file:line:col: message, and writing a file only when its content changes (so that ninja does not
 * rebuild what depends on it).
 */
struct source {
    const char *path; /* as given on the command line; stands in messages */
    struct str text;
};

struct place {
    int line, col; /* from 1; col counts bytes */
};

struct place source_place(const struct source *src, size_t offset);

struct problem {
    const char *path;
    struct place place;
    struct str what;
};

struct problems {
    struct arena *arena;
    struct problem *at;
    size_t len, cap;
};

void problem_at(struct problems *p, const struct source *src, size_t offset, const char *fmt, ...)
    _printf_(4, 5);
/* Concerns a file as a whole. */
void problem_in(struct problems *p, const char *path, const char *fmt, ...) _printf_(3, 4);

/* Reads a whole file; at most 16 MiB. False: the problem is in the list. */
bool source_read(struct arena *a, const char *path, struct source *out, struct problems *p);

/* Writes the file unless it already has this content. */
bool gen_write(struct arena *a, const char *path, struct str text, struct problems *p);

/* "out: a b c": what the output is made from, in the form ninja reads. A directory stands for the
 * list of its files. */
void gen_depfile(struct buf *out, const char *output, const struct str *files, size_t len);

/* A line for each problem, in the order of their places. */
struct str problems_text(struct problems *p);

/* Prints the problems, and gives the exit status: 0 when there are none. */
int problems_end(struct problems *p);

/* The path of `path` below the directory `root`, with forward slashes; the last part of the path
 * when it is not below it. */
struct str gen_name(struct arena *a, const char *root, const char *path);

/* The text as the inside of a C string literal. */
void gen_c_text(struct buf *out, struct str s);

/* A C identifier that is no keyword or macro of the language. */
bool gen_is_name(struct str s);

static inline bool gen_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static inline bool gen_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* NAME_H_ of a header: "app/incident/queries.h" gives APP_INCIDENT_QUERIES_H. */
struct str gen_guard(struct arena *a, struct str name);

#endif
