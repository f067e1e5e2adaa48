#include "app/post/hook.h"

#include "base/random.h"
#include "sys/fetch/fetch.h"
#include "sys/i18n/i18n.h"

enum { SECRET_LETTERS = 32 };

int post_hook_audit(struct db *db, struct arena *a, const struct actor *by, const char *action,
                    int64_t id, struct str name, int64_t now, struct err *err)
{
    return actor_audit(db, a, by, now, action, "setting", id, name,
                       str_printf(a, "{\"webhook\":%" PRId64 "}", id), err);
}

struct str post_hook_joined(struct arena *a, const struct form_values *events)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < events->len; i++)
        buf_printf(&b, "%s" STR_FMT, i > 0 ? " " : "", STR_ARG(events->at[i]));
    return buf_str(&b);
}

int post_hook_check(struct http_request *req, const struct post_hook_values *in,
                    struct form_state *state, struct err *err)
{
    if (!fetch_url_good(req->arena, in->url))
        return form_reject(state, req->arena, "url",
                           T(req->lang, "An address that begins with https:// or http://"), err);
    if (in->events.len == 0)
        return form_reject(state, req->arena, "events", T(req->lang, "Choose what it is told of"),
                           err);
    return 0;
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

int post_hook_edit(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_row *hook, int64_t version,
                   const struct post_hook_values *in, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = post_hook_update(db, hook->id, version, in->name, in->url,
                              post_hook_joined(a, &in->events), err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_CONFLICT, "the webhook was changed meanwhile");
    if ((r = post_hook_audit(db, a, by, "setting.hook_edit", hook->id, in->name, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int post_hook_set_state(struct db *db, struct arena *a, const struct actor *by,
                        const struct post_hook_row *hook, const char *state, int64_t now,
                        struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r = db_begin(db, err);

    if (r >= 0 && state != NULL)
        r = post_hook_state(db, hook->id, str_c(state), err);
    else if (r >= 0 && (r = post_hook_forget(db, hook->id, err)) >= 0)
        r = post_hook_delete(db, hook->id, err);
    if (r < 0 ||
        (r = post_hook_audit(db, a, by, state != NULL ? "setting.hook_edit" : "setting.hook_remove",
                             hook->id, hook->name, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int post_hook_try(struct http_request *req, struct db *db, const struct post_hook_row *hook,
                  bool *good, struct str *answer, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct str id = random_uuid7(req->arena, req->now), secret = STR("");
    struct str body = post_hook_test_body(req->arena, id, req->now);
    struct post_delivery_insert_row row;
    struct post_settings settings;
    struct err why = {0};
    int64_t r = post_settings_load(db, req->arena, &settings, err);

    if (r < 0)
        return (int)r;
    *good = false;
    if (post_hook_open(req->arena, hook->uuid, hook->secret, &secret, &why) < 0)
        *answer = str_dup(req->arena, str_c(why.what));
    else
        *good = post_hook_call(req->arena,
                               &(struct post_hook_call){.url = hook->url,
                                                        .secret = secret,
                                                        .id = id,
                                                        .event = STR("test"),
                                                        .body = body,
                                                        .inside = settings.hook_inside},
                               answer, &why) == 0;
    if ((r = db_begin(db, err)) < 0 ||
        (r = post_delivery_insert(db, req->arena, id, hook->id, STR("test"), body, req->now, &row,
                                  err)) < 0 ||
        (r = post_delivery_set(db, row.id, *good ? STR("sent") : STR("failed"), *answer, req->now,
                               err)) < 0)
        return (int)r;
    return db_commit(db, err);
}
