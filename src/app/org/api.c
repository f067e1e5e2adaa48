#include "app/api/api.h"
#include "app/org/inner.h"
#include "app/org/walk.h"
#include "sys/i18n/i18n.h"

struct org_record {
    struct org_get_row o;
    struct org_may_row may;
    struct org_contacts_rows contacts;
    struct org_networks_rows networks;
    struct org_names_rows names;
    struct org_successions_rows successions;
    struct org_children_rows children;
    struct org_systems_rows systems;
};

struct org_network_body {
    struct str value;
};

/* ---- tables ------------------------------------------------------------------------------------
 */

#define ITEM(m) API_AT(struct org_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(code), .label = N_("Code")},
    {ITEM(name), .label = N_("org|Full name"), .wide = true},
    {ITEM(short_name), .label = N_("Short name")},
    {ITEM(kind), .label = N_("org|Kind"), .choices = org_kinds},
    {ITEM(parent_code), .null = true, .label = N_("Code of the superior organisation")},
    {ITEM(parent_name), .null = true, .label = N_("Superior organisation")},
    {ITEM(address), .label = N_("Address")},
    {ITEM(phone), .label = N_("Phone")},
    {ITEM(email), .label = N_("E-mail")},
    {ITEM(website), .label = N_("Website")},
    {ITEM(unit_code), .label = N_("Code of the administrative unit")},
    {ITEM(systems), .label = N_("Systems")},
    {ITEM(contacts), .label = N_("Contacts")},
    {ITEM(valid_from), .type = API_DATE, .label = N_("Since")},
    {ITEM(valid_to), .type = API_DATE, .label = N_("Until")},
    {ITEM(version), .label = N_("Version"), .aside = true},
};
static const struct api_resource item_resource =
    API_RESOURCE("OrganisationItem", struct org_item_row, item_fields,
                 N_("An organisation as a row of the list"));

#define CONTACT(m) API_AT(struct org_contacts_row, m)
static const struct api_field contact_fields[] = {
    {CONTACT(id), .label = N_("Number")},
    {CONTACT(kind), .label = N_("contact|Part")},
    {CONTACT(name), .label = N_("Name or function")},
    {CONTACT(position), .label = N_("Position")},
    {CONTACT(phone), .label = N_("Phone")},
    {CONTACT(mobile), .label = N_("Mobile phone")},
    {CONTACT(email), .label = N_("E-mail")},
    {CONTACT(other), .label = N_("Other channel")},
    {CONTACT(is_public), .label = N_("Show in the public directory")},
};
static const struct api_resource contact_resource = API_RESOURCE(
    "Contact", struct org_contacts_row, contact_fields, N_("Whom to call in an organisation"));

static const struct api_field network_fields[] = {
    {API_AT(struct org_networks_row, kind), .label = N_("Kind"),
     .about = N_("domain, range or asn")},
    {API_AT(struct org_networks_row, value), .label = N_("Value")},
};
static const struct api_resource network_resource =
    API_RESOURCE("OrganisationNetwork", struct org_networks_row, network_fields,
                 N_("A domain, address range or AS number that an organisation answers for"));

static const struct api_field name_fields[] = {
    {API_AT(struct org_names_row, name), .label = N_("Name")},
    {API_AT(struct org_names_row, valid_from), .type = API_DATE, .label = N_("Since")},
    {API_AT(struct org_names_row, valid_to), .type = API_DATE, .label = N_("Until")},
};
static const struct api_resource name_resource = API_RESOURCE(
    "OrganisationName", struct org_names_row, name_fields, N_("A name it bore, and when"));

#define SUCCESSION(m) API_AT(struct org_successions_row, m)
static const struct api_field succession_fields[] = {
    {SUCCESSION(before), .label = N_("Came before"),
     .about = N_("true: the other one was there before; false: it came after")},
    {SUCCESSION(code), .label = N_("Code")},
    {SUCCESSION(name), .label = N_("Organisation")},
    {SUCCESSION(kind), .label = N_("Kind")},
    {SUCCESSION(at), .type = API_DATE, .label = N_("When")},
    {SUCCESSION(document), .label = N_("Document")},
};
const struct api_resource org_succession_resource =
    API_RESOURCE("Succession", struct org_successions_row, succession_fields,
                 N_("What was merged into, split from or renamed to what"));

static const struct api_field child_fields[] = {
    {API_AT(struct org_children_row, code), .label = N_("Code")},
    {API_AT(struct org_children_row, name), .label = N_("Organisation")},
    {API_AT(struct org_children_row, kind), .label = N_("Kind"), .choices = org_kinds},
};
static const struct api_resource child_resource =
    API_RESOURCE("OrganisationChild", struct org_children_row, child_fields,
                 N_("An organisation that stands directly below"));

