#include "app/report/bulk.h"
#include "app/report/view.h"
#include "sys/i18n/i18n.h"

static const struct web_bulk bulk = {
    .list = "/reports",
    .changed = N_("{0} reports decided on."),
    .undone = N_("Undone: {0} reports are as before."),
    .undo = report_bulk_undo,
};

/* What is wrong with the form, a translation key; NULL when it can be done. */
static int read_change(struct http_request *req, struct db *db, struct report_bulk *out,
                       const char **wrong, struct err *err)
{
    static const char *const states[] = {"spam", "duplicate", "closed"};
    struct str what = http_field(req, "do");
    int r;

    *wrong = N_("Choose what to do with them.");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_is(what, states[i])) {
            out->state = states[i];
            *wrong = NULL;
        }
    }
    if (*wrong != NULL)
        return 0;
    if (str_is(what, "closed")) {
        out->reason = str_trim(http_field(req, "reason"));
        *wrong = out->reason.len == 0 ? N_("Say why: it stays on the record") : NULL;
    }
    if (!str_is(what, "duplicate"))
        return 0;
    r = report_find(db, req->arena, http_field(req, "original"), actor_of(req), req->now,
                    &out->duplicate_of, err);
    if (r == ERR_NOT_FOUND) {
        err_clear(err);
        *wrong = N_("Give the code of the earlier report, such as TB-2026-0007.");
        return 0;
    }
    return r;
}

int report_web_bulk(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_values codes = web_bulk_chosen(req);
    struct report_bulk change = {.reason = STR("")};
    struct report_bulk_result done;
    const char *wrong;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = read_change(req, db, &change, &wrong, err)) < 0)
        return r;
    if (codes.len == 0)
        wrong = N_("Choose reports first: tick the boxes in front of them.");
    if (wrong != NULL) {
        req->raw_path = STR("/reports");
        res->status = 400;
        return report_list_again(req, res, T(req->lang, wrong), err);
    }
    r = report_bulk_do(db, req->arena, &codes, &change, actor_of(req), req->now, &done, err);
    if (r < 0)
        return r;
    web_bulk_done(req, res, &bulk, done.changed, done.skipped, done.undo_id);
    return 0;
}

int report_web_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    return web_bulk_undo(req, res, &bulk, err);
}
