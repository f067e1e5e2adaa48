#include "app/api/api.h"
#include "app/people/handlers.h"
#include "app/people/people.h"
#include "app/people/view.h"
#include "app/people/walk.h"

/* ---- tables ------------------------------------------------------------------------------------
 */

static const struct form_choice states[] = {
    {"active", N_("account|May sign in")},
    {"disabled", N_("account|Disabled")},
    {NULL, NULL},
};

#define ITEM(m) API_AT(struct people_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(login), .label = N_("Login")},
    {ITEM(name), .label = N_("Name")},
    {ITEM(position), .label = N_("Position")},
    {ITEM(email), .label = N_("E-mail")},
    {ITEM(phone), .label = N_("Phone")},
    {ITEM(state), .label = N_("State"), .choices = states},
    {ITEM(role), .null = true, .label = N_("Role"), .choices = role_choices},
    {ITEM(org_code), .null = true, .label = N_("Code of the organisation")},
    {ITEM(org_name), .null = true, .label = N_("Organisation")},
    {ITEM(grants), .label = N_("Roles held now")},
    {ITEM(last_login_at), .type = API_TIME, .label = N_("Last sign-in")},
    {ITEM(created_at), .type = API_TIME, .label = N_("Created")},
    {ITEM(version), .label = N_("Version"), .aside = true},
};
static const struct api_resource item_resource = API_RESOURCE(
    "AccountItem", struct people_item_row, item_fields, N_("An account as a row of the list"));

#define GRANT(m) API_AT(struct people_grants_row, m)
static const struct api_field grant_fields[] = {
    {GRANT(id), .label = N_("Number")},
    {GRANT(role), .label = N_("Role"), .choices = role_choices},
    {API_AT_AS(struct people_grants_row, org_code, "org"), .label = N_("Code of the organisation")},
    {GRANT(org_name), .label = N_("Organisation")},
    {GRANT(valid_from), .type = API_TIME, .label = N_("Since")},
    {GRANT(valid_to), .type = API_TIME, .label = N_("Until")},
    {GRANT(granted_at), .type = API_TIME, .label = N_("Granted")},
    {GRANT(revoked_at), .type = API_TIME, .label = N_("Revoked")},
    {GRANT(reason), .label = N_("Reason")},
    {GRANT(by_name), .null = true, .label = N_("Granted by")},
};
static const struct api_resource grant_resource =
    API_RESOURCE("Grant", struct people_grants_row, grant_fields,
                 N_("A role held for an organisation and a period"));

struct account_record {
    struct people_account_row a;
    struct people_grants_rows grants;
};
#define RECORD(m) API_AT_AS(struct account_record, a.m, #m)
static const struct api_field record_fields[] = {
    {RECORD(login), .label = N_("Login")},
    {RECORD(name), .label = N_("Name")},
    {RECORD(position), .label = N_("Position")},
    {RECORD(email), .label = N_("E-mail")},
    {RECORD(phone), .label = N_("Phone")},
    {RECORD(state), .label = N_("State"), .choices = states},
    {RECORD(created_at), .type = API_TIME, .label = N_("Created")},
    {RECORD(last_login_at), .type = API_TIME, .label = N_("Last sign-in")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT(struct account_record, grants), .type = API_LIST, .label = N_("Roles"),
     .of = &grant_resource},
};
static const struct api_resource record_resource =
    API_RESOURCE("Account", struct account_record, record_fields, N_("An account with its roles"));

struct own_permission {
    struct str name;
};
struct me {
    struct people_account_row a;
    struct str csrf;
    struct people_own_grants_rows roles;
    struct {
        struct own_permission *at;
        size_t len;
    } permissions;
};
#define ROLE_OF(m) API_AT(struct people_own_grants_row, m)
static const struct api_field own_role_fields[] = {
    {ROLE_OF(role), .label = N_("Role"), .choices = role_choices},
    {API_AT_AS(struct people_own_grants_row, org_code, "org"),
     .label = N_("Code of the organisation")},
    {ROLE_OF(org_name), .label = N_("Organisation")},
    {ROLE_OF(valid_from), .type = API_TIME, .label = N_("Since")},
    {ROLE_OF(valid_to), .type = API_TIME, .label = N_("Until")},
};
static const struct api_resource own_role_resource = API_RESOURCE(
    "OwnRole", struct people_own_grants_row, own_role_fields, N_("A role that I hold now"));
