#ifndef SYS_DB_DB_H
#define SYS_DB_DB_H

#include "base/base.h"

/*
 * One interface over SQLite and PostgreSQL. A struct db_pool is the site's database; a struct db is
 * a connection leased from it by one thread for a short while (a request, a job).
 *
 * Statements come from queries.sql by way of sqlgen; nothing else assembles SQL. Reading needs no
 * transaction. Writing happens between db_begin and db_commit on the same struct db:
 *
 *     _cleanup_(db_rollback_if_open) struct db *tx = db;
 *     if ((r = db_begin(db, err)) < 0) return r;
 *     ... statements ...
 *     return db_commit(db, err);
 *
 * SQLite: readers have a connection each; all writers share one, handed over in order. A
 * transaction that ends while others wait is committed together with theirs (group commit):
 * db_commit returns only when the change is on disk. PostgreSQL: each lease is a pooled connection.
 */
struct db_pool;
struct db;

enum db_engine { DB_SQLITE, DB_POSTGRES };

struct db_options {
    int readers;         /* connections kept for readers (SQLite) or in all (PostgreSQL); 0: 8 */
    int busy_timeout_ms; /* how long to wait for a lock or a free connection; 0: 10,000 */
    bool read_only;
    bool loading; /* db_load fills it: foreign keys are checked once, at the end */
    bool no_sync; /* a commit does not wait for the disk: only for sample data that can be made anew
                   */
};

/* url: "sqlite:PATH" or "postgresql://..." (libpq's form). Does not create or change the schema. */
int db_open(struct db_pool **out, struct str url, const struct db_options *options,
            struct err *err);
void db_close(struct db_pool *pool);
enum db_engine db_engine(const struct db_pool *pool);

/* Leases a connection; waits up to the busy timeout (ERR_BUSY). Give it back with db_release; a
 * transaction still open is rolled back. NULL may be released. */
int db_acquire(struct db_pool *pool, struct db **out, struct err *err);
void db_release(struct db *db);
void db_releasep(struct db **db); /* for _cleanup_ */

enum db_engine db_engine_of(const struct db *db);

/* The database computes on the processors of this machine: SQLite always, PostgreSQL when it is
 * reached by a Unix socket or the loopback. */
bool db_is_local(const struct db_pool *pool);

/* Another number for each database that this process opened: for what is remembered about one. */
int64_t db_serial(const struct db *db);

/*
 * A write transaction. BEGIN IMMEDIATE on SQLite; READ COMMITTED on PostgreSQL (rows that a
 * decision depends on are locked by the statement itself: SELECT ... FOR UPDATE in the @postgres
 * body). Nesting is an error. After any failed statement only db_rollback may follow.
 */
int db_begin(struct db *db, struct err *err);
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);          /* harmless when no transaction is open */
void db_rollback_if_open(struct db **db); /* for _cleanup_ */
bool db_in_transaction(const struct db *db);

/*
 * What many changes of one transaction add to and is written once: `fn` runs in db_commit (with
 * db_hold in db_hold_end), as the last that the transaction does; when it fails, all is rolled
 * back. Returns DB_LAST bytes, zero at first, that it is given; they last until the transaction
 * ends, and the same are returned each time. A transaction has one such fn. Only inside one.
 */
enum { DB_LAST = 96 };
typedef int db_last_fn(struct db *db, const void *state, struct err *err);
void *db_last(struct db *db, db_last_fn *fn);
/* The same bytes when db_last was called in the open transaction, else NULL. */
const void *db_last_state(const struct db *db, db_last_fn *fn);

/*
 * One transaction around operations that open their own: until db_hold_end, db_begin and db_commit
 * on this lease only mark parts of it. A part that is rolled back takes the whole with it. With
 * `keep`, db_hold_end commits (ERR_INTERNAL when a part was rolled back), else it rolls back.
 */
int db_hold(struct db *db, struct err *err);
int db_hold_end(struct db *db, bool keep, struct err *err);

/*
 * Reading at one moment, whatever others write meanwhile, until db_snapshot_end (or db_release).
 * SQLite keeps its write-ahead log that long; PostgreSQL its old row versions.
 */
int db_snapshot_begin(struct db *db, struct err *err);
void db_snapshot_end(struct db *db); /* harmless when there is none */

/*
 * What is read from now on is of one moment too, where that costs less than to look for what is new
 * before each statement: on SQLite. On PostgreSQL nothing happens. Ends by itself with db_begin,
 * db_snapshot_begin and db_release.
 */
void db_steady(struct db *db);

/* A pattern for LIKE ... ESCAPE '\\' that finds the text anywhere; the NULL slice (no filter) for
 * an empty one. */
struct str db_like(struct arena *a, struct str text);

/* ------------------------------------------------------------------------------------------------
 * Below: what the code made by sqlgen calls. Rooms do not.
 */
enum db_type { DB_INT, DB_REAL, DB_TEXT, DB_BLOB, DB_BOOL };

