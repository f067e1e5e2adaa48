#include "apitest.h"

#include "app/audit/audit.h"
#include "app/import/import.h"
#include "app/post/post.h"
#include "base/clock.h"
#include "sys/sheet/table.h"

#include <dirent.h>
#include <fcntl.h>

/* Files too large for one request: read by a job, shown with mistakes by cell, imported as a whole
 * or not at all, and nothing of them stays behind. */

enum { ROWS = 1500 };

/* The part "file" with the token of the form, if there is one. */
static void send_file(struct apitest *t, const char *path, struct str file)
{
    struct buf body = buf_make(&t->p.t.arena);

    if (t->b.csrf.len > 0)
        buf_printf(&body,
                   "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" STR_FMT "\r\n",
                   STR_ARG(t->b.csrf));
    buf_add_c(&body, "--b\r\nContent-Disposition: form-data; name=\"file\"; "
                     "filename=\"don-vi.csv\"\r\n\r\n");
    buf_add(&body, file);
    buf_add_c(&body, "\r\n--b--\r\n");
    browser_send(&t->b, "POST", path, "multipart/form-data; boundary=b", buf_str(&body));
}

/* Rows for the import of organisations; one of them with a mistake when `bad` says which. */
static struct str many(struct apitest *t, int bad)
{
    struct buf out = buf_make(&t->p.t.arena);

    buf_add_c(&out, "code,name,kind,parent_code,address\n");
    for (int i = 1; i <= ROWS; i++)
        buf_printf(&out, "LON-%05d,Đơn vị lớn số %d,%s,%s,\"Số %d, đường Mẫu, phường Mẫu\"\n", i, i,
                   i == bad ? "tàu vũ trụ" : "phường", i > 1 ? "LON-00001" : "DV-0001", i);
    return buf_str(&out);
}

static int64_t sql(struct apitest *t, const char *text)
{
    return testdb_sql(&t->p.t, text);
}

static int64_t imported(struct apitest *t)
{
    return sql(t, "SELECT COUNT(*) FROM org WHERE code LIKE 'LON-%'");
}

/* Files of imports that lie in the spool. */
static int spooled(struct apitest *t)
{
    DIR *d = opendir(str_printf(&t->p.t.arena, "%s/spool", t->p.t.dir).ptr);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL)
        n += strncmp(e->d_name, "up-import-", 10) == 0;
    closedir(d);
    return n;
}

static void work(struct apitest *t)
{
    struct err err = {0};

    if (job_drain(t->p.t.pool, post_jobs, clock_now() + MINUTE_MS, &err) < 0)
        fail_msg("%s", err.what);
}

/* Sends the file as a person does; where its page is. */
static const char *begin(struct apitest *t, struct str file)
{
    browser_get(&t->b, "/orgs/import");
    send_file(t, "/orgs/import", file);
    assert_int_equal(t->b.page.status, 303);
    assert_true(str_starts(browser_location(&t->b), STR("/orgs/import/")));
    return str_cdup(&t->p.t.arena, browser_location(&t->b));
}

static const char *below(struct apitest *t, const char *path, const char *what)
{
    return str_printf(&t->p.t.arena, "%s/%s", path, what).ptr;
}

static void test_a_large_file_is_read_and_imported_by_jobs(void **state)
{
    struct apitest *t = *state;
    struct err err = {0};
    const char *path;
    int64_t checked;

    sit_down(t, &t->p.coordinator);
    path = begin(t, many(t, 0));
    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "Đang đọc tệp"));
    assert_int_equal(spooled(t), 1);
    browser_get(&t->b, "/orgs/import"); /* the way back */
    assert_true(browser_shows(&t->b, path));

    work(t);
    assert_int_equal(imported(t), 0);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "LON-00001"));
    assert_true(browser_shows(&t->b, "1.500 dòng: 1.500"));
    browser_post(&t->b, below(t, path, "apply"), "");
    assert_int_equal(t->b.page.status, 303);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "Đang nhập các dòng"));
    browser_post(&t->b, below(t, path, "cancel"), ""); /* too late */
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM import_run WHERE state = 'applying'"), 1);
    browser_post(&t->b, below(t, path, "apply"), ""); /* pressed twice */
    assert_int_equal(t->b.page.status, 303);

    work(t);
    assert_int_equal(imported(t), ROWS);
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM audit WHERE object_code LIKE 'LON-%' AND "
                            "actor_id = (SELECT account_id FROM import_run)"),
                     ROWS);
    assert_int_equal(audit_verify(t->p.t.db, &checked, &err), 0);
    assert_int_equal(spooled(t), 0);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "1.500 dòng: 1.500 đăng ký mới"));
}

