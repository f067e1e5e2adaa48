#include "sys/blob/inner.h"

#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { READ_PIECE = 256 * 1024 };

int blob_path(const struct blob_store *store, const struct blob_id *id, bool encrypted, bool make,
              char path[PATH_SIZE], struct err *err)
{
    static const char digits[] = "0123456789abcdef";
    char hash[2 * DIGEST_BYTES + 1];
    int n;

    for (int i = 0; i < DIGEST_BYTES; i++) {
        hash[2 * i] = digits[id->sha256[i] >> 4];
        hash[2 * i + 1] = digits[id->sha256[i] & 15];
    }
    hash[2 * DIGEST_BYTES] = '\0';
    n = snprintf(path, PATH_SIZE, STR_FMT "/%.2s/%.2s", STR_ARG(store->dir), hash, hash + 2);
    if (n < 0 || n > PATH_SIZE - 80)
        return err_set(err, ERR_INVALID, "path of the file store is too long");
    if (make) {
        int r = io_make_dirs(path, 0750, err);

        if (r < 0)
            return r;
    }
    snprintf(path + n, (size_t)(PATH_SIZE - n), "/%s%s", hash, encrypted ? ".enc" : "");
    return 0;
}

int blob_sync_folder(const char *path, struct err *err)
{
    char folder[PATH_SIZE];
    _cleanup_(close_fd) int fd = -1;

    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return err_errno(err, "cannot sync %s", folder);
    return 0;
}

/* The file as it lies there: 1 and its descriptor, 0 when there is none. */
static int find(const struct blob_store *store, const struct blob_id *id, int *fd, bool *encrypted,
                char path[PATH_SIZE], struct err *err)
{
    for (int form = 0; form < 2; form++) {
        int r = blob_path(store, id, form == 1, false, path, err);

        if (r < 0)
            return r;
        *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (*fd < 0 && errno != ENOENT)
            return err_errno(err, "cannot open %s", path);
        *encrypted = form == 1;
        if (*fd >= 0)
            return 1;
    }
    return 0;
}

static int missing(const struct blob_store *store, const struct blob_id *id, struct err *err)
{
    char path[PATH_SIZE];
    int r = blob_path(store, id, false, false, path, err);

    return r < 0 ? r : err_set(err, ERR_CORRUPT, "%s is missing from the file store", path);
}

int blob_open(const struct blob_store *store, const struct blob_id *id, struct blob_reader **out,
              struct err *err)
{
    char path[PATH_SIZE];
    bool encrypted = false;
    int fd, r = find(store, id, &fd, &encrypted, path, err);

    if (r <= 0)
        return r < 0 ? r : missing(store, id, err);
    return blob_reader_open(store->keys, id, fd, encrypted, path, out, err);
}

int blob_key_of(const struct blob_store *store, const struct blob_id *id, char key[BLOB_KEY_ID + 1],
                struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char path[PATH_SIZE];
    bool encrypted = false;
    int r = find(store, id, &fd, &encrypted, path, err);

    if (r <= 0)
        return r < 0 ? r : missing(store, id, err);
    key[0] = '\0';
    return encrypted ? blob_read_key_id(fd, path, key, err) : 0;
}

/* A new file beside the others, to be renamed when it is complete. */
static int make_temp(const struct blob_store *store, char path[PATH_SIZE], int *fd, struct err *err)
{
    int n = snprintf(path, PATH_SIZE, STR_FMT "/new-XXXXXX", STR_ARG(store->dir)), r;

    if (n < 0 || n >= PATH_SIZE)
        return err_set(err, ERR_INVALID, "path of the file store is too long");
    path[n - 11] = '\0';
    r = io_make_dirs(path, 0750, err);
    path[n - 11] = '/';
    if (r < 0)
        return r;
    *fd = mkostemp(path, O_CLOEXEC);
    return *fd >= 0 ? 0 : err_errno(err, "cannot create a file in " STR_FMT, STR_ARG(store->dir));
}

/* On the disk, read-only, under its name. */
static int settle(int fd, const char *path, const char *place, struct err *err)
{
    if (fchmod(fd, 0440) < 0 || fsync(fd) < 0)
        return err_errno(err, "cannot keep %s", path);
    if (rename(path, place) < 0)
        return err_errno(err, "cannot move %s to %s", path, place);
    return blob_sync_folder(place, err);
}

static int put_encrypted(const struct blob_store *store, const struct blob_id *id,
                         struct blob_reader *from, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char temp[PATH_SIZE], place[PATH_SIZE];
    int r;

    if ((r = blob_path(store, id, true, true, place, err)) < 0 ||
        (r = make_temp(store, temp, &fd, err)) < 0)
        return r;
    if ((r = blob_seal(&store->keys->at[0], id, from, fd, err)) < 0 ||
        (r = settle(fd, temp, place, err)) < 0)
        unlink(temp);
    return r;
}

static int digest_all(struct blob_reader *from, uint8_t sha256[DIGEST_BYTES],
                      uint8_t blake2b[DIGEST_BYTES], void (*step)(void *ctx, int64_t bytes),
                      void *ctx, struct err *err)
{
    _cleanup_(digest_freep) struct digest *digest = digest_new();
    char *piece = malloc(READ_PIECE);
    int64_t n;

    if (piece == NULL)
        die("out of memory (%d bytes)", READ_PIECE);
    while ((n = blob_read(from, piece, READ_PIECE, err)) > 0) {
        digest_update(digest, str_make(piece, (size_t)n));
        if (step != NULL)
            step(ctx, n);
    }
    free(piece);
    digest_final(digest, sha256, blake2b);
    return (int)n;
}

