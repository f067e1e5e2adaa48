#include "app/backup/inner.h"
#include "app/backup/queries.h"
#include "base/clock.h"
#include "base/io.h"

#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { TELL_ROWS = 5000, CONFIG_MAX = 64 * 1024 };

struct writer {
    const struct backup_job *job;
    struct arena *arena;
    struct archive *out;
    struct backup_digest digest;
    struct backup_manifest manifest;
    FILE
        *blobs; /* names that the rows of the snapshot refer to, a line each; no memory is needed */

    /* the table being written */
    const struct db_table *table;
    struct arena chunk_arena;
    struct buf chunk;
    int64_t rows;
    int parts, sha256_at;
};

static void tell(const struct writer *w, const char *doing)
{
    const struct backup_facts *f = &w->manifest.facts;

    if (w->job->watch.tell != NULL)
        w->job->watch.tell(w->job->watch.ctx, doing, f->rows, f->blobs, w->digest.bytes);
}

/* ---- members ------------------------------------------------------------------------------- */

static int failed(const struct writer *w, struct err *err)
{
    int code = archive_errno(w->out);

    return err_set(err, code == ENOSPC || code == EDQUOT ? ERR_NO_SPACE : ERR_IO,
                   "cannot write the backup: %s", archive_error_string(w->out));
}

static int begin_member(struct writer *w, const char *name, int64_t size, struct err *err)
{
    struct archive_entry *e = archive_entry_new();
    int rc;

    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0600);
    archive_entry_set_size(e, size);
    archive_entry_set_mtime(e, (time_t)(w->manifest.facts.at / SECOND_MS), 0);
    rc = archive_write_header(w->out, e);
    archive_entry_free(e);
    sum_begin(&w->digest);
    return rc == ARCHIVE_OK ? 0 : failed(w, err);
}

static int add_data(struct writer *w, const void *bytes, size_t n, struct err *err)
{
    sum_add(&w->digest, bytes, n);
    return archive_write_data(w->out, bytes, n) == (la_ssize_t)n ? 0 : failed(w, err);
}

