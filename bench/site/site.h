#ifndef BENCH_SITE_SITE_H
#define BENCH_SITE_SITE_H

#include "base/base.h"
#include "load.h"

/* HOT: incidents whose observables return again and again. */
enum { OBSERVABLES_EACH = 5, HOT = 2000, RESPONDERS = 40 };

struct site {
    struct load *load;
    struct arena fixed, a; /* for the whole run; for one row */
    int64_t incidents, observables, reports;
    int64_t root, org0, orgs, system0, systems, incident0, observable0, report0, account0;
    int64_t now, begin;
    struct str *org_names, *system_names;
    int64_t *parents; /* of an organisation: the one above */
};

/* A number that depends on what it is for and on which row only, so that tables can be made in any
 * order. */
uint64_t chance(int64_t row, int64_t what);
int64_t below(int64_t row, int64_t what, int64_t n);
struct str uuid_of(struct site *s, int64_t row, int64_t what);

/* What a number is for. */
enum {
    AT = 1,
    ORG,
    SYSTEM,
    KIND,
    TITLE,
    TEXT,
    TEXT2,
    TEXT3,
    SEVERITY,
    TLP,
    STATE,
    LEAD,
    DONE,
    COMMENT,
    EVENT,
    OBSERVABLE,
    HOT_ONE,
    VALUE,
    CHANNEL,
    UUID,
    OTHER,
    PARENT,
    LATE,
};

/* The organisation that owns a system, both counted from 0. */
int64_t owner_of(const struct site *s, int64_t system);
/* The kind of an observable, and its value. */
const char *value_of(struct site *s, int64_t observable, struct str *value);

/* cases.c: fill the tables of incidents and reports, in this order. */
void make_incidents(struct site *s);
void make_parties(struct site *s);
void make_links(struct site *s);
void make_tasks(struct site *s);
void make_talk(struct site *s);
void make_reports(struct site *s);

#endif
