#include "test.h"

#include "read_log.h"

#include <archive.h>
#include <archive_entry.h>

/* Archives and compressed files, made here and read back through a hunt. */

enum { ROOM = 8 << 20 };

struct packed {
    struct archive *archive;
    char *room;
    size_t used;
};

static struct packed pack_begin(int format, int filter)
{
    struct packed p = {.archive = archive_write_new(), .room = arena_alloc(&test_arena, ROOM)};
    assert_int_equal(archive_write_set_format(p.archive, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(p.archive, filter), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(p.archive, 1);
    return p;
}

static void pack_open(struct packed *p)
{
    assert_int_equal(archive_write_open_memory(p->archive, p->room, ROOM, &p->used), ARCHIVE_OK);
}

static void pack_add(struct packed *p, const char *name, struct str content)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)content.len);
    assert_int_equal(archive_write_header(p->archive, e), ARCHIVE_OK);
    assert_int_equal(archive_write_data(p->archive, content.ptr, content.len),
                     (la_ssize_t)content.len);
    archive_entry_free(e);
}

static struct str pack_end(struct packed *p)
{
    assert_int_equal(archive_write_close(p->archive), ARCHIVE_OK);
    archive_write_free(p->archive);
    return str_make(p->room, p->used);
}

static struct str pack(int format, int filter, const char *name, struct str content)
{
    struct packed p = pack_begin(format, filter);
    pack_open(&p);
    pack_add(&p, name, content);
    return pack_end(&p);
}

static const struct str log_text = STR_INIT("{\"a\":1}\n{\"a\":2}\n");
static const char log_events[] = "[unknown] a=1\n[unknown] a=2\n";

static void every_compression_is_seen_by_its_content(void **state)
{
    static const int filters[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP,  ARCHIVE_FILTER_XZ,
                                  ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_LZ4};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct read_log o = {.arena = &test_arena};
        assert_str(read_log(&o, pack(ARCHIVE_FORMAT_RAW, filters[i], "x", log_text)), log_events);
        assert_str(read_log(&o, pack(ARCHIVE_FORMAT_TAR_USTAR, filters[i], "x", log_text)),
                   log_events);
    }
}

static void zip_and_7z(void **state)
{
    static const int formats[] = {ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_7ZIP};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct read_log o = {.arena = &test_arena};
        struct packed p = pack_begin(formats[i], ARCHIVE_FILTER_NONE);
        pack_open(&p);
        pack_add(&p, "one.json", log_text);
        pack_add(&p, "dir/two.txt", STR("plain words\n"));
        assert_str(read_log(&o, pack_end(&p)),
                   "[unknown] a=1\n[unknown] a=2\n[unknown] message=plain words\n");
        assert_int_equal(o.stats.files, 2);
    }
}

static struct str nest(int levels)
{
    struct str content = log_text;
    for (int i = 0; i < levels; i++)
        content = pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "inner", content);
    return content;
}

static void archives_in_archives_up_to_a_depth(void **state)
{
    struct read_log o = {.arena = &test_arena, .options.max_depth = 3};
    assert_str(read_log(&o, nest(3)), log_events);
    assert_str(read_log(&o, nest(4)), "! 0 1 archives are nested too deeply\n");
}

static void what_unpacks_to_too_much_is_given_up(void **state)
{
    size_t len = (size_t)80 << 20;
    char *zeros = calloc(1, len);
    assert_non_null(zeros);
    memset(zeros, '\n', len);
    struct str packed = pack(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x", str_make(zeros, len));
    struct read_log ratio = {.arena = &test_arena, .options.max_ratio = 100};
    struct read_log total = {.arena = &test_arena, .options.max_unpacked = 1 << 20};
    assert_str(read_log(&ratio, packed),
               "! 0 1 the archive unpacks to suspiciously much (a decompression bomb)\n");
    assert_str(read_log(&total, packed), "! 0 1 the archive unpacks to more than is allowed\n");
    free(zeros);
}

static void a_damaged_archive_gives_what_is_before_the_damage(void **state)
{
    struct read_log o = {.arena = &test_arena};
    struct packed p = pack_begin(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
    pack_open(&p);
    pack_add(&p, "one", log_text);
    pack_add(&p, "two", log_text);
    struct str whole = pack_end(&p);
    /* A head and a block of content for "one", the head of "two" and no content. */
    struct str got = read_log(&o, str_sub(whole, 0, 3 * 512 + 5));
    assert_true(str_starts(got, str_c(log_events)));
    assert_true(str_find(got, STR("! 0 1 the archive is damaged")) > 0);
}

static void binary_files_are_named_not_read(void **state)
{
    struct read_log o = {.arena = &test_arena};
    assert_str(read_log(&o, str_make("\x7f"
                                     "ELF\0\0\0\1\2",
                                     9)),
               "! 0 1 not a log in a format that can be read\n");
    assert_str(read_log(&o, STR("")), "");
}

static void a_directory_is_read_in_the_order_of_names(void **state)
{
    struct read_log o = {.arena = &test_arena};
    struct str b = read_log_file(&test_arena, "b.json", STR("{\"f\":\"b\"}"));
    read_log_file(&test_arena, "a.json", STR("{\"f\":\"a\"}"));
    ptrdiff_t slash = str_rfind_char(b, '/');
    struct str folder = str_dup(&test_arena, str_sub(b, 0, (size_t)slash));
    struct str paths[] = {folder, STR("/no/such/file")};
    struct str got = read_log_paths(&o, paths, 2);
    assert_true(str_starts(got, STR("[unknown] f=a\n[unknown] f=b\n")));
    assert_true(str_find(got, STR("! 0 1 there is no such file\n")) > 0);
}

static void events_outside_the_time_are_left_out(void **state)
{
    struct read_log o = {.arena = &test_arena, .heads_only = true};
    o.options.from = 1767323045000; /* 2026-01-02T03:04:05Z */
    o.options.to = o.options.from + 1000;
    assert_str(read_log(&o, STR("{\"@timestamp\":\"2026-01-02T03:04:04.999Z\"}\n"
                                "{\"@timestamp\":\"2026-01-02T03:04:05Z\"}\n"
                                "{\"@timestamp\":\"2026-01-02T03:04:06Z\"}\n{\"a\":1}\n")),
               "[unknown time=2026-01-02T03:04:05Z]\n[unknown]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_compression_is_seen_by_its_content),
        ARENA_TEST(zip_and_7z),
        ARENA_TEST(archives_in_archives_up_to_a_depth),
        ARENA_TEST(what_unpacks_to_too_much_is_given_up),
        ARENA_TEST(a_damaged_archive_gives_what_is_before_the_damage),
        ARENA_TEST(binary_files_are_named_not_read),
        ARENA_TEST(a_directory_is_read_in_the_order_of_names),
        ARENA_TEST(events_outside_the_time_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
