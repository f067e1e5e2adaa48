#include "sys/blob/inner.h"

#include "base/io.h"

#include <errno.h>
#include <sodium.h>
#include <sys/stat.h>

#define MAGIC "UCBLOB1\n"

enum {
    PIECE = 64 * 1024,
    EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES,
    STREAM_HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
};

struct header {
    char magic[8];
    char key[BLOB_KEY_ID];
    uint8_t size[8];
    uint8_t stream[STREAM_HEADER];
};

/* What the first piece authenticates. */
struct bound {
    struct header header;
    uint8_t sha256[DIGEST_BYTES];
};

struct blob_reader {
    int fd;
    bool encrypted, first, last;
    int64_t left;     /* plain bytes still to come */
    struct veil veil; /* of a file that is not encrypted; `seen`: bytes of it so far */
    int64_t seen;
    struct bound bound;
    crypto_secretstream_xchacha20poly1305_state state;
    size_t at, len; /* of what is in `plain` and was not taken yet */
    uint8_t plain[PIECE];
    uint8_t sealed[PIECE + EXTRA];
};

static void put_size(uint8_t out[8], int64_t n)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)n >> (8 * i));
}

static int64_t get_size(const uint8_t in[8])
{
    uint64_t n = 0;

    for (int i = 0; i < 8; i++)
        n |= (uint64_t)in[i] << (8 * i);
    return (int64_t)n;
}

