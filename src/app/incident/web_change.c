#include "app/incident/pages/edit.html.h"
#include "app/incident/view.h"
#include "app/org/org.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"

int incident_web_done(struct http_request *req, struct http_response *res, const char *tab,
                      struct str message)
{
    struct str code = http_param(req, "code");

    if (message.len > 0)
        web_flash(req, res, message);
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT "%s%s", STR_ARG(code),
                                  tab[0] != '\0' ? "/" : "", tab));
    return 0;
}

int64_t incident_field_int(const struct http_request *req, const char *name)
{
    int64_t n;

    return str_to_int(http_field(req, name), &n) ? n : 0;
}

/* The first page again: what was changed meanwhile, by whom, and what was typed. */
static int conflict(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                    struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TASKS};
    struct str typed = str_trim(http_field(req, "reason"));
    struct incident_history_rows history;
    struct str args[4];
    int r = incident_history(db, req->arena, id, &history, err);

    if (r < 0)
        return r;
    if (history.len == 0)
        return err_set(err, ERR_CONFLICT, "changed meanwhile");
    args[0] = history.at[0].actor_name;
    args[1] = incident_action_label(req->lang, history.at[0].action);
    args[2] = i18n_relative(req->arena, req->lang, history.at[0].at, req->now);
    args[3] = typed;
    form_reject(&v.form, req->arena, "conflict",
                i18n_format(req->arena, req->lang,
                            typed.len > 0
                                ? N_("Not saved: {0} {1} meanwhile ({2}). You wrote: {3}")
                                : N_("Not saved: {0} {1} meanwhile ({2}). Look at it and decide "
                                     "again."),
                            args, 4),
                NULL);
    res->status = 409;
    err_clear(err);
    return incident_show(req, res, db, id, &v, err);
}

/* Shows the tab again with the form's errors. */
static int again(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                 struct incident_page_view *v, struct err *err)
{
    res->status = 400;
    err_clear(err);
    return incident_show(req, res, db, id, v, err);
}

int incident_web_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TASKS};
    struct incident_state_body in = {0};
    struct db *db;
    int64_t id, undo_id = 0;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&incident_state_body, req, &in, &v.form, err);
    if (r == 0)
        r = incident_move(db, req->arena, id,
                          &(struct incident_move){.version = incident_field_int(req, "version"),
                                                  .state = in.state,
                                                  .reason = in.reason,
                                                  .contained_at = in.contained_at},
                          actor_of(req), req->now, &undo_id, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "reason") && v.form.errors.len == 0)
        form_reject(&v.form, req->arena, "reason", T(req->lang, "Say why: it stays on the record"),
                    NULL);
    if (r == ERR_INVALID && v.form.errors.len > 0)
        return again(req, res, db, id, &v, err);
    if (r == ERR_CONFLICT)
        return conflict(req, res, db, id, err);
    if (r < 0 || (r = incident_web_done(req, res, "", STR_EMPTY)) < 0)
        return r;
    web_flash_undo(req, res, T(req->lang, "State changed."), STR("/incidents/undo"), undo_id);
    return 0;
}

static int edit_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct incident_edit_view *v, struct err *err)
{
    struct html_page p;
    int r = org_options(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &v->orgs,
                        &v->orgs_len, err);

    if (r < 0)
        return r;
    v->req = req;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->is_new
                                              ? T(req->lang, "New incident")
                                              : str_printf(req->arena, STR_FMT " " STR_FMT,
                                                           STR_ARG(v->i.code), STR_ARG(v->i.title)),
                                 .rail = "incidents",
                                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")}},
                                 .crumbs_len = 1});
    incident_edit_html(&p, v);
    web_page_end(&p);
    return 0;
}

/* The facts as they are, in the form, with what the form needs against lost updates. */
static void fill_facts(struct arena *a, const struct incident_get_row *i, struct form_state *out)
{
    struct incident_facts facts = incident_facts_of(a, i);

    form_fill(&incident_facts_form, a, &facts, out);
    facts.version = web_seen(a, &incident_facts_form, out, i->version);
    form_fill(&incident_facts_form, a, &facts, out);
}

