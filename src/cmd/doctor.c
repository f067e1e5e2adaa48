#include "cmd/commands.h"

#include "app/upkeep/upkeep.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "cmd/site.h"
#include "sys/crypto/seal.h"
#include "sys/mail/send.h"

struct options {
    struct cmd_site_options site;
    struct str send;
    bool full, offline, json;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, full, "full",
             "look at everything: every index, reference, stored file and audit entry"),
    CMD_FLAG(struct options, offline, "offline", "do not ask the mail servers"),
    CMD_TEXT(struct options, send, "send", "ADDRESS", "also send a test mail there"),
    CMD_FLAG(struct options, json, "json", "write a JSON array: level, check, what, mend"),
    CMD_END,
};

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

static void add(struct doctor *d, const char *check, const struct err *problem, const char *mend)
{
    *vec_push(&d->findings, d->arena) = (struct finding){
        .level = FINDING_BAD,
        .check = check,
        .what = str_dup(d->arena, str_c(problem->what)),
        .mend = str_dup(d->arena, problem->hint[0] != '\0' ? str_c(problem->hint) : str_c(mend))};
}

/* A database out of reach is a finding; everything else is looked at all the same. */
static int open_site(struct doctor *d, struct cmd_site *s, const struct options *o, struct err *err)
{
    struct err problem = {0};
    int r = cmd_site_open_as_is(s, d->arena, &o->site, &problem);

    if (r == 0)
        r = db_acquire(s->pool, &d->db, &problem);
    if (r < 0 && s->config.database.len == 0) {
        *err = problem;
        return r;
    }
    if (r < 0)
        add(d, "database", &problem, "see that it runs and that ungcuu.conf names it");
    d->dir = s->dir;
    d->config = &s->config;
    d->pool = s->pool;
    return 0;
}

/* A look makes nothing, so no key either. */
static void read_key(struct doctor *d)
{
    struct err problem = {0};

    if (access(io_join(d->arena, d->dir, STR("site.key")).ptr, F_OK) == 0 &&
        seal_start(d->arena, d->dir, &problem) < 0)
        add(d, "keys", &problem, "put it back from where it is kept");
}

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    struct doctor d = {.arena = cmd->arena,
                       .lang = LANG_EN,
                       .full = o->full,
                       .servers = !o->offline,
                       .send = o->send,
                       .now = clock_now()};
    struct mail_people people;
    int count[3] = {0}, r;

    if (o->send.len > 0 &&
        (!mail_people_parse(cmd->arena, o->send, &people) || people.len != 1 || o->offline))
        return err_set(err, ERR_USAGE, "--send needs one mail address, and servers that are asked");
    if ((r = open_site(&d, &s, o, err)) < 0)
        return r;
    read_key(&d);
    upkeep_look(&d);
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
        "Looks at the database, audit log, jobs, accounts, stored files, keys, disk, permissions,\n"
        "clock, configuration and limits; changes nothing. Of the mail servers it asks for\n"
        "encryption and sign-in as for a mail, and sends none without --send. Run it as the user\n"
        "of the service. Exit status 1: something must be mended. Advice alone is status 0.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
