#include "app/api/api.h"
#include "app/system/view.h"
#include "app/system/walk.h"
#include "sys/i18n/i18n.h"

struct system_record {
    struct system_get_row s;
    struct system_may_write_row may;
    struct system_networks_rows networks;
    struct system_products_rows products;
    struct system_incidents_rows incidents;
};

struct network_body {
    struct str value;
};

/* ---- tables ------------------------------------------------------------------------------------
 */

#define ITEM(m) API_AT(struct system_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(code), .label = N_("Code")},
    {ITEM(name), .label = N_("Name of the system"), .wide = true},
    {ITEM(purpose), .label = N_("Purpose"), .wide = true},
    {ITEM(owner_code), .label = N_("Code of the owner")},
    {ITEM(owner_name), .label = N_("Owner organisation")},
    {ITEM(operator_code), .null = true, .label = N_("Code of the operator")},
    {ITEM(operator_name), .null = true, .label = N_("Operated by")},
    {ITEM(level), .label = N_("Security level")},
    {ITEM(state), .label = N_("State"), .choices = system_states},
    {ITEM(decision_no), .label = N_("Number of the decision")},
    {ITEM(decision_date), .type = API_DATE, .label = N_("Date of the decision")},
    {ITEM(responsible), .label = N_("Person responsible")},
    {ITEM(phone), .label = N_("Phone")},
    {ITEM(email), .label = N_("E-mail")},
    {ITEM(domains), .label = N_("Domains")},
    {ITEM(incidents), .label = N_("Open incidents")},
    {ITEM(version), .label = N_("Version"), .aside = true},
};
static const struct api_resource item_resource = API_RESOURCE(
    "SystemItem", struct system_item_row, item_fields, N_("A system as a row of the list"));

static const struct api_field network_fields[] = {
    {API_AT(struct system_networks_row, kind), .label = N_("Kind"), .about = N_("domain or range")},
    {API_AT(struct system_networks_row, value), .label = N_("Value")},
};
static const struct api_resource network_resource =
    API_RESOURCE("SystemNetwork", struct system_networks_row, network_fields,
                 N_("A domain or address range of a system"));

#define PRODUCT(m) API_AT(struct system_products_row, m)
static const struct api_field product_fields[] = {
    {PRODUCT(id), .label = N_("Number")},       {PRODUCT(vendor), .label = N_("Vendor")},
    {PRODUCT(product), .label = N_("Product")}, {PRODUCT(version), .label = N_("Version")},
    {PRODUCT(cpe), .label = N_("CPE")},
};
static const struct api_resource product_resource = API_RESOURCE(
    "SystemProduct", struct system_products_row, product_fields, N_("What a system consists of"));

#define INCIDENT(m) API_AT(struct system_incidents_row, m)
static const struct api_field incident_fields[] = {
    {INCIDENT(code), .label = N_("Code")},
    {INCIDENT(title), .label = N_("Title")},
    {INCIDENT(state), .label = N_("State")},
    {INCIDENT(severity), .label = N_("Severity")},
    {INCIDENT(detected_at), .type = API_TIME, .label = N_("Detected")},
};
static const struct api_resource incident_resource =
    API_RESOURCE("SystemIncident", struct system_incidents_row, incident_fields,
                 N_("An incident of a system, when in reach"));

#define RECORD(m) API_AT_AS(struct system_record, s.m, #m)
static const struct api_field record_fields[] = {
    {RECORD(code), .label = N_("Code")},
    {RECORD(name), .label = N_("Name of the system")},
    {RECORD(purpose), .label = N_("Purpose")},
    {API_AT_AS(struct system_record, s.owner_code, "owner"), .label = N_("Code of the owner")},
    {RECORD(owner_name), .label = N_("Owner organisation")},
    {API_AT_AS(struct system_record, s.operator_code, "operator"), .null = true,
     .label = N_("Code of the operator")},
    {RECORD(operator_name), .null = true, .label = N_("Operated by")},
    {RECORD(level), .label = N_("Security level")},
    {RECORD(state), .label = N_("State"), .choices = system_states},
    {RECORD(decision_no), .label = N_("Number of the decision")},
    {RECORD(decision_date), .type = API_DATE, .label = N_("Date of the decision")},
    {RECORD(responsible), .label = N_("Person responsible")},
    {RECORD(phone), .label = N_("Phone")},
    {RECORD(email), .label = N_("E-mail")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT_AS(struct system_record, may.may_write, "may_write"),
     .label = N_("Register and change information systems"),
     .about = N_("Whether whoever asks may")},
    {API_AT(struct system_record, networks), .type = API_LIST, .label = N_("Networks"),
     .of = &network_resource},
    {API_AT(struct system_record, products), .type = API_LIST, .label = N_("Products"),
     .of = &product_resource},
    {API_AT(struct system_record, incidents), .type = API_LIST, .label = N_("Incidents"),
     .of = &incident_resource},
};
static const struct api_resource record_resource =
    API_RESOURCE("System", struct system_record, record_fields,
                 N_("An information system with who answers for it"));

