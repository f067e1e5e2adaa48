#include "app/api/api.h"
#include "app/incident/api.h"
#include "app/incident/case.h"
#include "app/incident/pages/custody.html.h"
#include "app/incident/view.h"
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

/* A row of the file: a line of the log of one piece of evidence. */
struct line {
    struct str uuid, name, sha256, blake2b;
    struct str what, who, address, reason, detail;
    int64_t size, at;
};
#define LINE(m) API_AT(struct line, m)
static const struct api_field line_fields[] = {
    {LINE(uuid), .label = N_("File")},
    {LINE(name), .label = N_("File name"), .wide = true},
    {LINE(size), .label = N_("Bytes")},
    {LINE(sha256), .label = N_("SHA-256")},
    {LINE(blake2b), .label = N_("BLAKE2b")},
    {LINE(at), .type = API_TIME, .label = N_("custody|When")},
    {LINE(what), .label = N_("custody|What"), .wide = true},
    {LINE(who), .label = N_("custody|Who")},
    {LINE(address), .label = N_("Address")},
    {LINE(reason), .label = N_("custody|Why"), .wide = true},
    {LINE(detail), .label = N_("Details"), .wide = true},
};
const struct api_resource incident_custody_resource =
    API_RESOURCE("CaseCustodyLine", struct line, line_fields,
                 N_("Who had a file of the case in hands, when and why"));

VEC_TYPE(line_rows, struct line);

static int load_lines(struct http_request *req, struct db **db, struct line_rows *out,
                      struct err *err)
{
    struct incident_custody_view v = {0};
    int r = load(req, db, &v, err);

    for (size_t i = 0; r >= 0 && i < v.files.len; i++) {
        const struct custody_file *f = &v.files.at[i];

        for (size_t k = 0; k < f->lines.len; k++) {
            const struct custody_line *c = &f->lines.at[k];

            *(struct line *)vec_push(out, req->arena) = (struct line){.uuid = f->uuid,
                                                                      .name = f->name,
                                                                      .sha256 = f->sha256,
                                                                      .blake2b = f->blake2b,
                                                                      .what = c->what,
                                                                      .who = c->who,
                                                                      .address = c->address,
                                                                      .reason = c->reason,
                                                                      .detail = c->detail,
                                                                      .size = f->size,
                                                                      .at = c->at};
        }
    }
    return r;
}

static int walk(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                void *sink, struct err *err)
{
    struct line_rows lines = {0};
    int r = load_lines(req, &db, &lines, err);

    return r < 0 ? r : api_take_all(sink, &lines, err);
}

int incident_api_custody(struct http_request *req, struct http_response *res, struct err *err)
{
    struct line_rows lines = {0};
    struct db *db;
    int r = load_lines(req, &db, &lines, err);

    return r < 0 ? r : api_send_list(req, res, &incident_custody_resource, &lines);
}

static const char *const in_order[] = {"at", NULL};
static const struct api_list list = {
    .name = "custody",
    .kind = "incident",
    .title = N_("Chain of custody of the case"),
    .item = &incident_custody_resource,
    .sorts = in_order,
    .walk = walk,
};

int incident_web_custody_file(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_change c;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_change_begin(&c, db, req->arena, id, 0, PERM_INCIDENT_READ,
                                            actor_of(req), req->now, err)) < 0)
        return r;
    r = incident_change_commit(&c, "incident.export",
                               incident_detail(req->arena, "what", STR("custody")), false, err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    res->no_store = true;
    return api_list_file(
        req, res, &list,
        str_printf(req->arena, STR_FMT "-custody", STR_ARG(http_param(req, "code"))), err);
}
