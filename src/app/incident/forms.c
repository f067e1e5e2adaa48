#include "app/incident/inner.h"
#include "app/web/web.h"
#include "sys/i18n/i18n.h"

static const struct form_field facts_fields[] = {
    {FORM_AT(struct incident_facts, title), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Title"), .help = N_("One line that a colleague recognises on the phone")},
    {FORM_AT(struct incident_facts, org), FORM_CHOICE, .required = true,
     .label = N_("Owner organisation")},
    {FORM_AT(struct incident_facts, kind), FORM_CHOICE, .required = true,
     .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {FORM_AT(struct incident_facts, summary), FORM_AREA, .label = N_("Summary"),
     .help = N_("What happened, what is affected, what is known so far")},
    {FORM_AT(struct incident_facts, severity), FORM_CHOICE, .required = true,
     .label = N_("Severity"), .choices = incident_severity_choices},
    {FORM_AT(struct incident_facts, severity_why), FORM_TEXT, .max = 300,
     .label = N_("Why this severity")},
    {FORM_AT(struct incident_facts, serious), FORM_BOOL, .label = N_("Serious incident"),
     .help = N_("Decision 05/2017, Article 9: level 4 or 5 or of national importance, with one of "
                "the five consequences, "
                "and beyond the owner's own capacity. The seven-step playbook applies.")},
    {FORM_AT(struct incident_facts, tlp), FORM_CHOICE, .required = true,
     .label = N_("Sharing (TLP)"), .choices = web_tlp_choices},
    {FORM_AT(struct incident_facts, occurred_at), FORM_TIME, .label = N_("Occurred"),
     .called = N_("Time of the incident"), .past = true, .group = N_("Times")},
    {FORM_AT(struct incident_facts, detected_at), FORM_TIME, .required = true,
     .label = N_("Detected"), .called = N_("Time of discovery"), .past = true,
     .help = N_("Legal deadlines count from this minute")},
    {FORM_AT(struct incident_facts, contained_at), FORM_TIME, .label = N_("Contained"),
     .called = N_("Time of containment"), .past = true, .help = N_("When it stopped spreading")},
    {FORM_AT(struct incident_facts, version), FORM_HIDDEN, .max = 200},
};
const struct form incident_facts_form = {"incident", facts_fields, ARRAY_LEN(facts_fields)};

static const struct form_field task_fields[] = {
    {FORM_AT(struct incident_task_values, title), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Task")},
    {FORM_AT(struct incident_task_values, body), FORM_AREA, .label = N_("What has to be done"),
     .help = N_("Markdown: lists, links, bold")},
    {FORM_AT(struct incident_task_values, assignee), FORM_CHOICE, .label = N_("Assigned to"),
     .called = N_("Person in charge")},
    {FORM_AT(struct incident_task_values, due_at), FORM_TIME, .label = N_("Due")},
};
const struct form incident_task_form = {"task", task_fields, ARRAY_LEN(task_fields)};

static const struct form_field give_fields[] = {
    {FORM_AT(struct incident_give_values, assignee), FORM_CHOICE, .label = N_("Assigned to"),
     .called = N_("Person in charge")},
    {FORM_AT(struct incident_give_values, due_at), FORM_TIME, .label = N_("Due")},
};
const struct form incident_give_form = {"give", give_fields, ARRAY_LEN(give_fields)};

struct incident_event_new incident_event_of(const struct incident_event_values *in)
{
    struct incident_event_new e = {
        .at = in->at.v, .kind = in->kind.len > 0 ? in->kind : STR("note"), .text = in->text};

    if (!str_to_int(in->system, &e.system_id))
        e.system_id = 0;
    if (!str_to_int(in->observable, &e.observable_id))
        e.observable_id = 0;
    return e;
}

const struct form_choice incident_event_choices[] = {
    {"note", N_("event|Note")},       {"attack", N_("event|Attacker's act")},
    {"finding", N_("event|Finding")}, {"measure", N_("event|Measure taken")},
    {"contact", N_("event|Contact")}, {NULL, NULL},
};

static const struct form_field event_fields[] = {
    {FORM_AT(struct incident_event_values, at), FORM_TIME, .required = true, .label = N_("When"),
     .past = true},
    {FORM_AT(struct incident_event_values, kind), FORM_CHOICE, .label = N_("Sort of entry"),
     .choices = incident_event_choices},
    {FORM_AT(struct incident_event_values, text), FORM_TEXT, .required = true, .max = 1000,
     .label = N_("What happened")},
    {FORM_AT(struct incident_event_values, system), FORM_CHOICE, .label = N_("On which system")},
    {FORM_AT(struct incident_event_values, observable), FORM_CHOICE,
     .label = N_("With which observable")},
};
const struct form incident_event_form = {"event", event_fields, ARRAY_LEN(event_fields)};

static const struct form_field comment_fields[] = {
    {FORM_AT(struct incident_comment_values, body), FORM_AREA, .required = true,
     .label = N_("Comment"), .called = N_("Text of the comment"),
     .help = N_("Markdown: lists, links, bold")},
};
const struct form incident_comment_form = {"comment", comment_fields, ARRAY_LEN(comment_fields)};

static const struct form_field state_fields[] = {
    {FORM_AT(struct incident_state_body, state), FORM_CHOICE, .required = true,
     .label = N_("State"), .choices = incident_state_choices},
    {FORM_AT(struct incident_state_body, reason), FORM_TEXT, .max = 5000, .label = N_("Reason"),
     .help = N_("Needed for closing (the outcome) and reopening")},
    {FORM_AT(struct incident_state_body, contained_at), FORM_TIME, .label = N_("Contained"),
     .called = N_("Time of containment"), .past = true, .help = N_("When it stopped spreading")},
};
const struct form incident_state_body = {"state", state_fields, ARRAY_LEN(state_fields)};
