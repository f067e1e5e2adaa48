#include "app/incident/incident.h"
#include "app/memo/memo.h"
#include "app/observable/observable.h"
#include "app/search/view.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* Shown of each kind when all are asked for, and when one is. Titles come first among FETCH. */
enum { HITS = 6, HITS_ONE = 50, FETCH = 24, SNIPPET = 220 };

typedef int find_fn(struct db *, struct arena *, int64_t, int64_t, struct str, struct str,
                    struct str, struct str, struct str, int64_t, struct search_hit_rows *,
                    struct err *);
typedef int count_fn(struct db *, struct arena *, int64_t, int64_t, struct str, struct str,
                     struct str, struct str, struct str, struct search_count_row *, struct err *);

enum reach { ANY_REACH, INCIDENT_REACH, REPORT_REACH };

/* [0] for who reaches a part, [1] for who reaches everything. */
static const struct kind {
    const char *name, *title, *icon, *path, *behind;
    enum permission permission;
    enum reach reach;
    find_fn *find[2];
    count_fn *count[2];
} kinds[] = {
    {"incidents",
     N_("Incidents"),
     "lifebuoy",
     "/incidents",
     "",
     PERM_INCIDENT_READ,
     INCIDENT_REACH,
     {search_incidents_reach, search_incidents},
     {search_incidents_reach_count, search_incidents_count}},
    {"reports",
     N_("Reports"),
     "inbox",
     "/reports",
     "",
     PERM_REPORT_READ,
     REPORT_REACH,
     {search_reports_reach, search_reports},
     {search_reports_reach_count, search_reports_count}},
    {"comments",
     N_("Comments"),
     "message",
     "/incidents",
     "/comments",
     PERM_INCIDENT_READ,
     INCIDENT_REACH,
     {search_comments_reach, search_comments},
     {search_comments_reach_count, search_comments_count}},
    {"systems",
     N_("Systems"),
     "server-2",
     "/systems",
     "",
     PERM_SYSTEM_READ,
     ANY_REACH,
     {search_systems, search_systems},
     {search_systems_count, search_systems_count}},
    {"orgs",
     N_("Organisations"),
     "sitemap",
     "/orgs",
     "",
     PERM_ORG_READ,
     ANY_REACH,
     {search_orgs, search_orgs},
     {search_orgs_count, search_orgs_count}},
};

static struct str state_word(enum lang lang, struct str state, int *step)
{
    *step = 0;
    for (int i = 0; incident_state_choices[i].value != NULL; i++) {
        if (str_is(state, incident_state_choices[i].value)) {
            *step = i;
            return i18n_text(lang, incident_state_choices[i].label);
        }
    }
    return STR("");
}

static void add_hit(struct arena *a, const struct http_request *req, const struct search_ask *ask,
                    const struct kind *k, const struct search_hit_row *row,
                    struct search_founds *out)
{
    struct search_found *f = vec_push(out, a);
    size_t in_title, in_text;

    *f = (struct search_found){
        .href = str_printf(a, "%s/" STR_FMT "%s", k->path, STR_ARG(row->code), k->behind),
        .code = row->code,
        .sub = row->sub,
        .severity = row->severity,
        .at = row->at};
    if (k->reach == INCIDENT_REACH)
        f->state = state_word(req->lang, row->state, &f->step);
    words_mark(a, &ask->words, row->title, &f->title, &in_title);
    if (row->body.len == 0 || (in_title >= ask->words.terms.len && k->behind[0] == '\0'))
        return;
    words_snippet(a, &ask->words, row->body, SNIPPET, &f->text, &in_text);
    if (in_text == 0)
        f->text.len = 0;
}

/* Whether every term stands in the title. */
static bool in_title(struct arena *a, const struct search_ask *ask, struct str title)
{
    struct words_parts ignored;
    size_t found;

    words_mark(a, &ask->words, title, &ignored, &found);
    return found >= ask->words.terms.len;
}

static void add_hits(struct arena *a, const struct http_request *req, const struct search_ask *ask,
                     const struct kind *k, const struct search_hit_rows *rows, size_t max,
                     struct search_founds *out)
{
    bool *first = arena_array(a, bool, rows->len + 1);

    for (size_t i = 0; i < rows->len; i++)
        first[i] = in_title(a, ask, rows->at[i].title);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < rows->len && out->len < max; i++) {
            if (first[i] == (pass == 0))
                add_hit(a, req, ask, k, &rows->at[i], out);
        }
    }
}

