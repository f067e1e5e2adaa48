#include "app/code/code.h"
#include "app/memo/memo.h"
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
    bool inbox, mine;
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
                   STR_ARG(f->state), STR_ARG(f->channel), f->inbox, f->mine, STR_ARG(f->words));
    int r = memo_open(&m, db, a, key, req->now, err);

    if (r < 0 || memo_find(&m, total, 1))
        return r;
    r = (!wide      ? report_count_reach
         : f->inbox ? report_count_inbox
                    : report_count)(db, a, actor, req->now, f->state, f->inbox, f->channel, NO_INT,
                                    f->mine, f->words, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

static int read_list(struct db *db, const struct http_request *req, const struct list_filter *f,
                     bool wide, struct report_list_view *v, struct err *err)
{
    bool oldest = f->inbox && !v->list.descending;

    return (oldest ? wide ? report_list : report_list_reach
            : wide ? report_list_newest
                   : report_list_newest_reach)(
        db, req->arena, actor_of(req)->id, req->now, f->state, f->inbox, f->channel, NO_INT,
        f->mine, f->words, v->list.limit, v->list.offset, &v->rows, err);
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
    f.inbox = v.inbox = v.state.len == 0 || str_is(v.state, "inbox");
    f.state = v.inbox || str_is(v.state, "all") ? STR_EMPTY : v.state;
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
        (r = read_list(db, req, &f, wide, &v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Reports"), .rail = "reports"});
    report_list_html(&p, &v);
    web_page_end(&p);
    return 0;
}

/* What the decision to open an incident starts from. */
static void propose(struct arena *a, const struct report_get_row *r, struct form_state *form)
{
    int64_t detected = r->detected_at.has ? r->detected_at.v : r->received_at;
    struct report_open_values in = {
        .title = r->title,
        .org = r->org_id.has ? str_printf(a, "%" PRId64, r->org_id.v) : STR(""),
        .kind = r->kind,
        .severity = r->system_level.has && r->system_level.v >= 4   ? STR("4")
                    : r->system_level.has && r->system_level.v >= 3 ? STR("3")
                                                                    : STR("2"),
        .tlp = r->confidential ? STR("amber+strict") : STR("amber"),
        /* Nobody knows it by the second. */
        .detected_at = opt_int(detected - detected % MINUTE_MS),
    };

    form_fill(&report_open_form, a, &in, form);
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

static int show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
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
    observe_extract(
        str_printf(req->arena, STR_FMT "\n" STR_FMT, STR_ARG(v->r.title), STR_ARG(v->r.body)),
        req->arena, &hits);
    if ((r = observable_look_up(db, req->arena, &hits, actor,
                                v->r.incident_id.has ? v->r.incident_id.v : 0, req->now, &v->seen,
                                err)) < 0)
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
        if (v->form.values_len == 0)
            propose(req->arena, &v->r, &v->form);
    }
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

    return r < 0 ? r : show(req, res, db, id, &v, err);
}

static int64_t field_int(const struct http_request *req, const char *name)
{
    int64_t n;

    return str_to_int(http_field(req, name), &n) ? n : 0;
}

static int back(struct http_request *req, struct http_response *res, struct str message)
{
    web_flash(req, res, message);
    http_redirect(res,
                  str_printf(req->arena, "/reports/" STR_FMT, STR_ARG(http_param(req, "code"))));
    return 0;
}

/* The same with a link to what came of it, or with a way back. */
static int back_said(struct http_request *req, struct http_response *res,
                     const struct web_said *said)
{
    web_flash_said(req, res, said);
    http_redirect(res,
                  str_printf(req->arena, "/reports/" STR_FMT, STR_ARG(http_param(req, "code"))));
    return 0;
}

/* The page again, with what is wrong beside the decision. */
static int again(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                 struct report_page_view *v, struct err *err)
{
    res->status = 400;
    err_clear(err);
    return show(req, res, db, id, v, err);
}

int report_incident_of(const struct report_get_row *report, const struct report_open_values *in,
                       int64_t org_id, struct incident_new *out, struct err *err)
{
    *out = (struct incident_new){
        .title = in->title,
        .summary = report->body,
        .kind = in->kind,
        .severity_why = STR(""),
        .serious = in->serious,
        .tlp = in->tlp,
        .org_id = org_id,
        .system_id = report->system_id.has ? report->system_id.v : 0,
        .occurred_at = report->occurred_at,
        .detected_at = in->detected_at.v,
    };
    return str_to_int(in->severity, &out->severity)
               ? 0
               : err_set(err, ERR_INVALID, "severity is a number");
}

/* What was typed, and behind it the text that was chosen. */
static int inserted(struct http_request *req, struct db *db, int64_t id, struct str *out,
                    struct err *err)
{
    struct incident_text_values values;
    struct report_get_row report;
    int r = report_get(db, req->arena, id, &report, err);

    if (r < 0)
        return r;
    values = (struct incident_text_values){report.code, report.title, report.org_name, STR("")};
    return incident_text_insert(db, req->arena, field_int(req, "text"), http_field(req, "body"),
                                &values, actor_of(req), req->now, out, err);
}

static int insert_into_mail(struct http_request *req, struct http_response *res, struct db *db,
                            int64_t id, struct report_page_view *v, struct err *err)
{
    struct str body;
    int r = inserted(req, db, id, &body, err);

    if (r < 0)
        return r;
    letter_keep_writing(req, body, &v->mail);
    return show(req, res, db, id, v, err);
}

int report_web_mail(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct letter_values in = {0};
    struct report_may_row may;
    struct str code;
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = report_may(db, req->arena, actor_of(req)->id, req->now, id, &may, err)) < 0)
        return r;
    if (!may.may_triage)
        return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not write in report %" PRId64,
                       actor_of(req)->id, id);
    code = str_dup(req->arena, http_param(req, "code"));
    if (http_field(req, "insert").len > 0)
        return insert_into_mail(req, res, db, id, &v, err);
    r = form_parse(&letter_form, req, &in, &v.mail.form, err);
    if (r == 0)
        r = letter_send(db, req,
                        &(struct letter_case){.report_id = id, .code = code, .tlp = STR("")}, &in,
                        &v.mail.form, err);
    if (r == ERR_INVALID && v.mail.form.errors.len > 0)
        return again(req, res, db, id, &v, err);
    return r < 0 ? r : back(req, res, T(req->lang, "The mail is on its way."));
}

