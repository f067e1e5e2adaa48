#include "app/incident/api.h"
#include "app/observable/observable.h"
#include "sys/i18n/i18n.h"

/* The changes that programs ask for: the same operations as behind the pages. */

/* ---- what is named by codes --------------------------------------------------------------------
 */

int incident_api_org(struct http_request *req, struct db *db, const char *member, struct str code,
                     int64_t *id, struct err *err)
{
    struct incident_org_by_code_row row;
    int r = incident_org_by_code(db, req->arena, code, &row, err);

    if (r == 0)
        return api_reject(req, member, T(req->lang, "There is no organisation with this code"),
                          err);
    *id = r > 0 ? row.id : 0;
    return MIN(r, 0);
}

/* An unknown login reads like one that may not be brought in. */
int incident_api_account(struct http_request *req, struct db *db, const char *member,
                         struct str login, int64_t *id, struct err *err)
{
    struct incident_login_row row;
    int r;

    *id = 0;
    if (login.len == 0)
        return 0;
    if ((r = incident_login(db, req->arena, login, &row, err)) == 0)
        return api_reject(req, member, T(req->lang, "Nobody with this login can be chosen here"),
                          err);
    *id = r > 0 ? row.id : 0;
    return MIN(r, 0);
}

/* The operations say ERR_INVALID when the person may not take part. */
int incident_api_person_refused(struct http_request *req, const char *member, int r,
                                struct err *err)
{
    return r == ERR_INVALID
               ? api_reject(req, member, T(req->lang, "Nobody with this login can be chosen here"),
                            err)
               : r;
}

/* ---- opening and facts -------------------------------------------------------------------------
 */

/* What the form alone cannot tell. */
static int check_facts(struct http_request *req, const struct incident_facts *in, struct err *err)
{
    if (in->occurred_at.has && in->detected_at.has && in->occurred_at.v > in->detected_at.v)
        return api_reject(req, "occurred_at",
                          T(req->lang, "It cannot have occurred after it was detected"), err);
    return 0;
}

/* The record that was made is the answer. */
static int create(struct http_request *req, struct http_response *res, struct db *db,
                  const struct incident_new *new_, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_record record;
    struct str code;
    int64_t id;
    int r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = incident_create(db, req->arena, new_, actor_of(req), req->now, &id, &code, err)) < 0 ||
        (r = incident_api_load(req, db, id, &record, err)) < 0)
        return r;
    api_send_created(req, res, &incident_resource, &record, record.i.version,
                     str_printf(req->arena, "/api/v1/incidents/" STR_FMT, STR_ARG(code)));
    return db_commit(db, err);
}

int incident_api_open(struct http_request *req, struct http_response *res, struct db *db,
                      const struct incident_facts *in, int64_t template_id, struct err *err)
{
    struct incident_new new_ = {
        .template_id = template_id,
        .title = in->title,
        .summary = in->summary,
        .kind = in->kind,
        .severity_why = in->severity_why,
        .serious = in->serious,
        .tlp = in->tlp,
        .occurred_at = in->occurred_at,
        .detected_at = in->detected_at.v,
    };
    int r = check_facts(req, in, err);

    if (r < 0)
        return r;
    if (!str_to_int(in->severity, &new_.severity))
        return err_set(err, ERR_INVALID, "severity is a number");
    if ((r = incident_api_org(req, db, "org", in->org, &new_.org_id, err)) < 0)
        return r;
    return create(req, res, db, &new_, err);
}

static int open_incident(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_facts in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &incident_facts_form, &in, err)) < 0)
        return r;
    return incident_api_open(req, res, db, &in, 0, err);
}

int incident_api_create(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_once(req, res, open_incident, err);
}

/* A refusal because of the version, with what was changed meanwhile. */
static int refused(struct http_request *req, struct db *db, int r, int64_t id, int64_t version,
                   struct err *err)
{
    struct incident_get_row now;
    struct err ignored = {0};

