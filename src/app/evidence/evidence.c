#include "app/evidence/inner.h"

#include "app/audit/audit.h"
#include "base/io.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

struct blob_store evidence_store;

int evidence_open_store(struct arena *a, struct str dir, struct str key_path, struct err *err)
{
    struct blob_keys *keys = NULL;

    if (key_path.len > 0) {
        int r;

        keys = arena_new(a, struct blob_keys);
        if ((r = blob_keys_read(a, str_cdup(a, key_path), keys, err)) < 0) {
            err_hint(err, "evidence_key in ungcuu.conf names the key file; put it back from its "
                          "copy, or make one: ungcuu evidence key");
            return r;
        }
    }
    evidence_store = (struct blob_store){.dir = io_join(a, dir, STR("blobs")), .keys = keys};
    return 0;
}

/* A name fit to show and to offer for download: no path, no control characters, at most 150
 * letters. */
static struct str clean_name(struct arena *a, struct str name)
{
    struct buf b = buf_make(a);
    size_t bad;

    name = text_repair(a, name, &bad);
    for (ptrdiff_t at;
         (at = str_find_char(name, '/')) >= 0 || (at = str_find_char(name, '\\')) >= 0;)
        name = str_from(name, (size_t)at + 1);
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(&b,
                     (unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f ? '_' : name.ptr[i]);
    name = text_ellipsis(a, text_compose(a, str_trim(buf_str(&b))), 150);
    return name.len > 0 ? name : STR("file");
}

/* ---- custody -----------------------------------------------------------------------------------
 */

static struct opt_int id_of(const struct actor *by)
{
    return by != NULL && by->id != 0 ? opt_int(by->id) : NO_INT;
}

static struct str name_of(const struct custody_entry *e)
{
    if (e->program)
        return STR(AUDIT_COMMAND_LINE);
    return e->by != NULL && e->by->id != 0 ? e->by->name : STR("");
}

int custody_write(struct db *db, int64_t attachment_id, const struct custody_entry *e,
                  struct err *err)
{
    int64_t r = custody_insert(db, attachment_id, e->at, str_c(e->action), id_of(e->by), name_of(e),
                               e->by != NULL ? e->by->address : STR(""),
                               e->reason.ptr != NULL ? e->reason : STR(""),
                               e->detail.ptr != NULL ? e->detail : STR(""), err);

    return r < 0 ? (int)r : 0;
}

static struct str code_of(const struct evidence_find_row *file)
{
    return file->incident_code.ptr != NULL ? file->incident_code
           : file->report_code.ptr != NULL ? file->report_code
                                           : STR("");
}

int evidence_record(struct db *db, struct arena *a, const struct evidence_find_row *file,
                    const struct custody_entry *e, struct err *err)
{
    struct buf detail = buf_make(a);
    struct json_writer w;
    int r = custody_write(db, file->id, e, err);

    if (r < 0)
        return r;
    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kstr(&w, "sha256", file->sha256);
    if (e->reason.len > 0)
        json_w_kstr(&w, "reason", e->reason);
    if (e->detail.len > 0)
        json_w_kstr(&w, "detail", e->detail);
    json_w_end(&w);
    return audit_write(db, a,
                       &(struct audit_entry){.at = e->at,
                                             .actor_id = e->by != NULL ? e->by->id : 0,
                                             .actor_name = name_of(e),
                                             .action = str_printf(a, "file.%s", e->action).ptr,
                                             .object_kind = "file",
                                             .object_id = file->id,
                                             .object_code = code_of(file),
                                             .address = e->by != NULL ? e->by->address : STR(""),
                                             .detail = buf_str(&detail)},
                       err);
}

int evidence_report_moved(struct db *db, int64_t report_id, struct str to_code,
                          const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = custody_insert_report(db, report_id, now, STR("move"), id_of(by), by->name,
                                      by->address, STR(""), to_code, err);

    return r < 0 ? (int)r : 0;
}

int evidence_merge_moved(struct db *db, int64_t merge_id, struct str to_code,
                         const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = custody_insert_merge(db, merge_id, now, STR("move"), id_of(by), by->name,
                                     by->address, STR(""), to_code, err);

    return r < 0 ? (int)r : 0;
}

int evidence_set_shared(struct db *db, int64_t attachment_id, int64_t incident_id, bool shared,
                        const struct actor *by, int64_t now, struct err *err)
{
    int64_t changed = evidence_mark(db, attachment_id, incident_id, shared ? incident_id : 0, err);
    int r;

    if (changed <= 0)
        return (int)changed;
    r = custody_write(
        db, attachment_id,
        &(struct custody_entry){.action = shared ? "share" : "unshare", .by = by, .at = now}, err);
    return r < 0 ? r : 1;
}

/* ---- adding ------------------------------------------------------------------------------------
 */

struct str evidence_fold(struct arena *a, struct str name, struct str sha256, struct str note)
{
    struct str all = str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(sha256),
                                STR_ARG(str_sub(note, 0, 2000)));

    return text_fold(a, text_repair(a, all, &(size_t){0}));
}

