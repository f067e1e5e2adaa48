#include "app/report/bulk.h"

#include "base/json.h"

/* ---- deciding ----------------------------------------------------------------------------------
 */

struct item {
    struct report_change c;
    struct report_decision_row was;
    bool changed;
};

/* Ids in order, each once, so that two who decide on many at once wait for each other instead of
 * blocking; codes out of reach are passed over. */
static int find_all(struct db *db, struct arena *a, const struct form_values *codes,
                    const struct actor *by, int64_t now, int64_t **ids, size_t *len,
                    struct err *err)
{
    *ids = arena_array(a, int64_t, codes->len + 1);
    *len = 0;
    for (size_t i = 0; i < codes->len; i++) {
        struct report_id_by_code_row row;
        size_t at = 0;
        int r = report_id_by_code(db, a, by->id, now, codes->at[i], &row, err);

        if (r < 0)
            return r;
        while (at < *len && (*ids)[at] < row.id)
            at++;
        if (r == 0 || (at < *len && (*ids)[at] == row.id))
            continue;
        memmove(&(*ids)[at + 1], &(*ids)[at], (*len - at) * sizeof(int64_t));
        (*ids)[at] = row.id;
        *len += 1;
    }
    return 0;
}

static struct str was_json(struct arena *a, const struct report_decision_row *was)
{
    struct buf b = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kstr(&w, "state", was->state);
    json_w_kstr(&w, "reason", was->reason);
    if (was->decided_by.has)
        json_w_kint(&w, "decided_by", was->decided_by.v);
    if (was->decided_at.has)
        json_w_kint(&w, "decided_at", was->decided_at.v);
    json_w_end(&w);
    return buf_str(&b);
}

int report_keep_decision(struct report_change *c, const struct report_decision_row *was,
                         int64_t *undo_id, struct err *err)
{
    struct undo_items items = {0};

    *vec_push(&items, c->arena) =
        (struct undo_item){c->id, c->was.code, was->version + 1, was_json(c->arena, was)};
    return undo_keep(c->db, c->arena, "report.mark", &items, c->by, c->now, undo_id, err);
}

/* 1: decided; 0: left alone. */
static int decide_one(struct item *it, const struct report_bulk *b, struct db *db, struct arena *a,
                      int64_t id, const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = report_change_join(&it->c, db, a, id, 0, by, now, err);

    if (r == ERR_FORBIDDEN) {
        err_clear(err);
        it->c.was.code = STR_EMPTY;
        return (int)MIN(report_lock(db, a, id, &it->c.was, err), 0);
    }
    if (r < 0)
        return (int)r;
    if (!report_is_open(it->c.was.state) || id == b->duplicate_of)
        return 0;
    if ((r = report_decision(db, a, id, &it->was, err)) < 0 ||
        (r = report_decide(db, id, str_c(b->state), NO_INT,
                           b->duplicate_of != 0 ? opt_int(b->duplicate_of) : NO_INT, b->reason,
                           opt_int(by->id), opt_int(now), err)) < 0)
        return (int)r;
    it->changed = true;
    return 1;
}

int report_bulk_do(struct db *db, struct arena *a, const struct form_values *codes,
                   const struct report_bulk *change, const struct actor *by, int64_t now,
                   struct report_bulk_result *out, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct buf skipped = buf_make(a);
    struct undo_items items = {0};
    struct item *all;
    int64_t *ids;
    size_t len;
    int r;

    *out = (struct report_bulk_result){0};
    if ((r = db_begin(db, err)) < 0 || (r = find_all(db, a, codes, by, now, &ids, &len, err)) < 0)
        return r;
    all = arena_array(a, struct item, len + 1);
    memset(all, 0, (len + 1) * sizeof(*all));
    for (size_t i = 0; i < len; i++) {
        if ((r = decide_one(&all[i], change, db, a, ids[i], by, now, err)) < 0)
            return r;
        if (r == 0)
            buf_printf(&skipped, "%s" STR_FMT, skipped.len > 0 ? ", " : "",
                       STR_ARG(all[i].c.was.code));
        else
            *vec_push(&items, a) = (struct undo_item){
                ids[i], all[i].c.was.code, all[i].was.version + 1, was_json(a, &all[i].was)};
    }
    out->skipped = buf_str(&skipped);
    out->changed = (int64_t)items.len;
    if (items.len == 0)
        return 0;
    if ((r = undo_keep(db, a, "report.mark", &items, by, now, &out->undo_id, err)) < 0)
        return r;
    for (size_t i = 0; i < len; i++) {
        if (all[i].changed &&
            (r = report_audit(db, a, ids[i], all[i].c.was.code, "report.mark",
                              str_printf(a,
                                         "{\"from\":\"" STR_FMT "\",\"to\":\"%s\",\"bulk\":true}",
                                         STR_ARG(all[i].was.state), change->state),
                              by, now, err)) < 0)
            return r;
    }
    return db_commit(db, err);
}

/* ---- taking it back ----------------------------------------------------------------------------
 */

static void read_was(struct str text, struct arena *a, struct report_decision_row *out)
{
    struct json j;

    *out = (struct report_decision_row){.state = STR("new"), .reason = STR("")};
    json_init(&j, text);
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        struct str key;
        int64_t n = 0;

        if (j.type != JSON_KEY)
            continue;
        key = json_string(&j, a);
        json_next(&j);
        if (str_is(key, "state"))
            out->state = json_string(&j, a);
        else if (str_is(key, "reason"))
            out->reason = json_string(&j, a);
        else if (str_is(key, "decided_by") && json_int(&j, &n))
            out->decided_by = opt_int(n);
        else if (str_is(key, "decided_at") && json_int(&j, &n))
            out->decided_at = opt_int(n);
    }
}

int report_bulk_undo(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                     int64_t now, int64_t *restored, struct str *changed, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct buf codes = buf_make(a);
    struct undo_items items;
    struct str what;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = undo_take(db, a, undo_id, STR("report."), by, now, &what, &items, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < items.len; i++) {
        struct report_decision_row was;
        struct report_change c;

        r = report_change_join(&c, db, a, items.at[i].id, items.at[i].version, by, now, err);
        if (r == ERR_CONFLICT || r == ERR_NOT_FOUND || r == ERR_FORBIDDEN) {
            buf_printf(&codes, "%s" STR_FMT, codes.len > 0 ? ", " : "", STR_ARG(items.at[i].code));
            err_clear(err);
            continue;
        }
        read_was(items.at[i].was, a, &was);
        if (r < 0 || (r = report_decision_put(db, items.at[i].id, was.state, was.reason,
                                              was.decided_by, was.decided_at, err)) < 0)
            return (int)r;
    }
    *changed = buf_str(&codes);
    if (codes.len > 0)
        return err_set(err, ERR_CONFLICT, "decided on since: " STR_FMT, STR_ARG(*changed));
    for (size_t i = 0; i < items.len; i++) {
        if ((r = report_audit(db, a, items.at[i].id, items.at[i].code, "report.restore",
                              STR("{\"bulk\":true}"), by, now, err)) < 0)
            return (int)r;
    }
    *restored = (int64_t)items.len;
    return db_commit(db, err);
}
