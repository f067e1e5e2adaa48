#include "app/job/inner.h"
#include "app/job/queries.h"
#include "base/clock.h"
#include "base/log.h"
#include "sys/http/http.h"

#include <errno.h>
#include <pthread.h>

enum { THREADS_MAX = 16, THREADS = 2 };

#define LEASE (60 * SECOND_MS)
/* How long a job that another thread or process added waits at most before it is seen. */
#define LOOK_EVERY SECOND_MS
/* After an error of the database itself. */
#define PAUSE (5 * SECOND_MS)

struct worker {
    struct job_runner *runner;
    pthread_t thread;
    /* What it runs now, for the keeper of the leases; id 0: nothing. Under runner->lock. */
    int64_t id;
    char lease[32];
};

struct job_runner {
    struct db_pool *pool;
    const struct job_kind *const *kinds;
    int64_t lease_ms;
    atomic_bool stopping;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t keeper;
    int threads;
    struct worker workers[THREADS_MAX];
};

static atomic_uint_fast64_t ended[3]; /* by enum job_end */

/* Until `ms` have passed or the end is near. */
static void wait_for(struct job_runner *r, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&r->lock);
    while (!atomic_load(&r->stopping) &&
           pthread_cond_timedwait(&r->wake, &r->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&r->lock);
}

static void hold(struct worker *w, const struct job_run *run)
{
    pthread_mutex_lock(&w->runner->lock);
    w->id = run != NULL ? run->id : 0;
    if (run != NULL)
        snprintf(w->lease, sizeof(w->lease), STR_FMT, STR_ARG(run->lease));
    pthread_mutex_unlock(&w->runner->lock);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct job_runner *r = w->runner;
    struct arena arena = {0};

    while (!atomic_load(&r->stopping)) {
        struct err err = {0};
        struct job_run run;
        bool found;

        arena_clear(&arena);
        if (job_take(r->pool, &arena, r->kinds, r->lease_ms, clock_now(), &run, &found, &err) < 0) {
            log_err(&err, "looking for work");
            wait_for(r, PAUSE);
            continue;
        }
        if (!found) {
            wait_for(r, LOOK_EVERY);
            continue;
        }
        run.stopping = &r->stopping;
        hold(w, &run);
        atomic_fetch_add(&ended[job_perform(&run, r->kinds)], 1);
        hold(w, NULL);
    }
    arena_release(&arena);
    return NULL;
}

static int renew_all(struct job_runner *r, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct worker held[THREADS_MAX];
    int64_t n = 0, now = clock_now();
    int failed;

    pthread_mutex_lock(&r->lock);
    memcpy(held, r->workers, sizeof(held));
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->threads; i++)
        n += held[i].id != 0;
    if (n == 0)
        return 0;
    if ((failed = db_acquire(r->pool, &db, err)) < 0 || (failed = db_begin(db, err)) < 0)
        return failed;
    for (int i = 0; n >= 0 && i < r->threads; i++) {
        if (held[i].id != 0)
            n = job_renew(db, held[i].id, str_c(held[i].lease), now + r->lease_ms, err);
    }
    if (n < 0) {
        db_rollback(db);
        return (int)n;
    }
    return db_commit(db, err);
}

/* Work that takes longer than a lease keeps it as long as the process lives. */
static void *keep(void *arg)
{
    struct job_runner *r = arg;

    while (!atomic_load(&r->stopping)) {
        struct err err = {0};

        wait_for(r, r->lease_ms / 3);
        if (!atomic_load(&r->stopping) && renew_all(r, &err) < 0)
            log_err(&err, "renewing the leases of jobs");
    }
    return NULL;
}

/* ---- metrics ----------------------------------------------------------------------------------
 */

static double read_counter(void *ctx)
{
    return (double)atomic_load((atomic_uint_fast64_t *)ctx);
}

static struct job_counts counts_now(struct db_pool *pool)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct job_counts counts = {0};
    struct arena arena = {0};

    if (db_acquire(pool, &db, NULL) == 0)
        job_count(db, &arena, clock_now(), &counts, NULL);
    arena_release(&arena);
    return counts;
}

static double read_waiting(void *ctx)
{
    return (double)counts_now(ctx).ready;
}

static double read_failed(void *ctx)
{
    return (double)counts_now(ctx).failed;
}

static double read_late(void *ctx)
{
    return (double)counts_now(ctx).late;
}

static void register_metrics(struct db_pool *pool)
{
    http_metric_register("ungcuu_jobs_done_total", "Jobs done by this process.", "counter",
                         read_counter, &ended[JOB_DONE]);
    http_metric_register("ungcuu_jobs_put_off_total", "Attempts of jobs that failed for now.",
                         "counter", read_counter, &ended[JOB_AGAIN]);
    http_metric_register("ungcuu_jobs_given_up_total", "Jobs given up by this process.", "counter",
                         read_counter, &ended[JOB_FAILED]);
    http_metric_register("ungcuu_jobs_waiting", "Jobs in the queue.", "gauge", read_waiting, pool);
    http_metric_register("ungcuu_jobs_failed", "Jobs that were given up and wait for a person.",
                         "gauge", read_failed, pool);
    http_metric_register("ungcuu_jobs_late", "Jobs due for more than a minute.", "gauge", read_late,
                         pool);
}

/* ---- start and stop ---------------------------------------------------------------------------
 */

static int plan(struct job_runner *r, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct arena arena = {0};
    int done = db_acquire(r->pool, &db, err);

    if (done >= 0)
        done = job_plan(db, &arena, r->kinds, clock_now(), err);
    arena_release(&arena);
    return done;
}

int job_start(struct job_runner **out, struct db_pool *pool, const struct job_options *options,
              struct err *err)
{
    struct job_runner *r = calloc(1, sizeof(*r));
    pthread_condattr_t monotonic;
    int failed;

    if (r == NULL)
        die("out of memory");
    r->pool = pool;
    r->kinds = options->kinds;
    r->lease_ms = options->lease_ms > 0 ? options->lease_ms : LEASE;
    r->threads = MIN(options->threads > 0 ? options->threads : THREADS, THREADS_MAX);
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &monotonic);
    if ((failed = plan(r, err)) < 0) {
        free(r);
        return failed;
    }
    register_metrics(pool);
    for (int i = 0; i < r->threads; i++) {
        r->workers[i].runner = r;
        if (pthread_create(&r->workers[i].thread, NULL, work, &r->workers[i]) != 0)
            die("cannot start a thread");
    }
    if (pthread_create(&r->keeper, NULL, keep, r) != 0)
        die("cannot start a thread");
    *out = r;
    return 0;
}

void job_stop(struct job_runner *r)
{
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->stopping, true);
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->threads; i++)
        pthread_join(r->workers[i].thread, NULL);
    pthread_join(r->keeper, NULL);
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
