#ifndef APP_DEMO_DEMO_H
#define APP_DEMO_DEMO_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/db/db.h"

/*
 * A sample province, invented from a seed: the organisation tree, information systems of all
 * levels, an account for each role, reports and incidents in all states over two years. The same
 * seed and the same `now` give the same province. Everything in it is marked as sample data: the
 * setting "sample" is 1, names are invented, domains end in example.vn and addresses are those kept
 * for documentation (RFC 5737, RFC 3849).
 */
struct demo_login {
    struct str login;
    enum role role;
};

struct demo_summary {
    int64_t orgs, systems, accounts, reports, incidents;
    struct demo_login logins[16];
    size_t logins_len;
};

/* The one password of all sample accounts. */
#define DEMO_PASSWORD "Mau-Ung-Cuu-2026"

/* Fills an empty, migrated database. */
int demo_create(struct db_pool *pool, struct arena *a, uint64_t seed, int64_t now,
                struct demo_summary *out, struct err *err);

/* The logins of an existing sample, as demo_create printed them. */
void demo_logins(struct demo_summary *out);

#endif
