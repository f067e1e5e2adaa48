#include "app/org/pages/succession.html.h"
#include "app/org/view.h"
#include "sys/i18n/i18n.h"

/* Everything the actor may change, but for the organisation itself. */
static int successors(struct http_request *req, struct db *db, struct org_succession_view *v,
                      struct err *err)
{
    struct str own = str_printf(req->arena, "%" PRId64, v->o.id);
    size_t kept = 0;
    int r = org_options(db, req->arena, actor_of(req), PERM_ORG_WRITE, req->now, &v->successors,
                        &v->successors_len, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < v->successors_len; i++) {
        if (!str_eq(v->successors[i].value, own))
            v->successors[kept++] = v->successors[i];
    }
    v->successors_len = kept;
    return 0;
}

static int page(struct http_request *req, struct http_response *res, struct db *db,
                struct org_succession_view *v, struct err *err)
{
    struct html_page p;
    int r;

    v->req = req;
    if ((r = successors(req, db, v, err)) < 0 ||
        (r = org_belongings(db, req->arena, v->o.id, &v->belongings, err)) < 0)
        return r;
    web_page(
        req, res, &p,
        &(struct web_frame){
            .title = T(req->lang, "Record a merger, division or reorganisation"),
            .rail = "orgs",
            .narrow = true,
            .crumbs = {{T(req->lang, "Organisations"), STR("/orgs")},
                       {v->o.name, str_printf(req->arena, "/orgs/" STR_FMT, STR_ARG(v->o.code))}},
            .crumbs_len = 2});
    org_succession_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int begin(struct http_request *req, struct db **db, struct org_succession_view *v,
                 struct err *err)
{
    int64_t id;
    int r = org_web_find(req, db, &id, err);

    if (r < 0 || (r = actor_require(*db, actor_of(req), PERM_ORG_WRITE, id, req->now, err)) < 0)
        return r;
    return org_get(*db, req->arena, id, &v->o, err);
}

int org_web_succession(struct http_request *req, struct http_response *res, struct err *err)
{
    static const struct org_succession_values usual = {
        .kind = {"merge", 5}, .move_systems = true, .move_networks = true, .under = true};
    struct org_succession_view v = {0};
    struct db *db;
    int r = begin(req, &db, &v, err);

    if (r < 0)
        return r;
    form_fill(&org_succession_form, req->arena, &usual, &v.form);
    return page(req, res, db, &v, err);
}

/* What the room refused, beside the field it is about. */
static int explain(struct http_request *req, struct form_state *form, struct err *err)
{
    const char *field;
    struct str message = org_succession_refusal(req->lang, err, &field);

    return form_reject(form, req->arena, field, message, err);
}

static int take_back(struct http_request *req, struct http_response *res, struct db *db,
                     const struct org_get_row *o, struct err *err)
{
    int r = org_succession_take_back(db, req->arena, o->id, http_field(req, "remove"), 0,
                                     actor_of(req), req->now, err);

    return r < 0 ? r : org_web_back(req, res, o->code, T(req->lang, "The entry was taken back."));
}

int org_web_succession_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_succession_view v = {0};
    struct org_succession_values in = {0};
    struct org_succession s;
    struct db *db;
    int64_t to = 0;
    int r = begin(req, &db, &v, err);

    if (r < 0)
        return r;
    if (http_field(req, "remove").len > 0)
        return take_back(req, res, db, &v.o, err);
    r = form_parse(&org_succession_form, req, &in, &v.form, err);
    if (r == 0 && !str_to_int(in.to, &to))
        r = form_reject(&v.form, req->arena, "to", T(req->lang, "Choose the successor"), err);
    if (r == 0) {
        s = (struct org_succession){v.o.id,      to,          in.kind,         in.at.v,
                                    in.document, in.lives_on, in.move_systems, in.move_networks,
                                    in.under};
        r = org_succession_record(db, req->arena, &s, 0, actor_of(req), req->now, err);
        if (r == ERR_INVALID)
            r = explain(req, &v.form, err);
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return page(req, res, db, &v, err);
    }
    return r < 0 ? r
                 : org_web_back(req, res, v.o.code,
                                T(req->lang, "Recorded. Both organisations keep their history."));
}
