#include "app/incident/playbook.h"
#include "app/incident/view.h"
#include "base/clock.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

struct str incident_state_label(enum lang lang, struct str state)
{
    return form_choice_label(incident_state_choices, lang, state);
}

struct str incident_kind_label(enum lang lang, struct str kind)
{
    return form_choice_label(incident_kind_choices, lang, kind);
}

struct str incident_event_label(enum lang lang, struct str kind)
{
    static const struct form_choice words[] = {
        {"detected", N_("event|Detected")},
        {"opened", N_("event|Incident opened")},
        {"state", N_("event|State changed")},
        {"reopened", N_("event|Reopened")},
        {"edited", N_("event|Facts changed")},
        {"serious", N_("event|Classified as serious: the seven steps apply")},
        {"lead", N_("event|Lead")},
        {"member", N_("event|Member added")},
        {"member-left", N_("event|Member removed")},
        {"party", N_("event|Organisation brought in")},
        {"party-left", N_("event|Organisation taken out")},
        {"system", N_("event|System affected")},
        {"system-left", N_("event|System taken off")},
        {"report", N_("event|Report joined")},
        {"report-open", N_("event|Opened from report")},
        {"report-left", N_("event|Report taken out")},
        {"comment", N_("event|Comment")},
        {"mail", N_("event|Mail")},
        {"note", N_("event|Note")},
        {"attack", N_("event|Attacker's act")},
        {"finding", N_("event|Finding")},
        {"measure", N_("event|Measure taken")},
        {"contact", N_("event|Contact")},
        {"task", N_("event|Task added")},
        {"task-open", N_("event|Task reopened")},
        {"task-doing", N_("event|Task begun")},
        {"task-done", N_("event|Task done")},
        {"task-skipped", N_("event|Task skipped")},
        {"task-assigned", N_("event|Task assigned")},
        {"observable", N_("event|Observable added")},
        {"observable-left", N_("event|Observable removed")},
        {"file", N_("event|File added")},
        {"merged", N_("event|Merged into this")},
        {"split", N_("event|Split off")},
        {"split-from", N_("event|Split off from")},
        {"follow-up", N_("event|To be followed up")},
        {"follow-up-done", N_("event|Followed up")},
        {"undone", N_("event|Change taken back")},
        {"share", N_("event|Shared with")},
        {"unshare", N_("event|No longer shared with")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, kind);
}

const struct form_choice incident_part_choices[] = {
    {"owner", N_("part|Owner")},
    {"operator", N_("part|Operator")},
    {"affected", N_("part|Affected")},
    {"helper", N_("part|Helping")},
    {"provider", N_("part|Provider")},
    {"reporter", N_("part|Reporting")},
    {NULL, NULL},
};

struct str incident_part_label(enum lang lang, struct str part)
{
    return form_choice_label(incident_part_choices, lang, part);
}

struct str incident_playbook_label(enum lang lang, struct str playbook)
{
    for (int serious = 0; serious < 2; serious++) {
        const struct playbook *p = playbook_for(serious);

        if (str_starts(playbook, p->id) && str_starts(str_from(playbook, p->id.len), STR("@")))
            return p->title[lang];
    }
    return playbook;
}

const struct case_task_origins_row *incident_task_origin(const struct incident_page_view *v,
                                                         int64_t task_id)
{
    for (size_t i = 0; i < v->origins.len; i++) {
        if (v->origins.at[i].task_id == task_id)
            return &v->origins.at[i];
    }
    return NULL;
}

struct str incident_action_label(enum lang lang, struct str action)
{
    static const struct form_choice words[] = {
        {"incident.open", N_("action|opened the incident")},
        {"incident.report", N_("action|joined a report")},
        {"incident.report_remove", N_("action|took a report out")},
        {"incident.state", N_("action|changed the state")},
        {"incident.reopen", N_("action|reopened the incident")},
        {"incident.edit", N_("action|changed facts")},
        {"incident.lead", N_("action|named the lead")},
        {"incident.member_add", N_("action|added a member")},
        {"incident.member_remove", N_("action|removed a member")},
        {"incident.share", N_("action|brought in an organisation")},
        {"incident.unshare", N_("action|took out an organisation")},
        {"incident.system_add", N_("action|linked a system")},
        {"incident.system_remove", N_("action|unlinked a system")},
        {"incident.comment", N_("action|commented")},
        {"incident.event", N_("action|wrote on the timeline")},
        {"incident.task", N_("action|changed a task")},
        {"incident.task_add", N_("action|added a task")},
        {"incident.task_assign", N_("action|assigned a task")},
        {"incident.observable_add", N_("action|added observables")},
        {"incident.observable_remove", N_("action|removed an observable")},
        {"incident.file", N_("action|added files")},
        {"incident.export", N_("action|exported the incident")},
        {"incident.watch", N_("action|set a watcher")},
        {"incident.unwatch", N_("action|removed a watcher")},
        {"incident.follow_up", N_("action|set a day to follow up")},
        {"incident.merge", N_("action|merged an incident into this")},
        {"incident.merged", N_("action|merged this into another")},
        {"incident.unmerge", N_("action|took a merge back")},
        {"incident.unmerged", N_("action|took the merge of this back")},
        {"incident.split", N_("action|split an incident off")},
        {"incident.unsplit", N_("action|took a split back")},
        {"incident.mark", N_("action|changed what partners see")},
        {"incident.undo", N_("action|took a change of many back")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, action);
}

struct str incident_state_just(enum lang lang, struct str state)
{
    static const struct form_choice words[] = {
        {"received", N_("just|Received just now")},
        {"verifying", N_("just|Verifying since just now")},
        {"responding", N_("just|Responding since just now")},
        {"recovering", N_("just|Recovering since just now")},
        {"closed", N_("just|Closed just now")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, state);
}

int incident_state_step(struct str state)
{
    int step = 0;

    while (incident_state_choices[step].value != NULL &&
           !str_is(state, incident_state_choices[step].value))
        step++;
    return MIN(step, 4);
}

const char *incident_event_icon(struct str kind)
{
    static const struct {
        const char *prefix, *icon;
    } icons[] = {
        {"detected", "alert-triangle"},
        {"opened", "flag"},
        {"state", "route"},
        {"reopened", "rotate"},
        {"task-done", "check"},
        {"task", "list-check"},
        {"comment", "message"},
        {"mail", "mail"},
        {"note", "edit"},
        {"attack", "target"},
        {"finding", "search"},
        {"measure", "shield-check"},
        {"contact", "phone"},
        {"observable", "fingerprint"},
        {"report", "inbox"},
        {"party", "building"},
        {"system", "server"},
        {"file", "file"},
        {"lead", "user-check"},
        {"member", "user-plus"},
        {"serious", "urgent"},
        {"merged", "git-merge"},
        {"split", "git-branch"},
        {"follow-up", "calendar"},
        {"undone", "arrow-back-up"},
        {"share", "share"},
        {"unshare", "share"},
    };

    for (size_t i = 0; i < ARRAY_LEN(icons); i++) {
        if (str_starts(kind, str_c(icons[i].prefix)))
            return icons[i].icon;
    }
    return "history";
}

struct str incident_event_text(struct arena *a, enum lang lang, struct str kind, struct str text)
{
    ptrdiff_t colon;

