#ifndef SYS_BLOB_BLOB_H
#define SYS_BLOB_BLOB_H

#include "base/base.h"

/*
 * Files by content: DIR/blobs/ab/cd/<sha256>. Written once, read-only, never changed. Putting the
 * same content twice keeps one file.
 */
struct blob_store {
    struct str dir; /* "DIR/blobs", NUL-terminated */
};

struct blob_id {
    uint8_t sha256[32];
    int64_t size;
};

/* Moves a finished file on the same file system into the store (link or rename, fsync of file and
 * directory). The caller knows its SHA-256. */
int blob_take(const struct blob_store *store, const char *path, const struct blob_id *id,
              struct err *err);
int blob_put(const struct blob_store *store, struct str content, struct blob_id *out,
             struct err *err);

/* Opens for reading. ERR_CORRUPT when missing or of another size. */
int blob_open(const struct blob_store *store, const struct blob_id *id, int *fd, struct err *err);

#endif