static const struct api_field permission_fields[] = {
    {API_AT(struct own_permission, name), .label = N_("Name")},
};
static const struct api_resource permission_resource =
    API_RESOURCE("OwnPermission", struct own_permission, permission_fields,
                 N_("Something that I may do, at least for one organisation"));
#define ME(m) API_AT_AS(struct me, a.m, #m)
static const struct api_field me_fields[] = {
    {ME(login), .label = N_("Login")},
    {ME(name), .label = N_("Name")},
    {ME(position), .label = N_("Position")},
    {ME(email), .label = N_("E-mail")},
    {ME(phone), .label = N_("Phone")},
    {ME(lang), .label = N_("Language"), .about = N_("vi, en, or empty: as the browser asks")},
    {ME(theme), .label = N_("Appearance")},
    {ME(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT(struct me, csrf), .null = true, .label = N_("CSRF token"),
     .about = N_("For X-CSRF-Token, with a session; null with a token")},
    {API_AT(struct me, roles), .type = API_LIST, .label = N_("Roles"), .of = &own_role_resource},
    {API_AT(struct me, permissions), .type = API_LIST, .label = N_("Permissions"),
     .of = &permission_resource},
};
static const struct api_resource me_resource =
    API_RESOURCE("Me", struct me, me_fields, N_("Who asks, and what they may do"));

struct state_body {
    struct str state;
};
static const struct form_field state_fields[] = {
    {FORM_AT(struct state_body, state), FORM_CHOICE, .required = true, .label = N_("State"),
     .choices = states},
};
static const struct form state_body = {"state", state_fields, ARRAY_LEN(state_fields)};

struct revoke_body {
    struct str reason;
};
static const struct form_field revoke_fields[] = {
    {FORM_AT(struct revoke_body, reason), FORM_TEXT, .required = true, .max = 300,
     .label = N_("Reason")},
};
static const struct form revoke_body = {"revoke", revoke_fields, ARRAY_LEN(revoke_fields)};

/* ---- the list ----------------------------------------------------------------------------------
 */

static const char *const sorts[] = {"name", "login", "last", "created", NULL};

static int give(void *sink, const struct people_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    struct people_filters f;
    int r = people_filters_parse(req, db, &f, err);

    if (r < 0)
        return r;
    return people_walk(db, actor_of(req)->id, req->now, w->words, f.state, f.role, f.org_id,
                       w->after, w->number, w->text, w->id, w->limit, w->sort, w->descending, give,
                       sink, err);
}

static const struct api_list list = {
    .name = "accounts",
    .kind = "account",
    .title = N_("Accounts"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct people_item_row, number, place, id),
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

/* ---- one account -------------------------------------------------------------------------------
 */

static int answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct err *err)
{
    struct account_record v = {0};
    int r;

    if ((r = people_account(db, req->arena, id, &v.a, err)) < 0 ||
        (r = people_grants(db, req->arena, id, &v.grants, err)) < 0)
        return r;
    return api_send(req, res, &record_resource, &v, v.a.version);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    return r < 0 ? r : answer(req, res, db, account.id, err);
}

static int create(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct secret_view told = {0};
    struct account_form in = {0};
    struct account_record v = {0};
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &account_form, &in, err)) < 0)
        return r;
    r = account_make(req, db, &in, STR(""), &state, &id, err);
    if (r == ERR_INVALID && state.errors.len > 0)
        return api_reject(req, state.errors.at[0].field, state.errors.at[0].message, err);
    /* The link is for the owner of the account: by mail, never in the answer. */
    if (r < 0 || (r = make_link(req, db, id, LINK_FIRST, &told, err)) < 0 ||
        (r = people_account(db, req->arena, id, &v.a, err)) < 0 ||
        (r = people_grants(db, req->arena, id, &v.grants, err)) < 0)
        return r;
    return api_send_created(
        req, res, &record_resource, &v, v.a.version,
        str_printf(req->arena, "/api/v1/accounts/" STR_FMT, STR_ARG(v.a.login)));
}
API_ONCE_HANDLER(create_post, create)

