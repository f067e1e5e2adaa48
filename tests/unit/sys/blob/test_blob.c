#include "test.h"

#include "base/io.h"
#include "sys/blob/blob.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static struct blob_store store;
static struct blob_keys keys;
static char dir[64];
static struct err err;

static int begin(void **state)
{
    test_arena_begin(state);
    snprintf(dir, sizeof(dir), "/tmp/ungcuu-blob-XXXXXX");
    assert_non_null(mkdtemp(dir));
    store = (struct blob_store){.dir = io_join(&test_arena, str_c(dir), STR("blobs"))};
    keys = (struct blob_keys){0};
    memset(&err, 0, sizeof(err));
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}

static int end(void **state)
{
    assert_int_equal(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    return test_arena_end(state);
}

#define BLOB_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

static const char *key_file(void)
{
    return io_join(&test_arena, str_c(dir), STR("keys")).ptr;
}

/* A new key in front; the store uses what the file then holds. */
static void renew(void)
{
    struct str id;

    assert_int_equal(blob_keys_renew(&test_arena, key_file(), &id, &err), 0);
    assert_int_equal(blob_keys_read(&test_arena, key_file(), &keys, &err), 0);
    assert_str(id, keys.at[0].id);
    store.keys = &keys;
}

/* Text that is nowhere the same, of any length. */
static struct str text_of(size_t len)
{
    struct buf b = buf_make(&test_arena);

    for (size_t i = 0; b.len < len; i++)
        buf_printf(&b, "line %zu of the evidence\r\n", i);
    return str_sub(buf_str(&b), 0, len);
}

static int read_back(const struct blob_id *id, struct str *out)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    struct buf b = buf_make(&test_arena);
    char piece[1000];
    int64_t n = blob_open(&store, id, &from, &err);

    if (n < 0)
        return (int)n;
    while ((n = blob_read(from, piece, sizeof(piece), &err)) > 0)
        buf_add(&b, str_make(piece, (size_t)n));
    *out = buf_str(&b);
    return (int)n;
}

static struct str place_of(const struct blob_id *id, const char *end)
{
    struct str hex = str_hex(&test_arena, id->sha256, DIGEST_BYTES);

    return str_printf(&test_arena, STR_FMT "/%.2s/%.2s/" STR_FMT "%s", STR_ARG(store.dir), hex.ptr,
                      hex.ptr + 2, STR_ARG(hex), end);
}

static bool lies_at(struct str path)
{
    return access(path.ptr, F_OK) == 0;
}

/* Changes one byte of a file of the store. */
static void damage(struct str path, off_t at)
{
    int fd;
    char c;

    assert_int_equal(chmod(path.ptr, 0600), 0);
    fd = open(path.ptr, O_RDWR);
    assert_int_equal(pread(fd, &c, 1, at), 1);
    c ^= 1;
    assert_int_equal(pwrite(fd, &c, 1, at), 1);
    close(fd);
}

