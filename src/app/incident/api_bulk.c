#include "app/incident/api.h"
#include "app/incident/case.h"
#include "sys/i18n/i18n.h"

/* Changes of many incidents over the API, and taking them back. */

struct code_row {
    struct str code;
};
static const struct api_field code_fields[] = {
    {API_AT(struct code_row, code), .label = N_("Code")},
};
static const struct api_resource code_resource =
    API_RESOURCE("IncidentCode", struct code_row, code_fields, N_("An incident by its code"));

struct bulk_done {
    int64_t changed;
    struct opt_int undo;
    struct {
        struct code_row *at;
        size_t len;
    } skipped;
};
static const struct api_field bulk_fields[] = {
    {API_AT(struct bulk_done, changed), .label = N_("Changed")},
    {API_AT(struct bulk_done, undo), .label = N_("Number of the undo"),
     .about = N_("Takes all of it back, for ten minutes; null when nothing was changed")},
    {API_AT(struct bulk_done, skipped), .type = API_LIST, .label = N_("Left as they are"),
     .of = &code_resource},
};
const struct api_resource incident_bulk_resource = API_RESOURCE(
    "BulkResult", struct bulk_done, bulk_fields, N_("What became of a change of many"));

struct undone {
    int64_t restored;
};
static const struct api_field undone_fields[] = {
    {API_AT(struct undone, restored), .label = N_("Put back")},
};
const struct api_resource incident_undone_resource = API_RESOURCE(
    "UndoResult", struct undone, undone_fields, N_("What became of taking a change of many back"));

static const struct form_choice changes[] = {
    {"lead", N_("bulk|Name the lead")},
    {"severity", N_("bulk|Set the severity")},
    {"tlp", N_("bulk|Set the TLP")},
    {"watch", N_("bulk|Watch")},
    {"watcher", N_("bulk|Let somebody watch")},
    {"follow_up", N_("bulk|Follow up later, or now")},
    {"close", N_("bulk|Close")},
    {NULL, NULL},
};
struct bulk_body {
    struct form_values incidents;
    struct str change, account, severity, tlp, text;
    struct opt_int at;
};
static const struct form_field bulk_body_fields[] = {
    {FORM_AT(struct bulk_body, incidents), FORM_CHOICES, .required = true, .label = N_("Incidents"),
     .help = N_("Codes")},
    {FORM_AT(struct bulk_body, change), FORM_CHOICE, .required = true, .label = N_("Change"),
     .choices = changes},
    {FORM_AT(struct bulk_body, account), FORM_TEXT, .max = 100, .label = N_("Login"),
     .help = N_("Of the new lead or watcher")},
    {FORM_AT(struct bulk_body, severity), FORM_CHOICE, .label = N_("Severity"),
     .choices = incident_severity_choices},
    {FORM_AT(struct bulk_body, tlp), FORM_CHOICE, .label = N_("TLP"),
     .choices = incident_tlp_choices},
    {FORM_AT(struct bulk_body, at), FORM_TIME, .label = N_("To be followed up"),
     .help = N_("Left out: back into the list")},
    {FORM_AT(struct bulk_body, text), FORM_AREA, .max = 5000, .label = N_("Text"),
     .help = N_("The outcome when closing, what to follow up otherwise")},
};
const struct form incident_bulk_body = {"bulk", bulk_body_fields, ARRAY_LEN(bulk_body_fields)};

struct undo_body {
    struct opt_int undo;
};
static const struct form_field undo_fields[] = {
    {FORM_AT(struct undo_body, undo), FORM_INT, .required = true,
     .label = N_("Number of the undo")},
};
const struct form incident_undo_body = {"undo", undo_fields, ARRAY_LEN(undo_fields)};

static int read_bulk(struct http_request *req, struct db *db, const struct bulk_body *in,
                     struct incident_bulk *out, struct err *err)
{
    static const struct {
        const char *name;
        enum incident_bulk_what what;
        const char *needs; /* member */
    } kinds[] = {
        {"lead", BULK_LEAD, "account"},
        {"severity", BULK_SEVERITY, "severity"},
        {"tlp", BULK_TLP, "tlp"},
        {"watch", BULK_WATCH, NULL},
        {"watcher", BULK_WATCHER, "account"},
        {"follow_up", BULK_FOLLOW_UP, NULL},
        {"close", BULK_CLOSE, "text"},
    };
    size_t k = 0;

    while (!str_is(in->change, kinds[k].name))
        k++;
    *out = (struct incident_bulk){
        .what = kinds[k].what, .tlp = in->tlp, .text = in->text, .at = in->at};
    if (!str_to_int(in->severity, &out->severity))
        out->severity = 0;
    if (kinds[k].needs != NULL) {
        const struct form_field *f = incident_bulk_body.fields;

        while (strcmp(f->name, kinds[k].needs) != 0)
            f++;
        if (((const struct str *)((const char *)in + f->offset))->len == 0)
            return api_reject(req, f->name, T(req->lang, "This change needs it"), err);
    }
    if (out->at.has && out->at.v <= req->now)
        return api_reject(req, "at", T(req->lang, "Choose a time to come"), err);
    return incident_api_account(req, db, "account", in->account, &out->account_id, err);
}

int incident_api_bulk(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_bulk_result result;
    struct bulk_body in = {0};
    struct incident_bulk change;
    struct bulk_done done = {0};
    struct str code;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &incident_bulk_body, &in, err)) < 0 ||
        (r = read_bulk(req, db, &in, &change, err)) < 0 ||
        (r = incident_bulk_do(db, req->arena, &in.incidents, &change, actor_of(req), req->now,
                              &result, err)) < 0)
        return r;
    done.changed = result.changed;
    done.undo = result.undo_id != 0 ? opt_int(result.undo_id) : NO_INT;
    done.skipped.at = arena_array(req->arena, struct code_row, in.incidents.len + 1);
    while (str_split(&result.skipped, ',', &code))
        done.skipped.at[done.skipped.len++].code = str_trim(code);
    return api_send(req, res, &incident_bulk_resource, &done, 0);
}

int incident_api_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    struct undo_body in = {0};
    struct undone done = {0};
    struct str changed;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &incident_undo_body, &in, err)) < 0 ||
        (r = incident_bulk_undo(db, req->arena, in.undo.v, actor_of(req), req->now, &done.restored,
                                &changed, err)) < 0)
        return r;
    return api_send(req, res, &incident_undone_resource, &done, 0);
}
