#include "app/incident/pages/templates.html.h"
#include "app/incident/view.h"
#include "app/org/org.h"
#include "sys/i18n/i18n.h"

static struct web_frame frame_of(struct http_request *req, struct str title, bool below)
{
    return (struct web_frame){.title = title,
                              .rail = "incidents",
                              .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")},
                                         {T(req->lang, "Templates"), STR("/templates")}},
                              .crumbs_len = below ? 2 : 1};
}

int template_web_list(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_list_view v = {0};
    struct web_frame frame = frame_of(req, T(req->lang, "Templates"), false);
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = template_list(db, req->arena, actor_of(req)->id, req->now, &v.templates, err)) < 0 ||
        (r = text_list(db, req->arena, actor_of(req)->id, req->now, STR_EMPTY, &v.texts, err)) < 0)
        return r;
    web_page(req, res, &p, &frame);
    template_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static int done(struct http_request *req, struct http_response *res, struct str message)
{
    web_flash(req, res, message);
    http_redirect(res, STR("/templates"));
    return 0;
}

/* The page of either form: a new one (id 0) or one that is changed. */
static int form_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct template_edit_view *v, struct err *err)
{
    struct web_frame frame = frame_of(
        req, v->id == 0 ? T(req->lang, "New template") : T(req->lang, "Change template"), true);
    struct html_page p;
    int r = org_options(db, req->arena, actor_of(req), PERM_INCIDENT_MANAGE, req->now, &v->orgs,
                        &v->orgs_len, err);

    if (r < 0)
        return r;
    web_page(req, res, &p, &frame);
    template_edit_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int again(struct http_request *req, struct http_response *res, struct db *db,
                 struct template_edit_view *v, struct err *err)
{
    res->status = 400;
    err_clear(err);
    return form_page(req, res, db, v, err);
}

/* ---- incidents ---------------------------------------------------------------------------------
 */

static int find_template(struct http_request *req, struct db **db, struct template_row *out,
                         struct err *err)
{
    int64_t id;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "template"), &id))
        id = 0;
    r = template_get(*db, req->arena, actor_of(req)->id, req->now, id, out, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no template %" PRId64 " in reach", id);
    if (r == 1 && !out->may_manage)
        return err_set(err, ERR_FORBIDDEN, "template %" PRId64 " is another organisation's", id);
    return MIN(r, 0);
}

static void fill_template(struct arena *a, const struct template_row *t, struct form_state *out)
{
    struct template_values in = {
        .name = t->name,
        .org = str_printf(a, "%" PRId64, t->org_id),
        .title = t->title,
        .kind = t->kind,
        .severity = str_printf(a, "%" PRId64, t->severity),
        .tlp = t->tlp,
        .serious = t->serious,
        .summary = t->summary,
        .tasks = t->tasks,
    };

    form_fill(&template_form, a, &in, out);
    in.version = web_seen(a, &template_form, out, t->version);
    form_fill(&template_form, a, &in, out);
}

int template_web_new(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_values in = {
        .org = str_printf(req->arena, "%" PRId64, actor_of(req)->home_org),
        .severity = STR("2"),
        .tlp = STR("amber"),
        .version = STR("0."),
    };
    struct template_edit_view v = {.form = &template_form};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    form_fill(&template_form, req->arena, &in, &v.state);
    return form_page(req, res, db, &v, err);
}

int template_web_new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &template_form};
    struct template_values in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if ((r = form_parse(&template_form, req, &in, &v.state, err)) == ERR_INVALID)
        return again(req, res, db, &v, err);
    if (r == 0)
        r = template_save(db, req->arena, 0, &in, actor_of(req), req->now, NULL, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

int template_web_edit(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &template_form, .path = "incident"};
    struct template_row t;
    struct db *db;
    int r = find_template(req, &db, &t, err);

    if (r < 0)
        return r;
    v.id = t.id;
    fill_template(req->arena, &t, &v.state);
    return form_page(req, res, db, &v, err);
}

