#include "app/report/bulk.h"
#include "app/report/view.h"
#include "sys/i18n/i18n.h"

static struct str list_url(struct http_request *req)
{
    return req->query.len > 0 ? str_printf(req->arena, "/reports?" STR_FMT, STR_ARG(req->query))
                              : STR("/reports");
}

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

static struct str said(struct http_request *req, const struct report_bulk_result *done)
{
    struct str args[] = {i18n_int(req->arena, req->lang, done->changed), done->skipped};
    struct str text = i18n_format(req->arena, req->lang, N_("{0} reports decided on."), args, 2);

    if (done->skipped.len > 0)
        text = str_printf(
            req->arena, STR_FMT " " STR_FMT, STR_ARG(text),
            STR_ARG(i18n_format(req->arena, req->lang, N_("Left as they are: {1}."), args, 2)));
    return text;
}

int report_web_bulk(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_values codes = {.at = arena_array(req->arena, struct str, req->form_len + 1)};
    struct report_bulk change = {.reason = STR("")};
    struct report_bulk_result done;
    const char *wrong;
    struct db *db;
    int r;

    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "id"))
            codes.at[codes.len++] = req->form[i].value;
    }
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
    if (done.undo_id != 0)
        web_flash_undo(req, res, said(req, &done), STR("/reports/undo"), done.undo_id);
    else
        web_flash(req, res, said(req, &done));
    http_redirect(res, list_url(req));
    return 0;
}

int report_web_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str changed = STR_EMPTY;
    int64_t id, restored = 0;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "undo"), &id))
        id = 0;
    r = report_bulk_undo(db, req->arena, id, actor_of(req), req->now, &restored, &changed, err);
    if (r == ERR_CONFLICT)
        web_flash(req, res,
                  i18n_format(req->arena, req->lang,
                              N_("Not undone: {0} changed since. Nothing was put back."), &changed,
                              1));
    else if (r == ERR_STATE)
        web_flash(req, res,
                  T(req->lang, "Too late: this can be undone for ten minutes, and only once."));
    else if (r < 0)
        return r;
    else
        web_flash(req, res,
                  i18n_format(req->arena, req->lang, N_("Undone: {0} reports are as before."),
                              (struct str[]){i18n_int(req->arena, req->lang, restored)}, 1));
    err_clear(err);
    http_redirect(res, account_local_path(http_field(req, "back").len > 0 ? http_field(req, "back")
                                                                          : STR("/reports")));
    return 0;
}
