#include "app/evidence/inner.h"
#include "sys/i18n/i18n.h"

static const struct form_field facts_fields[] = {
    {FORM_AT(struct evidence_facts, kind), FORM_CHOICE, .required = true, .label = N_("What it is"),
     .choices = evidence_kinds},
    {FORM_AT(struct evidence_facts, collected_at), FORM_TIME, .label = N_("Collected at"),
     .past = true},
    {FORM_AT(struct evidence_facts, collected_where), FORM_TEXT, .max = 200,
     .label = N_("Collected where"),
     .help = N_("Machine, room, mailbox: so that another can find the source")},
    {FORM_AT(struct evidence_facts, collected_by), FORM_TEXT, .max = 200,
     .label = N_("Collected by")},
    {FORM_AT(struct evidence_facts, note), FORM_AREA, .max = 2000, .label = N_("Note on it"),
     .help = N_("How it was collected, with which tool, what it shows")},
    {FORM_AT(struct evidence_facts, tlp), FORM_CHOICE, .required = true,
     .label = N_("Sharing (TLP)"), .choices = evidence_tlps},
    {FORM_AT(struct evidence_facts, malware), FORM_BOOL, .label = N_("May be malicious"),
     .help = N_("It then leaves the site only inside a ZIP with the password \"infected\"")},
    {FORM_AT(struct evidence_facts, version), FORM_HIDDEN, .max = 20},
};
const struct form evidence_facts_form = {"evidence", facts_fields, ARRAY_LEN(facts_fields)};

static const struct form_field download_fields[] = {
    {FORM_AT(struct evidence_reason_values, reason), FORM_TEXT, .required = true, .min = 3,
     .max = 300, .label = N_("What do you need it for?"), .called = N_("evidence|Purpose"),
     .help = N_("It stays in the custody log")},
};
const struct form evidence_download_form = {"download", download_fields,
                                            ARRAY_LEN(download_fields)};

static const struct form_field remove_fields[] = {
    {FORM_AT(struct evidence_remove_values, reason), FORM_TEXT, .required = true, .min = 3,
     .max = 300, .label = N_("Why is it removed?"), .called = N_("Reason"),
     .help = N_("Decision, order or rule that asks for it")},
    {FORM_AT(struct evidence_remove_values, confirm), FORM_TEXT, .required = true, .max = 20,
     .label = N_("The first 8 characters of its SHA-256"), .called = N_("Confirmation"),
     .help = N_("To be sure that it is this file")},
};
const struct form evidence_remove_form = {"remove", remove_fields, ARRAY_LEN(remove_fields)};
