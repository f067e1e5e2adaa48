#include "app/care/care.h"

#include "app/audit/audit.h"
#include "app/care/inner.h"
#include "app/care/queries.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Reports are changed one by one, as their search text is made anew; the rest of them next night.
 */
enum { REPORTS_A_NIGHT = 1000 };

typedef int codes_fn(struct db *, struct arena *, int64_t, int64_t, struct retention_code_rows *,
                     struct err *);
typedef int count_fn(struct db *, struct arena *, int64_t, struct retention_count_row *,
                     struct err *);
typedef int64_t remove_fn(struct db *, int64_t, struct err *);

static const struct rule {
    const char *name, *what, *ground;
    int64_t days; /* unless the administrator says otherwise; 0: kept */
    codes_fn *codes;
    count_fn *count;
    remove_fn *remove, *before; /* before: rows that hang on the others */
    bool spool;                 /* files in DIR/spool */
} rules[] = {
    {"spam", N_("name, contact and address of reporters of spam"),
     N_("As long as a mistaken decision may be put right; nobody works on such a report."), 90,
     .codes = retention_spam},
    {"reports", N_("the same of reports set aside, or whose incident is closed"),
     N_("Records of the work: set the period that the archive rules of your body give."), 0,
     .codes = retention_closed},
    {"sessions", N_("sessions that have ended, with address and browser"),
     N_("To find out who used an account, if misuse shows later."), 90,
     .count = retention_sessions_count, .remove = retention_sessions},
    {"failures", N_("addresses of failed sign-ins"), N_("To slow down and find out who guesses."),
     30, .count = retention_failures_count, .remove = retention_failures},
    {"drafts", N_("forms begun and never sent"), N_("The person may still want to go on."), 90,
     .count = retention_drafts_count, .remove = retention_drafts},
    {"notices", N_("notices in people's lists"), N_("To look up what one was told."), 365,
     .count = retention_notices_count, .remove = retention_notices},
    {"mails", N_("mails that were sent: notices, digests, about accounts; mails of a case stay"),
     N_("To find out whether and when somebody was told."), 180, .count = retention_mails_count,
     .remove = retention_mails, .before = retention_mail_attempts},
    {"spool", N_("files of uploads and mails that were broken off"),
     N_("Nothing needs them; who sends them again is asked to."), 1, .spool = true},
};
_Static_assert(ARRAY_LEN(rules) == CARE_RULES, "care.h says how many rules there are");

static int find_rule(struct str name, size_t *at, struct err *err)
{
    for (size_t i = 0; i < CARE_RULES; i++) {
        if (str_is(name, rules[i].name)) {
            *at = i;
            return 0;
        }
    }
    err_set(err, ERR_USAGE, "there is no rule \"" STR_FMT "\"", STR_ARG(name));
    err_hint(err, "ungcuu retention show lists them");
    return ERR_USAGE;
}

int care_rules_read(struct db *db, struct arena *a, struct care_rule out[CARE_RULES],
                    struct err *err)
{
    struct retention_settings_rows rows;
    int r = retention_settings(db, a, &rows, err);

    for (size_t i = 0; i < CARE_RULES; i++)
        out[i] = (struct care_rule){rules[i].name, rules[i].what, rules[i].ground,
                                    rules[i].days, rules[i].days, 0};
    for (size_t i = 0; r >= 0 && i < rows.len; i++) {
        struct str name = str_from(rows.at[i].key, strlen("retention."));
        size_t at;

        if (find_rule(name, &at, NULL) == 0)
            str_to_int(rows.at[i].value, &out[at].days);
    }
    return MIN(r, 0);
}

static struct audit_entry entry(const char *action, const struct care_by *by, struct str code,
                                struct str detail, int64_t now)
{
    return (struct audit_entry){.at = now,
                                .actor_id = by != NULL ? by->id : 0,
                                .actor_name = by != NULL ? by->name : STR(AUDIT_COMMAND_LINE),
                                .action = action,
                                .object_kind = "setting",
                                .object_code = code,
                                .address = by != NULL ? by->address : STR(""),
                                .detail = detail};
}

