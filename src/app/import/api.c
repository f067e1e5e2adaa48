#include "app/api/api.h"
#include "app/import/view.h"
#include "sys/i18n/i18n.h"

/* An import as programs see it. */
struct import_record {
    struct import_run_row run;
    struct import_progress progress;
};

#define RUN(m, n) API_AT_AS(struct import_record, run.m, n)
static const struct api_field run_fields[] = {
    {RUN(code, "id"), .label = N_("import|Name in addresses")},
    {RUN(name, "name"), .label = N_("File name")},
    {RUN(size, "size"), .label = N_("Bytes")},
    {RUN(state, "state"), .label = N_("State"), .choices = import_states},
    {RUN(error, "error"), .label = N_("import|Why it could not be read")},
    {API_AT_AS(struct import_record, progress.rows, "rows"), .label = N_("import|Rows read")},
    {API_AT_AS(struct import_record, progress.all, "all_rows"), .label = N_("import|Rows in all"),
     .about = N_("0 while they are not counted yet")},
    {API_AT_AS(struct import_record, progress.mistakes, "mistakes"), .label = N_("import|Mistakes"),
     .about = N_("So far; with one or more nothing is imported")},
    {RUN(created, "created"), .label = N_("import|Registered"),
     .about = N_("Before it is imported: how many would be")},
    {RUN(updated, "updated"), .label = N_("import|Brought up to date"),
     .about = N_("Before it is imported: how many would be")},
    {RUN(successions, "successions"), .label = N_("Successions")},
    {RUN(begun_at, "begun_at"), .type = API_TIME, .label = N_("import|Begun")},
    {RUN(ended_at, "ended_at"), .type = API_TIME, .label = N_("import|Ended")},
};
static const struct api_resource run_resource =
    API_RESOURCE("Import", struct import_record, run_fields,
                 N_("A file of rows, how far it is read, and what came of it; kept for a day"));

struct told {
    struct str kind;
    int64_t line;
    struct str cell, column, message;
};
static const struct api_field told_fields[] = {
    {API_AT(struct told, kind), .label = N_("Kind"),
     .about = N_("mistake, or note for a row that is good but should be looked at")},
    {API_AT(struct told, line), .label = N_("Line")},
    {API_AT(struct told, cell), .label = N_("Cell"), .about = N_("Of a spreadsheet, as B7")},
    {API_AT(struct told, column), .label = N_("Column")},
    {API_AT(struct told, message), .label = N_("What is wrong")},
};
static const struct api_resource told_resource =
    API_RESOURCE("ImportMistake", struct told, told_fields, N_("What is wrong in a cell or row"));

static const struct api_field change_fields[] = {
    {API_AT(struct import_change, line), .label = N_("Line")},
    {API_AT(struct import_change, code), .label = N_("Code")},
    {API_AT(struct import_change, name), .label = N_("Name")},
    {API_AT(struct import_change, created), .label = N_("import|Registered"),
     .about = N_("false: brought up to date")},
};
static const struct api_resource change_resource = API_RESOURCE(
    "ImportChange", struct import_change, change_fields, N_("What a row of an import changes"));

/* What is read of a file that has been read is all of it. */
static struct import_record record_of(struct http_request *req, const struct import_run_row *run)
{
    struct import_record v = {*run, {run->row_count, run->row_count, run->mistakes}};

    if (import_runs(run->state))
        import_told(import_progress_file(req->arena, site.dir, run->code), &v.progress);
    return v;
}

int import_api_list(struct http_request *req, struct http_response *res,
                    const struct import_kind *kind, struct err *err)
{
    VEC(struct import_record) records = {0};
    struct import_run_rows rows;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 ||
        (r = import_mine(db, req->arena, actor_of(req)->id, str_c(kind->name), &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++)
        *vec_push(&records, req->arena) = record_of(req, &rows.at[i]);
    return api_send_list(req, res, &run_resource, &records);
}

int import_api_post(struct http_request *req, struct http_response *res,
                    const struct import_kind *kind, struct err *err)
{
    bool at_once = str_is(http_arg(req, "apply"), "1");
    struct import_record v;
    struct import_run_row run;
    struct str code;
    struct db *db;
    int r;

    if (req->files == NULL || req->files->size == 0)
        return api_reject(req, "file", T(req->lang, "Choose a file first."), err);
    if ((r = import_begin(req, kind, req->files, at_once, &code, err)) < 0 ||
        (r = web_db(req, &db, err)) < 0 ||
        (r = import_find(db, req->arena, code, str_c(kind->name), actor_of(req)->id, &run, err)) <
            0)
        return r;
    v = record_of(req, &run);
    return api_send_created(req, res, &run_resource, &v, 0,
                            str_printf(req->arena, "%s/" STR_FMT, kind->api, STR_ARG(code)));
}

int import_api_get(struct http_request *req, struct http_response *res,
                   const struct import_kind *kind, struct err *err)
{
    struct import_run_row run;
    struct import_record v;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r < 0)
        return r;
    v = record_of(req, &run);
    return api_send(req, res, &run_resource, &v, 0);
}

