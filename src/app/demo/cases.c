#include "app/demo/inner.h"
#include "app/demo/queries.h"
#include "app/demo/stories.h"
#include "app/incident/incident.h"
#include "app/report/report.h"
#include "base/clock.h"
#include "base/text.h"

enum { REPORTS = 360 };

/* How a report ended, out of 100. The youngest stay in the inbox. */
static const char *outcome_of(struct demo *d, int64_t age)
{
    int64_t n = demo_below(d, 100);

    if (age < 2 * DAY_MS)
        return n < 55 ? "new" : n < 65 ? "asking" : "incident";
    return n < 52   ? "incident"
           : n < 66 ? "duplicate"
           : n < 80 ? "spam"
           : n < 97 ? "closed"
                    : "asking";
}

/* {ip}, {domain}, {url}, {hash}, {mail}, {phone}, {bank}, {system} and {host} of a story filled in.
 */
static struct str fill(struct demo *d, const char *text, const struct demo_system *s)
{
    struct buf b = buf_make(d->arena);
    struct str rest = str_c(text), part;
    /* A few attackers come back, so that cases share observables. */
    int64_t gang = demo_below(d, 40);

    while (str_split(&rest, '{', &part)) {
        ptrdiff_t end = b.len == 0 && part.ptr == text ? -1 : str_find_char(part, '}');

        if (end < 0) {
            buf_add(&b, part);
            continue;
        }
        if (str_starts(part, STR("ip}")))
            buf_printf(&b, "198.51.100.%d", (int)(gang * 6 + 1));
        else if (str_starts(part, STR("domain}")))
            buf_printf(&b, "dangnhap-%02d[.]example[.]net", (int)gang);
        else if (str_starts(part, STR("url}")))
            buf_printf(&b, "hxxps://quatang-%02d[.]example[.]org/nhan-thuong", (int)gang);
        else if (str_starts(part, STR("hash}")))
            buf_printf(&b, "%016llx%016llx%016llx%016llx",
                       (unsigned long long)(gang + 1) * 0x9e3779b97f4a7c15ull,
                       (unsigned long long)(gang + 2) * 0xbf58476d1ce4e5b9ull,
                       (unsigned long long)(gang + 3) * 0x94d049bb133111ebull,
                       (unsigned long long)(gang + 4) * 0xff51afd7ed558ccdull);
        else if (str_starts(part, STR("mail}")))
            buf_printf(&b, "hotro%02d@dangnhap-%02d.example.net", (int)gang, (int)gang);
        else if (str_starts(part, STR("phone}")))
            buf_printf(&b, "0900 400 %03d", (int)gang);
        else if (str_starts(part, STR("bank}")))
            buf_printf(&b, "số tài khoản 00010002%04d", (int)gang);
        else if (str_starts(part, STR("host}")))
            buf_add(&b, s->domain);
        else
            buf_add(&b, s->name);
        buf_add(&b, str_from(part, (size_t)end + 1));
    }
    return buf_str(&b);
}

/* One transaction a step: what the operations of the rooms do by themselves. */
static int send_report(struct demo *d, const struct demo_story *story, const struct demo_system *s,
                       int64_t at, struct report_receipt *out)
{
    static const char *const channels[] = {"public", "public", "officer", "mail"};
    const char *channel = DEMO_PICK(d, channels);
    struct report_new new_ = {
        .channel = channel,
        .title = fill(d, story->title, s),
        .body = fill(d, story->body, s),
        .kind = str_c(story->kind),
        .detected_at = opt_int(at - demo_below(d, 5 * HOUR_MS)),
        .reporter_name = str_c(channel[0] == 'o' ? "Cán bộ đầu mối" : DEMO_PICK(d, demo_reporters)),
        .reporter_org = channel[0] == 'o' ? d->orgs.at[s->org].name : STR(""),
        .reporter_phone = str_printf(d->arena, "0900 500 %03d", (int)demo_below(d, 1000)),
        .reporter_email =
            str_printf(d->arena, "nguoibao%03d@example.com", (int)demo_below(d, 1000)),
        .confidential = demo_below(d, 8) == 0,
        .address = STR("192.0.2.55"),
        .mail_kind = channel[0] == 'm' ? STR("mail") : STR(""),
        .received_at = at,
    };
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    if (channel[0] == 'o') {
        new_.org_id = d->orgs.at[s->org].id;
        new_.system_id = s->id;
    }
    if ((r = report_create(d->db, d->arena, &new_, out, d->err)) < 0) {
        db_rollback(d->db);
        return r;
    }
    d->summary->reports++;
    return db_commit(d->db, d->err);
}

