#ifndef SYS_DB_THINGS_H
#define SYS_DB_THINGS_H

#include "support/testdb.h"
#include "sys/db/engine.h"

#include <setjmp.h>
#include <cmocka.h>

/* A table of every type and statements over it, for the tests of the database layer itself. */
static const char things_sql[] = "CREATE TABLE box (id BIGINT PRIMARY KEY) STRICT_TABLE;\n"
                                 "CREATE TABLE thing (\n"
                                 "    id   PRIMARY_KEY_ID,\n"
                                 "    name TEXT NOT NULL UNIQUE,\n"
                                 "    n    BIGINT,\n"
                                 "    r    REAL_TYPE,\n"
                                 "    b    BLOB_TYPE,\n"
                                 "    box  BIGINT REFERENCES box (id)\n"
                                 ") STRICT_TABLE;\n";

/* Parameters appear in the order of their numbers, so that SQLite's own way with "$1" fits too. */
/* clang-format off */
#define COLUMNS(var, ...) static const struct db_column var[] = {__VA_ARGS__}
#define STATEMENT(var, w, text, ins, ins_len, outs, outs_len)                                      \
    STATEMENT2(var, w, text, text, ins, ins_len, outs, outs_len)
#define STATEMENT2(var, w, sqlite, postgres, ins, ins_len, outs, outs_len)                         \
    static const struct db_statement var _unused_ = {                                              \
        .name = #var, .file = "test.sql", .line = __LINE__, .sql = {sqlite, postgres}, .in = ins,  \
        .in_len = ins_len, .out = outs, .out_len = outs_len, .writes = w}
/* clang-format on */

COLUMNS(thing_in, {"name", DB_TEXT, false}, {"n", DB_INT, true}, {"r", DB_REAL, true},
        {"b", DB_BLOB, true}, {"box", DB_INT, true});
COLUMNS(thing_out, {"id", DB_INT, false}, {"name", DB_TEXT, false}, {"n", DB_INT, true},
        {"r", DB_REAL, true}, {"b", DB_BLOB, true});
COLUMNS(id_out, {"id", DB_INT, false});
COLUMNS(int_in, {"n", DB_INT, false});
COLUMNS(name_in, {"name", DB_TEXT, false});
COLUMNS(name_out, {"name", DB_TEXT, false});

STATEMENT(thing_add, true,
          "INSERT INTO thing (name, n, r, b, box) VALUES ($1, $2, $3, $4, $5) RETURNING id",
          thing_in, 5, id_out, 1);
STATEMENT(thing_all, false, "SELECT id, name, n, r, b FROM thing ORDER BY name", NULL, 0, thing_out,
          5);
STATEMENT(thing_by_name, false, "SELECT id, name, n, r, b FROM thing WHERE name = $1", name_in, 1,
          thing_out, 5);
STATEMENT(thing_count, false, "SELECT COUNT(*) AS id FROM thing", NULL, 0, id_out, 1);
STATEMENT(thing_raise, true, "UPDATE thing SET n = n + $1 WHERE n IS NOT NULL", int_in, 1, NULL, 0);
STATEMENT(thing_remove, true, "DELETE FROM thing WHERE name = $1", name_in, 1, NULL, 0);
STATEMENT(box_add, true, "INSERT INTO box (id) VALUES ($1)", int_in, 1, NULL, 0);
STATEMENT(box_remove, true, "DELETE FROM box WHERE id = $1", int_in, 1, NULL, 0);

struct thing {
    const char *name;
    struct opt_int n;
    struct str b; /* NULL pointer: NULL */
    int64_t box;  /* 0: NULL */
};

static inline int keep_int(void *ctx, const struct db_value *values, struct err *err)
{
    *(int64_t *)ctx = values[0].i;
    return 0;
}

static inline struct db_value int_value(int64_t i)
{
    return (struct db_value){.type = DB_INT, .i = i};
}

static inline struct db_value text_value(const char *s)
{
    return (struct db_value){.type = DB_TEXT, .s = str_c(s)};
}

static inline int64_t add_thing(struct db *db, const struct thing *t, struct err *err)
{
    struct db_value in[] = {
        text_value(t->name),
        {.type = DB_INT, .null = !t->n.has, .i = t->n.v},
        {.type = DB_REAL, .null = true},
        {.type = DB_BLOB, .null = t->b.ptr == NULL, .s = t->b},
        {.type = DB_INT, .null = t->box == 0, .i = t->box},
    };
    int64_t id = 0, n = db_run(db, &thing_add, in, keep_int, &id, err);

    return n < 0 ? n : id;
}

static inline void begin(struct db *db)
{
    struct err err = {0};

    if (db_begin(db, &err) < 0)
        fail_msg("%s", err.what);
}

static inline void commit(struct db *db)
{
    struct err err = {0};

    if (db_commit(db, &err) < 0)
        fail_msg("%s", err.what);
}

static inline int64_t must_add(struct db *db, const struct thing *t)
{
    struct err err = {0};
    int64_t id = add_thing(db, t, &err);

    if (id < 0)
        fail_msg("%s", err.what);
    return id;
}

static inline int64_t count_things(struct db *db)
{
    struct err err = {0};
    int64_t count = -1, n = db_run(db, &thing_count, NULL, keep_int, &count, &err);

    return n < 0 ? n : count;
}

static inline void run_script(struct testdb *t, const char *sql)
{
    struct err err = {0};
    struct str text = db_migration_sql(&t->arena, str_c(sql), t->engine);

    if (db_begin(t->db, &err) < 0 || t->pool->ops->script(t->db, text, "test", &err) < 0 ||
        db_commit(t->db, &err) < 0)
        fail_msg("%s", err.what);
}

static inline int things_setup(void **state)
{
    struct testdb *t = calloc(1, sizeof(*t));

    testdb_open_empty(t);
    run_script(t, things_sql);
    *state = t;
    return 0;
}

static inline int things_teardown(void **state)
{
    testdb_close(*state);
    free(*state);
    return 0;
}

#define THINGS_TEST(f) cmocka_unit_test_setup_teardown(f, things_setup, things_teardown)

#endif
