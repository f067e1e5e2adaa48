#include "app/incident/case.h"
#include "app/incident/pages/custody.html.h"
#include "app/incident/view.h"
#include "base/clock.h"
#include "base/csv.h"
#include "sys/i18n/i18n.h"

static int load(struct http_request *req, struct db **db, struct incident_custody_view *v,
                struct err *err)
{
    int64_t id;
    int r = incident_web_find(req, db, &id, err);

    if (r < 0 || (r = incident_get(*db, req->arena, id, &v->i, err)) < 0 ||
        (r = evidence_custody_of_incident(*db, req->arena, req->lang, id, actor_of(req)->id,
                                          &v->files, err)) < 0)
        return r;
    v->by = actor_of(req)->name;
    for (size_t i = 0; i < v->files.len; i++)
        v->bytes += v->files.at[i].size;
    return 0;
}

int incident_web_custody(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_custody_view v = {0};
    struct html_page p;
    struct db *db;
    int r = load(req, &db, &v, err);

    if (r < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = str_printf(req->arena, STR_FMT " " STR_FMT, STR_ARG(v.i.code),
                                     STR_ARG(T(req->lang, "Chain of custody of the case"))),
                 .rail = "incidents",
                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")},
                            {v.i.code,
                             str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(v.i.code))}},
                 .crumbs_len = 2});
    incident_custody_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static void write_row(struct buf *out, const struct str *cells, size_t len)
{
    for (size_t i = 0; i < len; i++)
        csv_write(out, cells[i], i == 0);
    csv_write_end(out);
}

static void write_file(struct http_request *req, struct buf *out, const struct custody_file *f)
{
    struct str size = str_printf(req->arena, "%" PRId64, f->size);

    for (size_t i = 0; i < f->lines.len; i++) {
        const struct custody_line *c = &f->lines.at[i];
        const struct str cells[] = {
            f->uuid,   f->name,    size,
            f->sha256, f->blake2b, clock_rfc3339(req->arena, c->at, i18n_zone()),
            c->what,   c->who,     c->address,
            c->reason, c->detail};

        write_row(out, cells, ARRAY_LEN(cells));
    }
}

int incident_web_custody_csv(struct http_request *req, struct http_response *res, struct err *err)
{
    static const struct str columns[] = {
        STR_INIT("file"),    STR_INIT("name"), STR_INIT("size"),  STR_INIT("sha256"),
        STR_INIT("blake2b"), STR_INIT("at"),   STR_INIT("what"),  STR_INIT("who"),
        STR_INIT("address"), STR_INIT("why"),  STR_INIT("detail")};
    struct incident_custody_view v = {0};
    struct buf out = buf_make(req->arena);
    struct incident_change c;
    struct db *db;
    int r = load(req, &db, &v, err);

    if (r < 0 || (r = incident_change_begin(&c, db, req->arena, v.i.id, 0, PERM_INCIDENT_READ,
                                            actor_of(req), req->now, err)) < 0)
        return r;
    r = incident_change_commit(&c, "incident.export",
                               incident_detail(req->arena, "what", STR("custody")), false, err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    write_row(&out, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < v.files.len; i++)
        write_file(req, &out, &v.files.at[i]);
    http_add_header(res, STR("Content-Disposition"),
                    str_printf(req->arena, "attachment; filename=\"" STR_FMT "-custody.csv\"",
                               STR_ARG(v.i.code)));
    res->type = "text/csv; charset=utf-8";
    res->no_store = true;
    buf_add(&res->body, buf_str(&out));
    return 0;
}
