#include "app/backup/inner.h"

#include <archive_entry.h>

/*
 * The file may come from anywhere. Its names are only compared with what a backup has, never used
 * as paths; sizes are limited before anything is kept; what comes in another order is refused.
 */
enum stage { STAGE_HEAD, STAGE_TABLES, STAGE_FILES, STAGE_KEYS, STAGE_BLOBS, STAGE_END };

struct reader {
    struct archive *in;
    const struct backup_sink *sink;
    void *ctx;
    const struct backup_watch *watch;
    struct arena *arena;  /* of the caller */
    struct arena scratch; /* of one member */
    enum stage stage;
    struct backup_digest digest;
    struct backup_manifest *manifest; /* filled at the end */
    struct backup_facts head;

    VEC(struct backup_table) tables; /* as they came */
    int64_t part;                    /* of the table being read */
    int64_t rows, blobs;
    VEC(struct str) damaged;
    struct audit_head audit; /* the last row of the log */
    char audit_hash[SHA_HEX];
};

static int bad(struct err *err, const char *what)
{
    err_set(err, ERR_CORRUPT, "this is no intact backup: %s", what);
    err_hint(err, "take another backup of this site");
    return ERR_CORRUPT;
}

static int failed(const struct reader *r, struct err *err)
{
    const char *why = archive_error_string(r->in);

    return bad(err, why != NULL ? why : "it is cut off");
}

static int next_piece(struct reader *r, const void **bytes, size_t *n, struct err *err)
{
    la_int64_t offset;
    int rc = archive_read_data_block(r->in, bytes, n, &offset);

    if (rc == ARCHIVE_EOF) {
        *n = 0;
        return 0;
    }
    return rc == ARCHIVE_OK ? 1 : failed(r, err);
}

/* A member that fits into memory, in the scratch arena. */
static int read_text(struct reader *r, struct str name, int64_t size, struct str *out,
                     struct err *err)
{
    char *text, hex[SHA_HEX];
    const void *bytes;
    size_t n, at = 0;
    int rc;

