#include "cmd/serve.h"

#include "app/account/account.h"
#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/job/job.h"
#include "app/people/people.h"
#include "app/post/post.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/routes.h"
#include "sys/crypto/seal.h"
#include "sys/http/http.h"
#include "sys/i18n/i18n.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* How long running requests may take after SIGTERM; systemd gives 90 s by default. */
enum { STOP_SECONDS = 30, FILES_BESIDE_CONNECTIONS = 256, CONNECTIONS = 10000, HEAPS = 4 };

/* The first page of a connection to PostgreSQL plans its statements, and that is no long reading.
 */
enum { PLANNING_MS = 150 };

/* sd_notify(3): a datagram to the socket named in the environment. Without one, nobody asked. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path != NULL ? strlen(path) : 0;
    int fd;

    if (len == 0 || len >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
        log_warn("cannot tell systemd \"%s\": %m", state);
    close(fd);
}

/* As many descriptors as the system grants; how many connections that allows. */
static int connections_allowed(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return CONNECTIONS;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur >= CONNECTIONS + FILES_BESIDE_CONNECTIONS)
        return CONNECTIONS;
    return files.rlim_cur > 2 * FILES_BESIDE_CONNECTIONS
               ? (int)files.rlim_cur - FILES_BESIDE_CONNECTIONS
               : (int)files.rlim_cur / 2;
}

static int healthy(void *ctx, struct err *err)
{
    int version;

    return db_schema_version(ctx, &version, err);
}

static void say_where(struct arena *a, const struct serve_options *o, const char *host, int port)
{
    bool six = strchr(host, ':') != NULL;
    struct buf out = buf_make(a);
    struct json_writer w;
    char url[128];

    snprintf(url, sizeof(url), "http://%s%s%s:%d", six ? "[" : "", host, six ? "]" : "", port);
    if (o->json) {
        json_w_init(&w, &out);
        json_w_object(&w);
        json_w_kstr(&w, "url", str_c(url));
        json_w_kint(&w, "port", port);
        json_w_kint(&w, "pid", getpid());
        json_w_end(&w);
        puts(buf_str(&out).ptr);
    } else {
        printf("Listening on %s\n", url);
    }
    fflush(stdout);
}

static int start(struct cmd_site *s, struct arena *a, const struct serve_options *o,
                 struct http_server **server, struct err *err)
{
    struct str spool = io_join(a, s->dir, STR("spool"));
    const char *host = str_cdup(a, o->host.len > 0 ? o->host : s->config.host);
    const struct http_options options = {
        .host = host,
        .port = o->port == SERVE_ANY_PORT ? 0 : (int)(o->port > 0 ? o->port : s->config.port),
        /* A page from a database on another machine mostly waits. */
        .readers = db_is_local(s->pool) ? HTTP_READERS_BY_CORES : 0,
        .reading_ms = db_engine(s->pool) == DB_SQLITE ? 0 : PLANNING_MS,
        .connections = connections_allowed(),
        .spool_dir = spool.ptr,
        .veil_files = s->config.evidence_key.len > 0,
        .trusted_proxy =
            s->config.trusted_proxy.len > 0 ? str_cdup(a, s->config.trusted_proxy) : NULL,
        .metrics_from = s->config.metrics_from.len > 0 ? str_cdup(a, s->config.metrics_from) : NULL,
        .access_log = !o->quiet,
        .guard = account_guard,
        .admit = account_admit,
        .error = web_error,
        .health = healthy,
        .ctx = s->pool,
    };
    int64_t sealed;
    int r;

    if ((r = io_make_dirs(spool.ptr, 0700, err)) < 0 || (r = account_start(s->pool, err)) < 0 ||
        (r = site_load(s->pool, s->dir, err)) < 0 || (r = seal_start(a, s->dir, err)) < 0 ||
        (r = post_seal_plain(s->pool, &sealed, err)) < 0 ||
        (r = people_start(a, &s->config, err)) < 0 ||
        (r = evidence_open_store(a, s->dir, s->config.evidence_key, err)) < 0)
        return r;
    account_check_routes(route_tables, route_lens(), route_tables_len);
    api_start(route_tables, route_lens(), route_tables_len);
    r = http_start(server, &options, route_tables, route_lens(), route_tables_len, err);
    if (r == 0)
        say_where(a, o, host, http_port(*server));
    return r;
}

/* Links in mails: what the configuration says; without that, where we listen. */
static struct str link_url(struct cmd_site *s, struct arena *a, const struct serve_options *o,
                           int port)
{
    struct str usual =
        str_printf(a, "http://" STR_FMT ":%" PRId64, STR_ARG(s->config.host), s->config.port);

    if (s->config.base_url.len > 0 && !str_eq(s->config.base_url, usual))
        return s->config.base_url;
    return str_printf(a, "http://" STR_FMT ":%d",
                      STR_ARG(o->host.len > 0 ? o->host : s->config.host), port);
}

int serve_site(struct cmd_site *s, struct arena *a, const struct serve_options *o, struct err *err)
{
    struct http_server *server = NULL;
    struct job_runner *jobs = NULL;
    sigset_t ends;
    int sig = 0, r;

    /* By itself the C library keeps eight heaps for each processor, and what one freed no other
     * gets. */
    mallopt(M_ARENA_MAX, HEAPS);
    umask(0077);
    signal(SIGHUP, SIG_IGN);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if ((r = start(s, a, o, &server, err)) < 0)
        return r;
    site.link_url = link_url(s, a, o, http_port(server));
    r = job_start(&jobs, s->pool,
                  &(struct job_options){.kinds = post_jobs, .lease_ms = o->job_lease * SECOND_MS},
                  err);
    if (r < 0) {
        http_stop(server, 0);
        return r;
    }
    notify("READY=1");
    while (sigwait(&ends, &sig) != 0)
        ;
    notify("STOPPING=1");
    log_info("stopping signal=%d", sig);
    /* A second signal ends the program at once. */
    pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
    job_stop(jobs);
    http_stop(server, STOP_SECONDS);
    log_info("stopped");
    return 0;
}

struct options {
    struct cmd_site_options site;
    struct serve_options serve;
    bool any_port;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, serve.host, "host", "ADDRESS",
             "address to listen on (default: host in ungcuu.conf)"),
    CMD_INT(struct options, serve.port, "port", "PORT",
            "port to listen on (default: port in ungcuu.conf)", 1, 65535),
    CMD_INT(struct options, serve.job_lease, "job-lease", "SECONDS",
            "after how long the jobs of a process that died go to another (60)", 2, 3600),
    CMD_FLAG(struct options, any_port, "any-port", "listen on a free port"),
    CMD_FLAG(struct options, serve.quiet, "quiet", "no line per request in the log"),
    CMD_FLAG(struct options, serve.json, "json", "say in JSON where it listens"),
    CMD_END,
};

static int run(struct cmd *cmd, struct err *err)
{
    struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    int r;

    if (o->any_port)
        o->serve.port = SERVE_ANY_PORT;
    if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0)
        return r;
    return serve_site(&s, cmd->arena, &o->serve, err);
}

const struct command cmd_serve = {
    .name = "serve",
    .summary = "Run the web site",
    .details =
        "Prints the address it listens on and runs until it gets SIGTERM or SIGINT; requests\n"
        "that have begun are finished first. An older database is brought up to date. The\n"
        "log goes to standard error.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
