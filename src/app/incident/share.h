#ifndef APP_INCIDENT_SHARE_H
#define APP_INCIDENT_SHARE_H

#include "app/incident/inner.h"
#include "app/incident/queries_share.h"

/*
 * Sharing. An incident is seen whole by its parties and those above them, by its members, and by
 * organisations with whom it is shared whole. Partners with whom it is shared in part see only what
 * bears the mark, on a page of their own (/incidents/{code}/joint); what they add bears it from the
 * start. Police and military that help are always partners of this kind. TLP:RED is not shared with
 * organisations at all: name people as members.
 */
struct share_new {
    struct str org;    /* id as text, from the list */
    struct str may;    /* "read", "work" */
    struct str scope;  /* "all", "marked" */
    struct str reason; /* need to know */
    struct opt_int ends_at;
};
extern const struct form share_form;
bool share_is_partner_kind(struct str org_kind); /* police, military */

/* Ends what was shared with the organisation before. ERR_INVALID with field "scope" when the
 * organisation may only see what is marked, ERR_STATE for TLP:RED. Needs incident.manage. */
int share_add(struct db *db, struct arena *a, int64_t id, const struct share_new *new_,
              const struct actor *by, int64_t now, struct err *err);
/* The same with the marks as they stood on the form (share_set_marks), in one transaction: what was
 * ticked for the partner is what the partner sees. */
struct share_marks {
    const struct form_values *shown, *on;
};
int share_add_marked(struct db *db, struct arena *a, int64_t id, const struct share_new *new_,
                     const struct share_marks *marks, const struct actor *by, int64_t now,
                     struct err *err);
int share_revoke(struct db *db, struct arena *a, int64_t id, int64_t share_id, struct str reason,
                 const struct actor *by, int64_t now, struct err *err);

/* Inside a change: an organisation of police or military that was brought in to help gets its
 * share, and loses it when it is taken out. */
int share_with_party(struct incident_change *c, int64_t org_id, const char *part, struct err *err);
int share_end_party(struct incident_change *c, int64_t org_id, struct err *err);

/* The marks of the items shown on the form ("comment 12"): those in `on` bear it, the others of
 * `shown` do not. Needs incident.manage. *changed: how many. */
int share_set_marks(struct db *db, struct arena *a, int64_t id, const struct form_values *shown,
                    const struct form_values *on, const struct actor *by, int64_t now,
                    int64_t *changed, struct err *err);

/* What partners who may work on it add; each needs incident.write, whole or in part. */
int joint_comment(struct db *db, struct arena *a, int64_t id, struct str body,
                  const struct actor *by, int64_t now, struct err *err);
int joint_event(struct db *db, struct arena *a, int64_t id, int64_t at, struct str text,
                const struct actor *by, int64_t now, struct err *err);
int joint_observables(struct db *db, struct arena *a, int64_t id, struct str text,
                      const struct actor *by, int64_t now, int64_t *added, struct err *err);
int joint_task_done(struct db *db, struct arena *a, int64_t id, int64_t task_id,
                    const struct actor *by, int64_t now, struct err *err);
/* Begins a change like incident_change_begin, for those who may add at least. */
int joint_change_begin(struct incident_change *c, struct db *db, struct arena *a, int64_t id,
                       const struct actor *by, int64_t now, struct err *err);

/* Handlers of web_share.c, named by the route table in web.c. */
incident_handler share_web_page, share_web_add, share_web_revoke, share_web_marks, joint_web_list,
    joint_web_page, joint_web_comment, joint_web_event, joint_web_observables, joint_web_files,
    joint_web_task;

#endif
