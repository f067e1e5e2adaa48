#include "app/api/api.h"
#include "app/people/handlers.h"
#include "app/people/people.h"
#include "app/people/view.h"

/* How people sign in, over the API. */

struct role_asked {
    struct str name;
};
struct rules_record {
    struct {
        struct role_asked *at;
        size_t len;
    } roles;
    bool provider;
    struct str provider_name, issuer, client, redirect_uri;
    bool by_email, no_code;
};
static const struct api_field role_fields[] = {
    {API_AT(struct role_asked, name), .label = N_("Role"), .choices = role_choices},
};
static const struct api_resource role_resource =
    API_RESOURCE("RoleWithSecondFactor", struct role_asked, role_fields,
                 N_("A role whose holders need a second factor"));

#define RULES(m) API_AT(struct rules_record, m)
static const struct api_field rules_fields[] = {
    {RULES(roles), .type = API_LIST, .label = N_("Roles that need a second factor"),
     .of = &role_resource},
    {RULES(provider), .label = N_("Sign-in through a provider"),
     .about = N_("Whether ungcuu.conf names one; what follows is from there")},
    {RULES(provider_name), .null = true, .label = N_("Name")},
    {RULES(issuer), .null = true, .label = N_("Provider")},
    {RULES(client), .null = true, .label = N_("Name of this site there")},
    {RULES(redirect_uri), .null = true, .label = N_("Address to allow there")},
    {RULES(by_email), .label = N_("First sign-in"),
     .about = N_("true: linked to the one account with the same verified address")},
    {RULES(no_code), .label = N_("Second factor"), .about = N_("true: the provider sees to it")},
};
static const struct api_resource rules_resource = API_RESOURCE(
    "SignInRules", struct rules_record, rules_fields, N_("How people sign in to this site"));

struct provider_test {
    bool good;
    struct str problem, authorization;
    int64_t keys;
};
#define TEST(m) API_AT(struct provider_test, m)
static const struct api_field test_fields[] = {
    {TEST(good), .label = N_("Answered")},
    {TEST(problem), .label = N_("Error")},
    {TEST(keys), .label = N_("Keys"), .about = N_("That can verify signatures")},
    {TEST(authorization), .null = true, .label = N_("Where people are sent to")},
};
static const struct api_resource test_resource = API_RESOURCE(
    "ProviderTest", struct provider_test, test_fields, N_("What the provider answers now"));

static int answer(struct http_request *req, struct http_response *res, struct db *db,
                  struct err *err)
{
    const struct people_provider *p = &people_provider;
    struct rules_record v = {.provider = p->on, .by_email = p->by_email, .no_code = p->no_code};
    bool asked[ROLE_COUNT];
    int r = account_factor_roles(db, req->arena, asked, err);

    if (r < 0)
        return r;
    v.roles.at = arena_array(req->arena, struct role_asked, ROLE_COUNT);
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (asked[i])
            v.roles.at[v.roles.len++].name = str_c(role_name((enum role)i));
    }
    if (p->on) {
        v.provider_name = p->name;
        v.issuer = p->client.issuer;
        v.client = p->client.id;
        v.redirect_uri = provider_client(req->arena).redirect_uri;
    }
    return api_send(req, res, &rules_resource, &v, 0);
}

static int rules_api_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : answer(req, res, db, err);
}

static int rules_api_put(struct http_request *req, struct http_response *res, struct err *err)
{
    struct rules_form in = {0};
    bool wanted[ROLE_COUNT];
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &rules_form, &in, err)) < 0)
        return r;
    rules_wanted(&in, wanted);
    r = account_set_factor_roles(db, req->arena, wanted, actor_of(req), req->now, err);
    return r < 0 ? r : answer(req, res, db, err);
}

static int rules_api_test(struct http_request *req, struct http_response *res, struct err *err)
{
    struct provider_test v = {0};
    struct rules_view test = {0};

    if (!people_provider.on)
        return err_set(err, ERR_STATE, "no provider is set up in ungcuu.conf");
    rules_ask(req, &test);
    v = (struct provider_test){.good = test.problem.len == 0,
                               .problem = test.problem,
                               .authorization = test.found.authorization,
                               .keys = test.keys};
    return api_send(req, res, &test_resource, &v, 0);
}

#define PATH "/api/v1/settings/sign-in"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "settings", __VA_ARGS__                                                             \
    }

const struct http_route people_rules_api_routes[] = {
    {HTTP_GET, PATH, "site.manage", rules_api_get, .scope = "none",
     OP(.id = "getSignInRules", .summary = N_("How people sign in"), .answer = &rules_resource)},
    {HTTP_PUT, PATH, "site.manage", rules_api_put, HTTP_BODY_RAW, .fresh = true, .scope = "site",
     OP(.id = "setSignInRules", .summary = N_("Choose which roles need a second factor"),
        .about = N_("All of them; the others need none. For administrators of the organisation at "
                    "the top, with a session that confirmed lately who they are, not for tokens."),
        .body = &rules_form, .answer = &rules_resource)},
    {HTTP_POST, PATH "/test", "site.manage", rules_api_test, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "testProvider", .summary = N_("Ask the provider now"), .answer = &test_resource)},
};
const size_t people_rules_api_routes_len = ARRAY_LEN(people_rules_api_routes);
