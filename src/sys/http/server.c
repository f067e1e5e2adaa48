#include "sys/http/inner.h"
#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

enum {
    POOL_BYTES = 32 * 1024,
    BACKLOG = 1024,
    SEND_BYTES_PER_SECOND = 16 * 1024,
    RECEIVE_BYTES_PER_SECOND = 256 * 1024
};

static enum http_method method_of(const char *name)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    unsigned i = 0;

    while (i < ARRAY_LEN(names) && strcmp(names[i], name) != 0)
        i++;
    return (enum http_method)i;
}

static struct conn *conn_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* The first sight of a request: its line is complete, its header is not. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = cls;
    struct request *r = request_new(s);

    r->mhd = mhd;
    r->conn = conn_of(mhd);
    r->pub.address = str_dup(&r->arena, str_c(r->conn->address));
    r->target = str_dup(&r->arena, str_c(uri));
    atomic_fetch_add(&s->counters.in_flight, 1);
    if (atomic_load(&r->conn->state) == CONN_IDLE)
        conn_set(r->conn, CONN_HEADER, s->options.header_seconds * SECOND_MS);
    return r;
}

static enum MHD_Result queue(struct request *r, struct MHD_Response *m, bool destroy)
{
    enum MHD_Result done;
    int64_t ms =
        r->server->options.body_seconds * SECOND_MS + r->bytes * SECOND_MS / SEND_BYTES_PER_SECOND;

    if (r->close || atomic_load(&r->server->stopping))
        MHD_add_response_header(m, "Connection", "close");
    r->phase = PHASE_SEND;
    conn_set(r->conn, CONN_SEND, ms);
    done = MHD_queue_response(r->mhd, r->status, m);
    if (destroy)
        MHD_destroy_response(m);
    return done;
}

static enum MHD_Result refuse(struct request *r, const struct err *e)
{
    r->close = true;
    if (e->code == ERR_HEADER)
        count_reject(r->server, REJECT_HEADER_SIZE);
    else if (e->code == ERR_TOO_LARGE)
        count_reject(r->server, REJECT_BODY_SIZE);
    else if (e->code == ERR_BUSY)
        count_reject(r->server, REJECT_OVERLOAD);
    else
        count_reject(r->server, REJECT_MALFORMED);
    if (r->server->options.access_log)
        log_refusal(r, e);
    return queue(r, response_plain(r, e), true);
}

static void bind_params(struct request *r)
{
    const struct route_match *m = &r->match;

    r->pub.params_len = m->values_len;
    r->pub.params = arena_array(&r->arena, struct http_pair, m->values_len + 1);
    for (size_t i = 0; i < m->values_len; i++)
        r->pub.params[i] =
            (struct http_pair){.name = str_c(m->entry->params[i]), .value = m->values[i]};
}

/* Errors are shown as pages of the site, once the body has been read to its end so that the client
 * is listening. */
void request_discard(struct request *r)
{
    r->body.kind = BODY_DISCARD;
}

/* "/incidents/" means "/incidents". */
static int without_slash(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str path = req->raw_path;

    path = str_printf(req->arena, STR_FMT "%s" STR_FMT, STR_ARG(str_sub(path, 0, path.len - 1)),
                      req->query.len > 0 ? "?" : "", STR_ARG(req->query));
    http_redirect(res, path);
    res->status = 308;
    return 0;
}

static const struct http_route slash_route = {HTTP_GET, "/*/", "public", without_slash,
                                              .scope = "none"};
static struct route_entry slash_entry = {.route = &slash_route, .pattern = "/*/", .builtin = true};

static void find_without_slash(struct request *r)
{
    struct str path = r->pub.path;
    struct route_match m;

    if (r->match.entry != NULL || path.len < 2 || path.ptr[path.len - 1] != '/' ||
        r->pub.method > HTTP_HEAD)
        return;
    router_find(&r->server->router, r->pub.method, str_sub(path, 0, path.len - 1), &m);
    if (m.entry != NULL)
        r->match = (struct route_match){.entry = &slash_entry};
}

