#include "app/filter/inner.h"

/* A list that opens with a filter is left plain by this argument, which every link of it keeps. */
#define PLAIN_ARG "view"

static struct str this_page(const struct http_request *req)
{
    return req->query.len > 0 ? str_printf(req->arena, STR_FMT "?" STR_FMT, STR_ARG(req->raw_path),
                                           STR_ARG(req->query))
                              : req->raw_path;
}

static void add_link(struct http_request *req, const struct filter_row *row, const char *path,
                     struct filter_bar *out)
{
    bool active = out->query.len > 0 && str_eq(row->query, out->query);

    *vec_push(&out->links, req->arena) = (struct filter_link){
        .id = row->id,
        .name = row->name,
        .href = filter_href(req->arena, path, row->query),
        .owner = row->mine ? STR("") : row->owner,
        .shared = row->shared,
        .standard = row->standard,
        .active = active,
    };
    out->named = out->named || active;
}

int filter_open(struct http_request *req, struct http_response *res, struct db *db,
                const char *list, struct filter_bar *out, struct err *err)
{
    const struct filter_list *of = filter_list_find(str_c(list));
    bool own_path = str_is(req->path, of->path);
    const char *path = own_path ? of->path : str_cdup(req->arena, req->path);
    const struct filter_row *first = NULL;
    struct filter_rows rows;
    struct http_pair *args;
    size_t len = http_args(req, &args);
    int r;

    *out = (struct filter_bar){.list = of->name,
                               .plain = STR(""),
                               .back = this_page(req),
                               .may_share = actor_of(req)->home_org != 0};
    if ((r = filter_of_list(db, req->arena, actor_of(req)->id, req->now, str_c(list), &rows, err)) <
        0)
        return r;
    /* What is too long to be kept can still be shown. */
    if (filter_query(req->arena, of, args, len, false, &out->query, err) < 0) {
        out->query = STR("");
        err_clear(err);
    }
    for (size_t i = 0; i < rows.len; i++) {
        add_link(req, &rows.at[i], path, out);
        if (rows.at[i].standard)
            first = &rows.at[i];
    }
    if (first == NULL || !own_path)
        return 0;
    if (req->method == HTTP_GET && req->query.len == 0) {
        http_redirect(res, filter_href(req->arena, path, first->query));
        return 1;
    }
    if (http_arg(req, PLAIN_ARG).len == 0)
        http_add_arg(req, PLAIN_ARG, STR("plain"));
    out->plain = filter_href(req->arena, path, STR(PLAIN_ARG "=plain"));
    return 0;
}
