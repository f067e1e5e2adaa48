#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/provider.html.h"
#include "app/people/people.h"
#include "base/io.h"
#include "base/log.h"
#include "sys/config/config.h"
#include "sys/http/limit.h"

/* Signing in through a provider: going there, coming back, linking and unlinking. */

#define COOKIE    "ungcuu_provider"
#define BACK_PATH "/sign-in/provider/back"

enum { SECRET_MAX = 4096 };

struct people_provider people_provider;

static struct limit attempts = LIMIT(30, 10 * SECOND_MS);

int people_start(struct arena *a, const struct config *config, struct err *err)
{
    struct people_provider *p = &people_provider;
    struct str secret = STR_EMPTY;
    int r;

    *p = (struct people_provider){0};
    if (config->oidc_issuer.len == 0)
        return 0;
    if (!oidc_issuer_good(config->oidc_issuer))
        return err_set(err, ERR_INVALID, "ungcuu.conf: oidc_issuer is no https URL");
    if (config->oidc_client.len == 0)
        return err_set(err, ERR_INVALID, "ungcuu.conf: oidc_issuer needs oidc_client");
    if (config->oidc_secret.len > 0 &&
        (r = io_read_file(a, config->oidc_secret.ptr, SECRET_MAX, &secret, err)) < 0)
        return r;
    *p = (struct people_provider){
        .on = true,
        .client = {config->oidc_issuer, config->oidc_client, str_trim(secret), STR_EMPTY},
        .name = config->oidc_name.len > 0 ? config->oidc_name : config->oidc_issuer,
        .by_email = str_is(config->oidc_link, "email"),
        .no_code = str_is(config->oidc_factor, "provider"),
    };
    return 0;
}

struct oidc_client provider_client(struct arena *a)
{
    struct oidc_client client = people_provider.client;

    client.redirect_uri = str_printf(a, STR_FMT BACK_PATH, STR_ARG(site_link_url()));
    return client;
}

/* ---- going there --------------------------------------------------------------------------------
 */

static int problem_page(struct http_request *req, struct http_response *res, int status,
                        struct str text)
{
    bool inside = actor_of(req)->id != 0;
    struct provider_view view = {.title = T(req->lang, "That did not lead in"),
                                 .text = text,
                                 .back = inside ? STR("/account") : STR("/sign-in")};
    struct html_page p;

    res->status = status;
    web_page(req, res, &p, &(struct web_frame){.title = view.title, .narrow = true});
    provider_problem_html(&p, &view);
    web_page_end(&p);
    return 0;
}

/* The reason is for the log; the visitor is told what to do. */
static int unavailable(struct http_request *req, struct http_response *res, const struct err *why)
{
    log_warn("sign-in through the provider failed request=" STR_FMT " error=%s", STR_ARG(req->id),
             why->what);
    return problem_page(req, res, 502,
                        T(req->lang, "The provider does not answer as it should. Try again in a "
                                     "few minutes, or sign in with your password."));
}

static int go(struct http_request *req, struct http_response *res, enum provider_purpose purpose,
              int64_t account_id, struct str next, struct err *err)
{
    struct oidc_client client = provider_client(req->arena);
    struct provider_attempt kept = {
        .purpose = purpose, .account_id = account_id, .next = account_local_path(next)};
    struct oidc_provider provider;
    struct oidc_attempt attempt;
    struct err why = {0};
    struct str binding;
    struct db *db;
    int r;

    if (!people_provider.on)
        return problem_page(req, res, 400, T(req->lang, "No provider is set up on this site."));
    if (!limit_take(&attempts, limit_address(req->arena, req->address), req->now, NULL))
        return err_set(err, ERR_LIMIT, "too many attempts from " STR_FMT, STR_ARG(req->address));
    if (oidc_discover(req->arena, &client, req->now, &provider, &why) < 0)
        return unavailable(req, res, &why);
    oidc_attempt_make(req->arena, &attempt);
    attempt.again = purpose == PROVIDER_CONFIRM;
    kept.nonce = attempt.nonce;
    kept.verifier = attempt.verifier;
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_provider_begin(db, req->arena, &kept, attempt.state, req->now, &binding,
                                    err)) < 0)
        return r;
    http_set_cookie(req, res, COOKIE, binding, ATTEMPT_LIFE / SECOND_MS);
    res->status = 303;
    http_add_header(res, STR("Location"),
                    oidc_authorize_url(req->arena, &client, &provider, &attempt));
    return 0;
}