static void route(struct request *r)
{
    router_find(&r->server->router, r->pub.method, r->pub.path, &r->match);
    find_without_slash(r);
    target_settle(r);
    if (r->match.entry != NULL) {
        bind_params(r);
        if (body_begin(r, &r->err) < 0)
            request_discard(r);
        return;
    }
    request_discard(r);
    if (r->match.allowed != 0)
        err_set(&r->err, ERR_METHOD, "method not allowed");
    else
        err_set(&r->err, ERR_NOT_FOUND, "no such page");
}

void request_await_body(struct request *r)
{
    int64_t n = MAX(r->body.expected, 0);

    conn_set(r->conn, CONN_BODY,
             (r->server->options.body_seconds + n / RECEIVE_BYTES_PER_SECOND) * SECOND_MS);
}

/* Files are kept only for those who may send them, which a worker finds out. */
static bool must_be_admitted(const struct request *r)
{
    const struct route_entry *e = r->match.entry;

    return r->server->options.admit != NULL && r->err.code == 0 && r->body.kind == BODY_MULTIPART &&
           e->route->body == HTTP_BODY_FILES && strcmp(e->route->permission, "public") != 0;
}

static void admit(struct request *r)
{
    r->phase = PHASE_ADMIT;
    conn_set(r->conn, CONN_WORK, -1);
    MHD_suspend_connection(r->mhd);
    if (queue_put(r->server, r))
        return;
    err_set(&r->err, ERR_BUSY, "%d requests are waiting", QUEUE_MAX);
    r->body.limit = 0;
    request_discard(r);
    request_await_body(r);
    MHD_resume_connection(r->mhd);
}

static enum MHD_Result on_header(struct request *r, const char *url, const char *method,
                                 const char *version)
{
    struct err err = {0};
    struct str length;
    int64_t n = 0;

    r->pub.method = method_of(method);
    if (guard_header(r, url, method, version, &err) < 0 || target_parse(r, &err) < 0)
        return refuse(r, &err);
    request_prepare(r);
    route(r);
    length = http_header(&r->pub, "Content-Length");
    if (length.ptr != NULL)
        str_to_int(length, &n);
    if (r->body.kind == BODY_DISCARD &&
        (http_header(&r->pub, "Expect").ptr != NULL || n > r->body.limit + 64 * 1024 * 1024))
        return refuse(r, &r->err);
    if (must_be_admitted(r)) {
        admit(r);
        return MHD_YES;
    }
    r->phase = PHASE_BODY;
    request_await_body(r);
    return MHD_YES;
}

static enum MHD_Result on_body(struct request *r, struct str data)
{
    struct err err = {0};

    if (body_feed(r, data, &err) == 0)
        return MHD_YES;
    if (r->body.kind == BODY_DISCARD)
        return MHD_NO;
    if (err.code == ERR_TOO_LARGE)
        count_reject(r->server, REJECT_BODY_SIZE);
    r->err = err;
    request_discard(r);
    return MHD_YES;
}

/* Files of the binary need no worker. */
static bool answer_file(struct request *r)
{
    struct conn *c = r->conn;

    conn_set(c, CONN_SEND, r->server->options.body_seconds * SECOND_MS);
    if (assets_answer(r) != MHD_YES)
        return false;
    r->phase = PHASE_SEND;
    return true;
}

static enum MHD_Result on_complete(struct request *r)
{
    struct err busy = {0};

