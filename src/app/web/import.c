#include "app/web/import.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"
#include "sys/sheet/table.h"

#include <unistd.h>

/* Errors that say what is wrong with the file itself are shown beside the choice of one. */
static int run(struct http_request *req, const struct web_import_kind *kind, const char *path,
               bool dry, void *view, bool *wrong, struct err *err)
{
    struct web_import *v = view;
    struct db *db;
    int r = web_db(req, &db, err);

    *wrong = false;
    if (r == 0)
        r = kind->run(req, db, path, dry, view, wrong, err);
    if (r == ERR_UNSUPPORTED || r == ERR_SYNTAX || r == ERR_TOO_LARGE || r == ERR_SANDBOX) {
        v->refused = true;
        v->problem = str_c(err_message(r, req->lang));
        err_clear(err);
        return 0;
    }
    v->done = r == 0;
    v->dry = dry;
    return r;
}

static int page(struct http_request *req, struct http_response *res,
                const struct web_import_kind *kind, void *view, bool wrong)
{
    struct web_import *v = view;

    v->req = req;
    if (v->refused || wrong)
        res->status = 400;
    return kind->page(req, res, view);
}

int web_import_shown(struct http_request *req, struct http_response *res,
                     const struct web_import_kind *kind, void *view, struct err *err)
{
    struct web_import *v = view;
    bool wrong = false;
    int r = 0;

    if (req->files == NULL || req->files->size == 0)
        v->refused = true;
    else
        r = run(req, kind, req->files->path.ptr, true, view, &wrong, err);
    if (r == 0 && !v->refused && !wrong)
        r = web_hold(req, req->files, &v->token, err);
    return r < 0 ? r : page(req, res, kind, view, wrong);
}

int web_import_confirmed(struct http_request *req, struct http_response *res,
                         const struct web_import_kind *kind, void *view, struct err *err)
{
    const char *path = web_held(req, http_field(req, "file"));
    struct web_import *v = view;
    bool wrong = false;
    int r;

    if (path == NULL || access(path, R_OK) < 0) {
        v->refused = true;
        v->problem = T(req->lang, "The file is not there any more: choose it again.");
        return page(req, res, kind, view, false);
    }
    if ((r = run(req, kind, path, false, view, &wrong, err)) < 0)
        return r;
    unlink(path);
    return page(req, res, kind, view, wrong);
}

int web_import_template(struct http_request *req, struct http_response *res,
                        const struct sheet_table *table, struct str title, const char *name,
                        struct err *err)
{
    struct str dir = str_printf(req->arena, STR_FMT "/spool", STR_ARG(site.dir));
    int64_t size;
    int fd, r;

    if ((r = io_make_dirs(dir.ptr, 0700, err)) < 0 ||
        (r = sheet_template(dir.ptr, table, title, &fd, &size, err)) < 0)
        return r;
    http_send_file(req, res, fd, size, str_c(name),
                   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    return 0;
}
