#include "app/incident/pages/joint.html.h"
#include "app/incident/pages/share.html.h"
#include "app/incident/share_view.h"
#include "sys/i18n/i18n.h"

/* ---- sharing: for those who manage the incident ------------------------------------------------
 */

static int back(struct http_request *req, struct http_response *res, const char *page,
                struct str message)
{
    if (message.len > 0)
        web_flash(req, res, message);
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT "/%s",
                                  STR_ARG(http_param(req, "code")), page));
    return 0;
}

static int load_share(struct http_request *req, struct db *db, int64_t id, struct share_view *v,
                      struct err *err)
{
    struct incident_org_list_rows orgs;
    int r;

    v->req = req;
    if ((r = incident_get(db, req->arena, id, &v->i, err)) < 0 ||
        (r = share_rows(db, req->arena, id, req->now, &v->shares, err)) < 0 ||
        (r = share_items(db, req->arena, actor_of(req)->id, id, &v->items, err)) < 0 ||
        (r = incident_org_list(db, req->arena, &orgs, err)) < 0)
        return r;
    v->orgs = arena_array(req->arena, struct form_option, orgs.len + 1);
    for (size_t i = 0; i < orgs.len; i++)
        v->orgs[v->orgs_len++] = (struct form_option){
            .value = str_printf(req->arena, "%" PRId64, orgs.at[i].id), .label = orgs.at[i].name};
    for (size_t i = 0; i < v->shares.len; i++)
        v->in_force += v->shares.at[i].in_force;
    for (size_t i = 0; i < v->items.len; i++)
        v->marked += v->items.at[i].shared;
    return 0;
}

static int share_page(struct http_request *req, struct http_response *res, struct db *db,
                      int64_t id, struct share_view *v, struct err *err)
{
    struct html_page p;
    int r = load_share(req, db, id, v, err);

    if (r < 0)
        return r;
    web_page(
        req, res, &p,
        &(struct web_frame){.title = T(req->lang, "Sharing"),
                            .rail = "incidents",
                            .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")},
                                       {v->i.code, str_printf(req->arena, "/incidents/" STR_FMT,
                                                              STR_ARG(v->i.code))}},
                            .crumbs_len = 2});
    incident_share_html(&p, v);
    web_page_end(&p);
    return 0;
}

/* The marks of the form that was sent: what it showed, and which of that was ticked. */
static void read_marks(struct http_request *req, struct form_values *shown, struct form_values *on)
{
    *shown = (struct form_values){.at = arena_array(req->arena, struct str, req->form_len + 1)};
    *on = (struct form_values){.at = arena_array(req->arena, struct str, req->form_len + 1)};
    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "shown"))
            shown->at[shown->len++] = req->form[i].value;
        else if (str_is(req->form[i].name, "on"))
            on->at[on->len++] = req->form[i].value;
    }
}

/* What was done, and what partners see of the incident from now on. */
static int say_shared(struct http_request *req, struct http_response *res, struct db *db,
                      int64_t id, struct str done, struct err *err)
{
    struct share_items_rows items;
    struct str
        says = T(
            req->lang,
            "Partners see nothing of it yet but its head: tick what they need and save the marks."),
        count;
    int64_t marked = 0;
    int r = share_items(db, req->arena, actor_of(req)->id, id, &items, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < items.len; i++)
        marked += items.at[i].shared;
    count = i18n_int(req->arena, req->lang, marked);
    if (marked > 0)
        says = i18n_format(req->arena, req->lang, N_("Partners see {0} marked items."), &count, 1);
    return back(req, res, "sharing",
                str_printf(req->arena, STR_FMT " " STR_FMT, STR_ARG(done), STR_ARG(says)));
}

int share_web_page(struct http_request *req, struct http_response *res, struct err *err)
{
    struct share_view v = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    form_fill(&share_form, req->arena,
              &(struct share_new){.scope = STR("marked"), .may = STR("read")}, &v.form);
    return share_page(req, res, db, id, &v, err);
}