int template_web_edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &template_form, .path = "incident"};
    struct template_values in = {0};
    struct form_state current;
    struct template_row t;
    struct db *db;
    int r = find_template(req, &db, &t, err);

    if (r < 0)
        return r;
    v.id = t.id;
    r = form_parse(&template_form, req, &in, &v.state, err);
    if (r == 0)
        r = template_save(db, req->arena, t.id, &in, actor_of(req), req->now, NULL, err);
    if (r == ERR_CONFLICT && (r = find_template(req, &db, &t, err)) == 0) {
        fill_template(req->arena, &t, &current);
        r = web_conflict(req, db, "template", t.id, &template_form, &current, &v.state, t.version,
                         err);
    }
    if (r == ERR_INVALID)
        return again(req, res, db, &v, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

int template_web_remove(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_row t;
    struct db *db;
    int r = find_template(req, &db, &t, err);

    if (r == 0)
        r = template_drop(db, req->arena, t.id, actor_of(req), req->now, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Template removed."));
}

/* ---- texts -------------------------------------------------------------------------------------
 */

static int find_text(struct http_request *req, struct db **db, struct text_template_row *out,
                     struct err *err)
{
    int64_t id;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "text"), &id))
        id = 0;
    r = text_get(*db, req->arena, actor_of(req)->id, req->now, id, out, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no text %" PRId64 " in reach", id);
    if (r == 1 && !out->may_manage)
        return err_set(err, ERR_FORBIDDEN, "text %" PRId64 " is another organisation's", id);
    return MIN(r, 0);
}

static void fill_text(struct arena *a, const struct text_template_row *t, struct form_state *out)
{
    struct text_values in = {.name = t->name,
                             .org = str_printf(a, "%" PRId64, t->org_id),
                             .used_for = t->used_for,
                             .body = t->body};

    form_fill(&text_form, a, &in, out);
    in.version = web_seen(a, &text_form, out, t->version);
    form_fill(&text_form, a, &in, out);
}

int text_web_new(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_values in = {.org = str_printf(req->arena, "%" PRId64, actor_of(req)->home_org),
                             .used_for = STR("comment"),
                             .version = STR("0.")};
    struct template_edit_view v = {.form = &text_form};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    form_fill(&text_form, req->arena, &in, &v.state);
    return form_page(req, res, db, &v, err);
}

int text_web_new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &text_form};
    struct text_values in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if ((r = form_parse(&text_form, req, &in, &v.state, err)) == ERR_INVALID)
        return again(req, res, db, &v, err);
    if (r == 0)
        r = text_save(db, req->arena, 0, &in, actor_of(req), req->now, NULL, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

int text_web_edit(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &text_form, .path = "text"};
    struct text_template_row t;
    struct db *db;
    int r = find_text(req, &db, &t, err);

    if (r < 0)
        return r;
    v.id = t.id;
    fill_text(req->arena, &t, &v.state);
    return form_page(req, res, db, &v, err);
}

int text_web_edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_edit_view v = {.form = &text_form, .path = "text"};
    struct text_values in = {0};
    struct form_state current;
    struct text_template_row t;
    struct db *db;
    int r = find_text(req, &db, &t, err);

    if (r < 0)
        return r;
    v.id = t.id;
    r = form_parse(&text_form, req, &in, &v.state, err);
    if (r == 0)
        r = text_save(db, req->arena, t.id, &in, actor_of(req), req->now, NULL, err);
    if (r == ERR_CONFLICT && (r = find_text(req, &db, &t, err)) == 0) {
        fill_text(req->arena, &t, &current);
        r = web_conflict(req, db, "template", t.id, &text_form, &current, &v.state, t.version, err);
    }
    if (r == ERR_INVALID)
        return again(req, res, db, &v, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

int text_web_remove(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_template_row t;
    struct db *db;
    int r = find_text(req, &db, &t, err);

    if (r == 0)
        r = text_drop(db, req->arena, t.id, actor_of(req), req->now, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Template removed."));
}
