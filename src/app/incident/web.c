#include "app/incident/share.h"
#include "app/incident/case.h"
#include "app/incident/view.h"
#include "app/incident/pages/record.html.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

const char *incident_tab_path(enum incident_tab tab)
{
    static const char *const paths[] = {"",       "/timeline", "/comments", "/observables",
                                        "/files", "/mail",     "/history"};

    return paths[tab];
}

bool incident_was_chosen(const struct http_request *posted, const char *name, struct str value)
{
    for (size_t i = 0; posted != NULL && i < posted->form_len; i++) {
        if (str_is(posted->form[i].name, name) && str_eq(posted->form[i].value, value))
            return true;
    }
    return false;
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_list_view v = {0};

    return incident_list_show(req, res, &v, err);
}

int incident_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    int r = web_db(req, db, err);

    return r < 0 ? r
                 : incident_find(*db, req->arena, http_param(req, "code"), actor_of(req), req->now,
                                 id, err);
}

/* One sentence made from the record: where it stands, how far, until when. */
static struct str sentence(struct arena *a, enum lang lang, int64_t now,
                           const struct incident_page_view *v)
{
    struct buf b = buf_make(a);
    struct str args[3];

    args[0] = incident_state_label(lang, v->i.state);
    args[1] = i18n_relative(a, lang, v->i.state_at, now);
    buf_add(&b, now - v->i.state_at < MINUTE_MS
                    ? incident_state_just(lang, v->i.state)
                    : i18n_format(a, lang, N_("{0} since {1}"), args, 2));
    if (v->n.tasks_all > 0) {
        args[0] = i18n_int(a, lang, v->n.tasks_done);
        args[1] = i18n_int(a, lang, v->n.tasks_all);
        buf_add_c(&b, ", ");
        buf_add(&b, i18n_format(a, lang, N_("{0} of {1} steps done"), args, 2));
    }
    if (!v->i.closed_at.has && v->i.next_due_at.has && v->i.next_due_at.v < now) {
        args[0] = i18n_duration(a, lang, now - v->i.next_due_at.v);
        buf_add_c(&b, ", ");
        buf_add(&b, i18n_format(a, lang, N_("the next step is {0} late"), args, 1));
    }
    buf_add_char(&b, '.');
    return buf_str(&b);
}

/* A step of the playbook by the number it bears on this page, a task that somebody added by its
 * title. */
static void name_due(struct arena *a, enum lang lang, struct incident_page_view *v)
{
    enum { SHORT = 28 };
    const struct case_task_origins_row *origin;
    struct str number;

    if (!v->about.due_id.has)
        return;
    v->due_what = text_ellipsis_words(a, v->about.due_title, SHORT);
    v->due_about = v->about.due_title;
    if (!v->about.due_first)
        return;
    origin = incident_task_origin(v, v->about.due_id.v);
    number = i18n_int(a, lang, origin != NULL ? origin->step : v->about.due_step.v);
    v->due_what = i18n_format(a, lang, N_("Step {0}"), &number, 1);
    v->due_about =
        str_printf(a, STR_FMT ". " STR_FMT, STR_ARG(v->due_what), STR_ARG(v->about.due_title));
}

/* nearness of incident_person */
enum { MEMBER, TEAM, WORKS, READS };

/* People by group, members first; nobody who is farther than `most`. Somebody who only reads may
 * become a member (TLP:RED is read by nobody else), never the lead. */
static void people_choices(struct http_request *req, const struct incident_person_rows *people,
                           int64_t most, struct incident_page_view *v)
{
    const struct str groups[] = {
        [MEMBER] = T(req->lang, "group|Members of this incident"),
        [TEAM] = T(req->lang, "group|Coordination and response team"),
        [WORKS] = T(req->lang, "group|Others"),
        [READS] = T(req->lang, "group|Read only"),
    };

    v->choices = arena_array(req->arena, struct form_option, people->len + 1);
    for (size_t i = 0; i < people->len; i++) {
        const struct incident_person_row *row = &people->at[i];
        bool by_org = row->nearness == WORKS && row->org_name.len > 0;

        if (row->nearness <= most)
            v->choices[v->choices_len++] = (struct form_option){
                .value = str_printf(req->arena, "%" PRId64, row->account_id),
                .label = row->name,
                .group = by_org ? row->org_name : groups[row->nearness],
            };
    }
}

