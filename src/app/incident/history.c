#include "app/incident/share_view.h"
#include "base/json.h"
#include "base/text.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

/*
 * What an entry of the audit log tells, in words. The log keeps values as they are stored, by
 * member of a JSON object: one value, or what it was and what it is. What has no words here (the
 * number of a row) is left out: the log itself has it.
 */
struct told {
    struct arena *a;
    enum lang lang;
    const struct incident_page_view *v;
    struct incident_lines lines;
};

/* One member: its value or values, as text; a number also as such. */
struct member {
    struct str key;
    struct str at[2];
    int64_t n[2];
    size_t len;   /* values, at most two are kept */
    size_t count; /* of an array: how many there are */
    bool is_null;
};

static struct str choice(const struct told *t, const struct form_choice *choices, struct str value)
{
    for (; choices->value != NULL; choices++) {
        if (str_is(value, choices->value))
            return i18n_text(t->lang, choices->label);
    }
    return value;
}

static struct str plain(const struct told *t, const struct member *m, size_t i)
{
    return m->at[i];
}

/* Texts of several lines tell in one that they changed, and how they begin. */
static struct str text(const struct told *t, const struct member *m, size_t i)
{
    enum { LETTERS = 120 };

    return text_ellipsis(t->a, html_markdown_words(t->a, m->at[i]), LETTERS);
}

static struct str state(const struct told *t, const struct member *m, size_t i)
{
    return incident_state_label(t->lang, m->at[i]);
}

static struct str kind(const struct told *t, const struct member *m, size_t i)
{
    return incident_kind_label(t->lang, m->at[i]);
}

static struct str severity(const struct told *t, const struct member *m, size_t i)
{
    return choice(t, incident_severity_choices, m->at[i]);
}

static struct str tlp(const struct told *t, const struct member *m, size_t i)
{
    return choice(t, incident_tlp_choices, m->at[i]);
}

static struct str yes(const struct told *t, const struct member *m, size_t i)
{
    return str_is(m->at[i], "true") ? T(t->lang, "fact|yes") : T(t->lang, "fact|no");
}

static struct str when(const struct told *t, const struct member *m, size_t i)
{
    return m->n[i] != 0 ? i18n_time(t->a, t->lang, m->n[i]) : STR_EMPTY;
}

static struct str task(const struct told *t, const struct member *m, size_t i)
{
    for (size_t k = 0; k < t->v->tasks.len; k++) {
        if (t->v->tasks.at[k].id == m->n[i])
            return t->v->tasks.at[k].title;
    }
    return STR_EMPTY;
}

static struct str person(const struct told *t, const struct member *m, size_t i)
{
    for (size_t k = 0; k < t->v->members.len; k++) {
        if (t->v->members.at[k].account_id == m->n[i])
            return t->v->members.at[k].name;
    }
    return STR_EMPTY;
}

static struct str login(const struct told *t, const struct member *m, size_t i)
{
    for (size_t k = 0; k < t->v->members.len; k++) {
        if (str_eq(t->v->members.at[k].login, m->at[i]))
            return t->v->members.at[k].name;
    }
    return m->at[i];
}

static struct str task_state(const struct told *t, const struct member *m, size_t i)
{
    static const struct form_choice states[] = {
        {"open", N_("task|To do")},
        {"doing", N_("task|Begun")},
        {"done", N_("task|Done")},
        {"skipped", N_("task|Skipped")},
        {NULL, NULL},
    };

    return choice(t, states, m->at[i]);
}

static struct str scope(const struct told *t, const struct member *m, size_t i)
{
    return share_scope_label(t->lang, m->at[i]);
}

static struct str right(const struct told *t, const struct member *m, size_t i)
{
    return share_may_label(t->lang, m->at[i]);
}

static struct str exported(const struct told *t, const struct member *m, size_t i)
{
    if (str_is(m->at[i], "custody"))
        return T(t->lang, "export|chain of custody");
    return str_is(m->at[i], "text") ? T(t->lang, "export|text") : T(t->lang, "export|observables");
}

static struct str how_plain(const struct told *t, const struct member *m, size_t i)
{
    return str_is(m->at[i], "true") ? T(t->lang, "export|as they are")
                                    : T(t->lang, "export|made harmless");
}

static struct str how_many(const struct told *t, const struct member *m, size_t i)
{
    return i18n_int(t->a, t->lang, m->count > 0 ? (int64_t)m->count : m->n[i]);
}

static const struct {
    const char *key;
    const char *label; /* translation key */
    struct str (*words)(const struct told *, const struct member *, size_t);
} known[] = {
    {"title", N_("Title"), plain},
    {"summary", N_("Summary"), text},
    {"kind", N_("Kind"), kind},
    {"severity", N_("Severity"), severity},
    {"severity_why", N_("Why this severity"), plain},
    {"tlp", N_("Sharing (TLP)"), tlp},
    {"serious", N_("Serious incident"), yes},
    {"owner", N_("Owner organisation"), plain},
    {"occurred_at", N_("Occurred"), when},
    {"detected_at", N_("Detected"), when},
    {"contained_at", N_("Contained"), when},
    {"reason", N_("Reason"), text},
    {"task", N_("Task"), task},
    {"assignee", N_("Assigned to"), person},
    {"account", N_("Person"), person},
    {"login", N_("Person"), login},
    {"org", N_("Organisation"), plain},
    {"scope", N_("What it sees"), scope},
    {"may", N_("What it may do"), right},
    {"until", N_("Until"), when},
    {"at", N_("history|Out of the list until"), when},
    {"system", N_("System"), plain},
    {"report", N_("Report"), plain},
    {"into", N_("Incident"), plain},
    {"out", N_("Incident"), plain},
    {"back", N_("Incident"), plain},
    {"what", N_("history|Exported"), exported},
    {"plain", N_("history|Values"), how_plain},
    {"added", N_("Observables"), how_many},
    {"files", N_("Files"), plain},
    {"shared", N_("history|Shown to partners"), how_many},
    {"withdrawn", N_("history|No longer shown to partners"), how_many},
};

