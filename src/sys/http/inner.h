#ifndef SYS_HTTP_INNER_H
#define SYS_HTTP_INNER_H

/* What the files of this folder share; nobody else includes it. */
#include "base/base.h"
#include "sys/http/http.h"
#include "sys/http/multipart.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    HEADER_BYTES_MAX = 16 * 1024, /* request line and header fields together */
    HEADERS_MAX = 100,
    PATH_BYTES_MAX = 2048,
    QUERY_BYTES_MAX = 8192,
    PAIRS_MAX = 2000, /* fields of a form, arguments of a query */
    FILES_MAX = 100,  /* files of one upload */
    ADDRESS_BYTES = 48,
    QUEUE_MAX = 4096, /* requests waiting for a worker */
};

/* A segment trie of all patterns. */
struct route_entry {
    const struct http_route *route;
    const char *pattern;
    bool builtin;        /* served by this folder: no guard, no access check */
    const char **params; /* names of the {parts} in order */
    size_t params_len;
    atomic_uint_fast64_t hits[6]; /* by status class, 1..5 */
};

struct route_node {
    struct str literal;
    struct route_node *children; /* literal ones */
    struct route_node *next;     /* sibling */
    struct route_node *param;    /* {name} */
    struct route_node *rest;     /* {name...}; always a leaf */
    struct route_entry *entries[HTTP_OTHER + 1];
};

struct router {
    struct route_node root;
    struct route_entry **all;
    size_t all_len, all_cap;
    struct arena arena;
};

struct route_match {
    struct route_entry *entry;
    unsigned allowed; /* bit per method that the path knows, when entry is NULL */
    struct str values[16];
    size_t values_len;
};

int router_add(struct router *rt, const struct http_route *route, bool builtin, struct err *err);
void router_find(const struct router *rt, enum http_method method, struct str path,
                 struct route_match *out);

enum conn_state { CONN_HEADER, CONN_IDLE, CONN_BODY, CONN_WORK, CONN_SEND };

/* One client connection, from accept to close. The event thread that owns the connection moves
 * the deadline; the watchdog reads it and cuts the socket when it has passed. */
struct conn {
    struct conn *prev, *next;
    struct address_count *count;
    int fd;
    atomic_int state;
    atomic_int_fast64_t deadline; /* monotonic ms; INT64_MAX: none */
    atomic_uint_fast64_t seen;    /* bytes received from the peer when it became idle */
    atomic_int_fast64_t idle_since;
    bool ended; /* the peer had said all at the last tick; of the watchdog alone */
    char address[ADDRESS_BYTES];
};

/* Why a connection or request was turned away, for the metrics. */
#define REJECT_REASONS(X)                                                                          \
    X(MALFORMED, "malformed")                                                                      \
    X(HEADER_SIZE, "header_size")                                                                  \
    X(BODY_SIZE, "body_size")                                                                      \
    X(SLOW_HEADER, "slow_header")                                                                  \
    X(SLOW_BODY, "slow_body")                                                                      \
    X(SLOW_READER, "slow_reader")                                                                  \
    X(ADDRESS_LIMIT, "address_limit")                                                              \
    X(OVERLOAD, "overload")

enum reject {
#define X(id, name) REJECT_##id,
    REJECT_REASONS(X)
#undef X
        REJECT_COUNT
};

enum { BUCKETS = 14 };

struct counters {
    atomic_uint_fast64_t connections_total, requests_total, bytes_in, bytes_out;
    atomic_uint_fast64_t rejected[REJECT_COUNT];
    atomic_uint_fast64_t buckets[BUCKETS + 1]; /* durations; the last is +Inf */
    atomic_uint_fast64_t duration_us;
    atomic_uint_fast64_t unrouted[6];
    atomic_int connections, in_flight;
};

enum phase { PHASE_HEADER, PHASE_ADMIT, PHASE_BODY, PHASE_WORK, PHASE_SEND };

struct deferred {
    void (*fn)(void *);
    void *arg;
    struct deferred *next;
};

enum body_kind { BODY_NONE, BODY_URLENCODED, BODY_MULTIPART, BODY_RAW, BODY_DISCARD };

struct body {
    enum body_kind kind;
    int64_t limit, received, expected; /* expected -1: chunked */
    struct buf text;
    struct multipart *mp;
    struct http_file *file; /* the one being received */
    struct http_file **file_end;
    int file_fd;
    int64_t file_sent; /* bytes of it that are on their way to the disk */
    struct digest *digest;
    struct str field_name;
    struct buf field;
    struct http_pair *pairs;
    size_t pairs_len, pairs_cap;
    size_t files_len;
    bool in_file;
};

