#include "app/api/api.h"
#include "app/org/pages/directory.html.h"
#include "app/org/view.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

/* Whom to call about an incident: for everyone, as a page, as files and over the API. */

#define ROW(m) API_AT(struct org_directory_row, m)
static const struct api_field fields[] = {
    {ROW(org_name), .label = N_("Organisation"), .wide = true},
    {ROW(kind), .label = N_("org|Kind"), .choices = org_kinds},
    {ROW(name), .label = N_("Contact")},
    {ROW(position), .label = N_("Position")},
    {ROW(phone), .label = N_("Phone")},
    {ROW(email), .label = N_("E-mail")},
    {ROW(website), .label = N_("Website")},
};
const struct api_resource org_directory_resource =
    API_RESOURCE("ContactPoint", struct org_directory_row, fields,
                 N_("Whom to call in an organisation, as the public directory shows it"));

static int find(struct http_request *req, struct db *db, struct org_directory_rows *out,
                struct err *err)
{
    struct str q = str_trim(http_arg(req, "q"));

    return org_directory(db, req->arena, req->now, words_typed(req->arena, db_engine(site.pool), q),
                         out, err);
}

static int walk(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                void *sink, struct err *err)
{
    struct org_directory_rows rows;
    int r = find(req, db, &rows, err);

    return r < 0 ? r : api_take_all(sink, &rows, err);
}

static const char *const in_order[] = {"org_name", NULL};
static const struct api_list list = {
    .name = "contact-points",
    .kind = "org",
    .title = N_("Contact points"),
    .item = &org_directory_resource,
    .sorts = in_order,
    .walk = walk,
};

/* Without an entry in the audit log: nobody has signed in, and everybody may know it. */
int org_web_directory_file(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_file(req, res, &list, STR("contact-points"), err);
}

int org_api_directory(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_directory_rows rows;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = find(req, db, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &org_directory_resource, &rows);
}

int org_web_directory(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_directory_view v = {.req = req, .q = http_arg(req, "q")};
    struct html_page p;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = find(req, db, &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Contact points"), .public_frame = true});
    org_directory_html(&p, &v);
    web_page_end(&p);
    return 0;
}
