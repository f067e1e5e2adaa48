#include "app/undo/api.h"

struct code_row {
    struct str code;
};
static const struct api_field code_fields[] = {
    {API_AT(struct code_row, code), .label = N_("Code")},
};
static const struct api_resource code_resource =
    API_RESOURCE("ChangedCode", struct code_row, code_fields, N_("A record by its code"));

struct bulk_done {
    int64_t changed;
    struct opt_int undo;
    struct {
        struct code_row *at;
        size_t len;
    } skipped;
};
static const struct api_field bulk_fields[] = {
    {API_AT(struct bulk_done, changed), .label = N_("Changed")},
    {API_AT(struct bulk_done, undo), .label = N_("Number of the undo"),
     .about = N_("Takes all of it back, for ten minutes; null when nothing was changed")},
    {API_AT(struct bulk_done, skipped), .type = API_LIST, .label = N_("Left as they are"),
     .of = &code_resource},
};
const struct api_resource undo_bulk_resource = API_RESOURCE(
    "BulkResult", struct bulk_done, bulk_fields, N_("What became of a change of many"));

struct undone {
    int64_t restored;
};
static const struct api_field undone_fields[] = {
    {API_AT(struct undone, restored), .label = N_("Put back")},
};
const struct api_resource undo_undone_resource = API_RESOURCE(
    "UndoResult", struct undone, undone_fields, N_("What became of taking a change of many back"));

struct undo_api_body {
    struct opt_int undo; /* the number of the undo */
};
static const struct form_field undo_fields[] = {
    {FORM_AT(struct undo_api_body, undo), FORM_INT, .required = true,
     .label = N_("Number of the undo")},
};
const struct form undo_api_form = {"undo", undo_fields, ARRAY_LEN(undo_fields)};

int undo_api_changed(struct http_request *req, struct http_response *res, int64_t changed,
                     int64_t undo_id, struct str skipped)
{
    struct bulk_done done = {.changed = changed, .undo = undo_id != 0 ? opt_int(undo_id) : NO_INT};
    struct str code;

    done.skipped.at = arena_array(req->arena, struct code_row, skipped.len + 1);
    while (str_split(&skipped, ',', &code))
        done.skipped.at[done.skipped.len++].code = str_trim(code);
    return api_send(req, res, &undo_bulk_resource, &done, 0);
}

int undo_api_run(struct http_request *req, struct http_response *res, undo_fn *undo,
                 struct err *err)
{
    struct undo_api_body in = {0};
    struct undone done;
    struct str changed;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &undo_api_form, &in, err)) < 0 ||
        (r = undo(db, req->arena, in.undo.v, actor_of(req), req->now, &done.restored, &changed,
                  err)) < 0)
        return r;
    return api_send(req, res, &undo_undone_resource, &done, 0);
}
