#include "sys/crypto/veil.h"

#include "base/io.h"

#include <sodium.h>

enum { BLOCK = 64, WRITE_PIECE = 32 * 1024 };

_Static_assert(VEIL_KEY == crypto_stream_chacha20_KEYBYTES, "key of ChaCha20");

/* A key serves one file, so it needs no further number to tell files apart. */
static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

void veil_begin(struct veil *v)
{
    v->on = true;
    randombytes_buf(v->key, sizeof(v->key));
}

void veil_apply(const struct veil *v, int64_t offset, void *bytes, size_t len)
{
    size_t into = (size_t)(offset % BLOCK), n = 0;
    uint8_t block[BLOCK] = {0}, *at = bytes;

    if (!v->on || len == 0)
        return;
    if (into > 0) { /* the rest of a block that was begun */
        n = MIN(BLOCK - into, len);
        memcpy(block + into, at, n);
        crypto_stream_chacha20_xor_ic(block, block, BLOCK, nonce, (uint64_t)(offset / BLOCK),
                                      v->key);
        memcpy(at, block + into, n);
        sodium_memzero(block, sizeof(block));
    }
    if (len > n)
        crypto_stream_chacha20_xor_ic(at + n, at + n, len - n, nonce,
                                      (uint64_t)((offset + (int64_t)n) / BLOCK), v->key);
}

int veil_write(const struct veil *v, int fd, int64_t offset, struct str data, struct err *err)
{
    char piece[WRITE_PIECE];
    int r = 0;

    if (!v->on)
        return io_write_all(fd, data, err);
    for (size_t at = 0; r == 0 && at < data.len;) {
        size_t n = MIN(sizeof(piece), data.len - at);

        memcpy(piece, data.ptr + at, n);
        veil_apply(v, offset + (int64_t)at, piece, n);
        r = io_write_all(fd, str_make(piece, n), err);
        at += n;
    }
    return r;
}
