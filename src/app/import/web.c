#include "app/import/pages/import.html.h"
#include "app/import/view.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <unistd.h>

const struct form_choice import_states[] = {
    {"checking", N_("import|Being read")}, {"checked", N_("import|Waits for your decision")},
    {"wrong", N_("import|Has mistakes")},  {"applying", N_("import|Being imported")},
    {"done", N_("import|Imported")},       {"failed", N_("import|Could not be read")},
    {"cancelled", N_("import|Cancelled")}, {NULL, NULL},
};

bool import_runs(struct str state)
{
    return str_is(state, "checking") || str_is(state, "applying");
}

/* ---- the page ----------------------------------------------------------------------------------
 */

/* Names of the columns, each column once: those that there must be, and the others. */
static void name_columns(struct import_view *v)
{
    struct arena *a = v->req->arena;
    const struct sheet_table t = v->kind->table(a, v->req->lang);

    v->needed = arena_array(a, struct str, t.columns_len);
    v->besides = arena_array(a, struct str, t.columns_len);
    for (size_t i = 0; i < t.columns_len; i++) {
        const struct sheet_column *c = &t.columns[i];

        if (c->required)
            v->needed[v->needed_len++] = str_c(c->name);
        else if (c->about != NULL)
            v->besides[v->besides_len++] = str_c(c->name);
    }
}

static int page(struct http_request *req, struct http_response *res, struct import_view *v)
{
    const struct import_kind *kind = v->kind;
    struct html_page p;

    v->req = req;
    if (v->refused || str_is(v->state, "wrong"))
        res->status = v->code.len > 0 ? 200 : 400;
    name_columns(v);
    web_page(
        req, res, &p,
        &(struct web_frame){.title = i18n_text(req->lang, kind->title),
                            .rail = kind->rail,
                            .crumbs = {{i18n_text(req->lang, kind->list_title), str_c(kind->list)}},
                            .crumbs_len = 1});
    import_html(&p, v);
    web_page_end(&p);
    return 0;
}

int import_web_ask(struct http_request *req, struct http_response *res,
                   const struct import_kind *kind, struct err *err)
{
    struct import_view v = {.kind = kind};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 ||
        (r = import_mine(db, req->arena, actor_of(req)->id, str_c(kind->name), &v.mine, err)) < 0)
        return r;
    return page(req, res, &v);
}

