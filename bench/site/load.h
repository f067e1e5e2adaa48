#ifndef BENCH_SITE_LOAD_H
#define BENCH_SITE_LOAD_H

#include "base/base.h"

/*
 * Rows into a migrated database as fast as the engine takes them: prepared inserts on SQLite, COPY
 * on PostgreSQL. Triggers and foreign keys are not looked at, so what is loaded has to fit. Dies
 * when something fails: this is for the bench only.
 */
struct load;

struct load *load_open(struct str url);
/* Commits, makes the indexes that load_open dropped, and closes. */
void load_close(struct load *l);

/* "table (column, column)": rows follow, value by value, each ended by load_row. */
void load_table(struct load *l, const char *into);
void load_int(struct load *l, int64_t v);
void load_text(struct load *l, struct str s);
void load_null(struct load *l);
void load_row(struct load *l);
void load_end(struct load *l);

/* The first column of the first row, an integer. */
int64_t load_one(struct load *l, const char *sql);
/* A statement without parameters. */
void load_exec(struct load *l, const char *sql);

#endif