int provider_go(struct http_request *req, struct http_response *res, struct err *err)
{
    return go(req, res, PROVIDER_SIGN_IN, 0, http_arg(req, "next"), err);
}

int provider_link_go(struct http_request *req, struct http_response *res, struct err *err)
{
    return go(req, res, PROVIDER_LINK, actor_of(req)->id, STR("/account"), err);
}

int provider_confirm_go(struct http_request *req, struct http_response *res, struct err *err)
{
    return go(req, res, PROVIDER_CONFIRM, actor_of(req)->id, http_arg(req, "next"), err);
}

int provider_invite_go(struct http_request *req, struct http_response *res, struct err *err)
{
    struct link_owner owner;
    int r = find_link_owner(req, &owner, err);

    if (r < 0)
        return r;
    if (r == 0 || owner.purpose != LINK_FIRST)
        return err_set(err, ERR_NOT_FOUND, "no invitation, or it is over");
    return go(req, res, PROVIDER_INVITE, owner.account_id, STR("/"), err);
}

/* ---- coming back --------------------------------------------------------------------------------
 */

static int take(struct http_request *req, struct provider_attempt *out, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(site.pool, &db, err);

    return r < 0 ? r
                 : account_provider_take(db, req->arena, http_arg(req, "state"),
                                         http_cookie(req, COOKIE), req->now, out, err);
}

static int sign_in(struct http_request *req, struct http_response *res, struct db *db,
                   const struct provider_person *person, struct str next, struct err *err)
{
    struct str token;
    int r = account_provider_sign_in(db, req->arena, person, people_provider.by_email,
                                     people_provider.no_code, req->address,
                                     http_header(req, "User-Agent"), req->now, &token, err),
        ended;

    if (r == ERR_NOT_FOUND || r == ERR_FORBIDDEN)
        return problem_page(
            req, res, 403,
            r == ERR_FORBIDDEN
                ? T(req->lang, "Your account here is disabled. Ask the administrator of your "
                               "organisation.")
                : T(req->lang, "The provider knows you, but no account here is linked to you. Sign "
                               "in with your password and link it under \"My account\", or ask the "
                               "administrator of your organisation for an invitation."));
    if (r < 0 || (ended = end_present_session(req, err)) < 0)
        return r < 0 ? r : ended;
    if (r > 0) {
        http_set_cookie(req, res, STEP_COOKIE, token, STEP_LIFE / SECOND_MS);
        http_redirect(res, code_path(req, next));
        return 0;
    }
    http_set_cookie(req, res, SESSION_COOKIE, token, -1);
    http_redirect(res, account_local_path(next));
    return 0;
}

static int link_own(struct http_request *req, struct http_response *res, struct db *db,
                    const struct provider_person *person, struct err *err)
{
    const struct actor *actor = actor_of(req);
    int r = account_identity_link(db, req->arena, actor->id, person, actor, req->now, err);

    if (r == ERR_EXISTS)
        return problem_page(req, res, 409,
                            T(req->lang, "This person of the provider is linked to another account "
                                         "already."));
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "Your account is linked to the provider."));
    http_redirect(res, STR("/account"));
    return 0;
}

static int confirm(struct http_request *req, struct http_response *res, struct db *db,
                   const struct provider_person *person, struct str next, struct err *err)
{
    int r = account_identity_is(db, req->arena, actor_of(req)->id, person, err);

    if (r < 0)
        return r;
    if (r == 0)
        return problem_page(req, res, 403,
                            T(req->lang, "You signed in there as somebody else than here."));
    if ((r = account_confirmed(db, actor_of(req), req->now, err)) < 0)
        return r;
    http_redirect(res, account_local_path(next));
    return 0;
}