struct request {
    struct http_request pub; /* first: the two convert into each other */
    struct http_response res;
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct conn *conn;
    struct request *next;
    uint64_t turn; /* among those that wait for a worker */
    struct arena arena;
    enum phase phase;
    atomic_int refs;   /* the event thread's and the worker's */
    struct str target; /* as received */
    struct http_pair *headers;
    size_t headers_len;
    struct http_pair *args;
    size_t args_len;
    bool args_parsed;
    struct route_match match;
    struct err err; /* code 0: run the handler; otherwise answer with this error */
    bool close;     /* Connection: close */
    struct body body;
    struct deferred *defers;
    struct MHD_Response *response;
    unsigned status;
    int64_t bytes;
    int64_t started_us;
};

static inline struct request *request_of(const struct http_request *req)
{
    return (struct request *)req;
}

struct request_list {
    struct request *first, *last;
};

struct worker {
    pthread_t thread;
    struct http_server *server;
    int64_t reading_since; /* microseconds; 0: holds no place; under the queue's lock */
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int listen_fd, port;
    struct router router;
    struct counters counters;
    atomic_bool stopping;

    pthread_mutex_t queue_lock;
    pthread_cond_t queue_ready;
    struct request_list readings, others;
    uint64_t queue_turn;
    size_t queue_len;
    bool queue_closed, queue_watched; /* watched: a worker waits for a place to be given back */
    struct worker *workers;
    int workers_len;

    pthread_mutex_t free_lock;
    struct request *free_list;
    size_t free_len;

    pthread_mutex_t conn_lock;
    pthread_cond_t conn_changed;
    struct conn *conns;
    struct address_count **addresses; /* hash table of per-address counts */
    uint8_t address_key[16];
    pthread_t watchdog;
    bool watchdog_stop;

    struct static_file {
        struct MHD_Response *plain, *zipped, *unchanged;
    } * static_files; /* per asset */
};

/* conn.c */
int conn_watch_start(struct http_server *s, struct err *err);
void conn_watch_stop(struct http_server *s);
enum MHD_Result conn_accept(void *cls, const struct sockaddr *addr, socklen_t len);
void conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
                 enum MHD_ConnectionNotificationCode code);
void conn_set(struct conn *c, enum conn_state state, int64_t ms);
void conn_idle(struct http_server *s, struct conn *c);
bool conn_wait_empty(struct http_server *s, int64_t until);
void conn_cut_all(struct http_server *s);
void count_reject(struct http_server *s, enum reject why);

/* guard.c: the raw header. 0 or an error for the client; fills r->headers. */
int guard_header(struct request *r, const char *url, const char *method, const char *version,
                 struct err *err);

/* target.c: escaped slashes in the path stand for themselves only after target_settle. */
enum { ESCAPED_SLASH = 1, ESCAPED_BACKSLASH = 2 };
int target_parse(struct request *r, struct err *err);
void target_settle(struct request *r);
int urlencoded_parse(struct arena *a, struct str raw, struct http_pair **out, size_t *len,
                     struct err *err);
bool utf8_clean(struct str s); /* well-formed UTF-8 without NUL */

/* request.c */
struct request *request_new(struct http_server *s);
void request_unref(struct request *r);
void request_prepare(struct request *r);
/* "192.0.2.1, 2001:db8::1" names the address; NULL names none. */
bool address_listed(const char *list, struct str address);
/* "Accept-Encoding: br, gzip;q=0.8" accepts "gzip". */
bool header_accepts(struct request *r, const char *field, const char *token);

/* body.c */
int body_begin(struct request *r, struct err *err);
int body_feed(struct request *r, struct str data, struct err *err);
int body_end(struct request *r, struct err *err);
void body_abandon(struct request *r);
void spool_sweep(const char *dir);

/* response.c */
void response_build(struct request *r); /* from r->res or r->err */
struct MHD_Response *response_plain(struct request *r, const struct err *e);
void response_thread_end(void); /* a worker ends */
void security_headers(struct MHD_Response *m, bool secure);

/* assets.c */
void assets_prepare(struct http_server *s);
void assets_release(struct http_server *s);
/* Queues the answer for a path under /static/ on the event thread; MHD_NO when there is none. */
enum MHD_Result assets_answer(struct request *r);

/* queue.c */
void queue_init(struct http_server *s);
void queue_release(struct http_server *s);
bool queue_put(struct http_server *s, struct request *r); /* false: full, or about to end */
/* The next request for a worker that is done with its last one; NULL: it ends. */
struct request *queue_take(struct http_server *s, struct worker *w);
void queue_close(struct http_server *s);

/* worker.c */
int workers_start(struct http_server *s, struct err *err);
void workers_stop(struct http_server *s);
/* From here on the request is read to its end and answered with r->err. */
void request_discard(struct request *r);
/* The body comes now: its deadline begins. */
void request_await_body(struct request *r);

/* access.c */
void log_access(const struct request *r, int64_t us, bool cut);
void log_failure(const struct request *r);
void log_refusal(const struct request *r, const struct err *e);

/* metrics.c */
extern const struct http_route builtin_routes[];
extern const size_t builtin_routes_len;
void count_request(struct http_server *s, const struct request *r, int64_t us);
int64_t clock_us(void);

#endif
