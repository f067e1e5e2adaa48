#include "app/audit/audit.h"
#include "app/journal/journal.h"
#include "app/journal/pages/audit.html.h"
#include "app/journal/view.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

enum { PAGE_ROWS = 50, DATE_LENGTH = 10 };

/* ---- what the URL asks for ------------------------------------------------------------------- */

static bool parse_date(struct str s, int64_t *out)
{
    return clock_parse(s, i18n_zone(), out) || clock_parse_local(s, i18n_zone(), out);
}

void audit_filter_parse(const struct http_request *req, struct audit_filter *f)
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

    audit_filter_parse(req, &view.filter);
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

const struct http_route journal_routes[] = {
    {HTTP_GET, "/audit", "audit.read", audit_get, .scope = "none"},
    {HTTP_GET, "/audit/check", "audit.read", check_get, .scope = "none"},
};
const size_t journal_routes_len = ARRAY_LEN(journal_routes);
