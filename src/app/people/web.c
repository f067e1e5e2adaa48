#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/people.h"
#include "app/people/pages/own.html.h"
#include "app/people/pages/password.html.h"
#include "app/people/pages/sign_in.html.h"

/* Pages of the person signed in: signing in and out, own data, sessions, password. */

/* ---- signing in and out ------------------------------------------------------------------------
 */

static int sign_in_page(struct http_request *req, struct http_response *res, int status,
                        const struct form_state *state, struct str problem)
{
    struct html_page p;
    struct str next = req->method == HTTP_POST ? http_field(req, "next") : http_arg(req, "next");
    struct sign_in_view view = {state, account_local_path(next), problem};

    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Sign in"), .public_frame = true, .narrow = true});
    account_sign_in_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int sign_in_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str next = account_local_path(http_arg(req, "next"));
    struct sign_in_form form = {.next = next};
    struct form_state state = {0};

    if (actor_of(req)->id != 0) {
        http_redirect(res, next);
        return 0;
    }
    form_fill(&sign_in_form, req->arena, &form, &state);
    return sign_in_page(req, res, 200, &state, STR_EMPTY);
}

/* A session that was there before belongs to whoever used this browser last. */
int end_present_session(struct http_request *req, struct err *err)
{
    struct db *db;
    int r;

    if (actor_of(req)->id == 0)
        return 0;
    r = web_db(req, &db, err);
    return r < 0 ? r : account_sign_out(db, req->arena, actor_of(req), req->now, err);
}

struct str sign_in_problem(const struct http_request *req, int code, int64_t wait)
{
    struct str time = i18n_duration(req->arena, req->lang, MAX(wait, SECOND_MS));

    if (code == ERR_LIMIT)
        return i18n_format(req->arena, req->lang,
                           "Too many failed attempts. Please try again in {0}.", &time, 1);
    if (code == ERR_BUSY)
        return T(req->lang, "Many people are signing in right now. Please try again in a moment.");
    return T(req->lang, "Login or password is wrong.");
}

struct str code_path(struct http_request *req, struct str next)
{
    struct buf out = buf_make(req->arena);

    buf_add_c(&out, "/sign-in/code?next=");
    html_url_part(&out, account_local_path(next));
    return buf_str(&out);
}

static int sign_in_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct sign_in_form form;
    struct form_state state = {0};
    struct account_sign_in in;
    struct str token;
    int64_t wait;
    int r = form_parse(&sign_in_form, req, &form, &state, err), ended;

    if (r < 0)
        return sign_in_page(req, res, 400, &state, STR_EMPTY);
    in = (struct account_sign_in){.login = form.login,
                                  .password = form.password,
                                  .address = req->address,
                                  .agent = http_header(req, "User-Agent")};
    r = account_sign_in(site.pool, req->arena, &in, req->now, &token, &wait, err);
    if (r == ERR_AUTH || r == ERR_LIMIT || r == ERR_BUSY) {
        form.password = STR_EMPTY;
        form_fill(&sign_in_form, req->arena, &form, &state);
        return sign_in_page(req, res, err_http_status(r), &state, sign_in_problem(req, r, wait));
    }
    if (r < 0 || (ended = end_present_session(req, err)) < 0)
        return r < 0 ? r : ended;
    if (r > 0) {
        http_set_cookie(req, res, STEP_COOKIE, token, STEP_LIFE / SECOND_MS);
        http_redirect(res, code_path(req, form.next));
        return 0;
    }
    http_set_cookie(req, res, SESSION_COOKIE, token, -1);
    http_redirect(res, account_local_path(form.next));
    return 0;
}

static int sign_out_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool also_there = actor_of(req)->by_provider && people_provider.on;
    int r = end_present_session(req, err);

    if (r < 0)
        return r;
    http_set_cookie(req, res, SESSION_COOKIE, STR_EMPTY, 0);
    http_redirect(res, also_there ? STR("/signed-out") : STR("/"));
    return 0;
}

/* ---- own data -----------------------------------------------------------------------------------
 */

