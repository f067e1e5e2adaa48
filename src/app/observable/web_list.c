#include "app/observable/pages/list.html.h"
#include "app/observable/view.h"
#include "app/web/parts.h"
#include "sys/i18n/i18n.h"

bool observable_may_plain(const struct http_request *req)
{
    return actor_can(actor_of(req), PERM_INCIDENT_WRITE);
}

struct str observable_says(struct html_page *p, const char *key, struct str value)
{
    return i18n_format(p->arena, p->lang, key, &value, 1);
}

struct str observable_file_url(struct html_page *p, const struct observable_list_view *v,
                               const char *format, bool plain)
{
    struct str url = ui_export_url(p->arena, v->req, STR("/observables"), format);

    return !plain ? url
                  : str_printf(p->arena, STR_FMT "%splain=1", STR_ARG(url),
                               str_find_char(url, '?') < 0 ? "?" : "&");
}

/* Organisations to choose from are read only when the form is open; else the one asked for. */
static int load_orgs(struct http_request *req, struct db *db, struct observable_list_view *v,
                     struct err *err)
{
    struct observable_orgs_rows rows;
    int r;

    if (!v->asking && v->ask.org.len == 0)
        return 0;
    if ((r = observable_orgs(db, req->arena, actor_of(req)->id, req->now,
                             v->asking ? STR_EMPTY : v->ask.org, &rows, err)) < 0)
        return r;
    v->org_name = v->ask.org;
    for (size_t i = 0; i < rows.len; i++) {
        if (str_eq(rows.at[i].code, v->ask.org))
            v->org_name = rows.at[i].name;
    }
    if (v->asking)
        v->orgs = rows;
    return 0;
}

int observable_list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct observable_list_view v = {.req = req,
                                     .asking = str_is(http_arg(req, "ask"), "more"),
                                     .may_plain = observable_may_plain(req)};
    struct html_page p;
    struct db *db;
    int r;

    web_list_parse(req, observable_sorts, &v.list);
    observable_ask_read(req, &v.ask);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_open(req, res, db, "observables", &v.saved, err)) != 0)
        return MIN(r, 0);
    if ((r = load_orgs(req, db, &v, err)) < 0 ||
        (r = observable_total(db, req, &v.ask, &v.total, err)) < 0 ||
        (r = observable_page(db, req, &v.ask, &v.list, v.total, &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Observables"), .rail = "observables"});
    observable_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}
