#include "app/letter/letter.h"
#include "app/report/api.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* ---- the list ----------------------------------------------------------------------------------
 */

static const char *const sorts[] = {"received", NULL};

static int give(void *sink, const struct report_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

/* The filters bear the names they have in the URL of the page. */
static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    struct str state = api_arg(req, "state");
    bool inbox = state.len == 0 || str_is(state, "inbox");
    /* The inbox is worked off from its oldest end, the rest is read from the newest. */
    bool descending = w->descending || (!inbox && http_arg(req, "sort").len == 0);

    if (inbox || str_is(state, "all"))
        state = STR_EMPTY;
    return report_walk(db, actor_of(req)->id, req->now, state, inbox, api_arg(req, "channel"),
                       str_is(http_arg(req, "who"), "me"), w->words, w->after, w->number, w->id,
                       w->limit, descending, give, sink, err);
}

static const struct api_list list = {
    .name = "reports",
    .kind = "report",
    .title = N_("Reports"),
    .item = &report_item_resource,
    .sorts = sorts,
    API_PLACE(struct report_item_row, number, place, id),
    .walk = walk,
};

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_page(req, res, &list, err);
}

static int list_export(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_export(req, res, &list, err);
}

/* ---- one report --------------------------------------------------------------------------------
 */

static void keep_confidential(struct report_record *record)
{
    struct report_get_row *r = &record->r;

    if (!record->may.may_triage)
        r->address = STR_EMPTY;
    if (record->may.may_triage || !r->confidential)
        return;
    r->reporter_name = r->reporter_org = r->reporter_phone = r->reporter_email = STR_EMPTY;
}

int report_api_answer_record(struct http_request *req, struct http_response *res, struct db *db,
                             int64_t id, struct err *err)
{
    struct arena *a = req->arena;
    struct report_record record = {0};
    int r = report_get(db, a, id, &record.r, err);

    if (r < 0 || (r = report_may(db, a, actor_of(req)->id, req->now, id, &record.may, err)) < 0 ||
        (r = report_messages(db, a, id, &record.messages, err)) < 0 ||
        (r = report_observables(db, a, id, &record.observables, err)) < 0 ||
        (r = evidence_of_report(db, a, id, &record.files, err)) < 0 ||
        (r = report_history(db, a, id, &record.history, err)) < 0)
        return r;
    keep_confidential(&record);
    return api_send(req, res, &report_resource, &record, record.r.version);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    return r < 0 ? r : report_api_answer_record(req, res, db, id, err);
}

/* ---- triage ------------------------------------------------------------------------------------
 */

/* The end of a decision: the record as it is now, or why not. */
static int decided(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                   int64_t version, int r, struct err *err)
{
    struct report_get_row now;
    struct err ignored = {0};

    if (r == ERR_CONFLICT && report_get(db, req->arena, id, &now, &ignored) == 0)
        return api_overtaken(req, db, r, "report", id, version, now.version, err);
    return r < 0 ? r : report_api_answer_record(req, res, db, id, err);
}

static int find_original(struct http_request *req, struct db *db,
                         const struct report_decision_body *in, int64_t id, int64_t *original,
                         struct err *err)
{
    int r;

    *original = 0;
    if (!str_is(in->to, "duplicate"))
        return 0;
    r = report_find(db, req->arena, in->original, actor_of(req), req->now, original, err);
    if (r == ERR_NOT_FOUND || (r == 0 && *original == id))
        return api_reject(
            req, "original",
            T(req->lang, "Give the code of the earlier report, such as TB-2026-0007."), err);
    return r;
}

static int decision_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_decision_body in = {0};
    int64_t id = 0, version, original;
    struct db *db;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = api_read(req, &report_decision_body, &in, err)) < 0 ||
        (r = find_original(req, db, &in, id, &original, err)) < 0)
        return r;
    if (str_is(in.to, "closed") && in.reason.len == 0)
        return api_reject(req, "reason", T(req->lang, "Say why: it stays on the record"), err);
    r = report_mark(db, req->arena, id, version, str_cdup(req->arena, in.to), original, in.reason,
                    actor_of(req), req->now, NULL, err);
    return decided(req, res, db, id, version, r, err);
}

