#include "app/evidence/inner.h"

/* What is done to a file, for the pages and the API alike: each leaves a line in the custody log
 * and an entry in the audit log. */

int evidence_require(bool may, const char *what, struct err *err)
{
    return may ? 0 : err_set(err, ERR_FORBIDDEN, "no right to %s this file", what);
}

/* Locks the file: removed is ERR_STATE, sealed too unless `sealed`. */
static int change_begin(struct http_request *req, struct db *db,
                        const struct evidence_find_row *file, bool sealed,
                        struct evidence_lock_row *was, struct err *err)
{
    int r;

    if ((r = db_begin(db, err)) < 0 || (r = evidence_lock(db, req->arena, file->id, was, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no file %" PRId64, file->id);
    if (was->removed_at.has)
        return err_set(err, ERR_STATE, "the content of this file was removed");
    if (was->sealed_at.has && !sealed)
        return err_set(err, ERR_STATE, "this file is sealed");
    return 0;
}

static int change_commit(struct http_request *req, struct db *db,
                         const struct evidence_find_row *file, const char *action,
                         struct str reason, struct str detail, struct err *err)
{
    int r = evidence_record(db, req->arena, file,
                            &(struct custody_entry){.action = action,
                                                    .reason = reason,
                                                    .detail = detail,
                                                    .by = actor_of(req),
                                                    .at = req->now},
                            err);

    return r < 0 ? r : db_commit(db, err);
}

int evidence_note_download(struct http_request *req, struct db *db,
                           const struct evidence_find_row *file, struct str reason, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct evidence_lock_row was;
    int r;

    if ((r = change_begin(req, db, file, true, &was, err)) < 0)
        return r;
    return change_commit(req, db, file, "download", reason, file->malware ? STR("ZIP") : STR(""),
                         err);
}

int evidence_change_facts(struct http_request *req, struct db *db,
                          const struct evidence_find_row *file, int64_t version,
                          const struct evidence_facts *in, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct evidence_lock_row was;
    int64_t r;

    if ((r = evidence_require(file->may_write, "change", err)) < 0 ||
        (r = change_begin(req, db, file, false, &was, err)) < 0)
        return (int)r;
    if (version != 0 && version != was.version)
        return err_set(err, ERR_CONFLICT, "these facts were changed meanwhile");
    if ((r = evidence_facts_update(db, file->id, in->kind, in->collected_at, in->collected_where,
                                   in->collected_by, in->note, in->tlp, in->malware,
                                   evidence_fold(req->arena, file->name, file->sha256, in->note),
                                   err)) < 0)
        return (int)r;
    return change_commit(req, db, file, "facts", STR(""),
                         str_printf(req->arena, STR_FMT ", " STR_FMT "%s", STR_ARG(in->kind),
                                    STR_ARG(form_choice_label(evidence_tlps, LANG_EN, in->tlp)),
                                    in->malware ? ", malware" : ""),
                         err);
}

int evidence_check_one(struct http_request *req, struct db *db,
                       const struct evidence_find_row *file, const char **trouble, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct str blake2b;
    struct blob_id id;
    int64_t r;

    if ((r = evidence_require(file->may_write, "verify", err)) < 0)
        return (int)r;
    if (file->removed_at.has)
        return err_set(err, ERR_STATE, "the content of this file was removed");
    if (!evidence_blob_id(file->sha256, file->blake2b, file->size, &id))
        return err_set(err, ERR_CORRUPT, "attachment %" PRId64 " has a malformed hash", file->id);
    if ((r = evidence_look(&id, file->blake2b, trouble, &blake2b, req->arena, NULL, NULL, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = db_begin(db, err)) < 0 ||
        (r = evidence_blob_verified(db, file->sha256, req->now, str_c(*trouble), blake2b, err)) < 0)
        return (int)r;
    return change_commit(req, db, file, (*trouble)[0] != '\0' ? *trouble : "verify", STR(""),
                         STR(""), err);
}

int evidence_seal(struct http_request *req, struct db *db, const struct evidence_find_row *file,
                  bool seal, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct evidence_lock_row was;
    int64_t r;

    if ((r = evidence_require(file->may_manage, "seal", err)) < 0 ||
        (r = change_begin(req, db, file, true, &was, err)) < 0 ||
        (r = evidence_seal_update(db, file->id, seal ? opt_int(req->now) : NO_INT, err)) < 0)
        return (int)r;
    return change_commit(req, db, file, seal ? "seal" : "unseal", STR(""), STR(""), err);
}

int evidence_remove(struct http_request *req, struct db *db, const struct evidence_find_row *file,
                    const struct evidence_remove_values *in, struct err *err)
{
    struct evidence_holders_row holders;
    struct evidence_lock_row was;
    struct blob_id id;
    int64_t r;

    if ((r = evidence_require(file->may_manage, "remove", err)) < 0)
        return (int)r;
    if (!str_eq_nocase(in->confirm, str_sub(file->sha256, 0, 8))) {
        r = err_set(err, ERR_INVALID, "not the first 8 characters of its SHA-256");
        err_field(err, "confirm");
        return (int)r;
    }
    {
        _cleanup_(db_rollback_if_open) struct db *tx = db;

        if ((r = change_begin(req, db, file, false, &was, err)) < 0 ||
            (r = evidence_remove_update(db, file->id, req->now, err)) < 0 ||
            (r = evidence_holders(db, req->arena, file->sha256, &holders, err)) < 0 ||
            (r = change_commit(req, db, file, "remove", in->reason, STR(""), err)) < 0)
            return (int)r;
    }
    /* What is left behind when this fails is found by "evidence verify" as unreferenced. */
    if (holders.total == 0 && evidence_blob_id(file->sha256, file->blake2b, file->size, &id))
        return blob_remove(&evidence_store, &id, err);
    return 0;
}
