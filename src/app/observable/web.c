#include "app/observable/pages/observable.html.h"
#include "app/observable/view.h"
#include "app/web/web.h"
#include "sys/i18n/i18n.h"

int observable_view_load(struct http_request *req, struct observable_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct observable_totals_row totals;
    struct observable_find_row found;
    enum observe_kind kind;
    struct db *db;
    int r;

    *v = (struct observable_view){.kind = http_param(req, "kind"),
                                  .value = http_param(req, "value")};
    if (!observe_kind_from_name(v->kind, &kind))
        return err_set(err, ERR_NOT_FOUND, "no kind of observable " STR_FMT, STR_ARG(v->kind));
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = observable_find(db, req->arena, v->kind, v->value, &found, err)) < 0)
        return r;
    v->known = r == 1;
    if (kind == OBSERVE_SHA256) {
        struct observable_file_row file;

        if ((r = observable_file(db, req->arena, actor->id, req->now, v->value, &file, err)) < 0)
            return r;
        if (r == 1)
            v->file = (struct observable_seen){.file_uuid = file.uuid, .file_name = file.name};
    }
    v->defanged = observe_defang(req->arena, kind, v->value);
    if (!v->known)
        return 0;
    v->first_seen = found.first_seen;
    v->last_seen = found.last_seen;
    if ((r = observable_incidents(db, req->arena, actor->id, req->now, found.id, 200, &v->incidents,
                                  err)) < 0 ||
        (r = observable_reports(db, req->arena, actor->id, req->now, found.id, 200, &v->reports,
                                err)) < 0 ||
        (r = observable_totals(db, req->arena, found.id, &totals, err)) < 0)
        return r;
    v->hidden =
        totals.incidents - (int64_t)v->incidents.len + totals.reports - (int64_t)v->reports.len;
    v->hidden = MAX(v->hidden, 0);
    return 0;
}

static int observable_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct observable_view v;
    struct html_page p;
    int r = observable_view_load(req, &v, err);

    if (r < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = v.defanged,
                                 .rail = "observables",
                                 .crumbs = {{T(req->lang, "Observables"), STR("/observables")}},
                                 .crumbs_len = 1});
    observable_page_html(&p, &v);
    web_page_end(&p);
    return 0;
}

const struct http_route observable_routes[] = {
    {HTTP_GET, "/observables", "incident.read", observable_list_get, .scope = "none"},
    {HTTP_GET, "/observables/{kind}/{value...}", "incident.read", observable_get, .scope = "none"},
};
const size_t observable_routes_len = ARRAY_LEN(observable_routes);
