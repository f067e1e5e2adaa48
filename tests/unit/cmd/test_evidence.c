#include "support/program.h"
#include "support/testdb.h"
#include "test.h"

#include "base/io.h"

#include <ftw.h>
#include <sys/stat.h>

/* ungcuu evidence verify, key, encrypt: on a site that took in a mail with an attachment. */
static struct testdb t;
static char site_dir[300], mail_file[300], found_blob[600];

static const char mail[] =
    "From: a@example.com\nTo: b@example.vn\nSubject: Mau\nMessage-ID: <1@example.com>\n"
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    "--x\nContent-Type: text/plain\n\nNoi dung\n"
    "--x\nContent-Type: application/octet-stream\n"
    "Content-Disposition: attachment; filename=mau.bin\n\nnoi dung cua tep\n--x--\n";

static int begin(void **state)
{
    struct err err = {0};

    testdb_open_empty(&t);
    snprintf(site_dir, sizeof(site_dir), "%s/site", t.dir);
    snprintf(mail_file, sizeof(mail_file), "%s/mau.eml", t.dir);
    assert_int_equal(io_replace_file(mail_file, str_c(mail), 0600, &err), 0);
    return 0;
}

static int end(void **state)
{
    testdb_close(&t);
    return 0;
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

static int find_blob(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    if (type == FTW_F && strstr(path, "/blobs/") != NULL && ftw->level >= 4)
        snprintf(found_blob, sizeof(found_blob), "%s", path);
    return 0;
}

/* Where the only file of the store lies. */
static const char *blob(void)
{
    found_blob[0] = '\0';
    assert_int_equal(nftw(site_dir, find_blob, 8, FTW_PHYS), 0);
    assert_true(found_blob[0] != '\0');
    return found_blob;
}

static void make_site(bool encrypted)
{
    if (encrypted)
        assert_int_equal(
            RUN("init", "--dir", site_dir, "--db", t.url, "--encrypt-evidence", "--json"), 0);
    else
        assert_int_equal(RUN("init", "--dir", site_dir, "--db", t.url, "--json"), 0);
    assert_int_equal(RUN("intake", "--dir", site_dir, mail_file), 0);
}

static bool holds(const char *path, const char *text)
{
    struct err err = {0};
    struct str content;

    assert_int_equal(io_read_file(&t.arena, path, 1 << 20, &content, &err), 0);
    return str_find(content, str_c(text)) >= 0;
}

static void test_verify(void **state)
{
    struct err err = {0};
    const char *path;

    make_site(false);
    assert_int_equal(RUN("evidence", "verify", "--dir", site_dir, "--json"), 0);
    assert_non_null(strstr(output, "\"findings\":[]"));
    assert_non_null(strstr(output, "\"intact\":true"));
    assert_non_null(strstr(output, "\"files\":1"));
    path = blob();
    assert_true(holds(path, "noi dung cua tep"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(io_replace_file(path, STR("khac"), 0600, &err), 0);
    assert_int_equal(RUN("evidence", "verify", "--dir", site_dir, "--json"), 1);
    assert_non_null(strstr(output, "\"what\":\"altered\""));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(RUN("evidence", "verify", "--dir", site_dir), 1);
    assert_non_null(strstr(output, "1 missing"));
    /* What was found is in the logs, and these are intact. */
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM custody WHERE action IN ('altered', 'missing')"), 2);
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir), 0);
}

static void test_a_site_that_encrypts_from_the_start(void **state)
{
    char key[400];
    struct stat st;

    make_site(true);
    snprintf(key, sizeof(key), "%s/evidence.key", site_dir);
    assert_int_equal(stat(key, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(holds(blob(), "noi dung cua tep"));
    assert_int_equal(RUN("evidence", "verify", "--dir", site_dir), 0);
    /* Without its key the site does not start, and says what to do. */
    assert_int_equal(unlink(key), 0);
    assert_true(RUN("evidence", "verify", "--dir", site_dir) != 0);
    assert_non_null(strstr(errors, "evidence key"));
}

static void test_encrypting_later_and_again(void **state)
{
    struct str first;

    make_site(false);
    assert_true(RUN("evidence", "encrypt", "--dir", site_dir) != 0);
    assert_non_null(strstr(errors, "ungcuu evidence key"));
    assert_int_equal(RUN("evidence", "key", "--dir", site_dir, "--json"), 0);
    first = str_dup(&t.arena, printed(&t.arena, "key"));
    assert_int_equal(RUN("evidence", "encrypt", "--dir", site_dir, "--json"), 0);
    assert_non_null(strstr(output, "\"files\":1"));
    assert_false(holds(blob(), "noi dung cua tep"));
    assert_int_equal(RUN("evidence", "encrypt", "--dir", site_dir, "--json"), 0);
    assert_non_null(strstr(output, "\"files\":0"));
    assert_int_equal(RUN("evidence", "key", "--dir", site_dir, "--json"), 0);
    assert_false(str_eq(first, printed(&t.arena, "key")));
    assert_int_equal(RUN("evidence", "encrypt", "--dir", site_dir, "--json"), 0);
    assert_non_null(strstr(output, "\"files\":1"));
    assert_int_equal(RUN("evidence", "verify", "--dir", site_dir), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM custody WHERE action = 'encrypt'"), 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {SITE_TEST(test_verify),
                                       SITE_TEST(test_a_site_that_encrypts_from_the_start),
                                       SITE_TEST(test_encrypting_later_and_again)};

    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
