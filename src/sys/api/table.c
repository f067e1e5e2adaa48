#include "sys/api/table.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <fcntl.h>

enum { CHUNK = 64 * 1024 };

const char *api_format_type(enum api_format format)
{
    static const char *const types[] = {
        "application/json", "text/csv; charset=utf-8",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};

    return types[format];
}

const char *api_format_name(enum api_format format)
{
    static const char *const names[] = {"json", "csv", "xlsx"};

    return names[format];
}

/* ---- cells -------------------------------------------------------------------------------------
 */

bool api_is_column(const struct api_field *f)
{
    return !f->aside && f->label != NULL && f->type != API_LIST && f->type != API_PART;
}

bool api_cell_number(const struct api_field *f, const void *record, int64_t *out)
{
    const void *member = (const char *)record + f->offset;
    const struct opt_int *opt = member;

    if (f->member == API_M_INT)
        *out = *(const int64_t *)member;
    else if (f->member == API_M_OPT && opt->has)
        *out = opt->v;
    else
        return false;
    return true;
}

/* 2026-11-22 17:46:05 in the site's zone: sorts as text, and spreadsheets take it for a time. */
static struct str time_text(struct arena *a, const struct api_field *f, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());
    struct str day = str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);

    return f->type == API_DATE
               ? day
               : str_printf(a, STR_FMT " %02d:%02d:%02d", STR_ARG(day), c.hour, c.minute, c.second);
}

static struct str choice_label(const struct api_field *f, struct str value, enum lang lang)
{
    return f->choices != NULL ? form_choice_label(f->choices, lang, value) : value;
}

struct str api_cell_text(struct arena *a, const struct api_field *f, const void *record,
                         enum lang lang)
{
    const void *member = (const char *)record + f->offset;
    int64_t n;

    if (f->member == API_M_STR)
        return choice_label(f, *(const struct str *)member, lang);
    if (f->member == API_M_BOOL)
        return *(const bool *)member ? T(lang, "cell|yes") : T(lang, "cell|no");
    if (!api_cell_number(f, record, &n))
        return STR_EMPTY;
    if (f->type == API_TIME || f->type == API_DATE)
        return time_text(a, f, n);
    return choice_label(f, str_printf(a, "%" PRId64, n), lang);
}

/* ---- CSV and JSON, through a file without a name -----------------------------------------------
 */

int api_temporary(const char *dir, int *fd, struct err *err)
{
    *fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return *fd < 0 ? err_errno(err, "cannot make a temporary file in %s", dir) : 0;
}

static int flush(struct api_table *t, struct err *err)
{
    int r = io_write_all(t->fd, buf_str(&t->buf), err);

    buf_clear(&t->buf);
    return r;
}

static void csv_head(struct api_table *t)
{
    bool first = true;

    buf_add(&t->buf, STR("\xef\xbb\xbf")); /* spreadsheets take UTF-8 only with it */
    for (size_t i = 0; i < t->of->len; i++) {
        if (!api_is_column(&t->of->fields[i]))
            continue;
        csv_write(&t->buf, i18n_text(t->lang, t->of->fields[i].label), first);
        first = false;
    }
    csv_write_end(&t->buf);
}

static void csv_row(struct api_table *t, const void *record)
{
    bool first = true;

    for (size_t i = 0; i < t->of->len; i++) {
        if (!api_is_column(&t->of->fields[i]))
            continue;
        csv_write(&t->buf, api_cell_text(&t->row_arena, &t->of->fields[i], record, t->lang), first);
        first = false;
    }
    csv_write_end(&t->buf);
}

int api_table_begin(struct api_table **out, const struct api_resource *of, enum api_format format,
                    const char *dir, struct str title, enum lang lang, struct err *err)
{
    struct api_table *t = calloc(1, sizeof(*t));
    int r;

    if (t == NULL)
        die("out of memory");
    *t = (struct api_table){
        .format = format, .of = of, .lang = lang, .dir = dir, .title = title, .fd = -1};
    t->buf = buf_make(&t->arena);
    *out = t;
    if (format == API_FORMAT_XLSX)
        return xlsx_begin(t, err);
    if ((r = api_temporary(dir, &t->fd, err)) < 0)
        return r;
    if (format == API_FORMAT_CSV) {
        csv_head(t);
        return 0;
    }
    json_w_init(&t->json, &t->buf);
    json_w_array(&t->json);
    return 0;
}

int api_table_row(struct api_table *t, const void *record, struct err *err)
{
    int r = 0;

    if (t->format == API_FORMAT_XLSX) {
        r = xlsx_row(t, record, err);
    } else if (t->format == API_FORMAT_CSV) {
        csv_row(t, record);
    } else {
        api_write(t->of, record, &t->json, &t->row_arena);
        buf_add_char(&t->buf, '\n');
    }
    arena_clear(&t->row_arena);
    return r < 0 || t->buf.len < CHUNK ? r : flush(t, err);
}

int api_table_end(struct api_table *t, int *fd, int64_t *size, struct err *err)
{
    int r;

    if (t->format == API_FORMAT_XLSX) {
        r = xlsx_end(t, fd, err);
    } else {
        if (t->format == API_FORMAT_JSON) {
            json_w_end(&t->json);
            buf_add_char(&t->buf, '\n');
        }
        r = flush(t, err);
        *fd = t->fd;
        t->fd = -1;
    }
    if (r < 0) {
        close_fd(fd);
        return r;
    }
    *size = lseek(*fd, 0, SEEK_END);
    lseek(*fd, 0, SEEK_SET);
    return 0;
}

void api_table_free(struct api_table *t)
{
    if (t == NULL)
        return;
    xlsx_free(t);
    close_fd(&t->fd);
    arena_release(&t->arena);
    arena_release(&t->row_arena);
    free(t);
}
