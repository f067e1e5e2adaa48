#include "base/log.h"

#include "base/clock.h"

#include <stdatomic.h>

static _Atomic int threshold = LOG_INFO_;

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

void log_line(enum log_level level, const char *fmt, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    char line[2048];
    int n = 0;
    va_list ap;

    if ((int)level > atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    if (getenv("JOURNAL_STREAM") == NULL) {
        struct civil c = civil_from_ms(clock_now(), 0);

        n = snprintf(line, sizeof(line), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", c.year, c.month,
                     c.day, c.hour, c.minute, c.second, c.ms);
    }
    n += snprintf(line + n, sizeof(line) - (size_t)n, "%s ", names[level]);
    va_start(ap, fmt);
    n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
    va_end(ap);
    n = MIN(n, (int)sizeof(line) - 2);
    /* A value from outside must not forge a second line. */
    for (int i = 0; i < n; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    }
    line[n++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        return; /* nowhere left to say so */
}

void log_err(const struct err *err, const char *doing)
{
    log_error("%s: %s: %s%s%s%s", doing, err_name(err->code), err->what, err->hint[0] ? " (" : "",
              err->hint, err->hint[0] ? ")" : "");
}
