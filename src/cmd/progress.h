#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "base/base.h"

/* A line on a terminal's standard error that tells how far a long command is; nothing elsewhere. */
struct cmd_progress {
    int64_t begin, last; /* clock_monotonic */
    bool shown, on_screen;
};

void cmd_progress_begin(struct cmd_progress *p);
/* A backup_watch: rows, files, bytes. */
void cmd_progress_tell(void *ctx, const char *doing, int64_t rows, int64_t blobs, int64_t bytes);
void cmd_progress_end(struct cmd_progress *p);

#endif
