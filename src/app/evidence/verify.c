#include "app/audit/audit.h"
#include "app/evidence/inner.h"
#include "base/json.h"

enum { PORTION = 200 };

bool evidence_blob_id(struct str sha256, struct str blake2b, int64_t size, struct blob_id *out)
{
    *out = (struct blob_id){.size = size};
    out->has_blake2b = str_from_hex(blake2b, out->blake2b, DIGEST_BYTES);
    return str_from_hex(sha256, out->sha256, DIGEST_BYTES);
}

int evidence_look(const struct blob_id *id, struct str blake2b, const char **trouble,
                  struct str *found_blake2b, struct arena *a,
                  void (*step)(void *ctx, int64_t bytes), void *ctx, struct err *err)
{
    uint8_t sha[DIGEST_BYTES], blake[DIGEST_BYTES];
    char key[BLOB_KEY_ID + 1];
    int r = blob_key_of(&evidence_store, id, key, err);

    *trouble = "";
    *found_blake2b = STR("");
    if (r == ERR_CORRUPT) {
        *trouble = "missing";
        return 0;
    }
    if (r < 0)
        return r;
    r = blob_digest(&evidence_store, id, sha, blake, step, ctx, err);
    if (r == ERR_UNAVAILABLE || r == ERR_CORRUPT)
        *trouble = r == ERR_UNAVAILABLE ? "locked" : "altered";
    else if (r < 0)
        return r;
    else if (memcmp(sha, id->sha256, DIGEST_BYTES) != 0 ||
             (blake2b.len > 0 && !str_eq(blake2b, str_hex(a, blake, DIGEST_BYTES))))
        *trouble = "altered";
    else
        *found_blake2b = str_hex(a, blake, DIGEST_BYTES);
    return 0;
}

/* ---- the whole store ---------------------------------------------------------------------------
 */

struct run {
    struct db *db;
    struct arena arena;
    int64_t now;
    void (*found)(void *ctx, const struct evidence_finding *);
    void (*step)(void *ctx, int64_t done, int64_t all);
    void *ctx;
    int64_t done, all;
    struct evidence_check *out;
};

static void count_bytes(void *ctx, int64_t bytes)
{
    struct run *run = ctx;

    run->done += bytes;
    if (run->step != NULL)
        run->step(run->ctx, run->done, run->all);
}

static void tell(struct run *run, struct str sha256, const char *what, int64_t size)
{
    if (run->found != NULL)
        run->found(run->ctx, &(struct evidence_finding){sha256, what, size});
}

static int note_result(struct run *run, const struct evidence_blobs_row *b, const char *trouble,
                       struct str blake2b, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = run->db;
    int64_t r = db_begin(run->db, err);

    if (r < 0 || (r = evidence_blob_verified(run->db, b->sha256, run->now, str_c(trouble), blake2b,
                                             err)) < 0)
        return (int)r;
    /* A file that stays as it was would fill its log with every run. */
    if (!str_is(b->trouble, trouble) &&
        (r = custody_insert_blob(run->db, b->sha256, run->now,
                                 trouble[0] != '\0' ? str_c(trouble) : STR("verify"), NO_INT,
                                 STR(AUDIT_COMMAND_LINE), STR(""), STR(""), STR(""), err)) < 0)
        return (int)r;
    return db_commit(run->db, err);
}

static int check_one(struct run *run, const struct evidence_blobs_row *b, struct err *err)
{
    const char *trouble;
    struct err why = {0};
    struct str blake2b;
    struct blob_id id;
    int r;

    if (!evidence_blob_id(b->sha256, b->blake2b, b->size, &id))
        return err_set(err, ERR_CORRUPT, "a malformed hash among the files: " STR_FMT,
                       STR_ARG(b->sha256));
    if ((r = evidence_look(&id, b->blake2b, &trouble, &blake2b, &run->arena, count_bytes, run,
                           &why)) < 0) {
        *err = why;
        return r;
    }
    run->out->files++;
    run->out->bytes += b->size;
    run->out->missing += strcmp(trouble, "missing") == 0;
    run->out->altered += strcmp(trouble, "altered") == 0;
    run->out->locked += strcmp(trouble, "locked") == 0;
    if (trouble[0] != '\0')
        tell(run, b->sha256, trouble, b->size);
    return note_result(run, b, trouble, blake2b, err);
}

/* Calls `one` for every content that somebody needs. */
static int for_each_blob(struct run *run,
                         int (*one)(struct run *, const struct evidence_blobs_row *, struct err *),
                         struct err *err)
{
    char after[2 * DIGEST_BYTES + 1] = "";
    struct evidence_blobs_rows rows;
    int r;

