#include "app/api/api.h"
#include "app/observable/view.h"
#include "sys/i18n/i18n.h"

#define INCIDENT(m) API_AT(struct observable_incidents_row, m)
static const struct api_field incident_fields[] = {
    {INCIDENT(code), .label = N_("Code")},
    {INCIDENT(title), .label = N_("Title")},
    {INCIDENT(state), .label = N_("State")},
    {INCIDENT(severity), .label = N_("Severity")},
    {INCIDENT(org_name), .label = N_("Owner organisation")},
    {INCIDENT(added_at), .type = API_TIME, .label = N_("Added")},
};
static const struct api_resource incident_resource =
    API_RESOURCE("ObservableIncident", struct observable_incidents_row, incident_fields,
                 N_("An incident in which it was seen"));

#define REPORT(m) API_AT(struct observable_reports_row, m)
static const struct api_field report_fields[] = {
    {REPORT(code), .label = N_("Code")},
    {REPORT(title), .label = N_("Title")},
    {REPORT(state), .label = N_("State")},
    {REPORT(received_at), .type = API_TIME, .label = N_("Received")},
};
static const struct api_resource report_resource = API_RESOURCE(
    "ObservableReport", struct observable_reports_row, report_fields, N_("A report that names it"));

#define VIEW(m) API_AT(struct observable_view, m)
static const struct api_field view_fields[] = {
    {VIEW(kind), .label = N_("Kind")},
    {VIEW(value), .label = N_("Value")},
    {VIEW(defanged), .label = N_("Harmless to click")},
    {VIEW(known), .label = N_("Seen before")},
    {VIEW(first_seen), .type = API_TIME, .label = N_("First seen"),
     .about = N_("Means nothing for one that was never seen")},
    {VIEW(last_seen), .type = API_TIME, .label = N_("Last seen")},
    {VIEW(incidents), .type = API_LIST, .label = N_("Incidents"), .of = &incident_resource},
    {VIEW(reports), .type = API_LIST, .label = N_("Reports"), .of = &report_resource},
    {VIEW(hidden), .label = N_("Out of reach"),
     .about = N_("How many further records hold it that whoever asks may not see")},
};
static const struct api_resource view_resource = API_RESOURCE(
    "Observable", struct observable_view, view_fields, N_("An observable and where it was seen"));

#define SEEN(m) API_AT(struct observable_seen, m)
static const struct api_field seen_fields[] = {
    {SEEN(kind), .label = N_("Kind")},
    {SEEN(value), .label = N_("Value")},
    {SEEN(codes), .label = N_("Seen in incidents"), .about = N_("Codes, newest first")},
    {SEEN(others), .label = N_("Other records"),
     .about = N_("How many further records hold it, in reach or not")},
};
static const struct api_resource seen_resource =
    API_RESOURCE("RecognisedObservable", struct observable_seen, seen_fields,
                 N_("An observable recognised in a text"));

struct text_body {
    struct str text;
};
static const struct form_field text_fields[] = {
    {FORM_AT(struct text_body, text), FORM_AREA, .required = true, .max = 200000,
     .label = N_("Text"), .help = N_("Log lines, mails, messages; defanged ones are read too")},
};
static const struct form text_body = {"recognise", text_fields, ARRAY_LEN(text_fields)};

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct observable_view v = {0};
    int r = observable_view_load(req, &v, err);

    return r < 0 ? r : api_send(req, res, &view_resource, &v, 0);
}

static int recognise_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct observables_seen seen = {0};
    struct text_body in = {0};
    struct observe_hits hits;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &text_body, &in, err)) < 0)
        return r;
    observe_extract(in.text, req->arena, &hits);
    r = observable_look_up(db, req->arena, &hits, actor_of(req), 0, req->now, &seen, err);
    return r < 0 ? r : api_send_list(req, res, &seen_resource, &seen);
}

#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "observables", __VA_ARGS__                                                          \
    }

const struct http_route observable_api_routes[] = {
    {HTTP_GET, "/api/v1/observables/{kind}/{value...}", "incident.read", show_get, .scope = "none",
     OP(.id = "getObservable", .summary = N_("Was it seen before, and where"),
        .answer = &view_resource)},
    {HTTP_POST, "/api/v1/observables/recognise", "incident.read", recognise_post, HTTP_BODY_RAW,
     .scope = "none",
     OP(.id = "recogniseObservables",
        .summary = N_("Recognise observables in a text, and where they were seen"),
        .body = &text_body, .answer = &seen_resource, .flags = API_IS_LIST)},
};
const size_t observable_api_routes_len = ARRAY_LEN(observable_api_routes);