    if (size > TEXT_MEMBER_MAX)
        return bad(err, "a part is larger than this program ever writes one");
    text = arena_alloc(&r->scratch, (size_t)size + 1);
    sum_begin(&r->digest);
    while ((rc = next_piece(r, &bytes, &n, err)) > 0) {
        if (n > (size_t)size - at)
            return bad(err, "a part is longer than it says");
        memcpy(text + at, bytes, n);
        at += n;
    }
    if (rc < 0)
        return rc;
    if (at != (size_t)size)
        return bad(err, "a part is shorter than it says");
    text[at] = '\0';
    sum_add(&r->digest, text, at);
    if (r->stage != STAGE_END)
        sum_end(&r->digest, name, size, hex);
    *out = str_make(text, at);
    return 0;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void watch_audit(struct reader *r, const struct db_table *t, const struct db_value *v)
{
    if (!str_is(t->name, "audit"))
        return;
    for (int i = 0; i < t->len; i++) {
        if (strcmp(t->columns[i].name, "seq") == 0 && v[i].type == DB_INT)
            r->audit.seq = v[i].i;
        else if (strcmp(t->columns[i].name, "hash") == 0 && v[i].type == DB_TEXT)
            snprintf(r->audit_hash, sizeof(r->audit_hash), STR_FMT, STR_ARG(v[i].s));
    }
}

static int read_rows(struct reader *r, const struct db_table *t, struct str text, struct err *err)
{
    struct backup_table *count = &r->tables.at[r->tables.len - 1];
    struct db_value *values = arena_array(&r->scratch, struct db_value, (size_t)t->len);
    struct arena_mark mark = arena_mark(&r->scratch);
    struct str line;
    int rc;

    while (text.len > 0 && str_line(&text, &line)) {
        if ((rc = rows_read(&r->scratch, line, t, values, err)) < 0)
            return rc;
        watch_audit(r, t, values);
        if (r->sink->row != NULL && (rc = r->sink->row(r->ctx, t, values, err)) < 0)
            return rc;
        arena_rewind(&r->scratch, mark);
        count->rows++;
        r->rows++;
    }
    return 0;
}

/* tables/NAME/NNNNNN.ndjson: the parts of a table in their order, each table once. */
static int check_part(struct reader *r, struct str table, struct str file, struct err *err)
{
    bool same = r->tables.len > 0 && str_eq(r->tables.at[r->tables.len - 1].name, table);
    char wanted[32];

    if (!same) {
        for (size_t i = 0; i < r->tables.len; i++) {
            if (str_eq(r->tables.at[i].name, table))
                return bad(err, "a table comes twice");
        }
        *vec_push(&r->tables, r->arena) = (struct backup_table){.name = str_dup(r->arena, table)};
        r->part = 0;
    }
    snprintf(wanted, sizeof(wanted), "%06" PRId64 ".ndjson", ++r->part);
    return str_is(file, wanted) ? 0 : bad(err, "a part of a table is missing");
}

static int read_table(struct reader *r, struct str name, int64_t size, struct err *err)
{
    struct str rest = str_from(name, strlen("tables/")), table, line, text;
    struct db_table t;
    int rc;

    if (!str_split(&rest, '/', &table) || table.len == 0 || table.len > 63)
        return bad(err, "a table has no name");
    if ((rc = check_part(r, table, rest, err)) < 0 ||
        (rc = read_text(r, name, size, &text, err)) < 0)
        return rc;
    if (!str_line(&text, &line) || (rc = rows_read_head(&r->scratch, line, &t, err)) < 0)
        return text.len == 0 ? bad(err, "a table has no columns") : rc;
    if (!str_eq(t.name, table))
        return bad(err, "a part is of another table than it says");
    if (r->sink->table != NULL && (rc = r->sink->table(r->ctx, &t, err)) < 0)
        return rc;
    return read_rows(r, &t, text, err);
}

/* ---- files --------------------------------------------------------------------------------- */

static bool is_blob_name(struct str name)
{
    if (str_ends(name, STR(".enc")))
        name.len -= 4;
    if (name.len != SHA_HEX - 1)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (strchr("0123456789abcdef", name.ptr[i]) == NULL || name.ptr[i] == '\0')
            return false;
    }
    return true;
}

