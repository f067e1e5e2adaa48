#include "app/api/api.h"
#include "app/memo/memo.h"
#include "app/org/pages/edit.html.h"
#include "app/org/pages/list.html.h"
#include "app/org/pages/show.html.h"
#include "app/org/view.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

static int count_list(struct db *db, const struct http_request *req, struct str kind, bool ended,
                      struct str words, bool wide, int64_t *total, struct err *err)
{
    int64_t actor = actor_of(req)->id;
    struct org_count_row row;
    struct memo m;
    struct str key = str_printf(req->arena, "orgs|%" PRId64 "|" STR_FMT "|%d|" STR_FMT, actor,
                                STR_ARG(kind), ended, STR_ARG(words));
    int r = memo_open(&m, db, req->arena, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = (wide ? org_count_all : org_count)(db, req->arena, actor, req->now, kind, ended, words,
                                           &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

static int read_list(struct db *db, const struct http_request *req, struct str kind,
                     struct str words, bool wide, struct org_list_view *v, struct err *err)
{
    int64_t actor = actor_of(req)->id;

    if (wide && str_is(v->list.sort, "name"))
        return (v->list.descending ? org_list_name_down : org_list_name)(
            db, req->arena, actor, req->now, kind, v->ended, words, v->list.limit, v->list.offset,
            &v->rows, err);
    return org_list(db, req->arena, actor, req->now, kind, v->ended, words, v->list.limit,
                    v->list.offset, v->list.sort, v->list.descending, &v->rows, err);
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const sorts[] = {"name", "code", "kind", NULL};
    struct org_list_view v = {.req = req, .kind = http_arg(req, "kind")};
    struct str kind = v.kind.len > 0 ? v.kind : STR_EMPTY, words;
    bool wide;
    struct html_page p;
    struct db *db;
    int r;

    web_list_parse(req, sorts, &v.list);
    v.ended = str_is(http_arg(req, "ended"), "1");
    v.may_write = actor_can(actor_of(req), PERM_ORG_WRITE);
    words = words_typed(req->arena, db_engine(site.pool), v.list.q_raw);
    v.filtered = kind.len > 0 || words.len > 0;
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = actor_reaches_all(db, req->arena, actor_of(req), PERM_ORG_READ, req->now, &wide,
                               err)) < 0 ||
        (r = count_list(db, req, kind, v.ended, words, wide, &v.total, err)) < 0 ||
        (r = read_list(db, req, kind, words, wide, &v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Organisations"), .rail = "orgs"});
    org_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

int org_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    struct org_find_row row;
    int r = web_db(req, db, err);

    *id = 0;
    if (r < 0 || (r = org_find(*db, req->arena, actor_of(req)->id, req->now,
                               http_param(req, "code"), &row, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no organisation " STR_FMT " in reach",
                       STR_ARG(http_param(req, "code")));
    *id = row.id;
    return 0;
}

static int show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                struct org_page_view *v, struct err *err)
{
    struct org_find_row parent;
    struct html_page p;
    int r;

    v->req = req;
    if ((r = org_get(db, req->arena, id, &v->o, err)) < 0 ||
        (r = org_find(db, req->arena, actor_of(req)->id, req->now, v->o.parent_code, &parent,
                      err)) < 0)
        return r;
    v->parent_in_reach = r > 0;
    if ((r = org_may(db, req->arena, actor_of(req)->id, req->now, id, &v->may, err)) < 0 ||
        (r = org_children(db, req->arena, id, &v->children, err)) < 0 ||
        (r = org_names(db, req->arena, id, &v->names, err)) < 0 ||
        (r = org_successions(db, req->arena, id, &v->successions, err)) < 0 ||
        (r = org_contacts(db, req->arena, id, &v->contacts, err)) < 0 ||
        (r = org_networks(db, req->arena, id, &v->networks, err)) < 0 ||
        (r = org_history(db, req->arena, id, &v->history, err)) < 0)
        return r;
    if (v->may.may_systems && (r = org_systems(db, req->arena, id, &v->systems, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->o.name,
                                 .rail = "orgs",
                                 .crumbs = {{T(req->lang, "Organisations"), STR("/orgs")}},
                                 .crumbs_len = 1});
    org_show_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_page_view v = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    return r < 0 ? r : show(req, res, db, id, &v, err);
}

int org_web_back(struct http_request *req, struct http_response *res, struct str code,
                 struct str message)
{
    web_flash(req, res, message);
    http_redirect(res, str_printf(req->arena, "/orgs/" STR_FMT, STR_ARG(code)));
    return 0;
}

static int edit_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct org_edit_view *v, struct err *err)
{
    struct html_page p;
    int r = org_options(db, req->arena, actor_of(req), PERM_ORG_WRITE, req->now, &v->parents,
                        &v->parents_len, err);

    if (r < 0)
        return r;
    v->req = req;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->is_new ? T(req->lang, "New organisation") : v->o.name,
                                 .rail = "orgs",
                                 .narrow = true,
                                 .crumbs = {{T(req->lang, "Organisations"), STR("/orgs")}},
                                 .crumbs_len = 1});
    org_edit_html(&p, v);
    web_page_end(&p);
    return 0;
}

/* The record as it is, in the form, with what the form needs against lost updates. */
static void fill_form(struct arena *a, const struct org_get_row *o, struct form_state *out)
{
    struct org_values in = {
        .kind = o->kind,
        .name = o->name,
        .short_name = o->short_name,
        .parent = o->parent_id.has ? str_printf(a, "%" PRId64, o->parent_id.v) : STR(""),
        .address = o->address,
        .phone = o->phone,
        .email = o->email,
        .website = o->website,
        .unit_code = o->unit_code,
    };

    form_fill(&org_form, a, &in, out);
    in.version = web_seen(a, &org_form, out, o->version);
    form_fill(&org_form, a, &in, out);
}

static int edit_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_edit_view v = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = actor_require(db, actor_of(req), PERM_ORG_WRITE, id, req->now, err)) < 0 ||
        (r = org_get(db, req->arena, id, &v.o, err)) < 0)
        return r;
    fill_form(req->arena, &v.o, &v.form);
    return edit_page(req, res, db, &v, err);
}