/* A file outside the store, not encrypted. */
static int open_plain(const char *path, const struct veil *veil, const struct blob_id *id,
                      struct blob_reader **out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), r;

    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    if ((r = blob_reader_open(NULL, id, fd, false, path, out, err)) == 0 && veil != NULL)
        blob_reader_veil(*out, veil);
    return r;
}

static int fill_digest(const char *path, const struct veil *veil, struct blob_id *id,
                       struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    int r = open_plain(path, veil, id, &from, err);

    if (r < 0 || (r = digest_all(from, NULL, id->blake2b, NULL, NULL, err)) < 0)
        return r;
    id->has_blake2b = true;
    return 0;
}

int blob_take(const struct blob_store *store, const char *path, const struct veil *veil,
              struct blob_id *id, struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    _cleanup_(close_fd) int fd = -1;
    char place[PATH_SIZE];
    bool encrypted = false;
    int r;

    if (veil != NULL && veil->on && store->keys == NULL)
        return err_set(err, ERR_INTERNAL, "%s is veiled, and the store has no key", path);
    if (!id->has_blake2b && (r = fill_digest(path, veil, id, err)) < 0)
        return r;
    if ((r = find(store, id, &fd, &encrypted, place, err)) < 0)
        return r;
    if (r == 0 && store->keys != NULL) {
        if ((r = open_plain(path, veil, id, &from, err)) < 0 ||
            (r = put_encrypted(store, id, from, err)) < 0)
            return r;
    } else if (r == 0) {
        if ((r = blob_path(store, id, false, true, place, err)) < 0)
            return r;
        fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? err_errno(err, "cannot keep %s", path) : settle(fd, path, place, err);
    }
    return unlink(path) < 0 ? err_errno(err, "cannot remove %s", path) : 0;
}

int blob_put(const struct blob_store *store, struct str content, struct blob_id *out,
             struct err *err)
{
    _cleanup_(digest_freep) struct digest *digest = digest_new();
    _cleanup_(close_fd) int fd = -1;
    struct veil veil = {0};
    char temp[PATH_SIZE];
    int r;

    if (store->keys != NULL)
        veil_begin(&veil);
    digest_update(digest, content);
    digest_final(digest, out->sha256, out->blake2b);
    out->has_blake2b = true;
    out->size = (int64_t)content.len;
    if ((r = make_temp(store, temp, &fd, err)) < 0)
        return r;
    if ((r = veil_write(&veil, fd, 0, content, err)) < 0 ||
        (r = blob_take(store, temp, &veil, out, err)) < 0)
        unlink(temp);
    return r;
}

int blob_encrypt(const struct blob_store *store, const struct blob_id *id, struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    char key[BLOB_KEY_ID + 1], path[PATH_SIZE];
    int r;

    if (store->keys == NULL)
        return err_set(err, ERR_STATE, "the store has no key");
    if ((r = blob_key_of(store, id, key, err)) < 0)
        return r;
    if (strcmp(key, store->keys->at[0].id) == 0)
        return 0;
    if ((r = blob_open(store, id, &from, err)) < 0 || (r = put_encrypted(store, id, from, err)) < 0)
        return r;
    if (key[0] == '\0') { /* else the new one has taken its name */
        if ((r = blob_path(store, id, false, false, path, err)) < 0)
            return r;
        if (unlink(path) < 0)
            return err_errno(err, "cannot remove %s", path);
        if ((r = blob_sync_folder(path, err)) < 0)
            return r;
    }
    return 1;
}

int blob_digest(const struct blob_store *store, const struct blob_id *id,
                uint8_t sha256[DIGEST_BYTES], uint8_t blake2b[DIGEST_BYTES],
                void (*step)(void *ctx, int64_t bytes), void *ctx, struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *from = NULL;
    int r = blob_open(store, id, &from, err);

    return r < 0 ? r : digest_all(from, sha256, blake2b, step, ctx, err);
}

int blob_remove(const struct blob_store *store, const struct blob_id *id, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char path[PATH_SIZE];
    bool encrypted = false;
    int r = find(store, id, &fd, &encrypted, path, err);

    if (r <= 0)
        return r;
    if (unlink(path) < 0)
        return err_errno(err, "cannot remove %s", path);
    return blob_sync_folder(path, err);
}

/* ---- walking ------------------------------------------------------------------------------- */

struct walk {
    int (*each)(void *ctx, struct str name, int64_t size, struct err *err);
    void *ctx;
};

static int walk_folder(int at, const char *name, int depth, const struct walk *w, struct err *err)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct dirent *e;
    int r = 0;
    DIR *d;

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || (d = fdopendir(fd)) == NULL) {
        close_fd(&fd);
        return err_errno(err, "cannot list %s", name);
    }
    while (r >= 0 && (e = readdir(d)) != NULL) {
        struct str file = str_c(e->d_name);
        struct stat st;

        if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (str_ends(file, STR(".enc")))
            file.len -= 4;
        if (S_ISDIR(st.st_mode) && depth < 2)
            r = walk_folder(dirfd(d), e->d_name, depth + 1, w, err);
        else
            r = w->each(w->ctx, file, st.st_size, err);
    }
    closedir(d);
    return r;
}

int blob_walk(const struct blob_store *store,
              int (*each)(void *ctx, struct str name, int64_t size, struct err *err), void *ctx,
              struct err *err)
{
    const struct walk w = {each, ctx};

    return walk_folder(AT_FDCWD, store->dir.ptr, 0, &w, err);
}
