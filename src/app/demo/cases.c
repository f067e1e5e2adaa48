#include "app/demo/inner.h"
#include "app/demo/queries.h"
#include "app/demo/stories.h"
#include "app/incident/incident.h"
#include "app/report/report.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#define SHIFT (12 * HOUR_MS)

enum {
    EARLIER = 336, /* reports of the two years before the last two days */
    FIRST_THREAD = 8,
    THREAD_EVERY = 17,
    THREAD_ROUNDS = 3,
    MARKS_OF_THREADS = 400, /* behind those of the reports that stand alone */
    MARKS_OF_GROUPS = 450,
};

/* ---- who and where ------------------------------------------------------------------------- */

static bool may_be(const struct demo *d, const struct demo_system *s,
                   const struct demo_story *story, int64_t at)
{
    static const char *const never[] = {"team", "police", "military"};
    const struct demo_org *org = &d->orgs.at[s->org];

    if (org->since > at || (story->on[0] != 0 && !str_is(s->label, story->on)))
        return false;
    if (story->org != NULL)
        return str_is(org->name, story->org);
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        if (str_is(org->kind, never[i]))
            return false;
    }
    /* Citizens hand in papers at departments and communes. */
    return !str_is(s->label, "motcua") || str_is(org->kind, "department") ||
           str_is(org->kind, "commune") || str_is(org->kind, "ward");
}

/* One that the story can be told of; as often of an agency of the province as of a commune. */
static const struct demo_system *choose_system(struct demo *d, const struct demo_story *story,
                                               int64_t at)
{
    int64_t len = (int64_t)d->systems.len, of_agencies = 0, among, from;

    while (of_agencies < len && d->orgs.at[d->systems.at[of_agencies].org].since == 0)
        of_agencies++;
    among = story->org == NULL && demo_below(d, 2) == 0 ? of_agencies : len;
    for (int tries = 0; story->org == NULL && tries < 200; tries++) {
        from = demo_below(d, among);
        if (may_be(d, &d->systems.at[from], story, at))
            return &d->systems.at[from];
    }
    for (int64_t i = 0; i < len; i++) {
        if (may_be(d, &d->systems.at[i], story, at))
            return &d->systems.at[i];
    }
    die("no system for the story \"%s\"", story->title);
}

static struct str sender_address(struct demo *d)
{
    static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113"};
    int64_t n = demo_below(d, 4);

    return n == 3 ? str_printf(d->arena, "2001:db8:%x:%x::%x", 0x2000 + (int)demo_below(d, 4096),
                               (int)demo_below(d, 65536), 1 + (int)demo_below(d, 4096))
                  : str_printf(d->arena, "%s.%d", nets[n], 1 + (int)demo_below(d, 254));
}

/* Who tells it, as the page, the officer's form or the intake of mails would have it. */
static void fill_reporter(struct demo *d, const struct demo_case *c, struct report_new *out)
{
    const struct demo_org *org = &d->orgs.at[c->system->org];
    int number = (int)demo_below(d, 1000);

    switch (c->story->voice) {
    case OFFICER:
        out->channel = "officer";
        out->kind = str_c(c->story->kind);
        out->reporter_name =
            org->officer_id != 0 ? org->officer_name : STR("Cán bộ đầu mối ứng cứu sự cố");
        out->account_id = org->officer_id;
        out->reporter_org = org->name;
        out->reporter_email =
            str_printf(d->arena, "ungcuu@" STR_FMT ".sonhai.example.vn", STR_ARG(org->slug));
        out->org_id = org->id;
        out->system_id = c->system->id;
        out->address = str_printf(d->arena, "203.0.113.%d", 1 + (int)(c->system->org * 7 % 254));
        break;
    case MAIL:
        out->channel = "mail";
        out->mail_kind = STR("mail");
        out->reporter_name = str_c(c->story->who);
        out->reporter_email = str_printf(d->arena, "nguoigui%03d@example.com", number);
        out->message_id = str_printf(d->arena, "<%" PRId64 ".%d@example.com>", c->received, number);
        out->detected_at = opt_int(c->received);
        break;
    case CITIZEN:
        out->channel = "public";
        out->kind = str_c(c->story->kind);
        out->title = report_title_of(d->arena, out->kind, out->body);
        out->reporter_name = str_c(c->story->who);
        if (c->story->who[0] != 0 || number % 2 == 0)
            out->reporter_phone = str_printf(d->arena, "0900 5%02d %03d", number % 89, number);
        if (number % 3 == 0)
            out->reporter_email = str_printf(d->arena, "nguoibao%03d@example.com", number);
        out->address = sender_address(d);
        break;
    }
}

/* ---- what becomes of it -------------------------------------------------------------------- */