static int edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_edit_view v = {0};
    struct org_values in = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = org_get(db, req->arena, id, &v.o, err)) < 0)
        return r;
    r = form_parse(&org_form, req, &in, &v.form, err);
    if (r == 0) {
        struct form_state current;

        r = org_save(db, req->arena, id, web_seen_version(in.version), &in, actor_of(req), req->now,
                     err);
        if (r == ERR_CONFLICT && (r = org_get(db, req->arena, id, &v.o, err)) == 0) {
            fill_form(req->arena, &v.o, &current);
            r = web_conflict(req, db, "org", id, &org_form, &current, &v.form, v.o.version, err);
        } else if (r == ERR_INVALID && str_is(str_c(err->field), "parent")) {
            r = form_reject(&v.form, req->arena, "parent",
                            T(req->lang, "An organisation cannot stand below itself"), err);
        }
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    return r < 0 ? r : org_web_back(req, res, v.o.code, T(req->lang, "Saved."));
}

static int new_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_edit_view v = {.is_new = true};
    struct org_values in = {.parent = http_arg(req, "parent"), .version = STR("0")};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    form_fill(&org_form, req->arena, &in, &v.form);
    return edit_page(req, res, db, &v, err);
}

static int new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_edit_view v = {.is_new = true};
    struct org_values in = {0};
    struct org_new new_;
    struct org_short_row made = {0};
    struct db *db;
    int64_t id = 0;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    r = form_parse(&org_form, req, &in, &v.form, err);
    new_ = (struct org_new){.code = STR(""),
                            .kind = in.kind,
                            .name = in.name,
                            .short_name = in.short_name,
                            .address = in.address,
                            .phone = in.phone,
                            .email = in.email,
                            .website = in.website,
                            .unit_code = in.unit_code};
    if (r == 0 && !str_to_int(in.parent, &new_.parent_id))
        r = form_reject(&v.form, req->arena, "parent",
                        T(req->lang, "Choose where it stands in the tree"), err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return edit_page(req, res, db, &v, err);
    }
    if (r < 0 || (r = db_begin(db, err)) < 0)
        return r;
    if ((r = actor_require(db, actor_of(req), PERM_ORG_WRITE, new_.parent_id, req->now, err)) < 0 ||
        (r = org_create(db, req->arena, &new_, actor_of(req), req->now, &id, err)) < 0 ||
        (r = org_short(db, req->arena, id, &made, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    return org_web_back(
        req, res, made.code,
        T(req->lang, "Organisation registered. Add its contacts and what it answers for."));
}

/* ---- contacts and networks ---------------------------------------------------------------------
 */

/* Back to the page of the record. */
static int done(struct http_request *req, struct http_response *res, struct str message)
{
    return org_web_back(req, res, http_param(req, "code"), message);
}

static int contact_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_page_view v = {0};
    struct org_contact_values in = {0};
    struct db *db;
    int64_t id, remove;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (str_to_int(http_field(req, "remove"), &remove)) {
        r = org_contact_remove(db, req->arena, id, remove, actor_of(req), req->now, err);
        return r < 0 ? r : done(req, res, T(req->lang, "Contact removed."));
    }
    r = form_parse(&org_contact_form, req, &in, &v.contact_form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return show(req, res, db, id, &v, err);
    }
    if (r == 0)
        r = org_contact_add(db, req->arena, id, &in, actor_of(req), req->now, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Contact added."));
}

static int network_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str value = str_trim(http_field(req, "value"));
    struct org_page_view v = {0};
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = org_network_change(db, req->arena, id, value, str_is(http_field(req, "remove"), "1"),
                           actor_of(req), req->now, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        v.network_value = value;
        v.network_error = T(req->lang, "Write a domain (example.vn), a block of addresses "
                                       "(192.0.2.0/24) or an AS number (AS64500)");
        return show(req, res, db, id, &v, err);
    }
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

const struct http_route org_routes[] = {
    {HTTP_GET, "/orgs", "org.read", list_get, .scope = "none"},
    {HTTP_GET, "/orgs/new", "org.write", new_get, .scope = "none"},
    {HTTP_POST, "/orgs/new", "org.write", new_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/orgs/{code}", "org.read", show_get, .scope = "org"},
    {HTTP_GET, "/orgs/{code}/edit", "org.write", edit_get, .scope = "org"},
    {HTTP_POST, "/orgs/{code}/edit", "org.write", edit_post, HTTP_BODY_FORM, .scope = "org"},
    {HTTP_GET, "/orgs/{code}/succession", "org.write", org_web_succession, .scope = "org"},
    {HTTP_POST, "/orgs/{code}/succession", "org.write", org_web_succession_post, HTTP_BODY_FORM,
     .scope = "org"},
    {HTTP_POST, "/orgs/{code}/contacts", "org.contact", contact_post, HTTP_BODY_FORM,
     .scope = "org"},
    {HTTP_POST, "/orgs/{code}/networks", "org.contact", network_post, HTTP_BODY_FORM,
     .scope = "org"},
    {HTTP_GET, "/dau-moi", "public", org_web_directory, .scope = "none"},
    API_EXPORTS("/dau-moi", "public", org_web_directory_file, "none"),
};
const size_t org_routes_len = ARRAY_LEN(org_routes);
