#include "sys/api/table.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>
#include <xlsxwriter.h>

/*
 * XLSX by libxlsxwriter in its mode of constant memory: a row is on disk once the next one begins.
 * Codes, numbers of phones and decisions stay texts; times are real dates in the site's zone.
 */
enum {
    ROWS_MAX = 1048576, /* of a sheet, as the format has it */
    CELL_MAX = 32767,   /* characters of a cell */
    WIDTH_TEXT = 22,
    WIDTH_WIDE = 60,
    WIDTH_TIME = 17,
    WIDTH_NUMBER = 12,
    NAME_MAX_CHARS = 28, /* of a sheet: 31, less what a further sheet adds */
};

/* Days from 1899-12-30, the beginning of time in spreadsheets, to 1970-01-01. */
#define EPOCH_DAYS 25569.0

struct xlsx {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head, *time, *date, *wrap;
    char *path;
    int sheets;
    lxw_row_t row;
};

static int failed(lxw_error code, struct err *err)
{
    return code == LXW_ERROR_CREATING_TMPFILE || code == LXW_ERROR_ZIP_FILE_OPERATION
               ? err_errno(err, "cannot write the XLSX file: %s", lxw_strerror(code))
               : err_set(err, ERR_IO, "cannot write the XLSX file: %s", lxw_strerror(code));
}

/* A sheet's name may not hold []:*?/\ nor begin or end with an apostrophe. */
static const char *sheet_name(struct api_table *t)
{
    struct str title = text_ellipsis(&t->arena, t->title, NAME_MAX_CHARS - 1);
    struct buf b = buf_make(&t->arena);

    for (size_t i = 0; i < title.len; i++)
        buf_add_char(&b, strchr("[]:*?/\\'", title.ptr[i]) != NULL ? ' ' : title.ptr[i]);
    if (t->xlsx->sheets > 1)
        buf_printf(&b, " %d", t->xlsx->sheets);
    return buf_str(&b).ptr;
}

static double width_of(const struct api_field *f)
{
    if (f->type == API_TIME || f->type == API_DATE)
        return WIDTH_TIME;
    if (f->member != API_M_STR && f->choices == NULL)
        return WIDTH_NUMBER;
    return f->wide ? WIDTH_WIDE : WIDTH_TEXT;
}

static void new_sheet(struct api_table *t)
{
    struct xlsx *x = t->xlsx;
    lxw_col_t col = 0;

    x->sheets++;
    x->sheet = workbook_add_worksheet(x->book, sheet_name(t));
    if (x->sheet == NULL)
        x->sheet = workbook_add_worksheet(x->book, NULL);
    x->row = 1;
    worksheet_freeze_panes(x->sheet, 1, 0);
    for (size_t i = 0; i < t->of->len; i++) {
        const struct api_field *f = &t->of->fields[i];

        if (!api_is_column(f))
            continue;
        worksheet_set_column(x->sheet, col, col, width_of(f), NULL);
        worksheet_write_string(x->sheet, 0, col++,
                               str_cdup(&t->arena, i18n_text(t->lang, f->label)), x->head);
    }
}

