#include "app/audit/tell.h"
#include "app/incident/case.h"
#include "app/incident/share.h"
#include "base/json.h"
#include "base/text.h"

struct str incident_detail(struct arena *a, const char *key, struct str value)
{
    return audit_detail(a, key, value);
}

/* What was changed, old and new, for the audit entry. */
static struct str difference(struct arena *a, const struct incident_get_row *was,
                             const struct incident_facts *is, int64_t severity, struct str owner)
{
    struct buf b = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    audit_changed(&w, "title", was->title, is->title);
    audit_changed(&w, "summary", was->summary, is->summary);
    audit_changed(&w, "kind", was->kind, is->kind);
    audit_changed(&w, "tlp", was->tlp, is->tlp);
    audit_changed(&w, "severity_why", was->severity_why, is->severity_why);
    audit_changed(&w, "owner", was->org_name, owner);
    audit_changed_int(&w, "occurred_at", was->occurred_at, is->occurred_at);
    audit_changed_int(&w, "detected_at", opt_int(was->detected_at), is->detected_at);
    audit_changed_int(&w, "contained_at", was->contained_at, is->contained_at);
    audit_changed_int(&w, "severity", opt_int(was->severity), opt_int(severity));
    if (was->serious != is->serious)
        json_w_kbool(&w, "serious", is->serious);
    json_w_end(&w);
    return buf_str(&b);
}

/* An incident that became serious gets the steps of the serious playbook behind its own. */
static int escalate(struct incident_change *c, bool was_serious, bool serious, struct err *err)
{
    int64_t r;

    if (was_serious || !serious)
        return 0;
    if ((r = incident_tasks_from_playbook(c->db, c->id, true, c->now, LANG_VI, err)) < 0 ||
        (r = incident_due_refresh(c->db, c->id, err)) < 0)
        return (int)r;
    return incident_change_event(c, "serious", STR(""), 0, 0, err);
}

static int move_owner(struct incident_change *c, int64_t org_id, struct err *err)
{
    int64_t r;

    if (org_id == c->was.org_id)
        return 0;
    if ((r = actor_require(c->db, c->by, PERM_INCIDENT_MANAGE, org_id, c->now, err)) < 0 ||
        (r = incident_party_put(c->db, c->id, org_id, STR("owner"), c->now, err)) < 0 ||
        (r = incident_party_set_owner(c->db, c->id, org_id, err)) < 0 ||
        (r = incident_reach_fill(c->db, c->id, err)) < 0)
        return (int)r;
    return 0;
}

