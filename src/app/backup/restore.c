#include "app/backup/inner.h"
#include "base/io.h"
#include "sys/config/config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { CONFIG_MAX = 64 * 1024, SPARE_BYTES = 64 * 1024 * 1024 };

struct restorer {
    const struct backup_target *target;
    struct arena *arena;
    struct str dir, url;
    struct db_pool *pool;
    struct db *db;
    struct db_load *load;

    const struct db_table *table; /* of the schema, whose rows come now */
    int *order;                   /* column of the schema -> place in the backup's row */
    struct db_value *values;

    struct buf config; /* ungcuu.conf as it was */
    enum backup_file kind;
    int fd; /* the file being written, or -1 */
    char path[PATH_MAX];
};

/* ---- rows ---------------------------------------------------------------------------------- */

static int open_target(void *ctx, const struct backup_facts *facts, struct err *err)
{
    const struct db_options options = {.loading = true};
    struct restorer *r = ctx;
    int rc;

    if ((rc = db_open(&r->pool, r->url, &options, err)) < 0 ||
        (rc = db_acquire(r->pool, &r->db, err)) < 0 || (rc = db_begin(r->db, err)) < 0)
        return rc;
    return db_load_begin(r->db, r->arena, (int)facts->schema, &r->load, err);
}

static int unknown(struct err *err, const struct db_table *t, const char *column)
{
    return err_set(err, ERR_CORRUPT, "the backup has " STR_FMT "%s%s, which its schema has not",
                   STR_ARG(t->name), column != NULL ? "." : "", column != NULL ? column : "");
}

/* The columns stand in the order of whoever wrote them; here they may stand in another. */
static int begin_table(void *ctx, const struct db_table *t, struct err *err)
{
    struct restorer *r = ctx;
    const struct db_table *own = db_table_find(db_load_tables(r->load), t->name);

    if (own == NULL)
        return unknown(err, t, NULL);
    if (own != r->table) {
        r->table = own;
        r->order = arena_array(r->arena, int, (size_t)own->len);
        r->values = arena_array(r->arena, struct db_value, (size_t)own->len);
    }
    for (int i = 0; i < own->len; i++)
        r->order[i] = -1;
    for (int i = 0; i < t->len; i++) {
        int at = 0;

        while (at < own->len && strcmp(own->columns[at].name, t->columns[i].name) != 0)
            at++;
        if (at == own->len || r->order[at] >= 0 || own->columns[at].type != t->columns[i].type)
            return unknown(err, t, t->columns[i].name);
        r->order[at] = i;
    }
    return t->len == own->len ? 0 : unknown(err, t, "(fewer columns)");
}

static int take_row(void *ctx, const struct db_table *t, const struct db_value *v, struct err *err)
{
    struct restorer *r = ctx;
    int rc;

    for (int i = 0; i < r->table->len; i++)
        r->values[i] = v[r->order[i]];
    rc = db_load_row(r->load, r->table, r->values, err);
    if (rc < 0 && rc != ERR_NO_SPACE)
        err_prefix(err, "a row of " STR_FMT ": ", STR_ARG(t->name));
    return rc;
}

/* ---- files --------------------------------------------------------------------------------- */

/* A size that the disk cannot hold is refused before anything is written. */
static int require_space(const struct restorer *r, int64_t size, struct err *err)
{
    struct statvfs fs;

    if (statvfs(r->dir.ptr, &fs) < 0)
        return err_errno(err, "cannot look at %s", r->dir.ptr);
    if ((uint64_t)size + SPARE_BYTES <= (uint64_t)fs.f_bavail * fs.f_frsize)
        return 0;
    err_set(err, ERR_NO_SPACE, "a file of %" PRId64 " bytes does not fit on the disk of %s", size,
            r->dir.ptr);
    err_hint(err, "restore to a larger disk");
    return ERR_NO_SPACE;
}

static int begin_file(void *ctx, enum backup_file kind, struct str name, int64_t size,
                      struct err *err)
{
    struct restorer *r = ctx;
    int rc;

    r->kind = kind;
    r->fd = -1;
    if (kind == BACKUP_CONFIG)
        return size <= CONFIG_MAX ? 0 : err_set(err, ERR_CORRUPT, "ungcuu.conf is too large");
    if ((rc = require_space(r, size, err)) < 0)
        return rc;
    if (kind == BACKUP_BLOB) {
        backup_blob_path(r->dir, name, r->path, sizeof(r->path));
        *strrchr(r->path, '/') = '\0';
        if ((rc = io_make_dirs(r->path, 0750, err)) < 0)
            return rc;
        backup_blob_path(r->dir, name, r->path, sizeof(r->path));
    } else {
        snprintf(r->path, sizeof(r->path), STR_FMT "/" STR_FMT, STR_ARG(r->dir), STR_ARG(name));
    }
    r->fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                 kind == BACKUP_BLOB ? 0440 : 0600);
    return r->fd >= 0 ? 0 : err_errno(err, "cannot make %s", r->path);
}

static int take_data(void *ctx, const void *bytes, size_t n, struct err *err)
{
    struct restorer *r = ctx;

    if (r->kind != BACKUP_CONFIG)
        return io_write_all(r->fd, str_make(bytes, n), err);
    buf_add(&r->config, str_make(bytes, n));
    return 0;
}

