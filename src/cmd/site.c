#include "cmd/site.h"

#include "app/account/account.h"
#include "app/order/order.h"
#include "app/search/search.h"
#include "base/clock.h"
#include "base/io.h"

#include <limits.h>

#define DEFAULT_DIR "/var/lib/ungcuu"

int cmd_site_dir(struct arena *a, const struct cmd_site_options *o, struct str *out,
                 struct err *err)
{
    const char *env = getenv("UNGCUU_DIR");
    struct str dir = o->dir;
    char here[PATH_MAX];

    if (dir.len == 0)
        dir = env != NULL && env[0] != '\0' ? str_c(env) : STR(DEFAULT_DIR);
    while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
        dir.len--;
    if (dir.ptr[0] == '/') {
        *out = str_dup(a, dir);
        return 0;
    }
    if (getcwd(here, sizeof(here)) == NULL)
        return err_errno(err, "cannot tell the current directory");
    *out = io_join(a, str_c(here), dir);
    return 0;
}

int cmd_site_url(struct arena *a, struct str url, struct str *out, struct err *err)
{
    struct cmd_site_options here = {0};
    struct str path;
    int r;

    *out = url;
    if (!str_starts(url, STR("sqlite:")) || url.len == strlen("sqlite:"))
        return 0;
    here.dir = str_from(url, strlen("sqlite:"));
    if ((r = cmd_site_dir(a, &here, &path, err)) < 0)
        return r;
    *out = str_printf(a, "sqlite:" STR_FMT, STR_ARG(path));
    return 0;
}

static int open_database(struct cmd_site *s, bool migrate, struct err *err)
{
    struct db_options options = {.readers = (int)s->config.connections};
    int version, r;

    if ((r = db_open(&s->pool, s->config.database, &options, err)) < 0 ||
        (r = db_schema_version(s->pool, &version, err)) < 0)
        return r;
    if (version == 0) {
        err_set(err, ERR_NOT_FOUND, "the database is empty");
        err_hint(err, "make a site: ungcuu init --dir " STR_FMT, STR_ARG(s->dir));
        return ERR_NOT_FOUND;
    }
    if (!migrate)
        return 0;
    if ((r = db_migrate(s->pool, NULL, NULL, err)) < 0)
        return r;
    if ((r = order_prepare(s->pool, err)) < 0)
        return r;
    return search_prepare(s->pool, err);
}

/* db_open makes the file of an SQLite database; a command that only wanted to look must not. */
static int check_file(const struct cmd_site *s, struct err *err)
{
    struct str path = s->config.database;

    if (!str_starts(path, STR("sqlite:")))
        return 0;
    path = str_from(path, strlen("sqlite:"));
    if (access(path.ptr, F_OK) == 0)
        return 0;
    err_set(err, ERR_NOT_FOUND, "there is no database " STR_FMT, STR_ARG(path));
    err_hint(err, "make a site: ungcuu init --dir " STR_FMT, STR_ARG(s->dir));
    return ERR_NOT_FOUND;
}

static int open_site(struct cmd_site *s, struct arena *a, const struct cmd_site_options *o,
                     bool migrate, struct err *err)
{
    int r;

    if ((r = cmd_site_dir(a, o, &s->dir, err)) < 0)
        return r;
    if (o->db.len > 0 && o->dir.len == 0)
        config_defaults(a, s->dir, &s->config);
    else if ((r = config_read(a, s->dir, &s->config, err)) < 0)
        return r;
    if (o->db.len > 0)
        s->config.database = str_dup(a, o->db);
    if ((r = check_file(s, err)) < 0)
        return r;
    return open_database(s, migrate, err);
}

int cmd_site_open(struct cmd_site *s, struct arena *a, const struct cmd_site_options *o,
                  struct err *err)
{
    return open_site(s, a, o, true, err);
}

int cmd_site_open_as_is(struct cmd_site *s, struct arena *a, const struct cmd_site_options *o,
                        struct err *err)
{
    return open_site(s, a, o, false, err);
}

void cmd_site_close(struct cmd_site *s)
{
    db_close(s->pool);
    s->pool = NULL;
}

int cmd_session_open(struct cmd_session *s, struct arena *a, const struct cmd_site_options *o,
                     struct err *err)
{
    int r = cmd_site_open(&s->site, a, o, err);

    s->now = clock_now();
    return r < 0 ? r : db_acquire(s->site.pool, &s->db, err);
}

int cmd_session_open_accounts(struct cmd_session *s, struct arena *a,
                              const struct cmd_site_options *o, struct err *err)
{
    int r = cmd_session_open(s, a, o, err);

    return r < 0 ? r : account_start(s->site.pool, err);
}

void cmd_session_close(struct cmd_session *s)
{
    db_release(s->db);
    cmd_site_close(&s->site);
}