static int count_group(struct db *db, const struct http_request *req, const struct search_ask *ask,
                       const struct kind *k, bool wide, int64_t *total, struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id;
    struct search_count_row row;
    struct memo m;
    struct str key = str_printf(
        a, "search %s|%" PRId64 "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT,
        k->name, actor, STR_ARG(ask->match), STR_ARG(ask->state), STR_ARG(ask->kind),
        STR_ARG(ask->tlp), STR_ARG(ask->org));
    int r = memo_open(&m, db, a, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = k->count[wide](db, a, actor, req->now, ask->match, ask->state, ask->kind, ask->tlp,
                       ask->org, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

static struct str link_of(const struct http_request *req, const char *name)
{
    return web_url_with(req, "in", str_c(name));
}

static int find_words(struct db *db, const struct http_request *req, const struct search_ask *ask,
                      const struct kind *k, bool wide, struct search_groups *out, struct err *err)
{
    struct arena *a = req->arena;
    bool one = ask->in.len > 0;
    struct search_group group = {.name = k->name, .title = k->title, .icon = k->icon};
    struct search_hit_rows rows;
    int64_t limit = one ? HITS_ONE : FETCH;
    int r = k->find[wide](db, a, actor_of(req)->id, req->now, ask->match, ask->state, ask->kind,
                          ask->tlp, ask->org, limit, &rows, err);

    if (r < 0 || rows.len == 0)
        return r;
    add_hits(a, req, ask, k, &rows, one ? HITS_ONE : HITS, &group.hits);
    group.total = (int64_t)rows.len;
    if (group.total == limit && (r = count_group(db, req, ask, k, wide, &group.total, err)) < 0)
        return r;
    if (!one && group.total > (int64_t)group.hits.len)
        group.more = link_of(req, k->name);
    *vec_push(out, a) = group;
    return 0;
}

static int find_observables(struct db *db, const struct http_request *req,
                            const struct search_ask *ask, struct search_groups *out,
                            struct err *err)
{
    struct arena *a = req->arena;
    struct search_group group = {.name = "observables", .title = N_("Observables"), .icon = "eye"};
    struct search_observables_rows rows;
    int r = search_observables(db, a, actor_of(req)->id, req->now, ask->value, ask->last,
                               ask->in.len > 0 ? HITS_ONE : HITS, &rows, err);

    if (r < 0 || rows.len == 0)
        return r;
    for (size_t i = 0; i < rows.len; i++) {
        struct search_found *f = vec_push(&group.hits, a);
        struct buf href = buf_make(a);

        buf_printf(&href, "/observables/" STR_FMT "/", STR_ARG(rows.at[i].kind));
        html_url_part(&href, rows.at[i].value);
        *f = (struct search_found){.href = buf_str(&href),
                                   .code = observable_kind_label(req->lang, rows.at[i].kind),
                                   .sub = STR(""),
                                   .at = rows.at[i].last_seen};
        *vec_push(&f->title, a) = (struct words_part){
            observable_defang_text(a, rows.at[i].kind, rows.at[i].value), false};
    }
    group.total = (int64_t)rows.len;
    *vec_push(out, a) = group;
    return 0;
}

/* Incidents that hold the observable itself, whatever their words. */
static int find_with(struct db *db, const struct http_request *req, const struct search_ask *ask,
                     struct search_groups *out, struct err *err)
{
    struct arena *a = req->arena;
    struct search_group group = {
        .name = "incidents", .title = N_("Incidents with this observable"), .icon = "lifebuoy"};
    struct search_incidents_with_rows rows;
    int r =
        search_incidents_with(db, a, actor_of(req)->id, req->now, ask->exact, HITS_ONE, &rows, err);

    if (r < 0 || rows.len == 0)
        return r;
    for (size_t i = 0; i < rows.len; i++) {
        const struct search_incidents_with_row *row = &rows.at[i];

        add_hit(a, req, ask, &kinds[0],
                &(struct search_hit_row){.code = row->code,
                                         .title = row->title,
                                         .sub = row->sub,
                                         .state = row->state,
                                         .severity = row->severity,
                                         .at = row->at,
                                         .body = STR("")},
                &group.hits);
    }
    group.total = (int64_t)rows.len;
    *vec_push(out, a) = group;
    return 0;
}

/* Incidents of which the actor knows the marked parts only. */
static int find_shared(struct db *db, const struct http_request *req, const struct search_ask *ask,
                       struct search_groups *out, struct err *err)
{
    struct arena *a = req->arena;
    struct search_group group = {
        .name = "incidents", .title = N_("Shared in part"), .icon = "lifebuoy"};
    struct str pattern = db_like(a, str_trim(text_fold(a, ask->words.plain)));
    struct search_shared_rows rows;
    int r = search_shared(db, a, actor_of(req)->id, req->now, pattern, ask->exact, HITS_ONE, &rows,
                          err);

    if (r < 0 || rows.len == 0)
        return r;
    for (size_t i = 0; i < rows.len; i++) {
        const struct search_shared_row *row = &rows.at[i];

        add_hit(a, req, ask, &kinds[0],
                &(struct search_hit_row){.code = row->code,
                                         .title = row->title,
                                         .sub = row->sub,
                                         .state = row->state,
                                         .severity = row->severity,
                                         .at = row->at,
                                         .body = STR("")},
                &group.hits);
    }
    group.total = (int64_t)rows.len;
    *vec_push(out, a) = group;
    return 0;
}

static bool wanted(const struct search_ask *ask, const char *name)
{
    return ask->in.len == 0 || str_is(ask->in, name);
}

int search_all(struct db *db, const struct http_request *req, const struct search_ask *ask,
               struct search_groups *out, struct err *err)
{
    const struct actor *actor = actor_of(req);
    bool cases = actor_can(actor, PERM_INCIDENT_READ) || actor_can(actor, PERM_REPORT_READ);
    struct search_sees_all_row sees;
    int r = 0;

    if (ask->value.len > 0 && cases && wanted(ask, "observables"))
        r = find_observables(db, req, ask, out, err);
    if (r >= 0 && ask->exact.len > 0 && actor_can(actor, PERM_INCIDENT_READ) &&
        wanted(ask, "incidents"))
        r = find_with(db, req, ask, out, err);
    if (r >= 0 && actor_can(actor, PERM_INCIDENT_READ) && wanted(ask, "incidents"))
        r = find_shared(db, req, ask, out, err);
    if (r < 0 || ask->match.len == 0)
        return r;
    if ((r = search_sees_all(db, req->arena, actor->id, req->now, &sees, err)) < 0)
        return r;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && r >= 0; i++) {
        bool wide = kinds[i].reach == INCIDENT_REACH ? sees.incidents
                    : kinds[i].reach == REPORT_REACH ? sees.reports
                                                     : true;

        if (actor_can(actor, kinds[i].permission) && wanted(ask, kinds[i].name))
            r = find_words(db, req, ask, &kinds[i], wide, out, err);
    }
    return MIN(r, 0);
}
