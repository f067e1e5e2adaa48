#include "app/api/api.h"
#include "app/search/search.h"
#include "app/search/view.h"
#include "sys/i18n/i18n.h"

struct found {
    struct str kind, code, title, sub;
    int64_t at;
};
VEC_TYPE(founds, struct found);

static const struct form_choice kinds[] = {
    {"incidents", N_("Incidents")},
    {"reports", N_("Reports")},
    {"comments", N_("Comments")},
    {"observables", N_("Observables")},
    {"systems", N_("Systems")},
    {"orgs", N_("Organisations")},
    {NULL, NULL},
};
static const struct api_field fields[] = {
    {API_AT(struct found, kind), .label = N_("Kind of record"), .choices = kinds},
    {API_AT(struct found, code), .label = N_("Code")},
    {API_AT(struct found, title), .label = N_("Title"), .wide = true},
    {API_AT(struct found, sub), .label = N_("Organisation")},
    {API_AT(struct found, at), .type = API_TIME, .label = N_("Changed")},
};
static const struct api_resource found_resource =
    API_RESOURCE("Found", struct found, fields, N_("A record that fits what was searched for"));

static struct str plain(struct arena *a, const struct words_parts *parts)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < parts->len; i++)
        buf_add(&b, parts->at[i].text);
    return buf_str(&b);
}

static int search(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str typed = str_sub(http_arg(req, "q"), 0, 400);
    struct search_groups groups = {0};
    struct founds out = {0};
    struct search_ask ask;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    search_ask(req->arena, db, typed, STR(""), &ask);
    if (ask.match.len == 0 && ask.value.len == 0)
        return api_reject(req, "?q", T(req->lang, "Say what to search for"), err);
    if ((r = search_all(db, req, &ask, &groups, err)) < 0)
        return r;
    for (size_t g = 0; g < groups.len; g++) {
        for (size_t i = 0; i < groups.at[g].hits.len; i++) {
            const struct search_found *hit = &groups.at[g].hits.at[i];

            *vec_push(&out, req->arena) =
                (struct found){str_c(groups.at[g].name), hit->code, plain(req->arena, &hit->title),
                               hit->sub, hit->at};
        }
    }
    return api_send_list(req, res, &found_resource, &out);
}

static const struct api_param params[] = {
    {"q", N_("Words, a code, or an observable"), NULL, false},
    {NULL, NULL, NULL, false},
};

const struct http_route search_api_routes[] = {
    {HTTP_GET, "/api/v1/search", "session", search, .scope = "none",
     .api = &(const struct api_operation){.tag = "search",
                                          .id = "search",
                                          .summary = N_("Search everything in reach"),
                                          .about = N_("The best of each kind; the lists take the "
                                                      "same words in q and give them all."),
                                          .answer = &found_resource,
                                          .flags = API_IS_LIST,
                                          .params = params}},
};
const size_t search_api_routes_len = ARRAY_LEN(search_api_routes);
