#ifndef SUPPORT_PROVINCE_H
#define SUPPORT_PROVINCE_H

#include "support/testdb.h"

#include "app/account/account.h"

/*
 * A small province for tests of the rooms: a root, two departments with a system each, and one
 * actor of each of the roles that matter, made without passwords.
 */
struct province {
    struct testdb t;
    int64_t top, health, finance; /* organisations */
    int64_t health_system, finance_system;
    struct actor coordinator; /* over the whole */
    struct actor responder;   /* over the whole */
    struct actor officer;     /* of health */
    struct actor stranger;    /* officer of finance */
    struct actor auditor;     /* over the whole, reads only */
    int64_t now;
};

void province_open(struct province *p);
void province_close(struct province *p);

/* cmocka fixtures: *state is a struct province. */
int province_setup(void **state);
int province_teardown(void **state);

/* An open incident of health, as the coordinator makes it; returns its id. */
int64_t province_incident(struct province *p, bool serious, const char *tlp, struct str *code);

#endif
