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

/* ---- one editor for both -----------------------------------------------------------------------
 */

union values {
    struct template_values incident;
    struct text_values text;
};

/* What an editor asks of the sort of template that it edits. */
struct editor {
    const struct form *form;
    const char *path, *param; /* of its routes: "incident", "template" */
    /* A new one, as its form begins. */
    void (*begin)(struct http_request *req, union values *out);
    /* 1: one in reach as it is, without the hidden version. 0: none. */
    int (*find)(struct http_request *req, struct db *db, int64_t id, union values *out,
                int64_t *version, bool *may_manage, struct err *err);
    struct str *(*version)(union values *values);
    int (*save)(struct db *db, struct arena *a, int64_t id, const union values *in,
                const struct actor *by, int64_t now, struct err *err);
    int (*drop)(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                struct err *err);
};

/* The page of a form: a new one (id 0) or one that is changed. */
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

/* The one of the URL, which the actor may change, as its form shows it. */
static int find(struct http_request *req, struct db **db, const struct editor *e, int64_t *id,
                int64_t *version, struct form_state *shown, struct err *err)
{
    union values values = {0};
    bool may_manage = false;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, e->param), id))
        *id = 0;
    r = e->find(req, *db, *id, &values, version, &may_manage, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no template %" PRId64 " in reach", *id);
    if (r == 1 && !may_manage)
        return err_set(err, ERR_FORBIDDEN, "template %" PRId64 " is another organisation's", *id);
    if (r < 0)
        return r;
    form_fill(e->form, req->arena, &values, shown);
    *e->version(&values) = web_seen(req->arena, e->form, shown, *version);
    form_fill(e->form, req->arena, &values, shown);
    return 0;
}

static int new_get(struct http_request *req, struct http_response *res, const struct editor *e,
                   struct err *err)
{
    struct template_edit_view v = {.form = e->form};
    union values values = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    e->begin(req, &values);
    form_fill(e->form, req->arena, &values, &v.state);
    return form_page(req, res, db, &v, err);
}

static int edit_get(struct http_request *req, struct http_response *res, const struct editor *e,
                    struct err *err)
{
    struct template_edit_view v = {.form = e->form, .path = e->path};
    int64_t version = 0;
    struct db *db;
    int r = find(req, &db, e, &v.id, &version, &v.state, err);

    return r < 0 ? r : form_page(req, res, db, &v, err);
}

