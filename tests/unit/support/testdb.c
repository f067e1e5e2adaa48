#include "support/testdb.h"

#include "base/io.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <sqlite3.h>

/* A macro: what went wrong may be asked for only after the condition was tried. */
#define fail_if(bad, doing, what)                                                                  \
    do {                                                                                           \
        if (bad)                                                                                   \
            die("test database: %s: %s", doing, what);                                             \
    } while (0)

static const char *server(void)
{
    const char *url = getenv("UNGCUU_TEST_DB");

    return url != NULL && url[0] != '\0' ? url : NULL;
}

/* The server's URL with the database of this test in place of the one it names. */
static void postgres_url(char *out, size_t size, const char *name)
{
    struct str url = str_c(server()), args = STR_EMPTY;
    ptrdiff_t at = str_find_char(url, '?');
    size_t host;

    if (at >= 0) {
        args = str_from(url, (size_t)at);
        url.len = (size_t)at;
    }
    host = (size_t)str_find(url, STR("://")) + 3;
    at = str_find_char(str_from(url, host), '/');
    if (at >= 0)
        url.len = host + (size_t)at;
    snprintf(out, size, STR_FMT "/%s" STR_FMT, STR_ARG(url), name, STR_ARG(args));
}

static int64_t postgres_sql(const char *url, const char *sql)
{
    PGconn *c = PQconnectdb(url);
    PGresult *res;
    int64_t n = 0;

    fail_if(PQstatus(c) != CONNECTION_OK, url, PQerrorMessage(c));
    res = PQexec(c, sql);
    fail_if(PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK, sql,
            PQerrorMessage(c));
    if (PQntuples(res) > 0 && PQnfields(res) > 0)
        str_to_int(str_c(PQgetvalue(res, 0, 0)), &n);
    PQclear(res);
    PQfinish(c);
    return n;
}

static int64_t sqlite_sql(const char *path, const char *sql)
{
    sqlite3 *h;
    sqlite3_stmt *stmt;
    int64_t n = 0;
    int rc;

    fail_if(sqlite3_open(path, &h) != SQLITE_OK, path, sqlite3_errmsg(h));
    sqlite3_busy_timeout(h, 5000);
    while (*sql != '\0') {
        fail_if(sqlite3_prepare_v2(h, sql, -1, &stmt, &sql) != SQLITE_OK, sql, sqlite3_errmsg(h));
        rc = stmt != NULL ? sqlite3_step(stmt) : SQLITE_DONE;
        fail_if(rc != SQLITE_DONE && rc != SQLITE_ROW, sqlite3_sql(stmt), sqlite3_errmsg(h));
        if (rc == SQLITE_ROW)
            n = sqlite3_column_int64(stmt, 0);
        sqlite3_finalize(stmt);
    }
    sqlite3_close(h);
    return n;
}

int64_t testdb_sql(struct testdb *t, const char *sql)
{
    return t->engine == DB_POSTGRES ? postgres_sql(t->url, sql)
                                    : sqlite_sql(t->url + strlen("sqlite:"), sql);
}

bool testdb_refuses(struct testdb *t, const char *sql)
{
    bool refused;

    if (t->engine == DB_POSTGRES) {
        PGconn *c = PQconnectdb(t->url);
        PGresult *res = PQexec(c, sql);

        refused = PQresultStatus(res) == PGRES_FATAL_ERROR;
        PQclear(res);
        PQfinish(c);
    } else {
        sqlite3 *h = NULL;

        fail_if(sqlite3_open(t->url + strlen("sqlite:"), &h) != SQLITE_OK, sql, sqlite3_errmsg(h));
        refused = sqlite3_exec(h, sql, NULL, NULL, NULL) == SQLITE_CONSTRAINT;
        sqlite3_close(h);
    }
    return refused;
}

static void open_pool(struct testdb *t)
{
    struct err err = {0};

    fail_if(db_open(&t->pool, str_c(t->url), &(struct db_options){.no_sync = true}, &err) < 0,
            t->url, err.what);
    fail_if(db_acquire(t->pool, &t->db, &err) < 0, t->url, err.what);
}

void testdb_open_empty(struct testdb *t)
{
    static int number;
    const char *tmp = getenv("TMPDIR");

    *t = (struct testdb){.engine = server() != NULL ? DB_POSTGRES : DB_SQLITE};
    snprintf(t->dir, sizeof(t->dir), "%s/ungcuu-test-XXXXXX", tmp != NULL ? tmp : "/tmp");
    fail_if(mkdtemp(t->dir) == NULL, t->dir, "cannot make the directory");
    if (t->engine == DB_POSTGRES) {
        char name[64], sql[128];

        snprintf(name, sizeof(name), "ungcuu_test_%d_%d", (int)getpid(), ++number);
        snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0 STRATEGY file_copy",
                 name);
        postgres_sql(server(), sql);
        postgres_url(t->url, sizeof(t->url), name);
    } else {
        snprintf(t->url, sizeof(t->url), "sqlite:%s/test.db", t->dir);
    }
    open_pool(t);
}

void testdb_open(struct testdb *t)
{
    struct err err = {0};

    testdb_open_empty(t);
    fail_if(db_migrate(t->pool, NULL, NULL, &err) < 0, "migrating", err.what);
}

void testdb_reopen(struct testdb *t)
{
    db_release(t->db);
    db_close(t->pool);
    open_pool(t);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}

void testdb_close(struct testdb *t)
{
    db_release(t->db);
    db_close(t->pool);
    if (t->engine == DB_POSTGRES) {
        const char *name = strstr(t->url, "ungcuu_test_");
        char sql[128];

        snprintf(sql, sizeof(sql), "DROP DATABASE %.*s WITH (FORCE)", (int)strcspn(name, "?"),
                 name);
        postgres_sql(server(), sql);
    }
    nftw(t->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_release(&t->arena);
}
