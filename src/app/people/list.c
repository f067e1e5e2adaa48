#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/list.html.h"
#include "base/csv.h"

/* The list of accounts, as a page and as CSV. */
enum { CSV_ROWS = 100000 };

static const char *const sorts[] = {"name", "login", "last", "created", NULL};

/* What the URL asks for; an unknown organisation matches nothing. */
struct filters {
    struct web_list list;
    struct str state, role, org, org_name;
    int64_t org_id; /* 0: all; -1: none */
};

static bool is_known_state(struct str state)
{
    return str_is(state, "active") || str_is(state, "disabled") || str_is(state, "never") ||
           str_is(state, "none");
}

static int parse(struct http_request *req, struct db *db, struct filters *out, struct err *err)
{
    struct people_org_row org;
    enum role role;
    int r;

    *out = (struct filters){.state = http_arg(req, "state"),
                            .role = http_arg(req, "role"),
                            .org = http_arg(req, "org")};
    web_list_parse(req, sorts, &out->list);
    if (!is_known_state(out->state))
        out->state = STR_EMPTY;
    if (!role_from_name(out->role, &role))
        out->role = STR_EMPTY;
    if (out->org.len == 0)
        return 0;
    r = people_org(db, req->arena, out->org, &org, err);
    if (r < 0)
        return r;
    out->org_id = r > 0 ? org.id : -1;
    out->org_name = r > 0 ? org.name : out->org;
    return 0;
}

static int find(struct http_request *req, struct db *db, const struct filters *f, int64_t limit,
                int64_t offset, struct people_list_rows *rows, struct err *err)
{
    return people_list(db, req->arena, actor_of(req)->id, req->now, f->list.q, f->state, f->role,
                       f->org_id, f->list.sort, f->list.descending, limit, offset, rows, err);
}

int accounts_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_list_rows rows = {0};
    struct people_count_row count;
    struct list_view view;
    struct filters f;
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = parse(req, db, &f, err)) < 0 ||
        (r = find(req, db, &f, f.list.limit, f.list.offset, &rows, err)) < 0 ||
        (r = people_count(db, req->arena, actor_of(req)->id, req->now, f.list.q, f.state, f.role,
                          f.org_id, &count, err)) < 0)
        return r;
    view = (struct list_view){.req = req,
                              .list = &f.list,
                              .rows = &rows,
                              .total = count.n,
                              .state = f.state,
                              .role = f.role,
                              .org = f.org,
                              .org_name = f.org_name,
                              .may_write = actor_can(actor_of(req), PERM_ACCOUNT_WRITE)};
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Accounts"), .rail = "accounts"});
    account_list_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static void csv_row(struct http_request *req, struct buf *out, const struct people_list_row *row)
{
    enum role role;

    csv_write(out, row->login, true);
    csv_write(out, row->name, false);
    csv_write(out, row->position, false);
    csv_write(out, row->email, false);
    csv_write(out, row->phone, false);
    csv_write(out, row->state, false);
    csv_write(out, role_from_name(row->role, &role) ? T(req->lang, role_label(role)) : STR_EMPTY,
              false);
    csv_write(out, row->org_name, false);
    csv_write(out, str_printf(req->arena, "%lld", (long long)row->grants), false);
    csv_write(out,
              row->last_login_at.has ? clock_rfc3339(req->arena, row->last_login_at.v, i18n_zone())
                                     : STR_EMPTY,
              false);
    csv_write_end(out);
}

int accounts_csv_get(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const columns[] = {"login", "name", "position",     "email", "phone",
                                          "state", "role", "organisation", "roles", "last_sign_in"};
    struct people_list_rows rows = {0};
    struct filters f;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = parse(req, db, &f, err)) < 0 ||
        (r = find(req, db, &f, CSV_ROWS, 0, &rows, err)) < 0)
        return r;
    res->type = "text/csv; charset=utf-8";
    http_add_header(res, STR("Content-Disposition"), STR("attachment; filename=\"accounts.csv\""));
    buf_add(&res->body, STR("\xef\xbb\xbf")); /* spreadsheets take UTF-8 only with it */
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        csv_write(&res->body, str_c(columns[i]), i == 0);
    csv_write_end(&res->body);
    for (size_t i = 0; i < rows.len; i++)
        csv_row(req, &res->body, &rows.at[i]);
    return 0;
}
