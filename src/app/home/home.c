#include "app/home/home.h"
#include "app/home/pages/home.html.h"
#include "app/home/view.h"
#include "app/incident/incident.h"
#include "app/memo/memo.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

enum { ROWS = 6, MISSED = 5 };

int home_state_step(struct str state)
{
    return MAX(form_choice_find(incident_state_choices, state), 0);
}

struct str home_state_word(enum lang lang, struct str state)
{
    return i18n_text(lang, incident_state_choices[home_state_step(state)].label);
}

static struct str greeting(enum lang lang, const struct civil *now)
{
    if (now->hour < 11)
        return T(lang, "Good morning");
    if (now->hour < 13)
        return T(lang, "Good day");
    return now->hour < 18 ? T(lang, "Good afternoon") : T(lang, "Good evening");
}

static struct str date(struct arena *a, enum lang lang, const struct civil *now, int64_t ms)
{
    static const char *const days[] = {N_("Sunday"),   N_("Monday"), N_("Tuesday"), N_("Wednesday"),
                                       N_("Thursday"), N_("Friday"), N_("Saturday")};
    struct str day = i18n_text(lang, days[now->weekday]), number = i18n_date(a, lang, ms);

    return str_printf(a, STR_FMT ", " STR_FMT, STR_ARG(day), STR_ARG(number));
}

static void opt_split(struct opt_int n, int64_t out[2])
{
    out[0] = n.has;
    out[1] = n.v;
}

static struct opt_int opt_joined(const int64_t in[2])
{
    return in[0] != 0 ? opt_int(in[1]) : NO_INT;
}

static int count_incidents(struct db *db, const struct http_request *req, bool wide,
                           struct home_incident_counts_row *out, struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id, n[5];
    struct memo m;
    int r = memo_open(&m, db, a, str_printf(a, "home incidents|%" PRId64, actor), req->now, err);

    if (r < 0)
        return r;
    if (memo_find(&m, n, 5)) {
        *out = (struct home_incident_counts_row){n[0], n[1], n[2], opt_joined(n + 3)};
        return 0;
    }
    r = (wide ? home_incident_counts : home_incident_counts_reach)(db, a, actor, req->now, out,
                                                                   err);
    if (r < 0)
        return r;
    n[0] = out->open;
    n[1] = out->high;
    n[2] = out->late;
    opt_split(out->oldest_due, n + 3);
    memo_keep(&m, n, 5);
    return 0;
}

static int read_incidents(struct db *db, const struct http_request *req, int64_t day_end,
                          struct home_view *v, struct err *err)
{
    int64_t actor = v->actor->id;
    bool wide;
    int r;

    if ((r = actor_reaches_all(db, req->arena, v->actor, PERM_INCIDENT_READ, req->now, &wide,
                               err)) < 0 ||
        (r = count_incidents(db, req, wide, &v->incidents, err)) < 0 ||
        (r = home_task_counts(db, req->arena, actor, req->now, day_end, &v->tasks, err)) < 0 ||
        (r = home_tasks(db, req->arena, actor, req->now, ROWS, &v->my_tasks, err)) < 0 ||
        (r = home_follow_up(db, req->arena, actor, req->now, ROWS, &v->follow_up, err)) < 0 ||
        (r = (wide ? home_due : home_due_reach)(db, req->arena, actor, req->now, ROWS, MISSED,
                                                &v->due, err)) < 0)
        return r;
    return (wide ? home_recent : home_recent_reach)(db, req->arena, actor, req->now, ROWS,
                                                    &v->recent, err);
}

static int count_reports(struct db *db, const struct http_request *req, bool wide,
                         struct home_report_counts_row *out, struct err *err)
{
    struct arena *a = req->arena;
    int64_t actor = actor_of(req)->id, n[4];
    struct memo m;
    int r = memo_open(&m, db, a, str_printf(a, "home reports|%" PRId64, actor), req->now, err);

    if (r < 0)
        return r;
    if (memo_find(&m, n, 4)) {
        *out = (struct home_report_counts_row){n[0], n[1], opt_joined(n + 2)};
        return 0;
    }
    r = (wide ? home_report_counts : home_report_counts_reach)(db, a, actor, req->now, out, err);
    if (r < 0)
        return r;
    n[0] = out->fresh;
    n[1] = out->asking;
    opt_split(out->oldest, n + 2);
    memo_keep(&m, n, 4);
    return 0;
}

static int read_reports(struct db *db, const struct http_request *req, struct home_view *v,
                        struct err *err)
{
    int64_t actor = v->actor->id;
    bool wide;
    int r = actor_reaches_all(db, req->arena, v->actor, PERM_REPORT_READ, req->now, &wide, err);

    if (r < 0 || (r = count_reports(db, req, wide, &v->reports, err)) < 0)
        return r;
    return (wide ? home_reports : home_reports_reach)(db, req->arena, actor, req->now, ROWS,
                                                      &v->fresh, err);
}

static int home_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct civil now = civil_from_ms(req->now, i18n_zone());
    struct civil midnight = {.year = now.year, .month = now.month, .day = now.day + 1};
    const struct actor *actor = actor_of(req);
    struct home_view v = {
        .actor = actor,
        .greeting = greeting(req->lang, &now),
        .date = date(req->arena, req->lang, &now, req->now),
        .sees_reports = actor_can(actor, PERM_REPORT_READ),
        .triages = actor_can(actor, PERM_REPORT_TRIAGE),
        .sees_incidents = actor_can(actor, PERM_INCIDENT_READ),
        .works = actor_can(actor, PERM_INCIDENT_WRITE),
    };
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    if (v.sees_incidents &&
        (r = read_incidents(db, req, civil_to_ms(&midnight, i18n_zone()), &v, err)) < 0)
        return r;
    if (v.sees_reports && (r = read_reports(db, req, &v, err)) < 0)
        return r;
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Home page"), .rail = "home"});
    home_html(&p, &v);
    web_page_end(&p);
    return 0;
}

const struct http_route home_routes[] = {
    {HTTP_GET, "/home", "session", home_get, .scope = "none"},
};
const size_t home_routes_len = ARRAY_LEN(home_routes);
