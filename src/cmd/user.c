#include "cmd/commands.h"

#include "app/account/account.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "cmd/site.h"

/* ungcuu user: accounts and roles from the command line, by whoever can read the data directory. */
struct options {
    struct cmd_site_options site;
    struct str name, email, phone, position;
    struct str role, org, reason;
    int64_t from, to; /* 0: not given */
    bool password_stdin, json;
};

enum { PASSWORD_BYTES_MAX = 1024 };

/* ---- passwords
 * ----------------------------------------------------------------------------------- */

/* One line of standard input, so that no password stands in the list of processes. */
static int read_password(struct arena *a, struct str *out, struct err *err)
{
    char *line = arena_alloc(a, PASSWORD_BYTES_MAX);

    if (fgets(line, PASSWORD_BYTES_MAX, stdin) == NULL)
        return err_set(err, ERR_USAGE, "no password on standard input");
    *out = str_c(line);
    while (out->len > 0 && (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r'))
        out->len--;
    return 0;
}

/* The given password, or one made now that must be changed at the first sign-in. */
static int choose_password(struct cmd *cmd, struct str *password, bool *made, struct err *err)
{
    const struct options *o = cmd->options;

    *made = !o->password_stdin;
    if (o->password_stdin)
        return read_password(cmd->arena, password, err);
    *password = account_one_time_password(cmd->arena);
    return 0;
}

static void say(struct cmd *cmd, const char *did, struct str login, struct str password)
{
    const struct options *o = cmd->options;
    struct buf out = buf_make(cmd->arena);
    struct json_writer w;

    if (!o->json) {
        printf("%s: " STR_FMT "\n", did, STR_ARG(login));
        if (password.len > 0)
            printf("Password for the first sign-in: " STR_FMT "\n", STR_ARG(password));
        return;
    }
    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "login", login);
    if (password.len > 0)
        json_w_kstr(&w, "password", password);
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

/* ---- add
 * ----------------------------------------------------------------------------------------- */

static int find_role(struct str name, enum role *out, struct err *err)
{
    if (role_from_name(name, out))
        return 0;
    err_set(err, ERR_USAGE, "there is no role \"" STR_FMT "\"", STR_ARG(name));
    err_hint(err, "admin, coordinator, responder, officer, head, provider, finance, auditor, "
                  "leader");
    return ERR_USAGE;
}

static int run_add(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct account_new new_ = {.login = cmd->args[0],
                               .name = o->name,
                               .email = o->email,
                               .phone = o->phone,
                               .position = o->position};
    struct account_first_grant grant = {.reason = o->reason};
    struct str hash;
    int64_t id;
    int r;

    if ((o->role.len > 0) != (o->org.len > 0))
        return err_set(err, ERR_USAGE, "--role and --org belong together");
    if ((o->role.len > 0 && (r = find_role(o->role, &grant.role, err)) < 0) ||
        (r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = choose_password(cmd, &new_.password, &new_.must_change, err)) < 0)
        return r;
    if (o->role.len == 0) {
        r = account_create(s.db, cmd->arena, &new_, NULL, s.now, &id, err);
    } else {
        grant.from = o->from != 0 ? o->from : s.now;
        grant.to = o->to != 0 ? opt_int(o->to) : NO_INT;
        if ((r = account_find_org(s.db, cmd->arena, o->org, &grant.org_id, err)) < 0 ||
            (r = account_check_password(new_.login, new_.password, err)) < 0 ||
            (r = account_hash_password(cmd->arena, new_.password, &hash, err)) < 0)
            return r;
        r = account_create_granted(s.db, cmd->arena, &new_, hash, &grant, NULL, s.now, &id, err);
    }
    if (r < 0)
        return r;
    say(cmd, "Account made", new_.login, new_.must_change ? new_.password : STR_EMPTY);
    return 0;
}

static const struct cmd_option add_options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, name, "name", "NAME", "full name (required)"),
    CMD_TEXT(struct options, position, "position", "TEXT", "position"),
    CMD_TEXT(struct options, email, "email", "ADDRESS", "e-mail address"),
    CMD_TEXT(struct options, phone, "phone", "NUMBER", "phone number"),
    CMD_TEXT(struct options, role, "role", "ROLE", "first role; needs --org"),
    CMD_TEXT(struct options, org, "org", "CODE", "organisation that the role is for"),
    CMD_TIME(struct options, from, "from", "TIME", "the role begins (default: now)"),
    CMD_TIME(struct options, to, "to", "TIME", "the role ends (default: never)"),
    CMD_TEXT(struct options, reason, "reason", "TEXT", "why, for the audit log"),
    CMD_FLAG(struct options, password_stdin, "password-stdin",
             "read the password from standard input instead of making one"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login, password"),
    CMD_END,
};

static const struct command user_add = {
    .name = "add",
    .summary = "Make an account",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .details =
        "Without --password-stdin a password is made and printed; it must be changed at the\n"
        "first sign-in.\n",
    .options = add_options,
    .options_size = sizeof(struct options),
    .run = run_add,
};

/* ---- list
 * ---------------------------------------------------------------------------------------- */

struct listing {
    struct json_writer w;
    struct buf out;
    struct arena *arena;
    struct str last; /* login of the account that is open in the JSON */
    bool json;
};

static void json_account(struct listing *l, const struct account_listed *row)
{
    if (l->last.ptr != NULL) {
        json_w_end(&l->w);
        json_w_end(&l->w);
    }
    l->last = str_dup(l->arena, row->login);
    json_w_object(&l->w);
    json_w_kstr(&l->w, "login", row->login);
    json_w_kstr(&l->w, "name", row->name);
    json_w_kstr(&l->w, "email", row->email);
    json_w_kstr(&l->w, "state", row->state);
    if (row->last_login_at.has)
        json_w_kstr(&l->w, "last_sign_in", clock_rfc3339(l->arena, row->last_login_at.v, 0));
    json_w_key(&l->w, STR("roles"));
    json_w_array(&l->w);
}

static void json_grant(struct listing *l, const struct account_listed *row)
{
    json_w_object(&l->w);
    json_w_kstr(&l->w, "role", row->role);
    json_w_kstr(&l->w, "org", row->org_code);
    json_w_kstr(&l->w, "from", clock_rfc3339(l->arena, row->valid_from.v, 0));
    if (row->valid_to.has)
        json_w_kstr(&l->w, "to", clock_rfc3339(l->arena, row->valid_to.v, 0));
    json_w_end(&l->w);
}

static int list_row(void *ctx, const struct account_listed *row, struct err *err)
{
    struct listing *l = ctx;

    if (l->json) {
        if (l->last.ptr == NULL || !str_eq(l->last, row->login))
            json_account(l, row);
        if (row->role.ptr != NULL)
            json_grant(l, row);
        return 0;
    }
    printf(STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\n", STR_ARG(row->login),
           STR_ARG(row->state), STR_ARG(row->role), STR_ARG(row->org_code), STR_ARG(row->name));
    return 0;
}

static int run_list(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct listing l = {.out = buf_make(cmd->arena), .arena = cmd->arena, .json = o->json};
    int r;

    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0)
        return r;
    json_w_init(&l.w, &l.out);
    json_w_array(&l.w);
    if ((r = account_each(s.db, s.now, list_row, &l, err)) < 0 || !o->json)
        return r;
    if (l.last.ptr != NULL) {
        json_w_end(&l.w);
        json_w_end(&l.w);
    }
    json_w_end(&l.w);
    puts(buf_str(&l.out).ptr);
    return 0;
}

