#include "app/incident/view.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

int64_t incident_morning(int64_t now, int days)
{
    struct civil c = civil_from_ms(now + days * DAY_MS, i18n_zone());

    c.hour = 8;
    c.minute = c.second = c.ms = 0;
    return civil_to_ms(&c, i18n_zone());
}

static int back(struct http_request *req, struct http_response *res, struct str message)
{
    web_flash(req, res, message);
    http_redirect(res,
                  str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(http_param(req, "code"))));
    return 0;
}

int incident_web_watch(struct http_request *req, struct http_response *res, struct err *err)
{
    bool on = !str_is(http_field(req, "remove"), "1");
    int64_t account = actor_of(req)->id;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    for (size_t i = 0; i < req->form_len; i++) {
        if (str_is(req->form[i].name, "account") && !str_to_int(req->form[i].value, &account))
            account = 0;
    }
    if (r >= 0 && account == 0)
        return back(req, res, T(req->lang, "Nothing was changed: choose a person first."));
    if (r >= 0)
        r = incident_watch(db, req->arena, id, account, on, actor_of(req), req->now, err);
    if (r < 0)
        return r;
    if (account != actor_of(req)->id)
        return back(req, res,
                    on ? T(req->lang, "Watcher added.") : T(req->lang, "Watcher removed."));
    return back(req, res,
                on ? T(req->lang, "You watch this incident.")
                   : T(req->lang, "You no longer watch this incident."));
}

int incident_web_follow_up(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_TASKS};
    struct str days = http_field(req, "days");
    struct opt_int at = NO_INT;
    struct str until;
    struct db *db;
    int64_t id, n;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (str_to_int(http_field(req, "hours"), &n) && n > 0 && n <= 24)
        at = opt_int(req->now + n * HOUR_MS);
    else if (str_to_int(days, &n) && n > 0 && n <= 365)
        at = opt_int(incident_morning(req->now, (int)n));
    else if (!str_is(days, "0"))
        at = clock_parse_local(str_trim(http_field(req, "at")), i18n_zone(), &n) ? opt_int(n)
                                                                                 : opt_int(0);
    if (at.has && at.v > req->now && !str_is(http_field(req, "anyway"), "1")) {
        if ((r = case_due_until(db, req->arena, id, at.v, &v.due_before, err)) < 0)
            return r;
        v.follow_at = at;
        if (v.due_before.len > 0)
            return incident_show(req, res, db, id, &v, err);
    }
    r = incident_follow_up(db, req->arena, id, at, str_sub(http_field(req, "note"), 0, 300),
                           actor_of(req), req->now, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "at")) {
        form_reject(&v.form, req->arena, "follow-up",
                    T(req->lang, "Give a day that lies ahead, such as 25/11/2026 09:00."), NULL);
        res->status = 400;
        err_clear(err);
        return incident_show(req, res, db, id, &v, err);
    }
    until = i18n_time(req->arena, req->lang, at.v);
    return r < 0
               ? r
               : back(req, res,
                      at.has
                          ? i18n_format(req->arena, req->lang, N_("Put off until {0}."), &until, 1)
                          : T(req->lang, "It is back in the list."));
}
