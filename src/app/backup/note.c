#include "app/backup/backup.h"
#include "base/clock.h"
#include "base/json.h"

static struct str detail_of(struct arena *a, const struct backup_facts *f)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "of", clock_rfc3339(a, f->at, 0));
    json_w_kint(&w, "rows", f->rows);
    json_w_kint(&w, "files", f->blobs);
    json_w_kbool(&w, "keys", f->keys);
    json_w_kint(&w, "entries", f->audit.seq);
    json_w_kstr(&w, "head", f->audit.hash);
    json_w_end(&w);
    return buf_str(&out);
}

int backup_note(struct db_pool *pool, struct arena *a, const char *action, struct str where,
                const struct backup_facts *facts, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    const struct audit_entry entry = {.at = clock_now(),
                                      .actor_name = STR(AUDIT_COMMAND_LINE),
                                      .action = action,
                                      .object_kind = "setting",
                                      .object_code = where,
                                      .address = STR(""),
                                      .detail = detail_of(a, facts)};
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    tx = db;
    return (r = audit_write(db, a, &entry, err)) < 0 ? r : db_commit(db, err);
}
