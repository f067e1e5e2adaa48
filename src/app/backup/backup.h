#ifndef APP_BACKUP_BACKUP_H
#define APP_BACKUP_BACKUP_H

#include "app/audit/audit.h"
#include "base/base.h"
#include "sys/db/db.h"

/*
 * A backup is one tar file packed with Zstandard, written and read as a stream:
 *
 *     ungcuu-backup.json         format, versions, when and of what; first
 *     tables/NAME/NNNNNN.ndjson  rows, a JSON array each, behind a line that names the columns
 *     files/ungcuu.conf          the configuration
 *     keys/NAME.key              keys of the site, only when asked for
 *     blobs/SHA256[.enc]         stored files as they lie on the disk
 *     manifest.json              what must have come before, with a digest over all of it; last
 *
 * The rows are of one moment (db_snapshot_begin) and know nothing of the engine: a backup of SQLite
 * may be restored to PostgreSQL and the other way round. Stored files never change, so those that
 * the rows name are copied afterwards.
 *
 * The digest finds damage, not a forger: for that, keep the audit head elsewhere (verify --head).
 */
struct backup_facts {
    struct str program, engine, site;
    int64_t schema, at;
    bool keys;
    int64_t tables, rows, blobs, bytes; /* bytes: of all members, unpacked */
    struct audit_head audit;
    struct backup_troubles {
        struct backup_trouble {
            struct str name, what; /* what: "missing", "damaged" */
        } * at;
        size_t len, cap;
    } troubles; /* stored files that the backup could not take as they should be */
};

/* Told now and then what is being done; `total` bytes 0: not known. */
struct backup_watch {
    void (*tell)(void *ctx, const char *doing, int64_t rows, int64_t blobs, int64_t bytes);
    void *ctx;
};

struct backup_job {
    struct db_pool *pool;
    struct str dir; /* of the site */
    bool with_keys;
    int fd; /* where to write */
    struct backup_watch watch;
};
/* While the site runs and writes. Files that are missing or damaged do not stop it: see troubles.
 */
int backup_write(const struct backup_job *job, struct arena *a, struct backup_facts *out,
                 struct err *err);

/* An entry in the audit log: that a backup was made ("setting.backup"), or the site of one
 * ("setting.restore"). `where`: the file's name. A transaction of its own. */
int backup_note(struct db_pool *pool, struct arena *a, const char *action, struct str where,
                const struct backup_facts *facts, struct err *err);

/* Reads all of it: form, digests, counts, and that the rows of the audit log lead to its head.
 * ERR_CORRUPT, or ERR_UNSUPPORTED for a format or schema that this program does not know. */
int backup_verify(int fd, const struct backup_watch *watch, struct arena *a,
                  struct backup_facts *out, struct err *err);
/* The same for a whole file in memory. */
int backup_verify_text(struct str file, struct arena *a, struct backup_facts *out, struct err *err);

struct backup_target {
    struct str dir; /* not there, or empty */
    struct str db;  /* URL of an empty database; empty: DIR/ungcuu.db */
    struct str of;  /* the backup's name, for the audit log */
    struct backup_watch watch;
};
/*
 * Makes a site of it: checks what backup_verify does, walks the audit log, and brings an older
 * schema up to date. When anything fails, nothing is left behind. One entry in the audit log tells
 * of it, behind the head that the backup has.
 */
int backup_restore(int fd, const struct backup_target *target, struct arena *a,
                   struct backup_facts *out, struct err *err);

#endif
