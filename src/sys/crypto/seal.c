#include "sys/crypto/seal.h"

#include "base/io.h"
#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

enum {
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    MAC = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    DIGEST = 32,
    FILE_MAX = 1024
};

/* Read once at start, then constant. */
static uint8_t site_key[KEY];
static bool started;

static const uint8_t *key_of_site(void)
{
    if (!started)
        die("a secret was to be sealed before seal_start");
    return site_key;
}

/* O_EXCL: of two programs that start at once, one makes the key and both read it. */
static int make_key(struct arena *a, const char *path, struct err *err)
{
    uint8_t key[KEY];
    _cleanup_(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    int r;

    if (fd < 0)
        return errno == EEXIST ? 0 : err_errno(err, "cannot make %s", path);
    random_bytes(key, sizeof key);
    r = io_write_all(fd, str_printf(a, STR_FMT "\n", STR_ARG(str_hex(a, key, sizeof key))), err);
    if (r == 0 && fsync(fd) < 0)
        r = err_errno(err, "cannot write %s", path);
    if (r < 0)
        unlink(path);
    return r;
}

int seal_start(struct arena *a, struct str dir, struct err *err)
{
    struct str path = io_join(a, dir, STR("site.key")), text;
    struct stat st;
    int r;

    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    if (access(path.ptr, F_OK) != 0 && (r = make_key(a, path.ptr, err)) < 0)
        return r;
    if (stat(path.ptr, &st) < 0)
        return err_errno(err, "cannot look at %s", path.ptr);
    if ((st.st_mode & 077) != 0) {
        err_set(err, ERR_INVALID, "others may read %s (mode %03o)", path.ptr, st.st_mode & 0777);
        err_hint(err, "chmod 600 %s", path.ptr);
        return ERR_INVALID;
    }
    if ((r = io_read_file(a, path.ptr, FILE_MAX, &text, err)) < 0)
        return r;
    if (!str_from_hex(str_trim(text), site_key, KEY)) {
        err_set(err, ERR_CORRUPT, "%s is not %d hexadecimal digits", path.ptr, 2 * KEY);
        err_hint(err, "put it back from the backup; without it second factors must be set up anew");
        return ERR_CORRUPT;
    }
    started = true;
    return 0;
}

struct str seal_close(struct arena *a, struct str secret, struct str purpose)
{
    size_t len = NONCE + secret.len + MAC;
    uint8_t *out = arena_alloc(a, len);

    random_bytes(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, (const uint8_t *)secret.ptr,
                                               secret.len, (const uint8_t *)purpose.ptr,
                                               purpose.len, NULL, out, key_of_site());
    return str_hex(a, out, len);
}

bool seal_open(struct arena *a, struct str sealed, struct str purpose, struct str *secret)
{
    size_t len = sealed.len / 2;
    uint8_t *box = arena_alloc(a, len + 1);
    char *out;

    if (!started || len < NONCE + MAC || sealed.len % 2 != 0 || !str_from_hex(sealed, box, len))
        return false;
    out = arena_alloc(a, len - NONCE - MAC + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)out, NULL, NULL, box + NONCE,
                                                   len - NONCE, (const uint8_t *)purpose.ptr,
                                                   purpose.len, box, key_of_site()) != 0)
        return false;
    out[len - NONCE - MAC] = '\0';
    *secret = str_make(out, len - NONCE - MAC);
    return true;
}

struct str seal_mac(struct arena *a, struct str text, struct str purpose)
{
    crypto_generichash_state state;
    uint8_t out[DIGEST];
    const uint8_t end = 0;

    crypto_generichash_init(&state, key_of_site(), KEY, DIGEST);
    crypto_generichash_update(&state, (const uint8_t *)purpose.ptr, purpose.len);
    crypto_generichash_update(&state, &end, 1);
    crypto_generichash_update(&state, (const uint8_t *)text.ptr, text.len);
    crypto_generichash_final(&state, out, DIGEST);
    return str_hex(a, out, DIGEST);
}
