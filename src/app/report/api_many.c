#include "app/letter/letter.h"
#include "app/report/api.h"
#include "app/report/bulk.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* Decisions on many reports over the API, taking them back, and mail with reporters. */

static const struct form_choice states[] = {
    {"spam", N_("report state|Spam")},
    {"duplicate", N_("report state|Duplicate")},
    {"closed", N_("report state|Closed without incident")},
    {NULL, NULL},
};

struct bulk_body {
    struct form_values reports;
    struct str to, original, reason;
};
static const struct form_field bulk_fields[] = {
    {FORM_AT(struct bulk_body, reports), FORM_CHOICES, .required = true, .label = N_("Reports"),
     .help = N_("Codes")},
    {FORM_AT(struct bulk_body, to), FORM_CHOICE, .required = true, .label = N_("State"),
     .choices = states},
    {FORM_AT(struct bulk_body, original), FORM_TEXT, .max = 60,
     .label = N_("Code of the earlier report"), .help = N_("Of a duplicate")},
    {FORM_AT(struct bulk_body, reason), FORM_TEXT, .max = 1000, .label = N_("Reason"),
     .help = N_("Needed for closing")},
};
const struct form report_bulk_body = {"report-bulk", bulk_fields, ARRAY_LEN(bulk_fields)};

int report_api_bulk(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_bulk change = {.reason = STR("")};
    struct report_id_by_code_row original;
    struct report_bulk_result result;
    struct bulk_body in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &report_bulk_body, &in, err)) < 0)
        return r;
    change.state = str_cdup(req->arena, in.to);
    if (str_is(in.to, "closed") && in.reason.len == 0)
        return api_reject(req, "reason", T(req->lang, "Say why: it stays on the record"), err);
    if (str_is(in.to, "closed"))
        change.reason = in.reason;
    if (str_is(in.to, "duplicate")) {
        r = report_id_by_code(db, req->arena, actor_of(req)->id, req->now, in.original, &original,
                              err);
        if (r == 0)
            return api_reject(
                req, "original",
                T(req->lang, "Give the code of the earlier report, such as TB-2026-0007."), err);
        change.duplicate_of = original.id;
    }
    if (r < 0 || (r = report_bulk_do(db, req->arena, &in.reports, &change, actor_of(req), req->now,
                                     &result, err)) < 0)
        return r;
    return undo_api_changed(req, res, result.changed, result.undo_id, result.skipped);
}

int report_api_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    return undo_api_run(req, res, report_bulk_undo, err);
}

/* ---- mail --------------------------------------------------------------------------------------
 */

/* Who reported is not for those who only read: mail is for those who decide. */
static int mail_case(struct http_request *req, struct db **db, struct letter_case *c,
                     struct err *err)
{
    struct report_may_row may;
    int64_t id = 0;
    int r = report_web_find(req, db, &id, err);

    if (r < 0 || (r = report_may(*db, req->arena, actor_of(req)->id, req->now, id, &may, err)) < 0)
        return r;
    if (!may.may_triage)
        return err_set(err, ERR_FORBIDDEN, "you may not write in this report");
    *c = (struct letter_case){
        .report_id = id, .code = str_dup(req->arena, http_param(req, "code")), .tlp = STR("")};
    return 0;
}

int report_api_mail_list(struct http_request *req, struct http_response *res, struct err *err)
{
    struct letter_case c;
    struct db *db;
    int r = mail_case(req, &db, &c, err);

    return r < 0 ? r : letter_api_list(req, res, db, &c, err);
}

static int mail(struct http_request *req, struct http_response *res, struct err *err)
{
    struct letter_case c;
    struct db *db;
    int r = mail_case(req, &db, &c, err);

    return r < 0 ? r : letter_api_send(req, res, db, &c, err);
}

int report_api_mail(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_once(req, res, mail, err);
}
