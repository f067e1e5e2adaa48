#include "sys/db/postgres.h"

#include <errno.h>
#include <poll.h>

/* Longer than any page or report needs; a runaway statement must not hold its locks for ever. */
enum { STATEMENT_TIMEOUT_MS = 300000, CONNECT_TIMEOUT_S = 5 };

/* How many transactions of this program change something at once, and how long others wait. */
enum { TURNS = 4, TURN_MS = 200 };

/* Any number, but always the same: keeps two programs from migrating at once. */
#define MIGRATION_LOCK "8520260001"

struct postgres_pool {
    struct db_pool base;
    char *url;
    pthread_mutex_t lock;
    pthread_cond_t returned, turn;
    struct postgres_lease *idle;
    int open; /* leases in all, idle or out */
    int out;
    int turns; /* transactions that change something, now */
};

/* ---- connections --------------------------------------------------------------------------- */

static int configure(PGconn *conn, const struct db_pool *pool, struct err *err)
{
    char sql[512];

    if (strcmp(PQparameterStatus(conn, "server_encoding"), "UTF8") != 0) {
        err_set(err, ERR_DB, "the database has the encoding %s, not UTF8",
                PQparameterStatus(conn, "server_encoding"));
        err_hint(err, "create it anew: createdb --encoding=UTF8 --template=template0 NAME");
        return ERR_DB;
    }
    snprintf(sql, sizeof(sql),
             "SET statement_timeout = %d; SET lock_timeout = %d;"
             "SET idle_in_transaction_session_timeout = %d; SET client_min_messages = warning;"
             /* Compiling takes hundreds of milliseconds, the statement afterwards ten. */
             "SET jit = off;"
             "SET standard_conforming_strings = on; SET default_transaction_read_only = %s;"
             "SET default_transaction_isolation = 'read committed'; SET synchronous_commit = %s",
             STATEMENT_TIMEOUT_MS, pool->busy_timeout_ms, STATEMENT_TIMEOUT_MS,
             pool->read_only ? "on" : "off", pool->no_sync ? "off" : "on");
    return postgres_exec(conn, sql, err);
}

/* libpq writes notices to standard error by itself; what matters comes back as an error too. */
static void ignore_notice(void *arg, const PGresult *res) {}

static int connect_to(const struct postgres_pool *p, PGconn **out, struct err *err)
{
    char timeout[16];
    const char *keys[] = {"dbname", "client_encoding", "fallback_application_name",
                          "connect_timeout", NULL};
    const char *values[] = {p->url, "UTF8", "ungcuu", timeout, NULL};
    PGconn *conn;
    int r;

    snprintf(timeout, sizeof(timeout), "%d", CONNECT_TIMEOUT_S);
    conn = PQconnectdbParams(keys, values, 1);
    if (conn == NULL)
        die("out of memory");
    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    r = PQstatus(conn) == CONNECTION_OK ? configure(conn, &p->base, err)
                                        : postgres_error(conn, NULL, err);
    if (r < 0) {
        PQfinish(conn);
        return r;
    }
    *out = conn;
    return 0;
}

static void disconnect(struct postgres_lease *l)
{
    postgres_forget(l);
    PQfinish(l->conn);
    l->conn = NULL;
    l->later_len = 0;
    l->stale = false;
    l->planning = DB_PLAN_AUTO;
}

/* A server that stopped has closed its end: there is something to read, and it is the end. */
static bool is_alive(PGconn *conn)
{
    struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

    if (PQstatus(conn) != CONNECTION_OK)
        return false;
    return poll(&fd, 1, 0) == 0 || (PQconsumeInput(conn) && PQstatus(conn) == CONNECTION_OK);
}

int postgres_ensure(struct postgres_lease *l, struct err *err)
{
    struct postgres_pool *p = (struct postgres_pool *)l->base.pool;

    if (l->conn != NULL && !l->stale && is_alive(l->conn))
        return 0;
    disconnect(l);
    return connect_to(p, &l->conn, err);
}

/* ---- leases -------------------------------------------------------------------------------- */

