#include "app/incident/inner.h"
#include "app/observable/observable.h"

/* "kind value", as the recognition page wrote it. */
static int read_chosen(struct arena *a, const struct form_values *chosen, struct observe_hits *out,
                       struct err *err)
{
    *out = (struct observe_hits){.items = arena_array(a, struct observe_hit, chosen->len),
                                 .len = chosen->len};
    for (size_t i = 0; i < chosen->len; i++) {
        struct str text = chosen->at[i];
        ptrdiff_t space = str_find_char(text, ' ');
        struct observe_hit *hit = &out->items[i];

        *hit = (struct observe_hit){.value = str_from(text, (size_t)(space + 1))};
        if (space < 0 || !observe_kind_from_name(str_sub(text, 0, (size_t)space), &hit->kind))
            return err_set(err, ERR_INVALID, "not an observable: " STR_FMT, STR_ARG(text));
    }
    return 0;
}

int incident_add_observables(struct db *db, struct arena *a, int64_t id,
                             const struct form_values *chosen, struct str note,
                             const struct actor *by, int64_t now, int64_t *added, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    enum { VALUES_SHOWN = 8 };
    struct buf values = buf_make(a);
    struct observable_ids ids;
    struct observe_hits hits;
    struct incident_change c;
    int64_t last = 0;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    *added = 0;
    if (r < 0 || (r = read_chosen(a, chosen, &hits, err)) < 0 ||
        (r = observable_put_all(db, a, &hits, now, &ids, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < hits.len; i++) {
        struct str kind = str_c(observe_kind_name(hits.items[i].kind));

        if ((r = incident_observable_put(db, id, ids.at[i], now, opt_int(by->id), note, err)) < 0)
            return (int)r;
        if (r == 0)
            continue;
        *added += 1;
        last = ids.at[i];
        if (*added <= VALUES_SHOWN)
            buf_printf(&values, "%s" STR_FMT, values.len > 0 ? ", " : "",
                       STR_ARG(observable_defang_text(a, kind, hits.items[i].value)));
    }
    if (*added == 0)
        return db_commit(db, err);
    /* One entry for what was pasted at once; only a single one can be what the entry is about. */
    if (*added > VALUES_SHOWN)
        buf_printf(&values, " (+%" PRId64 ")", *added - VALUES_SHOWN);
    r = *added == 1 ? incident_change_event(&c, "observable", STR(""), last, 0, err)
                    : incident_change_event(&c, "observable", buf_str(&values), 0, 0, err);
    if (r < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.observable_add",
                                  str_printf(a, "{\"added\":%" PRId64 "}", *added), true, err);
}

int incident_drop_observable(struct db *db, struct arena *a, int64_t id, int64_t observable_id,
                             const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    if (r < 0 || (r = incident_observable_remove(db, id, observable_id, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "observable %" PRId64 " is not on this incident",
                       observable_id);
    if ((r = incident_change_event(&c, "observable-left", STR(""), observable_id, 0, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.observable_remove",
                                  str_printf(a, "{\"observable\":%" PRId64 "}", observable_id),
                                  true, err);
}
