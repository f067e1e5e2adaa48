#ifndef APP_UNDO_API_H
#define APP_UNDO_API_H

#include "app/api/api.h"
#include "app/undo/undo.h"

/* What /api/v1 answers to changes of many records, whichever room they are of. */
extern const struct api_resource undo_bulk_resource, undo_undone_resource;

extern const struct form undo_api_form;

/* undo_id 0: nothing was changed. `skipped`: codes with commas between. */
int undo_api_changed(struct http_request *req, struct http_response *res, int64_t changed,
                     int64_t undo_id, struct str skipped);
/* A whole handler: reads the number of undo_api_form and takes that change back. */
int undo_api_run(struct http_request *req, struct http_response *res, undo_fn *undo,
                 struct err *err);

#endif
