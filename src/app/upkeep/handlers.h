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

/* ---- what the pages and the API do alike */

/* Looks at the site; d's texts are in the request's language. web_health.c */
int upkeep_health_look(struct http_request *req, bool servers, struct doctor *d, struct err *err);

enum { UPKEEP_DAYS_MAX = 36500 };
#define UPKEEP_CONFIRM N_("Type {0}, the number of what would go now")
/* The rules; `counted`: n of each is what would go now. web_retention.c */
int upkeep_retention_read(struct http_request *req, struct db *db, bool counted,
                          struct care_rule rules[CARE_RULES], struct err *err);
/* Applies them when `typed` is what would go now, else ERR_INVALID; *total: what it is. */
int upkeep_retention_apply(struct http_request *req, struct db *db, int64_t typed,
                           struct care_rule rules[CARE_RULES], int64_t *total, struct err *err);
/* The export as the answer. web_person.c */
int upkeep_person_file(struct http_request *req, struct http_response *res, struct db *db,
                       const struct care_person *person, struct err *err);

#endif