    do {
        arena_clear(&run->arena);
        if ((r = evidence_blobs(run->db, &run->arena, str_c(after), PORTION, &rows, err)) < 0)
            return r;
        for (size_t i = 0; i < rows.len; i++) {
            if ((r = one(run, &rows.at[i], err)) < 0)
                return r;
        }
        if (rows.len > 0)
            snprintf(after, sizeof(after), STR_FMT, STR_ARG(rows.at[rows.len - 1].sha256));
    } while (rows.len == PORTION);
    return 0;
}

static int find_unreferenced(void *ctx, struct str name, int64_t size, struct err *err)
{
    struct run *run = ctx;
    struct evidence_blob_needed_row row;
    struct arena a = {0};
    int r = evidence_blob_needed(run->db, &a, name, &row, err);

    arena_release(&a);
    if (r == 0) {
        run->out->unreferenced++;
        tell(run, name, "unreferenced", size);
    }
    return MIN(r, 0);
}

static int audit_run(struct run *run, const char *action, struct str detail, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = run->db;
    int r = db_begin(run->db, err);

    if (r < 0 || (r = audit_write(run->db, &run->arena,
                                  &(struct audit_entry){.at = run->now,
                                                        .actor_name = STR(AUDIT_COMMAND_LINE),
                                                        .action = action,
                                                        .object_kind = "file",
                                                        .object_code = STR(""),
                                                        .address = STR(""),
                                                        .detail = detail},
                                  err)) < 0)
        return r;
    return db_commit(run->db, err);
}

static int begin(struct run *run, struct err *err)
{
    struct evidence_blob_totals_row totals;
    int r = evidence_blob_totals(run->db, &run->arena, &totals, err);

    if (r == 0)
        run->all = totals.bytes;
    return r;
}

int evidence_verify(struct db *db, int64_t now,
                    void (*found)(void *ctx, const struct evidence_finding *),
                    void (*step)(void *ctx, int64_t done, int64_t all), void *ctx,
                    struct evidence_check *out, struct err *err)
{
    struct run run = {.db = db, .now = now, .found = found, .step = step, .ctx = ctx, .out = out};
    struct json_writer w;
    struct buf detail;
    int r;

    *out = (struct evidence_check){0};
    if ((r = begin(&run, err)) == 0 && (r = for_each_blob(&run, check_one, err)) == 0 &&
        (r = blob_walk(&evidence_store, find_unreferenced, &run, err)) == 0) {
        detail = buf_make(&run.arena);
        json_w_init(&w, &detail);
        json_w_object(&w);
        json_w_kint(&w, "files", out->files);
        json_w_kint(&w, "missing", out->missing);
        json_w_kint(&w, "altered", out->altered);
        json_w_kint(&w, "locked", out->locked);
        json_w_kint(&w, "unreferenced", out->unreferenced);
        json_w_end(&w);
        r = audit_run(&run, "file.verify", buf_str(&detail), err);
    }
    arena_release(&run.arena);
    return r;
}

/* ---- encrypting --------------------------------------------------------------------------------
 */

static int encrypt_one(struct run *run, const struct evidence_blobs_row *b, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = run->db;
    struct str key = str_c(evidence_store.keys->at[0].id);
    struct blob_id id;
    int64_t r;

    if (!evidence_blob_id(b->sha256, b->blake2b, b->size, &id))
        return err_set(err, ERR_CORRUPT, "a malformed hash among the files: " STR_FMT,
                       STR_ARG(b->sha256));
    if ((r = blob_encrypt(&evidence_store, &id, err)) < 0)
        return (int)r;
    count_bytes(run, b->size);
    if (r == 0 && str_eq(b->key_id, key))
        return 0;
    run->out->files += r;
    if ((r = db_begin(run->db, err)) < 0 ||
        (r = evidence_blob_key(run->db, b->sha256, key, err)) < 0 ||
        (r = custody_insert_blob(run->db, b->sha256, run->now, STR("encrypt"), NO_INT,
                                 STR(AUDIT_COMMAND_LINE), STR(""), STR(""), key, err)) < 0)
        return (int)r;
    return db_commit(run->db, err);
}

int evidence_encrypt(struct db *db, int64_t now, void (*step)(void *ctx, int64_t done, int64_t all),
                     void *ctx, int64_t *files, struct err *err)
{
    struct evidence_check done = {0};
    struct run run = {.db = db, .now = now, .step = step, .ctx = ctx, .out = &done};
    int r;

    *files = 0;
    if (evidence_store.keys == NULL) {
        err_set(err, ERR_STATE, "the site has no key for its files");
        err_hint(err, "make one: ungcuu evidence key");
        return ERR_STATE;
    }
    if ((r = begin(&run, err)) == 0 && (r = for_each_blob(&run, encrypt_one, err)) == 0)
        r = audit_run(&run, "file.encrypt",
                      str_printf(&run.arena, "{\"files\":%" PRId64 ",\"key\":\"%s\"}", done.files,
                                 evidence_store.keys->at[0].id),
                      err);
    *files = done.files;
    arena_release(&run.arena);
    return r;
}
