#ifndef SYS_EMBED_EMBED_H
#define SYS_EMBED_EMBED_H

#include "base/base.h"

/* Files compiled into the program, in the order of their paths. A NUL stands behind each. */
struct embed_file {
    const char *path; /* below the embedded folder: "playbooks/serious.yaml" */
    struct str data;
};

/* packs/: the law as data. */
extern const struct embed_file packs[];
extern const size_t packs_len;

/* The file with this path, or NULL. */
const struct embed_file *embed_find(const struct embed_file *files, size_t len, struct str path);

/* The files whose path begins with `prefix` ("playbooks/"): the first, and how many. */
const struct embed_file *embed_under(const struct embed_file *files, size_t len, struct str prefix,
                                     size_t *count);

#endif
