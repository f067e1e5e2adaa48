#ifndef APP_GUIDE_GUIDE_H
#define APP_GUIDE_GUIDE_H

#include "sys/http/http.h"

/*
 * The user guide (docs/guide/huong-dan.md), compiled into the program, for anyone to read.
 *
 *     GET /help/guide
 */
extern const struct http_route guide_routes[];
extern const size_t guide_routes_len;

#endif
