#include "app/org/pages/directory.html.h"
#include "app/org/pages/import.html.h"
#include "app/org/view.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

static int import_page(struct http_request *req, struct http_response *res, void *view)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Import organisations"),
                                 .rail = "orgs",
                                 .crumbs = {{T(req->lang, "Organisations"), STR("/orgs")}},
                                 .crumbs_len = 1});
    org_import_html(&p, view);
    web_page_end(&p);
    return 0;
}

static int run(struct http_request *req, struct db *db, const char *path, bool dry, void *view,
               bool *wrong, struct err *err)
{
    struct org_import_view *v = view;
    const struct actor *actor = actor_of(req);
    struct org_import_from from = {.path = path, .dry = dry};
    /* What names no parent stands under the actor's own highest organisation. */
    int r = org_import(db, req->arena, &from, actor->home_org, actor, req->lang, req->now,
                       &v->result, err);

    *wrong = r == 0 && v->result.errors.len > 0;
    return r;
}

static const struct web_import_kind kind = {run, import_page};

int org_web_import(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_import_view v = {.file = {.req = req}};

    return import_page(req, res, &v);
}

int org_web_import_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_import_view v = {0};

    return web_import_shown(req, res, &kind, &v, err);
}

int org_web_import_confirm(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_import_view v = {0};

    return web_import_confirmed(req, res, &kind, &v, err);
}

int org_web_import_template(struct http_request *req, struct http_response *res, struct err *err)
{
    struct sheet_table table = org_import_table(req->arena, req->lang);

    return web_import_template(req, res, &table, T(req->lang, "Organisations"),
                               "organisations-template.xlsx", err);
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
