#include "app/memo/memo.h"
#include "app/org/org.h"
#include "app/system/pages/edit.html.h"
#include "app/system/pages/list.html.h"
#include "app/system/pages/show.html.h"
#include "app/system/view.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

/* What the URL asks for. */
struct list_filter {
    struct opt_int level;
    struct str state, owner, words;
};

static int count_list(struct db *db, const struct http_request *req, const struct list_filter *f,
                      bool wide, int64_t *total, struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id;
    struct system_count_row row;
    struct memo m;
    struct str key = str_printf(
        a, "systems|%" PRId64 "|%" PRId64 "|" STR_FMT "|" STR_FMT "|" STR_FMT, actor,
        f->level.has ? f->level.v : -1, STR_ARG(f->state), STR_ARG(f->owner), STR_ARG(f->words));
    int r = memo_open(&m, db, a, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = (wide ? system_count_all : system_count)(db, a, actor, req->now, f->level, f->state,
                                                 f->owner, f->words, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

static int read_list(struct db *db, const struct http_request *req, const struct list_filter *f,
                     bool wide, struct system_list_view *v, struct err *err)
{
    int64_t actor = actor_of(req)->id;

    if (wide && str_is(v->list.sort, "name"))
        return (v->list.descending ? system_list_name_down : system_list_name)(
            db, req->arena, actor, req->now, f->level, f->state, f->owner, f->words, v->list.limit,
            v->list.offset, &v->rows, err);
    return system_list(db, req->arena, actor, req->now, f->level, f->state, f->owner, f->words,
                       v->list.limit, v->list.offset, v->list.sort, v->list.descending, &v->rows,
                       err);
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const sorts[] = {"name", "-level", "code", NULL};
    struct system_list_view v = {
        .req = req, .level = http_arg(req, "level"), .state = http_arg(req, "state")};
    struct str owner = http_arg(req, "owner");
    struct list_filter f = {.state = v.state.len > 0 ? v.state : STR_EMPTY,
                            .owner = owner.len > 0 ? owner : STR_EMPTY};
    bool wide;
    struct html_page p;
    struct db *db;
    int r;

    web_list_parse(req, sorts, &v.list);
    f.level.has = str_to_int(v.level, &f.level.v);
    f.words = words_typed(req->arena, db_engine(site.pool), v.list.q_raw);
    v.may_create = actor_can(actor_of(req), PERM_SYSTEM_WRITE);
    v.filtered = f.level.has || f.state.len > 0 || owner.len > 0 || f.words.len > 0;
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = actor_reaches_all(db, req->arena, actor_of(req), PERM_SYSTEM_READ, req->now, &wide,
                               err)) < 0 ||
        (r = count_list(db, req, &f, wide, &v.total, err)) < 0 ||
        (r = read_list(db, req, &f, wide, &v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Information systems"), .rail = "systems"});
    system_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

int system_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    struct system_find_row row;
    int r = web_db(req, db, err);

    *id = 0;
    if (r < 0 || (r = system_find(*db, req->arena, actor_of(req)->id, req->now,
                                  http_param(req, "code"), &row, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no system " STR_FMT " in reach",
                       STR_ARG(http_param(req, "code")));
    *id = row.id;
    return 0;
}

static int show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                struct system_page_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct system_may_write_row may;
    struct html_page p;
    int r;

    v->req = req;
    if ((r = system_get(db, req->arena, id, &v->s, err)) < 0 ||
        (r = system_may_write(db, req->arena, actor->id, req->now, id, &may, err)) < 0 ||
        (r = system_networks(db, req->arena, id, &v->networks, err)) < 0 ||
        (r = system_products(db, req->arena, id, &v->products, err)) < 0 ||
        (r = system_incidents(db, req->arena, actor->id, req->now, id, &v->incidents, err)) < 0 ||
        (r = system_history(db, req->arena, id, &v->history, err)) < 0)
        return r;
    v->may_write = may.may_write;
    v->may_report = actor_can(actor, PERM_REPORT_CREATE);
    web_page(req, res, &p,
             &(struct web_frame){.title = v->s.name,
                                 .rail = "systems",
                                 .crumbs = {{T(req->lang, "Information systems"), STR("/systems")}},
                                 .crumbs_len = 1});
    system_show_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_page_view v = {0};
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    return r < 0 ? r : show(req, res, db, id, &v, err);
}

static int back(struct http_request *req, struct http_response *res, struct str code,
                struct str message)
{
    web_flash(req, res, message);
    http_redirect(res, str_printf(req->arena, "/systems/" STR_FMT, STR_ARG(code)));
    return 0;
}

static int edit_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct system_edit_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct html_page p;
    int r;

    if ((r = org_options(db, req->arena, actor, PERM_SYSTEM_WRITE, req->now, &v->orgs, &v->orgs_len,
                         err)) < 0 ||
        (r = org_options(db, req->arena, actor, PERM_ORG_READ, req->now, &v->all_orgs,
                         &v->all_orgs_len, err)) < 0)
        return r;
    v->req = req;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->is_new ? T(req->lang, "New system") : v->s.name,
                                 .rail = "systems",
                                 .narrow = true,
                                 .crumbs = {{T(req->lang, "Information systems"), STR("/systems")}},
                                 .crumbs_len = 1});
    system_edit_html(&p, v);
    web_page_end(&p);
    return 0;
}

/* The record as it is, in the form, with what the form needs against lost updates. */
static void fill_form(struct arena *a, const struct system_get_row *s, struct form_state *out)
{
    struct system_values in = {
        .name = s->name,
        .purpose = s->purpose,
        .owner = str_printf(a, "%" PRId64, s->owner_id),
        .operator_ = s->operator_id.has ? str_printf(a, "%" PRId64, s->operator_id.v) : STR(""),
        .level = s->level.has ? str_printf(a, "%" PRId64, s->level.v) : STR(""),
        .decision_no = s->decision_no,
        .decision_date = s->decision_date,
        .state = s->state,
        .responsible = s->responsible,
        .phone = s->phone,
        .email = s->email,
    };

    form_fill(&system_form, a, &in, out);
    in.version = web_seen(a, &system_form, out, s->version);
    form_fill(&system_form, a, &in, out);
}

static int edit_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_edit_view v = {0};
    struct system_may_write_row may;
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 ||
        (r = system_may_write(db, req->arena, actor_of(req)->id, req->now, id, &may, err)) < 0 ||
        (r = system_get(db, req->arena, id, &v.s, err)) < 0)
        return r;
    if (!may.may_write)
        return err_set(err, ERR_FORBIDDEN, "may not change system " STR_FMT, STR_ARG(v.s.code));
    fill_form(req->arena, &v.s, &v.form);
    return edit_page(req, res, db, &v, err);
}

