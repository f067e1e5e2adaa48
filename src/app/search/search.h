#ifndef APP_SEARCH_SEARCH_H
#define APP_SEARCH_SEARCH_H

#include "base/base.h"
#include "sys/db/db.h"
#include "sys/http/http.h"

/*
 * Search over everything within reach: codes and observables first, then words of incidents,
 * reports, comments, systems and organisations, without diacritics too. What may be typed is told
 * in app/words/words.h; the fields are state:, kind:, org:, tlp: and in:.
 *
 *     GET /search?q=&in=
 *
 * A list that filters by words asks words_find (app/words/words.h) for the ids.
 */
extern const struct http_route search_routes[];
extern const size_t search_routes_len;

/* GET /api/v1/search?q= */
extern const struct http_route search_api_routes[];
extern const size_t search_api_routes_len;

/* Makes the index anew from the records, in one transaction: after a repair of the database by
 * hand. */
int search_rebuild(struct db_pool *pool, int64_t *folded, struct err *err);
/* Rebuilds once in the life of a database that is older than the index; costs a statement else. */
int search_prepare(struct db_pool *pool, struct err *err);

#endif
