#include "app/post/hook.h"

#include "app/audit/audit.h"
#include "base/random.h"

enum { SECRET_LETTERS = 32 };

int post_hook_audit(struct db *db, struct arena *a, const struct actor *by, const char *action,
                    int64_t id, struct str name, int64_t now, struct err *err)
{
    return audit_write(
        db, a,
        &(struct audit_entry){.at = now,
                              .actor_id = by->id,
                              .actor_name = by->name,
                              .action = action,
                              .object_kind = "setting",
                              .object_id = id,
                              .object_code = name,
                              .address = by->address,
                              .detail = str_printf(a, "{\"webhook\":%" PRId64 "}", id)},
        err);
}

int post_hook_make(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_new *new_, int64_t now, struct post_hook_made *out,
                   struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct post_hook_insert_row row;
    int r;

    *out = (struct post_hook_made){.uuid = random_uuid7(a, now),
                                   .secret = random_code(a, SECRET_LETTERS)};
    if ((r = db_begin(db, err)) < 0 ||
        (r = actor_require(db, by, PERM_WEBHOOK_MANAGE, new_->org, now, err)) < 0 ||
        (r = post_hook_insert(db, a, out->uuid, new_->org, new_->name, new_->url,
                              post_hook_seal(a, out->uuid, out->secret), new_->events, now, by->id,
                              &row, err)) < 0 ||
        (r = post_hook_audit(db, a, by, "setting.hook_new", row.id, new_->name, now, err)) < 0)
        return r;
    out->id = row.id;
    return db_commit(db, err);
}

int post_hook_anew(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_row *hook, int64_t now, struct str *secret,
                   struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    *secret = random_code(a, SECRET_LETTERS);
    if ((r = db_begin(db, err)) < 0 ||
        (r = post_hook_secret(db, hook->id, post_hook_seal(a, hook->uuid, *secret), err)) < 0 ||
        (r = post_hook_audit(db, a, by, "setting.hook_secret", hook->id, hook->name, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}
