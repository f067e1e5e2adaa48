#include "sys/db/sqlite.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <unistd.h>

/* A batch takes no more members after this: the first has waited for so long already. */
enum { BATCH_MEMBERS = 64, BATCH_MS = 5 };

void sqlite_writer_init(struct sqlite_writer *w, int busy_timeout_ms)
{
    pthread_mutex_init(&w->lock, NULL);
    w->busy_timeout_ms = busy_timeout_ms;
    w->turn = -1;
}

int sqlite_writer_turns(struct sqlite_writer *w, const char *path, struct err *err)
{
    char name[PATH_MAX];

    if (snprintf(name, sizeof(name), "%s-turn", path) >= (int)sizeof(name))
        return err_set(err, ERR_USAGE, "the path of the database is too long");
    w->turn = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return w->turn >= 0 ? 0 : err_errno(err, "cannot open %s", name);
}

void sqlite_writer_release(struct sqlite_writer *w)
{
    if (w->turn >= 0)
        close(w->turn);
    pthread_mutex_destroy(&w->lock);
}

bool sqlite_wait(int64_t since, int64_t most_ms)
{
    struct timespec pause = {0, 200000 + randombytes_uniform(1000000)};

    if (clock_monotonic() - since >= most_ms)
        return false;
    nanosleep(&pause, NULL);
    return true;
}

/* ---- among the programs on this file -----------------------------------------------------------
 */

static int turn_set(const struct sqlite_writer *w, short type)
{
    struct flock all = {.l_type = type, .l_whence = SEEK_SET};
    int r;

    while ((r = fcntl(w->turn, F_OFD_SETLK, &all)) < 0 && errno == EINTR)
        ;
    return r;
}

static int turn_take(const struct sqlite_writer *w, struct err *err)
{
    int64_t since = clock_monotonic();

    while (turn_set(w, F_WRLCK) < 0) {
        if (errno != EAGAIN && errno != EACCES)
            return err_errno(err, "cannot lock the database's -turn file");
        if (!sqlite_wait(since, w->busy_timeout_ms)) {
            err_set(err, ERR_BUSY, "waited %d ms for another program that writes",
                    w->busy_timeout_ms);
            err_hint(err, "a long change is running; try again");
            return ERR_BUSY;
        }
    }
    return 0;
}

static int begin_writing(struct sqlite_writer *w, struct err *err)
{
    int r = turn_take(w, err);

    if (r < 0)
        return r;
    r = sqlite_exec(w->conn.handle, "BEGIN IMMEDIATE", err);
    turn_set(w, F_UNLCK);
    return r;
}

/* ---- among the threads of this one -------------------------------------------------------------
 */

static void enqueue(struct sqlite_writer *w, struct sqlite_ticket *t)
{
    if (w->last != NULL)
        w->last->next = t;
    else
        w->first = t;
    w->last = t;
}

static void dequeue(struct sqlite_writer *w, struct sqlite_ticket *t)
{
    struct sqlite_ticket **at = &w->first, *before = NULL;

    while (*at != t) {
        before = *at;
        at = &(*at)->next;
    }
    *at = t->next;
    if (w->last == t)
        w->last = before;
}