int incident_web_edit(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_edit_view v = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_get(db, req->arena, id, &v.i, err)) < 0)
        return r;
    fill_facts(req->arena, &v.i, &v.form);
    return edit_page(req, res, db, &v, err);
}

int incident_web_edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_edit_view v = {0};
    struct incident_facts facts = {0};
    struct form_state current;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_get(db, req->arena, id, &v.i, err)) < 0)
        return r;
    r = form_parse(&incident_facts_form, req, &facts, &v.form, err);
    if (r == 0)
        r = incident_facts_check(req, &facts, &v.form, err);
    if (r == 0)
        r = incident_set_facts(db, req->arena, id, web_seen_version(facts.version), &facts,
                               actor_of(req), req->now, err);
    if (r == ERR_CONFLICT && (r = incident_get(db, req->arena, id, &v.i, err)) == 0) {
        fill_facts(req->arena, &v.i, &current);
        r = web_conflict(req, db, "incident", id, &incident_facts_form, &current, &v.form,
                         v.i.version, err);
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    return r < 0 ? r : incident_web_saved(req, res, db, &v.i, err);
}

/* The templates that a new incident may begin with, and the one that was chosen. */
static int take_template(struct http_request *req, struct db *db, struct str id,
                         struct incident_edit_view *v, struct template_row *chosen, struct err *err)
{
    int64_t n;
    int r = template_list(db, req->arena, actor_of(req)->id, req->now, &v->templates, err);

    if (r < 0 || !str_to_int(id, &n))
        return r;
    r = template_get(db, req->arena, actor_of(req)->id, req->now, n, chosen, err);
    v->template_id = r == 1 ? n : 0;
    return MIN(r, 0);
}

int incident_web_new(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_facts facts = {.severity = STR("2"),
                                   .tlp = STR("amber"),
                                   .detected_at = opt_int(req->now - req->now % MINUTE_MS),
                                   .version = STR("0")};
    struct incident_edit_view v = {.is_new = true};
    struct template_row chosen;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if ((r = take_template(req, db, http_arg(req, "template"), &v, &chosen, err)) < 0)
        return r;
    if (v.template_id != 0) {
        facts.title = chosen.title;
        facts.summary = chosen.summary;
        facts.kind = chosen.kind;
        facts.severity = str_printf(req->arena, "%" PRId64, chosen.severity);
        facts.tlp = chosen.tlp;
        facts.serious = chosen.serious;
    }
    form_fill(&incident_facts_form, req->arena, &facts, &v.form);
    return edit_page(req, res, db, &v, err);
}

int incident_web_new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_edit_view v = {.is_new = true};
    struct incident_facts facts = {0};
    struct template_row chosen;
    struct incident_new new_;
    struct str code;
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = take_template(req, db, http_field(req, "template"), &v, &chosen, err)) < 0)
        return r;
    r = form_parse(&incident_facts_form, req, &facts, &v.form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    if (r < 0)
        return r;
    new_ = (struct incident_new){
        .title = facts.title,
        .summary = facts.summary,
        .kind = facts.kind,
        .severity_why = facts.severity_why,
        .serious = facts.serious,
        .tlp = facts.tlp,
        .occurred_at = facts.occurred_at,
        .detected_at = facts.detected_at.v,
        .template_id = v.template_id,
    };
    if (!str_to_int(facts.severity, &new_.severity) || !str_to_int(facts.org, &new_.org_id))
        return err_set(err, ERR_INVALID, "severity and organisation are numbers");
    if ((r = db_begin(db, err)) < 0)
        return r;
    r = incident_create(db, req->arena, &new_, actor_of(req), req->now, &id, &code, err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(code)));
    return 0;
}

