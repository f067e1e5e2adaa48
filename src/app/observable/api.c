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

/* ---- the list ----------------------------------------------------------------------------------
 */

struct item {
    struct observable_item_row row;
    struct str defanged;
};

#define ITEM(m) API_AT_AS(struct item, row.m, #m)
static const struct api_field item_fields[] = {
    {ITEM(kind), .label = N_("Kind"), .choices = observable_kinds},
    {ITEM(value), .label = N_("Value"), .wide = true,
     .about = N_("In files harmless to click, unless plain=1 is asked for by somebody who works on "
                 "incidents; what stands only in incidents TLP:RED always is")},
    {API_AT(struct item, defanged), .label = N_("Harmless to click"), .aside = true},
    {ITEM(incidents), .label = N_("Incidents"), .about = N_("Those that whoever asks may see")},
    {ITEM(first_seen), .type = API_TIME, .label = N_("First seen")},
    {ITEM(last_seen), .type = API_TIME, .label = N_("Last seen")},
    {ITEM(red_only), .label = N_("Only in TLP:RED"), .aside = true,
     .about = N_("All these incidents are TLP:RED")},
};
static const struct api_resource item_resource = API_RESOURCE(
    "ObservableItem", struct item, item_fields, N_("An observable as a row of the list"));

struct give {
    struct arena *a;
    void *sink;
    bool file, plain;
};

static int give_item(void *ctx, const struct observable_item_row *row, struct err *err)
{
    const struct give *g = ctx;
    struct arena_mark mark = arena_mark(g->a);
    struct item out = {*row, observable_defang_text(g->a, row->kind, row->value)};
    int r;

    if (g->file && (!g->plain || row->red_only))
        out.row.value = out.defanged;
    r = api_take(g->sink, &out, err);
    /* A page keeps the place of its last row. */
    if (g->file)
        arena_rewind(g->a, mark);
    return r;
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    struct give give = {req->arena, sink, !str_starts(req->path, STR("/api/")),
                        str_is(http_arg(req, "plain"), "1")};
    struct observable_span span = {.sort = w->sort,
                                   .descending = w->descending,
                                   .after = w->after,
                                   .number = w->number,
                                   .id = w->id,
                                   .place = w->text,
                                   .limit = w->limit};
    struct observable_ask ask;

    if (give.plain && !observable_may_plain(req))
        return err_set(err, ERR_FORBIDDEN, "observables leave the site with harmless values only");
    observable_ask_read(req, &ask);
    if (ask.bad_date.len > 0)
        return api_reject(req, "?date", T(req->lang, "This is not a date"), err);
    return observable_each(db, req, &ask, &span, give_item, &give, err);
}

static const struct api_list list = {
    .name = "observables",
    .kind = "observable",
    .title = N_("Observables"),
    .item = &item_resource,
    .sorts = observable_sorts,
    .number = offsetof(struct item, row.number),
    .text = offsetof(struct item, row.place),
    .id = offsetof(struct item, row.id),
    .walk = walk,
};

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_page(req, res, &list, err);
}
API_EXPORT_HANDLER(list_export, list)

static const struct api_param filters[] = {
    {"kind", NULL, observable_kinds, false},
    {"tlp", N_("Of an incident in which it stands"), web_tlp_choices, false},
    {"open", N_("1: in an incident that is open"), NULL, false},
    {"org", N_("Code of an organisation that the incident concerns"), NULL, false},
    {"first_from", N_("First seen from this day or time on"), NULL, false},
    {"first_to", N_("First seen up to this day, or before this time"), NULL, false},
    {"last_from", N_("Last seen from this day or time on"), NULL, false},
    {"last_to", N_("Last seen up to this day, or before this time"), NULL, false},
    {"q", N_("The value or how it begins, also harmless to click"), NULL, false},
    {NULL, NULL, NULL, false},
};

/* ---- one, and a text ---------------------------------------------------------------------------
 */

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
    {HTTP_GET, "/api/v1/observables", "incident.read", list_get, .scope = "none",
     OP(.id = "listObservables", .summary = N_("Observables of the incidents in reach"),
        .about = N_("tlp, open and org are asked of one and the same incident."),
        .answer = &item_resource, .flags = API_IS_LIST | API_PAGED, .params = filters,
        .sorts = observable_sorts)},
    {HTTP_GET, "/api/v1/observables/{kind}/{value...}", "incident.read", show_get, .scope = "none",
     OP(.id = "getObservable", .summary = N_("Was it seen before, and where"),
        .answer = &view_resource)},
    {HTTP_POST, "/api/v1/observables/recognise", "incident.read", recognise_post, HTTP_BODY_RAW,
     .scope = "none",
     OP(.id = "recogniseObservables",
        .summary = N_("Recognise observables in a text, and where they were seen"),
        .body = &text_body, .answer = &seen_resource, .flags = API_IS_LIST)},
    API_EXPORTS("/observables", "incident.read", list_export, "none"),
};
const size_t observable_api_routes_len = ARRAY_LEN(observable_api_routes);
