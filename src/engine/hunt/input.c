#include "engine/hunt/input.h"

#include "base/io.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { HEAD = 512, PIECE = 256 * 1024, DIRECTORY_DEPTH = 64 };

struct file {
    struct str path; /* NUL-terminated */
    uint64_t size;
};

/* An open archive, and where its bytes come from. */
struct level {
    struct archive *archive;
    struct str path; /* shown in front of its members */
    bool raw;        /* a compressed file, not an archive */
    size_t members;
    char *piece; /* for the bytes of an archive in an archive */
};

struct hunt_inputs {
    struct hunt_limits limits;
    hunt_input_problem *problem;
    void *ctx;
    VEC(struct file) files;
    size_t next;
    uint64_t total, before; /* bytes of all files, of the files done */
    int fd;
    uint64_t at;       /* in the file, when it is plain */
    uint64_t unpacked; /* out of the file so far */
    bool ended;        /* the source is over, or was given up */
    bool bomb;         /* the file went past a limit: no more of it */
    struct level levels[HUNT_LEVELS];
    int depth;
    char head[HEAD]; /* of the source, read to see what it is */
    size_t head_len, head_at;
    struct str path; /* of the source */
    struct arena arena;
};

struct hunt_inputs *hunt_inputs_new(const struct hunt_limits *limits, hunt_input_problem *problem,
                                    void *ctx)
{
    struct hunt_inputs *in = calloc(1, sizeof(*in));
    if (in == NULL)
        die("out of memory");
    in->limits = *limits;
    in->limits.max_depth = MIN(limits->max_depth, HUNT_LEVELS);
    in->problem = problem;
    in->ctx = ctx;
    in->fd = -1;
    return in;
}

static void close_level(struct hunt_inputs *in)
{
    struct level *l = &in->levels[--in->depth];
    archive_read_free(l->archive);
    free(l->piece);
    *l = (struct level){0};
}

static void close_file(struct hunt_inputs *in)
{
    while (in->depth > 0)
        close_level(in);
    if (in->fd >= 0 && in->next > 0)
        in->before += in->files.at[in->next - 1].size;
    if (in->fd > 0)
        close(in->fd);
    in->fd = -1;
}

void hunt_inputs_free(struct hunt_inputs *in)
{
    close_file(in);
    arena_release(&in->arena);
    free(in);
}

/* -------- what there is -------- */

static void add_file(struct hunt_inputs *in, struct str path, uint64_t size)
{
    *vec_push(&in->files, &in->arena) =
        (struct file){.path = str_dup(&in->arena, path), .size = size};
    in->total += size;
}

