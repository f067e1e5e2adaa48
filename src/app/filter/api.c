#include "app/api/api.h"
#include "app/filter/inner.h"
#include "sys/i18n/i18n.h"

struct filter_item {
    int64_t id;
    struct str list, name, query, path, owner;
    bool mine, shared, standard;
};
VEC_TYPE(filter_items, struct filter_item);

#define ITEM(m) API_AT(struct filter_item, m)
static const struct api_field item_fields[] = {
    {ITEM(id), .label = N_("Number")},
    {ITEM(list), .label = N_("List"), .choices = filter_list_choices},
    {ITEM(name), .label = N_("Name of the filter")},
    {ITEM(query), .label = N_("What it filters by"),
     .about = N_("As the address of the list has it")},
    {ITEM(path), .label = N_("Address"), .about = N_("The list with this filter, on the site")},
    {ITEM(owner), .label = N_("Made by")},
    {ITEM(mine), .label = N_("One's own"), .about = N_("Others were shared by a colleague")},
    {ITEM(shared), .label = N_("Shared with the organisation")},
    {API_AT_AS(struct filter_item, standard, "default"), .label = N_("The list opens with it")},
};
static const struct api_resource item_resource = API_RESOURCE(
    "SavedFilter", struct filter_item, item_fields, N_("What a list shows, under a name"));

static const struct form_field body_fields[] = {
    {FORM_AT(struct filter_values, list), FORM_CHOICE, .required = true, .label = N_("List"),
     .choices = filter_list_choices},
    {FORM_AT(struct filter_values, name), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Name of the filter")},
    {FORM_AT(struct filter_values, query), FORM_TEXT, .required = true, .max = 1000,
     .label = N_("What it filters by"), .help = N_("As the address of the list has it")},
    {FORM_AT(struct filter_values, shared), FORM_BOOL, .label = N_("Shared with the organisation")},
    {"default", offsetof(struct filter_values, standard), FORM_BOOL,
     .label = N_("The list opens with it")},
};
static const struct form body_form = {"filter", body_fields, ARRAY_LEN(body_fields)};

static struct filter_item item_of(struct arena *a, const struct filter_row *row)
{
    const struct filter_list *list = filter_list_find(row->list);

    return (struct filter_item){.id = row->id,
                                .list = row->list,
                                .name = row->name,
                                .query = row->query,
                                .path = filter_href(a, list->path, row->query),
                                .owner = row->owner,
                                .mine = row->mine,
                                .shared = row->shared,
                                .standard = row->standard};
}

static int load(struct http_request *req, struct db *db, struct filter_items *out, struct err *err)
{
    struct str wanted = api_arg(req, "list");
    struct filter_rows rows;
    int r = filter_all(db, req->arena, actor_of(req)->id, req->now, &rows, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++) {
        if (wanted.len == 0 || str_eq(wanted, rows.at[i].list))
            *vec_push(out, req->arena) = item_of(req->arena, &rows.at[i]);
    }
    return 0;
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_items items = {0};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = load(req, db, &items, err)) < 0)
        return r;
    return api_send_list(req, res, &item_resource, &items);
}

static int walk(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                void *sink, struct err *err)
{
    struct filter_items items = {0};
    int r = load(req, db, &items, err);

    return r < 0 ? r : api_take_all(sink, &items, err);
}

static const char *const sorts[] = {"list", NULL};
static const struct api_list all = {
    .name = "filters",
    .kind = "filter",
    .title = N_("Saved filters"),
    .item = &item_resource,
    .sorts = sorts,
    .walk = walk,
};

API_EXPORT_HANDLER(list_export, all)

static int find(struct http_request *req, struct db **db, struct filter_row *out, struct err *err)
{
    int64_t id;
    int r;

    if ((r = api_part_int(req, "filter", &id, err)) < 0 || (r = web_db(req, db, err)) < 0)
        return r;
    return filter_find(*db, req->arena, id, false, actor_of(req), req->now, out, err);
}

static int refuse(struct http_request *req, int code, struct err *err)
{
    if (code == ERR_EXISTS)
        return api_reject(req, "name",
                          T(req->lang, "You have a filter of this name already. "
                                       "Choose another one."),
                          err);
    if (code == ERR_INVALID && strcmp(err->field, "query") == 0)
        return api_reject(req, "query", T(req->lang, "Not a filter of this list"), err);
    if (code == ERR_INVALID && strcmp(err->field, "shared") == 0)
        return api_reject(req, "shared",
                          T(req->lang, "Without a role there is no organisation to share it with."),
                          err);
    return code;
}