static const struct api_field system_fields[] = {
    {API_AT(struct org_systems_row, code), .label = N_("Code")},
    {API_AT(struct org_systems_row, name), .label = N_("Name of the system")},
    {API_AT(struct org_systems_row, level), .label = N_("Security level")},
    {API_AT(struct org_systems_row, state), .label = N_("State")},
};
static const struct api_resource system_resource =
    API_RESOURCE("OrganisationSystem", struct org_systems_row, system_fields,
                 N_("A system it owns or operates"));

#define RECORD(m) API_AT_AS(struct org_record, o.m, #m)
static const struct api_field record_fields[] = {
    {RECORD(code), .label = N_("Code")},
    {RECORD(uuid), .label = N_("UUID"), .about = N_("The same on every site, for exchange")},
    {RECORD(name), .label = N_("org|Full name")},
    {RECORD(short_name), .label = N_("Short name")},
    {RECORD(kind), .label = N_("org|Kind"), .choices = org_kinds},
    {API_AT_AS(struct org_record, o.parent_code, "parent"), .null = true,
     .label = N_("Code of the superior organisation")},
    {RECORD(parent_name), .null = true, .label = N_("Superior organisation")},
    {RECORD(address), .label = N_("Address")},
    {RECORD(phone), .label = N_("Phone")},
    {RECORD(email), .label = N_("E-mail")},
    {RECORD(website), .label = N_("Website")},
    {RECORD(unit_code), .label = N_("Code of the administrative unit")},
    {RECORD(valid_from), .type = API_DATE, .label = N_("Since")},
    {RECORD(valid_to), .type = API_DATE, .label = N_("Until")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT_AS(struct org_record, may.may_write, "may_write"), .label = N_("Change organisations"),
     .about = N_("Whether whoever asks may")},
    {API_AT(struct org_record, contacts), .type = API_LIST, .label = N_("Contacts"),
     .of = &contact_resource},
    {API_AT(struct org_record, networks), .type = API_LIST, .label = N_("Networks"),
     .of = &network_resource},
    {API_AT(struct org_record, names), .type = API_LIST, .label = N_("Names"),
     .of = &name_resource},
    {API_AT(struct org_record, successions), .type = API_LIST, .label = N_("Successions"),
     .of = &org_succession_resource},
    {API_AT(struct org_record, children), .type = API_LIST, .label = N_("Below it"),
     .of = &child_resource},
    {API_AT(struct org_record, systems), .type = API_LIST, .label = N_("Systems"),
     .about = N_("Only for those who may see systems"), .of = &system_resource},
};
const struct api_resource org_resource =
    API_RESOURCE("Organisation", struct org_record, record_fields,
                 N_("An organisation with its contacts and networks"));

