#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/list.html.h"
#include "app/words/words.h"

/* The list of accounts. */

static const char *const sorts[] = {"name", "login", "last", "created", NULL};

static bool is_known_state(struct str state)
{
    return str_is(state, "active") || str_is(state, "disabled") || str_is(state, "never") ||
           str_is(state, "none");
}

int people_filters_parse(struct http_request *req, struct db *db, struct people_filters *out,
                         struct err *err)
{
    struct people_org_row org;
    enum role role;
    int r;

    *out = (struct people_filters){.state = http_arg(req, "state"),
                                   .role = http_arg(req, "role"),
                                   .org = http_arg(req, "org")};
    web_list_parse(req, sorts, &out->list);
    out->words = words_typed(req->arena, db_engine(site.pool), out->list.q_raw);
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

static int find(struct http_request *req, struct db *db, const struct people_filters *f,
                int64_t limit, int64_t offset, struct people_list_rows *rows, struct err *err)
{
    return people_list(db, req->arena, actor_of(req)->id, req->now, f->words, f->state, f->role,
                       f->org_id, f->list.sort, f->list.descending, limit, offset, rows, err);
}

int accounts_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_list_rows rows = {0};
    struct people_count_row count;
    struct list_view view;
    struct people_filters f;
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = people_filters_parse(req, db, &f, err)) < 0 ||
        (r = find(req, db, &f, f.list.limit, f.list.offset, &rows, err)) < 0 ||
        (r = people_count(db, req->arena, actor_of(req)->id, req->now, f.words, f.state, f.role,
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
