#include "app/audit/audit.h"
#include "app/journal/journal.h"
#include "app/journal/pages/audit.html.h"
#include "app/journal/view.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>

enum { PAGE_ROWS = 50, DATE_LENGTH = 10, CSV_CHUNK = 64 * 1024 };

/* ---- what the URL asks for ------------------------------------------------------------------- */

static bool parse_date(struct str s, int64_t *out)
{
    return clock_parse(s, i18n_zone(), out) || clock_parse_local(s, i18n_zone(), out);
}

static void parse_filter(const struct http_request *req, struct audit_filter *f)
{
    *f = (struct audit_filter){
        .who = str_trim(http_arg(req, "who")),
        .action = http_arg(req, "action"),
        .object = str_trim(http_arg(req, "object")),
        .from = str_trim(http_arg(req, "from")),
        .to = str_trim(http_arg(req, "to")),
        .from_ms = INT64_MIN,
        .to_ms = INT64_MAX,
        .before = INT64_MAX,
    };
    if (f->from.len > 0 && !parse_date(f->from, &f->from_ms))
        f->bad_date = f->from;
    if (f->to.len > 0 && !parse_date(f->to, &f->to_ms))
        f->bad_date = f->to;
    else if (f->to.len > 0 && f->to.len <= DATE_LENGTH)
        f->to_ms += DAY_MS; /* the whole of that day */
    /* The page is told by the entry it begins behind: entries that come meanwhile move nothing. */
    if (!str_to_int(http_arg(req, "page"), &f->before))
        f->before = INT64_MAX;
    f->any = f->who.len + f->action.len + f->object.len + f->from.len + f->to.len > 0;
}

static bool sees_cases(const struct http_request *req)
{
    return actor_can(actor_of(req), PERM_INCIDENT_READ);
}

/* ---- the page -------------------------------------------------------------------------------- */

/* One row more than shown is asked for: it tells whether there are older ones. */
static int audit_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct audit_view view = {.req = req};
    const struct audit_filter *f = &view.filter;
    struct html_page p;
    struct db *db;
    int r;

    parse_filter(req, &view.filter);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = audit_page(db, req->arena, actor_of(req)->id, req->now, sees_cases(req), f->who,
                        f->action, f->object, f->from_ms, f->to_ms, f->before, PAGE_ROWS + 1,
                        &view.rows, err)) < 0)
        return r;
    view.more = view.rows.len > PAGE_ROWS;
    view.rows.len = MIN(view.rows.len, (size_t)PAGE_ROWS);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Audit log"), .rail = "audit"});
    audit_html(&p, &view);
    web_page_end(&p);
    return 0;
}

/* Walks the whole chain while the visitor waits: half a million entries a second. */
static int check_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct audit_check_view view = {0};
    struct audit_head head;
    struct err problem = {0};
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = audit_head(db, req->arena, &head, err)) < 0)
        return r;
    view.head = head.hash;
    r = audit_verify(db, &view.checked, &problem);
    if (r < 0 && r != ERR_CORRUPT) {
        *err = problem;
        return r;
    }
    view.problem = str_dup(req->arena, str_c(problem.what));
    web_page(
        req, res, &p,
        &(struct web_frame){.title = T(req->lang, "Check of the audit log"),
                            .rail = "audit",
                            .narrow = true,
                            .crumbs = {{.label = T(req->lang, "Audit log"), .href = STR("/audit")}},
                            .crumbs_len = 1});
    audit_check_html(&p, &view);
    web_page_end(&p);
    return 0;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

struct csv_out {
    const struct http_request *req;
    struct buf buf;
    int fd;
    struct arena arena;
};

static int csv_flush(struct csv_out *out, struct err *err)
{
    int r = io_write_all(out->fd, buf_str(&out->buf), err);

    arena_clear(&out->arena);
    out->buf = buf_make(&out->arena);
    return r;
}

static int csv_row(void *ctx, const struct audit_entry_row *row, struct err *err)
{
    struct csv_out *out = ctx;
    const struct str fields[] = {
        str_printf(&out->arena, "%lld", (long long)row->seq),
        clock_rfc3339(&out->arena, row->at, i18n_zone()),
        row->actor_name,
        row->login,
        row->action,
        row->object_kind,
        row->object_code,
        row->address,
        row->detail,
        row->hash,
    };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        csv_write(&out->buf, fields[i], i == 0);
    csv_write_end(&out->buf);
    return out->buf.len < CSV_CHUNK ? 0 : csv_flush(out, err);
}

static int csv_write_all(struct csv_out *out, struct db *db, const struct audit_filter *f,
                         struct err *err)
{
    static const char *const columns[] = {"number", "time", "name",    "login",  "action",
                                          "kind",   "code", "address", "detail", "hash"};
    int r;

    out->buf = buf_make(&out->arena);
    buf_add(&out->buf, STR("\xef\xbb\xbf")); /* spreadsheets take UTF-8 only with it */
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        csv_write(&out->buf, str_c(columns[i]), i == 0);
    csv_write_end(&out->buf);
    r = audit_export(db, actor_of(out->req)->id, out->req->now, sees_cases(out->req), f->who,
                     f->action, f->object, f->from_ms, f->to_ms, csv_row, out, err);
    return r < 0 ? r : csv_flush(out, err);
}

/* Through a file without a name, so that a log of any length takes little memory. */
static int csv_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct csv_out out = {.req = req};
    struct audit_filter filter;
    struct db *db;
    int r;

    parse_filter(req, &filter);
    if ((r = web_db(req, &db, err)) < 0)
        return r;
    out.fd = open(site.dir.len > 0 ? site.dir.ptr : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (out.fd < 0)
        return err_errno(err, "cannot make a temporary file in " STR_FMT, STR_ARG(site.dir));
    r = csv_write_all(&out, db, &filter, err);
    arena_release(&out.arena);
    if (r < 0) {
        close_fd(&out.fd);
        return r;
    }
    res->type = "text/csv; charset=utf-8";
    res->file_fd = out.fd;
    res->file_size = lseek(out.fd, 0, SEEK_CUR);
    http_add_header(res, STR("Content-Disposition"), STR("attachment; filename=\"audit.csv\""));
    return 0;
}

const struct http_route journal_routes[] = {
    {HTTP_GET, "/audit", "audit.read", audit_get, .scope = "none"},
    {HTTP_GET, "/audit/check", "audit.read", check_get, .scope = "none"},
    {HTTP_GET, "/audit.csv", "audit.read", csv_get, .scope = "none"},
};
const size_t journal_routes_len = ARRAY_LEN(journal_routes);