static bool is_key_name(struct str name)
{
    if (name.len < 5 || name.len > 64 || !str_ends(name, STR(".key")) || name.ptr[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (!isalnum((unsigned char)name.ptr[i]) && strchr(".-_", name.ptr[i]) == NULL)
            return false;
    }
    return true;
}

static int read_file(struct reader *r, enum backup_file kind, struct str member, struct str name,
                     int64_t size, struct err *err)
{
    const struct backup_sink *s = r->sink;
    const void *bytes;
    char hex[SHA_HEX];
    int64_t at = 0;
    size_t n;
    int rc;

    if (s->file_begin != NULL && (rc = s->file_begin(r->ctx, kind, name, size, err)) < 0)
        return rc;
    sum_begin(&r->digest);
    while ((rc = next_piece(r, &bytes, &n, err)) > 0) {
        at += (int64_t)n;
        if (at > size)
            return bad(err, "a file is longer than it says");
        sum_add(&r->digest, bytes, n);
        if (s->file_data != NULL && (rc = s->file_data(r->ctx, bytes, n, err)) < 0)
            return rc;
        if (r->watch->tell != NULL)
            r->watch->tell(r->watch->ctx, "files", r->rows, r->blobs, r->digest.bytes + at);
    }
    if (rc < 0)
        return rc;
    if (at != size)
        return bad(err, "a file is shorter than it says");
    sum_end(&r->digest, member, size, hex);
    if (kind == BACKUP_BLOB && name.len == SHA_HEX - 1 && !str_is(name, hex))
        *vec_push(&r->damaged, r->arena) = str_dup(r->arena, name);
    return s->file_end != NULL ? s->file_end(r->ctx, err) : 0;
}

/* ---- order --------------------------------------------------------------------------------- */

static int enter(struct reader *r, enum stage stage, struct err *err)
{
    bool first = r->stage == STAGE_HEAD && r->digest.members == 0;

    bool again = stage == STAGE_FILES && r->stage == STAGE_FILES;

    if (first != (stage == STAGE_HEAD) || stage < r->stage || r->stage == STAGE_END || again)
        return bad(err, "its parts are not in their order");
    r->stage = stage;
    return 0;
}

static int read_head(struct reader *r, struct str name, int64_t size, struct err *err)
{
    struct str text;
    int rc;

    if ((rc = read_text(r, name, size, &text, err)) < 0 ||
        (rc = head_read(r->arena, text, &r->head, err)) < 0)
        return rc;
    return r->sink->head != NULL ? r->sink->head(r->ctx, &r->head, err) : 0;
}

static int read_end(struct reader *r, struct str name, int64_t size, struct err *err)
{
    struct str text;
    int rc = read_text(r, name, size, &text, err);

    return rc < 0 ? rc : manifest_read(r->arena, text, r->manifest, err);
}

static int read_member(struct reader *r, struct archive_entry *e, struct err *err)
{
    struct str name = str_c(archive_entry_pathname(e));
    int64_t size = archive_entry_size(e);
    int rc;

    if (name.ptr == NULL || archive_entry_filetype(e) != AE_IFREG || size < 0 ||
        archive_entry_hardlink(e) != NULL)
        return bad(err, "it has something else than plain files in it");
    name = str_dup(&r->scratch, name);
    if (str_is(name, HEAD_MEMBER))
        return (rc = enter(r, STAGE_HEAD, err)) < 0 ? rc : read_head(r, name, size, err);
    if (str_starts(name, STR("tables/")))
        return (rc = enter(r, STAGE_TABLES, err)) < 0 ? rc : read_table(r, name, size, err);
    if (str_is(name, CONFIG_MEMBER))
        return (rc = enter(r, STAGE_FILES, err)) < 0
                   ? rc
                   : read_file(r, BACKUP_CONFIG, name, STR("ungcuu.conf"), size, err);
    if (str_starts(name, STR("keys/")) && is_key_name(str_from(name, 5)))
        return (rc = enter(r, STAGE_KEYS, err)) < 0
                   ? rc
                   : read_file(r, BACKUP_KEY, name, str_from(name, 5), size, err);
    if (str_starts(name, STR("blobs/")) && is_blob_name(str_from(name, 6))) {
        if ((rc = enter(r, STAGE_BLOBS, err)) < 0)
            return rc;
        r->blobs++;
        return read_file(r, BACKUP_BLOB, name, str_from(name, 6), size, err);
    }
    if (str_is(name, MANIFEST_MEMBER))
        return (rc = enter(r, STAGE_END, err)) < 0 ? rc : read_end(r, name, size, err);
    return bad(err, "it has a part that no backup has");
}

/* ---- what must fit ------------------------------------------------------------------------- */

static int64_t rows_of(const struct reader *r, struct str table)
{
    for (size_t i = 0; i < r->tables.len; i++) {
        if (str_eq(r->tables.at[i].name, table))
            return r->tables.at[i].rows;
    }
    return 0;
}

static bool is_known_trouble(const struct backup_facts *f, struct str name)
{
    for (size_t i = 0; i < f->troubles.len; i++) {
        if (str_eq(f->troubles.at[i].name, name) && str_is(f->troubles.at[i].what, "damaged"))
            return true;
    }
    return false;
}

static int check_counts(const struct reader *r, struct err *err)
{
    const struct backup_manifest *m = r->manifest;
    size_t filled = 0;
    int64_t missing = 0;

    for (size_t i = 0; i < m->tables.len; i++) {
        if (rows_of(r, m->tables.at[i].name) != m->tables.at[i].rows)
            return bad(err, "a table has not as many rows as it should");
        filled += m->tables.at[i].rows > 0;
    }
    for (size_t i = 0; i < m->facts.troubles.len; i++)
        missing += str_is(m->facts.troubles.at[i].what, "missing");
    if (filled != r->tables.len)
        return bad(err, "it has a table that its list does not have");
    if (r->blobs != m->facts.blobs || r->blobs + missing != rows_of(r, STR("blob")))
        return bad(err, "it has not as many files as it should");
    for (size_t i = 0; i < r->damaged.len; i++) {
        if (!is_known_trouble(&m->facts, r->damaged.at[i]))
            return bad(err, "a stored file does not have the content that its name says");
    }
    return 0;
}

static int check(struct reader *r, struct err *err)
{
    struct backup_manifest *m = r->manifest;
    char hex[SHA_HEX];
    int rc;

    if (r->stage != STAGE_END)
        return bad(err, "it is cut off");
    sum_final(&r->digest, hex);
    if (!str_is(m->digest, hex) || m->members != r->digest.members || m->bytes != r->digest.bytes)
        return bad(err, "its content does not have the digest that it should");
    if ((rc = check_counts(r, err)) < 0)
        return rc;
    if (m->facts.audit.seq != r->audit.seq ||
        (r->audit.seq > 0 && !str_is(m->facts.audit.hash, r->audit_hash)))
        return bad(err, "the audit log does not lead to its head");
    m->facts.program = r->head.program;
    m->facts.engine = r->head.engine;
    m->facts.site = r->head.site;
    m->facts.schema = r->head.schema;
    m->facts.at = r->head.at;
    m->facts.keys = r->head.keys;
    m->facts.tables = (int64_t)m->tables.len;
    m->facts.rows = r->rows;
    m->facts.bytes = m->bytes;
    return 0;
}

int backup_read(struct archive *in, const struct backup_sink *sink, void *ctx,
                const struct backup_watch *watch, struct arena *a, struct backup_manifest *out,
                struct err *err)
{
    static const struct backup_watch nobody;
    struct reader r = {.in = in,
                       .sink = sink,
                       .ctx = ctx,
                       .watch = watch != NULL ? watch : &nobody,
                       .arena = a,
                       .manifest = out};
    struct archive_entry *e;
    int rc, got = ARCHIVE_OK;

    *out = (struct backup_manifest){0};
    sum_init(&r.digest);
    for (rc = 0; rc == 0 && (got = archive_read_next_header(in, &e)) == ARCHIVE_OK;) {
        rc = read_member(&r, e, err);
        arena_clear(&r.scratch);
        if (r.watch->tell != NULL)
            r.watch->tell(r.watch->ctx, "rows", r.rows, r.blobs, r.digest.bytes);
    }
    if (rc == 0 && got != ARCHIVE_EOF)
        rc = failed(&r, err);
    if (rc == 0)
        rc = check(&r, err);
    arena_release(&r.scratch);
    return rc;
}

/* ---- verify -------------------------------------------------------------------------------- */

struct archive *backup_archive(void)
{
    struct archive *in = archive_read_new();

    if (in == NULL)
        die("out of memory");
    archive_read_support_format_tar(in);
    archive_read_support_filter_zstd(in);
    return in;
}

static int verify(struct archive *in, int opened, const struct backup_watch *watch, struct arena *a,
                  struct backup_facts *out, struct err *err)
{
    static const struct backup_sink sink;
    struct backup_manifest m;
    int r;

    if (opened != ARCHIVE_OK)
        r = bad(err, "it is not packed with Zstandard");
    else
        r = backup_read(in, &sink, NULL, watch, a, &m, err);
    if (r == 0)
        *out = m.facts;
    archive_read_free(in);
    return r;
}

int backup_verify(int fd, const struct backup_watch *watch, struct arena *a,
                  struct backup_facts *out, struct err *err)
{
    struct archive *in = backup_archive();

    return verify(in, archive_read_open_fd(in, fd, PIECE_BYTES), watch, a, out, err);
}

int backup_verify_text(struct str file, struct arena *a, struct backup_facts *out, struct err *err)
{
    struct archive *in = backup_archive();

    return verify(in, archive_read_open_memory(in, file.ptr, file.len), NULL, a, out, err);
}