static void test_one_mistake_keeps_all_rows_out(void **state)
{
    struct apitest *t = *state;
    const char *path;

    sit_down(t, &t->p.coordinator);
    path = begin(t, many(t, 1234));
    work(t);
    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "1235")); /* the line, behind the head */
    assert_true(browser_shows(&t->b, "tàu vũ trụ"));
    assert_false(browser_shows(&t->b, "/apply"));
    browser_post(&t->b, below(t, path, "apply"), "");
    work(t);
    assert_int_equal(imported(t), 0);
    assert_int_equal(spooled(t), 0);
}

/* What was good when it was looked at need not be so when it is done. */
static void test_what_changed_meanwhile_is_found_when_it_is_done(void **state)
{
    struct apitest *t = *state;
    const char *path;

    sit_down(t, &t->p.coordinator);
    path = begin(t, many(t, 0));
    work(t);
    sql(t, "UPDATE org SET code = 'DV-9999' WHERE code = 'DV-0001'");
    browser_post(&t->b, below(t, path, "apply"), "");
    work(t);
    assert_int_equal(imported(t), 0);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "DV-0001"));
    assert_int_equal(spooled(t), 0);
}

static void test_rights_are_those_of_the_moment_it_is_done(void **state)
{
    struct apitest *t = *state;
    const char *path;

    sit_down(t, &t->p.coordinator);
    path = begin(t, many(t, 0));
    work(t);
    browser_post(&t->b, below(t, path, "apply"), "");
    sql(t, "UPDATE role_grant SET valid_to = 1 WHERE account_id = "
           "(SELECT account_id FROM import_run)");
    work(t);
    assert_int_equal(imported(t), 0);
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM import_run WHERE state = 'failed'"), 1);
    assert_int_equal(spooled(t), 0);
}

static void test_it_can_be_cancelled_and_is_nobody_elses(void **state)
{
    struct apitest *t = *state;
    const char *path;

    sit_down(t, &t->p.coordinator);
    path = begin(t, many(t, 0));
    sql(t, "UPDATE role_grant SET role = 'coordinator'");
    sit_down(t, &t->p.responder);
    browser_get(&t->b, path);
    assert_int_equal(t->b.page.status, 404);
    browser_get(&t->b, "/orgs/import");
    browser_post(&t->b, below(t, path, "cancel"), "");
    assert_int_equal(t->b.page.status, 404);
    assert_int_equal(spooled(t), 1);

    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, path);
    browser_post(&t->b, below(t, path, "cancel"), "");
    assert_true(str_is(browser_location(&t->b), "/orgs/import"));
    assert_int_equal(spooled(t), 0);
    work(t);
    assert_int_equal(imported(t), 0);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "đã được hủy"));
}

static void test_what_nobody_decides_on_is_forgotten(void **state)
{
    struct apitest *t = *state;
    struct str dir = str_c(t->p.t.dir);
    struct err err = {0};

    sit_down(t, &t->p.coordinator);
    begin(t, many(t, 0));
    work(t);
    assert_int_equal(import_sweep(t->p.t.db, &t->p.t.arena, dir, clock_now() - HOUR_MS, &err), 0);
    assert_int_equal(spooled(t) > 0, 1);
    assert_int_equal(import_sweep(t->p.t.db, &t->p.t.arena, dir, clock_now() + 1, &err), 0);
    assert_int_equal(spooled(t), 0);
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM import_run"), 0);
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM import_line"), 0);
}

static void test_what_is_no_table_is_said(void **state)
{
    struct apitest *t = *state;
    struct buf rubbish = buf_make(&t->p.t.arena);
    const char *path;

    buf_add_c(&rubbish, "PK\x03\x04");
    while (rubbish.len < IMPORT_AT_ONCE + 1)
        buf_add_c(&rubbish, "rubbish");
    sit_down(t, &t->p.coordinator);
    path = begin(t, buf_str(&rubbish));
    work(t);
    browser_get(&t->b, path);
    assert_true(browser_shows(&t->b, "XLSX"));
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM import_run WHERE state = 'failed'"), 1);
    assert_int_equal(spooled(t), 0);
}