int evidence_attach(struct db *db, struct arena *a, const struct attachment_new *new_, int64_t now,
                    int64_t *id, struct err *err)
{
    static const struct evidence_facts none = {.kind = STR_INIT("other"),
                                               .collected_where = STR_INIT(""),
                                               .collected_by = STR_INIT(""),
                                               .note = STR_INIT(""),
                                               .tlp = STR_INIT("amber")};
    const struct evidence_facts *facts = new_->facts != NULL ? new_->facts : &none;
    struct str sha256 = str_hex(a, new_->blob.sha256, DIGEST_BYTES);
    struct str blake2b =
        new_->blob.has_blake2b ? str_hex(a, new_->blob.blake2b, DIGEST_BYTES) : STR("");
    struct str key = evidence_store.keys != NULL ? str_c(evidence_store.keys->at[0].id) : STR("");
    const struct custody_entry added = {
        .action = "add", .detail = sha256, .by = new_->by, .at = now};
    struct evidence_insert_row row;
    int64_t r = evidence_blob_put(db, sha256, blake2b, new_->blob.size, key, now, err);

    if (r < 0 ||
        (r = evidence_insert(
             db, a, random_uuid7(a, now), new_->report_id != 0 ? opt_int(new_->report_id) : NO_INT,
             new_->incident_id != 0 ? opt_int(new_->incident_id) : NO_INT, sha256,
             clean_name(a, new_->name), str_sub(new_->type, 0, 100), new_->blob.size,
             new_->facts != NULL ? facts->note : new_->note, now, id_of(new_->by), name_of(&added),
             facts->kind, facts->collected_at, facts->collected_where, facts->collected_by,
             facts->tlp, facts->malware, new_->shared ? new_->incident_id : 0,
             evidence_fold(a, clean_name(a, new_->name), sha256,
                           new_->facts != NULL ? facts->note : new_->note),
             &row, err)) < 0 ||
        (r = custody_write(db, row.id, &added, err)) < 0)
        return (int)r;
    *id = row.id;
    return 0;
}

int evidence_attach_uploads(struct db *db, struct http_request *req, int64_t report_id,
                            int64_t incident_id, const struct actor *by,
                            const struct evidence_facts *facts, bool shared, int64_t *count,
                            struct err *err)
{
    *count = 0;
    for (struct http_file *f = req->files; f != NULL; f = f->next) {
        struct attachment_new new_ = {.report_id = report_id,
                                      .incident_id = incident_id,
                                      .name = f->name,
                                      .type = f->type,
                                      .note = STR(""),
                                      .blob = {.size = f->size, .has_blake2b = true},
                                      .by = by,
                                      .facts = facts,
                                      .shared = shared};
        int64_t id;
        int r;

        /* A file field left empty arrives as a nameless file of no bytes. */
        if (f->size == 0 && f->name.len == 0)
            continue;
        memcpy(new_.blob.sha256, f->sha256, DIGEST_BYTES);
        memcpy(new_.blob.blake2b, f->blake2b, DIGEST_BYTES);
        if ((r = blob_take(&evidence_store, f->path.ptr, &f->veil, &new_.blob, err)) < 0)
            return r;
        f->taken = true;
        if ((r = evidence_attach(db, req->arena, &new_, req->now, &id, err)) < 0)
            return r;
        *count += 1;
    }
    return 0;
}

/* ---- lists -------------------------------------------------------------------------------------
 */

static void copy_rows(struct arena *a, const struct attachment_rows *rows, struct attachments *out)
{
    *out = (struct attachments){0};
    for (size_t i = 0; i < rows->len; i++) {
        const struct attachment_row *r = &rows->at[i];

        *vec_push(out, a) = (struct attachment){.id = r->id,
                                                .uuid = r->uuid,
                                                .name = r->name,
                                                .type = r->type,
                                                .sha256 = r->sha256,
                                                .note = r->note,
                                                .added_name = r->added_name,
                                                .kind = r->kind,
                                                .tlp = r->tlp,
                                                .size = r->size,
                                                .added_at = r->added_at,
                                                .malware = r->malware,
                                                .shared = r->shared,
                                                .sealed = r->sealed_at.has,
                                                .removed = r->removed_at.has,
                                                .damaged = r->trouble.len > 0};
    }
}

int evidence_of_report(struct db *db, struct arena *a, int64_t report_id, struct attachments *out,
                       struct err *err)
{
    struct attachment_rows rows;
    int r = evidence_by_report(db, a, report_id, &rows, err);

    if (r == 0)
        copy_rows(a, &rows, out);
    return r;
}

int evidence_of_incident(struct db *db, struct arena *a, int64_t incident_id, int64_t actor_id,
                         struct attachments *out, struct err *err)
{
    struct attachment_rows rows;
    int r = evidence_by_incident(db, a, actor_id, incident_id, &rows, err);

    if (r == 0)
        copy_rows(a, &rows, out);
    return r;
}

int evidence_shared_of_incident(struct db *db, struct arena *a, int64_t incident_id,
                                struct attachments *out, struct err *err)
{
    struct attachment_rows rows;
    int r = evidence_shared_by_incident(db, a, incident_id, &rows, err);

    if (r == 0)
        copy_rows(a, &rows, out);
    return r;
}

int evidence_mailed(struct db *db, int64_t attachment_id, struct str to, const struct actor *by,
                    int64_t now, struct err *err)
{
    return custody_write(
        db, attachment_id,
        &(struct custody_entry){
            .action = "mail", .reason = STR(""), .detail = to, .by = by, .at = now},
        err);
}