static int send_report(struct demo *d, struct demo_case *c)
{
    struct report_new new_ = {
        .title = demo_fill(d, c->story->title, c),
        .body = demo_fill(d, c->story->body, c),
        .detected_at = opt_int(c->noticed),
        .confidential = c->story->confidential,
        .received_at = c->received,
    };
    struct report_receipt receipt;
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    fill_reporter(d, c, &new_);
    if ((r = report_create(d->db, d->arena, &new_, &receipt, d->err)) < 0) {
        db_rollback(d->db);
        return r;
    }
    c->report_id = receipt.id;
    d->summary->reports++;
    return db_commit(d->db, d->err);
}

/* Who asked to be kept confidential is; the rest as such cases go. */
static const char *tlp_of(struct demo *d, const struct demo_case *c)
{
    if (c->story->confidential)
        return "amber+strict";
    if (c->story->severity >= 3 && c->system->level < 5 &&
        (c->story->care == CARE_DATA || c->story->care == CARE_ACCOUNT) && demo_below(d, 3) == 0)
        return "red";
    return c->story->care == CARE_SITE && demo_below(d, 2) == 0 ? "green" : "amber";
}

static int open_case(struct demo *d, struct demo_case *c, int64_t opened)
{
    const struct demo_system *s = c->system;
    struct incident_new new_ = {
        .title = demo_fill(d, c->story->title, c),
        .summary = demo_fill(d, c->story->body, c),
        .kind = str_c(c->story->kind),
        .severity_why = str_printf(d->arena, "Hệ thống thông tin cấp độ %d", (int)s->level),
        .tlp = str_c(tlp_of(d, c)),
        .org_id = d->orgs.at[s->org].id,
        .system_id = s->id,
        .occurred_at = opt_int(c->noticed - HOUR_MS - demo_below(d, 30) * HOUR_MS),
        .detected_at = c->noticed,
    };
    struct str code;
    int r;

    c->severity = MIN(4, c->story->severity + (s->level >= 4 ? 1 : 0));
    c->serious = c->severity == 4;
    new_.severity = c->severity;
    new_.serious = c->serious;
    if ((r = db_begin(d->db, d->err)) < 0)
        return r;
    if ((r = incident_create(d->db, d->arena, &new_, &d->coordinator, opened, &c->incident_id,
                             &code, d->err)) < 0) {
        db_rollback(d->db);
        return r;
    }
    if ((r = db_commit(d->db, d->err)) < 0 ||
        (r = report_join(d->db, d->arena, c->report_id, 0, c->incident_id, &d->coordinator, opened,
                         d->err)) < 0)
        return r;
    d->summary->incidents++;
    return demo_work_on(d, c->incident_id, c, opened);
}

static int ask(struct demo *d, const struct demo_case *c, int64_t at)
{
    const char *question =
        c->story->said != NULL ? c->story->said : demo_cares[c->story->care].question;

    return report_ask(d->db, d->arena, c->report_id, str_c(question), &d->coordinator, at, d->err);
}

static int answer(struct demo *d, const struct demo_case *c, int64_t at)
{
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    if ((r = report_answer(d->db, d->arena, c->report_id,
                           demo_fill(d, demo_cares[c->story->care].reply, c), STR(""),
                           sender_address(d), at, d->err)) < 0) {
        db_rollback(d->db);
        return r;
    }
    return db_commit(d->db, d->err);
}

/* first: what it joins or repeats. */
static int decide(struct demo *d, struct demo_case *c, const char *outcome,
                  const struct demo_case *first)
{
    int64_t at = c->received + MINUTE_MS * (8 + demo_below(d, 30));
    int r = 0;

    if (strcmp(outcome, "new") == 0)
        return 0;
    if (strcmp(outcome, "asking") == 0)
        return ask(d, c, at);
    if (strcmp(outcome, "answered") == 0 ||
        (strcmp(outcome, "incident") == 0 && c->story->voice != MAIL && demo_below(d, 6) == 0 &&
         d->now - c->received > DAY_MS)) {
        if ((r = ask(d, c, at)) < 0 || (r = answer(d, c, at + 25 * MINUTE_MS)) < 0 ||
            strcmp(outcome, "answered") == 0)
            return r;
        at += 35 * MINUTE_MS;
    }
    if (strcmp(outcome, "incident") == 0)
        return open_case(d, c, at);
    if (strcmp(outcome, "join") == 0)
        return report_join(d->db, d->arena, c->report_id, 0, first->incident_id, &d->coordinator,
                           at, d->err);
    return report_mark(d->db, d->arena, c->report_id, 0, outcome,
                       strcmp(outcome, "duplicate") == 0 ? first->report_id : 0,
                       str_c(c->story->said != NULL ? c->story->said : ""), &d->coordinator, at,
                       NULL, d->err);
}

/* ---- two years --------------------------------------------------------------------------- */