static int edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_edit_view v = {0};
    struct system_values in = {0};
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0 || (r = system_get(db, req->arena, id, &v.s, err)) < 0)
        return r;
    r = form_parse(&system_form, req, &in, &v.form, err);
    if (r == 0) {
        struct form_state current;

        r = system_save(db, req->arena, id, web_seen_version(in.version), &in, actor_of(req),
                        req->now, err);
        if (r == ERR_CONFLICT && (r = system_get(db, req->arena, id, &v.s, err)) == 0) {
            fill_form(req->arena, &v.s, &current);
            r = web_conflict(req, db, "system", id, &system_form, &current, &v.form, v.s.version,
                             err);
        }
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    return r < 0 ? r : back(req, res, v.s.code, T(req->lang, "Saved."));
}

static int new_get(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct system_values in = {.owner = str_printf(req->arena, "%" PRId64, actor->home_org),
                               .state = STR("live"),
                               .version = STR("0")};
    struct system_edit_view v = {.is_new = true};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    form_fill(&system_form, req->arena, &in, &v.form);
    return edit_page(req, res, db, &v, err);
}

static int64_t number_or_0(struct str s)
{
    int64_t n;

    return str_to_int(s, &n) ? n : 0;
}

void system_new_of(const struct system_values *in, int64_t owner_id, int64_t operator_id,
                   struct system_new *out)
{
    *out = (struct system_new){
        .code = STR(""),
        .name = in->name,
        .purpose = in->purpose,
        .owner_id = owner_id,
        .operator_id = operator_id,
        .level = in->level.len > 0 ? opt_int(number_or_0(in->level)) : NO_INT,
        .decision_no = in->decision_no,
        .decision_date = in->decision_date,
        .state = in->state,
        .responsible = in->responsible,
        .phone = in->phone,
        .email = in->email,
    };
}

