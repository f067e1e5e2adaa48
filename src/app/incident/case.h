#ifndef APP_INCIDENT_CASE_H
#define APP_INCIDENT_CASE_H

#include "app/incident/inner.h"
#include "app/incident/queries_case.h"
#include "app/undo/undo.h"

/*
 * An incident as a whole: who watches it, when it is to be looked at again, what it was merged with
 * or split from, and changes of many incidents at once.
 */

/* {"key":"value"}, for the audit entry. */
struct str incident_detail(struct arena *a, const char *key, struct str value);

/* "25/11/2026 09:00: call the provider", as it stands on the timeline. */
struct str incident_follow_text(struct arena *a, int64_t at, struct str note);

/* Whoever may read it may watch it; asking another (who may read it already) needs
 * incident.manage. Watching is no change of the incident: its version stays. */
int incident_watch(struct db *db, struct arena *a, int64_t id, int64_t account_id, bool on,
                   const struct actor *by, int64_t now, struct err *err);

/* Out of the list of open incidents until `at`, which lies ahead; NO_INT: back into it. */
int incident_follow_up(struct db *db, struct arena *a, int64_t id, struct opt_int at,
                       struct str note, const struct actor *by, int64_t now, struct err *err);

/*
 * Merging `from` into `into`: tasks, comments, events, files and reports move; observables and
 * systems are linked there instead; parties, members and watchers are linked there too and keep
 * seeing `from`, which is closed, cannot be changed any more, and leads to `into`. The stricter TLP
 * of the two holds. Needs incident.manage over both. What moved is kept by row, so that
 * incident_unmerge puts back exactly that, whenever; what was added to `into` since stays there.
 * ERR_STATE: one of them is merged already, or both are the same.
 */
int incident_merge(struct db *db, struct arena *a, int64_t from, int64_t into,
                   const struct actor *by, int64_t now, int64_t *merge_id, struct err *err);

/* Takes a merge or a split back, in the name of the incident it is shown with. A split only as long
 * as nobody has worked on the new incident (ERR_CONFLICT): then it is merged instead. */
int incident_unmerge(struct db *db, struct arena *a, int64_t id, int64_t merge_id,
                     const struct actor *by, int64_t now, struct err *err);

/* A new incident of the same owner, kind, severity and TLP with what was chosen of an incident. The
 * ids must belong to it: ERR_INVALID. */
struct incident_split_new {
    struct str title;
    VEC(int64_t) reports, observables, systems, comments, files;
};
int incident_split(struct db *db, struct arena *a, int64_t id,
                   const struct incident_split_new *new_, const struct actor *by, int64_t now,
                   struct str *code, int64_t *merge_id, struct err *err);

/* Inside the change's transaction, after it: what the incident was before, for incident_bulk_undo.
 * closing: it was closed or reopened, so that taking it back asks for the same right. */
int incident_undo_keep(struct incident_change *c, bool closing, const struct case_facts_row *was,
                       int64_t *undo_id, struct err *err);

/*
 * Incidents that have observables or systems of this one too, within the actor's reach, those still
 * worked on before the closed ones, the most telling first, at most RELATED_MAX. What few incidents
 * have weighs more than what many have; what more than RELATED_COMMON have weighs nothing. Of
 * thousands only the RELATED_LOOK strongest are looked at.
 */
enum { RELATED_MAX = 8, RELATED_COMMON = 200, RELATED_LOOK = 500 };
struct case_related {
    struct str code, title, state;
    int64_t severity, opened_at, version;
    int64_t shared;                   /* how many observables and systems both have */
    struct str example_kind, example; /* the most telling of them */
    bool may_manage;
    bool may_merge; /* may_manage, and it is still worked on */
};
VEC_TYPE(case_related_rows, struct case_related);
int case_related(struct db *db, struct arena *a, int64_t actor, int64_t now, int64_t id,
                 struct case_related_rows *out, struct err *err);

/* Changes of many ------------------------------------------------------------------------------
 */
enum incident_bulk_what {
    BULK_LEAD,
    BULK_SEVERITY,
    BULK_TLP,
    BULK_WATCH,
    BULK_WATCHER,
    BULK_FOLLOW_UP,
    BULK_CLOSE,
};

struct incident_bulk {
    enum incident_bulk_what what;
    int64_t account_id; /* LEAD, WATCHER */
    int64_t severity;
    struct str tlp;
    struct str text;   /* outcome of CLOSE, note of FOLLOW_UP */
    struct opt_int at; /* of FOLLOW_UP; none: back into the list */
};

struct incident_bulk_result {
    int64_t changed, undo_id; /* undo_id 0: nothing changed */
    struct str skipped;       /* codes of those left alone: "SC-2026-0001, ..." */
};

/* In one transaction: each incident that the actor may change so is changed, the others (not
 * allowed, closed already, as asked for already) are left alone and named. Codes out of reach are
 * passed over in silence. */
int incident_bulk_do(struct db *db, struct arena *a, const struct form_values *codes,
                     const struct incident_bulk *change, const struct actor *by, int64_t now,
                     struct incident_bulk_result *out, struct err *err);

/* Puts all of them back, or none: ERR_CONFLICT with the codes in `changed` that somebody has
 * changed since; ERR_STATE: too late, or taken back already. */
int incident_bulk_undo(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                       int64_t now, int64_t *restored, struct str *changed, struct err *err);

/* Handlers of web_case.c, web_merge.c, web_bulk.c and web_export.c. */
incident_handler incident_web_watch, incident_web_follow_up, incident_web_merge_form,
    incident_web_merge, incident_web_unmerge, incident_web_split_form, incident_web_split,
    incident_web_bulk, incident_web_undo, incident_web_board, incident_web_board_move,
    incident_web_export_text, incident_web_export_observables, incident_web_custody,
    incident_web_custody_file;

/* 08:00 of a later day in the site's zone. */
int64_t incident_morning(int64_t now, int days);

#endif