int incident_set_facts(struct db *db, struct arena *a, int64_t id, int64_t version,
                       const struct incident_facts *facts, const struct actor *by, int64_t now,
                       struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    const struct incident_kind *kind = incident_kind_find(facts->kind);
    struct incident_get_row was, is;
    struct incident_change c;
    int64_t severity, org_id;
    int64_t r;

    if (kind == NULL || !str_to_int(facts->severity, &severity) ||
        !str_to_int(facts->org, &org_id) || !facts->detected_at.has)
        return err_set(err, ERR_INVALID,
                       "kind, severity, organisation or time of detection missing");
    r = incident_change_begin(&c, db, a, id, version, PERM_INCIDENT_WRITE, by, now, err);
    if (r < 0 || (r = incident_get(db, a, id, &was, err)) < 0 ||
        (r = move_owner(&c, org_id, err)) < 0)
        return (int)r;
    if ((r = incident_facts_update(db, id, facts->title, facts->summary, facts->kind,
                                   str_c(kind->rsit), severity, facts->severity_why, facts->serious,
                                   facts->tlp, org_id, facts->occurred_at, facts->detected_at.v,
                                   facts->contained_at, now,
                                   incident_fold(a, was.code, facts->title, facts->summary),
                                   incident_fold(a, was.code, facts->title, STR("")), err)) < 0 ||
        (r = escalate(&c, was.serious, facts->serious, err)) < 0 ||
        (r = incident_change_event(&c, "edited", STR(""), 0, 0, err)) < 0)
        return (int)r;
    if (org_id != was.org_id && (r = incident_get(db, a, id, &is, err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.edit",
        difference(a, &was, facts, severity, org_id != was.org_id ? is.org_name : was.org_name),
        false, err);
}

/* Somebody whom the actor may bring in, or ERR_INVALID. */
static int take_candidate(struct incident_change *c, int64_t account_id,
                          struct incident_candidate_row *out, struct err *err)
{
    int r = incident_candidate(c->db, c->arena, c->id, c->by->id, c->now, account_id, out, err);

    return r == 0
               ? err_set(err, ERR_INVALID,
                         "account %" PRId64 " is not active or of no organisation that has a part",
                         account_id)
               : MIN(r, 0);
}

static int set_lead(struct incident_change *c, int64_t account_id, struct err *err)
{
    struct incident_candidate_row account;
    int64_t r;

    if ((r = take_candidate(c, account_id, &account, err)) < 0 ||
        (r = incident_lead_update(c->db, c->id, opt_int(account_id), c->now, err)) < 0 ||
        (r = incident_member_put(c->db, c->id, account_id, c->now, err)) < 0 ||
        (r = incident_change_event(c, "lead", account.name, 0, 0, err)) < 0 ||
        (r = incident_change_tell(c, NOTICE_INCIDENT_ASSIGNED, account_id, STR("lead"), err)) < 0)
        return (int)r;
    return incident_change_commit(c, "incident.lead",
                                  incident_detail(c->arena, "login", account.login), false, err);
}

int incident_set_lead(struct db *db, struct arena *a, int64_t id, int64_t account_id,
                      const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    return r < 0 ? r : set_lead(&c, account_id, err);
}

int incident_change_lead(struct db *db, struct arena *a, int64_t id, int64_t seen,
                         int64_t account_id, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    if (r < 0)
        return r;
    if ((c.was.lead_id.has ? c.was.lead_id.v : 0) != seen)
        return err_set(err, ERR_CONFLICT, STR_FMT " got another lead meanwhile",
                       STR_ARG(c.was.code));
    return set_lead(&c, account_id, err);
}

int incident_set_member(struct db *db, struct arena *a, int64_t id, int64_t account_id, bool member,
                        const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_account_row account = {0};
    struct incident_candidate_row found;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    if (r < 0 || (member && (r = take_candidate(&c, account_id, &found, err)) < 0) ||
        (r = incident_account(db, a, account_id, &account, err)) < 0)
        return (int)r;
    r = member ? incident_member_put(db, id, account_id, now, err)
               : incident_member_remove(db, id, account_id, err);
    if (r < 0 || (r = incident_change_event(&c, member ? "member" : "member-left", account.name, 0,
                                            0, err)) < 0)
        return (int)r;
    if (member && (r = incident_change_tell(&c, NOTICE_INCIDENT_ASSIGNED, account_id, STR("member"),
                                            err)) < 0)
        return (int)r;
    return incident_change_commit(&c, member ? "incident.member_add" : "incident.member_remove",
                                  incident_detail(a, "login", account.login), true, err);
}

/* Who takes part is for those who lead the case. */
static int begin_party(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                       int64_t org_id, const struct actor *by, int64_t now,
                       struct incident_org_row *org, struct err *err)
{
    int r = incident_change_begin(c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    if (r >= 0 && (r = incident_org(db, a, org_id, org, err)) == 0)
        r = err_set(err, ERR_INVALID, "no organisation %" PRId64, org_id);
    return r;
}

int incident_add_party(struct db *db, struct arena *a, int64_t id, int64_t org_id, const char *part,
                       const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_org_row org;
    struct incident_change c;
    int64_t r = begin_party(&c, db, a, id, org_id, by, now, &org, err);

    if (r < 0 || (r = incident_party_put(db, id, org_id, str_c(part), now, err)) < 0 ||
        (r = incident_reach_fill(db, id, err)) < 0 ||
        (r = share_with_party(&c, org_id, part, err)) < 0 ||
        (r = incident_change_event(&c, "party", org.name, 0, 0, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.share", incident_detail(a, "org", org.code), true,
                                  err);
}

int incident_remove_party(struct db *db, struct arena *a, int64_t id, int64_t org_id,
                          const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_org_row org;
    struct incident_change c;
    int64_t r = begin_party(&c, db, a, id, org_id, by, now, &org, err);

    if (r < 0 || (r = incident_party_remove(db, id, org_id, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "the owner of an incident cannot be removed from it");
    if ((r = incident_reach_trim(db, id, err)) < 0 || (r = share_end_party(&c, org_id, err)) < 0 ||
        (r = incident_change_event(&c, "party-left", org.name, 0, 0, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.unshare", incident_detail(a, "org", org.code), true,
                                  err);
}

int incident_set_system(struct db *db, struct arena *a, int64_t id, int64_t system_id, bool on,
                        const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_system_orgs_rows rows;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    if (r < 0 || (r = incident_system_orgs(db, a, system_id, &rows, err)) < 0)
        return (int)r;
    if (rows.len == 0)
        return err_set(err, ERR_INVALID, "no system %" PRId64, system_id);
    r = on ? incident_system_put(db, id, system_id, err)
           : incident_system_remove(db, id, system_id, err);
    if (r >= 0 && on &&
        (r = incident_party_put(db, id, rows.at[0].owner_id, STR("affected"), now, err)) >= 0)
        r = incident_reach_fill(db, id, err);
    if (r < 0 || (r = incident_change_event(&c, on ? "system" : "system-left", rows.at[0].name, 0,
                                            on ? system_id : 0, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, on ? "incident.system_add" : "incident.system_remove",
                                  incident_detail(a, "system", rows.at[0].name), true, err);
}

/* What an entry is linked to must be of the incident: nothing is learnt of others' records so. */
static int check_links(struct incident_change *c, const struct incident_event_new *new_,
                       struct err *err)
{
    struct incident_links_row links;
    int r =
        incident_links(c->db, c->arena, c->id, new_->observable_id, new_->system_id, &links, err);

    if (r < 0)
        return r;
    if ((new_->observable_id != 0 && !links.observable) || (new_->system_id != 0 && !links.system))
        return err_set(err, ERR_INVALID, "an entry may be linked to what the incident has only");
    return 0;
}

int incident_add_event(struct db *db, struct arena *a, int64_t id,
                       const struct incident_event_new *new_, const struct actor *by, int64_t now,
                       struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int64_t r;

    if (form_choice_find(incident_event_choices, new_->kind) < 0)
        return err_set(err, ERR_INVALID, "no sort of entry \"" STR_FMT "\"", STR_ARG(new_->kind));
    r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);
    if (r < 0 || (r = check_links(&c, new_, err)) < 0 ||
        (r = incident_event_insert(
             db, id, new_->at, now, new_->kind, opt_int(by->id), by->name, new_->text,
             new_->observable_id != 0 ? opt_int(new_->observable_id) : NO_INT,
             new_->system_id != 0 ? opt_int(new_->system_id) : NO_INT, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.event", STR(""), true, err);
}
