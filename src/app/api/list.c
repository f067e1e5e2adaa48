#include "app/api/inner.h"
#include "app/audit/audit.h"
#include "app/words/words.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"

#include <sodium.h>
#include <unistd.h>

enum { LIMIT_DEFAULT = 50, LIMIT_MOST = 200, CURSOR_MOST = 1000 };

/* Where the rows of a walk go: a page, or a file. */
struct api_sink {
    const struct api_list *list;
    struct arena *arena;
    struct json_writer *page;
    int64_t left; /* rows that the page still takes */
    bool more;
    struct api_walk last; /* the place of the last row */
    struct api_table *file;
    int64_t rows;
};

int api_take(void *sink, const void *row, struct err *err)
{
    struct api_sink *s = sink;
    const char *bytes = row;

    if (s->file != NULL) {
        s->rows++;
        return api_table_row(s->file, row, err);
    }
    if (s->left == 0) {
        s->more = true;
        return 0;
    }
    s->left--;
    api_write(s->list->item, row, s->page, s->arena);
    s->last.number = *(const int64_t *)(bytes + s->list->number);
    s->last.id = *(const int64_t *)(bytes + s->list->id);
    if (s->left == 0)
        s->last.text = str_dup(s->arena, *(const struct str *)(bytes + s->list->text));
    return 0;
}

