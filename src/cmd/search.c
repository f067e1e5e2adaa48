#include "app/search/search.h"

#include "base/clock.h"
#include "cmd/commands.h"
#include "cmd/site.h"

#include <inttypes.h>

struct options {
    struct cmd_site_options site;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_END,
};

static int run_rebuild(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    int64_t comments = 0, began = clock_monotonic();
    int r;

    if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = search_rebuild(s.pool, &comments, err)) < 0)
        return r;
    printf("The index of the search was made anew in %.1f s; %" PRId64
           " comments were not in it rightly.\n",
           (double)(clock_monotonic() - began) / 1000, comments);
    return 0;
}

static const struct command rebuild = {
    .name = "rebuild",
    .summary = "Make the index of the search anew",
    .details = "The index is kept with every change by itself. This is for after a repair of the\n"
               "database by hand; it waits for other changes and keeps them waiting meanwhile.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_rebuild,
};

static const struct command *const subs[] = {&rebuild, NULL};

const struct command cmd_search = {
    .name = "search",
    .summary = "Look after the index of the search",
    .subs = subs,
};
