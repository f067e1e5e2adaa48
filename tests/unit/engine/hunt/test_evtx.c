#include "test.h"

#include "engine/hunt/evtx.h"
#include "engine/hunt/evtx_value.h"
#include "evtx_build.h"
#include "read_log.h"

#define SYSTEM                                                                                     \
    "<Event xmlns='urn:x'><System><Provider Name='Test' Guid='%0'/><EventID "                      \
    "Qualifiers='?9'>%1</EventID>"                                                                 \
    "<TimeCreated SystemTime='%2'/><EventRecordID>%3</EventRecordID><Channel>%4</Channel>"         \
    "<Computer>%5</Computer><Security UserID='?6'/></System>"

static const char process[] =
    SYSTEM "<EventData><Data Name='Image'>%7</Data><Data Name='Pid'>%8</Data></EventData></Event>";

enum { VALUES = 10 };

/* 2026-01-02T03:04:05.6780000Z */
static const uint64_t filetime = 134117966456780000u;

static void fill(struct evtx_value v[VALUES], const char *image, unsigned pid)
{
    static const unsigned char guid[16] = {0x5f, 0x38, 0x70, 0x57, 0x2a, 0xc2, 0xe0, 0x43,
                                           0xbf, 0x4c, 0x06, 0xf5, 0x69, 0x8f, 0xfb, 0xd9};
    static const unsigned char sid[12] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    v[0] = evtx_bytes(EVTX_GUID, guid, 16);
    v[1] = evtx_number(EVTX_UINT16, 4688, 2);
    v[2] = evtx_number(EVTX_FILETIME, filetime, 8);
    v[3] = evtx_number(EVTX_UINT64, 77, 8);
    v[4] = evtx_text(&test_arena, "Security");
    v[5] = evtx_text(&test_arena, "pc1.example.vn");
    v[6] = evtx_bytes(EVTX_SID, sid, 12);
    v[7] = evtx_text(&test_arena, image);
    v[8] = evtx_number(EVTX_UINT32, pid, 4);
    v[9] = evtx_nothing();
}

static size_t add_process(struct evtx_builder *b, uint64_t id, const char *image)
{
    struct evtx_value v[VALUES];
    fill(v, image, (unsigned)id);
    return evtx_build_record(b, id, process, v, VALUES);
}

static struct read_log reader(const char *names)
{
    return (struct read_log){.arena = &test_arena, .names = names};
}

static void reads_a_record_with_head_and_fields(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader("Image EventID");
    add_process(&b, 5, "C:\\Cà.exe");
    assert_str(
        read_log(&o, evtx_build_end(&b)),
        "[windows channel=Security host=pc1.example.vn id=4688 time=2026-01-02T03:04:05.678Z] "
        "Provider_Name=Test|Provider_Guid={5770385F-C22A-43E0-BF4C-06F5698FFBD9}|"
        "EventID=4688|TimeCreated_SystemTime=2026-01-02T03:04:05.6780000Z|EventRecordID=77|"
        "Channel=Security|Computer=pc1.example.vn|Security_UserID=S-1-5-18|"
        "Image=C:\\Cà.exe|Pid=5\n");
}

static void a_field_nobody_asked_for_reads_the_same(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log with = reader("Image Pid Provider_Guid TimeCreated_SystemTime Security_UserID");
    struct read_log without = reader(NULL);
    add_process(&b, 1, "a");
    struct str file = evtx_build_end(&b);
    assert_str_eq(read_log(&with, file), read_log(&without, file));
}

