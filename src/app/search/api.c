#include "app/api/api.h"
#include "app/observable/observable.h"
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
    {"files", N_("Files")},
    {"letters", N_("Letters")},
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

/* ---- all of it as a file -----------------------------------------------------------------------
 */

/* A row of the file; what could be clicked is made harmless. */
struct found_row {
    struct found f;
    int64_t number, id; /* there are no pages of it */
    struct str place;
};
static const struct api_field row_fields[] = {
    {API_AT_AS(struct found_row, f.kind, "kind"), .label = N_("Kind of record"), .choices = kinds},
    {API_AT_AS(struct found_row, f.code, "code"), .label = N_("Code")},
    {API_AT_AS(struct found_row, f.title, "title"), .label = N_("Title"), .wide = true},
    {API_AT_AS(struct found_row, f.sub, "sub"), .label = N_("Organisation")},
    {API_AT_AS(struct found_row, f.at, "at"), .type = API_TIME, .label = N_("Changed")},
};
static const struct api_resource row_resource = API_RESOURCE(
    "FoundRow", struct found_row, row_fields, N_("A record that fits what was searched for"));

struct taking {
    struct http_request *req;
    void *sink;
};

static int take(void *ctx, const char *group, const struct search_hit_row *row, struct err *err)
{
    struct taking *t = ctx;
    struct arena *a = t->req->arena;
    struct arena_mark mark = arena_mark(a);
    struct found_row out = {
        .f = {str_c(group), row->code, observable_defang_all(a, row->title), row->sub, row->at},
        .place = STR("")};
    int r = api_take(t->sink, &out, err);

    arena_rewind(a, mark);
    return r;
}

static int walk(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                void *sink, struct err *err)
{
    struct taking t = {req, sink};
    struct search_ask ask;

    search_ask(req->arena, db, str_sub(http_arg(req, "q"), 0, 400),
               http_arg(req, "in").len > 0 ? http_arg(req, "in") : STR(""), &ask);
    return search_each(db, req, &ask, take, &t, err);
}

static const char *const sorts[] = {"found", NULL};
static const struct api_list list = {
    .name = "search",
    .kind = "search",
    .title = N_("Search"),
    .item = &row_resource,
    .sorts = sorts,
    API_PLACE(struct found_row, number, place, id),
    .walk = walk,
};

static int list_export(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_export(req, res, &list, err);
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
    API_EXPORTS("/search", "session", list_export, "none"),
};
const size_t search_api_routes_len = ARRAY_LEN(search_api_routes);
