#include "base/clock.h"
#include "base/io.h"
#include "sys/db/sqlite.h"

#include <errno.h>
#include <fcntl.h>

struct sqlite_lease {
    struct db base;
    struct sqlite_conn conn; /* for reading */
    struct sqlite_lease *next;
};

struct sqlite_pool {
    struct db_pool base;
    char *path;
    struct sqlite_writer writer;
    pthread_mutex_t lock;
    struct sqlite_lease *idle;
    int idle_len;
    int leased;
};

struct cached {
    sqlite3_stmt *stmt;
    int params;              /* the highest number that this body uses */
    struct db_value *values; /* of the current row */
};

static void cached_drop(void *value)
{
    struct cached *c = value;

    sqlite3_finalize(c->stmt);
    free(c->values);
    free(c);
}

int sqlite_exec(sqlite3 *handle, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : sqlite_error(handle, rc, err);
}

/* SQLite's own waiting grows to a tenth of a second: too long for who holds the turn. */
static int wait_for_lock(void *conn, int tries)
{
    struct sqlite_conn *c = conn;

    if (tries == 0)
        c->busy_since = clock_monotonic();
    return sqlite_wait(c->busy_since, c->busy_timeout_ms);
}

/* ---- connections --------------------------------------------------------------------------- */

static void conn_close(struct sqlite_conn *c)
{
    db_cache_clear(&c->cache, cached_drop);
    sqlite3_finalize(c->begin);
    sqlite3_finalize(c->end);
    sqlite3_close(c->handle);
    c->handle = NULL;
}

