#include "test.h"

#include <errno.h>

static void says_what_and_where(void **state)
{
    struct err err = {0};

    assert_int_equal(err_set(&err, ERR_INVALID, "port %d is too large", 70000), ERR_INVALID);
    err_field(&err, "port");
    err_hint(&err, "use a port below %d", 65536);
    err_prefix(&err, "%s: ", "site.conf");
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.what, "site.conf: port 70000 is too large");
    assert_string_equal(err.hint, "use a port below 65536");
    assert_string_equal(err.field, "port");
    err_set(&err, ERR_STATE, "again");
    assert_string_equal(err.hint, "");
    assert_string_equal(err.field, "");
    err_clear(&err);
    assert_int_equal(err.code, 0);
}

static void may_quote_itself(void **state)
{
    struct err err = {0};

    err_set(&err, ERR_SYNTAX, "line 3");
    err_set(&err, ERR_INVALID, "the pack: %s", err.what);
    assert_string_equal(err.what, "the pack: line 3");
}

static void nobody_need_listen(void **state)
{
    assert_int_equal(err_set(NULL, ERR_IO, "x"), ERR_IO);
    err_prefix(NULL, "x");
    err_hint(NULL, "x");
    err_field(NULL, "x");
    err_clear(NULL);
}

static void cuts_long_texts(void **state)
{
    struct err err = {0};

    err_set(&err, ERR_INVALID, "%600d", 1);
    assert_int_equal(strlen(err.what), sizeof(err.what) - 1);
    err_prefix(&err, "%100d", 2);
    assert_int_equal(strlen(err.what), sizeof(err.what) - 1);
    assert_int_equal(err.what[99], '2');
    err_prefix(&err, "%600d", 3);
    assert_int_equal(err.what[99], '2');
}

static void maps_errno(void **state)
{
    struct err err = {0};

    errno = ENOENT;
    assert_int_equal(err_errno(&err, "cannot open %s", "x"), ERR_NOT_FOUND);
    assert_string_equal(err.what, "cannot open x: No such file or directory");
    errno = ENOSPC;
    assert_int_equal(err_errno(&err, "x"), ERR_NO_SPACE);
    errno = EACCES;
    assert_int_equal(err_errno(&err, "x"), ERR_IO);
}

static void every_code_has_its_row(void **state)
{
    for (int code = 0; code > -ERR_COUNT; code--) {
        int http = err_http_status(code);

        assert_true(http == 200 || (http >= 400 && http < 600));
        assert_true(err_exit_status(code) >= (code < 0) && err_exit_status(code) < 8);
        assert_true(strlen(err_name(code)) > 0);
        assert_true(strlen(err_message(code, LANG_VI)) > 0);
        assert_true(strlen(err_message(code, LANG_EN)) > 0);
    }
    assert_string_equal(err_name(ERR_NOT_FOUND), "NOT_FOUND");
    assert_int_equal(err_http_status(ERR_FORBIDDEN), 403);
    assert_string_equal(err_name(-1000), "INTERNAL");
    assert_string_equal(err_name(1000), "INTERNAL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_and_where), cmocka_unit_test(may_quote_itself),
        cmocka_unit_test(nobody_need_listen),  cmocka_unit_test(cuts_long_texts),
        cmocka_unit_test(maps_errno),          cmocka_unit_test(every_code_has_its_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
