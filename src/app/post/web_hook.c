#include "app/post/hook.h"

#include "app/org/org.h"
#include "app/post/pages/hooks.html.h"
#include "app/post/view.h"
#include "base/random.h"
#include "sys/fetch/fetch.h"
#include "sys/i18n/i18n.h"

#define AT(member) FORM_AT(struct post_hook_values, member)

static const struct form_choice event_choices[] = {
    {"report.new", N_("hook|A new report")},
    {"incident.opened", N_("hook|An incident was opened")},
    {"incident.state", N_("hook|An incident changed its state")},
    {"incident.comment", N_("hook|A comment on an incident (without its text)")},
    {0}};

static const struct form_field fields[] = {
    {AT(name), FORM_TEXT, .required = true, .max = 100, .label = N_("Name"),
     .help = N_("What it is for, for example the ticket system of an agency")},
    {AT(org), FORM_CHOICE, .required = true, .label = N_("Organisation"),
     .help = N_("It is told of what this organisation and those below it have a part in")},
    {AT(url), FORM_TEXT, .required = true, .max = 500, .label = N_("Address"),
     .placeholder = "https://may.example.vn/ungcuu"},
    {AT(events), FORM_CHOICES, .choices = event_choices, .label = N_("hook|Events")},
    {AT(version), FORM_HIDDEN, .max = 20},
};
const struct form post_hook_form = {"hook", fields, ARRAY_LEN(fields)};

struct str post_hook_state_label(enum lang lang, struct str state)
{
    return str_is(state, "active") ? T(lang, "hook|Active") : T(lang, "hook|Paused");
}

struct str post_hook_event_label(enum lang lang, struct str event)
{
    return str_is(event, "test") ? T(lang, "hook|Test")
                                 : form_choice_label(event_choices, lang, event);
}

/* ---- the list ---------------------------------------------------------------------------------
 */

static int list_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct post_hooks_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct html_page p;
    int r;

    if ((r = post_hook_list(db, req->arena, actor->id, req->now, &v->rows, err)) < 0 ||
        (r = org_options(db, req->arena, actor, PERM_WEBHOOK_MANAGE, req->now, &v->orgs,
                         &v->orgs_len, err)) < 0)
        return r;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Webhooks"), .rail = "hooks"});
    post_hooks_html(&p, v);
    web_page_end(&p);
    return 0;
}

int post_web_hooks(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hooks_view v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : list_page(req, res, db, &v, err);
}

/* The secret is shown on this page and never again. */
static int secret_page(struct http_request *req, struct http_response *res,
                       const struct post_hook_secret_view *v)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){
                 .title = v->name,
                 .rail = "hooks",
                 .crumbs = {{.label = T(req->lang, "Webhooks"), .href = STR("/settings/hooks")}},
                 .crumbs_len = 1});
    post_hook_secret_html(&p, v);
    web_page_end(&p);
    return 0;
}

int post_web_hooks_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hooks_view v = {0};
    struct post_hook_values in = {0};
    struct post_hook_new new_ = {0};
    struct post_hook_made made;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    r = form_parse(&post_hook_form, req, &in, &v.form, err);
    if (r == 0)
        r = post_hook_check(req, &in, &v.form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return list_page(req, res, db, &v, err);
    }
    if (r < 0 || !str_to_int(in.org, &new_.org))
        return r < 0 ? r : err_set(err, ERR_INVALID, "which organisation?");
    new_.name = in.name;
    new_.url = in.url;
    new_.events = post_hook_joined(req->arena, &in.events);
    if ((r = post_hook_make(db, req->arena, actor_of(req), &new_, req->now, &made, err)) < 0)
        return r;
    return secret_page(req, res,
                       &(struct post_hook_secret_view){in.name, made.uuid, made.secret, true});
}

/* ---- one of them ------------------------------------------------------------------------------
 */

static int find(struct http_request *req, struct db **db, struct post_hook_row *out,
                struct err *err)
{
    int r = web_db(req, db, err);