/* Few in the beginning, more and more as people learn where to report. */
static int64_t time_of(struct demo *d, int64_t i)
{
    int64_t left = EARLIER - i, span = d->now - d->begin - 4 * DAY_MS;
    int64_t at = d->now - 2 * DAY_MS - span * left / EARLIER * left / EARLIER;
    struct civil c = civil_from_ms(at, i18n_zone());

    /* People sleep, though not all of them. */
    return c.hour < 6 && left > 20 && i % 5 != 0 ? at + 7 * HOUR_MS : at;
}

static int tell(struct demo *d, struct demo_case *c, const char *outcome,
                const struct demo_case *first)
{
    int64_t before =
        MINUTE_MS * (c->story->voice == CITIZEN ? 6 + demo_below(d, 60) : 15 + demo_below(d, 80));
    int r;

    c->number = ++d->told;
    c->noticed = c->received - before;
    c->noticed -= c->noticed % (5 * MINUTE_MS);
    if (c->system == NULL)
        c->system = choose_system(d, c->story, c->received);
    if ((r = send_report(d, c)) < 0)
        return r;
    return decide(d, c, outcome, first);
}

static int tell_thread(struct demo *d, const struct demo_thread *t, int64_t mark, int64_t at)
{
    struct demo_case first = {0};
    int r = 0;

    for (size_t i = 0; r >= 0 && i < t->len; i++) {
        struct demo_case c = {.story = &t->at[i], .mark = mark, .received = at};
        const char *outcome = i == 0 || t->apart ? "incident" : i % 2 == 1 ? "join" : "duplicate";

        if (!t->apart)
            c.system = first.system;
        r = tell(d, &c, outcome, &first);
        if (i == 0)
            first = c;
        at += MINUTE_MS * (40 + demo_below(d, 240));
    }
    return r;
}

/* Of each sort one after the other, so that none is told too often. */
static int tell_alone(struct demo *d, int64_t i)
{
    struct demo_case c = {.mark = i, .received = time_of(d, i)};
    int64_t n = demo_below(d, 100);

    if (n < 60) {
        c.story = &demo_stories[d->turn[0]++ % demo_stories_len];
        return tell(d, &c, "incident", NULL);
    }
    if (n < 77) {
        c.story = &demo_spam[d->turn[1]++ % demo_spam_len];
        return tell(d, &c, "spam", NULL);
    }
    c.story = &demo_harmless[d->turn[2]++ % demo_harmless_len];
    return tell(d, &c, "closed", NULL);
}

static int tell_earlier(struct demo *d)
{
    int64_t threads = (int64_t)demo_threads_len * THREAD_ROUNDS;
    int r = 0;

    for (int64_t i = 0; r >= 0 && i < EARLIER;) {
        int64_t n = (i - FIRST_THREAD) / THREAD_EVERY;

        if (i >= FIRST_THREAD && i >= d->next_thread && n < threads) {
            const struct demo_thread *t = &demo_threads[n % (int64_t)demo_threads_len];

            r = tell_thread(d, t, MARKS_OF_THREADS + n, time_of(d, i));
            d->next_thread = FIRST_THREAD + (n + 1) * THREAD_EVERY;
            i += (int64_t)t->len;
        } else {
            r = tell_alone(d, i++);
        }
        arena_clear(d->arena);
    }
    return r;
}

static int tell_recent(struct demo *d)
{
    struct demo_case firsts[8] = {0};
    int r = 0;

    for (size_t i = 0; r >= 0 && i < demo_recents_len; i++) {
        const struct demo_recent *it = &demo_recents[i];
        struct demo_case *first = &firsts[it->group];
        struct demo_case c = {
            .story = &it->story,
            .mark = it->group != 0 ? MARKS_OF_GROUPS + it->group : EARLIER + (int64_t)i,
            .received = d->now - it->age * MINUTE_MS,
        };

        r = tell(d, &c, it->outcome, first);
        if (first->incident_id == 0)
            *first = c;
        arena_clear(d->arena);
    }
    return r;
}

/* Who signs in finds the news of the last shift, not of two years. */
static int read_earlier(struct demo *d)
{
    _cleanup_(db_rollback_if_open) struct db *tx = d->db;
    int64_t r = db_begin(d->db, d->err);

    if (r < 0 || (r = demo_events_read(d->db, d->now - SHIFT, d->err)) < 0)
        return (int)r;
    return db_commit(d->db, d->err);
}

int demo_cases(struct demo *d)
{
    struct arena *kept = d->arena;
    struct arena scratch = {0};
    int r;

    d->arena = &scratch;
    if ((r = tell_earlier(d)) >= 0)
        r = tell_recent(d);
    d->arena = kept;
    arena_release(&scratch);
    return r < 0 ? r : read_earlier(d);
}
