#include "app/post/inner.h"

#include "app/account/account.h"
#include "app/import/import.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/* Periodic jobs: the daily digest, tasks whose time comes, tidying up. */

#define SOON            (2 * HOUR_MS)
#define KEEP_JOBS       (7 * DAY_MS)
#define KEEP_DELIVERIES (180 * DAY_MS)

/* ---- the digest -------------------------------------------------------------------------------
 */

static struct str digest_body(struct arena *a, enum lang lang, const struct post_line_rows *lines)
{
    struct buf b = buf_make(a);
    struct str last = STR("");

    buf_printf(&b, STR_FMT "\n",
               STR_ARG(i18n_format(a, lang, N_("What happened since the last digest: {0}."),
                                   (struct str[]){i18n_int(a, lang, (int64_t)lines->len)}, 1)));
    for (size_t i = 0; i < lines->len; i++) {
        const struct post_line_row *l = &lines->at[i];
        bool open = l->tlp.ptr == NULL || !post_tlp_closed(l->tlp);

        if (!str_eq(l->code, last) || i == 0) {
            last = l->code;
            buf_printf(&b, "\n" STR_FMT, STR_ARG(l->code));
            if (open && l->title.len > 0)
                buf_printf(&b, "  " STR_FMT, STR_ARG(l->title));
            buf_printf(&b, "\n" STR_FMT "\n",
                       STR_ARG(post_record_url(a, l->incident_code, l->report_code)));
        }
        buf_printf(&b, "  - " STR_FMT ": " STR_FMT "\n", STR_ARG(i18n_time(a, lang, l->at)),
                   STR_ARG(post_event_line(a, lang, l, open)));
    }
    return buf_str(&b);
}

static int digest_for(struct db *db, struct arena *a, const struct post_digest_people_row *who,
                      int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    enum lang lang = i18n_lang(who->lang);
    struct post_line_rows lines;
    struct str stop, count;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = post_digest_lines(db, a, who->account_id, now, &lines, err)) < 0 ||
        (r = post_digest_done(db, who->account_id, err)) < 0)
        return (int)r;
    if (lines.len == 0)
        return db_commit(db, err); /* what it was about may not be seen any more */
    count = i18n_int(a, lang, (int64_t)lines.len);
    if ((r = post_stop(db, a, who->account_id, &stop, err)) < 0 ||
        (r = notice_mail(
             db, a,
             &(struct notice_letter){
                 .kind = "digest",
                 .account_id = who->account_id,
                 .to = who->email,
                 .subject = i18n_format(a, lang, N_("Digest of {1}: {0} notices"),
                                        (struct str[]){count, i18n_date(a, lang, now)}, 2),
                 .body = digest_body(a, lang, &lines),
                 .stop = stop,
                 .lang = lang,
                 .automatic = true},
             now, NULL, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

/* Once a day, from the chosen hour on: also when no process ran at that hour. */
static int begin_day(struct db *db, struct job_run *run, const struct post_settings *s, bool *due,
                     struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct civil c = civil_from_ms(run->now, site.zone);
    struct str today = str_printf(run->arena, "%04d-%02d-%02d", c.year, c.month, c.day),
               last = STR("");
    int64_t r;

    *due = false;
    if (s->smtp_host.len == 0 || c.hour < (s->digest_hour.has ? s->digest_hour.v : DIGEST_HOUR))
        return 0;
    if ((r = db_begin(db, err)) < 0 ||
        (r = post_setting_text(db, run->arena, "post.digest_day", &last, err)) < 0 ||
        (r = post_setting_put(db, STR("post.digest_day"), today, err)) < 0)
        return (int)r;
    *due = !str_eq(last, today);
    return db_commit(db, err);
}

/* Each person's digest is a transaction of its own: a second run sends nothing twice. */
int post_run_digest(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct post_digest_people_rows people;
    struct post_settings settings;
    bool due;
    int r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 ||
        (r = post_settings_load(db, run->arena, &settings, err)) < 0 ||
        (r = begin_day(db, run, &settings, &due, err)) < 0)
        return r;
    if (!due || (r = post_digest_people(db, run->arena, &people, err)) < 0)
        return r;
    for (size_t i = 0; i < people.len; i++) {
        if ((r = digest_for(db, run->arena, &people.at[i], run->now, err)) < 0)
            return r;
    }
    return 0;
}

/* ---- tasks ------------------------------------------------------------------------------------
 */

static int tell_task(struct db *db, struct arena *a, const struct post_due_tasks_row *t,
                     int64_t now, struct err *err)
{
    bool late = t->due_at <= now;
    struct str mark = str_printf(a, "task:%lld:%lld:%s", (long long)t->task_id,
                                 (long long)t->due_at, late ? "late" : "soon");
    struct post_mark_known_row known;
    int r = post_mark_known(db, a, mark, &known, err);

    if (r != 0)
        return MIN(r, 0);
    return notice_put(db,
                      &(struct notice_new){.event = late ? NOTICE_TASK_OVERDUE : NOTICE_TASK_SOON,
                                           .incident_id = t->incident_id,
                                           .account_id = t->assignee_id,
                                           .detail = t->title,
                                           .mark = mark},
                      now, err);
}

int post_run_due(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct post_due_tasks_rows tasks;
    int r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 ||
        (r = post_due_tasks(db, run->arena, run->now, run->now + SOON, &tasks, err)) < 0 ||
        (r = db_begin(db, err)) < 0)
        return r;
    for (size_t i = 0; r >= 0 && i < tasks.len; i++)
        r = tell_task(db, run->arena, &tasks.at[i], run->now, err);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    return db_commit(db, err);
}

/* ---- tidying up -------------------------------------------------------------------------------
 */

int post_run_sweep(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int64_t r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return (int)r;
    if ((r = job_sweep(db, run->now - KEEP_JOBS, err)) < 0 ||
        (r = post_sweep_deliveries(db, run->now - KEEP_DELIVERIES, err)) < 0) {
        db_rollback(db);
        return (int)r;
    }
    if ((r = db_commit(db, err)) < 0 ||
        (r = import_sweep(db, run->arena, site.dir, run->now - IMPORT_KEEP_HOURS * HOUR_MS, err)) <
            0)
        return (int)r;
    return account_sweep(db, run->now, err);
}
