#include "app/filter/inner.h"
#include "app/filter/pages/filters.html.h"
#include "sys/i18n/i18n.h"

static const struct form_field fields[] = {
    {FORM_AT(struct filter_values, list), FORM_HIDDEN, .max = 20},
    {FORM_AT(struct filter_values, query), FORM_HIDDEN, .max = 2000},
    {FORM_AT(struct filter_values, name), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Name of the filter"), .help = N_("Short: it stands above the list")},
    {FORM_AT(struct filter_values, shared), FORM_BOOL, .label = N_("Share it with my organisation"),
     .help =
         N_("Whoever holds a role for your organisation sees it above the list. It shows nobody "
            "more than they may see.")},
    {FORM_AT(struct filter_values, standard), FORM_BOOL,
     .label = N_("Open the list with this filter"), .help = N_("Only for you")},
};
const struct form filter_form = {"filter", fields, ARRAY_LEN(fields)};

static struct str back_of(const struct http_request *req)
{
    struct str back = http_field(req, "back");

    return account_local_path(back.len > 0 ? back : STR("/filters"));
}

static int edit_page(struct http_request *req, struct http_response *res,
                     struct filter_edit_view *v)
{
    struct web_frame frame = {.title = v->id == 0 ? T(req->lang, "Save filter")
                                                  : T(req->lang, "Change filter"),
                              .narrow = true,
                              .crumbs = {{T(req->lang, "Saved filters"), STR("/filters")}},
                              .crumbs_len = 1};
    struct html_page p;

    v->may_share = actor_of(req)->home_org != 0;
    web_page(req, res, &p, &frame);
    filter_edit_html(&p, v);
    web_page_end(&p);
    return 0;
}

/* An error of an operation as one beside the field; others are returned as they are. */
static int refuse(struct http_request *req, struct form_state *state, int code, struct err *err)
{
    static const struct {
        int code;
        const char *from, *field, *text;
    } texts[] = {
        {ERR_EXISTS, "name", "name",
         N_("You have a filter of this name already. Choose another one.")},
        {ERR_LIMIT, "", "name",
         N_("You have as many filters of this list as one may keep. Remove one first.")},
        {ERR_INVALID, "query", "",
         N_("There is nothing to keep: choose a filter in the list first.")},
        {ERR_INVALID, "shared", "shared",
         N_("Without a role there is no organisation to share it with.")},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].code == code && strcmp(texts[i].from, err->field) == 0)
            return form_reject(state, req->arena, texts[i].field, T(req->lang, texts[i].text), err);
    }
    return code;
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_page_view v = {.back = STR("/filters")};
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_all(db, req->arena, actor_of(req)->id, req->now, &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Saved filters"), .narrow = true});
    filter_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static int new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_edit_view v = {.back = back_of(req)};
    struct filter_values in = {0};
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    v.list = filter_list_find(http_field(req, "list"));
    if (v.list == NULL)
        return err_set(err, ERR_INVALID, "no such list");
    if ((r = form_parse(&filter_form, req, &in, &v.form, err)) == 0) {
        r = filter_save(db, req->arena, &in, actor_of(req), req->now, &id, err);
        r = refuse(req, &v.form, r, err);
    }
    if (r == ERR_INVALID) {
        v.query = http_field(req, "query");
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, &v);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "Filter saved."));
    http_redirect(res, v.back);
    return 0;
}

static int find(struct http_request *req, struct db **db, bool own, struct filter_row *out,
                struct err *err)
{
    int64_t id;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_param(req, "filter"), &id))
        id = 0;
    return filter_find(*db, req->arena, id, own, actor_of(req), req->now, out, err);
}

/* The person's own filter that is to be changed. */
static int edit_find(struct http_request *req, struct db **db, struct filter_row *row,
                     struct filter_edit_view *v, struct err *err)
{
    int r = find(req, db, true, row, err);

    if (r < 0)
        return r;
    v->id = row->id;
    v->list = filter_list_find(row->list);
    v->query = row->query;
    return 0;
}

static int edit_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_edit_view v = {0};
    struct filter_row row;
    struct db *db;
    int r = edit_find(req, &db, &row, &v, err);

    if (r < 0)
        return r;
    v.back =
        account_local_path(http_arg(req, "back").len > 0 ? http_arg(req, "back") : STR("/filters"));
    form_fill(&filter_form, req->arena,
              &(struct filter_values){row.list, row.name, row.query, row.shared, row.standard},
              &v.form);
    return edit_page(req, res, &v);
}

static int edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_edit_view v = {.back = back_of(req)};
    struct filter_values in = {0};
    struct filter_row row;
    struct db *db;
    int r = edit_find(req, &db, &row, &v, err);

    if (r < 0)
        return r;
    if ((r = form_parse(&filter_form, req, &in, &v.form, err)) == 0) {
        in.query = row.query;
        r = filter_change(db, req->arena, row.id, &in, actor_of(req), req->now, err);
        r = refuse(req, &v.form, r, err);
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, &v);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "Saved."));
    http_redirect(res, v.back);
    return 0;
}

static int remove_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct filter_row row;
    struct db *db;
    int r = find(req, &db, true, &row, err);

    if (r < 0 || (r = filter_remove(db, req->arena, row.id, actor_of(req), req->now, err)) < 0)
        return r;
    web_flash_undo(
        req, res,
        i18n_format(req->arena, req->lang, N_("The filter \"{0}\" was removed."), &row.name, 1),
        STR("/filters/undo"), row.id);
    http_redirect(res, back_of(req));
    return 0;
}

static int undo_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "undo"), &id))
        id = 0;
    r = filter_restore(db, req->arena, id, actor_of(req), req->now, err);
    if (r == ERR_STATE)
        web_flash(req, res,
                  T(req->lang, "Too late: a filter can be brought back for ten minutes."));
    else if (r == ERR_EXISTS)
        web_flash(req, res, T(req->lang, "Not brought back: another filter has this name now."));
    else if (r < 0)
        return r;
    else
        web_flash(req, res, T(req->lang, "The filter is back."));
    err_clear(err);
    http_redirect(res, back_of(req));
    return 0;
}

static int default_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool on = str_is(http_field(req, "on"), "1");
    struct filter_row row;
    struct db *db;
    int r = find(req, &db, false, &row, err);

    if (r < 0 ||
        (r = filter_set_default(db, req->arena, row.id, on, actor_of(req), req->now, err)) < 0)
        return r;
    web_flash(req, res,
              on ? T(req->lang, "The list opens with this filter from now on.")
                 : T(req->lang, "The list opens without a filter from now on."));
    http_redirect(res, back_of(req));
    return 0;
}

#define OWN(method, pattern, handler, ...)                                                         \
    {                                                                                              \
        method, pattern, "session", handler, __VA_ARGS__.scope = "none"                            \
    }

const struct http_route filter_routes[] = {
    OWN(HTTP_GET, "/filters", list_get, ),
    OWN(HTTP_POST, "/filters/new", new_post, HTTP_BODY_FORM, ),
    OWN(HTTP_POST, "/filters/undo", undo_post, HTTP_BODY_FORM, ),
    OWN(HTTP_GET, "/filters/{filter}/edit", edit_get, ),
    OWN(HTTP_POST, "/filters/{filter}/edit", edit_post, HTTP_BODY_FORM, ),
    OWN(HTTP_POST, "/filters/{filter}/remove", remove_post, HTTP_BODY_FORM, ),
    OWN(HTTP_POST, "/filters/{filter}/default", default_post, HTTP_BODY_FORM, ),
};
const size_t filter_routes_len = ARRAY_LEN(filter_routes);
