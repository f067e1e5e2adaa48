#include "test.h"

#include "engine/hunt/ioc.h"
#include "engine/hunt/yara.h"

#include "base/io.h"

/* Files with YARA rules and hashes in one pass, through a whole run. */
static const char rules[] =
    "rule Marker : first second\n{\n"
    "    meta:\n        description = \"a marker\"\n        severity = \"low\"\n"
    "    strings:\n        $a = \"MARK-7\"\n        $b = { 00 01 02 }\n"
    "    condition:\n        any of them\n}\n";

static struct buf found;

static void note_finding(void *ctx, const struct hunt_finding *f)
{
    buf_printf(&found, "%d " STR_FMT " " STR_FMT " %s", (int)f->hit->kind, STR_ARG(f->hit->title),
               STR_ARG(f->hit->note), hunt_level_name(f->hit->level));
    for (size_t i = 0; i < f->matched_len; i++)
        buf_printf(&found, " [" STR_FMT " " STR_FMT "]", STR_ARG(f->matched[i].name),
                   STR_ARG(f->matched[i].value));
    for (size_t i = 0; i < f->hit->tags_len; i++)
        buf_printf(&found, " #" STR_FMT, STR_ARG(f->hit->tags[i]));
    buf_add_char(&found, '\n');
}

static char *write_file(char *dir, const char *name, struct str text)
{
    struct str path = io_join(&test_arena, str_c(dir), str_c(name));
    assert_int_equal(io_replace_file(path.ptr, text, 0600, NULL), 0);
    return str_cdup(&test_arena, path);
}

static void scans_files(void **state)
{
    char dir[] = "/tmp/yara-XXXXXX";
    struct err err = {0};
    assert_non_null(mkdtemp(dir));
    char *good = write_file(dir, "a.yar", str_c(rules));
    char *bad = write_file(dir, "b.yara", STR("rule Broken\n{\n    condition: nothing\n}\n"));
    char *target = write_file(dir, "sample.bin", STR("xx MARK-7 \x01\x00\x01\x02 end\n"));

    struct yara *y = yara_new();
    assert_int_equal(yara_load(y, dir, &err), 0);
    assert_int_equal(yara_finish(y, &err), 0);
    assert_int_equal(yara_count(y), 1);
    size_t len;
    const struct yara_notice *n = yara_notices(y, &len);
    assert_int_equal(len, 1);
    assert_str(n[0].file, bad);
    assert_int_equal(n[0].line, 3);
    assert_true(n[0].refused);

    struct ioc *set = ioc_new();
    assert_int_equal(
        ioc_load_text(set, STR("list"), STR("0edd8b5626e0f255a8589bfb2c31e3f9\n"), &err), 0);
    ioc_finish(set);
    struct hunt_schema schema;
    hunt_schema_init(&schema);
    struct hunt_detector detectors[] = {yara_detector(y), ioc_detector(set)};
    struct hunt_options o = {
        .schema = &schema,
        .detectors = detectors,
        .detectors_len = 2,
        .threads = 2,
        .from = HUNT_NO_TIME,
        .to = HUNT_NO_TIME,
        .finding = note_finding,
    };
    struct str paths[] = {str_c(target)};
    struct hunt_run *run = NULL;
    found = buf_make(&test_arena);
    assert_int_equal(hunt_run(&o, paths, 1, &run, &err), 0);
    assert_str(buf_str(&found),
               "2 Marker a marker low [$a at 0x3: MARK-7] "
               "[$b at 0xb: \\x00\\x01\\x02] #first #second\n"
               "1 0edd8b5626e0f255a8589bfb2c31e3f9  high [md5 0edd8b5626e0f255a8589bfb2c31e3f9]\n");
    hunt_run_free(run);
    ioc_free(set);
    yara_free(y);
    hunt_schema_release(&schema);
    unlink(good);
    unlink(bad);
    unlink(target);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(scans_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