static void test_over_the_api(void **state)
{
    struct apitest *t = *state;
    const char *path;

    as(t, &t->p.coordinator);
    send_file(t, "/api/v1/imports/orgs", many(t, 7));
    assert_answer(t, 201, "\"state\":\"checking\"");
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"state\":\"wrong\"");
    assert_answer(t, 200, "\"all_rows\":1500");
    assert_answer(t, 200, "\"mistakes\":1");
    call(t, "GET", below(t, path, "mistakes"), NULL, NULL);
    assert_answer(t, 200, "\"column\":\"kind\"");
    assert_answer(t, 200, "\"line\":8");
    call(t, "POST", below(t, path, "apply"), "{}", NULL);
    assert_answer(t, 409, "");
    assert_int_equal(imported(t), 0);

    /* Looked at, then done. */
    send_file(t, "/api/v1/imports/orgs", many(t, 0));
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", below(t, path, "changes"), NULL, NULL);
    assert_answer(t, 200, "LON-00002");
    call(t, "POST", below(t, path, "apply"), "{}", NULL);
    assert_answer(t, 200, "\"state\":\"applying\"");
    work(t);
    assert_int_equal(imported(t), ROWS);
    call(t, "GET", "/api/v1/imports/orgs", NULL, NULL);
    assert_answer(t, 200, "\"state\":\"done\"");

    /* Done at once: the same rows bring up to date what is there. */
    send_file(t, "/api/v1/imports/orgs?apply=1", many(t, 0));
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"state\":\"done\"");
    assert_answer(t, 200, "\"updated\":1500");
    call(t, "DELETE", path, NULL, NULL);
    assert_answer(t, 409, "");
    send_file(t, "/api/v1/imports/orgs", many(t, 0));
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    call(t, "DELETE", path, NULL, NULL);
    assert_answer(t, 204, "");
    assert_int_equal(spooled(t), 0);
}

/* Whoever holds the right for one organisation changes nothing of another by its code. */
static void test_rows_reach_no_farther_than_the_right(void **state)
{
    struct apitest *t = *state;
    const char *path;

    sql(t, "UPDATE role_grant SET role = 'coordinator' WHERE account_id = "
           "(SELECT account_id FROM role_grant g JOIN org o ON o.id = g.org_id "
           "WHERE o.code = 'DV-0002')");
    as(t, &t->p.officer);
    send_file(t, "/api/v1/imports/orgs?apply=1",
              STR("code,name,kind,parent_code\n"
                  "DV-0003,Bị đổi tên,department,\n"
                  ",Chen vào,department,DV-0003\n"
                  ",Của mình,department,DV-0002\n"));
    assert_answer(t, 201, "");
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"state\":\"wrong\"");
    assert_answer(t, 200, "\"mistakes\":2");
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM org WHERE name IN ('Bị đổi tên', 'Chen vào')"),
                     0);
    send_file(t, "/api/v1/imports/orgs?apply=1",
              STR("name,kind,parent_code\n"
                  "Của mình,department,DV-0002\n"));
    work(t);
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM org WHERE name = 'Của mình'"), 1);
}

static void test_systems_over_the_api(void **state)
{
    struct apitest *t = *state;
    const char *path;

    as(t, &t->p.officer);
    send_file(t, "/api/v1/imports/systems?apply=1",
              STR("code,name,owner_code,ranges\n"
                  "HT-LON-1,Hệ thống một,DV-0002,192.0.2.0/24\n"
                  "HT-LON-1,Hệ thống một (sửa),DV-0002,\n"
                  "HT-LON-2,Hệ thống hai,DV-0002,192.0.2.0/99\n"));
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"state\":\"wrong\"");
    call(t, "GET", below(t, path, "mistakes"), NULL, NULL);
    assert_answer(t, 200, "192.0.2.0/99");
    send_file(t, "/api/v1/imports/systems?apply=1",
              STR("code,name,owner_code,ranges\n"
                  "HT-LON-1,Hệ thống một,DV-0002,192.0.2.0/24\n"
                  "HT-LON-1,Hệ thống một (sửa),DV-0002,\n"));
    path = str_cdup(&t->p.t.arena, answered(t, "Location"));
    work(t);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"state\":\"done\"");
    assert_answer(t, 200, "\"created\":1");
    assert_answer(t, 200, "\"updated\":1");
    assert_int_equal(sql(t, "SELECT COUNT(*) FROM system WHERE name = 'Hệ thống một (sửa)'"), 1);
    call(t, "GET", str_printf(&t->p.t.arena, "/api/v1/imports/orgs/%s", path + 24).ptr, NULL, NULL);
    assert_answer(t, 403, "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_a_large_file_is_read_and_imported_by_jobs),
        API_TEST(test_one_mistake_keeps_all_rows_out),
        API_TEST(test_what_changed_meanwhile_is_found_when_it_is_done),
        API_TEST(test_rights_are_those_of_the_moment_it_is_done),
        API_TEST(test_it_can_be_cancelled_and_is_nobody_elses),
        API_TEST(test_what_nobody_decides_on_is_forgotten),
        API_TEST(test_what_is_no_table_is_said),
        API_TEST(test_over_the_api),
        API_TEST(test_rows_reach_no_farther_than_the_right),
        API_TEST(test_systems_over_the_api),
    };
    int status = sandbox_child(argc, argv, &sheet_sandbox_kind, 1);

    if (status >= 0)
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
