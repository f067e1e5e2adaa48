#include "app/org/pages/directory.html.h"
#include "app/org/pages/import.html.h"
#include "app/org/view.h"
#include "app/words/words.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <unistd.h>

static int import_page(struct http_request *req, struct http_response *res,
                       struct org_import_view *v)
{
    struct html_page p;

    v->req = req;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Import organisations"),
                                 .rail = "orgs",
                                 .crumbs = {{T(req->lang, "Organisations"), STR("/orgs")}},
                                 .crumbs_len = 1});
    org_import_html(&p, v);
    web_page_end(&p);
    return 0;
}

int org_web_import(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_import_view v = {0};

    return import_page(req, res, &v);
}

/* Errors that say what is wrong with the file itself are shown beside the choice of one. */
static int run(struct http_request *req, struct org_import_view *v, const char *path, bool dry,
               struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct org_import_from from = {.path = path, .dry = dry};
    struct db *db;
    int r = web_db(req, &db, err);

    /* What names no parent stands under the actor's own highest organisation. */
    if (r == 0)
        r = org_import(db, req->arena, &from, actor->home_org, actor, req->lang, req->now,
                       &v->result, err);
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

/* First what would be changed, nothing else: the file waits for the confirmation. */
int org_web_import_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_import_view v = {0};
    int r = 0;

    if (req->files == NULL || req->files->size == 0)
        v.refused = true;
    else
        r = run(req, &v, req->files->path.ptr, true, err);
    if (r < 0)
        return r;
    if (v.refused || v.result.errors.len > 0)
        res->status = 400;
    else if ((r = web_hold(req, req->files, &v.token, err)) < 0)
        return r;
    return import_page(req, res, &v);
}

int org_web_import_confirm(struct http_request *req, struct http_response *res, struct err *err)
{
    const char *path = web_held(req, http_field(req, "file"));
    struct org_import_view v = {0};
    int r;

    if (path == NULL || access(path, R_OK) < 0) {
        v.refused = true;
        v.problem = T(req->lang, "The file is not there any more: choose it again.");
        res->status = 400;
        return import_page(req, res, &v);
    }
    if ((r = run(req, &v, path, false, err)) < 0)
        return r;
    unlink(path);
    if (v.refused || v.result.errors.len > 0)
        res->status = 400;
    return import_page(req, res, &v);
}

int org_web_import_template(struct http_request *req, struct http_response *res, struct err *err)
{
    struct sheet_table table = org_import_table(req->arena, req->lang);
    struct str dir = str_printf(req->arena, STR_FMT "/spool", STR_ARG(site.dir));
    int64_t size;
    int fd, r;

    if ((r = io_make_dirs(dir.ptr, 0700, err)) < 0 ||
        (r = sheet_template(dir.ptr, &table, T(req->lang, "Organisations"), &fd, &size, err)) < 0)
        return r;
    http_send_file(req, res, fd, size, STR("organisations-template.xlsx"),
                   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    return 0;
}

int org_web_directory(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_directory_view v = {.req = req, .q = http_arg(req, "q")};
    struct html_page p;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = org_directory(db, req->arena, req->now,
                                    words_typed(req->arena, db_engine(site.pool), str_trim(v.q)),
                                    &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Contact points"), .public_frame = true});
    org_directory_html(&p, &v);
    web_page_end(&p);
    return 0;
}
