#include "cmd/commands.h"
#include "cmd/routes.h"
#include "sys/api/api.h"

struct options {
    struct str server;
};

static const struct cmd_option options[] = {
    CMD_TEXT(struct options, server, "server", "URL", "address of the site in the document"),
    CMD_END,
};

static int run_openapi(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    const struct api_routes routes = {route_tables, route_lens(), route_tables_len};
    struct buf out = buf_make(cmd->arena);

    api_openapi(&routes, o->server.len > 0 ? o->server : STR("/"), LANG_EN, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    return 0;
}

static const struct command openapi = {
    .name = "openapi",
    .summary = "Write the OpenAPI 3.1 description of the REST API",
    .details = "The same as GET /api/v1/openapi.json of a running site.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_openapi,
};

static const struct command *const subs[] = {&openapi, NULL};

const struct command cmd_api = {
    .name = "api",
    .summary = "Describe the REST API",
    .subs = subs,
};
