#include "app/incident/share.h"

#include "app/evidence/evidence.h"
#include "app/incident/case.h"
#include "app/observable/observable.h"
#include "base/text.h"
#include "base/json.h"

bool share_is_partner_kind(struct str org_kind)
{
    return str_is(org_kind, "police") || str_is(org_kind, "military");
}

static struct opt_int id_of(const struct actor *by)
{
    return by->id != 0 ? opt_int(by->id) : NO_INT;
}

static struct str share_detail(struct arena *a, struct str org, const struct share_new *s)
{
    struct buf b = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kstr(&w, "org", org);
    json_w_kstr(&w, "may", s->may);
    json_w_kstr(&w, "scope", s->scope);
    if (s->ends_at.has)
        json_w_kint(&w, "until", s->ends_at.v);
    if (s->reason.len > 0)
        json_w_kstr(&w, "reason", s->reason);
    json_w_end(&w);
    return buf_str(&b);
}

static int put_share(struct incident_change *c, int64_t org_id, const struct share_new *s,
                     struct err *err)
{
    struct share_insert_row row;
    int64_t r = share_revoke_org(c->db, c->id, org_id, c->now, c->by->name, STR("replaced"), err);

    if (r >= 0)
        r = share_insert(c->db, c->arena, c->id, org_id, s->may, s->scope, s->reason, c->now,
                         id_of(c->by), c->by->name, s->ends_at, &row, err);
    return r < 0 ? (int)r : 0;
}

/* ---- marks -------------------------------------------------------------------------------------
 */

static int64_t mark_file(struct incident_change *c, int64_t id, int64_t shared_in, struct err *err)
{
    return evidence_set_shared(c->db, id, c->id, shared_in != 0, c->by, c->now, err);
}

static int64_t mark_one(struct incident_change *c, struct str item, bool on, struct err *err)
{
    static const struct {
        const char *kind;
        int64_t (*mark)(struct db *, int64_t, int64_t, int64_t, struct err *);
    } kinds[] = {{"comment", share_mark_comment},
                 {"task", share_mark_task},
                 {"event", share_mark_event},
                 {"observable", share_mark_observable}};
    ptrdiff_t space = str_find_char(item, ' ');
    int64_t shared_in = on ? c->id : 0, id;

    if (space < 0 || !str_to_int(str_from(item, (size_t)space + 1), &id))
        return err_set(err, ERR_INVALID, "not something to mark: " STR_FMT, STR_ARG(item));
    item.len = (size_t)space;
    if (str_is(item, "file"))
        return mark_file(c, id, shared_in, err);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(item, kinds[i].kind))
            return kinds[i].mark(c->db, c->id, id, shared_in, err);
    }
    return err_set(err, ERR_INVALID, "not something to mark: " STR_FMT, STR_ARG(item));
}

static bool among(const struct form_values *values, struct str item)
{
    for (size_t i = 0; i < values->len; i++) {
        if (str_eq(values->at[i], item))
            return true;
    }
    return false;
}

/* *detail: what changed, for the audit entry. */
static int set_marks(struct incident_change *c, const struct share_marks *marks, int64_t *changed,
                     struct str *detail, struct err *err)
{
    struct buf b = buf_make(c->arena);
    struct json_writer w;
    int64_t r;

    *changed = 0;
    json_w_init(&w, &b);
    json_w_object(&w);
    for (int marked = 1; marked >= 0; marked--) {
        json_w_key(&w, marked ? STR("shared") : STR("withdrawn"));
        json_w_array(&w);
        for (size_t i = 0; i < marks->shown->len; i++) {
            if (among(marks->on, marks->shown->at[i]) != (marked == 1))
                continue;
            if ((r = mark_one(c, marks->shown->at[i], marked == 1, err)) < 0)
                return (int)r;
            *changed += r;
            if (r > 0)
                json_w_str(&w, marks->shown->at[i]);
        }
        json_w_end(&w);
    }
    json_w_end(&w);
    *detail = buf_str(&b);
    return 0;
}

