#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

/*
 * The log of a running service: one line an event on standard error, "LEVEL message key=value ...",
 * with a time in front unless systemd's journal adds one. Only the edges log.
 */
enum log_level { LOG_ERROR_, LOG_WARN_, LOG_INFO_, LOG_DEBUG_ };

void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *fmt, ...) _printf_(2, 3);

#define log_error(...) log_line(LOG_ERROR_, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN_, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO_, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG_, __VA_ARGS__)

/* An error with its place: "cannot open ...: ... (what to do)". */
void log_err(const struct err *err, const char *doing);

#endif
