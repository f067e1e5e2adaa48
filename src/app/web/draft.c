#include "app/web/inner.h"
#include "app/web/queries.h"
#include "base/clock.h"
#include "base/json.h"

/*
 * Drafts: what is typed into a long form is kept on the server while it is typed (ui/js/draft.js),
 * so that neither a closed window nor an ended session loses it. A draft belongs to one account and
 * to the address its form is sent to; it is no record of the site, so the audit log says nothing of
 * it. Passwords and files never go into one.
 */
enum { PATH_MAX_LEN = 300, DATA_MAX = 64 * 1024, KEEP = 50, KEEP_DAYS = 30 };

static int path_of(struct str path, struct str *out, struct err *err)
{
    if (path.len == 0 || path.len > PATH_MAX_LEN || !str_eq(account_local_path(path), path)) {
        err_set(err, ERR_INVALID, "a draft needs the path its form is sent to");
        err_field(err, "path");
        return ERR_INVALID;
    }
    *out = path;
    return 0;
}

int draft_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct draft_find_row row;
    struct json_writer w;
    struct str path;
    struct db *db;
    int r;

    if ((r = path_of(http_arg(req, "path"), &path, err)) < 0 || (r = web_db(req, &db, err)) < 0 ||
        (r = draft_find(db, req->arena, actor_of(req)->id, path, &row, err)) < 0)
        return r;
    res->type = "application/json; charset=utf-8";
    json_w_init(&w, &res->body);
    json_w_object(&w);
    if (r > 0) {
        json_w_kint(&w, "at", row.saved_at);
        json_w_kstr(&w, "data", row.data);
    }
    json_w_end(&w);
    return 0;
}

/* An array of [name, value] pairs of text. */
static bool is_data(struct str data)
{
    struct json j;

    json_init(&j, data);
    if (json_next(&j) != JSON_ARRAY)
        return false;
    while (json_next(&j) == JSON_ARRAY) {
        if (json_next(&j) != JSON_STRING || json_next(&j) != JSON_STRING ||
            json_next(&j) != JSON_ARRAY_END)
            return false;
    }
    return j.type == JSON_ARRAY_END && json_next(&j) == JSON_END;
}

static int save(struct db *db, int64_t actor, struct str path, struct str data, int64_t now,
                struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0)
        return (int)r;
    if (data.len == 0)
        r = draft_delete(db, actor, path, err);
    else if ((r = draft_put(db, actor, path, data, now, err)) >= 0)
        r = draft_trim(db, actor, now - KEEP_DAYS * DAY_MS, KEEP, err);
    return r < 0 ? (int)r : db_commit(db, err);
}

int draft_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str data = http_field(req, "data"), path;
    struct db *db;
    int r;

    if ((r = path_of(http_field(req, "path"), &path, err)) < 0 || (r = web_db(req, &db, err)) < 0)
        return r;
    if (data.len > DATA_MAX || (data.len > 0 && !is_data(data))) {
        err_set(err, ERR_INVALID, "a draft is an array of pairs of text, of at most %d bytes",
                DATA_MAX);
        err_field(err, "data");
        return ERR_INVALID;
    }
    res->status = 204;
    return save(db, actor_of(req)->id, path, data, req->now, err);
}
