#include "cmd/commands.h"

#include "base/nearest.h"

/* In the order of `ungcuu help`: what one needs first stands first. */
/* clang-format off */
const struct command *const cmd_table[] = {
    &cmd_init,
    &cmd_serve,
    &cmd_demo,
    &cmd_evidence,
    &cmd_intake,
    &cmd_hunt,
    &cmd_audit,
    &cmd_api,
    &cmd_search,
    &cmd_backup,
    &cmd_restore,
    &cmd_upgrade,
    &cmd_doctor,
    &cmd_user,
    &cmd_token,
    &cmd_person,
    &cmd_retention,
    &cmd_permissions,
    &cmd_help_command,
    &cmd_version,
    NULL,
};
/* clang-format on */

int cmd_find(const struct command *const *table, struct str name, const struct command **out,
             struct err *err)
{
    const char *names[64] = {0};
    const char *near;

    for (size_t i = 0; table[i] != NULL && i < ARRAY_LEN(names) - 1; i++) {
        if (str_is(name, table[i]->name)) {
            *out = table[i];
            return 0;
        }
        names[i] = table[i]->name;
    }
    err_set(err, ERR_USAGE, "there is no command \"" STR_FMT "\"", STR_ARG(name));
    near = nearest_name(name, names);
    if (near != NULL)
        err_hint(err, "did you mean \"%s\"?", near);
    return ERR_USAGE;
}

static void introduction(FILE *out)
{
    static const struct {
        int status;
        const char *meaning;
    } statuses[] = {
        {0, "done"},
        {1, "it failed: the message says why"},
        {2, "wrong use of the command, or an input that is not valid"},
        {3, "a file could not be read or processed safely"},
        {4, "not allowed, or not signed in"},
        {5, "not found"},
        {6, "busy or too slow: try again"},
        {7, "it exists already, or its state does not allow this"},
    };

    fputs("usage: ungcuu COMMAND [OPTIONS] [ARGS]\n\n"
          "Cyber-incident response for a province, a sector or an Internet provider.\n\n"
          "Commands:\n",
          out);
    cmd_list(out, cmd_table);
    fputs("\nExit status, unless the help of a command says otherwise:\n", out);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        fprintf(out, "    %d  %s\n", statuses[i].status, statuses[i].meaning);
    fputs("\n\"ungcuu help COMMAND\" tells more about a command.\n", out);
}

/* Goes down from a table along the words as far as they name commands. */
static int walk(char **words, int n, char *path, size_t size, const struct command **out, int *used,
                struct err *err)
{
    const struct command *const *table = cmd_table;
    const struct command *c = NULL;
    int r;

    *used = 0;
    path[0] = '\0';
    while (table != NULL && *used < n && (words[*used][0] != '-' || *used == 0)) {
        size_t len = strlen(path);
        const struct command *parent = c;

        if ((r = cmd_find(table, str_c(words[*used]), &c, err)) < 0) {
            if (parent == NULL || parent->run == NULL)
                return r;
            err_clear(err);
            c = parent; /* the word is an argument: "hunt logs/" */
            break;
        }
        snprintf(path + len, size - len, "%s%s", len > 0 ? " " : "", words[*used]);
        table = c->subs;
        ++*used;
    }
    *out = c;
    return 0;
}

static int report(const char *path, const struct err *err)
{
    fprintf(stderr, "ungcuu%s%s: %s\n", path[0] ? " " : "", path,
            err->what[0] ? err->what : err_message(err->code, LANG_EN));
    if (err->hint[0] != '\0')
        fprintf(stderr, "hint: %s\n", err->hint);
    return err_exit_status(err->code);
}

static int run_help(struct cmd *cmd, struct err *err)
{
    char *words[8];
    char path[128];
    const struct command *c;
    int used, r;

    if (cmd->args_len == 0) {
        introduction(stdout);
        return 0;
    }
    for (size_t i = 0; i < cmd->args_len; i++)
        words[i] = str_cdup(cmd->arena, cmd->args[i]);
    if ((r = walk(words, (int)cmd->args_len, path, sizeof(path), &c, &used, err)) < 0)
        return r;
    cmd_help(stdout, path, c);
    return 0;
}

const struct command cmd_help_command = {
    .name = "help",
    .summary = "Tell what a command does and which options it takes",
    .args = "[COMMAND...]",
    .args_max = 3,
    .run = run_help,
};

int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena arena = {0};
    struct cmd cmd = {.arena = &arena};
    struct err err = {0};
    char path[128] = "";
    int used, r;

    if ((r = cmd_sandbox_child(argc, argv)) >= 0)
        return r;
    if (argc < 2) {
        introduction(stderr);
        return err_exit_status(ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        introduction(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0)
        argv[1] = argv[1] + 2;
    if (walk(argv + 1, argc - 1, path, sizeof(path), &cmd.command, &used, &err) < 0)
        return report(path, &err);
    if ((r = cmd_parse(&cmd, argc - 1 - used, argv + 1 + used, &err)) > 0) {
        cmd_help(stdout, path, cmd.command);
        return 0;
    }
    if (r == 0 && cmd.command->run == NULL)
        r = err_set(&err, ERR_USAGE, "which command?");
    if (r < 0) {
        report(path, &err);
        cmd_usage(stderr, path, cmd.command);
        return err_exit_status(err.code);
    }
    r = cmd.command->run(&cmd, &err);
    if (r < 0)
        return report(path, &err);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "ungcuu %s: cannot write to standard output\n", path);
        return err_exit_status(ERR_IO);
    }
    return r;
}
