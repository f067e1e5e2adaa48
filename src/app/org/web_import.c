#include "app/org/pages/directory.html.h"
#include "app/org/pages/import.html.h"
#include "app/org/view.h"
#include "base/io.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

enum { IMPORT_MOST = 16 * 1024 * 1024 };

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

int org_web_import_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct org_import_view v = {.done = true};
    struct str text = STR_EMPTY;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (req->files != NULL && req->files->size > 0 &&
        (r = io_read_file(req->arena, req->files->path.ptr, IMPORT_MOST, &text, err)) < 0)
        return r;
    if (text.len == 0 || !text_is_valid(text, false)) {
        v.refused = true;
        res->status = 400;
        return import_page(req, res, &v);
    }
    /* What names no parent stands under the actor's own highest organisation. */
    r = org_import_csv(db, req->arena, text, actor->home_org, actor, req->lang, req->now, &v.result,
                       err);
    if (r < 0)
        return r;
    if (v.result.errors.len > 0)
        res->status = 400;
    return import_page(req, res, &v);
}

int org_web_directory(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_directory_view v = {.req = req, .q = http_arg(req, "q")};
    struct html_page p;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = org_directory(db, req->arena, req->now,
                                    db_like(req->arena, text_fold(req->arena, str_trim(v.q))),
                                    &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Contact points"), .public_frame = true});
    org_directory_html(&p, &v);
    web_page_end(&p);
    return 0;
}
