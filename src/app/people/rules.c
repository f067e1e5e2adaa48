#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/rules.html.h"

/* How people sign in: what administrators of the whole site decide. */

static int page(struct http_request *req, struct http_response *res, struct db *db, int status,
                const struct form_state *state, const struct rules_view *test, struct err *err)
{
    struct rules_view view = test != NULL ? *test : (struct rules_view){0};
    struct err why = {0};
    struct html_page p;
    int r = actor_require_site(db, actor_of(req), PERM_SITE_MANAGE, req->now, &why);

    if (r < 0 && r != ERR_FORBIDDEN) {
        *err = why;
        return r;
    }
    view.state = state;
    view.redirect_uri = provider_client(req->arena).redirect_uri;
    view.may_change = r == 0;
    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "How people sign in"),
                                 .rail = "accounts",
                                 .narrow = true,
                                 .crumbs = {{T(req->lang, "Accounts"), STR("/accounts")}},
                                 .crumbs_len = 1});
    rules_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int show(struct http_request *req, struct http_response *res, const struct rules_view *test,
                struct err *err)
{
    struct form_state state = {0};
    struct str names[ROLE_COUNT];
    struct rules_form form = {{names, 0}};
    bool asked[ROLE_COUNT];
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_factor_roles(db, req->arena, asked, err)) < 0)
        return r;
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (asked[i])
            names[form.roles.len++] = str_c(role_name((enum role)i));
    }
    form_fill(&rules_form, req->arena, &form, &state);
    return page(req, res, db, 200, &state, test, err);
}

int rules_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return show(req, res, NULL, err);
}

void rules_ask(struct http_request *req, struct rules_view *test)
{
    struct oidc_client client = provider_client(req->arena);
    struct err why = {0};
    size_t keys = 0;

    test->tested = true;
    if (oidc_check(req->arena, &client, req->now, &test->found, &keys, &why) < 0)
        test->problem = str_dup(req->arena, str_c(why.what));
    else if (keys == 0)
        test->problem = T(req->lang, "The provider shows no key that can verify signatures.");
    test->keys = (int64_t)keys;
}

int rules_test_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct rules_view test = {0};

    if (!people_provider.on)
        return show(req, res, NULL, err);
    rules_ask(req, &test);
    return show(req, res, &test, err);
}

void rules_wanted(const struct rules_form *form, bool wanted[ROLE_COUNT])
{
    enum role role;

    memset(wanted, 0, ROLE_COUNT * sizeof *wanted);
    for (size_t i = 0; i < form->roles.len; i++) {
        if (role_from_name(form->roles.at[i], &role))
            wanted[role] = true;
    }
}

int rules_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool wanted[ROLE_COUNT];
    struct form_state state = {0};
    struct rules_form form;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    if (form_parse(&rules_form, req, &form, &state, err) < 0)
        return page(req, res, db, 400, &state, NULL, err);
    rules_wanted(&form, wanted);
    r = account_set_factor_roles(db, req->arena, wanted, actor_of(req), req->now, err);
    if (r == ERR_FORBIDDEN) {
        form_reject(&state, req->arena, "",
                    T(req->lang, "Only administrators of the organisation at the top can change "
                                 "this."),
                    err);
        return page(req, res, db, 400, &state, NULL, err);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The rules were saved."));
    http_redirect(res, STR("/settings/sign-in"));
    return 0;
}
