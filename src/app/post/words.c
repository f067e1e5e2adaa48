#include "app/post/inner.h"

#include "app/incident/incident.h"
#include "app/web/web.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

enum { DETAIL_LETTERS = 300 };

/* ---- events -----------------------------------------------------------------------------------
 */

/* {0} who, {1} detail. `bare` says it without either: for closed TLP marks and where both are
 * empty. */
static const struct {
    const char *event, *icon, *full, *bare;
} lines[] = {
    {"report.new", "inbox", N_("New report"), N_("New report")},
    {"report.answer", "message", N_("The reporter wrote: {1}"), N_("The reporter wrote")},
    {"incident.opened", "lifebuoy", N_("{0} opened the incident"), N_("An incident was opened")},
    {"incident.assigned", "user-check", N_("{0} made you {1}"), N_("You were given a part in it")},
    {"incident.state", "flag", N_("{0} changed the state: {1}"), N_("The state changed")},
    {"incident.comment", "messages", N_("{0} commented: {1}"), N_("There is a new comment")},
    {"incident.mention", "user", N_("{0} mentioned you: {1}"), N_("Somebody mentioned you")},
    {"incident.mail", "mail", N_("Mail from {0}: {1}"), N_("A mail came in")},
    {"task.assigned", "clipboard-check", N_("{0} gave you the task \"{1}\""),
     N_("You were given a task")},
    {"task.soon", "clock", N_("Due soon: {1}"), N_("A task of yours is due soon")},
    {"task.overdue", "alarm", N_("Overdue: {1}"), N_("A task of yours is overdue")},
    {"account.locked", "lock", N_("Signing in to your account was paused after wrong passwords"),
     N_("Signing in to your account was paused after wrong passwords")},
    {"account.password", "key", N_("Your password was changed"), N_("Your password was changed")},
    {"account.sign_in", "device-desktop",
     N_("Your account was used from a new browser or network: {1}"),
     N_("Your account was used from a new browser or network")},
    {"account.factor", "shield-lock", N_("Second factor: {1}"),
     N_("Your second factor was changed")},
    {"account.token", "key", N_("API token: {1}"), N_("Your API tokens were changed")},
    {"account.provider", "login", N_("Sign-in through the provider: {1}"),
     N_("Your sign-in through the provider was changed")},
    {"account.role", "users", N_("Your roles: {1}"), N_("Your roles were changed")},
};

/* Which of several, as app/account says it. */
static const struct {
    const char *event, *detail, *word;
} details[] = {
    {"account.factor", "on", N_("set up")},
    {"account.factor", "off", N_("taken off")},
    {"account.factor", "codes", N_("new recovery codes were made")},
    {"account.token", "new", N_("one was made under your name")},
    {"account.token", "end", N_("one was ended")},
    {"account.provider", "new", N_("linked with your account")},
    {"account.provider", "end", N_("no longer linked with your account")},
    {"account.role", "new", N_("a role was granted")},
    {"account.role", "end", N_("a role was revoked")},
};

static struct str detail_word(enum lang lang, struct str event, struct str detail)
{
    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        if (str_is(event, details[i].event) && str_is(detail, details[i].detail))
            return i18n_text(lang, details[i].word);
    }
    return detail;
}

static size_t find_line(struct str event)
{
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (str_is(event, lines[i].event))
            return i;
    }
    return 0;
}

struct str post_event_line(struct arena *a, enum lang lang, const struct post_line_row *line,
                           bool open)
{
    size_t i = find_line(line->event);
    struct str args[2] = {line->by_name.len > 0 ? line->by_name : T(lang, "Somebody"),
                          text_ellipsis(a, line->detail, DETAIL_LETTERS)};
    bool wants_detail = strstr(lines[i].full, "{1}") != NULL;

    if (!open || (wants_detail && line->detail.len == 0))
        return i18n_text(lang, lines[i].bare);
    if (str_is(line->event, "incident.state"))
        args[1] = form_choice_label(incident_state_choices, lang, line->detail);
    else if (str_is(line->event, "incident.assigned"))
        args[1] = str_is(line->detail, "lead") ? T(lang, "lead of the incident")
                                               : T(lang, "member of the incident");
    else if (str_starts(line->event, STR("account.")))
        args[1] = detail_word(lang, line->event, line->detail);
    return i18n_format(a, lang, lines[i].full, args, 2);
}

const char *post_event_icon(struct str event)
{
    return lines[find_line(event)].icon;
}

struct str post_event_label(enum lang lang, struct str event)
{
    enum notice_event id;

    return notice_event_from_name(event, &id) ? i18n_text(lang, notice_kinds[id].label) : event;
}

bool post_tlp_closed(struct str tlp)
{
    return str_is(tlp, "red") || str_is(tlp, "amber+strict");
}

struct str post_path(struct arena *a, struct str incident_code, struct str report_code)
{
    if (incident_code.len > 0)
        return str_printf(a, "/incidents/" STR_FMT, STR_ARG(incident_code));
    if (report_code.len > 0)
        return str_printf(a, "/reports/" STR_FMT, STR_ARG(report_code));
    return STR("");
}

struct str post_record_url(struct arena *a, struct str incident_code, struct str report_code)
{
    struct str path = post_path(a, incident_code, report_code);

    return path.len > 0 ? str_printf(a, STR_FMT STR_FMT, STR_ARG(site_link_url()), STR_ARG(path))
                        : STR("");
}

/* ---- mails ------------------------------------------------------------------------------------
 */

struct str post_mail_state_label(enum lang lang, struct str state)
{
    static const struct form_choice words[] = {
        {"queued", N_("mail state|Waiting")},    {"sent", N_("mail state|Sent")},
        {"failed", N_("mail state|Not sent")},   {"bounced", N_("mail state|Came back")},
        {"received", N_("mail state|Received")}, {NULL, NULL},
    };

    return form_choice_label(words, lang, state);
}

struct str post_mail_kind_label(enum lang lang, struct str kind)
{
    static const struct form_choice words[] = {
        {"account", N_("mail kind|Account")},
        {"notice", N_("mail kind|Notice")},
        {"digest", N_("mail kind|Digest")},
        {"receipt", N_("mail kind|To a reporter")},
        {"case", N_("mail kind|In a case")},
        {"test", N_("mail kind|Test")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, kind);
}
