#include "cmd/commands.h"

#include "base/json.h"
#include "sys/db/db.h"

#include <inttypes.h>

struct options {
    bool json;
};

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    struct buf out = buf_make(cmd->arena);
    struct json_writer w;

    if (!o->json) {
        printf("ungcuu %s\n", UNGCUU_VERSION);
        return 0;
    }
    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "name", STR("ungcuu"));
    json_w_kstr(&w, "version", STR(UNGCUU_VERSION));
    json_w_kint(&w, "schema", db_schema_latest());
    json_w_end(&w);
    puts(buf_str(&out).ptr);
    return 0;
}

static const struct cmd_option options[] = {
    CMD_FLAG(struct options, json, "json", "write a JSON object: name, version, schema"),
    CMD_END,
};

const struct command cmd_version = {
    .name = "version",
    .summary = "Show which version this is",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
