#include "app/code/code.h"
#include "app/incident/pages/merge.html.h"
#include "app/incident/view.h"
#include "sys/i18n/i18n.h"

static struct str path_of(struct http_request *req, struct str code, const char *rest)
{
    return str_printf(req->arena, "/incidents/" STR_FMT "%s", STR_ARG(code), rest);
}

static struct web_frame frame_of(struct http_request *req, struct str title, struct str code)
{
    return (struct web_frame){
        .title = title,
        .rail = "incidents",
        .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")}, {code, path_of(req, code, "")}},
        .crumbs_len = 2};
}

/* ---- merging -----------------------------------------------------------------------------------
 */

static int merge_page(struct http_request *req, struct http_response *res, struct db *db,
                      int64_t id, struct incident_merge_view *v, struct err *err)
{
    struct web_frame frame;
    struct incident_get_row i;
    struct html_page p;
    int r;

    if ((r = incident_get(db, req->arena, id, &i, err)) < 0 ||
        (r = case_related(db, req->arena, actor_of(req)->id, req->now, id, &v->related, err)) < 0)
        return r;
    v->code = i.code;
    v->title = i.title;
    frame = frame_of(req, T(req->lang, "Merge incidents"), i.code);
    web_page(req, res, &p, &frame);
    incident_merge_html(&p, v);
    web_page_end(&p);
    return 0;
}

int incident_web_merge_form(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_merge_view v = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : merge_page(req, res, db, id, &v, err);
}

/* Says beforehand who would newly see what: that cannot be taken back. True when somebody would. */
static int must_ask(struct http_request *req, struct db *db, int64_t from, int64_t into,
                    struct incident_merge_view *v, bool *ask, struct err *err)
{
    struct incident_get_row a, b;
    int r;

    if ((r = incident_get(db, req->arena, into, &a, err)) < 0 ||
        (r = incident_get(db, req->arena, from, &b, err)) < 0 ||
        (r = case_new_parties(db, req->arena, from, into, req->now, &v->parties, err)) < 0)
        return r;
    v->from = b.code;
    v->from_title = b.title;
    v->tlp = a.tlp;
    v->tlp_from = b.tlp;
    v->tlp_after = incident_tlp_stricter(a.tlp, b.tlp);
    for (size_t i = 0; i < v->parties.len; i++)
        v->sees_more = v->sees_more || !str_is(v->parties.at[i].sees, "lost");
    *ask = v->parties.len > 0 || !str_eq(a.tlp, b.tlp);
    return 0;
}

int incident_web_merge(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_merge_view v = {
        .from = code_typed(req->arena, "SC", req->now, http_field(req, "from"))};
    int64_t id, from, merge_id;
    struct db *db;
    bool ask = false;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = incident_find(db, req->arena, v.from, actor_of(req), req->now, &from, err);
    if (r == ERR_NOT_FOUND || (r == 0 && from == id)) {
        err_clear(err);
        v.error =
            T(req->lang, "There is no such other incident. Its code looks like SC-2026-0042.");
        res->status = 400;
        return merge_page(req, res, db, id, &v, err);
    }
    if (r < 0 || (r = must_ask(req, db, from, id, &v, &ask, err)) < 0)
        return r;
    if (ask && !str_is(http_field(req, "confirm"), "1")) {
        v.confirm = true;
        return merge_page(req, res, db, id, &v, err);
    }
    r = incident_merge(db, req->arena, from, id, actor_of(req), req->now, &merge_id, err);
    if (r == ERR_FORBIDDEN || r == ERR_STATE) {
        err_clear(err);
        v.error = r == ERR_STATE ? T(req->lang, "One of the two was merged already.")
                                 : T(req->lang, "Merging needs the right to manage both.");
        res->status = 409;
        return merge_page(req, res, db, id, &v, err);
    }
    if (r < 0)
        return r;
    web_flash_undo(
        req, res,
        i18n_format(req->arena, req->lang, N_("{0} is part of this incident now."), &v.from, 1),
        path_of(req, http_param(req, "code"), "/unmerge"), merge_id);
    http_redirect(res, path_of(req, http_param(req, "code"), ""));
    return 0;
}

