#ifndef SYS_HTTP_HTTP_H
#define SYS_HTTP_HTTP_H

#include "base/base.h"
#include "sys/crypto/veil.h"

#include <inttypes.h>

/*
 * The web server: libmicrohttpd behind a facade of our own. Event threads only parse and wait;
 * every handler runs on a worker thread, so it may use the database and hash passwords.
 *
 * The layer rejects what libmicrohttpd lets through (two Content-Lengths, Content-Length with
 * Transfer-Encoding, an unknown transfer coding, NUL or other control characters in a header, a
 * malformed request target) and closes slow connections: a deadline for the header and one for the
 * body that are not extended byte by byte.
 */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

/* One uploaded file: already on disk in the spool directory, removed after the request unless the
 * handler takes it over (sets `taken`). */
struct http_file {
    struct str field;
    struct str name;  /* as sent: never a path to use */
    struct str type;  /* as sent: never to be believed */
    struct str path;  /* of the spooled file, NUL-terminated */
    struct veil veil; /* what the file is written through */
    int64_t size;
    uint8_t sha256[32], blake2b[32];
    bool taken;
    struct http_file *next;
};

/* For who reads the file by its path: as it came, no longer veiled. */
int http_file_plain(struct http_file *f, struct err *err);

struct http_pair {
    struct str name;
    struct str value;
};

struct http_request {
    enum http_method method;
    struct str path;     /* decoded, normalised, begins with "/" */
    struct str raw_path; /* as it came, percent-encoded: for links back to this page */
    struct str query;    /* raw, without "?" */
    struct str address;  /* of the client, from the trusted proxy's X-Forwarded-For if configured */
    struct str id;       /* request id: random, or X-Request-Id of the trusted proxy */
    bool secure;         /* came over TLS (ours or the proxy's) */
    enum lang lang;      /* from ?lang=, the cookie, Accept-Language; Vietnamese by default */
    struct http_pair *params; /* {name} parts of the route's pattern */
    size_t params_len;
    struct http_pair *form; /* urlencoded or multipart fields, in order, names may repeat */
    size_t form_len;
    struct http_file *files;
    struct str body;     /* other content types, up to the route's limit */
    struct arena *arena; /* of this request */
    int64_t now;         /* when it arrived */
    void *conn;          /* inner */
    void *user;          /* what the guard (session layer) attached */
    void *lease;         /* of the application: what it holds until the request ends */
    void *problem;       /* of the application: what its error hook tells besides the error */
};

/* Value of the first with this name; the empty slice when absent (ptr NULL). */
struct str http_header(const struct http_request *req, const char *name);
struct str http_cookie(const struct http_request *req, const char *name);
struct str http_param(const struct http_request *req, const char *name); /* of the route */
struct str http_arg(const struct http_request *req, const char *name);   /* of the query string */
struct str http_field(const struct http_request *req, const char *name); /* of the form */
/* All query arguments, decoded. */
size_t http_args(const struct http_request *req, struct http_pair **out);
/* As if the address had held this argument too: for links that are made from those that there are.
 */
void http_add_arg(struct http_request *req, const char *name, struct str value);
/* "a=1&b=x+y" as pairs, decoded. ERR_INVALID when it is not UTF-8. */
int http_pairs(struct arena *a, struct str text, struct http_pair **out, size_t *len,
               struct err *err);

/* Runs fn(arg) once the response has been handed over, in reverse order of registration, on the
 * worker. The request's headers are gone by then. */
void http_defer(struct http_request *req, void (*fn)(void *), void *arg);

/* Content that is made while it is sent, piece by piece, on an event thread; in memory of its own,
 * because it outlives the request. */
struct http_stream {
    /* Bytes put into `to` (at least 1), or an error: the connection is cut. */
    int64_t (*read)(struct http_stream *, char *to, size_t room);
    void (*end)(struct http_stream *);
};

struct http_response {
    int status; /* 200 unless set */
    struct buf body;
    struct http_pair headers[24];
    size_t headers_len;
    const char *type; /* content type; "text/html; charset=utf-8" unless set */
    int file_fd;      /* a file to stream instead of the body; -1: none; owned by the response */
    int64_t file_size;
    struct http_stream *stream; /* instead of both; owned by the response */
    bool no_store;              /* Cache-Control: no-store (default for pages) */
};

void http_add_header(struct http_response *res, struct str name, struct str value);
/* Set-Cookie with HttpOnly, SameSite=Lax, Path=/, Secure when the request is. max_age < 0: session.
 */
void http_set_cookie(const struct http_request *req, struct http_response *res, const char *name,
                     struct str value, int64_t max_age);
/* 303 See Other to a path of this site (anything else becomes "/"). */
void http_redirect(struct http_response *res, struct str path);

