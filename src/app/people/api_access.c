#include "app/api/api.h"
#include "app/people/handlers.h"
#include "app/people/people.h"
#include "app/people/view.h"

/* Who may get in, over the API: sessions and tokens, one's own and those of accounts in one's care.
 * What opens a door (passwords, links, second factors, new tokens) is made on the pages only. */

#define TOKEN(m) API_AT(struct people_tokens_row, m)
static const struct api_field token_fields[] = {
    {TOKEN(id), .label = N_("Number")},
    {TOKEN(name), .label = N_("Name")},
    {TOKEN(hint), .label = N_("Begins with")},
    {TOKEN(scope), .label = N_("Permissions"), .about = N_("Names with spaces between")},
    {TOKEN(networks), .label = N_("Only from")},
    {TOKEN(created_at), .type = API_TIME, .label = N_("Created")},
    {TOKEN(expires_at), .type = API_TIME, .label = N_("Ends")},
    {TOKEN(used_at), .type = API_TIME, .label = N_("Last used")},
    {TOKEN(used_address), .label = N_("Address")},
    {TOKEN(revoked_at), .type = API_TIME, .label = N_("Revoked")},
};
static const struct api_resource token_resource =
    API_RESOURCE("Token", struct people_tokens_row, token_fields,
                 N_("An API token, without what it is used with"));

#define SESSION(m) API_AT(struct people_sessions_row, m)
static const struct api_field session_fields[] = {
    {SESSION(id), .label = N_("Number")},
    {SESSION(created_at), .type = API_TIME, .label = N_("Since")},
    {SESSION(seen_at), .type = API_TIME, .label = N_("Last seen")},
    {SESSION(expires_at), .type = API_TIME, .label = N_("Ends")},
    {SESSION(address), .label = N_("Address")},
    {SESSION(agent), .label = N_("Browser")},
};
static const struct api_resource session_resource = API_RESOURCE(
    "Session", struct people_sessions_row, session_fields, N_("A browser that is signed in"));

struct token_body {
    struct opt_int token;
};
static const struct form_field token_body_fields[] = {
    {FORM_AT(struct token_body, token), FORM_INT, .required = true,
     .label = N_("Number of the token")},
};
static const struct form token_body = {"token-revoke", token_body_fields,
                                       ARRAY_LEN(token_body_fields)};

struct session_body {
    struct str session;
};
static const struct form_field session_body_fields[] = {
    {FORM_AT(struct session_body, session), FORM_TEXT, .max = 100,
     .label = N_("Number of the session"), .help = N_("Left out: all but the present one")},
};
static const struct form session_body = {"session-end", session_body_fields,
                                         ARRAY_LEN(session_body_fields)};

/* ---- tokens ------------------------------------------------------------------------------------
 */

static int tokens(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct err *err)
{
    struct people_tokens_rows rows;
    int r = people_tokens(db, req->arena, id, req->now, INT64_MAX, &rows, err);

    return r < 0 ? r : api_send_list(req, res, &token_resource, &rows);
}

static int drop_token(struct http_request *req, struct http_response *res, struct db *db,
                      int64_t id, struct err *err)
{
    struct people_token_owner_row owner;
    struct token_body in = {0};
    int r = api_read(req, &token_body, &in, err);

    if (r < 0 || (r = people_token_owner(db, req->arena, in.token.v, &owner, err)) < 0)
        return r;
    if (r == 0 || owner.account_id != id)
        return api_reject(req, "token", T(req->lang, "The account has no such token"), err);
    r = account_token_revoke(db, req->arena, in.token.v, actor_of(req), req->now, err);
    return r < 0 ? r : tokens(req, res, db, id, err);
}

static int own_tokens_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : tokens(req, res, db, actor_of(req)->id, err);
}

/* A token that got into wrong hands is not to shut out its owner. */
int people_by_session(const struct http_request *req, struct err *err)
{
    return actor_of(req)->token == 0
               ? 0
               : err_set(err, ERR_FORBIDDEN, "this is for sessions, not for API tokens");
}

static int own_token_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = people_by_session(req, err);

    if (r == 0)
        r = web_db(req, &db, err);
    return r < 0 ? r : drop_token(req, res, db, actor_of(req)->id, err);
}

/* Of an account that the actor administers. */
static int managed(struct http_request *req, struct db **db, struct people_account_row *account,
                   struct err *err)
{
    int r = account_of_url(req, db, account, err);

    return r < 0 ? r : account_require_manage(*db, actor_of(req), account->id, req->now, err);
}

static int tokens_of_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct db *db;
    int r = managed(req, &db, &account, err);

    return r < 0 ? r : tokens(req, res, db, account.id, err);
}

static int token_of_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct db *db;
    int r = managed(req, &db, &account, err);

    return r < 0 ? r : drop_token(req, res, db, account.id, err);
}

/* ---- sessions ----------------------------------------------------------------------------------
 */

static int sessions(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                    struct err *err)
{
    struct people_sessions_rows rows;
    int r = people_sessions(db, req->arena, id, req->now, req->now - SESSION_IDLE, &rows, err);

    return r < 0 ? r : api_send_list(req, res, &session_resource, &rows);
}

static int own_sessions_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : sessions(req, res, db, actor_of(req)->id, err);
}

static int own_sessions_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct session_body in = {0};
    struct db *db;
    int r = people_by_session(req, err);

    if (r < 0 || (r = web_db(req, &db, err)) < 0 ||
        (r = api_read(req, &session_body, &in, err)) < 0 ||
        (r = account_end_sessions(db, req->arena, actor_of(req),
                                  in.session.len > 0 ? in.session : STR(""), req->now, err)) < 0)
        return r;
    return sessions(req, res, db, actor_of(req)->id, err);
}

