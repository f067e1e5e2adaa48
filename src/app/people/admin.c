#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/account.html.h"
#include "app/people/pages/edit.html.h"
#include "app/people/pages/new.html.h"
#include "app/people/pages/secret.html.h"

/* The administrators' pages of one account. */

int account_of_url(struct http_request *req, struct db **db, struct people_account_row *out,
                   struct err *err)
{
    struct people_in_reach_row found;
    struct str login = http_param(req, "login");
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    r = people_in_reach(*db, req->arena, actor_of(req)->id, login, req->now, &found, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no account '" STR_FMT "' within reach", STR_ARG(login));
    return r < 0 ? r : people_account(*db, req->arena, found.id, out, err);
}

void to_account(struct http_request *req, struct http_response *res, struct str login,
                struct str flash)
{
    web_flash(req, res, flash);
    http_redirect(res, str_printf(req->arena, "/accounts/" STR_FMT, STR_ARG(login)));
}

static int org_choices(struct http_request *req, struct db *db, struct form_option **out,
                       size_t *len, struct err *err)
{
    struct people_orgs_rows rows = {0};
    int r = people_orgs(db, req->arena, actor_of(req)->id, req->now, &rows, err);

    if (r < 0)
        return r;
    *out = arena_array(req->arena, struct form_option, rows.len);
    *len = rows.len;
    for (size_t i = 0; i < rows.len; i++)
        (*out)[i] = (struct form_option){.value = rows.at[i].code, .label = rows.at[i].name};
    return 0;
}

/* ---- a new one ----------------------------------------------------------------------------------
 */

static int new_page(struct http_request *req, struct http_response *res, struct db *db, int status,
                    const struct form_state *state, struct err *err)
{
    struct new_view view = {.state = state};
    struct form_option *orgs;
    struct html_page p;
    int r = org_choices(req, db, &orgs, &view.orgs_len, err);

    if (r < 0)
        return r;
    view.orgs = orgs;
    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "New account"),
                                 .rail = "accounts",
                                 .crumbs = {{T(req->lang, "Accounts"), STR("/accounts")}},
                                 .crumbs_len = 1});
    account_new_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int account_new_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : new_page(req, res, db, 200, &state, err);
}

int secret_page(struct http_request *req, struct http_response *res, struct str title,
                const struct secret_view *view)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){.title = title,
                                 .rail = "accounts",
                                 .crumbs = {{T(req->lang, "Accounts"), STR("/accounts")}},
                                 .crumbs_len = 1});
    account_secret_html(&p, view);
    web_page_end(&p);
    return 0;
}

/* From the form's days to the moments of a grant: the last day counts whole. */
static int64_t first_moment(struct opt_int from, int64_t now)
{
    return from.has && from.v > now ? from.v : now;
}

static struct opt_int end_of_day(struct opt_int day)
{
    return day.has ? opt_int(day.v + DAY_MS) : NO_INT;
}

/* An error of the operation as an error of the form, where it is one. */
static int reject(struct http_request *req, struct form_state *state, int code, struct err *err)
{
    struct lang_text {
        int code;
        const char *field, *text;
    };
    static const struct lang_text texts[] = {
        {ERR_EXISTS, "login", N_("This login is taken.")},
        {ERR_EXISTS, "", N_("The account holds this role there in that period already.")},
        {ERR_INVALID, "login",
         N_("Only the letters a to z, digits and . _ - @; at least 3 of them.")},
        {ERR_INVALID, "to", N_("The last day lies before the first one or in the past.")},
        {ERR_FORBIDDEN, "", N_("You do not administer this organisation or this account.")},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].code == code && strcmp(texts[i].field, err->field) == 0)
            return form_reject(state, req->arena, texts[i].field, T(req->lang, texts[i].text), err);
    }
    return code;
}

int account_make(struct http_request *req, struct db *db, const struct account_form *form,
                 struct str hash, struct form_state *state, int64_t *id, struct err *err)
{
    struct account_new new_ = {.login = form->login,
                               .name = form->name,
                               .email = form->email,
                               .phone = form->phone,
                               .position = form->position,
                               .must_change = true};
    struct account_first_grant grant = {.from = first_moment(form->from, req->now),
                                        .to = end_of_day(form->to),
                                        .reason = form->reason};
    struct people_org_row org;
    int r = people_org(db, req->arena, form->org, &org, err);

