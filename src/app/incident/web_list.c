#include "app/incident/lists.h"
#include "app/incident/pages/list.html.h"
#include "app/incident/view.h"
#include "app/memo/memo.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

/* Whom several incidents at once may be given to. */
static int load_people(struct http_request *req, struct db *db, struct incident_list_view *v,
                       struct err *err)
{
    struct case_people_rows rows;
    int r;

    v->may_write = actor_can(actor_of(req), PERM_INCIDENT_WRITE);
    v->may_manage = actor_can(actor_of(req), PERM_INCIDENT_MANAGE);
    if (v->ask.len == 0)
        v->ask = http_arg(req, "ask");
    if (!v->may_manage || v->ask.len == 0 || str_is(v->ask, "org"))
        return 0;
    if ((r = case_people(db, req->arena, actor_of(req)->id, req->now, &rows, err)) < 0)
        return r;
    OPTIONS_FROM(rows, v->people, v->people_len, row->account_id, row->name);
    return 0;
}

struct str incident_arg(const struct http_request *req, const char *name)
{
    struct str s = http_arg(req, name);

    return s.len > 0 ? s : STR_EMPTY;
}

static struct opt_int filter_int(const struct http_request *req, const char *name)
{
    int64_t n;

    return str_to_int(http_arg(req, name), &n) ? opt_int(n) : NO_INT;
}

struct opt_int incident_filter_lead(const struct http_request *req)
{
    struct str who = http_arg(req, "who");

    return str_is(who, "me")       ? opt_int(actor_of(req)->id)
           : str_is(who, "nobody") ? opt_int(0)
                                   : NO_INT;
}

struct incident_filter incident_filter_read(const struct http_request *req,
                                            struct incident_list_view *v)
{
    struct incident_filter f = {0};
    bool one_open;

    v->state = http_arg(req, "state");
    v->kind = http_arg(req, "kind");
    v->severity = http_arg(req, "severity");
    v->who = http_arg(req, "who");
    v->later = str_is(v->state, "later");
    f.open_only = v->state.len == 0 || str_is(v->state, "open") || v->later;
    f.state = f.open_only || str_is(v->state, "all") ? STR_EMPTY : v->state;
    /* One of the states of open incidents: they are few, and have an index of their own. */
    one_open = f.state.len > 0 && !str_is(f.state, "closed");
    f.late = str_is(http_arg(req, "late"), "1");
    /* What is to be followed up later is out of sight, unless it is asked for or late. */
    f.follow = v->later ? 2 : f.open_only && !f.late ? 1 : 0;
    f.open_only |= one_open;
    f.kind = incident_arg(req, "kind");
    f.severity = filter_int(req, "severity");
    f.lead = incident_filter_lead(req);
    f.words = words_typed(req->arena, db_engine(site.pool), v->list.q_raw);
    v->org = http_arg(req, "org");
    v->filtered = f.state.len > 0 || f.kind.len > 0 || f.severity.has || v->org.len > 0 ||
                  f.lead.has || f.late || f.words.len > 0 || str_is(v->state, "all") || v->later;
    return f;
}

int incident_filter_org(struct http_request *req, struct db *db, struct incident_list_view *v,
                        struct incident_filter *f, struct err *err)
{
    struct incident_list_orgs_rows rows;
    int r;

    v->ask_org = str_is(http_arg(req, "ask"), "org");
    if (!v->ask_org && v->org.len == 0)
        return 0;
    /* All of them only when there is one to be chosen. */
    if ((r = incident_list_orgs(db, req->arena, actor_of(req)->id, req->now,
                                v->ask_org ? STR_EMPTY : v->org, &rows, err)) < 0)
        return r;
    v->org_name = v->org;
    if (v->org.len > 0)
        f->org = opt_int(0);
    for (size_t i = 0; i < rows.len && v->org.len > 0; i++) {
        if (str_eq(rows.at[i].code, v->org)) {
            f->org = opt_int(rows.at[i].id);
            v->org_name = rows.at[i].name;
        }
    }
    if (v->ask_org)
        v->orgs = rows;
    return 0;
}

int incident_filter_count(struct db *db, const struct http_request *req,
                          const struct incident_filter *f, bool wide, int64_t *total,
                          struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id;
    struct incident_count_row row;
    struct memo m;
    struct str key =
        str_printf(a,
                   "incidents|%" PRId64 "|" STR_FMT "|%d|" STR_FMT "|%" PRId64 "|%" PRId64
                   "|%" PRId64 "|%d|%" PRId64 "|" STR_FMT,
                   actor, STR_ARG(f->state), f->open_only, STR_ARG(f->kind),
                   f->severity.has ? f->severity.v : -1, f->org.has ? f->org.v : -1,
                   f->lead.has ? f->lead.v : -1, f->late, f->follow, STR_ARG(f->words));
    int r = memo_open(&m, db, a, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = (!wide          ? incident_count_reach
         : f->open_only ? incident_count_open
                        : incident_count_all)(db, a, actor, req->now, f->state, f->open_only,
                                              f->kind, f->severity, f->org, f->lead, f->late,
                                              f->words, f->follow, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

int incident_filter_rows(struct db *db, const struct http_request *req,
                         const struct incident_filter *f, bool wide, const struct web_list *list,
                         struct incident_summary_rows *out, struct err *err)
{
    bool newest = str_is(list->sort, "updated") && list->descending;
    int64_t actor = actor_of(req)->id;

    if (wide && newest)
        return (f->open_only ? incident_list_open : incident_list_all)(
            db, req->arena, actor, req->now, f->state, f->open_only, f->kind, f->severity, f->org,
            f->lead, f->late, f->words, list->limit, list->offset, f->follow, out, err);
    return (!wide          ? incident_list_reach
            : f->open_only ? incident_list_open_by
                           : incident_list_all_by)(
        db, req->arena, actor, req->now, f->state, f->open_only, f->kind, f->severity, f->org,
        f->lead, f->late, f->words, list->limit, list->offset, list->sort, list->descending,
        f->follow, out, err);
}

int incident_list_show(struct http_request *req, struct http_response *res,
                       struct incident_list_view *v, struct err *err)
{
    static const char *const sorts[] = {"-updated", "opened", "severity", "due", "code", NULL};
    bool wide;
    struct joint_count_row joint = {0};
    struct incident_filter f;
    struct html_page p;
    struct db *db;
    int r;

    v->req = req;
    v->bulk_url = str_printf(req->arena, "/incidents/bulk%s" STR_FMT, req->query.len > 0 ? "?" : "",
                             STR_ARG(req->query));
    web_list_parse(req, sorts, &v->list);
    f = incident_filter_read(req, v);
    v->may_create = actor_can(actor_of(req), PERM_INCIDENT_MANAGE);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_open(req, res, db, "incidents", &v->saved, err)) != 0)
        return MIN(r, 0);
    if ((r = load_people(req, db, v, err)) < 0 ||
        (r = incident_filter_org(req, db, v, &f, err)) < 0 ||
        (r = actor_reaches_all(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &wide,
                               err)) < 0 ||
        /* Who reaches everything sees what is shared as any other incident. */
        (!wide &&
         (r = joint_count(db, req->arena, actor_of(req)->id, req->now, &joint, err)) < 0) ||
        (r = incident_filter_count(db, req, &f, wide, &v->total, err)) < 0 ||
        (r = incident_filter_rows(db, req, &f, wide, &v->list, &v->rows, err)) < 0)
        return r;
    v->joint = joint.total;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Incidents"), .rail = "incidents"});
    incident_list_html(&p, v);
    web_page_end(&p);
    return 0;
}