/* As many bytes as the file still has, at most `len`. */
static int64_t read_up_to(int fd, void *to, size_t len, struct err *err)
{
    size_t got = 0;

    while (got < len) {
        ssize_t n = read(fd, (char *)to + got, len - got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "cannot read a file of the store");
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (int64_t)got;
}

int blob_seal(const struct blob_key *key, const struct blob_id *id, struct blob_reader *from,
              int to, struct err *err)
{
    crypto_secretstream_xchacha20poly1305_state state;
    _cleanup_(digest_freep) struct digest *digest = digest_new();
    struct bound bound = {0};
    uint8_t sha256[DIGEST_BYTES];
    char plain[PIECE];
    uint8_t sealed[PIECE + EXTRA];
    int64_t left = id->size;
    int r;

    memcpy(bound.header.magic, MAGIC, sizeof(bound.header.magic));
    memcpy(bound.header.key, key->id, BLOB_KEY_ID);
    put_size(bound.header.size, id->size);
    crypto_secretstream_xchacha20poly1305_init_push(&state, bound.header.stream, key->key);
    memcpy(bound.sha256, id->sha256, DIGEST_BYTES);
    r = io_write_all(to, str_make((const char *)&bound.header, sizeof(bound.header)), err);
    for (bool first = true; r == 0 && (first || left > 0); first = false) {
        size_t want = (size_t)MIN(left, PIECE), got = 0;

        while (got < want) {
            int64_t n = blob_read(from, plain + got, want - got, err);

            if (n < 0)
                return (int)n;
            if (n == 0)
                return err_set(err, ERR_CORRUPT, "a file ended %" PRId64 " bytes early", left);
            got += (size_t)n;
        }
        left -= (int64_t)got;
        digest_update(digest, str_make(plain, got));
        crypto_secretstream_xchacha20poly1305_push(
            &state, sealed, NULL, (const unsigned char *)plain, got,
            first ? (const unsigned char *)&bound : NULL, first ? sizeof(bound) : 0,
            left == 0 ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        r = io_write_all(to, str_make((const char *)sealed, got + EXTRA), err);
    }
    sodium_memzero(&state, sizeof(state));
    sodium_memzero(plain, sizeof(plain));
    if (r < 0)
        return r;
    digest_final(digest, sha256, NULL);
    return memcmp(sha256, id->sha256, DIGEST_BYTES) == 0
               ? 0
               : err_set(err, ERR_CORRUPT, "the content does not have the digest it should");
}

static int read_header(int fd, const char *path, struct header *out, struct err *err)
{
    int64_t n = read_up_to(fd, out, sizeof(*out), err);

    if (n < 0)
        return (int)n;
    if (n != (int64_t)sizeof(*out) || memcmp(out->magic, MAGIC, sizeof(out->magic)) != 0)
        return err_set(err, ERR_CORRUPT, "%s is no encrypted file of this program", path);
    return 0;
}

int blob_read_key_id(int fd, const char *path, char key[BLOB_KEY_ID + 1], struct err *err)
{
    struct header h;
    int r = read_header(fd, path, &h, err);

    if (r < 0)
        return r;
    memcpy(key, h.key, BLOB_KEY_ID);
    key[BLOB_KEY_ID] = '\0';
    return 0;
}

static const struct blob_key *find_key(const struct blob_keys *keys, const char *id)
{
    for (size_t i = 0; keys != NULL && i < keys->len; i++) {
        if (memcmp(keys->at[i].id, id, BLOB_KEY_ID) == 0)
            return &keys->at[i];
    }
    return NULL;
}

static int start_encrypted(struct blob_reader *r, const struct blob_keys *keys,
                           const struct blob_id *id, const char *path, struct err *err)
{
    struct header *h = &r->bound.header;
    const struct blob_key *key;
    int e = read_header(r->fd, path, h, err);

    if (e < 0)
        return e;
    if (get_size(h->size) != id->size)
        return err_set(err, ERR_CORRUPT, "%s does not hold the %" PRId64 " bytes it should", path,
                       id->size);
    key = find_key(keys, h->key);
    if (key == NULL) {
        err_set(err, ERR_UNAVAILABLE, "%s needs the key %.8s, which the key file does not have",
                path, h->key);
        err_hint(err, "evidence_key in ungcuu.conf names the key file");
        return ERR_UNAVAILABLE;
    }
    memcpy(r->bound.sha256, id->sha256, DIGEST_BYTES);
    r->first = true;
    if (crypto_secretstream_xchacha20poly1305_init_pull(&r->state, h->stream, key->key) != 0)
        return err_set(err, ERR_CORRUPT, "%s has a broken header", path);
    return 0;
}

int blob_reader_open(const struct blob_keys *keys, const struct blob_id *id, int fd, bool encrypted,
                     const char *path, struct blob_reader **out, struct err *err)
{
    struct blob_reader *r = malloc(sizeof(*r));
    struct stat st;
    int e = 0;

    if (r == NULL)
        die("out of memory (%zu bytes)", sizeof(*r));
    r->fd = fd;
    r->encrypted = encrypted;
    r->first = r->last = false;
    r->left = id->size;
    r->at = r->len = 0;
    r->veil = (struct veil){0};
    r->seen = 0;
    if (encrypted)
        e = start_encrypted(r, keys, id, path, err);
    else if (fstat(fd, &st) < 0 || st.st_size != id->size)
        e = err_set(err, ERR_CORRUPT, "%s does not have the %" PRId64 " bytes it should", path,
                    id->size);
    if (e < 0) {
        blob_close(r);
        return e;
    }
    *out = r;
    return 0;
}

void blob_reader_veil(struct blob_reader *r, const struct veil *veil)
{
    r->veil = *veil;
}

/* The next piece into `plain`. */
static int open_piece(struct blob_reader *r, struct err *err)
{
    unsigned char tag;
    unsigned long long len;
    int64_t n = read_up_to(r->fd, r->sealed, sizeof(r->sealed), err);

    if (n < 0)
        return (int)n;
    if (n < EXTRA || crypto_secretstream_xchacha20poly1305_pull(
                         &r->state, r->plain, &len, &tag, r->sealed, (unsigned long long)n,
                         r->first ? (const unsigned char *)&r->bound : NULL,
                         r->first ? sizeof(r->bound) : 0) != 0)
        return err_set(err, ERR_CORRUPT, "an encrypted file was altered or cut off");
    r->first = false;
    r->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    r->at = 0;
    r->len = (size_t)len;
    r->left -= (int64_t)len;
    if (r->last != (r->left == 0))
        return err_set(err, ERR_CORRUPT, "an encrypted file is longer or shorter than it says");
    return 0;
}

int64_t blob_read(struct blob_reader *r, char *to, size_t room, struct err *err)
{
    int64_t n;
    int e;

    if (!r->encrypted) {
        n = read_up_to(r->fd, to, (size_t)MIN((int64_t)room, r->left), err);
        if (n < 0)
            return n;
        veil_apply(&r->veil, r->seen, to, (size_t)n);
        r->seen += n;
        r->left -= n;
        return n;
    }
    if (r->at == r->len && !r->last && (e = open_piece(r, err)) < 0)
        return e;
    n = (int64_t)MIN(room, r->len - r->at);
    memcpy(to, r->plain + r->at, (size_t)n);
    r->at += (size_t)n;
    return n;
}

int blob_take_fd(struct blob_reader *r)
{
    int fd = r->encrypted || r->veil.on ? -1 : r->fd;

    if (fd >= 0)
        r->fd = -1;
    return fd;
}

void blob_close(struct blob_reader *r)
{
    if (r == NULL)
        return;
    if (r->fd >= 0)
        close(r->fd);
    if (r->encrypted || r->veil.on)
        sodium_memzero(r, sizeof(*r));
    free(r);
}

void blob_closep(struct blob_reader **r)
{
    blob_close(*r);
    *r = NULL;
}
