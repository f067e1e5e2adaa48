#include "app/evidence/evidence.h"
#include "app/incident/merge.h"

typedef int64_t note_fn(struct db *, int64_t merge_id, int64_t from, int64_t to,
                        struct opt_int only, struct err *);

static int64_t note_report(struct db *db, int64_t merge_id, int64_t from, _unused_ int64_t to,
                           struct opt_int only, struct err *err)
{
    return case_note_reports(db, merge_id, from, only, err);
}

static int64_t note_comment(struct db *db, int64_t merge_id, int64_t from, _unused_ int64_t to,
                            struct opt_int only, struct err *err)
{
    return case_note_comments(db, merge_id, from, only, err);
}

static int64_t note_file(struct db *db, int64_t merge_id, int64_t from, _unused_ int64_t to,
                         struct opt_int only, struct err *err)
{
    return case_note_files(db, merge_id, from, only, err);
}

/* Puts the chosen ids on the list of the split; one that is not of this incident is refused. */
static int note(struct db *db, note_fn *fn, const int64_t *ids, size_t len, int64_t merge_id,
                int64_t from, int64_t to, struct err *err)
{
    for (size_t i = 0; i < len; i++) {
        int64_t r = fn(db, merge_id, from, to, opt_int(ids[i]), err);

        if (r < 0)
            return (int)r;
        if (r == 0)
            return err_set(err, ERR_INVALID, "%" PRId64 " is not of this incident", ids[i]);
    }
    return 0;
}

static int note_chosen(struct db *db, const struct incident_split_new *new_, int64_t merge_id,
                       int64_t from, int64_t to, struct err *err)
{
    const struct {
        note_fn *fn;
        const int64_t *ids;
        size_t len;
    } parts[] = {{note_report, new_->reports.at, new_->reports.len},
                 {case_note_observables, new_->observables.at, new_->observables.len},
                 {case_note_systems, new_->systems.at, new_->systems.len},
                 {note_comment, new_->comments.at, new_->comments.len},
                 {note_file, new_->files.at, new_->files.len}};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int r = note(db, parts[i].fn, parts[i].ids, parts[i].len, merge_id, from, to, err);

        if (r < 0)
            return r;
    }
    return 0;
}

/* Owners of the systems that went along take part in the new incident. */
static int link_owners(struct incident_change *made, const struct incident_split_new *new_,
                       struct err *err)
{
    for (size_t i = 0; i < new_->systems.len; i++) {
        struct incident_system_orgs_rows rows;
        int64_t r = incident_system_orgs(made->db, made->arena, new_->systems.at[i], &rows, err);

        if (r < 0 ||
            (rows.len > 0 && (r = incident_party_put(made->db, made->id, rows.at[0].owner_id,
                                                     STR("affected"), made->now, err)) < 0))
            return (int)r;
    }
    return (int)MIN(incident_reach_fill(made->db, made->id, err), 0);
}

/* Opens the new incident with the facts of the old one. */
static int open_like(struct incident_change *old, struct str title, struct incident_change *made,
                     struct err *err)
{
    struct incident_get_row was;
    struct incident_new facts;
    struct str code;
    int64_t id;
    int r = incident_get(old->db, old->arena, old->id, &was, err);

    if (r < 0)
        return r;
    facts = (struct incident_new){
        .title = title,
        .summary = STR(""),
        .kind = was.kind,
        .severity = was.severity,
        .severity_why = was.severity_why,
        .serious = was.serious,
        .tlp = was.tlp,
        .org_id = was.org_id,
        .lead_id = was.lead_id.has ? was.lead_id.v : 0,
        .occurred_at = was.occurred_at,
        .detected_at = was.detected_at,
    };
    if ((r = incident_create(old->db, old->arena, &facts, old->by, old->now, &id, &code, err)) < 0)
        return r;
    return incident_change_join(made, old->db, old->arena, id, 0, PERM_INCIDENT_MANAGE, old->by,
                                old->now, err);
}

int incident_split(struct db *db, struct arena *a, int64_t id,
                   const struct incident_split_new *new_, const struct actor *by, int64_t now,
                   struct str *code, int64_t *merge_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct case_event_insert_row event;
    struct incident_change old, made;
    struct case_entries_row entries;
    int64_t r;

    if (new_->reports.len + new_->observables.len + new_->systems.len + new_->comments.len +
            new_->files.len ==
        0)
        return err_set(err, ERR_INVALID, "nothing was chosen");
    if ((r = incident_change_begin(&old, db, a, id, 0, PERM_INCIDENT_MANAGE, by, now, err)) < 0 ||
        (r = open_like(&old, new_->title, &made, err)) < 0 ||
        (r = incident_merge_begun(&old, &made, "split", made.was.tlp, merge_id, err)) < 0 ||
        (r = note_chosen(db, new_, *merge_id, id, made.id, err)) < 0 ||
        (r = incident_move_chosen(db, *merge_id, id, made.id, err)) < 0 ||
        (r = evidence_merge_moved(db, *merge_id, made.was.code, by, now, err)) < 0 ||
        (r = link_owners(&made, new_, err)) < 0 ||
        (r = case_event_insert(db, a, id, now, STR("split"), opt_int(by->id), by->name,
                               made.was.code, &event, err)) < 0 ||
        (r = case_note_own_event(db, *merge_id, event.id, err)) < 0 ||
        (r = incident_change_event(&made, "split-from", old.was.code, 0, 0, err)) < 0 ||
        (r = incident_touch(db, id, now, err)) < 0 ||
        (r = case_entries(db, a, made.id, &entries, err)) < 0 ||
        (r = case_merge_entries(db, *merge_id, entries.total, err)) < 0)
        return (int)r;
    *code = made.was.code;
    if ((r = incident_change_audit(&old, "incident.split", incident_detail(a, "into", *code),
                                   err)) < 0)
        return (int)r;
    return db_commit(db, err);
}
