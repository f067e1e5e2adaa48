#ifndef APP_UNDO_UNDO_H
#define APP_UNDO_UNDO_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"

/*
 * Changes of many records at once that their maker may take back. Kept are, for UNDO_LIFE, what
 * each record was before and its version right after; the room that made the change puts it back
 * and refuses when a version differs, for then somebody has changed the record since.
 */
#define UNDO_LIFE (10 * MINUTE_MS)

struct undo_item {
    int64_t id;      /* of the record */
    struct str code; /* as people know it */
    int64_t version; /* right after the change; 0: may have changed since */
    struct str was;  /* a JSON object, read by the room that wrote it */
};
VEC_TYPE(undo_items, struct undo_item);

struct undo {
    int64_t id;
    struct str what; /* "incident.severity" */
    int64_t total;   /* records */
};

/* How a room takes back what it kept: a transaction of its own. ERR_STATE as undo_take;
 * ERR_CONFLICT: *changed names the records that somebody has changed since. */
typedef int undo_fn(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                    int64_t now, int64_t *restored, struct str *changed, struct err *err);

/* Inside the caller's transaction. Old ones of anybody are swept away. */
int undo_keep(struct db *db, struct arena *a, const char *what, const struct undo_items *items,
              const struct actor *by, int64_t now, int64_t *id, struct err *err);

/* 1 and *out when the actor may still take it back; 0 when there is nothing such. */
int undo_offer(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
               struct undo *out, struct err *err);

/* Inside the caller's transaction: hands out what was kept and marks it as taken back. ERR_STATE
 * when it is not the actor's, too old, or taken back already. `room`: what its name, *what, begins
 * with. */
int undo_take(struct db *db, struct arena *a, int64_t id, struct str room, const struct actor *by,
              int64_t now, struct str *what, struct undo_items *out, struct err *err);

#endif