    if (r < 0)
        return r;
    if (r == 0 || !role_from_name(form->role, &grant.role))
        return form_reject(state, req->arena, "org", T(req->lang, "Choose an organisation."), err);
    grant.org_id = org.id;
    r = account_create_granted(db, req->arena, &new_, hash, &grant, actor_of(req), req->now, id,
                               err);
    return r < 0 ? reject(req, state, r, err) : 0;
}

int account_new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str password = account_one_time_password(req->arena), hash;
    struct form_state state = {0};
    struct secret_view view = {.password = password};
    struct account_form form;
    struct db *db;
    int64_t id;
    int parsed = form_parse(&account_form, req, &form, &state, err);
    int r = parsed;

    if (parsed == 0 && (r = account_hash_password(req->arena, password, &hash, err)) < 0)
        return r;
    if ((r = web_db(req, &db, err)) < 0)
        return r;
    r = parsed < 0 ? parsed : account_make(req, db, &form, hash, &state, &id, err);
    if (r == ERR_INVALID)
        return new_page(req, res, db, 400, &state, err);
    if (r < 0 || (r = make_link(req, db, id, LINK_FIRST, &view, err)) < 0)
        return r;
    return secret_page(req, res, T(req->lang, "Account made"), &view);
}

/* ---- one of them --------------------------------------------------------------------------------
 */

static int account_page(struct http_request *req, struct http_response *res, struct db *db,
                        const struct people_account_row *account, int status,
                        const struct form_state *state, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct people_grants_rows grants = {0};
    struct people_history_rows history = {0};
    struct people_security_row security;
    struct people_sessions_rows sessions = {0};
    struct people_tokens_rows tokens = {0};
    struct people_identities_rows identities = {0};
    struct form_option *orgs = NULL;
    struct account_view view = {.account = account,
                                .grants = &grants,
                                .history = &history,
                                .security = &security,
                                .identities = &identities,
                                .sessions = &sessions,
                                .tokens = &tokens,
                                .grant_state = state,
                                .fresh = actor_is_fresh(actor, req->now),
                                .is_self = actor->id == account->id,
                                .now = req->now};
    struct html_page p;
    int r;

    if ((r = people_grants(db, req->arena, account->id, &grants, err)) < 0 ||
        (r = people_history(db, req->arena, account->id, &history, err)) < 0)
        return r;
    if (actor_can(actor, PERM_ACCOUNT_WRITE)) {
        struct err why = {0};
        r = account_require_manage(db, actor, account->id, req->now, &why);
        if (r < 0 && r != ERR_FORBIDDEN) {
            *err = why;
            return r;
        }
        view.may_manage = r == 0;
    }
    if ((r = people_security(db, req->arena, account->id, &security, err)) < 0 ||
        (r = people_identities(db, req->arena, account->id, &identities, err)) < 0 ||
        (view.may_manage && ((r = people_sessions(db, req->arena, account->id, req->now,
                                                  req->now - SESSION_IDLE, &sessions, err)) < 0 ||
                             (r = people_tokens(db, req->arena, account->id, req->now, TOKENS_SHOWN,
                                                &tokens, err)) < 0 ||
                             (r = org_choices(req, db, &orgs, &view.orgs_len, err)) < 0)))
        return r;
    view.orgs = orgs;
    res->status = status;
    web_page(req, res, &p,
             &(struct web_frame){.title = account->name,
                                 .rail = "accounts",
                                 .crumbs = {{T(req->lang, "Accounts"), STR("/accounts")}},
                                 .crumbs_len = 1});
    account_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int account_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct form_state state = {0};
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    return r < 0 ? r : account_page(req, res, db, &account, 200, &state, err);
}

static int edit_page(struct http_request *req, struct http_response *res,
                     const struct people_account_row *account, int status,
                     const struct form_state *state)
{
    struct edit_view view = {account, state};
    struct html_page p;

    res->status = status;
    web_page(
        req, res, &p,
        &(struct web_frame){.title = T(req->lang, "Edit account"),
                            .rail = "accounts",
                            .crumbs = {{T(req->lang, "Accounts"), STR("/accounts")},
                                       {account->name, str_printf(req->arena, "/accounts/" STR_FMT,
                                                                  STR_ARG(account->login))}},
                            .crumbs_len = 2});
    account_edit_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int account_edit_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct form_state state = {0};
    struct edit_form form;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = account_require_manage(db, actor_of(req), account.id, req->now, err)) < 0)
        return r;
    form =
        (struct edit_form){.name = account.name,
                           .position = account.position,
                           .email = account.email,
                           .phone = account.phone,
                           .version = str_printf(req->arena, "%lld", (long long)account.version)};
    form_fill(&edit_form, req->arena, &form, &state);
    return edit_page(req, res, &account, 200, &state);
}