int incident_web_lead(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r >= 0 && incident_field_int(req, "account") == 0)
        return incident_web_done(req, res, "",
                                 T(req->lang, "Nothing was changed: choose a person first."));
    if (r >= 0)
        r = incident_change_lead(db, req->arena, id, incident_field_int(req, "seen"),
                                 incident_field_int(req, "account"), actor_of(req), req->now, err);
    if (r == ERR_CONFLICT)
        return conflict(req, res, db, id, err);
    return r < 0 ? r : incident_web_done(req, res, "", T(req->lang, "Lead named."));
}

/* The page again, with a text behind what was typed. */
static int insert_text(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct incident_page_view *v, struct err *err)
{
    struct incident_comment_values in = {0};
    struct incident_text_values values;
    struct incident_get_row i;
    int r = incident_get(db, req->arena, id, &i, err);

    if (r < 0)
        return r;
    values = (struct incident_text_values){i.code, i.title, i.org_name, i.lead_name};
    r = incident_text_insert(db, req->arena, incident_field_int(req, "text"),
                             http_field(req, "body"), &values, actor_of(req), req->now, &in.body,
                             err);
    if (r < 0)
        return r;
    form_fill(&incident_comment_form, req->arena, &in, &v->form);
    return incident_show(req, res, db, id, v, err);
}

int incident_web_comment(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_COMMENTS};
    struct incident_comment_values in = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (http_field(req, "insert").len > 0)
        return insert_text(req, res, db, id, &v, err);
    r = form_parse(&incident_comment_form, req, &in, &v.form, err);
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r == 0)
        r = incident_comment(db, req->arena, id, in.body, actor_of(req), req->now, err);
    return r < 0 ? r : incident_web_done(req, res, "comments", STR_EMPTY);
}

int incident_web_event(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TIMELINE};
    struct incident_event_values in = {0};
    struct incident_event_new new_;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&incident_event_form, req, &in, &v.form, err);
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r < 0)
        return r;
    new_ = incident_event_of(&in);
    r = incident_add_event(db, req->arena, id, &new_, actor_of(req), req->now, err);
    return r < 0 ? r : incident_web_done(req, res, "timeline", STR_EMPTY);
}

int incident_web_task_add(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TASKS};
    struct incident_task_values in = {0};
    struct incident_task_new new_;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&incident_task_form, req, &in, &v.form, err);
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r < 0)
        return r;
    new_ = (struct incident_task_new){.title = in.title, .body = in.body, .due_at = in.due_at};
    if (!str_to_int(in.assignee, &new_.assignee_id))
        new_.assignee_id = 0;
    r = incident_task_add(db, req->arena, id, &new_, actor_of(req), req->now, err);
    return r < 0 ? r : incident_web_done(req, res, "", T(req->lang, "Task added."));
}

int incident_web_task_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id, task;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "task"), &task))
        return err_set(err, ERR_NOT_FOUND, "tasks have numbers");
    r = incident_task_change(db, req->arena, id, task, incident_field_int(req, "version"),
                             http_field(req, "state"), http_field(req, "reason"), actor_of(req),
                             req->now, err);
    if (r == ERR_CONFLICT)
        return conflict(req, res, db, id, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "reason")) {
        struct incident_page_view v = {.tab = TAB_TASKS};

        form_reject(&v.form, req->arena, "skip",
                    T(req->lang, "Say why the step is skipped: it stays on the record"), NULL);
        return again(req, res, db, id, &v, err);
    }
    return r < 0 ? r : incident_web_done(req, res, "", STR_EMPTY);
}

int incident_web_task_give(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TASKS};
    struct incident_give_values in = {0};
    struct db *db;
    int64_t id, task, assignee = 0;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "task"), &task))
        return err_set(err, ERR_NOT_FOUND, "tasks have numbers");
    r = form_parse(&incident_give_form, req, &in, &v.form, err);
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r < 0)
        return r;
    if (!str_to_int(in.assignee, &assignee))
        assignee = 0;
    r = incident_task_give(db, req->arena, id, task, incident_field_int(req, "version"), assignee,
                           in.due_at, actor_of(req), req->now, err);
    if (r == ERR_CONFLICT)
        return conflict(req, res, db, id, err);
    return r < 0 ? r : incident_web_done(req, res, "", T(req->lang, "Task assigned."));
}

