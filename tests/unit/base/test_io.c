#include "test.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static char dir[64];

static int make_dir(void **state)
{
    snprintf(dir, sizeof(dir), "/tmp/ungcuu-test-io-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static const char *in_dir(const char *name)
{
    return str_printf(&test_arena, "%s/%s", dir, name).ptr;
}

static void replaces_and_reads(void **state)
{
    struct err err = {0};
    struct str got;
    struct stat st;

    assert_int_equal(io_replace_file(in_dir("f"), STR("first"), 0640, &err), 0);
    assert_int_equal(io_replace_file(in_dir("f"), STR("second\0!"), 0640, &err), 0);
    assert_int_equal(io_read_file(&test_arena, in_dir("f"), 100, &got, &err), 0);
    assert_str_eq(got, STR("second\0!"));
    assert_int_equal(got.ptr[got.len], '\0');
    assert_int_equal(stat(in_dir("f"), &st), 0);
    assert_int_equal(st.st_mode & 0777 & ~0640, 0);
}

static void refuses_what_is_too_large(void **state)
{
    struct err err = {0};
    struct str got;

    io_replace_file(in_dir("f"), STR("0123456789"), 0600, &err);
    assert_int_equal(io_read_file(&test_arena, in_dir("f"), 10, &got, &err), 0);
    assert_int_equal(io_read_file(&test_arena, in_dir("f"), 9, &got, &err), ERR_TOO_LARGE);
    assert_non_null(strstr(err.what, in_dir("f")));
}

static void names_the_path(void **state)
{
    struct err err = {0};
    struct str got;

    assert_int_equal(io_read_file(&test_arena, in_dir("none"), 9, &got, &err), ERR_NOT_FOUND);
    assert_non_null(strstr(err.what, in_dir("none")));
    assert_int_equal(io_map(in_dir("none"), &got, &err), ERR_NOT_FOUND);
    assert_int_equal(io_map(dir, &got, &err), ERR_INVALID);
    assert_true(io_replace_file(in_dir("none/x"), STR(""), 0600, &err) < 0);
    assert_true(io_read_file(&test_arena, dir, 9, &got, &err) < 0);
}

static void leaves_nothing_beside(void **state)
{
    struct err err = {0};

    assert_int_equal(mkdir(in_dir("taken"), 0700), 0);
    assert_true(io_replace_file(in_dir("taken"), STR("x"), 0600, &err) < 0);
    assert_int_equal(rmdir(in_dir("taken")), 0);
    unlink(in_dir("f"));
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(mkdir(dir, 0700), 0);
}

static void maps(void **state)
{
    struct err err = {0};
    struct str map;

    io_replace_file(in_dir("f"), STR("mapped"), 0600, &err);
    assert_int_equal(io_map(in_dir("f"), &map, &err), 0);
    assert_str(map, "mapped");
    io_unmap(&map);
    assert_null(map.ptr);
    io_replace_file(in_dir("f"), STR(""), 0600, &err);
    assert_int_equal(io_map(in_dir("f"), &map, &err), 0);
    assert_int_equal(map.len, 0);
    io_unmap(&map);
}

static void makes_directories(void **state)
{
    struct err err = {0};
    struct stat st;

    assert_int_equal(io_make_dirs(in_dir("a/b//c"), 0755, &err), 0);
    assert_int_equal(io_make_dirs(in_dir("a/b/c"), 0755, &err), 0);
    assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
    io_replace_file(in_dir("a/file"), STR(""), 0600, &err);
    assert_true(io_make_dirs(in_dir("a/file/x"), 0755, &err) < 0);
    assert_true(io_make_dirs(in_dir("a/file"), 0755, &err) < 0);
    unlink(in_dir("a/file"));
    rmdir(in_dir("a/b/c"));
    rmdir(in_dir("a/b"));
    rmdir(in_dir("a"));
}

static void reads_what_has_no_size(void **state)
{
    struct err err = {0};
    struct str got;

    assert_int_equal(io_read_file(&test_arena, "/proc/self/status", 1 << 20, &got, &err), 0);
    assert_true(str_starts(got, STR("Name:")));
}

static void closes_once(void **state)
{
    int fd = open("/dev/null", O_RDONLY);
    int none = -1;

    errno = 5;
    close_fd(&fd);
    close_fd(&none);
    assert_int_equal(fd, -1);
    assert_int_equal(errno, 5);
}

static void joins(void **state)
{
    assert_str(io_join(&test_arena, STR("a"), STR("b")), "a/b");
    assert_str(io_join(&test_arena, STR("a/"), STR("b")), "a/b");
    assert_str(io_join(&test_arena, STR("/"), STR("b")), "/b");
}

static int remove_dir(void **state)
{
    char file[128];

    snprintf(file, sizeof(file), "%s/f", dir);
    unlink(file);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(replaces_and_reads),
        ARENA_TEST(refuses_what_is_too_large),
        ARENA_TEST(names_the_path),
        ARENA_TEST(leaves_nothing_beside),
        ARENA_TEST(maps),
        ARENA_TEST(makes_directories),
        ARENA_TEST(reads_what_has_no_size),
        cmocka_unit_test(closes_once),
        ARENA_TEST(joins),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
