#include "app/post/pages/admin.html.h"
#include "app/post/view.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* The administrator's pages: settings with a test, what was sent, what is to be done. */

enum { JOBS_SHOWN = 200 };

static const struct post_tab tabs[] = {
    {"mail", "/settings/mail", N_("Mail"), PERM_SITE_MANAGE},
    {"sent", "/settings/sent", N_("Mails sent"), PERM_SITE_MANAGE},
    {"jobs", "/settings/jobs", N_("Jobs"), PERM_SITE_MANAGE},
    {"health", "/settings/health", N_("Is it well?"), PERM_SITE_MANAGE},
    {"retention", "/settings/retention", N_("How long it is kept"), PERM_PERSON_MANAGE},
    {"persons", "/settings/persons", N_("Personal data"), PERM_PERSON_MANAGE},
    {"sign-in", "/settings/sign-in", N_("How people sign in"), PERM_SITE_MANAGE},
};
const struct post_tabs post_tabs = {tabs, ARRAY_LEN(tabs)};

struct str post_job_label(enum lang lang, struct str kind)
{
    for (size_t i = 0; post_jobs[i] != NULL; i++) {
        if (str_is(kind, post_jobs[i]->name))
            return i18n_text(lang, post_jobs[i]->label);
    }
    return kind;
}

static int write_audit(struct http_request *req, struct db *db, const char *action, int64_t id,
                       struct str detail, struct err *err)
{
    const struct actor *actor = actor_of(req);

    return actor_audit(db, req->arena, actor, req->now, action, "setting", id, STR(""), detail,
                       err);
}

/* ---- settings ---------------------------------------------------------------------------------
 */

static int settings_page(struct http_request *req, struct http_response *res, struct db *db,
                         struct post_settings_view *v, struct err *err)
{
    struct form_state filled = {0};
    struct post_settings s;
    struct post_box_row box;
    struct html_page p;
    int r = post_settings_load(db, req->arena, &s, err);

    if (r < 0)
        return r;
    v->smtp_lost = s.smtp_lost;
    v->imap_lost = s.imap_lost;
    if (v->state == NULL) {
        s.smtp_password = s.imap_password = STR("");
        if (s.smtp_security.len == 0)
            s.smtp_security = STR("starttls");
        if (s.imap_security.len == 0)
            s.imap_security = STR("tls");
        form_fill(&post_settings_form, req->arena, &s, &filled);
        v->state = &filled;
    }
    if ((r = post_box(db, req->arena, post_box_name(req->arena, &s), &box, err)) < 0)
        return r;
    if (r == 1) {
        v->box_error = box.error;
        v->box_at = opt_int(box.at);
    }
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Mail"), .rail = "settings"});
    post_settings_html(&p, v);
    web_page_end(&p);
    return 0;
}

int post_web_settings(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_settings_view v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : settings_page(req, res, db, &v, err);
}

static bool good_host(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (!isalnum((unsigned char)host.ptr[i]) && strchr(".-_:", host.ptr[i]) == NULL)
            return false;
    }
    return true;
}

static int check_settings(struct http_request *req, const struct post_settings *s,
                          struct form_state *state, struct err *err)
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
    return 0;
}

int post_web_settings_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct post_settings s;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    r = form_parse(&post_settings_form, req, &s, &state, err);
    if (r < 0 || (r = check_settings(req, &s, &state, err)) < 0) {
        res->status = err_http_status(r);
        return settings_page(req, res, db, &(struct post_settings_view){.state = &state}, err);
    }
    if ((r = db_begin(db, err)) < 0)
        return r;
    if ((r = post_settings_save(db, req->arena, &s, err)) < 0 ||
        (r = write_audit(req, db, "setting.mail", 0, STR(""), err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    web_flash(req, res, T(req->lang, "The settings are kept. Send yourself a test mail now."));
    http_redirect(res, STR("/settings/mail"));
    return 0;
}

int post_web_test(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_settings_view v = {.tested = str_trim(http_field(req, "to"))};
    struct mail_people people;
    struct mail_dialogue said = {.answer = STR(""), .lines = STR("")};
    struct post_settings s;
    struct err why = {0};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = post_settings_load(db, req->arena, &s, err)) < 0)
        return r;
    v.said = &said;
    if (!mail_people_parse(req->arena, v.tested, &people) || people.len != 1)
        r = err_set(&why, ERR_INVALID, "\"" STR_FMT "\" is no mail address", STR_ARG(v.tested));
    else
        r = post_try(req->arena, &s, people.at[0].address, req->lang, req->now, &said, &why);
    if (r < 0) {
        v.problem = str_dup(req->arena, str_c(why.what));
        v.hint = str_dup(req->arena, str_c(why.hint));
    }
    return settings_page(req, res, db, &v, err);
}

