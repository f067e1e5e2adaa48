#include "sys/db/engine.h"

/* ---- the engine's own look at itself ----------------------------------------------------------
 */

static const struct db_column problem_out[] = {{"problem", DB_TEXT, false}};
static const struct db_statement problems[] = {
    {.name = "db_quick_check",
     .file = __FILE__,
     .line = __LINE__,
     .sql = {"SELECT quick_check AS problem FROM pragma_quick_check",
             "SELECT CAST('ok' AS text) AS problem"},
     .out = problem_out,
     .out_len = 1},
    {.name = "db_full_check",
     .file = __FILE__,
     .line = __LINE__,
     .sql = {"SELECT integrity_check AS problem FROM pragma_integrity_check"
             " UNION ALL SELECT 'a row of ' || \"table\" || ' refers to one of ' || \"parent\" ||"
             " ' that is not there' FROM pragma_foreign_key_check",
             "SELECT CAST('ok' AS text) AS problem"},
     .out = problem_out,
     .out_len = 1},
};

static const struct db_column size_out[] = {
    {"bytes", DB_INT, false}, {"free", DB_INT, false}, {"version", DB_TEXT, false}};
static const struct db_statement sizes = {
    .name = "db_size",
    .file = __FILE__,
    .line = __LINE__,
    .sql = {"SELECT c.page_count * s.page_size AS bytes, f.freelist_count * s.page_size AS free,"
            " 'SQLite ' || sqlite_version() AS version"
            " FROM pragma_page_count c, pragma_page_size s, pragma_freelist_count f",
            "SELECT pg_database_size(current_database()) AS bytes, 0::bigint AS free,"
            " 'PostgreSQL ' || current_setting('server_version') AS version"},
    .out = size_out,
    .out_len = ARRAY_LEN(size_out),
};

struct asking {
    struct arena *arena;
    struct db_health *out;
};

static int take_problem(void *ctx, const struct db_value *v, struct err *err)
{
    struct asking *a = ctx;

    if (!str_is(v[0].s, "ok") && a->out->problem.len == 0)
        a->out->problem = str_dup(a->arena, v[0].s);
    return 0;
}

static int take_size(void *ctx, const struct db_value *v, struct err *err)
{
    struct asking *a = ctx;

    a->out->bytes = v[0].i;
    a->out->free_bytes = v[1].i;
    a->out->version = str_dup(a->arena, v[2].s);
    return 0;
}

int db_health(struct db *db, struct arena *a, bool full, struct db_health *out, struct err *err)
{
    struct asking asking = {a, out};
    int64_t r;

    *out = (struct db_health){0};
    if ((r = db_run(db, &sizes, NULL, take_size, &asking, err)) >= 0)
        r = db_run(db, &problems[full], NULL, take_problem, &asking, err);
    return (int)MIN(r, 0);
}