static int answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  bool created, struct err *err)
{
    struct filter_item item;
    struct filter_row row;
    int r = filter_get(db, req->arena, actor_of(req)->id, req->now, id, &row, err);

    if (r <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, "no filter %" PRId64, id);
    item = item_of(req->arena, &row);
    return created ? api_send_created(req, res, &item_resource, &item, 0,
                                      str_printf(req->arena, "/api/v1/filters/%" PRId64, id))
                   : api_send(req, res, &item_resource, &item, 0);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_row row;
    struct db *db;
    int r = find(req, &db, &row, err);

    return r < 0 ? r : answer(req, res, db, row.id, false, err);
}

static int create_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_values in = {0};
    struct db *db;
    int64_t id;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = api_read(req, &body_form, &in, err)) < 0)
        return r;
    r = filter_save(db, req->arena, &in, actor_of(req), req->now, &id, err);
    return r < 0 ? refuse(req, r, err) : answer(req, res, db, id, true, err);
}

static int change_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_values in;
    struct filter_row row;
    struct db *db;
    int r = find(req, &db, &row, err);

    if (r < 0)
        return r;
    in = (struct filter_values){row.list, row.name, row.query, row.shared, row.standard};
    if ((r = api_read_change(req, &body_form, &in, err)) < 0)
        return r;
    if (!str_eq(in.list, row.list))
        return api_reject(req, "list", T(req->lang, "A filter stays with its list"), err);
    r = filter_change(db, req->arena, row.id, &in, actor_of(req), req->now, err);
    return r < 0 ? refuse(req, r, err) : answer(req, res, db, row.id, false, err);
}

static int remove_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_row row;
    struct db *db;
    int r = find(req, &db, &row, err);

    if (r == 0)
        r = filter_remove(db, req->arena, row.id, actor_of(req), req->now, err);
    return r < 0 ? r : api_send_done(res);
}

struct undo_body {
    struct opt_int filter;
};
static const struct form_field undo_fields[] = {
    {FORM_AT(struct undo_body, filter), FORM_INT, .required = true, .label = N_("Number")},
};
static const struct form undo_form = {"filter_undo", undo_fields, ARRAY_LEN(undo_fields)};

static int undo_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct undo_body in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &undo_form, &in, err)) < 0 ||
        (r = filter_restore(db, req->arena, in.filter.v, actor_of(req), req->now, err)) < 0)
        return r;
    return answer(req, res, db, in.filter.v, false, err);
}

static const struct api_param params[] = {
    {"list", N_("Only those of this list"), filter_list_choices, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/filters"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "me", __VA_ARGS__                                                                   \
    }

const struct http_route filter_api_routes[] = {
    {HTTP_GET, BASE, "session", list_get, .scope = "none",
     OP(.id = "listSavedFilters", .summary = N_("Saved filters"), .answer = &item_resource,
        .about = N_("One's own and those that were shared with one's organisation."),
        .flags = API_IS_LIST, .params = params)},
    {HTTP_POST, BASE, "session", create_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "saveFilter", .summary = N_("Save a filter"), .body = &body_form,
        .about = N_("Whoever may not open the list may not keep a filter of it."),
        .answer = &item_resource, .status = 201)},
    {HTTP_GET, BASE "/{filter}", "session", show_get, .scope = "none",
     OP(.id = "getSavedFilter", .summary = N_("One saved filter"), .answer = &item_resource)},
    {HTTP_PATCH, BASE "/{filter}", "session", change_patch, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "changeSavedFilter", .summary = N_("Rename, share or change a filter"),
        .about = N_("Only the members that are sent are changed; null empties one."),
        .body = &body_form, .answer = &item_resource, .flags = API_PARTIAL)},
    {HTTP_DELETE, BASE "/{filter}", "session", remove_delete, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "removeSavedFilter", .summary = N_("Remove a filter"),
        .about = N_("It can be brought back for ten minutes."))},
    {HTTP_POST, BASE "/undo", "session", undo_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "restoreSavedFilter", .summary = N_("Bring a removed filter back"),
        .about = N_("For ten minutes, and while no other filter has taken its name. A list that "
                    "opened with it does so again."),
        .body = &undo_form, .answer = &item_resource)},
    API_EXPORTS("/filters", "session", list_export, "none"),
};
const size_t filter_api_routes_len = ARRAY_LEN(filter_api_routes);
