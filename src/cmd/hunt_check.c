#include "cmd/commands.h"

#include "engine/hunt/sigma.h"

/* ungcuu hunt check: what would be loaded, and what would not, and why. */
enum { REFUSED = 3 };

struct options {
    struct str placeholders;
    bool quiet;
};

static const struct cmd_option options[] = {
    CMD_TEXT(struct options, placeholders, "placeholders", "FILE",
             "values for the %placeholders% of rules (YAML)"),
    CMD_FLAG(struct options, quiet, "quiet", "list only what is refused"),
    CMD_END,
};

struct check {
    struct hunt_schema schema;
    struct sigma *sigma;
};

static void check_release(struct check *c)
{
    sigma_free(c->sigma);
    hunt_schema_release(&c->schema);
}

static void list(const struct sigma *s, bool quiet)
{
    struct sigma_loaded l;
    size_t len;
    for (size_t i = 0; !quiet && sigma_loaded(s, i, &l); i++)
        printf("loaded  " STR_FMT ":" STR_FMT ": " STR_FMT "\n", STR_ARG(l.hit->file),
               STR_ARG(l.place), STR_ARG(l.hit->title));
    const struct sigma_notice *n = sigma_notices(s, &len);
    for (size_t i = 0; i < len; i++) {
        if (n[i].refused || !quiet)
            printf("%s " STR_FMT ":" STR_FMT "\n", n[i].refused ? "refused" : "remark ",
                   STR_ARG(n[i].file), STR_ARG(n[i].text));
    }
}

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(check_release) struct check c = {0};
    hunt_schema_init(&c.schema);
    c.sigma = sigma_new(&c.schema);
    int r;
    if (o->placeholders.ptr != NULL &&
        (r = sigma_placeholders(c.sigma, o->placeholders.ptr, err)) < 0)
        return r;
    size_t unread = 0;
    for (size_t i = 0; i < cmd->args_len; i++) {
        if (sigma_load(c.sigma, cmd->args[i].ptr, err) < 0) {
            fprintf(stderr, "%s\n", err->what);
            unread++;
        }
    }
    sigma_finish(c.sigma);
    list(c.sigma, o->quiet);
    struct sigma_counts n = sigma_counts(c.sigma);
    printf("%zu rules: %zu loaded, %zu refused\n", n.loaded + n.refused, n.loaded, n.refused);
    return n.refused + unread > 0 ? REFUSED : 0;
}

const struct command cmd_hunt_check = {
    .name = "check",
    .summary =
        "Load Sigma rules and say of each whether it can be honoured, and if not, where and why",
    .args = "PATH...",
    .args_min = 1,
    .args_max = -1,
    .details =
        "Exit status: 0 all loaded, 2 wrong use, 3 something was refused or could not be read.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
