#ifndef SYS_SHEET_TABLE_H
#define SYS_SHEET_TABLE_H

#include "base/csv.h"
#include "sys/sheet/sheet.h"

/*
 * A table that somebody brings in: the first sheet of an XLSX file or CSV in UTF-8. The first row
 * names the columns, in any order. Both come through the same row function, and every mistake is
 * told by line, column and, for spreadsheets, cell ("Trang 1!B7").
 */
enum { SHEET_TABLE_COLUMNS = 64, SHEET_MISTAKES_MAX = 500, SHEET_CSV_MAX = 16 * 1024 * 1024 };

struct sheet_column {
    const char *name;  /* in the first row */
    size_t column;     /* of the room's enum; several names may mean one */
    const char *about; /* for the template: what to write; translation key; NULL: not offered */
    bool required;
};

struct sheet_mistake {
    int64_t line;
    struct str column, cell; /* cell: empty for CSV */
    struct str message;      /* in the visitor's language */
};
VEC_TYPE(sheet_mistakes, struct sheet_mistake);

struct sheet_table {
    /* of the caller */
    const struct sheet_column *columns;
    size_t columns_len;
    struct arena *arena;
    enum lang lang;
    /* Checks that the columns needed are there (may be NULL); takes one row. */
    void (*head)(struct sheet_table *t);
    int (*row)(struct sheet_table *t, struct err *err);
    void *ctx;
    /* Told behind each row how many there were; a negative answer ends the reading. May be NULL. */
    int (*step)(void *ctx, int64_t rows, int64_t mistakes, struct err *err);
    void *step_ctx;
    struct arena scratch; /* of one row: forgotten before the next, given back at the end */
    /* of the present row */
    int64_t line;
    const struct str *cells;
    size_t len;
    /* of the table */
    ptrdiff_t at[SHEET_TABLE_COLUMNS]; /* where each column stands; -1: not there */
    bool has_head, spreadsheet;
    struct str sheet;
    int64_t rows;
    struct sheet_mistakes mistakes; /* at most SHEET_MISTAKES_MAX, `more` counts the rest */
    int64_t more;
};

/* What a table is in, found from its first bytes. ERR_UNSUPPORTED when it is neither; else the
 * first error of `row`, or 0 with the mistakes in the table. */
int sheet_table_file(struct sheet_table *t, const char *path, struct err *err);
int sheet_table_csv(struct sheet_table *t, struct str csv, struct err *err);
/* How many rows there are besides the first; the errors are those of sheet_table_file. */
int sheet_table_count(const char *path, struct arena *a, int64_t *rows, struct err *err);

/* The trimmed cell of a column; "" when there is none. */
struct str sheet_cell(const struct sheet_table *t, size_t column);
/* A mistake in this row; `name` of the column, "" for the whole row. */
void sheet_mistake(struct sheet_table *t, const char *name, struct str message);

/* An XLSX to fill in: the head in the first sheet, what to write in the second. All columns are
 * texts, so that codes and phones keep their zeros. */
int sheet_template(const char *dir, const struct sheet_table *t, struct str title, int *fd,
                   int64_t *size, struct err *err);

#endif