static void deadline(struct timespec *out, int ms)
{
    clock_gettime(CLOCK_MONOTONIC, out);
    out->tv_sec += ms / 1000;
    out->tv_nsec += (ms % 1000) * 1000000L;
    if (out->tv_nsec >= 1000000000L) {
        out->tv_nsec -= 1000000000L;
        out->tv_sec++;
    }
}

static void give_back(struct postgres_pool *p, struct postgres_lease *l)
{
    pthread_mutex_lock(&p->lock);
    p->out--;
    if (l->conn != NULL) {
        l->next = p->idle;
        p->idle = l;
        l = NULL;
    } else {
        p->open--;
    }
    pthread_cond_signal(&p->returned);
    pthread_mutex_unlock(&p->lock);
    free(l);
}

static int acquire(struct db_pool *pool, struct db **out, struct err *err)
{
    struct postgres_pool *p = (struct postgres_pool *)pool;
    struct postgres_lease *l;
    struct timespec until;
    int rc = 0, r;

    deadline(&until, pool->busy_timeout_ms);
    pthread_mutex_lock(&p->lock);
    while (p->idle == NULL && p->open >= pool->readers && rc != ETIMEDOUT)
        rc = pthread_cond_clockwait(&p->returned, &p->lock, CLOCK_MONOTONIC, &until);
    if (p->idle == NULL && p->open >= pool->readers) {
        pthread_mutex_unlock(&p->lock);
        err_set(err, ERR_BUSY, "all %d database connections are in use", pool->readers);
        err_hint(err, "try again; allow more connections if this happens often");
        return ERR_BUSY;
    }
    l = p->idle;
    if (l != NULL)
        p->idle = l->next;
    else
        p->open++;
    p->out++;
    pthread_mutex_unlock(&p->lock);
    if (l == NULL)
        l = db_alloc(1, sizeof(*l));
    l->base.pool = pool;
    if ((r = postgres_ensure(l, err)) < 0) {
        give_back(p, l);
        return r;
    }
    *out = &l->base;
    return 0;
}

static void release(struct db *db)
{
    struct postgres_lease *l = (struct postgres_lease *)db;

    if (l->stale || PQstatus(l->conn) != CONNECTION_OK ||
        PQtransactionStatus(l->conn) != PQTRANS_IDLE)
        disconnect(l);
    give_back((struct postgres_pool *)db->pool, l);
}

/* ---- transactions -------------------------------------------------------------------------- */

/*
 * Changes end in one queue: the audit log is a chain. More than a few at once only wake each other
 * up, so the others wait here, before they hold a lock, and not for long: whoever waited in vain
 * (an import is going on) goes on, and waits at the server.
 */
static void take_turn(struct postgres_lease *l)
{
    struct postgres_pool *p = (struct postgres_pool *)l->base.pool;
    struct timespec until;
    int rc = 0;

    deadline(&until, TURN_MS);
    pthread_mutex_lock(&p->lock);
    while (p->turns >= TURNS && rc != ETIMEDOUT)
        rc = pthread_cond_clockwait(&p->turn, &p->lock, CLOCK_MONOTONIC, &until);
    p->turns++;
    l->turn = true;
    pthread_mutex_unlock(&p->lock);
}

static void end_turn(struct postgres_lease *l)
{
    struct postgres_pool *p = (struct postgres_pool *)l->base.pool;

    if (!l->turn)
        return;
    pthread_mutex_lock(&p->lock);
    p->turns--;
    l->turn = false;
    pthread_cond_signal(&p->turn);
    pthread_mutex_unlock(&p->lock);
}

static int begin(struct db *db, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    int r;

    take_turn(l);
    r = postgres_exec(l->conn, "BEGIN", err);
    if (r < 0 && PQstatus(l->conn) == CONNECTION_BAD && (r = postgres_ensure(l, err)) == 0)
        r = postgres_exec(l->conn, "BEGIN", err);
    if (r < 0)
        end_turn(l);
    l->planning_before = l->planning;
    return r;
}

static int commit(struct db *db, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    int r = postgres_later_commit(l, err);

    end_turn(l);
    if (r < 0 && PQstatus(l->conn) == CONNECTION_BAD) {
        err_prefix(err, "connection lost while committing: ");
        err_hint(err, "whether the change was stored is not known: look before trying again");
    }
    if (r < 0)
        l->planning = l->planning_before;
    return r;
}

