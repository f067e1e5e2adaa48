#include "app/job/inner.h"

#include "app/job/queries.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

enum { ATTEMPTS = 12, ERROR_BYTES = 800 };

#define FIRST_WAIT   (30 * SECOND_MS)
#define LONGEST_WAIT (6 * HOUR_MS)

static const struct job_kind *find_kind(const struct job_kind *const *kinds, struct str name)
{
    for (size_t i = 0; kinds[i] != NULL; i++) {
        if (str_is(name, kinds[i]->name))
            return kinds[i];
    }
    return NULL;
}

static int attempts_of(const struct job_kind *kind)
{
    return kind->attempts > 0 ? kind->attempts : ATTEMPTS;
}

int job_add(struct db *db, const char *kind, int64_t ref, struct str arg, int64_t due_at,
            int64_t now, struct err *err)
{
    int64_t r = job_insert(db, str_c(kind), STR_EMPTY, ref, arg.len > 0 ? arg : STR(""),
                           due_at > 0 ? due_at : now, now, err);

    return r < 0 ? (int)r : 0;
}

int job_plan(struct db *db, struct arena *a, const struct job_kind *const *kinds, int64_t now,
             struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int r = db_begin(db, err);

    for (size_t i = 0; r >= 0 && kinds[i] != NULL; i++) {
        struct str name = str_c(kinds[i]->name);

        if (kinds[i]->next != NULL)
            r = (int)MIN(0, job_insert(db, name, name, 0, STR(""), kinds[i]->next(now), now, err));
    }
    return r < 0 ? r : db_commit(db, err);
}

int job_take(struct db_pool *pool, struct arena *a, const struct job_kind *const *kinds,
             int64_t lease_ms, int64_t now, struct job_run *out, bool *found, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct str lease = random_code(a, 20);
    const struct job_kind *kind;
    struct job_any_due_row due;
    struct job_claim_row row;
    int r;

    *found = false;
    if ((r = db_acquire(pool, &db, err)) < 0 || (r = job_any_due(db, a, now, &due, err)) <= 0)
        return r;
    if ((r = db_begin(db, err)) < 0)
        return r;
    r = job_claim(db, a, now, lease, now + lease_ms, &row, err);
    if (r < 0 || (r == 1 && (r = db_commit(db, err)) < 0)) {
        db_rollback(db);
        return r;
    }
    if (db_in_transaction(db)) {
        db_rollback(db);
        return 0; /* another process was faster */
    }
    kind = find_kind(kinds, row.kind);
    *found = true;
    *out = (struct job_run){.pool = pool,
                            .arena = a,
                            .id = row.id,
                            .kind = row.kind,
                            .ref = row.ref,
                            .arg = row.arg,
                            .attempt = row.attempts,
                            .last = kind != NULL && row.attempts >= attempts_of(kind),
                            .now = now,
                            .lease = lease};
    return 0;
}

int job_done(struct job_run *run, struct db *db, struct err *err)
{
    int64_t r =
        job_finish(db, run->id, run->lease, STR("done"), run->now, true, STR(""), run->now, err);

    if (r == 0)
        return err_set(err, ERR_CONFLICT, "job %" PRId64 " was given to another process", run->id);
    run->done = r > 0;
    return r < 0 ? (int)r : 0;
}

static int64_t back_off(int64_t attempt)
{
    int64_t wait = FIRST_WAIT;

    for (int64_t i = 1; i < attempt && wait < LONGEST_WAIT; i++)
        wait *= 2;
    return MIN(wait, LONGEST_WAIT);
}

static int record(struct job_run *run, const char *state, int64_t due_at, bool count,
                  struct str why, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int64_t r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return (int)r;
    r = job_finish(db, run->id, run->lease, str_c(state), due_at, count, why, clock_now(), err);
    if (r < 0) {
        db_rollback(db);
        return (int)r;
    }
    return db_commit(db, err);
}

/* What the administrator reads; long answers of other machines are cut. */
static struct str reason(struct job_run *run, const struct err *why)
{
    struct str text = str_c(why->what);

    if (why->hint[0] != '\0')
        text = str_printf(run->arena, "%s (%s)", why->what, why->hint);
    return str_sub(text, 0, ERROR_BYTES);
}

enum job_end job_perform(struct job_run *run, const struct job_kind *const *kinds)
{
    const struct job_kind *kind = find_kind(kinds, run->kind);
    struct err why = {0}, err = {0};
    enum job_end end = JOB_DONE;
    int64_t due = run->now;
    int r;

