#ifndef TOOLS_POGEN_H
#define TOOLS_POGEN_H

#include "gen.h"
#include "base/map.h"

/*
 * po/LANG/ROOM.po: keys (English texts, perhaps with "context|" in front) and their translations.
 * The common gettext form without plurals: each entry is msgid "..." and msgstr "...".
 */
struct po_entry {
    struct str key;
    struct str text[LANG_COUNT]; /* NULL pointer: not translated in this language */
    const struct source *src[LANG_COUNT];
    size_t offset[LANG_COUNT];
};

struct po_table {
    struct arena *arena;
    VEC(struct po_entry *) entries; /* in the order of their first appearance */
    struct map by_key;
    VEC(struct str) files; /* what was read: directories and files */
};

void po_init(struct po_table *t, struct arena *a);

/* Adds the entries of one file. `src` must outlive the table. */
void po_parse(struct po_table *t, const struct source *src, enum lang lang, struct problems *p);

/* Reads DIR/vi and DIR/en, each file that ends in .po, by name; then checks that every key has its
 * Vietnamese text. A directory that is not there holds nothing. */
void po_read_all(struct po_table *t, const char *dir, struct problems *p);

/* The table as C, see sys/i18n/table.h. */
void po_write(const struct po_table *t, struct buf *out);

#endif
