#ifndef SYS_BLOB_BLOB_H
#define SYS_BLOB_BLOB_H

#include "base/base.h"
#include "sys/crypto/digest.h"
#include "sys/crypto/veil.h"

/*
 * Files by content: DIR/blobs/ab/cd/<sha256>, or <sha256>.enc when encrypted. Written once,
 * read-only, never changed. Putting the same content twice keeps one file.
 *
 * An encrypted file is "UCBLOB1\n", the id of its key (8 characters), its plain size (8 bytes,
 * little endian), the header of a secretstream (libsodium, XChaCha20-Poly1305) and then pieces of
 * 64 KiB with 17 bytes each; the last bears the tag "final". The first piece authenticates all that
 * stands before it together with the SHA-256 of the content, so that neither can be exchanged.
 */
enum { BLOB_KEY_ID = 8, BLOB_KEY_BYTES = 32 };

struct blob_key {
    char id[BLOB_KEY_ID + 1];
    uint8_t key[BLOB_KEY_BYTES];
};

/* The first encrypts; the others read what was encrypted before the key was changed. */
struct blob_keys {
    struct blob_key *at;
    size_t len, cap;
};

/* A key file has a line "ID KEY" for each key, newest first: 8 letters and digits, 64 hexadecimal
 * digits. Empty lines and lines that begin with # are skipped. ERR_SYNTAX names the line. */
int blob_keys_read(struct arena *a, const char *path, struct blob_keys *out, struct err *err);
/* Writes the file (mode 0600) with a fresh key in front of those that it holds, if it is there. */
int blob_keys_renew(struct arena *a, const char *path, struct str *id, struct err *err);

struct blob_store {
    struct str dir;               /* "DIR/blobs", NUL-terminated */
    const struct blob_keys *keys; /* NULL: new files are kept as they are */
};

struct blob_id {
    uint8_t sha256[DIGEST_BYTES];
    uint8_t blake2b[DIGEST_BYTES];
    bool has_blake2b;
    int64_t size;
};

/* Moves a finished file on the same file system into the store: renamed, or encrypted into it and
 * then removed. Fsync of file and folder. The caller knows its SHA-256; the other digest is filled
 * in when it is not known. `veil`: what the file was written through; NULL: it is plain. Only a
 * store that encrypts takes veiled ones. */
int blob_take(const struct blob_store *store, const char *path, const struct veil *veil,
              struct blob_id *id, struct err *err);
int blob_put(const struct blob_store *store, struct str content, struct blob_id *out,
             struct err *err);

/* Reading as a stream. ERR_CORRUPT when the file is missing, of another size or was tampered with,
 * ERR_UNAVAILABLE when its key is not in the key file. */
struct blob_reader;
int blob_open(const struct blob_store *store, const struct blob_id *id, struct blob_reader **out,
              struct err *err);
/* The number of bytes put into `to`, 0 at the end, or an error. */
int64_t blob_read(struct blob_reader *r, char *to, size_t room, struct err *err);
/* A descriptor of the content itself, given away; -1 when it is encrypted. */
int blob_take_fd(struct blob_reader *r);
void blob_close(struct blob_reader *r); /* harmless for NULL */
void blob_closep(struct blob_reader **r);

/* The key a file is encrypted with, "" when with none. ERR_CORRUPT when it is missing. */
int blob_key_of(const struct blob_store *store, const struct blob_id *id, char key[BLOB_KEY_ID + 1],
                struct err *err);
/* Encrypts a file with the first key; 1: done, 0: it was already. The content is checked against
 * its digest on the way, and the former file is removed only when all is on the disk. */
int blob_encrypt(const struct blob_store *store, const struct blob_id *id, struct err *err);

/* Reads all of it and computes both digests. `step` is told of every piece; NULL: nobody. 0, or as
 * blob_open. */
int blob_digest(const struct blob_store *store, const struct blob_id *id,
                uint8_t sha256[DIGEST_BYTES], uint8_t blake2b[DIGEST_BYTES],
                void (*step)(void *ctx, int64_t bytes), void *ctx, struct err *err);

int blob_remove(const struct blob_store *store, const struct blob_id *id, struct err *err);

/* Every file of the store, in no order: its name without ".enc" and its size on the disk. Names
 * that are no digest are told too. */
int blob_walk(const struct blob_store *store,
              int (*each)(void *ctx, struct str name, int64_t size, struct err *err), void *ctx,
              struct err *err);

#endif