int incident_web_recognise(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_OBSERVABLES, .recognised = true};
    struct observe_hits hits;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    v.pasted = http_field(req, "text");
    observe_extract(v.pasted, req->arena, &hits);
    r = observable_look_up(db, req->arena, &hits, actor_of(req), id, req->now, &v.seen, err);
    return r < 0 ? r : incident_show(req, res, db, id, &v, err);
}

int incident_web_observables_add(struct http_request *req, struct http_response *res,
                                 struct err *err)
{
    struct form_values chosen = {.at = arena_array(req->arena, struct str, req->form_len + 1)};
    struct str count[1];
    struct db *db;
    int64_t id, added;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "observable"))
            chosen.at[chosen.len++] = req->form[i].value;
    }
    r = incident_add_observables(db, req->arena, id, &chosen, http_field(req, "note"),
                                 actor_of(req), req->now, &added, err);
    if (r < 0)
        return r;
    count[0] = i18n_int(req->arena, req->lang, added);
    return incident_web_done(
        req, res, "observables",
        i18n_format(req->arena, req->lang, N_("{0} observables added."), count, 1));
}

int incident_web_observable_drop(struct http_request *req, struct http_response *res,
                                 struct err *err)
{
    struct db *db;
    int64_t id, observable;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "observable"), &observable))
        return err_set(err, ERR_NOT_FOUND, "observables have numbers");
    r = incident_drop_observable(db, req->arena, id, observable, actor_of(req), req->now, err);
    return r < 0 ? r
                 : incident_web_done(req, res, "observables", T(req->lang, "Observable removed."));
}

/* One file by its name, several by their number; of one for named people only that there is one. */
static struct str files_said(const struct http_request *req, const struct evidence_facts *facts,
                             int64_t count)
{
    bool named = count == 1 && (facts == NULL || !str_is(facts->tlp, "red"));

    for (const struct http_file *f = req->files; named && f != NULL; f = f->next) {
        if (f->taken)
            return text_ellipsis(req->arena, f->name, 150);
    }
    return i18n_int(req->arena, LANG_VI, count);
}

int incident_add_files(struct db *db, struct http_request *req, int64_t id,
                       const struct evidence_facts *facts, int64_t *count, struct err *err)
{
    struct incident_change c;
    int r = incident_change_begin(&c, db, req->arena, id, 0, PERM_INCIDENT_WRITE, actor_of(req),
                                  req->now, err);

    if (r < 0)
        return r;
    r = evidence_attach_uploads(db, req, 0, id, actor_of(req), facts, false, count, err);
    if (r >= 0 && *count > 0 &&
        (r = incident_change_event(&c, "file", files_said(req, facts, *count), 0, 0, err)) >= 0)
        return incident_change_commit(&c, "incident.file", incident_files_detail(req), true, err);
    /* No file was chosen: nothing happened. */
    db_rollback(db);
    return r;
}

struct str incident_files_detail(const struct http_request *req)
{
    struct buf b = buf_make(req->arena);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_key(&w, STR("files"));
    json_w_array(&w);
    for (const struct http_file *f = req->files; f != NULL; f = f->next) {
        if (f->taken)
            json_w_str(&w, str_sub(f->name, 0, 200));
    }
    json_w_end(&w);
    json_w_end(&w);
    return buf_str(&b);
}

int incident_web_files(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_FILES};
    struct evidence_facts facts = {0};
    struct db *db;
    int64_t id, count = 0;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&evidence_facts_form, req, &facts, &v.form, err);
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r < 0)
        return r;
    if ((r = incident_add_files(db, req, id, &facts, &count, err)) < 0)
        return r;
    return incident_web_done(req, res, "files",
                             count > 0 ? T(req->lang, "Files added.")
                                       : T(req->lang, "Choose a file first."));
}
