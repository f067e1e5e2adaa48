#include "sys/http/inner.h"
#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>

static const char *const method_names[] = {"GET",   "HEAD",   "POST", "PUT",
                                           "PATCH", "DELETE", "OTHER"};

static const int64_t bucket_us[BUCKETS] = {500,     1000,    2500,    5000,    10000,
                                           25000,   50000,   100000,  250000,  500000,
                                           1000000, 2500000, 5000000, 10000000};

static const char *const reject_names[] = {
#define X(id, name) name,
    REJECT_REASONS(X)
#undef X
};

enum { REGISTERED_MAX = 64 };

static struct {
    const char *name, *help, *type;
    double (*read)(void *ctx);
    void *ctx;
} registered[REGISTERED_MAX];
static size_t registered_len;
static pthread_mutex_t registered_lock = PTHREAD_MUTEX_INITIALIZER;

void http_metric_register(const char *name, const char *help, const char *type,
                          double (*read)(void *ctx), void *ctx)
{
    size_t i = 0;

    pthread_mutex_lock(&registered_lock);
    while (i < registered_len && strcmp(registered[i].name, name) != 0)
        i++;
    if (i == REGISTERED_MAX)
        die("more than %d registered metrics", REGISTERED_MAX);
    registered[i].name = name;
    registered[i].help = help;
    registered[i].type = type;
    registered[i].read = read;
    registered[i].ctx = ctx;
    registered_len = MAX(registered_len, i + 1);
    pthread_mutex_unlock(&registered_lock);
}

int64_t clock_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void add(atomic_uint_fast64_t *c, uint64_t n)
{
    atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}

static uint64_t get(const atomic_uint_fast64_t *c)
{
    return atomic_load_explicit((atomic_uint_fast64_t *)(uintptr_t)c, memory_order_relaxed);
}

void count_request(struct http_server *s, const struct request *r, int64_t us)
{
    unsigned class = r->status / 100;
    size_t i = 0;

    if (class > 5)
        class = 0;
    while (i < BUCKETS && us > bucket_us[i])
        i++;
    add(&s->counters.buckets[i], 1);
    add(&s->counters.duration_us, (uint64_t)us);
    add(&s->counters.requests_total, 1);
    add(&s->counters.bytes_out, (uint64_t)r->bytes);
    add(r->match.entry != NULL ? &r->match.entry->hits[class] : &s->counters.unrouted[class], 1);
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help, double v)
{
    head(out, name, type, help);
    buf_printf(out, "%s %.17g\n", name, v);
}

static void requests(const struct http_server *s, struct buf *out)
{
    static const char *const name = "ungcuu_http_requests_total";

    head(out, name, "counter", "Answered requests by route and class of status.");
    for (size_t i = 0; i < s->router.all_len; i++) {
        const struct route_entry *e = s->router.all[i];

        for (unsigned c = 1; c <= 5; c++)
            if (get(&e->hits[c]) > 0)
                buf_printf(out, "%s{method=\"%s\",route=\"%s\",status=\"%uxx\"} %" PRIu64 "\n",
                           name, method_names[e->route->method], e->pattern, c, get(&e->hits[c]));
    }
    for (unsigned c = 1; c <= 5; c++)
        if (get(&s->counters.unrouted[c]) > 0)
            buf_printf(out, "%s{method=\"\",route=\"\",status=\"%uxx\"} %" PRIu64 "\n", name, c,
                       get(&s->counters.unrouted[c]));
}

static void durations(const struct http_server *s, struct buf *out)
{
    static const char *const name = "ungcuu_http_request_duration_seconds";
    uint64_t sum = 0;

    head(out, name, "histogram", "From the request line to the last byte of the answer.");
    for (size_t i = 0; i < BUCKETS; i++) {
        sum += get(&s->counters.buckets[i]);
        buf_printf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, (double)bucket_us[i] / 1e6,
                   sum);
    }
    sum += get(&s->counters.buckets[BUCKETS]);
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n%s_count %" PRIu64 "\n", name,
               sum, name, (double)get(&s->counters.duration_us) / 1e6, name, sum);
}

