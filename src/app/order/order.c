#include "app/order/order.h"

#include "app/order/queries.h"
#include "base/text.h"

/* The rule by which the keys are made. Another number makes every site make them anew once. */
#define VERSION "1"

typedef int read_fn(struct db *, struct arena *, struct order_name_rows *, struct err *);
typedef int64_t put_fn(struct db *, int64_t, struct str, struct err *);

static int make_keys(struct db *db, struct arena *a, read_fn *read, put_fn *put, struct err *err)
{
    struct order_name_rows rows;
    int64_t r = read(db, a, &rows, err);

    for (size_t i = 0; i < rows.len && r >= 0; i++) {
        struct str key = text_sort_key(a, rows.at[i].name);

        if (!str_eq(key, rows.at[i].sort_key))
            r = put(db, rows.at[i].id, key, err);
    }
    return (int)MIN(r, 0);
}

static int make_all(struct db *db, struct err *err)
{
    static const struct {
        read_fn *read;
        put_fn *put;
    } tables[] = {{order_orgs, order_org_put},
                  {order_systems, order_system_put},
                  {order_accounts, order_account_put}};
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    _cleanup_(arena_release) struct arena a = {0};
    int64_t r = db_begin(db, err);

    for (size_t i = 0; i < ARRAY_LEN(tables) && r >= 0; i++) {
        arena_clear(&a);
        r = make_keys(db, &a, tables[i].read, tables[i].put, err);
    }
    if (r < 0 || (r = order_version_put(db, STR(VERSION), err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int order_prepare(struct db_pool *pool, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(arena_release) struct arena a = {0};
    struct order_version_row row;
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0 || (r = order_version(db, &a, &row, err)) < 0)
        return r;
    return r == 1 && str_is(row.value, VERSION) ? 0 : make_all(db, err);
}
