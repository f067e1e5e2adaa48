#include "app/web/web.h"
#include "base/io.h"
#include "base/random.h"

#include <stdio.h>

/* The name holds whose it is, so that a token is good for nobody else; what is left behind is swept
 * with other uploads. */
static struct str path_of(const struct http_request *req, struct str token)
{
    return str_printf(req->arena, STR_FMT "/spool/up-held-%" PRId64 "-" STR_FMT, STR_ARG(site.dir),
                      actor_of(req)->id, STR_ARG(token));
}

int web_hold(struct http_request *req, struct http_file *file, struct str *token, struct err *err)
{
    struct str dir = str_printf(req->arena, STR_FMT "/spool", STR_ARG(site.dir)), path;
    int r = io_make_dirs(dir.ptr, 0700, err);

    if (r < 0)
        return r;
    *token = random_code(req->arena, 20);
    path = path_of(req, *token);
    if ((r = http_file_plain(file, err)) < 0)
        return r;
    if (rename(file->path.ptr, path.ptr) < 0)
        return err_errno(err, "cannot keep the upload as %s", path.ptr);
    file->taken = true;
    return 0;
}

const char *web_held(const struct http_request *req, struct str token)
{
    for (size_t i = 0; i < token.len; i++)
        if (!isalnum((unsigned char)token.ptr[i]))
            return NULL;
    return token.len == 20 ? path_of(req, token).ptr : NULL;
}