static int conn_open(struct sqlite_pool *p, struct sqlite_conn *c, bool writer, struct err *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc, r;

    flags |= p->base.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    rc = sqlite3_open_v2(p->path, &c->handle, flags, NULL);
    if (rc != SQLITE_OK) {
        r = sqlite_error(c->handle, rc, err);
        err_prefix(err, "database %s: ", p->path);
        conn_close(c);
        return r;
    }
    if (sqlite_words(c->handle) != SQLITE_OK)
        die("out of memory in the database");
    c->busy_timeout_ms = p->base.busy_timeout_ms;
    sqlite3_busy_handler(c->handle, wait_for_lock, c);
    sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* Else a statement with LIKE $1 is compiled anew for every value. */
    sqlite3_db_config(c->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    /* LIKE tells upper from lower case, as PostgreSQL's does. The schema is trusted: triggers keep
     * the index of the search, and to SQLite 3.40 a full-text table is no innocuous one. */
    r = sqlite_exec(c->handle,
                    "PRAGMA foreign_keys = ON;"
                    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
                    "PRAGMA cache_size = -4096; PRAGMA case_sensitive_like = ON;",
                    err);
    if (r == 0 && writer)
        r = sqlite_exec(c->handle,
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                        "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864;",
                        err);
    if (r == 0 && p->base.loading)
        r = sqlite_exec(c->handle, "PRAGMA foreign_keys = OFF", err);
    if (r == 0 && writer && p->base.no_sync)
        r = sqlite_exec(c->handle, "PRAGMA synchronous = OFF", err);
    if (r == 0 && !writer)
        r = sqlite_exec(c->handle, "PRAGMA query_only = ON", err);
    if (r < 0) {
        err_prefix(err, "database %s: ", p->path);
        conn_close(c);
    }
    return r;
}

static int lease_get(struct db_pool *pool, struct db **out, struct err *err)
{
    struct sqlite_pool *p = (struct sqlite_pool *)pool;
    struct sqlite_lease *l;
    int r = 0;

    pthread_mutex_lock(&p->lock);
    l = p->idle;
    if (l != NULL) {
        p->idle = l->next;
        p->idle_len--;
    }
    p->leased++;
    pthread_mutex_unlock(&p->lock);
    if (l == NULL) {
        l = db_alloc(1, sizeof(*l));
        r = conn_open(p, &l->conn, false, err);
    }
    if (r < 0) {
        free(l);
        pthread_mutex_lock(&p->lock);
        p->leased--;
        pthread_mutex_unlock(&p->lock);
        return r;
    }
    *out = &l->base;
    return 0;
}

static void lease_put(struct db *db)
{
    struct sqlite_pool *p = (struct sqlite_pool *)db->pool;
    struct sqlite_lease *l = (struct sqlite_lease *)db;

    pthread_mutex_lock(&p->lock);
    p->leased--;
    if (p->idle_len < p->base.readers) {
        l->next = p->idle;
        p->idle = l;
        p->idle_len++;
        l = NULL;
    }
    pthread_mutex_unlock(&p->lock);
    if (l != NULL) {
        conn_close(&l->conn);
        free(l);
    }
}

/* ---- statements ---------------------------------------------------------------------------- */

static bool only_space(const char *tail)
{
    return tail[strspn(tail, "; \t\r\n")] == '\0';
}

static int prepare(struct sqlite_conn *c, const struct db_statement *st, struct cached **out,
                   struct err *err)
{
    const char *tail;
    struct cached *new;
    int rc;

    new = db_alloc(1, sizeof(*new));
    rc = sqlite3_prepare_v3(c->handle, st->sql[DB_SQLITE], -1, SQLITE_PREPARE_PERSISTENT,
                            &new->stmt, &tail);
    if (rc != SQLITE_OK) {
        free(new);
        return sqlite_error(c->handle, rc, err);
    }
    new->values = db_alloc((size_t)MAX(st->out_len, 1), sizeof(*new->values));
    new->params = sqlite3_bind_parameter_count(new->stmt);
    *out = new;
    if (new->stmt != NULL && only_space(tail) && sqlite3_column_count(new->stmt) == st->out_len)
        return 0;
    if (new->stmt == NULL || !only_space(tail))
        err_set(err, ERR_INTERNAL, "not exactly one SQL statement");
    else
        err_set(err, ERR_INTERNAL, "%d columns, declared %d", sqlite3_column_count(new->stmt),
                st->out_len);
    cached_drop(new);
    return ERR_INTERNAL;
}

static int bind(struct cached *c, const struct db_statement *st, const struct db_value *in)
{
    int rc = SQLITE_OK;

    for (int i = 0; i < MIN(st->in_len, c->params) && rc == SQLITE_OK; i++) {
        const char *ptr = in[i].s.ptr != NULL ? in[i].s.ptr : "";
        int at = i + 1;

        if (in[i].null)
            rc = sqlite3_bind_null(c->stmt, at);
        else if (in[i].type == DB_REAL)
            rc = sqlite3_bind_double(c->stmt, at, in[i].r);
        else if (in[i].type == DB_TEXT)
            rc = sqlite3_bind_text64(c->stmt, at, ptr, in[i].s.len, SQLITE_STATIC, SQLITE_UTF8);
        else if (in[i].type == DB_BLOB)
            rc = sqlite3_bind_blob64(c->stmt, at, ptr, in[i].s.len, SQLITE_STATIC);
        else
            rc = sqlite3_bind_int64(c->stmt, at, in[i].i);
    }
    return rc;
}

static int column(sqlite3_stmt *stmt, int i, const struct db_column *declared, struct db_value *out,
                  struct err *err)
{
    static const char *const names[] = {"", "int", "real", "text", "blob", "NULL"};
    int type = sqlite3_column_type(stmt, i);

    out->type = declared->type;
    out->null = type == SQLITE_NULL;
    out->s = STR_EMPTY;
    if (out->null && declared->null)
        return 0;
    if ((declared->type == DB_INT || declared->type == DB_BOOL) && type == SQLITE_INTEGER) {
        out->i = sqlite3_column_int64(stmt, i);
        return 0;
    }
    if (declared->type == DB_REAL && (type == SQLITE_FLOAT || type == SQLITE_INTEGER)) {
        out->r = sqlite3_column_double(stmt, i);
        return 0;
    }
    if (declared->type == DB_TEXT && type == SQLITE_TEXT) {
        out->s.ptr = (const char *)sqlite3_column_text(stmt, i);
        out->s.len = (size_t)sqlite3_column_bytes(stmt, i);
        return 0;
    }
    if (declared->type == DB_BLOB && type == SQLITE_BLOB) {
        out->s.ptr = sqlite3_column_blob(stmt, i);
        out->s.len = (size_t)sqlite3_column_bytes(stmt, i);
        if (out->s.ptr == NULL)
            out->s.ptr = "";
        return 0;
    }
    return err_set(err, ERR_INTERNAL, "column %s is %s, declared %s", declared->name, names[type],
                   db_type_name(declared->type));
}

static int64_t step_all(sqlite3 *handle, struct cached *c, const struct db_statement *st,
                        db_row_fn *row, void *ctx, struct err *err)
{
    struct db_value *values = c->values;
    int64_t n = 0;
    int rc, r;

    while ((rc = sqlite3_step(c->stmt)) == SQLITE_ROW) {
        for (int i = 0; i < st->out_len; i++) {
            if ((r = column(c->stmt, i, &st->out[i], &values[i], err)) < 0) {
                db_err_place(err, st);
                return r;
            }
        }
        n++;
        if (row != NULL && (r = row(ctx, values, err)) < 0)
            return r;
    }
    if (rc == SQLITE_DONE)
        return st->out_len > 0 ? n : sqlite3_changes64(handle);
    r = sqlite_error(handle, rc, err);
    db_err_place(err, st);
    return r;
}

static int64_t run(struct db *db, const struct db_statement *st, const struct db_value *in,
                   db_row_fn *row, void *ctx, struct err *err)
{
    struct sqlite_pool *p = (struct sqlite_pool *)db->pool;
    struct sqlite_lease *l = (struct sqlite_lease *)db;
    struct sqlite_conn *c = db->in_transaction ? &p->writer.conn : &l->conn;
    struct cached *cached = db_cache_get(&c->cache, st);
    struct err own = {0};
    int64_t n = 0;
    int rc;

    if (cached == NULL) {
        if ((n = prepare(c, st, &cached, &own)) == 0)
            db_cache_put(&c->cache, st, cached);
        else
            db_err_place(&own, st);
    }
    if (n == 0) {
        if ((rc = bind(cached, st, in)) != SQLITE_OK) {
            n = sqlite_error(c->handle, rc, &own);
            db_err_place(&own, st);
        } else {
            n = step_all(c->handle, cached, st, row, ctx, &own);
        }
        sqlite3_reset(cached->stmt);
        sqlite3_clear_bindings(cached->stmt);
    }
    if (n < 0 && db->in_transaction)
        sqlite_writer_failed(&p->writer, &own);
    if (n < 0 && err != NULL)
        *err = own;
    return n;
}

/* What a table column of this declared type holds, as far as its name tells. */
static bool type_fits(const char *decltype, enum db_type type)
{
    static const struct {
        const char *name;
        unsigned types;
    } known[] = {{"INTEGER", 1u << DB_INT | 1u << DB_BOOL | 1u << DB_REAL},
                 {"INT", 1u << DB_INT | 1u << DB_BOOL | 1u << DB_REAL},
                 {"REAL", 1u << DB_REAL},
                 {"TEXT", 1u << DB_TEXT},
                 {"BLOB", 1u << DB_BLOB}};

    for (size_t i = 0; decltype != NULL && i < ARRAY_LEN(known); i++) {
        if (strcmp(decltype, known[i].name) == 0)
            return (known[i].types >> type & 1) != 0;
    }
    return true;
}

static int check(struct db *db, const struct db_statement *st, struct err *err)
{
    struct sqlite_lease *l = (struct sqlite_lease *)db;
    struct cached *c;
    int r;

    if ((r = prepare(&l->conn, st, &c, err)) < 0) {
        db_err_place(err, st);
        return r;
    }
    if (c->params > st->in_len)
        r = err_set(err, ERR_INTERNAL, "parameter %d is not declared", c->params);
    for (int i = 0; i < st->out_len && r == 0; i++) {
        const char *name = sqlite3_column_name(c->stmt, i);

        if (strcmp(name, st->out[i].name) != 0)
            r = err_set(err, ERR_INTERNAL, "column %d is named %s, declared %s", i + 1, name,
                        st->out[i].name);
        else if (!type_fits(sqlite3_column_decltype(c->stmt, i), st->out[i].type))
            r = err_set(err, ERR_INTERNAL, "column %s is %s in its table, declared %s", name,
                        sqlite3_column_decltype(c->stmt, i), db_type_name(st->out[i].type));
    }
    if (r == 0 && !st->writes != !!sqlite3_stmt_readonly(c->stmt))
        r = err_set(err, ERR_INTERNAL, "it %s, declared otherwise",
                    sqlite3_stmt_readonly(c->stmt) ? "only reads" : "writes");
    if (r < 0)
        db_err_place(err, st);
    cached_drop(c);
    return r;
}

/* ---- transactions and the schema ----------------------------------------------------------- */

static struct sqlite_writer *writer_of(struct db *db)
{
    return &((struct sqlite_pool *)db->pool)->writer;
}

static int begin(struct db *db, struct err *err)
{
    return sqlite_writer_begin(writer_of(db), err);
}

static int commit(struct db *db, struct err *err)
{
    return sqlite_writer_commit(writer_of(db), err);
}

static void rollback(struct db *db)
{
    sqlite_writer_rollback(writer_of(db));
}

/* A reading transaction begins with its first look at the file. */
static int snapshot(struct db *db, struct err *err)
{
    struct sqlite_lease *l = (struct sqlite_lease *)db;

    return sqlite_exec(l->conn.handle, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", err);
}

static void snapshot_end(struct db *db)
{
    struct sqlite_lease *l = (struct sqlite_lease *)db;

    sqlite_exec(l->conn.handle, "ROLLBACK", NULL);
}

static bool step_prepared(sqlite3 *handle, sqlite3_stmt **stmt, const char *sql)
{
    if (*stmt == NULL &&
        sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
        return false;
    sqlite3_step(*stmt);
    return sqlite3_reset(*stmt) == SQLITE_OK;
}

/* Locks, and looks for what others wrote, once instead of for each statement. */
static bool steady(struct db *db)
{
    struct sqlite_conn *c = &((struct sqlite_lease *)db)->conn;

    return step_prepared(c->handle, &c->begin, "BEGIN");
}

static void steady_end(struct db *db)
{
    struct sqlite_conn *c = &((struct sqlite_lease *)db)->conn;

    step_prepared(c->handle, &c->end, "COMMIT");
}

static int script(struct db *db, struct str sql, const char *name, struct err *err)
{
    struct sqlite_writer *w = writer_of(db);
    struct err own = {0};
    int r = sqlite_exec(w->conn.handle, sql.ptr, &own);

    if (r < 0) {
        err_prefix(&own, "%s: ", name);
        sqlite_writer_failed(w, &own);
        if (err != NULL)
            *err = own;
    }
    return r;
}

/* BEGIN IMMEDIATE holds off every other writer already. */
static int migration_lock(struct db *db, struct err *err)
{
    return 0;
}

static int has_table(struct db *db, const char *table, struct err *err)
{
    struct sqlite_pool *p = (struct sqlite_pool *)db->pool;
    struct sqlite_lease *l = (struct sqlite_lease *)db;
    sqlite3 *h = db->in_transaction ? p->writer.conn.handle : l->conn.handle;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(h, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
                                -1, &stmt, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
        rc = sqlite3_step(stmt);
    }
    rc = rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : sqlite_error(h, rc, err);
    sqlite3_finalize(stmt);
    return rc;
}

static void close_pool(struct db_pool *pool)
{
    struct sqlite_pool *p = (struct sqlite_pool *)pool;
    struct sqlite_lease *l;

    if (p->leased > 0)
        die("the database was closed while %d leases were out", p->leased);
    while ((l = p->idle) != NULL) {
        p->idle = l->next;
        conn_close(&l->conn);
        free(l);
    }
    /* Last, so that it brings the write-ahead log into the file. */
    conn_close(&p->writer.conn);
    sqlite_writer_release(&p->writer);
    pthread_mutex_destroy(&p->lock);
    free(p->path);
    free(p);
}

static const struct db_ops ops = {
    .close = close_pool,
    .acquire = lease_get,
    .release = lease_put,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .check = check,
    .script = script,
    .migration_lock = migration_lock,
    .snapshot = snapshot,
    .snapshot_end = snapshot_end,
    .steady = steady,
    .steady_end = steady_end,
    .has_table = has_table,
};

/* Every allocation is counted under one lock for the whole process else, and nobody asks for the
 * count. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Only the owner may read a site's data: SQLite would use the umask. */
static int make_file(const char *path, struct err *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    return fd >= 0 ? 0 : err_errno(err, "cannot open database %s", path);
}

int sqlite_open(struct db_pool **out, struct str url, const struct db_options *options,
                struct err *err)
{
    struct str path = str_from(url, strlen("sqlite:"));
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite_pool *p;
    int r;

    pthread_once(&once, configure);
    if (path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL)
        return err_set(err, ERR_USAGE, "database \"" STR_FMT "\" has no path", STR_ARG(url));
    p = db_alloc(1, sizeof(*p));
    p->base = (struct db_pool){.ops = &ops,
                               .engine = DB_SQLITE,
                               .readers = options->readers,
                               .busy_timeout_ms = options->busy_timeout_ms,
                               .read_only = options->read_only,
                               .no_sync = options->no_sync,
                               .loading = options->loading,
                               .local = true};
    p->path = strndup(path.ptr, path.len);
    if (p->path == NULL)
        die("out of memory");
    pthread_mutex_init(&p->lock, NULL);
    sqlite_writer_init(&p->writer, options->busy_timeout_ms);
    r = options->read_only ? 0 : make_file(p->path, err);
    if (r == 0 && !options->read_only)
        r = sqlite_writer_turns(&p->writer, p->path, err);
    if (r == 0 && !options->read_only)
        r = conn_open(p, &p->writer.conn, true, err);
    if (r < 0) {
        close_pool(&p->base);
        return r;
    }
    *out = &p->base;
    return 0;
}