static int add_text(struct writer *w, const char *name, struct str text, struct err *err)
{
    char hex[SHA_HEX];
    int r;

    if ((r = begin_member(w, name, (int64_t)text.len, err)) < 0 ||
        (r = add_data(w, text.ptr, text.len, err)) < 0)
        return r;
    sum_end(&w->digest, str_c(name), (int64_t)text.len, hex);
    return 0;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int end_chunk(struct writer *w, struct err *err)
{
    char name[256];
    int r;

    snprintf(name, sizeof(name), "tables/" STR_FMT "/%06d.ndjson", STR_ARG(w->table->name),
             ++w->parts);
    r = add_text(w, name, buf_str(&w->chunk), err);
    arena_clear(&w->chunk_arena);
    w->chunk = buf_make(&w->chunk_arena);
    return r;
}

static int take_row(void *ctx, const struct db_value *values, struct err *err)
{
    struct writer *w = ctx;

    if (w->chunk.len == 0)
        rows_head(&w->chunk, w->table);
    rows_add(&w->chunk, w->table, values);
    w->rows++;
    if (++w->manifest.facts.rows % TELL_ROWS == 0)
        tell(w, "rows");
    if (w->sha256_at >= 0 && fprintf(w->blobs, STR_FMT "\n", STR_ARG(values[w->sha256_at].s)) < 0)
        return err_errno(err, "cannot write a temporary file");
    return w->chunk.len > CHUNK_BYTES ? end_chunk(w, err) : 0;
}

static int column_at(const struct db_table *t, const char *name)
{
    for (int i = 0; i < t->len; i++) {
        if (strcmp(t->columns[i].name, name) == 0)
            return i;
    }
    return -1;
}

static int add_table(struct writer *w, struct db *db, const struct db_table *t, struct err *err)
{
    struct backup_table *done = vec_push(&w->manifest.tables, w->arena);
    int64_t r;

    w->table = t;
    w->rows = 0;
    w->parts = 0;
    w->sha256_at = str_is(t->name, "blob") ? column_at(t, "sha256") : -1;
    w->chunk = buf_make(&w->chunk_arena);
    if ((r = db_table_each(db, w->arena, t, take_row, w, err)) < 0 ||
        (w->chunk.len > 0 && (r = end_chunk(w, err)) < 0))
        return (int)r;
    *done = (struct backup_table){.name = t->name, .rows = w->rows};
    return db_table_sequence(db, w->arena, t, &done->last, err);
}

/* Everything of one moment: the rows, and the head that the audit log had then. */
static int add_tables(struct writer *w, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct backup_facts *f = &w->manifest.facts;
    struct backup_site_name_row name = {0};
    struct db_tables tables;
    struct str text;
    int r;

    if ((r = db_acquire(w->job->pool, &db, err)) < 0 || (r = db_snapshot_begin(db, err)) < 0 ||
        (r = backup_site_name(db, w->arena, &name, err)) < 0 ||
        (r = audit_head(db, w->arena, &f->audit, err)) < 0 ||
        (r = db_tables_read(db, w->arena, &tables, err)) < 0)
        return r;
    f->site = name.value;
    f->at = clock_now();
    f->tables = (int64_t)tables.len;
    text = head_text(w->arena, f);
    if ((r = add_text(w, HEAD_MEMBER, text, err)) < 0)
        return r;
    for (size_t i = 0; i < tables.len; i++) {
        if ((r = add_table(w, db, &tables.at[i], err)) < 0)
            return r;
    }
    return 0;
}

/* ---- files --------------------------------------------------------------------------------- */

static int add_small_file(struct writer *w, struct str path, const char *name, struct err *err)
{
    struct str text;
    int r = io_read_file(w->arena, path.ptr, CONFIG_MAX, &text, err);

    return r < 0 ? r : add_text(w, name, text, err);
}

static int add_config(struct writer *w, struct err *err)
{
    struct str path = io_join(w->arena, w->job->dir, STR("ungcuu.conf"));

    return access(path.ptr, F_OK) == 0 ? add_small_file(w, path, CONFIG_MEMBER, err) : 0;
}

static int add_keys(struct writer *w, struct err *err)
{
    const char *dir = str_cdup(w->arena, w->job->dir);
    DIR *d = opendir(dir);
    struct dirent *e;
    int r = 0;

    if (d == NULL)
        return err_errno(err, "cannot read %s", dir);
    while (r == 0 && (e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.' && str_ends(str_c(e->d_name), STR(".key")))
            r = add_small_file(w, io_join(w->arena, w->job->dir, str_c(e->d_name)),
                               str_printf(w->arena, "keys/%s", e->d_name).ptr, err);
    }
    closedir(d);
    return r;
}

void backup_blob_path(struct str dir, struct str name, char *path, size_t size)
{
    snprintf(path, size, STR_FMT "/blobs/%.2s/%.2s/" STR_FMT, STR_ARG(dir), name.ptr, name.ptr + 2,
             STR_ARG(name));
}

static void note_trouble(struct writer *w, struct str name, const char *what)
{
    *vec_push(&w->manifest.facts.troubles, w->arena) =
        (struct backup_trouble){.name = str_dup(w->arena, name), .what = str_c(what)};
}

static int copy_blob(struct writer *w, int fd, struct str name, int64_t size, char hex[SHA_HEX],
                     struct err *err)
{
    static char piece[PIECE_BYTES];
    const char *member = str_printf(w->arena, "blobs/" STR_FMT, STR_ARG(name)).ptr;
    int64_t left = size;
    int r;

    if ((r = begin_member(w, member, size, err)) < 0)
        return r;
    while (left > 0) {
        ssize_t n = read(fd, piece, (size_t)MIN(left, (int64_t)sizeof(piece)));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "cannot read %s", member);
        if (n == 0)
            return err_set(err, ERR_CORRUPT, "%s became shorter while it was read", member);
        if ((r = add_data(w, piece, (size_t)n, err)) < 0)
            return r;
        left -= n;
        tell(w, "files");
    }
    sum_end(&w->digest, str_c(member), size, hex);
    return 0;
}

/* A file that is not as it should be is noted; the backup of the others goes on. */
static int add_blob(struct writer *w, struct str hash, struct err *err)
{
    _cleanup_(close_fd) int fd = -1;
    struct arena_mark mark = arena_mark(w->arena);
    struct str name = hash;
    char path[PATH_MAX], hex[SHA_HEX];
    struct stat st;
    int r;

    backup_blob_path(w->job->dir, name, path, sizeof(path));
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        name = str_printf(w->arena, STR_FMT ".enc", STR_ARG(hash));
        backup_blob_path(w->job->dir, name, path, sizeof(path));
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0 && errno == ENOENT) {
        note_trouble(w, hash, "missing");
        return 0;
    }
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "cannot read %s", path);
    if ((r = copy_blob(w, fd, name, st.st_size, hex, err)) < 0)
        return r;
    w->manifest.facts.blobs++;
    if (name.len == hash.len && !str_is(hash, hex))
        note_trouble(w, hash, "damaged");
    else
        arena_rewind(w->arena, mark);
    return 0;
}

