#ifndef APP_SYSTEM_SYSTEM_H
#define APP_SYSTEM_SYSTEM_H

#include "app/account/account.h"
#include "app/job/job.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * Information systems: who owns and operates each, its security level 1 to 5 with the decision that
 * set it, its state, domains, addresses and products, and who is responsible.
 */
struct system_new {
    struct str code; /* "" makes one: HT-0001 */
    struct str name, purpose;
    int64_t owner_id;
    int64_t operator_id;  /* 0: the owner */
    struct opt_int level; /* 1-5; absent: not yet determined */
    struct str decision_no;
    struct opt_int decision_date;
    struct str state; /* a value of system_states: planned, live, retired */
    struct str responsible, phone, email;
};

extern const struct form_choice system_states[];
extern const struct form_choice system_levels[];

/* Inside the caller's transaction. */
int system_create(struct db *db, struct arena *a, const struct system_new *new_,
                  const struct actor *by, int64_t now, int64_t *id, struct err *err);
int system_add_domain(struct db *db, struct arena *a, int64_t id, struct str domain,
                      struct err *err);
int system_add_range(struct db *db, struct arena *a, int64_t id, struct str cidr, struct err *err);
int system_add_product(struct db *db, struct arena *a, int64_t id, struct str vendor,
                       struct str product, struct str version, struct str cpe, struct err *err);

/* Systems in the actor's reach, those of the home organisation first. */
int system_options(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                   struct form_option **out, size_t *len, struct err *err);

extern const struct job_kind system_import_job;
extern const struct http_route system_import_routes[];
extern const size_t system_import_routes_len;

extern const struct http_route system_routes[];
extern const size_t system_routes_len;

/* The same over /api/v1, and the exports of the list. */
extern const struct http_route system_api_routes[];
extern const size_t system_api_routes_len;

#endif
