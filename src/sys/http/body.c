#include "sys/http/inner.h"
#include "base/io.h"
#include "base/log.h"
#include "base/random.h"
#include "sys/crypto/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
    FORM_LIMIT = 1024 * 1024,
    FILES_LIMIT = 64 * 1024 * 1024,
    FIELD_LIMIT = 1024 * 1024,        /* all text fields of a multipart form together */
    DISCARD_LIMIT = 64 * 1024 * 1024, /* read past the limit so that the answer is seen */
    WRITE_BEHIND = 8 * 1024 * 1024,   /* how much of a file may wait in memory for the disk */
    PLAIN_PIECE = 64 * 1024,
};

#define SPOOL_PREFIX "up-"
#define SPOOL_OLD_S  (24 * 60 * 60)

/* Files left behind by a crash. */
void spool_sweep(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    struct stat st;
    time_t now = time(NULL);

    if (d == NULL)
        return;
    while ((e = readdir(d)) != NULL)
        if (strncmp(e->d_name, SPOOL_PREFIX, strlen(SPOOL_PREFIX)) == 0 &&
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            now - st.st_mtime > SPOOL_OLD_S)
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static int open_spool(struct request *r, struct http_file *f, struct err *err)
{
    const char *dir = r->server->options.spool_dir;
    struct str id = random_code(&r->arena, 20);

    if (dir == NULL)
        return err_set(err, ERR_UNAVAILABLE, "this server takes no files");
    f->path = str_printf(&r->arena, "%s/" SPOOL_PREFIX STR_FMT, dir, STR_ARG(id));
    if (r->server->options.veil_files)
        veil_begin(&f->veil);
    r->body.file_fd = open(f->path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (r->body.file_fd < 0) {
        err_errno(err, "cannot create %s", f->path.ptr);
        f->path = STR_EMPTY;
        return err->code;
    }
    return 0;
}

int http_file_plain(struct http_file *f, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    char piece[PLAIN_PIECE];
    ssize_t n;

    if (!f->veil.on)
        return 0;
    fd = open(f->path.ptr, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot open %s", f->path.ptr);
    for (int64_t at = 0; (n = pread(fd, piece, sizeof(piece), at)) > 0; at += n) {
        veil_apply(&f->veil, at, piece, (size_t)n);
        if (pwrite(fd, piece, (size_t)n, at) != n)
            return err_errno(err, "cannot write %s", f->path.ptr);
    }
    if (n < 0)
        return err_errno(err, "cannot read %s", f->path.ptr);
    f->veil = (struct veil){0};
    return 0;
}

static int part_begin(void *ctx, const struct multipart_part *part, struct err *err)
{
    struct request *r = ctx;
    struct body *b = &r->body;
    struct http_file *f;

    if (!utf8_clean(part->name))
        return err_set(err, ERR_INVALID, "the name of a field is not UTF-8");
    b->in_file = part->is_file;
    b->field_name = part->name;
    b->field = buf_make(&r->arena);
    if (!part->is_file)
        return b->pairs_len < PAIRS_MAX
                   ? 0
                   : err_set(err, ERR_TOO_LARGE, "more than %d fields", PAIRS_MAX);
    if (r->match.entry->route->body != HTTP_BODY_FILES)
        return err_set(err, ERR_UNSUPPORTED, "this form takes no files");
    if (++b->files_len > FILES_MAX)
        return err_set(err, ERR_TOO_LARGE, "more than %d files", FILES_MAX);
    f = b->file = arena_new(&r->arena, struct http_file);
    f->field = part->name;
    f->name = part->file;
    f->type = part->type;
    if (b->digest == NULL)
        b->digest = digest_new();
    return 0;
}

/* Large files go to the disk while they arrive: otherwise all of it waits for the fsync at the end,
 * and the pages waiting push out what others need. */
static void write_behind(struct body *b)
{
    int64_t size = b->file->size;

    if (size - b->file_sent < WRITE_BEHIND)
        return;
    sync_file_range(b->file_fd, b->file_sent, size - b->file_sent, SYNC_FILE_RANGE_WRITE);
    b->file_sent = size;
}

static int part_data(void *ctx, struct str data, struct err *err)
{
    struct request *r = ctx;
    struct body *b = &r->body;
    int rc;

    if (!b->in_file) {
        if (b->text.len + data.len > FIELD_LIMIT)
            return err_set(err, ERR_TOO_LARGE, "the text fields are larger than %d bytes",
                           FIELD_LIMIT);
        b->text.len += data.len; /* the sum; the text itself is kept per field */
        buf_add(&b->field, data);
        return 0;
    }
    if (b->file_fd < 0 && (rc = open_spool(r, b->file, err)) < 0)
        return rc;
    digest_update(b->digest, data);
    if ((rc = veil_write(&b->file->veil, b->file_fd, b->file->size, data, err)) < 0)
        return rc;
    b->file->size += (int64_t)data.len;
    write_behind(b);
    return 0;
}

static int text_part_end(struct request *r, struct err *err)
{
    struct body *b = &r->body;
    struct str value = buf_str(&b->field);

    if (!utf8_clean(value))
        return err_set(err, ERR_INVALID, "a field is not UTF-8");
    if (b->pairs_len == b->pairs_cap)
        b->pairs = vec_grow(&r->arena, b->pairs, b->pairs_len, &b->pairs_cap, sizeof(b->pairs[0]));
    b->pairs[b->pairs_len++] = (struct http_pair){.name = b->field_name, .value = value};
    return 0;
}

static int part_end(void *ctx, struct err *err)
{
    struct request *r = ctx;
    struct body *b = &r->body;
    struct http_file *f = b->file;
    int rc;

    if (!b->in_file)
        return text_part_end(r, err);
    b->file = NULL;
    if (f->size == 0 && f->name.len == 0) /* a file input left empty */
        return 0;
    if (f->size == 0 && (rc = open_spool(r, f, err)) < 0)
        return rc;
    if (!utf8_clean(f->name))
        f->name = STR("file");
    digest_final(b->digest, f->sha256, f->blake2b);
    close_fd(&b->file_fd);
    b->file_fd = -1;
    b->file_sent = 0;
    *b->file_end = f;
    b->file_end = &f->next;
    return 0;
}

static const struct multipart_sink sink = {part_begin, part_data, part_end};

static int64_t route_limit(const struct http_route *route, enum body_kind kind)
{
    int64_t limit = route->body_limit;

    if (limit == 0)
        limit = route->body == HTTP_BODY_FILES ? FILES_LIMIT : FORM_LIMIT;
    return kind == BODY_URLENCODED ? MIN(limit, FORM_LIMIT) : limit;
}

static int begin_form(struct request *r, struct str type, struct err *err)
{
    struct body *b = &r->body;
    struct str boundary;

    if (str_eq_nocase(type, STR("application/x-www-form-urlencoded"))) {
        b->kind = BODY_URLENCODED;
        return 0;
    }
    boundary = multipart_boundary(http_header(&r->pub, "Content-Type"), &r->arena);
    if (boundary.len == 0)
        return err_set(err, ERR_UNSUPPORTED, "a form is expected here");
    b->kind = BODY_MULTIPART;
    b->mp = arena_new(&r->arena, struct multipart);
    b->file_end = &r->pub.files;
    multipart_init(b->mp, boundary, &sink, r, &r->arena);
    return 0;
}

int body_begin(struct request *r, struct err *err)
{
    const struct http_route *route = r->match.entry->route;
    struct str length = http_header(&r->pub, "Content-Length");
    struct str type = http_header(&r->pub, "Content-Type");
    ptrdiff_t semi = str_find_char(type, ';');
    struct body *b = &r->body;
    int rc;

    b->expected = 0;
    if (http_header(&r->pub, "Transfer-Encoding").ptr != NULL) {
        /* The library takes a bare LF for a line end between chunks. Whoever reads them otherwise
         * finds the end of the body elsewhere; so nothing may follow it. */
        b->expected = -1;
        r->close = true;
    } else if (length.ptr != NULL)
        str_to_int(length, &b->expected);
    b->text = buf_make(&r->arena);
    if (b->expected == 0)
        return 0;
    if (semi >= 0)
        type = str_trim(str_sub(type, 0, (size_t)semi));
    if (route->body == HTTP_BODY_NONE)
        return err_set(err, ERR_INVALID, "no body is expected here");
    if (route->body == HTTP_BODY_RAW)
        b->kind = BODY_RAW;
    else if ((rc = begin_form(r, type, err)) < 0)
        return rc;
    b->limit = route_limit(route, b->kind);
    if (b->expected > b->limit)
        return err_set(err, ERR_TOO_LARGE, "a body of %" PRId64 " bytes is larger than %" PRId64,
                       b->expected, b->limit);
    return 0;
}

int body_feed(struct request *r, struct str data, struct err *err)
{
    struct body *b = &r->body;

    b->received += (int64_t)data.len;
    atomic_fetch_add_explicit(&r->server->counters.bytes_in, data.len, memory_order_relaxed);
    if (b->kind == BODY_DISCARD)
        return b->received > b->limit + DISCARD_LIMIT
                   ? err_set(err, ERR_TOO_LARGE, "the client does not stop sending")
                   : 0;
    if (b->received > b->limit)
        return err_set(err, ERR_TOO_LARGE, "the body is larger than %" PRId64 " bytes", b->limit);
    if (b->kind == BODY_MULTIPART)
        return multipart_feed(b->mp, data, err);
    buf_add(&b->text, data);
    return 0;
}

int body_end(struct request *r, struct err *err)
{
    struct body *b = &r->body;
    int rc;

    switch (b->kind) {
    case BODY_URLENCODED:
        return urlencoded_parse(&r->arena, buf_str(&b->text), &r->pub.form, &r->pub.form_len, err);
    case BODY_MULTIPART:
        if ((rc = multipart_finish(b->mp, err)) < 0)
            return rc;
        r->pub.form = b->pairs;
        r->pub.form_len = b->pairs_len;
        return 0;
    case BODY_RAW:
        r->pub.body = buf_str(&b->text);
        return 0;
    default:
        return 0;
    }
}

/* Removes the files nobody took; called once the handler has run, and when the client went away
 * in the middle. */
void body_abandon(struct request *r)
{
    struct body *b = &r->body;

    digest_freep(&b->digest);
    if (b->file_fd >= 0) {
        close(b->file_fd);
        b->file_fd = -1;
    }
    if (b->file != NULL && b->file->path.len > 0)
        unlink(b->file->path.ptr);
    b->file = NULL;
    for (struct http_file *f = r->pub.files; f != NULL; f = f->next)
        if (!f->taken)
            unlink(f->path.ptr);
    r->pub.files = NULL;
}
