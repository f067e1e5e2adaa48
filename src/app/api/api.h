#ifndef APP_API_API_H
#define APP_API_API_H

#include "app/account/account.h"
#include "app/web/web.h"
#include "base/base.h"
#include "sys/api/api.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * What the handlers of the REST API share: bodies, versions, pages of lists, exports, requests that
 * may be sent twice. A handler returns an error like any other; the answer becomes a problem of
 * RFC 9457 (app/web).
 *
 *     static int task_post(struct http_request *req, struct http_response *res, struct err *err)
 *     {
 *         struct task_values in = {0};
 *         int r = api_read(req, &task_form, &in, err);
 *         ...
 *         return r < 0 ? r : api_send(req, res, &task_resource, &task, 0, err);
 *     }
 */

/* Once at start: what /api and /api/v1/openapi.json describe. The tables live on. */
void api_start(const struct http_route *const *tables, const size_t *lens, size_t len);
/* The tables given to api_start. */
const struct api_routes *api_routes_known(void);

/* ---- bodies and answers ------------------------------------------------------------------------
 */

/* The JSON body into *out. ERR_UNSUPPORTED for another media type, ERR_SYNTAX with line and column,
 * ERR_INVALID with an error per member. */
int api_read(struct http_request *req, const struct form *form, void *out, struct err *err);
/* The same for a change: *out holds the record as it is. */
int api_read_change(struct http_request *req, const struct form *form, void *out, struct err *err);
/* One member is wrong by the room's own rules. */
int api_reject(struct http_request *req, const char *member, struct str message, struct err *err);

/* 200 with the record. version 0: it has none. Answers 304 to a matching If-None-Match. */
int api_send(struct http_request *req, struct http_response *res, const struct api_resource *of,
             const void *record, int64_t version);
/* 201 with the record and where it is. */
int api_send_created(struct http_request *req, struct http_response *res,
                     const struct api_resource *of, const void *record, int64_t version,
                     struct str location);
/* 204. */
int api_send_done(struct http_response *res);

/* All of a short list, in the form of a page without a next one; `rows` is a struct with at and
 * len. */
int api_send_list(struct http_request *req, struct http_response *res,
                  const struct api_resource *of, const void *rows);

/* The {part} of the route as a number; ERR_NOT_FOUND when it is none. */
int api_part_int(const struct http_request *req, const char *name, int64_t *out, struct err *err);
/* An argument of the query, or the NULL slice when absent or empty. */
struct str api_arg(const struct http_request *req, const char *name);
struct opt_int api_arg_int(const struct http_request *req, const char *name);

/* ---- versions ----------------------------------------------------------------------------------
 */

/* What If-Match asks for; 0 for "*". ERR_VERSION_NEEDED when the header is missing. */
int api_version(struct http_request *req, int64_t *version, struct err *err);
/* An operation refused with ERR_CONFLICT because the record has moved on: says what was changed
 * since, from the audit log. Any other error is returned as it is. `code` is what r was. */
int api_overtaken(struct http_request *req, struct db *db, int code, const char *object_kind,
                  int64_t object_id, int64_t version, int64_t present, struct err *err);

/* ---- requests that may be sent twice -----------------------------------------------------------
 *
 * The handler of a route with API_ONCE, in one transaction with the note that its Idempotency-Key
 * was used: a request that comes again is answered alike and not done again.
 *
 *     API_ONCE_HANDLER(task_post, task_add)      task_post is named by the route table
 *
 * The answer is kept for 24 hours, encrypted with a key that only the sender's Idempotency-Key
 * gives: it may hold the secret of a report, of which the site stores nothing but the hash.
 */
typedef int api_handler(struct http_request *, struct http_response *, struct err *);
int api_once(struct http_request *req, struct http_response *res, api_handler *handler,
             struct err *err);
#define API_ONCE_HANDLER(name, handler)                                                            \
    static int name(struct http_request *req, struct http_response *res, struct err *err)          \
    {                                                                                              \
        return api_once(req, res, handler, err);                                                   \
    }

/* ---- lists -------------------------------------------------------------------------------------
 *
 * A list has one statement that walks its rows from a place on in an order of (number, text, id);
 * pages of the API and exports of the whole both use it.
 */
struct api_walk {
    struct str sort;
    bool descending;
    struct str pattern; /* of ?q, for LIKE, or the NULL slice */
    struct str words;   /* the same for an index of words (app/words/words.h) */
    /* the place behind which to begin */
    bool after;
    int64_t number, id;
    struct str text;
    int64_t limit;
};

struct api_sink;
/* For the row function of the statement: takes one row. */
int api_take(void *sink, const void *row, struct err *err);
/* For a list that is short and has no pages: takes all of `rows`, a struct with at and len. */
int api_take_all(void *sink, const void *rows, struct err *err);

struct api_list {
    const char *name;  /* of files: "incidents" */
    const char *kind;  /* of the audit entry of an export: "incident" */
    const char *title; /* translation key */
    const struct api_resource *item;
    const char *const *sorts; /* as web_list_parse takes them; the first is the default */
    size_t number, text, id;  /* offsets of the place in a row: int64_t, struct str, int64_t */
    int (*walk)(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err);
    const char *part; /* of the path, names the record whose list it is; NULL: it is nobody's */
};
#define API_PLACE(T, n, t, i) .number = offsetof(T, n), .text = offsetof(T, t), .id = offsetof(T, i)

/* One page, `limit` rows (1 to 200, 50 unless asked), from `cursor` on. */
int api_list_page(struct http_request *req, struct http_response *res, const struct api_list *list,
                  struct err *err);
/* All rows as a file; the format is the end of the path: ".csv", ".xlsx", ".json". Leaves an audit
 * entry. */
int api_list_export(struct http_request *req, struct http_response *res,
                    const struct api_list *list, struct err *err);

/* The same without the entry, which the room writes by itself; `name` of the file, without its
 * ending. */
int api_list_file(struct http_request *req, struct http_response *res, const struct api_list *list,
                  struct str name, struct err *err);

/* The three routes of an export. */
#define API_EXPORTS(path, perm, function, whose)                                                   \
    {HTTP_GET, path ".csv", perm, function, .scope = whose},                                       \
        {HTTP_GET, path ".xlsx", perm, function, .scope = whose},                                  \
    {                                                                                              \
        HTTP_GET, path ".json", perm, function, .scope = whose                                     \
    }

/* The handler of an export, over a struct api_list. */
#define API_EXPORT_HANDLER(name, list)                                                             \
    static int name(struct http_request *req, struct http_response *res, struct err *err)          \
    {                                                                                              \
        return api_list_export(req, res, &list, err);                                              \
    }

/* GET /api and /api/v1/openapi.json. */
extern const struct http_route api_routes[];
extern const size_t api_routes_len;

#endif
