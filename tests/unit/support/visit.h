#ifndef SUPPORT_VISIT_H
#define SUPPORT_VISIT_H

#include "support/browser.h"
#include "support/province.h"

/* A province served by a real server with these rooms, and a browser that nobody has signed in
 * with. The clock stands at the province's time until the end. */
void visit_begin(struct province *p, const struct http_route *const *tables, const size_t *lens,
                 size_t tables_len, struct http_server **server, struct browser *b);
void visit_end(struct province *p, struct http_server *server, struct browser *b);

/* A new session without the time of hashing, on a new connection; nothing of the page before is
 * left. */
void visit_as(struct province *p, struct browser *b, const struct actor *who);

#endif
