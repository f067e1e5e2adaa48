#include "sys/http/inner.h"
#include "base/log.h"

enum { PATH_SHOWN = 300 };

static bool is_secret(struct str name)
{
    return str_is(name, "token") || str_is(name, "secret");
}

/* The value of a {token} or {secret} part opens something: it is not for the log. */
static struct str hidden_part(const struct request *r)
{
    for (size_t i = 0; i < r->pub.params_len; i++)
        if (is_secret(r->pub.params[i].name))
            return r->pub.params[i].value;
    return STR_EMPTY;
}

/* The path without what would end a word of the log line. Runs on the event thread, which must not
 * use the arena: the worker may still be in it. */
static void show_path(const struct request *r, char out[PATH_SHOWN + 8])
{
    struct str path = r->pub.path, hidden = hidden_part(r);
    size_t n = 0;

    for (size_t i = 0; i < path.len && n < PATH_SHOWN; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (hidden.len > 0 && path.ptr + i == hidden.ptr) {
            n += (size_t)snprintf(out + n, 4, "***");
            i += hidden.len - 1;
        } else if (c <= ' ' || c == '"' || c == 0x7f) {
            n += (size_t)snprintf(out + n, 4, "%%%02X", c);
        } else {
            out[n++] = (char)c;
        }
    }
    if (n == 0)
        out[n++] = '-';
    out[n] = '\0';
}

static const char *method_name(const struct request *r)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OTHER"};

    return names[r->pub.method];
}

void log_access(const struct request *r, int64_t us, bool cut)
{
    char path[PATH_SHOWN + 8];

    if (r->status == 0)
        return;
    show_path(r, path);
    log_info("request id=" STR_FMT " method=%s path=%s status=%u bytes=%" PRId64
             " ms=%.1f from=" STR_FMT "%s",
             STR_ARG(r->pub.id.len > 0 ? r->pub.id : STR("-")), method_name(r), path, r->status,
             r->bytes, (double)us / 1000, STR_ARG(r->pub.address), cut ? " cut=1" : "");
}

/* What the visitor is not told: the particulars of an error that is ours, under the request's id,
 * which the error page shows. */
void log_failure(const struct request *r)
{
    char path[PATH_SHOWN + 8];

    if (err_http_status(r->err.code) < 500)
        return;
    show_path(r, path);
    log_error("request id=" STR_FMT " method=%s path=%s error=%s %s%s%s", STR_ARG(r->pub.id),
              method_name(r), path, err_name(r->err.code), r->err.what,
              r->err.hint[0] != '\0' ? "; " : "", r->err.hint);
}

void log_refusal(const struct request *r, const struct err *e)
{
    log_info("refused from=%s error=%s %s", r->conn->address, err_name(e->code), e->what);
}
