#ifndef SYS_CRYPTO_VEIL_H
#define SYS_CRYPTO_VEIL_H

#include "base/base.h"

/*
 * For a file that lies on the disk only until it is taken in: written through a stream cipher
 * (ChaCha20, RFC 8439's block function in libsodium's form) whose key is made for this one file and
 * stays in the memory of the process that writes it. Whoever finds the file, also after a crash or
 * on the bare disk, finds noise. It hides and proves nothing: the digest of the content, known
 * before, tells when it was changed.
 */
enum { VEIL_KEY = 32 };

struct veil {
    bool on; /* false: bytes pass as they are */
    uint8_t key[VEIL_KEY];
};

/* A fresh key, for one file. */
void veil_begin(struct veil *v);
/* Hides or shows `len` bytes that stand at `offset` in the file: the same both ways, in place, and
 * in any pieces. */
void veil_apply(const struct veil *v, int64_t offset, void *bytes, size_t len);
/* Writes all of `data` to a descriptor, where `offset` bytes of the file are already. */
int veil_write(const struct veil *v, int fd, int64_t offset, struct str data, struct err *err);

#endif
