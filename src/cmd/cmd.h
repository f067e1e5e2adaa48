#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/base.h"

/*
 * A sub-command is one constant struct in a file of its own and a row of the table in main.c. It
 * says what it is for, which options it takes (a table over the fields of a struct of its own) and
 * what runs it; help, usage lines, parsing and error messages follow from that.
 *
 *     struct options { struct str dir; bool json; };
 *     static const struct cmd_option options[] = {
 *         CMD_TEXT(struct options, dir, "dir", "DIR", "data directory"),
 *         CMD_FLAG(struct options, json, "json", "write JSON"),
 *         CMD_END,
 *     };
 */
enum cmd_option_type {
    CMD_OPTION_END,
    CMD_OPTION_FLAG,  /* bool */
    CMD_OPTION_TEXT,  /* struct str; NULL pointer when not given */
    CMD_OPTION_INT,   /* int64_t, least..most */
    CMD_OPTION_SIZE,  /* int64_t bytes: 512, 64k, 250M, 4G (powers of 1024) */
    CMD_OPTION_TIME,  /* int64_t milliseconds since 1970: RFC 3339, or a date */
    CMD_OPTION_TEXTS, /* struct cmd_texts: may be repeated */
};

struct cmd_texts {
    struct str *at;
    size_t len, cap;
};

struct cmd_option {
    const char *name; /* without the dashes */
    enum cmd_option_type type;
    size_t offset;
    int64_t least, most; /* of a number; both 0: any from 0 on */
    const char *value;   /* what stands for the value in help: "DIR" */
    const char *help;
    char letter; /* short form, or 0 */
};

/* clang-format off */
#define CMD_OPTION_(T, f, kind, n, v, h)                                                           \
    .name = n, .type = CMD_OPTION_##kind, .offset = offsetof(T, f), .value = v, .help = h
#define CMD_FLAG(T, f, name, help)         {CMD_OPTION_(T, f, FLAG, name, NULL, help)}
#define CMD_TEXT(T, f, name, value, help)  {CMD_OPTION_(T, f, TEXT, name, value, help)}
#define CMD_TEXTS(T, f, name, value, help) {CMD_OPTION_(T, f, TEXTS, name, value, help)}
#define CMD_SIZE(T, f, name, value, help)  {CMD_OPTION_(T, f, SIZE, name, value, help)}
#define CMD_TIME(T, f, name, value, help)  {CMD_OPTION_(T, f, TIME, name, value, help)}
#define CMD_INT(T, f, name, value, help, min, max)                                                 \
    {CMD_OPTION_(T, f, INT, name, value, help), .least = min, .most = max}
#define CMD_END {0}
/* clang-format on */

struct cmd {
    const struct command *command;
    struct arena *arena; /* lives as long as the command runs */
    void *options;       /* the command's own struct, zeroed before parsing, after `defaults` */
    struct str *args;    /* what is not an option; NUL-terminated each */
    size_t args_len;
};

/*
 * run: 0, a positive exit status (documented in `details`), or a negative ERR_* with *err filled,
 * which main prints and turns into an exit status. Standard output is for the answer only.
 */
struct command {
    const char *name;
    const char *summary;    /* one line, for the list of commands */
    const char *args;       /* "FILE...", "" for none */
    int args_min, args_max; /* how many of them; args_max -1: any number */
    const char *details;    /* further paragraphs of the help, or NULL */
    const struct cmd_option *options;
    size_t options_size;
    const void *defaults; /* a filled options struct, or NULL for zeros */
    int (*run)(struct cmd *cmd, struct err *err);
    const struct command *const *subs; /* "audit verify"; NULL at the end; with a run of its own,
                                          what is none of their names is its argument */
};

/* options.c: fills cmd->options and cmd->args from the words behind the command's name. Options and
 * arguments may be mixed; "--" ends the options. 1: --help was among them. */
int cmd_parse(struct cmd *cmd, int argc, char **argv, struct err *err);

/* help.c: `path` is what was typed to get there: "audit verify". */
void cmd_usage(FILE *out, const char *path, const struct command *command);
void cmd_help(FILE *out, const char *path, const struct command *command);
void cmd_list(FILE *out, const struct command *const *commands);

/* Every command of the program; NULL at the end. */
extern const struct command *const cmd_table[];
/* The command of that name; an unknown one is ERR_USAGE with the nearest name as the hint. */
int cmd_find(const struct command *const *table, struct str name, const struct command **out,
             struct err *err);

/* sandbox.c: the program started anew to read one foreign file (sys/sandbox); -1 when it was not.
 */
int cmd_sandbox_child(int argc, char **argv);

/* Whether standard output is a terminal that shows colours (and NO_COLOR is not set). */
bool cmd_colors(FILE *f);

#endif
