#ifndef APP_EVIDENCE_VIEW_H
#define APP_EVIDENCE_VIEW_H

#include "app/evidence/inner.h"
#include "app/web/web.h"

/* What the templates of this room are given. */
struct evidence_view {
    const struct http_request *req;
    struct evidence_find_row file;
    struct custody_rows_rows custody;
    struct form_state facts, download, removal;
    bool printed; /* the document of the chain of custody */
};

/* How an action is called in the log: who did it. */
struct str evidence_custody_who(enum lang lang, const struct custody_rows_row *row);

#endif
