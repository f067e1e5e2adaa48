#include "sys/http/inner.h"

#include <errno.h>
#include <pthread.h>

/* What a handler did not return is its own business: a form shown again was an error inside. */
static void handle(struct request *r, const struct route_entry *e)
{
    if (e->route->handler(&r->pub, &r->res, &r->err) >= 0)
        err_clear(&r->err);
    else if (r->err.code == 0)
        err_set(&r->err, ERR_INTERNAL, "the handler of %s failed without a reason", e->pattern);
}

/* An error page stands in the frame of whoever is signed in, so the guard looks at the session even
 * where no handler will run. What it thinks of the request does not matter. */
static void look_at_session(struct request *r)
{
    static const struct http_route anyone = {HTTP_GET, "/*", "public", NULL, .scope = "none"};
    const struct http_options *o = &r->server->options;
    struct err ignored = {0};

    if (o->guard != NULL && o->error != NULL && http_header(&r->pub, "Cookie").len > 0)
        o->guard(&r->pub, &anyone, o->ctx, &ignored);
}

/* What the guard attached is of no use later: it looks again when the form is there. */
static void run_admit(struct request *r)
{
    const struct http_options *o = &r->server->options;

    if (o->admit(&r->pub, r->match.entry->route, o->ctx, &r->err) < 0) {
        r->body.limit = 0;
        request_discard(r);
    } else {
        err_clear(&r->err);
    }
    request_await_body(r);
    MHD_resume_connection(r->mhd);
    request_unref(r);
}

static void run(struct request *r)
{
    struct http_server *s = r->server;
    const struct route_entry *e = r->match.entry;
    struct deferred *d;

    if (r->err.code != 0)
        look_at_session(r);
    if (r->err.code == 0 && !e->builtin && s->options.guard != NULL &&
        s->options.guard(&r->pub, e->route, s->options.ctx, &r->err) < 0 && r->err.code == 0)
        err_set(&r->err, ERR_INTERNAL, "the guard refused without a reason");
    if (r->err.code == 0)
        handle(r, e);
    if (r->err.code != 0)
        log_failure(r);
    response_build(r);
    body_abandon(r);
    d = r->defers;
    MHD_resume_connection(r->mhd);
    for (; d != NULL; d = d->next)
        d->fn(d->arg);
    request_unref(r);
}

static void *worker(void *arg)
{
    struct worker *w = arg;
    struct request *r;

    pthread_setname_np(pthread_self(), "http-worker");
    while ((r = queue_take(w->server, w)) != NULL) {
        if (r->phase == PHASE_ADMIT)
            run_admit(r);
        else
            run(r);
    }
    response_thread_end();
    return NULL;
}

int workers_start(struct http_server *s, struct err *err)
{
    int n = s->options.workers;

    s->workers = calloc((size_t)n, sizeof(s->workers[0]));
    if (s->workers == NULL)
        die("out of memory");
    for (int i = 0; i < n; i++, s->workers_len++) {
        s->workers[i].server = s;
        errno = pthread_create(&s->workers[i].thread, NULL, worker, &s->workers[i]);
        if (errno != 0)
            return err_errno(err, "cannot start worker thread %d", i);
    }
    return 0;
}

void workers_stop(struct http_server *s)
{
    queue_close(s);
    for (int i = 0; i < s->workers_len; i++)
        pthread_join(s->workers[i].thread, NULL);
    s->workers_len = 0;
    free(s->workers);
    s->workers = NULL;
}
