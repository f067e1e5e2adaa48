#include "test.h"

#include "base/clock.h"
#include "base/log.h"

#include <fcntl.h>
#include <sys/mman.h>

static int log_fd, saved;

/* What was logged since the last call. */
static struct str logged(void)
{
    off_t len = lseek(log_fd, 0, SEEK_END);
    char *p = arena_alloc(&test_arena, (size_t)len + 1);

    assert_int_equal(pread(log_fd, p, (size_t)len, 0), len);
    assert_int_equal(ftruncate(log_fd, 0), 0);
    lseek(log_fd, 0, SEEK_SET);
    return str_make(p, (size_t)len);
}

static int redirect(void **state)
{
    unsetenv("JOURNAL_STREAM");
    clock_set(1795344412345);
    saved = dup(STDERR_FILENO);
    log_fd = memfd_create("log", MFD_CLOEXEC);
    return test_arena_begin(state) != 0 || dup2(log_fd, STDERR_FILENO) < 0;
}

static int restore(void **state)
{
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(log_fd);
    clock_set(0);
    log_set_level(LOG_INFO_);
    return test_arena_end(state);
}

#define LOG_TEST(f) cmocka_unit_test_setup_teardown(f, redirect, restore)

static void writes_a_line_an_event(void **state)
{
    log_info("listening port=%d", 8080);
    log_error("broken");
    assert_str(logged(), "2026-11-22T10:46:52.345Z info listening port=8080\n"
                         "2026-11-22T10:46:52.345Z error broken\n");
}

static void leaves_the_time_to_the_journal(void **state)
{
    setenv("JOURNAL_STREAM", "9:1", 1);
    log_warn("late");
    unsetenv("JOURNAL_STREAM");
    assert_str(logged(), "warn late\n");
}

static void keeps_to_its_level(void **state)
{
    log_debug("not shown");
    log_set_level(LOG_ERROR_);
    log_warn("not shown");
    assert_str(logged(), "");
    log_set_level(LOG_DEBUG_);
    log_debug("shown");
    assert_true(str_ends(logged(), STR("debug shown\n")));
}

static void no_value_forges_a_line(void **state)
{
    struct str line;

    log_warn("user=%s", "x\n2026-11-22T00:00:00.000Z error forged\x1b[2J");
    line = logged();
    assert_int_equal(str_find_char(line, '\n'), (ptrdiff_t)line.len - 1);
    assert_int_equal(str_find_char(line, '\x1b'), -1);
    log_warn("%5000d", 1);
    line = logged();
    assert_int_equal(str_find_char(line, '\n'), (ptrdiff_t)line.len - 1);
    assert_true(line.len > 1000 && line.len <= 2048);
}

static void shows_errors_with_their_hint(void **state)
{
    struct err err = {0};

    err_set(&err, ERR_NOT_FOUND, "no file x");
    log_err(&err, "starting");
    err_hint(&err, "make one");
    log_err(&err, "starting");
    assert_str(logged(), "2026-11-22T10:46:52.345Z error starting: NOT_FOUND: no file x\n"
                         "2026-11-22T10:46:52.345Z error starting: NOT_FOUND: no file x (make "
                         "one)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(writes_a_line_an_event),       LOG_TEST(leaves_the_time_to_the_journal),
        LOG_TEST(keeps_to_its_level),           LOG_TEST(no_value_forges_a_line),
        LOG_TEST(shows_errors_with_their_hint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
