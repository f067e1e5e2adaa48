#include "app/audit/audit.h"
#include "app/evidence/view.h"
#include "sys/i18n/i18n.h"

const struct form_choice evidence_kinds[] = {{"disk", N_("evidence|Disk image")},
                                             {"memory", N_("evidence|Memory image")},
                                             {"log", N_("evidence|Log")},
                                             {"mail", N_("evidence|Mail")},
                                             {"screenshot", N_("evidence|Screenshot")},
                                             {"sample", N_("evidence|Suspicious file")},
                                             {"other", N_("evidence|Other")},
                                             {0}};

/* TLP 2.0, as on incidents; a file of TLP:RED is for the members of its incident. */
const struct form_choice evidence_tlps[] = {
    {"clear", "TLP:CLEAR"}, {"green", "TLP:GREEN"},
    {"amber", "TLP:AMBER"}, {"amber+strict", "TLP:AMBER+STRICT"},
    {"red", "TLP:RED"},     {0}};

static const struct {
    const char *action, *label, *icon;
} custody_actions[] = {
    {"add", N_("custody|Taken in"), "plus"},
    {"download", N_("custody|Downloaded"), "download"},
    {"mail", N_("custody|Sent by mail"), "mail"},
    {"verify", N_("custody|Verified"), "circle-check"},
    {"altered", N_("custody|Found altered"), "alert-octagon"},
    {"missing", N_("custody|Found missing"), "alert-octagon"},
    {"locked", N_("custody|Could not be read: its key is missing"), "alert-triangle"},
    {"move", N_("custody|Moved to"), "arrow-right"},
    {"share", N_("custody|Shared with partners"), "share"},
    {"unshare", N_("custody|Withdrawn from partners"), "share"},
    {"facts", N_("custody|Facts changed"), "edit"},
    {"encrypt", N_("custody|Encrypted in the store"), "lock"},
    {"seal", N_("custody|Sealed"), "lock"},
    {"unseal", N_("custody|Unsealed"), "lock-open"},
    {"remove", N_("custody|Content removed"), "trash"},
};

struct str evidence_kind_label(enum lang lang, struct str kind)
{
    return form_choice_label(evidence_kinds, lang, kind);
}

struct str evidence_custody_label(enum lang lang, struct str action)
{
    for (size_t i = 0; i < ARRAY_LEN(custody_actions); i++) {
        if (str_is(action, custody_actions[i].action))
            return i18n_text(lang, custody_actions[i].label);
    }
    return action;
}

const char *evidence_custody_icon(struct str action)
{
    for (size_t i = 0; i < ARRAY_LEN(custody_actions); i++) {
        if (str_is(action, custody_actions[i].action))
            return custody_actions[i].icon;
    }
    return "file";
}

struct str evidence_trouble_label(enum lang lang, struct str trouble)
{
    if (str_is(trouble, "missing"))
        return T(lang, "The file is missing from the store.");
    if (str_is(trouble, "locked"))
        return T(lang, "The file is encrypted with a key that this site does not have.");
    return T(lang, "The file is no longer what was taken in: its hashes differ.");
}

struct str evidence_custody_who(enum lang lang, const struct custody_rows_row *row)
{
    return row->actor_name.len > 0 ? audit_actor_text(lang, row->actor_name) : T(lang, "Reporter");
}