static int own_page(struct http_request *req, struct http_response *res, struct db *db, int status,
                    const struct form_state *state, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct people_account_row account;
    struct people_grants_rows grants = {0};
    struct people_sessions_rows sessions = {0};
    struct people_identities_rows identities = {0};
    struct people_security_row security;
    struct form_state filled = {0};
    struct own_view view;
    struct html_page p;
    int r;

    if ((r = people_account(db, req->arena, actor->id, &account, err)) < 0 ||
        (r = people_grants(db, req->arena, actor->id, &grants, err)) < 0 ||
        (r = people_sessions(db, req->arena, actor->id, req->now, req->now - SESSION_IDLE,
                             &sessions, err)) < 0 ||
        (r = people_security(db, req->arena, actor->id, &security, err)) < 0 ||
        (r = people_identities(db, req->arena, actor->id, &identities, err)) < 0)
        return r;
    if (state == NULL) {
        struct own_form own = {account.email, account.phone, account.lang, account.theme};
        form_fill(&own_form, req->arena, &own, &filled);
        state = &filled;
    }
    view = (struct own_view){&account,       state,    &grants,   &sessions,
                             actor->session, req->now, &security, &identities};
    res->status = status;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "My account")});
    account_own_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int own_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : own_page(req, res, db, 200, NULL, err);
}

static int own_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct own_form form;
    struct account_own own;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (form_parse(&own_form, req, &form, &state, err) < 0)
        return own_page(req, res, db, 400, &state, err);
    own = (struct account_own){form.email, form.phone, form.lang, form.theme, NO_INT};
    r = account_set_own(db, req->arena, &own, actor_of(req), req->now, err);
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "Your details were saved."));
    http_redirect(res, STR("/account"));
    return 0;
}

/* id: one session; all: every one but this. */
static int sessions_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool all = http_field(req, "all").len > 0;
    struct str id = http_field(req, "id");
    struct db *db;
    int r;

    if (!all && id.len == 0)
        return err_set(err, ERR_INVALID, "which session?");
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_end_sessions(db, req->arena, actor_of(req), all ? STR_EMPTY : id, req->now,
                                  err)) < 0)
        return r;
    web_flash(req, res,
              all ? T(req->lang, "All other sessions were ended.")
                  : T(req->lang, "The session was ended."));
    http_redirect(res, STR("/account"));
    return 0;
}

/* ---- password -----------------------------------------------------------------------------------
 */

static int password_page(struct http_request *req, struct http_response *res, int status,
                         const struct form_state *state)
{
    struct password_view view = {.state = state, .must_change = actor_of(req)->must_change};
    struct html_page p;

    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Change password"),
                 .narrow = true,
                 .crumbs = {{T(req->lang, "My account"), STR("/account")}},
                 .crumbs_len = 1,
             });
    account_password_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int password_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};

    return password_page(req, res, 200, &state);
}

int people_check_new(struct http_request *req, struct str login, struct str password,
                     struct str repeat, struct form_state *state, struct err *err)
{
    const char *problem = password_problem(login, password);

    if (problem != NULL)
        return form_reject(state, req->arena, "password", T(req->lang, problem), err);
    if (!str_eq(password, repeat))
        return form_reject(state, req->arena, "repeat",
                           T(req->lang, "The two entries of the new password differ."), err);
    return 0;
}

static int check_new(struct http_request *req, const struct password_form *form,
                     struct form_state *state, struct err *err)
{
    if (str_eq(form->password, form->current))
        return form_reject(state, req->arena, "password",
                           T(req->lang, "The new password is the same as the present one."), err);
    return people_check_new(req, actor_of(req)->login, form->password, form->repeat, state, err);
}

static int check_current(struct http_request *req, const struct password_form *form,
                         struct form_state *state, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct account_sign_in in = {
        .login = actor->login, .password = form->current, .address = req->address};
    int64_t wait;
    int r = account_confirm(site.pool, req->arena, &in, req->now, &wait, err);

    if (r == ERR_AUTH)
        return form_reject(state, req->arena, "current",
                           T(req->lang, "The present password is wrong."), err);
    if (r == ERR_LIMIT || r == ERR_BUSY)
        return form_reject(state, req->arena, "current", sign_in_problem(req, r, wait), err);
    return r;
}

static int password_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct form_state state = {0};
    struct password_form form;
    struct str hash;
    struct db *db;
    int r = form_parse(&password_form, req, &form, &state, err);

    if (r == 0)
        r = check_new(req, &form, &state, err);
    if (r == 0)
        r = check_current(req, &form, &state, err);
    if (r == ERR_INVALID)
        return password_page(req, res, 400, &state);
    /* Hashed before a connection is taken. */
    if (r < 0 || (r = account_hash_password(req->arena, form.password, &hash, err)) < 0 ||
        (r = web_db(req, &db, err)) < 0 ||
        (r = account_set_hash(db, req->arena, actor->id, hash, false, actor, req->now, err)) < 0)
        return r;
    web_flash(req, res, T(req->lang, "Your password was changed; all other sessions were ended."));
    http_redirect(res, STR("/account"));
    return 0;
}

