#include "test.h"

#include <zlib.h>

#include "sys/embed/embed.h"
#include "sys/http/http.h"

extern const struct embed_file sample_files[];
extern const size_t sample_files_len;

static void files_are_found_by_path(void **state)
{
    const struct embed_file *f;
    size_t n;

    assert_int_equal(sample_files_len, 4);
    f = embed_find(sample_files, sample_files_len, STR("css/a.css"));
    assert_non_null(f);
    assert_str(f->data, "body{color:red}");
    assert_int_equal(f->data.ptr[f->data.len], '\0');
    assert_int_equal(embed_find(sample_files, sample_files_len, STR("empty.txt"))->data.len, 0);
    assert_null(embed_find(sample_files, sample_files_len, STR("css")));
    assert_null(embed_find(sample_files, sample_files_len, STR("z")));
    f = embed_under(sample_files, sample_files_len, STR("css/"), &n);
    assert_int_equal(n, 2);
    assert_string_equal(f[0].path, "css/a.css");
    assert_string_equal(f[1].path, "css/long.css");
    embed_under(sample_files, sample_files_len, STR("none/"), &n);
    assert_int_equal(n, 0);
}

static void assets_are_hashed_and_zipped_where_it_helps(void **state)
{
    unsigned char plain[6000];
    z_stream z = {0};

    assert_int_equal(assets_len, 4);
    assert_string_equal(assets[0].path, "b.txt");
    assert_string_equal(assets[0].type, "text/plain; charset=utf-8");
    /* The first half of SHA-256 of "one", its 16 first digits. */
    assert_string_equal(assets[0].hash, "7692c3ad3540bb80");
    assert_int_equal(assets[0].gzip.len, 0);

    assert_string_equal(assets[2].path, "css/long.css");
    assert_true(assets[2].gzip.len > 0 && assets[2].gzip.len < 100);
    z.next_in = (Bytef *)(uintptr_t)assets[2].gzip.ptr;
    z.avail_in = (uInt)assets[2].gzip.len;
    z.next_out = plain;
    z.avail_out = sizeof(plain);
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, assets[2].data.len);
    assert_memory_equal(plain, assets[2].data.ptr, assets[2].data.len);
    inflateEnd(&z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(files_are_found_by_path),
        ARENA_TEST(assets_are_hashed_and_zipped_where_it_helps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
