#include "app/post/hook.h"

#include "app/care/care.h"
#include "app/org/org.h"
#include "app/people/people.h"
#include "app/system/system.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

static int64_t next_of(int64_t now, int64_t every)
{
    return (now / every + 1) * every;
}

static int64_t each_minute(int64_t now)
{
    return next_of(now, MINUTE_MS);
}

static int64_t each_quarter(int64_t now)
{
    return next_of(now, 15 * MINUTE_MS);
}

static int64_t each_hour(int64_t now)
{
    return next_of(now, HOUR_MS);
}

static const struct job_kind notice = {
    .name = "notice", .label = N_("job|Tell those concerned"), .run = post_run_notice};
static const struct job_kind mail = {
    .name = "mail", .label = N_("job|Send a mail"), .run = post_run_mail};
static const struct job_kind webhook = {
    .name = "webhook", .label = N_("job|Call a webhook"), .run = post_run_hook, .attempts = 8};
static const struct job_kind due = {.name = "due",
                                    .label = N_("job|Look for tasks that are due"),
                                    .run = post_run_due,
                                    .next = each_minute};
static const struct job_kind digest = {.name = "digest",
                                       .label = N_("job|Daily digest"),
                                       .run = post_run_digest,
                                       .next = each_quarter};
static const struct job_kind sweep = {.name = "sweep",
                                      .label = N_("job|Tidy up sessions, jobs and notices"),
                                      .run = post_run_sweep,
                                      .next = each_hour};
static const struct job_kind poll = {
    .name = "poll", .label = N_("job|Fetch mail"), .run = post_run_poll, .next = each_minute};

const struct job_kind *const post_jobs[] = {&notice,
                                            &mail,
                                            &webhook,
                                            &due,
                                            &digest,
                                            &sweep,
                                            &poll,
                                            &people_reset_job,
                                            &care_retention_job,
                                            &org_import_job,
                                            &system_import_job,
                                            NULL};
