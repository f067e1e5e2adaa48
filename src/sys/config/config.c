#include "sys/config/config.h"

#include "base/io.h"
#include "base/nearest.h"

#include <inttypes.h>

#define FILE_NAME "ungcuu.conf"

enum { FILE_MAX = 64 * 1024 };

/* ---- values: each reader returns NULL or what is wanted ------------------------------------- */

typedef const char *read_fn(struct arena *a, struct str dir, struct str value, void *out);
typedef struct str show_fn(struct arena *a, struct str dir, const void *value);

static const char *read_text(struct arena *a, struct str dir, struct str value, void *out)
{
    *(struct str *)out = value;
    return NULL;
}

static struct str show_text(struct arena *a, struct str dir, const void *value)
{
    return *(const struct str *)value;
}

static struct str show_int(struct arena *a, struct str dir, const void *value)
{
    return str_printf(a, "%" PRId64, *(const int64_t *)value);
}

static const char *read_database(struct arena *a, struct str dir, struct str value, void *out)
{
    static const char wanted[] = "sqlite:PATH or postgresql://USER@HOST/NAME";
    struct str path = str_from(value, strlen("sqlite:"));
    struct str *url = out;

    *url = value;
    if (str_starts(value, STR("postgresql://")) || str_starts(value, STR("postgres://")))
        return NULL;
    if (!str_starts(value, STR("sqlite:")) || path.len == 0)
        return wanted;
    if (path.ptr[0] != '/')
        *url = str_printf(a, "sqlite:" STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(path));
    return NULL;
}

static struct str show_database(struct arena *a, struct str dir, const void *value)
{
    struct str url = *(const struct str *)value;
    struct str own = str_printf(a, "sqlite:" STR_FMT "/", STR_ARG(dir));

    if (str_starts(url, own))
        return str_printf(a, "sqlite:" STR_FMT, STR_ARG(str_from(url, own.len)));
    return url;
}

static const char *read_path(struct arena *a, struct str dir, struct str value, void *out)
{
    struct str *path = out;

    *path = value.len > 0 && value.ptr[0] != '/'
                ? str_printf(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(value))
                : value;
    return NULL;
}

static struct str show_path(struct arena *a, struct str dir, const void *value)
{
    struct str path = *(const struct str *)value;

    if (str_starts(path, dir) && path.len > dir.len + 1 && path.ptr[dir.len] == '/')
        return str_from(path, dir.len + 1);
    return path;
}

static const char *read_host(struct arena *a, struct str dir, struct str value, void *out)
{
    *(struct str *)out = value;
    return value.len > 0 ? NULL : "an address such as 127.0.0.1 or ::";
}

static const char *read_port(struct arena *a, struct str dir, struct str value, void *out)
{
    int64_t *n = out;

    return str_to_int(value, n) && *n >= 1 && *n <= 65535 ? NULL : "a number from 1 to 65535";
}

static const char *read_connections(struct arena *a, struct str dir, struct str value, void *out)
{
    int64_t *n = out;

    return str_to_int(value, n) && *n >= 1 && *n <= 500 ? NULL : "a number from 1 to 500";
}

static const char *read_base_url(struct arena *a, struct str dir, struct str value, void *out)
{
    bool http = str_starts(value, STR("http://")) || str_starts(value, STR("https://"));

    if (!http || str_find_char(value, ' ') >= 0 || str_ends(value, STR("//")))
        return "a URL such as https://ungcuu.example.vn";
    while (str_ends(value, STR("/")))
        value.len--;
    *(struct str *)out = value;
    return NULL;
}

