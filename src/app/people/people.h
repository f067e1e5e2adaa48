#ifndef APP_PEOPLE_PEOPLE_H
#define APP_PEOPLE_PEOPLE_H

#include "sys/http/http.h"

/*
 * The pages of accounts: signing in, one's own account, and the administrators' list and records.
 * A room of their own: the rules are in app/account, which the frame (app/web) itself stands on.
 */
extern const struct http_route people_routes[];
extern const size_t people_routes_len;

/* The same over /api/v1, and the exports of the list. */
extern const struct http_route people_api_routes[];
extern const size_t people_api_routes_len;
extern const struct http_route people_access_api_routes[];
extern const size_t people_access_api_routes_len;
extern const struct http_route people_rules_api_routes[];
extern const size_t people_rules_api_routes_len;

/* Sign-in through a provider, as ungcuu.conf has it. At start; ERR_INVALID names the key. */
struct config;
int people_start(struct arena *a, const struct config *config, struct err *err);

/* Work outside of requests: "account.reset", the mail to who forgot their password (arg: the login
 * or address that was typed). A job, so that asking takes the same time whether anybody has it. */
struct job_kind;
extern const struct job_kind people_reset_job;

#endif
