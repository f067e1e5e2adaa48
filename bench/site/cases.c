#include "site.h"

#include "base/clock.h"
#include "base/text.h"
#include "words.h"

static int64_t system_of(const struct site *s, int64_t incident)
{
    return below(incident, SYSTEM, s->systems);
}

static int64_t opened_at(const struct site *s, int64_t i)
{
    return s->begin + (s->now - s->begin - HOUR_MS) / s->incidents * i;
}

/* The youngest tenth is half open, of the rest one in two hundred drags on. */
static const char *state_of(const struct site *s, int64_t i)
{
    static const char *const states[] = {"received", "verifying", "responding", "recovering"};
    bool young = i > s->incidents - s->incidents / 20;

    if (young ? chance(i, STATE) % 2 == 0 : chance(i, STATE) % 200 == 0)
        return states[below(i, STATE + 50, 4)];
    return "closed";
}

static int64_t changed_at(const struct site *s, int64_t i)
{
    return MIN(opened_at(s, i) + below(i, AT, 6 * DAY_MS), s->now - MINUTE_MS);
}

static int64_t lead_of(const struct site *s, int64_t i)
{
    return s->account0 + s->orgs + below(i, LEAD, RESPONDERS);
}

static struct str code_of(struct site *s, const char *prefix, int64_t i)
{
    int year = civil_from_ms(opened_at(s, i), 420).year;

    return str_printf(&s->a, "%s-%d-%06" PRId64, prefix, year, 100000 + i);
}

static void texts_of(struct site *s, int64_t i, struct str *title, struct str *text)
{
    struct str value;

    value_of(s, i * OBSERVABLES_EACH, &value);
    *title = str_printf(&s->a, "%s tại " STR_FMT, site_titles[below(i, TITLE, SITE_TITLES)],
                        STR_ARG(s->system_names[system_of(s, i)]));
    *text =
        str_printf(&s->a, "%s %s %s Liên quan " STR_FMT ", vụ việc %05x.",
                   site_texts[below(i, TEXT, SITE_TEXTS)], site_texts[below(i, TEXT2, SITE_TEXTS)],
                   site_texts[below(i, TEXT3, SITE_TEXTS)], STR_ARG(value),
                   (unsigned)(chance(i, OTHER) & 0xfffff));
}

void make_incidents(struct site *s)
{
    static const char *const tlps[] = {"amber", "amber", "green", "amber+strict", "clear"};
    struct load *l = s->load;

    load_table(l, "incident (id, code, uuid, title, summary, kind, rsit, severity, severity_why, "
                  "serious, tlp, state, org_id, lead_id, regime, playbook, outcome, occurred_at, "
                  "detected_at, contained_at, closed_at, opened_at, opened_by, updated_at, "
                  "state_at, next_due_at, version, fold)");
    for (int64_t i = 0; i < s->incidents; i++) {
        int64_t at = opened_at(s, i), changed = changed_at(s, i);
        struct str code = code_of(s, "SC", i), title, text;
        const char *state = state_of(s, i);
        bool closed = strcmp(state, "closed") == 0;

        texts_of(s, i, &title, &text);
        load_int(l, s->incident0 + i);
        load_text(l, code);
        load_text(l, uuid_of(s, i, UUID + 20));
        load_text(l, title);
        load_text(l, text);
        load_text(l, str_c(site_kinds[below(i, KIND, SITE_KINDS)]));
        load_text(l, STR("other:undetermined"));
        load_int(l, 1 + below(i, SEVERITY, 10) * below(i, SEVERITY + 50, 10) / 25);
        load_text(l, STR(""));
        load_int(l, 0);
        load_text(l, below(i, TLP, 50) == 0 ? STR("red") : str_c(tlps[below(i, TLP + 50, 5)]));
        load_text(l, str_c(state));
        load_int(l, s->org0 + owner_of(s, system_of(s, i)));
        load_int(l, lead_of(s, i));
        load_text(l, STR("vn"));
        load_text(l, STR("ordinary@1"));
        load_text(l, STR(""));
        load_null(l);
        load_int(l, at - HOUR_MS);
        load_null(l);
        if (closed)
            load_int(l, changed);
        else
            load_null(l);
        load_int(l, at);
        load_null(l);
        load_int(l, changed);
        load_int(l, changed);
        if (closed)
            load_null(l);
        else
            load_int(l, below(i, LATE, 10) == 0 ? changed - DAY_MS
                                                : s->now + below(i, LATE, 20) * HOUR_MS);
        load_int(l, 4);
        load_text(l, text_fold(&s->a, str_printf(&s->a, STR_FMT " " STR_FMT " " STR_FMT,
                                                 STR_ARG(code), STR_ARG(title), STR_ARG(text))));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
}

/* The owner; every third has a helper beside. */
void make_parties(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "incident_party (incident_id, org_id, part, added_at)");
    for (int64_t i = 0; i < s->incidents; i++) {
        int64_t owner = owner_of(s, system_of(s, i)), helper = below(i, ORG, s->orgs);

        for (int k = 0; k < 2; k++) {
            if (k == 1 && (i % 3 != 0 || helper == owner))
                continue;
            load_int(l, s->incident0 + i);
            load_int(l, s->org0 + (k == 0 ? owner : helper));
            load_text(l, k == 0 ? STR("owner") : STR("helper"));
            load_int(l, opened_at(s, i));
            load_row(l);
        }
    }
    load_end(l);
    load_exec(l, "INSERT INTO incident_reach (org_id, incident_id) "
                 "SELECT DISTINCT c.ancestor, p.incident_id FROM incident_party p "
                 "JOIN org_closure c ON c.descendant = p.org_id "
                 "WHERE p.incident_id NOT IN (SELECT incident_id FROM incident_reach) "
                 "ORDER BY 1, 2");
    load_table(l, "incident_member (incident_id, account_id, added_at)");
    for (int64_t i = 0; i < s->incidents; i++) {
        load_int(l, s->incident0 + i);
        load_int(l, lead_of(s, i));
        load_int(l, opened_at(s, i));
        load_row(l);
    }
    load_end(l);
    load_table(l, "incident_system (incident_id, system_id)");
    for (int64_t i = 0; i < s->incidents; i++) {
        load_int(l, s->incident0 + i);
        load_int(l, s->system0 + system_of(s, i));
        load_row(l);
    }
    load_end(l);
}

