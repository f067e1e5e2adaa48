#ifndef APP_OBSERVABLE_VIEW_H
#define APP_OBSERVABLE_VIEW_H

#include "app/observable/observable.h"
#include "app/observable/queries.h"

struct observable_view {
    struct str kind, value, defanged;
    bool known;
    int64_t first_seen, last_seen;
    struct observable_incidents_rows incidents;
    struct observable_reports_rows reports;
    struct observable_seen file; /* of a hash: the stored file that has it, if any */
    int64_t hidden;              /* records with it that the actor may not see */
};

/* What the URL names, as the actor may see it; ERR_NOT_FOUND for an unknown kind. */
int observable_view_load(struct http_request *req, struct observable_view *v, struct err *err);

#endif