static int act(struct http_request *req, struct http_response *res,
               const struct provider_attempt *attempt, const struct provider_person *person,
               struct err *err)
{
    bool own = attempt->purpose == PROVIDER_LINK || attempt->purpose == PROVIDER_CONFIRM;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (own && actor_of(req)->id != attempt->account_id)
        return problem_page(req, res, 403,
                            T(req->lang, "You signed in as somebody else meanwhile. Begin anew."));
    if (attempt->purpose == PROVIDER_LINK)
        return link_own(req, res, db, person, err);
    if (attempt->purpose == PROVIDER_CONFIRM)
        return confirm(req, res, db, person, attempt->next, err);
    if (attempt->purpose == PROVIDER_INVITE) {
        r = account_identity_link(db, req->arena, attempt->account_id, person, NULL, req->now, err);
        if (r == ERR_EXISTS)
            return problem_page(req, res, 409,
                                T(req->lang, "This person of the provider is linked to another "
                                             "account already."));
        if (r < 0)
            return r;
    }
    return sign_in(req, res, db, person, attempt->next, err);
}

static bool is_other_issuer(struct http_request *req, const struct oidc_provider *provider)
{
    struct str said = http_arg(req, "iss");

    return (said.len > 0 || provider->says_issuer) && !str_eq(said, people_provider.client.issuer);
}

int provider_back(struct http_request *req, struct http_response *res, struct err *err)
{
    struct oidc_client client = provider_client(req->arena);
    struct provider_attempt kept;
    struct provider_person person;
    struct oidc_provider provider;
    struct oidc_attempt attempt;
    struct oidc_person found;
    struct err why = {0};
    int r = people_provider.on ? take(req, &kept, err) : 0;

    if (r < 0)
        return r;
    http_set_cookie(req, res, COOKIE, STR_EMPTY, 0);
    if (r == 0)
        return problem_page(req, res, 400,
                            T(req->lang, "This sign-in was begun too long ago, or in another "
                                         "browser. Begin anew."));
    if (http_arg(req, "code").len == 0)
        return problem_page(req, res, 400,
                            T(req->lang, "You were not signed in there. Nothing has changed."));
    attempt = (struct oidc_attempt){http_arg(req, "state"), kept.nonce, kept.verifier,
                                    kept.purpose == PROVIDER_CONFIRM};
    if (oidc_discover(req->arena, &client, req->now, &provider, &why) < 0)
        return unavailable(req, res, &why);
    if (is_other_issuer(req, &provider)) {
        err_set(&why, ERR_AUTH, "the answer comes from another issuer");
        return unavailable(req, res, &why);
    }
    if (oidc_finish(req->arena, &client, &provider, &attempt, http_arg(req, "code"), req->now,
                    &found, &why) < 0)
        return unavailable(req, res, &why);
    person = (struct provider_person){client.issuer, found.subject, found.email, found.name};
    return act(req, res, &kept, &person, err);
}

/* ---- unlinking, signing out ---------------------------------------------------------------------
 */

int provider_unlink_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct people_security_row security;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = people_security(db, req->arena, actor->id, &security, err)) < 0)
        return r;
    if (!security.has_password) {
        web_flash(req, res,
                  T(req->lang, "Nothing was changed: without a password you could not sign in any "
                               "more. Ask the administrator of your organisation for a link that "
                               "sets one."));
        http_redirect(res, STR("/account"));
        return 0;
    }
    r = account_identity_unlink(db, req->arena, actor->id, http_field(req, "issuer"),
                                http_field(req, "subject"), actor, req->now, err);
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The link to the provider was ended."));
    http_redirect(res, STR("/account"));
    return 0;
}

int provider_unlink_by_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    r = account_identity_unlink(db, req->arena, account.id, http_field(req, "issuer"),
                                http_field(req, "subject"), actor_of(req), req->now, err);
    if (r == ERR_NOT_FOUND) {
        to_account(req, res, account.login, T(req->lang, "This account has no such link."));
        return 0;
    }
    if (r < 0)
        return r;
    to_account(req, res, account.login, T(req->lang, "The link to the provider was ended."));
    return 0;
}

int signed_out_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct oidc_client client = provider_client(req->arena);
    struct provider_view view = {0};
    struct oidc_provider provider;
    struct err ignored = {0};
    struct html_page p;

    if (!people_provider.on) {
        http_redirect(res, STR("/"));
        return 0;
    }
    if (oidc_discover(req->arena, &client, req->now, &provider, &ignored) == 0)
        view.sign_out_url = oidc_sign_out_url(req->arena, &client, &provider);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "You are signed out here"),
                                 .public_frame = true,
                                 .narrow = true});
    signed_out_html(&p, &view);
    web_page_end(&p);
    return 0;
}