    if (r != ERR_CONFLICT || incident_get(db, req->arena, id, &now, &ignored) < 0)
        return r;
    return api_overtaken(req, db, r, "incident", id, version, now.version, err);
}

int incident_api_edit(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_get_row was;
    struct incident_facts in;
    int64_t id, version, org;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = incident_get(db, req->arena, id, &was, err)) < 0)
        return r;
    in = (struct incident_facts){
        .title = was.title,
        .summary = was.summary,
        .kind = was.kind,
        .severity = str_printf(req->arena, "%" PRId64, was.severity),
        .severity_why = was.severity_why,
        .tlp = was.tlp,
        .serious = was.serious,
        .org = was.org_code,
        .occurred_at = was.occurred_at,
        .detected_at = opt_int(was.detected_at),
        .contained_at = was.contained_at,
    };
    if ((r = api_read_change(req, &incident_facts_form, &in, err)) < 0 ||
        (r = check_facts(req, &in, err)) < 0 ||
        (r = incident_api_org(req, db, "org", in.org, &org, err)) < 0)
        return r;
    in.org = str_printf(req->arena, "%" PRId64, org);
    /* What was not sent is as it was read a moment ago, so that moment's version must hold. */
    r = incident_set_facts(db, req->arena, id, version != 0 ? version : was.version, &in,
                           actor_of(req), req->now, err);
    if (r < 0)
        return refused(req, db, r, id, version, err);
    return incident_api_answer(req, res, db, id, err);
}

int incident_api_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_state_body in = {0};
    int64_t id, version;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = api_read(req, &incident_state_body, &in, err)) < 0)
        return r;
    r = incident_move(db, req->arena, id,
                      &(struct incident_move){.version = version,
                                              .state = in.state,
                                              .reason = in.reason,
                                              .contained_at = in.contained_at},
                      actor_of(req), req->now, NULL, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "reason"))
        return api_reject(req, "reason", T(req->lang, "Say why: it stays on the record"), err);
    if (r < 0)
        return refused(req, db, r, id, version, err);
    return incident_api_answer(req, res, db, id, err);
}

/* ---- people and places -------------------------------------------------------------------------
 */

static int change_member(struct http_request *req, struct http_response *res, bool lead,
                         struct err *err)
{
    struct incident_lead_body in = {0};
    int64_t id, account;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_lead_body, &in, err)) < 0 ||
        (r = incident_api_account(req, db, "account", in.account, &account, err)) < 0)
        return r;
    r = lead ? incident_set_lead(db, req->arena, id, account, actor_of(req), req->now, err)
             : incident_set_member(db, req->arena, id, account, true, actor_of(req), req->now, err);
    if (r < 0)
        return incident_api_person_refused(req, "account", r, err);
    return incident_api_answer(req, res, db, id, err);
}

int incident_api_lead(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_member(req, res, true, err);
}

int incident_api_member_add(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_member(req, res, false, err);
}

