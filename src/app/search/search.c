#include "app/incident/incident.h"
#include "app/memo/memo.h"
#include "app/observable/observable.h"
#include "app/search/view.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* Shown of each kind when all are asked for, and when one is. Titles come first among FETCH. */
enum { HITS = 6, HITS_ONE = 50, FETCH = 24, SNIPPET = 220 };

VEC_TYPE(search_hits, struct search_hit_row);

typedef int hit_fn(void *ctx, const struct search_hit_row *row, struct err *err);
typedef int find_fn(struct db *, int64_t, int64_t, struct str, struct str, struct str, struct str,
                    struct str, int64_t, hit_fn *, void *, struct err *);
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

/* Rows to keep: what a statement hands out lives only meanwhile. */
struct kept {
    struct arena *arena;
    struct search_hits rows;
};

static int keep_hit(void *ctx, const struct search_hit_row *row, _unused_ struct err *err)
{
    struct kept *k = ctx;
    struct search_hit_row *mine = vec_push(&k->rows, k->arena);

    *mine = *row;
    mine->code = str_dup(k->arena, row->code);
    mine->title = str_dup(k->arena, row->title);
    mine->sub = str_dup(k->arena, row->sub);
    mine->state = str_dup(k->arena, row->state);
    mine->body = str_dup(k->arena, row->body);
    return 0;
}

/* A row of the statements that look for no words as one of those that do. */
struct passing {
    hit_fn *fn;
    void *ctx;
};

static int pass_case(void *ctx, const struct search_case_row *row, struct err *err)
{
    const struct passing *p = ctx;

    return p->fn(p->ctx,
                 &(struct search_hit_row){.code = row->code,
                                          .title = row->title,
                                          .sub = row->sub,
                                          .state = row->state,
                                          .severity = row->severity,
                                          .at = row->at,
                                          .body = STR("")},
                 err);
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
                     const struct kind *k, const struct search_hits *rows, size_t max,
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
    struct kept kept = {.arena = a};
    int64_t limit = one ? HITS_ONE : FETCH;
    int r = k->find[wide](db, actor_of(req)->id, req->now, ask->match, ask->state, ask->kind,
                          ask->tlp, ask->org, limit, keep_hit, &kept, err);

    if (r < 0 || kept.rows.len == 0)
        return r;
    add_hits(a, req, ask, k, &kept.rows, one ? HITS_ONE : HITS, &group.hits);
    group.total = (int64_t)kept.rows.len;
    if (group.total == limit && (r = count_group(db, req, ask, k, wide, &group.total, err)) < 0)
        return r;
    if (!one && group.total > (int64_t)group.hits.len)
        group.more = link_of(req, k->name);
    *vec_push(out, a) = group;
    return 0;
}

struct seen {
    const struct http_request *req;
    struct search_group group;
};

static int keep_observable(void *ctx, const struct search_observables_row *row,
                           _unused_ struct err *err)
{
    struct seen *s = ctx;
    struct arena *a = s->req->arena;
    struct search_found *f = vec_push(&s->group.hits, a);
    struct buf href = buf_make(a);

    buf_printf(&href, "/observables/" STR_FMT "/", STR_ARG(row->kind));
    html_url_part(&href, row->value);
    *f = (struct search_found){.href = buf_str(&href),
                               .code = str_dup(a, observable_kind_label(s->req->lang, row->kind)),
                               .sub = STR(""),
                               .at = row->last_seen};
    *vec_push(&f->title, a) =
        (struct words_part){str_dup(a, observable_defang_text(a, row->kind, row->value)), false};
    return 0;
}

static int find_observables(struct db *db, const struct http_request *req,
                            const struct search_ask *ask, struct search_groups *out,
                            struct err *err)
{
    struct seen seen = {
        .req = req, .group = {.name = "observables", .title = N_("Observables"), .icon = "eye"}};
    int r = search_observables(db, actor_of(req)->id, req->now, ask->value, ask->last,
                               ask->in.len > 0 ? HITS_ONE : HITS, keep_observable, &seen, err);

    if (r < 0 || seen.group.hits.len == 0)
        return r;
    seen.group.total = (int64_t)seen.group.hits.len;
    *vec_push(out, req->arena) = seen.group;
    return 0;
}

/* A group of incidents that were not found by their words. */
static void add_incidents(const struct http_request *req, const struct search_ask *ask,
                          const char *title, const struct search_hits *rows,
                          struct search_groups *out)
{
    struct search_group group = {.name = "incidents", .title = title, .icon = "lifebuoy"};

