#include "app/code/code.h"
#include "app/memo/memo.h"
#include "app/notice/notice.h"
#include "app/report/bulk.h"
#include "app/report/pages/list.html.h"
#include "app/report/pages/show.html.h"
#include "app/report/view.h"
#include "app/words/words.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

int report_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    int r = web_db(req, db, err);

    return r < 0 ? r
                 : report_find(*db, req->arena, http_param(req, "code"), actor_of(req), req->now,
                               id, err);
}

struct list_filter {
    struct str state, channel, words;
    bool open, mine; /* open: of those still to be decided on, oldest first */
};

static int count_list(struct db *db, const struct http_request *req, const struct list_filter *f,
                      bool wide, int64_t *total, struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id;
    struct report_count_row row;
    struct memo m;
    struct str key =
        str_printf(a, "reports|%" PRId64 "|" STR_FMT "|" STR_FMT "|%d|%d|" STR_FMT, actor,
                   STR_ARG(f->state), STR_ARG(f->channel), f->open, f->mine, STR_ARG(f->words));
    int r = memo_open(&m, db, a, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = (!wide     ? report_count_reach
         : f->open ? report_count_inbox
                   : report_count)(db, a, actor, req->now, f->state, f->open, f->channel, NO_INT,
                                   f->mine, f->words, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

/* Those that wait for an answer of who reported. */
static int count_waiting(struct db *db, const struct http_request *req, bool wide, int64_t *total,
                         struct err *err)
{
    const struct list_filter asking = {.state = STR("asking"), .open = true};

    return count_list(db, req, &asking, wide, total, err);
}

static int read_list(struct db *db, const struct http_request *req, const struct list_filter *f,
                     bool wide, struct report_list_view *v, struct err *err)
{
    bool oldest = f->open && !v->list.descending;

    return (oldest ? wide ? report_list : report_list_reach
            : wide ? report_list_newest
                   : report_list_newest_reach)(
        db, req->arena, actor_of(req)->id, req->now, f->state, f->open, f->channel, NO_INT, f->mine,
        f->words, v->list.limit, v->list.offset, &v->rows, err);
}

bool report_was_chosen(const struct http_request *req, struct str code)
{
    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "id") && str_eq(req->form[i].value, code))
            return true;
    }
    return false;
}

int report_web_list(struct http_request *req, struct http_response *res, struct err *err)
{
    return report_list_again(req, res, STR_EMPTY, err);
}

int report_list_again(struct http_request *req, struct http_response *res, struct str problem,
                      struct err *err)
{
    static const char *const sorts[] = {"received", NULL};
    struct report_list_view v = {
        .req = req, .state = http_arg(req, "state"), .channel = http_arg(req, "channel")};
    bool wide;
    struct list_filter f = {.mine = str_is(http_arg(req, "who"), "me")};
    struct html_page p;
    struct db *db;
    int r;

