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
    {ITEM(tlp), .label = N_("TLP"), .choices = evidence_tlps},
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
    {FACT(tlp), .label = N_("TLP"), .choices = evidence_tlps},
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

#define CUSTODY(m) API_AT(struct custody_rows_row, m)
static const struct api_field custody_fields[] = {
    {CUSTODY(id), .label = N_("Number")},
    {CUSTODY(at), .type = API_TIME, .label = N_("When")},
    {CUSTODY(action), .label = N_("Action")},
    {CUSTODY(actor_name), .label = N_("Who")},
    {CUSTODY(address), .label = N_("Address")},
    {CUSTODY(reason), .label = N_("Reason")},
    {CUSTODY(detail), .label = N_("Details")},
};
static const struct api_resource custody_resource =
    API_RESOURCE("CustodyEntry", struct custody_rows_row, custody_fields,
                 N_("Who had a file in hands, when and why"));

struct check_result {
    bool good;
    struct str trouble;
    int64_t at;
};
static const struct api_field check_fields[] = {
    {API_AT(struct check_result, good), .label = N_("As it was taken in")},
    {API_AT(struct check_result, trouble), .label = N_("Trouble"),
     .about = N_("missing, altered, or locked: the key is not there")},
    {API_AT(struct check_result, at), .type = API_TIME, .label = N_("Verified")},
};
static const struct api_resource check_resource =
    API_RESOURCE("FileCheck", struct check_result, check_fields,
                 N_("What reading a file again and comparing its digests showed"));

struct seal_body {
    bool sealed;
};
static const struct form_field seal_fields[] = {
    {FORM_AT(struct seal_body, sealed), FORM_BOOL, .label = N_("Sealed"),
     .help = N_("Its facts then stay as they are")},
};
static const struct form seal_body = {"seal", seal_fields, ARRAY_LEN(seal_fields)};

static int answer(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    return r < 0 ? r : api_send(req, res, &facts_resource, &file, file.version);
}

static int facts_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file, now;
    struct evidence_facts in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_require(file.may_write, "change", err)) < 0 ||
        (r = api_version(req, &version, err)) < 0)
        return r;
    in = (struct evidence_facts){.kind = file.kind,
                                 .collected_at = file.collected_at,
                                 .collected_where = file.collected_where,
                                 .collected_by = file.collected_by,
                                 .note = file.note,
                                 .tlp = file.tlp,
                                 .malware = file.malware};
    if ((r = api_read_change(req, &evidence_facts_form, &in, err)) < 0)
        return r;
    /* What was not sent is as it was read a moment ago, so that moment's version must hold. */
    r = evidence_change_facts(req, db, &file, version != 0 ? version : file.version, &in, err);
    if (r == ERR_CONFLICT && evidence_web_find(req, &db, &now, &ignored) == 0)
        return api_overtaken(req, db, r, "file", file.id, version, now.version, err);
    return r < 0 ? r : answer(req, res, err);
}

static int custody_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    struct custody_rows_rows rows;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = custody_rows(db, req->arena, file.id, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &custody_resource, &rows);
}

static int walk_custody(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                        void *sink, struct err *err)
{
    struct evidence_find_row file;
    struct custody_rows_rows rows;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = custody_rows(db, req->arena, file.id, &rows, err)) < 0)
        return r;
    return api_take_all(sink, &rows, err);
}

static const char *const in_order[] = {"at", NULL};
static const struct api_list custody_list = {
    .name = "custody",
    .kind = "file",
    .title = N_("Chain of custody"),
    .item = &custody_resource,
    .sorts = in_order,
    .walk = walk_custody,
    .part = "uuid",
};

API_EXPORT_HANDLER(custody_export, custody_list)

static int verify_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    struct check_result result;
    const char *trouble;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_check_one(req, db, &file, &trouble, err)) < 0)
        return r;
    result = (struct check_result){trouble[0] == '\0', str_c(trouble), req->now};
    return api_send(req, res, &check_resource, &result, 0);
}

static int seal_put(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    struct seal_body in = {0};
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_require(file.may_manage, "seal", err)) < 0 ||
        (r = api_read(req, &seal_body, &in, err)) < 0 ||
        (r = evidence_seal(req, db, &file, in.sealed, err)) < 0)
        return r;
    return answer(req, res, err);
}

static int remove_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_remove_values in = {0};
    struct evidence_find_row file;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_require(file.may_manage, "remove", err)) < 0 ||
        (r = api_read(req, &evidence_remove_form, &in, err)) < 0)
        return r;
    r = evidence_remove(req, db, &file, &in, err);
    if (r == ERR_INVALID)
        return api_reject(req, "confirm",
                          T(req->lang, "These are not the first 8 characters of its SHA-256"), err);
    return r < 0 ? r : answer(req, res, err);
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

#define ONE "/api/v1/files/{uuid}"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "files", __VA_ARGS__                                                                \
    }

const struct http_route evidence_api_routes[] = {
    {HTTP_GET, ONE, "session", answer, .scope = "file",
     OP(.id = "getFile", .summary = N_("What is known of a file"), .answer = &facts_resource)},
    {HTTP_POST, ONE "/download", "session", download_post, HTTP_BODY_RAW, .scope = "file",
     OP(.id = "downloadFile", .summary = N_("Download a file"),
        .about = N_("The purpose stays in the custody log."), .body = &evidence_download_form,
        .file = "application/octet-stream")},
    {HTTP_PATCH, ONE, "incident.write", facts_patch, HTTP_BODY_RAW, .scope = "file",
     OP(.id = "changeFile", .summary = N_("Change the facts of a file"),
        .about = N_("Only the members that are sent are changed; null empties one."),
        .body = &evidence_facts_form, .answer = &facts_resource,
        .flags = API_VERSIONED | API_PARTIAL)},
    {HTTP_GET, ONE "/custody", "session", custody_get, .scope = "file",
     OP(.id = "listCustody", .summary = N_("Custody log of a file"), .answer = &custody_resource,
        .flags = API_IS_LIST)},
    {HTTP_POST, ONE "/verify", "incident.write", verify_post, HTTP_BODY_RAW, .scope = "file",
     OP(.id = "verifyFile", .summary = N_("Read a file again and compare its digests"),
        .answer = &check_resource)},
    {HTTP_PUT, ONE "/seal", "incident.manage", seal_put, HTTP_BODY_RAW, .scope = "file",
     OP(.id = "sealFile", .summary = N_("Seal a file, or open the seal"), .body = &seal_body,
        .answer = &facts_resource)},
    {HTTP_POST, ONE "/remove", "incident.manage", remove_post, HTTP_BODY_RAW, .scope = "file",
     OP(.id = "removeFile", .summary = N_("Remove the content of a file"),
        .about = N_("Its facts and its custody log stay. This cannot be undone."),
        .body = &evidence_remove_form, .answer = &facts_resource)},
    API_EXPORTS("/files/{uuid}/custody", "session", custody_export, "file"),
};
const size_t evidence_api_routes_len = ARRAY_LEN(evidence_api_routes);