/* FIPS 180-4 and RFC 7693: the digests of "abc". */
static void test_digests(void **state)
{
    _cleanup_(digest_freep) struct digest *d = digest_new();
    uint8_t sha[DIGEST_BYTES], blake[DIGEST_BYTES];

    for (int round = 0; round < 2; round++) {
        digest_update(d, STR("a"));
        digest_update(d, STR(""));
        digest_update(d, STR("bc"));
        digest_final(d, sha, blake);
        assert_str(str_hex(&test_arena, sha, DIGEST_BYTES),
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_str(str_hex(&test_arena, blake, DIGEST_BYTES),
                   "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    }
}

static void test_kept_once(void **state)
{
    struct blob_id id, again;
    struct stat st;
    struct str back;
    int fd;
    _cleanup_(blob_closep) struct blob_reader *from = NULL;

    assert_int_equal(blob_put(&store, STR("abc"), &id, &err), 0);
    assert_int_equal(blob_put(&store, STR("abc"), &again, &err), 0);
    assert_memory_equal(id.sha256, again.sha256, DIGEST_BYTES);
    assert_int_equal(stat(place_of(&id, "").ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0440);
    assert_int_equal(read_back(&id, &back), 0);
    assert_str(back, "abc");
    /* What is not encrypted can be sent by the kernel. */
    assert_int_equal(blob_open(&store, &id, &from, &err), 0);
    fd = blob_take_fd(from);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(blob_remove(&store, &id, &err), 0);
    assert_int_equal(read_back(&id, &back), ERR_CORRUPT);
    assert_int_equal(blob_remove(&store, &id, &err), 0);
}

/* Lengths around the pieces of the stream. */
static void test_encrypted_round_trip(void **state)
{
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 131072, 200000};

    renew();
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct str text = text_of(lengths[i]), back, raw;
        _cleanup_(blob_closep) struct blob_reader *from = NULL;
        struct blob_id id;

        assert_int_equal(blob_put(&store, text, &id, &err), 0);
        assert_false(lies_at(place_of(&id, "")));
        assert_int_equal(read_back(&id, &back), 0);
        assert_str_eq(back, text);
        assert_int_equal(blob_open(&store, &id, &from, &err), 0);
        assert_int_equal(blob_take_fd(from), -1);
        assert_int_equal(io_read_file(&test_arena, place_of(&id, ".enc").ptr, 1 << 20, &raw, &err),
                         0);
        assert_true(lengths[i] < 100 || str_find(raw, STR("evidence")) < 0);
    }
}

/* A changed, a shortened and an exchanged file do not pass for the real one. */
static void test_tampering(void **state)
{
    struct str text = text_of(150000), back;
    struct blob_id id, other;
    static const off_t places[] = {9, 17, 30, 60, 70000, 150000};

    renew();
    assert_int_equal(blob_put(&store, text, &id, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        damage(place_of(&id, ".enc"), places[i]);
        assert_true(read_back(&id, &back) < 0);
        damage(place_of(&id, ".enc"), places[i]);
        assert_int_equal(read_back(&id, &back), 0);
    }
    /* Another file of the same key and length under its name. */
    text = str_dup(&test_arena, text);
    ((char *)(uintptr_t)text.ptr)[0] = 'L';
    assert_int_equal(blob_put(&store, text, &other, &err), 0);
    assert_int_equal(rename(place_of(&other, ".enc").ptr, place_of(&id, ".enc").ptr), 0);
    assert_int_equal(read_back(&id, &back), ERR_CORRUPT);
    assert_int_equal(truncate(place_of(&id, ".enc").ptr, 70000), 0);
    assert_int_equal(read_back(&id, &back), ERR_CORRUPT);
}

static void test_keys_change(void **state)
{
    struct str text = text_of(100000), back;
    char key[BLOB_KEY_ID + 1];
    struct blob_keys newest;
    struct blob_id id;

    assert_int_equal(blob_put(&store, text, &id, &err), 0);
    assert_int_equal(blob_encrypt(&store, &id, &err), ERR_STATE);
    renew();
    /* What was there before stays readable, and is encrypted on demand. */
    assert_int_equal(read_back(&id, &back), 0);
    assert_int_equal(blob_encrypt(&store, &id, &err), 1);
    assert_false(lies_at(place_of(&id, "")));
    assert_int_equal(blob_encrypt(&store, &id, &err), 0);
    renew();
    assert_int_equal(keys.len, 2);
    assert_int_equal(blob_key_of(&store, &id, key, &err), 0);
    assert_string_equal(key, keys.at[1].id);
    assert_int_equal(blob_encrypt(&store, &id, &err), 1);
    assert_int_equal(blob_key_of(&store, &id, key, &err), 0);
    assert_string_equal(key, keys.at[0].id);
    /* The old key is not needed any more; without the new one nothing is read. */
    newest = (struct blob_keys){.at = keys.at, .len = 1};
    store.keys = &newest;
    assert_int_equal(read_back(&id, &back), 0);
    assert_str_eq(back, text);
    newest.at = &keys.at[1];
    assert_int_equal(read_back(&id, &back), ERR_UNAVAILABLE);
}

/* A veiled file, as the web server leaves it, is taken in as its content. */
static void test_veiled(void **state)
{
    struct str text = text_of(200001), back;
    const char *path = str_printf(&test_arena, "%s/veiled", dir).ptr;
    _cleanup_(digest_freep) struct digest *digest = digest_new();
    struct blob_id id = {.size = (int64_t)text.len};
    struct veil veil = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

    veil_begin(&veil);
    assert_int_equal(veil_write(&veil, fd, 0, text, &err), 0);
    close(fd);
    digest_update(digest, text);
    digest_final(digest, id.sha256, NULL);
    assert_int_equal(blob_take(&store, path, &veil, &id, &err), ERR_INTERNAL);
    renew();
    assert_int_equal(blob_take(&store, path, &veil, &id, &err), 0);
    assert_true(id.has_blake2b);
    assert_int_equal(access(path, F_OK), -1);
    assert_true(lies_at(place_of(&id, ".enc")));
    assert_int_equal(read_back(&id, &back), 0);
    assert_str_eq(back, text);
}

static void test_key_file(void **state)
{
    struct stat st;

    renew();
    assert_int_equal(stat(key_file(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(io_replace_file(key_file(), STR("# nothing\n\n"), 0600, &err), 0);
    assert_int_equal(blob_keys_read(&test_arena, key_file(), &keys, &err), ERR_SYNTAX);
    assert_int_equal(io_replace_file(key_file(), STR("# x\nabcdefgh 00ff\n"), 0600, &err), 0);
    assert_int_equal(blob_keys_read(&test_arena, key_file(), &keys, &err), ERR_SYNTAX);
    assert_non_null(strstr(err.what, ":2:"));
}

static int count(void *ctx, struct str name, int64_t size, struct err *e)
{
    assert_int_equal(name.len, 2 * DIGEST_BYTES);
    *(int *)ctx += 1;
    return 0;
}

static void test_walk(void **state)
{
    struct blob_id id;
    int found = 0;

    assert_int_equal(blob_walk(&store, count, &found, &err), 0);
    assert_int_equal(blob_put(&store, STR("one"), &id, &err), 0);
    renew();
    assert_int_equal(blob_put(&store, STR("two"), &id, &err), 0);
    assert_int_equal(blob_walk(&store, count, &found, &err), 0);
    assert_int_equal(found, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(test_digests),
                                       BLOB_TEST(test_kept_once),
                                       BLOB_TEST(test_encrypted_round_trip),
                                       BLOB_TEST(test_tampering),
                                       BLOB_TEST(test_keys_change),
                                       BLOB_TEST(test_veiled),
                                       BLOB_TEST(test_key_file),
                                       BLOB_TEST(test_walk)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
