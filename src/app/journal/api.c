#include "app/api/api.h"
#include "app/audit/audit.h"
#include "app/journal/journal.h"
#include "app/journal/view.h"
#include "app/journal/walk.h"
#include "sys/i18n/i18n.h"

#define ITEM(m) API_AT(struct audit_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(seq), .label = N_("Number")},
    {ITEM(at), .type = API_TIME, .label = N_("When")},
    {ITEM(actor_name), .label = N_("Who")},
    {ITEM(login), .null = true, .label = N_("Login")},
    {ITEM(action), .label = N_("Action")},
    {ITEM(object_kind), .label = N_("Kind of record")},
    {ITEM(object_code), .label = N_("Code")},
    {ITEM(address), .label = N_("Address of the client")},
    {ITEM(detail), .type = API_JSON, .label = N_("Details"), .wide = true},
    {ITEM(hash), .label = N_("Hash"),
     .about = N_("SHA-256 over the entry and the hash of the one before it")},
};
static const struct api_resource item_resource =
    API_RESOURCE("AuditEntry", struct audit_item_row, item_fields, N_("An entry of the audit log"));

struct check {
    bool intact;
    struct str problem, head;
    int64_t checked;
};
static const struct api_field check_fields[] = {
    {API_AT(struct check, intact), .label = N_("Intact")},
    {API_AT(struct check, checked), .label = N_("Entries checked")},
    {API_AT(struct check, head), .label = N_("Head"),
     .about = N_("Hash of the newest entry: keep it elsewhere to find a log written anew")},
    {API_AT(struct check, problem), .label = N_("Problem"),
     .about = N_("The first entry that does not fit, and why; empty: none")},
};
static const struct api_resource check_resource = API_RESOURCE(
    "AuditCheck", struct check, check_fields, N_("What walking the whole chain showed"));

static int give(void *sink, const struct audit_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    struct audit_filter f;

    audit_filter_parse(req, &f);
    if (f.bad_date.len > 0)
        return api_reject(req, f.from.len > 0 && str_eq(f.bad_date, f.from) ? "?from" : "?to",
                          T(req->lang, "This is no date such as 2026-11-22"), err);
    return audit_walk(db, actor_of(req)->id, req->now, actor_can(actor_of(req), PERM_INCIDENT_READ),
                      f.who, f.action, f.object, f.from_ms, f.to_ms,
                      w->after ? w->number : INT64_MAX, w->limit, give, sink, err);
}

static const char *const sorts[] = {"-number", NULL};

static const struct api_list list = {
    .name = "audit",
    .kind = "audit",
    .title = N_("Audit log"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct audit_item_row, seq, place, seq),
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

static int check_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct check check = {0};
    struct audit_head head;
    struct err problem = {0};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = audit_head(db, req->arena, &head, err)) < 0)
        return r;
    r = audit_verify(db, &check.checked, &problem);
    if (r < 0 && r != ERR_CORRUPT) {
        *err = problem;
        return r;
    }
    check.intact = r == 0;
    check.head = head.hash;
    check.problem = str_dup(req->arena, str_c(problem.what));
    return api_send(req, res, &check_resource, &check, 0);
}

static const struct api_param filters[] = {
    {"who", N_("Login or name"), NULL, false},
    {"action", N_("incident.close, or the beginning of it: incident."), NULL, false},
    {"object", N_("Code of the record"), NULL, false},
    {"from", N_("First day, or moment"), NULL, false},
    {"to", N_("Last day, or moment"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "audit", __VA_ARGS__                                                                \
    }

const struct http_route journal_api_routes[] = {
    {HTTP_GET, "/api/v1/audit", "audit.read", list_get, .scope = "none",
     OP(.id = "listAudit", .summary = N_("Entries of the audit log, newest first"),
        .answer = &item_resource, .flags = API_IS_LIST | API_PAGED, .params = filters)},
    {HTTP_GET, "/api/v1/audit/check", "audit.read", check_get, .scope = "none",
     OP(.id = "checkAudit", .summary = N_("Walk the whole chain of the audit log"),
        .answer = &check_resource)},
    API_EXPORTS("/audit", "audit.read", list_export, "none"),
};
const size_t journal_api_routes_len = ARRAY_LEN(journal_api_routes);
