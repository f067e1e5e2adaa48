#ifndef APP_UPKEEP_HANDLERS_H
#define APP_UPKEEP_HANDLERS_H

#include "app/upkeep/view.h"

/* Handlers, named by the route table. */
typedef int upkeep_handler(struct http_request *, struct http_response *, struct err *);
upkeep_handler upkeep_health_get, upkeep_health_post;

#endif
