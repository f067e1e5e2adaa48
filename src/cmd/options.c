#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/nearest.h"

#include <inttypes.h>

/* A date alone is a day of Viet Nam, like everywhere in the program. */
enum { ZONE_MINUTES = 420 };

static bool parse_size(struct str s, int64_t *out)
{
    static const char units[] = "kMGT";
    const char *unit = s.len > 0 ? strchr("kKmMgGtT", s.ptr[s.len - 1]) : NULL;
    int64_t n;

    if (unit != NULL && *unit != '\0')
        s.len--;
    if (!str_to_int(s, &n) || n < 0)
        return false;
    if (unit != NULL && *unit != '\0') {
        const char upper = (char)toupper((unsigned char)*unit);
        size_t power = (size_t)(strchr(units, upper == 'K' ? 'k' : upper) - units) + 1;

        for (; power > 0; power--) {
            if (__builtin_mul_overflow(n, 1024, &n))
                return false;
        }
    }
    *out = n;
    return true;
}

static int bad_value(const struct cmd_option *o, struct str value, const char *want,
                     struct err *err)
{
    return err_set(err, ERR_USAGE, "--%s " STR_FMT ": %s", o->name, STR_ARG(value), want);
}

static int set_int(const struct cmd_option *o, struct str value, int64_t *out, struct err *err)
{
    int64_t most = o->least == 0 && o->most == 0 ? INT64_MAX : o->most;

    if (!str_to_int(value, out))
        return bad_value(o, value, "not a whole number", err);
    if (*out >= o->least && *out <= most)
        return 0;
    if (most == INT64_MAX)
        return err_set(err, ERR_USAGE, "--%s " STR_FMT ": at least %" PRId64, o->name,
                       STR_ARG(value), o->least);
    return err_set(err, ERR_USAGE, "--%s " STR_FMT ": between %" PRId64 " and %" PRId64, o->name,
                   STR_ARG(value), o->least, most);
}

static int set_value(struct cmd *cmd, const struct cmd_option *o, struct str value, struct err *err)
{
    void *field = (char *)cmd->options + o->offset;

    switch (o->type) {
    case CMD_OPTION_TEXT:
        *(struct str *)field = value;
        return 0;
    case CMD_OPTION_TEXTS:
        *vec_push((struct cmd_texts *)field, cmd->arena) = value;
        return 0;
    case CMD_OPTION_INT:
        return set_int(o, value, field, err);
    case CMD_OPTION_SIZE:
        return parse_size(value, field) ? 0
                                        : bad_value(o, value, "not a size such as 64M or 4G", err);
    case CMD_OPTION_TIME:
        return clock_parse(value, ZONE_MINUTES, field)
                   ? 0
                   : bad_value(o, value, "not a time such as 2026-11-22 or 2026-11-22T10:00:00Z",
                               err);
    default:
        *(bool *)field = true;
        return 0;
    }
}

static const struct cmd_option *option_named(const struct command *c, struct str name)
{
    for (const struct cmd_option *o = c->options; o != NULL && o->type != CMD_OPTION_END; o++) {
        if (str_is(name, o->name))
            return o;
    }
    return NULL;
}

static const struct cmd_option *option_lettered(const struct command *c, char letter)
{
    for (const struct cmd_option *o = c->options; o != NULL && o->type != CMD_OPTION_END; o++) {
        if (o->letter == letter && letter != '\0')
            return o;
    }
    return NULL;
}

static int unknown_option(struct cmd *cmd, const char *word, struct str name, struct err *err)
{
    const char *names[64] = {"help"};
    const char *near;
    size_t n = 1;

    for (const struct cmd_option *o = cmd->command->options;
         o != NULL && o->type != CMD_OPTION_END && n < ARRAY_LEN(names) - 1; o++)
        names[n++] = o->name;
    near = nearest_name(name, names);
    err_set(err, ERR_USAGE, "unknown option %s", word);
    if (near != NULL)
        err_hint(err, "did you mean --%s?", near);
    return ERR_USAGE;
}

/* One option at argv[*i]: takes the next word too when the value stands there. */
static int take_option(struct cmd *cmd, int argc, char **argv, int *i, struct err *err)
{
    const char *word = argv[*i];
    bool is_long = word[1] == '-';
    struct str name = str_c(word + (is_long ? 2 : 1)), value = STR_EMPTY;
    ptrdiff_t equals = str_find_char(name, '=');
    const struct cmd_option *o;

    if (is_long && equals >= 0) {
        value = str_from(name, (size_t)equals + 1);
        name.len = (size_t)equals;
    }
    o = is_long ? option_named(cmd->command, name) : option_lettered(cmd->command, name.ptr[0]);
    if (o == NULL)
        return unknown_option(cmd, word, name, err);
    if (!is_long && name.len > 1)
        value = str_from(name, 1);
    if (o->type == CMD_OPTION_FLAG) {
        if (value.ptr != NULL)
            return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
        return set_value(cmd, o, value, err);
    }
    if (value.ptr == NULL) {
        if (*i + 1 >= argc)
            return err_set(err, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name,
                           o->value);
        value = str_c(argv[++*i]);
    }
    return set_value(cmd, o, value, err);
}

static int check_count(const struct cmd *cmd, struct err *err)
{
    const struct command *c = cmd->command;

    if (cmd->args_len < (size_t)c->args_min)
        return err_set(err, ERR_USAGE, "missing %s", c->args);
    if (c->args_max >= 0 && cmd->args_len > (size_t)c->args_max)
        return err_set(err, ERR_USAGE, "unexpected \"" STR_FMT "\"",
                       STR_ARG(cmd->args[c->args_max]));
    return 0;
}

int cmd_parse(struct cmd *cmd, int argc, char **argv, struct err *err)
{
    bool only_args = false;
    int r;

    cmd->options = arena_calloc(cmd->arena, 1, MAX(cmd->command->options_size, (size_t)1));
    if (cmd->command->defaults != NULL)
        memcpy(cmd->options, cmd->command->defaults, cmd->command->options_size);
    cmd->args = arena_array(cmd->arena, struct str, (size_t)argc + 1);
    for (int i = 0; i < argc; i++) {
        if (!only_args && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0))
            return 1;
        if (!only_args && strcmp(argv[i], "--") == 0) {
            only_args = true;
        } else if (only_args || argv[i][0] != '-' || argv[i][1] == '\0') {
            cmd->args[cmd->args_len++] = str_c(argv[i]);
        } else if ((r = take_option(cmd, argc, argv, &i, err)) < 0) {
            return r;
        }
    }
    return check_count(cmd, err);
}
