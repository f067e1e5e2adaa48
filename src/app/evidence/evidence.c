#include "app/evidence/evidence.h"

#include "app/audit/audit.h"
#include "app/evidence/queries.h"
#include "app/web/web.h"
#include "base/random.h"
#include "base/text.h"

struct blob_store evidence_store;

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

int evidence_attach(struct db *db, struct arena *a, const struct attachment_new *new_, int64_t now,
                    int64_t *id, struct err *err)
{
    struct str sha256 = str_hex(a, new_->blob.sha256, 32);
    bool signed_in = new_->by != NULL && new_->by->id != 0;
    struct evidence_insert_row row;
    int64_t r = evidence_blob_put(db, sha256, new_->blob.size, now, err);

    if (r >= 0)
        r = evidence_insert(db, a, random_uuid7(a, now),
                            new_->report_id != 0 ? opt_int(new_->report_id) : NO_INT,
                            new_->incident_id != 0 ? opt_int(new_->incident_id) : NO_INT, sha256,
                            clean_name(a, new_->name), str_sub(new_->type, 0, 100), new_->blob.size,
                            new_->note, now, signed_in ? opt_int(new_->by->id) : NO_INT,
                            signed_in ? new_->by->name : STR(""), &row, err);
    if (r >= 0)
        *id = row.id;
    return r < 0 ? (int)r : 0;
}

int evidence_attach_uploads(struct db *db, struct http_request *req, int64_t report_id,
                            int64_t incident_id, const struct actor *by, int64_t *count,
                            struct err *err)
{
    *count = 0;
    for (struct http_file *f = req->files; f != NULL; f = f->next) {
        struct attachment_new new_ = {.report_id = report_id,
                                      .incident_id = incident_id,
                                      .name = f->name,
                                      .type = f->type,
                                      .blob = {.size = f->size},
                                      .by = by};
        int64_t id;
        int r;

        /* A file field left empty arrives as a nameless file of no bytes. */
        if (f->size == 0 && f->name.len == 0)
            continue;
        memcpy(new_.blob.sha256, f->sha256, 32);
        if ((r = blob_take(&evidence_store, f->path.ptr, &new_.blob, err)) < 0)
            return r;
        f->taken = true;
        if ((r = evidence_attach(db, req->arena, &new_, req->now, &id, err)) < 0)
            return r;
        *count += 1;
    }
    return 0;
}

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
                                                .size = r->size,
                                                .added_at = r->added_at};
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

int evidence_of_incident(struct db *db, struct arena *a, int64_t incident_id,
                         struct attachments *out, struct err *err)
{
    struct attachment_rows rows;
    int r = evidence_by_incident(db, a, incident_id, &rows, err);

    if (r == 0)
        copy_rows(a, &rows, out);
    return r;
}

/* Every download is in the audit log: who had which file, when. */
static int audit_download(struct db *db, struct http_request *req,
                          const struct evidence_find_row *file, struct err *err)
{
    const struct actor *actor = actor_of(req);
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    r = audit_write(
        db, req->arena,
        &(struct audit_entry){.at = req->now,
                              .actor_id = actor->id,
                              .actor_name = actor->name,
                              .action = "file.download",
                              .object_kind = "file",
                              .object_id = file->id,
                              .object_code = file->incident_code.ptr != NULL ? file->incident_code
                                             : file->report_code.ptr != NULL ? file->report_code
                                                                             : STR(""),
                              .address = actor->address,
                              .detail = str_printf(req->arena, "{\"sha256\":\"" STR_FMT "\"}",
                                                   STR_ARG(file->sha256))},
        err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    return db_commit(db, err);
}

static int file_get(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct evidence_find_row file;
    struct blob_id id;
    struct db *db;
    int r, fd;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = evidence_find(db, req->arena, actor->id, req->now, http_param(req, "uuid"), &file,
                           err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no such file in reach");
    id.size = file.size;
    if (!str_from_hex(file.sha256, id.sha256, 32))
        return err_set(err, ERR_CORRUPT, "attachment %" PRId64 " has a malformed hash", file.id);
    if ((r = audit_download(db, req, &file, err)) < 0 ||
        (r = blob_open(&evidence_store, &id, &fd, err)) < 0)
        return r;
    http_send_file(req, res, fd, id.size, file.name, "application/octet-stream");
    return 0;
}

const struct http_route evidence_routes[] = {
    {HTTP_GET, "/files/{uuid}", "session", file_get, .scope = "file"},
};
const size_t evidence_routes_len = ARRAY_LEN(evidence_routes);
