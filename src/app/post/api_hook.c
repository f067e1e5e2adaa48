#include "app/api/api.h"
#include "app/org/org.h"
#include "app/post/hook.h"
#include "app/post/walk.h"
#include "sys/i18n/i18n.h"

/* Webhooks over the API. */

static const struct form_choice states[] = {
    {"active", N_("hook|Active")},
    {"paused", N_("hook|Paused")},
    {NULL, NULL},
};

#define ITEM(m) API_AT(struct post_hook_list_row, m)
static const struct api_field item_fields[] = {
    {ITEM(uuid), .label = N_("UUID")},
    {ITEM(name), .label = N_("Name")},
    {ITEM(url), .label = N_("Address")},
    {ITEM(state), .label = N_("State"), .choices = states},
    {ITEM(failed), .label = N_("Attempts without an answer")},
    {ITEM(org_name), .label = N_("Organisation")},
    {ITEM(last_at), .type = API_TIME, .label = N_("Last message")},
};
const struct api_resource post_hook_item_resource = API_RESOURCE(
    "WebhookItem", struct post_hook_list_row, item_fields, N_("A webhook as a row of the list"));

#define DELIVERY(m) API_AT(struct post_deliveries_row, m)
static const struct api_field delivery_fields[] = {
    {DELIVERY(uuid), .label = N_("UUID")},
    {DELIVERY(event), .label = N_("Event")},
    {DELIVERY(state), .label = N_("State")},
    {DELIVERY(attempts), .label = N_("Attempts")},
    {DELIVERY(at), .type = API_TIME, .label = N_("When")},
    {DELIVERY(done_at), .type = API_TIME, .label = N_("Done")},
    {DELIVERY(answer), .label = N_("Answer")},
};
const struct api_resource post_delivery_resource =
    API_RESOURCE("WebhookDelivery", struct post_deliveries_row, delivery_fields,
                 N_("A message to a webhook and what became of it"));

struct hook_record {
    struct post_hook_row h;
    struct str secret; /* only when it was just made */
    struct form_values events;
    struct post_deliveries_rows deliveries;
};
struct event_name {
    struct str name;
};
static const struct api_field event_fields[] = {
    {API_AT(struct event_name, name), .label = N_("Event")},
};
static const struct api_resource event_resource = API_RESOURCE(
    "WebhookEvent", struct event_name, event_fields, N_("An event that a webhook is told of"));
#define RECORD(m) API_AT_AS(struct hook_record, h.m, #m)
static const struct api_field record_fields[] = {
    {RECORD(uuid), .label = N_("UUID")},
    {RECORD(name), .label = N_("Name")},
    {RECORD(org_name), .label = N_("Organisation")},
    {RECORD(url), .label = N_("Address")},
    {RECORD(state), .label = N_("State"), .choices = states},
    {RECORD(failed), .label = N_("Attempts without an answer")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT(struct hook_record, secret), .null = true, .label = N_("Secret"),
     .about = N_("What signatures are checked with; told only when it is made, else null")},
    {API_AT(struct hook_record, events), .type = API_LIST, .label = N_("hook|Events"),
     .of = &event_resource},
    {API_AT(struct hook_record, deliveries), .type = API_LIST, .label = N_("Messages"),
     .of = &post_delivery_resource},
};
static const struct api_resource record_resource =
    API_RESOURCE("Webhook", struct hook_record, record_fields,
                 N_("An address that is told of events, with its last messages"));

struct test_result {
    bool good;
    struct str answer;
};
static const struct api_field test_fields[] = {
    {API_AT(struct test_result, good), .label = N_("Answered")},
    {API_AT(struct test_result, answer), .label = N_("Answer")},
};
static const struct api_resource test_resource =
    API_RESOURCE("WebhookTest", struct test_result, test_fields, N_("What a test message brought"));

struct state_body {
    struct str state;
};
static const struct form_field state_fields[] = {
    {FORM_AT(struct state_body, state), FORM_CHOICE, .required = true, .label = N_("State"),
     .choices = states},
};
static const struct form state_body = {"hook-state", state_fields, ARRAY_LEN(state_fields)};

