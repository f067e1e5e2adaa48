#ifndef APP_INCIDENT_INCIDENT_H
#define APP_INCIDENT_INCIDENT_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * Incidents: from received to closed, with tasks from a playbook, comments, a timeline and
 * observables.
 *
 * States: received -> verifying -> responding -> recovering -> closed. A step may be skipped
 * forwards (an ordinary incident is often clear at once); backwards only by reopening a closed one,
 * with a reason, into responding. Each change is a timeline event and an audit entry.
 *
 * Kinds: the ten of Circular 20/2017/TT-BTTTT, Form 05, mapped to a classification of the Reference
 * Security Incident Taxonomy (RSIT).
 */
struct incident_kind {
    const char *name;  /* "ransom" */
    const char *label; /* translation key */
    const char *plain; /* words for citizens, translation key */
    const char *rsit;  /* "malicious-code:..." style: class/type of RSIT */
};
extern const struct incident_kind incident_kinds[];
extern const size_t incident_kinds_len;
const struct incident_kind *incident_kind_find(struct str name); /* NULL: none */

extern const struct form_choice incident_kind_choices[];
extern const struct form_choice incident_severity_choices[]; /* 1 low ... 4 critical */
extern const struct form_choice incident_state_choices[];

struct incident_new {
    int64_t template_id; /* in reach of who opens it: its further tasks come along; 0: none */
    struct str title, summary;
    struct str kind;
    int64_t severity;
    struct str severity_why;
    bool serious; /* as Decision 05/2017 Article 9 has it: chooses the playbook of seven steps */
    struct str tlp;
    int64_t org_id;    /* owner organisation */
    int64_t system_id; /* 0: none */
    int64_t lead_id;   /* 0: none yet */
    struct opt_int occurred_at;
    int64_t detected_at;
};

/* Inside the caller's transaction: row, code (SC-2026-0042), parties, reach, tasks of the playbook,
 * first timeline event, audit entry. Needs incident.manage over org_id. */
int incident_create(struct db *db, struct arena *a, const struct incident_new *new_,
                    const struct actor *by, int64_t now, int64_t *id, struct str *code,
                    struct err *err);

/* Inside the caller's transaction: a report becomes part of the incident; its observables are
 * copied. */
int incident_add_report(struct db *db, struct arena *a, int64_t incident_id, int64_t report_id,
                        struct str report_code, const struct actor *by, int64_t now,
                        struct err *err);

/* Inside the caller's transaction, for a report that was joined at this time by mistake and no
 * longer points here: the observables that came along with it alone go as well. ERR_STATE for the
 * report that the incident was opened from. */
int incident_drop_report(struct db *db, struct arena *a, int64_t incident_id, int64_t report_id,
                         struct str report_code, int64_t joined_at, const struct actor *by,
                         int64_t now, struct err *err);

/* The next functions open their own transaction, check the actor's right over the incident in SQL,
 * write timeline and audit. `version` is the one the person saw; another one in the row is
 * ERR_CONFLICT. */
/* Closing and reopening end a day of following up. */
int incident_set_state(struct db *db, struct arena *a, int64_t id, int64_t version,
                       struct str state, struct str reason, const struct actor *by, int64_t now,
                       struct err *err);
/* One step of its life, with what the person saw: version (0: whatever it is), state ("": whatever
 * it is). undo_id: not NULL when it is to be taken back (app/undo). */
struct incident_move {
    int64_t version;
    struct str seen, state, reason;
    /* Since when it spreads no further, where the person says so (not in the future, else
     * ERR_INVALID); NO_INT leaves what is known. */
    struct opt_int contained_at;
};
int incident_move(struct db *db, struct arena *a, int64_t id, const struct incident_move *move,
                  const struct actor *by, int64_t now, int64_t *undo_id, struct err *err);
int incident_comment(struct db *db, struct arena *a, int64_t id, struct str body,
                     const struct actor *by, int64_t now, struct err *err);
int incident_add_party(struct db *db, struct arena *a, int64_t id, int64_t org_id, const char *part,
                       const struct actor *by, int64_t now, struct err *err);
int incident_set_lead(struct db *db, struct arena *a, int64_t id, int64_t account_id,
                      const struct actor *by, int64_t now, struct err *err);
