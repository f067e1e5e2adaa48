#include "app/report/api.h"
#include "sys/i18n/i18n.h"

/* What the API and the exports tell of reports, and the bodies that pages have no form for. */

#define ITEM(m) API_AT(struct report_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(code), .label = N_("Code")},
    {ITEM(state), .label = N_("State"), .choices = report_states},
    {ITEM(title), .label = N_("Title"), .wide = true},
    {ITEM(kind), .label = N_("incident|Kind"),
     .about = N_("As its sender called it; empty: not said")},
    {ITEM(channel), .label = N_("Channel"), .choices = report_channels},
    {ITEM(received_at), .type = API_TIME, .label = N_("Received")},
    {ITEM(occurred_at), .type = API_TIME, .label = N_("Occurred")},
    {ITEM(detected_at), .type = API_TIME, .label = N_("Detected")},
    {ITEM(confidential), .label = N_("Confidential")},
    {ITEM(org_code), .null = true, .label = N_("Code of the organisation")},
    {ITEM(org_name), .null = true, .label = N_("Organisation")},
    {ITEM(system_code), .null = true, .label = N_("Code of the system")},
    {ITEM(system_name), .null = true, .label = N_("Name of the system")},
    {ITEM(incident_code), .null = true, .label = N_("Incident")},
    {ITEM(decided_at), .type = API_TIME, .label = N_("Decided")},
    {ITEM(files), .label = N_("Files")},
    {ITEM(version), .label = N_("Version"), .aside = true},
};
const struct api_resource report_item_resource = API_RESOURCE(
    "ReportItem", struct report_item_row, item_fields, N_("A report as a row of the list"));

#define MESSAGE(m) API_AT(struct report_messages_row, m)
static const struct api_field message_fields[] = {
    {MESSAGE(at), .type = API_TIME, .label = N_("When")},
    {MESSAGE(from_reporter), .label = N_("From the reporter")},
    {MESSAGE(actor_name), .label = N_("Who")},
    {MESSAGE(body), .label = N_("Text")},
};
static const struct api_resource message_resource =
    API_RESOURCE("ReportMessage", struct report_messages_row, message_fields,
                 N_("A question to the reporter, or an answer"));

static const struct api_field observable_fields[] = {
    {API_AT(struct report_observables_row, kind), .label = N_("Kind")},
    {API_AT(struct report_observables_row, value), .label = N_("Value")},
};
static const struct api_resource observable_resource =
    API_RESOURCE("ReportObservable", struct report_observables_row, observable_fields,
                 N_("An observable that the report names"));

#define HISTORY(m) API_AT(struct report_history_row, m)
static const struct api_field history_fields[] = {
    {HISTORY(at), .type = API_TIME, .label = N_("When")},
    {HISTORY(actor_name), .label = N_("Who")},
    {HISTORY(action), .label = N_("Action")},
    {HISTORY(detail), .type = API_JSON, .label = N_("Details")},
};
static const struct api_resource history_resource =
    API_RESOURCE("ReportHistory", struct report_history_row, history_fields,
                 N_("An entry of the audit log on the report"));

#define RECORD(m) API_AT_AS(struct report_record, r.m, #m)
static const struct api_field record_fields[] = {
    {RECORD(code), .label = N_("Code")},
    {RECORD(state), .label = N_("State"), .choices = report_states},
    {RECORD(channel), .label = N_("Channel"), .choices = report_channels},
    {RECORD(title), .label = N_("Title")},
    {RECORD(body), .label = N_("Description")},
    {RECORD(kind), .label = N_("incident|Kind"),
     .about = N_("As its sender called it; empty: not said")},
    {RECORD(occurred_at), .type = API_TIME, .label = N_("Occurred")},
    {RECORD(detected_at), .type = API_TIME, .label = N_("Detected")},
    {RECORD(received_at), .type = API_TIME, .label = N_("Received")},
    {RECORD(confidential), .label = N_("Confidential"),
     .about = N_("Who sent it is then told only to those who decide on reports")},
    {RECORD(reporter_name), .null = true, .label = N_("Reporter")},
    {RECORD(reporter_org), .null = true, .label = N_("Organisation of the reporter")},
    {RECORD(reporter_phone), .null = true, .label = N_("Phone")},
    {RECORD(reporter_email), .null = true, .label = N_("E-mail")},
    {RECORD(address), .null = true, .label = N_("Sent from")},
    {RECORD(org_name), .null = true, .label = N_("Organisation")},
    {RECORD(system_code), .null = true, .label = N_("Code of the system")},
    {RECORD(system_name), .null = true, .label = N_("Name of the system")},
    {RECORD(match_why), .label = N_("Why this owner"),
     .about = N_("person, or the domain or address that the report names")},
    {RECORD(incident_code), .null = true, .label = N_("Incident")},
    {RECORD(duplicate_code), .null = true, .label = N_("Duplicate of")},
    {RECORD(decided_name), .null = true, .label = N_("Decided by")},
    {RECORD(decided_at), .type = API_TIME, .label = N_("Decided")},
    {RECORD(reason), .label = N_("Reason")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT_AS(struct report_record, may.may_triage, "may_triage"),
     .label = N_("Decide on new reports"), .about = N_("Whether whoever asks may")},
    {API_AT(struct report_record, messages), .type = API_LIST, .label = N_("Messages"),
     .of = &message_resource},
    {API_AT(struct report_record, observables), .type = API_LIST, .label = N_("Observables"),
     .of = &observable_resource},
    {API_AT(struct report_record, files), .type = API_LIST, .label = N_("Files"),
     .of = &evidence_file_resource},
    {API_AT(struct report_record, history), .type = API_LIST, .label = N_("History"),
     .of = &history_resource},
};
const struct api_resource report_resource = API_RESOURCE(
    "Report", struct report_record, record_fields, N_("A report with what came of it"));

