#include "app/audit/audit.h"
#include "app/post/pages/notices.html.h"
#include "app/post/view.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/* ---- the list of notices ----------------------------------------------------------------------
 */

static const char *const sorts[] = {"at", NULL};
static const char *const groups[] = {"incident", "report", "task", "account"};

static struct str group_of(const struct http_request *req)
{
    struct str group = http_arg(req, "group");

    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (str_is(group, groups[i]))
            return group;
    }
    return STR("");
}

static int notices_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_notice_totals_row totals;
    struct post_notices_view v = {.req = req, .group = group_of(req)};
    int64_t me = actor_of(req)->id;
    struct web_list list;
    struct html_page p;
    struct db *db;
    int r;

    web_list_parse(req, sorts, &list);
    v.list = &list;
    v.unread_only = str_is(http_arg(req, "show"), "unread");
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_notices(db, req->arena, me, req->now, v.unread_only, v.group, list.limit,
                          list.offset, &v.rows, err)) < 0 ||
        (r = post_notice_totals(db, req->arena, me, v.unread_only, v.group, &totals, err)) < 0)
        return r;
    v.total = totals.total;
    v.unread = totals.unread;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Notices"), .rail = "notices"});
    post_notices_html(&p, &v);
    web_page_end(&p);
    return 0;
}

/* Marks one as read and goes to its record. */
static int notice_open(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_notice_target_row target;
    int64_t me = actor_of(req)->id, id;
    struct str path;
    struct db *db;
    int64_t r;

    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which notice?");
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_notice_target(db, req->arena, me, id, req->now, &target, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no such notice");
    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    if ((r = post_notice_read(db, me, opt_int(id), req->now, err)) < 0) {
        db_rollback(db);
        return (int)r;
    }
    if ((r = db_commit(db, err)) < 0)
        return (int)r;
    path = post_path(req->arena, target.incident_code, target.report_code);
    if (path.len == 0)
        path = str_starts(target.event, STR("account.")) ? STR("/account") : STR("/notices");
    http_redirect(res, path);
    return 0;
}

static int notices_read(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str which = http_field(req, "id");
    int64_t me = actor_of(req)->id, id = 0;
    bool back = str_is(http_field(req, "do"), "unread");
    struct db *db;
    int64_t r;

    if (which.len > 0 && !str_to_int(which, &id))
        return err_set(err, ERR_INVALID, "which notice?");
    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return (int)r;
    r = back && id != 0 ? post_notice_unread(db, me, id, err)
                        : post_notice_read(db, me, id != 0 ? opt_int(id) : NO_INT, req->now, err);
    if (r < 0) {
        db_rollback(db);
        return (int)r;
    }
    if ((r = db_commit(db, err)) < 0)
        return (int)r;
    if (id == 0)
        web_flash(req, res, T(req->lang, "All notices are marked as read."));
    http_redirect(res, STR("/notices"));
    return 0;
}

/* ---- what a person wants to be told -----------------------------------------------------------
 */

static const char *mail_name(enum notice_mail mail)
{
    return mail == MAIL_DIGEST ? "digest" : mail == MAIL_OFF ? "off" : "now";
}

static void fill_choices(const struct post_choices_rows *chosen, struct post_choices_view *v)
{
    for (size_t i = 0; i < NOTICE_COUNT; i++) {
        const struct notice_kind *k = &notice_kinds[i];
        struct post_choice *c = &v->rows.at[v->rows.len++];

        *c = (struct post_choice){k->name, k->label, true, k->mail == MAIL_FIXED,
                                  mail_name(k->mail)};
        for (size_t j = 0; j < chosen->len; j++) {
            if (!str_is(chosen->at[j].event, k->name))
                continue;
            c->in_app = chosen->at[j].in_app;
            if (!c->fixed)
                c->mail = str_is(chosen->at[j].mail, "now")      ? "now"
                          : str_is(chosen->at[j].mail, "digest") ? "digest"
                                                                 : "off";
        }
    }
}

static int choices_get(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t me = actor_of(req)->id;
    struct post_address_row address;
    struct post_settings settings;
    struct post_choices_rows chosen;
    struct post_choices_view v = {0};
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_choices(db, req->arena, me, &chosen, err)) < 0 ||
        (r = post_address(db, req->arena, me, &address, err)) < 0 ||
        (r = post_settings_load(db, req->arena, &settings, err)) < 0)
        return r;
    fill_choices(&chosen, &v);
    v.email = address.email;
    v.ready = settings.smtp_host.len > 0;
    v.hour = settings.digest_hour.has ? settings.digest_hour.v : DIGEST_HOUR;
    web_page(
        req, res, &p,
        &(struct web_frame){.title = T(req->lang, "What I want to be told"),
                            .rail = "notices",
                            .crumbs = {{.label = T(req->lang, "Notices"), .href = STR("/notices")}},
                            .crumbs_len = 1});
    post_choices_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static int put_choices(struct http_request *req, struct db *db, struct err *err)
{
    int64_t me = actor_of(req)->id, r = 0;

    for (size_t i = 0; r >= 0 && i < NOTICE_COUNT; i++) {
        struct str app = str_printf(req->arena, "app.%s", notice_kinds[i].name);
        struct str mail =
            http_field(req, str_printf(req->arena, "mail.%s", notice_kinds[i].name).ptr);

        if (!str_is(mail, "now") && !str_is(mail, "digest"))
            mail = STR("off");
        r = post_choice_put(db, me, str_c(notice_kinds[i].name),
                            str_is(http_field(req, app.ptr), "1"), mail, err);
    }
    return (int)MIN(r, 0);
}

