#include "apitest.h"

#include "base/clock.h"
#include "base/io.h"
#include "sys/sheet/table.h"

#include <fcntl.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* Spreadsheets that people bring in: what the reader makes of cells, and the import through its
 * pages: preview, mistakes by cell, nothing half-imported. */

struct sheet_file {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *date;
    const char *path;
};

static struct sheet_file begin(struct apitest *t, const char *const *head)
{
    static int number;
    struct sheet_file f = {0};

    f.path = str_printf(&t->p.t.arena, "%s/bang-%d.xlsx", t->p.t.dir, number++).ptr;
    f.book = workbook_new(f.path);
    f.sheet = workbook_add_worksheet(f.book, "Danh sách");
    f.date = workbook_add_format(f.book);
    format_set_num_format(f.date, "dd/mm/yyyy");
    for (lxw_col_t c = 0; head[c] != NULL; c++)
        worksheet_write_string(f.sheet, 0, c, head[c], NULL);
    return f;
}

static void row(struct sheet_file *f, lxw_row_t n, const char *const *cells)
{
    for (lxw_col_t c = 0; cells[c] != NULL; c++)
        worksheet_write_string(f->sheet, n, c, cells[c], NULL);
}

static struct str content_of(struct apitest *t, const char *path)
{
    struct str out;
    struct err err = {0};

    if (io_read_file(&t->p.t.arena, path, SHEET_FILE_MAX, &out, &err) < 0)
        fail_msg("%s", err.what);
    return out;
}

/* ---- the reader --------------------------------------------------------------------------------
 */

struct seen {
    struct apitest *t;
    struct buf text;
};

static int on_row(void *ctx, const struct sheet_row *r, struct err *err)
{
    struct seen *s = ctx;

    buf_printf(&s->text, "%" PRId64, r->number);
    for (size_t i = 0; i < r->len; i++)
        buf_printf(&s->text, "|" STR_FMT, STR_ARG(r->cells[i]));
    buf_add_char(&s->text, '\n');
    return 0;
}

static void test_cells_as_people_typed_them(void **state)
{
    static const char *const head[] = {"a", "b", NULL};
    struct apitest *t = *state;
    struct sheet_file f = begin(t, head);
    struct seen seen = {t, buf_make(&t->p.t.arena)};
    struct err err = {0};
    struct str name;
    int fd;

    worksheet_write_string(f.sheet, 1, 0, "Sở Y tế <&> \"x\"", NULL);
    worksheet_write_number(f.sheet, 1, 1, 84901234567.0, NULL);
    worksheet_write_number(f.sheet, 3, 1, 45839, f.date); /* 2025-07-01 */
    worksheet_write_number(f.sheet, 3, 2, 45839.354166666664, f.date);
    worksheet_write_number(f.sheet, 4, 0, 2.5, NULL);
    worksheet_write_boolean(f.sheet, 4, 1, 1, NULL);
    worksheet_write_formula_num(f.sheet, 4, 2, "=1+1", NULL, 2);
    assert_int_equal(workbook_close(f.book), LXW_NO_ERROR);
    fd = open(f.path, O_RDONLY | O_CLOEXEC);
    if (sheet_read(fd, &t->p.t.arena, &name, on_row, &seen, &err) < 0)
        fail_msg("%s", err.what);
    close(fd);
    assert_true(str_is(name, "Danh sách"));
    assert_string_equal(buf_str(&seen.text).ptr, "1|a|b\n"
                                                 "2|Sở Y tế <&> \"x\"|84901234567\n"
                                                 "4||2025-07-01|2025-07-01 08:30\n"
                                                 "5|2.5|1|2\n");
    assert_true(str_is(sheet_cell_name(&t->p.t.arena, 0, 1), "A1"));
    assert_true(str_is(sheet_cell_name(&t->p.t.arena, 25, 7), "Z7"));
    assert_true(str_is(sheet_cell_name(&t->p.t.arena, 26, 7), "AA7"));
    assert_true(str_is(sheet_cell_name(&t->p.t.arena, 701, 2), "ZZ2"));
}

static void test_what_is_no_spreadsheet(void **state)
{
    static const struct {
        struct str bytes;
        int code;
    } files[] = {
        {STR_INIT("PK\x03\x04 broken"), ERR_UNSUPPORTED},
        {STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ERR_UNSUPPORTED},
        {STR_INIT(""), ERR_UNSUPPORTED},
    };
    struct apitest *t = *state;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct err err = {0};
        struct str name;

        assert_int_equal(sheet_parse(files[i].bytes, &t->p.t.arena, &name, NULL, NULL, &err),
                         files[i].code);
    }
}

/* ---- the pages ---------------------------------------------------------------------------------
 */

static void upload(struct apitest *t, const char *path, struct str file)
{
    struct buf body = buf_make(&t->p.t.arena);

    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 200);
    buf_printf(&body,
               "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" STR_FMT
               "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; "
               "filename=\"x\"\r\n\r\n",
               STR_ARG(t->b.csrf));
    buf_add(&body, file);
    buf_add_c(&body, "\r\n--b--\r\n");
    browser_send(&t->b, "POST", path, "multipart/form-data; boundary=b", buf_str(&body));
}

static int64_t orgs(struct apitest *t)
{
    return testdb_sql(&t->p.t, "SELECT COUNT(*) FROM org");
}