    if (r->err.code == 0)
        body_end(r, &r->err);
    else if (str_starts(r->pub.path, STR("/static/")) && r->pub.method <= HTTP_HEAD &&
             answer_file(r))
        return MHD_YES;
    r->phase = PHASE_WORK;
    conn_set(r->conn, CONN_WORK, -1);
    MHD_suspend_connection(r->mhd);
    if (queue_put(r->server, r))
        return MHD_YES;
    err_set(&busy, ERR_BUSY, "%d requests are waiting", QUEUE_MAX);
    body_abandon(r);
    r->response = response_plain(r, &busy);
    count_reject(r->server, REJECT_OVERLOAD);
    MHD_resume_connection(r->mhd);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct request *r = *context;
    enum MHD_Result done;

    switch (r->phase) {
    case PHASE_HEADER:
        return on_header(r, url, method, version);
    case PHASE_ADMIT:
        /* The library says once more that the header is there when it goes on after a pause. */
        r->phase = PHASE_BODY;
        return MHD_YES;
    case PHASE_BODY:
        if (*size == 0)
            return on_complete(r);
        done = on_body(r, str_make(data, *size));
        *size = 0;
        return done;
    case PHASE_WORK:
        return queue(r, r->response, true);
    default:
        return MHD_YES;
    }
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct http_server *s = cls;
    struct request *r = *context;
    int64_t us;

    if (r == NULL)
        return;
    us = clock_us() - r->started_us;
    body_abandon(r);
    if (r->status != 0)
        count_request(s, r, us);
    if (s->options.access_log)
        log_access(r, us, code != MHD_REQUEST_TERMINATED_COMPLETED_OK);
    atomic_fetch_sub(&s->counters.in_flight, 1);
    conn_idle(s, r->conn);
    *context = NULL;
    request_unref(r);
}

/* ---- start and stop ------------------------------------------------------------------------- */

static int listen_on(const char *host, int port, int *out, struct err *err)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[16];
    int yes = 1, fd, r;

    snprintf(service, sizeof(service), "%d", port);
    r = getaddrinfo(host, service, &hints, &found);
    if (r != 0)
        return err_set(err, ERR_INVALID, "\"%s\" is no address to listen on: %s", host,
                       gai_strerror(r));
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        freeaddrinfo(found);
        return err_errno(err, "cannot open a socket");
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    r = bind(fd, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (r < 0 || listen(fd, BACKLOG) < 0) {
        err_errno(err, "cannot listen on %s port %d", host, port);
        err_hint(err, "choose another port with --port");
        close(fd);
        return err->code;
    }
    *out = fd;
    return 0;
}

static int bound_port(int fd)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof(a);

    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        return 0;
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                         : ((struct sockaddr_in *)&a)->sin_port);
}

