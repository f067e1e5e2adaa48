#include "app/incident/api.h"
#include "sys/i18n/i18n.h"

/* What the API and the exports tell of incidents, and the bodies that pages have no form for. */

static const struct form_choice new_part_choices[] = {
    {"affected", N_("part|Affected")},
    {"helper", N_("part|Helping")},
    {"provider", N_("part|Provider")},
    {"operator", N_("part|Operator")},
    {NULL, NULL},
};
static const struct form_choice task_states[] = {
    {"open", N_("task|Open")},
    {"doing", N_("task|In progress")},
    {"done", N_("task|Done")},
    {"skipped", N_("task|Skipped")},
    {NULL, NULL},
};

#define ITEM(m)   API_AT(struct incident_item_row, m)
#define RECORD(m) API_AT_AS(struct incident_record, i.m, #m)

static const struct api_field item_fields[] = {
    {ITEM(code), .label = N_("Code")},
    {ITEM(title), .label = N_("Title"), .wide = true},
    {ITEM(kind), .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {ITEM(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {ITEM(serious), .label = N_("Serious incident")},
    {ITEM(tlp), .label = N_("TLP"), .choices = evidence_tlps,
     .about = N_("Traffic Light Protocol 2.0: clear, green, amber, amber+strict or red")},
    {ITEM(state), .label = N_("State"), .choices = incident_state_choices},
    {ITEM(org_code), .label = N_("Code of the owner")},
    {ITEM(org_name), .label = N_("Owner organisation")},
    {ITEM(lead_login), .null = true, .label = N_("Login of the lead"), .aside = true},
    {ITEM(lead_name), .null = true, .label = N_("Lead")},
    {ITEM(occurred_at), .type = API_TIME, .label = N_("Occurred")},
    {ITEM(detected_at), .type = API_TIME, .label = N_("Detected")},
    {ITEM(contained_at), .type = API_TIME, .label = N_("Contained")},
    {ITEM(opened_at), .type = API_TIME, .label = N_("Opened")},
    {ITEM(updated_at), .type = API_TIME, .label = N_("Changed")},
    {ITEM(next_due_at), .type = API_TIME, .label = N_("Next step due")},
    {ITEM(closed_at), .type = API_TIME, .label = N_("Closed")},
    {ITEM(follow_up_at), .type = API_TIME, .label = N_("To be followed up")},
    {ITEM(tasks_done), .label = N_("Steps done")},
    {ITEM(tasks_all), .label = N_("Steps")},
    {ITEM(version), .label = N_("Version"), .aside = true},
};
const struct api_resource incident_item_resource = API_RESOURCE(
    "IncidentItem", struct incident_item_row, item_fields, N_("An incident as a row of the list"));

static const struct api_field party_fields[] = {
    {API_AT_AS(struct incident_parties_row, code, "org"), .label = N_("Code")},
    {API_AT(struct incident_parties_row, name), .label = N_("Organisation")},
    {API_AT(struct incident_parties_row, part), .label = N_("Part"),
     .choices = incident_part_choices},
    {API_AT(struct incident_parties_row, phone), .label = N_("Phone")},
    {API_AT(struct incident_parties_row, email), .label = N_("E-mail")},
};
const struct api_resource incident_party_resource =
    API_RESOURCE("IncidentParty", struct incident_parties_row, party_fields,
                 N_("An organisation that has a part in the incident"));

static const struct api_field member_fields[] = {
    {API_AT(struct incident_members_row, login), .label = N_("Login")},
    {API_AT(struct incident_members_row, name), .label = N_("Name")},
    {API_AT(struct incident_members_row, position), .label = N_("Position")},
};
const struct api_resource incident_member_resource =
    API_RESOURCE("IncidentMember", struct incident_members_row, member_fields,
                 N_("A person brought in by name"));

static const struct api_field system_fields[] = {
    {API_AT_AS(struct incident_systems_row, code, "system"), .label = N_("Code")},
    {API_AT(struct incident_systems_row, name), .label = N_("Name of the system")},
    {API_AT(struct incident_systems_row, level), .label = N_("Security level")},
};
const struct api_resource incident_system_resource =
    API_RESOURCE("IncidentSystem", struct incident_systems_row, system_fields,
                 N_("An information system that the incident concerns"));

static const struct api_field report_fields[] = {
    {API_AT_AS(struct incident_reports_row, code, "report"), .label = N_("Code")},
    {API_AT(struct incident_reports_row, title), .label = N_("Title")},
    {API_AT(struct incident_reports_row, channel), .label = N_("Channel")},
    {API_AT(struct incident_reports_row, received_at), .type = API_TIME, .label = N_("Received")},
};
static const struct api_resource report_resource =
    API_RESOURCE("IncidentReport", struct incident_reports_row, report_fields,
                 N_("A report that became part of the incident"));

static const struct api_field count_fields[] = {
    {API_AT(struct incident_counts_row, tasks_done), .label = N_("Steps done")},
    {API_AT(struct incident_counts_row, tasks_all), .label = N_("Steps")},
    {API_AT(struct incident_counts_row, comments), .label = N_("Comments")},
    {API_AT(struct incident_counts_row, events), .label = N_("Events")},
    {API_AT(struct incident_counts_row, observables), .label = N_("Observables")},
    {API_AT(struct incident_counts_row, files), .label = N_("Files")},
    {API_AT(struct incident_counts_row, reports), .label = N_("Reports")},
};
static const struct api_resource counts_resource = API_RESOURCE(
    "IncidentCounts", struct incident_counts_row, count_fields, N_("How much there is of each"));

static const struct api_field may_fields[] = {
    {API_AT_AS(struct incident_may_row, may_write, "write"), .label = N_("Work on incidents")},
    {API_AT_AS(struct incident_may_row, may_manage, "manage"),
     .label = N_("Open, assign, share and close incidents")},
};
static const struct api_resource may_resource = API_RESOURCE(
    "IncidentMay", struct incident_may_row, may_fields, N_("What whoever asks may do with it"));

#define MERGE(m) API_AT(struct case_merges_row, m)
static const struct form_choice merge_kinds[] = {
    {"merge", N_("merge|Merged into this one")},
    {"split", N_("merge|Split off from this one")},
    {NULL, NULL},
};
static const struct api_field merge_fields[] = {
    {MERGE(id), .label = N_("Number"), .about = N_("Names it where it is taken back")},
    {MERGE(kind), .label = N_("Kind"), .choices = merge_kinds},
    {MERGE(code), .label = N_("Code")},
    {MERGE(title), .label = N_("Title")},
    {MERGE(at), .type = API_TIME, .label = N_("When")},
    {MERGE(by_name), .label = N_("Who")},
};
static const struct api_resource merge_resource =
    API_RESOURCE("IncidentMerge", struct case_merges_row, merge_fields,
                 N_("A merge or a split that holds and can be taken back"));

static const struct api_field record_fields[] = {
    {RECORD(code), .label = N_("Code")},
    {RECORD(uuid), .label = N_("UUID"), .about = N_("The same on every site, for exchange")},
    {RECORD(title), .label = N_("Title")},
    {RECORD(summary), .label = N_("Summary")},
    {RECORD(kind), .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {RECORD(rsit), .label = N_("RSIT class"),
     .about = N_("Class and type of the Reference Security Incident Taxonomy")},
    {RECORD(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {RECORD(severity_why), .label = N_("Why this severity")},
    {RECORD(serious), .label = N_("Serious incident")},
    {RECORD(tlp), .label = N_("TLP"), .choices = web_tlp_choices},
    {RECORD(state), .label = N_("State"), .choices = incident_state_choices},
    {API_AT_AS(struct incident_record, i.org_code, "org"), .label = N_("Code of the owner")},
    {RECORD(org_name), .label = N_("Owner organisation")},
    {RECORD(lead_name), .null = true, .label = N_("Lead")},
    {RECORD(outcome), .label = N_("Outcome")},
    {RECORD(playbook), .label = N_("Playbook")},
    {RECORD(occurred_at), .type = API_TIME, .label = N_("Occurred")},
    {RECORD(detected_at), .type = API_TIME, .label = N_("Detected")},
    {RECORD(contained_at), .type = API_TIME, .label = N_("Contained")},
    {RECORD(closed_at), .type = API_TIME, .label = N_("Closed")},
    {RECORD(opened_at), .type = API_TIME, .label = N_("Opened")},
    {RECORD(opened_by_name), .null = true, .label = N_("Opened by")},
    {RECORD(updated_at), .type = API_TIME, .label = N_("Changed")},
    {RECORD(state_at), .type = API_TIME, .label = N_("In this state since")},
    {RECORD(next_due_at), .type = API_TIME, .label = N_("Next step due")},
    {RECORD(version), .label = N_("Version"), .about = N_("Rises with every change")},
    {API_AT_AS(struct incident_record, whole.merged_code, "merged_into"), .null = true,
     .label = N_("Merged into")},
    {API_AT_AS(struct incident_record, whole.follow_up_at, "follow_up_at"), .type = API_TIME,
     .label = N_("To be followed up")},
    {API_AT_AS(struct incident_record, whole.follow_up_note, "follow_up_note"),
     .label = N_("What to follow up")},
    {API_AT_AS(struct incident_record, whole.watching, "watching"), .label = N_("Watched by me")},
    {API_AT(struct incident_record, merges), .type = API_LIST, .label = N_("Merges and splits"),
     .of = &merge_resource},
    {API_AT_AS(struct incident_record, n, "counts"), .type = API_PART, .of = &counts_resource},
    {API_AT_AS(struct incident_record, may, "may"), .type = API_PART, .of = &may_resource},
    {API_AT(struct incident_record, parties), .type = API_LIST, .label = N_("Organisations"),
     .of = &incident_party_resource},
    {API_AT(struct incident_record, systems), .type = API_LIST, .label = N_("Systems"),
     .of = &incident_system_resource},
    {API_AT(struct incident_record, members), .type = API_LIST, .label = N_("Members"),
     .of = &incident_member_resource},
    {API_AT(struct incident_record, reports), .type = API_LIST, .label = N_("Reports"),
     .of = &report_resource},
};
const struct api_resource incident_resource =
    API_RESOURCE("Incident", struct incident_record, record_fields,
                 N_("An incident with its people and places"));

#define TASK(m) API_AT(struct incident_tasks_row, m)
static const struct api_field task_fields[] = {
    {TASK(id), .label = N_("Number")},
    {TASK(position), .label = N_("Position")},
    {TASK(step), .label = N_("Step of the playbook")},
    {TASK(title), .label = N_("Task"), .wide = true},
    {TASK(body), .label = N_("What has to be done"), .about = N_("Markdown: lists, links, bold"),
     .wide = true},
    {TASK(assignee_name), .null = true, .label = N_("Assigned to")},
    {TASK(due_at), .type = API_TIME, .label = N_("Due")},
    {TASK(state), .label = N_("State"), .choices = task_states},
    {TASK(started_at), .type = API_TIME, .label = N_("Begun")},
    {TASK(done_at), .type = API_TIME, .label = N_("Done")},
    {TASK(done_by_name), .null = true, .label = N_("Done by")},
    {TASK(reason), .label = N_("Reason")},
};
const struct api_resource incident_task_resource =
    API_RESOURCE("IncidentTask", struct incident_tasks_row, task_fields,
                 N_("A step of the playbook, or a task added by hand"));

#define COMMENT(m) API_AT(struct incident_comments_row, m)
static const struct api_field comment_fields[] = {
    {COMMENT(id), .label = N_("Number")},
    {COMMENT(author_name), .label = N_("Author")},
    {COMMENT(at), .type = API_TIME, .label = N_("When")},
    {COMMENT(edited_at), .type = API_TIME, .label = N_("Edited")},
    {COMMENT(body), .label = N_("Comment"), .about = N_("Markdown: lists, links, bold"),
     .wide = true},
};
const struct api_resource incident_comment_resource = API_RESOURCE(
    "IncidentComment", struct incident_comments_row, comment_fields, N_("What somebody wrote"));

#define EVENT(m) API_AT(struct incident_events_row, m)
static const struct api_field event_fields[] = {
    {EVENT(id), .label = N_("Number")},
    {EVENT(at), .type = API_TIME, .label = N_("When")},
    {EVENT(recorded_at), .type = API_TIME, .label = N_("Recorded")},
    {EVENT(kind), .label = N_("Kind")},
    {EVENT(actor_name), .label = N_("Who")},
    {EVENT(text), .label = N_("What happened"), .wide = true},
    {EVENT(observable_kind), .null = true, .label = N_("Kind of observable")},
    {EVENT(observable_value), .null = true, .label = N_("Observable")},
    {EVENT(system_code), .null = true, .label = N_("Code of the system")},
    {EVENT(system_name), .null = true, .label = N_("Name of the system")},
};
const struct api_resource incident_event_resource = API_RESOURCE(
    "IncidentEvent", struct incident_events_row, event_fields, N_("A line of the timeline"));

#define OBSERVABLE(m) API_AT(struct incident_observables_row, m)
static const struct api_field observable_fields[] = {
    {OBSERVABLE(id), .label = N_("Number"), .aside = true},
    {OBSERVABLE(kind), .label = N_("Kind")},
    {OBSERVABLE(value), .label = N_("Value"), .wide = true},
    {OBSERVABLE(role), .label = N_("Role")},
    {OBSERVABLE(note), .label = N_("Note"), .wide = true},
    {OBSERVABLE(added_at), .type = API_TIME, .label = N_("Added")},
    {OBSERVABLE(elsewhere), .label = N_("Other incidents"),
     .about = N_("In how many other incidents it was seen")},
};
const struct api_resource incident_observable_resource =
    API_RESOURCE("IncidentObservable", struct incident_observables_row, observable_fields,
                 N_("An observable of the incident"));

#define HISTORY(m) API_AT(struct incident_history_row, m)
static const struct api_field history_fields[] = {
    {HISTORY(seq), .label = N_("Number"), .about = N_("In the audit log")},
    {HISTORY(at), .type = API_TIME, .label = N_("When")},
    {HISTORY(actor_name), .label = N_("Who")},
    {HISTORY(action), .label = N_("Action")},
    {HISTORY(detail), .type = API_JSON, .label = N_("Details")},
};
const struct api_resource incident_history_resource =
    API_RESOURCE("IncidentHistory", struct incident_history_row, history_fields,
                 N_("An entry of the audit log on the incident"));

#define RELATED(m) API_AT(struct case_related, m)
static const struct api_field related_fields[] = {
    {RELATED(code), .label = N_("Code")},
    {RELATED(title), .label = N_("Title")},
    {RELATED(state), .label = N_("State"), .choices = incident_state_choices},
    {RELATED(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {RELATED(shared), .label = N_("Shared"),
     .about = N_("How many observables and systems both have")},
    {RELATED(example), .label = N_("Example"), .about = N_("One of them")},
};
const struct api_resource incident_related_resource =
    API_RESOURCE("RelatedIncident", struct case_related, related_fields,
                 N_("Another incident with the same observables or systems"));

/* ---- bodies ------------------------------------------------------------------------------------
 */

static const struct form_field lead_fields[] = {
    {FORM_AT(struct incident_lead_body, account), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Login")},
};
const struct form incident_lead_body = {"lead", lead_fields, ARRAY_LEN(lead_fields)};

static const struct form_field party_body_fields[] = {
    {FORM_AT(struct incident_party_body, org), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Code of the organisation")},
    {FORM_AT(struct incident_party_body, part), FORM_CHOICE, .required = true, .label = N_("Part"),
     .choices = new_part_choices},
};
const struct form incident_party_body = {"party", party_body_fields, ARRAY_LEN(party_body_fields)};

static const struct form_field system_body_fields[] = {
    {FORM_AT(struct incident_system_body, system), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Code of the system")},
};
const struct form incident_system_body = {"system", system_body_fields,
                                          ARRAY_LEN(system_body_fields)};

static const struct form_field task_body_fields[] = {
    {FORM_AT(struct incident_task_body, state), FORM_CHOICE, .required = true, .label = N_("State"),
     .choices = task_states},
    {FORM_AT(struct incident_task_body, reason), FORM_TEXT, .max = 1000, .label = N_("Reason"),
     .help = N_("Needed for skipping a step")},
};
const struct form incident_task_body = {"task", task_body_fields, ARRAY_LEN(task_body_fields)};

static const struct form_field observable_body_fields[] = {
    {FORM_AT(struct incident_observable_body, kind), FORM_TEXT, .max = 20, .label = N_("Kind"),
     .help = N_("Left out: recognised from the value, which may then be a whole text")},
    {FORM_AT(struct incident_observable_body, value), FORM_AREA, .required = true,
     .label = N_("Value"), .help = N_("Defanged ones are taken too: hxxps://login[.]example[.]vn")},
    {FORM_AT(struct incident_observable_body, note), FORM_TEXT, .max = 300, .label = N_("Note")},
};
const struct form incident_observable_body = {"observable", observable_body_fields,
                                              ARRAY_LEN(observable_body_fields)};