/* ---- routes -------------------------------------------------------------------------------------
 */

const struct http_route people_routes[] = {
    {HTTP_GET, "/sign-in", "public", sign_in_get, .scope = "none"},
    {HTTP_POST, "/sign-in", "public", sign_in_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/sign-in/code", "public", code_get, .scope = "none"},
    {HTTP_POST, "/sign-in/code", "public", code_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/sign-in/provider", "public", provider_go, .scope = "none"},
    {HTTP_GET, "/sign-in/provider/back", "public", provider_back, .scope = "none"},
    {HTTP_GET, "/signed-out", "public", signed_out_get, .scope = "none"},
    {HTTP_POST, "/sign-out", "session", sign_out_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/account", "self", own_get, .scope = "none"},
    {HTTP_POST, "/account", "self", own_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_POST, "/account/sessions", "self", sessions_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/account/password", "self", password_get, .scope = "none"},
    {HTTP_POST, "/account/password", "self", password_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/account/confirm", "self", confirm_get, .scope = "none"},
    {HTTP_POST, "/account/confirm", "self", confirm_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/account/confirm/provider", "self", provider_confirm_go, .scope = "none"},
    {HTTP_GET, "/account/provider", "self", provider_link_go, .fresh = true, .scope = "none"},
    {HTTP_POST, "/account/provider/unlink", "self", provider_unlink_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
    {HTTP_GET, "/account/second", "self", factor_page_get, .fresh = true, .scope = "none"},
    {HTTP_POST, "/account/second", "self", factor_setup_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_POST, "/account/second/codes", "self", factor_codes_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_POST, "/account/second/codes.txt", "self", factor_codes_txt_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
    {HTTP_POST, "/account/second/off", "self", factor_off_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_GET, "/account/tokens", "self", tokens_get, .scope = "none"},
    {HTTP_GET, "/account/tokens/new", "self", token_new_get, .fresh = true, .scope = "none"},
    {HTTP_POST, "/account/tokens/new", "self", token_new_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_POST, "/account/tokens/revoke", "self", token_revoke_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/password", "public", forgot_get, .scope = "none"},
    {HTTP_POST, "/password", "public", forgot_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/password/{secret}", "public", choose_get, .scope = "none"},
    {HTTP_POST, "/password/{secret}", "public", choose_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/password/{secret}/provider", "public", provider_invite_go, .scope = "none"},
    {HTTP_GET, "/accounts", "account.read", accounts_get, .scope = "none"},
    {HTTP_GET, "/accounts/new", "account.write", account_new_get, .fresh = true, .scope = "none"},
    {HTTP_POST, "/accounts/new", "account.write", account_new_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_GET, "/accounts/{login}", "account.read", account_get, .scope = "account"},
    {HTTP_GET, "/accounts/{login}/edit", "account.write", account_edit_get, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/edit", "account.write", account_edit_post, HTTP_BODY_FORM,
     .scope = "account"},
    {HTTP_POST, "/accounts/{login}/grants", "account.write", account_grant_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/grants/{grant}/revoke", "account.write", account_revoke_post,
     HTTP_BODY_FORM, .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/state", "account.write", account_state_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/password", "account.write", account_reset_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "account"},
    {HTTP_GET, "/settings/sign-in", "site.manage", rules_get, .scope = "none"},
    {HTTP_POST, "/settings/sign-in", "site.manage", rules_post, HTTP_BODY_FORM, .fresh = true,
     .scope = "none"},
    {HTTP_POST, "/settings/sign-in/test", "site.manage", rules_test_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_POST, "/accounts/{login}/provider", "account.write", provider_unlink_by_post,
     HTTP_BODY_FORM, .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/link", "account.write", account_link_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/second", "account.write", account_factor_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/sessions", "account.write", account_sessions_post,
     HTTP_BODY_FORM, .scope = "account"},
    {HTTP_POST, "/accounts/{login}/tokens", "account.write", account_token_post, HTTP_BODY_FORM,
     .scope = "account"},
};
const size_t people_routes_len = ARRAY_LEN(people_routes);