int share_set_marks(struct db *db, struct arena *a, int64_t id, const struct form_values *shown,
                    const struct form_values *on, const struct actor *by, int64_t now,
                    int64_t *changed, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    const struct share_marks marks = {shown, on};
    struct incident_change c;
    struct str detail;
    int r;

    *changed = 0;
    if ((r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err)) < 0 ||
        (r = set_marks(&c, &marks, changed, &detail, err)) < 0)
        return r;
    if (*changed == 0)
        return db_commit(db, err);
    return incident_change_commit(&c, "incident.mark", detail, true, err);
}

/* ---- shares ------------------------------------------------------------------------------------
 */

int share_add(struct db *db, struct arena *a, int64_t id, const struct share_new *new_,
              const struct actor *by, int64_t now, struct err *err)
{
    static const struct form_values none;

    return share_add_marked(db, a, id, new_, &(struct share_marks){&none, &none}, by, now, err);
}

int share_add_marked(struct db *db, struct arena *a, int64_t id, const struct share_new *new_,
                     const struct share_marks *marks, const struct actor *by, int64_t now,
                     struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    bool whole = str_is(new_->scope, "all");
    struct incident_change c;
    struct share_org_row org;
    struct str detail;
    int64_t org_id, changed;
    int r;

    if (!str_to_int(new_->org, &org_id))
        return err_set(err, ERR_INVALID, "organisations have numbers");
    if ((!whole && !str_is(new_->scope, "marked")) ||
        (!str_is(new_->may, "read") && !str_is(new_->may, "work")))
        return err_set(err, ERR_INVALID, "unknown scope or right of a share");
    if ((r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err)) < 0 ||
        (r = share_org(db, a, org_id, &org, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_INVALID, "no organisation %" PRId64, org_id);
    if (org_id == c.was.org_id) {
        r = err_set(err, ERR_INVALID, "the owner sees the whole incident already");
        err_field(err, "org");
        return r;
    }
    if (str_is(c.was.tlp, "red"))
        return err_set(err, ERR_STATE, "TLP:RED is for named people, not for organisations");
    if (whole && share_is_partner_kind(org.kind)) {
        r = err_set(err, ERR_INVALID, "police and military see only what is marked");
        err_field(err, "scope");
        return r;
    }
    if (new_->ends_at.has && new_->ends_at.v <= now) {
        r = err_set(err, ERR_INVALID, "a share cannot end before it begins");
        err_field(err, "ends_at");
        return r;
    }
    if ((r = put_share(&c, org_id, new_, err)) < 0 ||
        (r = set_marks(&c, marks, &changed, &detail, err)) < 0 ||
        (r = incident_change_event(&c, "share", org.name, 0, 0, err)) < 0 ||
        (changed > 0 && (r = incident_change_audit(&c, "incident.mark", detail, err)) < 0))
        return r;
    return incident_change_commit(&c, "incident.share", share_detail(a, org.code, new_), true, err);
}

int share_revoke(struct db *db, struct arena *a, int64_t id, int64_t share_id, struct str reason,
                 const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    struct share_get_row share;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    if (r < 0 || (r = share_get(db, a, id, share_id, &share, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no share %" PRId64 " of this incident", share_id);
    if (share.revoked_at.has)
        return db_commit(db, err); /* pressed twice */
    if ((r = share_revoke_one(db, share_id, now, by->name, reason, err)) < 0 ||
        (r = incident_change_event(&c, "unshare", share.org_name, 0, 0, err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.unshare",
        share_detail(a, share.org_code,
                     &(struct share_new){.may = share.may, .scope = share.scope, .reason = reason}),
        true, err);
}

int share_with_party(struct incident_change *c, int64_t org_id, const char *part, struct err *err)
{
    const struct share_new share = {
        .may = STR("work"), .scope = STR("marked"), .reason = str_c(part)};
    struct share_org_row org;
    int r;

    if (strcmp(part, "helper") != 0 && strcmp(part, "provider") != 0)
        return 0;
    if ((r = share_org(c->db, c->arena, org_id, &org, err)) <= 0)
        return r;
    return share_is_partner_kind(org.kind) ? put_share(c, org_id, &share, err) : 0;
}

int share_end_party(struct incident_change *c, int64_t org_id, struct err *err)
{
    int64_t r = share_revoke_org(c->db, c->id, org_id, c->now, c->by->name, STR(""), err);

    return r < 0 ? (int)r : 0;
}

/* ---- partners ----------------------------------------------------------------------------------
 */

int joint_change_begin(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                       const struct actor *by, int64_t now, struct err *err)
{
    struct joint_may_add_row may;
    int r = db_begin(db, err);

    *c = (struct incident_change){.db = db, .arena = a, .id = id, .by = by, .now = now};
    if (r < 0)
        return r;
    if ((r = joint_may_add(db, a, by->id, now, id, &may, err)) == 0) {
        if (!may.may_read)
            r = err_set(err, ERR_NOT_FOUND, "no incident %" PRId64 " in reach", id);
        else if (!may.may_add)
            r = err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may only read this incident",
                        by->id);
        else if ((r = incident_lock(db, a, id, &c->was, err)) == 0)
            r = err_set(err, ERR_NOT_FOUND, "no incident %" PRId64, id);
        else if (r > 0 && (c->was.merged_into.has || c->was.closed_at.has))
            r = err_set(err, ERR_STATE, STR_FMT " is closed", STR_ARG(c->was.code));
    }
    if (r < 0)
        db_rollback(db);
    return MIN(r, 0);
}

static int64_t note(struct incident_change *c, int64_t at, const char *kind, struct str text,
                    struct err *err)
{
    return joint_event_insert(c->db, c->id, at, c->now, str_c(kind), id_of(c->by), c->by->name,
                              text, err);
}

int joint_comment(struct db *db, struct arena *a, int64_t id, struct str body,
                  const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_comment_insert_row row;
    struct incident_change c;
    int64_t r = joint_change_begin(&c, db, a, id, by, now, err);

    if (r < 0 ||
        (r = incident_comment_insert(db, a, id, id_of(by), by->name, now, body,
                                     text_fold(a, str_sub(body, 0, 4000)), &row, err)) < 0 ||
        (r = share_mark_comment(db, id, row.id, id, err)) < 0 ||
        (r = note(&c, now, "comment", STR(""), err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.comment", STR(""), true, err);
}

int joint_event(struct db *db, struct arena *a, int64_t id, int64_t at, struct str text,
                const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int64_t r = joint_change_begin(&c, db, a, id, by, now, err);

    if (r < 0 || (r = note(&c, at, "note", text, err)) < 0)
        return (int)r;
    return incident_change_commit(&c, "incident.event", STR(""), true, err);
}

int joint_observables(struct db *db, struct arena *a, int64_t id, struct str text,
                      const struct actor *by, int64_t now, int64_t *added, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct observable_ids found;
    struct incident_change c;
    int64_t r = joint_change_begin(&c, db, a, id, by, now, err);

    *added = 0;
    if (r < 0 || (r = observable_put_text(db, a, text, now, &found, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < found.len; i++) {
        if ((r = incident_observable_put(db, id, found.at[i], now, id_of(by), STR(""), err)) < 0 ||
            (r = share_mark_observable(db, id, found.at[i], id, err)) < 0)
            return (int)r;
        *added += r;
    }
    if (*added == 0)
        return db_commit(db, err);
    return incident_change_commit(&c, "incident.observable_add",
                                  str_printf(a, "{\"added\":%" PRId64 "}", *added), true, err);
}

int joint_task_done(struct db *db, struct arena *a, int64_t id, int64_t task_id,
                    const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct joint_task_row task;
    struct incident_change c;
    int64_t r = joint_change_begin(&c, db, a, id, by, now, err);

    if (r < 0 || (r = joint_task(db, a, id, task_id, &task, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no task %" PRId64 " is shared", task_id);
    if (!str_is(task.state, "open") && !str_is(task.state, "doing"))
        return db_commit(db, err);
    if ((r = incident_task_state(db, task_id, STR("done"), now, id_of(by), STR(""), err)) < 0 ||
        (r = incident_due_refresh(db, id, err)) < 0 ||
        (r = note(&c, now, "task-done", task.title, err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.task", str_printf(a, "{\"task\":%" PRId64 ",\"state\":\"done\"}", task_id),
        true, err);
}