    if (r == 0)
        r = post_hook(*db, req->arena, actor_of(req)->id, req->now, http_param(req, "uuid"), out,
                      err);
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no such webhook in reach") : MIN(r, 0);
}

static struct form_values split(struct arena *a, struct str events)
{
    VEC(struct str) list = {0};
    struct str one;

    while (events.len > 0 && str_split(&events, ' ', &one))
        *vec_push(&list, a) = one;
    return (struct form_values){list.at, list.len};
}

static int hook_page(struct http_request *req, struct http_response *res, struct db *db,
                     struct post_hook_view *v, struct err *err)
{
    struct html_page p;
    int r = post_deliveries(db, req->arena, v->hook.id, &v->deliveries, err);

    if (r < 0)
        return r;
    if (v->form.values_len == 0)
        form_fill(&post_hook_form, req->arena,
                  &(struct post_hook_values){
                      .name = v->hook.name,
                      .org = str_printf(req->arena, "%" PRId64, v->hook.org_id),
                      .url = v->hook.url,
                      .events = split(req->arena, v->hook.events),
                      .version = str_printf(req->arena, "%" PRId64, v->hook.version)},
                  &v->form);
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = v->hook.name,
                 .rail = "hooks",
                 .crumbs = {{.label = T(req->lang, "Webhooks"), .href = STR("/settings/hooks")}},
                 .crumbs_len = 1});
    post_hook_html(&p, v);
    web_page_end(&p);
    return 0;
}

int post_web_hook(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_view v = {0};
    struct db *db;
    int r = find(req, &db, &v.hook, err);

    return r < 0 ? r : hook_page(req, res, db, &v, err);
}

static int go_back(struct http_request *req, struct http_response *res, struct str said)
{
    web_flash(req, res, said);
    http_redirect(
        res, str_printf(req->arena, "/settings/hooks/" STR_FMT, STR_ARG(http_param(req, "uuid"))));
    return 0;
}

int post_web_hook_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_view v = {0};
    struct post_hook_values in = {0};
    struct db *db;
    int64_t version = 0;
    int r = find(req, &db, &v.hook, err);

    if (r < 0)
        return r;
    r = form_parse(&post_hook_form, req, &in, &v.form, err);
    if (r == 0)
        r = post_hook_check(req, &in, &v.form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return hook_page(req, res, db, &v, err);
    }
    if (r < 0)
        return r;
    if (!str_to_int(in.version, &version))
        version = v.hook.version;
    r = post_hook_edit(db, req->arena, actor_of(req), &v.hook, version, &in, req->now, err);
    if (r < 0)
        return r;
    return go_back(req, res, T(req->lang, "Saved."));
}

int post_web_hook_test(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_view v = {.tested = true};
    struct db *db;
    int r = find(req, &db, &v.hook, err);

    if (r < 0 || (r = post_hook_try(req, db, &v.hook, &v.good, &v.answer, err)) < 0)
        return r;
    return hook_page(req, res, db, &v, err);
}

int post_web_hook_secret(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_hook_row hook;
    struct str secret;
    struct db *db;
    int r = find(req, &db, &hook, err);

    if (r < 0 ||
        (r = post_hook_anew(db, req->arena, actor_of(req), &hook, req->now, &secret, err)) < 0)
        return r;
    return secret_page(req, res,
                       &(struct post_hook_secret_view){hook.name, hook.uuid, secret, false});
}

int post_web_hook_state(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str wanted = http_field(req, "do");
    const char *state = str_is(wanted, "remove")   ? NULL
                        : str_is(wanted, "resume") ? "active"
                                                   : "paused";
    struct post_hook_row hook;
    struct db *db;
    int r = find(req, &db, &hook, err);

    if (r < 0 ||
        (r = post_hook_set_state(db, req->arena, actor_of(req), &hook, state, req->now, err)) < 0)
        return r;
    if (state != NULL)
        return go_back(req, res, T(req->lang, "Saved."));
    web_flash(req, res, T(req->lang, "The webhook was removed."));
    http_redirect(res, STR("/settings/hooks"));
    return 0;
}
