#include "app/report/view.h"
#include "sys/i18n/i18n.h"

struct word {
    const char *value;
    const char *key;
};

static struct str find_word(const struct word *words, size_t len, enum lang lang, struct str value)
{
    for (size_t i = 0; i < len; i++) {
        if (str_is(value, words[i].value))
            return i18n_text(lang, words[i].key);
    }
    return value;
}

struct str report_state_label(enum lang lang, struct str state)
{
    static const struct word words[] = {
        {"new", N_("report state|New")},
        {"asking", N_("report state|Waiting for an answer")},
        {"incident", N_("report state|Became an incident")},
        {"duplicate", N_("report state|Duplicate")},
        {"spam", N_("report state|Spam")},
        {"closed", N_("report state|Closed without incident")},
    };

    return find_word(words, ARRAY_LEN(words), lang, state);
}

struct str report_channel_label(enum lang lang, struct str channel)
{
    static const struct word words[] = {
        {"public", N_("channel|Public page")}, {"officer", N_("channel|Agency officer")},
        {"mail", N_("channel|Mail")},          {"api", N_("channel|Program")},
        {"sample", N_("channel|Public page")},
    };

    return find_word(words, ARRAY_LEN(words), lang, channel);
}

struct str report_action_label(enum lang lang, struct str action)
{
    static const struct word words[] = {
        {"report.receive", N_("action|sent the report")},
        {"report.ask", N_("action|asked the reporter")},
        {"report.answer", N_("action|answered")},
        {"report.mark", N_("action|decided")},
        {"report.restore", N_("action|put it back into the inbox")},
        {"report.join", N_("action|made it part of an incident")},
        {"report.owner", N_("action|changed whom it concerns")},
    };

    return find_word(words, ARRAY_LEN(words), lang, action);
}

struct str report_why_label(struct arena *a, enum lang lang, struct str why)
{
    ptrdiff_t space = str_find_char(why, ' ');
    struct str value[1];

    if (str_is(why, "person"))
        return T(lang, "Chosen by a person");
    if (space < 0)
        return STR_EMPTY;
    value[0] = str_from(why, (size_t)space + 1);
    if (str_starts(why, STR("domain")))
        return i18n_format(a, lang, N_("Proposed: domain {0} is named in the report"), value, 1);
    return i18n_format(a, lang, N_("Proposed: address {0} is named in the report"), value, 1);
}

int report_state_step(struct str state)
{
    return str_is(state, "new") ? 0 : str_is(state, "asking") ? 1 : 4;
}

struct str report_kind_label(enum lang lang, struct str kind)
{
    const struct incident_kind *k = incident_kind_find(kind);

    return k != NULL ? i18n_text(lang, k->label) : kind;
}

int report_public_step(const struct report_follow_view *v)
{
    if (v->has_incident)
        return str_is(v->incident.state, "closed")     ? 3
               : str_is(v->incident.state, "received") ? 1
                                                       : 2;
    if (!report_is_open(v->state))
        return 3;
    /* Who was asked something, or was recognised as telling of a known thing, has been read. */
    return v->read_by_us || str_is(v->state, "asking") || !str_eq(v->state, v->r.state);
}
