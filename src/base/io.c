#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { CHUNK = 65536 };

void close_fd(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    errno = saved;
}

int io_write_all(int fd, struct str data, struct err *err)
{
    while (data.len > 0) {
        ssize_t n = write(fd, data.ptr, data.len);

        if (n < 0) {
            if (errno == EINTR)
                continue;
            return err_errno(err, "cannot write");
        }
        data = str_from(data, (size_t)n);
    }
    return 0;
}

int io_read_file(struct arena *a, const char *path, size_t limit, struct str *out, struct err *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct buf b = buf_make(a);
    struct stat st;

    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    if (fstat(fd, &st) < 0)
        return err_errno(err, "cannot stat %s", path);
    if (st.st_size > 0 && (size_t)st.st_size <= limit)
        buf_room(&b, (size_t)st.st_size + CHUNK);
    for (;;) {
        char *p = buf_room(&b, CHUNK);
        ssize_t n = read(fd, p, CHUNK);

        if (n < 0) {
            if (errno == EINTR)
                continue;
            return err_errno(err, "cannot read %s", path);
        }
        if (n == 0)
            break;
        b.len += (size_t)n;
        if (b.len > limit)
            return err_set(err, ERR_TOO_LARGE, "%s is larger than %zu bytes", path, limit);
    }
    *out = buf_str(&b);
    return 0;
}

static int sync_directory_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char dir[4096];
    _cleanup_(close_fd) int fd = -1;

    if (slash == NULL)
        snprintf(dir, sizeof(dir), ".");
    else
        snprintf(dir, sizeof(dir), "%.*s", (int)MAX(slash - path, 1), path);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return err_errno(err, "cannot sync directory %s", dir);
    return 0;
}

int io_replace_file(const char *path, struct str data, int mode, struct err *err)
{
    static _Atomic unsigned counter; /* two threads may write the same file */
    char temp[4096];
    _cleanup_(close_fd) int fd = -1;
    int n = snprintf(temp, sizeof(temp), "%s.%d-%u.new", path, (int)getpid(),
                     atomic_fetch_add(&counter, 1));
    int r;

    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(err, ERR_INVALID, "path too long: %s", path);
    fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return err_errno(err, "cannot create %s", temp);
    r = io_write_all(fd, data, err);
    if (r < 0) {
        err_prefix(err, "%s: ", temp);
        unlink(temp);
        return r;
    }
    if (fsync(fd) < 0 || rename(temp, path) < 0) {
        r = err_errno(err, "cannot put %s in place", path);
        unlink(temp);
        return r;
    }
    return sync_directory_of(path, err);
}

int io_map(const char *path, struct str *out, struct err *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *p;

    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    if (fstat(fd, &st) < 0)
        return err_errno(err, "cannot stat %s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INVALID, "%s is not a file", path);
    if (st.st_size == 0) {
        *out = STR("");
        return 0;
    }
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_errno(err, "cannot map %s", path);
    *out = str_make(p, (size_t)st.st_size);
    return 0;
}

void io_unmap(struct str *map)
{
    if (map->len > 0)
        munmap((void *)(uintptr_t)map->ptr, map->len);
    *map = STR_EMPTY;
}

int io_make_dirs(const char *path, int mode, struct err *err)
{
    char part[4096];
    size_t len = strlen(path);
    struct stat st;

    if (len >= sizeof(part))
        return err_set(err, ERR_INVALID, "path too long: %s", path);
    for (size_t i = 1; i <= len; i++) {
        if (i < len && path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, (mode_t)mode) < 0 && errno != EEXIST)
            return err_errno(err, "cannot create directory %s", part);
    }
    if (stat(path, &st) < 0)
        return err_errno(err, "cannot stat %s", path);
    if (!S_ISDIR(st.st_mode))
        return err_set(err, ERR_EXISTS, "%s is there, and not a directory", path);
    return 0;
}

struct str io_join(struct arena *a, struct str dir, struct str name)
{
    if (dir.len > 0 && dir.ptr[dir.len - 1] == '/')
        dir.len--;
    return str_printf(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(name));
}