/* ---- what was sent ----------------------------------------------------------------------------
 */

static const char *const sorts[] = {"-at", NULL};

static struct str state_of(const struct http_request *req, const char *const *known)
{
    struct str state = http_arg(req, "state");

    for (size_t i = 0; known[i] != NULL; i++) {
        if (str_is(state, known[i]))
            return state;
    }
    return STR("");
}

struct str post_mails_state(const struct http_request *req)
{
    static const char *const known[] = {"queued", "sent", "failed", "bounced", NULL};

    return state_of(req, known);
}

struct str post_mails_pattern(const struct http_request *req)
{
    return db_like(req->arena, str_lower(req->arena, str_trim(http_arg(req, "q"))));
}

struct str post_jobs_state(const struct http_request *req)
{
    static const char *const known[] = {"failed", "waiting", "done", NULL};
    struct str state = state_of(req, known);

    return state.len > 0 ? state : STR("failed");
}

int post_web_mails(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_mails_view v = {.req = req, .state = post_mails_state(req)};
    struct web_list list;
    struct html_page p;
    struct str pattern;
    struct db *db;
    int64_t id = 0;
    int r;

    web_list_parse(req, sorts, &list);
    v.list = &list;
    pattern = post_mails_pattern(req);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_mail_list(db, req->arena, v.state, pattern, list.limit, list.offset, &v.rows,
                            err)) < 0 ||
        (r = post_mail_totals(db, req->arena, pattern, &v.totals, err)) < 0)
        return r;
    v.total = str_is(v.state, "queued")   ? v.totals.queued
              : str_is(v.state, "sent")   ? v.totals.sent
              : str_is(v.state, "failed") ? v.totals.failed
              : str_is(v.state, "bounced")
                  ? v.totals.bounced
                  : v.totals.queued + v.totals.sent + v.totals.failed + v.totals.bounced;
    if (str_to_int(http_arg(req, "id"), &id) &&
        ((r = post_mail(db, req->arena, id, &v.mail, err)) < 0 ||
         (r = post_attempts(db, req->arena, id, &v.attempts, err)) < 0))
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Mails sent"), .rail = "settings"});
    post_mails_html(&p, &v);
    web_page_end(&p);
    return 0;
}

int post_web_resend(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id, r;

    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which mail?");
    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return (int)r;
    r = post_mail_requeue(db, id, err);
    if (r == 0)
        r = err_set(err, ERR_STATE, "mail %" PRId64 " cannot be sent again", id);
    if (r < 0 || (r = job_add(db, "mail", id, STR(""), 0, req->now, err)) < 0 ||
        (r = write_audit(req, db, "setting.mail_again", id, STR(""), err)) < 0) {
        db_rollback(db);
        return (int)r;
    }
    if ((r = db_commit(db, err)) < 0)
        return (int)r;
    web_flash(req, res, T(req->lang, "The mail is being sent again."));
    http_redirect(res, str_printf(req->arena, "/settings/sent?id=%lld", (long long)id));
    return 0;
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

int post_web_jobs(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_jobs_view v = {.req = req, .state = post_jobs_state(req)};
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = job_listing(db, req->arena, v.state, JOBS_SHOWN, &v.rows, err)) < 0 ||
        (r = job_count(db, req->arena, req->now, &v.counts, err)) < 0)
        return r;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Jobs"), .rail = "settings"});
    post_jobs_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static int change_job(struct http_request *req, struct http_response *res, bool retry,
                      struct err *err)
{
    struct db *db;
    int64_t id;
    int r;

    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which job?");
    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    r = retry ? job_retry(db, req->arena, id, req->now, err) : job_drop(db, id, err);
    if (r < 0 || (r = write_audit(req, db, retry ? "setting.job_retry" : "setting.job_drop", id,
                                  STR(""), err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    web_flash(req, res,
              retry ? T(req->lang, "The job begins again.") : T(req->lang, "The job was removed."));
    http_redirect(res, STR("/settings/jobs"));
    return 0;
}

int post_web_job_retry(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_job(req, res, true, err);
}

int post_web_job_drop(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_job(req, res, false, err);
}