/* Of a new one, and of one that is changed (v->id). */
static int save(struct http_request *req, struct http_response *res, struct db *db,
                const struct editor *e, struct template_edit_view *v, struct err *err)
{
    union values values = {0};
    struct form_state current;
    int64_t version = 0;
    int r = form_parse(e->form, req, &values, &v->state, err);

    if (r == 0)
        r = e->save(db, req->arena, v->id, &values, actor_of(req), req->now, err);
    if (r == ERR_CONFLICT && (r = find(req, &db, e, &v->id, &version, &current, err)) == 0)
        r = web_conflict(req, db, "template", v->id, e->form, &current, &v->state, version, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return form_page(req, res, db, v, err);
    }
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

static int new_post(struct http_request *req, struct http_response *res, const struct editor *e,
                    struct err *err)
{
    struct template_edit_view v = {.form = e->form};
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : save(req, res, db, e, &v, err);
}

static int edit_post(struct http_request *req, struct http_response *res, const struct editor *e,
                     struct err *err)
{
    struct template_edit_view v = {.form = e->form, .path = e->path};
    struct form_state unused;
    int64_t version = 0;
    struct db *db;
    int r = find(req, &db, e, &v.id, &version, &unused, err);

    return r < 0 ? r : save(req, res, db, e, &v, err);
}

static int remove_post(struct http_request *req, struct http_response *res, const struct editor *e,
                       struct err *err)
{
    struct form_state unused;
    int64_t id, version = 0;
    struct db *db;
    int r = find(req, &db, e, &id, &version, &unused, err);

    if (r == 0)
        r = e->drop(db, req->arena, id, actor_of(req), req->now, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Template removed."));
}

static struct str home_of(struct http_request *req)
{
    return str_printf(req->arena, "%" PRId64, actor_of(req)->home_org);
}

#define HANDLERS(name, editor)                                                                     \
    int name##_web_new(struct http_request *req, struct http_response *res, struct err *err)       \
    {                                                                                              \
        return new_get(req, res, &editor, err);                                                    \
    }                                                                                              \
    int name##_web_new_post(struct http_request *req, struct http_response *res, struct err *err)  \
    {                                                                                              \
        return new_post(req, res, &editor, err);                                                   \
    }                                                                                              \
    int name##_web_edit(struct http_request *req, struct http_response *res, struct err *err)      \
    {                                                                                              \
        return edit_get(req, res, &editor, err);                                                   \
    }                                                                                              \
    int name##_web_edit_post(struct http_request *req, struct http_response *res, struct err *err) \
    {                                                                                              \
        return edit_post(req, res, &editor, err);                                                  \
    }                                                                                              \
    int name##_web_remove(struct http_request *req, struct http_response *res, struct err *err)    \
    {                                                                                              \
        return remove_post(req, res, &editor, err);                                                \
    }

/* ---- incidents ---------------------------------------------------------------------------------
 */

static void begin_incident(struct http_request *req, union values *out)
{
    out->incident = (struct template_values){
        .org = home_of(req), .severity = STR("2"), .tlp = STR("amber"), .version = STR("0.")};
}

static int find_incident(struct http_request *req, struct db *db, int64_t id, union values *out,
                         int64_t *version, bool *may_manage, struct err *err)
{
    struct template_row t;
    int r = template_get(db, req->arena, actor_of(req)->id, req->now, id, &t, err);

    if (r != 1)
        return r;
    *version = t.version;
    *may_manage = t.may_manage;
    out->incident = (struct template_values){
        .name = t.name,
        .org = str_printf(req->arena, "%" PRId64, t.org_id),
        .title = t.title,
        .kind = t.kind,
        .severity = str_printf(req->arena, "%" PRId64, t.severity),
        .tlp = t.tlp,
        .serious = t.serious,
        .summary = t.summary,
        .tasks = t.tasks,
    };
    return 1;
}

static struct str *version_incident(union values *values)
{
    return &values->incident.version;
}

static int save_incident(struct db *db, struct arena *a, int64_t id, const union values *in,
                         const struct actor *by, int64_t now, struct err *err)
{
    return template_save(db, a, id, &in->incident, by, now, NULL, err);
}

static const struct editor incident_editor = {
    &template_form, "incident",       "template",    begin_incident,
    find_incident,  version_incident, save_incident, template_drop,
};
HANDLERS(template, incident_editor)

/* ---- texts -------------------------------------------------------------------------------------
 */

static void begin_text(struct http_request *req, union values *out)
{
    out->text =
        (struct text_values){.org = home_of(req), .used_for = STR("comment"), .version = STR("0.")};
}

static int find_text(struct http_request *req, struct db *db, int64_t id, union values *out,
                     int64_t *version, bool *may_manage, struct err *err)
{
    struct text_template_row t;
    int r = text_get(db, req->arena, actor_of(req)->id, req->now, id, &t, err);

    if (r != 1)
        return r;
    *version = t.version;
    *may_manage = t.may_manage;
    out->text = (struct text_values){.name = t.name,
                                     .org = str_printf(req->arena, "%" PRId64, t.org_id),
                                     .used_for = t.used_for,
                                     .body = t.body};
    return 1;
}

static struct str *version_text(union values *values)
{
    return &values->text.version;
}

static int save_text(struct db *db, struct arena *a, int64_t id, const union values *in,
                     const struct actor *by, int64_t now, struct err *err)
{
    return text_save(db, a, id, &in->text, by, now, NULL, err);
}

static const struct editor text_editor = {
    &text_form, "text", "text", begin_text, find_text, version_text, save_text, text_drop,
};
HANDLERS(text, text_editor)