static int new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_edit_view v = {.is_new = true};
    struct system_values in = {0};
    struct system_lock_row made = {0};
    struct system_new new_;
    struct db *db;
    int64_t id = 0;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    r = form_parse(&system_form, req, &in, &v.form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    if (r < 0)
        return r;
    system_new_of(&in, number_or_0(in.owner), number_or_0(in.operator_), &new_);
    if ((r = db_begin(db, err)) < 0)
        return r;
    if ((r = actor_require(db, actor_of(req), PERM_SYSTEM_WRITE, new_.owner_id, req->now, err)) <
            0 ||
        (r = system_create(db, req->arena, &new_, actor_of(req), req->now, &id, err)) < 0 ||
        (r = system_lock(db, req->arena, id, &made, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    return back(req, res, made.code,
                T(req->lang, "System registered. Add its domains, addresses and products."));
}

static int network_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str value = str_trim(http_field(req, "value"));
    struct system_page_view v = {0};
    struct db *db;
    int64_t id;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = system_network_change(db, req->arena, id, value, str_is(http_field(req, "remove"), "1"),
                              actor_of(req), req->now, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        v.network_value = value;
        v.network_error =
            T(req->lang,
              "Write a domain (example.vn), an address (192.0.2.7) or a block (192.0.2.0/24)");
        return show(req, res, db, id, &v, err);
    }
    return r < 0 ? r : back(req, res, http_param(req, "code"), T(req->lang, "Saved."));
}

static int product_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct system_product_values in = {
        .vendor = str_sub(str_trim(http_field(req, "vendor")), 0, 200),
        .product = str_trim(http_field(req, "product")),
        .version = str_sub(str_trim(http_field(req, "version")), 0, 100),
    };
    struct system_page_view v = {0};
    struct db *db;
    int64_t id, remove;
    int r = system_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "remove"), &remove))
        remove = 0;
    if (remove == 0 && (in.product.len == 0 || in.product.len > 200)) {
        res->status = 400;
        v.product_error = T(req->lang, "Write the name of the product");
        return show(req, res, db, id, &v, err);
    }
    r = system_product_change(db, req->arena, id, &in, remove, actor_of(req), req->now, err);
    return r < 0 ? r : back(req, res, http_param(req, "code"), T(req->lang, "Saved."));
}

const struct http_route system_routes[] = {
    {HTTP_GET, "/systems", "system.read", list_get, .scope = "none"},
    {HTTP_GET, "/systems/new", "system.write", new_get, .scope = "none"},
    {HTTP_POST, "/systems/new", "system.write", new_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/systems/{code}", "system.read", show_get, .scope = "system"},
    {HTTP_GET, "/systems/{code}/edit", "system.write", edit_get, .scope = "system"},
    {HTTP_POST, "/systems/{code}/edit", "system.write", edit_post, HTTP_BODY_FORM,
     .scope = "system"},
    {HTTP_POST, "/systems/{code}/networks", "system.write", network_post, HTTP_BODY_FORM,
     .scope = "system"},
    {HTTP_POST, "/systems/{code}/products", "system.write", product_post, HTTP_BODY_FORM,
     .scope = "system"},
};
const size_t system_routes_len = ARRAY_LEN(system_routes);
