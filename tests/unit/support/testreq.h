#ifndef SUPPORT_TESTREQ_H
#define SUPPORT_TESTREQ_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/http/http.h"

/*
 * A request as a handler sees it, without a server: for golden tests of pages and for helpers that
 * read the URL.
 *
 *     struct testreq t;
 *     testreq_get(&t, "/incidents?sort=-code&q=abc");
 *     t.actor.id = 1;
 *     web_page(t.req, &t.res, ...);
 *     testreq_end(&t);
 */
struct testreq {
    struct http_request *req;
    struct http_response res;
    struct actor actor; /* of the request; id 0 until the test says otherwise */
};

void testreq_get(struct testreq *t, const char *target);
/* The same with a form; at most 16 fields. */
void testreq_post(struct testreq *t, const char *target);
void testreq_field(struct testreq *t, const char *name, struct str value);
/* Runs what was deferred and frees everything. */
void testreq_end(struct testreq *t);
void testreq_header(struct testreq *t, const char *name, struct str value);
/* The value of a response header; the empty slice when there is none. */
struct str testreq_sent(const struct testreq *t, const char *name);

#endif
