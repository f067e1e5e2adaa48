#include "app/audit/tell.h"
#include "app/incident/share_view.h"
#include "sys/i18n/i18n.h"

/* What an entry of the audit log tells about an incident. ctx: its page. */

static struct str state(const struct audit_teller *t, const struct audit_value *v)
{
    return incident_state_label(t->lang, v->text);
}

static struct str kind(const struct audit_teller *t, const struct audit_value *v)
{
    return incident_kind_label(t->lang, v->text);
}

static struct str severity(const struct audit_teller *t, const struct audit_value *v)
{
    return form_choice_label(incident_severity_choices, t->lang, v->text);
}

static struct str tlp(const struct audit_teller *t, const struct audit_value *v)
{
    return form_choice_label(web_tlp_choices, t->lang, v->text);
}

static struct str task(const struct audit_teller *t, const struct audit_value *v)
{
    const struct incident_page_view *page = t->ctx;

    for (size_t k = 0; k < page->tasks.len; k++) {
        if (page->tasks.at[k].id == v->number)
            return page->tasks.at[k].title;
    }
    return STR_EMPTY;
}

static struct str person(const struct audit_teller *t, const struct audit_value *v)
{
    const struct incident_page_view *page = t->ctx;

    for (size_t k = 0; k < page->members.len; k++) {
        if (page->members.at[k].account_id == v->number)
            return page->members.at[k].name;
    }
    return STR_EMPTY;
}

static struct str login(const struct audit_teller *t, const struct audit_value *v)
{
    const struct incident_page_view *page = t->ctx;

    for (size_t k = 0; k < page->members.len; k++) {
        if (str_eq(page->members.at[k].login, v->text))
            return page->members.at[k].name;
    }
    return v->text;
}

static struct str task_state(const struct audit_teller *t, const struct audit_value *v)
{
    static const struct form_choice states[] = {
        {"open", N_("task|To do")},
        {"doing", N_("task|Begun")},
        {"done", N_("task|Done")},
        {"skipped", N_("task|Skipped")},
        {NULL, NULL},
    };

    return form_choice_label(states, t->lang, v->text);
}

static struct str scope(const struct audit_teller *t, const struct audit_value *v)
{
    return share_scope_label(t->lang, v->text);
}

static struct str right(const struct audit_teller *t, const struct audit_value *v)
{
    return share_may_label(t->lang, v->text);
}

static struct str exported(const struct audit_teller *t, const struct audit_value *v)
{
    if (str_is(v->text, "custody"))
        return T(t->lang, "export|chain of custody");
    return str_is(v->text, "text") ? T(t->lang, "export|text") : T(t->lang, "export|observables");
}

static struct str how_plain(const struct audit_teller *t, const struct audit_value *v)
{
    return str_is(v->text, "true") ? T(t->lang, "export|as they are")
                                   : T(t->lang, "export|made harmless");
}

static const struct audit_word known[] = {
    {"title", N_("Title"), audit_say_plain, AUDIT_PAIR},
    {"summary", N_("Summary"), audit_say_text, AUDIT_PAIR},
    {"kind", N_("incident|Kind"), kind, AUDIT_PAIR},
    {"severity", N_("Severity"), severity, AUDIT_PAIR},
    {"severity_why", N_("Why this severity"), audit_say_plain, AUDIT_PAIR},
    {"tlp", N_("Sharing (TLP)"), tlp, AUDIT_PAIR},
    {"serious", N_("Serious incident"), audit_say_yes, AUDIT_PAIR},
    {"owner", N_("Owner organisation"), audit_say_plain, AUDIT_PAIR},
    {"occurred_at", N_("Occurred"), audit_say_time, AUDIT_PAIR},
    {"detected_at", N_("Detected"), audit_say_time, AUDIT_PAIR},
    {"contained_at", N_("Contained"), audit_say_time, AUDIT_PAIR},
    {"reason", N_("Reason"), audit_say_text, AUDIT_PAIR},
    {"task", N_("Task"), task, AUDIT_PAIR},
    {"assignee", N_("Assigned to"), person, AUDIT_PAIR},
    {"account", N_("Person"), person, AUDIT_PAIR},
    {"login", N_("Person"), login, AUDIT_PAIR},
    {"org", N_("Organisation"), audit_say_plain, AUDIT_PAIR},
    {"scope", N_("What it sees"), scope, AUDIT_PAIR},
    {"may", N_("What it may do"), right, AUDIT_PAIR},
    {"until", N_("Until"), audit_say_time, AUDIT_PAIR},
    {"at", N_("history|Out of the list until"), audit_say_time, AUDIT_PAIR},
    {"system", N_("System"), audit_say_plain, AUDIT_PAIR},
    {"report", N_("Report"), audit_say_plain, AUDIT_PAIR},
    {"into", N_("Incident"), audit_say_plain, AUDIT_PAIR},
    {"out", N_("Incident"), audit_say_plain, AUDIT_PAIR},
    {"back", N_("Incident"), audit_say_plain, AUDIT_PAIR},
    {"what", N_("history|Exported"), exported, AUDIT_PAIR},
    {"plain", N_("history|Values"), how_plain, AUDIT_PAIR},
    {"added", N_("Observables"), audit_say_count, AUDIT_COUNT},
    {"files", N_("Files"), audit_say_plain, AUDIT_NAMES},
    {"shared", N_("history|Shown to partners"), audit_say_count, AUDIT_COUNT},
    {"withdrawn", N_("history|No longer shown to partners"), audit_say_count, AUDIT_COUNT},
};

struct str incident_action_words(enum lang lang, struct str action, struct str detail)
{
    bool shared = str_find(detail, STR("\"scope\":")) >= 0;

    if (shared && str_is(action, "incident.share"))
        return T(lang, "action|shared the incident");
    if (shared && str_is(action, "incident.unshare"))
        return T(lang, "action|ended the sharing");
    return incident_action_label(lang, action);
}

/* "state" is that of a task where there is one, "from" with "to" a step of the incident's life. */
static void tell_all(struct audit_teller *t, const struct audit_members *all)
{
    const struct audit_member *from = audit_member_find(all, "from");
    const struct audit_member *to = audit_member_find(all, "to");
    bool of_task = audit_member_find(all, "task") != NULL;

    if (from != NULL && to != NULL && from->len > 0 && to->len > 0)
        audit_tell_change(t, T(t->lang, "State"), state(t, from->at), state(t, to->at));
    else if (from != NULL && from->len > 0)
        audit_tell_one(t, T(t->lang, "Incident"), from->at->text);
    for (size_t i = 0; i < all->len; i++) {
        const struct audit_member *m = &all->at[i];

        if (str_is(m->key, "at") && m->is_null)
            *vec_push(&t->lines, t->arena) = T(t->lang, "history|Back in the list");
        else if (of_task && str_is(m->key, "state") && m->len > 0)
            audit_tell_one(t, T(t->lang, "State"), task_state(t, m->at));
        else if (!str_is(m->key, "from") && !str_is(m->key, "to"))
            audit_tell_member(t, m);
    }
}

struct audit_lines incident_history_lines(struct arena *a, enum lang lang,
                                          const struct incident_page_view *v,
                                          const struct incident_history_row *h)
{
    struct audit_members all = audit_members_of(a, h->detail);
    struct audit_teller t = {
        .arena = a, .lang = lang, .words = known, .words_len = ARRAY_LEN(known), .ctx = v};

    tell_all(&t, &all);
    return t.lines;
}
