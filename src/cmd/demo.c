#include "app/demo/demo.h"

#include "base/clock.h"
#include "base/io.h"
#include "cmd/commands.h"
#include "cmd/serve.h"
#include "sys/i18n/i18n.h"

#include <sys/stat.h>

enum { SEED = 2026 };

struct options {
    struct cmd_site_options site;
    struct serve_options serve;
    bool any_port, only_make;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, serve.host, "host", "ADDRESS",
             "address to listen on (default: 127.0.0.1)"),
    CMD_INT(struct options, serve.port, "port", "PORT",
            "port to listen on (default: 8080; 0: a free one)", 0, 65535),
    CMD_FLAG(struct options, any_port, "any-port", "listen on a free port"),
    CMD_FLAG(struct options, serve.quiet, "quiet", "no line per request in the log"),
    CMD_FLAG(struct options, serve.json, "json", "say in JSON where it listens"),
    CMD_FLAG(struct options, only_make, "only-make", "make the sample and end"),
    CMD_END,
};

/* Fills the database, once: with the disk not waited for, since it can be made anew. */
static int make_sample(struct cmd *cmd, const struct config *config, struct demo_summary *summary,
                       bool *made, struct err *err)
{
    struct db_pool *pool;
    int from, to, version;
    int r = db_open(&pool, config->database, &(struct db_options){.no_sync = true}, err);

    if (r < 0)
        return r;
    i18n_set_zone((int)config->zone);
    if ((r = db_schema_version(pool, &version, err)) == 0 &&
        (r = db_migrate(pool, &from, &to, err)) == 0 && version == 0) {
        r = demo_create(pool, cmd->arena, SEED, clock_now(), summary, err);
        *made = true;
    }
    db_close(pool);
    return r;
}

static void say_logins(const struct demo_summary *s, bool made)
{
    if (made)
        printf("Sample province made: %" PRId64 " organisations, %" PRId64 " systems, %" PRId64
               " reports, %" PRId64 " incidents.\n",
               s->orgs, s->systems, s->reports, s->incidents);
    printf("Accounts (role, login, password):\n");
    for (size_t i = 0; i < s->logins_len; i++)
        printf("  %-12s %-10.*s %s   " STR_FMT "\n", role_name(s->logins[i].role),
               STR_ARG(s->logins[i].login), DEMO_PASSWORD,
               STR_ARG(i18n_text(LANG_VI, role_label(s->logins[i].role))));
}

static int run(struct cmd *cmd, struct err *err)
{
    struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    struct demo_summary summary = {0};
    struct str path, dir;
    struct config config;
    struct stat st;
    bool made = false;
    int r;

    if ((r = cmd_site_dir(cmd->arena, &o->site, &dir, err)) < 0 ||
        (r = io_make_dirs(dir.ptr, 0700, err)) < 0)
        return r;
    config_defaults(cmd->arena, dir, &config);
    path = io_join(cmd->arena, dir, STR("ungcuu.conf"));
    if (stat(path.ptr, &st) == 0) {
        if ((r = config_read(cmd->arena, dir, &config, err)) < 0)
            return r;
    } else if ((r = io_replace_file(path.ptr, config_text(cmd->arena, dir, &config), 0600, err)) <
               0) {
        return r;
    }
    if (o->site.db.len > 0)
        config.database = o->site.db;
    demo_logins(&summary);
    if ((r = make_sample(cmd, &config, &summary, &made, err)) < 0)
        return r;
    if (!o->serve.json)
        say_logins(&summary, made);
    if (o->only_make)
        return 0;
    if (o->any_port || o->serve.port == 0)
        o->serve.port = SERVE_ANY_PORT;
    if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0)
        return r;
    return serve_site(&s, cmd->arena, &o->serve, err);
}

const struct command cmd_demo = {
    .name = "demo",
    .summary = "Make a sample province and serve it",
    .details = "The first time, fills DIR with an invented province: organisations, systems, "
               "accounts for\n"
               "each role, reports and incidents of two years, all marked as sample data. Then "
               "prints the\n"
               "logins and runs the web site as \"serve\" does. Never use it for a real site.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .defaults = &(const struct options){.serve.port = 8080},
    .run = run,
};