int account_edit_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct account_profile profile;
    struct form_state state = {0};
    struct edit_form form;
    int64_t version = 0;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    r = form_parse(&edit_form, req, &form, &state, err);
    if (r == ERR_INVALID)
        return edit_page(req, res, &account, 400, &state);
    if (r < 0)
        return r;
    str_to_int(form.version, &version);
    profile = (struct account_profile){form.name, form.email, form.phone, form.position};
    r = account_set_profile(db, req->arena, account.id, version, &profile, actor_of(req), req->now,
                            err);
    if (r == ERR_CONFLICT) {
        form_reject(&state, req->arena, "",
                    T(req->lang, "Someone else changed this account meanwhile. Look at it again "
                                 "before saving."),
                    err);
        return edit_page(req, res, &account, 409, &state);
    }
    if (r < 0)
        return r;
    to_account(req, res, account.login, T(req->lang, "The account was saved."));
    return 0;
}

int account_grant_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct people_org_row org;
    struct form_state state = {0};
    struct grant_form form;
    enum role role;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    r = form_parse(&grant_form, req, &form, &state, err);
    if (r == 0 && (r = people_org(db, req->arena, form.org, &org, err)) >= 0)
        r = r == 0 || !role_from_name(form.role, &role)
                ? form_reject(&state, req->arena, "org", T(req->lang, "Choose an organisation."),
                              err)
                : account_grant(db, req->arena, account.id, role, org.id,
                                first_moment(form.from, req->now), end_of_day(form.to), form.reason,
                                actor_of(req), req->now, err);
    if (r < 0 && state.errors.len == 0)
        r = reject(req, &state, r, err);
    if (r == ERR_INVALID)
        return account_page(req, res, db, &account, 400, &state, err);
    if (r < 0)
        return r;
    to_account(req, res, account.login, T(req->lang, "The role was granted."));
    return 0;
}

int account_revoke_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str reason = str_trim(http_field(req, "reason"));
    struct people_account_row account;
    struct people_grant_owner_row grant;
    struct db *db;
    int64_t id;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    r = str_to_int(http_param(req, "grant"), &id)
            ? people_grant_owner(db, req->arena, id, &grant, err)
            : 0;
    if (r < 0)
        return r;
    if (r == 0 || grant.account_id != account.id)
        return err_set(err, ERR_NOT_FOUND, "no such grant of '" STR_FMT "'",
                       STR_ARG(account.login));
    if (reason.len == 0) {
        to_account(req, res, account.login,
                   T(req->lang, "Nothing was revoked: a reason is needed."));
        return 0;
    }
    r = account_revoke(db, req->arena, id, reason, actor_of(req), req->now, err);
    if (r < 0)
        return r;
    to_account(req, res, account.login, T(req->lang, "The role was revoked."));
    return 0;
}

int account_state_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool active = str_is(http_field(req, "state"), "active");
    struct people_account_row account;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = account_set_state(db, req->arena, account.id, active, actor_of(req), req->now,
                                        err)) < 0)
        return r;
    to_account(req, res, account.login,
               active ? T(req->lang, "The account may sign in again.")
                      : T(req->lang, "The account was disabled and its sessions were ended."));
    return 0;
}

int account_reset_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str password = account_one_time_password(req->arena), hash;
    struct people_account_row account;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = account_require_manage(db, actor_of(req), account.id, req->now, err)) < 0 ||
        (r = account_hash_password(req->arena, password, &hash, err)) < 0 ||
        (r = account_set_hash(db, req->arena, account.id, hash, true, actor_of(req), req->now,
                              err)) < 0)
        return r;
    return secret_page(
        req, res, T(req->lang, "New password"),
        &(struct secret_view){.login = account.login, .name = account.name, .password = password});
}
