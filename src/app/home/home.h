#ifndef APP_HOME_HOME_H
#define APP_HOME_HOME_H

#include "base/base.h"
#include "sys/http/http.h"

/*
 * What somebody who signs in sees first: what is new, what is theirs, what is due. Nothing is
 * changed here.
 *
 *     GET /home
 */
extern const struct http_route home_routes[];
extern const size_t home_routes_len;

/* The search over /api/v1. */
#endif
