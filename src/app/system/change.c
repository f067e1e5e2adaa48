#include "app/audit/tell.h"
#include "app/system/view.h"

/* Networks and products: what stands beside the facts of a system. */

static int64_t change_network(struct db *db, struct arena *a, int64_t id, struct str value,
                              bool remove, struct err *err)
{
    bool range = str_find_char(value, '/') >= 0 || str_find_char(value, ':') >= 0 ||
                 (value.len > 0 && isdigit((unsigned char)value.ptr[value.len - 1]));

    if (range)
        return remove ? system_range_delete(db, id, value, err)
                      : system_add_range(db, a, id, value, err);
    return remove ? system_domain_delete(db, id, value, err)
                  : system_add_domain(db, a, id, value, err);
}

int system_network_change(struct db *db, struct arena *a, int64_t id, struct str value, bool remove,
                          const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct system_lock_row was;
    int64_t r = system_change_begin(db, a, id, 0, by, now, &was, err);

    if (r < 0 || (r = change_network(db, a, id, str_trim(value), remove, err)) < 0)
        return (int)r;
    /* Removing what is not there changes nothing, so nothing is told. */
    return system_change_commit(
        db, a, id, was.code, "system.network",
        remove && r == 0 ? STR("") : audit_detail(a, remove ? "removed" : "added", str_trim(value)),
        by, now, err);
}

static struct str product_name(struct arena *a, struct str vendor, struct str product,
                               struct str version)
{
    return str_trim(str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(vendor),
                               STR_ARG(product), STR_ARG(version)));
}

int system_product_change(struct db *db, struct arena *a, int64_t id,
                          const struct system_product_values *in, int64_t remove,
                          const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct system_lock_row was;
    struct system_product_delete_row it = {0};
    int r = system_change_begin(db, a, id, 0, by, now, &was, err);

    if (r < 0)
        return r;
    if (remove == 0)
        it = (struct system_product_delete_row){in->vendor, in->product, in->version};
    r = remove != 0
            ? system_product_delete(db, a, id, remove, &it, err)
            : system_add_product(db, a, id, in->vendor, in->product, in->version, STR(""), err);
    if (r == 0 && remove != 0)
        return err_set(err, ERR_NOT_FOUND, "no product %" PRId64 " of " STR_FMT, remove,
                       STR_ARG(was.code));
    if (r < 0)
        return r;
    return system_change_commit(db, a, id, was.code, "system.product",
                                audit_detail(a, remove != 0 ? "removed" : "added",
                                             product_name(a, it.vendor, it.product, it.version)),
                                by, now, err);
}
