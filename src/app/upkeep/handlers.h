#ifndef APP_UPKEEP_HANDLERS_H
#define APP_UPKEEP_HANDLERS_H

#include "app/upkeep/view.h"

/* Handlers, named by the route table. */
typedef int upkeep_handler(struct http_request *, struct http_response *, struct err *);
upkeep_handler upkeep_health_get, upkeep_health_post;
upkeep_handler upkeep_retention_get, upkeep_retention_post, upkeep_retention_run;
upkeep_handler upkeep_persons_get, upkeep_person_get, upkeep_person_export, upkeep_person_erase;

/* Who does it, for app/care. */
struct care_by upkeep_by(const struct http_request *req);

#endif
