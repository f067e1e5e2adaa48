#ifndef SUPPORT_TESTDB_H
#define SUPPORT_TESTDB_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * A fresh, migrated database for a test: an SQLite file in a directory of its own, or, when
 * UNGCUU_TEST_DB holds a postgresql:// URL of a server where databases may be created, a database
 * there. Nothing of it is left after testdb_close. A failure to open fails the test.
 *
 *     struct testdb t;
 *     testdb_open(&t);
 *     ... statements on t.db, memory from &t.arena ...
 *     testdb_close(&t);
 */
struct testdb {
    struct db_pool *pool;
    struct db *db; /* a lease for the test's own thread */
    struct arena arena;
    enum db_engine engine;
    char url[512];
    char dir[256]; /* a directory for the test's files, removed at the end */
};

void testdb_open(struct testdb *t);
void testdb_open_empty(struct testdb *t); /* without any table */
void testdb_close(struct testdb *t);
/* Closes the pool and opens the same database again, as after a restart. */
void testdb_reopen(struct testdb *t);

/* Runs SQL text that no queries.sql has, for making and looking at odd states; the first column of
 * the first row is returned as a number (0 when there is none). A failure fails the test. */
int64_t testdb_sql(struct testdb *t, const char *sql);
/* Whether the database itself refuses such a statement. */
bool testdb_refuses(struct testdb *t, const char *sql);

#endif
