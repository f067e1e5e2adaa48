#ifndef APP_UNDO_API_H
#define APP_UNDO_API_H

#include "app/api/api.h"

/* What /api/v1 answers to changes of many records, whichever room they are of. */
extern const struct api_resource undo_bulk_resource, undo_undone_resource;

struct undo_api_body {
    struct opt_int undo; /* the number of the undo */
};
extern const struct form undo_api_form;

/* undo_id 0: nothing was changed. `skipped`: codes with commas between. */
int undo_api_changed(struct http_request *req, struct http_response *res, int64_t changed,
                     int64_t undo_id, struct str skipped);
int undo_api_restored(struct http_request *req, struct http_response *res, int64_t restored);

#endif