/* ---- answers -----------------------------------------------------------------------------------
 */

static int load(struct http_request *req, struct db *db, struct str uuid, struct hook_record *v,
                struct err *err)
{
    struct str rest, one;
    int r = post_hook(db, req->arena, actor_of(req)->id, req->now, uuid, &v->h, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no such webhook in reach");
    if (r < 0 || (r = post_deliveries(db, req->arena, v->h.id, &v->deliveries, err)) < 0)
        return r;
    v->events.at = arena_array(req->arena, struct str, v->h.events.len + 1);
    rest = v->h.events;
    while (rest.len > 0 && str_split(&rest, ' ', &one))
        v->events.at[v->events.len++] = one;
    return 0;
}

static int answer(struct http_request *req, struct http_response *res, struct db *db,
                  struct str uuid, struct str secret, struct err *err)
{
    struct hook_record v = {.secret = secret};
    int r = load(req, db, uuid, &v, err);

    return r < 0 ? r : api_send(req, res, &record_resource, &v, v.h.version);
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_list_rows rows;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_hook_list(db, req->arena, actor_of(req)->id, req->now, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &post_hook_item_resource, &rows);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : answer(req, res, db, http_param(req, "uuid"), STR_EMPTY, err);
}

/* ---- changes -----------------------------------------------------------------------------------
 */

static int check(struct http_request *req, const struct post_hook_values *in, struct err *err)
{
    struct form_state state = {0};
    int r = post_hook_check(req, in, &state, err);

    return r < 0 && state.errors.len > 0
               ? api_reject(req, state.errors.at[0].field, state.errors.at[0].message, err)
               : r;
}

static int create(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_values in = {0};
    struct post_hook_new new_ = {0};
    struct post_hook_made made;
    struct post_org_by_code_row org;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &post_hook_form, &in, err)) < 0 ||
        (r = check(req, &in, err)) < 0 ||
        (r = post_org_by_code(db, req->arena, in.org, &org, err)) < 0)
        return r;
    if (r == 0)
        return api_reject(req, "org", T(req->lang, "There is no organisation with this code"), err);
    new_ = (struct post_hook_new){.org = org.id,
                                  .name = in.name,
                                  .url = in.url,
                                  .events = post_hook_joined(req->arena, &in.events)};
    if ((r = post_hook_make(db, req->arena, actor_of(req), &new_, req->now, &made, err)) < 0)
        return r;
    res->status = 201;
    http_add_header(res, STR("Location"),
                    str_printf(req->arena, "/api/v1/webhooks/" STR_FMT, STR_ARG(made.uuid)));
    return answer(req, res, db, made.uuid, made.secret, err);
}
API_ONCE_HANDLER(create_post, create)

static int edit_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct hook_record was = {0}, is = {0};
    struct post_hook_values in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = load(req, db, http_param(req, "uuid"), &was, err)) < 0 ||
        (r = api_version(req, &version, err)) < 0)
        return r;
    in = (struct post_hook_values){.name = was.h.name,
                                   .org = STR(""),
                                   .url = was.h.url,
                                   .events = {was.events.at, was.events.len}};
    if ((r = api_read_change(req, &post_hook_form, &in, err)) < 0 || (r = check(req, &in, err)) < 0)
        return r;
    if (in.org.len > 0)
        return api_reject(req, "org", T(req->lang, "A webhook stays with its organisation"), err);
    r = post_hook_edit(db, req->arena, actor_of(req), &was.h,
                       version != 0 ? version : was.h.version, &in, req->now, err);
    if (r == ERR_CONFLICT && load(req, db, was.h.uuid, &is, &ignored) == 0)
        return api_overtaken(req, db, r, "setting", was.h.id, version, is.h.version, err);
    return r < 0 ? r : answer(req, res, db, was.h.uuid, STR_EMPTY, err);
}