int api_take_all(void *sink, const void *rows, struct err *err)
{
    const struct {
        const char *at;
        size_t len;
    } *all = rows;
    size_t size = ((struct api_sink *)sink)->list->item->size;

    for (size_t i = 0; i < all->len; i++) {
        int r = api_take(sink, all->at + i * size, err);

        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- the place, as text ------------------------------------------------------------------------
 *
 * "1|sort|direction|number|id|text" in base64: opaque to clients. It holds nothing but a place;
 * what is in reach is decided anew by every statement, so there is nothing to sign.
 */
static struct str write_cursor(struct arena *a, const struct api_walk *w)
{
    struct str plain =
        str_printf(a, "1|" STR_FMT "|%c|%" PRId64 "|%" PRId64 "|" STR_FMT, STR_ARG(w->sort),
                   w->descending ? 'd' : 'a', w->number, w->id, STR_ARG(w->text));
    size_t room = sodium_base64_ENCODED_LEN(plain.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, room);

    sodium_bin2base64(out, room, (const unsigned char *)plain.ptr, plain.len,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_c(out);
}

static bool read_cursor(struct arena *a, struct str cursor, struct api_walk *w)
{
    unsigned char *plain = arena_alloc(a, cursor.len + 1);
    struct str rest, version, sort, direction, number, id;
    size_t len = 0;

    if (cursor.len > CURSOR_MOST ||
        sodium_base642bin(plain, cursor.len + 1, cursor.ptr, cursor.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    rest = str_make((const char *)plain, len);
    if (!str_split(&rest, '|', &version) || !str_is(version, "1") ||
        !str_split(&rest, '|', &sort) || !str_split(&rest, '|', &direction) ||
        !str_split(&rest, '|', &number) || !str_split(&rest, '|', &id) ||
        !str_to_int(number, &w->number) || !str_to_int(id, &w->id))
        return false;
    w->text = rest.ptr != NULL ? rest : STR("");
    w->after = true;
    /* A place in one order is none in another. */
    return str_eq(sort, w->sort) && str_is(direction, w->descending ? "d" : "a");
}

static int parse(struct http_request *req, const struct api_list *list, struct api_walk *w,
                 struct err *err)
{
    struct str sort = http_arg(req, "sort"), cursor = http_arg(req, "cursor");
    struct str limit = http_arg(req, "limit");
    struct web_list parsed;

    web_list_parse(req, list->sorts, &parsed);
    *w = (struct api_walk){.sort = parsed.sort,
                           .descending = parsed.descending,
                           .pattern = db_like(req->arena, parsed.q),
                           .words = words_typed(req->arena, db_engine(site.pool), parsed.q_raw),
                           .text = STR(""),
                           .limit = LIMIT_DEFAULT};
    if (sort.len > 0 && !str_eq(str_from(sort, sort.ptr[0] == '-' ? 1 : 0), parsed.sort))
        return api_reject(req, "?sort", T(req->lang, "The list cannot be sorted by this"), err);
    if (limit.len > 0 && (!str_to_int(limit, &w->limit) || w->limit < 1 || w->limit > LIMIT_MOST))
        return api_reject(req, "?limit", T(req->lang, "A page has 1 to 200 rows"), err);
    if (cursor.len > 0 && !read_cursor(req->arena, cursor, w))
        return api_reject(
            req, "?cursor",
            T(req->lang, "This place is not in the list in this order; begin with the first page"),
            err);
    return 0;
}

/* ---- a page ------------------------------------------------------------------------------------
 */

static struct str next_url(struct http_request *req, const struct api_walk *last)
{
    return web_url_with(req, "cursor", write_cursor(req->arena, last));
}

int api_list_page(struct http_request *req, struct http_response *res, const struct api_list *list,
                  struct err *err)
{
    struct api_sink sink = {.list = list, .arena = req->arena};
    struct json_writer w;
    struct api_walk walk;
    struct str next;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = parse(req, list, &walk, err)) < 0)
        return r;
    sink.page = &w;
    sink.left = walk.limit;
    sink.last = walk;
    walk.limit++; /* tells whether there is a next page */
    json_w_init(&w, &res->body);
    json_w_object(&w);
    json_w_key(&w, STR("items"));
    json_w_array(&w);
    if ((r = list->walk(req, db, &walk, &sink, err)) < 0)
        return r;
    json_w_end(&w);
    json_w_key(&w, STR("next"));
    if (sink.more) {
        next = next_url(req, &sink.last);
        json_w_str(&w, next);
        http_add_header(res, STR("Link"),
                        str_printf(req->arena, "<" STR_FMT ">; rel=\"next\"", STR_ARG(next)));
    } else {
        json_w_null(&w);
    }
    json_w_end(&w);
    api_finish(req, res, 0);
    return 0;
}

/* ---- a file ------------------------------------------------------------------------------------
 */

static int audit_export(struct http_request *req, struct db *db, const struct api_list *list,
                        enum api_format format, int64_t rows, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct buf detail = buf_make(req->arena);
    struct json_writer w;
    int r;

    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kstr(&w, "list", str_c(list->name));
    json_w_kstr(&w, "format", str_c(api_format_name(format)));
    json_w_kint(&w, "rows", rows);
    if (req->query.len > 0)
        json_w_kstr(&w, "query", str_sub(req->query, 0, 500));
    json_w_end(&w);
    if ((r = db_begin(db, err)) < 0)
        return r;
    r = actor_audit(db, req->arena, actor, req->now,
                    str_printf(req->arena, "%s.export", list->kind).ptr, list->kind, 0,
                    list->part != NULL ? http_param(req, list->part) : STR(""), buf_str(&detail),
                    err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    return db_commit(db, err);
}

static enum api_format format_of(const struct http_request *req)
{
    return str_ends(req->path, STR(".xlsx"))  ? API_FORMAT_XLSX
           : str_ends(req->path, STR(".csv")) ? API_FORMAT_CSV
                                              : API_FORMAT_JSON;
}

static void free_table(void *table)
{
    api_table_free(*(struct api_table **)table);
}

/* The finished file: *fd is the caller's. */
static int write_file(struct http_request *req, const struct api_list *list, enum api_format format,
                      struct db *db, int *fd, int64_t *size, int64_t *rows, struct err *err)
{
    _cleanup_(free_table) struct api_table *table = NULL;
    struct api_sink sink = {.list = list, .arena = req->arena};
    struct str dir = str_printf(req->arena, STR_FMT "/spool", STR_ARG(site.dir));
    struct api_walk walk;
    int r;

    if ((r = parse(req, list, &walk, err)) < 0 || (r = io_make_dirs(dir.ptr, 0700, err)) < 0 ||
        (r = api_table_begin(&table, list->item, format, dir.ptr, T(req->lang, list->title),
                             req->lang, err)) < 0)
        return r;
    walk.limit = INT64_MAX;
    walk.after = false;
    sink.file = table;
    if ((r = list->walk(req, db, &walk, &sink, err)) < 0)
        return r;
    *rows = sink.rows;
    return api_table_end(table, fd, size, err);
}

/* With an audit entry when `noted`. */
static int send_file(struct http_request *req, struct http_response *res,
                     const struct api_list *list, struct str name, bool noted, struct err *err)
{
    enum api_format format = format_of(req);
    int64_t size, rows;
    struct db *db;
    int fd, r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = write_file(req, list, format, db, &fd, &size, &rows, err)) < 0)
        return r;
    if (noted && (r = audit_export(req, db, list, format, rows, err)) < 0) {
        close(fd);
        return r;
    }
    http_send_file(req, res, fd, size,
                   str_printf(req->arena, STR_FMT ".%s", STR_ARG(name), api_format_name(format)),
                   api_format_type(format));
    return 0;
}

int api_list_file(struct http_request *req, struct http_response *res, const struct api_list *list,
                  struct str name, struct err *err)
{
    return send_file(req, res, list, name, false, err);
}

int api_list_export(struct http_request *req, struct http_response *res,
                    const struct api_list *list, struct err *err)
{
    struct civil c = civil_from_ms(req->now, site.zone);

    return send_file(
        req, res, list,
        str_printf(req->arena, "%s-%04d-%02d-%02d", list->name, c.year, c.month, c.day), true, err);
}
