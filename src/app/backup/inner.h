#ifndef APP_BACKUP_INNER_H
#define APP_BACKUP_INNER_H

#include "app/backup/backup.h"
#include "sys/db/dump.h"

#include <archive.h>
#include <sodium.h>

enum {
    BACKUP_FORMAT = 1,
    CHUNK_BYTES = 4 * 1024 * 1024,       /* rows are written when so much is there */
    TEXT_MEMBER_MAX = 128 * 1024 * 1024, /* of any member that is read into memory */
    PIECE_BYTES = 256 * 1024,            /* of a stored file */
    SHA_BYTES = crypto_hash_sha256_BYTES,
    SHA_HEX = 2 * SHA_BYTES + 1,
};

#define HEAD_MEMBER     "ungcuu-backup.json"
#define MANIFEST_MEMBER "manifest.json"
#define CONFIG_MEMBER   "files/ungcuu.conf"

/* ---- sum.c: over name, size and SHA-256 of every member but the last */
struct backup_digest {
    crypto_hash_sha256_state all, one;
    int64_t members, bytes;
};
void sum_init(struct backup_digest *d);
void sum_begin(struct backup_digest *d);
void sum_add(struct backup_digest *d, const void *bytes, size_t n);
/* hex: of this member. */
void sum_end(struct backup_digest *d, struct str name, int64_t size, char hex[SHA_HEX]);
void sum_final(struct backup_digest *d, char hex[SHA_HEX]);

/* ---- rows.c: the lines of tables/ */
void rows_head(struct buf *out, const struct db_table *t);
void rows_add(struct buf *out, const struct db_table *t, const struct db_value *values);
/* The first line: *out without key and sequence. */
int rows_read_head(struct arena *a, struct str line, struct db_table *out, struct err *err);
/* values: t->len of them; texts lie in the arena or in the line. */
int rows_read(struct arena *a, struct str line, const struct db_table *t, struct db_value *values,
              struct err *err);

/* ---- manifest.c */
struct backup_table {
    struct str name;
    int64_t rows, last; /* last: what its sequence has given, 0 for none */
};
struct backup_manifest {
    struct backup_facts facts;
    int64_t members, bytes;
    struct str digest;
    struct {
        struct backup_table *at;
        size_t len, cap;
    } tables;
};
struct str head_text(struct arena *a, const struct backup_facts *facts);
int head_read(struct arena *a, struct str text, struct backup_facts *out, struct err *err);
struct str manifest_text(struct arena *a, const struct backup_manifest *m);
int manifest_read(struct arena *a, struct str text, struct backup_manifest *out, struct err *err);

/* ---- read.c */
enum backup_file { BACKUP_CONFIG, BACKUP_KEY, BACKUP_BLOB };

/* What is done with what a backup holds; NULL: nothing. Called in the order of the archive. */
struct backup_sink {
    int (*head)(void *ctx, const struct backup_facts *facts, struct err *err);
    int (*table)(void *ctx, const struct db_table *t, struct err *err); /* a part of it begins */
    int (*row)(void *ctx, const struct db_table *t, const struct db_value *v, struct err *err);
    int (*file_begin)(void *ctx, enum backup_file kind, struct str name, int64_t size,
                      struct err *err);
    int (*file_data)(void *ctx, const void *bytes, size_t n, struct err *err);
    int (*file_end)(void *ctx, struct err *err);
};
/* Reads and checks all of an opened archive; *out is what the manifest says. */
int backup_read(struct archive *in, const struct backup_sink *sink, void *ctx,
                const struct backup_watch *watch, struct arena *a, struct backup_manifest *out,
                struct err *err);
/* Formats and packings that a backup has; nothing else is tried. */
struct archive *backup_archive(void);

/* path: DIR/blobs/ab/cd/NAME; name: 64 digits, ".enc" behind them or not. */
void backup_blob_path(struct str dir, struct str name, char *path, size_t size);

#endif
