#ifndef SYS_API_TABLE_H
#define SYS_API_TABLE_H

#include "sys/api/api.h"

/* What the writers of the formats share. */

enum { API_COLUMNS_MAX = 64 };

struct api_table {
    enum api_format format;
    const struct api_resource *of;
    enum lang lang;
    const char *dir;
    struct str title;
    int fd; /* of CSV and JSON; -1: none */
    struct arena arena, row_arena;
    struct buf buf;
    struct json_writer json;
    struct xlsx *xlsx;
};

/* Whether the field is a column of a table. */
bool api_is_column(const struct api_field *f);
/* What a person reads in the cell; the empty slice for nothing. */
struct str api_cell_text(struct arena *a, const struct api_field *f, const void *record,
                         enum lang lang);
/* The number in the field; false when there is none. */
bool api_cell_number(const struct api_field *f, const void *record, int64_t *out);

/* A file without a name. */
int api_temporary(const char *dir, int *fd, struct err *err);

int xlsx_begin(struct api_table *t, struct err *err);
int xlsx_row(struct api_table *t, const void *record, struct err *err);
int xlsx_end(struct api_table *t, int *fd, struct err *err);
void xlsx_free(struct api_table *t);

#endif
