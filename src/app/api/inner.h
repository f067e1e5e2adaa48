#ifndef APP_API_INNER_H
#define APP_API_INNER_H

#include "app/api/api.h"

/* What the files of this room share. */

/* The JSON in the body becomes the answer: type, ETag, 304 where that is enough. */
void api_finish(struct http_request *req, struct http_response *res, int64_t version);

api_handler api_page, api_document; /* page.c */

#endif
