#ifndef APP_IMPORT_VIEW_H
#define APP_IMPORT_VIEW_H

#include "app/import/inner.h"
#include "sys/form/form.h"

/* What the page of an import shows. */
struct import_view {
    const struct http_request *req;
    const struct import_kind *kind;
    bool refused;
    struct str problem; /* what is wrong with the file as a whole */
    struct str state;   /* of an import_run, or "": the page only asks for a file */
    struct str token;   /* of a small file that waits for the confirmation */
    struct str code;    /* of a large one */
    struct str name;
    struct import_result result;
    int64_t mistakes; /* all of them */
    struct import_progress progress;
    struct import_run_rows mine;
    struct str *needed, *besides; /* names of columns */
    size_t needed_len, besides_len;
};

extern const struct form_choice import_states[];
bool import_runs(struct str state);

#endif
