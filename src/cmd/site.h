#ifndef CMD_SITE_H
#define CMD_SITE_H

#include "cmd/cmd.h"
#include "sys/config/config.h"
#include "sys/db/db.h"

/*
 * The site that a command works on: its data directory, what ungcuu.conf there says, its database.
 * Commands that need one have the options --dir and --db:
 *
 *     struct options { struct cmd_site_options site; ... };
 *     static const struct cmd_option options[] = { CMD_SITE(struct options, site), ... };
 *
 *     _cleanup_(cmd_site_close) struct cmd_site s = {0};
 *     if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0) return r;
 */
struct cmd_site_options {
    struct str dir, db;
};

/* clang-format off */
#define CMD_SITE(T, f)                                                                             \
    CMD_TEXT(T, f.dir, "dir", "DIR",                                                               \
             "data directory of the site (default: $UNGCUU_DIR, else /var/lib/ungcuu)"),           \
    CMD_TEXT(T, f.db, "db", "URL",                                                                 \
             "database instead of the one in DIR/ungcuu.conf: sqlite:PATH or "                     \
             "postgresql://USER@HOST/NAME")
/* clang-format on */

#define EVIDENCE_KEY_FILE "evidence.key" /* in DIR, unless ungcuu.conf names another */

struct cmd_site {
    struct str dir; /* absolute, NUL-terminated */
    struct config config;
    struct db_pool *pool;
};

/* Which directory the options mean; absolute, it need not exist. */
int cmd_site_dir(struct arena *a, const struct cmd_site_options *o, struct str *out,
                 struct err *err);

/* A database URL from the command line: a relative path of SQLite counts from where it was typed,
 * one in ungcuu.conf from DIR. */
int cmd_site_url(struct arena *a, struct str url, struct str *out, struct err *err);

/*
 * Reads the configuration and opens the database. An older schema is brought up to date; one that
 * is empty is ERR_NOT_FOUND with the hint to run init. With --db and without --dir, no
 * configuration is needed.
 */
int cmd_site_open(struct cmd_site *s, struct arena *a, const struct cmd_site_options *o,
                  struct err *err);
/* The same, but the schema stays as it is, and one newer than the program is not refused. */
int cmd_site_open_as_is(struct cmd_site *s, struct arena *a, const struct cmd_site_options *o,
                        struct err *err);
void cmd_site_close(struct cmd_site *s); /* for _cleanup_ */

/* A site with one lease of its database, for commands that read or change records. All zero is one
 * that is not open. */
struct cmd_session {
    struct cmd_site site;
    struct db *db;
    int64_t now; /* when it was opened */
};
int cmd_session_open(struct cmd_session *s, struct arena *a, const struct cmd_site_options *o,
                     struct err *err);
/* The same for commands about accounts: the site's secret and the table of permissions are there.
 */
int cmd_session_open_accounts(struct cmd_session *s, struct arena *a,
                              const struct cmd_site_options *o, struct err *err);
void cmd_session_close(struct cmd_session *s); /* for _cleanup_ */

#endif
