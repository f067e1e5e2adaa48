#ifndef APP_MEMO_MEMO_H
#define APP_MEMO_MEMO_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * Numbers that take long to count, kept while nothing on the site has changed. Every change writes
 * an audit entry in its transaction, so the number of the newest entry is the version of everything
 * that is counted, on every node of a site. What depends on the clock as well (overdue, a grant
 * that ends) is at most twice MEMO_MS old. Rows and whom they are for are never kept: only how many
 * there are.
 *
 *     struct memo m;
 *     int64_t n[2];
 *
 *     if ((r = memo_open(&m, db, a, key, now, err)) < 0) return r;
 *     if (!memo_find(&m, n, 2)) {
 *         ... count ...
 *         memo_keep(&m, n, 2);
 *     }
 */
enum { MEMO_MS = 5000, MEMO_VALUES = 6 };

struct memo {
    uint8_t key[16];
    int64_t version, now;
};

/* `key` names what is counted, for whom (the account) and by which filter. Reads the version: so
 * before anything is counted. */
int memo_open(struct memo *m, struct db *db, struct arena *a, struct str key, int64_t now,
              struct err *err);
/* The numbers kept under the key; false when there are none of this version. At most MEMO_VALUES.
 */
bool memo_find(const struct memo *m, int64_t *values, size_t len);
void memo_keep(const struct memo *m, const int64_t *values, size_t len);

#endif