static const struct cmd_option list_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write a JSON array of accounts with their roles"),
    CMD_END,
};

static const struct command user_list = {
    .name = "list",
    .summary = "List accounts and the roles they hold",
    .details = "A line for each role: login, state, role, organisation, name, separated by tabs.\n",
    .options = list_options,
    .options_size = sizeof(struct options),
    .run = run_list,
};

/* ---- grant, revoke
 * ------------------------------------------------------------------------------- */

static const struct cmd_option role_options[] = {
    CMD_SITE(struct options, site),
    CMD_TIME(struct options, from, "from", "TIME", "the role begins (default: now)"),
    CMD_TIME(struct options, to, "to", "TIME", "the role ends (default: never)"),
    CMD_TEXT(struct options, reason, "reason", "TEXT", "why, for the audit log"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login"),
    CMD_END,
};

static int find_all(struct cmd *cmd, struct cmd_session *s, int64_t *account, enum role *role,
                    int64_t *org, struct err *err)
{
    const struct options *o = cmd->options;
    int r = find_role(cmd->args[1], role, err);

    if (r < 0 || (r = cmd_session_open_accounts(s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_find(s->db, cmd->arena, cmd->args[0], account, err)) < 0)
        return r;
    return account_find_org(s->db, cmd->arena, cmd->args[2], org, err);
}

static int run_grant(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t account, org;
    enum role role;
    int r = find_all(cmd, &s, &account, &role, &org, err);

    if (r < 0 ||
        (r = account_grant(s.db, cmd->arena, account, role, org, o->from != 0 ? o->from : s.now,
                           o->to != 0 ? opt_int(o->to) : NO_INT, o->reason, NULL, s.now, err)) < 0)
        return r;
    say(cmd, "Role granted", cmd->args[0], STR_EMPTY);
    return 0;
}

static int run_revoke(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t account, org;
    enum role role;
    int r = find_all(cmd, &s, &account, &role, &org, err);

    if (r < 0 || (r = account_revoke_role(s.db, cmd->arena, account, role, org, o->reason, NULL,
                                          s.now, err)) < 0)
        return r;
    say(cmd, "Role revoked", cmd->args[0], STR_EMPTY);
    return 0;
}

static const struct command user_grant = {
    .name = "grant",
    .summary = "Give an account a role for an organisation and everything below it",
    .args = "LOGIN ROLE ORG",
    .args_min = 3,
    .args_max = 3,
    .options = role_options,
    .options_size = sizeof(struct options),
    .run = run_grant,
};

static const struct cmd_option revoke_options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, reason, "reason", "TEXT", "why, for the audit log"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login"),
    CMD_END,
};

static const struct command user_revoke = {
    .name = "revoke",
    .summary = "Take a role away",
    .args = "LOGIN ROLE ORG",
    .args_min = 3,
    .args_max = 3,
    .options = revoke_options,
    .options_size = sizeof(struct options),
    .run = run_revoke,
};

/* ---- password, disable, enable
 * ------------------------------------------------------------------- */

static int run_password(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct str password;
    int64_t account;
    bool made;
    int r;

    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_find(s.db, cmd->arena, cmd->args[0], &account, err)) < 0 ||
        (r = choose_password(cmd, &password, &made, err)) < 0 ||
        (r = account_set_password(s.db, cmd->arena, account, password, made, NULL, s.now, err)) < 0)
        return r;
    say(cmd, "Password set, sessions ended", cmd->args[0], made ? password : STR_EMPTY);
    return 0;
}

