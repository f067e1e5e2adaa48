#ifndef SYS_DB_ENGINE_H
#define SYS_DB_ENGINE_H

#include "sys/db/db.h"

/*
 * What an engine must provide. db.c checks the rules that hold for every engine (no nesting, no
 * writing outside a transaction, nothing but a rollback after a failure) and then calls these.
 * Each engine's pool and lease begin with the structs below.
 */
struct db_ops {
    void (*close)(struct db_pool *pool);
    int (*acquire)(struct db_pool *pool, struct db **out, struct err *err);
    void (*release)(struct db *db);
    int (*begin)(struct db *db, struct err *err);
    int (*commit)(struct db *db,
                  struct err *err); /* the transaction is over, whatever it returns */
    void (*rollback)(struct db *db);
    int64_t (*run)(struct db *db, const struct db_statement *st, const struct db_value *in,
                   db_row_fn *row, void *ctx, struct err *err);
    int (*check)(struct db *db, const struct db_statement *st, struct err *err);
    /* Several statements without parameters, inside the open transaction. */
    int (*script)(struct db *db, struct str sql, const char *name, struct err *err);
    /* Keeps other programs from migrating until the transaction ends. */
    int (*migration_lock)(struct db *db, struct err *err);
    int (*snapshot)(struct db *db, struct err *err);
    void (*snapshot_end)(struct db *db);
    bool (*steady)(struct db *db); /* NULL: nothing is gained by it */
    void (*steady_end)(struct db *db);
    /* Bulk loading inside the open transaction, or NULL: a row at a time will do. `sql` is COPY ...
     * FROM STDIN, `text` whole lines in its text form. */
    int (*copy_begin)(struct db *db, const char *sql, struct err *err);
    int (*copy_put)(struct db *db, struct str text, struct err *err);
    int (*copy_end)(struct db *db, struct err *err);
    /* A table of the site's schema: is it there? 1, 0 or an error. */
    int (*has_table)(struct db *db, const char *table, struct err *err);
};

struct db_pool {
    const struct db_ops *ops;
    enum db_engine engine;
    int readers;
    int busy_timeout_ms;
    bool read_only;
    bool no_sync;
    int64_t serial;
    bool loading;
    bool local; /* db_is_local */
};

struct db {
    struct db_pool *pool;
    bool in_transaction;
    bool snapshot;
    bool steady;  /* db_steady */
    bool failed;  /* a statement of this transaction failed: only a rollback may follow */
    bool running; /* a statement is handing out rows */
    bool held;    /* db_hold: what begins and commits meanwhile is part of it */
    bool joined;  /* such a part is open */
    bool broken;  /* a part was rolled back: so is the whole */
    db_last_fn *last;
    _Alignas(max_align_t) unsigned char last_state[DB_LAST];
};

int sqlite_open(struct db_pool **out, struct str url, const struct db_options *options,
                struct err *err);
int postgres_open(struct db_pool **out, struct str url, const struct db_options *options,
                  struct err *err);

/* ---- shared by the engines ----------------------------------------------------------------- */

/* Prepared statements of one connection, by the address of the struct db_statement. */
struct db_cache_slot {
    const struct db_statement *key;
    void *value;
};

struct db_cache {
    struct db_cache_slot *slots;
    size_t len, cap; /* cap: a power of two, or 0 */
};

void *db_cache_get(const struct db_cache *c, const struct db_statement *key);
void db_cache_put(struct db_cache *c, const struct db_statement *key, void *value);
/* Calls drop(value) for every entry and forgets them all. */
void db_cache_clear(struct db_cache *c, void (*drop)(void *value));

/* "... [incident_by_code, app/incident/queries.sql:12]" behind what went wrong. */
void db_err_place(struct err *err, const struct db_statement *st);

/* The values a statement is given: their types and absence as declared, text without NUL. */
int db_check_values(const struct db_statement *st, const struct db_value *in, struct err *err);

const char *db_type_name(enum db_type type);

/* malloc'd memory for what lives as long as a pool; aborts when there is none. */
void *db_alloc(size_t n, size_t size);

/* migrate.c: `sql` for one engine, with the portable words replaced. */
struct str db_migration_sql(struct arena *a, struct str sql, enum db_engine engine);

#endif