static int sessions_of_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct db *db;
    int r = managed(req, &db, &account, err);

    return r < 0 ? r : sessions(req, res, db, account.id, err);
}

static int sessions_of_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct session_body in = {0};
    struct db *db;
    int r = managed(req, &db, &account, err);

    if (r < 0 || (r = api_read(req, &session_body, &in, err)) < 0 ||
        (r = account_end_sessions_of(db, req->arena, account.id,
                                     in.session.len > 0 ? in.session : STR(""), actor_of(req),
                                     req->now, err)) < 0)
        return r;
    return sessions(req, res, db, account.id, err);
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* Of the account in the path, which the actor administers, or one's own. */
static int whose(struct http_request *req, struct db *db, int64_t *id, struct err *err)
{
    struct people_account_row account;
    int r;

    *id = actor_of(req)->id;
    if (http_param(req, "login").len == 0)
        return 0;
    r = managed(req, &db, &account, err);
    *id = account.id;
    return r;
}

static int walk_tokens(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                       void *sink, struct err *err)
{
    struct people_tokens_rows rows;
    int64_t id;
    int r = whose(req, db, &id, err);

    if (r < 0 || (r = people_tokens(db, req->arena, id, req->now, INT64_MAX, &rows, err)) < 0)
        return r;
    return api_take_all(sink, &rows, err);
}

static int walk_sessions(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                         void *sink, struct err *err)
{
    struct people_sessions_rows rows;
    int64_t id;
    int r = whose(req, db, &id, err);

    if (r < 0 || (r = people_sessions(db, req->arena, id, req->now, req->now - SESSION_IDLE, &rows,
                                      err)) < 0)
        return r;
    return api_take_all(sink, &rows, err);
}

static const char *const newest[] = {"-created_at", NULL};
static const struct api_list token_list = {
    .name = "tokens",
    .kind = "account",
    .title = N_("API tokens"),
    .item = &token_resource,
    .sorts = newest,
    .walk = walk_tokens,
    .part = "login",
};
static const struct api_list session_list = {
    .name = "sessions",
    .kind = "account",
    .title = N_("Sessions"),
    .item = &session_resource,
    .sorts = newest,
    .walk = walk_sessions,
    .part = "login",
};

API_EXPORT_HANDLER(tokens_export, token_list)
API_EXPORT_HANDLER(sessions_export, session_list)

/* ---- routes ------------------------------------------------------------------------------------
 */

#define OP(TAG, ...)                                                                               \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = TAG, .flags = API_IS_LIST, __VA_ARGS__                                              \
    }
#define OWN(method, pattern, handler, ...)                                                         \
    {                                                                                              \
        method, "/api/v1/me" pattern, "session", handler,                                          \
            .body = method == HTTP_GET ? HTTP_BODY_NONE : HTTP_BODY_RAW, .scope = "none",          \
            OP("me", __VA_ARGS__)                                                                  \
    }
#define OF(method, pattern, handler, ...)                                                          \
    {                                                                                              \
        method, "/api/v1/accounts/{login}" pattern, "account.write", handler,                      \
            .body = method == HTTP_GET ? HTTP_BODY_NONE : HTTP_BODY_RAW,                           \
            .fresh = method != HTTP_GET, .scope = "account", OP("accounts", __VA_ARGS__)           \
    }

const struct http_route people_access_api_routes[] = {
    OWN(HTTP_GET, "/tokens", own_tokens_get, .id = "listOwnTokens", .summary = N_("My API tokens"),
        .answer = &token_resource),
    OWN(HTTP_POST, "/tokens/revoke", own_token_post, .id = "revokeOwnToken",
        .summary = N_("Revoke one of my API tokens"), .about = N_("For sessions, not for tokens."),
        .body = &token_body, .answer = &token_resource),
    OWN(HTTP_GET, "/sessions", own_sessions_get, .id = "listOwnSessions",
        .summary = N_("Where I am signed in"), .answer = &session_resource),
    OWN(HTTP_POST, "/sessions/end", own_sessions_post, .id = "endOwnSessions",
        .summary = N_("End sessions of mine"), .about = N_("For sessions, not for tokens."),
        .body = &session_body, .answer = &session_resource),
    OF(HTTP_GET, "/tokens", tokens_of_get, .id = "listAccountTokens",
       .summary = N_("API tokens of an account"), .answer = &token_resource),
    OF(HTTP_POST, "/tokens/revoke", token_of_post, .id = "revokeAccountToken",
       .summary = N_("Revoke an API token of an account"), .body = &token_body,
       .about = N_("For sessions that confirmed lately who they are, not for tokens."),
       .answer = &token_resource),
    OF(HTTP_GET, "/sessions", sessions_of_get, .id = "listAccountSessions",
       .summary = N_("Where an account is signed in"), .answer = &session_resource),
    OF(HTTP_POST, "/sessions/end", sessions_of_post, .id = "endAccountSessions",
       .summary = N_("End sessions of an account"), .body = &session_body,
       .about = N_("For sessions that confirmed lately who they are, not for tokens."),
       .answer = &session_resource),
    API_EXPORTS("/account/tokens", "session", tokens_export, "none"),
    API_EXPORTS("/account/sessions", "session", sessions_export, "none"),
    API_EXPORTS("/accounts/{login}/tokens", "account.write", tokens_export, "account"),
    API_EXPORTS("/accounts/{login}/sessions", "account.write", sessions_export, "account"),
};
const size_t people_access_api_routes_len = ARRAY_LEN(people_access_api_routes);
