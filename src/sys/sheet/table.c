#include "sys/sheet/table.h"
#include "base/io.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>

struct str sheet_cell(const struct sheet_table *t, size_t column)
{
    return t->at[column] < 0 || (size_t)t->at[column] >= t->len ? STR("")
                                                                : str_trim(t->cells[t->at[column]]);
}

static void add_mistake(struct sheet_table *t, struct str name, ptrdiff_t at, struct str message)
{
    struct str cell = STR_EMPTY;

    if (t->mistakes.len == SHEET_MISTAKES_MAX) {
        t->more++;
        return;
    }
    if (t->spreadsheet && at >= 0)
        cell = sheet_cell_name(t->arena, (size_t)at, t->line);
    *vec_push(&t->mistakes, t->arena) =
        (struct sheet_mistake){t->line, str_dup(t->arena, name), cell, message};
}

void sheet_mistake(struct sheet_table *t, const char *name, struct str message)
{
    ptrdiff_t at = -1;

    for (size_t i = 0; i < t->columns_len && at < 0; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            at = t->at[t->columns[i].column];
    add_mistake(t, str_c(name), at, message);
}

/* The first row: every name known, each once. */
static void take_head(struct sheet_table *t)
{
    t->has_head = true;
    for (size_t c = 0; c < SHEET_TABLE_COLUMNS; c++)
        t->at[c] = -1;
    for (size_t f = 0; f < t->len; f++) {
        struct str name = str_trim(t->cells[f]);
        const struct sheet_column *found = NULL;

        for (size_t i = 0; i < t->columns_len && found == NULL; i++)
            if (str_eq_nocase(name, str_c(t->columns[i].name)))
                found = &t->columns[i];
        if (found == NULL && name.len == 0 && t->spreadsheet)
            continue; /* a column without a name holds remarks */
        if (found == NULL)
            add_mistake(t, name, (ptrdiff_t)f,
                        T(t->lang, "There is no column of this name; see the list of columns"));
        else if (t->at[found->column] >= 0)
            add_mistake(t, name, (ptrdiff_t)f, T(t->lang, "This column is there twice"));
        else
            t->at[found->column] = (ptrdiff_t)f;
    }
    if (t->head != NULL)
        t->head(t);
}

static int take_row(struct sheet_table *t, struct err *err)
{
    int r;

    if (!t->has_head) {
        take_head(t);
        return 0;
    }
    /* With a head that is wrong, every row would be. */
    if (t->mistakes.len > 0 && t->rows == 0)
        return 0;
    t->rows++;
    r = t->row(t, err);
    if (r >= 0 && t->step != NULL)
        r = t->step(t->step_ctx, t->rows, (int64_t)t->mistakes.len + t->more, err);
    return r;
}

static int end(struct sheet_table *t, int r)
{
    arena_release(&t->scratch);
    if (r >= 0 && !t->has_head)
        add_mistake(t, STR(""), -1,
                    T(t->lang, "The file is empty: the first line must name the columns"));
    return MIN(r, 0);
}

int sheet_table_csv(struct sheet_table *t, struct str text, struct err *err)
{
    struct csv csv;
    int got, r = 0;

    csv_init(&csv, text, 0, t->arena);
    while (r >= 0 && (got = csv_next(&csv)) != 0) {
        arena_clear(&t->scratch);
        t->line = csv.line;
        if (got < 0) {
            struct str why = str_c(csv.error);

            add_mistake(t, STR(""), -1,
                        i18n_format(t->arena, t->lang, N_("Malformed line: {0}"), &why, 1));
            continue;
        }
        t->cells = csv.fields;
        t->len = csv.fields_len;
        r = take_row(t, err);
    }
    return end(t, r);
}

static int on_row(void *ctx, const struct sheet_row *row, struct err *err)
{
    struct sheet_table *t = ctx;

    arena_clear(&t->scratch);
    t->line = row->number;
    t->cells = row->cells;
    t->len = row->len;
    return take_row(t, err);
}

/* *fd of a spreadsheet, else -1 and the text of a CSV file. */
static int open_table(const char *path, struct arena *a, int *fd, struct str *text, struct err *err)
{
    _cleanup_(close_fd) int file = open(path, O_RDONLY | O_CLOEXEC);
    char head[4] = {0};
    int r;

    *fd = -1;
    if (file < 0)
        return err_errno(err, "cannot open %s", path);
    if (pread(file, head, sizeof(head), 0) < 0)
        return err_errno(err, "cannot read %s", path);
    if (memcmp(head, "PK", 2) == 0 || memcmp(head, "\xd0\xcf\x11\xe0", 4) == 0) {
        *fd = file;
        file = -1;
        return 0;
    }
    if ((r = io_read_file(a, path, SHEET_CSV_MAX, text, err)) < 0)
        return r;
    if (text->len == 0 || !text_is_valid(*text, false))
        return err_set(err, ERR_UNSUPPORTED, "the file is neither XLSX nor CSV in UTF-8");
    return 0;
}

int sheet_table_file(struct sheet_table *t, const char *path, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    struct str text;
    int r = open_table(path, t->arena, &fd, &text, err);

    if (r < 0 || fd < 0)
        return r < 0 ? r : sheet_table_csv(t, text, err);
    t->spreadsheet = true;
    r = sheet_read(fd, t->arena, &t->sheet, on_row, t, err);
    return end(t, r);
}

static int count_row(void *ctx, const struct sheet_row *row, struct err *err)
{
    ++*(int64_t *)ctx;
    return 0;
}

int sheet_table_count(const char *path, struct arena *a, int64_t *rows, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    _cleanup_(arena_release) struct arena mine = {0};
    struct str text, name;
    struct csv csv;
    int r = open_table(path, &mine, &fd, &text, err);

    *rows = 0;
    if (r == 0 && fd >= 0) {
        r = sheet_read(fd, a, &name, count_row, rows, err);
    } else if (r == 0) {
        csv_init(&csv, text, 0, &mine);
        while (csv_next(&csv) != 0)
            ++*rows;
    }
    *rows = MAX(*rows - 1, 0);
    return r;
}
