#ifndef APP_JOURNAL_JOURNAL_H
#define APP_JOURNAL_JOURNAL_H

#include "sys/http/http.h"

/*
 * The pages of the audit log: list with filters, check, CSV. A room of their own: every room writes
 * to the log (app/audit), and the pages stand on the frame and on accounts, which do so too.
 */
extern const struct http_route journal_routes[];
extern const size_t journal_routes_len;

/* The same over /api/v1, and the exports of the log. */
extern const struct http_route journal_api_routes[];
extern const size_t journal_api_routes_len;

#endif