static const struct api_field sent_fields[] = {
    {API_AT(struct report_sent, code), .label = N_("Code")},
    {API_AT(struct report_sent, secret), .label = N_("Secret"),
     .about = N_("Follows the report; told only now, the site keeps nothing but its hash")},
    {API_AT(struct report_sent, link), .label = N_("Link to follow the report")},
    {API_AT(struct report_sent, received_at), .type = API_TIME, .label = N_("Received")},
};
const struct api_resource report_sent_resource = API_RESOURCE(
    "ReportReceipt", struct report_sent, sent_fields, N_("What the sender of a report gets"));

#define FOLLOWED(m) API_AT_AS(struct report_followed, r.m, #m)
static const struct api_field followed_fields[] = {
    {FOLLOWED(code), .label = N_("Code")},
    {FOLLOWED(state), .label = N_("State"), .choices = report_states},
    {FOLLOWED(title), .label = N_("Title")},
    {FOLLOWED(body), .label = N_("Description")},
    {FOLLOWED(received_at), .type = API_TIME, .label = N_("Received")},
    {API_AT(struct report_followed, incident_code), .null = true, .label = N_("Incident")},
    {API_AT(struct report_followed, incident_state), .null = true,
     .label = N_("State of the incident"), .choices = incident_state_choices},
    {API_AT(struct report_followed, incident_opened_at), .type = API_TIME, .label = N_("Opened")},
    {API_AT(struct report_followed, incident_closed_at), .type = API_TIME, .label = N_("Closed")},
    {API_AT(struct report_followed, messages), .type = API_LIST, .label = N_("Messages"),
     .of = &message_resource},
    {API_AT(struct report_followed, files), .type = API_LIST, .label = N_("Files"),
     .of = &evidence_file_resource},
};
const struct api_resource report_followed_resource =
    API_RESOURCE("FollowedReport", struct report_followed, followed_fields,
                 N_("A report as its sender sees it, behind the secret"));

/* ---- bodies ------------------------------------------------------------------------------------
 */

static const struct form_choice decisions[] = {
    {"new", N_("report state|New")},
    {"duplicate", N_("report state|Duplicate")},
    {"spam", N_("report state|Spam")},
    {"closed", N_("report state|Closed without incident")},
    {NULL, NULL},
};
static const struct form_field decision_fields[] = {
    {FORM_AT(struct report_decision_body, to), FORM_CHOICE, .required = true,
     .label = N_("Decision"), .choices = decisions},
    {FORM_AT(struct report_decision_body, original), FORM_TEXT, .max = 60,
     .label = N_("Code of the earlier report"), .help = N_("Needed for a duplicate")},
    {FORM_AT(struct report_decision_body, reason), FORM_TEXT, .max = 1000, .label = N_("Reason"),
     .help = N_("Needed for closing without an incident")},
};
const struct form report_decision_body = {"decision", decision_fields, ARRAY_LEN(decision_fields)};

static const struct form_field join_fields[] = {
    {FORM_AT(struct report_join_body, incident), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Code of the incident")},
};
const struct form report_join_body = {"join", join_fields, ARRAY_LEN(join_fields)};

static const struct form_field owner_fields[] = {
    {FORM_AT(struct report_owner_body, org), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Code of the organisation")},
};
const struct form report_owner_body = {"owner", owner_fields, ARRAY_LEN(owner_fields)};