static int choices_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    if ((r = put_choices(req, db, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    web_flash(req, res, T(req->lang, "Your choice is kept."));
    http_redirect(res, STR("/notices/choices"));
    return 0;
}

/* ---- the link that stops mails ----------------------------------------------------------------
 */

static int stop_page(struct http_request *req, struct http_response *res, bool done,
                     struct err *err)
{
    struct post_stop_view v = {.token = http_param(req, "token"), .done = done};
    struct post_stop_account_row who;
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_stop_account(db, req->arena, v.token, &who, err)) < 0)
        return r;
    v.known = r == 1;
    v.name = r == 1 ? who.name : STR("");
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Stop mails"), .public_frame = true, .narrow = true});
    post_stop_html(&p, &v);
    web_page_end(&p);
    return 0;
}

static int stop_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return stop_page(req, res, false, err);
}

static int stop_all(struct db *db, struct arena *a, int64_t account_id, struct err *err)
{
    struct post_choices_view now = {0};
    struct post_choices_rows chosen;
    int64_t r = post_choices(db, a, account_id, &chosen, err);

    if (r < 0)
        return (int)r;
    fill_choices(&chosen, &now);
    for (size_t i = 0; r >= 0 && i < now.rows.len; i++)
        r = post_choice_put(db, account_id, str_c(now.rows.at[i].name), now.rows.at[i].in_app,
                            STR("off"), err);
    return (int)MIN(r, 0);
}

static int stop_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct post_stop_account_row who;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = post_stop_account(db, req->arena, http_param(req, "token"), &who, err)) < 0)
        return r;
    if (r == 0)
        return stop_page(req, res, false, err);
    if ((r = db_begin(db, err)) < 0)
        return r;
    r = stop_all(db, req->arena, who.id, err);
    if (r == 0)
        r = audit_write(db, req->arena,
                        &(struct audit_entry){.at = req->now,
                                              .actor_id = who.id,
                                              .actor_name = who.name,
                                              .action = "account.mail_stop",
                                              .object_kind = "account",
                                              .object_id = who.id,
                                              .object_code = STR(""),
                                              .address = req->address,
                                              .detail = STR("")},
                        err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    return stop_page(req, res, true, err);
}

const struct http_route post_routes[] = {
    {HTTP_GET, "/notices", "session", notices_get, .scope = "none"},
    {HTTP_POST, "/notices/open", "session", notice_open, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_POST, "/notices/read", "session", notices_read, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/notices/choices", "session", choices_get, .scope = "none"},
    {HTTP_POST, "/notices/choices", "session", choices_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/stop/{token}", "public", stop_get, .scope = "none"},
    /* Mail programs press it on behalf of the person (RFC 8058) and know no token of a form;
     * whoever has the link may stop the mails, which is all it does. */
    {HTTP_POST, "/stop/{token}", "public", stop_post, HTTP_BODY_FORM, .no_csrf = true,
     .scope = "none"},
    {HTTP_GET, "/settings/mail", "site.manage", post_web_settings, .scope = "none"},
    {HTTP_POST, "/settings/mail", "site.manage", post_web_settings_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_POST, "/settings/mail/test", "site.manage", post_web_test, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/settings/sent", "site.manage", post_web_mails, .scope = "none"},
    {HTTP_POST, "/settings/sent/again", "site.manage", post_web_resend, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/settings/hooks", "webhook.manage", post_web_hooks, .scope = "none"},
    {HTTP_POST, "/settings/hooks", "webhook.manage", post_web_hooks_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/settings/hooks/{uuid}", "webhook.manage", post_web_hook, .scope = "webhook"},
    {HTTP_POST, "/settings/hooks/{uuid}", "webhook.manage", post_web_hook_post, HTTP_BODY_FORM,
     .scope = "webhook"},
    {HTTP_POST, "/settings/hooks/{uuid}/test", "webhook.manage", post_web_hook_test, HTTP_BODY_FORM,
     .scope = "webhook"},
    {HTTP_POST, "/settings/hooks/{uuid}/state", "webhook.manage", post_web_hook_state,
     HTTP_BODY_FORM, .scope = "webhook"},
    {HTTP_POST, "/settings/hooks/{uuid}/secret", "webhook.manage", post_web_hook_secret,
     HTTP_BODY_FORM, .scope = "webhook"},
    {HTTP_GET, "/settings/jobs", "site.manage", post_web_jobs, .scope = "none"},
    {HTTP_POST, "/settings/jobs/retry", "site.manage", post_web_job_retry, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_POST, "/settings/jobs/drop", "site.manage", post_web_job_drop, HTTP_BODY_FORM,
     .scope = "none"},
};
const size_t post_routes_len = ARRAY_LEN(post_routes);
