#include "app/home/home.h"
#include "app/home/pages/search.html.h"
#include "app/home/view.h"
#include "sys/i18n/i18n.h"

enum { HITS = 8 };

int search_get(struct http_request *req, struct http_response *res, struct err *err);

typedef int find_fn(struct db *, struct arena *, int64_t, int64_t, struct str, struct str, int64_t,
                    struct search_hit_rows *, struct err *);

static const struct {
    const char *title, *icon, *path;
    enum permission permission;
    find_fn *find;
} kinds[] = {
    {N_("Incidents"), "lifebuoy", "/incidents", PERM_INCIDENT_READ, search_incidents},
    {N_("Reports"), "inbox", "/reports", PERM_REPORT_READ, search_reports},
    {N_("Systems"), "server-2", "/systems", PERM_SYSTEM_READ, search_systems},
    {N_("Organisations"), "sitemap", "/orgs", PERM_ORG_READ, search_orgs},
};

/* "sc-2026-42" is how people type SC-2026-0042. */
static struct str as_code(struct arena *a, struct str q)
{
    ptrdiff_t dash = str_rfind_char(q, '-');
    struct str number = dash < 0 ? STR_EMPTY : str_from(q, (size_t)dash + 1);
    struct buf out = buf_make(a);
    int64_t n;

    if (dash < 2 || !str_to_int(number, &n))
        return STR_EMPTY;
    for (size_t i = 0; i < (size_t)dash; i++)
        buf_add_char(&out, (char)toupper((unsigned char)q.ptr[i]));
    buf_printf(&out, "-%04" PRId64, n);
    return buf_str(&out);
}

/* An observable is stored in lower case, without the brackets that make it harmless in a mail. */
static struct str as_value(struct arena *a, struct str q)
{
    struct str lower = str_lower(a, q);
    struct buf out = buf_make(a);

    for (size_t i = 0; i < lower.len; i++) {
        if (lower.ptr[i] != '[' && lower.ptr[i] != ']')
            buf_add_char(&out, lower.ptr[i]);
    }
    return buf_str(&out);
}

static struct str full_list(struct arena *a, const char *path, struct str q)
{
    struct buf out = buf_make(a);

    buf_printf(&out, "%s?q=", path);
    html_url_part(&out, q);
    buf_add_c(&out, "&state=all");
    return buf_str(&out);
}

int search_find_all(struct db *db, const struct http_request *req, const struct web_list *list,
                    struct search_groups *out, struct err *err)
{
    struct arena *a = req->arena;
    const struct actor *actor = actor_of(req);
    struct str pattern = db_like(a, list->q), value = as_value(a, list->q_raw);
    int r;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct search_group group = {.title = kinds[i].title, .icon = kinds[i].icon};

        if (!actor_can(actor, kinds[i].permission))
            continue;
        r = kinds[i].find(db, a, actor->id, req->now, pattern, value, HITS + 1, &group.hits, err);
        if (r < 0)
            return r;
        if (group.hits.len == 0)
            continue;
        if (group.hits.len > HITS) {
            group.hits.len = HITS;
            group.more = full_list(a, kinds[i].path, list->q_raw);
        }
        group.path = kinds[i].path;
        *vec_push(out, a) = group;
    }
    return 0;
}

int search_get(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const sorts[] = {"best", NULL};
    struct search_view v = {0};
    struct search_code_row row;
    struct web_list list;
    struct html_page p;
    struct str code;
    struct db *db;
    int r;

    web_list_parse(req, sorts, &list);
    v.q = list.q_raw;
    code = as_code(req->arena, v.q);
    if ((r = web_db(req, &db, err)) < 0)
        return r;
    if (code.len > 0) {
        r = search_code(db, req->arena, actor_of(req)->id, req->now, code, &row, err);
        if (r < 0)
            return r;
        if (r > 0) {
            http_redirect(res, str_printf(req->arena, "/" STR_FMT "/" STR_FMT, STR_ARG(row.kind),
                                          STR_ARG(code)));
            return 0;
        }
    }
    if (list.q.len > 0 && (r = search_find_all(db, req, &list, &v.groups, err)) < 0)
        return r;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Search"), .narrow = true});
    search_html(&p, &v);
    web_page_end(&p);
    return 0;
}