static const struct form_field network_body_fields[] = {
    {FORM_AT(struct network_body, value), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Value"), .help = N_("example.vn, 192.0.2.7 or 192.0.2.0/24")},
};
static const struct form network_body = {"network", network_body_fields,
                                         ARRAY_LEN(network_body_fields)};

static const struct form_field product_body_fields[] = {
    {FORM_AT(struct system_product_values, vendor), FORM_TEXT, .label = N_("Vendor")},
    {FORM_AT(struct system_product_values, product), FORM_TEXT, .required = true,
     .label = N_("Product")},
    {FORM_AT(struct system_product_values, version), FORM_TEXT, .max = 100, .label = N_("Version")},
};
static const struct form product_body = {"product", product_body_fields,
                                         ARRAY_LEN(product_body_fields)};

/* ---- the list ----------------------------------------------------------------------------------
 */

static const char *const sorts[] = {"name", "-level", "code", NULL};

static int give(void *sink, const struct system_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    return system_walk(db, actor_of(req)->id, req->now, api_arg_int(req, "level"),
                       api_arg(req, "state"), api_arg(req, "owner"), w->words, w->after, w->number,
                       w->text, w->id, w->limit, w->sort, w->descending, give, sink, err);
}

static const struct api_list list = {
    .name = "systems",
    .kind = "system",
    .title = N_("Information systems"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct system_item_row, number, place, id),
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

/* ---- one system --------------------------------------------------------------------------------
 */

static int load(struct http_request *req, struct db *db, int64_t id, struct system_record *v,
                struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id;
    int r = system_get(db, a, id, &v->s, err);

    if (r < 0 || (r = system_may_write(db, a, actor, req->now, id, &v->may, err)) < 0 ||
        (r = system_networks(db, a, id, &v->networks, err)) < 0 ||
        (r = system_products(db, a, id, &v->products, err)) < 0)
        return r;
    return system_incidents(db, a, actor, req->now, id, &v->incidents, err);
}

static int answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct err *err)
{
    struct system_record v = {0};
    int r = load(req, db, id, &v, err);

    return r < 0 ? r : api_send(req, res, &record_resource, &v, v.s.version);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    return r < 0 ? r : answer(req, res, db, id, err);
}

static int org_of(struct http_request *req, struct db *db, const char *member, struct str code,
                  int64_t *id, struct err *err)
{
    struct system_org_by_code_row row = {0};
    int r;

    *id = 0;
    if (code.len == 0)
        return 0;
    if ((r = system_org_by_code(db, req->arena, code, &row, err)) == 0)
        return api_reject(req, member, T(req->lang, "There is no organisation with this code"),
                          err);
    *id = row.id;
    return MIN(r, 0);
}

static int create(struct http_request *req, struct http_response *res, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct system_values in = {0};
    struct system_record v = {0};
    struct system_new new_;
    int64_t id = 0, owner, operator_;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &system_form, &in, err)) < 0)
        return r;
    if ((r = org_of(req, db, "owner", in.owner, &owner, err)) < 0 ||
        (r = org_of(req, db, "operator", in.operator_, &operator_, err)) < 0)
        return r;
    system_new_of(&in, owner, operator_, &new_);
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = actor_require(db, actor_of(req), PERM_SYSTEM_WRITE, owner, req->now, err)) < 0 ||
        (r = system_create(db, req->arena, &new_, actor_of(req), req->now, &id, err)) < 0 ||
        (r = load(req, db, id, &v, err)) < 0)
        return r;
    api_send_created(req, res, &record_resource, &v, v.s.version,
                     str_printf(req->arena, "/api/v1/systems/" STR_FMT, STR_ARG(v.s.code)));
    return db_commit(db, err);
}
API_ONCE_HANDLER(create_post, create)

static struct str id_text(struct arena *a, int64_t id)
{
    return id != 0 ? str_printf(a, "%" PRId64, id) : STR("");
}