static int edit_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row was;
    struct account_profile profile;
    struct edit_form in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = account_of_url(req, &db, &was, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0)
        return r;
    in = (struct edit_form){
        .name = was.name, .position = was.position, .email = was.email, .phone = was.phone};
    if ((r = api_read_change(req, &edit_form, &in, err)) < 0)
        return r;
    profile = (struct account_profile){in.name, in.email, in.phone, in.position};
    r = account_set_profile(db, req->arena, was.id, version != 0 ? version : was.version, &profile,
                            actor_of(req), req->now, err);
    if (r == ERR_CONFLICT && people_account(db, req->arena, was.id, &was, &ignored) == 0)
        return api_overtaken(req, db, r, "account", was.id, version, was.version, err);
    return r < 0 ? r : answer(req, res, db, was.id, err);
}

static int state_put(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct state_body in = {0};
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = api_read(req, &state_body, &in, err)) < 0 ||
        (r = account_set_state(db, req->arena, account.id, str_is(in.state, "active"),
                               actor_of(req), req->now, err)) < 0)
        return r;
    return answer(req, res, db, account.id, err);
}

static int grant_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct people_org_row org = {0};
    struct grant_form in = {0};
    enum role role;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = api_read(req, &grant_form, &in, err)) < 0 ||
        (r = people_org(db, req->arena, in.org, &org, err)) < 0)
        return r;
    if (r == 0 || !role_from_name(in.role, &role))
        return api_reject(req, "org", T(req->lang, "There is no organisation with this code"), err);
    r = account_grant(db, req->arena, account.id, role, org.id,
                      in.from.has && in.from.v > req->now ? in.from.v : req->now,
                      in.to.has ? opt_int(in.to.v + DAY_MS) : NO_INT, in.reason, actor_of(req),
                      req->now, err);
    return r < 0 ? r : answer(req, res, db, account.id, err);
}

static int revoke_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct people_grant_owner_row owner;
    struct revoke_body in = {0};
    int64_t grant;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = api_part_int(req, "grant", &grant, err)) < 0 ||
        (r = people_grant_owner(db, req->arena, grant, &owner, err)) < 0)
        return r;
    if (r == 0 || owner.account_id != account.id)
        return err_set(err, ERR_NOT_FOUND, "no such grant of '" STR_FMT "'",
                       STR_ARG(account.login));
    if ((r = api_read(req, &revoke_body, &in, err)) < 0 ||
        (r = account_revoke(db, req->arena, grant, in.reason, actor_of(req), req->now, err)) < 0)
        return r;
    return answer(req, res, db, account.id, err);
}

/* ---- oneself -----------------------------------------------------------------------------------
 */

static int me_get(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct me me = {.csrf = actor->token == 0 ? actor->csrf : STR_EMPTY};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = people_account(db, req->arena, actor->id, &me.a, err)) < 0 ||
        (r = people_own_grants(db, req->arena, actor->id, req->now, &me.roles, err)) < 0)
        return r;
    me.permissions.at = arena_array(req->arena, struct own_permission, PERM_COUNT);
    for (int p = 0; p < PERM_COUNT; p++) {
        if (actor_can(actor, (enum permission)p))
            me.permissions.at[me.permissions.len++].name =
                str_c(permission_name((enum permission)p));
    }
    return api_send(req, res, &me_resource, &me, me.a.version);
}

