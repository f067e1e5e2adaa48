#include "test.h"

#include "base/io.h"
#include "sys/crypto/seal.h"

#include <sys/stat.h>

/* Secrets sealed with the site's key, and the file that holds it. */
static struct arena arena;
static struct err err;
static char dir[64];

static int begin(void **state)
{
    snprintf(dir, sizeof dir, "/tmp/ungcuu-seal-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static struct str file(void)
{
    return io_join(&arena, str_c(dir), STR("site.key"));
}

static int end(void **state)
{
    unlink(file().ptr);
    rmdir(dir);
    arena_clear(&arena);
    err_clear(&err);
    return 0;
}

static int start(void)
{
    err_clear(&err);
    return seal_start(&arena, str_c(dir), &err);
}

static void test_what_is_sealed_comes_back(void **state)
{
    struct str sealed, opened;

    assert_int_equal(start(), 0);
    sealed = seal_close(&arena, STR("bí mật"), STR("row 1"));
    assert_true(str_find(sealed, STR("bí mật")) < 0);
    assert_true(seal_open(&arena, sealed, STR("row 1"), &opened));
    assert_str(opened, "bí mật");
    assert_false(str_eq(sealed, seal_close(&arena, STR("bí mật"), STR("row 1"))));
    /* the same after a restart */
    assert_int_equal(start(), 0);
    assert_true(seal_open(&arena, sealed, STR("row 1"), &opened));
}

static void test_it_is_good_for_its_purpose_and_key_only(void **state)
{
    struct str sealed, opened, mac;
    char *bytes;

    assert_int_equal(start(), 0);
    sealed = seal_close(&arena, STR("bí mật"), STR("row 1"));
    mac = seal_mac(&arena, STR("abcd"), STR("row 1"));
    assert_false(seal_open(&arena, sealed, STR("row 2"), &opened));
    assert_false(str_eq(mac, seal_mac(&arena, STR("abcd"), STR("row 2"))));
    assert_str(seal_mac(&arena, STR("abcd"), STR("row 1")), mac.ptr);
    for (size_t i = 0; i < sealed.len; i++) {
        bytes = str_cdup(&arena, sealed);
        bytes[i] = bytes[i] == '0' ? '1' : '0';
        assert_false(seal_open(&arena, str_make(bytes, sealed.len), STR("row 1"), &opened));
    }
    for (size_t n = 0; n < sealed.len; n++)
        assert_false(seal_open(&arena, str_sub(sealed, 0, n), STR("row 1"), &opened));
    unlink(file().ptr);
    assert_int_equal(start(), 0);
    assert_false(seal_open(&arena, sealed, STR("row 1"), &opened));
}

static void test_the_file_is_for_its_owner(void **state)
{
    struct stat st;

    assert_int_equal(start(), 0);
    assert_int_equal(stat(file().ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod(file().ptr, 0640), 0);
    assert_int_equal(start(), ERR_INVALID);
    assert_non_null(strstr(err.hint, "chmod 600"));
    assert_int_equal(chmod(file().ptr, 0600), 0);
    assert_int_equal(io_replace_file(file().ptr, STR("abc\n"), 0600, &err), 0);
    assert_int_equal(start(), ERR_CORRUPT);
}

#define SEAL_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEAL_TEST(test_what_is_sealed_comes_back),
        SEAL_TEST(test_it_is_good_for_its_purpose_and_key_only),
        SEAL_TEST(test_the_file_is_for_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
