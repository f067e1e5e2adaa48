#include "app/evidence/evidence.h"
#include "app/incident/case.h"
#include "app/incident/merge.h"

static int tlp_rank(struct str tlp)
{
    static const char *const order[] = {"clear", "green", "amber", "amber+strict", "red"};

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (str_is(tlp, order[i]))
            return (int)i;
    }
    return (int)ARRAY_LEN(order); /* unknown: never less strict than what is known */
}

struct str incident_tlp_stricter(struct str a, struct str b)
{
    return tlp_rank(b) > tlp_rank(a) ? b : a;
}

/* Both rows locked, the smaller id first, so that two who merge crosswise wait instead of blocking
 * each other. */
static int lock_both(struct incident_change *from, struct incident_change *into, struct db *db,
                     struct arena *a, int64_t from_id, int64_t into_id, const struct actor *by,
                     int64_t now, struct err *err)
{
    struct incident_change *first = from_id < into_id ? from : into;
    struct incident_change *second = first == from ? into : from;
    int r = incident_change_join(first, db, a, MIN(from_id, into_id), 0, PERM_INCIDENT_MANAGE, by,
                                 now, err);

    return r < 0 ? r
                 : incident_change_join(second, db, a, MAX(from_id, into_id), 0,
                                        PERM_INCIDENT_MANAGE, by, now, err);
}

/* A line on the timeline that goes away again with the merge. */
static int own_event(struct incident_change *c, int64_t merge_id, const char *kind, struct str text,
                     struct err *err)
{
    struct case_event_insert_row row;
    int64_t r = case_event_insert(c->db, c->arena, c->id, c->now, str_c(kind),
                                  c->by->id != 0 ? opt_int(c->by->id) : NO_INT, c->by->name, text,
                                  &row, err);

    if (r >= 0)
        r = case_note_own_event(c->db, merge_id, row.id, err);
    return r < 0 ? (int)r : 0;
}

int incident_move_chosen(struct db *db, int64_t merge_id, int64_t from, int64_t to, struct err *err)
{
    int64_t r;

    if ((r = case_shift_comments(db, merge_id, from, to, err)) < 0 ||
        (r = case_shift_files(db, merge_id, from, to, err)) < 0 ||
        (r = case_shift_reports(db, merge_id, from, to, err)) < 0 ||
        (r = case_add_observables(db, merge_id, to, err)) < 0 ||
        (r = case_take_observables(db, merge_id, from, err)) < 0 ||
        (r = case_add_systems(db, merge_id, to, err)) < 0 ||
        (r = case_take_systems(db, merge_id, from, err)) < 0)
        return (int)r;
    return 0;
}

int incident_merge_begun(struct incident_change *from, struct incident_change *into,
                         const char *kind, struct str tlp_after, int64_t *merge_id, struct err *err)
{
    struct case_merge_insert_row row;
    struct case_facts_row facts;
    int r = case_facts(from->db, from->arena, from->id, &facts, err);

    if (r < 0)
        return r;
    r = case_merge_insert(from->db, from->arena, str_c(kind), from->id, into->id, from->now,
                          from->by->id != 0 ? opt_int(from->by->id) : NO_INT, from->by->name,
                          facts.state, facts.state_at, facts.contained_at, facts.closed_at,
                          facts.follow_up_at, into->was.tlp, tlp_after, &row, err);
    *merge_id = r < 0 ? 0 : row.id;
    return r;
}

static int note_all(struct db *db, int64_t merge_id, int64_t from, int64_t into, struct err *err)
{
    int64_t r;

    if ((r = case_note_tasks(db, merge_id, from, err)) < 0 ||
        (r = case_note_comments(db, merge_id, from, NO_INT, err)) < 0 ||
        (r = case_note_events(db, merge_id, from, err)) < 0 ||
        (r = case_note_files(db, merge_id, from, NO_INT, err)) < 0 ||
        (r = case_note_reports(db, merge_id, from, NO_INT, err)) < 0 ||
        (r = case_note_observables(db, merge_id, from, into, NO_INT, err)) < 0 ||
        (r = case_note_systems(db, merge_id, from, into, NO_INT, err)) < 0 ||
        (r = case_note_parties(db, merge_id, from, into, err)) < 0 ||
        (r = case_note_members(db, merge_id, from, into, err)) < 0 ||
        (r = case_note_watchers(db, merge_id, from, into, err)) < 0)
        return (int)r;
    return 0;
}

static int move_all(struct db *db, struct arena *a, int64_t merge_id, int64_t from, int64_t into,
                    struct err *err)
{
    struct case_task_ends_row ends;
    int64_t r;