static int load_choices(struct http_request *req, struct db *db, int64_t id,
                        struct incident_page_view *v, struct err *err)
{
    bool lead = str_is(v->ask, "lead") || str_is(v->ask, "member");
    struct incident_person_rows people;
    struct incident_org_list_rows orgs;
    struct incident_system_list_rows systems;
    int r = 0;

    if (str_is(v->ask, "system")) {
        if ((r = incident_system_list(db, req->arena, id, &systems, err)) >= 0)
            OPTIONS_FROM(systems, v->choices, v->choices_len, row->id, row->name);
    } else if (str_starts(v->ask, STR("task")) || str_is(v->ask, "watcher")) {
        if ((r = incident_workers(db, req->arena, id, req->now, &people, err)) >= 0)
            people_choices(req, &people, READS, v);
    } else if (v->may.may_manage && lead) {
        if ((r = incident_candidates(db, req->arena, id, actor_of(req)->id, req->now, &people,
                                     err)) >= 0)
            people_choices(req, &people, str_is(v->ask, "lead") ? WORKS : READS, v);
    } else if (v->may.may_manage && str_is(v->ask, "party")) {
        if ((r = incident_org_list(db, req->arena, &orgs, err)) >= 0)
            OPTIONS_FROM(orgs, v->choices, v->choices_len, row->id, row->name);
    }
    return r;
}

static int load_overview(struct http_request *req, struct db *db, int64_t id,
                         struct incident_page_view *v, struct err *err)
{
    int r = incident_tasks(db, req->arena, id, &v->tasks, err);

    if (r < 0 || (r = incident_comments(db, req->arena, id, &v->comments, err)) < 0)
        return r;
    return incident_events(db, req->arena, id, STR_EMPTY, &v->events, err);
}

/* What an entry may be linked to: the incident's own systems and observables. */
static int load_links(struct http_request *req, struct db *db, int64_t id,
                      struct incident_page_view *v, struct err *err)
{
    struct incident_observables_rows observables;
    struct incident_event_values in = {.kind = STR("note"),
                                       .at = opt_int(req->now - req->now % MINUTE_MS)};
    int r = incident_observables(db, req->arena, id, &observables, err);

    if (r < 0)
        return r;
    OPTIONS_FROM(observables, v->own_observables, v->own_observables_len, row->id,
                 observable_defang_text(req->arena, row->kind, row->value));
    OPTIONS_FROM(v->systems, v->own_systems, v->own_systems_len, row->system_id, row->name);
    if (v->form.values_len == 0)
        form_fill(&incident_event_form, req->arena, &in, &v->form);
    return 0;
}

static int load_timeline(struct http_request *req, struct db *db, int64_t id,
                         struct incident_page_view *v, struct err *err)
{
    enum { WIDE = 860, NARROW = 340 };
    enum event_group wanted = GROUP_STORY;
    bool all;
    size_t kept = 0;
    int r = incident_events(db, req->arena, id, STR_EMPTY, &v->events, err);

    if (r < 0)
        return r;
    v->event_group = http_arg(req, "kind");
    all = !event_group_from_name(v->event_group, &wanted);
    for (size_t i = 0; i < v->events.len; i++) {
        enum event_group group = event_group_of(v->events.at[i].kind);

        v->group_has[group] = true;
        if (all || group == wanted)
            v->events.at[kept++] = v->events.at[i];
    }
    v->events.len = kept;
    drawn_layout(req->arena, req->lang, &v->events, WIDE, &v->drawn);
    drawn_layout(req->arena, req->lang, &v->events, NARROW, &v->drawn_phone);
    return v->may.may_write ? load_links(req, db, id, v, err) : 0;
}

static int load_mail(struct http_request *req, struct db *db, int64_t id,
                     struct incident_page_view *v, struct err *err)
{
    const struct letter_case c = {.incident_id = id, .code = v->i.code, .tlp = v->i.tlp};
    struct incident_texts texts;
    int r = letter_load(db, req, &c, v->may.may_write, &v->mail, err);

