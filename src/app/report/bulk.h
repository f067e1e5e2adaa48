#ifndef APP_REPORT_BULK_H
#define APP_REPORT_BULK_H

#include "app/report/inner.h"
#include "app/undo/undo.h"

/* One decision on many reports of the inbox, and taking it back. */
struct report_bulk {
    const char *state;    /* spam, duplicate, closed */
    int64_t duplicate_of; /* 0: none */
    struct str reason;
};

struct report_bulk_result {
    int64_t changed, undo_id; /* undo_id 0: nothing was decided */
    struct str skipped;       /* codes of those left alone: decided on already, or not allowed */
};

/* In one transaction; codes out of reach are passed over in silence. */
int report_bulk_do(struct db *db, struct arena *a, const struct form_values *codes,
                   const struct report_bulk *change, const struct actor *by, int64_t now,
                   struct report_bulk_result *out, struct err *err);

/* All of them or none: ERR_CONFLICT with the codes that somebody has decided on since; ERR_STATE:
 * too late, or taken back already. */
int report_bulk_undo(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                     int64_t now, int64_t *restored, struct str *changed, struct err *err);

/* Inside the transaction of one decision: what the report was, to be taken back the same way. */
int report_keep_decision(struct report_change *c, const struct report_decision_row *was,
                         int64_t *undo_id, struct err *err);

report_handler report_web_bulk, report_web_undo;

#endif