static void confirm(struct apitest *t, const char *path)
{
    struct str token = browser_between(&t->b, "name=\"file\" value=\"", "\"");

    assert_int_equal(token.len, 20);
    browser_post(&t->b, path, str_printf(&t->p.t.arena, "file=" STR_FMT, STR_ARG(token)).ptr);
}

static void test_organisations(void **state)
{
    static const char *const head[] = {"code", "name", "kind", "parent_code", "valid_from", NULL};
    static const char *const one[] = {"DV-900",  "Phường Một", "phường",
                                      "DV-0001", "01/07/2025", NULL};
    static const char *const two[] = {"DV-0002", "Sở Y tế (mới)", "department", "DV-0001", "",
                                      NULL};
    struct apitest *t = *state;
    struct sheet_file f = begin(t, head);
    int64_t before = orgs(t);

    row(&f, 1, one);
    row(&f, 2, two);
    workbook_close(f.book);
    sit_down(t, &t->p.coordinator);
    upload(t, "/orgs/import", content_of(t, f.path));
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "Phường Một"));
    assert_int_equal(orgs(t), before); /* only shown */
    confirm(t, "/orgs/import/confirm");
    assert_int_equal(t->b.page.status, 200);
    assert_int_equal(orgs(t), before + 1);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM org WHERE name = 'Sở Y tế (mới)'"),
                     1);
    /* The file is used once. */
    browser_post(&t->b, "/orgs/import/confirm", "file=aaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(t->b.page.status, 400);
    browser_post(&t->b, "/orgs/import/confirm", "file=..%2F..%2Fx");
    assert_int_equal(t->b.page.status, 400);
}

static void test_mistakes_are_named_by_their_cell(void **state)
{
    static const char *const head[] = {"name", "kind", "parent_code", NULL};
    static const char *const good[] = {"Phường Hai", "phường", "DV-0001", NULL};
    static const char *const bad[] = {"Phường Ba", "tàu vũ trụ", "DV-777", NULL};
    struct apitest *t = *state;
    struct sheet_file f = begin(t, head);
    int64_t before = orgs(t);

    row(&f, 1, good);
    row(&f, 2, bad);
    workbook_close(f.book);
    sit_down(t, &t->p.coordinator);
    upload(t, "/orgs/import", content_of(t, f.path));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "Danh sách!B3"));
    assert_true(browser_shows(&t->b, "Danh sách!C3"));
    assert_int_equal(orgs(t), before);
    upload(t, "/orgs/import", STR("name,kind\nPhường Bốn,tàu vũ trụ\n"));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "tàu vũ trụ"));
    upload(t, "/orgs/import", STR("PK\x03\x04 rubbish"));
    assert_int_equal(t->b.page.status, 400);
    assert_int_equal(orgs(t), before);
}

static void test_systems(void **state)
{
    static const char *const head[] = {"name",          "owner_code", "level",
                                       "decision_date", "domains",    NULL};
    static const char *const mine[] = {
        "Một cửa", "DV-0002", "3", "01/07/2025", "motcua.example.vn a.example.vn", NULL};
    static const char *const others[] = {"Của người khác", "DV-0003", "9", "", "", NULL};
    struct apitest *t = *state;
    struct sheet_file f = begin(t, head);

    row(&f, 1, mine);
    workbook_close(f.book);
    sit_down(t, &t->p.officer);
    upload(t, "/systems/import", content_of(t, f.path));
    assert_int_equal(t->b.page.status, 200);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM system WHERE name = 'Một cửa'"), 0);
    confirm(t, "/systems/import/confirm");
    assert_int_equal(
        testdb_sql(&t->p.t, "SELECT COUNT(*) FROM system WHERE name = 'Một cửa' AND level = 3"), 1);
    assert_int_equal(
        testdb_sql(&t->p.t, "SELECT COUNT(*) FROM system_domain WHERE domain LIKE '%.example.vn'"),
        4);
    f = begin(t, head);
    row(&f, 1, others);
    workbook_close(f.book);
    upload(t, "/systems/import", content_of(t, f.path));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "Danh sách!C2"));
    upload(t, "/systems/import", STR("name,owner_code\nCủa người khác,DV-0003\n"));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "DV-0003"));
    assert_int_equal(
        testdb_sql(&t->p.t, "SELECT COUNT(*) FROM system WHERE name = 'Của người khác'"), 0);
}

/* What the template offers is what the import takes. */
static void test_templates(void **state)
{
    static const char *const paths[] = {"/orgs/import", "/systems/import"};
    struct apitest *t = *state;

    sit_down(t, &t->p.coordinator);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        browser_get(&t->b, str_printf(&t->p.t.arena, "%s/template.xlsx", paths[i]).ptr);
        assert_int_equal(t->b.page.status, 200);
        upload(t, paths[i], str_dup(&t->p.t.arena, t->b.page.body));
        assert_int_equal(t->b.page.status, 200); /* no rows, no mistakes */
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_cells_as_people_typed_them),
        API_TEST(test_what_is_no_spreadsheet),
        API_TEST(test_organisations),
        API_TEST(test_mistakes_are_named_by_their_cell),
        API_TEST(test_systems),
        API_TEST(test_templates),
    };
    int status = sandbox_child(argc, argv, &sheet_sandbox_kind, 1);

    if (status >= 0)
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
