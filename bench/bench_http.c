#include "base/base.h"
#include "sys/http/http.h"

#include <signal.h>

/* A server to measure: a page of 2 KB made anew for each request, a file of 16 KB, an upload.
 * Prints its port; ends on SIGTERM. */
static char file[16 * 1024];
const struct asset assets[] = {
    {"app.css", "text/css; charset=utf-8", {file, sizeof(file)}, {0}, "0123456789abcdef"},
};
const size_t assets_len = ARRAY_LEN(assets);

static int page(struct http_request *req, struct http_response *res, struct err *err)
{
    buf_add(&res->body, STR("<!doctype html><title>Sự cố</title><table>\n"));
    for (int i = 0; res->body.len < 2048; i++)
        buf_printf(&res->body, "<tr><td>SC-2026-%04d<td>" STR_FMT "</tr>\n", i, STR_ARG(req->id));
    return 0;
}

static int upload(struct http_request *req, struct http_response *res, struct err *err)
{
    for (struct http_file *f = req->files; f != NULL; f = f->next)
        buf_add_int(&res->body, f->size);
    return 0;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/page", "public", page, .scope = "none"},
    {HTTP_POST, "/upload", "public", upload, .body = HTTP_BODY_FILES,
     .body_limit = INT64_C(4) << 30, .scope = "none"},
};

int main(int argc, char **argv)
{
    const struct http_route *tables[] = {routes};
    const size_t lens[] = {ARRAY_LEN(routes)};
    struct http_server *server;
    struct err err = {0};
    sigset_t ends;
    int sig;

    memset(file, 'x', sizeof(file));
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (http_start(&server,
                   &(struct http_options){.connections_per_address = 10000,
                                          .spool_dir = argc > 1 ? argv[1] : "/tmp"},
                   tables, lens, 1, &err) < 0) {
        fprintf(stderr, "%s\n", err.what);
        return 1;
    }
    printf("%d\n", http_port(server));
    fflush(stdout);
    sigwait(&ends, &sig);
    http_stop(server, 5);
    return 0;
}