static int end_file(void *ctx, struct err *err)
{
    struct restorer *r = ctx;
    int rc = 0;

    if (r->fd >= 0 && close(r->fd) < 0)
        rc = err_errno(err, "cannot write %s", r->path);
    r->fd = -1;
    return rc;
}

/* ---- the end ------------------------------------------------------------------------------- */

static int check_audit(struct restorer *r, const struct backup_facts *f, struct err *err)
{
    struct audit_head head;
    int64_t checked;
    int rc;

    if ((rc = audit_head(r->db, r->arena, &head, err)) < 0)
        return rc;
    if (head.seq != f->audit.seq || !str_eq(head.hash, f->audit.hash))
        return err_set(err, ERR_CORRUPT, "the audit log does not have the head of the backup");
    return audit_verify(r->db, &checked, err);
}

static int finish_database(struct restorer *r, const struct backup_manifest *m, struct err *err)
{
    int rc;

    for (size_t i = 0; i < m->tables.len; i++) {
        const struct db_table *t = db_table_find(db_load_tables(r->load), m->tables.at[i].name);

        if (t == NULL)
            return err_set(err, ERR_CORRUPT, "the backup has the table " STR_FMT,
                           STR_ARG(m->tables.at[i].name));
        if ((rc = db_load_sequence(r->load, t, m->tables.at[i].last, err)) < 0)
            return rc;
    }
    return db_load_end(r->load, err);
}

/* Everything is on the disk before ungcuu.conf says that there is a site. */
static int sync_dir(const struct restorer *r, struct err *err)
{
    _cleanup_(close_fd) int fd = open(r->dir.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && syncfs(fd) == 0 ? 0 : err_errno(err, "cannot sync %s", r->dir.ptr);
}

static int write_config(struct restorer *r, struct err *err)
{
    struct str path = io_join(r->arena, r->dir, STR("ungcuu.conf"));
    struct config config;
    int rc;

    if ((rc = config_parse(r->arena, r->dir, path.ptr, buf_str(&r->config), &config, err)) < 0)
        return rc;
    config.database = r->url;
    return io_replace_file(path.ptr, config_text(r->arena, r->dir, &config), 0600, err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return ftw->level == 0 ? 0 : remove(path);
}

static int require_empty(const char *path, struct err *err)
{
    DIR *d = opendir(path);
    struct dirent *e;
    int r = 0;

    if (d == NULL)
        return errno == ENOENT ? 0 : err_errno(err, "cannot read %s", path);
    while (r == 0 && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            r = err_set(err, ERR_EXISTS, "%s is not empty: there is %s in it", path, e->d_name);
    }
    closedir(d);
    if (r < 0)
        err_hint(err, "give a directory that is empty or not there yet");
    return r;
}

static int read_all(struct restorer *r, int fd, struct backup_manifest *m, struct err *err)
{
    static const struct backup_sink sink = {.head = open_target,
                                            .table = begin_table,
                                            .row = take_row,
                                            .file_begin = begin_file,
                                            .file_data = take_data,
                                            .file_end = end_file};
    struct archive *in = backup_archive();
    int rc;

    if (archive_read_open_fd(in, fd, PIECE_BYTES) != ARCHIVE_OK)
        rc = err_set(err, ERR_CORRUPT, "this is no backup: %s", archive_error_string(in));
    else
        rc = backup_read(in, &sink, r, &r->target->watch, r->arena, m, err);
    archive_read_free(in);
    close_fd(&r->fd);
    if (rc == 0 && (rc = finish_database(r, m, err)) == 0 &&
        (rc = check_audit(r, &m->facts, err)) == 0 && (rc = sync_dir(r, err)) == 0)
        rc = db_commit(r->db, err);
    return rc;
}

/* The statements that were prepared live in the arena, so the connections go first. */
static void close_target(struct restorer *r)
{
    db_release(r->db);
    db_close(r->pool);
    r->db = NULL;
    r->pool = NULL;
}

/* After the rows: what a newer program adds to an older schema. */
static int bring_up_to_date(struct restorer *r, struct err *err)
{
    int rc;

    if ((rc = db_open(&r->pool, r->url, NULL, err)) < 0 ||
        (rc = db_migrate(r->pool, NULL, NULL, err)) < 0)
        return rc;
    return db_analyze(r->pool, err);
}

int backup_restore(int fd, const struct backup_target *target, struct arena *a,
                   struct backup_facts *out, struct err *err)
{
    struct restorer r = {.target = target, .arena = a, .config = buf_make(a), .fd = -1};
    struct backup_manifest m;
    int rc;

    r.dir = str_dup(a, target->dir);
    r.url = target->db.len > 0 ? str_dup(a, target->db)
                               : str_printf(a, "sqlite:" STR_FMT "/ungcuu.db", STR_ARG(r.dir));
    if ((rc = require_empty(r.dir.ptr, err)) < 0 || (rc = io_make_dirs(r.dir.ptr, 0700, err)) < 0)
        return rc;
    rc = read_all(&r, fd, &m, err);
    close_target(&r);
    if (rc == 0 && (rc = bring_up_to_date(&r, err)) == 0 &&
        (rc = backup_note(r.pool, a, "setting.restore", target->of, &m.facts, err)) == 0 &&
        (rc = write_config(&r, err)) == 0)
        *out = m.facts;
    close_target(&r);
    if (rc < 0)
        nftw(r.dir.ptr, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return rc;
}
