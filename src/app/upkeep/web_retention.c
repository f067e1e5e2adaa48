#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/upkeep/handlers.h"
#include "app/upkeep/pages/retention.html.h"
#include "base/json.h"

/* Rules of retention: what is kept how long and why, what would go now, and letting it go. */

struct care_by upkeep_by(const struct http_request *req)
{
    const struct actor *actor = actor_of(req);

    return (struct care_by){.id = actor->id, .name = actor->name, .address = actor->address};
}

/* {"spam":3,"drafts":12} in words. */
static struct str words_of(struct arena *a, enum lang lang, const struct care_rule *rules,
                           struct str detail)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < CARE_RULES; i++) {
        struct str key = str_printf(a, "\"%s\":", rules[i].name), number;
        ptrdiff_t at = str_find(detail, key);
        int64_t n;

        if (at < 0)
            continue;
        number = str_from(detail, (size_t)at + key.len);
        for (size_t k = 0; k < number.len; k++) {
            if (number.ptr[k] < '0' || number.ptr[k] > '9')
                number.len = k;
        }
        if (!str_to_int(number, &n))
            continue;
        if (out.len > 0)
            buf_add(&out, STR("; "));
        buf_add(&out, i18n_int(a, lang, n));
        buf_add_char(&out, ' ');
        buf_add(&out, i18n_text(lang, rules[i].what));
    }
    return buf_str(&out);
}

static int fill_runs(struct http_request *req, struct db *db, const struct care_rule *rules,
                     struct upkeep_retention_view *v, struct err *err)
{
    struct care_runs runs;
    struct upkeep_past *past;
    int r = care_retention_runs(db, req->arena, &runs, err);

    if (r < 0)
        return r;
    past = arena_array(req->arena, struct upkeep_past, runs.len + 1);
    for (size_t i = 0; i < runs.len; i++)
        past[i] =
            (struct upkeep_past){runs.at[i].at,
                                 runs.at[i].by.len > 0 ? audit_actor_text(req->lang, runs.at[i].by)
                                                       : T(req->lang, "every night"),
                                 words_of(req->arena, req->lang, rules, runs.at[i].detail)};
    v->runs.at = past;
    v->runs.len = runs.len;
    return 0;
}

/* The rules hold for everybody; others see them and are told who may change them. */
static bool may_change(struct http_request *req, struct db *db)
{
    return actor_require_site(db, actor_of(req), PERM_PERSON_MANAGE, req->now, NULL) == 0;
}

static int retention_page(struct http_request *req, struct http_response *res, struct db *db,
                          const struct care_rule rules[CARE_RULES], struct upkeep_rule *shown,
                          struct upkeep_retention_view *v, struct err *err)
{
    struct html_page p;
    int r;

    for (size_t i = 0; i < CARE_RULES; i++) {
        shown[i].rule = &rules[i];
        if (shown[i].error.len == 0)
            shown[i].days =
                rules[i].days > 0 ? str_printf(req->arena, "%" PRId64, rules[i].days) : STR("");
        v->total += rules[i].n;
    }
    v->rules.at = shown;
    v->rules.len = CARE_RULES;
    v->may_change = actor_require_site(db, actor_of(req), PERM_PERSON_MANAGE, req->now, NULL) == 0;
    if ((r = fill_runs(req, db, rules, v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "How long it is kept"), .rail = "settings"});
    upkeep_retention_html(&p, v);
    web_page_end(&p);
    return 0;
}

int upkeep_retention_read(struct http_request *req, struct db *db, bool counted,
                          struct care_rule rules[CARE_RULES], struct err *err)
{
    return counted ? care_retention_run(db, req->arena, site.dir, true, NULL, req->now, rules, err)
                   : care_rules_read(db, req->arena, rules, err);
}

/* Counts when asked to: looking through everything takes its time on a large site. */
int upkeep_retention_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct upkeep_retention_view v = {.tried = str_is(http_arg(req, "try"), "1")};
    struct upkeep_rule shown[CARE_RULES] = {0};
    struct care_rule rules[CARE_RULES];
    struct db *db;
    int r = web_db(req, &db, err);

    if (r == 0)
        r = upkeep_retention_read(req, db, v.tried, rules, err);
    return r < 0 ? r : retention_page(req, res, db, rules, shown, &v, err);
}

static bool read_days(struct str typed, int64_t *days)
{
    *days = 0;
    return typed.len == 0 || (str_to_int(typed, days) && *days >= 1 && *days <= UPKEEP_DAYS_MAX);
}

int upkeep_retention_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct upkeep_rule shown[CARE_RULES] = {0};
    struct upkeep_retention_view v = {0};
    struct care_rule rules[CARE_RULES];
    int64_t days[CARE_RULES];
    bool wrong = false;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 || (r = care_rules_read(db, req->arena, rules, err)) < 0)
        return r;
    if (!may_change(req, db)) {
        res->status = 400;
        return retention_page(req, res, db, rules, shown, &v, err);
    }
    for (size_t i = 0; i < CARE_RULES; i++) {
        shown[i].days =
            str_trim(http_field(req, str_printf(req->arena, "days.%s", rules[i].name).ptr));
        if (read_days(shown[i].days, &days[i]))
            continue;
        shown[i].error = T(req->lang, "1 to 36500 days, or empty: kept for good");
        wrong = true;
    }
    if (wrong) {
        res->status = 400;
        return retention_page(req, res, db, rules, shown, &v, err);
    }
    for (size_t i = 0; i < CARE_RULES; i++) {
        if (days[i] != rules[i].days && (r = care_rule_set(db, req->arena, str_c(rules[i].name),
                                                           days[i], &by, req->now, err)) < 0)
            return r;
    }
    web_flash(req, res, T(req->lang, "The rules were saved."));
    http_redirect(res, STR("/settings/retention?try=1"));
    return 0;
}

/* What was shown must be what goes: the number is typed, and counted again before. */
int upkeep_retention_apply(struct http_request *req, struct db *db, int64_t typed,
                           struct care_rule rules[CARE_RULES], int64_t *total, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    int r = upkeep_retention_read(req, db, true, rules, err);

    *total = 0;
    if (r < 0)
        return r;
    for (size_t i = 0; i < CARE_RULES; i++)
        *total += rules[i].n;
    if (typed != *total || *total == 0)
        return err_set(err, ERR_INVALID, "%" PRId64 " would go now", *total);
    return care_retention_run(db, req->arena, site.dir, false, &by, req->now, rules, err);
}

int upkeep_retention_run(struct http_request *req, struct http_response *res, struct err *err)
{
    struct upkeep_retention_view v = {.tried = true};
    struct upkeep_rule shown[CARE_RULES] = {0};
    struct care_rule rules[CARE_RULES];
    int64_t typed = -1, total = 0;
    struct str n;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    if (!may_change(req, db)) {
        if ((r = upkeep_retention_read(req, db, true, rules, err)) < 0)
            return r;
        res->status = 400;
        return retention_page(req, res, db, rules, shown, &v, err);
    }
    if (!str_to_int(str_trim(http_field(req, "confirm")), &typed))
        typed = -1;
    r = upkeep_retention_apply(req, db, typed, rules, &total, err);
    if (r == ERR_INVALID) {
        err_clear(err);
        n = str_printf(req->arena, "%" PRId64, total);
        res->status = 400;
        v.confirm_error = i18n_format(req->arena, req->lang, UPKEEP_CONFIRM, &n, 1);
        return retention_page(req, res, db, rules, shown, &v, err);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The rules were applied; what went stands below."));
    http_redirect(res, STR("/settings/retention"));
    return 0;
}
