#include "app/api/inner.h"
#include "app/api/queries.h"
#include "base/clock.h"
#include "base/json.h"

static struct web_problem *problem_of(struct http_request *req)
{
    if (req->problem == NULL)
        req->problem = arena_new(req->arena, struct web_problem);
    return req->problem;
}

/* ---- bodies ------------------------------------------------------------------------------------
 */

static bool is_json(const struct http_request *req)
{
    struct str type = http_header(req, "Content-Type");
    ptrdiff_t semicolon = str_find_char(type, ';');

    if (semicolon >= 0)
        type = str_sub(type, 0, (size_t)semicolon);
    type = str_trim(type);
    return str_eq_nocase(type, STR("application/json")) ||
           str_eq_nocase(type, STR("application/merge-patch+json"));
}

/* Line and column of the reader, both from 1; columns count bytes. */
static void place_of(const struct json *j, int64_t *line, int64_t *column)
{
    *line = *column = 1;
    for (const char *p = j->start; p < j->pos; p++) {
        *column = *p == '\n' ? 1 : *column + 1;
        *line += *p == '\n';
    }
}

static int check_syntax(struct http_request *req, struct err *err)
{
    struct web_problem *problem;
    enum json_type type;
    struct json j;

    if (!is_json(req))
        return err_set(err, ERR_UNSUPPORTED,
                       "the body must be application/json, and say so in Content-Type");
    json_init(&j, req->body);
    while ((type = json_next(&j)) != JSON_END && type != JSON_ERROR)
        ;
    if (type == JSON_END)
        return 0;
    problem = problem_of(req);
    place_of(&j, &problem->line, &problem->column);
    return err_set(err, ERR_SYNTAX, "%s", json_error_text(&j, req->arena).ptr);
}

typedef int read_fn(const struct form *, struct http_request *, struct str, void *,
                    struct form_state *, struct err *);

static int read_with(read_fn *read, struct http_request *req, const struct form *form, void *out,
                     struct err *err)
{
    struct form_state *state = arena_new(req->arena, struct form_state);
    int r = check_syntax(req, err);

    if (r == 0 && (r = read(form, req, req->body, out, state, err)) < 0)
        problem_of(req)->form = state;
    return r;
}

int api_read(struct http_request *req, const struct form *form, void *out, struct err *err)
{
    return read_with(form_parse_json, req, form, out, err);
}

int api_read_change(struct http_request *req, const struct form *form, void *out, struct err *err)
{
    return read_with(form_patch_json, req, form, out, err);
}

int api_reject(struct http_request *req, const char *member, struct str message, struct err *err)
{
    struct form_state *state = arena_new(req->arena, struct form_state);

    problem_of(req)->form = state;
    return form_reject(state, req->arena, member, message, err);
}

int api_part_int(const struct http_request *req, const char *name, int64_t *out, struct err *err)
{
    return str_to_int(http_param(req, name), out)
               ? 0
               : err_set(err, ERR_NOT_FOUND, "there is no %s \"" STR_FMT "\"", name,
                         STR_ARG(http_param(req, name)));
}

struct str api_arg(const struct http_request *req, const char *name)
{
    struct str s = http_arg(req, name);

    return s.len > 0 ? s : STR_EMPTY;
}

struct opt_int api_arg_int(const struct http_request *req, const char *name)
{
    int64_t n;

    return str_to_int(http_arg(req, name), &n) ? opt_int(n) : NO_INT;
}

/* ---- answers -----------------------------------------------------------------------------------
 */

/* The tag names the version of the record, which If-Match is compared by, and what was answered. */
static struct str tag_of(struct arena *a, struct str body, int64_t version)
{
    return str_printf(a, "\"%" PRId64 "-%016" PRIx64 "\"", version, str_hash(body));
}

static bool matches(struct str list, struct str tag)
{
    struct str one;

    while (str_split(&list, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("W/")))
            one = str_from(one, 2);
        if (str_eq(one, tag) || str_is(one, "*"))
            return true;
    }
    return false;
}

