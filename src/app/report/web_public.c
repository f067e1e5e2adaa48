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
 * guard), a field that people do not see, and a limit per address.
 */
static struct limit submissions = LIMIT(10, 2 * MINUTE_MS);

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

/* The first sentence, for lists; the whole text stays in the body. */
static struct str title_of(struct arena *a, enum lang lang, struct str kind, struct str body)
{
    const struct incident_kind *k = incident_kind_find(kind);
    struct str line = STR_EMPTY;

    while (line.len == 0 && str_line(&body, &line))
        line = str_trim(line);
    line = text_ellipsis(a, line, 90);
    return k == NULL ? line
                     : str_printf(a, STR_FMT ": " STR_FMT, STR_ARG(i18n_text(lang, k->label)),
                                  STR_ARG(line));
}

int report_take_submission(struct http_request *req, struct err *err)
{
    return limit_take(&submissions, limit_address(req->arena, req->address), req->now, NULL)
               ? 0
               : err_set(err, ERR_LIMIT, "too many reports from " STR_FMT, STR_ARG(req->address));
}

void report_public_new(struct http_request *req, const struct report_public_values *in,
                       struct report_new *out)
{
    *out = (struct report_new){
        .channel = "public",
        .title = title_of(req->arena, LANG_VI, in->kind, in->body),
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
    int64_t files;
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
    if ((r = report_take_submission(req, err)) < 0)
        return r;
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

/* The report behind the secret of the URL. */
int report_find_secret(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    struct report_by_secret_row row;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    r = report_by_secret(*db, req->arena, report_secret_hash(req->arena, http_param(req, "secret")),
                         &row, err);
    if (r < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no report has this secret");
    *id = row.id;
    return 0;
}

/* The site's own address as configured, else as the visitor reached it. */
static struct str base_url(const struct http_request *req)
{
    return site.base_url.len > 0
               ? site.base_url
               : str_printf(req->arena, "%s://" STR_FMT, req->secure ? "https" : "http",
                            STR_ARG(http_header(req, "Host")));
}

struct str report_link(struct http_request *req, struct str secret)
{
    return str_printf(req->arena, STR_FMT "/r/" STR_FMT, STR_ARG(base_url(req)), STR_ARG(secret));
}

static int follow_page(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct report_follow_view *v, struct err *err)
{
    struct html_page p;
    int r;

    v->req = req;
    v->secret = http_param(req, "secret");
    v->fresh = str_is(http_arg(req, "new"), "1");
    v->link = report_link(req, v->secret);
    if ((r = report_get(db, req->arena, id, &v->r, err)) < 0 ||
        (r = report_messages(db, req->arena, id, &v->messages, err)) < 0 ||
        (r = evidence_of_report(db, req->arena, id, &v->files, err)) < 0)
        return r;
    v->has_incident = v->r.incident_id.has;
    if (v->has_incident &&
        (r = incident_public(db, req->arena, v->r.incident_id.v, &v->incident, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->r.code, .public_frame = true, .narrow = true});
    report_follow_html(&p, v);
    web_page_end(&p);
    return 0;
}

int report_web_follow(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_follow_view v = {0};
    struct db *db;
    int64_t id = 0;
    int r = report_find_secret(req, &db, &id, err);

    return r < 0 ? r : follow_page(req, res, db, id, &v, err);
}

int report_web_follow_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_follow_view v = {0};
    struct report_answer_values in = {0};
    struct db *db;
    int64_t id = 0, files;
    int r = report_find_secret(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&report_answer_form, req, &in, &v.form, err);
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return follow_page(req, res, db, id, &v, err);
    }
    if (r < 0)
        return r;
    if (!limit_take(&submissions, limit_address(req->arena, req->address), req->now, NULL))
        return err_set(err, ERR_LIMIT, "too many messages from " STR_FMT, STR_ARG(req->address));
    if ((r = db_begin(db, err)) < 0)
        return r;
    if ((r = report_answer(db, req->arena, id, in.body, req->address, req->now, err)) < 0 ||
        (r = evidence_attach_uploads(db, req, id, 0, NULL, NULL, false, &files, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    http_redirect(res, str_printf(req->arena, "/r/" STR_FMT, STR_ARG(http_param(req, "secret"))));
    return 0;
}

static int track_page(struct http_request *req, struct http_response *res, bool wrong)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Follow a report"), .public_frame = true, .narrow = true});
    report_track_html(&p, wrong);
    web_page_end(&p);
    return 0;
}

int report_web_track(struct http_request *req, struct http_response *res, struct err *err)
{
    return track_page(req, res, false);
}

/* Letters and figures up to the end of the key: "ABCDE 12345", "abcde-12345?new=1". */
static struct str bare_secret(struct arena *a, struct str typed)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < typed.len && typed.ptr[i] != '?' && typed.ptr[i] != '#'; i++) {
        if (isalnum((unsigned char)typed.ptr[i]))
            buf_add_char(&out, (char)tolower((unsigned char)typed.ptr[i]));
    }
    return buf_str(&out);
}

int report_web_track_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str secret = str_trim(http_field(req, "secret"));
    struct report_by_secret_row row;
    ptrdiff_t at = str_find(secret, STR("/r/"));
    struct db *db;
    int r;

    /* The whole link works as well as the key alone, however it is grouped. */
    if (at >= 0)
        secret = str_from(secret, (size_t)at + 3);
    secret = bare_secret(req->arena, secret);
    if (!limit_take(&submissions, limit_address(req->arena, req->address), req->now, NULL))
        return err_set(err, ERR_LIMIT, "too many attempts from " STR_FMT, STR_ARG(req->address));
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = report_by_secret(db, req->arena, report_secret_hash(req->arena, secret), &row, err)) <
            0)
        return r;
    if (r == 0) {
        res->status = 404;
        return track_page(req, res, true);
    }
    http_redirect(res, str_printf(req->arena, "/r/" STR_FMT, STR_ARG(secret)));
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