    if (r < 0 || !v->may.may_write)
        return r;
    r = incident_texts_for(db, req->arena, STR("mail"), actor_of(req), req->now, &texts, err);
    for (size_t i = 0; r == 0 && i < texts.len; i++)
        *vec_push(&v->mail.texts, req->arena) =
            (struct letter_text){texts.at[i].id, texts.at[i].name};
    return r;
}

static int load_tab(struct http_request *req, struct db *db, int64_t id,
                    struct incident_page_view *v, struct err *err)
{
    int r;

    switch (v->tab) {
    case TAB_TASKS:
        return load_overview(req, db, id, v, err);
    case TAB_TIMELINE:
        return load_timeline(req, db, id, v, err);
    case TAB_COMMENTS:
        return incident_comments(db, req->arena, id, &v->comments, err);
    case TAB_OBSERVABLES:
        return incident_observables(db, req->arena, id, &v->observables, err);
    case TAB_FILES:
        if (v->form.errors.len == 0)
            form_fill(&evidence_facts_form, req->arena,
                      &(struct evidence_facts){.kind = STR("other"), .tlp = v->i.tlp}, &v->form);
        return evidence_of_incident(db, req->arena, id, actor_of(req)->id, &v->files, err);
    case TAB_MAIL:
        v->mail.action = str_printf(req->arena, "/incidents/" STR_FMT "/mail", STR_ARG(v->i.code));
        return load_mail(req, db, id, v, err);
    case TAB_HISTORY:
        if ((r = incident_tasks(db, req->arena, id, &v->tasks, err)) < 0)
            return r;
        return incident_history(db, req->arena, id, &v->history, err);
    }
    return 0;
}

int incident_show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct incident_page_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct html_page p;
    int r;

    v->req = req;
    v->ask = http_arg(req, "ask");
    if ((r = incident_get(db, req->arena, id, &v->i, err)) < 0 ||
        (r = incident_may(db, req->arena, actor->id, req->now, id, &v->may, err)) < 0 ||
        (r = incident_counts(db, req->arena, id, &v->n, err)) < 0 ||
        (r = incident_parties(db, req->arena, id, &v->parties, err)) < 0 ||
        (r = incident_systems(db, req->arena, id, &v->systems, err)) < 0 ||
        (r = incident_members(db, req->arena, id, &v->members, err)) < 0 ||
        (r = incident_reports(db, req->arena, id, &v->reports, err)) < 0 ||
        (r = share_rows(db, req->arena, id, req->now, &v->shares, err)) < 0 ||
        (r = case_related(db, req->arena, actor->id, req->now, id, &v->related, err)) < 0 ||
        (r = case_get(db, req->arena, actor->id, req->now, id, &v->about, err)) < 0 ||
        (r = case_merges(db, req->arena, id, &v->merges, err)) < 0 ||
        (r = incident_watchers_of(db, req->arena, id, req->now, &v->watchers, err)) < 0 ||
        (r = letter_count(db, req->arena, &(struct letter_case){.incident_id = id}, &v->letters,
                          err)) < 0 ||
        (v->merges.len > 0 && (r = case_task_origins(db, req->arena, id, &v->origins, err)) < 0) ||
        (r = load_tab(req, db, id, v, err)) < 0)
        return r;
    if (v->may.may_write && ((r = load_choices(req, db, id, v, err)) < 0 ||
                             (r = incident_texts_for(db, req->arena, STR("comment"), actor,
                                                     req->now, &v->texts, err)) < 0))
        return r;
    name_due(req->arena, req->lang, v);
    v->sentence = sentence(req->arena, req->lang, req->now, v);
    web_page(req, res, &p,
             &(struct web_frame){.title = str_printf(req->arena, STR_FMT " " STR_FMT,
                                                     STR_ARG(v->i.code), STR_ARG(v->i.title)),
                                 .rail = "incidents",
                                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")}},
                                 .crumbs_len = 1});
    incident_record_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int show_tab(struct http_request *req, struct http_response *res, enum incident_tab tab,
                    struct err *err)
{
    struct incident_page_view v = {.tab = tab};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    /* Shared in part: there is a page for that. */
    if (r == ERR_NOT_FOUND) {
        struct joint_get_row joint;
        int seen = joint_get(db, req->arena, actor_of(req)->id, req->now, http_param(req, "code"),
                             &joint, err);

        if (seen == 1) {
            err_clear(err);
            http_redirect(
                res, str_printf(req->arena, "/incidents/" STR_FMT "/joint", STR_ARG(joint.code)));
            return 0;
        }
    }
    if (r < 0 || (r = case_get(db, req->arena, actor_of(req)->id, req->now, id, &v.about, err)) < 0)
        return r;
    /* What was merged leads to where it went, for those who may see that. */
    if (v.about.merged_seen) {
        web_flash(req, res,
                  i18n_format(req->arena, req->lang, N_("{0} was merged into this incident."),
                              (struct str[]){http_param(req, "code")}, 1));
        http_redirect(res,
                      str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(v.about.merged_code)));
        return 0;
    }
    if ((r = notice_seen(db, req->arena, actor_of(req)->id, 0, id, req->now, err)) < 0)
        return r;
    return incident_show(req, res, db, id, &v, err);
}

