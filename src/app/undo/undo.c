#include "app/undo/undo.h"

#include "app/undo/queries.h"

int undo_keep(struct db *db, struct arena *a, const char *what, const struct undo_items *items,
              const struct actor *by, int64_t now, int64_t *id, struct err *err)
{
    struct undo_insert_row row;
    int64_t r;

    if ((r = undo_sweep_items(db, now, err)) < 0 || (r = undo_sweep(db, now, err)) < 0 ||
        (r = undo_insert(db, a, by->id, str_c(what), now, now + UNDO_LIFE, (int64_t)items->len,
                         &row, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < items->len; i++) {
        const struct undo_item *item = &items->at[i];

        r = undo_item_insert(db, row.id, item->id, item->code, item->version, item->was, err);
        if (r < 0)
            return (int)r;
    }
    *id = row.id;
    return 0;
}

int undo_offer(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
               struct undo *out, struct err *err)
{
    struct undo_find_row row;
    int r = undo_find(db, a, id, by->id, now, &row, err);

    if (r == 1)
        *out = (struct undo){id, row.what, row.total};
    return r;
}

int undo_take(struct db *db, struct arena *a, int64_t id, struct str room, const struct actor *by,
              int64_t now, struct str *what, struct undo_items *out, struct err *err)
{
    struct undo_find_row found;
    struct undo_items_of_rows rows;
    int64_t r = undo_find(db, a, id, by->id, now, &found, err);

    if (r == 0 || (r == 1 && !str_starts(found.what, room)))
        return err_set(err, ERR_STATE, "change %" PRId64 " can no longer be taken back", id);
    if (r < 0 || (r = undo_items_of(db, a, id, &rows, err)) < 0)
        return (int)r;
    /* Two clicks at once: only one finds it still there. */
    if ((r = undo_mark(db, id, now, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "change %" PRId64 " was taken back already", id);
    *what = found.what;
    *out = (struct undo_items){0};
    for (size_t i = 0; i < rows.len; i++)
        *vec_push(out, a) = (struct undo_item){rows.at[i].object_id, rows.at[i].code,
                                               rows.at[i].version, rows.at[i].was};
    return 0;
}
