#include "test.h"

#include <dirent.h>

#include "base/io.h"
#include "htmlgen.h"
#include "pogen.h"
#include "sqlgen.h"

/*
 * Each input in the folder of a generator stands beside what is expected of it: INPUT.out with all
 * the output, or INPUT.err with all the messages.
 */
static const char *folder;

static void run_sqlgen(const struct source *src, struct buf *out, struct problems *p)
{
    struct sql_file file = {0};
    struct str name = str_printf(&test_arena, "app/room/%s", src->path);

    sqlgen_parse(&test_arena, src, &file, p);
    sqlgen_check_used(file.pieces, NULL, p);
    if (p->len > 0)
        return;
    sqlgen_header(&test_arena, &file, name, out);
    sqlgen_source(&file, name, out);
}

static void run_htmlgen(const struct source *src, struct buf *out, struct problems *p)
{
    struct buf code = buf_make(&test_arena);
    struct str name = str_printf(&test_arena, "app/room/pages/%s", src->path);

    htmlgen_write(&test_arena, src, name, out, &code, p);
    buf_add(out, buf_str(&code));
}

static void run_pogen(const struct source *src, struct buf *out, struct problems *p)
{
    struct po_table table;

    po_init(&table, &test_arena);
    po_parse(&table, src, LANG_VI, p);
    po_write(&table, out);
}

static const struct {
    const char *ending;
    void (*run)(const struct source *src, struct buf *out, struct problems *p);
} generators[] = {{".sql", run_sqlgen}, {".html", run_htmlgen}, {".po", run_pogen}};

static struct str read_text(const char *path)
{
    struct err err;
    struct str text;

    if (io_read_file(&test_arena, path, 1 << 20, &text, &err) < 0)
        fail_msg("%s", err.what);
    return text;
}

static bool check_case(const char *name, size_t generator)
{
    const char *path = str_printf(&test_arena, "%s/%s", folder, name).ptr;
    struct source src = {.path = name, .text = read_text(path)};
    struct problems p = {.arena = &test_arena};
    struct buf out = buf_make(&test_arena);
    const char *expected;
    struct str actual;

    generators[generator].run(&src, &out, &p);
    actual = p.len > 0 ? problems_text(&p) : buf_str(&out);
    expected = str_printf(&test_arena, "%s.%s", path, p.len > 0 ? "err" : "out").ptr;
    if (str_eq(actual, read_text(expected)))
        return true;
    fprintf(stderr, "%s: not as in %s:\n" STR_FMT, name, expected, STR_ARG(actual));
    return false;
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void every_input_gives_what_stands_beside_it(void **state)
{
    struct dirent **names;
    int n = scandir(folder, &names, is_visible, alphasort);
    size_t inputs = 0, bad = 0;

    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        for (size_t g = 0; g < ARRAY_LEN(generators); g++) {
            if (!str_ends(str_c(names[i]->d_name), str_c(generators[g].ending)))
                continue;
            inputs++;
            bad += check_case(names[i]->d_name, g) ? 0 : 1;
        }
        free(names[i]);
    }
    free(names);
    assert_true(inputs > 0);
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_input_gives_what_stands_beside_it),
    };

    folder = argc > 1 ? argv[1] : ".";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