static int set_state(struct cmd *cmd, bool active, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t account;
    int r;

    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_find(s.db, cmd->arena, cmd->args[0], &account, err)) < 0 ||
        (r = account_set_state(s.db, cmd->arena, account, active, NULL, s.now, err)) < 0)
        return r;
    say(cmd, active ? "Account enabled" : "Account disabled, sessions ended", cmd->args[0],
        STR_EMPTY);
    return 0;
}

static int run_disable(struct cmd *cmd, struct err *err)
{
    return set_state(cmd, false, err);
}

static int run_enable(struct cmd *cmd, struct err *err)
{
    return set_state(cmd, true, err);
}

static const struct cmd_option password_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, password_stdin, "password-stdin",
             "read the password from standard input instead of making one"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login, password"),
    CMD_END,
};

static const struct command user_password = {
    .name = "password",
    .summary = "Set a new password, end all sessions and any pause after failures",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .options = password_options,
    .options_size = sizeof(struct options),
    .run = run_password,
};

static const struct cmd_option state_options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write a JSON object: login"),
    CMD_END,
};

static const struct command user_disable = {
    .name = "disable",
    .summary = "Shut an account and end its sessions",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .options = state_options,
    .options_size = sizeof(struct options),
    .run = run_disable,
};

static const struct command user_enable = {
    .name = "enable",
    .summary = "Open a disabled account again",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .options = state_options,
    .options_size = sizeof(struct options),
    .run = run_enable,
};

/* ---- second factor
 * ------------------------------------------------------------------------------- */

static int run_unpair(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    int64_t account;
    int r;

    if (o->reason.len == 0)
        return err_set(err, ERR_USAGE, "taking off a second factor needs --reason");
    if ((r = cmd_session_open_accounts(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = account_find(s.db, cmd->arena, cmd->args[0], &account, err)) < 0 ||
        (r = account_factor_reset(s.db, cmd->arena, account, o->reason, NULL, s.now, err)) < 0)
        return r;
    say(cmd, "Second factor taken off, sessions ended", cmd->args[0], STR_EMPTY);
    return 0;
}

static const struct command user_unpair = {
    .name = "unpair",
    .summary = "Take the second factor off, for a telephone that is lost",
    .args = "LOGIN",
    .args_min = 1,
    .args_max = 1,
    .details =
        "The person is told by mail and sets it up again at the next sign-in, if a role asks\n"
        "for it.\n",
    .options = revoke_options,
    .options_size = sizeof(struct options),
    .run = run_unpair,
};

static const struct command *const subs[] = {&user_add,    &user_list,     &user_grant,
                                             &user_revoke, &user_password, &user_disable,
                                             &user_enable, &user_unpair,   NULL};

const struct command cmd_user = {
    .name = "user",
    .summary = "Accounts and the roles they hold",
    .subs = subs,
};
