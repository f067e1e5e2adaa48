#include "app/incident/incident.h"

#include "app/audit/audit.h"
#include "app/code/code.h"
#include "app/evidence/evidence.h"
#include "app/incident/case.h"
#include "app/incident/playbook.h"
#include "app/incident/template.h"
#include "app/observable/observable.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

enum { TOLD_LETTERS = 300 }; /* of a comment in a notice */

static int audit_incident(struct db *db, struct arena *a, int64_t id, struct str code,
                          const char *action, struct str detail, const struct actor *by,
                          int64_t now, struct err *err)
{
    return audit_write(db, a,
                       &(struct audit_entry){.at = now,
                                             .actor_id = by != NULL ? by->id : 0,
                                             .actor_name = by != NULL ? by->name : STR(""),
                                             .action = action,
                                             .object_kind = "incident",
                                             .object_id = id,
                                             .object_code = code,
                                             .address = by != NULL ? by->address : STR(""),
                                             .detail = detail},
                       err);
}

int incident_change_join(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                         int64_t version, enum permission permission, const struct actor *by,
                         int64_t now, struct err *err)
{
    struct incident_may_row may;
    bool allowed;
    int r;

    *c = (struct incident_change){.db = db, .arena = a, .id = id, .by = by, .now = now};
    if ((r = incident_may(db, a, by->id, now, id, &may, err)) < 0)
        return r;
    allowed = permission == PERM_INCIDENT_MANAGE  ? may.may_manage
              : permission == PERM_INCIDENT_WRITE ? may.may_write
                                                  : may.may_read;
    if (!may.may_read)
        return err_set(err, ERR_NOT_FOUND, "no incident %" PRId64 " in reach", id);
    if (!allowed)
        return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " lacks %s on incident %" PRId64,
                       by->id, permission_name(permission), id);
    if ((r = incident_lock(db, a, id, &c->was, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no incident %" PRId64, id);
    if (c->was.merged_into.has)
        return err_set(err, ERR_STATE, STR_FMT " was merged into another incident",
                       STR_ARG(c->was.code));
    if (version != 0 && version != c->was.version)
        return err_set(err, ERR_CONFLICT,
                       STR_FMT " was changed meanwhile (version %" PRId64 ", yours %" PRId64 ")",
                       STR_ARG(c->was.code), c->was.version, version);
    return 0;
}

int incident_change_begin(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                          int64_t version, enum permission permission, const struct actor *by,
                          int64_t now, struct err *err)
{
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    if ((r = incident_change_join(c, db, a, id, version, permission, by, now, err)) < 0)
        db_rollback(db);
    return r;
}

int incident_change_audit(struct incident_change *c, const char *action, struct str detail,
                          struct err *err)
{
    return audit_incident(c->db, c->arena, c->id, c->was.code, action, detail, c->by, c->now, err);
}

int incident_change_event(struct incident_change *c, const char *kind, struct str text,
                          int64_t observable_id, int64_t system_id, struct err *err)
{
    int64_t r = incident_event_insert(c->db, c->id, c->now, c->now, str_c(kind),
                                      c->by->id != 0 ? opt_int(c->by->id) : NO_INT, c->by->name,
                                      text, observable_id != 0 ? opt_int(observable_id) : NO_INT,
                                      system_id != 0 ? opt_int(system_id) : NO_INT, err);

    return r < 0 ? (int)r : 0;
}

int incident_change_tell(struct incident_change *c, enum notice_event event, int64_t account_id,
                         struct str detail, struct err *err)
{
    return notice_put(c->db,
                      &(struct notice_new){.event = event,
                                           .incident_id = c->id,
                                           .account_id = account_id,
                                           .detail = detail,
                                           .by_id = c->by->id,
                                           .by_name = c->by->name},
                      c->now, err);
}

int incident_change_commit(struct incident_change *c, const char *action, struct str detail,
                           bool touch, struct err *err)
{
    int64_t r = touch ? incident_touch(c->db, c->id, c->now, err) : 0;

    if (r >= 0)
        r = audit_incident(c->db, c->arena, c->id, c->was.code, action, detail, c->by, c->now, err);
    return r < 0 ? (int)r : db_commit(c->db, err);
}

struct str incident_fold(struct arena *a, struct str code, struct str title, struct str summary)
{
    struct buf b = buf_make(a);

    buf_add(&b, code);
    buf_add_char(&b, ' ');
    buf_add(&b, title);
    buf_add_char(&b, ' ');
    buf_add(&b, str_sub(summary, 0, 2000));
    return text_fold(a, text_repair(a, buf_str(&b), &(size_t){0}));
}

/* The owner and operator of a system become parties; the system is linked. */
static int link_system(struct db *db, struct arena *a, int64_t id, int64_t system_id, int64_t now,
                       struct err *err)
{
    struct incident_system_orgs_rows rows;
    int64_t r = incident_system_orgs(db, a, system_id, &rows, err);

    if (r == 0 && rows.len == 0)
        r = err_set(err, ERR_INVALID, "no system %" PRId64, system_id);
    if (r >= 0)
        r = incident_system_put(db, id, system_id, err);
    if (r >= 0)
        r = incident_party_put(db, id, rows.at[0].owner_id, STR("affected"), now, err);
    if (r >= 0 && rows.at[0].operator_id.has)
        r = incident_party_put(db, id, rows.at[0].operator_id.v, STR("operator"), now, err);
    return r < 0 ? (int)r : 0;
}

static int tell_opened(struct db *db, int64_t id, int64_t lead_id, const struct actor *by,
                       int64_t now, struct err *err)
{
    struct notice_new opened = {
        .event = NOTICE_INCIDENT_OPENED, .incident_id = id, .by_id = by->id, .by_name = by->name};
    struct notice_new lead = opened;
    int r = notice_put(db, &opened, now, err);

    lead.event = NOTICE_INCIDENT_ASSIGNED;
    lead.account_id = lead_id;
    lead.detail = STR("lead");
    return r < 0 || lead_id == 0 ? r : notice_put(db, &lead, now, err);
}

int incident_create(struct db *db, struct arena *a, const struct incident_new *new_,
                    const struct actor *by, int64_t now, int64_t *id, struct str *code,
                    struct err *err)
{
    const struct playbook *playbook = playbook_for(new_->serious);
    const struct incident_kind *kind = incident_kind_find(new_->kind);
    struct incident_insert_row row;
    struct str regime;
    int64_t r;

    if (kind == NULL)
        return err_set(err, ERR_INVALID, "unknown kind of incident \"" STR_FMT "\"",
                       STR_ARG(new_->kind));
    if ((r = actor_require(db, by, PERM_INCIDENT_MANAGE, new_->org_id, now, err)) < 0 ||
        (r = code_next(db, a, "SC", now, code, err)) < 0)
        return (int)r;
    regime = str_printf(a, STR_FMT "@%" PRId64, STR_ARG(playbook->id), playbook->version);
    r = incident_insert(
        db, a, *code, random_uuid7(a, now), new_->title, new_->summary, new_->kind,
        str_c(kind->rsit), new_->severity, new_->severity_why, new_->serious, new_->tlp,
        new_->org_id, new_->lead_id != 0 ? opt_int(new_->lead_id) : NO_INT, STR("vn"), regime,
        new_->occurred_at, new_->detected_at, now, by->id != 0 ? opt_int(by->id) : NO_INT,
        incident_fold(a, *code, new_->title, new_->summary),
        incident_fold(a, *code, new_->title, STR("")), &row, err);
    if (r < 0)
        return (int)r;
    *id = row.id;
    if ((r = incident_party_put(db, *id, new_->org_id, STR("owner"), now, err)) < 0)
        return (int)r;
    if (new_->system_id != 0 && (r = link_system(db, a, *id, new_->system_id, now, err)) < 0)
        return (int)r;
    if (by->id != 0 && (r = incident_member_put(db, *id, by->id, now, err)) < 0)
        return (int)r;
    if (new_->lead_id != 0 && (r = incident_member_put(db, *id, new_->lead_id, now, err)) < 0)
        return (int)r;
    if ((r = incident_reach_fill(db, *id, err)) < 0 ||
        (r = incident_tasks_from_playbook(db, *id, new_->serious, now, LANG_VI, err)) < 0 ||
        (r = template_begin(db, a, *id, new_->template_id, by, now, err)) < 0 ||
        (r = incident_due_refresh(db, *id, err)) < 0 ||
        (r = incident_log_event(db, *id, new_->detected_at, "detected", STR(""), NULL, now, err)) <
            0 ||
        (r = incident_log_event(db, *id, now, "opened", STR(""), by, now, err)) < 0)
        return (int)r;
    if ((r = tell_opened(db, *id, new_->lead_id, by, now, err)) < 0)
        return (int)r;
    return audit_incident(db, a, *id, *code, "incident.open", STR(""), by, now, err);
}

int incident_log_event(struct db *db, int64_t id, int64_t at, const char *kind, struct str text,
                       const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = incident_event_insert(db, id, at, now, str_c(kind),
                                      by != NULL && by->id != 0 ? opt_int(by->id) : NO_INT,
                                      by != NULL ? by->name : STR(""), text, NO_INT, NO_INT, err);

    return r < 0 ? (int)r : 0;
}

/* The incident that a report is joined to or leaves: right checked, row locked. */
static int lock_for_report(struct db *db, struct arena *a, int64_t incident_id,
                           const struct actor *by, int64_t now, struct incident_lock_row *was,
                           struct err *err)
{
    struct incident_may_row may;
    int64_t r = incident_may(db, a, by->id, now, incident_id, &may, err);

    if (r == 0 && !may.may_write)
        return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not write in incident %" PRId64,
                       by->id, incident_id);
    if (r == 0 && (r = incident_lock(db, a, incident_id, was, err)) == 0)
        r = err_set(err, ERR_NOT_FOUND, "no incident %" PRId64, incident_id);
    if (r == 1 && was->merged_into.has)
        r = err_set(err, ERR_STATE, STR_FMT " was merged into another incident",
                    STR_ARG(was->code));
    return (int)MIN(r, 0);
}

static int tell_of_report(struct db *db, struct arena *a, int64_t incident_id,
                          const struct incident_lock_row *was, struct str report_code,
                          const char *event, const char *action, const struct actor *by,
                          int64_t now, struct err *err)
{
    int64_t r;

    if ((r = incident_log_event(db, incident_id, now, event, report_code, by, now, err)) < 0 ||
        (r = incident_touch(db, incident_id, now, err)) < 0)
        return (int)r;
    return audit_incident(db, a, incident_id, was->code, action,
                          report_code.len > 0
                              ? str_printf(a, "{\"report\":\"" STR_FMT "\"}", STR_ARG(report_code))
                              : STR(""),
                          by, now, err);
}

int incident_add_report(struct db *db, struct arena *a, int64_t incident_id, int64_t report_id,
                        struct str report_code, const struct actor *by, int64_t now,
                        struct err *err)
{
    struct incident_lock_row was;
    int r = lock_for_report(db, a, incident_id, by, now, &was, err);

    if (r < 0 ||
        (r = observable_report_to_incident(db, report_id, incident_id, by->id, now, err)) < 0 ||
        (r = evidence_report_moved(db, report_id, was.code, by, now, err)) < 0)
        return r;
    return tell_of_report(db, a, incident_id, &was, report_code,
                          was.opened_at == now ? "report-open" : "report", "incident.report", by,
                          now, err);
}

int incident_drop_report(struct db *db, struct arena *a, int64_t incident_id, int64_t report_id,
                         struct str report_code, int64_t joined_at, const struct actor *by,
                         int64_t now, struct err *err)
{
    struct incident_lock_row was;
    int r = lock_for_report(db, a, incident_id, by, now, &was, err);

    if (r == 0 && was.opened_at == joined_at)
        r = err_set(err, ERR_STATE, STR_FMT " was opened from " STR_FMT, STR_ARG(was.code),
                    STR_ARG(report_code));
    if (r < 0 ||
        (r = observable_report_from_incident(db, report_id, incident_id, joined_at, err)) < 0 ||
        (r = evidence_report_moved(db, report_id, report_code, by, now, err)) < 0)
        return r;
    return tell_of_report(db, a, incident_id, &was, report_code, "report-left",
                          "incident.report_remove", by, now, err);
}

int incident_find(struct db *db, struct arena *a, struct str code, const struct actor *actor,
                  int64_t now, int64_t *id, struct err *err)
{
    struct incident_id_by_code_row row;
    int r = incident_id_by_code(db, a, actor->id, now, code_typed(a, "SC", now, code), &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no incident " STR_FMT " in reach", STR_ARG(code));
    if (r < 0)
        return r;
    *id = row.id;
    return 0;
}

int incident_public(struct db *db, struct arena *a, int64_t id, struct incident_public *out,
                    struct err *err)
{
    struct incident_public_get_row row;
    int r = incident_public_get(db, a, id, &row, err);

    if (r == 0)
        *out = (struct incident_public){row.code,     row.state,        row.opened_at,
                                        row.state_at, row.contained_at, row.closed_at};
    return r;
}

/* Order of the states; -1: no such state. */
static int state_rank(struct str state)
{
    return form_choice_find(incident_state_choices, state);
}

/* What is closed, or begins anew, is not waited for any more. */
static int wake(struct incident_change *c, struct err *err)
{
    int64_t r = case_wake(c->db, c->id, err);

    return r <= 0 ? (int)r : incident_change_event(c, "follow-up-done", STR(""), 0, 0, err);
}

int incident_set_state(struct db *db, struct arena *a, int64_t id, int64_t version,
                       struct str state, struct str reason, const struct actor *by, int64_t now,
                       struct err *err)
{
    const struct incident_move move = {.version = version, .state = state, .reason = reason};

    return incident_move(db, a, id, &move, by, now, NULL, err);
}

int incident_move(struct db *db, struct arena *a, int64_t id, const struct incident_move *move,
                  const struct actor *by, int64_t now, int64_t *undo_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct str state = move->state, reason = str_trim(move->reason);
    int to = state_rank(state);
    struct opt_int contained_at = move->contained_at, closed;
    struct case_facts_row was;
    struct incident_change c;
    struct buf detail = buf_make(a);
    struct json_writer w;
    bool reopen;
    int from;
    int64_t r;

    if (to < 0)
        return err_set(err, ERR_INVALID, "unknown state \"" STR_FMT "\"", STR_ARG(state));
    if (contained_at.has && contained_at.v > now) {
        r = err_set(err, ERR_INVALID, "the time of containment lies in the future");
        err_field(err, "contained_at");
        return (int)r;
    }
    r = incident_change_begin(&c, db, a, id, move->version, PERM_INCIDENT_WRITE, by, now, err);
    if (r < 0 || (r = case_facts(db, a, id, &was, err)) < 0)
        return (int)r;
    if (move->seen.len > 0 && !str_eq(move->seen, c.was.state))
        return err_set(err, ERR_CONFLICT, STR_FMT " is " STR_FMT " meanwhile", STR_ARG(c.was.code),
                       STR_ARG(c.was.state));
    from = state_rank(c.was.state);
    reopen = str_is(c.was.state, "closed");
    if (reopen ? !str_is(state, "responding") : to <= from)
        return err_set(err, ERR_STATE, STR_FMT " cannot go from " STR_FMT " to " STR_FMT,
                       STR_ARG(c.was.code), STR_ARG(c.was.state), STR_ARG(state));
    if ((reopen || str_is(state, "closed")) && reason.len == 0) {
        r = err_set(err, ERR_INVALID,
                    reopen ? "reopening needs a reason" : "closing needs the outcome");
        err_field(err, "reason");
        return (int)r;
    }
    /* Closing and reopening are for whoever manages the incident; working on it is not enough. */
    if (reopen || str_is(state, "closed")) {
        struct incident_may_row may;

        if ((r = incident_may(db, a, by->id, now, id, &may, err)) < 0)
            return (int)r;
        if (!may.may_manage)
            return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not close or reopen",
                           by->id);
    }
    if (!contained_at.has && !reopen)
        contained_at = c.was.contained_at;
    closed = str_is(state, "closed") ? opt_int(now) : NO_INT;
    r = incident_state_update(db, id, state, now, contained_at, closed,
                              str_is(state, "closed") ? reason : STR_EMPTY, err);
    if (r < 0)
        return (int)r;
    if ((reopen || closed.has) && (r = wake(&c, err)) < 0)
        return (int)r;
    if ((r = incident_change_event(
             &c, reopen ? "reopened" : "state",
             reason.len > 0 ? str_printf(a, STR_FMT ": " STR_FMT, STR_ARG(state), STR_ARG(reason))
                            : state,
             0, 0, err)) < 0)
        return (int)r;
    if ((r = incident_change_tell(&c, NOTICE_INCIDENT_STATE, 0, state, err)) < 0)
        return (int)r;
    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kstr(&w, "from", c.was.state);
    json_w_kstr(&w, "to", state);
    if (reason.len > 0)
        json_w_kstr(&w, "reason", reason);
    json_w_end(&w);
    if (undo_id != NULL &&
        (r = incident_undo_keep(&c, reopen || closed.has, &was, undo_id, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, reopen ? "incident.reopen" : "incident.state",
                                  buf_str(&detail), false, err);
}

/* Whoever is named with @ is told so, the others that there is a comment. */
static int tell_comment(struct incident_change *c, struct str body, struct err *err)
{
    const struct notice_new new_ = {
        .incident_id = c->id,
        .detail = text_ellipsis_words(c->arena, html_markdown_words(c->arena, body), TOLD_LETTERS),
        .by_id = c->by->id,
        .by_name = c->by->name};
    int r = notice_mentions(c->db, c->arena, &new_, body, c->now, err);

    return r < 0 ? r : incident_change_tell(c, NOTICE_INCIDENT_COMMENT, 0, new_.detail, err);
}

int incident_comment(struct db *db, struct arena *a, int64_t id, struct str body,
                     const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_comment_insert_row row;
    struct incident_change c;
    int r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    if (r < 0 ||
        (r = incident_comment_insert(db, a, id, opt_int(by->id), by->name, now, body,
                                     text_fold(a, str_sub(body, 0, 4000)), &row, err)) < 0 ||
        (r = incident_change_event(&c, "comment", STR(""), 0, 0, err)) < 0 ||
        (r = tell_comment(&c, body, err)) < 0)
        return r;
    return incident_change_commit(&c, "incident.comment", STR(""), true, err);
}
