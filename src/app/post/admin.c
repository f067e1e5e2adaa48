#include "app/account/account.h"
#include "app/post/inner.h"
#include "sys/i18n/i18n.h"

/* What the administrator does with mail and jobs, on a page or over the API. */

static int write_audit(struct http_request *req, struct db *db, const char *action, int64_t id,
                       struct err *err)
{
    return actor_audit(db, req->arena, actor_of(req), req->now, action, "setting", id, STR(""),
                       STR(""), err);
}

/* ---- settings ---------------------------------------------------------------------------------
 */

static bool good_host(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (!isalnum((unsigned char)host.ptr[i]) && strchr(".-_:", host.ptr[i]) == NULL)
            return false;
    }
    return true;
}

/* A password is for the server it was typed in for: whoever names another one, or asks for it
 * without encryption, would else learn it. */
static bool leaks(struct str password, struct str was_host, struct str was_security,
                  struct str typed, struct str host, struct str security)
{
    return password.len > 0 && typed.len == 0 && host.len > 0 &&
           (!str_eq_nocase(was_host, host) ||
            (str_is(security, "none") && !str_is(was_security, "none")));
}

static int check(struct http_request *req, const struct post_settings *was,
                 const struct post_settings *s, struct form_state *state, struct err *err)
{
    enum lang lang = req->lang;

    if (!good_host(s->smtp_host))
        return form_reject(state, req->arena, "smtp_host",
                           T(lang, "Only the name or address of the server"), err);
    if (!good_host(s->imap_host))
        return form_reject(state, req->arena, "imap_host",
                           T(lang, "Only the name or address of the server"), err);
    if (s->smtp_host.len > 0 && s->from.len == 0)
        return form_reject(state, req->arena, "from",
                           T(lang, "Mails need an address that they come from"), err);
    if (s->imap_host.len > 0 && s->imap_user.len == 0)
        return form_reject(state, req->arena, "imap_user", T(lang, "Whose mailbox is it?"), err);
    if (s->ca_file.len > 0 && (s->ca_file.ptr[0] != '/' || access(s->ca_file.ptr, R_OK) != 0))
        return form_reject(state, req->arena, "ca_file",
                           T(lang, "This machine has no such file that can be read"), err);
    if (s->smtp_user.len > 0 && leaks(was->smtp_password, was->smtp_host, was->smtp_security,
                                      s->smtp_password, s->smtp_host, s->smtp_security))
        return form_reject(state, req->arena, "smtp_password",
                           T(lang, "The password is kept for the server as it was: type it in "
                                   "again"),
                           err);
    if (s->imap_user.len > 0 && leaks(was->imap_password, was->imap_host, was->imap_security,
                                      s->imap_password, s->imap_host, s->imap_security))
        return form_reject(state, req->arena, "imap_password",
                           T(lang, "The password is kept for the server as it was: type it in "
                                   "again"),
                           err);
    return 0;
}

int post_settings_change(struct http_request *req, struct db *db, const struct post_settings *s,
                         struct form_state *state, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct post_settings was;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    if ((r = actor_require_site(db, actor_of(req), PERM_SITE_MANAGE, req->now, err)) < 0 ||
        (r = post_settings_load(db, req->arena, &was, err)) < 0 ||
        (r = check(req, &was, s, state, err)) < 0 ||
        (r = post_settings_save(db, req->arena, s, err)) < 0 ||
        (r = write_audit(req, db, "setting.mail", POST_SETTINGS_ID, err)) < 0)
        return r;
    return db_commit(db, err);
}

int post_settings_try(struct http_request *req, struct db *db, struct str to,
                      struct mail_dialogue *said, struct err *err)
{
    struct mail_people people;
    struct post_settings s;
    int r = post_settings_load(db, req->arena, &s, err);

    if (r < 0)
        return r;
    if (!mail_people_parse(req->arena, to, &people) || people.len != 1)
        return err_set(err, ERR_INVALID, "\"" STR_FMT "\" is no mail address", STR_ARG(to));
    return post_try(req->arena, &s, people.at[0].address, req->lang, req->now, said, err);
}

/* ---- mails and jobs ---------------------------------------------------------------------------
 */

int post_mail_again(struct http_request *req, struct db *db, int64_t id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int64_t r = db_begin(db, err);

    if (r < 0)
        return (int)r;
    tx = db;
    r = post_mail_requeue(db, id, err);
    if (r == 0)
        return err_set(err, ERR_STATE, "mail %" PRId64 " cannot be sent again", id);
    if (r < 0 || (r = job_add(db, "mail", id, STR(""), 0, req->now, err)) < 0 ||
        (r = write_audit(req, db, "setting.mail_again", id, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int post_job_change(struct http_request *req, struct db *db, int64_t id, bool retry,
                    struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    tx = db;
    if ((r = retry ? job_retry(db, req->arena, id, req->now, err) : job_drop(db, id, err)) < 0 ||
        (r = write_audit(req, db, retry ? "setting.job_retry" : "setting.job_drop", id, err)) < 0)
        return r;
    return db_commit(db, err);
}