    if ((r = case_task_ends(db, a, into, &ends, err)) < 0 ||
        (r = case_shift_tasks(db, merge_id, from, into, ends.step, ends.position, err)) < 0 ||
        (r = case_shift_events(db, merge_id, from, into, err)) < 0 ||
        (r = incident_move_chosen(db, merge_id, from, into, err)) < 0 ||
        (r = case_add_parties(db, merge_id, into, err)) < 0 ||
        (r = case_add_members(db, merge_id, into, err)) < 0 ||
        (r = case_add_watchers(db, merge_id, into, err)) < 0 ||
        (r = incident_reach_fill(db, into, err)) < 0 ||
        (r = incident_due_refresh(db, from, err)) < 0 ||
        (r = incident_due_refresh(db, into, err)) < 0)
        return (int)r;
    return 0;
}

int incident_merge(struct db *db, struct arena *a, int64_t from_id, int64_t into_id,
                   const struct actor *by, int64_t now, int64_t *merge_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change from, into;
    struct str tlp;
    int64_t r;

    if (from_id == into_id)
        return err_set(err, ERR_STATE, "an incident cannot be merged into itself");
    if ((r = db_begin(db, err)) < 0 ||
        (r = lock_both(&from, &into, db, a, from_id, into_id, by, now, err)) < 0)
        return (int)r;
    tlp = incident_tlp_stricter(into.was.tlp, from.was.tlp);
    if ((r = incident_merge_begun(&from, &into, "merge", tlp, merge_id, err)) < 0 ||
        (r = note_all(db, *merge_id, from_id, into_id, err)) < 0 ||
        (r = move_all(db, a, *merge_id, from_id, into_id, err)) < 0 ||
        (r = evidence_merge_moved(db, *merge_id, into.was.code, by, now, err)) < 0 ||
        (r = case_merged_put(db, from_id, into_id, now, err)) < 0 ||
        (r = case_tlp_put(db, into_id, tlp, err)) < 0 ||
        (r = own_event(&into, *merge_id, "merged", from.was.code, err)) < 0 ||
        (r = incident_touch(db, into_id, now, err)) < 0 ||
        (r = incident_change_audit(&from, "incident.merged",
                                   incident_detail(a, "into", into.was.code), err)) < 0 ||
        (r = incident_change_audit(&into, "incident.merge",
                                   incident_detail(a, "from", from.was.code), err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

/* ---- taking back -------------------------------------------------------------------------------
 */

/* The TLP that holds once one of the merged ones is out again: what it was before, or as strict as
 * one that is still in; untouched when somebody has set another since. */
static int tlp_back(struct incident_change *into, int64_t merge_id,
                    const struct case_merge_get_row *m, struct err *err)
{
    struct case_merged_tlps_rows rest;
    struct str tlp = m->tlp_before;
    int64_t r;

    if (str_eq(m->tlp_before, m->tlp_after) || !str_eq(into->was.tlp, m->tlp_after))
        return 0;
    if ((r = case_merged_tlps(into->db, into->arena, into->id, merge_id, &rest, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < rest.len; i++)
        tlp = incident_tlp_stricter(tlp, rest.at[i].tlp);
    r = case_tlp_put(into->db, into->id, tlp, err);
    return r < 0 ? (int)r : 0;
}

static int unlink_from(struct db *db, int64_t merge_id, int64_t into, struct err *err)
{
    int64_t r;

    if ((r = case_unlink_observables(db, merge_id, into, err)) < 0 ||
        (r = case_unlink_systems(db, merge_id, into, err)) < 0 ||
        (r = case_unlink_parties(db, merge_id, into, err)) < 0 ||
        (r = case_unlink_members(db, merge_id, into, err)) < 0 ||
        (r = case_unlink_watchers(db, merge_id, into, err)) < 0 ||
        (r = case_hand_over(db, merge_id, into, err)) < 0)
        return (int)r;
    return 0;
}

static int move_back(struct db *db, int64_t merge_id, int64_t from, int64_t into, struct err *err)
{
    int64_t r;

    if ((r = case_drop_own_events(db, merge_id, err)) < 0 ||
        (r = case_return_tasks(db, merge_id, into, from, err)) < 0 ||
        (r = case_shift_events(db, merge_id, into, from, err)) < 0 ||
        (r = case_shift_comments(db, merge_id, into, from, err)) < 0 ||
        (r = case_shift_files(db, merge_id, into, from, err)) < 0 ||
        (r = case_shift_reports(db, merge_id, into, from, err)) < 0 ||
        (r = case_add_observables(db, merge_id, from, err)) < 0 ||
        (r = case_add_systems(db, merge_id, from, err)) < 0 ||
        (r = unlink_from(db, merge_id, into, err)) < 0 ||
        (r = incident_reach_trim(db, into, err)) < 0 ||
        (r = incident_due_refresh(db, from, err)) < 0 ||
        (r = incident_due_refresh(db, into, err)) < 0)
        return (int)r;
    return 0;
}

/* The merged one may not be changed, so its row is locked and its right checked here. */
static int lock_merged(struct incident_change *c, struct incident_change *like, int64_t id,
                       struct err *err)
{
    struct incident_may_row may;
    int r;

    *c = (struct incident_change){
        .db = like->db, .arena = like->arena, .id = id, .by = like->by, .now = like->now};
    if ((r = incident_may(c->db, c->arena, c->by->id, c->now, id, &may, err)) < 0)
        return r;
    if (!may.may_manage)
        return err_set(err, may.may_read ? ERR_FORBIDDEN : ERR_NOT_FOUND,
                       "account %" PRId64 " may not manage incident %" PRId64, c->by->id, id);
    return MIN(incident_lock(c->db, c->arena, id, &c->was, err), 0);
}

static int unmerge(struct incident_change *into, int64_t merge_id,
                   const struct case_merge_get_row *m, struct err *err)
{
    struct incident_change from;
    struct db *db = into->db;
    int64_t r;

    if ((r = lock_merged(&from, into, m->from_id, err)) < 0 ||
        (r = case_merge_undone(db, merge_id, into->now, opt_int(into->by->id), err)) < 0 ||
        (r = move_back(db, merge_id, m->from_id, into->id, err)) < 0 ||
        (r = evidence_merge_moved(db, merge_id, from.was.code, into->by, into->now, err)) < 0 ||
        (r = tlp_back(into, merge_id, m, err)) < 0 ||
        (r = case_merged_back(db, m->from_id, into->now, m->state, m->state_at, m->contained_at,
                              m->closed_at, m->follow_up_at, err)) < 0 ||
        (r = incident_touch(db, into->id, into->now, err)) < 0 ||
        (r = incident_change_audit(&from, "incident.unmerged",
                                   incident_detail(into->arena, "from", into->was.code), err)) <
            0 ||
        (r = incident_change_audit(into, "incident.unmerge",
                                   incident_detail(into->arena, "out", from.was.code), err)) < 0)
        return (int)r;
    return 0;
}

/* The new incident gives back what it was made of and then leads to the old one. */
static int unsplit(struct incident_change *old, int64_t merge_id,
                   const struct case_merge_get_row *m, struct err *err)
{
    struct incident_change made;
    struct db *db = old->db;
    struct case_entries_row entries;
    int64_t r = incident_change_join(&made, db, old->arena, m->into_id, 0, PERM_INCIDENT_MANAGE,
                                     old->by, old->now, err);

    if (r < 0 || (r = case_entries(db, old->arena, made.id, &entries, err)) < 0)
        return (int)r;
    if (entries.total != m->into_entries)
        return err_set(err, ERR_CONFLICT, STR_FMT " was worked on since", STR_ARG(made.was.code));
    if ((r = case_merge_undone(db, merge_id, old->now, opt_int(old->by->id), err)) < 0 ||
        (r = incident_move_chosen(db, merge_id, m->into_id, old->id, err)) < 0 ||
        (r = evidence_merge_moved(db, merge_id, old->was.code, old->by, old->now, err)) < 0 ||
        (r = case_drop_own_events(db, merge_id, err)) < 0 ||
        (r = case_merged_put(db, m->into_id, old->id, old->now, err)) < 0 ||
        (r = incident_touch(db, old->id, old->now, err)) < 0 ||
        (r = incident_change_audit(&made, "incident.merged",
                                   incident_detail(old->arena, "into", old->was.code), err)) < 0 ||
        (r = incident_change_audit(old, "incident.unsplit",
                                   incident_detail(old->arena, "back", made.was.code), err)) < 0)
        return (int)r;
    return 0;
}

int incident_unmerge(struct db *db, struct arena *a, int64_t id, int64_t merge_id,
                     const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct case_merge_get_row m;
    struct incident_change c;
    bool is_merge;
    int r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err);

    if (r < 0)
        return r;
    if ((r = case_merge_get(db, a, merge_id, &m, err)) < 0)
        return r;
    is_merge = r == 1 && str_is(m.kind, "merge");
    if (r == 0 || (is_merge ? m.into_id : m.from_id) != id)
        return err_set(err, ERR_STATE, "no merge %" PRId64 " of this incident", merge_id);
    if (m.undone_at.has)
        return err_set(err, ERR_STATE, "merge %" PRId64 " was taken back already", merge_id);
    r = is_merge ? unmerge(&c, merge_id, &m, err) : unsplit(&c, merge_id, &m, err);
    return r < 0 ? r : db_commit(db, err);
}