    if (!str_is(kind, "state") && !str_is(kind, "reopened"))
        return text;
    colon = str_find_char(text, ':');
    if (colon < 0)
        return incident_state_label(lang, text);
    return str_printf(a, STR_FMT STR_FMT,
                      STR_ARG(incident_state_label(lang, str_sub(text, 0, (size_t)colon))),
                      STR_ARG(str_from(text, (size_t)colon)));
}

struct str incident_event_says(struct arena *a, enum lang lang, const struct incident_events_row *e)
{
    return str_eq(e->text, e->system_name) ? STR_EMPTY
                                           : incident_event_text(a, lang, e->kind, e->text);
}

struct str incident_event_line(struct arena *a, enum lang lang, const struct incident_events_row *e)
{
    struct buf b = buf_make(a);
    const struct str parts[] = {
        i18n_time(a, lang, e->at),
        incident_event_label(lang, e->kind),
        incident_event_says(a, lang, e),
        observable_defang_text(a, e->observable_kind, e->observable_value),
        e->system_name,
    };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len > 0)
            buf_printf(&b, "%s" STR_FMT, b.len > 0 ? " " : "", STR_ARG(parts[i]));
    }
    return buf_str(&b);
}

struct str incident_plain(struct arena *a, struct str markdown)
{
    return observable_defang_all(a, html_markdown_words(a, markdown));
}

struct str incident_hour(struct arena *a, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());

    return str_printf(a, "%02d:%02d", c.hour, c.minute);
}

struct str incident_time_input(struct arena *a, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());

    return str_printf(a, "%02d/%02d/%04d %02d:%02d", c.day, c.month, c.year, c.hour, c.minute);
}

struct str incident_next_state(struct str state)
{
    int at = form_choice_find(incident_state_choices, state);

    return at >= 0 ? str_c(incident_state_choices[at + 1].value) : STR_EMPTY;
}

struct str incident_next_verb(enum lang lang, struct str state)
{
    static const struct form_choice words[] = {
        {"received", N_("verb|Begin verifying")},
        {"verifying", N_("verb|Begin response")},
        {"responding", N_("verb|Move to recovery")},
        {"recovering", N_("verb|Close incident")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, state);
}

bool incident_event_is_key(struct str kind)
{
    static const char *const kinds[] = {"state", "opened", "detected", "reopened", "serious"};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(kind, kinds[i]))
            return true;
    }
    return false;
}

bool incident_task_open(struct str state)
{
    return str_is(state, "open") || str_is(state, "doing");
}