int incident_api_member_drop(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_members_rows members;
    int64_t id, account = 0;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_members(db, req->arena, id, &members, err)) < 0)
        return r;
    for (size_t i = 0; i < members.len; i++)
        if (str_eq(members.at[i].login, http_param(req, "login")))
            account = members.at[i].account_id;
    if (account == 0)
        return err_set(err, ERR_NOT_FOUND, "no member \"" STR_FMT "\" in this incident",
                       STR_ARG(http_param(req, "login")));
    r = incident_set_member(db, req->arena, id, account, false, actor_of(req), req->now, err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

int incident_api_party_add(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_party_body in = {0};
    int64_t id, org;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_party_body, &in, err)) < 0 ||
        (r = incident_api_org(req, db, "org", in.org, &org, err)) < 0)
        return r;
    r = incident_add_party(db, req->arena, id, org, str_cdup(req->arena, in.part), actor_of(req),
                           req->now, err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

int incident_api_party_drop(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_parties_rows parties;
    int64_t id, org = 0;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_parties(db, req->arena, id, &parties, err)) < 0)
        return r;
    for (size_t i = 0; i < parties.len; i++)
        if (str_eq(parties.at[i].code, http_param(req, "org")))
            org = parties.at[i].org_id;
    if (org == 0)
        return err_set(err, ERR_NOT_FOUND, "\"" STR_FMT "\" has no part in this incident",
                       STR_ARG(http_param(req, "org")));
    r = incident_remove_party(db, req->arena, id, org, actor_of(req), req->now, err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

int incident_api_system_add(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_system_body in = {0};
    struct incident_system_by_code_row system;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_system_body, &in, err)) < 0 ||
        (r = incident_system_by_code(db, req->arena, actor_of(req)->id, req->now, in.system,
                                     &system, err)) < 0)
        return r;
    if (r == 0)
        return api_reject(req, "system", T(req->lang, "There is no system with this code"), err);
    r = incident_set_system(db, req->arena, id, system.id, true, actor_of(req), req->now, err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

int incident_api_system_drop(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_systems_rows systems;
    int64_t id, system = 0;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_systems(db, req->arena, id, &systems, err)) < 0)
        return r;
    for (size_t i = 0; i < systems.len; i++)
        if (str_eq(systems.at[i].code, http_param(req, "system")))
            system = systems.at[i].system_id;
    if (system == 0)
        return err_set(err, ERR_NOT_FOUND, "\"" STR_FMT "\" is not linked to this incident",
                       STR_ARG(http_param(req, "system")));
    r = incident_set_system(db, req->arena, id, system, false, actor_of(req), req->now, err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

/* ---- tasks -------------------------------------------------------------------------------------
 */

static int answer_task(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, int64_t task, struct err *err)
{
    struct incident_tasks_rows rows;
    const struct incident_tasks_row *found = NULL;
    int r = incident_tasks(db, req->arena, id, &rows, err);

    if (r < 0)
        return r;
    /* Without a number: the one that was added last. */
    for (size_t i = 0; i < rows.len; i++)
        if (task == 0 ? found == NULL || rows.at[i].id > found->id : rows.at[i].id == task)
            found = &rows.at[i];
    if (found == NULL)
        return err_set(err, ERR_NOT_FOUND, "no task %" PRId64 " in this incident", task);
    return api_send(req, res, &incident_task_resource, found, found->version);
}

int incident_api_task_add(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_task_values in = {0};
    struct incident_task_new new_;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_task_form, &in, err)) < 0)
        return r;
    new_ = (struct incident_task_new){.title = in.title, .body = in.body, .due_at = in.due_at};
    if ((r = incident_api_account(req, db, "assignee", in.assignee, &new_.assignee_id, err)) < 0)
        return r;
    r = incident_task_add(db, req->arena, id, &new_, actor_of(req), req->now, err);
    if (r < 0)
        return incident_api_person_refused(req, "assignee", r, err);
    res->status = 201;
    return answer_task(req, res, db, id, 0, err);
}

int incident_api_task_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_task_body in = {0};
    int64_t id, task;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "task", &task, err)) < 0 ||
        (r = api_read(req, &incident_task_body, &in, err)) < 0)
        return r;
    r = incident_task_set(db, req->arena, id, task, in.state, in.reason, actor_of(req), req->now,
                          err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "reason"))
        return api_reject(req, "reason",
                          T(req->lang, "Say why the step is skipped: it stays on the record"), err);
    return r < 0 ? r : answer_task(req, res, db, id, task, err);
}

int incident_api_task_give(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_give_values in = {0};
    int64_t id, task, assignee;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "task", &task, err)) < 0 ||
        (r = api_read(req, &incident_give_form, &in, err)) < 0 ||
        (r = incident_api_account(req, db, "assignee", in.assignee, &assignee, err)) < 0)
        return r;
    r = incident_task_give(db, req->arena, id, task, 0, assignee, in.due_at, actor_of(req),
                           req->now, err);
    if (r < 0)
        return incident_api_person_refused(req, "assignee", r, err);
    return answer_task(req, res, db, id, task, err);
}