/* 1 and *out: the template that was chosen; 0: none. */
static int chosen_template(struct http_request *req, struct db *db, int64_t id,
                           struct incident_template *out, struct err *err)
{
    struct incident_templates all;
    int r =
        id == 0 ? 0 : incident_templates_for(db, req->arena, actor_of(req), req->now, &all, err);

    for (size_t i = 0; id != 0 && r == 0 && i < all.len; i++) {
        *out = all.at[i];
        if (out->id == id)
            return 1;
    }
    return r;
}

/* The decision as it was typed, with what the chosen template says of the incident. The title stays
 * that of the report: it says more than the name of a sort. */
static int fill_from_template(struct http_request *req, struct http_response *res, struct db *db,
                              int64_t id, struct report_open_values *in, struct report_page_view *v,
                              struct err *err)
{
    struct incident_template t;
    int r = chosen_template(req, db, v->template_id, &t, err);

    if (r < 0)
        return r;
    if (r == 1) {
        in->kind = t.kind;
        in->severity = str_printf(req->arena, "%" PRId64, t.severity);
        in->tlp = t.tlp;
        in->serious = t.serious;
    }
    form_fill(&report_open_form, req->arena, in, &v->form);
    return show(req, res, db, id, v, err);
}

/* What comes of the template besides the facts of the form: its text behind that of the report,
 * and its tasks. */
static int begin_with_template(struct http_request *req, struct db *db, int64_t id,
                               struct incident_new *new_, struct err *err)
{
    struct incident_template t;
    int r = chosen_template(req, db, id, &t, err);

    if (r <= 0)
        return r;
    new_->template_id = t.id;
    if (t.summary.len > 0)
        new_->summary = str_printf(req->arena, STR_FMT "\n\n" STR_FMT, STR_ARG(new_->summary),
                                   STR_ARG(t.summary));
    return 0;
}

int report_web_open(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct report_open_values in = {0};
    struct report_get_row report;
    struct incident_new new_;
    struct str code;
    struct db *db;
    int64_t id = 0, org;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0 || (r = report_get(db, req->arena, id, &report, err)) < 0)
        return r;
    v.template_id = field_int(req, "template");
    r = form_parse(&report_open_form, req, &in, &v.form, err);
    if (http_field(req, "fill").len > 0) {
        err_clear(err);
        v.form = (struct form_state){0};
        return fill_from_template(req, res, db, id, &in, &v, err);
    }
    if (r == ERR_INVALID)
        return again(req, res, db, id, &v, err);
    if (r < 0)
        return r;
    if (!str_to_int(in.org, &org))
        return err_set(err, ERR_INVALID, "organisations are numbers here");
    if ((r = report_incident_of(&report, &in, org, &new_, err)) < 0)
        return r;
    if ((r = begin_with_template(req, db, v.template_id, &new_, err)) < 0)
        return r;
    r = report_open_incident(db, req->arena, id, field_int(req, "version"), &new_, actor_of(req),
                             req->now, &code, err);
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "Incident opened. Name a lead and begin verifying."));
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(code)));
    return 0;
}

