#ifndef APP_IMPORT_INNER_H
#define APP_IMPORT_INNER_H

#include "app/import/import.h"
#include "app/import/queries.h"

/* What the files of this room share. */

/* How far a job is, kept in a file beside that of the rows: while a job changes the database it
 * could tell nobody there. */
struct import_progress {
    int64_t rows, all, mistakes;
};

/* The file of an import, and that of its progress. */
const char *import_file(struct arena *a, struct str dir, struct str code);
const char *import_progress_file(struct arena *a, struct str dir, struct str code);
void import_tell(const char *path, const struct import_progress *p);
void import_told(const char *path, struct import_progress *out); /* zeros when nobody told */
void import_files_drop(struct arena *a, struct str dir, struct str code);

/* Takes over the upload and has it read. `at_once`: done without asking when no row has a mistake.
 * *code names it. */
int import_begin(struct http_request *req, const struct import_kind *kind, struct http_file *file,
                 bool at_once, struct str *code, struct err *err);
/* The asking person's own by the {import} of the route; ERR_NOT_FOUND. */
int import_of(struct http_request *req, const struct import_kind *kind, struct db **db,
              struct import_run_row *out, struct err *err);
/* ERR_STATE when it is not there to be applied, or cannot be left off any more. */
int import_apply(struct http_request *req, const struct import_kind *kind, struct db *db,
                 const struct import_run_row *of, struct err *err);
int import_leave(struct http_request *req, struct db *db, const struct import_run_row *of,
                 struct err *err);

/* What is told of rows under these words. */
#define IMPORT_MISTAKE "mistake"
#define IMPORT_NOTE    "note"
#define IMPORT_NEW     "new"
#define IMPORT_CHANGE  "change"

#endif