int care_rule_set(struct db *db, struct arena *a, struct str name, int64_t days,
                  const struct care_by *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct audit_entry e;
    struct str key;
    size_t at;
    int64_t r;

    if ((r = find_rule(name, &at, err)) < 0)
        return (int)r;
    key = str_printf(a, "retention.%s", rules[at].name);
    e = entry("setting.change", by, key, str_printf(a, "{\"days\":%" PRId64 "}", days), now);
    if ((r = db_begin(db, err)) < 0 ||
        (r = retention_put(db, key, str_printf(a, "%" PRId64, days), err)) < 0 ||
        (r = audit_write(db, a, &e, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

/* What an upload or a mail left behind: regular files in DIR/spool, no folder, no link. */
static int spool(struct arena *a, struct str dir, int64_t before, bool remove, int64_t *n,
                 struct err *err)
{
    struct str path = io_join(a, dir, STR("spool"));
    DIR *d = dir.len > 0 ? opendir(path.ptr) : NULL;
    struct dirent *e;
    struct stat st;

    *n = 0;
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
            (int64_t)st.st_mtime * SECOND_MS >= before)
            continue;
        if (!remove || unlinkat(dirfd(d), e->d_name, 0) == 0)
            ++*n;
    }
    if (d != NULL)
        closedir(d);
    return 0;
}

static int look(struct db *db, struct arena *a, const struct rule *rule, struct str dir,
                int64_t before, struct retention_code_rows *codes, int64_t *n, struct err *err)
{
    struct retention_count_row count;
    int r;

    if (rule->spool)
        return spool(a, dir, before, false, n, err);

    if (rule->codes != NULL) {
        r = rule->codes(db, a, before, REPORTS_A_NIGHT, codes, err);
        *n = r < 0 ? 0 : (int64_t)codes->len;
    } else {
        r = rule->count(db, a, before, &count, err);
        *n = r < 0 ? 0 : count.n;
    }
    return MIN(r, 0);
}

static int apply(struct db *db, struct arena *a, const struct rule *rule, struct str dir,
                 int64_t before, int64_t *n, struct err *err)
{
    struct retention_code_rows codes = {0};
    int64_t r;

    if (rule->spool)
        return spool(a, dir, before, true, n, err);
    if ((r = look(db, a, rule, dir, before, &codes, n, err)) < 0 ||
        (rule->before != NULL && (r = rule->before(db, before, err)) < 0))
        return (int)r;
    for (size_t i = 0; i < codes.len; i++) {
        if ((r = care_report_forget(db, a, codes.at[i].code, err)) < 0)
            return (int)r;
    }
    if (rule->remove != NULL && (r = rule->remove(db, before, err)) >= 0)
        *n = r;
    return (int)MIN(r, 0);
}

/* What was done, by rule; nothing is written down when there was nothing to do. */
static int note(struct db *db, struct arena *a, const struct care_rule done[CARE_RULES],
                const struct care_by *by, int64_t now, struct err *err)
{
    struct buf detail = buf_make(a);
    struct json_writer w;
    struct audit_entry e;
    int64_t total = 0;

    json_w_init(&w, &detail);
    json_w_object(&w);
    for (size_t i = 0; i < CARE_RULES; i++) {
        if (done[i].n > 0)
            json_w_kint(&w, done[i].name, done[i].n);
        total += done[i].n;
    }
    json_w_end(&w);
    if (total == 0)
        return 0;
    e = entry("setting.retention", by, STR("retention"), buf_str(&detail), now);
    if (by == NULL)
        e.actor_name = STR("");
    return audit_write(db, a, &e, err);
}

int care_retention_run(struct db *db, struct arena *a, struct str dir, bool dry_run,
                       const struct care_by *by, int64_t now, struct care_rule out[CARE_RULES],
                       struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct retention_code_rows codes;
    int r;

    if ((r = care_rules_read(db, a, out, err)) < 0 || (!dry_run && (r = db_begin(db, err)) < 0))
        return r;
    for (size_t i = 0; i < CARE_RULES; i++) {
        int64_t before = now - out[i].days * DAY_MS;

        if (out[i].days == 0)
            continue;
        r = dry_run ? look(db, a, &rules[i], dir, before, &codes, &out[i].n, err)
                    : apply(db, a, &rules[i], dir, before, &out[i].n, err);
        if (r < 0)
            return r;
    }
    if (dry_run)
        return 0;
    return (r = note(db, a, out, by, now, err)) < 0 ? r : db_commit(db, err);
}

int care_retention_runs(struct db *db, struct arena *a, struct care_runs *out, struct err *err)
{
    struct retention_runs_rows rows;
    int r = retention_runs(db, a, &rows, err);

    *out = (struct care_runs){0};
    for (size_t i = 0; r >= 0 && i < rows.len; i++)
        *vec_push(out, a) =
            (struct care_run){rows.at[i].at, rows.at[i].actor_name, rows.at[i].detail};
    return MIN(r, 0);
}

/* ---- every night --------------------------------------------------------------------------- */

static int run_job(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct care_rule done[CARE_RULES];
    int r = db_acquire(run->pool, &db, err);

    return r < 0 ? r
                 : care_retention_run(db, run->arena, site.dir, false, NULL, run->now, done, err);
}

/* Two in the morning in Viet Nam. */
static int64_t next_night(int64_t now)
{
    int64_t two = 19 * HOUR_MS, day = now / DAY_MS * DAY_MS + two;

    return day > now ? day : day + DAY_MS;
}

const struct job_kind care_retention_job = {
    .name = "retention", .label = N_("Retention rules"), .run = run_job, .next = next_night};
