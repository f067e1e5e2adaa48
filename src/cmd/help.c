#include "cmd/cmd.h"

enum { WIDTH = 79, COLUMN = 26 };

bool cmd_colors(FILE *f)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(fileno(f)) && (no == NULL || no[0] == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

/* "--dir DIR", as it stands in usage and in the list of options. */
static void option_form(const struct cmd_option *o, char *out, size_t size)
{
    snprintf(out, size, "--%s%s%s", o->name, o->value != NULL ? " " : "",
             o->value != NULL ? o->value : "");
}

void cmd_usage(FILE *out, const char *path, const struct command *c)
{
    int at, indent;

    if (c->subs != NULL)
        fprintf(out, "usage: ungcuu %s COMMAND [ARGS]\n", path);
    if (c->run == NULL)
        return;
    at = fprintf(out, "%s ungcuu %s", c->subs != NULL ? "      " : "usage:", path);
    indent = at + 1;
    for (const struct cmd_option *o = c->options; o != NULL && o->type != CMD_OPTION_END; o++) {
        char form[128], part[144];

        option_form(o, form, sizeof(form));
        snprintf(part, sizeof(part), "[%s]%s", form, o->type == CMD_OPTION_TEXTS ? "..." : "");
        if (at + 1 + (int)strlen(part) > WIDTH)
            at = fprintf(out, "\n%*s", indent - 1, "") - 1;
        at += fprintf(out, " %s", part);
    }
    if (c->args != NULL && c->args[0] != '\0') {
        if (at + 1 + (int)strlen(c->args) > WIDTH)
            fprintf(out, "\n%*s", indent - 1, "");
        fprintf(out, " %s", c->args);
    }
    fputc('\n', out);
}

/* Wraps a text at words; lines after the first begin at the column. */
static void wrapped(FILE *out, const char *text, int column)
{
    struct str rest = str_c(text), word;
    int at = column;

    while (str_split(&rest, ' ', &word)) {
        if (at > column && at + 1 + (int)word.len > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        at += fprintf(out, "%s" STR_FMT, at > column ? " " : "", STR_ARG(word));
    }
    fputc('\n', out);
}

static void definition(FILE *out, const char *term, const char *text)
{
    int n = fprintf(out, "    %s", term);

    if (n + 2 > COLUMN)
        fprintf(out, "\n%*s", COLUMN, "");
    else
        fprintf(out, "%*s", COLUMN - n, "");
    wrapped(out, text, COLUMN);
}

void cmd_list(FILE *out, const struct command *const *commands)
{
    for (; *commands != NULL; commands++)
        definition(out, (*commands)->name, (*commands)->summary);
}

void cmd_help(FILE *out, const char *path, const struct command *c)
{
    bool options = c->options != NULL && c->options->type != CMD_OPTION_END;

    cmd_usage(out, path, c);
    fputc('\n', out);
    wrapped(out, c->summary, 0);
    if (c->details != NULL)
        fprintf(out, "\n%s", c->details);
    if (c->subs != NULL) {
        fputs("\nCommands:\n", out);
        cmd_list(out, c->subs);
    }
    if (!options)
        return;
    fputs("\nOptions:\n", out);
    for (const struct cmd_option *o = c->options; o->type != CMD_OPTION_END; o++) {
        char form[128];

        option_form(o, form, sizeof(form));
        definition(out, form, o->help);
    }
}
