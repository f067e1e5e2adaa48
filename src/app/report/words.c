#include "app/report/view.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"

const struct form_choice report_states[] = {
    {"new", N_("report state|New")},
    {"asking", N_("report state|Waiting for an answer")},
    {"incident", N_("report state|Became an incident")},
    {"duplicate", N_("report state|Duplicate")},
    {"spam", N_("report state|Spam")},
    {"closed", N_("report state|Closed without incident")},
    {NULL, NULL},
};

struct str report_state_label(enum lang lang, struct str state)
{
    return form_choice_label(report_states, lang, state);
}

const struct form_choice report_channels[] = {
    {"public", N_("channel|Public page")}, {"officer", N_("channel|Agency officer")},
    {"mail", N_("channel|Mail")},          {"api", N_("channel|Program")},
    {"sample", N_("channel|Public page")}, {NULL, NULL},
};

struct str report_channel_label(enum lang lang, struct str channel)
{
    return form_choice_label(report_channels, lang, channel);
}

struct str report_action_label(enum lang lang, struct str action)
{
    static const struct form_choice words[] = {
        {"report.receive", N_("action|sent the report")},
        {"report.ask", N_("action|asked the reporter")},
        {"report.answer", N_("action|answered")},
        {"report.mark", N_("action|decided")},
        {"report.restore", N_("action|put it back into the inbox")},
        {"report.join", N_("action|made it part of an incident")},
        {"report.owner", N_("action|changed whom it concerns")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, action);
}

/* A member of a flat object of strings and numbers; empty: not there. */
static struct str detail_member(struct arena *a, struct str detail, const char *key)
{
    struct json j;
    enum json_type t;

    json_init(&j, detail);
    if (json_next(&j) != JSON_OBJECT)
        return STR_EMPTY;
    while ((t = json_next(&j)) == JSON_KEY) {
        bool here = str_is(json_string(&j, a), key);

        t = json_next(&j);
        if (here && t == JSON_STRING)
            return json_string(&j, a);
        if (t != JSON_STRING && t != JSON_NUMBER)
            break;
    }
    return STR_EMPTY;
}

struct str report_action_said(struct arena *a, enum lang lang, struct str action, struct str detail)
{
    struct str said = report_action_label(lang, action);
    struct str to = STR_EMPTY;

    if (str_is(action, "report.mark"))
        to = report_state_label(lang, detail_member(a, detail, "to"));
    else if (str_is(action, "report.join"))
        to = detail_member(a, detail, "incident");
    return to.len == 0 ? said : str_printf(a, STR_FMT ": " STR_FMT, STR_ARG(said), STR_ARG(to));
}

struct str report_incident_state(enum lang lang, struct str state)
{
    return form_choice_label(incident_state_choices, lang, state);
}

bool report_can_return(const struct report_get_row *r)
{
    return !str_is(r->state, "incident") || (r->decided_at.has && r->incident_opened_at.has &&
                                             r->incident_opened_at.v != r->decided_at.v);
}

struct str report_why_label(struct arena *a, enum lang lang, struct str why)
{
    static const struct {
        const char *kind, *words;
    } reasons[] = {
        {"domain", N_("Proposed: domain {0} is named in the report")},
        {"name", N_("Proposed: “{0}” is named in the report")},
        {"address", N_("Proposed: address {0} is named in the report")},
        {"provider", N_("Address {0} is of a provider: whose it is has to be asked")},
    };
    ptrdiff_t space = str_find_char(why, ' ');
    struct str value[1];

    if (str_is(why, "person"))
        return T(lang, "Chosen by a person");
    if (space < 0)
        return STR_EMPTY;
    value[0] = str_from(why, (size_t)space + 1);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (str_is(str_sub(why, 0, (size_t)space), reasons[i].kind))
            return i18n_format(a, lang, reasons[i].words, value, 1);
    }
    return STR_EMPTY;
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
