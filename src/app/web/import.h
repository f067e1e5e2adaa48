#ifndef APP_WEB_IMPORT_H
#define APP_WEB_IMPORT_H

#include "app/web/web.h"

/*
 * A file of rows becomes records: first what would change is shown and the file waits for the
 * confirmation, then it is read again and done. Each room says how its rows are read and how its
 * page looks; the way between is the same.
 */
struct web_import {
    const struct http_request *req;
    bool done, refused;
    bool dry;           /* nothing was changed yet */
    struct str token;   /* of the file that waits for the confirmation */
    struct str problem; /* what is wrong with the file as a whole */
};

struct web_import_kind {
    /* Reads the file and, unless `dry`, changes; *wrong: rows have mistakes and nothing was done.
     * `view` is the room's, with a struct web_import as its first member. */
    int (*run)(struct http_request *req, struct db *db, const char *path, bool dry, void *view,
               bool *wrong, struct err *err);
    int (*page)(struct http_request *req, struct http_response *res, void *view);
};

/* Both with an untouched view. */
int web_import_shown(struct http_request *req, struct http_response *res,
                     const struct web_import_kind *kind, void *view, struct err *err);
int web_import_confirmed(struct http_request *req, struct http_response *res,
                         const struct web_import_kind *kind, void *view, struct err *err);

/* The empty spreadsheet to fill in. */
struct sheet_table;
int web_import_template(struct http_request *req, struct http_response *res,
                        const struct sheet_table *table, struct str title, const char *name,
                        struct err *err);

#endif
