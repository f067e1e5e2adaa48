#include "app/report/inner.h"
#include "app/web/web.h"
#include "sys/i18n/i18n.h"

/* For citizens: plain words, in the order in which a worried person tells it. */
static const struct form_choice plain_kinds[] = {
    {"phishing", N_("A fake message, site or caller asks for money or passwords")},
    {"intrusion", N_("An account or machine was taken over")},
    {"ransom", N_("Files are locked and money is demanded")},
    {"malware", N_("A virus or strange program on the machine")},
    {"defacement", N_("The look of a web page was changed")},
    {"dos", N_("A site or service cannot be reached")},
    {"espionage", N_("Data was leaked, stolen or listened to")},
    {"sabotage", N_("Data was deleted or destroyed")},
    {"other", N_("Something else, or I do not know")},
    {NULL, NULL},
};

static const struct form_field public_fields[] = {
    {FORM_AT(struct report_public_values, kind), FORM_CHOICE, .required = true,
     .label = N_("What happened?"), .called = N_("Kind of incident"), .choices = plain_kinds,
     .radio = true},
    {FORM_AT(struct report_public_values, body), FORM_AREA, .required = true, .max = 20000,
     .label = N_("Tell us in your own words"), .called = N_("Description of what happened"),
     .help = N_("What you saw, when, what you already did. Paste messages, links, phone or account "
                "numbers as they are.")},
    {FORM_AT(struct report_public_values, where), FORM_TEXT, .max = 300, .label = N_("Where"),
     .called = N_("Place or system concerned"),
     .help = N_("The web page, system, phone number or organisation concerned, if you know it")},
    {FORM_AT(struct report_public_values, detected_at), FORM_TIME,
     .label = N_("When did you notice it?"), .called = N_("Time of discovery"), .past = true,
     .help = N_("Leave empty if it was just now")},
    {FORM_AT(struct report_public_values, name), FORM_TEXT, .max = 100, .label = N_("Your name"),
     .autocomplete = "name", .group = N_("How can we reach you? (optional)")},
    {FORM_AT(struct report_public_values, phone), FORM_PHONE, .label = N_("Phone"),
     .autocomplete = "tel"},
    {FORM_AT(struct report_public_values, email), FORM_EMAIL, .label = N_("E-mail"),
     .autocomplete = "email"},
    {FORM_AT(struct report_public_values, mail_link), FORM_BOOL,
     .label = N_("Send me the link by mail"),
     .help = N_("Whoever reads your mail can then read your report")},
    {FORM_AT(struct report_public_values, org), FORM_TEXT, .max = 200, .label = N_("Organisation"),
     .autocomplete = "organization"},
    {FORM_AT(struct report_public_values, confidential), FORM_BOOL,
     .label = N_("Keep my identity confidential"),
     .help = N_("Only the coordinating body sees who you are")},
};
const struct form report_public_form = {"report", public_fields, ARRAY_LEN(public_fields)};

static const struct form_field officer_fields[] = {
    {FORM_AT(struct report_officer_values, system), FORM_CHOICE, .label = N_("System affected"),
     .help = N_("Leave empty when it is none of the registered systems")},
    {FORM_AT(struct report_officer_values, title), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Title"), .help = N_("One line that a colleague recognises on the phone")},
    {FORM_AT(struct report_officer_values, kind), FORM_CHOICE, .required = true,
     .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {FORM_AT(struct report_officer_values, body), FORM_AREA, .required = true,
     .label = N_("Description"),
     .help = N_("What happened, what is affected, what was done. Paste log lines and messages as "
                "they are.")},
    {FORM_AT(struct report_officer_values, detected_at), FORM_TIME, .required = true,
     .label = N_("Detected"), .called = N_("Time of discovery"), .past = true,
     .help = N_("Legal deadlines count from this minute")},
    {FORM_AT(struct report_officer_values, occurred_at), FORM_TIME, .label = N_("Occurred"),
     .called = N_("Time of the incident"), .past = true},
    {FORM_AT(struct report_officer_values, phone), FORM_PHONE, .label = N_("Phone to call back"),
     .autocomplete = "tel"},
    {FORM_AT(struct report_officer_values, email), FORM_EMAIL, .label = N_("E-mail"),
     .autocomplete = "email"},
    {FORM_AT(struct report_officer_values, confidential), FORM_BOOL,
     .label = N_("All of this must be kept confidential")},
};
const struct form report_officer_form = {"report", officer_fields, ARRAY_LEN(officer_fields)};

static const struct form_field answer_fields[] = {
    {FORM_AT(struct report_answer_values, body), FORM_AREA, .required = true,
     .label = N_("Your message")},
};
const struct form report_answer_form = {"answer", answer_fields, ARRAY_LEN(answer_fields)};

static const struct form_field reply_fields[] = {
    {FORM_AT(struct report_answer_values, body), FORM_AREA, .label = N_("Your message")},
};
const struct form report_reply_form = {"reply", reply_fields, ARRAY_LEN(reply_fields)};

static const struct form_field open_fields[] = {
    {FORM_AT(struct report_open_values, title), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Title")},
    {FORM_AT(struct report_open_values, org), FORM_CHOICE, .required = true,
     .label = N_("Owner organisation")},
    {FORM_AT(struct report_open_values, kind), FORM_CHOICE, .required = true,
     .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {FORM_AT(struct report_open_values, severity), FORM_CHOICE, .required = true,
     .label = N_("Severity"), .choices = incident_severity_choices},
    {FORM_AT(struct report_open_values, tlp), FORM_CHOICE, .required = true,
     .label = N_("Sharing (TLP)"), .choices = web_tlp_choices},
    {FORM_AT(struct report_open_values, detected_at), FORM_TIME, .required = true,
     .label = N_("Detected"), .called = N_("Time of discovery"), .past = true},
    {FORM_AT(struct report_open_values, serious), FORM_BOOL, .label = N_("Serious incident"),
     .help = N_("The seven-step playbook of Decision 05/2017 applies instead of the four steps")},
};
const struct form report_open_form = {"open", open_fields, ARRAY_LEN(open_fields)};