int share_web_add(struct http_request *req, struct http_response *res, struct err *err)
{
    struct share_view v = {0};
    struct share_new in = {0};
    struct form_values shown, on;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    read_marks(req, &shown, &on);
    r = form_parse(&share_form, req, &in, &v.form, err);
    if (r == 0)
        r = share_add_marked(db, req->arena, id, &in, &(struct share_marks){&shown, &on},
                             actor_of(req), req->now, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "scope"))
        form_reject(&v.form, req->arena, "scope",
                    T(req->lang, "Police and military see only what is marked"), NULL);
    else if (r == ERR_INVALID && str_is(str_c(err->field), "org"))
        form_reject(&v.form, req->arena, "org",
                    T(req->lang, "The owner sees the whole incident already"), NULL);
    else if (r == ERR_INVALID && str_is(str_c(err->field), "ends_at"))
        form_reject(&v.form, req->arena, "ends_at", T(req->lang, "Choose a time to come"), NULL);
    else if (r == ERR_STATE)
        form_reject(&v.form, req->arena, "",
                    T(req->lang, "TLP:RED is for named people: add them as members instead."),
                    NULL);
    if (r == ERR_INVALID || r == ERR_STATE) {
        res->status = 400;
        err_clear(err);
        v.posted = req;
        return share_page(req, res, db, id, &v, err);
    }
    if (r < 0)
        return r;
    if (str_is(in.scope, "all"))
        return back(req, res, "sharing",
                    T(req->lang, "Shared: the organisation sees the whole incident."));
    return say_shared(req, res, db, id, T(req->lang, "Shared."), err);
}

int share_web_revoke(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id, share;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "share"), &share))
        return err_set(err, ERR_INVALID, "shares have numbers");
    r = share_revoke(db, req->arena, id, share,
                     str_sub(str_trim(http_field(req, "reason")), 0, 600), actor_of(req), req->now,
                     err);
    return r < 0 ? r : back(req, res, "sharing", T(req->lang, "Sharing ended."));
}

int share_web_marks(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_values shown, on;
    struct str count;
    struct db *db;
    int64_t id, changed;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    read_marks(req, &shown, &on);
    r = share_set_marks(db, req->arena, id, &shown, &on, actor_of(req), req->now, &changed, err);
    if (r < 0)
        return r;
    count = i18n_int(req->arena, req->lang, changed);
    return say_shared(req, res, db, id,
                      i18n_format(req->arena, req->lang, N_("{0} marks changed."), &count, 1), err);
}

/* ---- what partners see -------------------------------------------------------------------------
 */

int joint_web_list(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_list_view v = {.req = req};
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = joint_list(db, req->arena, actor_of(req)->id, req->now, 500, &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Shared with us"),
                                 .rail = "incidents",
                                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")}},
                                 .crumbs_len = 1});
    incident_joint_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

int joint_find(struct http_request *req, struct db **db, struct joint_record *out, struct err *err)
{
    int r;

    if ((r = web_db(req, db, err)) < 0 ||
        (r = joint_get(*db, req->arena, actor_of(req)->id, req->now, http_param(req, "code"),
                       &out->i, err)) < 0)
        return r;
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no such incident in sight") : 0;
}

int joint_load(struct db *db, struct arena *a, struct joint_record *out, struct err *err)
{
    int r;

    if ((r = joint_tasks(db, a, out->i.id, &out->tasks, err)) < 0 ||
        (r = joint_comments(db, a, out->i.id, &out->comments, err)) < 0 ||
        (r = joint_events(db, a, out->i.id, &out->timeline, err)) < 0 ||
        (r = joint_observables_of(db, a, out->i.id, &out->observables, err)) < 0)
        return r;
    return evidence_shared_of_incident(db, a, out->i.id, &out->files, err);
}

static int joint_page(struct http_request *req, struct http_response *res, struct db *db,
                      struct joint_view *v, struct err *err)
{
    struct html_page p;
    int r;

