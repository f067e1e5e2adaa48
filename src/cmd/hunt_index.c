#include "cmd/commands.h"

#include "engine/hunt/ioc.h"

#include <inttypes.h>

/* ungcuu hunt index: lists of indicators to one file that loads by mapping. */
enum { LEFT_OUT = 3 };

struct options {
    struct str out;
};

static const struct cmd_option options[] = {
    CMD_TEXT(struct options, out, "out", "FILE", "the index to write (indicators.idx)"),
    CMD_END,
};

static const struct options defaults = {.out = STR_INIT("indicators.idx")};

static void set_free(struct ioc **set)
{
    ioc_free(*set);
}

static size_t list_notices(const struct ioc *set)
{
    size_t len;
    const struct ioc_notice *n = ioc_notices(set, &len);
    for (size_t i = 0; i < len; i++) {
        fprintf(stderr, STR_FMT, STR_ARG(n[i].file));
        if (n[i].line > 0)
            fprintf(stderr, ":%" PRIu64, n[i].line);
        fprintf(stderr, ": " STR_FMT, STR_ARG(n[i].reason));
        fprintf(stderr, n[i].count > 1 ? " (%" PRIu64 " times)\n" : "\n", n[i].count);
    }
    return len;
}

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(set_free) struct ioc *set = ioc_new();
    int r;
    size_t unread = 0;
    for (size_t i = 0; i < cmd->args_len; i++) {
        if (ioc_load(set, cmd->args[i].ptr, err) < 0) {
            fprintf(stderr, "%s\n", err->what);
            unread++;
        }
    }
    ioc_finish(set);
    if ((r = ioc_write(set, o->out.ptr, err)) < 0)
        return r;
    for (int t = 0; t < IOC_TYPES; t++) {
        if (ioc_count(set, (enum ioc_type)t) > 0)
            printf("%10" PRIu64 " %s\n", ioc_count(set, (enum ioc_type)t),
                   ioc_type_name((enum ioc_type)t));
    }
    printf("%10" PRIu64 " indicators in " STR_FMT "\n", ioc_total(set), STR_ARG(o->out));
    return list_notices(set) + unread > 0 ? LEFT_OUT : 0;
}

const struct command cmd_hunt_index = {
    .name = "index",
    .summary = "Compile lists of indicators (text, CSV, STIX, MISP) to a file that loads at once",
    .args = "IOC...",
    .args_min = 1,
    .args_max = -1,
    .details =
        "Exit status: 0 done, 2 wrong use, 3 some entries or files were left out (listed on\n"
        "standard error).\n",
    .options = options,
    .options_size = sizeof(struct options),
    .defaults = &defaults,
    .run = run,
};
