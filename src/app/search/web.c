#include "app/code/code.h"
#include "app/search/pages/search.html.h"
#include "app/search/search.h"
#include "app/search/view.h"
#include "sys/i18n/i18n.h"

/* A code that may be seen opens its record. Not while somebody is still typing. */
static int open_code(struct db *db, struct http_request *req, struct http_response *res,
                     struct str typed, bool *opened, struct err *err)
{
    struct str code = code_read(req->arena, NULL, req->now, typed);
    struct search_code_row row;
    int r;

    *opened = false;
    if (code.len == 0 || http_header(req, "HX-Request").len > 0)
        return 0;
    r = search_code(db, req->arena, actor_of(req)->id, req->now, code, &row, err);
    if (r <= 0)
        return r;
    http_redirect(
        res, str_printf(req->arena, "/" STR_FMT "/" STR_FMT, STR_ARG(row.kind), STR_ARG(code)));
    *opened = true;
    return 0;
}

static int search_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct search_view v = {.req = req, .in = http_arg(req, "in")};
    struct str typed = http_arg(req, "q");
    struct search_ask ask;
    struct html_page p;
    struct db *db;
    bool opened;
    int r;

    v.q = typed = str_sub(typed, 0, 400);
    v.asked = str_trim(typed).len > 0;
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_open(req, res, db, "search", &v.saved, err)) != 0)
        return MIN(r, 0);
    if ((r = open_code(db, req, res, typed, &opened, err)) < 0 || opened)
        return r;
    search_ask(req->arena, db, typed, v.in.len > 0 ? v.in : STR(""), &ask);
    v.only_fields = ask.match.len == 0 && ask.words.fields.len > 0;
    if ((r = search_all(db, req, &ask, &v.groups, err)) < 0)
        return r;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Search"), .narrow = true});
    search_html(&p, &v);
    web_page_end(&p);
    return 0;
}

const struct http_route search_routes[] = {
    {HTTP_GET, "/search", "session", search_get, .scope = "none"},
};
const size_t search_routes_len = ARRAY_LEN(search_routes);