/* The same when the lead is still the one the person saw (0: nobody), else ERR_CONFLICT. */
int incident_change_lead(struct db *db, struct arena *a, int64_t id, int64_t seen,
                         int64_t account_id, const struct actor *by, int64_t now, struct err *err);
/* state: open, doing, done, skipped (with a reason). */
int incident_task_set(struct db *db, struct arena *a, int64_t id, int64_t task_id, struct str state,
                      struct str reason, const struct actor *by, int64_t now, struct err *err);
/* Inside the caller's transaction. A line on the timeline. */
int incident_log_event(struct db *db, int64_t id, int64_t at, const char *kind, struct str text,
                       const struct actor *by, int64_t now, struct err *err);

/* Finds an incident the actor may read by its code, however it was typed (code_read). ERR_NOT_FOUND
 * also when it may not be seen. */
int incident_find(struct db *db, struct arena *a, struct str code, const struct actor *actor,
                  int64_t now, int64_t *id, struct err *err);

/* Who watches an incident and may still see it: to whom notices about it go. `email` may be empty.
 */
struct incident_watcher {
    int64_t account_id;
    struct str login, name, email, lang;
};
VEC_TYPE(incident_watchers, struct incident_watcher);
int incident_watchers_of(struct db *db, struct arena *a, int64_t id, int64_t now,
                         struct incident_watchers *out, struct err *err);

/* Templates in reach that a new incident may begin with. */
struct incident_template {
    int64_t id, severity;
    struct str name, title, summary, kind, tlp;
    bool serious;
};
VEC_TYPE(incident_templates, struct incident_template);
int incident_templates_for(struct db *db, struct arena *a, const struct actor *by, int64_t now,
                           struct incident_templates *out, struct err *err);

/* Texts written beforehand, that the actor may insert: used_for "comment", "answer" or "mail". */
struct incident_text {
    int64_t id;
    struct str name;
};
VEC_TYPE(incident_texts, struct incident_text);
int incident_texts_for(struct db *db, struct arena *a, struct str used_for, const struct actor *by,
                       int64_t now, struct incident_texts *out, struct err *err);
/* What its placeholders stand for; empty slices leave nothing. */
struct incident_text_values {
    struct str code, title, organisation, lead;
};
/* What was typed, and behind it the text with {code}, {title}, {organisation}, {lead}, {name} and
 * {today} filled in; only what was typed when there is no such text in reach. */
int incident_text_insert(struct db *db, struct arena *a, int64_t text_id, struct str typed,
                         const struct incident_text_values *values, const struct actor *by,
                         int64_t now, struct str *out, struct err *err);

/* Templates of incidents and texts for comments, questions and mails, as forms bring them: org is
 * an id, severity a number, version the one that was seen (empty: any), tasks one a line. */
struct template_values {
    struct str name, org, title, kind, severity, tlp, summary, tasks, version;
    bool serious;
};
struct text_values {
    struct str name, org, used_for, body, version; /* used_for: comment, answer, mail */
};
/* id 0: a new one, *new_id its id (may be NULL). Transactions of their own; ERR_CONFLICT: the
 * version is another, ERR_NOT_FOUND: out of reach. */
int template_save(struct db *db, struct arena *a, int64_t id, const struct template_values *in,
                  const struct actor *by, int64_t now, int64_t *new_id, struct err *err);
int text_save(struct db *db, struct arena *a, int64_t id, const struct text_values *in,
              const struct actor *by, int64_t now, int64_t *new_id, struct err *err);

/* What a reporter may be told: state and times, without any content. */
struct incident_public {
    struct str code, state;
    int64_t opened_at, state_at;
    struct opt_int contained_at, closed_at;
};
int incident_public(struct db *db, struct arena *a, int64_t id, struct incident_public *out,
                    struct err *err);

extern const struct http_route incident_routes[];
extern const size_t incident_routes_len;

/* The same over /api/v1, and the exports of the list. */
extern const struct http_route incident_api_routes[];
extern const size_t incident_api_routes_len;
extern const struct http_route incident_case_api_routes[];
extern const size_t incident_case_api_routes_len;
extern const struct http_route incident_share_api_routes[];
extern const size_t incident_share_api_routes_len;
extern const struct http_route template_api_routes[];
extern const size_t template_api_routes_len;

/* The one of two TLP marks that fewer may see. */
struct str incident_tlp_stricter(struct str a, struct str b);

#endif
