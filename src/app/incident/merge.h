#ifndef APP_INCIDENT_MERGE_H
#define APP_INCIDENT_MERGE_H

#include "app/incident/case.h"

/* What merging and splitting share; all inside the caller's transaction. */

/* The row that tells of the merge or split, with what `from` is now. */
int incident_merge_begun(struct incident_change *from, struct incident_change *into,
                         const char *kind, struct str tlp_after, int64_t *merge_id,
                         struct err *err);

/* Comments, files, reports, observables and systems on the list of the merge, from one incident to
 * the other. */
int incident_move_chosen(struct db *db, int64_t merge_id, int64_t from, int64_t to,
                         struct err *err);

#endif
