#include "app/import/inner.h"
#include "base/clock.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <unistd.h>

enum { NOTES_KEPT = 500 };

/* One run of the job: reading the file to look at it, or to do what it says. */
struct work {
    struct job_run *run;
    const struct import_kind *kind;
    struct db *db;
    struct import_run_row row;
    struct import_task task;
    struct import_result result;
    const char *told_in;
    struct import_progress progress;
    int64_t told_at;
    bool left; /* the person does not want it any more */
};

static int step(void *ctx, int64_t rows, int64_t mistakes, struct err *err)
{
    struct work *w = ctx;
    int64_t now = clock_monotonic();
    struct import_state_row is;
    int r;

    if (now - w->told_at < IMPORT_TELL_EVERY_MS)
        return 0;
    w->told_at = now;
    w->progress.rows = rows;
    w->progress.mistakes = mistakes;
    import_tell(w->told_in, &w->progress);
    if (atomic_load(w->run->stopping)) {
        w->run->again_at = clock_now();
        return err_set(err, ERR_BUSY, "the program is being stopped");
    }
    if (!w->task.dry)
        return 0;
    if ((r = import_state(w->db, w->run->arena, w->row.id, &is, err)) < 0)
        return r;
    w->left = r == 0 || !str_is(is.state, "checking");
    return w->left ? err_set(err, ERR_STATE, "the import was cancelled") : 0;
}

/* ---- what came of it ---------------------------------------------------------------------------
 */

static int keep_told(struct work *w, const char *what, const struct sheet_mistake *at, size_t len,
                     struct err *err)
{
    int64_t r = 0;

    for (size_t i = 0; r >= 0 && i < len; i++)
        r = import_line_add(w->db, w->row.id, str_c(what), (int64_t)i, at[i].line,
                            at[i].cell.len > 0 ? at[i].cell : STR(""), at[i].column, at[i].message,
                            err);
    return (int)MIN(r, 0);
}

static int keep_lines(struct work *w, struct err *err)
{
    const struct import_result *in = &w->result;
    int64_t r = import_lines_drop(w->db, w->row.id, err);

    if (r < 0 || (r = keep_told(w, IMPORT_MISTAKE, in->errors.at, in->errors.len, err)) < 0 ||
        (r = keep_told(w, IMPORT_NOTE, in->notes.at, MIN(in->notes.len, NOTES_KEPT), err)) < 0)
        return (int)r;
    for (size_t i = 0; r >= 0 && in->errors.len == 0 && i < in->changes.len; i++) {
        const struct import_change *c = &in->changes.at[i];

        r = import_line_add(w->db, w->row.id, STR("change"), (int64_t)i, c->line,
                            c->created ? STR(IMPORT_NEW) : STR(IMPORT_CHANGE),
                            c->code.len > 0 ? c->code : STR(""), c->name, err);
    }
    return (int)MIN(r, 0);
}

/* Inside a transaction: the result, the end of the job, and what follows. */
static int keep(struct work *w, const char *state, struct str problem, struct err *err)
{
    const struct import_result *in = &w->result;
    int64_t r = keep_lines(w, err);

    if (r < 0 ||
        (r = import_end(w->db, w->row.id, w->row.state, str_c(state), problem,
                        in->sheet.len > 0 ? in->sheet : STR(""), in->rows, in->created, in->updated,
                        in->successions, (int64_t)in->errors.len + in->more, clock_now(), err)) < 0)
        return (int)r;
    w->left = r == 0;
    if (!w->left && strcmp(state, "applying") == 0 &&
        (r = job_add(w->db, w->kind->job, w->row.id, STR(""), 0, clock_now(), err)) < 0)
        return (int)r;
    return job_done(w->run, w->db, err);
}

static int close_with(struct work *w, const char *state, struct str problem, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = w->db;
    bool over = strcmp(state, "wrong") == 0 || strcmp(state, "failed") == 0;
    int r;

    db_rollback(w->db);
    if ((r = db_begin(w->db, err)) < 0 || (r = keep(w, state, problem, err)) < 0 ||
        (r = db_commit(w->db, err)) < 0)
        return r;
    if (over || w->left)
        import_files_drop(w->run->arena, site.dir, w->row.code);
    return 0;
}

/* In the transaction of the rows. */
static int ending(void *ctx, struct err *err)
{
    return keep(ctx, "done", STR(""), err);
}

/* ---- the job -----------------------------------------------------------------------------------
 */

/* What is wrong with the file itself is told to the person; what the machine lacks is tried again.
 */
static bool is_of_file(int r)
{
    return r == ERR_UNSUPPORTED || r == ERR_SYNTAX || r == ERR_TOO_LARGE || r == ERR_SANDBOX ||
           r == ERR_INVALID || r == ERR_EXISTS || r == ERR_CONFLICT || r == ERR_FORBIDDEN;
}

static int fail(struct work *w, int r, struct err *err)
{
    if (w->left || (!w->run->last && !is_of_file(r)) || w->run->again_at > 0)
        return w->left ? 0 : r;
    err_clear(err);
    w->result = (struct import_result){0};
    return close_with(w, "failed", str_c(err_message(r, w->task.lang)), err);
}

static int read_file(struct work *w, struct err *err)
{
    struct import_result *out = &w->result;
    const char *state;
    int r;

    if (access(w->task.path, R_OK) < 0)
        return close_with(w, "failed",
                          T(w->task.lang, "The file is not there any more: choose it again."), err);
    if ((r = sheet_table_count(w->task.path, w->run->arena, &w->progress.all, err)) < 0)
        return fail(w, r, err);
    import_tell(w->told_in, &w->progress);
    if ((r = w->kind->run(&w->task, out, err)) < 0)
        return fail(w, r, err);
    if (w->run->done) {
        import_files_drop(w->run->arena, site.dir, w->row.code);
        return 0;
    }
    state = out->errors.len > 0 ? "wrong" : w->row.at_once ? "applying" : "checked";
    return close_with(w, state, STR(""), err);
}

int import_work(struct job_run *run, const struct import_kind *kind, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct work *w = arena_new(run->arena, struct work);
    struct actor *by = arena_new(run->arena, struct actor);
    int r = db_acquire(run->pool, &db, err);

    *w = (struct work){.run = run, .kind = kind, .db = db};
    if (r < 0 || (r = import_by_id(db, run->arena, run->ref, &w->row, err)) <= 0)
        return r;
    if (!str_is(w->row.state, "checking") && !str_is(w->row.state, "applying"))
        return 0;
    *by = (struct actor){.id = w->row.account_id,
                         .login = w->row.who,
                         .name = w->row.who,
                         .address = w->row.address,
                         .home_org = w->row.org_id};
    w->told_in = import_progress_file(run->arena, site.dir, w->row.code);
    w->task = (struct import_task){.db = db,
                                   .arena = run->arena,
                                   .path = import_file(run->arena, site.dir, w->row.code),
                                   .dry = str_is(w->row.state, "checking"),
                                   .by = by,
                                   .parent_id = w->row.org_id,
                                   .lang = i18n_lang(w->row.lang),
                                   .now = clock_now(),
                                   .step = step,
                                   .ending = ending,
                                   .ctx = w};
    return read_file(w, err);
}