static void rollback(struct db *db)
{
    struct postgres_lease *l = (struct postgres_lease *)db;

    postgres_settle(l, NULL);
    /* When it fails, the connection is of no use any more: release closes it. */
    postgres_exec(l->conn, "ROLLBACK", NULL);
    end_turn(l);
    l->planning = l->planning_before;
}

static int snapshot(struct db *db, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;

    l->planning_before = l->planning;
    return postgres_exec(l->conn,
                         "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                         "SET LOCAL statement_timeout = 0;"
                         "SET LOCAL idle_in_transaction_session_timeout = 0",
                         err);
}

/* ---- schema -------------------------------------------------------------------------------- */

static int script(struct db *db, struct str sql, const char *name, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    int r = postgres_settle(l, err);

    if (r == 0)
        r = postgres_exec(l->conn, sql.ptr, err);
    if (r < 0)
        err_prefix(err, "%s: ", name);
    return r;
}

static int migration_lock(struct db *db, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    int r = postgres_settle(l, err);

    if (r < 0)
        return r;
    return postgres_exec(l->conn,
                         "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
                         "SET LOCAL idle_in_transaction_session_timeout = 0;"
                         "SELECT pg_advisory_xact_lock(" MIGRATION_LOCK ")",
                         err);
}

static int has_table(struct db *db, const char *table, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    PGresult *res;
    int r = postgres_settle(l, err);

    if (r < 0)
        return r;
    res = PQexecParams(l->conn, "SELECT 1 WHERE to_regclass($1) IS NOT NULL", 1, NULL, &table, NULL,
                       NULL, 0);
    r = PQresultStatus(res) == PGRES_TUPLES_OK ? PQntuples(res) : postgres_error(l->conn, res, err);
    PQclear(res);
    return r;
}

/* ---- pool ---------------------------------------------------------------------------------- */

static void close_pool(struct db_pool *pool)
{
    struct postgres_pool *p = (struct postgres_pool *)pool;
    struct postgres_lease *l;

    if (p->out > 0)
        die("the database was closed while %d leases were out", p->out);
    while ((l = p->idle) != NULL) {
        p->idle = l->next;
        disconnect(l);
        free(l);
    }
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->returned);
    pthread_cond_destroy(&p->turn);
    free(p->url);
    free(p);
}

static const struct db_ops ops = {
    .close = close_pool,
    .acquire = acquire,
    .release = release,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = postgres_run,
    .check = postgres_check,
    .script = script,
    .migration_lock = migration_lock,
    .snapshot = snapshot,
    .snapshot_end = rollback,
    .copy_begin = postgres_copy_begin,
    .copy_put = postgres_copy_put,
    .copy_end = postgres_copy_end,
    .has_table = has_table,
};

/* By the address that answered, whatever the URL calls it. */
static bool is_local(PGconn *conn)
{
    struct str host = str_c(PQhost(conn)), address = str_c(PQhostaddr(conn));

    return str_starts(host, STR("/")) || str_starts(host, STR("@")) ||
           str_starts(address, STR("127.")) || str_eq(address, STR("::1"));
}

int postgres_open(struct db_pool **out, struct str url, const struct db_options *options,
                  struct err *err)
{
    struct postgres_pool *p = db_alloc(1, sizeof(*p));
    struct db *first = NULL;
    int r;

    p->base = (struct db_pool){.ops = &ops,
                               .engine = DB_POSTGRES,
                               .readers = options->readers,
                               .busy_timeout_ms = options->busy_timeout_ms,
                               .read_only = options->read_only,
                               .no_sync = options->no_sync,
                               .loading = options->loading};
    p->url = strndup(url.ptr, url.len);
    if (p->url == NULL)
        die("out of memory");
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->returned, NULL);
    pthread_cond_init(&p->turn, NULL);
    /* A wrong URL shows now, not at the first request. */
    if ((r = acquire(&p->base, &first, err)) < 0) {
        close_pool(&p->base);
        return r;
    }
    p->base.local = is_local(((struct postgres_lease *)first)->conn);
    release(first);
    *out = &p->base;
    return 0;
}
