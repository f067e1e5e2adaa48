#ifndef SYS_CONFIG_CONFIG_H
#define SYS_CONFIG_CONFIG_H

#include "base/base.h"

/*
 * DIR/ungcuu.conf: what must be known before the database is open. Lines are `key = value`; a value
 * may stand in double quotes ("\"" and "\\" inside); empty lines and lines that begin with # are
 * skipped. An unknown key, a key twice, or a value that is none is an error that names line and
 * column: a typing mistake must not become a silent default.
 *
 *     database       sqlite:PATH or postgresql://USER@HOST/NAME; a PATH that does not begin with /
 *                    is below DIR (default: sqlite:ungcuu.db)
 *     host           address to listen on (127.0.0.1)
 *     port           1 to 65535 (8080)
 *     base_url       https://ungcuu.example.vn, for links in mails and receipts (http://HOST:PORT)
 *     trusted_proxy  addresses whose X-Forwarded-* headers count, with commas (none)
 *     metrics_from   addresses that may read /metrics besides this machine, with commas (none)
 *     evidence_key   key file with which files are encrypted in the store; a PATH that does not
 * begin with / is below DIR (none)
 *     zone           offset of the site's clock from UTC (+07:00)
 *     connections    database connections kept: for readers (SQLite), in all (PostgreSQL); 1 to 500
 *                    (16)
 *
 * Sign-in through a provider of OpenID Connect (none without the first two):
 *
 *     oidc_issuer    its name as it writes it: https://id.example.vn
 *     oidc_client    the name of this site there
 *     oidc_secret    file with the secret of this site there, 0600; a PATH that does not begin with
 * / is below DIR (none: a public client) oidc_name      what people call it, for the button
 *     oidc_link      none, or email: who comes for the first time is linked to the one account that
 *                    has the same address, if the provider says that it is verified (none)
 *     oidc_factor    site: our second factor is asked for as well; provider: it sees to that (site)
 */
struct config {
    struct str database; /* a URL ready for db_open */
    struct str host;
    int64_t port;
    struct str base_url;      /* without a slash at the end */
    struct str trusted_proxy; /* "" for none */
    struct str metrics_from;  /* "" for none */
    struct str evidence_key;  /* a path, "" for none */
    int64_t zone;             /* minutes east of UTC */
    int64_t connections;
    struct str oidc_issuer, oidc_client, oidc_secret, oidc_name; /* "" for none; secret: a path */
    struct str oidc_link, oidc_factor;
};

/* The defaults for a data directory; what a missing file means. */
void config_defaults(struct arena *a, struct str dir, struct config *out);

/* Reads `text` as DIR/ungcuu.conf; `path` is for messages. ERR_SYNTAX, ERR_INVALID. */
int config_parse(struct arena *a, struct str dir, const char *path, struct str text,
                 struct config *out, struct err *err);

/* Reads DIR/ungcuu.conf; ERR_NOT_FOUND with a hint when DIR is not a site's directory. */
int config_read(struct arena *a, struct str dir, struct config *out, struct err *err);

/* The text of a file that says what *c says, with a comment for every key. */
struct str config_text(struct arena *a, struct str dir, const struct config *c);

#endif
