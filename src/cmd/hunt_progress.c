#include "cmd/hunt_progress.h"

#include "base/clock.h"

#include <inttypes.h>

enum { EVERY_MS = 100, BAR = 24 };

void hunt_progress_begin(struct hunt_progress *p)
{
    *p = (struct hunt_progress){.shown = isatty(STDERR_FILENO) == 1};
}

static void bar(double part)
{
    static const char *const eighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int full = (int)(part * BAR * 8);
    for (int i = 0; i < BAR; i++, full -= 8)
        fputs(full >= 8 ? "█" : full > 0 ? eighths[full] : " ", stderr);
}

void hunt_progress_show(struct hunt_progress *p, const struct hunt_stats *s, uint64_t total)
{
    int64_t now = clock_monotonic();
    if (!p->shown || now - p->last < EVERY_MS)
        return;
    p->last = now;
    p->on_screen = true;
    double seconds = (double)MAX(s->elapsed_ms, INT64_C(1)) / 1000;
    double speed = (double)s->bytes / 1e6 / seconds;
    fputs("\r\033[K", stderr);
    if (total > 0) {
        double part = MIN(1.0, (double)s->bytes / (double)total);
        bar(part);
        fprintf(stderr, " %3.0f%%  ", part * 100);
    }
    fprintf(stderr, "%" PRIu64 " files  %.0f MB/s  %" PRIu64 " events  %" PRIu64 " findings",
            s->files, speed, s->events, s->findings);
    if (total > s->bytes && s->bytes > 0 && seconds > 1)
        fprintf(stderr, "  %.0f s left", (double)(total - s->bytes) / 1e6 / MAX(speed, 0.001));
    fflush(stderr);
}

void hunt_progress_end(struct hunt_progress *p)
{
    if (p->on_screen)
        fputs("\r\033[K", stderr);
    p->on_screen = false;
}
