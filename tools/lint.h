#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include "gen.h"
#include "pogen.h"

/*
 * The rules of the house that no compiler checks: floors and rooms, banned functions, translations,
 * words in templates, length of files, marks of unfinished work.
 */
struct lint_key {
    struct str key;
    const struct source *src;
    size_t offset;
};

/* Room `from` includes a header of room `to`. */
struct lint_edge {
    struct str from, to;
    const struct source *src;
    size_t offset;
};

struct lint {
    struct arena *arena;
    struct problems *problems;
    VEC(struct lint_key) keys; /* texts shown to people, as code and templates name them */
    struct map literals; /* every text in the code: a key may go through a function of the room */
    VEC(struct lint_edge) edges;
    VEC(struct str) banned;
};

/* Reads the list of banned functions from base/banned.h. */
void lint_read_banned(struct lint *l, const struct source *src);

/* One C file or header. `name` is its path below the root: "src/app/org/org.c". */
void lint_c(struct lint *l, const struct source *src, struct str name);

/* C inside a template, from `offset` of the source: keys and banned functions. */
void lint_code(struct lint *l, const struct source *src, size_t offset, struct str code);

/* One template: literal words, keys, includes. */
void lint_html(struct lint *l, const struct source *src, struct str name);

/* May the file include the header? Notes the edge between two rooms. */
void lint_include(struct lint *l, const struct source *src, size_t offset, struct str name,
                  struct str header);

/* Rooms that include each other, directly or around a corner. */
void lint_cycles(struct lint *l);

/* Keys without a Vietnamese text; translations that nothing asks for. */
void lint_translations(struct lint *l, const struct po_table *po);

/* Any text: length (limit 0: none) and marks such as "to do". */
void lint_text(struct lint *l, const struct source *src, int limit);

void lint_add_key(struct lint *l, const struct source *src, size_t offset, struct str key);

#endif
