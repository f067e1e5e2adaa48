#include "cmd/commands.h"

#include "engine/hunt/explain.h"

/* ungcuu hunt explain: what a rule became, and why it does or does not match. */
enum { MATCHED = 1, REFUSED = 3 };

struct options {
    struct str placeholders, logsource;
    int64_t events;
};

static const struct options defaults = {.events = 10};

static const struct cmd_option options[] = {
    CMD_TEXT(struct options, placeholders, "placeholders", "FILE",
             "values for the %placeholders% of rules (YAML)"),
    CMD_TEXT(struct options, logsource, "logsource", "NAME",
             "take all events for this log source: CATEGORY or PRODUCT/CATEGORY/SERVICE"),
    CMD_INT(struct options, events, "events", "N", "explain the first N events (10)", 1, 1000000),
    CMD_END,
};

struct work {
    struct hunt_schema schema;
    struct sigma *sigma;
    struct hunt_run *run;
};

static void work_release(struct work *w)
{
    if (w->run != NULL)
        hunt_run_free(w->run);
    sigma_free(w->sigma);
    hunt_schema_release(&w->schema);
}

static int load(struct work *w, const struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    int r;
    hunt_schema_init(&w->schema);
    w->sigma = sigma_new(&w->schema);
    if (o->logsource.ptr != NULL && (r = sigma_force_logsource(w->sigma, o->logsource, err)) < 0)
        return r;
    if (o->placeholders.ptr != NULL &&
        (r = sigma_placeholders(w->sigma, o->placeholders.ptr, err)) < 0)
        return r;
    if (sigma_load(w->sigma, cmd->args[0].ptr, err) < 0) {
        fprintf(stderr, "%s\n", err->what);
        return REFUSED;
    }
    sigma_finish(w->sigma);
    return 0;
}

static size_t list_refused(const struct sigma *s)
{
    size_t len, refused = 0;
    const struct sigma_notice *n = sigma_notices(s, &len);
    for (size_t i = 0; i < len; i++) {
        fprintf(stderr, "%s " STR_FMT ":" STR_FMT "\n", n[i].refused ? "refused" : "remark",
                STR_ARG(n[i].file), STR_ARG(n[i].text));
        refused += n[i].refused;
    }
    return refused;
}

static int explain_events(struct work *w, const struct cmd *cmd, struct buf *out, struct err *err)
{
    const struct options *o = cmd->options;
    struct explain x = {.sigma = w->sigma, .out = out, .most = (uint64_t)o->events};
    struct hunt_detector d = explain_detector(&x);
    struct hunt_options ho = {.schema = &w->schema,
                              .detectors = &d,
                              .detectors_len = 1,
                              .threads = 1,
                              .from = HUNT_NO_TIME,
                              .to = HUNT_NO_TIME};
    int r = hunt_run(&ho, cmd->args + 1, cmd->args_len - 1, &w->run, err);
    size_t len;
    if (r < 0)
        return r;
    const struct hunt_problem *p = hunt_run_problems(w->run, &len);
    for (size_t i = 0; i < len; i++)
        fprintf(stderr, STR_FMT ": " STR_FMT "\n", STR_ARG(p[i].file), STR_ARG(p[i].reason));
    return len > 0 ? REFUSED : x.matched > 0 ? MATCHED : 0;
}

static int run(struct cmd *cmd, struct err *err)
{
    _cleanup_(work_release) struct work w = {0};
    struct buf out = buf_make(cmd->arena);
    int r = load(&w, cmd, err);
    if (r != 0)
        return r;
    if (cmd->args_len == 1)
        explain_rules(w.sigma, &out);
    else
        r = explain_events(&w, cmd, &out, err);
    if (out.len > 0)
        fwrite(out.ptr, 1, out.len, stdout);
    return list_refused(w.sigma) > 0 && r == 0 ? REFUSED : r;
}

const struct command cmd_hunt_explain = {
    .name = "explain",
    .summary = "Show what Sigma rules compiled to, and why they do or do not match an event",
    .args = "RULE [EVENT]",
    .args_min = 1,
    .args_max = 2,
    .details =
        "EVENT is a log of any form that `ungcuu hunt` reads.\n"
        "\n"
        "Exit status: 0 no match, 1 a rule matches an event, 2 wrong use, 3 something could\n"
        "not be loaded or read.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .defaults = &defaults,
    .run = run,
};