#define TAB_HANDLER(name, tab)                                                                     \
    static int name(struct http_request *req, struct http_response *res, struct err *err)          \
    {                                                                                              \
        return show_tab(req, res, tab, err);                                                       \
    }
TAB_HANDLER(tasks_get, TAB_TASKS)
TAB_HANDLER(timeline_get, TAB_TIMELINE)
TAB_HANDLER(comments_get, TAB_COMMENTS)
TAB_HANDLER(observables_get, TAB_OBSERVABLES)
TAB_HANDLER(files_get, TAB_FILES)
TAB_HANDLER(mail_get, TAB_MAIL)
TAB_HANDLER(history_get, TAB_HISTORY)

#define READ(pattern, handler)                                                                     \
    {                                                                                              \
        HTTP_GET, pattern, "incident.read", handler, .scope = "incident"                           \
    }
#define WRITE(pattern, handler)                                                                    \
    {                                                                                              \
        HTTP_POST, pattern, "incident.write", handler, HTTP_BODY_FORM, .scope = "incident"         \
    }
#define MANAGE(pattern, handler)                                                                   \
    {                                                                                              \
        HTTP_POST, pattern, "incident.manage", handler, HTTP_BODY_FORM, .scope = "incident"        \
    }

const struct http_route incident_routes[] = {
    {HTTP_GET, "/incidents", "incident.read", list_get, .scope = "none"},
    {HTTP_GET, "/incidents/board", "incident.read", incident_web_board, .scope = "none"},
    {HTTP_POST, "/incidents/board", "incident.write", incident_web_board_move, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/incidents/new", "incident.manage", incident_web_new, .scope = "none"},
    {HTTP_POST, "/incidents/new", "incident.manage", incident_web_new_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_POST, "/incidents/bulk", "incident.read", incident_web_bulk, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_POST, "/incidents/undo", "incident.read", incident_web_undo, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/templates", "incident.manage", template_web_list, .scope = "none"},
    {HTTP_GET, "/templates/incident/new", "incident.manage", template_web_new, .scope = "none"},
    {HTTP_POST, "/templates/incident/new", "incident.manage", template_web_new_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/templates/incident/{template}/edit", "incident.manage", template_web_edit,
     .scope = "template"},
    {HTTP_POST, "/templates/incident/{template}/edit", "incident.manage", template_web_edit_post,
     HTTP_BODY_FORM, .scope = "template"},
    {HTTP_POST, "/templates/incident/{template}/remove", "incident.manage", template_web_remove,
     HTTP_BODY_FORM, .scope = "template"},
    {HTTP_GET, "/templates/text/new", "incident.manage", text_web_new, .scope = "none"},
    {HTTP_POST, "/templates/text/new", "incident.manage", text_web_new_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/templates/text/{text}/edit", "incident.manage", text_web_edit,
     .scope = "template"},
    {HTTP_POST, "/templates/text/{text}/edit", "incident.manage", text_web_edit_post,
     HTTP_BODY_FORM, .scope = "template"},
    {HTTP_POST, "/templates/text/{text}/remove", "incident.manage", text_web_remove, HTTP_BODY_FORM,
     .scope = "template"},
    READ("/incidents/{code}", tasks_get),
    READ("/incidents/{code}/timeline", timeline_get),
    READ("/incidents/{code}/comments", comments_get),
    READ("/incidents/{code}/observables", observables_get),
    READ("/incidents/{code}/files", files_get),
    READ("/incidents/{code}/mail", mail_get),
    READ("/incidents/{code}/history", history_get),
    READ("/incidents/{code}/text", incident_web_export_text),
    READ("/incidents/{code}/observables.csv", incident_web_export_observables),
    READ("/incidents/{code}/observables.xlsx", incident_web_export_observables),
    READ("/incidents/{code}/observables.json", incident_web_export_observables),
    READ("/incidents/{code}/custody", incident_web_custody),
    READ("/incidents/{code}/custody.csv", incident_web_custody_file),
    READ("/incidents/{code}/custody.xlsx", incident_web_custody_file),
    READ("/incidents/{code}/custody.json", incident_web_custody_file),
    {HTTP_GET, "/incidents/{code}/edit", "incident.write", incident_web_edit, .scope = "incident"},
    WRITE("/incidents/{code}/edit", incident_web_edit_post),
    {HTTP_GET, "/incidents/{code}/facts/{fact}", "incident.write", incident_web_fact,
     .scope = "incident"},
    WRITE("/incidents/{code}/facts/{fact}", incident_web_fact_post),
    {HTTP_POST, "/incidents/{code}/watch", "incident.read", incident_web_watch, HTTP_BODY_FORM,
     .scope = "incident"},
    WRITE("/incidents/{code}/follow-up", incident_web_follow_up),
    {HTTP_GET, "/incidents/{code}/merge", "incident.manage", incident_web_merge_form,
     .scope = "incident"},
    MANAGE("/incidents/{code}/merge", incident_web_merge),
    MANAGE("/incidents/{code}/unmerge", incident_web_unmerge),
    {HTTP_GET, "/incidents/{code}/split", "incident.manage", incident_web_split_form,
     .scope = "incident"},
    MANAGE("/incidents/{code}/split", incident_web_split),
    WRITE("/incidents/{code}/state", incident_web_state),
    MANAGE("/incidents/{code}/lead", incident_web_lead),
    MANAGE("/incidents/{code}/members", incident_web_member),
    MANAGE("/incidents/{code}/parties", incident_web_party),
    WRITE("/incidents/{code}/systems", incident_web_system),
    WRITE("/incidents/{code}/comments", incident_web_comment),
    WRITE("/incidents/{code}/mail", incident_web_mail),
    WRITE("/incidents/{code}/timeline", incident_web_event),
    WRITE("/incidents/{code}/tasks", incident_web_task_add),
    WRITE("/incidents/{code}/tasks/{task}/state", incident_web_task_state),
    WRITE("/incidents/{code}/tasks/{task}/assign", incident_web_task_give),
    WRITE("/incidents/{code}/recognise", incident_web_recognise),
    WRITE("/incidents/{code}/observables", incident_web_observables_add),
    WRITE("/incidents/{code}/observables/{observable}/remove", incident_web_observable_drop),
    {HTTP_POST, "/incidents/{code}/files", "incident.write", incident_web_files, HTTP_BODY_FILES,
     EVIDENCE_UPLOAD_MAX, .scope = "incident"},
    {HTTP_GET, "/incidents/{code}/sharing", "incident.manage", share_web_page, .scope = "incident"},
    MANAGE("/incidents/{code}/sharing", share_web_add),
    MANAGE("/incidents/{code}/sharing/revoke", share_web_revoke),
    MANAGE("/incidents/{code}/sharing/marks", share_web_marks),
    {HTTP_GET, "/incidents/shared", "incident.read", joint_web_list, .scope = "none"},
    READ("/incidents/{code}/joint", joint_web_page),
    WRITE("/incidents/{code}/joint/comments", joint_web_comment),
    WRITE("/incidents/{code}/joint/timeline", joint_web_event),
    WRITE("/incidents/{code}/joint/observables", joint_web_observables),
    WRITE("/incidents/{code}/joint/tasks/{task}", joint_web_task),
    {HTTP_POST, "/incidents/{code}/joint/files", "incident.write", joint_web_files, HTTP_BODY_FILES,
     EVIDENCE_UPLOAD_MAX, .scope = "incident"},
};
const size_t incident_routes_len = ARRAY_LEN(incident_routes);
