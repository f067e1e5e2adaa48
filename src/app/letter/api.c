#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/letter/letter.h"
#include "sys/i18n/i18n.h"

#define FILE_OF(m) API_AT(struct letter_file, m)
static const struct api_field file_fields[] = {
    {FILE_OF(uuid), .label = N_("UUID")},
    {FILE_OF(name), .label = N_("File name")},
    {FILE_OF(size), .label = N_("Bytes")},
};
static const struct api_resource file_resource =
    API_RESOURCE("LetterFile", struct letter_file, file_fields, N_("A file that went with a mail"));

static const struct form_choice states[] = {
    {"queued", N_("mail state|Waiting")},    {"sent", N_("mail state|Sent")},
    {"failed", N_("mail state|Not sent")},   {"bounced", N_("mail state|Came back")},
    {"received", N_("mail state|Received")}, {NULL, NULL},
};

#define LETTER(m) API_AT(struct letter_shown, m)
static const struct api_field letter_fields[] = {
    {LETTER(id), .label = N_("Number")},
    {LETTER(at), .type = API_TIME, .label = N_("When")},
    {LETTER(state), .label = N_("State"), .choices = states},
    {LETTER(answer), .label = N_("Answer of the mail server")},
    {LETTER(automatic), .label = N_("Written by a program")},
    {LETTER(sender), .label = N_("From"), .about = N_("Anybody can write any sender there")},
    {LETTER(to), .label = N_("To")},
    {LETTER(cc), .label = N_("Copy to")},
    {LETTER(subject), .label = N_("Subject")},
    {LETTER(body), .label = N_("Text"), .wide = true},
    {LETTER(by_name), .label = N_("Written by")},
    {LETTER(tlp), .label = N_("TLP")},
    {LETTER(files), .type = API_LIST, .label = N_("Files"), .of = &file_resource},
};
const struct api_resource letter_resource = API_RESOURCE(
    "Letter", struct letter_shown, letter_fields, N_("A mail written or received inside a case"));

struct body {
    struct form_values files;
    struct str to, cc, subject, text;
};
static const struct form_field body_fields[] = {
    {FORM_AT(struct body, to), FORM_TEXT, .required = true, .max = 1000, .label = N_("To"),
     .help = N_("Several with a comma between")},
    {FORM_AT(struct body, cc), FORM_TEXT, .max = 1000, .label = N_("Copy to")},
    {FORM_AT(struct body, subject), FORM_TEXT, .max = 200, .required = true,
     .label = N_("Subject")},
    {FORM_AT(struct body, text), FORM_AREA, .required = true, .label = N_("Text")},
    {FORM_AT(struct body, files), FORM_CHOICES, .label = N_("Attach files of the case"),
     .help = N_("UUIDs of files of this case that may leave by mail")},
};
const struct form letter_api_form = {"letter-api", body_fields, ARRAY_LEN(body_fields)};

int letter_api_list(struct http_request *req, struct http_response *res, struct db *db,
                    const struct letter_case *c, struct err *err)
{
    struct letter_view v = {0};
    int r = letter_load(db, req, c, false, &v, err);

    return r < 0 ? r : api_send_list(req, res, &letter_resource, &v.letters);
}

/* UUIDs as the ids that the operation takes. */
static int take_files(struct http_request *req, const struct attachments *files,
                      const struct form_values *uuids, struct form_values *ids, struct err *err)
{
    ids->at = arena_array(req->arena, struct str, uuids->len + 1);
    for (size_t i = 0; i < uuids->len; i++) {
        size_t before = ids->len;

        for (size_t k = 0; k < files->len && ids->len == before; k++) {
            const struct attachment *f = &files->at[k];

            if (str_eq(f->uuid, uuids->at[i]) && !f->malware && !f->removed &&
                !str_is(f->tlp, "red") && !str_is(f->tlp, "amber+strict"))
                ids->at[ids->len++] = str_printf(req->arena, "%" PRId64, f->id);
        }
        if (ids->len == before)
            return api_reject(req, "files",
                              T(req->lang, "One of these files is not of this case, or may not "
                                           "leave by mail"),
                              err);
    }
    return 0;
}

int letter_api_send(struct http_request *req, struct http_response *res, struct db *db,
                    const struct letter_case *c, struct err *err)
{
    struct form_state state = {0};
    struct attachments files = {0};
    struct letter_values in = {0};
    struct letter_view v = {0};
    struct body body = {0};
    int r = api_read(req, &letter_api_form, &body, err);

    if (r < 0)
        return r;
    r = c->incident_id != 0
            ? evidence_of_incident(db, req->arena, c->incident_id, actor_of(req)->id, &files, err)
            : evidence_of_report(db, req->arena, c->report_id, &files, err);
    if (r < 0 || (r = take_files(req, &files, &body.files, &in.files, err)) < 0)
        return r;
    in.to = body.to;
    in.cc = body.cc;
    in.subject = body.subject;
    in.body = body.text;
    r = letter_send(db, req, c, &in, &state, err);
    if (r == ERR_INVALID && state.errors.len > 0)
        return api_reject(req, state.errors.at[0].field, state.errors.at[0].message, err);
    if (r < 0 || (r = letter_load(db, req, c, false, &v, err)) < 0)
        return r;
    if (v.letters.len == 0)
        return err_set(err, ERR_INTERNAL, "a mail was written but is not in the thread");
    res->status = 201;
    return api_send(req, res, &letter_resource, &v.letters.at[v.letters.len - 1], 0);
}
