#include "sys/blob/blob.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

/* DIR/ab/cd/<hash>, with the two folders made when `make`. */
static int path_of(const struct blob_store *store, const struct blob_id *id, bool make,
                   char path[PATH_SIZE], struct err *err)
{
    static const char digits[] = "0123456789abcdef";
    char hash[65];
    int n;

    for (int i = 0; i < 32; i++) {
        hash[2 * i] = digits[id->sha256[i] >> 4];
        hash[2 * i + 1] = digits[id->sha256[i] & 15];
    }
    hash[64] = '\0';
    n = snprintf(path, PATH_SIZE, STR_FMT "/%.2s/%.2s", STR_ARG(store->dir), hash, hash + 2);
    if (n < 0 || n > PATH_SIZE - 70)
        return err_set(err, ERR_INVALID, "path of the file store is too long");
    if (make) {
        int r = io_make_dirs(path, 0750, err);

        if (r < 0)
            return r;
    }
    snprintf(path + n, (size_t)(PATH_SIZE - n), "/%s", hash);
    return 0;
}

static int sync_folder(const char *path, struct err *err)
{
    char folder[PATH_SIZE];
    _cleanup_(close_fd) int fd = -1;

    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return err_errno(err, "cannot sync %s", folder);
    return 0;
}

int blob_take(const struct blob_store *store, const char *path, const struct blob_id *id,
              struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char place[PATH_SIZE];
    struct stat st;
    int r = path_of(store, id, true, place, err);

    if (r < 0)
        return r;
    if (stat(place, &st) == 0 && st.st_size == id->size) {
        if (unlink(path) < 0)
            return err_errno(err, "cannot remove %s", path);
        return 0;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fchmod(fd, 0440) < 0 || fsync(fd) < 0)
        return err_errno(err, "cannot keep %s", path);
    if (rename(path, place) < 0)
        return err_errno(err, "cannot move %s to %s", path, place);
    return sync_folder(place, err);
}

int blob_put(const struct blob_store *store, struct str content, struct blob_id *out,
             struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char temp[PATH_SIZE];
    int n, r;

    crypto_hash_sha256(out->sha256, (const unsigned char *)content.ptr, content.len);
    out->size = (int64_t)content.len;
    n = snprintf(temp, sizeof(temp), STR_FMT "/new-XXXXXX", STR_ARG(store->dir));
    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(err, ERR_INVALID, "path of the file store is too long");
    temp[n - 11] = '\0';
    if ((r = io_make_dirs(temp, 0750, err)) < 0)
        return r;
    temp[n - 11] = '/';
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot create a file in " STR_FMT, STR_ARG(store->dir));
    r = io_write_all(fd, content, err);
    if (r == 0)
        r = blob_take(store, temp, out, err);
    if (r < 0)
        unlink(temp);
    return r;
}

int blob_open(const struct blob_store *store, const struct blob_id *id, int *fd, struct err *err)
{
    char path[PATH_SIZE];
    struct stat st;
    int r = path_of(store, id, false, path, err);

    if (r < 0)
        return r;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0)
        return errno == ENOENT
                   ? err_set(err, ERR_CORRUPT, "%s is missing from the file store", path)
                   : err_errno(err, "cannot open %s", path);
    if (fstat(*fd, &st) < 0 || st.st_size != id->size) {
        close_fd(fd);
        return err_set(err, ERR_CORRUPT, "%s does not have the %" PRId64 " bytes it should", path,
                       id->size);
    }
    return 0;
}
