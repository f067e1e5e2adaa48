#include "cmd/commands.h"
#include "cmd/matrix.h"

static int run(struct cmd *cmd, struct err *err)
{
    struct buf out = buf_make(cmd->arena);

    matrix_markdown(&out);
    fwrite(out.ptr, 1, out.len, stdout);
    return 0;
}

const struct command cmd_permissions = {
    .name = "permissions",
    .summary = "Tell what each role may do, page by page, as Markdown",
    .details = "This is docs/permissions.md of this version of the program.\n",
    .run = run,
};