static int visible(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_directory(struct hunt_inputs *in, const char *path, int depth)
{
    struct dirent **list = NULL;
    int n = depth > DIRECTORY_DEPTH ? -1 : scandir(path, &list, visible, by_bytes);
    if (n < 0) {
        in->problem(in->ctx, str_c(path),
                    depth > DIRECTORY_DEPTH ? "directories are nested too deeply"
                                            : "the directory cannot be read");
        return;
    }
    for (int i = 0; i < n; i++) {
        struct stat st;
        struct str full = io_join(&in->arena, str_c(path), str_c(list[i]->d_name));
        if (lstat(full.ptr, &st) < 0)
            in->problem(in->ctx, full, "the file cannot be looked at");
        else if (S_ISDIR(st.st_mode))
            add_directory(in, full.ptr, depth + 1);
        else if (S_ISREG(st.st_mode))
            add_file(in, full, (uint64_t)st.st_size);
        free(list[i]);
    }
    free(list);
}

void hunt_inputs_add(struct hunt_inputs *in, struct str path)
{
    struct stat st;
    const char *name = str_cdup(&in->arena, path);
    if (strcmp(name, "-") == 0)
        add_file(in, path, 0);
    else if (stat(name, &st) < 0)
        in->problem(in->ctx, str_c(name),
                    errno == ENOENT ? "there is no such file" : "the file cannot be looked at");
    else if (S_ISDIR(st.st_mode))
        add_directory(in, name, 0);
    else
        add_file(in, path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
}

uint64_t hunt_inputs_bytes(const struct hunt_inputs *in)
{
    return in->total;
}

size_t hunt_inputs_files(const struct hunt_inputs *in)
{
    return in->files.len;
}

uint64_t hunt_inputs_at(const struct hunt_inputs *in)
{
    if (in->depth == 0)
        return in->before + in->at;
    int64_t packed = archive_filter_bytes(in->levels[0].archive, -1);
    return in->before + (packed > 0 ? (uint64_t)packed : 0);
}

/* -------- bytes -------- */

static size_t give_up(struct hunt_inputs *in, const char *reason)
{
    in->problem(in->ctx, in->path, reason);
    in->ended = true;
    return 0;
}

static size_t read_file(struct hunt_inputs *in, char *out, size_t n)
{
    ssize_t got;
    do {
        got = read(in->fd, out, n);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return give_up(in, "the file cannot be read");
    in->at += (uint64_t)got;
    return (size_t)got;
}

static bool within_limits(struct hunt_inputs *in, size_t more)
{
    uint64_t packed = in->files.at[in->next - 1].size;
    in->unpacked += more;
    if (in->unpacked > in->limits.max_unpacked) {
        in->bomb = true;
        give_up(in, "the archive unpacks to more than is allowed");
        return false;
    }
    if (packed > 0 && in->unpacked > HUNT_RATIO_FROM &&
        in->unpacked / packed > (uint64_t)in->limits.max_ratio) {
        in->bomb = true;
        give_up(in, "the archive unpacks to suspiciously much (a decompression bomb)");
        return false;
    }
    return true;
}

static size_t read_member(struct hunt_inputs *in, struct level *l, char *out, size_t n)
{
    ssize_t got = archive_read_data(l->archive, out, n);
    if (got < 0)
        return give_up(in, archive_read_has_encrypted_entries(l->archive) > 0
                               ? "the archive is encrypted"
                               : "the archive is damaged");
    return within_limits(in, (size_t)got) ? (size_t)got : 0;
}

size_t hunt_inputs_read(struct hunt_inputs *in, char *out, size_t n)
{
    if (in->head_at < in->head_len) {
        size_t len = MIN(n, in->head_len - in->head_at);
        memcpy(out, in->head + in->head_at, len);
        in->head_at += len;
        return len;
    }
    if (in->ended)
        return 0;
    size_t got =
        in->depth > 0 ? read_member(in, &in->levels[in->depth - 1], out, n) : read_file(in, out, n);
    if (got == 0)
        in->ended = true;
    return got;
}

/* -------- archives -------- */

static bool is_packed(const char *head, size_t len)
{
    static const struct {
        size_t at;
        struct str magic;
    } kinds[] = {
        {0, STR_INIT("\x1f\x8b")},
        {0, STR_INIT("\x28\xb5\x2f\xfd")},
        {0, STR_INIT("\xfd"
                     "7zXZ")},
        {0, STR_INIT("BZh")},
        {0, STR_INIT("\x04\x22\x4d\x18")},
        {0, STR_INIT("PK\x03\x04")},
        {0, STR_INIT("PK\x05\x06")},
        {0, STR_INIT("7z\xbc\xaf\x27\x1c")},
        {257, STR_INIT("ustar")},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (len >= kinds[i].at + kinds[i].magic.len &&
            memcmp(head + kinds[i].at, kinds[i].magic.ptr, kinds[i].magic.len) == 0)
            return true;
    }
    return false;
}

/* Bytes of an archive that is a member itself, or comes through a pipe. */
static la_ssize_t read_inner(struct archive *a, void *ctx, const void **out)
{
    struct hunt_inputs *in = ctx;
    int i = in->depth - 1;
    while (i > 0 && in->levels[i].archive != a)
        i--;
    struct level *inner = &in->levels[i];
    *out = inner->piece;
    if (in->head_at < in->head_len) {
        size_t len = in->head_len - in->head_at;
        memcpy(inner->piece, in->head + in->head_at, len);
        in->head_at = in->head_len;
        return (la_ssize_t)len;
    }
    if (i == 0)
        return (la_ssize_t)read_file(in, inner->piece, PIECE);
    la_ssize_t got = archive_read_data(in->levels[i - 1].archive, inner->piece, PIECE);
    return got < 0 ? -1 : got;
}

static struct archive *new_archive(void)
{
    struct archive *a = archive_read_new();
    if (a == NULL)
        die("out of memory");
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_lz4(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_raw(a);
    return a;
}

/* The source turned out to be packed: what comes next is in it. */
static bool open_level(struct hunt_inputs *in)
{
    if (in->depth >= in->limits.max_depth) {
        give_up(in, "archives are nested too deeply");
        return false;
    }
    struct level *l = &in->levels[in->depth++];
    l->archive = new_archive();
    l->path = in->path;
    int r;
    if (in->depth == 1 && lseek(in->fd, 0, SEEK_SET) == 0) {
        in->head_at = in->head_len;
        r = archive_read_open_fd(l->archive, in->fd, PIECE);
    } else {
        l->piece = malloc(PIECE);
        if (l->piece == NULL)
            die("out of memory");
        r = archive_read_open(l->archive, in, NULL, read_inner, NULL);
    }
    if (r == ARCHIVE_OK)
        return true;
    give_up(in, "the archive cannot be opened");
    close_level(in);
    return false;
}

static void read_head(struct hunt_inputs *in)
{
    in->head_at = in->head_len = 0;
    in->ended = false;
    char head[HEAD];
    size_t len = 0, got;
    while (len < HEAD && (got = hunt_inputs_read(in, head + len, HEAD - len)) > 0)
        len += got;
    memcpy(in->head, head, len);
    in->head_len = len;
}

/* The next member of the innermost archive; closes the archive when there is none. */
static bool next_member(struct hunt_inputs *in)
{
    struct level *l = &in->levels[in->depth - 1];
    struct archive_entry *e;
    for (;;) {
        int r = archive_read_next_header(l->archive, &e);
        in->path = l->path;
        if (r == ARCHIVE_EOF || in->bomb)
            break;
        if (r < ARCHIVE_WARN) {
            in->problem(in->ctx, l->path, "the archive is damaged");
            break;
        }
        if (++l->members > HUNT_MEMBERS) {
            in->problem(in->ctx, l->path, "the archive has too many members");
            break;
        }
        l->raw = archive_format(l->archive) == ARCHIVE_FORMAT_RAW;
        if (!l->raw && archive_entry_filetype(e) != AE_IFREG)
            continue;
        const char *name = archive_entry_pathname(e);
        if (!l->raw)
            in->path =
                str_printf(&in->arena, STR_FMT "/%s", STR_ARG(l->path), name != NULL ? name : "?");
        read_head(in);
        return true;
    }
    close_level(in);
    return false;
}

static bool next_file(struct hunt_inputs *in)
{
    close_file(in);
    while (in->next < in->files.len) {
        const struct file *f = &in->files.at[in->next++];
        in->path = f->path;
        in->unpacked = in->at = 0;
        in->bomb = false;
        in->fd = str_is(f->path, "-") ? 0 : open(f->path.ptr, O_RDONLY | O_CLOEXEC);
        if (in->fd < 0) {
            in->problem(in->ctx, f->path, "the file cannot be opened");
            in->before += f->size;
            continue;
        }
        read_head(in);
        return true;
    }
    return false;
}

bool hunt_inputs_next(struct hunt_inputs *in, struct str *path, bool *plain)
{
    for (;;) {
        if (in->depth > 0 ? !next_member(in) : !next_file(in)) {
            if (in->depth == 0 && in->next >= in->files.len && in->fd < 0)
                return false;
            continue;
        }
        if (is_packed(in->head, in->head_len)) {
            open_level(in);
            continue;
        }
        *path = in->path;
        *plain = in->depth == 0;
        return true;
    }
}
