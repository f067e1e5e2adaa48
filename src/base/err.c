#include "base/base.h"

#include <errno.h>

static const struct {
    const char *name;
    int http;
    int exit_status;
    const char *message[LANG_COUNT];
} table[ERR_COUNT] = {
    [0] = {"OK", 200, 0, {"Thành công", "Success"}},
#define ERROR(n, h, x, vi, en) [ERR_INDEX_##n] = {#n, h, x, {vi, en}},
#include "base/errors.def"
#undef ERROR
};

static int index_of(int code)
{
    return code <= 0 && code > -ERR_COUNT ? -code : -ERR_INTERNAL;
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
    char text[sizeof(err->what)]; /* the arguments may quote what err says now */
    va_list ap;

    if (err != NULL) {
        va_start(ap, fmt);
        vsnprintf(text, sizeof(text), fmt, ap);
        va_end(ap);
        err_clear(err);
        err->code = code;
        memcpy(err->what, text, strlen(text) + 1);
    }
    return code;
}

int err_errno(struct err *err, const char *fmt, ...)
{
    int e = errno;
    int code = e == ENOSPC || e == EDQUOT ? ERR_NO_SPACE : e == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    char text[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return err_set(err, code, "%s: %s", text, strerror(e));
}

void err_hint(struct err *err, const char *fmt, ...)
{
    va_list ap;

    if (err == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
    va_end(ap);
}

void err_field(struct err *err, const char *field)
{
    if (err != NULL)
        snprintf(err->field, sizeof(err->field), "%s", field);
}

void err_prefix(struct err *err, const char *fmt, ...)
{
    char text[sizeof(err->what)];
    va_list ap;
    int n;

    if (err == NULL)
        return;
    va_start(ap, fmt);
    n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(text))
        return;
    snprintf(text + n, sizeof(text) - (size_t)n, "%.*s", (int)(sizeof(text) - (size_t)n - 1),
             err->what);
    memcpy(err->what, text, sizeof(text));
}

void err_clear(struct err *err)
{
    if (err != NULL) {
        err->code = 0;
        err->field[0] = err->what[0] = err->hint[0] = '\0';
    }
}

int err_http_status(int code)
{
    return table[index_of(code)].http;
}

int err_exit_status(int code)
{
    return table[index_of(code)].exit_status;
}

const char *err_name(int code)
{
    return table[index_of(code)].name;
}

const char *err_message(int code, enum lang lang)
{
    return table[index_of(code)].message[lang];
}