static int edit_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_get_row was;
    struct system_values in;
    struct err ignored = {0};
    int64_t id, version, owner, operator_;
    struct db *db;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = system_get(db, req->arena, id, &was, err)) < 0)
        return r;
    in = (struct system_values){
        .name = was.name,
        .purpose = was.purpose,
        .owner = was.owner_code,
        .operator_ = was.operator_code.ptr != NULL ? was.operator_code : STR(""),
        .level = was.level.has ? id_text(req->arena, was.level.v) : STR(""),
        .decision_no = was.decision_no,
        .decision_date = was.decision_date,
        .state = was.state,
        .responsible = was.responsible,
        .phone = was.phone,
        .email = was.email,
    };
    if ((r = api_read_change(req, &system_form, &in, err)) < 0 ||
        (r = org_of(req, db, "owner", in.owner, &owner, err)) < 0 ||
        (r = org_of(req, db, "operator", in.operator_, &operator_, err)) < 0)
        return r;
    in.owner = id_text(req->arena, owner);
    in.operator_ = id_text(req->arena, operator_);
    r = system_save(db, req->arena, id, version != 0 ? version : was.version, &in, actor_of(req),
                    req->now, err);
    if (r == ERR_CONFLICT && system_get(db, req->arena, id, &was, &ignored) == 0)
        return api_overtaken(req, db, r, "system", id, version, was.version, err);
    return r < 0 ? r : answer(req, res, db, id, err);
}

static int change_network(struct http_request *req, struct http_response *res, struct str value,
                          struct db *db, int64_t id, bool remove, struct err *err)
{
    int r = system_network_change(db, req->arena, id, value, remove, actor_of(req), req->now, err);

    if (r == ERR_INVALID)
        return api_reject(
            req, "value",
            T(req->lang,
              "Write a domain (example.vn), an address (192.0.2.7) or a block (192.0.2.0/24)"),
            err);
    return r < 0 ? r : answer(req, res, db, id, err);
}

static int network_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct network_body in = {0};
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &network_body, &in, err)) < 0)
        return r;
    return change_network(req, res, in.value, db, id, false, err);
}

static int network_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    return r < 0 ? r : change_network(req, res, http_param(req, "value"), db, id, true, err);
}

static int product_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_product_values in = {0};
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &product_body, &in, err)) < 0 ||
        (r = system_product_change(db, req->arena, id, &in, 0, actor_of(req), req->now, err)) < 0)
        return r;
    return answer(req, res, db, id, err);
}

static int product_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t id, product;
    struct db *db;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "product", &product, err)) < 0 ||
        (r = system_product_change(db, req->arena, id, NULL, product, actor_of(req), req->now,
                                   err)) < 0)
        return r;
    return answer(req, res, db, id, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param filters[] = {
    {"level", NULL, system_levels, true},
    {"state", NULL, system_states, false},
    {"owner", N_("Code of the owner"), NULL, false},
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/systems"
#define ONE  BASE "/{code}"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "systems", __VA_ARGS__                                                              \
    }
#define WRITE(method, pattern, handler, ...)                                                       \
    {                                                                                              \
        method, pattern, "system.write", handler, HTTP_BODY_RAW,                                   \
            .scope = "system", OP(.answer = &record_resource, __VA_ARGS__)                         \
    }

const struct http_route system_api_routes[] = {
    {HTTP_GET, BASE, "system.read", list_get, .scope = "none",
     OP(.id = "listSystems", .summary = N_("List of systems"), .answer = &item_resource,
        .flags = API_IS_LIST | API_PAGED, .params = filters, .sorts = sorts)},
    {HTTP_POST, BASE, "system.write", create_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "registerSystem", .summary = N_("Register a system"),
        .about = N_("Owner and operator are named by their codes."), .body = &system_form,
        .answer = &record_resource, .status = 201, .flags = API_ONCE)},
    {HTTP_GET, ONE, "system.read", show_get, .scope = "system",
     OP(.id = "getSystem", .summary = N_("One system"), .answer = &record_resource)},
    WRITE(HTTP_PATCH, ONE, edit_patch, .id = "changeSystem", .summary = N_("Change a system"),
          .about = N_("Only the members that are sent are changed; null empties one."),
          .body = &system_form, .flags = API_VERSIONED | API_PARTIAL),
    WRITE(HTTP_POST, ONE "/networks", network_post, .id = "addSystemNetwork",
          .summary = N_("Add a domain or an address range"), .body = &network_body),
    WRITE(HTTP_DELETE, ONE "/networks/{value...}", network_delete, .id = "removeSystemNetwork",
          .summary = N_("Remove a domain or an address range")),
    WRITE(HTTP_POST, ONE "/products", product_post, .id = "addSystemProduct",
          .summary = N_("Add a product"), .body = &product_body),
    WRITE(HTTP_DELETE, ONE "/products/{product}", product_delete, .id = "removeSystemProduct",
          .summary = N_("Remove a product")),
    API_EXPORTS("/systems", "system.read", list_export, "none"),
};
const size_t system_api_routes_len = ARRAY_LEN(system_api_routes);