/*
 * Answers with a file to be saved, never shown: Content-Disposition attachment with the name in
 * RFC 8187 form, a Content-Security-Policy that forbids everything, byte ranges. Takes over `fd`.
 */
void http_send_file(const struct http_request *req, struct http_response *res, int fd, int64_t size,
                    struct str name, const char *type);
/* The same with a stream of `size` bytes, without ranges. */
void http_send_stream(const struct http_request *req, struct http_response *res,
                      struct http_stream *stream, int64_t size, struct str name, const char *type);

/*
 * A route: the table rows of every room are joined at start. Pattern parts: literal, {name} (one
 * segment) or {name...} (the rest; only here may a value hold an escaped slash). `permission` is
 * never left out: a name of the permission table, or one of the words "public" (anyone), "session"
 * (anyone signed in), "self" (own account only).
 */
enum http_body { HTTP_BODY_NONE, HTTP_BODY_FORM, HTTP_BODY_FILES, HTTP_BODY_RAW };

struct http_route {
    enum http_method method;
    const char *pattern;
    const char *permission;
    int (*handler)(struct http_request *, struct http_response *, struct err *);
    enum http_body body;
    int64_t body_limit; /* bytes; 0: 1 MiB for forms, 64 MiB for files */
    bool no_csrf; /* only for requests that carry no cookie authority, with the reason beside it */
    bool fresh;   /* who is signed in must have proved lately who they are: the guard asks again */
    const char *scope; /* how ownership decides, for the matrix test: "none", "org", "system",
                          "report", "incident", "account"; "site": for who holds the
                          permission at the top (actor_require_site), others get a 403 */
    const struct api_operation *api; /* of the REST API: how it is described (sys/api) */
};

/* Set by the application: looks up the session, checks permission and CSRF for the route, attaches
 * req->user. Returns 0 or an error (ERR_AUTH becomes a redirect to sign-in for pages). */
typedef int http_guard_fn(struct http_request *, const struct http_route *, void *ctx,
                          struct err *);
/* Renders an error page (or problem+json when the path begins with /api/). */
typedef void http_error_fn(struct http_request *, struct http_response *, const struct err *,
                           void *ctx);

enum { HTTP_READERS_BY_CORES = -1 };

struct http_options {
    const char *host;           /* "127.0.0.1" */
    int port;                   /* 0: any free one, see http_port */
    int event_threads, workers; /* 0: from the number of cores */
    /* How many GETs may be worked on at once that have not yet taken longer than reading_ms (0:
     * 20); 0: as many as there are workers. By the cores where pages compute, not where they wait.
     */
    int readers, reading_ms;
    int connections;                                /* at most, in all; 0: 10,000 */
    int connections_per_address;                    /* 0: 200 */
    int header_seconds, body_seconds, idle_seconds; /* deadlines; 0: 10, 300, 60 */
    const char *spool_dir;                          /* for uploads; must exist */
    bool veil_files;           /* they lie there veiled: for who encrypts what is kept of them */
    const char *trusted_proxy; /* addresses whose X-Forwarded-* count, with commas, or NULL */
    bool access_log;
    http_guard_fn *guard;
    /* Asked on a worker before the first byte of a body with files is kept, so that only those who
     * may send it fill the spool; the guard still decides once the form is there. May be NULL. */
    http_guard_fn *admit;
    http_error_fn *error;
    /* For /healthz: 0 when the site can do its work (the database answers). May be NULL. */
    int (*health)(void *ctx, struct err *err);
    void *ctx;                /* for all three */
    const char *metrics_from; /* addresses that may read /metrics besides loopback, with commas */
};

struct http_server;
int http_start(struct http_server **out, const struct http_options *options,
               const struct http_route *const *tables, const size_t *table_lens, size_t tables_len,
               struct err *err);
int http_port(const struct http_server *server);
/* Stops accepting, lets requests that have begun finish, then closes. After `seconds` clients that
 * are still sending or receiving are cut; a handler that runs is always waited for. */
void http_stop(struct http_server *server, int seconds);

/* Counters for /metrics, in Prometheus text. */
void http_metrics(const struct http_server *server, struct buf *out);

/* Rooms add their own counters and gauges: name, help and a function that reads the value. */
void http_metric_register(const char *name, const char *help, const char *type,
                          double (*read)(void *ctx), void *ctx);

/* Files compiled into the binary, served under /static/ with ETag, immutable caching (the URL
 * carries the hash, see asset_url) and gzip made at build time. */
struct asset {
    const char *path; /* "css/app.css" */
    const char *type;
    struct str data, gzip; /* gzip empty when it would not be smaller */
    const char *hash;      /* 16 hex digits */
};
extern const struct asset assets[];
extern const size_t assets_len;
const struct asset *asset_find(struct str path);
/* "/static/<hash>/css/app.css"; aborts for an unknown path (a programming error). */
struct str asset_url(const char *path);

#endif
