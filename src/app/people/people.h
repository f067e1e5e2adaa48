#ifndef APP_PEOPLE_PEOPLE_H
#define APP_PEOPLE_PEOPLE_H

#include "sys/http/http.h"

/*
 * The pages of accounts: signing in, one's own account, and the administrators' list and records.
 * A room of their own: the rules are in app/account, which the frame (app/web) itself stands on.
 */
extern const struct http_route people_routes[];
extern const size_t people_routes_len;

#endif