/* One named statement, a static constant. Its address is the key of the statement cache; `sql[e]`
 * is the body for each engine. Parameters are numbered in the order of `in`: ?1.. in the body for
 * SQLite, $1.. in the one for PostgreSQL. */
struct db_column {
    const char *name;
    enum db_type type;
    bool null; /* may be NULL */
};

/*
 * When PostgreSQL plans a prepared statement.
 * AUTO   anew for the values of each call, as long as it expects less work from such plans
 * KEPT   once, for any values: what was measured with both, where the rows take as long and
 *        planning takes longer than they do
 * FRESH  for the values of each call: where the way depends on them and is not guessed without
 * ANY    a lookup by key, whose plan is the same always: the server need not be told before each
 */
enum db_plan { DB_PLAN_AUTO, DB_PLAN_KEPT, DB_PLAN_FRESH, DB_PLAN_ANY };

struct db_statement {
    const char *name; /* "incident_by_code" */
    const char *file; /* "app/incident/queries.sql" */
    int line;
    const char *sql[2]; /* by enum db_engine */
    const struct db_column *in, *out;
    int in_len, out_len;
    bool writes; /* not a SELECT: refused outside a transaction */
    bool later;  /* without columns; nobody asks how many rows it changed, see db_run */
    enum db_plan plan;
    uint64_t replans; /* DB_PLAN_KEPT: FRESH when a parameter with a bit here has a value */
};

struct db_value {
    enum db_type type;
    bool null;
    union {
        int64_t i; /* DB_INT, DB_BOOL */
        double r;
        struct str s; /* DB_TEXT, DB_BLOB */
    };
};

/*
 * Runs the statement and calls `row` for each row; values are valid only during the call (copy with
 * str_dup). `row` returns 0 to go on, a negative ERR_* to stop with that error. Many rows are
 * streamed, not buffered. Returns the number of rows for a statement with columns, the number of
 * changed rows for one without, or a negative error. A statement that is sent later returns 0:
 * PostgreSQL is not waited for, and what went wrong is the error of the next statement that waits,
 * or of db_commit.
 */
typedef int db_row_fn(void *ctx, const struct db_value *values, struct err *err);
int64_t db_run(struct db *db, const struct db_statement *st, const struct db_value *in,
               db_row_fn *row, void *ctx, struct err *err);

/* Every statement linked into the program, for the test that prepares them all. sqlgen makes the
 * list. */
extern const struct db_statement *const db_statements[];
extern const size_t db_statements_len;

/* Prepares without running and compares the parameters and columns with what is declared. */
int db_check_statement(struct db *db, const struct db_statement *st, struct err *err);

/* ------------------------------------------------------------------------------------------------
 * Migrations: src/sys/db/migrations/NNNN-name.sql, embedded; forward only; one transaction each
 * under a lock and a version check. A line "-- @sqlite" or "-- @postgres" begins a part for one
 * engine,
 * "-- @all" returns to both. Portable words replaced before running: PRIMARY_KEY_ID (an integer
 * primary key that numbers itself), BLOB_TYPE, REAL_TYPE, STRICT_TABLE (behind the closing
 * parenthesis).
 */
struct migration {
    int version;
    const char *name;
    struct str sql;
};

int db_schema_version(struct db_pool *pool, int *version, struct err *err); /* 0: empty database */
int db_schema_latest(void);
/* Brings the schema to the newest version; *from and *to tell what was done. */
int db_migrate(struct db_pool *pool, int *from, int *to, struct err *err);

/* One migration that db_migrate_try ran, and how long it took. */
struct db_migrated {
    int version;
    const char *name;
    int64_t ms;
};
VEC_TYPE(db_migrated_list, struct db_migrated);
/* Runs every migration that is missing in one transaction and undoes it again: what would happen,
 * and how long it takes. Writers wait meanwhile. On an error *out ends with the one that failed. */
int db_migrate_try(struct db_pool *pool, struct arena *a, int *from, struct db_migrated_list *out,
                   struct err *err);
/* Inside the caller's transaction: every migration that is missing up to `upto`. */
int db_migrate_within(struct db *db, int upto, struct err *err);

/* Looks anew at how the values are spread, for the engine's choice of indexes: after a bulk load,
 * and now and then while a site grows. Takes a second or so. */
int db_analyze(struct db_pool *pool, struct err *err);

/* The engine's own look at itself; full: every index and reference too, which takes as long as
 * reading all of it (SQLite; PostgreSQL checks its pages by itself). */
struct db_health {
    int64_t bytes, free_bytes;
    struct str version; /* "SQLite 3.40.1" */
    struct str problem; /* the first one, or empty */
};
int db_health(struct db *db, struct arena *a, bool full, struct db_health *out, struct err *err);

/* True when *err came from a violated unique constraint; err->field is the column (the first one of
 * several). A violated foreign key is ERR_CONFLICT, a NULL or a value that is not allowed
 * ERR_INVALID, a full disk ERR_NO_SPACE, a lock, deadlock or serialization failure ERR_BUSY (try
 * again). */
bool db_is_unique_violation(const struct err *err);

#endif
