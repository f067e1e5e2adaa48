#include "app/incident/api.h"
#include "app/incident/lists.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* ---- the list ----------------------------------------------------------------------------------
 */

static const char *const sorts[] = {"-updated", "opened", "severity", "due", "code", NULL};

static int give(void *sink, const struct incident_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

/* The filters bear the names they have in the URL of the page. */
static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct str state = api_arg(req, "state"), kind = api_arg(req, "kind");
    struct incident_list_orgs_rows orgs = {0};
    struct str org_code = api_arg(req, "org");
    struct opt_int severity = api_arg_int(req, "severity"), org = NO_INT;
    struct opt_int lead = incident_filter_lead(req);
    bool later = str_is(state, "later");
    bool open_only = state.len == 0 || str_is(state, "open") || later;
    bool late = str_is(http_arg(req, "late"), "1");
    /* What is to be followed up later is out of sight, unless it is asked for or late. */
    int64_t follow = later ? 2 : open_only && !late ? 1 : 0;
    int r;

    if (org_code.len > 0 &&
        (r = incident_list_orgs(db, req->arena, actor->id, req->now, org_code, &orgs, err)) < 0)
        return r;
    if (org_code.len > 0)
        org = opt_int(orgs.len > 0 ? orgs.at[0].id : 0);
    if (open_only || str_is(state, "all"))
        state = STR_EMPTY;
    if (str_is(w->sort, "updated") && w->descending)
        return incident_walk_recent(db, actor->id, req->now, state, open_only, kind, severity, org,
                                    lead, late, w->words, w->after, w->number, w->id, w->limit,
                                    follow, give, sink, err);
    return incident_walk_sorted(db, actor->id, req->now, state, open_only, kind, severity, org,
                                lead, late, w->words, w->after, w->number, w->id, w->limit, w->sort,
                                w->descending, follow, give, sink, err);
}

const struct api_list incident_list_api = {
    .name = "incidents",
    .kind = "incident",
    .title = N_("Incidents"),
    .item = &incident_item_resource,
    .sorts = sorts,
    API_PLACE(struct incident_item_row, number, place, id),
    .walk = walk,
};

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_page(req, res, &incident_list_api, err);
}

static int list_export(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_export(req, res, &incident_list_api, err);
}

/* ---- one incident ------------------------------------------------------------------------------
 */

int incident_api_load(struct http_request *req, struct db *db, int64_t id,
                      struct incident_record *out, struct err *err)
{
    struct arena *a = req->arena;
    int r = incident_get(db, a, id, &out->i, err);

    if (r < 0 || (r = incident_may(db, a, actor_of(req)->id, req->now, id, &out->may, err)) < 0 ||
        (r = incident_counts(db, a, id, &out->n, err)) < 0 ||
        (r = incident_parties(db, a, id, &out->parties, err)) < 0 ||
        (r = incident_systems(db, a, id, &out->systems, err)) < 0 ||
        (r = incident_members(db, a, id, &out->members, err)) < 0)
        return r;
    if ((r = incident_reports(db, a, id, &out->reports, err)) < 0 ||
        (r = case_get(db, a, actor_of(req)->id, req->now, id, &out->whole, err)) < 0 ||
        (r = case_merges(db, a, id, &out->merges, err)) < 0)
        return r;
    if (!out->whole.merged_seen)
        out->whole.merged_code = STR_EMPTY;
    return 0;
}