    v.bulk_url = str_printf(req->arena, "/reports/bulk%s" STR_FMT, req->query.len > 0 ? "?" : "",

                            STR_ARG(req->query));
    v.bulk_error = problem;
    web_list_parse(req, sorts, &v.list);
    v.inbox = v.state.len == 0 || str_is(v.state, "inbox");
    f.state = v.inbox ? STR("new") : str_is(v.state, "all") ? STR_EMPTY : v.state;
    f.open = report_is_open(f.state);
    f.channel = v.channel.len > 0 ? v.channel : STR_EMPTY;
    f.words = words_typed(req->arena, db_engine(site.pool), v.list.q_raw);
    v.filtered = !v.inbox || f.channel.len > 0 || f.mine || f.words.len > 0;
    v.may_triage = actor_can(actor_of(req), PERM_REPORT_TRIAGE);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_open(req, res, db, "reports", &v.saved, err)) != 0)
        return MIN(r, 0);
    if ((r = actor_reaches_all(db, req->arena, actor_of(req), PERM_REPORT_READ, req->now, &wide,
                               err)) < 0 ||
        (r = count_list(db, req, &f, wide, &v.total, err)) < 0 ||
        (r = count_waiting(db, req, wide, &v.waiting, err)) < 0 ||
        (r = read_list(db, req, &f, wide, &v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Reports"), .rail = "reports"});
    report_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

/* A title that was cut off from the words of the report says half a sentence: of what kind it is,
 * and where, says more. */
static struct str propose_title(struct arena *a, const struct report_get_row *r)
{
    struct str where = r->system_name.len > 0 ? r->system_name : r->org_name;

    if (!str_ends(r->title, STR("…")) || where.len == 0 || r->kind.len == 0)
        return r->title;
    return str_printf(a, STR_FMT ": " STR_FMT, STR_ARG(report_kind_label(LANG_VI, r->kind)),
                      STR_ARG(where));
}

/* By the level of the system; what encrypts data has stopped somebody's work already. */
static struct str propose_severity(const struct report_get_row *r)
{
    int64_t level = r->system_level.has ? r->system_level.v : 0;

    if (level >= 4)
        return STR("4");
    return level == 3 || str_is(r->kind, "ransom") ? STR("3") : STR("2");
}

/* What the decision to open an incident starts from. */
static void propose(struct arena *a, const struct report_get_row *r, struct form_state *form)
{
    int64_t detected = r->detected_at.has ? r->detected_at.v : r->received_at;
    struct report_open_values in = {
        .title = propose_title(a, r),
        .org = r->org_id.has ? str_printf(a, "%" PRId64, r->org_id.v) : STR(""),
        .kind = r->kind,
        .severity = propose_severity(r),
        .tlp = r->confidential ? STR("amber+strict") : STR("amber"),
        /* Nobody knows it by the second. */
        .detected_at = opt_int(detected - detected % MINUTE_MS),
    };

    form_fill(&report_open_form, a, &in, form);
}

/* Reports older than this that share something tell of another time. */
#define EARLIER_MS (90 * DAY_MS)

static const struct report_similar_row *earlier(const struct report_page_view *v)
{
    for (size_t i = 0; i < v->similar.len; i++) {
        const struct report_similar_row *s = &v->similar.at[i];

        if (s->id < v->r.id && v->r.received_at - s->received_at < EARLIER_MS &&
            !str_is(s->state, "spam"))
            return s;
    }
    return NULL;
}

int report_next(struct http_request *req, struct db *db, const struct report_get_row *from,
                struct report_after_row *out, struct err *err)
{
    int64_t actor = actor_of(req)->id;
    int r = report_after(db, req->arena, actor, req->now, from->received_at, from->id, from->id,
                         out, err);

    return r != 0 ? r : report_after(db, req->arena, actor, req->now, 0, 0, from->id, out, err);
}

static int load_mail_texts(struct http_request *req, struct db *db, struct letter_view *v,
                           struct err *err)
{
    struct incident_texts texts;
    int r = incident_texts_for(db, req->arena, STR("mail"), actor_of(req), req->now, &texts, err);

    for (size_t i = 0; r == 0 && i < texts.len; i++)
        *vec_push(&v->texts, req->arena) = (struct letter_text){texts.at[i].id, texts.at[i].name};
    return r;
}

int report_page_show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                     struct report_page_view *v, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct observe_hits hits;
    struct html_page p;
    int r;

    v->req = req;
    if ((r = report_get(db, req->arena, id, &v->r, err)) < 0 ||
        (r = report_may(db, req->arena, actor->id, req->now, id, &v->may, err)) < 0 ||
        (r = report_messages(db, req->arena, id, &v->messages, err)) < 0 ||
        (r = evidence_of_report(db, req->arena, id, &v->files, err)) < 0 ||
        (r = report_history(db, req->arena, id, &v->history, err)) < 0)
        return r;
    /* An incident that was opened from this report has not seen anything before it. */
    observe_extract(report_text(req->arena, v->r.title, v->r.body), req->arena, &hits);
    if ((r = observable_look_up(
             db, req->arena, &hits, actor,
             report_can_return(&v->r) || !v->r.incident_id.has ? 0 : v->r.incident_id.v, req->now,
             &v->seen, err)) < 0)
        return r;
    v->open = report_is_open(v->r.state);
    v->mail.action = str_printf(req->arena, "/reports/" STR_FMT "/mail", STR_ARG(v->r.code));
    /* Who reported is not for those who only read, when it is confidential. */
    if ((v->may.may_triage || !v->r.confidential) &&
        (r = letter_load(db, req,
                         &(struct letter_case){.report_id = id, .code = v->r.code, .tlp = STR("")},
                         v->may.may_triage, &v->mail, err)) < 0)
        return r;
    if (v->may.may_triage && (r = incident_texts_for(db, req->arena, STR("answer"), actor, req->now,
                                                     &v->texts, err)) < 0)
        return r;
    if (v->may.may_triage &&
        (r = report_reaches_by_mail(req, db, id, &v->reached_by_mail, err)) < 0)
        return r;
    if (v->may.may_triage && (r = load_mail_texts(req, db, &v->mail, err)) < 0)
        return r;
    if (v->may.may_triage && v->open) {
        if ((r = incident_templates_for(db, req->arena, actor, req->now, &v->templates, err)) < 0 ||
            (r = report_suggestions(db, req->arena, actor->id, req->now, id, &v->suggestions,
                                    err)) < 0 ||
            (r = report_similar(db, req->arena, actor->id, req->now, id, &v->similar, err)) < 0 ||
            (r = org_options(db, req->arena, actor, PERM_INCIDENT_MANAGE, req->now, &v->orgs,
                             &v->orgs_len, err)) < 0)
            return r;
        v->earlier = earlier(v);
        if (v->form.values_len == 0)
            propose(req->arena, &v->r, &v->form);
    }
    if (v->may.may_triage && (r = report_next(req, db, &v->r, &v->next, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = str_printf(req->arena, STR_FMT " " STR_FMT,
                                                     STR_ARG(v->r.code), STR_ARG(v->r.title)),
                                 .rail = "reports",
                                 .crumbs = {{T(req->lang, "Reports"), STR("/reports")}},
                                 .crumbs_len = 1});
    report_show_html(&p, v);
    web_page_end(&p);
    return 0;
}

int report_web_page(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = notice_seen(db, req->arena, actor_of(req)->id, id, 0, req->now, err)) < 0)
        return r;
    return report_page_show(req, res, db, id, &v, err);
}

#define TRIAGE(pattern, handler)                                                                   \
    {                                                                                              \
        HTTP_POST, pattern, "report.triage", handler, HTTP_BODY_FORM, .scope = "report"            \
    }

const struct http_route report_routes[] = {
    {HTTP_GET, "/report", "public", report_web_public, .scope = "none"},
    {HTTP_POST, "/report", "public", report_web_public_post, HTTP_BODY_FILES, .scope = "none"},
    {HTTP_GET, "/track", "public", report_web_track, .scope = "none"},
    {HTTP_POST, "/track", "public", report_web_track_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/r/{secret}", "public", report_web_follow, .scope = "none"},
    {HTTP_POST, "/r/{secret}", "public", report_web_follow_post, HTTP_BODY_FILES, .scope = "none"},
    {HTTP_GET, "/reports", "report.read", report_web_list, .scope = "none"},
    {HTTP_GET, "/reports/new", "report.create", report_web_officer, .scope = "none"},
    {HTTP_POST, "/reports/new", "report.create", report_web_officer_post, HTTP_BODY_FILES,
     .scope = "none"},
    {HTTP_GET, "/reports/{code}", "report.read", report_web_page, .scope = "report"},
    {HTTP_POST, "/reports/bulk", "report.triage", report_web_bulk, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_POST, "/reports/undo", "report.triage", report_web_undo, HTTP_BODY_FORM, .scope = "none"},
    TRIAGE("/reports/{code}/open", report_web_open),
    TRIAGE("/reports/{code}/join", report_web_join),
    TRIAGE("/reports/{code}/mark", report_web_mark),
    TRIAGE("/reports/{code}/ask", report_web_ask),
    TRIAGE("/reports/{code}/mail", report_web_mail),
    TRIAGE("/reports/{code}/owner", report_web_owner),
};
const size_t report_routes_len = ARRAY_LEN(report_routes);
