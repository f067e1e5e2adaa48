#include "sys/sheet/sheet.h"
#include "base/io.h"
#include "base/json.h"

#include <unistd.h>

/* Frames from the child: a row is JSON, in one or more frames of ROW, ended by one of END. */
enum { FRAME_NAME = 1, FRAME_ROW, FRAME_END };

struct str sheet_cell_name(struct arena *a, size_t column, int64_t row)
{
    char letters[8];
    size_t n = sizeof(letters);

    for (column++; column > 0 && n > 0; column = (column - 1) / 26)
        letters[--n] = (char)('A' + (column - 1) % 26);
    return str_printf(a, "%.*s%" PRId64, (int)(sizeof(letters) - n), letters + n, row);
}

/* ---- in the child ------------------------------------------------------------------------------
 */

struct sending {
    struct sandbox_out *out;
    struct arena arena;
};

static void send_row(void *ctx, int64_t number, const struct str *cells, size_t len)
{
    struct sending *s = ctx;
    struct buf text = buf_make(&s->arena);
    struct json_writer w;

    json_w_init(&w, &text);
    json_w_array(&w);
    json_w_int(&w, number);
    for (size_t i = 0; i < len; i++)
        json_w_str(&w, cells[i]);
    json_w_end(&w);
    sandbox_send(s->out, FRAME_ROW, buf_str(&text));
    sandbox_send(s->out, FRAME_END, STR_EMPTY);
    arena_clear(&s->arena);
}

static int read_all(int fd, struct arena *a, struct str *out, struct err *err)
{
    struct buf b = buf_make(a);

    for (;;) {
        char *room = buf_room(&b, 256 * 1024);
        ssize_t n = read(fd, room, 256 * 1024);

        if (n < 0)
            return err_errno(err, "cannot read the file");
        b.len += (size_t)n;
        if (b.len > SHEET_FILE_MAX)
            return err_set(err, ERR_TOO_LARGE, "the spreadsheet is larger than %d bytes",
                           SHEET_FILE_MAX);
        if (n == 0)
            break;
    }
    *out = buf_str(&b);
    return 0;
}

static int run(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    struct sending s = {.out = out};
    struct arena a = {0};
    struct str file, name = STR("");
    int r = read_all(in_fd, &a, &file, err);

    if (r == 0)
        r = sheet_parse(file, &a, &name, send_row, &s, err);
    if (r == 0)
        sandbox_send(out, FRAME_NAME, name);
    arena_release(&a);
    arena_release(&s.arena);
    return r;
}

/* The library of archives looks for tables of character sets, and does without. */
const struct sandbox_kind sheet_sandbox_kind = {
    .name = "sheet", .run = run, .may_ask_for_files = true};

/* ---- in the process that asked -----------------------------------------------------------------
 */

struct receiving {
    struct arena *keep; /* of the caller */
    struct arena arena; /* of one row */
    struct buf text;
    struct str *name;
    sheet_row_fn *row;
    void *ctx;
    struct str cells[SHEET_COLUMNS_MAX];
};

static int take_row(struct receiving *r, struct err *err)
{
    struct sheet_row row = {.cells = r->cells};
    struct json j;

    json_init(&j, buf_str(&r->text));
    if (json_next(&j) != JSON_ARRAY || json_next(&j) != JSON_NUMBER || !json_int(&j, &row.number))
        return err_set(err, ERR_SANDBOX, "the reader of spreadsheets sent no row");
    while (json_next(&j) == JSON_STRING && row.len < SHEET_COLUMNS_MAX)
        r->cells[row.len++] = json_string(&j, &r->arena);
    return r->row(r->ctx, &row, err);
}

static int on_frame(void *ctx, uint8_t type, struct str data, struct err *err)
{
    struct receiving *r = ctx;
    int result;

    if (type == FRAME_NAME) {
        *r->name = str_dup(r->keep, data);
        return 0;
    }
    if (type == FRAME_ROW) {
        buf_add(&r->text, data);
        return 0;
    }
    result = take_row(r, err);
    arena_clear(&r->arena);
    r->text = buf_make(&r->arena);
    return result;
}

int sheet_read(int fd, struct arena *a, struct str *name, sheet_row_fn *row, void *ctx,
               struct err *err)
{
    enum { TEN_MINUTES = 600000, ONE_MINUTE = 60000 };
    struct receiving *r = arena_new(a, struct receiving);
    struct sandbox_job job = {.kind = "sheet",
                              .in_fd = fd,
                              .memory = 1024LL * 1024 * 1024,
                              .cpu_ms = ONE_MINUTE,
                              .wall_ms = TEN_MINUTES};
    int result;

    *name = STR("");
    r->keep = a;
    r->name = name;
    r->row = row;
    r->ctx = ctx;
    r->text = buf_make(&r->arena);
    result = sandbox_run(&job, on_frame, r, err);
    arena_release(&r->arena);
    return result;
}