int import_api_lines(struct http_request *req, struct http_response *res,
                     const struct import_kind *kind, struct err *err)
{
    static const char *const whats[] = {IMPORT_MISTAKE, IMPORT_NOTE};
    VEC(struct told) out = {0};
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    for (size_t w = 0; r == 0 && w < ARRAY_LEN(whats); w++) {
        struct import_lines_rows rows;

        r = import_lines(db, req->arena, run.id, str_c(whats[w]), &rows, err);
        for (size_t i = 0; r == 0 && i < rows.len; i++)
            *vec_push(&out, req->arena) =
                (struct told){str_c(whats[w]), rows.at[i].line, rows.at[i].cell, rows.at[i].col,
                              rows.at[i].words};
    }
    return r < 0 ? r : api_send_list(req, res, &told_resource, &out);
}

int import_api_changes(struct http_request *req, struct http_response *res,
                       const struct import_kind *kind, struct err *err)
{
    VEC(struct import_change) out = {0};
    struct import_lines_rows rows;
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r < 0 || (r = import_lines(db, req->arena, run.id, STR("change"), &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++)
        *vec_push(&out, req->arena) = (struct import_change){
            rows.at[i].line, rows.at[i].col, rows.at[i].words, str_is(rows.at[i].cell, IMPORT_NEW)};
    return api_send_list(req, res, &change_resource, &out);
}

int import_api_apply(struct http_request *req, struct http_response *res,
                     const struct import_kind *kind, struct err *err)
{
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r < 0 || (r = import_apply(req, kind, db, &run, err)) < 0)
        return r;
    return import_api_get(req, res, kind, err);
}

int import_api_cancel(struct http_request *req, struct http_response *res,
                      const struct import_kind *kind, struct err *err)
{
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r < 0 || (r = import_leave(req, db, &run, err)) < 0)
        return r;
    return api_send_done(res);
}

/* ---- descriptions ------------------------------------------------------------------------------
 */

static const struct api_param post_params[] = {
    {"apply", N_("1: import when no row has a mistake, without waiting for the word"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define OPS(name, action, ...)                                                                     \
    const struct api_operation name[2] = {                                                         \
        {.tag = "organisations", .id = action "Organisations", __VA_ARGS__},                       \
        {.tag = "systems", .id = action "Systems", __VA_ARGS__},                                   \
    }

OPS(import_op_post, "import", .summary = N_("Send a file to be imported"),
    .about = N_("XLSX, or CSV in UTF-8, in the part \"file\". A job reads it: ask for its state."),
    .answer = &run_resource, .status = 201, .params = post_params);
OPS(import_op_list, "listImportsOf", .summary = N_("Your imports of the last day"),
    .answer = &run_resource, .flags = API_IS_LIST);
OPS(import_op_get, "getImportOf", .summary = N_("How far an import is"), .answer = &run_resource);
OPS(import_op_lines, "listMistakesOf", .summary = N_("What is wrong with the rows of an import"),
    .about = N_("The first 500."), .answer = &told_resource, .flags = API_IS_LIST);
OPS(import_op_changes, "listChangesOf", .summary = N_("What an import changes"),
    .about = N_("The first 200."), .answer = &change_resource, .flags = API_IS_LIST);
OPS(import_op_apply, "applyImportOf", .summary = N_("Import what was checked"),
    .about = N_("All rows or none. Only for an import in the state \"checked\"."),
    .answer = &run_resource);
OPS(import_op_cancel, "cancelImportOf", .summary = N_("Cancel an import and remove its file"),
    .about = N_("As long as its rows are not being imported."));