static const struct form_field network_body_fields[] = {
    {FORM_AT(struct org_network_body, value), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Value"), .help = N_("example.vn, 192.0.2.0/24 or AS64500")},
};
static const struct form network_body = {"network", network_body_fields,
                                         ARRAY_LEN(network_body_fields)};

/* ---- the list ----------------------------------------------------------------------------------
 */

static const char *const sorts[] = {"name", "code", "kind", NULL};

static int give(void *sink, const struct org_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    return org_walk(db, actor_of(req)->id, req->now, api_arg(req, "kind"),
                    str_is(http_arg(req, "ended"), "1"), w->words, w->after, w->text, w->id,
                    w->limit, w->sort, w->descending, give, sink, err);
}

static const struct api_list list = {
    .name = "organisations",
    .kind = "org",
    .title = N_("Organisations"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct org_item_row, number, place, id),
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

/* ---- one organisation --------------------------------------------------------------------------
 */

static int load(struct http_request *req, struct db *db, int64_t id, struct org_record *v,
                struct err *err)
{
    struct arena *a = req->arena;
    int r = org_get(db, a, id, &v->o, err);

    if (r < 0 || (r = org_may(db, a, actor_of(req)->id, req->now, id, &v->may, err)) < 0 ||
        (r = org_contacts(db, a, id, &v->contacts, err)) < 0 ||
        (r = org_networks(db, a, id, &v->networks, err)) < 0 ||
        (r = org_names(db, a, id, &v->names, err)) < 0 ||
        (r = org_successions(db, a, id, &v->successions, err)) < 0 ||
        (r = org_children(db, a, id, &v->children, err)) < 0)
        return r;
    return v->may.may_systems ? org_systems(db, a, id, &v->systems, err) : 0;
}

int org_api_answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                   struct err *err)
{
    struct org_record v = {0};
    int r = load(req, db, id, &v, err);

    return r < 0 ? r : api_send(req, res, &org_resource, &v, v.o.version);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    return r < 0 ? r : org_api_answer(req, res, db, id, err);
}

/* The superior organisation by its code; *id 0 when none is named. */
static int parent_of(struct http_request *req, struct db *db, struct str code, int64_t *id,
                     struct err *err)
{
    struct org_id_by_code_row row = {0};
    int r;

    *id = 0;
    if (code.len == 0)
        return 0;
    if ((r = org_id_by_code(db, req->arena, code, &row, err)) == 0)
        return api_reject(req, "parent", T(req->lang, "There is no organisation with this code"),
                          err);
    *id = row.id;
    return MIN(r, 0);
}

static int create(struct http_request *req, struct http_response *res, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct org_values in = {0};
    struct org_record v = {0};
    struct org_new new_;
    int64_t id = 0;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &org_form, &in, err)) < 0)
        return r;
    new_ = (struct org_new){.code = STR(""),
                            .kind = in.kind,
                            .name = in.name,
                            .short_name = in.short_name,
                            .address = in.address,
                            .phone = in.phone,
                            .email = in.email,
                            .website = in.website,
                            .unit_code = in.unit_code};
    if ((r = parent_of(req, db, in.parent, &new_.parent_id, err)) < 0)
        return r;
    if (new_.parent_id == 0)
        return api_reject(req, "parent", T(req->lang, "Choose where it stands in the tree"), err);
    if ((r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = actor_require(db, actor_of(req), PERM_ORG_WRITE, new_.parent_id, req->now, err)) < 0 ||
        (r = org_create(db, req->arena, &new_, actor_of(req), req->now, &id, err)) < 0 ||
        (r = load(req, db, id, &v, err)) < 0)
        return r;
    api_send_created(req, res, &org_resource, &v, v.o.version,
                     str_printf(req->arena, "/api/v1/orgs/" STR_FMT, STR_ARG(v.o.code)));
    return db_commit(db, err);
}
API_ONCE_HANDLER(create_post, create)

static int edit_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_get_row was;
    struct org_values in;
    int64_t id, version, parent;
    struct db *db;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = org_get(db, req->arena, id, &was, err)) < 0)
        return r;
    in = (struct org_values){.kind = was.kind,
                             .name = was.name,
                             .short_name = was.short_name,
                             .parent = was.parent_code.ptr != NULL ? was.parent_code : STR(""),
                             .address = was.address,
                             .phone = was.phone,
                             .email = was.email,
                             .website = was.website,
                             .unit_code = was.unit_code};
    if ((r = api_read_change(req, &org_form, &in, err)) < 0 ||
        (r = parent_of(req, db, in.parent, &parent, err)) < 0)
        return r;
    in.parent = parent != 0 ? str_printf(req->arena, "%" PRId64, parent) : STR("");
    r = org_save(db, req->arena, id, version != 0 ? version : was.version, &in, actor_of(req),
                 req->now, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "parent"))
        return api_reject(req, "parent", T(req->lang, "An organisation cannot stand below itself"),
                          err);
    return r < 0 ? org_api_refused(req, db, r, id, version, err)
                 : org_api_answer(req, res, db, id, err);
}

int org_api_refused(struct http_request *req, struct db *db, int r, int64_t id, int64_t version,
                    struct err *err)
{
    struct err ignored = {0};
    struct org_get_row is;

    return r == ERR_CONFLICT && org_get(db, req->arena, id, &is, &ignored) == 0
               ? api_overtaken(req, db, r, "org", id, version, is.version, err)
               : r;
}

static int contact_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_contact_values in = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &org_contact_form, &in, err)) < 0 ||
        (r = org_contact_add(db, req->arena, id, &in, actor_of(req), req->now, err)) < 0)
        return r;
    return org_api_answer(req, res, db, id, err);
}

static int contact_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t id, contact;
    struct db *db;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "contact", &contact, err)) < 0 ||
        (r = org_contact_remove(db, req->arena, id, contact, actor_of(req), req->now, err)) < 0)
        return r;
    return org_api_answer(req, res, db, id, err);
}

static int change_network(struct http_request *req, struct http_response *res, struct str value,
                          struct db *db, int64_t id, bool remove, struct err *err)
{
    int r = org_network_change(db, req->arena, id, value, remove, actor_of(req), req->now, err);

    if (r == ERR_INVALID)
        return api_reject(req, "value",
                          T(req->lang, "Write a domain (example.vn), a block of addresses "
                                       "(192.0.2.0/24) or an AS number (AS64500)"),
                          err);
    return r < 0 ? r : org_api_answer(req, res, db, id, err);
}