int xlsx_begin(struct api_table *t, struct err *err)
{
    struct xlsx *x = t->xlsx = arena_new(&t->arena, struct xlsx);
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE,
        .tmpdir = str_cdup(&t->arena, str_c(t->dir)),
        .use_zip64 = LXW_TRUE,
    };
    struct str id = random_code(&t->arena, 20);

    /* What a crash leaves behind is swept with the uploads. */
    x->path =
        str_cdup(&t->arena, str_printf(&t->arena, "%s/up-" STR_FMT ".xlsx", t->dir, STR_ARG(id)));
    x->book = workbook_new_opt(x->path, &options);
    if (x->book == NULL)
        return err_set(err, ERR_IO, "cannot begin an XLSX file in %s", t->dir);
    x->head = workbook_add_format(x->book);
    format_set_bold(x->head);
    format_set_bg_color(x->head, 0xE8EEF6);
    format_set_bottom(x->head, LXW_BORDER_THIN);
    format_set_align(x->head, LXW_ALIGN_VERTICAL_CENTER);
    x->time = workbook_add_format(x->book);
    format_set_num_format(x->time, "dd/mm/yyyy hh:mm");
    format_set_align(x->time, LXW_ALIGN_LEFT);
    x->date = workbook_add_format(x->book);
    format_set_num_format(x->date, "dd/mm/yyyy");
    format_set_align(x->date, LXW_ALIGN_LEFT);
    x->wrap = workbook_add_format(x->book);
    format_set_text_wrap(x->wrap);
    format_set_align(x->wrap, LXW_ALIGN_VERTICAL_TOP);
    new_sheet(t);
    return 0;
}

/* XML has no control characters, a cell has an end. */
static const char *cell_string(struct arena *a, struct str s)
{
    struct str cut = text_ellipsis(a, s, CELL_MAX);
    char *c = str_cdup(a, cut);

    for (size_t i = 0; i < cut.len; i++)
        if ((unsigned char)c[i] < 0x20 && c[i] != '\n' && c[i] != '\t')
            c[i] = ' ';
    return c;
}

static lxw_error write_cell(struct api_table *t, lxw_col_t col, const struct api_field *f,
                            const void *record)
{
    struct xlsx *x = t->xlsx;
    struct str text;
    int64_t n;

    if (f->choices == NULL && api_cell_number(f, record, &n)) {
        if (f->type != API_TIME && f->type != API_DATE)
            return worksheet_write_number(x->sheet, x->row, col, (double)n, NULL);
        return worksheet_write_number(x->sheet, x->row, col,
                                      (double)(n + i18n_zone() * MINUTE_MS) / (double)DAY_MS +
                                          EPOCH_DAYS,
                                      f->type == API_DATE ? x->date : x->time);
    }
    text = api_cell_text(&t->row_arena, f, record, t->lang);
    if (text.len == 0)
        return LXW_NO_ERROR;
    return worksheet_write_string(x->sheet, x->row, col, cell_string(&t->row_arena, text),
                                  f->wide ? x->wrap : NULL);
}

int xlsx_row(struct api_table *t, const void *record, struct err *err)
{
    lxw_col_t col = 0;

    if (t->xlsx->row == ROWS_MAX)
        new_sheet(t);
    for (size_t i = 0; i < t->of->len; i++) {
        lxw_error code;

        if (!api_is_column(&t->of->fields[i]))
            continue;
        code = write_cell(t, col++, &t->of->fields[i], record);
        if (code != LXW_NO_ERROR)
            return failed(code, err);
    }
    t->xlsx->row++;
    return 0;
}

int xlsx_end(struct api_table *t, int *fd, struct err *err)
{
    struct xlsx *x = t->xlsx;
    lxw_error code;

    *fd = -1;
    if (x->row > 1 && x->sheets == 1) {
        lxw_col_t columns = 0;

        for (size_t i = 0; i < t->of->len; i++)
            columns += api_is_column(&t->of->fields[i]);
        worksheet_autofilter(x->sheet, 0, 0, x->row - 1, (lxw_col_t)(columns - 1));
    }
    code = workbook_close(x->book);
    x->book = NULL;
    if (code != LXW_NO_ERROR)
        return failed(code, err);
    *fd = open(x->path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return err_errno(err, "cannot open %s", x->path);
    unlink(x->path);
    x->path = NULL;
    return 0;
}

void xlsx_free(struct api_table *t)
{
    if (t->xlsx == NULL)
        return;
    if (t->xlsx->book != NULL)
        workbook_close(t->xlsx->book); /* the only way to free it; the file goes below */
    if (t->xlsx->path != NULL)
        unlink(t->xlsx->path);
}