/* Those this process may run on, which a container makes fewer than the machine has. */
static int count_cores(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void fill_defaults(struct http_options *o)
{
    int cores = count_cores();

    o->host = o->host != NULL ? o->host : "127.0.0.1";
    o->event_threads = o->event_threads > 0 ? o->event_threads : MAX(2, MIN(cores, 8));
    o->workers = o->workers > 0 ? o->workers : MAX(16, MIN(cores * 4, 64));
    o->readers = o->readers == HTTP_READERS_BY_CORES ? cores + 1 : o->readers;
    o->reading_ms = o->reading_ms > 0 ? o->reading_ms : 20;
    o->connections = o->connections > 0 ? o->connections : 10000;
    o->connections_per_address = o->connections_per_address > 0 ? o->connections_per_address : 200;
    o->header_seconds = o->header_seconds > 0 ? o->header_seconds : 10;
    o->body_seconds = o->body_seconds > 0 ? o->body_seconds : 300;
    o->idle_seconds = o->idle_seconds > 0 ? o->idle_seconds : 60;
}

static int add_routes(struct http_server *s, const struct http_route *const *tables,
                      const size_t *table_lens, size_t tables_len, struct err *err)
{
    int r = 0;

    for (size_t i = 0; i < builtin_routes_len && r == 0; i++)
        r = router_add(&s->router, &builtin_routes[i], true, err);
    for (size_t t = 0; t < tables_len && r == 0; t++)
        for (size_t i = 0; i < table_lens[t] && r == 0; i++)
            r = router_add(&s->router, &tables[t][i], false, err);
    return r;
}

static int start_daemon(struct http_server *s, struct err *err)
{
    sigset_t all, before;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

    /* Signals are for the main thread. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    s->daemon = MHD_start_daemon(
        flags, 0, conn_accept, s, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)s->options.event_threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->options.connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, conn_notify, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return s->daemon != NULL ? 0 : err_set(err, ERR_IO, "cannot start the event threads");
}

static int start_threads(struct http_server *s, struct err *err)
{
    sigset_t all, before;
    int r;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = conn_watch_start(s, err);
    if (r == 0)
        r = workers_start(s, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r == 0 ? start_daemon(s, err) : r;
}

static void release(struct http_server *s)
{
    struct request *r;

    workers_stop(s);
    if (s->addresses != NULL)
        conn_watch_stop(s);
    while ((r = s->free_list) != NULL) {
        s->free_list = r->next;
        arena_release(&r->arena);
        free(r);
    }
    if (s->static_files != NULL)
        assets_release(s);
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    pthread_mutex_destroy(&s->free_lock);
    queue_release(s);
    arena_release(&s->router.arena);
    free(s);
}

int http_start(struct http_server **out, const struct http_options *options,
               const struct http_route *const *tables, const size_t *table_lens, size_t tables_len,
               struct err *err)
{
    struct http_server *s = calloc(1, sizeof(*s));
    int r;

    if (s == NULL)
        die("out of memory");
    s->options = *options;
    s->listen_fd = -1;
    queue_init(s);
    pthread_mutex_init(&s->free_lock, NULL);
    fill_defaults(&s->options);
    signal(SIGPIPE, SIG_IGN);
    r = add_routes(s, tables, table_lens, tables_len, err);
    if (r == 0)
        r = listen_on(s->options.host, s->options.port, &s->listen_fd, err);
    if (r == 0) {
        s->port = bound_port(s->listen_fd);
        if (s->options.spool_dir != NULL)
            spool_sweep(s->options.spool_dir);
        assets_prepare(s);
        r = start_threads(s, err);
    }
    if (r < 0) {
        release(s);
        return r;
    }
    *out = s;
    return 0;
}

int http_port(const struct http_server *server)
{
    return server->port;
}

/*
 * Clients whose handshake is complete but whom nobody accepted yet would be reset when the
 * listening socket closes. So new handshakes are dropped first (their senders try again, and find
 * the next process or a closed port), then the queue is left to drain.
 */
static void drain_backlog(int fd)
{
    struct sock_filter no_syn[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13), /* TCP flags */
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog program = {.len = ARRAY_LEN(no_syn), .filter = no_syn};
    struct timespec pause = {.tv_nsec = 2 * 1000 * 1000};

    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
    for (int calm = 0, i = 0; calm < 5 && i < 250; i++) {
        struct tcp_info info = {0};
        socklen_t len = sizeof(info);

        nanosleep(&pause, NULL);
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len);
        calm = info.tcpi_unacked == 0 ? calm + 1 : 0; /* of a listening socket: waiting clients */
    }
}

void http_stop(struct http_server *server, int seconds)
{
    int64_t until = clock_monotonic() + seconds * SECOND_MS;

    drain_backlog(server->listen_fd);
    atomic_store(&server->stopping, true);
    /* MHD_quiesce_daemon (0.9.75) takes the listening socket out of epoll from two threads at once
     * and aborts when the second finds it gone. No handshake passes the filter any more: it can
     * stay. */
    if (!conn_wait_empty(server, until))
        conn_cut_all(server);
    /* Handlers are ours and end; the library cannot stop while one holds a connection. */
    workers_stop(server);
    conn_wait_empty(server, clock_monotonic() + 2 * SECOND_MS);
    MHD_stop_daemon(server->daemon); /* closes the listening socket too */
    server->listen_fd = -1;
    release(server);
}