static int add_blobs(struct writer *w, struct err *err)
{
    char line[80];
    int r = 0;

    if (fflush(w->blobs) != 0)
        return err_errno(err, "cannot write a temporary file");
    rewind(w->blobs);
    while (r == 0 && fgets(line, sizeof(line), w->blobs) != NULL) {
        struct str hash = str_trim(str_c(line));

        if (hash.len == SHA_HEX - 1)
            r = add_blob(w, hash, err);
    }
    return r;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static int add_manifest(struct writer *w, struct err *err)
{
    struct backup_manifest *m = &w->manifest;
    char hex[SHA_HEX];

    sum_final(&w->digest, hex);
    m->digest = str_c(hex);
    m->members = w->digest.members;
    m->bytes = m->facts.bytes = w->digest.bytes;
    return add_text(w, MANIFEST_MEMBER, manifest_text(w->arena, m), err);
}

static int open_output(struct writer *w, struct err *err)
{
    w->blobs = tmpfile();
    if (w->blobs == NULL)
        return err_errno(err, "cannot make a temporary file");
    w->out = archive_write_new();
    if (w->out == NULL)
        die("out of memory");
    archive_write_set_format_pax_restricted(w->out);
    archive_write_add_filter_zstd(w->out);
    archive_write_set_bytes_in_last_block(w->out, 1);
    return archive_write_open_fd(w->out, w->job->fd) == ARCHIVE_OK ? 0 : failed(w, err);
}

int backup_write(const struct backup_job *job, struct arena *a, struct backup_facts *out,
                 struct err *err)
{
    struct writer w = {.job = job, .arena = a};
    struct backup_facts *f = &w.manifest.facts;
    int version, r;

    sum_init(&w.digest);
    *f = (struct backup_facts){.program = STR(UNGCUU_VERSION),
                               .engine = db_engine(job->pool) == DB_SQLITE ? STR("sqlite")
                                                                           : STR("postgresql"),
                               .keys = job->with_keys};
    if ((r = db_schema_version(job->pool, &version, err)) < 0)
        return r;
    f->schema = version;
    if ((r = open_output(&w, err)) == 0 && (r = add_tables(&w, err)) == 0 &&
        (r = add_config(&w, err)) == 0 && (!job->with_keys || (r = add_keys(&w, err)) == 0) &&
        (r = add_blobs(&w, err)) == 0)
        r = add_manifest(&w, err);
    if (w.out != NULL && archive_write_close(w.out) != ARCHIVE_OK && r == 0)
        r = failed(&w, err);
    archive_write_free(w.out);
    if (w.blobs != NULL)
        fclose(w.blobs);
    arena_release(&w.chunk_arena);
    *out = *f;
    return r;
}