/* Four of its own, one of the hot ones that return again and again, one of anybody's. */
void make_links(struct site *s)
{
    struct load *l = s->load;

    load_table(l,
               "incident_observable (incident_id, observable_id, added_at, added_by, note, role)");
    for (int64_t i = 0; i < s->incidents; i++) {
        for (int64_t k = 0; k < 6; k++) {
            int64_t o = i * OBSERVABLES_EACH + k;

            if (k == 4)
                o = below(i, HOT_ONE, HOT) * OBSERVABLES_EACH + 4;
            else if (k == 5)
                o = below(i, OBSERVABLE, s->incidents) * OBSERVABLES_EACH + 4;
            if (k == 5 && below(i, OBSERVABLE, s->incidents) == below(i, HOT_ONE, HOT))
                continue;
            load_int(l, s->incident0 + i);
            load_int(l, s->observable0 + o);
            load_int(l, opened_at(s, i));
            load_null(l);
            load_text(l, STR(""));
            load_text(l, STR(""));
            load_row(l);
        }
    }
    load_end(l);
    /* As the triggers of migration 0022 count. */
    load_exec(l, "UPDATE observable SET held = k.held, plain = k.plain "
                 "FROM (SELECT x.observable_id, COUNT(*) AS held, "
                 "SUM(CASE WHEN i.tlp = 'red' THEN 0 ELSE 1 END) AS plain "
                 "FROM incident_observable x JOIN incident i ON i.id = x.incident_id "
                 "GROUP BY x.observable_id) AS k WHERE observable.id = k.observable_id");
}

void make_tasks(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "task (incident_id, position, step, title, body, assignee_id, org_id, due_at, "
                  "state, started_at, done_at, done_by, reason, version)");
    for (int64_t i = 0; i < s->incidents; i++) {
        bool closed = strcmp(state_of(s, i), "closed") == 0;
        int64_t done = closed ? SITE_STEPS : below(i, DONE, SITE_STEPS);

        for (int64_t k = 0; k < SITE_STEPS; k++) {
            load_int(l, s->incident0 + i);
            load_int(l, k + 1);
            load_int(l, k + 1);
            load_text(l, str_c(site_steps[k]));
            load_text(l, STR("Việc phải làm ở bước này, theo quy trình của đơn vị."));
            load_int(l, lead_of(s, i));
            load_null(l);
            load_int(l, opened_at(s, i) + (k + 1) * DAY_MS);
            load_text(l, k < done ? STR("done") : STR("open"));
            load_null(l);
            if (k < done)
                load_int(l, changed_at(s, i));
            else
                load_null(l);
            load_null(l);
            load_text(l, STR(""));
            load_int(l, 1);
            load_row(l);
        }
    }
    load_end(l);
}

