#include "app/incident/incident.h"
#include "app/observable/observable.h"
#include "app/search/view.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* Shown of each kind when all are asked for, and when one is. Titles come first among FETCH. */
enum { HITS = 6, HITS_ONE = 50, FETCH = 24, SNIPPET = 220 };

VEC_TYPE(hit_list, struct search_hit_row);

typedef int hit_fn(void *ctx, const struct search_hit_row *row, struct err *err);
static const struct search_kind kinds[] = {
    {"incidents", N_("Incidents"), "lifebuoy", WORDS_INCIDENT, true, false, search_incidents_pick,
     search_incidents_mine, search_incidents_rows},
    {"reports", N_("Reports"), "inbox", WORDS_REPORT, false, true, search_reports_pick,
     search_reports_mine, search_reports_rows},
    {"comments", N_("Comments"), "message", WORDS_COMMENT, true, false, search_comments_pick,
     search_comments_mine, search_comments_rows},
    {"files", N_("Files"), "paperclip", WORDS_FILE, true, true, search_files_pick,
     search_files_mine, search_files_rows},
    {"letters", N_("Letters"), "mail", WORDS_LETTER, true, true, search_letters_pick,
     search_letters_mine, search_letters_rows},
    {"systems", N_("Systems"), "server-2", WORDS_SYSTEM, false, false, search_systems_pick, NULL,
     search_systems_rows},
    {"orgs", N_("Organisations"), "sitemap", WORDS_ORG, false, false, search_orgs_pick, NULL,
     search_orgs_rows},
};

static bool may(const struct actor *actor, const struct search_kind *k)
{
    if (k->of == WORDS_SYSTEM)
        return actor_can(actor, PERM_SYSTEM_READ);
    if (k->of == WORDS_ORG)
        return actor_can(actor, PERM_ORG_READ);
    return (k->cases && actor_can(actor, PERM_INCIDENT_READ)) ||
           (k->reports && actor_can(actor, PERM_REPORT_READ));
}

/* What of the cases the actor reaches whole. */
struct reach {
    bool incidents, reports;
};

static int reach_read(struct db *db, const struct http_request *req, struct reach *out,
                      struct err *err)
{
    const struct actor *actor = actor_of(req);
    int r = actor_reaches_all(db, req->arena, actor, PERM_INCIDENT_READ, req->now, &out->incidents,
                              err);

    return r < 0 ? r
                 : actor_reaches_all(db, req->arena, actor, PERM_REPORT_READ, req->now,
                                     &out->reports, err);
}

static bool is_whole(const struct reach *reach, const struct search_kind *k)
{
    return (!k->cases || reach->incidents) && (!k->reports || reach->reports);
}

static struct str href_of(struct arena *a, const struct search_kind *k,
                          const struct search_hit_row *row)
{
    static const char *const before[] = {
        [WORDS_INCIDENT] = "/incidents/", [WORDS_REPORT] = "/reports/",
        [WORDS_COMMENT] = "/incidents/",  [WORDS_SYSTEM] = "/systems/",
        [WORDS_ORG] = "/orgs/",           [WORDS_FILE] = "/files/"};

    if (k->of == WORDS_FILE)
        return str_printf(a, "%s" STR_FMT, before[k->of], STR_ARG(row->ref));
    if (k->of == WORDS_LETTER)
        return str_printf(a, STR_FMT STR_FMT "%s", STR_ARG(row->ref), STR_ARG(row->code),
                          str_is(row->ref, "/incidents/") ? "/mail" : "");
    return str_printf(a, "%s" STR_FMT "%s", before[k->of], STR_ARG(row->code),
                      k->of == WORDS_COMMENT ? "/comments" : "");
}

static struct str state_word(enum lang lang, struct str state, int *step)
{
    int at = form_choice_find(incident_state_choices, state);

    *step = MAX(at, 0);
    return at >= 0 ? i18n_text(lang, incident_state_choices[at].label) : STR("");
}

static void add_hit(struct arena *a, const struct http_request *req, const struct search_ask *ask,
                    const struct search_kind *k, const struct search_hit_row *row,
                    struct search_founds *out)
{
    struct search_found *f = vec_push(out, a);
    size_t in_title, in_text;

