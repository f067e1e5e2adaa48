#ifndef APP_JOB_JOB_H
#define APP_JOB_JOB_H

#include "base/base.h"
#include "sys/db/db.h"

#include <stdatomic.h>

/*
 * Work outside of requests. A row of the table `job` is put there in the transaction that wants the
 * work done; worker threads of every `serve` process take rows under a lease. A job whose process
 * dies is due again when its lease ends; while it runs, the lease is renewed.
 *
 * A job is done at least once. What it changes in the database is done exactly once when the
 * handler ends its own transaction with job_done() before committing: that fails when the lease was
 * lost meanwhile, and everything is rolled back.
 */
struct job_run {
    struct db_pool *pool;
    struct arena *arena; /* of this run */
    int64_t id;
    struct str kind;
    int64_t ref;     /* what job_add was given */
    struct str arg;  /* the same */
    int64_t attempt; /* from 1 */
    bool last;       /* no attempt follows when this one fails */
    int64_t now;
    const atomic_bool *stopping; /* the process wants to end: leave off soon with ERR_BUSY */

    /* Set by the handler: */
    bool give_up;     /* its error is final: no further attempt */
    int64_t again_at; /* when to try again, instead of the back-off; 0: none */

    struct str lease; /* inner */
    bool done;
};

struct job_kind {
    const char *name;  /* "mail" */
    const char *label; /* translation key, for the administrator */
    /* 0: done; negative: again after 30 s, 1 min, 2 min, ... at most 6 h; after `attempts` it stays
     * as failed, for the administrator to look at. */
    int (*run)(struct job_run *run, struct err *err);
    int attempts; /* 0: 12 */
    /* A periodic job: when to begin next, after `now`. Its row is made at start; it never stays
     * failed. */
    int64_t (*next)(int64_t now);
};

/* Inside the caller's transaction. due_at 0: at once. */
int job_add(struct db *db, const char *kind, int64_t ref, struct str arg, int64_t due_at,
            int64_t now, struct err *err);

/* Inside the handler's transaction, before its commit. ERR_CONFLICT: another process has the job
 * now; the caller rolls back. */
int job_done(struct job_run *run, struct db *db, struct err *err);

struct job_options {
    const struct job_kind *const *kinds; /* NULL at the end */
    int threads;                         /* 0: 2 */
    int64_t lease_ms;                    /* 0: 60 s */
};

struct job_runner;
/* Makes the rows of periodic jobs and begins to work. Also registers the metrics. */
int job_start(struct job_runner **out, struct db_pool *pool, const struct job_options *options,
              struct err *err);
/* Lets handlers that run come to their end. NULL may be stopped. */
void job_stop(struct job_runner *runner);

/* Makes the rows of periodic jobs without running anything. */
int job_plan(struct db *db, struct arena *a, const struct job_kind *const *kinds, int64_t now,
             struct err *err);
/* Runs what is due at `now` in the calling thread, one after the other, also what that adds; how
 * many were run, or a negative error of the queue itself. For tests and commands. */
int job_drain(struct db_pool *pool, const struct job_kind *const *kinds, int64_t now,
              struct err *err);

/* For the administrator: one that failed is due again, with all its attempts; one that waits begins
 * at once. Inside the caller's transaction; ERR_NOT_FOUND, ERR_STATE when it runs or is done. */
int job_retry(struct db *db, struct arena *a, int64_t id, int64_t now, struct err *err);
/* Removes one that failed. Inside the caller's transaction. */
int job_drop(struct db *db, int64_t id, struct err *err);
/* Forgets jobs done before `before`. Inside the caller's transaction. */
int job_sweep(struct db *db, int64_t before, struct err *err);

struct job_listed {
    int64_t id, ref, attempts, due_at, created_at;
    struct str kind, state, error, slot;
    struct opt_int started_at, finished_at;
};
VEC_TYPE(job_list, struct job_listed);
struct job_counts {
    int64_t ready, running, failed, late; /* late: due for more than a minute */
};
/* state: "failed", "waiting" (ready and running) or "done"; newest first, waiting ones by time. */
int job_listing(struct db *db, struct arena *a, struct str state, int64_t limit,
                struct job_list *out, struct err *err);
/* The same, all of them, one after the other; the texts live during the call. */
typedef int job_row(void *ctx, const struct job_listed *job, struct err *err);
int job_each(struct db *db, struct str state, job_row *row, void *ctx, struct err *err);
int job_count(struct db *db, struct arena *a, int64_t now, struct job_counts *out, struct err *err);

#endif
