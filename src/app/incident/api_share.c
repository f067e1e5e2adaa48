#include "app/incident/api.h"
#include "app/incident/share_view.h"
#include "sys/i18n/i18n.h"

/* Sharing over the API: for those who manage an incident, and for the partners it is shared with.
 */

/* ---- tables ------------------------------------------------------------------------------------
 */

#define SHARE(m) API_AT(struct share_rows_row, m)
static const struct api_field share_fields[] = {
    {SHARE(id), .label = N_("Number")},
    {API_AT_AS(struct share_rows_row, org_code, "org"), .label = N_("Code of the organisation")},
    {SHARE(org_name), .label = N_("Organisation")},
    {SHARE(may), .label = N_("What it may do"), .about = N_("read, or work: read and add to it")},
    {SHARE(scope), .label = N_("What it sees"),
     .about = N_("all: the whole incident; marked: only what is marked for partners")},
    {SHARE(reason), .label = N_("Why it needs to know")},
    {SHARE(shared_at), .type = API_TIME, .label = N_("Shared at")},
    {SHARE(shared_name), .label = N_("Shared by")},
    {SHARE(ends_at), .type = API_TIME, .label = N_("Until")},
    {SHARE(revoked_at), .type = API_TIME, .label = N_("Revoked")},
    {SHARE(revoked_name), .label = N_("Revoked by")},
    {SHARE(in_force), .label = N_("In force")},
};
static const struct api_resource share_resource =
    API_RESOURCE("IncidentShare", struct share_rows_row, share_fields,
                 N_("That an organisation sees an incident, or a part of it"));

#define MARK(m) API_AT(struct share_items_row, m)
static const struct api_field mark_fields[] = {
    {MARK(kind), .label = N_("Kind"), .about = N_("task, comment, event, observable or file")},
    {MARK(id), .label = N_("Number")},
    {MARK(at), .type = API_TIME, .label = N_("When")},
    {MARK(label), .label = N_("What it is")},
    {MARK(shared), .label = N_("Marked"), .about = N_("Partners see it")},
};
static const struct api_resource mark_resource =
    API_RESOURCE("IncidentMark", struct share_items_row, mark_fields,
                 N_("A part of an incident that may be marked for partners"));