/* Waits for its turn; 0 or ERR_BUSY. */
static int enter(struct sqlite_writer *w, struct err *err)
{
    struct sqlite_ticket t = {.granted = false};
    struct timespec until;
    int rc = 0;

    pthread_mutex_lock(&w->lock);
    if (!w->owned) {
        w->owned = true;
        pthread_mutex_unlock(&w->lock);
        return 0;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += w->busy_timeout_ms / 1000;
    until.tv_nsec += (w->busy_timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_init(&t.ready, NULL);
    enqueue(w, &t);
    while (!t.granted && rc != ETIMEDOUT)
        rc = pthread_cond_clockwait(&t.ready, &w->lock, CLOCK_MONOTONIC, &until);
    if (!t.granted)
        dequeue(w, &t);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&t.ready);
    if (t.granted)
        return 0;
    err_set(err, ERR_BUSY, "waited %d ms for the writing connection", w->busy_timeout_ms);
    err_hint(err, "a long change is running; try again");
    return ERR_BUSY;
}

/* Gives the connection to the next in line. The lock is held. */
static void leave(struct sqlite_writer *w)
{
    struct sqlite_ticket *next = w->first;

    if (next == NULL) {
        w->owned = false;
        return;
    }
    dequeue(w, next);
    next->granted = true;
    pthread_cond_signal(&next->ready);
}

static void batch_free(struct sqlite_batch *b)
{
    pthread_cond_destroy(&b->cond);
    free(b);
}

/* The transaction is over: tells the members and leaves. */
static void batch_close(struct sqlite_writer *w, const struct err *result)
{
    struct sqlite_batch *b = w->batch;

    pthread_mutex_lock(&w->lock);
    w->batch = NULL;
    b->done = true;
    b->err = *result;
    pthread_cond_broadcast(&b->cond);
    leave(w);
    if (b->waiting == 0)
        batch_free(b);
    pthread_mutex_unlock(&w->lock);
}

/* Commits for everybody in the batch. */
static int batch_commit(struct sqlite_writer *w, struct err *err)
{
    struct err result = {0};
    int r = sqlite_exec(w->conn.handle, "COMMIT", &result);

    if (r < 0 && !sqlite3_get_autocommit(w->conn.handle))
        sqlite_exec(w->conn.handle, "ROLLBACK", NULL);
    batch_close(w, &result);
    if (r < 0 && err != NULL)
        *err = result;
    return r;
}

/* True when the open transaction went to the next in line. */
static bool hand_on(struct sqlite_writer *w)
{
    struct sqlite_batch *b = w->batch;

    if (w->first == NULL || b->members >= BATCH_MEMBERS || clock_monotonic() - b->since > BATCH_MS)
        return false;
    leave(w);
    return true;
}

int sqlite_writer_begin(struct sqlite_writer *w, struct err *err)
{
    int r;

    if ((r = enter(w, err)) < 0)
        return r;
    if (w->batch == NULL) {
        if ((r = begin_writing(w, err)) < 0) {
            pthread_mutex_lock(&w->lock);
            leave(w);
            pthread_mutex_unlock(&w->lock);
            return r;
        }
        w->batch = db_alloc(1, sizeof(*w->batch));
        pthread_cond_init(&w->batch->cond, NULL);
    }
    if ((r = sqlite_exec(w->conn.handle, "SAVEPOINT change", err)) < 0) {
        struct err result = {0};

        sqlite_exec(w->conn.handle, "ROLLBACK", NULL);
        err_set(&result, r, "the change was undone together with another that failed");
        batch_close(w, &result);
    }
    return r;
}

int sqlite_writer_commit(struct sqlite_writer *w, struct err *err)
{
    struct sqlite_batch *b = w->batch;
    int r;

    if ((r = sqlite_exec(w->conn.handle, "RELEASE change", err)) < 0) {
        sqlite_writer_rollback(w);
        return r;
    }
    pthread_mutex_lock(&w->lock);
    if (b->members++ == 0)
        b->since = clock_monotonic();
    if (!hand_on(w)) {
        pthread_mutex_unlock(&w->lock);
        return batch_commit(w, err);
    }
    b->waiting++;
    while (!b->done)
        pthread_cond_wait(&b->cond, &w->lock);
    if ((r = b->err.code) < 0 && err != NULL)
        *err = b->err;
    if (--b->waiting == 0)
        batch_free(b);
    pthread_mutex_unlock(&w->lock);
    return r;
}

void sqlite_writer_failed(struct sqlite_writer *w, const struct err *err)
{
    if (sqlite3_get_autocommit(w->conn.handle))
        w->batch->err = *err;
}

void sqlite_writer_rollback(struct sqlite_writer *w)
{
    sqlite3 *h = w->conn.handle;
    struct sqlite_batch *b = w->batch;
    struct err result = {0};
    bool handed;

    if (sqlite3_get_autocommit(h)) {
        result = b->err;
        if (result.code == 0)
            err_set(&result, ERR_DB, "the engine undid the whole transaction");
        batch_close(w, &result);
        return;
    }
    if (b->members == 0 || sqlite_exec(h, "ROLLBACK TO change; RELEASE change", &result) < 0) {
        sqlite_exec(h, "ROLLBACK", NULL);
        batch_close(w, &result);
        return;
    }
    pthread_mutex_lock(&w->lock);
    handed = hand_on(w);
    pthread_mutex_unlock(&w->lock);
    if (!handed)
        batch_commit(w, NULL);
}
