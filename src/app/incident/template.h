#ifndef APP_INCIDENT_TEMPLATE_H
#define APP_INCIDENT_TEMPLATE_H

#include "app/incident/inner.h"
#include "app/incident/queries_template.h"

/*
 * Templates: what incidents of a known sort begin with (title, kind, severity, TLP, playbook, text,
 * further tasks), and texts for comments that are written again and again. Each belongs to an
 * organisation and serves it, those above and those below. Making and changing them needs
 * incident.manage over that organisation.
 */
extern const struct form template_form;
extern const struct form text_form;
struct str text_use_label(enum lang lang, struct str used_for);

/* Transactions of their own; ERR_CONFLICT: the version is another, ERR_NOT_FOUND: out of reach. */
int template_drop(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                  struct err *err);
int text_drop(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
              struct err *err);

/* Inside the caller's transaction: the further tasks of a template, a line each, behind those of
 * the playbook. One that is out of reach, or 0, adds nothing. */
int template_begin(struct db *db, struct arena *a, int64_t incident_id, int64_t template_id,
                   const struct actor *by, int64_t now, struct err *err);

incident_handler template_web_list, template_web_new, template_web_new_post, template_web_edit,
    template_web_edit_post, template_web_remove, text_web_new, text_web_new_post, text_web_edit,
    text_web_edit_post, text_web_remove;

#endif
