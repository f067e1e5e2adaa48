#include "app/code/code.h"
#include "app/notice/notice.h"
#include "app/report/view.h"
#include "app/words/words.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

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
    return report_page_show(req, res, db, id, v, err);
}

int report_incident_of(const struct report_get_row *report, const struct report_open_values *in,
                       int64_t org_id, struct incident_new *out, struct err *err)
{
    /* Who asked to be kept confidential wrote for those who decide, not for all who handle it. */
    *out = (struct incident_new){
        .title = in->title,
        .summary =
            report->confidential
                ? i18n_text(LANG_VI, N_("The reporter asked to be kept confidential: what was "
                                        "written stands in the report."))
                : report->body,
        .kind = in->kind,
        .severity_why = STR(""),
        .serious = in->serious,
        .tlp = in->tlp,
        .org_id = org_id,
        /* The system that was proposed is that of its owner. */
        .system_id = report->system_id.has && report->org_id.has && report->org_id.v == org_id
                         ? report->system_id.v
                         : 0,
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
    return report_page_show(req, res, db, id, v, err);
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
 * that of the report: it says more than the name of a sort. Nothing is shared with more people than
 * before, and nothing counts as less severe. */
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
        if (str_cmp(in->severity, str_printf(req->arena, "%" PRId64, t.severity)) < 0)
            in->severity = str_printf(req->arena, "%" PRId64, t.severity);
        in->tlp = in->tlp.len > 0 ? incident_tlp_stricter(in->tlp, t.tlp) : t.tlp;
        in->serious |= t.serious;
        v->filled = t.name;
    }
    form_fill(&report_open_form, req->arena, in, &v->form);
    return report_page_show(req, res, db, id, v, err);
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

/* Who has the inbox before them goes on to the next report from here. */
static int say_opened(struct http_request *req, struct http_response *res, struct db *db,
                      const struct report_get_row *report, struct err *err)
{
    struct web_said said = {.text =
                                T(req->lang, "Incident opened. Name a lead and begin verifying.")};
    struct report_after_row next;
    int r = report_next(req, db, report, &next, err);

    if (r == 1) {
        said.href = str_printf(req->arena, "/reports/" STR_FMT, STR_ARG(next.code));
        said.link = i18n_format(req->arena, req->lang, N_("Next report: {0}"), &next.code, 1);
    }
    web_flash_said(req, res, &said);
    return MIN(r, 0);
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
    if ((r = say_opened(req, res, db, &report, err)) < 0)
        return r;
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(code)));
    return 0;
}

/* Those whose title has the most of the words stand first; the others have them elsewhere. */
static void words_of_title_first(struct arena *a, struct str typed, struct report_targets_rows *t)
{
    enum { SHOWN = 8 };
    struct str words = text_fold(a, typed), word;
    int64_t *hits = arena_array(a, int64_t, t->len);

    for (size_t i = 0; i < t->len; i++) {
        struct str title = text_fold(a, t->at[i].title), rest = words;

        hits[i] = 0;
        while (str_split(&rest, ' ', &word))
            hits[i] += str_find(title, word) >= 0;
    }
    for (size_t i = 1; i < t->len; i++) {
        struct report_targets_row row = t->at[i];
        int64_t n = hits[i];
        size_t k = i;

        for (; k > 0 && n > hits[k - 1]; k--) {
            hits[k] = hits[k - 1];
            t->at[k] = t->at[k - 1];
        }
        hits[k] = n;
        t->at[k] = row;
    }
    t->len = MIN(t->len, SHOWN);
}

