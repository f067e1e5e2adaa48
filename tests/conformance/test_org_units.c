#include "support/testdb.h"

#include "app/org/org.h"
#include "base/io.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

/* The real units: 286 of before July 2025, then the 102 they were merged into, with their
 * successions. */

static int64_t import(struct testdb *t, const char *dir, const char *file, int64_t parent,
                      struct import_result *out)
{
    struct err err = {0};
    struct str text;
    struct str path = str_printf(&t->arena, "%s/%s", dir, file);

    if (io_read_file(&t->arena, path.ptr, 1 << 20, &text, &err) < 0 ||
        org_import_csv(t->db, &t->arena, text, parent, NULL, LANG_VI, 1795344412000, out, &err) < 0)
        fail_msg("%s", err.what);
    for (size_t i = 0; i < MIN(out->errors.len, 10); i++)
        print_message("line %" PRId64 ", " STR_FMT ": " STR_FMT "\n", out->errors.at[i].line,
                      STR_ARG(out->errors.at[i].column), STR_ARG(out->errors.at[i].message));
    assert_int_equal(out->errors.len, 0);
    return out->created;
}

static void test_units(void **state)
{
    const char *dir = getenv("UNGCUU_UNITS");
    struct org_new top = {.code = STR("GOC"),
                          .kind = STR("other"),
                          .name = STR("Gốc"),
                          .short_name = STR(""),
                          .address = STR(""),
                          .phone = STR(""),
                          .email = STR(""),
                          .website = STR(""),
                          .unit_code = STR("")};
    struct import_result r;
    struct err err = {0};
    struct testdb t;
    int64_t id;

    if (dir == NULL) {
        print_message("skipped: the administrative units are not here (UNGCUU_DATA)\n");
        skip();
    }
    testdb_open(&t);
    i18n_set_zone(420);
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(org_create(t.db, &t.arena, &top, NULL, 1795344412000, &id, &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);
    import(&t, dir, "vn-admin-old/daklak_phuyen_286_units.csv", id, &r);
    assert_int_equal(r.rows, 286);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM org WHERE kind IN ('ward', 'commune')"),
                     286);
    print_message("old units: %" PRId64 " organisations made\n", r.created);
    import(&t, dir, "vn-admin-new/daklak_102_units.csv", id, &r);
    assert_int_equal(r.created, 102);
    print_message("new units: %" PRId64 ", successions: %" PRId64 ", not linked: %zu\n", r.created,
                  r.successions, r.notes.len);
    for (size_t i = 0; i < r.notes.len; i++)
        print_message("  line %" PRId64 ": " STR_FMT "\n", r.notes.at[i].line,
                      STR_ARG(r.notes.at[i].message));
    assert_true(r.successions >= 270);
    testdb_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_units)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
