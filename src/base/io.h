#ifndef BASE_IO_H
#define BASE_IO_H

#include "base/base.h"

/* Files and descriptors. Short reads and EINTR are handled; errors name the path. */

void close_fd(int *fd); /* for _cleanup_; harmless for -1; keeps errno */

int io_write_all(int fd, struct str data, struct err *err);

/* The whole file, at most `limit` bytes (ERR_TOO_LARGE beyond), NUL behind it. */
int io_read_file(struct arena *a, const char *path, size_t limit, struct str *out, struct err *err);

/* Writes beside, fsyncs, renames over, fsyncs the directory: either the old or the new file is
 * there. */
int io_replace_file(const char *path, struct str data, int mode, struct err *err);

/* A read-only mapping; release with io_unmap. An empty file maps to the empty slice. */
int io_map(const char *path, struct str *out, struct err *err);
void io_unmap(struct str *map);

/* mkdir -p; fine when it is there. */
int io_make_dirs(const char *path, int mode, struct err *err);

struct str io_join(struct arena *a, struct str dir, struct str name); /* dir/name, NUL-terminated */

#endif
