#include "app/incident/view.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

static const struct web_bulk bulk = {
    .list = "/incidents",
    .changed = N_("{0} incidents changed."),
    .undone = N_("Undone: {0} incidents are as before."),
    .undo = incident_bulk_undo,
};

/* What the buttons of the bar say, as they send it: "severity-3". */
static bool read_severity(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_SEVERITY;
    return str_to_int(rest, &out->severity) && out->severity >= 1 && out->severity <= 4;
}

static bool read_tlp(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_TLP;
    out->tlp = rest;
    return form_choice_find(web_tlp_choices, rest) >= 0;
}

static bool read_lead(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_LEAD;
    return str_to_int(http_field(req, "person"), &out->account_id);
}

static bool read_watcher(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_WATCHER;
    return str_to_int(http_field(req, "watcher"), &out->account_id);
}

static bool read_watch(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_WATCH;
    return true;
}

/* In so many hours ("4h") or days, or at the time that was typed. */
static bool read_later(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    int64_t n;

    out->what = BULK_FOLLOW_UP;
    out->text = str_sub(str_trim(http_field(req, "note")), 0, 300);
    if (rest.len > 1 && rest.ptr[rest.len - 1] == 'h' &&
        str_to_int(str_sub(rest, 0, rest.len - 1), &n) && n > 0 && n <= 24) {
        out->at = opt_int(req->now + n * HOUR_MS);
        return true;
    }
    if (str_to_int(rest, &n)) {
        out->at = n > 0 && n <= 365 ? opt_int(incident_morning(req->now, (int)n)) : NO_INT;
        return n >= 0;
    }
    if (!clock_parse_local(str_trim(http_field(req, "at")), i18n_zone(), &n) || n <= req->now)
        return false;
    out->at = opt_int(n);
    return true;
}

static bool read_close(struct str rest, struct http_request *req, struct incident_bulk *out)
{
    out->what = BULK_CLOSE;
    out->text = str_sub(str_trim(http_field(req, "outcome")), 0, 5000);
    return out->text.len > 0;
}

static const struct {
    const char *prefix;
    bool (*read)(struct str rest, struct http_request *, struct incident_bulk *out);
    const char *wrong; /* translation key */
} readers[] = {
    {"severity-", read_severity, N_("Choose a severity.")},
    {"tlp-", read_tlp, N_("Choose how far it may be shared.")},
    {"lead", read_lead, N_("Choose who leads.")},
    {"watcher", read_watcher, N_("Choose who watches.")},
    {"watch", read_watch, ""},
    {"later-", read_later, N_("Give a day that lies ahead, such as 25/11/2026 09:00.")},
    {"close", read_close, N_("Write the outcome: it stays on the record of each.")},
};

/* The list again, with the rows still chosen and what is wrong above the bar. */
static int refuse(struct http_request *req, struct http_response *res, const char *key,
                  struct err *err)
{
    struct incident_list_view v = {.posted = req, .bulk_error = T(req->lang, key)};

    req->raw_path = STR("/incidents");
    res->status = 400;
    return incident_list_show(req, res, &v, err);
}

int incident_web_bulk(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_values codes = web_bulk_chosen(req);
    struct str what = http_field(req, "do");
    struct incident_bulk change = {.text = STR("")};
    struct incident_bulk_result done;
    const char *wrong = N_("Choose what to do with them.");
    struct db *db;
    int r;

    if (str_starts(what, STR("ask-")))
        return incident_list_show(
            req, res,
            &(struct incident_list_view){.posted = req, .ask = str_from(what, strlen("ask-"))},
            err);
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        struct str prefix = str_c(readers[i].prefix);

        if (!str_starts(what, prefix))
            continue;
        wrong = readers[i].read(str_from(what, prefix.len), req, &change) ? NULL : readers[i].wrong;
        break;
    }
    if (codes.len == 0)
        wrong = N_("Choose incidents first: tick the boxes in front of them.");
    if (wrong != NULL)
        return refuse(req, res, wrong, err);
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = incident_bulk_do(db, req->arena, &codes, &change, actor_of(req), req->now, &done,
                              err)) < 0)
        return r;
    web_bulk_done(req, res, &bulk, done.changed, done.skipped, done.undo_id);
    return 0;
}

int incident_web_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    return web_bulk_undo(req, res, &bulk, err);
}
