#include "cmd/progress.h"

#include "base/clock.h"

enum { EVERY_MS = 200 };

void cmd_progress_begin(struct cmd_progress *p)
{
    *p = (struct cmd_progress){.begin = clock_monotonic(), .shown = isatty(STDERR_FILENO) == 1};
}

void cmd_progress_tell(void *ctx, const char *doing, int64_t rows, int64_t blobs, int64_t bytes)
{
    struct cmd_progress *p = ctx;
    int64_t now = clock_monotonic();

    if (!p->shown || now - p->last < EVERY_MS)
        return;
    p->last = now;
    p->on_screen = true;
    fprintf(stderr, "\r\033[K%s: %" PRId64 " rows, %" PRId64 " files, %.1f MB, %.0f MB/s", doing,
            rows, blobs, (double)bytes / 1e6,
            (double)bytes / 1e3 / (double)MAX(now - p->begin, INT64_C(1)));
    fflush(stderr);
}

void cmd_progress_end(struct cmd_progress *p)
{
    if (p->on_screen)
        fputs("\r\033[K", stderr);
    p->on_screen = false;
}