/* Works through the playbook and the states as far as the age of the case lets it. */
static int work_on(struct demo *d, int64_t incident_id, bool red, int64_t opened, int64_t age)
{
    static const char *const states[] = {"verifying", "responding", "recovering", "closed"};
    struct demo_tasks_of_rows tasks;
    int64_t pace = MINUTE_MS * (40 + demo_below(d, 900));
    int64_t lead = d->responders.at[demo_below(d, (int64_t)d->responders.len)];
    int64_t done = MIN(4, age / pace);
    /* TLP:RED is seen by named people only, and the coordinator who opened it is one. */
    const struct actor *worker = red ? &d->coordinator : &d->responder;
    int r;

    /* Of the last three months' cases every other drags on; older ones are done. */
    if (age > 6 * DAY_MS)
        done = age < 90 * DAY_MS && demo_below(d, 2) == 0 ? 1 + demo_below(d, 3) : 4;
    if ((r = incident_set_lead(d->db, d->arena, incident_id, lead, &d->coordinator,
                               MIN(opened + 20 * MINUTE_MS, d->now), d->err)) < 0 ||
        (r = demo_tasks_of(d->db, d->arena, incident_id, &tasks, d->err)) < 0)
        return r;
    for (int64_t i = 0; r >= 0 && i < (int64_t)tasks.len; i++) {
        int64_t at = MIN(opened + (i + 1) * pace, d->now - MINUTE_MS);

        if (i >= done * (int64_t)tasks.len / 4)
            break;
        r = incident_task_set(d->db, d->arena, incident_id, tasks.at[i].id, STR("done"), STR(""),
                              worker, at, d->err);
    }
    for (int64_t i = 0; r >= 0 && i < done; i++)
        r = incident_move(
            d->db, d->arena, incident_id,
            &(struct incident_move){.state = str_c(states[i]),
                                    .reason = i == 3 ? str_c(DEMO_PICK(d, demo_results)) : STR(""),
                                    .contained_at =
                                        i == 2 ? opt_int(MIN(opened + 3 * pace, d->now)) : NO_INT},
            &d->coordinator, MIN(opened + (i + 1) * pace + MINUTE_MS, d->now), NULL, d->err);
    for (int64_t i = 0; r >= 0 && i < 1 + demo_below(d, 3); i++)
        r = incident_comment(d->db, d->arena, incident_id, str_c(DEMO_PICK(d, demo_comments)),
                             worker, MIN(opened + (i + 1) * 50 * MINUTE_MS, d->now), d->err);
    return r;
}

static int open_case(struct demo *d, const struct report_receipt *report,
                     const struct demo_story *story, const struct demo_system *s, int64_t at)
{
    int64_t opened = at + MINUTE_MS * (10 + demo_below(d, 170));
    struct incident_new new_ = {
        .title = fill(d, story->title, s),
        .summary = fill(d, story->body, s),
        .kind = str_c(story->kind),
        .severity = MIN(4, MAX(1, s->level - 1 + story->weight)),
        .severity_why = str_printf(d->arena, "Hệ thống cấp độ %d", (int)s->level),
        .serious = s->level >= 4 && story->weight > 0,
        .tlp = demo_below(d, 12) == 0  ? STR("red")
               : demo_below(d, 3) == 0 ? STR("green")
                                       : STR("amber"),
        .org_id = d->orgs.at[s->org].id,
        .system_id = s->id,
        .occurred_at = opt_int(at - 6 * HOUR_MS - demo_below(d, 2 * DAY_MS)),
        .detected_at = at - MINUTE_MS * 5,
    };
    struct str code;
    int64_t id;
    int r;

    opened = MIN(opened, d->now - MINUTE_MS);
    if ((r = db_begin(d->db, d->err)) < 0)
        return r;
    if ((r = incident_create(d->db, d->arena, &new_, &d->coordinator, opened, &id, &code, d->err)) <
        0) {
        db_rollback(d->db);
        return r;
    }
    if ((r = db_commit(d->db, d->err)) < 0 ||
        (r = report_join(d->db, d->arena, report->id, 0, id, &d->coordinator, opened, d->err)) < 0)
        return r;
    d->summary->incidents++;
    return work_on(d, id, str_is(new_.tlp, "red"), opened, d->now - opened);
}

static int one_case(struct demo *d, int64_t at, int64_t previous, struct report_receipt *report)
{
    const struct demo_system *s = &d->systems.at[demo_below(d, (int64_t)d->systems.len)];
    const struct demo_story *story = &demo_stories[demo_below(d, (int64_t)demo_stories_len)];
    const char *outcome = outcome_of(d, d->now - at);
    int64_t later = at + MINUTE_MS * (15 + demo_below(d, 300));
    int64_t decided = MIN(later, d->now - MINUTE_MS);
    bool spam = strcmp(outcome, "spam") == 0;
    int r;

    if (spam)
        story = &demo_spam;
    if ((r = send_report(d, story, s, at, report)) < 0 || strcmp(outcome, "new") == 0)
        return r;
    if (strcmp(outcome, "incident") == 0)
        return open_case(d, report, story, s, at);
    if (strcmp(outcome, "asking") == 0)
        return report_ask(d->db, d->arena, report->id, str_c(DEMO_PICK(d, demo_questions)),
                          &d->coordinator, decided, d->err);
    if (strcmp(outcome, "duplicate") == 0 && previous == 0)
        outcome = "closed";
    return report_mark(d->db, d->arena, report->id, 0, outcome,
                       strcmp(outcome, "duplicate") == 0 ? previous : 0,
                       strcmp(outcome, "closed") == 0 ? str_c(DEMO_PICK(d, demo_answers)) : STR(""),
                       &d->coordinator, decided, NULL, d->err);
}

int demo_cases(struct demo *d)
{
    struct arena *kept = d->arena;
    struct arena scratch = {0};
    int64_t span = d->now - d->begin - DAY_MS;
    int64_t previous = 0;
    int r = 0;

    d->arena = &scratch;
    for (int64_t i = 0; r >= 0 && i < REPORTS; i++) {
        struct report_receipt report = {0};
        /* Evenly over two years, the last two dozen within two days: an inbox with work in it. */
        int64_t at = i < REPORTS - 24
                         ? d->begin + DAY_MS + i * (span / REPORTS) + demo_below(d, 20 * HOUR_MS)
                         : d->now - (REPORTS - i) * 110 * MINUTE_MS - demo_below(d, 60 * MINUTE_MS);

        r = one_case(d, at, previous, &report);
        previous = report.id;
        arena_clear(&scratch);
    }
    d->arena = kept;
    arena_release(&scratch);
    return MIN(r, 0);
}
