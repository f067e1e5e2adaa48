#ifndef CMD_ROUTES_H
#define CMD_ROUTES_H

#include "sys/http/http.h"

/* The route tables of all rooms. A new room adds its line in routes.c. */
extern const struct http_route *const route_tables[];
extern const size_t route_tables_len;

/* The length of each table, in the same order. */
const size_t *route_lens(void);

#endif
