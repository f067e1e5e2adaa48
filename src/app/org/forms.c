#include "app/org/inner.h"
#include "sys/i18n/i18n.h"

static const struct form_field org_fields[] = {
    {FORM_AT(struct org_values, name), FORM_TEXT, .required = true, .max = 200,
     .label = N_("org|Full name")},
    {FORM_AT(struct org_values, short_name), FORM_TEXT, .max = 60, .label = N_("Short name")},
    {FORM_AT(struct org_values, kind), FORM_CHOICE, .required = true, .label = N_("org|Kind"),
     .choices = org_kinds},
    {FORM_AT(struct org_values, parent), FORM_CHOICE, .label = N_("Stands under"),
     .called = N_("Superior organisation"),
     .help = N_("Whoever holds a role for the upper organisation holds it for this one too")},
    {FORM_AT(struct org_values, address), FORM_TEXT, .max = 300, .label = N_("Address"),
     .autocomplete = "street-address"},
    {FORM_AT(struct org_values, phone), FORM_PHONE, .label = N_("Phone")},
    {FORM_AT(struct org_values, email), FORM_EMAIL, .label = N_("E-mail")},
    {FORM_AT(struct org_values, website), FORM_TEXT, .max = 200, .label = N_("Website")},
    {FORM_AT(struct org_values, unit_code), FORM_TEXT, .max = 20,
     .label = N_("Code of the administrative unit"),
     .help = N_("Official code, for provinces, communes and wards")},
    {FORM_AT(struct org_values, version), FORM_HIDDEN, .max = 200},
};
const struct form org_form = {"org", org_fields, ARRAY_LEN(org_fields)};

static const struct form_choice contact_kinds[] = {
    {"primary", N_("contact|Primary")},
    {"backup", N_("contact|Deputy")},
    {"after_hours", N_("contact|After hours")},
    {"leader", N_("contact|Leader in charge")},
    {NULL, NULL},
};

static const struct form_field contact_fields[] = {
    {FORM_AT(struct org_contact_values, kind), FORM_CHOICE, .required = true,
     .label = N_("contact|Part"), .choices = contact_kinds},
    {FORM_AT(struct org_contact_values, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Name or function")},
    {FORM_AT(struct org_contact_values, position), FORM_TEXT, .max = 100, .label = N_("Position")},
    {FORM_AT(struct org_contact_values, phone), FORM_PHONE, .required = true, .label = N_("Phone")},
    {FORM_AT(struct org_contact_values, mobile), FORM_PHONE, .label = N_("Mobile phone")},
    {FORM_AT(struct org_contact_values, email), FORM_EMAIL, .label = N_("E-mail")},
    {FORM_AT(struct org_contact_values, other), FORM_TEXT, .max = 200,
     .label = N_("Other channel")},
    {FORM_AT(struct org_contact_values, is_public), FORM_BOOL,
     .label = N_("Show in the public directory"),
     .help = N_("Directive 18/2022 asks every organisation to publish its contact point")},
};
const struct form org_contact_form = {"contact", contact_fields, ARRAY_LEN(contact_fields)};

static const struct form_field succession_fields[] = {
    {FORM_AT(struct org_succession_values, kind), FORM_CHOICE, .required = true, .radio = true,
     .label = N_("succession|What happens to it"), .choices = org_succession_kinds},
    {FORM_AT(struct org_succession_values, to), FORM_CHOICE, .required = true,
     .label = N_("Successor"),
     .help = N_("Register it first when it is new. For a division into several, record one after "
                "the other")},
    {FORM_AT(struct org_succession_values, at), FORM_DATE, .required = true,
     .label = N_("succession|Takes effect on"), .called = N_("succession|Effective date")},
    {FORM_AT(struct org_succession_values, document), FORM_TEXT, .max = 200,
     .label = N_("By which document"), .called = N_("Document"),
     .help = N_("Number, date and issuing body of the resolution or decision")},
    {FORM_AT(struct org_succession_values, lives_on), FORM_BOOL, .label = N_("It goes on existing"),
     .help = N_("Only a part of it was split off")},
    {FORM_AT(struct org_succession_values, move_systems), FORM_BOOL,
     .label = N_("Its information systems")},
    {FORM_AT(struct org_succession_values, move_networks), FORM_BOOL,
     .label = N_("The domains, addresses and AS numbers it answers for")},
    {FORM_AT(struct org_succession_values, under), FORM_BOOL,
     .label = N_("Its records: it will stand under the successor"),
     .help = N_("Whoever holds a role for the successor then sees its incidents and reports")},
};
const struct form org_succession_form = {"succession", succession_fields,
                                         ARRAY_LEN(succession_fields)};

struct str org_contact_label(enum lang lang, struct str kind)
{
    return form_choice_label(contact_kinds, lang, kind);
}
