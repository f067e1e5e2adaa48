#include "sys/sheet/table.h"
#include "base/random.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { WIDTH = 22, WIDTH_NAME = 24, WIDTH_ABOUT = 90 };

int sheet_template(const char *dir, const struct sheet_table *t, struct str title, int *fd,
                   int64_t *size, struct err *err)
{
    struct str id = random_code(t->arena, 20);
    struct str path = str_printf(t->arena, "%s/up-" STR_FMT ".xlsx", dir, STR_ARG(id));
    lxw_workbook *book = workbook_new(path.ptr);
    lxw_format *head, *text;
    lxw_worksheet *sheet, *help;
    lxw_col_t col = 0;
    lxw_row_t row = 1;

    if (book == NULL)
        return err_set(err, ERR_IO, "cannot begin an XLSX file in %s", dir);
    head = workbook_add_format(book);
    format_set_bold(head);
    format_set_bg_color(head, 0xE8EEF6);
    text = workbook_add_format(book);
    format_set_num_format(text, "@");
    sheet = workbook_add_worksheet(book, str_cdup(t->arena, title));
    help = workbook_add_worksheet(book, str_cdup(t->arena, T(t->lang, "How to fill it in")));
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_set_column(help, 0, 0, WIDTH_NAME, NULL);
    worksheet_set_column(help, 1, 1, WIDTH_ABOUT, NULL);
    worksheet_write_string(help, 0, 0, str_cdup(t->arena, T(t->lang, "Column")), head);
    worksheet_write_string(help, 0, 1, str_cdup(t->arena, T(t->lang, "What to write")), head);
    for (size_t i = 0; i < t->columns_len; i++) {
        const struct sheet_column *c = &t->columns[i];

        if (c->about == NULL)
            continue;
        worksheet_set_column(sheet, col, col, WIDTH, text);
        worksheet_write_string(sheet, 0, col++, c->name, head);
        worksheet_write_string(help, row, 0, c->name, c->required ? head : NULL);
        worksheet_write_string(help, row++, 1, str_cdup(t->arena, i18n_text(t->lang, c->about)),
                               NULL);
    }
    if (workbook_close(book) != LXW_NO_ERROR)
        return err_set(err, ERR_IO, "cannot write an XLSX file in %s", dir);
    *fd = open(path.ptr, O_RDONLY | O_CLOEXEC);
    unlink(path.ptr);
    if (*fd < 0)
        return err_errno(err, "cannot open %s", path.ptr);
    *size = lseek(*fd, 0, SEEK_END);
    lseek(*fd, 0, SEEK_SET);
    return 0;
}