static int org_of(struct http_request *req, struct db *db, struct str code, int64_t *id,
                  struct err *err)
{
    struct report_org_by_code_row row = {0};
    int r = report_org_by_code(db, req->arena, code, &row, err);

    if (r == 0)
        return api_reject(req, "org", T(req->lang, "There is no organisation with this code"), err);
    *id = row.id;
    return MIN(r, 0);
}

static int open_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_open_values in = {0};
    struct report_get_row report;
    struct incident_new new_;
    int64_t id = 0, version, org = 0;
    struct str code;
    struct db *db;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = api_read(req, &report_open_form, &in, err)) < 0 ||
        (r = org_of(req, db, in.org, &org, err)) < 0 ||
        (r = report_get(db, req->arena, id, &report, err)) < 0)
        return r;
    if ((r = report_incident_of(&report, &in, org, &new_, err)) < 0)
        return r;
    r = report_open_incident(db, req->arena, id, version, &new_, actor_of(req), req->now, &code,
                             err);
    return decided(req, res, db, id, version, r, err);
}

static int join_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_join_body in = {0};
    int64_t id = 0, version, incident;
    struct db *db;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = api_read(req, &report_join_body, &in, err)) < 0)
        return r;
    r = incident_find(db, req->arena, in.incident, actor_of(req), req->now, &incident, err);
    if (r == ERR_NOT_FOUND)
        return api_reject(
            req, "incident",
            T(req->lang, "There is no such incident. Its code looks like SC-2026-0042."), err);
    if (r == 0)
        r = report_join(db, req->arena, id, version, incident, actor_of(req), req->now, err);
    return decided(req, res, db, id, version, r, err);
}

static int question_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_answer_values in = {0};
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &report_answer_form, &in, err)) < 0)
        return r;
    r = report_ask(db, req->arena, id, in.body, actor_of(req), req->now, err);
    return decided(req, res, db, id, 0, r, err);
}

