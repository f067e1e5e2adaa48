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

/* ---- settings ---------------------------------------------------------------------------------
 */

static void fill_form(struct arena *a, struct post_settings *s, struct form_state *out)
{
    post_settings_shown(s);
    form_fill(&post_settings_form, a, s, out);
    s->seen = web_seen(a, &post_settings_form, out, s->version);
    form_fill(&post_settings_form, a, s, out);
}

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
        fill_form(req->arena, &s, &filled);
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

/* What was refused, in words; another error is handed on. */
static int explain(struct http_request *req, struct db *db, int r, struct form_state *state,
                   struct err *err)
{
    struct form_state current = {0};
    struct post_settings is;

    if (r == ERR_FORBIDDEN)
        return form_reject(state, req->arena, "",
                           T(req->lang, "Only administrators of the organisation at the top can "
                                        "change this."),
                           err);
    if (r != ERR_CONFLICT)
        return r;
    if ((r = post_settings_load(db, req->arena, &is, err)) < 0)
        return r;
    fill_form(req->arena, &is, &current);
    return web_conflict(req, db, "setting", POST_SETTINGS_ID, &post_settings_form, &current, state,
                        is.version, err);
}

int post_web_settings_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct post_settings s = {0};
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    if ((r = form_parse(&post_settings_form, req, &s, &state, err)) == 0) {
        s.version = web_seen_version(s.seen);
        if ((r = post_settings_change(req, db, &s, &state, err)) < 0)
            r = explain(req, db, r, &state, err);
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return settings_page(req, res, db, &(struct post_settings_view){.state = &state}, err);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The settings are kept. Send yourself a test mail now."));
    http_redirect(res, STR("/settings/mail"));
    return 0;
}

int post_web_test(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_settings_view v = {.tested = str_trim(http_field(req, "to"))};
    struct mail_dialogue said = {.answer = STR(""), .lines = STR("")};
    struct err why = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    v.said = &said;
    if (post_settings_try(req, db, v.tested, &said, &why) < 0) {
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
    int64_t id;
    int r;

    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which mail?");
    if ((r = web_db(req, &db, err)) < 0 || (r = post_mail_again(req, db, id, err)) < 0)
        return r;
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
    if ((r = web_db(req, &db, err)) < 0 || (r = post_job_change(req, db, id, retry, err)) < 0)
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