#define SEEN(m) API_AT(struct joint_list_row, m)
static const struct api_field seen_fields[] = {
    {SEEN(code), .label = N_("Code")},
    {SEEN(title), .label = N_("Title")},
    {SEEN(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {SEEN(state), .label = N_("State"), .choices = incident_state_choices},
    {SEEN(tlp), .label = N_("TLP"), .choices = web_tlp_choices},
    {SEEN(org_name), .label = N_("Owner organisation")},
    {SEEN(updated_at), .type = API_TIME, .label = N_("Changed")},
    {SEEN(ends_at), .type = API_TIME, .label = N_("Until")},
};
static const struct api_resource seen_resource =
    API_RESOURCE("JointIncidentItem", struct joint_list_row, seen_fields,
                 N_("An incident that is shared with us in part"));

#define TASK(m) API_AT(struct joint_tasks_row, m)
static const struct api_field task_fields[] = {
    {TASK(id), .label = N_("Number")},
    {TASK(title), .label = N_("Task")},
    {TASK(body), .label = N_("What has to be done")},
    {TASK(assignee_name), .null = true, .label = N_("Assigned to")},
    {TASK(due_at), .type = API_TIME, .label = N_("Due")},
    {TASK(state), .label = N_("State")},
    {TASK(done_at), .type = API_TIME, .label = N_("Done")},
};
static const struct api_resource task_resource =
    API_RESOURCE("JointTask", struct joint_tasks_row, task_fields, N_("A step that partners see"));

#define COMMENT(m) API_AT(struct joint_comments_row, m)
static const struct api_field comment_fields[] = {
    {COMMENT(id), .label = N_("Number")},
    {COMMENT(author_name), .label = N_("Author")},
    {COMMENT(at), .type = API_TIME, .label = N_("When")},
    {COMMENT(body), .label = N_("Comment")},
};
static const struct api_resource comment_resource = API_RESOURCE(
    "JointComment", struct joint_comments_row, comment_fields, N_("A comment that partners see"));

#define EVENT(m) API_AT(struct joint_events_row, m)
static const struct api_field event_fields[] = {
    {EVENT(id), .label = N_("Number")},          {EVENT(at), .type = API_TIME, .label = N_("When")},
    {EVENT(kind), .label = N_("Kind")},          {EVENT(actor_name), .label = N_("Who")},
    {EVENT(text), .label = N_("What happened")},
};
static const struct api_resource event_resource =
    API_RESOURCE("JointEvent", struct joint_events_row, event_fields,
                 N_("A line of the timeline that partners see"));

#define OBSERVABLE(m) API_AT(struct joint_observables_of_row, m)
static const struct api_field observable_fields[] = {
    {OBSERVABLE(kind), .label = N_("Kind")},
    {OBSERVABLE(value), .label = N_("Value")},
    {OBSERVABLE(added_at), .type = API_TIME, .label = N_("Added")},
};
static const struct api_resource observable_resource =
    API_RESOURCE("JointObservable", struct joint_observables_of_row, observable_fields,
                 N_("An observable that partners see"));

#define JOINT(m) API_AT_AS(struct joint_record, i.m, #m)
#define PARTS(m) API_AT(struct joint_record, m), .type = API_LIST
static const struct api_field joint_fields[] = {
    {JOINT(code), .label = N_("Code")},
    {JOINT(title), .label = N_("Title")},
    {JOINT(kind), .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {JOINT(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {JOINT(serious), .label = N_("Serious incident")},
    {JOINT(tlp), .label = N_("TLP"), .choices = web_tlp_choices},
    {JOINT(state), .label = N_("State"), .choices = incident_state_choices},
    {JOINT(org_name), .label = N_("Owner organisation")},
    {JOINT(org_phone), .label = N_("Phone")},
    {JOINT(org_email), .label = N_("E-mail")},
    {JOINT(lead_name), .null = true, .label = N_("Lead")},
    {JOINT(occurred_at), .type = API_TIME, .label = N_("Occurred")},
    {JOINT(detected_at), .type = API_TIME, .label = N_("Detected")},
    {JOINT(contained_at), .type = API_TIME, .label = N_("Contained")},
    {JOINT(closed_at), .type = API_TIME, .label = N_("Closed")},
    {JOINT(opened_at), .type = API_TIME, .label = N_("Opened")},
    {JOINT(updated_at), .type = API_TIME, .label = N_("Changed")},
    {JOINT(ends_at), .type = API_TIME, .label = N_("Until")},
    {JOINT(may_add), .label = N_("We may add to it")},
    {PARTS(tasks), .label = N_("Steps"), .of = &task_resource},
    {PARTS(comments), .label = N_("Comments"), .of = &comment_resource},
    {PARTS(timeline), .label = N_("Timeline"), .of = &event_resource},
    {PARTS(observables), .label = N_("Observables"), .of = &observable_resource},
    {PARTS(files), .label = N_("Files"), .of = &evidence_file_resource},
};
static const struct api_resource joint_resource = API_RESOURCE(
    "JointIncident", struct joint_record, joint_fields, N_("What partners see of an incident"));

struct marks_body {
    struct form_values on, off;
};
static const struct form_field marks_fields[] = {
    {FORM_AT(struct marks_body, on), FORM_CHOICES, .label = N_("To be marked"),
     .help = N_("Kind and number, such as \"comment 12\"")},
    {FORM_AT(struct marks_body, off), FORM_CHOICES, .label = N_("To be marked no longer")},
};
static const struct form marks_body = {"marks", marks_fields, ARRAY_LEN(marks_fields)};

struct event_body {
    struct opt_int at;
    struct str text;
};
static const struct form_field event_body_fields[] = {
    {FORM_AT(struct event_body, at), FORM_TIME, .required = true, .label = N_("When"),
     .past = true},
    {FORM_AT(struct event_body, text), FORM_TEXT, .required = true, .max = 1000,
     .label = N_("What happened")},
};
static const struct form event_body = {"joint-event", event_body_fields,
                                       ARRAY_LEN(event_body_fields)};

struct text_body {
    struct str text;
};
static const struct form_field text_fields[] = {
    {FORM_AT(struct text_body, text), FORM_AREA, .required = true, .label = N_("Text"),
     .help = N_("Defanged ones are taken too: hxxps://login[.]example[.]vn")},
};
static const struct form text_body = {"joint-observables", text_fields, ARRAY_LEN(text_fields)};

/* ---- for those who manage it -------------------------------------------------------------------
 */

static int shares(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct err *err)
{
    struct share_rows_rows rows;
    int r = share_rows(db, req->arena, id, req->now, &rows, err);

    return r < 0 ? r : api_send_list(req, res, &share_resource, &rows);
}

static int shares_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : shares(req, res, db, id, err);
}

static int share_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct share_new in = {0};
    int64_t id, org;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &share_form, &in, err)) < 0 ||
        (r = incident_api_org(req, db, "org", in.org, &org, err)) < 0)
        return r;
    in.org = str_printf(req->arena, "%" PRId64, org);
    r = share_add(db, req->arena, id, &in, actor_of(req), req->now, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "scope"))
        return api_reject(req, "scope", T(req->lang, "Police and military see only what is marked"),
                          err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "ends_at"))
        return api_reject(req, "ends_at", T(req->lang, "Choose a time to come"), err);
    return r < 0 ? r : shares(req, res, db, id, err);
}

