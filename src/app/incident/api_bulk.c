#include "app/incident/api.h"
#include "app/incident/case.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* Changes of many incidents over the API, and taking them back. */

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
    {FORM_AT(struct bulk_body, tlp), FORM_CHOICE, .label = N_("TLP"), .choices = web_tlp_choices},
    {FORM_AT(struct bulk_body, at), FORM_TIME, .label = N_("To be followed up"),
     .help = N_("Left out: back into the list")},
    {FORM_AT(struct bulk_body, text), FORM_AREA, .max = 5000, .label = N_("Text"),
     .help = N_("The outcome when closing, what to follow up otherwise")},
};
const struct form incident_bulk_body = {"bulk", bulk_body_fields, ARRAY_LEN(bulk_body_fields)};

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
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &incident_bulk_body, &in, err)) < 0 ||
        (r = read_bulk(req, db, &in, &change, err)) < 0 ||
        (r = incident_bulk_do(db, req->arena, &in.incidents, &change, actor_of(req), req->now,
                              &result, err)) < 0)
        return r;
    return undo_api_changed(req, res, result.changed, result.undo_id, result.skipped);
}

int incident_api_undo(struct http_request *req, struct http_response *res, struct err *err)
{
    return undo_api_run(req, res, incident_bulk_undo, err);
}
