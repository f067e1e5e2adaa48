#include "app/system/view.h"
#include "sys/i18n/i18n.h"

struct str system_state_label(enum lang lang, struct str state)
{
    return form_choice_label(system_states, lang, state);
}

struct str system_action_label(enum lang lang, struct str action)
{
    static const struct form_choice words[] = {
        {"system.create", N_("action|registered it")},
        {"system.edit", N_("action|changed facts")},
        {"system.network", N_("action|changed domains and addresses")},
        {"system.product", N_("action|changed products")},
        {"system.import", N_("action|imported")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, action);
}

static struct str level(const struct audit_teller *t, const struct audit_value *v)
{
    return v->number == 0 ? STR_EMPTY : form_choice_label(system_levels, t->lang, v->text);
}

static struct str state(const struct audit_teller *t, const struct audit_value *v)
{
    return system_state_label(t->lang, v->text);
}

static const struct audit_word known[] = {
    {"name", N_("Name of the system"), audit_say_plain, AUDIT_PAIR},
    {"purpose", N_("Purpose"), audit_say_text, AUDIT_PAIR},
    {"owner", N_("Owner organisation"), audit_say_plain, AUDIT_PAIR},
    {"operator", N_("Operated by"), audit_say_plain, AUDIT_PAIR},
    {"level", N_("Security level"), level, AUDIT_PAIR},
    {"decision_no", N_("Number of the decision"), audit_say_plain, AUDIT_PAIR},
    {"decision_date", N_("Date of the decision"), audit_say_date, AUDIT_PAIR},
    {"state", N_("State"), state, AUDIT_PAIR},
    {"responsible", N_("Person responsible"), audit_say_changed, AUDIT_PAIR},
    {"phone", N_("Phone"), audit_say_changed, AUDIT_PAIR},
    {"email", N_("E-mail"), audit_say_changed, AUDIT_PAIR},
    {"added", N_("history|Added"), audit_say_plain, AUDIT_PAIR},
    {"removed", N_("history|Removed"), audit_say_plain, AUDIT_PAIR},
};

struct audit_lines system_history_lines(struct arena *a, enum lang lang, struct str detail)
{
    struct audit_teller t = {
        .arena = a, .lang = lang, .words = known, .words_len = ARRAY_LEN(known)};

    return audit_tell(&t, detail);
}
