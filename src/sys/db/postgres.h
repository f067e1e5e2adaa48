#ifndef SYS_DB_POSTGRES_H
#define SYS_DB_POSTGRES_H

#include "sys/db/engine.h"

#include <libpq-fe.h>
#include <pthread.h>

/* Few enough that their answers fit what the system keeps for a reader who does not read yet. */
enum { POSTGRES_LATER = 64 };

struct postgres_lease {
    struct db base;
    PGconn *conn;
    struct db_cache cache;
    int prepared;          /* how many statements were named on this connection */
    bool turn;             /* it is one of the few that change something now */
    bool stale;            /* its plans no longer fit the schema: close it when it comes back */
    enum db_plan planning; /* as the server is set for this connection now ... */
    enum db_plan planning_before; /* ... and when the transaction began: a rollback undoes it */
    /* Sent and not waited for: while there are such, the connection is in pipeline mode. */
    const struct db_statement *later[POSTGRES_LATER];
    int later_len;
    struct postgres_lease *next;
};

/* postgres.c: the connection is good, or was opened anew (0), or cannot be had. Only outside a
 * transaction. */
int postgres_ensure(struct postgres_lease *l, struct err *err);

/* postgres_error.c: from a failed result (cleared by the caller), or from the connection itself
 * when there is none. */
int postgres_error(PGconn *conn, const PGresult *res, struct err *err);
/* A command without parameters and rows. */
int postgres_exec(PGconn *conn, const char *sql, struct err *err);

/* postgres_run.c */
int64_t postgres_run(struct db *db, const struct db_statement *st, const struct db_value *in,
                     db_row_fn *row, void *ctx, struct err *err);
int postgres_check(struct db *db, const struct db_statement *st, struct err *err);
int postgres_copy_begin(struct db *db, const char *sql, struct err *err);
int postgres_copy_put(struct db *db, struct str text, struct err *err);
int postgres_copy_end(struct db *db, struct err *err);
/* postgres_later.c: waits for what was sent and not waited for; the first error of it. */
int postgres_settle(struct postgres_lease *l, struct err *err);
/* The same in two halves, with one more statement sent before the first. */
int postgres_later_answers(struct postgres_lease *l, struct err *err);
int postgres_later_end(struct postgres_lease *l, struct err *err);
/* COMMIT together with them. */
int postgres_later_commit(struct postgres_lease *l, struct err *err);
void postgres_forget(struct postgres_lease *l); /* the prepared statements */

/* postgres_value.c: a column in binary form. False when the type does not fit the declared one, or
 * the number is out of its range. */
bool postgres_type_fits(Oid oid, enum db_type type);
bool postgres_decode(Oid oid, const char *ptr, size_t len, struct db_value *out);
Oid postgres_type(enum db_type type);

#endif
