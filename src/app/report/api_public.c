#include "app/incident/incident.h"
#include "app/report/api.h"
#include "sys/i18n/i18n.h"

/* Reports that programs send, for citizens and officers. */

static int send_report(struct http_request *req, struct http_response *res, struct db *db,
                       const struct report_new *new_, const char *path, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct report_receipt receipt;
    struct report_sent sent;
    int r = db_begin(db, err);

    if (r < 0 || (r = report_create(db, req->arena, new_, &receipt, err)) < 0)
        return r;
    sent = (struct report_sent){.code = receipt.code,
                                .secret = receipt.secret,
                                .link = report_link(req, receipt.secret),
                                .received_at = new_->received_at};
    api_send_created(req, res, &report_sent_resource, &sent, 0,
                     str_printf(req->arena, "%s/" STR_FMT, path,
                                STR_ARG(strstr(path, "public") != NULL ? sent.secret : sent.code)));
    return db_commit(db, err);
}

static int send_public(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_public_values in = {0};
    struct report_new new_;
    struct db *db;
    int64_t wait;
    int r = api_read(req, &report_public_form, &in, err);

    if (r < 0 || (r = web_db(req, &db, err)) < 0)
        return r;
    if (!report_may_submit(req, res, &wait))
        return err_set(err, ERR_LIMIT, "too many reports from " STR_FMT, STR_ARG(req->address));
    report_public_new(req, &in, &new_);
    new_.channel = "api";
    return send_report(req, res, db, &new_, "/api/v1/public/reports", err);
}

static int send_officer(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_officer_values in = {0};
    struct report_system_by_code_row system = {0};
    struct report_new new_;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &report_officer_form, &in, err)) < 0)
        return r;
    if (in.occurred_at.has && in.occurred_at.v > in.detected_at.v)
        return api_reject(req, "occurred_at",
                          T(req->lang, "It cannot have occurred after it was detected"), err);
    report_officer_new(req, &in, &new_);
    if (in.system.len > 0) {
        r = report_system_by_code(db, req->arena, actor_of(req)->id, req->now, in.system, &system,
                                  err);
        if (r == 0)
            r = api_reject(req, "system", T(req->lang, "There is no system with this code"), err);
        if (r < 0)
            return r;
        new_.system_id = system.id;
        new_.org_id = system.owner_id;
    }
    return send_report(req, res, db, &new_, "/api/v1/reports", err);
}

int report_api_public(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_once(req, res, send_public, err);
}

int report_api_officer(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_once(req, res, send_officer, err);
}

static int answer_followed(struct http_request *req, struct http_response *res, struct db *db,
                           int64_t id, struct err *err)
{
    struct report_followed v = {0};
    struct incident_public incident;
    int r;

    if ((r = report_get(db, req->arena, id, &v.r, err)) < 0 ||
        (r = report_messages(db, req->arena, id, &v.messages, err)) < 0 ||
        (r = evidence_of_report(db, req->arena, id, &v.files, err)) < 0)
        return r;
    if (v.r.incident_id.has) {
        r = incident_public(db, req->arena, v.r.incident_id.v, &incident, err);
        if (r < 0)
            return r;
        v.incident_code = incident.code;
        v.incident_state = incident.state;
        v.incident_opened_at = opt_int(incident.opened_at);
        v.incident_closed_at = incident.closed_at;
    }
    return api_send(req, res, &report_followed_resource, &v, v.r.version);
}

int report_api_follow(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id = 0;
    int r = report_find_secret(req, &db, &id, err);

    return r < 0 ? r : answer_followed(req, res, db, id, err);
}

int report_api_answer(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_answer_values in = {0};
    struct db *db;
    int64_t id = 0, wait;
    int r = report_find_secret(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &report_answer_form, &in, err)) < 0)
        return r;
    if (!report_may_submit(req, res, &wait))
        return err_set(err, ERR_LIMIT, "too many messages from " STR_FMT, STR_ARG(req->address));
    if ((r = db_begin(db, err)) < 0)
        return r;
    if ((r = report_answer(db, req->arena, id, in.body, STR(""), req->address, req->now, err)) <
        0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    return answer_followed(req, res, db, id, err);
}