    v->req = req;
    if ((r = joint_load(db, req->arena, &v->c, err)) < 0)
        return r;
    if (v->facts.errors.len == 0)
        form_fill(&evidence_facts_form, req->arena,
                  &(struct evidence_facts){.kind = STR("other"), .tlp = v->c.i.tlp}, &v->facts);
    web_page(req, res, &p,
             &(struct web_frame){.title = str_printf(req->arena, STR_FMT " " STR_FMT,
                                                     STR_ARG(v->c.i.code), STR_ARG(v->c.i.title)),
                                 .rail = "incidents",
                                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")}},
                                 .crumbs_len = 1});
    incident_joint_html(&p, v);
    web_page_end(&p);
    return 0;
}

int joint_web_page(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_view v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0 ||
        (r = notice_seen(db, req->arena, actor_of(req)->id, 0, v.c.i.id, req->now, err)) < 0)
        return r;
    return joint_page(req, res, db, &v, err);
}

static int joint_again(struct http_request *req, struct http_response *res, struct db *db,
                       struct joint_view *v, struct err *err)
{
    res->status = 400;
    err_clear(err);
    return joint_page(req, res, db, v, err);
}

int joint_web_comment(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_comment_values in = {0};
    struct joint_view v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0)
        return r;
    r = form_parse(&incident_comment_form, req, &in, &v.comment, err);
    if (r == ERR_INVALID)
        return joint_again(req, res, db, &v, err);
    if (r == 0)
        r = joint_comment(db, req->arena, v.c.i.id, in.body, actor_of(req), req->now, err);
    return r < 0 ? r : back(req, res, "joint", STR_EMPTY);
}

int joint_web_event(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_event_values in = {0};
    struct joint_view v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0)
        return r;
    r = form_parse(&incident_event_form, req, &in, &v.event, err);
    if (r == ERR_INVALID)
        return joint_again(req, res, db, &v, err);
    if (r == 0)
        r = joint_event(db, req->arena, v.c.i.id, in.at.v, in.text, actor_of(req), req->now, err);
    return r < 0 ? r : back(req, res, "joint", STR_EMPTY);
}

int joint_web_observables(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_view v = {0};
    struct str count[1];
    struct db *db;
    int64_t added;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0 || (r = joint_observables(db, req->arena, v.c.i.id, http_field(req, "text"),
                                        actor_of(req), req->now, &added, err)) < 0)
        return r;
    count[0] = i18n_int(req->arena, req->lang, added);
    return back(req, res, "joint",
                i18n_format(req->arena, req->lang, N_("{0} observables added."), count, 1));
}

int joint_web_files(struct http_request *req, struct http_response *res, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct evidence_facts facts = {0};
    struct incident_change c;
    struct joint_view v = {0};
    struct db *db;
    int64_t count;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0)
        return r;
    r = form_parse(&evidence_facts_form, req, &facts, &v.facts, err);
    if (r == ERR_INVALID)
        return joint_again(req, res, db, &v, err);
    if (r < 0)
        return r;
    tx = db;
    if ((r = joint_change_begin(&c, db, req->arena, v.c.i.id, actor_of(req), req->now, err)) < 0 ||
        (r = evidence_attach_uploads(db, req, 0, v.c.i.id, actor_of(req), &facts,
                                     !str_is(facts.tlp, "red"), &count, err)) < 0 ||
        (count > 0 && (r = incident_change_commit(&c, "incident.file", incident_files_detail(req),
                                                  true, err)) < 0))
        return r;
    return back(req, res, "joint",
                count > 0 ? T(req->lang, "Files added.") : T(req->lang, "Choose a file first."));
}

int joint_web_task(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_view v = {0};
    struct db *db;
    int64_t task;
    int r = joint_find(req, &db, &v.c, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "task"), &task))
        return err_set(err, ERR_NOT_FOUND, "tasks have numbers");
    r = joint_task_done(db, req->arena, v.c.i.id, task, actor_of(req), req->now, err);
    return r < 0 ? r : back(req, res, "joint", STR_EMPTY);
}
