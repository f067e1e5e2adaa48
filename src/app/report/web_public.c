#include "app/incident/incident.h"
#include "app/notice/notice.h"
#include "app/report/pages/follow.html.h"
#include "app/report/pages/officer.html.h"
#include "app/report/pages/public.html.h"
#include "app/report/view.h"
#include "app/system/system.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/http/limit.h"
#include "sys/i18n/i18n.h"

/*
 * Against bots, without third parties and without a cookie: the form's signed token (checked by the
 * guard), a field that people do not see, and a limit per address, wide enough for a school or an
 * office that reports the same thing within an hour from behind one address.
 */
static struct limit submissions = LIMIT(30, 20 * SECOND_MS);

static bool is_bot(const struct http_request *req)
{
    return http_field(req, "website").len > 0;
}

static int public_page(struct http_request *req, struct http_response *res,
                       struct report_form_view *v)
{
    struct html_page p;
    struct db *db;

    v->req = req;
    v->mails = web_db(req, &db, NULL) == 0 && notice_mail_ready(db, req->arena, NULL) == 1;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Report an incident"),
                                 .public_frame = true,
                                 .narrow = true});
    report_public_html(&p, v);
    web_page_end(&p);
    return 0;
}

int report_web_public(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_form_view v = {0};

    return public_page(req, res, &v);
}

bool report_may_submit(const struct http_request *req, struct http_response *res, int64_t *wait)
{
    return report_limit_take(&submissions, limit_address(req->arena, req->address), req, res, wait);
}

struct str report_wait_words(const struct http_request *req, int64_t wait)
{
    struct str words = i18n_duration(req->arena, req->lang, MAX(wait, SECOND_MS));

    return i18n_format(req->arena, req->lang,
                       N_("A lot came from your network within a short time. Please send again in "
                          "{0}; what you typed stays here."),
                       &words, 1);
}

void report_public_new(struct http_request *req, const struct report_public_values *in,
                       struct report_new *out)
{
    *out = (struct report_new){
        .channel = "public",
        .title = report_title_of(req->arena, in->kind, in->body),
        .body = in->where.len > 0
                    ? str_printf(req->arena, STR_FMT "\n\n" STR_FMT ": " STR_FMT, STR_ARG(in->body),
                                 STR_ARG(T(LANG_VI, "Where")), STR_ARG(in->where))
                    : in->body,
        .kind = in->kind,
        .detected_at = in->detected_at.has ? in->detected_at : opt_int(req->now),
        .reporter_name = in->name,
        .reporter_org = in->org,
        .reporter_phone = in->phone,
        .reporter_email = in->email,
        .mail_secret = in->mail_link && in->email.len > 0,
        .confidential = in->confidential,
        .address = req->address,
        .received_at = req->now,
    };
}

int report_web_public_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_public_values in = {0};
    struct report_form_view v = {0};
    struct report_receipt receipt;
    struct report_new new_;
    struct db *db;
    int64_t files, wait;
    int r = form_parse(&report_public_form, req, &in, &v.form, err);

    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return public_page(req, res, &v);
    }
    if (r < 0)
        return r;
    if (is_bot(req))
        return err_set(err, ERR_FORBIDDEN, "the field that people do not see was filled in");
    if (!report_may_submit(req, res, &wait)) {
        form_reject(&v.form, req->arena, "", report_wait_words(req, wait), err);
        err_clear(err);
        return public_page(req, res, &v);
    }
    report_public_new(req, &in, &new_);
    if ((r = web_db(req, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    if ((r = report_create(db, req->arena, &new_, &receipt, err)) < 0 ||
        (r = evidence_attach_uploads(db, req, receipt.id, 0, NULL, NULL, false, &files, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    http_redirect(res, str_printf(req->arena, "/r/" STR_FMT "?new=1", STR_ARG(receipt.secret)));
    return 0;
}

static int officer_page(struct http_request *req, struct http_response *res, struct db *db,
                        struct report_form_view *v, struct err *err)
{
    struct html_page p;
    int r =
        system_options(db, req->arena, actor_of(req), req->now, &v->systems, &v->systems_len, err);

    if (r < 0)
        return r;
    v->req = req;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Report an incident"),
                                 .rail = "reports",
                                 .crumbs = {{T(req->lang, "Reports"), STR("/reports")}},
                                 .crumbs_len = 1});
    report_officer_html(&p, v);
    web_page_end(&p);
    return 0;
}

int report_web_officer(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_officer_values in = {.system = http_arg(req, "system"),
                                       .detected_at = opt_int(req->now)};
    struct report_form_view v = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    form_fill(&report_officer_form, req->arena, &in, &v.form);
    return officer_page(req, res, db, &v, err);
}

void report_officer_new(struct http_request *req, const struct report_officer_values *in,
                        struct report_new *out)
{
    const struct actor *actor = actor_of(req);

    *out = (struct report_new){
        .channel = "officer",
        .title = in->title,
        .body = in->body,
        .kind = in->kind,
        .occurred_at = in->occurred_at,
        .detected_at = in->detected_at,
        .reporter_name = actor->name,
        .reporter_org = actor->home_org_name,
        .reporter_phone = in->phone,
        .reporter_email = in->email,
        .account_id = actor->id,
        .org_id = actor->home_org,
        .confidential = in->confidential,
        .address = req->address,
        .received_at = req->now,
    };
}

int report_web_officer_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct report_officer_values in = {0};
    struct report_form_view v = {0};
    struct report_system_row system;
    struct report_receipt receipt;
    struct report_new new_;
    struct db *db;
    int64_t files;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    r = form_parse(&report_officer_form, req, &in, &v.form, err);
    if (r == 0 && in.occurred_at.has && in.occurred_at.v > in.detected_at.v)
        r = form_reject(&v.form, req->arena, "occurred_at",
                        T(req->lang, "It cannot have occurred after it was detected"), err);
    if (r < 0 && r != ERR_INVALID)
        return r;
    report_officer_new(req, &in, &new_);
    if (r == 0 && in.system.len > 0) {
        if (!str_to_int(in.system, &new_.system_id))
            new_.system_id = 0;
        if ((r = report_system(db, req->arena, actor->id, req->now, new_.system_id, &system, err)) <
            0)
            return r;
        if (r == 0)
            r = form_reject(&v.form, req->arena, "system",
                            T(req->lang, "Choose a system from the list"), err);
        else
            new_.org_id = system.owner_id;
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return officer_page(req, res, db, &v, err);
    }
    if ((r = db_begin(db, err)) < 0)
        return r;
    if ((r = report_create(db, req->arena, &new_, &receipt, err)) < 0 ||
        (r = evidence_attach_uploads(db, req, receipt.id, 0, actor, NULL, false, &files, err)) <
            0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    web_flash(req, res, T(req->lang, "Report sent. The coordinating body has it in its inbox."));
    http_redirect(res, str_printf(req->arena, "/reports/" STR_FMT, STR_ARG(receipt.code)));
    return 0;
}
