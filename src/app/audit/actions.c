#include "app/audit/audit.h"
#include "sys/i18n/i18n.h"

static const struct audit_choice choices[] = {
#define KIND(name, label)   {name ".", label, true},
#define ACTION(name, label) {name, label, false},
#include "app/audit/actions.def"
#undef KIND
#undef ACTION
};
const struct audit_choices audit_choices = {choices, ARRAY_LEN(choices)};

struct str audit_action_text(enum lang lang, struct str action)
{
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        if (str_is(action, choices[i].value))
            return T(lang, choices[i].label);
    }
    return action;
}

struct str audit_actor_text(enum lang lang, struct str name)
{
    return str_is(name, AUDIT_COMMAND_LINE) ? T(lang, "audit|Command line") : name;
}