void api_finish(struct http_request *req, struct http_response *res, int64_t version)
{
    struct str tag;

    buf_add_char(&res->body, '\n');
    res->type = "application/json";
    tag = tag_of(req->arena, buf_str(&res->body), version);
    http_add_header(res, STR("ETag"), tag);
    http_add_header(res, STR("Cache-Control"), STR("private, no-cache"));
    if (res->status == 200 && (req->method == HTTP_GET || req->method == HTTP_HEAD) &&
        http_header(req, "If-None-Match").len > 0 &&
        matches(http_header(req, "If-None-Match"), tag)) {
        res->status = 304;
        buf_clear(&res->body);
    }
}

int api_send(struct http_request *req, struct http_response *res, const struct api_resource *of,
             const void *record, int64_t version)
{
    struct json_writer w;

    json_w_init(&w, &res->body);
    api_write(of, record, &w, req->arena);
    api_finish(req, res, version);
    return 0;
}

int api_send_created(struct http_request *req, struct http_response *res,
                     const struct api_resource *of, const void *record, int64_t version,
                     struct str location)
{
    res->status = 201;
    http_add_header(res, STR("Location"), location);
    return api_send(req, res, of, record, version);
}

int api_send_done(struct http_response *res)
{
    res->status = 204;
    return 0;
}

struct any_rows {
    const char *at;
    size_t len;
};

int api_send_list(struct http_request *req, struct http_response *res,
                  const struct api_resource *of, const void *rows)
{
    const struct any_rows *list = rows;
    struct json_writer w;

    json_w_init(&w, &res->body);
    json_w_object(&w);
    json_w_key(&w, STR("items"));
    json_w_array(&w);
    for (size_t i = 0; i < list->len; i++)
        api_write(of, list->at + i * of->size, &w, req->arena);
    json_w_end(&w);
    json_w_key(&w, STR("next"));
    json_w_null(&w);
    json_w_end(&w);
    api_finish(req, res, 0);
    return 0;
}

/* ---- versions ----------------------------------------------------------------------------------
 */

int api_version(struct http_request *req, int64_t *version, struct err *err)
{
    struct str tag = str_trim(http_header(req, "If-Match"));
    ptrdiff_t dash;

    *version = 0;
    if (tag.len == 0)
        return err_set(err, ERR_VERSION_NEEDED,
                       "send the record's ETag in If-Match, so that nobody's change is lost; * "
                       "changes it whatever it is");
    if (str_is(tag, "*"))
        return 0;
    if (str_starts(tag, STR("W/")))
        tag = str_from(tag, 2);
    if (tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"')
        tag = str_sub(tag, 1, tag.len - 2);
    dash = str_find_char(tag, '-');
    if (dash >= 0)
        tag = str_sub(tag, 0, (size_t)dash);
    return str_to_int(tag, version) && *version > 0
               ? 0
               : err_set(err, ERR_INVALID, "If-Match holds no ETag of a record of this site");
}

static struct str changes_json(struct arena *a, const struct api_changes_rows *rows)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_array(&w);
    for (size_t i = 0; i < rows->len; i++) {
        const struct api_changes_row *row = &rows->at[i];

        json_w_object(&w);
        json_w_kstr(&w, "at", clock_rfc3339(a, row->at, site.zone));
        json_w_kstr(&w, "who", row->actor_name);
        json_w_kstr(&w, "action", row->action);
        json_w_key(&w, STR("detail"));
        if (row->detail.len > 0 && json_valid(row->detail, NULL))
            json_w_raw(&w, row->detail);
        else
            json_w_null(&w);
        json_w_end(&w);
    }
    json_w_end(&w);
    return buf_str(&out);
}

int api_overtaken(struct http_request *req, struct db *db, int code, const char *object_kind,
                  int64_t object_id, int64_t version, int64_t present, struct err *err)
{
    enum { MOST = 20 };
    struct api_changes_rows rows;
    int r;

    if (code != ERR_CONFLICT || version == 0 || present <= version)
        return code;
    /* Each change raises the version by at least one and leaves one entry. */
    r = api_changes(db, req->arena, str_c(object_kind), object_id, MIN(present - version, MOST),
                    &rows, err);
    if (r < 0)
        return r;
    problem_of(req)->version = present;
    problem_of(req)->changes = changes_json(req->arena, &rows);
    return err_set(err, ERR_OVERTAKEN,
                   "the record is at version %" PRId64 ", your change was made from %" PRId64,
                   present, version);
}