/* A token could take the account over by the address that a forgotten password is sent to. */
static int me_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct people_account_row was;
    struct account_own own;
    struct own_form in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = people_by_session(req, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 || (r = web_db(req, &db, err)) < 0 ||
        (r = people_account(db, req->arena, actor->id, &was, err)) < 0)
        return r;
    in = (struct own_form){
        .email = was.email, .phone = was.phone, .lang = was.lang, .theme = was.theme};
    if ((r = api_read_change(req, &own_form, &in, err)) < 0)
        return r;
    own = (struct account_own){in.email, in.phone, in.lang, in.theme,
                               opt_int(version != 0 ? version : was.version)};
    r = account_set_own(db, req->arena, &own, actor, req->now, err);
    if (r == ERR_CONFLICT && people_account(db, req->arena, was.id, &was, &ignored) == 0)
        return api_overtaken(req, db, r, "account", was.id, version, was.version, err);
    return r < 0 ? r : me_get(req, res, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param filters[] = {
    {"state", N_("active, disabled, never (signed in) or none (of the roles holds now)"), NULL,
     false},
    {"role", NULL, role_choices, false},
    {"org", N_("Code of the organisation; those below it count too"), NULL, false},
    {"q", N_("Words, with or without diacritics"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/accounts"
#define ONE  BASE "/{login}"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "accounts", __VA_ARGS__                                                             \
    }
/* As on the pages: whoever changes rights has proved lately who they are, which no token can. */
#define WRITE(method, pattern, handler, ...)                                                       \
    {                                                                                              \
        method, pattern, "account.write", handler, HTTP_BODY_RAW,                                  \
            .fresh = true, .scope = "account",                                                     \
            OP(.answer = &record_resource,                                                         \
               .about = N_("For sessions that confirmed lately who they are, not for tokens."),    \
               __VA_ARGS__)                                                                        \
    }

const struct http_route people_api_routes[] = {
    {HTTP_GET, "/api/v1/me", "session", me_get, .scope = "none",
     .api = &(const struct api_operation){.tag = "me",
                                          .id = "getMe",
                                          .summary = N_("Who I am and what I may do"),
                                          .answer = &me_resource}},
    {HTTP_PATCH, "/api/v1/me", "session", me_patch, HTTP_BODY_RAW, .scope = "none",
     .api =
         &(const struct api_operation){
             .tag = "me",
             .id = "changeMe",
             .summary = N_("Change my own details"),
             .about =
                 N_("Only the members that are sent are changed; null empties one. For sessions, "
                    "not for tokens."),
             .body = &own_form,
             .answer = &me_resource,
             .flags = API_VERSIONED | API_PARTIAL}},
    {HTTP_GET, BASE, "account.read", list_get, .scope = "none",
     OP(.id = "listAccounts", .summary = N_("List of accounts"), .answer = &item_resource,
        .flags = API_IS_LIST | API_PAGED, .params = filters, .sorts = sorts)},
    {HTTP_POST, BASE, "account.write", create_post, HTTP_BODY_RAW, .fresh = true, .scope = "none",
     OP(.id = "createAccount", .summary = N_("Make an account with its first role"),
        .about = N_("Its owner gets a link by mail to set a password; without mail, make the link "
                    "on the page of the account. For sessions that confirmed lately who they are, "
                    "not for tokens."),
        .body = &account_form, .answer = &record_resource, .status = 201, .flags = API_ONCE)},
    {HTTP_GET, ONE, "account.read", show_get, .scope = "account",
     OP(.id = "getAccount", .summary = N_("One account"), .answer = &record_resource)},
    {HTTP_PATCH, ONE, "account.write", edit_patch, HTTP_BODY_RAW, .scope = "account",
     OP(.id = "changeAccount", .summary = N_("Change an account"), .body = &edit_form,
        .about = N_("Only the members that are sent are changed; null empties one."),
        .answer = &record_resource, .flags = API_VERSIONED | API_PARTIAL)},
    WRITE(HTTP_PUT, ONE "/state", state_put, .id = "setAccountState",
          .summary = N_("Disable an account, or let it sign in again"), .body = &state_body),
    WRITE(HTTP_POST, ONE "/grants", grant_post, .id = "grantRole", .summary = N_("Grant a role"),
          .body = &grant_form),
    WRITE(HTTP_POST, ONE "/grants/{grant}/revoke", revoke_post, .id = "revokeRole",
          .summary = N_("Revoke a role"), .body = &revoke_body),
    API_EXPORTS("/accounts", "account.read", list_export, "none"),
};
const size_t people_api_routes_len = ARRAY_LEN(people_api_routes);
