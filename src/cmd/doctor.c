#include "cmd/commands.h"

#include "base/clock.h"
#include "base/json.h"
#include "cmd/doctor.h"

struct options {
    struct cmd_site_options site;
    bool full, json;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, full, "full",
             "look at everything: every index, reference, stored file and audit entry"),
    CMD_FLAG(struct options, json, "json", "write a JSON array: level, check, what, mend"),
    CMD_END,
};

void doctor_says(struct doctor *d, enum finding_level level, const char *check, const char *mend,
                 const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    *vec_push(&d->findings, d->arena) = (struct finding){.level = level,
                                                         .check = check,
                                                         .what = str_dup(d->arena, str_c(text)),
                                                         .mend = str_c(mend)};
}

static const char *const levels[] = {
    [FINDING_WELL] = "ok", [FINDING_ADVICE] = "advice", [FINDING_BAD] = "bad"};

static void print_json(const struct doctor *d)
{
    struct buf out = buf_make(d->arena);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_array(&w);
    for (size_t i = 0; i < d->findings.len; i++) {
        const struct finding *f = &d->findings.at[i];

        json_w_object(&w);
        json_w_kstr(&w, "level", str_c(levels[f->level]));
        json_w_kstr(&w, "check", str_c(f->check));
        json_w_kstr(&w, "what", f->what);
        json_w_kstr(&w, "mend", f->mend);
        json_w_end(&w);
    }
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static void print_text(const struct doctor *d, const int count[3])
{
    bool colors = cmd_colors(stdout);
    static const char *const color[] = {"\033[32m", "\033[33m", "\033[31m"};

    for (size_t i = 0; i < d->findings.len; i++) {
        const struct finding *f = &d->findings.at[i];

        printf("%s%-7s%s %-11s " STR_FMT "\n", colors ? color[f->level] : "", levels[f->level],
               colors ? "\033[0m" : "", f->check, STR_ARG(f->what));
        if (f->mend.len > 0)
            printf("        %-11s -> " STR_FMT "\n", "", STR_ARG(f->mend));
    }
    printf("\n%d well, %d to think about, %d to mend\n", count[FINDING_WELL], count[FINDING_ADVICE],
           count[FINDING_BAD]);
}

/* A database out of reach is a finding; everything else is looked at all the same. */
static int open_site(struct doctor *d, const struct options *o, struct err *err)
{
    struct err problem = {0};
    int r = cmd_site_open_as_is(d->site, d->arena, &o->site, &problem);

    if (r == 0)
        r = db_acquire(d->site->pool, &d->db, &problem);
    if (r < 0 && d->site->config.database.len == 0) {
        *err = problem;
        return r;
    }
    if (r < 0)
        doctor_says(d, FINDING_BAD, "database",
                    problem.hint[0] != '\0' ? str_cdup(d->arena, str_c(problem.hint))
                                            : "see that it runs and that ungcuu.conf names it",
                    "%s", problem.what);
    return 0;
}

static int run(struct cmd *cmd, struct err *err)
{
    static void (*const checks[])(struct doctor *) = {
        doctor_database, doctor_audit,       doctor_jobs,  doctor_accounts, doctor_files,
        doctor_disk,     doctor_permissions, doctor_clock, doctor_config,   doctor_limits,
    };
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    struct doctor d = {.arena = cmd->arena, .site = &s, .full = o->full, .now = clock_now()};
    int count[3] = {0}, r;

    if ((r = open_site(&d, o, err)) < 0)
        return r;
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        checks[i](&d);
    db_release(d.db);
    for (size_t i = 0; i < d.findings.len; i++)
        count[d.findings.at[i].level]++;
    if (o->json)
        print_json(&d);
    else
        print_text(&d, count);
    return count[FINDING_BAD] > 0 ? 1 : 0;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .summary = "Look whether the site is well, and say what to do",
    .details =
        "Looks at the database, audit log, jobs, accounts, stored files, disk, permissions, "
        "clock,\n"
        "configuration and limits; changes nothing. Run it as the user of the service. Exit\n"
        "status 1: something must be mended. Advice alone is status 0.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
