#include "load.h"

#include "base/buf.h"

#include <libpq-fe.h>
#include <sqlite3.h>

enum { COPY_BYTES = 256 * 1024 };

struct load {
    sqlite3 *lite;
    sqlite3_stmt *stmt;
    int at; /* column of the present row */
    PGconn *pg;
    struct arena arena;
    struct buf out;
    struct arena kept;
    VEC(struct str) indexes; /* statements that make them anew */
};

static void must(struct load *l, bool ok, const char *what)
{
    if (!ok)
        die("%s: %s", what, l->lite != NULL ? sqlite3_errmsg(l->lite) : PQerrorMessage(l->pg));
}

void load_exec(struct load *l, const char *sql)
{
    PGresult *res;

    if (l->lite != NULL) {
        must(l, sqlite3_exec(l->lite, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
        return;
    }
    res = PQexec(l->pg, sql);
    must(l, PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK, sql);
    PQclear(res);
}

static int keep_index(void *ctx, int n, char **values, char **names)
{
    struct load *l = ctx;

    *vec_push(&l->indexes, &l->kept) = str_dup(&l->kept, str_c(values[1]));
    *vec_push(&l->indexes, &l->kept) = str_dup(&l->kept, str_c(values[0]));
    return 0;
}

/* An index that is made once is made ten times as fast as one that grows row by row. */
static void drop_indexes(struct load *l)
{
    static const char lite[] =
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS "
        "NOT NULL ORDER BY name";
    static const char pg[] =
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND "
        "indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname";

    if (l->lite != NULL) {
        must(l, sqlite3_exec(l->lite, lite, keep_index, l, NULL) == SQLITE_OK, lite);
    } else {
        PGresult *res = PQexec(l->pg, pg);

        must(l, PQresultStatus(res) == PGRES_TUPLES_OK, pg);
        for (int i = 0; i < PQntuples(res); i++)
            keep_index(l, 2, (char *[]){PQgetvalue(res, i, 0), PQgetvalue(res, i, 1)}, NULL);
        PQclear(res);
    }
    for (size_t i = 0; i < l->indexes.len; i += 2)
        load_exec(l,
                  str_printf(&l->kept, "DROP INDEX " STR_FMT, STR_ARG(l->indexes.at[i + 1])).ptr);
}

struct load *load_open(struct str url)
{
    struct load *l = calloc(1, sizeof(*l));
    const char *text = str_cdup(&l->kept, url);

    l->out = buf_make(&l->arena);
    if (str_starts(url, STR("sqlite:"))) {
        must(l, sqlite3_open(text + strlen("sqlite:"), &l->lite) == SQLITE_OK, text);
        load_exec(l, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                     "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1048576;");
        sqlite3_db_config(l->lite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    } else {
        l->pg = PQconnectdb(text);
        must(l, PQstatus(l->pg) == CONNECTION_OK, text);
        load_exec(l, "SET session_replication_role = replica");
        load_exec(l, "SET maintenance_work_mem = '512MB'");
        load_exec(l, "SET client_min_messages = warning");
    }
    load_exec(l, "BEGIN");
    drop_indexes(l);
    return l;
}

void load_close(struct load *l)
{
    for (size_t i = 0; i < l->indexes.len; i += 2)
        load_exec(l, l->indexes.at[i].ptr);
    load_exec(l, "COMMIT");
    load_exec(l, l->lite != NULL ? "PRAGMA analysis_limit = 1000; ANALYZE" : "VACUUM ANALYZE");
    if (l->lite != NULL) {
        load_exec(l, "PRAGMA journal_mode = WAL");
        sqlite3_close(l->lite);
    } else {
        PQfinish(l->pg);
    }
    arena_release(&l->arena);
    arena_release(&l->kept);
    free(l);
}

int64_t load_one(struct load *l, const char *sql)
{
    int64_t n = 0;

    if (l->lite != NULL) {
        sqlite3_stmt *stmt = NULL;

        must(l,
             sqlite3_prepare_v2(l->lite, sql, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW,
             sql);
        n = sqlite3_column_int64(stmt, 0);
        sqlite3_finalize(stmt);
    } else {
        PGresult *res = PQexec(l->pg, sql);

        must(l, PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0, sql);
        str_to_int(str_c(PQgetvalue(res, 0, 0)), &n);
        PQclear(res);
    }
    return n;
}

void load_table(struct load *l, const char *into)
{
    struct buf b = buf_make(&l->arena);

    l->at = 0;
    if (l->pg != NULL) {
        PGresult *res;

        buf_printf(&b, "COPY %s FROM STDIN", into);
        res = PQexec(l->pg, buf_str(&b).ptr);
        must(l, PQresultStatus(res) == PGRES_COPY_IN, into);
        PQclear(res);
        return;
    }
    buf_printf(&b, "INSERT INTO %s VALUES (?", into);
    for (const char *c = into; *c != '\0'; c++)
        if (*c == ',')
            buf_add_c(&b, ", ?");
    buf_add_c(&b, ")");
    must(l, sqlite3_prepare_v2(l->lite, buf_str(&b).ptr, -1, &l->stmt, NULL) == SQLITE_OK, into);
}

static void copy_out(struct load *l)
{
    must(l, PQputCopyData(l->pg, l->out.ptr, (int)l->out.len) == 1, "COPY");
    buf_clear(&l->out);
}

static void copy_value(struct load *l, struct str s)
{
    if (l->at++ > 0)
        buf_add_char(&l->out, '\t');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        const char *as = c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : NULL;

        if (as != NULL)
            buf_add_c(&l->out, as);
        else
            buf_add_char(&l->out, c);
    }
}

void load_int(struct load *l, int64_t v)
{
    if (l->lite != NULL)
        sqlite3_bind_int64(l->stmt, ++l->at, v);
    else
        buf_printf(&l->out, "%s%lld", l->at++ > 0 ? "\t" : "", (long long)v);
}

void load_text(struct load *l, struct str s)
{
    if (l->lite != NULL)
        sqlite3_bind_text(l->stmt, ++l->at, s.ptr, (int)s.len, SQLITE_TRANSIENT);
    else
        copy_value(l, s);
}

void load_null(struct load *l)
{
    if (l->lite != NULL)
        sqlite3_bind_null(l->stmt, ++l->at);
    else
        buf_add_c(&l->out, l->at++ > 0 ? "\t\\N" : "\\N");
}

void load_row(struct load *l)
{
    l->at = 0;
    if (l->lite != NULL) {
        must(l, sqlite3_step(l->stmt) == SQLITE_DONE, sqlite3_sql(l->stmt));
        sqlite3_reset(l->stmt);
        return;
    }
    buf_add_char(&l->out, '\n');
    if (l->out.len > COPY_BYTES)
        copy_out(l);
}

void load_end(struct load *l)
{
    PGresult *res;

    if (l->lite != NULL) {
        sqlite3_finalize(l->stmt);
        l->stmt = NULL;
        return;
    }
    copy_out(l);
    must(l, PQputCopyEnd(l->pg, NULL) == 1, "COPY");
    while ((res = PQgetResult(l->pg)) != NULL) {
        must(l, PQresultStatus(res) == PGRES_COMMAND_OK, "COPY");
        PQclear(res);
    }
}