int import_web_template(struct http_request *req, struct http_response *res,
                        const struct import_kind *kind, struct err *err)
{
    const struct sheet_table table = kind->table(req->arena, req->lang);
    struct str dir = io_join(req->arena, site.dir, STR("spool"));
    int64_t size;
    int fd, r;

    if ((r = io_make_dirs(dir.ptr, 0700, err)) < 0 ||
        (r = sheet_template(dir.ptr, &table, i18n_text(req->lang, kind->list_title), &fd, &size,
                            err)) < 0)
        return r;
    http_send_file(req, res, fd, size, str_c(kind->template_name),
                   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    return 0;
}

/* ---- a small file ------------------------------------------------------------------------------
 */

/* Errors that say what is wrong with the file itself are shown beside the choice of one. */
static int read_now(struct http_request *req, const char *path, bool dry, struct import_view *v,
                    struct err *err)
{
    struct import_task task = {.arena = req->arena,
                               .path = path,
                               .dry = dry,
                               .by = actor_of(req),
                               .parent_id = actor_of(req)->home_org,
                               .lang = req->lang,
                               .now = req->now};
    int r = web_db(req, &task.db, err);

    if (r == 0)
        r = v->kind->run(&task, &v->result, err);
    if (r == ERR_UNSUPPORTED || r == ERR_SYNTAX || r == ERR_TOO_LARGE || r == ERR_SANDBOX) {
        v->refused = true;
        v->problem = str_c(err_message(r, req->lang));
        err_clear(err);
        return 0;
    }
    v->mistakes = (int64_t)v->result.errors.len + v->result.more;
    v->state = v->mistakes > 0 ? STR("wrong") : dry ? STR("checked") : STR("done");
    return r;
}

int import_web_post(struct http_request *req, struct http_response *res,
                    const struct import_kind *kind, struct err *err)
{
    struct import_view v = {.kind = kind};
    struct str code;
    int r;

    if (req->files == NULL || req->files->size == 0) {
        v.refused = true;
        return page(req, res, &v);
    }
    if (req->files->size > IMPORT_AT_ONCE) {
        if ((r = import_begin(req, kind, req->files, false, &code, err)) == 0)
            http_redirect(res, str_printf(req->arena, "%s/" STR_FMT, kind->path, STR_ARG(code)));
        return r;
    }
    if ((r = http_file_plain(req->files, err)) == 0 &&
        (r = read_now(req, req->files->path.ptr, true, &v, err)) == 0 && str_is(v.state, "checked"))
        r = web_hold(req, req->files, &v.token, err);
    return r < 0 ? r : page(req, res, &v);
}

int import_web_confirm(struct http_request *req, struct http_response *res,
                       const struct import_kind *kind, struct err *err)
{
    const char *path = web_held(req, http_field(req, "file"));
    struct import_view v = {.kind = kind};
    int r;

    if (path == NULL || access(path, R_OK) < 0) {
        v.refused = true;
        v.problem = T(req->lang, "The file is not there any more: choose it again.");
        return page(req, res, &v);
    }
    if ((r = read_now(req, path, false, &v, err)) < 0)
        return r;
    unlink(path);
    return page(req, res, &v);
}

/* ---- a large one -------------------------------------------------------------------------------
 */

static int load_told(struct db *db, struct import_view *v, const struct import_run_row *run,
                     const char *what, struct sheet_mistakes *out, struct err *err)
{
    struct arena *a = v->req->arena;
    struct import_lines_rows rows;
    int r = import_lines(db, a, run->id, str_c(what), &rows, err);

    for (size_t i = 0; r == 0 && i < rows.len; i++)
        *vec_push(out, a) = (struct sheet_mistake){rows.at[i].line, rows.at[i].col, rows.at[i].cell,
                                                   rows.at[i].words};
    return r;
}

static int load_result(struct db *db, struct import_view *v, const struct import_run_row *run,
                       struct err *err)
{
    struct import_result *out = &v->result;
    struct arena *a = v->req->arena;
    struct import_lines_rows rows;
    int r;

    *out = (struct import_result){.rows = run->row_count,
                                  .created = run->created,
                                  .updated = run->updated,
                                  .successions = run->successions,
                                  .sheet = run->sheet};
    if ((r = load_told(db, v, run, IMPORT_MISTAKE, &out->errors, err)) < 0 ||
        (r = load_told(db, v, run, IMPORT_NOTE, &out->notes, err)) < 0 ||
        (r = import_lines(db, a, run->id, STR("change"), &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++)
        *vec_push(&out->changes, a) = (struct import_change){
            rows.at[i].line, rows.at[i].col, rows.at[i].words, str_is(rows.at[i].cell, IMPORT_NEW)};
    out->more = run->mistakes - (int64_t)out->errors.len;
    return 0;
}

int import_web_show(struct http_request *req, struct http_response *res,
                    const struct import_kind *kind, struct err *err)
{
    struct import_view v = {.req = req, .kind = kind};
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r < 0)
        return r;
    v.code = run.code;
    v.name = run.name;
    v.state = run.state;
    v.mistakes = run.mistakes;
    if (str_is(run.state, "failed")) {
        v.refused = true;
        v.problem = run.error;
    }
    if (import_runs(run.state))
        import_told(import_progress_file(req->arena, site.dir, run.code), &v.progress);
    else if ((r = load_result(db, &v, &run, err)) < 0)
        return r;
    return page(req, res, &v);
}

int import_web_apply(struct http_request *req, struct http_response *res,
                     const struct import_kind *kind, struct err *err)
{
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r == 0)
        r = import_apply(req, kind, db, &run, err);
    /* Pressed twice, or in two windows: its page says how it is. */
    if (r == 0 || r == ERR_STATE) {
        err_clear(err);
        http_redirect(res, str_printf(req->arena, "%s/" STR_FMT, kind->path, STR_ARG(run.code)));
        return 0;
    }
    return r;
}

int import_web_cancel(struct http_request *req, struct http_response *res,
                      const struct import_kind *kind, struct err *err)
{
    struct import_run_row run;
    struct db *db;
    int r = import_of(req, kind, &db, &run, err);

    if (r == 0)
        r = import_leave(req, db, &run, err);
    if (r == ERR_STATE) {
        err_clear(err);
        http_redirect(res, str_printf(req->arena, "%s/" STR_FMT, kind->path, STR_ARG(run.code)));
        return 0;
    }
    if (r == 0) {
        web_flash(req, res, T(req->lang, "The file is removed. Nothing was changed."));
        http_redirect(res, str_c(kind->path));
    }
    return r;
}
