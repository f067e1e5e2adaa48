#ifndef SYS_SHEET_SHEET_H
#define SYS_SHEET_SHEET_H

#include "base/base.h"
#include "sys/sandbox/sandbox.h"

/*
 * Reads the first sheet of a spreadsheet (XLSX) row by row, in a sandbox child: nothing of the file
 * is interpreted in the process that calls, and memory does not grow with the number of rows there.
 *
 * Every cell comes as the text a person would have typed: dates as 2025-07-01 or 2025-07-01 08:30,
 * whole numbers without exponent (a phone number kept as a number comes back whole), truth as 1
 * and 0, errors of formulas as they show (#REF!). Formulas are not computed: the value that the
 * file keeps is taken.
 *
 * A program that calls this has sheet_sandbox_kind among the kinds of its sandbox_child().
 */
enum {
    SHEET_FILE_MAX = 32 * 1024 * 1024,  /* bytes of the file */
    SHEET_PART_MAX = 256 * 1024 * 1024, /* bytes of one part of it, unpacked */
    SHEET_ROWS_MAX = 200000,
    SHEET_COLUMNS_MAX = 256,
    SHEET_CELL_MAX = 32767, /* bytes kept of a cell */
};

struct sheet_row {
    int64_t number; /* as the spreadsheet counts, from 1 */
    struct str *cells;
    size_t len;
};
typedef int sheet_row_fn(void *ctx, const struct sheet_row *row, struct err *err);

/* Calls `row` for every row that holds something; its negative answer ends the reading. *name is
 * that of the sheet. ERR_UNSUPPORTED for what is no XLSX, ERR_TOO_LARGE beyond a limit,
 * ERR_SYNTAX for a damaged one, ERR_SANDBOX when it could not be read safely. */
int sheet_read(int fd, struct arena *a, struct str *name, sheet_row_fn *row, void *ctx,
               struct err *err);

/* "B7": the name of a cell; column from 0. */
struct str sheet_cell_name(struct arena *a, size_t column, int64_t row);

extern const struct sandbox_kind sheet_sandbox_kind;

/* The reader itself, without a sandbox: what runs in the child, and for the fuzzer. */
typedef void sheet_sink_fn(void *ctx, int64_t number, const struct str *cells, size_t len);
int sheet_parse(struct str file, struct arena *a, struct str *name, sheet_sink_fn *sink, void *ctx,
                struct err *err);

#endif