static int share_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t id, share;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "share", &share, err)) < 0)
        return r;
    r = share_revoke(db, req->arena, id, share, str_sub(http_arg(req, "reason"), 0, 600),
                     actor_of(req), req->now, err);
    return r < 0 ? r : shares(req, res, db, id, err);
}

static int marks(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                 struct err *err)
{
    struct share_items_rows rows;
    int r = share_items(db, req->arena, actor_of(req)->id, id, &rows, err);

    return r < 0 ? r : api_send_list(req, res, &mark_resource, &rows);
}

static int marks_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : marks(req, res, db, id, err);
}

static int marks_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct marks_body in = {0};
    struct form_values shown;
    int64_t id, changed;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &marks_body, &in, err)) < 0)
        return r;
    shown.len = in.on.len + in.off.len;
    shown.at = arena_array(req->arena, struct str, shown.len + 1);
    for (size_t i = 0; i < shown.len; i++)
        shown.at[i] = i < in.on.len ? in.on.at[i] : in.off.at[i - in.on.len];
    r = share_set_marks(db, req->arena, id, &shown, &in.on, actor_of(req), req->now, &changed, err);
    return r < 0 ? r : marks(req, res, db, id, err);
}

/* ---- for partners ------------------------------------------------------------------------------
 */

static int seen_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_list_rows rows;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = joint_list(db, req->arena, actor_of(req)->id, req->now, 500, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &seen_resource, &rows);
}

static int walk_seen(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                     void *sink, struct err *err)
{
    struct joint_list_rows rows;
    int r = joint_list(db, req->arena, actor_of(req)->id, req->now, INT64_MAX, &rows, err);

    return r < 0 ? r : api_take_all(sink, &rows, err);
}

static const char *const seen_sorts[] = {"-updated_at", NULL};
static const struct api_list seen_list = {
    .name = "shared-incidents",
    .kind = "incident",
    .title = N_("Shared with us"),
    .item = &seen_resource,
    .sorts = seen_sorts,
    .walk = walk_seen,
};

API_EXPORT_HANDLER(seen_export, seen_list)

static int joint_answer(struct http_request *req, struct http_response *res, struct db *db,
                        struct joint_record *v, struct err *err)
{
    int r = joint_load(db, req->arena, v, err);

    return r < 0 ? r : api_send(req, res, &joint_resource, v, 0);
}

static int joint_get_(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_record v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v, err);

    return r < 0 ? r : joint_answer(req, res, db, &v, err);
}

static int comment(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_comment_values in = {0};
    struct joint_record v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v, err);

    if (r < 0 || (r = api_read(req, &incident_comment_form, &in, err)) < 0 ||
        (r = joint_comment(db, req->arena, v.i.id, in.body, actor_of(req), req->now, err)) < 0)
        return r;
    return joint_answer(req, res, db, &v, err);
}
API_ONCE_HANDLER(comment_post, comment)

static int event(struct http_request *req, struct http_response *res, struct err *err)
{
    struct event_body in = {0};
    struct joint_record v = {0};
    struct db *db;
    int r = joint_find(req, &db, &v, err);

    if (r < 0 || (r = api_read(req, &event_body, &in, err)) < 0 ||
        (r = joint_event(db, req->arena, v.i.id, in.at.v, in.text, actor_of(req), req->now, err)) <
            0)
        return r;
    return joint_answer(req, res, db, &v, err);
}
API_ONCE_HANDLER(event_post, event)

