#ifndef TESTS_MATRIX_WORLD_H
#define TESTS_MATRIX_WORLD_H

/*
 * What the matrix test walks through: a small country, an account for each role, and on demand a
 * record of each kind for an organisation. A room that brings a new kind of record (`scope` of its
 * routes) adds a function to `kinds` in world.c; a form that needs more than the token adds a line
 * to forms.def.
 */
#include "app/account/account.h"
#include "cmd/matrix.h"
#include "support/testdb.h"

/* Values for the {parts} of a route's pattern, and for {parts} in the fields of forms.def. */
struct record {
    struct http_pair at[20];
    size_t len;
};

extern struct testdb world;

void world_begin(void);
void world_end(void);

/* A new record; every text of a stranger's record that a page could show contains STRANGER. */
#define STRANGER_MARK "KHACHLA"
void world_record(const char *scope, enum matrix_whose whose, struct record *out);
/* One that is only looked at: always the same. */
const struct record *world_shared(const char *scope, enum matrix_whose whose);
/* An incident of the own organisation, shared in part with a partner: its title and one comment
 * (PARTNER_MARK) are for the partner, every other text contains STRANGER. A session token of the
 * partner's coordinator, who may work on it. */
#define PARTNER_MARK "DUOCXEM"
struct str world_partner(struct record *incident);
/* The pattern or fields with their {parts} filled in; fails the test when one is not known. */
const char *world_fill(const char *text, const struct record *record);

/* A session token of the account that holds this role for the own organisation. */
struct str world_session(enum role role);

#endif