static struct str quoted(const struct told *t, struct str words)
{
    return words.len > 0 ? words : T(t->lang, "history|(nothing)");
}

static void line(struct told *t, struct str label, struct str was, struct str is, bool change)
{
    struct str args[] = {label, quoted(t, was), quoted(t, is)};

    *vec_push(&t->lines, t->a) =
        change ? str_printf(t->a, STR_FMT ": " STR_FMT " → " STR_FMT, STR_ARG(args[0]),
                            STR_ARG(args[1]), STR_ARG(args[2]))
               : str_printf(t->a, STR_FMT ": " STR_FMT, STR_ARG(args[0]), STR_ARG(args[1]));
}

struct str incident_action_words(enum lang lang, struct str action, struct str detail)
{
    bool shared = str_find(detail, STR("\"scope\":")) >= 0;

    if (shared && str_is(action, "incident.share"))
        return T(lang, "action|shared the incident");
    if (shared && str_is(action, "incident.unshare"))
        return T(lang, "action|ended the sharing");
    return incident_action_label(lang, action);
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static void read_value(struct told *t, struct json *j, struct member *m)
{
    struct str value = j->type == JSON_STRING  ? json_string(j, t->a)
                       : j->type == JSON_TRUE  ? STR("true")
                       : j->type == JSON_FALSE ? STR("false")
                       : j->type == JSON_NULL  ? STR_EMPTY
                                               : j->text;
    int64_t n = 0;

    if (j->type == JSON_NUMBER && !json_int(j, &n))
        n = 0;
    if (m->len == ARRAY_LEN(m->at))
        return;
    m->at[m->len] = value;
    m->n[m->len++] = n;
}

/* A list of names is one value; the other lists are a pair, or only counted. */
static void read_list(struct told *t, struct json *j, struct member *m)
{
    struct buf all = buf_make(t->a);
    bool names = str_is(m->key, "files");

    while (json_next(j) != JSON_ARRAY_END && j->type != JSON_ERROR && j->type != JSON_END) {
        m->count++;
        if (names)
            buf_printf(&all, "%s" STR_FMT, all.len > 0 ? ", " : "", STR_ARG(json_string(j, t->a)));
        else
            read_value(t, j, m);
    }
    if (names) {
        m->at[0] = buf_str(&all);
        m->len = 1;
    }
}

static void tell(struct told *t, const struct member *m)
{
    bool counted = str_is(m->key, "shared") || str_is(m->key, "withdrawn");

    if (str_is(m->key, "at") && m->is_null) {
        *vec_push(&t->lines, t->a) = T(t->lang, "history|Back in the list");
        return;
    }
    if (counted && m->count == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct str label, was, is;
        bool change = m->len == 2 && !counted;

        if (!str_is(m->key, known[i].key))
            continue;
        label = i18n_text(t->lang, known[i].label);
        was = m->len > 0 ? known[i].words(t, m, 0) : STR_EMPTY;
        is = change ? known[i].words(t, m, 1) : STR_EMPTY;
        if (change || was.len > 0)
            line(t, label, was, is, change);
        return;
    }
}

/* "state" is that of a task where there is one, "from" with "to" a step of the incident's life. */
static void tell_all(struct told *t, const struct member *all, size_t len)
{
    const struct member *from = NULL, *to = NULL, *has_task = NULL;

    for (size_t i = 0; i < len; i++) {
        from = str_is(all[i].key, "from") ? &all[i] : from;
        to = str_is(all[i].key, "to") ? &all[i] : to;
        has_task = str_is(all[i].key, "task") ? &all[i] : has_task;
    }
    if (from != NULL && to != NULL)
        line(t, T(t->lang, "State"), state(t, from, 0), state(t, to, 0), true);
    else if (from != NULL)
        line(t, T(t->lang, "Incident"), from->at[0], STR_EMPTY, false);
    for (size_t i = 0; i < len; i++) {
        if (has_task != NULL && str_is(all[i].key, "state"))
            line(t, T(t->lang, "State"), task_state(t, &all[i], 0), STR_EMPTY, false);
        else if (!str_is(all[i].key, "from") && !str_is(all[i].key, "to"))
            tell(t, &all[i]);
    }
}

struct incident_lines incident_history_lines(struct arena *a, enum lang lang,
                                             const struct incident_page_view *v,
                                             const struct incident_history_row *h)
{
    enum { MEMBERS_MAX = 24 };
    struct told t = {.a = a, .lang = lang, .v = v};
    struct member all[MEMBERS_MAX] = {0};
    size_t len = 0;
    struct json j;

    json_init(&j, h->detail);
    if (h->detail.len == 0 || json_next(&j) != JSON_OBJECT)
        return t.lines;
    while (json_next(&j) == JSON_KEY && len < MEMBERS_MAX) {
        struct member *m = &all[len++];

        m->key = json_string(&j, a);
        if (json_next(&j) == JSON_ARRAY)
            read_list(&t, &j, m);
        else if (j.type == JSON_OBJECT)
            json_skip(&j);
        else
            read_value(&t, &j, m);
        m->is_null = j.type == JSON_NULL;
    }
    tell_all(&t, all, len);
    return t.lines;
}
