#include "app/import/inner.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/random.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ---- for the rooms -----------------------------------------------------------------------------
 */

bool import_found(const struct sheet_table *table, struct import_result *out)
{
    out->rows = table->rows;
    out->sheet = table->sheet;
    out->errors = table->mistakes;
    out->more = table->more;
    if (out->errors.len > 0)
        out->created = out->updated = out->successions = 0;
    return out->errors.len > 0;
}

int import_commit(const struct import_task *task, struct err *err)
{
    int r;

    if (task->dry)
        return 0;
    if (task->ending != NULL && (r = task->ending(task->ctx, err)) < 0)
        return r;
    return db_commit(task->db, err);
}

void import_changed(const struct import_task *task, struct import_result *out, int64_t line,
                    struct str code, struct str name, bool created)
{
    if (out->changes.len < IMPORT_SHOWN)
        *vec_push(&out->changes, task->arena) = (struct import_change){
            line, str_dup(task->arena, code), str_dup(task->arena, name), created};
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* The beginning of the name makes the server sweep what a crash left behind. */
const char *import_file(struct arena *a, struct str dir, struct str code)
{
    return str_printf(a, STR_FMT "/spool/up-import-" STR_FMT, STR_ARG(dir), STR_ARG(code)).ptr;
}

const char *import_progress_file(struct arena *a, struct str dir, struct str code)
{
    return str_printf(a, "%s.at", import_file(a, dir, code)).ptr;
}

void import_tell(const char *path, const struct import_progress *p)
{
    _cleanup_(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    /* Nothing depends on it but what a page shows meanwhile. */
    if (fd >= 0 && pwrite(fd, p, sizeof(*p), 0) < 0)
        unlink(path);
}

void import_told(const char *path, struct import_progress *out)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || pread(fd, out, sizeof(*out), 0) != sizeof(*out))
        *out = (struct import_progress){0};
}

void import_files_drop(struct arena *a, struct str dir, struct str code)
{
    unlink(import_file(a, dir, code));
    unlink(import_progress_file(a, dir, code));
}

/* ---- the way of an import ----------------------------------------------------------------------
 */

static int note_begin(struct http_request *req, const struct import_kind *kind,
                      const struct http_file *file, bool at_once, struct str code, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    const struct actor *me = actor_of(req);
    struct import_insert_row row;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    if ((r = import_insert(db, req->arena, code, str_c(kind->name), me->id, me->home_org,
                           req->address, str_c(i18n_tag(req->lang)), file->name, file->size,
                           at_once, req->now, &row, err)) < 0 ||
        (r = job_add(db, kind->job, row.id, STR(""), 0, req->now, err)) < 0)
        return r;
    return db_commit(db, err);
}

int import_begin(struct http_request *req, const struct import_kind *kind, struct http_file *file,
                 bool at_once, struct str *code, struct err *err)
{
    const char *path;
    int r;

    *code = random_code(req->arena, 20);
    path = import_file(req->arena, site.dir, *code);
    if ((r = io_make_dirs(io_join(req->arena, site.dir, STR("spool")).ptr, 0700, err)) < 0)
        return r;
    if ((r = http_file_plain(file, err)) < 0)
        return r;
    if (rename(file->path.ptr, path) < 0)
        return err_errno(err, "cannot keep the upload as %s", path);
    file->taken = true;
    if ((r = note_begin(req, kind, file, at_once, *code, err)) < 0)
        unlink(path);
    return r;
}

int import_of(struct http_request *req, const struct import_kind *kind, struct db **db,
              struct import_run_row *out, struct err *err)
{
    int r = web_db(req, db, err);

    if (r == 0)
        r = import_find(*db, req->arena, http_param(req, "import"), str_c(kind->name),
                        actor_of(req)->id, out, err);
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no such import") : MIN(r, 0);
}

int import_apply(struct http_request *req, const struct import_kind *kind, struct db *db,
                 const struct import_run_row *of, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = import_move(db, of->id, STR("checked"), STR("applying"), err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "the import is " STR_FMT, STR_ARG(of->state));
    import_tell(import_progress_file(req->arena, site.dir, of->code),
                &(struct import_progress){.all = of->row_count});
    if ((r = job_add(db, kind->job, of->id, STR(""), 0, req->now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int import_leave(struct http_request *req, struct db *db, const struct import_run_row *of,
                 struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = import_cancel(db, of->id, req->now, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "the import is " STR_FMT, STR_ARG(of->state));
    if ((r = import_lines_drop(db, of->id, err)) < 0 || (r = db_commit(db, err)) < 0)
        return (int)r;
    import_files_drop(req->arena, site.dir, of->code);
    return 0;
}

int import_sweep(struct db *db, struct arena *a, struct str dir, int64_t before, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct import_old_rows old;
    int64_t r = import_old(db, a, before, &old, err);

    if (r < 0 || old.len == 0)
        return (int)MIN(r, 0);
    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    tx = db;
    for (size_t i = 0; i < old.len; i++) {
        if ((r = import_lines_drop(db, old.at[i].id, err)) < 0 ||
            (r = import_drop(db, old.at[i].id, err)) < 0)
            return (int)r;
    }
    if ((r = db_commit(db, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < old.len; i++)
        import_files_drop(a, dir, old.at[i].code);
    return 0;
}
