#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * How a function fails: it returns a negative ERR_* and has filled its struct err once, at the
 * source, with what went wrong, on which value, and what to do about it. 0 is success. Libraries do
 * not log; the edges (commands, web handlers, job runner) do.
 *
 *     if (port > 65535)
 *         return err_set(err, ERR_INVALID, "port %" PRId64 " is larger than 65535", port);
 *
 * A caller that can say more adds context in front: err_prefix(err, "%s: ", file).
 * `what` and `hint` are English for operators; what a visitor of the site reads comes from the
 * translated message of the code (err_message) and from form errors.
 */
enum err_code {
    ERR_OK = 0,
#define ERROR(name, http, exit_status, vi, en) ERR_INDEX_##name,
#include "base/errors.def"
#undef ERROR
    ERR_COUNT,
#define ERROR(name, http, exit_status, vi, en) ERR_##name = -ERR_INDEX_##name,
#include "base/errors.def"
#undef ERROR
};

struct err {
    int code;       /* ERR_*, 0 when nothing happened */
    char field[64]; /* form field or column concerned, or empty */
    char what[512]; /* what went wrong, with the value and the place */
    char hint[256]; /* what to do about it, or empty */
};

/* Fills *err (which may be NULL) and returns code, so that it can be returned in turn. */
int err_set(struct err *err, int code, const char *fmt, ...) _printf_(3, 4);

/* The same with errno's text behind the message: "cannot open x: No such file or directory".
 * Maps ENOSPC to ERR_NO_SPACE, ENOENT to ERR_NOT_FOUND, everything else to ERR_IO. */
int err_errno(struct err *err, const char *fmt, ...) _printf_(2, 3);

void err_hint(struct err *err, const char *fmt, ...) _printf_(2, 3);
void err_field(struct err *err, const char *field);
void err_prefix(struct err *err, const char *fmt, ...) _printf_(2, 3);
void err_clear(struct err *err);

enum lang { LANG_VI, LANG_EN, LANG_COUNT };

int err_http_status(int code);
int err_exit_status(int code);
const char *err_name(int code); /* "NOT_FOUND" */
const char *err_message(int code, enum lang lang);

#endif