    *f = (struct search_found){.href = href_of(a, k, row),
                               .code = row->code,
                               .sub = row->sub,
                               .severity = row->severity,
                               .at = row->at};
    if (k->of == WORDS_INCIDENT || k->of == WORDS_COMMENT)
        f->state = state_word(req->lang, row->state, &f->step);
    words_mark(a, &ask->words, row->title, &f->title, &in_title);
    if (row->body.len == 0 || (in_title >= ask->words.terms.len && k->of != WORDS_COMMENT))
        return;
    words_snippet(a, &ask->words, row->body, SNIPPET, &f->text, &in_text);
    if (in_text == 0)
        f->text.len = 0;
}

/* Rows to keep: what a statement hands out lives only meanwhile. */
struct kept {
    struct arena *arena;
    struct hit_list rows;
};

static int keep_hit(void *ctx, const struct search_hit_row *row, _unused_ struct err *err)
{
    struct kept *k = ctx;
    struct search_hit_row *mine = vec_push(&k->rows, k->arena);

    *mine = *row;
    mine->code = str_dup(k->arena, row->code);
    mine->title = str_dup(k->arena, row->title);
    mine->sub = str_dup(k->arena, row->sub);
    mine->ref = STR("");
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
                                          .ref = STR(""),
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

static const struct search_hit_row *row_of(const struct search_hit_rows *rows, int64_t id)
{
    for (size_t i = 0; i < rows->len; i++) {
        if (rows->at[i].id == id)
            return &rows->at[i];
    }
    return NULL;
}

/* Those whose title holds every term before the others, each newest first. */
static void titles_first(struct arena *a, const struct search_ask *ask,
                         const struct search_hit_rows *rows, struct search_hits *hits, size_t len)
{
    int64_t *ids = arena_array(a, int64_t, len + 1);
    bool *first = arena_array(a, bool, len + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        const struct search_hit_row *row = row_of(rows, hits->ids[i]);

        first[i] = row != NULL && in_title(a, ask, row->title);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < len; i++) {
            if (first[i] == (pass == 0))
                ids[n++] = hits->ids[i];
        }
    }
    memcpy(hits->ids, ids, len * sizeof(*ids));
}

static struct str link_of(const struct http_request *req, const char *name)
{
    return web_url_with(req, "in", str_c(name));
}

static int find_words(struct db *db, const struct http_request *req, const struct search_ask *ask,
                      const struct search_kind *k, bool wide, struct search_groups *out,
                      struct err *err)
{
    struct arena *a = req->arena;
    size_t show = ask->in.len > 0 ? HITS_ONE : HITS, fetch = ask->in.len > 0 ? HITS_ONE : FETCH;
    struct search_group group = {.name = k->name, .title = k->title, .icon = k->icon};
    struct search_hit_rows rows;
    struct search_hits hits;
    int r = search_find(db, req, ask, k, wide, &hits, err);

    if (r < 0 || (hits.len == 0 && hits.kept))
        return r;
    fetch = MIN(hits.kept ? show : fetch, hits.len);
    if (fetch > 0 && (r = k->rows(db, a, actor_of(req)->id, req->now,
                                  words_list(a, hits.ids, fetch), &rows, err)) < 0)
        return r;
    if (!hits.kept && fetch > 0)
        titles_first(a, ask, &rows, &hits, fetch);
    search_keep(&hits);
    for (size_t i = 0; i < fetch && group.hits.len < show; i++) {
        const struct search_hit_row *row = row_of(&rows, hits.ids[i]);

        if (row != NULL)
            add_hit(a, req, ask, k, row, &group.hits);
    }
    group.total = (int64_t)hits.len;
    group.partial = hits.partial;
    if (ask->in.len == 0 && group.total > (int64_t)group.hits.len)
        group.more = link_of(req, k->name);
    if (group.hits.len > 0 || group.partial)
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
                          const char *title, const struct hit_list *rows, struct search_groups *out)
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
    struct reach reach;
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
    if ((r = reach_read(db, req, &reach, err)) < 0)
        return r;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && r >= 0; i++) {
        const struct search_kind *k = &kinds[i];

        if (may(actor, k) && wanted(ask, k->name))
            r = find_words(db, req, ask, k, is_whole(&reach, k), out, err);
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
                                          .ref = STR(""),
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
    struct reach reach;
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
    r = reach_read(db, req, &reach, err);
    for (size_t i = 0; i < ARRAY_LEN(kinds) && r >= 0; i++) {
        const struct search_kind *k = &kinds[i];

        h.group = k->name;
        if (may(actor, k) && wanted(ask, k->name))
            r = search_walk(db, req, ask, k, is_whole(&reach, k), hand_hit, &h, err);
    }
    return MIN(r, 0);
}
