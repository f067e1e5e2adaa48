#ifndef TESTS_CONFORMANCE_DATA_H
#define TESTS_CONFORMANCE_DATA_H

#include "test.h"

#include <archive.h>
#include <archive_entry.h>

/* The real data in $UNGCUU_DATA, read straight out of its archives. */

enum { MEMBER_LIMIT = 64 << 20 };

/* The path of a file there; skips the test, saying so, when it is absent. */
static _unused_ struct str data_path(const char *name)
{
    const char *dir = getenv("UNGCUU_DATA");
    struct str path = str_printf(&test_arena, "%s/%s", dir != NULL ? dir : "", name);

    if (dir == NULL || access(path.ptr, R_OK) < 0) {
        print_message("skipped: no %s in UNGCUU_DATA\n", name);
        skip();
    }
    return path;
}

/* Calls `member` with the name and content of every file whose name ends in `suffix`. */
static _unused_ void each_member(struct str path, const char *suffix,
                                 void (*member)(void *ctx, struct str name, struct str text),
                                 void *ctx)
{
    struct archive *ar = archive_read_new();
    struct archive_entry *entry;

    archive_read_support_filter_all(ar);
    archive_read_support_format_all(ar);
    assert_int_equal(archive_read_open_filename(ar, path.ptr, 65536), ARCHIVE_OK);
    while (archive_read_next_header(ar, &entry) == ARCHIVE_OK) {
        struct str name = str_c(archive_entry_pathname(entry));
        size_t size = (size_t)archive_entry_size(entry);
        char *text;

        if (archive_entry_filetype(entry) != AE_IFREG || !str_ends(name, str_c(suffix)))
            continue;
        assert_true(size < MEMBER_LIMIT);
        text = malloc(size + 1);
        assert_non_null(text);
        assert_int_equal(archive_read_data(ar, text, size), (la_ssize_t)size);
        if (str_starts(name, STR("./")))
            name = str_from(name, 2);
        member(ctx, name, str_make(text, size));
        free(text);
    }
    archive_read_free(ar);
}

/* The whole content of a file that is compressed by itself. */
static _unused_ struct str read_compressed(struct str path)
{
    struct archive *ar = archive_read_new();
    struct archive_entry *entry;
    struct buf b = buf_make(&test_arena);
    la_ssize_t n;

    archive_read_support_filter_all(ar);
    archive_read_support_format_raw(ar);
    assert_int_equal(archive_read_open_filename(ar, path.ptr, 65536), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(ar, &entry), ARCHIVE_OK);
    while ((n = archive_read_data(ar, buf_room(&b, 1 << 20), 1 << 20)) > 0)
        b.len += (size_t)n;
    assert_int_equal(n, 0);
    archive_read_free(ar);
    return buf_str(&b);
}

#endif
