#ifndef APP_INCIDENT_SHARE_VIEW_H
#define APP_INCIDENT_SHARE_VIEW_H

#include "app/incident/share.h"
#include "app/incident/view.h"
#include "base/text.h"

/* What the pages of sharing are given. */
struct share_view {
    const struct http_request *req;
    struct incident_get_row i;
    struct share_rows_rows shares;
    struct share_items_rows items;
    struct form_state form, revoke;
    struct form_option *orgs;
    size_t orgs_len;
    size_t in_force, marked;           /* how many */
    const struct http_request *posted; /* what was ticked before an error */
};

/* What a partner sees of an incident; page and API find it by the code in the path. */
struct joint_record {
    struct joint_get_row i;
    struct joint_tasks_rows tasks;
    struct joint_comments_rows comments;
    struct joint_events_rows timeline;
    struct joint_observables_of_rows observables;
    struct attachments files;
};

/* Only `i` is read; ERR_NOT_FOUND when the actor is no partner of it. */
int joint_find(struct http_request *req, struct db **db, struct joint_record *out, struct err *err);
/* The parts of what was found. */
int joint_load(struct db *db, struct arena *a, struct joint_record *out, struct err *err);

struct joint_view {
    const struct http_request *req;
    struct joint_record c;
    struct form_state comment, event, facts;
};

struct joint_list_view {
    const struct http_request *req;
    struct joint_list_rows rows;
};

struct str share_may_label(enum lang lang, struct str may);
struct str share_scope_label(enum lang lang, struct str scope);
struct str share_kind_label(enum lang lang, struct str kind); /* of share_items: a heading */
/* The stored reason in words: what the program itself writes is translated. */
struct str share_reason_text(enum lang lang, struct str reason);

#endif
