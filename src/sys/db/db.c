#include "sys/db/engine.h"

#include "base/text.h"

enum { READERS = 8, BUSY_TIMEOUT_MS = 10000 };

void *db_alloc(size_t n, size_t size)
{
    void *p = calloc(n, size);

    if (p == NULL)
        die("out of memory (%zu x %zu bytes)", n, size);
    return p;
}

const char *db_type_name(enum db_type type)
{
    static const char *const names[] = {[DB_INT] = "int",
                                        [DB_REAL] = "real",
                                        [DB_TEXT] = "text",
                                        [DB_BLOB] = "blob",
                                        [DB_BOOL] = "bool"};

    return names[type];
}

void db_err_place(struct err *err, const struct db_statement *st)
{
    size_t n;

    if (err == NULL)
        return;
    n = strlen(err->what);
    snprintf(err->what + n, sizeof(err->what) - n, " [%s, %s:%d]", st->name, st->file, st->line);
}

int db_open(struct db_pool **out, struct str url, const struct db_options *options, struct err *err)
{
    static _Atomic int64_t serial;
    struct db_options o = options != NULL ? *options : (struct db_options){0};
    int r;

    *out = NULL;
    o.readers = o.readers > 0 ? o.readers : READERS;
    o.busy_timeout_ms = o.busy_timeout_ms > 0 ? o.busy_timeout_ms : BUSY_TIMEOUT_MS;
    if (str_starts(url, STR("sqlite:")))
        r = sqlite_open(out, url, &o, err);
    else if (str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")))
        r = postgres_open(out, url, &o, err);
    else {
        r = err_set(err, ERR_USAGE, "database \"" STR_FMT "\" is of no known kind", STR_ARG(url));
        err_hint(err, "write sqlite:PATH or postgresql://USER@HOST/NAME");
    }
    if (r == 0)
        (*out)->serial = ++serial;
    return r;
}

void db_close(struct db_pool *pool)
{
    if (pool != NULL)
        pool->ops->close(pool);
}

enum db_engine db_engine(const struct db_pool *pool)
{
    return pool->engine;
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->pool->engine;
}

bool db_is_local(const struct db_pool *pool)
{
    return pool->local;
}

int64_t db_serial(const struct db *db)
{
    return db->pool->serial;
}

int db_acquire(struct db_pool *pool, struct db **out, struct err *err)
{
    int r;

    *out = NULL;
    if ((r = pool->ops->acquire(pool, out, err)) < 0)
        return r;
    (*out)->pool = pool;
    (*out)->in_transaction = (*out)->failed = (*out)->running = (*out)->snapshot = false;
    (*out)->held = (*out)->joined = (*out)->broken = false;
    return 0;
}

static void steady_end(struct db *db)
{
    if (db->steady)
        db->pool->ops->steady_end(db);
    db->steady = false;
}

void db_release(struct db *db)
{
    if (db == NULL)
        return;
    if (db->running)
        die("a database lease was given back while a statement was running on it");
    db->held = false;
    db_rollback(db);
    db_snapshot_end(db);
    steady_end(db);
    db->pool->ops->release(db);
}

void db_releasep(struct db **db)
{
    db_release(*db);
    *db = NULL;
}

bool db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

int db_hold(struct db *db, struct err *err)
{
    int r = db_begin(db, err);

    if (r == 0) {
        db->held = true;
        db->joined = db->broken = false;
    }
    return r;
}

int db_hold_end(struct db *db, bool keep, struct err *err)
{
    bool whole = !db->joined && !db->broken;

    if (!db->held)
        return err_set(err, ERR_INTERNAL, "db_hold_end without db_hold");
    db->held = db->joined = db->broken = false;
    if (keep && whole)
        return db_commit(db, err);
    db_rollback(db);
    return keep ? err_set(err, ERR_INTERNAL, "a part of the transaction was rolled back") : 0;
}

/* A part of the transaction that db_hold began. */
static int begin_part(struct db *db, struct err *err)
{
    if (db->running || db->joined || db->broken)
        return err_set(err, ERR_INTERNAL, "db_begin inside a %s",
                       db->running  ? "running statement"
                       : db->joined ? "transaction"
                                    : "transaction that was rolled back");
    db->joined = true;
    return 0;
}

static int commit_part(struct db *db, struct err *err)
{
    bool open = db->joined && !db->running;

    db->joined = false;
    db->broken = db->broken || !open || db->failed;
    if (!open)
        return err_set(err, ERR_INTERNAL, "db_commit without a transaction");
    return db->failed ? err_set(err, ERR_INTERNAL, "db_commit after a statement that failed") : 0;
}

int db_begin(struct db *db, struct err *err)
{
    int r;

    if (db->held)
        return begin_part(db, err);
    if (db->running || db->in_transaction || db->snapshot)
        return err_set(err, ERR_INTERNAL, "db_begin inside a %s",
                       db->running    ? "running statement"
                       : db->snapshot ? "snapshot"
                                      : "transaction");
    if (db->pool->read_only)
        return err_set(err, ERR_STATE, "the database was opened for reading only");
    steady_end(db);
    if ((r = db->pool->ops->begin(db, err)) < 0)
        return r;
    db->in_transaction = true;
    db->failed = false;
    db->last = NULL;
    return 0;
}

void *db_last(struct db *db, db_last_fn *fn)
{
    if (!db->in_transaction || (db->last != NULL && db->last != fn))
        die(db->in_transaction ? "a transaction has one last thing to do"
                               : "db_last without a transaction");
    if (db->last == NULL)
        memset(db->last_state, 0, sizeof(db->last_state));
    db->last = fn;
    return db->last_state;
}

const void *db_last_state(const struct db *db, db_last_fn *fn)
{
    return db->in_transaction && db->last == fn ? db->last_state : NULL;
}

int db_commit(struct db *db, struct err *err)
{
    int r;

    if (db->held)
        return commit_part(db, err);
    if (db->running || !db->in_transaction)
        return err_set(err, ERR_INTERNAL, "db_commit %s",
                       db->running ? "inside a running statement" : "without a transaction");
    if (db->failed) {
        db_rollback(db);
        return err_set(err, ERR_INTERNAL, "db_commit after a statement that failed");
    }
    if (db->last != NULL && (r = db->last(db, db->last_state, err)) < 0) {
        db_rollback(db);
        return r;
    }
    r = db->pool->ops->commit(db, err);
    db->in_transaction = false;
    return r;
}

void db_rollback(struct db *db)
{
    if (!db->in_transaction)
        return;
    if (db->running)
        die("db_rollback inside a running statement");
    if (db->held) {
        /* The part is over before its cleanup runs, unless it failed. */
        db->broken = db->broken || db->joined;
        db->joined = false;
        return;
    }
    db->pool->ops->rollback(db);
    db->in_transaction = db->failed = false;
}

void db_rollback_if_open(struct db **db)
{
    if (*db != NULL)
        db_rollback(*db);
}

int db_snapshot_begin(struct db *db, struct err *err)
{
    int r;

    if (db->running || db->in_transaction || db->snapshot)
        return err_set(err, ERR_INTERNAL, "db_snapshot_begin inside something else");
    steady_end(db);
    if ((r = db->pool->ops->snapshot(db, err)) < 0)
        return r;
    db->snapshot = true;
    return 0;
}

void db_snapshot_end(struct db *db)
{
    if (!db->snapshot)
        return;
    if (db->running)
        die("db_snapshot_end inside a running statement");
    db->pool->ops->snapshot_end(db);
    db->snapshot = false;
}

void db_steady(struct db *db)
{
    if (db->pool->ops->steady != NULL && !db->running && !db->in_transaction && !db->snapshot &&
        !db->steady)
        db->steady = db->pool->ops->steady(db);
}

/* PostgreSQL refuses anything else; SQLite would store it. */
static bool is_text(struct str s)
{
    return s.len == 0 || (memchr(s.ptr, '\0', s.len) == NULL && text_is_valid(s, true));
}

int db_check_values(const struct db_statement *st, const struct db_value *in, struct err *err)
{
    for (int i = 0; i < st->in_len; i++) {
        const struct db_column *p = &st->in[i];
        int code = 0;

        if (in[i].type != p->type)
            code = err_set(err, ERR_INTERNAL, "parameter %s is %s, declared %s", p->name,
                           db_type_name(in[i].type), db_type_name(p->type));
        else if (in[i].null && !p->null)
            code = err_set(err, ERR_INTERNAL, "parameter %s is NULL but not declared so", p->name);
        else if (p->type == DB_TEXT && !in[i].null && !is_text(in[i].s))
            code = err_set(err, ERR_INVALID, "parameter %s is not UTF-8 without NUL", p->name);
        if (code < 0) {
            err_field(err, p->name);
            db_err_place(err, st);
            return code;
        }
    }
    return 0;
}

int64_t db_run(struct db *db, const struct db_statement *st, const struct db_value *in,
               db_row_fn *row, void *ctx, struct err *err)
{
    int64_t n;

    if (db->running)
        n = err_set(err, ERR_INTERNAL, "statement inside the rows of another on one connection");
    else if (db->failed)
        n = err_set(err, ERR_INTERNAL, "statement in a transaction that failed before");
    else if (st->writes && !db->in_transaction)
        n = err_set(err, ERR_INTERNAL, "writing outside a transaction");
    else
        n = 0;
    if (n < 0) {
        db_err_place(err, st);
        return n;
    }
    if ((n = db_check_values(st, in, err)) == 0) {
        db->running = true;
        n = db->pool->ops->run(db, st, in, row, ctx, err);
        db->running = false;
    }
    if (n < 0)
        db->failed = db->in_transaction;
    return st->later ? MIN(n, 0) : n;
}

int db_check_statement(struct db *db, const struct db_statement *st, struct err *err)
{
    return db->pool->ops->check(db, st, err);
}

int db_analyze(struct db_pool *pool, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    /* A sample of each index is enough for SQLite's planner; PostgreSQL samples by itself. */
    struct str sql =
        pool->engine == DB_SQLITE ? STR("PRAGMA analysis_limit = 1000; ANALYZE") : STR("ANALYZE");
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0 ||
        (r = pool->ops->script(db, sql, "ANALYZE", err)) < 0)
        return r;
    return db_commit(db, err);
}

bool db_is_unique_violation(const struct err *err)
{
    return err->code == ERR_EXISTS;
}