static int64_t count_files(const char *dir)
{
    DIR *d = opendir(dir);
    int64_t n = 0;

    if (d == NULL)
        return 0;
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 3; /* ".", ".." and the one that reads the folder */
}

static void process(struct buf *out)
{
    struct rusage u = {0};
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f != NULL) {
        if (fscanf(f, "%*s %ld", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    getrusage(RUSAGE_SELF, &u);
    one(out, "process_resident_memory_bytes", "gauge", "Memory in use.",
        (double)pages * (double)sysconf(_SC_PAGESIZE));
    one(out, "process_cpu_seconds_total", "counter", "Processor time used.",
        (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
            (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
    one(out, "process_open_fds", "gauge", "Open file descriptors.",
        (double)count_files("/proc/self/fd"));
}

void http_metrics(const struct http_server *server, struct buf *out)
{
    const struct counters *c = &server->counters;

    requests(server, out);
    durations(server, out);
    one(out, "ungcuu_http_in_flight", "gauge", "Requests being received, handled or answered.",
        atomic_load((atomic_int *)(uintptr_t)&c->in_flight));
    one(out, "ungcuu_http_connections", "gauge", "Open connections.",
        atomic_load((atomic_int *)(uintptr_t)&c->connections));
    one(out, "ungcuu_http_connections_total", "counter", "Connections accepted.",
        (double)get(&c->connections_total));
    one(out, "ungcuu_http_received_bytes_total", "counter", "Bytes of request bodies.",
        (double)get(&c->bytes_in));
    one(out, "ungcuu_http_sent_bytes_total", "counter", "Bytes of response bodies.",
        (double)get(&c->bytes_out));
    head(out, "ungcuu_http_rejected_total", "counter", "Connections and requests turned away.");
    for (size_t i = 0; i < REJECT_COUNT; i++)
        buf_printf(out, "ungcuu_http_rejected_total{reason=\"%s\"} %" PRIu64 "\n", reject_names[i],
                   get(&c->rejected[i]));
    process(out);
    pthread_mutex_lock(&registered_lock);
    for (size_t i = 0; i < registered_len; i++)
        one(out, registered[i].name, registered[i].type, registered[i].help,
            registered[i].read(registered[i].ctx));
    pthread_mutex_unlock(&registered_lock);
}

static int healthz(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct http_options *o = &request_of(req)->server->options;

    res->type = "text/plain; charset=utf-8";
    if (atomic_load(&request_of(req)->server->stopping))
        return err_set(err, ERR_UNAVAILABLE, "stopping");
    if (o->health != NULL && o->health(o->ctx, err) < 0) {
        err->code = ERR_UNAVAILABLE;
        return err->code;
    }
    buf_add(&res->body, STR("ok\n"));
    return 0;
}

/* This machine, unless it is only a proxy that nobody told us to trust, and who was named. */
static bool may_measure(const struct http_request *req)
{
    bool here = str_starts(req->address, STR("127.")) || str_is(req->address, "::1");

    if (here)
        return http_header(req, "X-Forwarded-For").ptr == NULL;
    return address_listed(request_of(req)->server->options.metrics_from, req->address);
}

static int metrics(struct http_request *req, struct http_response *res, struct err *err)
{
    if (!may_measure(req))
        return err_set(err, ERR_NOT_FOUND, "metrics are not for %.*s", STR_ARG(req->address));
    res->type = "text/plain; version=0.0.4; charset=utf-8";
    http_metrics(request_of(req)->server, &res->body);
    return 0;
}

const struct http_route builtin_routes[] = {
    {HTTP_GET, "/healthz", "public", healthz, .scope = "none"},
    {HTTP_GET, "/metrics", "public", metrics, .scope = "none"},
};
const size_t builtin_routes_len = ARRAY_LEN(builtin_routes);
