#include "app/people/view.h"
#include "app/job/job.h"
#include "app/notice/notice.h"
#include "app/people/handlers.h"
#include "app/people/pages/reset.html.h"
#include "app/people/people.h"
#include "sys/http/limit.h"

/* A forgotten password: asking for a link, and what the link opens. */

#define JOB_KIND "account.reset"

static struct limit asks = LIMIT(10, 5 * MINUTE_MS);

/* ---- asking -------------------------------------------------------------------------------------
 */

/* Both pages of this file, for whoever is not signed in. */
static void begin_page(struct http_request *req, struct http_response *res, struct html_page *p,
                       int status)
{
    res->status = status;
    web_page(req, res, p,
             &(struct web_frame){.title = T(req->lang, "Set a new password"),
                                 .public_frame = true,
                                 .narrow = true});
}

static int forgot_page(struct http_request *req, struct http_response *res, int status,
                       const struct forgot_view *view)
{
    struct html_page p;

    begin_page(req, res, &p, status);
    forgot_html(&p, view);
    web_page_end(&p);
    return 0;
}

int forgot_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = notice_mail_ready(db, req->arena, err)) < 0)
        return r;
    return forgot_page(req, res, 200, &(struct forgot_view){.state = &state, .can_mail = r > 0});
}

/* The same is done for every name that is typed: a job is written down. */
int forgot_post(struct http_request *req, struct http_response *res, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct form_state state = {0};
    struct forgot_form form;
    struct db *db;
    int r;

    if (form_parse(&forgot_form, req, &form, &state, err) < 0)
        return forgot_page(req, res, 400, &(struct forgot_view){.state = &state, .can_mail = true});
    if (!limit_take(&asks, limit_address(req->arena, req->address), req->now, NULL))
        return err_set(err, ERR_LIMIT, "links asked for from " STR_FMT, STR_ARG(req->address));
    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = job_add(db, JOB_KIND, 0, form.who, 0, req->now, err)) < 0 ||
        (r = db_commit(tx, err)) < 0)
        return r;
    return forgot_page(req, res, 200, &(struct forgot_view){.state = &state, .asked = true});
}

static int mail_link(struct db *db, struct arena *a, const struct link_account *to, int64_t now,
                     struct err *err)
{
    enum lang lang = to->lang.len > 0 ? i18n_lang(to->lang) : LANG_VI;
    struct str secret, subject, body, parts[4];
    int r = account_link_make(db, a, to->id, LINK_RESET, NULL, now, &secret, err);

    if (r < 0)
        return r;
    parts[0] = to->name;
    parts[1] = to->login;
    parts[2] = site.name;
    parts[3] =
        str_printf(a, STR_FMT "/password/" STR_FMT, STR_ARG(site_link_url()), STR_ARG(secret));
    subject = T(lang, "Set a new password");
    body = i18n_format(
        a, lang,
        N_("Dear {0},\n\nSomebody, probably you, asked for a new password for the account {1} at "
           "{2}.\nOpen this link within 30 minutes; it works once:\n\n{3}\n\nIf it was not you, do "
           "nothing: your password stays as it is.\n"),
        parts, 4);
    return notice_mail_account(db, a, to->id, lang, subject, body, true, now, NULL, err);
}

static int run_reset(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct link_accounts to = {0};
    int r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = account_link_wanted(db, run->arena, run->arg, run->now, &to, err)) < 0)
        return r;
    for (size_t i = 0; i < to.len; i++) {
        if ((r = mail_link(db, run->arena, &to.at[i], run->now, err)) < 0)
            return r;
    }
    if ((r = job_done(run, db, err)) < 0)
        return r;
    return db_commit(tx, err);
}

const struct job_kind people_reset_job = {
    .name = JOB_KIND,
    .label = N_("Mail to who forgot their password"),
    .run = run_reset,
    .attempts = 5,
};

/* ---- the link -----------------------------------------------------------------------------------
 */

static int choose_page(struct http_request *req, struct http_response *res, int status,
                       const struct choose_view *view)
{
    struct html_page p;

    begin_page(req, res, &p, status);
    choose_html(&p, view);
    web_page_end(&p);
    return 0;
}

static int link_over(struct http_request *req, struct http_response *res)
{
    return choose_page(req, res, 404, &(struct choose_view){.over = true});
}

static struct choose_view view_of(struct http_request *req, const struct link_owner *owner,
                                  const struct form_state *state)
{
    return (struct choose_view){.state = state,
                                .secret = http_param(req, "secret"),
                                .login = owner->login,
                                .name = owner->name,
                                .first = owner->purpose == LINK_FIRST};
}

int choose_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct link_owner owner;
    struct choose_view view;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_link_find(db, req->arena, http_param(req, "secret"), req->now, &owner, err)) <
            0)
        return r;
    if (r == 0)
        return link_over(req, res);
    view = view_of(req, &owner, &state);
    return choose_page(req, res, 200, &view);
}

static int check(struct http_request *req, const struct link_owner *owner, struct choose_form *form,
                 struct form_state *state, struct err *err)
{
    int r = form_parse(&choose_form, req, form, state, err);

    return r < 0 ? r
                 : people_check_new(req, owner->login, form->password, form->repeat, state, err);
}

/* Found with a connection of its own: none is held while the password is hashed. */
int find_link_owner(struct http_request *req, struct link_owner *owner, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(site.pool, &db, err);

    return r < 0
               ? r
               : account_link_find(db, req->arena, http_param(req, "secret"), req->now, owner, err);
}

int choose_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct choose_view view;
    struct choose_form form;
    struct link_owner owner;
    struct str hash;
    struct db *db;
    int r = find_link_owner(req, &owner, err);

    if (r <= 0)
        return r < 0 ? r : link_over(req, res);
    r = check(req, &owner, &form, &state, err);
    if (r == ERR_INVALID) {
        view = view_of(req, &owner, &state);
        return choose_page(req, res, 400, &view);
    }
    if (r < 0 || (r = account_hash_password(req->arena, form.password, &hash, err)) < 0 ||
        (r = web_db(req, &db, err)) < 0)
        return r;
    r = account_link_use(db, req->arena, http_param(req, "secret"), hash, req->address, req->now,
                         err);
    if (r == ERR_NOT_FOUND)
        return link_over(req, res);
    return r < 0 ? r : choose_page(req, res, 200, &(struct choose_view){.done = true});
}
