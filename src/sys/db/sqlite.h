#ifndef SYS_DB_SQLITE_H
#define SYS_DB_SQLITE_H

#include "sys/db/engine.h"

#include <pthread.h>
#include <sqlite3.h>

struct sqlite_conn {
    sqlite3 *handle;
    struct db_cache cache;
    sqlite3_stmt *begin, *end; /* of db_steady, once it was asked for */
    int64_t busy_since, busy_timeout_ms;
};

/*
 * The one connection that writes. Threads get it in the order in which they asked. Each works in a
 * savepoint of a transaction that may hold the finished work of others (a batch); who finishes
 * while others wait hands the open transaction on, and the last of the batch commits for all of
 * them: one fsync instead of many.
 */
struct sqlite_ticket {
    pthread_cond_t ready;
    bool granted;
    struct sqlite_ticket *next;
};

struct sqlite_batch {
    int members;    /* finished well, not yet on disk */
    int waiting;    /* threads that wait for `done` */
    int64_t since;  /* when the first member finished, clock_monotonic */
    bool done;      /* the engine has answered: err */
    struct err err; /* of the whole batch */
    pthread_cond_t cond;
};

struct sqlite_writer {
    struct sqlite_conn conn;
    int busy_timeout_ms;
    int turn; /* the -turn file beside the database */
    pthread_mutex_t lock;
    bool owned;
    struct sqlite_ticket *first, *last;
    struct sqlite_batch *batch; /* the open transaction; touched by the owner only */
};

void sqlite_writer_init(struct sqlite_writer *w, int busy_timeout_ms);
/* Several programs on one file (`serve` and a backup) take turns: who waits for SQLite's lock to
 * write holds the lock of the file PATH-turn meanwhile, so that a program that writes without a
 * pause has to let the waiting one in before it may begin again. SQLite's own lock knows no order.
 */
int sqlite_writer_turns(struct sqlite_writer *w, const char *path, struct err *err);
/* Sleeps about a millisecond, an uneven time; false when `most_ms` have passed since `since`
 * (monotonic). */
bool sqlite_wait(int64_t since, int64_t most_ms);
void sqlite_writer_release(struct sqlite_writer *w);
int sqlite_writer_begin(struct sqlite_writer *w, struct err *err);
int sqlite_writer_commit(struct sqlite_writer *w, struct err *err);
void sqlite_writer_rollback(struct sqlite_writer *w);
/* A statement of the owner failed with *err: when the engine has undone the whole transaction, that
 * is why every other member of the batch fails too. */
void sqlite_writer_failed(struct sqlite_writer *w, const struct err *err);

/* Fills *err from the connection's last error. */
int sqlite_error(sqlite3 *handle, int rc, struct err *err);
int sqlite_exec(sqlite3 *handle, const char *sql, struct err *err);
/* Makes the function words_fit known to the connection; an error of SQLite, or SQLITE_OK. */
int sqlite_words(sqlite3 *handle);

#endif