int report_web_join(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct incident_public incident;
    struct db *db;
    int64_t id = 0, incident_id;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    r = incident_find(db, req->arena, http_field(req, "incident"), actor_of(req), req->now,
                      &incident_id, err);
    if (r == ERR_NOT_FOUND) {
        v.decision_error =
            T(req->lang, "There is no such incident. Its code looks like SC-2026-0042.");
        return again(req, res, db, id, &v, err);
    }
    if (r == 0)
        r = report_join(db, req->arena, id, field_int(req, "version"), incident_id, actor_of(req),
                        req->now, err);
    if (r < 0 || (r = incident_public(db, req->arena, incident_id, &incident, err)) < 0)
        return r;
    return back_said(
        req, res,
        &(struct web_said){
            .text = T(req->lang, "The report is now part of the incident."),
            .href = str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(incident.code)),
            .link =
                i18n_format(req->arena, req->lang, N_("Open incident {0}"), &incident.code, 1)});
}

int report_web_mark(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const states[] = {"new", "duplicate", "spam", "closed"};
    struct str to = http_field(req, "to");
    struct report_page_view v = {0};
    struct web_said said = {.action = STR("/reports/undo")};
    const char *state = NULL;
    struct db *db;
    int64_t id = 0, original = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_is(to, states[i]))
            state = states[i];
    }
    if (state == NULL)
        return err_set(err, ERR_INVALID, "unknown decision \"" STR_FMT "\"", STR_ARG(to));
    if (strcmp(state, "duplicate") == 0) {
        r = report_find(db, req->arena, http_field(req, "original"), actor_of(req), req->now,
                        &original, err);
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
        if (r == ERR_NOT_FOUND || original == id) {
            v.decision_error =
                T(req->lang, "Give the code of the earlier report, such as TB-2026-0007.");
            return again(req, res, db, id, &v, err);
        }
    }
    if (strcmp(state, "closed") == 0 && str_trim(http_field(req, "reason")).len == 0) {
        v.decision_error = T(req->lang, "Say why: it stays on the record");
        return again(req, res, db, id, &v, err);
    }
    r = report_mark(db, req->arena, id, field_int(req, "version"), state, original,
                    http_field(req, "reason"), actor_of(req), req->now, &said.undo_id, err);
    if (r < 0)
        return r;
    if (strcmp(state, "new") == 0)
        return back(req, res, T(req->lang, "Back in the inbox."));
    said.text = i18n_format(req->arena, req->lang, N_("Decided: {0}."),
                            (struct str[]){report_state_label(req->lang, str_c(state))}, 1);
    said.href = STR("/reports");
    said.link = T(req->lang, "To the inbox");
    if (original != 0) {
        said.href = str_printf(
            req->arena, "/reports/" STR_FMT,
            STR_ARG(code_typed(req->arena, "TB", req->now, http_field(req, "original"))));
        said.link = T(req->lang, "Open the earlier report");
    }
    return back_said(req, res, &said);
}

/* The page again, with a text behind what was typed into the question. */
static int insert_text(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct report_page_view *v, struct err *err)
{
    int r = inserted(req, db, id, &v->question, err);

    return r < 0 ? r : show(req, res, db, id, v, err);
}

int report_web_ask(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct report_answer_values in = {0};
    struct form_state form = {0};
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (http_field(req, "insert").len > 0)
        return insert_text(req, res, db, id, &v, err);
    r = form_parse(&report_answer_form, req, &in, &form, err);
    if (r == ERR_INVALID) {
        v.decision_error = T(req->lang, "Write something first.");
        return again(req, res, db, id, &v, err);
    }
    if (r == 0)
        r = report_ask(db, req->arena, id, in.body, actor_of(req), req->now, err);
    return r < 0 ? r : back(req, res, T(req->lang, "The reporter reads it at the secret link."));
}

int report_web_owner(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id = 0;
    int r = report_web_find(req, &db, &id, err);

    if (r >= 0)
        r = report_assign_owner(db, req->arena, id, field_int(req, "org"), actor_of(req), req->now,
                                err);
    return r < 0 ? r : back(req, res, T(req->lang, "Saved."));
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
