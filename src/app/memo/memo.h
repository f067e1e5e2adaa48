#ifndef APP_MEMO_MEMO_H
#define APP_MEMO_MEMO_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * Numbers that take long to count, kept while nothing on the site has changed. Every change writes
 * an audit entry in its transaction, so the number of the newest entry is the version of everything
 * that is counted, on every node of a site. What depends on the clock as well (overdue, a grant
 * that ends) is at most twice MEMO_MS old. Numbers in the thousands, of which nobody misses one,
 * may be MEMO_LARGE_MS old whatever has changed. Rows and whom they are for are never kept: only
 * how many there are.
 *
 * One counts, the others who ask for the same wait for it: a hundred who ask at once after a change
 * are one count, not a hundred.
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
enum { MEMO_MS = 5000, MEMO_LARGE = 1000, MEMO_LARGE_MS = 10000, MEMO_VALUES = 6, MEMO_LIST = 104 };

struct memo {
    uint8_t key[16];
    int64_t version, now;
};

/* `key` names what is counted, for whom (the account) and by which filter. Reads the version: so
 * before anything is counted. */
int memo_open(struct memo *m, struct db *db, struct arena *a, struct str key, int64_t now,
              struct err *err);

/* The numbers kept under the key, at most MEMO_VALUES. False: the caller counts; if it does not
 * bring the numbers by memo_keep within two seconds (it failed), another who waits counts. */
bool memo_find(const struct memo *m, int64_t *values, size_t len);

/* The first of the values tells how large the numbers are. */
void memo_keep(const struct memo *m, const int64_t *values, size_t len);

/*
 * Ids of what was looked for, in their order: where to look, not who may see it. The statement that
 * reads their rows decides that anew each time, so nothing is shown that was taken away meanwhile.
 * `ids` has room for MEMO_LIST. As with numbers one looks and the others wait for it, two seconds
 * at most; a list that must not be kept (it was cut off) is given up, and for MEMO_MS everybody
 * looks without waiting.
 */
bool memo_find_list(const struct memo *m, int64_t *ids, size_t *len);
void memo_keep_list(const struct memo *m, const int64_t *ids, size_t len);
void memo_give_up_list(const struct memo *m);

#endif
