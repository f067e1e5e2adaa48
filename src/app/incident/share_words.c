#include "app/incident/share_view.h"
#include "sys/i18n/i18n.h"

static const struct form_choice mays[] = {
    {"read", N_("share|Read")}, {"work", N_("share|Read and add to it")}, {0}};
static const struct form_choice scopes[] = {
    {"marked", N_("share|Only what is marked for partners")},
    {"all", N_("share|The whole incident")},
    {0}};

static const struct form_field share_fields[] = {
    {FORM_AT(struct share_new, org), FORM_CHOICE, .required = true, .label = N_("Organisation")},
    {FORM_AT(struct share_new, scope), FORM_CHOICE, .required = true, .label = N_("What it sees"),
     .choices = scopes, .radio = true, .help = N_("Police and military see only what is marked")},
    {FORM_AT(struct share_new, may), FORM_CHOICE, .required = true, .label = N_("What it may do"),
     .choices = mays, .radio = true},
    {FORM_AT(struct share_new, ends_at), FORM_TIME, .label = N_("Until"),
     .help = N_("Without it, until it is revoked")},
    {FORM_AT(struct share_new, reason), FORM_TEXT, .required = true, .min = 3, .max = 300,
     .label = N_("Why it needs to know"), .called = N_("Reason")},
};
const struct form share_form = {"share", share_fields, ARRAY_LEN(share_fields)};

struct str share_may_label(enum lang lang, struct str may)
{
    return form_choice_label(mays, lang, may);
}

struct str share_scope_label(enum lang lang, struct str scope)
{
    return form_choice_label(scopes, lang, scope);
}

struct str share_kind_label(enum lang lang, struct str kind)
{
    static const struct form_choice kinds[] = {
        {"task", N_("Steps")}, {"comment", N_("Comments")}, {"observable", N_("Observables")},
        {"file", N_("Files")}, {"event", N_("Timeline")},   {0}};

    return form_choice_label(kinds, lang, kind);
}

struct str share_reason_text(enum lang lang, struct str reason)
{
    static const struct form_choice known[] = {{"helper", N_("part|Helping")},
                                               {"provider", N_("part|Provider")},
                                               {"replaced", N_("share|replaced by another share")},
                                               {0}};

    return form_choice_label(known, lang, reason);
}
