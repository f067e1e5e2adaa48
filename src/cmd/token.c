#include "cmd/commands.h"

#include "app/account/account.h"
#include "base/clock.h"
#include "base/json.h"
#include "cmd/site.h"

/* ungcuu token: API tokens from the command line, by whoever can read the data directory. */
struct options {
    struct cmd_site_options site;
    struct str name, scope, from;
    int64_t days;
    bool json;
};

static const struct options defaults = {.days = 90};

/* ---- create ------------------------------------------------------------------------------------
 */

static struct form_values split_scope(struct arena *a, struct str text)
{
    VEC(struct str) parts = {0};
    struct str part;

    while (str_split(&text, ',', &part)) {
        if (str_trim(part).len > 0)
            *vec_push(&parts, a) = str_trim(part);
    }
    return (struct form_values){parts.at, parts.len};
}

static int run_create(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct token_new new_ = {.name = o->name, .networks = o->from};
    struct buf out = buf_make(cmd->arena);
    struct json_writer w;
    struct str token;
    int64_t account;
    int r;

    if (o->name.len == 0 || o->scope.len == 0)
        return err_set(err, ERR_USAGE, "a token needs --name and --scope");
    new_.scope = split_scope(cmd->arena, o->scope);
    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_find(s.db, cmd->arena, cmd->args[0], &account, err)) < 0)
        return r;
    new_.expires_at = s.now + o->days * DAY_MS;
    r = account_token_create(s.db, cmd->arena, account, &new_, NULL, s.now, &token, err);
    if (r < 0) {
        if (strcmp(err->field, "scope") == 0)
            err_hint(err, "ungcuu permissions lists what each role may do");
        return r;
    }
    if (!o->json) {
        puts(token.ptr);
        return 0;
    }
    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "login", cmd->args[0]);
    json_w_kstr(&w, "token", token);
    json_w_kstr(&w, "expires", clock_rfc3339(cmd->arena, new_.expires_at, 0));
    json_w_end(&w);
    puts(buf_str(&out).ptr);
    return 0;
}

static const struct cmd_option create_options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, name, "name", "TEXT", "what the token is for (required)"),
    CMD_TEXT(struct options, scope, "scope", "NAMES",
             "permissions with commas: report.read,report.create (required)"),
    CMD_INT(struct options, days, "days", "N", "how long it lasts (default: 90)", 1, 366),
    CMD_TEXT(struct options, from, "from", "ADDRESSES",
             "only from these addresses or blocks, with commas (default: any)"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login, token, expires"),
    CMD_END,
};

static const struct command token_create = {
    .name = "create",
    .summary = "Make an API token for an account",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .details =
        "Prints the token; it cannot be shown again. It acts for the account and can do what\n"
        "both --scope and the account's roles allow. Send it as Authorization: Bearer TOKEN.\n",
    .options = create_options,
    .options_size = sizeof(struct options),
    .defaults = &defaults,
    .run = run_create,
};

/* ---- list --------------------------------------------------------------------------------------
 */

struct listing {
    struct json_writer w;
    struct buf out;
    struct arena *arena;
    int64_t now;
    bool json;
};

static const char *state_of(const struct token_listed *row, int64_t now)
{
    if (row->revoked_at.has)
        return "revoked";
    return row->expires_at <= now ? "expired" : "valid";
}

static void json_row(struct listing *l, const struct token_listed *row)
{
    json_w_object(&l->w);
    json_w_kint(&l->w, "id", row->id);
    json_w_kstr(&l->w, "login", row->login);
    json_w_kstr(&l->w, "state", str_c(state_of(row, l->now)));
    json_w_kstr(&l->w, "begins", row->hint);
    json_w_kstr(&l->w, "name", row->name);
    json_w_kstr(&l->w, "scope", row->scope);
    json_w_kstr(&l->w, "from", row->networks);
    json_w_kstr(&l->w, "created", clock_rfc3339(l->arena, row->created_at, 0));
    json_w_kstr(&l->w, "expires", clock_rfc3339(l->arena, row->expires_at, 0));
    if (row->used_at.has) {
        json_w_kstr(&l->w, "last_used", clock_rfc3339(l->arena, row->used_at.v, 0));
        json_w_kstr(&l->w, "last_address", row->used_address);
    }
    json_w_end(&l->w);
}

static int list_row(void *ctx, const struct token_listed *row, struct err *err)
{
    struct listing *l = ctx;
    struct str expires = clock_rfc3339(l->arena, row->expires_at, 0);

    if (l->json)
        json_row(l, row);
    else
        printf("%lld\t" STR_FMT "\t%s\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\n",
               (long long)row->id, STR_ARG(row->login), state_of(row, l->now), STR_ARG(row->hint),
               STR_ARG(expires), STR_ARG(row->scope), STR_ARG(row->name));
    return 0;
}

static int run_list(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct listing l = {.out = buf_make(cmd->arena), .arena = cmd->arena, .json = o->json};
    int64_t account = 0;
    int r;

    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (cmd->args_len > 0 &&
         (r = account_find(s.db, cmd->arena, cmd->args[0], &account, err)) < 0))
        return r;
    l.now = s.now;
    json_w_init(&l.w, &l.out);
    json_w_array(&l.w);
    if ((r = account_token_each(s.db, account, list_row, &l, err)) < 0 || !o->json)
        return r;
    json_w_end(&l.w);
    puts(buf_str(&l.out).ptr);
    return 0;
}

static const struct cmd_option list_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write a JSON array"),
    CMD_END,
};

static const struct command token_list = {
    .name = "list",
    .summary = "List API tokens: of one account, or all",
    .args = "[LOGIN]",
    .args_max = 1,
    .details =
        "A line for each: number, login, state, how it begins, end, scope, name, separated by\n"
        "tabs. The tokens themselves are not kept.\n",
    .options = list_options,
    .options_size = sizeof(struct options),
    .run = run_list,
};

/* ---- revoke ------------------------------------------------------------------------------------
 */

static int run_revoke(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t id;
    int r;

    if (!str_to_int(cmd->args[0], &id))
        return err_set(err, ERR_USAGE, "\"" STR_FMT "\" is not a number of \"ungcuu token list\"",
                       STR_ARG(cmd->args[0]));
    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_token_revoke(s.db, cmd->arena, id, NULL, s.now, err)) < 0)
        return r;
    if (o->json)
        printf("{\"id\":%lld}\n", (long long)id);
    else
        printf("Token %lld revoked\n", (long long)id);
    return 0;
}

static const struct cmd_option revoke_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write a JSON object: id"),
    CMD_END,
};

static const struct command token_revoke = {
    .name = "revoke",
    .summary = "End an API token at once",
    .args = "NUMBER",
    .args_min = 1,
    .args_max = 1,
    .options = revoke_options,
    .options_size = sizeof(struct options),
    .run = run_revoke,
};

static const struct command *const subs[] = {&token_create, &token_list, &token_revoke, NULL};

const struct command cmd_token = {
    .name = "token",
    .summary = "Make, list and revoke API tokens",
    .subs = subs,
};
