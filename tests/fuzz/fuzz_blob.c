#include "fuzz.h"

#include "sys/blob/inner.h"

#include <sys/mman.h>

/*
 * The bytes as a key file; as an encrypted file of any origin; and as a content (behind the first
 * four bytes, which say where) that is encrypted, read back whole, damaged in one bit, and refused.
 */
static int file_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

/* Reads all of it; the number of bytes that are those of `expected`, or an error. */
static int64_t read_all(const struct blob_keys *keys, const struct blob_id *id, int fd,
                        const uint8_t *expected, size_t size)
{
    struct blob_reader *r;
    struct err err = {0};
    char piece[4096];
    int64_t n = blob_reader_open(keys, id, fd, true, "fuzz", &r, &err), all = 0;

    if (n < 0)
        return n;
    while ((n = blob_read(r, piece, sizeof(piece), &err)) > 0) {
        if (expected != NULL)
            FUZZ_CHECK(all + n <= (int64_t)size && memcmp(expected + all, piece, (size_t)n) == 0);
        all += n;
    }
    blob_close(r);
    return n < 0 ? n : all;
}

static void round_trip(const struct blob_keys *keys, const uint8_t *data, size_t size, uint32_t at)
{
    _cleanup_(digest_freep) struct digest *digest = digest_new();
    struct str content = str_make((const char *)data, size);
    struct blob_id id = {.size = (int64_t)size};
    int plain = file_of(data, size), sealed = memfd_create("sealed", MFD_CLOEXEC);
    struct blob_reader *from;
    struct err err = {0};
    off_t length;
    uint8_t c;

    digest_update(digest, content);
    digest_final(digest, id.sha256, id.blake2b);
    FUZZ_CHECK(blob_reader_open(NULL, &id, plain, false, "fuzz", &from, &err) == 0);
    FUZZ_CHECK(blob_seal(&keys->at[0], &id, from, sealed, &err) == 0);
    blob_close(from);
    length = lseek(sealed, 0, SEEK_END);
    lseek(sealed, 0, SEEK_SET);
    FUZZ_CHECK(read_all(keys, &id, dup(sealed), data, size) == (int64_t)size);
    FUZZ_CHECK(pread(sealed, &c, 1, at % length) == 1);
    c ^= (uint8_t)(1u << (at >> 24 & 7));
    FUZZ_CHECK(pwrite(sealed, &c, 1, at % length) == 1);
    lseek(sealed, 0, SEEK_SET);
    FUZZ_CHECK(read_all(keys, &id, dup(sealed), data, size) < 0);
    close(sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct blob_key key = {.id = "fuzzfuzz"};
    const struct blob_keys keys = {&key, 1, 1};
    struct blob_id id = {.size = (int64_t)size / 2};
    struct blob_keys read;
    struct arena a = {0};
    struct err err = {0};
    uint32_t at = 0;
    char path[64];
    int fd = file_of(data, size);

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (blob_keys_read(&a, path, &read, &err) == 0)
        FUZZ_CHECK(read.len > 0 && strlen(read.at[0].id) == BLOB_KEY_ID);
    lseek(fd, 0, SEEK_SET);
    FUZZ_CHECK(read_all(&keys, &id, fd, NULL, 0) < 0);
    arena_release(&a);
    if (size >= sizeof(at)) {
        memcpy(&at, data, sizeof(at));
        round_trip(&keys, data + sizeof(at), size - sizeof(at), at);
    }
    return 0;
}