int incident_web_unmerge(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id, merge_id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "undo"), &merge_id))
        merge_id = 0;
    r = incident_unmerge(db, req->arena, id, merge_id, actor_of(req), req->now, err);
    if (r == ERR_CONFLICT) {
        err_clear(err);
        web_flash(req, res,
                  T(req->lang,
                    "Not taken back: somebody has worked on the new incident since. Merge "
                    "it into this one instead."));
    } else if (r == ERR_STATE) {
        err_clear(err);
        web_flash(req, res, T(req->lang, "It was taken back already."));
    } else if (r < 0) {
        return r;
    } else {
        web_flash(req, res, T(req->lang, "Taken back: everything is where it was."));
    }
    http_redirect(res, path_of(req, http_param(req, "code"), ""));
    return 0;
}

/* ---- splitting ---------------------------------------------------------------------------------
 */

static int split_page(struct http_request *req, struct http_response *res, struct db *db,
                      int64_t id, struct incident_split_view *v, struct err *err)
{
    struct web_frame frame;
    struct incident_get_row i;
    struct html_page p;
    int r;

    if ((r = incident_get(db, req->arena, id, &i, err)) < 0 ||
        (r = incident_reports(db, req->arena, id, &v->reports, err)) < 0 ||
        (r = incident_observables(db, req->arena, id, &v->observables, err)) < 0 ||
        (r = incident_systems(db, req->arena, id, &v->systems, err)) < 0 ||
        (r = incident_comments(db, req->arena, id, &v->comments, err)) < 0 ||
        (r = case_own_files(db, req->arena, id, &v->files, err)) < 0)
        return r;
    v->code = i.code;
    if (v->title.len == 0)
        v->title = i.title;
    frame = frame_of(req, T(req->lang, "Split incident"), i.code);
    web_page(req, res, &p, &frame);
    incident_split_html(&p, v);
    web_page_end(&p);
    return 0;
}

int incident_web_split_form(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_split_view v = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : split_page(req, res, db, id, &v, err);
}

static void read_chosen(struct http_request *req, struct incident_split_new *out)
{
    for (size_t i = 0; i < req->form_len; i++) {
        struct str name = req->form[i].name;
        int64_t id;

        if (!str_to_int(req->form[i].value, &id))
            continue;
        if (str_is(name, "report"))
            *vec_push(&out->reports, req->arena) = id;
        else if (str_is(name, "observable"))
            *vec_push(&out->observables, req->arena) = id;
        else if (str_is(name, "system"))
            *vec_push(&out->systems, req->arena) = id;
        else if (str_is(name, "comment"))
            *vec_push(&out->comments, req->arena) = id;
        else if (str_is(name, "file"))
            *vec_push(&out->files, req->arena) = id;
    }
}

int incident_web_split(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_split_view v = {.title = str_trim(http_field(req, "title")), .posted = req};
    struct incident_split_new new_ = {.title = str_sub(v.title, 0, 200)};
    struct str code;
    struct db *db;
    int64_t id, merge_id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    read_chosen(req, &new_);
    if (new_.title.len == 0)
        r = err_set(err, ERR_INVALID, "a new incident needs a title");
    else
        r = incident_split(db, req->arena, id, &new_, actor_of(req), req->now, &code, &merge_id,
                           err);
    if (r == ERR_INVALID) {
        err_clear(err);
        v.error = T(req->lang, "Give the new incident a title and choose what goes into it.");
        res->status = 400;
        return split_page(req, res, db, id, &v, err);
    }
    if (r < 0)
        return r;
    web_flash_undo(req, res,
                   i18n_format(req->arena, req->lang, N_("Split off from {0}."),
                               (struct str[]){http_param(req, "code")}, 1),
                   path_of(req, http_param(req, "code"), "/unmerge"), merge_id);
    http_redirect(res, path_of(req, code, ""));
    return 0;
}