static int owner_put(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_owner_body in = {0};
    int64_t id = 0, org = 0;
    struct db *db;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &report_owner_body, &in, err)) < 0 ||
        (r = org_of(req, db, in.org, &org, err)) < 0)
        return r;
    r = report_assign_owner(db, req->arena, id, org, actor_of(req), req->now, err);
    return decided(req, res, db, id, 0, r, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param filters[] = {
    {"state",
     N_("new, asking, incident, duplicate, spam, closed; inbox (unless asked: new and "
        "asking) or all"),
     NULL, false},
    {"channel", N_("public, officer, mail or api"), NULL, false},
    {"who", N_("me: those that I sent"), NULL, false},
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define TAG    .tag = "reports"
#define BASE   "/api/v1/reports"
#define ONE    BASE "/{code}"
#define PUBLIC "/api/v1/public/reports"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define TRIAGE(method, pattern, handler, ...)                                                      \
    {                                                                                              \
        method, pattern, "report.triage", handler, HTTP_BODY_RAW,                                  \
            .scope = "report", OP(TAG, .answer = &report_resource, __VA_ARGS__)                    \
    }

const struct http_route report_api_routes[] = {
    /* No token: these act with nobody's authority, look at no cookie, and take only
     * application/json, which a page of another site cannot send here. */
    {HTTP_POST, PUBLIC, "public", report_api_public, HTTP_BODY_RAW, .no_csrf = true,
     .scope = "none",
     OP(TAG, .id = "sendReport", .summary = N_("Report an incident, without an account"),
        .body = &report_public_form, .answer = &report_sent_resource, .status = 201,
        .flags = API_ONCE)},
    {HTTP_GET, PUBLIC "/{secret}", "public", report_api_follow, .scope = "none",
     OP(TAG, .id = "followReport", .summary = N_("Follow a report by its secret"),
        .answer = &report_followed_resource)},
    {HTTP_POST, PUBLIC "/{secret}/messages", "public", report_api_answer, HTTP_BODY_RAW,
     .no_csrf = true, .scope = "none",
     OP(TAG, .id = "answerReport", .summary = N_("Answer or add to a report by its secret"),
        .body = &report_answer_form, .answer = &report_followed_resource)},
    {HTTP_GET, BASE, "report.read", list_get, .scope = "none",
     OP(TAG, .id = "listReports", .summary = N_("List of reports"), .answer = &report_item_resource,
        .flags = API_IS_LIST | API_PAGED, .params = filters, .sorts = sorts)},
    {HTTP_POST, BASE, "report.create", report_api_officer, HTTP_BODY_RAW, .scope = "none",
     OP(TAG, .id = "sendOfficerReport", .summary = N_("Report an incident as an officer"),
        .about = N_("The system is named by its code."), .body = &report_officer_form,
        .answer = &report_sent_resource, .status = 201, .flags = API_ONCE)},
    {HTTP_GET, ONE, "report.read", show_get, .scope = "report",
     OP(TAG, .id = "getReport", .summary = N_("One report"), .answer = &report_resource)},
    TRIAGE(HTTP_POST, ONE "/decision", decision_post, .id = "decideReport",
           .summary = N_("Mark as spam, duplicate or closed, or put back into the inbox"),
           .body = &report_decision_body, .flags = API_VERSIONED),
    TRIAGE(HTTP_POST, ONE "/incident", open_post, .id = "openIncidentFromReport",
           .summary = N_("Open an incident from a report"), .body = &report_open_form,
           .about = N_("The organisation is named by its code."), .flags = API_VERSIONED),
    TRIAGE(HTTP_POST, ONE "/join", join_post, .id = "joinReport",
           .summary = N_("Make a report part of an incident"), .body = &report_join_body,
           .flags = API_VERSIONED),
    TRIAGE(HTTP_POST, ONE "/questions", question_post, .id = "askReporter",
           .summary = N_("Ask the reporter"), .body = &report_answer_form),
    TRIAGE(HTTP_PUT, ONE "/owner", owner_put, .id = "setReportOwner",
           .summary = N_("Correct whom a report concerns"), .body = &report_owner_body),
    {HTTP_POST, BASE "/bulk", "report.triage", report_api_bulk, HTTP_BODY_RAW, .scope = "none",
     OP(TAG, .id = "decideReports", .summary = N_("Decide on many reports at once"),
        .about = N_("Each one that may be changed so is, in one transaction; the others are left "
                    "alone and named."),
        .body = &report_bulk_body, .answer = &undo_bulk_resource)},
    {HTTP_POST, BASE "/undo", "report.triage", report_api_undo, HTTP_BODY_RAW, .scope = "none",
     OP(TAG, .id = "undoReportDecisions", .summary = N_("Take decisions on many reports back"),
        .about = N_("All of it or, when somebody changed one of them since, nothing (409)."),
        .body = &undo_api_form, .answer = &undo_undone_resource)},
    {HTTP_GET, ONE "/mail", "report.triage", report_api_mail_list, .scope = "report",
     OP(TAG, .id = "listReportMail", .summary = N_("Mail with the reporter"),
        .answer = &letter_resource, .flags = API_IS_LIST)},
    {HTTP_POST, ONE "/mail", "report.triage", report_api_mail, HTTP_BODY_RAW, .scope = "report",
     OP(TAG, .id = "sendReportMail", .summary = N_("Write to the reporter by mail"),
        .body = &letter_api_form, .answer = &letter_resource, .status = 201, .flags = API_ONCE)},
    API_EXPORTS("/reports", "report.read", list_export, "none"),
};
const size_t report_api_routes_len = ARRAY_LEN(report_api_routes);
