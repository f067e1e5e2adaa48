#include "cmd/commands.h"

#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/org/org.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "base/random.h"
#include "cmd/site.h"
#include "sys/blob/blob.h"

#include <sys/stat.h>

struct options {
    struct cmd_site_options site;
    struct str admin, name;
    bool encrypt, json;
};

static const struct options defaults = {.admin = STR_INIT("admin"), .name = STR_INIT("Ứng Cứu")};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, admin, "admin", "LOGIN", "login of the first administrator (admin)"),
    CMD_TEXT(struct options, name, "name", "SITE",
             "name of the site and of the organisation at the top of its tree (Ứng Cứu)"),
    CMD_FLAG(struct options, encrypt, "encrypt-evidence",
             "encrypt files in the store, with a key in DIR/evidence.key"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: dir, database, login, password"),
    CMD_END,
};

/* Can be read out on the phone; 80 bits. */
static struct str make_password(struct arena *a)
{
    struct str c = random_code(a, 16);

    return str_printf(a, "%.4s-%.4s-%.4s-%.4s", c.ptr, c.ptr + 4, c.ptr + 8, c.ptr + 12);
}

static int refuse_second_site(const struct cmd_site *s, const char *conf, struct err *err)
{
    if (access(conf, F_OK) != 0)
        return 0;
    err_set(err, ERR_EXISTS, "there is a site in " STR_FMT " already", STR_ARG(s->dir));
    err_hint(err, "start it with: ungcuu serve --dir " STR_FMT, STR_ARG(s->dir));
    return ERR_EXISTS;
}

/* Nothing was ever done on a fresh one; a run of init that broke off has left nothing either. */
static int require_unused(struct db *db, struct arena *a, struct err *err)
{
    struct audit_head head;
    int r;

    if ((r = audit_head(db, a, &head, err)) < 0)
        return r;
    if (head.seq == 0)
        return 0;
    err_set(err, ERR_EXISTS, "the database holds a site already");
    err_hint(err, "use another database, or put its ungcuu.conf back into the data directory");
    return ERR_EXISTS;
}

/* The top of the tree, the first administrator, the site's name: all or nothing. */
static int fill(struct db *db, struct arena *a, const struct options *o, struct str password,
                struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_new org = {.kind = STR("province"), .name = o->name, .short_name = o->name};
    struct account_new account = {.login = o->admin,
                                  .name = STR("Quản trị hệ thống"),
                                  .password = password,
                                  .must_change = true};
    int64_t now = clock_now(), org_id, account_id;
    struct str hash;
    int r;

    if ((r = account_check_password(o->admin, password, err)) < 0 ||
        (r = account_hash_password(a, password, &hash, err)) < 0 || (r = db_begin(db, err)) < 0 ||
        (r = org_create(db, a, &org, NULL, now, &org_id, err)) < 0 ||
        (r = account_insert(db, a, &account, hash, NULL, now, &account_id, err)) < 0 ||
        (r = account_grant(db, a, account_id, ROLE_admin, org_id, now, NO_INT, STR("ungcuu init"),
                           NULL, now, err)) < 0 ||
        (r = site_set(db, "name", o->name, err)) < 0)
        return r;
    return db_commit(db, err);
}

static int make_key(struct cmd_site *s, struct arena *a, struct err *err)
{
    struct str id;

    s->config.evidence_key = io_join(a, s->dir, STR(EVIDENCE_KEY_FILE));
    return blob_keys_renew(a, s->config.evidence_key.ptr, &id, err);
}

static void print_text(const struct cmd_site *s, const struct options *o, struct str password)
{
    printf("The site is in " STR_FMT "\n\n"
           "    Database       " STR_FMT "\n"
           "    Administrator  " STR_FMT "\n"
           "    Password       " STR_FMT "  (once: the first sign-in asks for a new one)\n\n"
           "%s"
           "Start it: ungcuu serve --dir " STR_FMT "\n",
           STR_ARG(s->dir), STR_ARG(s->config.database), STR_ARG(o->admin), STR_ARG(password),
           o->encrypt ? "Keep a copy of " EVIDENCE_KEY_FILE " in another place: without it no file "
                        "of this site can be read.\n\n"
                      : "",
           STR_ARG(s->dir));
}

static void print_json(struct arena *a, const struct cmd_site *s, const struct options *o,
                       struct str password)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "dir", s->dir);
    json_w_kstr(&w, "database", s->config.database);
    json_w_kstr(&w, "login", o->admin);
    json_w_kstr(&w, "password", password);
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static int run(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    struct arena *a = cmd->arena;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    struct str conf, password = make_password(a);
    int r;

    if ((r = cmd_site_dir(a, &o->site, &s.dir, err)) < 0)
        return r;
    conf = io_join(a, s.dir, STR("ungcuu.conf"));
    config_defaults(a, s.dir, &s.config);
    if ((r = refuse_second_site(&s, conf.ptr, err)) < 0 ||
        (o->site.db.len > 0 && (r = cmd_site_url(a, o->site.db, &s.config.database, err)) < 0) ||
        (r = io_make_dirs(s.dir.ptr, 0700, err)) < 0 ||
        (r = db_open(&s.pool, s.config.database, NULL, err)) < 0 ||
        (r = db_migrate(s.pool, NULL, NULL, err)) < 0 || (r = db_acquire(s.pool, &db, err)) < 0 ||
        (r = require_unused(db, a, err)) < 0 || (r = fill(db, a, o, password, err)) < 0)
        return r;
    if (o->encrypt && (r = make_key(&s, a, err)) < 0)
        return r;
    /* Last: a directory with this file is a complete site. */
    if ((r = io_replace_file(conf.ptr, config_text(a, s.dir, &s.config), 0600, err)) < 0)
        return r;
    if (o->json)
        print_json(a, &s, o, password);
    else
        print_text(&s, o, password);
    return 0;
}

const struct command cmd_init = {
    .name = "init",
    .summary = "Make a new site: directory, database, first administrator",
    .details = "Makes the data directory with ungcuu.conf, the database and its tables, the\n"
               "organisation at the top of the tree, and an account that may manage accounts and\n"
               "settings. Its password is shown once.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .defaults = &defaults,
    .run = run,
};
