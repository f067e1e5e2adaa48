#include "app/system/pages/import.html.h"
#include "app/system/import.h"
#include "sys/i18n/i18n.h"

static int import_page(struct http_request *req, struct http_response *res, void *view)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Import systems"),
                                 .rail = "systems",
                                 .crumbs = {{T(req->lang, "Information systems"), STR("/systems")}},
                                 .crumbs_len = 1});
    system_import_html(&p, view);
    web_page_end(&p);
    return 0;
}

static int run(struct http_request *req, struct db *db, const char *path, bool dry, void *view,
               bool *wrong, struct err *err)
{
    struct system_import_view *v = view;
    int r = system_import(db, req->arena, path, dry, actor_of(req), req->lang, req->now, &v->result,
                          err);

    *wrong = r == 0 && v->result.errors.len > 0;
    return r;
}

static const struct web_import_kind kind = {run, import_page};

int system_web_import(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_import_view v = {.file = {.req = req}};

    return import_page(req, res, &v);
}

int system_web_import_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_import_view v = {0};

    return web_import_shown(req, res, &kind, &v, err);
}

int system_web_import_confirm(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_import_view v = {0};

    return web_import_confirmed(req, res, &kind, &v, err);
}

int system_web_import_template(struct http_request *req, struct http_response *res, struct err *err)
{
    struct sheet_table table = system_import_table(req->arena, req->lang);

    return web_import_template(req, res, &table, T(req->lang, "Information systems"),
                               "systems-template.xlsx", err);
}