static const char *read_zone(struct arena *a, struct str dir, struct str value, void *out)
{
    static const char wanted[] = "an offset from UTC such as +07:00";
    int64_t hours, minutes;

    if (value.len != 6 || (value.ptr[0] != '+' && value.ptr[0] != '-') || value.ptr[3] != ':' ||
        !str_to_int(str_sub(value, 1, 2), &hours) || !str_to_int(str_from(value, 4), &minutes) ||
        hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
        return wanted;
    *(int64_t *)out = (value.ptr[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return NULL;
}

static const char *read_link(struct arena *a, struct str dir, struct str value, void *out)
{
    *(struct str *)out = value;
    return str_is(value, "none") || str_is(value, "email") ? NULL : "none or email";
}

static const char *read_factor(struct arena *a, struct str dir, struct str value, void *out)
{
    *(struct str *)out = value;
    return str_is(value, "site") || str_is(value, "provider") ? NULL : "site or provider";
}

static struct str show_zone(struct arena *a, struct str dir, const void *value)
{
    int64_t zone = *(const int64_t *)value, abs = zone < 0 ? -zone : zone;

    return str_printf(a, "%c%02d:%02d", zone < 0 ? '-' : '+', (int)(abs / 60), (int)(abs % 60));
}

static const struct key {
    const char *name;
    size_t offset;
    read_fn *read;
    show_fn *show;
    const char *help;
} keys[] = {
    {"database", offsetof(struct config, database), read_database, show_database,
     "sqlite:PATH (a relative path is below this directory) or postgresql://USER@HOST/NAME"},
    {"host", offsetof(struct config, host), read_host, show_text,
     "Address to listen on; 127.0.0.1 behind a reverse proxy on this machine."},
    {"port", offsetof(struct config, port), read_port, show_int, "1 to 65535"},
    {"base_url", offsetof(struct config, base_url), read_base_url, show_text,
     "What people type to reach the site: stands in mails and receipts."},
    {"trusted_proxy", offsetof(struct config, trusted_proxy), read_text, show_text,
     "Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas."},
    {"metrics_from", offsetof(struct config, metrics_from), read_text, show_text,
     "Addresses that may read /metrics besides this machine, with commas."},
    {"evidence_key", offsetof(struct config, evidence_key), read_path, show_path,
     "Key file that encrypts the files kept with reports and incidents; keep a copy elsewhere."},
    {"zone", offsetof(struct config, zone), read_zone, show_zone,
     "Offset of the site's clock from UTC."},
    {"connections", offsetof(struct config, connections), read_connections, show_int,
     "Database connections kept: for readers (SQLite), in all (PostgreSQL)."},
    {"oidc_issuer", offsetof(struct config, oidc_issuer), read_text, show_text,
     "Sign-in through a provider of OpenID Connect: its name as it writes it."},
    {"oidc_client", offsetof(struct config, oidc_client), read_text, show_text,
     "The name of this site there."},
    {"oidc_secret", offsetof(struct config, oidc_secret), read_path, show_path,
     "File with the secret of this site there; none for a public client."},
    {"oidc_name", offsetof(struct config, oidc_name), read_text, show_text,
     "What people call it: stands on the button."},
    {"oidc_link", offsetof(struct config, oidc_link), read_link, show_text,
     "none, or email: accounts are linked by an address that the provider has verified."},
    {"oidc_factor", offsetof(struct config, oidc_factor), read_factor, show_text,
     "site: our second factor is asked for as well; provider: it sees to that."},
};

/* ---- lines ---------------------------------------------------------------------------------- */

struct place {
    const char *path;
    int line;
    struct str text; /* of the line */
};

/* `at` points into the line. */
static int error_at(const struct place *p, const char *at, int code, const char *what,
                    struct err *err)
{
    return err_set(err, code, "%s:%d:%d: %s", p->path, p->line, (int)(at - p->text.ptr) + 1, what);
}

static int unknown_key(const struct place *p, struct str name, struct err *err)
{
    const char *names[ARRAY_LEN(keys) + 1] = {0};
    const char *near;
    char what[128];

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        names[i] = keys[i].name;
    snprintf(what, sizeof(what), "unknown key \"%.*s\"", (int)MIN(name.len, (size_t)60), name.ptr);
    error_at(p, name.ptr, ERR_SYNTAX, what, err);
    near = nearest_name(name, names);
    if (near != NULL)
        err_hint(err, "did you mean %s?", near);
    return ERR_SYNTAX;
}

/* A value in quotes without them; what is quoted may hold spaces at its ends and "#". */
static int unquote(struct arena *a, const struct place *p, struct str *value, struct err *err)
{
    struct buf out = buf_make(a);
    size_t i = 1;

    if (value->len == 0 || value->ptr[0] != '"')
        return 0;
    for (; i < value->len && value->ptr[i] != '"'; i++) {
        if (value->ptr[i] == '\\' && i + 1 < value->len)
            i++;
        buf_add_char(&out, value->ptr[i]);
    }
    if (i >= value->len)
        return error_at(p, value->ptr, ERR_SYNTAX, "the quote has no end", err);
    if (i + 1 < value->len)
        return error_at(p, value->ptr + i + 1, ERR_SYNTAX, "text behind the closing quote", err);
    *value = buf_str(&out);
    return 0;
}

static int read_line(struct arena *a, struct str dir, const struct place *p, bool *seen,
                     struct config *out, struct err *err)
{
    ptrdiff_t equals = str_find_char(p->text, '=');
    struct str name, value;
    const char *start, *want;
    char what[256];
    int r;

    if (equals < 0)
        return error_at(p, p->text.ptr, ERR_SYNTAX, "expected key = value", err);
    name = str_trim(str_sub(p->text, 0, (size_t)equals));
    value = str_trim(str_from(p->text, (size_t)equals + 1));
    start = value.len > 0 ? value.ptr : p->text.ptr + p->text.len;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct key *k = &keys[i];

        if (!str_is(name, k->name))
            continue;
        if (seen[i])
            return error_at(p, name.ptr, ERR_SYNTAX, "this key was set before", err);
        seen[i] = true;
        if ((r = unquote(a, p, &value, err)) < 0)
            return r;
        want = k->read(a, dir, str_dup(a, value), (char *)out + k->offset);
        if (want == NULL)
            return 0;
        snprintf(what, sizeof(what), "%s: \"%.*s\" is not %s", k->name,
                 (int)MIN(value.len, (size_t)80), value.ptr, want);
        return error_at(p, start, ERR_INVALID, what, err);
    }
    return unknown_key(p, name, err);
}

/* ---- files ---------------------------------------------------------------------------------- */

void config_defaults(struct arena *a, struct str dir, struct config *out)
{
    *out = (struct config){.host = STR("127.0.0.1"),
                           .port = 8080,
                           .trusted_proxy = STR(""),
                           .metrics_from = STR(""),
                           .evidence_key = STR(""),
                           .oidc_issuer = STR(""),
                           .oidc_client = STR(""),
                           .oidc_secret = STR(""),
                           .oidc_name = STR(""),
                           .oidc_link = STR("none"),
                           .oidc_factor = STR("site"),
                           .zone = 420,
                           .connections = 16};
    read_database(a, dir, STR("sqlite:ungcuu.db"), &out->database);
}

int config_parse(struct arena *a, struct str dir, const char *path, struct str text,
                 struct config *out, struct err *err)
{
    bool seen[ARRAY_LEN(keys)] = {false};
    struct place p = {.path = path};
    int r;

    config_defaults(a, dir, out);
    while (str_line(&text, &p.text)) {
        struct str bare = str_trim(p.text);

        p.line++;
        if (bare.len > 0 && bare.ptr[0] != '#' && (r = read_line(a, dir, &p, seen, out, err)) < 0)
            return r;
    }
    if (out->base_url.len == 0)
        out->base_url = str_printf(a, "http://" STR_FMT ":%" PRId64, STR_ARG(out->host), out->port);
    return 0;
}

int config_read(struct arena *a, struct str dir, struct config *out, struct err *err)
{
    struct str path = io_join(a, dir, STR(FILE_NAME)), text;
    int r = io_read_file(a, path.ptr, FILE_MAX, &text, err);

    if (r == ERR_NOT_FOUND)
        err_hint(err, "make a site there: ungcuu init --dir " STR_FMT, STR_ARG(dir));
    return r < 0 ? r : config_parse(a, dir, path.ptr, text, out, err);
}

struct str config_text(struct arena *a, struct str dir, const struct config *c)
{
    struct buf out = buf_make(a);

    buf_add(&out, STR("# Settings that must be known before the database is open; everything else "
                      "is set on the site.\n"));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct str value = keys[i].show(a, dir, (const char *)c + keys[i].offset);

        buf_printf(&out, "\n# %s\n%s%s = " STR_FMT "\n", keys[i].help, value.len == 0 ? "#" : "",
                   keys[i].name, STR_ARG(value));
    }
    return buf_str(&out);
}