static int network_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_network_body in = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &network_body, &in, err)) < 0)
        return r;
    return change_network(req, res, in.value, db, id, false, err);
}

static int network_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    return r < 0 ? r : change_network(req, res, http_param(req, "value"), db, id, true, err);
}

API_ONCE_HANDLER(succeed_post, org_api_succeed)

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param directory_params[] = {
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};
static const struct api_param filters[] = {
    {"kind", NULL, org_kinds, false},
    {"ended", N_("1: also those that are no more"), NULL, false},
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/orgs"
#define ONE  BASE "/{code}"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "organisations", __VA_ARGS__                                                        \
    }

const struct http_route org_api_routes[] = {
    {HTTP_GET, BASE, "org.read", list_get, .scope = "none",
     OP(.id = "listOrganisations", .summary = N_("List of organisations"), .answer = &item_resource,
        .flags = API_IS_LIST | API_PAGED, .params = filters, .sorts = sorts)},
    {HTTP_POST, BASE, "org.write", create_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "registerOrganisation", .summary = N_("Register an organisation"),
        .about = N_("The superior organisation is named by its code."), .body = &org_form,
        .answer = &org_resource, .status = 201, .flags = API_ONCE)},
    {HTTP_GET, ONE, "org.read", show_get, .scope = "org",
     OP(.id = "getOrganisation", .summary = N_("One organisation"), .answer = &org_resource)},
    {HTTP_PATCH, ONE, "org.write", edit_patch, HTTP_BODY_RAW, .scope = "org",
     OP(.id = "changeOrganisation", .summary = N_("Change an organisation"), .body = &org_form,
        .about = N_("Only the members that are sent are changed; null empties one."),
        .answer = &org_resource, .flags = API_VERSIONED | API_PARTIAL)},
    {HTTP_POST, ONE "/contacts", "org.contact", contact_post, HTTP_BODY_RAW, .scope = "org",
     OP(.id = "addContact", .summary = N_("Add a contact"), .body = &org_contact_form,
        .answer = &org_resource)},
    {HTTP_DELETE, ONE "/contacts/{contact}", "org.contact", contact_delete, HTTP_BODY_RAW,
     .scope = "org",
     OP(.id = "removeContact", .summary = N_("Remove a contact"), .answer = &org_resource)},
    {HTTP_POST, ONE "/networks", "org.contact", network_post, HTTP_BODY_RAW, .scope = "org",
     OP(.id = "addOrganisationNetwork",
        .summary = N_("Add a domain, an address range or an AS number"), .body = &network_body,
        .answer = &org_resource)},
    {HTTP_DELETE, ONE "/networks/{value...}", "org.contact", network_delete, HTTP_BODY_RAW,
     .scope = "org",
     OP(.id = "removeOrganisationNetwork",
        .summary = N_("Remove a domain, an address range or an AS number"),
        .answer = &org_resource)},
    {HTTP_GET, ONE "/successions", "org.read", org_api_successions, .scope = "org",
     OP(.id = "listSuccessions",
        .summary = N_("What an organisation came from and what became of it"),
        .answer = &org_succession_resource, .flags = API_IS_LIST)},
    {HTTP_GET, ONE "/belongings", "org.write", org_api_belongings, .scope = "org",
     OP(.id = "getBelongings", .summary = N_("What a successor could take over"),
        .answer = &org_belongings_resource)},
    {HTTP_POST, ONE "/successions", "org.write", succeed_post, HTTP_BODY_RAW, .scope = "org",
     OP(.id = "recordSuccession", .summary = N_("Record a merger, division or reorganisation"),
        .about = N_("The successor is named by its code; nothing goes over that is not said to. "
                    "Asks for the right to change both."),
        .body = &org_succession_form, .answer = &org_resource, .flags = API_VERSIONED | API_ONCE)},
    {HTTP_DELETE, ONE "/successions/{to}", "org.write", org_api_unsucceed, HTTP_BODY_RAW,
     .scope = "org",
     OP(.id = "takeBackSuccession", .summary = N_("Take back a succession recorded by mistake"),
        .about =
            N_("Without a successor the organisation lives again. What went over stays there."),
        .answer = &org_resource, .flags = API_VERSIONED)},
    {HTTP_GET, "/api/v1/public/contact-points", "public", org_api_directory, .scope = "none",
     OP(.id = "listContactPoints", .summary = N_("Whom to call about an incident"),
        .about = N_("What every visitor sees; needs no token."), .params = directory_params,
        .answer = &org_directory_resource, .flags = API_IS_LIST)},
    API_EXPORTS("/orgs", "org.read", list_export, "none"),
};
const size_t org_api_routes_len = ARRAY_LEN(org_api_routes);