/* ---- words, observables, files -----------------------------------------------------------------
 */

int incident_api_comment(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_comment_values in = {0};
    struct incident_comments_rows rows;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_comment_form, &in, err)) < 0 ||
        (r = incident_comment(db, req->arena, id, in.body, actor_of(req), req->now, err)) < 0 ||
        (r = incident_comments(db, req->arena, id, &rows, err)) < 0)
        return r;
    res->status = 201;
    return api_send(req, res, &incident_comment_resource, &rows.at[rows.len - 1], 0);
}

static int answer_events(struct http_request *req, struct http_response *res, struct db *db,
                         int64_t id, struct err *err)
{
    struct incident_events_rows rows;
    int r = incident_events(db, req->arena, id, STR_EMPTY, &rows, err);

    return r < 0 ? r : api_send_list(req, res, &incident_event_resource, &rows);
}

int incident_api_event(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_event_values in = {0};
    struct incident_event_new new_;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_event_form, &in, err)) < 0)
        return r;
    new_ = incident_event_of(&in);
    r = incident_add_event(db, req->arena, id, &new_, actor_of(req), req->now, err);
    return r < 0 ? r : answer_events(req, res, db, id, err);
}

/* "kind value" of each, as the operation takes them. */
static int chosen_of(struct http_request *req, const struct incident_observable_body *in,
                     struct form_values *out, struct err *err)
{
    struct observe_hits hits;
    enum observe_kind kind;

    observe_extract(in->value, req->arena, &hits);
    if (in->kind.len > 0 && !observe_kind_from_name(in->kind, &kind))
        return api_reject(req, "kind", T(req->lang, "There is no kind of observable of this name"),
                          err);
    out->at = arena_array(req->arena, struct str, hits.len + 1);
    for (size_t i = 0; i < hits.len; i++) {
        if (in->kind.len > 0 && hits.items[i].kind != kind)
            continue;
        out->at[out->len++] =
            str_printf(req->arena, "%s " STR_FMT, observe_kind_name(hits.items[i].kind),
                       STR_ARG(hits.items[i].value));
    }
    return out->len > 0
               ? 0
               : api_reject(req, "value", T(req->lang, "No observable was recognised here"), err);
}

int incident_api_observable_add(struct http_request *req, struct http_response *res,
                                struct err *err)
{
    struct incident_observable_body in = {0};
    struct incident_observables_rows rows;
    struct form_values chosen = {0};
    int64_t id, added;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &incident_observable_body, &in, err)) < 0 ||
        (r = chosen_of(req, &in, &chosen, err)) < 0 ||
        (r = incident_add_observables(db, req->arena, id, &chosen, in.note, actor_of(req), req->now,
                                      &added, err)) < 0 ||
        (r = incident_observables(db, req->arena, id, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &incident_observable_resource, &rows);
}

int incident_api_observable_drop(struct http_request *req, struct http_response *res,
                                 struct err *err)
{
    int64_t id, observable;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "observable", &observable, err)) < 0 ||
        (r = incident_drop_observable(db, req->arena, id, observable, actor_of(req), req->now,
                                      err)) < 0)
        return r;
    return api_send_done(res);
}

int incident_api_files(struct http_request *req, struct http_response *res, struct err *err)
{
    struct attachments files = {0};
    int64_t id, count;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_add_files(db, req, id, NULL, &count, err)) < 0)
        return r;
    if (count == 0)
        return api_reject(req, "files", T(req->lang, "Choose a file first."), err);
    if ((r = evidence_of_incident(db, req->arena, id, actor_of(req)->id, &files, err)) < 0)
        return r;
    return api_send_list(req, res, &evidence_file_resource, &files);
}