static void writes_each_type_as_windows_does(void **state)
{
    static const struct {
        uint8_t type;
        struct str raw;
        const char *text;
    } cases[] = {
        {EVTX_STRING, STR_INIT("a\0b\0\0\0\0\0"), "ab"},
        {EVTX_STRING, STR_INIT("\x3d\xd8\x00\xde"), "😀"},
        {EVTX_STRING, STR_INIT("\x3d\xd8z\0"), "\xef\xbf\xbdz"},
        {EVTX_ANSI, STR_INIT("caf\xe9\0"), "café"},
        {EVTX_INT8, STR_INIT("\xff"), "-1"},
        {EVTX_UINT8, STR_INIT("\xff"), "255"},
        {EVTX_INT16, STR_INIT("\x00\x80"), "-32768"},
        {EVTX_INT32, STR_INIT("\xfe\xff\xff\xff"), "-2"},
        {EVTX_UINT32, STR_INIT("\xfe\xff\xff\xff"), "4294967294"},
        {EVTX_INT64, STR_INIT("\0\0\0\0\0\0\0\x80"), "-9223372036854775808"},
        {EVTX_UINT64, STR_INIT("\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615"},
        {EVTX_DOUBLE, STR_INIT("\0\0\0\0\0\0\xf8\x3f"), "1.5"},
        {EVTX_FLOAT, STR_INIT("\0\0\x20\xc0"), "-2.5"},
        {EVTX_BOOL, STR_INIT("\1\0\0\0"), "true"},
        {EVTX_BOOL, STR_INIT("\0\0\0\0"), "false"},
        {EVTX_BOOL, STR_INIT("\x2a"), "true"},
        {EVTX_BINARY, STR_INIT("\x00\xff\x10"), "00FF10"},
        {EVTX_SIZE, STR_INIT("\x10\0\0\0"), "0x10"},
        {EVTX_HEX32, STR_INIT("\0\0\0\x80"), "0x80000000"},
        {EVTX_HEX64, STR_INIT("\0\0\0\0\0\0\x20\x80"), "0x8020000000000000"},
        {EVTX_SYSTEMTIME, STR_INIT("\xea\x07\x01\0\x05\0\x02\0\x03\0\x04\0\x05\0\x06\0"),
         "2026-01-02T03:04:05.006Z"},
        {EVTX_SID, STR_INIT("\1\2\0\0\0\0\0\5\x20\0\0\0\x20\2\0\0"), "S-1-5-32-544"},
        /* A size that does not suit the type */
        {EVTX_UINT32, STR_INIT("\1\2"), "0102"},
        {EVTX_GUID, STR_INIT("\1\2"), "0102"},
        {EVTX_SID, STR_INIT("\1\x0f\0\0\0\0\0\5"), "010F000000000005"},
        {0x70, STR_INIT("\xab"), "AB"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(evtx_value_text(&test_arena, cases[i].type, cases[i].raw), cases[i].text);
}

static void arrays_and_unnamed_data_repeat_their_name(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader("Data");
    struct evtx_value v[] = {
        evtx_bytes(EVTX_STRING | EVTX_ARRAY, "a\0\0\0b\0c\0\0\0", 10),
        evtx_bytes(EVTX_UINT16 | EVTX_ARRAY, "\1\0\2\0", 4),
        evtx_text(&test_arena, "last"),
    };
    evtx_build_record(&b, 1,
                      "<Event><EventData><Data>%0</Data><Data Name='N'>%1</Data><Data>%2</Data>"
                      "</EventData></Event>",
                      v, 3);
    o.heads_only = false;
    assert_str(read_log(&o, evtx_build_end(&b)),
               "[windows time=2022-06-18T04:26:40Z] Data=a|Data=bc|N=1|N=2|Data=last\n");
}

static void text_references_and_mixtures_are_put_together(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader("A B");
    struct evtx_value v[] = {evtx_number(EVTX_UINT8, 7, 1)};
    evtx_build_record(
        &b, 1, "<Event><UserData><X><A>x&lt;y&amp;z</A><B>n=%0!</B><C/></X></UserData></Event>", v,
        1);
    assert_str(read_log(&o, evtx_build_end(&b)),
               "[windows time=2022-06-18T04:26:40Z] A=x<y&z|B=n=7!\n");
}

static void an_optional_value_that_is_absent_leaves_its_field_out(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader("A B");
    struct evtx_value v[] = {evtx_nothing(), evtx_nothing(), evtx_bytes(EVTX_STRING, "", 0)};
    evtx_build_record(&b, 1,
                      "<Event><EventData><Data Name='A'>?0</Data><Data Name='B'>%1</Data>"
                      "<Data Name='C'>?2</Data></EventData></Event>",
                      v, 3);
    assert_str(read_log(&o, evtx_build_end(&b)), "[windows time=2022-06-18T04:26:40Z] B!|C=\n");
}

static void a_nested_template_gives_its_fields(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader("Inner");
    struct evtx_value inner[] = {evtx_text(&test_arena, "deep")};
    struct evtx_value v[] = {
        evtx_nested("<EventData><Data Name='Inner'>%0</Data></EventData>", inner, 1)};
    evtx_build_record(&b, 1, "<Event><System><EventID>3</EventID></System>%0</Event>", v, 1);
    assert_str(read_log(&o, evtx_build_end(&b)),
               "[windows id=3 time=2022-06-18T04:26:40Z] EventID=3|Inner=deep\n");
}

static void nesting_has_an_end(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader(NULL);
    struct evtx_value v[40];
    v[0] = evtx_text(&test_arena, "x");
    for (size_t i = 1; i < ARRAY_LEN(v); i++)
        v[i] = evtx_nested("<A>%0</A>", &v[i - 1], 1);
    evtx_build_record(&b, 1, "<A>%0</A>", &v[39], 1);
    add_process(&b, 2, "fine");
    o.heads_only = true;
    assert_str(read_log(&o, evtx_build_end(&b)),
               "[windows channel=Security host=pc1.example.vn id=4688 "
               "time=2026-01-02T03:04:05.678Z]\n! 4608 1 binary XML is nested too deeply\n");
}

/* A template that shows one nested value many times, which does the same again, would take for
 * ever. */
static void a_record_that_multiplies_itself_is_refused(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    struct read_log o = reader(NULL);
    struct buf xml = buf_make(&test_arena);
    struct evtx_value v[12];
    buf_add_c(&xml, "<A>");
    for (int i = 0; i < 40; i++)
        buf_add_c(&xml, "<B>%0</B>");
    buf_add_c(&xml, "</A>");
    const char *text = buf_str(&xml).ptr;
    v[0] = evtx_text(&test_arena, "x");
    for (size_t i = 1; i < ARRAY_LEN(v); i++)
        v[i] = evtx_nested(text, &v[i - 1], 1);
    evtx_build_record(&b, 1, text, &v[11], 1);
    assert_str(read_log(&o, evtx_build_end(&b)), "! 4608 1 the record has too many fields\n");
}

/* -------- damage -------- */

static struct str three_records(size_t at[3])
{
    struct evtx_builder b = evtx_build(&test_arena);
    at[0] = add_process(&b, 1, "one");
    at[1] = add_process(&b, 2, "two");
    at[2] = add_process(&b, 3, "three");
    return evtx_build_end(&b);
}

static size_t count_lines(struct str s, const char *start)
{
    struct str line;
    size_t n = 0;
    while (str_line(&s, &line))
        n += str_starts(line, str_c(start));
    return n;
}

static void a_record_with_an_impossible_size_is_counted_and_passed_over(void **state)
{
    static const uint32_t sizes[] = {0, 3, 27, 0xffffffff, 70000};
    size_t at[3];
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct read_log o = reader(NULL);
        struct str file = three_records(at);
        memcpy((char *)file.ptr + at[1] + 4, &sizes[i], 4);
        struct str got = read_log(&o, file);
        assert_int_equal(count_lines(got, "[windows"), 2);
        assert_int_equal(o.stats.unreadable, 1);
    }
}

static void a_size_that_swallows_the_next_record_loses_only_itself(void **state)
{
    size_t at[3];
    struct read_log o = reader(NULL);
    struct str file = three_records(at);
    uint32_t size = (uint32_t)(at[2] - at[1] + 16);
    memcpy((char *)file.ptr + at[1] + 4, &size, 4);
    memset((char *)file.ptr + at[1] + 24, 0xee, 20); /* its binary XML */
    struct str got = read_log(&o, file);
    assert_int_equal(count_lines(got, "[windows"), 2);
    assert_int_equal(o.stats.unreadable, 1);
}

static void a_damaged_template_is_reported_for_each_record_that_needs_it(void **state)
{
    size_t at[3];
    struct read_log o = reader(NULL);
    struct str file = three_records(at);
    /* record head 24, fragment 4, instance 10, next 4, guid 16: the size of the definition */
    memset((char *)file.ptr + at[0] + 24 + 4 + 10 + 4 + 16, 0xff, 4);
    struct str got = read_log(&o, file);
    assert_int_equal(count_lines(got, "[windows"), 0);
    assert_int_equal(o.stats.unreadable, 3);
}

static void records_of_a_chunk_without_signature_are_read(void **state)
{
    size_t at[3];
    struct read_log o = reader(NULL);
    struct str file = three_records(at);
    memset((char *)file.ptr + 4096, 'x', 8);
    struct str got = read_log(&o, file);
    assert_int_equal(count_lines(got, "[windows"), 3);
    assert_int_equal(count_lines(got, "! 4096 0 a chunk has no signature"), 1);
}

static void missing_records_are_counted_from_what_the_chunk_promises(void **state)
{
    size_t at[3];
    struct read_log o = reader(NULL);
    struct str file = three_records(at);
    memset((char *)file.ptr + at[1], 0, at[2] - at[1]);
    struct str got = read_log(&o, file);
    assert_int_equal(count_lines(got, "[windows"), 2);
    assert_int_equal(count_lines(got, "! 4096 1 records the chunk promises are missing"), 1);
}

static void records_behind_the_end_are_shown_only_when_asked_for(void **state)
{
    size_t at[3];
    struct read_log plain = reader(NULL), slack = reader(NULL);
    struct str file = three_records(at);
    uint32_t end = (uint32_t)(at[2] - 4096);
    uint64_t two = 2;
    memcpy((char *)file.ptr + 4096 + 48, &end, 4);
    memcpy((char *)file.ptr + 4096 + 16, &two, 8);
    slack.slack = true;
    assert_int_equal(count_lines(read_log(&plain, file), "[windows"), 2);
    assert_int_equal(count_lines(read_log(&slack, file), "[windows"), 3);
}

static void a_file_that_breaks_off_gives_what_is_there(void **state)
{
    size_t at[3];
    struct str file = three_records(at);
    for (size_t len = 4096; len < at[2] + 100; len += 37) {
        struct read_log o = reader(NULL);
        struct str got = read_log(&o, str_sub(file, 0, len));
        size_t want = len >= at[2] ? 2 : len >= at[1] ? 1 : 0;
        assert_in_range(count_lines(got, "[windows"), want, 3);
    }
}

static void make_text(void *ctx, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hunt_event_text(&events[i]);
}

static void no_damage_brings_the_reader_down(void **state)
{
    size_t at[3];
    struct str file = three_records(at);
    size_t used = at[2] + 400;
    struct prng {
        uint64_t x;
    } p = {88172645463325252u};
    struct hunt_schema schema;
    static struct hunt_batch batch;
    static struct evtx x;
    hunt_schema_init(&schema);
    hunt_batch_init(&batch, &schema);
    batch.full = make_text;
    evtx_init(&x, &batch);
    char *copy = arena_alloc(&test_arena, file.len);
    for (int round = 0; round < 3000; round++) {
        memcpy(copy, file.ptr, used);
        for (int i = 0; i < 1 + round % 8; i++) {
            p.x ^= p.x << 13, p.x ^= p.x >> 7, p.x ^= p.x << 17;
            copy[4096 + p.x % (used - 4096)] = (char)(p.x >> 40);
        }
        evtx_read(&x, copy + 4096, used - 4096, 4096);
    }
    assert_true(batch.seen > 3000);
    evtx_release(&x);
    hunt_batch_release(&batch);
    hunt_schema_release(&schema);
}

static void many_chunks_read_the_same_with_any_number_of_threads(void **state)
{
    struct evtx_builder b = evtx_build(&test_arena);
    for (uint64_t id = 1; id <= 600; id++) {
        if (id % 60 == 0)
            evtx_build_chunk(&b);
        add_process(&b, id, id % 2 ? "odd" : "even");
    }
    struct str file = evtx_build_end(&b);
    struct read_log one = reader("Image"), four = reader("Image");
    four.threads = 4;
    struct str got = read_log(&one, file);
    assert_int_equal(count_lines(got, "[windows"), 600);
    assert_str_eq(read_log(&four, file), got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(reads_a_record_with_head_and_fields),
        ARENA_TEST(a_field_nobody_asked_for_reads_the_same),
        ARENA_TEST(writes_each_type_as_windows_does),
        ARENA_TEST(arrays_and_unnamed_data_repeat_their_name),
        ARENA_TEST(text_references_and_mixtures_are_put_together),
        ARENA_TEST(an_optional_value_that_is_absent_leaves_its_field_out),
        ARENA_TEST(a_nested_template_gives_its_fields),
        ARENA_TEST(nesting_has_an_end),
        ARENA_TEST(a_record_that_multiplies_itself_is_refused),
        ARENA_TEST(a_record_with_an_impossible_size_is_counted_and_passed_over),
        ARENA_TEST(a_size_that_swallows_the_next_record_loses_only_itself),
        ARENA_TEST(a_damaged_template_is_reported_for_each_record_that_needs_it),
        ARENA_TEST(records_of_a_chunk_without_signature_are_read),
        ARENA_TEST(missing_records_are_counted_from_what_the_chunk_promises),
        ARENA_TEST(records_behind_the_end_are_shown_only_when_asked_for),
        ARENA_TEST(a_file_that_breaks_off_gives_what_is_there),
        ARENA_TEST(no_damage_brings_the_reader_down),
        ARENA_TEST(many_chunks_read_the_same_with_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
