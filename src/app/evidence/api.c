#include "app/api/api.h"
#include "app/evidence/inner.h"
#include "sys/i18n/i18n.h"

#define ITEM(m) API_AT(struct attachment, m)
static const struct api_field item_fields[] = {
    {ITEM(uuid), .label = N_("UUID"), .about = N_("Names it in the address of the download")},
    {ITEM(name), .label = N_("File name"), .wide = true},
    {ITEM(type), .label = N_("Media type"), .about = N_("As it was sent: not to be believed")},
    {ITEM(size), .label = N_("Bytes")},
    {ITEM(sha256), .label = N_("SHA-256")},
    {ITEM(kind), .label = N_("Kind"), .choices = evidence_kinds},
    {ITEM(tlp), .label = N_("TLP")},
    {ITEM(malware), .label = N_("Malware"),
     .about = N_("Leaves the site only inside an encrypted ZIP; the password is \"infected\"")},
    {ITEM(sealed), .label = N_("Sealed")},
    {ITEM(removed), .label = N_("Removed"), .about = N_("Only its facts are left")},
    {ITEM(note), .label = N_("Note")},
    {ITEM(added_name), .label = N_("Added by")},
    {ITEM(added_at), .type = API_TIME, .label = N_("Added")},
};
const struct api_resource evidence_file_resource = API_RESOURCE(
    "File", struct attachment, item_fields, N_("A file kept with a report or incident"));

#define FACT(m) API_AT(struct evidence_find_row, m)
static const struct api_field fact_fields[] = {
    {FACT(uuid), .label = N_("UUID")},
    {FACT(name), .label = N_("File name")},
    {FACT(type), .label = N_("Media type"), .about = N_("As it was sent: not to be believed")},
    {FACT(size), .label = N_("Bytes")},
    {FACT(sha256), .label = N_("SHA-256")},
    {FACT(blake2b), .label = N_("BLAKE2b")},
    {FACT(kind), .label = N_("Kind"), .choices = evidence_kinds},
    {FACT(tlp), .label = N_("TLP")},
    {FACT(malware), .label = N_("Malware")},
    {FACT(collected_at), .type = API_TIME, .label = N_("Collected")},
    {FACT(collected_where), .label = N_("Collected where")},
    {FACT(collected_by), .label = N_("Collected by")},
    {FACT(note), .label = N_("Note")},
    {FACT(added_name), .label = N_("Added by")},
    {FACT(added_at), .type = API_TIME, .label = N_("Added")},
    {FACT(sealed_at), .type = API_TIME, .label = N_("Sealed")},
    {FACT(removed_at), .type = API_TIME, .label = N_("Removed")},
    {FACT(verified_at), .type = API_TIME, .label = N_("Verified")},
    {FACT(trouble), .label = N_("Trouble"),
     .about = N_("What the last verification found; empty: nothing")},
    {FACT(report_code), .null = true, .label = N_("Report")},
    {FACT(incident_code), .null = true, .label = N_("Incident")},
    {FACT(version), .label = N_("Version")},
};
static const struct api_resource facts_resource =
    API_RESOURCE("FileFacts", struct evidence_find_row, fact_fields,
                 N_("What is known of a file, without its content"));

static int facts_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    return r < 0 ? r : api_send(req, res, &facts_resource, &file, file.version);
}

static int download_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_reason_values in = {0};
    struct evidence_find_row file;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = api_read(req, &evidence_download_form, &in, err)) < 0)
        return r;
    return evidence_send(req, res, db, &file, in.reason, err);
}

#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "files", __VA_ARGS__                                                                \
    }

const struct http_route evidence_api_routes[] = {
    {HTTP_GET, "/api/v1/files/{uuid}", "session", facts_get, .scope = "file",
     OP(.id = "getFile", .summary = N_("What is known of a file"), .answer = &facts_resource)},
    {HTTP_POST, "/api/v1/files/{uuid}/download", "session", download_post, HTTP_BODY_RAW,
     .scope = "file",
     OP(.id = "downloadFile", .summary = N_("Download a file"),
        .about = N_("The purpose stays in the custody log."), .body = &evidence_download_form,
        .file = "application/octet-stream")},
};
const size_t evidence_api_routes_len = ARRAY_LEN(evidence_api_routes);
