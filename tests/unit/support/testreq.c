#include "testreq.h"
#include "base/clock.h"
#include "sys/http/inner.h"

/* 22/11/2026 17:46 in Viet Nam. */
#define NOW INT64_C(1795344360000)

void testreq_get(struct testreq *t, const char *target)
{
    struct request *r = calloc(1, sizeof(*r));
    struct err err = {0};

    if (r == NULL)
        die("out of memory");
    r->pub = (struct http_request){
        .method = HTTP_GET, .now = NOW, .id = STR("0123456789ab"), .arena = &r->arena};
    r->pub.user = &t->actor;
    r->target = str_c(target);
    r->headers = arena_array(&r->arena, struct http_pair, 16);
    *t = (struct testreq){.req = &r->pub,
                          .res = {.status = 200, .body = buf_make(&r->arena), .file_fd = -1}};
    if (target_parse(r, &err) < 0)
        die("%s: %s", target, err.what);
}

void testreq_post(struct testreq *t, const char *target)
{
    testreq_get(t, target);
    t->req->method = HTTP_POST;
    t->req->form = arena_array(t->req->arena, struct http_pair, 16);
}

void testreq_field(struct testreq *t, const char *name, struct str value)
{
    t->req->form[t->req->form_len++] = (struct http_pair){str_c(name), value};
}

void testreq_end(struct testreq *t)
{
    struct request *r = request_of(t->req);

    for (struct deferred *d = r->defers; d != NULL; d = d->next)
        d->fn(d->arg);
    arena_release(&r->arena);
    free(r);
}

void testreq_header(struct testreq *t, const char *name, struct str value)
{
    struct request *r = request_of(t->req);

    r->headers[r->headers_len++] = (struct http_pair){str_c(name), value};
}

struct str testreq_sent(const struct testreq *t, const char *name)
{
    for (size_t i = 0; i < t->res.headers_len; i++) {
        if (str_is(t->res.headers[i].name, name))
            return t->res.headers[i].value;
    }
    return STR_EMPTY;
}