    for (size_t i = 0; i < rows->len; i++)
        add_hit(req->arena, req, ask, &kinds[0], &rows->at[i], &group.hits);
    group.total = (int64_t)rows->len;
    if (rows->len > 0)
        *vec_push(out, req->arena) = group;
}

/* Incidents that hold the observable itself, whatever their words. */
static int find_with(struct db *db, const struct http_request *req, const struct search_ask *ask,
                     struct search_groups *out, struct err *err)
{
    struct kept kept = {.arena = req->arena};
    int r = search_incidents_with(db, actor_of(req)->id, req->now, ask->exact, HITS_ONE, pass_case,
                                  &(struct passing){keep_hit, &kept}, err);

    if (r == 0)
        add_incidents(req, ask, N_("Incidents with this observable"), &kept.rows, out);
    return r;
}

static struct str shared_pattern(struct arena *a, const struct search_ask *ask)
{
    return db_like(a, str_trim(text_fold(a, ask->words.plain)));
}

/* Incidents of which the actor knows the marked parts only. */
static int find_shared(struct db *db, const struct http_request *req, const struct search_ask *ask,
                       struct search_groups *out, struct err *err)
{
    struct kept kept = {.arena = req->arena};
    int r = search_shared(db, actor_of(req)->id, req->now, shared_pattern(req->arena, ask),
                          ask->exact, HITS_ONE, pass_case, &(struct passing){keep_hit, &kept}, err);

    if (r == 0)
        add_incidents(req, ask, N_("Shared in part"), &kept.rows, out);
    return r;
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

/* ---- all of it, a row at a time ----------------------------------------------------------------
 */

struct handing {
    const struct http_request *req;
    const char *group;
    search_each_fn *fn;
    void *ctx;
};

static int hand_hit(void *ctx, const struct search_hit_row *row, struct err *err)
{
    struct handing *h = ctx;

    return h->fn(h->ctx, h->group, row, err);
}

static int hand_observable(void *ctx, const struct search_observables_row *row, struct err *err)
{
    struct handing *h = ctx;

    return h->fn(h->ctx, h->group,
                 &(struct search_hit_row){.code = observable_kind_label(h->req->lang, row->kind),
                                          .title = row->value,
                                          .sub = STR(""),
                                          .state = STR(""),
                                          .at = row->last_seen,
                                          .body = STR("")},
                 err);
}

int search_each(struct db *db, const struct http_request *req, const struct search_ask *ask,
                search_each_fn *fn, void *ctx, struct err *err)
{
    const struct actor *actor = actor_of(req);
    bool cases = actor_can(actor, PERM_INCIDENT_READ) || actor_can(actor, PERM_REPORT_READ);
    bool incidents = actor_can(actor, PERM_INCIDENT_READ) && wanted(ask, "incidents");
    struct handing h = {req, "observables", fn, ctx};
    struct passing p = {hand_hit, &h};
    struct search_sees_all_row sees;
    int r = 0;

    if (ask->value.len > 0 && cases && wanted(ask, "observables"))
        r = search_observables(db, actor->id, req->now, ask->value, ask->last, INT64_MAX,
                               hand_observable, &h, err);
    h.group = "incidents";
    if (r >= 0 && ask->exact.len > 0 && incidents)
        r = search_incidents_with(db, actor->id, req->now, ask->exact, INT64_MAX, pass_case, &p,
                                  err);
    if (r >= 0 && incidents)
        r = search_shared(db, actor->id, req->now, shared_pattern(req->arena, ask), ask->exact,
                          INT64_MAX, pass_case, &p, err);
    if (r < 0 || ask->match.len == 0)
        return r;
    r = search_sees_all(db, req->arena, actor->id, req->now, &sees, err);
    for (size_t i = 0; i < ARRAY_LEN(kinds) && r >= 0; i++) {
        const struct kind *k = &kinds[i];
        bool wide = k->reach == INCIDENT_REACH ? sees.incidents
                    : k->reach == REPORT_REACH ? sees.reports
                                               : true;

        h.group = k->name;
        if (actor_can(actor, k->permission) && wanted(ask, k->name))
            r = k->find[wide](db, actor->id, req->now, ask->match, ask->state, ask->kind, ask->tlp,
                              ask->org, INT64_MAX, hand_hit, &h, err);
    }
    return MIN(r, 0);
}