static int set_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct state_body in = {0};
    struct hook_record v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = load(req, db, http_param(req, "uuid"), &v, err)) < 0 ||
        (r = api_read(req, &state_body, &in, err)) < 0 ||
        (r = post_hook_set_state(db, req->arena, actor_of(req), &v.h,
                                 str_is(in.state, "active") ? "active" : "paused", req->now, err)) <
            0)
        return r;
    return answer(req, res, db, v.h.uuid, STR_EMPTY, err);
}

static int remove_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct hook_record v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = load(req, db, http_param(req, "uuid"), &v, err)) < 0 ||
        (r = post_hook_set_state(db, req->arena, actor_of(req), &v.h, NULL, req->now, err)) < 0)
        return r;
    return api_send_done(res);
}

static int test_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct test_result result = {0};
    struct hook_record v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = load(req, db, http_param(req, "uuid"), &v, err)) < 0 ||
        (r = post_hook_try(req, db, &v.h, &result.good, &result.answer, err)) < 0)
        return r;
    return api_send(req, res, &test_resource, &result, 0);
}

static int secret_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct hook_record v = {0};
    struct str secret;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = load(req, db, http_param(req, "uuid"), &v, err)) < 0 ||
        (r = post_hook_anew(db, req->arena, actor_of(req), &v.h, req->now, &secret, err)) < 0)
        return r;
    return answer(req, res, db, v.h.uuid, secret, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

#define BASE "/api/v1/webhooks"
#define ONE  BASE "/{uuid}"
#define HOOK(method, pattern, whose, handler, ...)                                                 \
    {                                                                                              \
        method, pattern, "webhook.manage", handler,                                                \
            .body = method == HTTP_GET ? HTTP_BODY_NONE : HTTP_BODY_RAW, .scope = whose,           \
            .api = &(const struct api_operation)                                                   \
        {                                                                                          \
            .tag = "webhooks", __VA_ARGS__                                                         \
        }                                                                                          \
    }

const struct http_route post_hook_api_routes[] = {
    HOOK(HTTP_GET, BASE, "none", list_get, .id = "listWebhooks", .summary = N_("Webhooks"),
         .answer = &post_hook_item_resource, .flags = API_IS_LIST),
    HOOK(HTTP_POST, BASE, "none", create_post, .id = "addWebhook",
         .summary = N_("Set up a webhook"),
         .about = N_("The organisation is named by its code. The answer holds the secret, which is "
                     "told only once."),
         .body = &post_hook_form, .answer = &record_resource, .status = 201, .flags = API_ONCE),
    HOOK(HTTP_GET, ONE, "webhook", show_get, .id = "getWebhook", .summary = N_("One webhook"),
         .answer = &record_resource),
    HOOK(HTTP_PATCH, ONE, "webhook", edit_patch, .id = "changeWebhook",
         .summary = N_("Change a webhook"),
         .about = N_("Only the members that are sent are changed; null empties one."),
         .body = &post_hook_form, .answer = &record_resource, .flags = API_VERSIONED | API_PARTIAL),
    HOOK(HTTP_DELETE, ONE, "webhook", remove_delete, .id = "removeWebhook",
         .summary = N_("Remove a webhook")),
    HOOK(HTTP_PUT, ONE "/state", "webhook", set_state, .id = "setWebhookState",
         .summary = N_("Pause a webhook, or resume it"), .body = &state_body,
         .answer = &record_resource),
    HOOK(HTTP_POST, ONE "/test", "webhook", test_post, .id = "testWebhook",
         .summary = N_("Send a test message"), .answer = &test_resource),
    HOOK(HTTP_POST, ONE "/secret", "webhook", secret_post, .id = "renewWebhookSecret",
         .summary = N_("A new secret instead of the old one"),
         .about = N_("It holds from the next message on and is told only in this answer."),
         .answer = &record_resource),
};
const size_t post_hook_api_routes_len = ARRAY_LEN(post_hook_api_routes);
