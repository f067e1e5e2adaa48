#include "app/people/view.h"
#include "app/notice/notice.h"
#include "app/people/handlers.h"

/* What administrators do about the access of one account: links, second factor, sessions, tokens.
 */

/* ---- links that set a password ------------------------------------------------------------------
 */

static int mail_first(struct http_request *req, struct db *db,
                      const struct people_account_row *account, const struct secret_view *view,
                      bool *sent, struct err *err)
{
    enum lang lang = account->lang.len > 0 ? i18n_lang(account->lang) : LANG_VI;
    struct str parts[] = {account->name, account->login, site.name, view->link,
                          i18n_time(req->arena, lang, view->link_until)};

    return notice_mail_account(
        db, req->arena, account->id, lang, T(lang, "Your account: set a password"),
        i18n_format(req->arena, lang,
                    N_("Dear {0},\n\nwith this link you set a password for your account {1} at "
                       "{2}. It works once, until {4}:\n\n{3}\n"),
                    parts, 5),
        true, req->now, sent, err);
}

static int link_inside(struct http_request *req, struct db *db,
                       const struct people_account_row *account, enum link_purpose purpose,
                       struct secret_view *view, struct err *err)
{
    struct str secret;
    bool sent = false;
    int ready, r = account_link_make(db, req->arena, account->id, purpose, actor_of(req), req->now,
                                     &secret, err);

    if (r < 0 || (ready = notice_mail_ready(db, req->arena, err)) < 0)
        return r < 0 ? r : ready;
    view->login = account->login;
    view->name = account->name;
    view->link_until = req->now + (purpose == LINK_FIRST ? LINK_FIRST_LIFE : LINK_RESET_LIFE);
    view->link = str_printf(req->arena, STR_FMT "/password/" STR_FMT, STR_ARG(site_link_url()),
                            STR_ARG(secret));
    if (ready > 0 && (r = mail_first(req, db, account, view, &sent, err)) < 0)
        return r;
    view->sent_to = sent ? account->email : STR_EMPTY;
    return 0;
}

int make_link(struct http_request *req, struct db *db, int64_t account_id,
              enum link_purpose purpose, struct secret_view *view, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct people_account_row account;
    int r;

    if ((r = people_account(db, req->arena, account_id, &account, err)) < 0 ||
        (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    r = link_inside(req, db, &account, purpose, view, err);
    return r < 0 ? r : db_commit(tx, err);
}

int account_link_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct secret_view view = {0};
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0 || (r = make_link(req, db, account.id, LINK_RESET, &view, err)) < 0)
        return r;
    return secret_page(req, res, T(req->lang, "Link to set the password"), &view);
}

/* ---- second factor, sessions, tokens ------------------------------------------------------------
 */

int account_factor_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_account_row account;
    struct str said;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    r = account_factor_reset(db, req->arena, account.id, http_field(req, "reason"), actor_of(req),
                             req->now, err);
    if (r == ERR_INVALID)
        said = T(req->lang, "Nothing was changed: a reason is needed.");
    else if (r == ERR_STATE)
        said = T(req->lang, "This account has no second factor.");
    else if (r < 0)
        return r;
    else
        said = T(req->lang, "The second factor was taken off and the sessions were ended.");
    to_account(req, res, account.login, said);
    return 0;
}

int account_sessions_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool all = http_field(req, "all").len > 0;
    struct str id = http_field(req, "id");
    struct people_account_row account;
    struct db *db;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    if (!all && id.len == 0)
        return err_set(err, ERR_INVALID, "which session?");
    r = account_end_sessions_of(db, req->arena, account.id, all ? STR_EMPTY : id, actor_of(req),
                                req->now, err);
    if (r < 0)
        return r;
    to_account(req, res, account.login,
               all ? T(req->lang, "All sessions of the account were ended.")
                   : T(req->lang, "The session was ended."));
    return 0;
}

int account_token_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_token_owner_row owner;
    struct people_account_row account;
    struct db *db;
    int64_t id;
    int r = account_of_url(req, &db, &account, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which token?");
    r = people_token_owner(db, req->arena, id, &owner, err);
    if (r == 0 || (r > 0 && owner.account_id != account.id))
        return err_set(err, ERR_NOT_FOUND, "'" STR_FMT "' has no token %lld",
                       STR_ARG(account.login), (long long)id);
    if (r < 0 || (r = account_token_revoke(db, req->arena, id, actor_of(req), req->now, err)) < 0)
        return r;
    to_account(req, res, account.login, T(req->lang, "The token was revoked."));
    return 0;
}
