#include "app/system/view.h"
#include "sys/i18n/i18n.h"

static const struct form_field fields[] = {
    {FORM_AT(struct system_values, name), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Name of the system")},
    {FORM_AT(struct system_values, purpose), FORM_AREA, .max = 2000, .label = N_("Purpose")},
    {FORM_AT(struct system_values, owner), FORM_CHOICE, .required = true,
     .label = N_("Owner organisation"), .group = N_("Who answers for it")},
    {"operator", offsetof(struct system_values, operator_), FORM_CHOICE, .label = N_("Operated by"),
     .help = N_("Leave empty when the owner operates it")},
    {FORM_AT(struct system_values, responsible), FORM_TEXT, .max = 100,
     .label = N_("Person responsible"), .help = N_("Name or function")},
    {FORM_AT(struct system_values, phone), FORM_PHONE, .label = N_("Phone")},
    {FORM_AT(struct system_values, email), FORM_EMAIL, .label = N_("E-mail")},
    {FORM_AT(struct system_values, state), FORM_CHOICE, .required = true, .label = N_("State"),
     .choices = system_states, .group = N_("Level and state")},
    {FORM_AT(struct system_values, level), FORM_CHOICE, .label = N_("Security level"),
     .choices = system_levels,
     .help = N_("Decree 331/2026: level 1 to 5; empty until it is determined")},
    {FORM_AT(struct system_values, decision_no), FORM_TEXT, .max = 60,
     .label = N_("Number of the decision")},
    {FORM_AT(struct system_values, decision_date), FORM_DATE, .label = N_("Date of the decision"),
     .past = true},
    {FORM_AT(struct system_values, version), FORM_HIDDEN, .max = 200},
};
const struct form system_form = {"system", fields, ARRAY_LEN(fields)};