    if (kind == NULL) {
        r = err_set(&why, ERR_INTERNAL, "this version knows no job \"" STR_FMT "\"",
                    STR_ARG(run->kind)); /* a newer one beside it may */
        run->last = run->attempt >= ATTEMPTS;
    } else if (run->attempt > attempts_of(kind) && kind->next == NULL) {
        /* Every attempt ended with the process: what kills it is not tried for ever. */
        r = err_set(&why, ERR_INTERNAL, "the process ended during each of %d attempts",
                    attempts_of(kind));
        run->give_up = true;
    } else {
        r = kind->run(run, &why);
    }
    if (run->done)
        return JOB_DONE;
    if (kind != NULL && kind->next != NULL) {
        end = r < 0 ? JOB_AGAIN : JOB_DONE;
        due = run->again_at > 0 ? run->again_at : kind->next(clock_now());
        r = record(run, "ready", due, false, r < 0 ? reason(run, &why) : STR(""), &err);
    } else if (r >= 0) {
        r = record(run, "done", due, true, STR(""), &err);
    } else if (run->give_up || run->last) {
        end = JOB_FAILED;
        r = record(run, "failed", due, true, reason(run, &why), &err);
    } else {
        end = JOB_AGAIN;
        due = run->again_at > 0 ? run->again_at : clock_now() + back_off(run->attempt);
        r = record(run, "ready", due, true, reason(run, &why), &err);
    }
    if (r < 0)
        log_err(&err, "ending a job");
    if (end != JOB_DONE)
        log_warn("job %s id=%" PRId64 " kind=" STR_FMT " attempt=%" PRId64 ": %s",
                 end == JOB_FAILED ? "failed" : "put off", run->id, STR_ARG(run->kind),
                 run->attempt, why.what);
    return end;
}

int job_drain(struct db_pool *pool, const struct job_kind *const *kinds, int64_t now,
              struct err *err)
{
    static const atomic_bool never;
    struct arena arena = {0};
    struct job_run run;
    bool found = true;
    int r = 0, n = 0;

    while (found) {
        arena_clear(&arena);
        r = job_take(pool, &arena, kinds, MINUTE_MS, now, &run, &found, err);
        if (r < 0 || !found)
            break;
        run.stopping = &never;
        job_perform(&run, kinds);
        n++;
    }
    arena_release(&arena);
    return r < 0 ? r : n;
}

int job_retry(struct db *db, struct arena *a, int64_t id, int64_t now, struct err *err)
{
    struct job_lock_row row;
    int64_t r = job_lock(db, a, id, &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no job %" PRId64, id);
    if (r > 0 && !str_is(row.state, "failed") && !str_is(row.state, "ready"))
        return err_set(err, ERR_STATE, "job %" PRId64 " is " STR_FMT, id, STR_ARG(row.state));
    if (r > 0)
        r = job_again(db, id, now, err);
    return r < 0 ? (int)r : 0;
}

int job_drop(struct db *db, int64_t id, struct err *err)
{
    int64_t r = job_remove(db, id, err);

    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no failed job %" PRId64, id) : (int)MIN(r, 0);
}

int job_sweep(struct db *db, int64_t before, struct err *err)
{
    return (int)MIN(0, job_forget(db, before, err));
}

static struct job_listed listed_of(const struct job_rows_row *row)
{
    return (struct job_listed){.id = row->id,
                               .ref = row->ref,
                               .attempts = row->attempts,
                               .due_at = row->due_at,
                               .created_at = row->created_at,
                               .kind = row->kind,
                               .state = row->state,
                               .error = row->error,
                               .slot = row->slot,
                               .started_at = row->started_at,
                               .finished_at = row->finished_at};
}

struct telling {
    job_row *row;
    void *ctx;
};

static int tell_row(void *ctx, const struct job_rows_row *row, struct err *err)
{
    const struct telling *t = ctx;
    struct job_listed job = listed_of(row);

    return t->row(t->ctx, &job, err);
}

int job_each(struct db *db, struct str state, job_row *row, void *ctx, struct err *err)
{
    return job_walk(db, state, tell_row, &(struct telling){row, ctx}, err);
}

int job_listing(struct db *db, struct arena *a, struct str state, int64_t limit,
                struct job_list *out, struct err *err)
{
    struct job_rows_rows rows;
    int r = job_rows(db, a, state, limit, &rows, err);

    *out = (struct job_list){0};
    for (size_t i = 0; r >= 0 && i < rows.len; i++)
        *vec_push(out, a) = listed_of(&rows.at[i]);
    return MIN(r, 0);
}

int job_count(struct db *db, struct arena *a, int64_t now, struct job_counts *out, struct err *err)
{
    struct job_totals_row row;
    int r = job_totals(db, a, now, &row, err);

    if (r >= 0)
        *out = (struct job_counts){row.ready, row.running, row.failed, row.late};
    return MIN(r, 0);
}