/* What was typed was not the whole code of an incident: those that it may mean, to choose from. */
static int offer_targets(struct http_request *req, struct http_response *res, struct db *db,
                         int64_t id, struct str typed, struct err *err)
{
    struct report_page_view v = {.join_typed = typed};
    struct str code = code_typed(req->arena, "SC", req->now, typed);
    struct str words = words_typed(req->arena, db_engine(site.pool), typed);
    int64_t actor = actor_of(req)->id;
    int r = report_targets(db, req->arena, actor, req->now, code, STR_EMPTY, &v.targets, err);

    if (r == 0 && v.targets.len == 0 && words.len > 0)
        r = report_targets(db, req->arena, actor, req->now, STR_EMPTY, words, &v.targets, err);
    if (r < 0)
        return r;
    words_of_title_first(req->arena, typed, &v.targets);
    if (v.targets.len > 0)
        return report_page_show(req, res, db, id, &v, err);
    v.join_error = T(req->lang, "No incident you may write in has this code or these words.");
    return again(req, res, db, id, &v, err);
}

int report_web_join(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str chosen = http_field(req, "join"), typed = str_trim(http_field(req, "incident"));
    struct report_targets_rows joined;
    struct str name[2];
    struct web_said said;
    struct db *db;
    int64_t id = 0, incident_id;
    int r = report_web_find(req, &db, &id, err);

    if (r < 0)
        return r;
    if (chosen.len == 0 && !str_starts_nocase(typed, STR("SC-")))
        return offer_targets(req, res, db, id, typed, err);
    r = incident_find(db, req->arena, chosen.len > 0 ? chosen : typed, actor_of(req), req->now,
                      &incident_id, err);
    if (r == ERR_NOT_FOUND) {
        err_clear(err);
        return offer_targets(req, res, db, id, typed, err);
    }
    if (r == 0)
        r = report_join(db, req->arena, id, field_int(req, "version"), incident_id, actor_of(req),
                        req->now, err);
    if (r < 0 ||
        (r = report_targets(db, req->arena, actor_of(req)->id, req->now,
                            code_typed(req->arena, "SC", req->now, chosen.len > 0 ? chosen : typed),
                            STR_EMPTY, &joined, err)) < 0)
        return r;
    if (joined.len == 0)
        return back(req, res, T(req->lang, "The report is now part of the incident."));
    name[0] = joined.at[0].code;
    name[1] = joined.at[0].title;
    said = (struct web_said){
        .text = i18n_format(req->arena, req->lang,
                            N_("The report is now part of incident {0}, {1}."), name, 2),
        .href = str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(name[0])),
        .link = i18n_format(req->arena, req->lang, N_("See incident {0}"), name, 1)};
    return back_said(req, res, &said);
}

/* What is wrong with the code of the earlier report that was typed. */
static struct str wrong_original(struct http_request *req, bool unknown)
{
    struct str typed = str_trim(http_field(req, "original"));

    if (typed.len == 0)
        return T(req->lang, "Give the code of the earlier report, such as TB-2026-0007.");
    typed = code_typed(req->arena, "TB", req->now, typed);
    return i18n_format(req->arena, req->lang,
                       unknown ? N_("No report that you may see has the code {0}.")
                               : N_("{0} is this report itself."),
                       &typed, 1);
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
            v.decision_error = wrong_original(req, r == ERR_NOT_FOUND);
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

    return r < 0 ? r : report_page_show(req, res, db, id, v, err);
}

/* Whether what is written to the reporter goes by mail too. */
int report_reaches_by_mail(struct http_request *req, struct db *db, int64_t id, bool *mailed,
                           struct err *err)
{
    struct report_reporter_row reporter;
    int r = report_reporter(db, req->arena, id, &reporter, err);

    if (r == 1)
        r = notice_mail_ready(db, req->arena, err);
    *mailed = r == 1;
    return MIN(r, 0);
}

int report_web_ask(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_page_view v = {0};
    struct report_answer_values in = {0};
    struct form_state form = {0};
    bool mailed = false;
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
    if (r < 0 || (r = report_reaches_by_mail(req, db, id, &mailed, err)) < 0)
        return r;
    return back(req, res,
                mailed ? T(req->lang, "Sent. The reporter reads it in the mail and at the secret "
                                      "link.")
                       : T(req->lang, "Sent, to be read at the secret link only: no mail goes to "
                                      "this reporter. Call if it is urgent."));
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