int incident_api_answer(struct http_request *req, struct http_response *res, struct db *db,
                        int64_t id, struct err *err)
{
    struct incident_record record;
    int r = incident_api_load(req, db, id, &record, err);

    return r < 0 ? r : api_send(req, res, &incident_resource, &record, record.i.version);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

/* ---- its parts ---------------------------------------------------------------------------------
 */

/* The statements of parts differ only in their rows. */
#define PART(name, rows_type, resource, call)                                                      \
    static int name(struct http_request *req, struct http_response *res, struct err *err)          \
    {                                                                                              \
        struct rows_type rows = {0};                                                               \
        struct db *db;                                                                             \
        int64_t id;                                                                                \
        int r = incident_web_find(req, &db, &id, err);                                             \
        if (r < 0 || (r = call) < 0)                                                               \
            return r;                                                                              \
        return api_send_list(req, res, &resource, &rows);                                          \
    }
PART(tasks_get, incident_tasks_rows, incident_task_resource,
     incident_tasks(db, req->arena, id, &rows, err))
PART(comments_get, incident_comments_rows, incident_comment_resource,
     incident_comments(db, req->arena, id, &rows, err))
PART(events_get, incident_events_rows, incident_event_resource,
     incident_events(db, req->arena, id, api_arg(req, "kind"), &rows, err))
PART(observables_get, incident_observables_rows, incident_observable_resource,
     incident_observables(db, req->arena, id, &rows, err))
PART(history_get, incident_history_rows, incident_history_resource,
     incident_history(db, req->arena, id, &rows, err))
PART(related_get, case_related_rows, incident_related_resource,
     case_related(db, req->arena, actor_of(req)->id, req->now, id, &rows, err))
PART(files_get, attachments, evidence_file_resource,
     evidence_of_incident(db, req->arena, id, actor_of(req)->id, &rows, err))

API_ONCE_HANDLER(comment_post, incident_api_comment)
API_ONCE_HANDLER(event_post, incident_api_event)
API_ONCE_HANDLER(task_post, incident_api_task_add)

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param filters[] = {
    {"state",
     N_("received, verifying, responding, recovering, closed; open (unless asked), later (to be "
        "followed up) or all"),
     NULL, false},
    {"kind", NULL, incident_kind_choices, false},
    {"severity", NULL, incident_severity_choices, true},
    {"org",
     N_("Code of an organisation: those it has a part in, and those of organisations below it"),
     NULL, false},
    {"who", N_("me: those that I lead; nobody: those without a lead"), NULL, false},
    {"late", N_("1: those with a step overdue"), NULL, false},
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};
static const struct api_param event_filters[] = {
    {"kind", N_("Only events of this kind"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/incidents"
#define ONE  BASE "/{code}"

#define FILES(...)                                                                                 \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "files", __VA_ARGS__                                                                \
    }
#define WRITE(method, pattern, handler, ...)                                                       \
    INCIDENT_CHANGE(method, pattern, "incident.write", handler, __VA_ARGS__)
#define MANAGE(method, pattern, handler, ...)                                                      \
    INCIDENT_CHANGE(method, pattern, "incident.manage", handler, __VA_ARGS__)

const struct http_route incident_api_routes[] = {
    {HTTP_GET, BASE, "incident.read", list_get, .scope = "none",
     INCIDENT_OP(.id = "listIncidents", .summary = N_("List of incidents"),
                 .answer = &incident_item_resource, .flags = API_IS_LIST | API_PAGED,
                 .params = filters, .sorts = sorts)},
    {HTTP_POST, BASE, "incident.manage", incident_api_create, HTTP_BODY_RAW, .scope = "none",
     INCIDENT_OP(.id = "openIncident", .summary = N_("Open an incident"),
                 .body = &incident_facts_form,
                 .about =
                     N_("The organisation is named by its code. Steps come from the playbook."),
                 .answer = &incident_resource, .status = 201, .flags = API_ONCE)},
    INCIDENT_READ(ONE, show_get, .id = "getIncident", .summary = N_("One incident"),
                  .answer = &incident_resource),
    WRITE(HTTP_PATCH, ONE, incident_api_edit, .id = "changeIncident",
          .summary = N_("Change facts of an incident"), .body = &incident_facts_form,
          .about = N_("Only the members that are sent are changed; null empties one."),
          .answer = &incident_resource, .flags = API_VERSIONED | API_PARTIAL),
    WRITE(HTTP_POST, ONE "/state", incident_api_state, .id = "moveIncident",
          .summary = N_("Move an incident to its next state"),
          .about = N_("Forwards; backwards only by reopening a closed one into responding. Closing "
                      "and reopening ask for incident.manage and a reason."),
          .body = &incident_state_body, .answer = &incident_resource, .flags = API_VERSIONED),
    MANAGE(HTTP_PUT, ONE "/lead", incident_api_lead, .id = "setIncidentLead",
           .summary = N_("Name the lead of an incident"), .body = &incident_lead_body,
           .answer = &incident_resource),
    MANAGE(HTTP_POST, ONE "/parties", incident_api_party_add, .id = "addIncidentParty",
           .summary = N_("Bring an organisation into an incident"), .body = &incident_party_body,
           .answer = &incident_resource),
    MANAGE(HTTP_DELETE, ONE "/parties/{org}", incident_api_party_drop, .id = "removeIncidentParty",
           .summary = N_("Take an organisation out of an incident"), .answer = &incident_resource),
    MANAGE(HTTP_POST, ONE "/members", incident_api_member_add, .id = "addIncidentMember",
           .summary = N_("Bring a person into an incident"), .body = &incident_lead_body,
           .answer = &incident_resource),
    MANAGE(HTTP_DELETE, ONE "/members/{login}", incident_api_member_drop,
           .id = "removeIncidentMember", .summary = N_("Take a person out of an incident"),
           .answer = &incident_resource),
    WRITE(HTTP_POST, ONE "/systems", incident_api_system_add, .id = "addIncidentSystem",
          .summary = N_("Link a system to an incident"), .body = &incident_system_body,
          .answer = &incident_resource),
    WRITE(HTTP_DELETE, ONE "/systems/{system}", incident_api_system_drop,
          .id = "removeIncidentSystem", .summary = N_("Take a system off an incident"),
          .answer = &incident_resource),
    INCIDENT_READ(ONE "/tasks", tasks_get, .id = "listIncidentTasks",
                  .summary = N_("Steps and tasks"), .answer = &incident_task_resource,
                  .flags = API_IS_LIST),
    WRITE(HTTP_POST, ONE "/tasks", task_post, .id = "addIncidentTask", .summary = N_("Add a task"),
          .about = N_("The assignee is named by the login."), .body = &incident_task_form,
          .answer = &incident_task_resource, .status = 201, .flags = API_ONCE),
    WRITE(HTTP_PATCH, ONE "/tasks/{task}", incident_api_task_state, .id = "setIncidentTaskState",
          .summary = N_("Begin, finish, skip or reopen a task"), .body = &incident_task_body,
          .answer = &incident_task_resource),
    WRITE(HTTP_PUT, ONE "/tasks/{task}/assignee", incident_api_task_give,
          .id = "assignIncidentTask", .summary = N_("Assign a task"),
          .about = N_("The assignee is named by the login; without one, nobody."),
          .body = &incident_give_form, .answer = &incident_task_resource),
    INCIDENT_READ(ONE "/comments", comments_get, .id = "listIncidentComments",
                  .summary = N_("Comments"), .answer = &incident_comment_resource,
                  .flags = API_IS_LIST),
    WRITE(HTTP_POST, ONE "/comments", comment_post, .id = "addIncidentComment",
          .summary = N_("Write a comment"), .body = &incident_comment_form,
          .answer = &incident_comment_resource, .status = 201, .flags = API_ONCE),
    INCIDENT_READ(ONE "/timeline", events_get, .id = "listIncidentEvents",
                  .summary = N_("Timeline"), .answer = &incident_event_resource,
                  .flags = API_IS_LIST, .params = event_filters),
    WRITE(HTTP_POST, ONE "/timeline", event_post, .id = "addIncidentEvent",
          .summary = N_("Write on the timeline"), .body = &incident_event_form,
          .answer = &incident_event_resource, .flags = API_IS_LIST | API_ONCE),
    INCIDENT_READ(ONE "/observables", observables_get, .id = "listIncidentObservables",
                  .summary = N_("Observables of an incident"),
                  .answer = &incident_observable_resource, .flags = API_IS_LIST),
    WRITE(HTTP_POST, ONE "/observables", incident_api_observable_add, .id = "addIncidentObservable",
          .summary = N_("Add observables to an incident"), .body = &incident_observable_body,
          .answer = &incident_observable_resource, .flags = API_IS_LIST),
    WRITE(HTTP_DELETE, ONE "/observables/{observable}", incident_api_observable_drop,
          .id = "removeIncidentObservable", .summary = N_("Take an observable off an incident")),
    {HTTP_GET, ONE "/files", "incident.read", files_get, .scope = "incident",
     FILES(.id = "listIncidentFiles", .summary = N_("Files of an incident"),
           .answer = &evidence_file_resource, .flags = API_IS_LIST)},
    {HTTP_POST, ONE "/files", "incident.write", incident_api_files, HTTP_BODY_FILES,
     EVIDENCE_UPLOAD_MAX, .scope = "incident",
     FILES(.id = "addIncidentFiles", .summary = N_("Add files to an incident"),
           .answer = &evidence_file_resource, .flags = API_IS_LIST)},
    {HTTP_GET, ONE "/custody", "incident.read", incident_api_custody, .scope = "incident",
     FILES(.id = "listIncidentCustody", .summary = N_("Chain of custody of an incident"),
           .about = N_("Of every file, removed ones too; each access is one entry."),
           .answer = &incident_custody_resource, .flags = API_IS_LIST)},
    INCIDENT_READ(ONE "/history", history_get, .id = "getIncidentHistory",
                  .summary = N_("Who changed an incident"), .answer = &incident_history_resource,
                  .flags = API_IS_LIST),
    INCIDENT_READ(ONE "/related", related_get, .id = "listRelatedIncidents",
                  .summary = N_("Incidents with the same observables or systems"),
                  .answer = &incident_related_resource, .flags = API_IS_LIST),
    {HTTP_GET, BASE "/board", "incident.read", incident_api_board, .scope = "none",
     INCIDENT_OP(.id = "getBoard", .summary = N_("Board of incidents"),
                 .about = N_("A column for each state, with the first cards of it; the whole of a "
                             "state is in the list."),
                 .answer = &incident_column_resource, .flags = API_IS_LIST, .params = &filters[1])},
    {HTTP_POST, BASE "/board", "incident.write", incident_api_card, HTTP_BODY_RAW, .scope = "none",
     INCIDENT_OP(.id = "moveCard", .summary = N_("Move a card of the board"),
                 .about = N_("As moving the incident to its next state, but it can be undone."),
                 .body = &incident_card_body, .answer = &undo_bulk_resource)},
    API_EXPORTS("/incidents", "incident.read", list_export, "none"),
};
const size_t incident_api_routes_len = ARRAY_LEN(incident_api_routes);
