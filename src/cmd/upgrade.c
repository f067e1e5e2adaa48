#include "cmd/commands.h"

#include "base/clock.h"
#include "base/json.h"
#include "cmd/site.h"

struct options {
    struct cmd_site_options site;
    bool dry_run, json;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, dry_run, "dry-run", "try every step and undo it: what would happen"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: from, to, and steps with ms"),
    CMD_END,
};

static void print_json(struct arena *a, int from, int to, const struct db_migrated_list *steps)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kint(&w, "from", from);
    json_w_kint(&w, "to", to);
    json_w_key(&w, STR("steps"));
    json_w_array(&w);
    for (size_t i = 0; i < steps->len; i++) {
        json_w_object(&w);
        json_w_kint(&w, "version", steps->at[i].version);
        json_w_kstr(&w, "name", str_c(steps->at[i].name));
        json_w_kint(&w, "ms", steps->at[i].ms);
        json_w_end(&w);
    }
    json_w_end(&w);
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static int dry_run(struct cmd *cmd, struct db_pool *pool, bool json, struct err *err)
{
    struct db_migrated_list steps;
    int from = 0, r = db_migrate_try(pool, cmd->arena, &from, &steps, err);
    int to = steps.len > 0 ? steps.at[steps.len - 1].version : from;

    if (r < 0) {
        if (steps.len > 0)
            err_prefix(err, "step %d, %s: ", to, steps.at[steps.len - 1].name);
        err_hint(err, "nothing was changed; keep the former version and report this");
        return r;
    }
    if (json) {
        print_json(cmd->arena, from, to, &steps);
        return 0;
    }
    if (steps.len == 0)
        printf("The schema is up to date: version %d\n", from);
    for (size_t i = 0; i < steps.len; i++)
        printf("%5d  %-24s %" PRId64 " ms\n", steps.at[i].version, steps.at[i].name,
               steps.at[i].ms);
    if (steps.len > 0)
        printf("Tried and undone: version %d would become %d\n", from, to);
    return 0;
}

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    int from, to, r;

    if ((r = cmd_site_open_as_is(&s, cmd->arena, &o->site, err)) < 0)
        return r;
    if (o->dry_run)
        return dry_run(cmd, s.pool, o->json, err);
    if ((r = db_migrate(s.pool, &from, &to, err)) < 0)
        return r;
    if (o->json)
        print_json(cmd->arena, from, to, &(struct db_migrated_list){0});
    else if (from == to)
        printf("The schema is up to date: version %d\n", to);
    else
        printf("The schema is now at version %d (before: %d)\n", to, from);
    return 0;
}

const struct command cmd_upgrade = {
    .name = "upgrade",
    .summary = "Bring the database's schema up to date, or try how that would go",
    .details =
        "serve does this by itself when it starts; a lock lets only one node do it. With\n"
        "--dry-run every step runs in a transaction that is undone: it shows which ones there\n"
        "are and how long each takes on this data. Writers wait meanwhile. A schema is never\n"
        "taken back: make a backup first.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
