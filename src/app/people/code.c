#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/code.html.h"

/* The second page of signing in, and the page that asks again who this is. */

/* ---- the code -----------------------------------------------------------------------------------
 */

static int code_page(struct http_request *req, struct http_response *res, int status,
                     const struct form_state *state, struct str problem)
{
    struct code_view view = {state, problem};
    struct html_page p;

    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Second factor"), .public_frame = true, .narrow = true});
    sign_in_code_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int code_over(struct http_request *req, struct http_response *res)
{
    http_set_cookie(req, res, STEP_COOKIE, STR_EMPTY, 0);
    return code_page(req, res, 400, NULL, STR_EMPTY);
}

int code_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct code_form form = {.next = account_local_path(http_arg(req, "next"))};
    struct form_state state = {0};

    if (http_cookie(req, STEP_COOKIE).len == 0)
        return code_over(req, res);
    form_fill(&code_form, req->arena, &form, &state);
    return code_page(req, res, 200, &state, STR_EMPTY);
}

int code_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct code_form form;
    struct str token;
    int64_t wait;
    int r = form_parse(&code_form, req, &form, &state, err);

    if (r < 0)
        return code_page(req, res, 400, &state, STR_EMPTY);
    r = account_sign_in_code(site.pool, req->arena, http_cookie(req, STEP_COOKIE), form.code,
                             req->address, http_header(req, "User-Agent"), req->now, &token, &wait,
                             err);
    if (r == ERR_STATE)
        return code_over(req, res);
    if (r == ERR_AUTH || r == ERR_LIMIT) {
        form.code = STR_EMPTY;
        form_fill(&code_form, req->arena, &form, &state);
        return code_page(req, res, err_http_status(r), &state,
                         r == ERR_AUTH ? T(req->lang, "This code is wrong, or it was used already. "
                                                      "Wait for the next one.")
                                       : sign_in_problem(req, r, wait));
    }
    if (r < 0)
        return r;
    http_set_cookie(req, res, STEP_COOKIE, STR_EMPTY, 0);
    http_set_cookie(req, res, SESSION_COOKIE, token, -1);
    http_redirect(res, account_local_path(form.next));
    return 0;
}

/* ---- asking again -------------------------------------------------------------------------------
 */

static int confirm_page(struct http_request *req, struct http_response *res, int status,
                        const struct form *form, const struct form_state *state, struct str problem)
{
    struct str next = req->method == HTTP_POST ? http_field(req, "next") : http_arg(req, "next");
    struct confirm_view view = {form, people_provider.on && actor_of(req)->by_provider,
                                account_local_path(next), state, problem};
    struct html_page p;

    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Confirm that it is you"), .narrow = true});
    account_confirm_html(&p, &view);
    web_page_end(&p);
    return 0;
}

/* Who came in through the provider and has no password here is asked for a code. */
static int form_for(struct http_request *req, const struct form **out, struct err *err)
{
    struct people_security_row row;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = people_security(db, req->arena, actor_of(req)->id, &row, err)) < 0)
        return r;
    *out = !row.has_password && row.factor_at.has ? &confirm_code_form : &confirm_form;
    return 0;
}

int confirm_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct confirm_form form = {.next = account_local_path(http_arg(req, "next"))};
    struct form_state state = {0};
    const struct form *which;
    int r = form_for(req, &which, err);

    if (r < 0)
        return r;
    form_fill(which, req->arena, &form, &state);
    return confirm_page(req, res, 200, which, &state, STR_EMPTY);
}

static int check(struct http_request *req, const struct form *which,
                 const struct confirm_form *form, int64_t *wait, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct account_sign_in in = {
        .login = actor->login, .password = form->password, .address = req->address};
    struct db *db;
    int r;

    if (which == &confirm_form)
        return account_confirm(site.pool, req->arena, &in, req->now, wait, err);
    r = web_db(req, &db, err);
    return r < 0 ? r : account_confirm_code(db, req->arena, actor, form->code, req->now, wait, err);
}

int confirm_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct confirm_form form = {0};
    struct form_state state = {0};
    const struct form *which;
    struct db *db;
    int64_t wait;
    int r = form_for(req, &which, err);

    if (r < 0)
        return r;
    if (form_parse(which, req, &form, &state, err) < 0)
        return confirm_page(req, res, 400, which, &state, STR_EMPTY);
    r = check(req, which, &form, &wait, err);
    if (r == ERR_AUTH || r == ERR_LIMIT || r == ERR_BUSY) {
        /* Not 401: who this is stays known, and the guard's words are for those signed out. */
        form.password = form.code = STR_EMPTY;
        form_fill(which, req->arena, &form, &state);
        return confirm_page(req, res, r == ERR_AUTH ? 400 : err_http_status(r), which, &state,
                            r == ERR_AUTH ? T(req->lang, "That was not right. Please try again.")
                                          : sign_in_problem(req, r, wait));
    }
    if (r < 0 || (r = web_db(req, &db, err)) < 0 ||
        (r = account_confirmed(db, actor_of(req), req->now, err)) < 0)
        return r;
    http_redirect(res, account_local_path(form.next));
    return 0;
}
