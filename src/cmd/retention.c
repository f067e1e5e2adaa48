#include "cmd/commands.h"

#include "app/audit/audit.h"
#include "app/care/care.h"
#include "base/json.h"
#include "cmd/site.h"

/* ungcuu retention: how long what is personal is kept. */
struct options {
    struct cmd_site_options site;
    bool dry_run, json;
};

static void print_json(struct arena *a, const struct care_rule *rules, bool counts)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_array(&w);
    for (size_t i = 0; i < CARE_RULES; i++) {
        json_w_object(&w);
        json_w_kstr(&w, "rule", str_c(rules[i].name));
        json_w_kint(&w, "days", rules[i].days);
        if (counts)
            json_w_kint(&w, "n", rules[i].n);
        json_w_end(&w);
    }
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static int run_show(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct care_rule rules[CARE_RULES];
    int r;

    if ((r = cmd_session_open(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = care_rules_read(s.db, cmd->arena, rules, err)) < 0)
        return r;
    if (o->json) {
        print_json(cmd->arena, rules, false);
        return 0;
    }
    for (size_t i = 0; i < CARE_RULES; i++) {
        if (rules[i].days > 0)
            printf("%-10s %5" PRId64 " days  %s\n", rules[i].name, rules[i].days, rules[i].what);
        else
            printf("%-10s        kept  %s\n", rules[i].name, rules[i].what);
    }
    return 0;
}

static int run_set(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t days = 0;
    int r;

    if (!str_is(cmd->args[1], "keep") &&
        (!str_to_int(cmd->args[1], &days) || days < 1 || days > 36500))
        return err_set(err, ERR_USAGE, "\"" STR_FMT "\" is neither 1 to 36500 days nor \"keep\"",
                       STR_ARG(cmd->args[1]));
    if ((r = cmd_session_open(&s, cmd->arena, &o->site, err)) < 0)
        return r;
    return care_rule_set(s.db, cmd->arena, cmd->args[0], days, NULL, s.now, err);
}

static int run_run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    const struct care_by by = {.name = STR(AUDIT_COMMAND_LINE), .address = STR("")};
    struct care_rule rules[CARE_RULES];
    int r;

    if ((r = cmd_session_open(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = care_retention_run(s.db, cmd->arena, s.site.dir, o->dry_run, &by, s.now, rules, err)) <
            0)
        return r;
    if (o->json) {
        print_json(cmd->arena, rules, true);
        return 0;
    }
    for (size_t i = 0; i < CARE_RULES; i++)
        printf("%-10s %8" PRId64 "  %s\n", rules[i].name, rules[i].n, rules[i].what);
    printf(o->dry_run ? "\nThis would go; nothing was changed.\n" : "\nThis has gone.\n");
    return 0;
}

static const struct cmd_option show_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write a JSON array: rule, days (0: kept)"),
    CMD_END,
};

static const struct cmd_option set_options[] = {CMD_SITE(struct options, site), CMD_END};

static const struct cmd_option run_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, dry_run, "dry-run", "count what would go; change nothing"),
    CMD_FLAG(struct options, json, "json", "write a JSON array: rule, days, n"),
    CMD_END,
};

static const struct command show = {
    .name = "show",
    .summary = "List the rules and how long each keeps",
    .options = show_options,
    .options_size = sizeof(struct options),
    .run = run_show,
};

static const struct command set = {
    .name = "set",
    .summary = "Set how long a rule keeps",
    .args = "RULE DAYS|keep",
    .args_min = 2,
    .args_max = 2,
    .options = set_options,
    .options_size = sizeof(struct options),
    .run = run_set,
};

static const struct command run_now = {
    .name = "run",
    .summary = "Apply the rules now",
    .details =
        "The service does it every night at two. What belongs to an open incident stays, and\n"
        "so do the audit log and the custody log of evidence. Each run that removed something\n"
        "is an entry in the audit log.\n",
    .options = run_options,
    .options_size = sizeof(struct options),
    .run = run_run,
};

static const struct command *const subs[] = {&show, &set, &run_now, NULL};

const struct command cmd_retention = {
    .name = "retention",
    .summary = "How long what is personal is kept",
    .subs = subs,
};