static int observables_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_record v = {0};
    struct text_body in = {0};
    struct db *db;
    int64_t added;
    int r = joint_find(req, &db, &v, err);

    if (r < 0 || (r = api_read(req, &text_body, &in, err)) < 0 ||
        (r = joint_observables(db, req->arena, v.i.id, in.text, actor_of(req), req->now, &added,
                               err)) < 0)
        return r;
    return joint_answer(req, res, db, &v, err);
}

static int task_done_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct joint_record v = {0};
    struct db *db;
    int64_t task;
    int r = joint_find(req, &db, &v, err);

    if (r < 0 || (r = api_part_int(req, "task", &task, err)) < 0 ||
        (r = joint_task_done(db, req->arena, v.i.id, task, actor_of(req), req->now, err)) < 0)
        return r;
    return joint_answer(req, res, db, &v, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param revoke_params[] = {
    {"reason", N_("Why it is revoked: it stays on the record"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE       "/api/v1/incidents"
#define ONE        BASE "/{code}"
#define JOINT_PATH ONE "/joint"
#define ADD(pattern, handler, ...)                                                                 \
    INCIDENT_CHANGE(HTTP_POST, pattern, "incident.write", handler, .answer = &joint_resource,      \
                    __VA_ARGS__)

const struct http_route incident_share_api_routes[] = {
    {HTTP_GET, ONE "/shares", "incident.manage", shares_get, .scope = "incident",
     INCIDENT_OP(.id = "listIncidentShares", .summary = N_("With whom an incident is shared"),
                 .answer = &share_resource, .flags = API_IS_LIST)},
    INCIDENT_CHANGE(HTTP_POST, ONE "/shares", "incident.manage", share_post, .id = "shareIncident",
                    .summary = N_("Share an incident with an organisation"),
                    .about = N_("Takes the place of what was shared with it before. TLP:RED is for "
                                "named people (409): add them as members."),
                    .body = &share_form, .answer = &share_resource, .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_DELETE, ONE "/shares/{share}", "incident.manage", share_delete,
                    .id = "unshareIncident", .summary = N_("Revoke a share"),
                    .answer = &share_resource, .flags = API_IS_LIST, .params = revoke_params),
    {HTTP_GET, ONE "/marks", "incident.manage", marks_get, .scope = "incident",
     INCIDENT_OP(.id = "listIncidentMarks", .summary = N_("What is marked for partners"),
                 .answer = &mark_resource, .flags = API_IS_LIST)},
    INCIDENT_CHANGE(HTTP_POST, ONE "/marks", "incident.manage", marks_post, .id = "markIncident",
                    .summary = N_("Mark for partners, or no longer"), .body = &marks_body,
                    .answer = &mark_resource, .flags = API_IS_LIST),
    {HTTP_GET, BASE "/shared", "incident.read", seen_get, .scope = "none",
     INCIDENT_OP(.id = "listSharedIncidents", .summary = N_("Incidents shared with us in part"),
                 .answer = &seen_resource, .flags = API_IS_LIST)},
    INCIDENT_READ(JOINT_PATH, joint_get_, .id = "getJointIncident",
                  .summary = N_("What partners see of an incident"), .answer = &joint_resource),
    ADD(JOINT_PATH "/comments", comment_post, .id = "addJointComment",
        .summary = N_("Write a comment as a partner"), .body = &incident_comment_form,
        .flags = API_ONCE),
    ADD(JOINT_PATH "/timeline", event_post, .id = "addJointEvent",
        .summary = N_("Write on the timeline as a partner"), .body = &event_body,
        .flags = API_ONCE),
    ADD(JOINT_PATH "/observables", observables_post, .id = "addJointObservables",
        .summary = N_("Add observables as a partner"), .body = &text_body),
    ADD(JOINT_PATH "/tasks/{task}/done", task_done_post, .id = "finishJointTask",
        .summary = N_("Finish a step as a partner")),
    API_EXPORTS("/incidents/shared", "incident.read", seen_export, "none"),
};
const size_t incident_share_api_routes_len = ARRAY_LEN(incident_share_api_routes);