void make_talk(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "comment (incident_id, author_id, author_name, at, edited_at, body, fold)");
    for (int64_t i = 0; i < s->incidents; i++) {
        for (int64_t k = 0; k < 2; k++) {
            const char *body = site_comments[below(i * 2 + k, COMMENT, SITE_COMMENTS)];

            load_int(l, s->incident0 + i);
            load_int(l, lead_of(s, i));
            load_text(l, STR("Thành viên Đội ứng cứu"));
            load_int(l, opened_at(s, i) + (k + 1) * HOUR_MS);
            load_null(l);
            load_text(l, str_c(body));
            load_text(l, text_fold(&s->a, str_c(body)));
            load_row(l);
        }
        arena_clear(&s->a);
    }
    load_end(l);
    load_table(l, "incident_event (incident_id, at, recorded_at, kind, actor_id, actor_name, text, "
                  "observable_id, system_id)");
    for (int64_t i = 0; i < s->incidents; i++) {
        static const char *const kinds[] = {"detected", "opened", "state", "note"};

        for (int64_t k = 0; k < 4; k++) {
            load_int(l, s->incident0 + i);
            load_int(l, opened_at(s, i) + k * HOUR_MS);
            load_int(l, opened_at(s, i) + k * HOUR_MS);
            load_text(l, str_c(kinds[k]));
            load_int(l, lead_of(s, i));
            load_text(l, STR("Thành viên Đội ứng cứu"));
            load_text(l, k == 2   ? STR("verifying")
                         : k == 3 ? str_c(site_texts[below(i, EVENT, SITE_TEXTS)])
                                  : STR(""));
            load_null(l);
            load_null(l);
            load_row(l);
        }
    }
    load_end(l);
}

/* One for each incident, the last few still to be decided. */
void make_reports(struct site *s)
{
    static const char *const channels[] = {"public", "public", "officer", "mail"};
    struct load *l = s->load;

    load_table(l,
               "report (id, code, uuid, secret_hash, channel, state, title, body, kind, "
               "occurred_at, detected_at, received_at, reporter_name, reporter_org, "
               "reporter_phone, reporter_email, account_id, confidential, address, org_id, "
               "system_id, match_why, incident_id, duplicate_of, decided_by, decided_at, reason, "
               "message_id, mail_kind, version, fold)");
    for (int64_t i = 0; i < s->reports; i++) {
        bool fresh = i >= s->incidents;
        int64_t of = MIN(i, s->incidents - 1);
        int64_t at = fresh ? s->now - (s->reports - i) * MINUTE_MS : opened_at(s, i) - HOUR_MS;
        struct str code = code_of(s, "TB", i), title, text;

        texts_of(s, fresh ? i - s->incidents : i, &title, &text);
        load_int(l, s->report0 + i);
        load_text(l, code);
        load_text(l, uuid_of(s, i, UUID + 30));
        load_text(l, uuid_of(s, i, UUID + 40));
        load_text(l, str_c(channels[i % 4]));
        load_text(l, fresh ? STR("new") : STR("incident"));
        load_text(l, title);
        load_text(l, text);
        load_text(l, str_c(site_kinds[below(of, KIND, SITE_KINDS)]));
        load_null(l);
        load_int(l, at);
        load_int(l, at);
        load_text(l, STR("Người báo"));
        for (int k = 0; k < 3; k++)
            load_text(l, STR(""));
        load_null(l);
        load_int(l, i % 8 == 0);
        load_text(l, STR("192.0.2.55"));
        load_int(l, s->org0 + owner_of(s, system_of(s, of)));
        load_int(l, s->system0 + system_of(s, of));
        load_text(l, STR(""));
        if (fresh)
            load_null(l);
        else
            load_int(l, s->incident0 + i);
        load_null(l);
        load_null(l);
        if (fresh)
            load_null(l);
        else
            load_int(l, at + HOUR_MS);
        for (int k = 0; k < 3; k++)
            load_text(l, STR(""));
        load_int(l, 1);
        load_text(l, text_fold(&s->a, str_printf(&s->a, STR_FMT " " STR_FMT " " STR_FMT,
                                                 STR_ARG(code), STR_ARG(title), STR_ARG(text))));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
    load_table(l, "report_observable (report_id, observable_id)");
    for (int64_t i = 0; i < s->reports; i++) {
        load_int(l, s->report0 + i);
        load_int(l, s->observable0 + MIN(i, s->incidents - 1) * OBSERVABLES_EACH);
        load_row(l);
    }
    load_end(l);
}
