#include "app/account/account.h"
#include "app/web/web.h"
#include "sys/i18n/i18n.h"

struct form_values web_bulk_chosen(const struct http_request *req)
{
    struct form_values chosen = {.at = arena_array(req->arena, struct str, req->form_len + 1)};

    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "id"))
            chosen.at[chosen.len++] = req->form[i].value;
    }
    return chosen;
}

void web_bulk_done(struct http_request *req, struct http_response *res, const struct web_bulk *bulk,
                   int64_t changed, struct str skipped, int64_t undo_id)
{
    struct str args[] = {i18n_int(req->arena, req->lang, changed), skipped};
    struct str said = i18n_format(req->arena, req->lang, bulk->changed, args, 2);

    if (skipped.len > 0)
        said = str_printf(
            req->arena, STR_FMT " " STR_FMT, STR_ARG(said),
            STR_ARG(i18n_format(req->arena, req->lang, N_("Left as they are: {1}."), args, 2)));
    if (undo_id != 0)
        web_flash_undo(req, res, said, str_printf(req->arena, "%s/undo", bulk->list), undo_id);
    else
        web_flash(req, res, said);
    http_redirect(res, req->query.len > 0
                           ? str_printf(req->arena, "%s?" STR_FMT, bulk->list, STR_ARG(req->query))
                           : str_c(bulk->list));
}

int web_bulk_undo(struct http_request *req, struct http_response *res, const struct web_bulk *bulk,
                  struct err *err)
{
    struct str back = http_field(req, "back"), changed = STR_EMPTY, count;
    int64_t id, restored = 0;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (!str_to_int(http_field(req, "undo"), &id))
        id = 0;
    r = bulk->undo(db, req->arena, id, actor_of(req), req->now, &restored, &changed, err);
    if (r < 0 && r != ERR_CONFLICT && r != ERR_STATE)
        return r;
    count = i18n_int(req->arena, req->lang, restored);
    if (r == ERR_CONFLICT)
        web_flash(req, res,
                  i18n_format(req->arena, req->lang,
                              N_("Not undone: {0} changed since. Nothing was put back."), &changed,
                              1));
    else if (r == ERR_STATE)
        web_flash(req, res,
                  T(req->lang, "Too late: this can be undone for ten minutes, and only once."));
    else
        web_flash(req, res, i18n_format(req->arena, req->lang, bulk->undone, &count, 1));
    err_clear(err);
    http_redirect(res, account_local_path(back.len > 0 ? back : str_c(bulk->list)));
    return 0;
}
