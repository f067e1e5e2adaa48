#include "app/api/inner.h"
#include "app/api/queries.h"
#include "base/clock.h"
#include "base/random.h"
#include "sys/i18n/i18n.h"

#include <sodium.h>

enum { KEY_LEAST = 16, KEY_MOST = 200 };

struct once {
    struct str hash, body_hash;
    uint8_t key[32];
};

static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if ((unsigned char)key.ptr[i] <= 0x20 || (unsigned char)key.ptr[i] >= 0x7f)
            return false;
    return key.len >= KEY_LEAST && key.len <= KEY_MOST;
}

static void digest(uint8_t out[32], const char *what, struct str text)
{
    crypto_generichash(out, 32, (const uint8_t *)text.ptr, text.len, (const uint8_t *)what,
                       strlen(what));
}

static struct str digest_hex(struct arena *a, const char *what, struct str text)
{
    uint8_t out[32];

    digest(out, what, text);
    return str_hex(a, out, sizeof(out));
}

/* The answer that was given before. */
static int answer_again(struct http_request *req, struct http_response *res,
                        const struct api_once_find_row *row, const struct once *once,
                        struct err *err)
{
    const uint8_t *box = (const uint8_t *)row->answer.ptr;
    size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    uint8_t *plain;

    if (!str_eq(row->body_hash, once->body_hash))
        return err_set(err, ERR_CONFLICT,
                       "this Idempotency-Key was used for another request already");
    if (row->answer.len < overhead)
        return err_set(err, ERR_CORRUPT, "a kept answer is too short");
    plain = arena_alloc(req->arena, row->answer.len);
    if (crypto_secretbox_open_easy(plain, box + crypto_secretbox_NONCEBYTES,
                                   row->answer.len - crypto_secretbox_NONCEBYTES, box,
                                   once->key) != 0)
        return err_set(err, ERR_CORRUPT, "a kept answer cannot be decrypted");
    buf_add(&res->body, str_make((const char *)plain, row->answer.len - overhead));
    res->status = (int)row->status;
    res->type = "application/json";
    if (row->location.len > 0)
        http_add_header(res, STR("Location"), row->location);
    http_add_header(res, STR("Idempotency-Replayed"), STR("true"));
    return 1;
}

/* 1: answered as before. */
static int find(struct http_request *req, struct http_response *res, struct db *db, struct str key,
                struct once *once, struct err *err)
{
    struct str all = str_printf(req->arena, "%" PRId64 " " STR_FMT " " STR_FMT, actor_of(req)->id,
                                STR_ARG(req->path), STR_ARG(key));
    struct api_once_find_row row;
    int r;

    once->hash = digest_hex(req->arena, "api-once-find-16", all);
    once->body_hash = digest_hex(req->arena, "api-once-body-16", req->body);
    digest(once->key, "api-once-box-016", all);
    if ((r = api_once_find(db, req->arena, once->hash, req->now - DAY_MS, &row, err)) <= 0)
        return r;
    return answer_again(req, res, &row, once, err);
}

static struct str location_of(const struct http_response *res)
{
    for (size_t i = 0; i < res->headers_len; i++)
        if (str_is(res->headers[i].name, "Location"))
            return res->headers[i].value;
    return STR("");
}

static int keep(struct http_request *req, const struct http_response *res, struct db *db,
                const struct once *once, struct err *err)
{
    size_t len = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + res->body.len;
    uint8_t *box;
    int64_t r;

    box = arena_alloc(req->arena, len);
    random_bytes(box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const uint8_t *)res->body.ptr,
                          res->body.len, box, once->key);
    if ((r = api_once_sweep(db, req->now - DAY_MS, err)) >= 0)
        r = api_once_insert(db, once->hash, req->now, once->body_hash, res->status,
                            location_of(res), str_make((const char *)box, len), err);
    if (r < 0 && db_is_unique_violation(err))
        return err_set(err, ERR_CONFLICT, "the same request is being handled; ask again");
    return (int)MIN(r, 0);
}

int api_once(struct http_request *req, struct http_response *res, api_handler *handler,
             struct err *err)
{
    struct str key = http_header(req, "Idempotency-Key");
    struct err ignored = {0};
    struct once once;
    struct db *db;
    int r;

    if (key.ptr == NULL)
        return handler(req, res, err);
    if (!is_key(key))
        return err_set(err, ERR_INVALID, "an Idempotency-Key has %d to %d visible characters",
                       KEY_LEAST, KEY_MOST);
    if ((r = web_db(req, &db, err)) < 0 || (r = find(req, res, db, key, &once, err)) != 0)
        return MIN(r, 0);
    if ((r = db_hold(db, err)) < 0)
        return r;
    if ((r = handler(req, res, err)) == 0)
        r = keep(req, res, db, &once, err);
    if (r < 0) {
        db_hold_end(db, false, &ignored);
        return r;
    }
    return db_hold_end(db, true, err);
}
