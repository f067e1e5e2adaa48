#ifndef APP_EVIDENCE_EVIDENCE_H
#define APP_EVIDENCE_EVIDENCE_H

#include "app/account/account.h"
#include "base/base.h"
#include "sys/blob/blob.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * Evidence: files kept with a report or an incident. The content lies in the blob store; every file
 * has facts (what it is, where, when and by whom it was collected) and a custody log that is only
 * ever added to: who had it in hands, when and why. Files are only downloaded, never shown inside
 * the site; a download asks for its purpose.
 */

/* Set at start. */
extern struct blob_store evidence_store;
/* DIR/blobs, encrypting with the key file unless its path is empty. */
int evidence_open_store(struct arena *a, struct str dir, struct str key_path, struct err *err);

extern const struct form_choice evidence_kinds[];
extern const struct form_choice evidence_tlps[];
struct str evidence_kind_label(enum lang lang, struct str kind);

/* Files that one form may bring, in bytes: an image of a small disk or of memory. */
#define EVIDENCE_UPLOAD_MAX (16LL * 1024 * 1024 * 1024)

/* What a person says of a file. */
struct evidence_facts {
    struct str kind; /* of evidence_kinds */
    struct opt_int collected_at;
    struct str collected_where, collected_by, note;
    struct str tlp;
    bool malware; /* leaves the site only inside an encrypted ZIP */
    struct str version;
};
extern const struct form evidence_facts_form;

struct attachment_new {
    int64_t report_id, incident_id; /* one of them, the other 0 */
    struct str name;                /* as sent; cleaned for display, never used as a path */
    struct str type;                /* as sent */
    struct str note;
    struct blob_id blob;                /* already in the store */
    const struct actor *by;             /* NULL or id 0: the reporter */
    const struct evidence_facts *facts; /* NULL: none; its note takes the place of `note` */
    bool shared;                        /* partners of the incident see it */
};

/* What the search finds a file by. */
struct str evidence_fold(struct arena *a, struct str name, struct str sha256, struct str note);

/* Inside the caller's transaction. */
int evidence_attach(struct db *db, struct arena *a, const struct attachment_new *new_, int64_t now,
                    int64_t *id, struct err *err);

/* All uploaded files of a request: moved into the store, then attached. `facts` hold for each of
 * them (NULL: none), `shared` as above. */
int evidence_attach_uploads(struct db *db, struct http_request *req, int64_t report_id,
                            int64_t incident_id, const struct actor *by,
                            const struct evidence_facts *facts, bool shared, int64_t *count,
                            struct err *err);

/* Inside the caller's transaction: a line in the custody log of every file that moves along, when a
 * report becomes part of an incident, or files go from one incident to another: those noted with
 * that merge or split. */
int evidence_report_moved(struct db *db, int64_t report_id, struct str to_code,
                          const struct actor *by, int64_t now, struct err *err);
int evidence_merge_moved(struct db *db, int64_t merge_id, struct str to_code,
                         const struct actor *by, int64_t now, struct err *err);

/* Inside the caller's transaction: the mark that partners of the incident see the file. 1 when it
 * changed; a file of TLP:RED never gets it. */
int evidence_set_shared(struct db *db, int64_t attachment_id, int64_t incident_id, bool shared,
                        const struct actor *by, int64_t now, struct err *err);

struct attachment {
    int64_t id;
    struct str uuid, name, type, sha256, note, added_name, kind, tlp;
    int64_t size, added_at;
    bool malware, shared, sealed, removed;
    bool damaged; /* the last verification found it missing or altered */
};
VEC_TYPE(attachments, struct attachment);
int evidence_of_report(struct db *db, struct arena *a, int64_t report_id, struct attachments *out,
                       struct err *err);
/* Its own and those of the reports that became part of it; of TLP:RED only for its members. */
int evidence_of_incident(struct db *db, struct arena *a, int64_t incident_id, int64_t actor_id,
                         struct attachments *out, struct err *err);
/* Only what partners see. */
int evidence_shared_of_incident(struct db *db, struct arena *a, int64_t incident_id,
                                struct attachments *out, struct err *err);

/* The chain of custody of all evidence of an incident, in words: each file, removed ones too, with
 * its digests and every line of its log, oldest first. Files of TLP:RED only for its members. */
struct custody_line {
    int64_t at;
    struct str what, who, address, reason, detail;
};
struct custody_file {
    struct str uuid, name, kind, sha256, blake2b, note, tlp;
    struct str report_code; /* of the report it came with; empty: none */
    struct str added_name, collected_where, collected_by;
    struct str trouble; /* what the last verification found; empty: nothing */
    int64_t size, added_at;
    struct opt_int collected_at, verified_at, sealed_at, removed_at;
    bool malware;
    VEC(struct custody_line) lines;
};
VEC_TYPE(custody_files, struct custody_file);
int evidence_custody_of_incident(struct db *db, struct arena *a, enum lang lang,
                                 int64_t incident_id, int64_t actor_id, struct custody_files *out,
                                 struct err *err);

/* Inside the caller's transaction: a line in the custody log of a file that goes out by mail. */
int evidence_mailed(struct db *db, int64_t attachment_id, struct str to, const struct actor *by,
                    int64_t now, struct err *err);

/* ---- the whole store, for the command line ----------------------------------------------------
 */

struct evidence_finding {
    struct str sha256;
    const char *what; /* "missing", "altered", "locked" (no key), "unreferenced" */
    int64_t size;
};

struct evidence_check {
    int64_t files, bytes; /* checked */
    int64_t missing, altered, locked, unreferenced;
};

/* Reads everything and compares both digests; `found` is told of each trouble, `step` of progress
 * (bytes done of all). Results go to the records, and to the custody log when they changed. */
int evidence_verify(struct db *db, int64_t now,
                    void (*found)(void *ctx, const struct evidence_finding *),
                    void (*step)(void *ctx, int64_t done, int64_t all), void *ctx,
                    struct evidence_check *out, struct err *err);
/* Encrypts what is not encrypted with the newest key. */
int evidence_encrypt(struct db *db, int64_t now, void (*step)(void *ctx, int64_t done, int64_t all),
                     void *ctx, int64_t *files, struct err *err);

/* A file as the API tells of it in lists. */
struct api_resource;
extern const struct api_resource evidence_file_resource;

/* /files/{uuid}: facts, custody, download; scope of its report or incident. */
extern const struct http_route evidence_routes[];
extern const size_t evidence_routes_len;

/* The same over /api/v1. */
extern const struct http_route evidence_api_routes[];
extern const size_t evidence_api_routes_len;

#endif
