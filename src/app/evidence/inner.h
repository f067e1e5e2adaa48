#ifndef APP_EVIDENCE_INNER_H
#define APP_EVIDENCE_INNER_H

#include "app/evidence/evidence.h"
#include "app/evidence/queries.h"

/* What the files of this room share. */

/* A line of the custody log: `by` NULL or id 0 is the reporter, or the command line when `program`.
 */
struct custody_entry {
    const char *action; /* of custody_actions in words.c */
    struct str reason, detail;
    const struct actor *by;
    int64_t at;
    bool program;
};
int custody_write(struct db *db, int64_t attachment_id, const struct custody_entry *e,
                  struct err *err);

/* Custody and audit of something that was done to a file; inside the caller's transaction, last.
 * The audit entry is "file.ACTION". */
int evidence_record(struct db *db, struct arena *a, const struct evidence_find_row *file,
                    const struct custody_entry *e, struct err *err);

bool evidence_blob_id(struct str sha256, struct str blake2b, int64_t size, struct blob_id *out);

/* What reading one content again shows: "" when it is as it should be. Errors are those that say
 * nothing of the content. */
int evidence_look(const struct blob_id *id, struct str blake2b, const char **trouble,
                  struct str *found_blake2b, struct arena *a,
                  void (*step)(void *ctx, int64_t bytes), void *ctx, struct err *err);

/* The content inside an encrypted ZIP with the password that is customary for samples. The file is
 * without a name and goes away when it is closed. */
#define EVIDENCE_ZIP_PASSWORD "infected"
int evidence_zip(const struct blob_id *id, struct str name, int64_t modified, int *fd,
                 int64_t *size, struct err *err);

struct str evidence_custody_label(enum lang lang, struct str action);
const char *evidence_custody_icon(struct str action);
struct str evidence_trouble_label(enum lang lang, struct str trouble);

struct evidence_reason_values {
    struct str reason;
};
struct evidence_remove_values {
    struct str reason, confirm;
};
extern const struct form evidence_download_form, evidence_remove_form;

/* What is done to a file (change.c), by whoever sends the request: a transaction of its own with
 * the custody line and the audit entry. ERR_FORBIDDEN, ERR_STATE (removed, sealed). */
int evidence_require(bool may, const char *what, struct err *err);
int evidence_note_download(struct http_request *req, struct db *db,
                           const struct evidence_find_row *file, struct str reason,
                           struct err *err);
/* version 0: whatever it is; another one is ERR_CONFLICT. */
int evidence_change_facts(struct http_request *req, struct db *db,
                          const struct evidence_find_row *file, int64_t version,
                          const struct evidence_facts *in, struct err *err);
/* *trouble: "" when the content is as it was taken in. */
int evidence_check_one(struct http_request *req, struct db *db,
                       const struct evidence_find_row *file, const char **trouble, struct err *err);
int evidence_seal(struct http_request *req, struct db *db, const struct evidence_find_row *file,
                  bool seal, struct err *err);
/* ERR_INVALID with field "confirm" when the hash was not typed. */
int evidence_remove(struct http_request *req, struct db *db, const struct evidence_find_row *file,
                    const struct evidence_remove_values *in, struct err *err);

/* For the pages and the API alike: the file of the URL, as the actor may see it; its content, with
 * the purpose in the custody log. */
int evidence_web_find(struct http_request *req, struct db **db, struct evidence_find_row *file,
                      struct err *err);
int evidence_send(struct http_request *req, struct http_response *res, struct db *db,
                  const struct evidence_find_row *file, struct str reason, struct err *err);

#endif
