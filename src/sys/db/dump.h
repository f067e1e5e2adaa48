#ifndef SYS_DB_DUMP_H
#define SYS_DB_DUMP_H

#include "sys/db/db.h"

/*
 * A whole database as rows, alike for both engines: what a backup holds, and how a site moves from
 * one engine to the other. Tables and columns are those of the schema itself, so that nobody needs
 * to list a new one here.
 */
struct db_table {
    struct str name;
    struct db_column *columns; /* in the order of the table */
    int len;
    struct str key;      /* columns of the primary key with commas, or empty */
    struct str sequence; /* the column that numbers itself, or empty */
};

struct db_tables {
    struct db_table *at;
    size_t len, cap;
};

/* Every table but the list of migrations, by name. What an engine derives from rows by itself
 * (indexes of words, generated columns) is left out: it comes back with them. */
int db_tables_read(struct db *db, struct arena *a, struct db_tables *out, struct err *err);
const struct db_table *db_table_find(const struct db_tables *tables, struct str name);

/* All rows in the order of the key; call it inside a snapshot. Returns their number. */
int64_t db_table_each(struct db *db, struct arena *a, const struct db_table *table, db_row_fn *row,
                      void *ctx, struct err *err);
/* The highest number that the table's sequence has given, 0 for none. */
int db_table_sequence(struct db *db, struct arena *a, const struct db_table *table, int64_t *out,
                      struct err *err);

/*
 * Filling an empty database, inside one transaction of a pool that was opened with `loading`: the
 * schema is made up to `version`, what the migrations themselves put into tables is removed,
 * foreign keys are left out. Rows follow, table by table; db_load_end puts the keys back and checks
 * that every row refers to one that is there. A row that the schema refuses is ERR_CORRUPT, said at
 * once or with a later row. db_load_begin: ERR_EXISTS when the database is not empty.
 */
struct db_load;
int db_load_begin(struct db *db, struct arena *a, int version, struct db_load **out,
                  struct err *err);
const struct db_tables *db_load_tables(const struct db_load *load);
int db_load_row(struct db_load *load, const struct db_table *table, const struct db_value *values,
                struct err *err);
int db_load_sequence(struct db_load *load, const struct db_table *table, int64_t last,
                     struct err *err);
int db_load_end(struct db_load *load, struct err *err);

#endif
