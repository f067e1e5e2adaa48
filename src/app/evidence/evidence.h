#ifndef APP_EVIDENCE_EVIDENCE_H
#define APP_EVIDENCE_EVIDENCE_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/blob/blob.h"
#include "sys/db/db.h"
#include "sys/http/http.h"

/*
 * Files kept with a report or an incident: content in the blob store, one attachment row each. They
 * are only ever downloaded, never shown inside the site.
 */
struct attachment_new {
    int64_t report_id, incident_id; /* one of them, the other 0 */
    struct str name;                /* as sent; cleaned for display, never used as a path */
    struct str type;                /* as sent */
    struct str note;
    struct blob_id blob;    /* already in the store */
    const struct actor *by; /* NULL or id 0: the reporter */
};

/* Set at start: DIR/blobs. */
extern struct blob_store evidence_store;

/* Inside the caller's transaction. */
int evidence_attach(struct db *db, struct arena *a, const struct attachment_new *new_, int64_t now,
                    int64_t *id, struct err *err);

/* All uploaded files of a request: moved into the store, then attached. */
int evidence_attach_uploads(struct db *db, struct http_request *req, int64_t report_id,
                            int64_t incident_id, const struct actor *by, int64_t *count,
                            struct err *err);

struct attachment {
    int64_t id;
    struct str uuid, name, type, sha256, note, added_name;
    int64_t size, added_at;
};
VEC_TYPE(attachments, struct attachment);
int evidence_of_report(struct db *db, struct arena *a, int64_t report_id, struct attachments *out,
                       struct err *err);
/* Its own and those of the reports that became part of it. */
int evidence_of_incident(struct db *db, struct arena *a, int64_t incident_id,
                         struct attachments *out, struct err *err);

/* GET /files/{uuid}: as an attachment, audited, scope of its report or incident. */
extern const struct http_route evidence_routes[];
extern const size_t evidence_routes_len;

#endif
