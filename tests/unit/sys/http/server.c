#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

#include "client.h"
#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>

char test_spool[] = "/tmp/ungcuu-http-XXXXXX";

static void remove_spool(void)
{
    rmdir(test_spool);
}

static void make_spool(void)
{
    if (strstr(test_spool, "XXXXXX") == NULL)
        return;
    assert_non_null(mkdtemp(test_spool));
    atexit(remove_spool);
}

int spool_files(void)
{
    DIR *d = opendir(test_spool);
    int n = -2;

    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

/* Shows all a handler sees. */
static int echo(struct http_request *req, struct http_response *res, struct err *err)
{
    struct http_pair *args;
    size_t n = http_args(req, &args);

    res->type = "text/plain; charset=utf-8";
    buf_printf(&res->body, "path=" STR_FMT "\nlang=%d\nsecure=%d\naddress=" STR_FMT "\n",
               STR_ARG(req->path), (int)req->lang, (int)req->secure, STR_ARG(req->address));
    for (size_t i = 0; i < req->params_len; i++)
        buf_printf(&res->body, "param " STR_FMT "=" STR_FMT "\n", STR_ARG(req->params[i].name),
                   STR_ARG(req->params[i].value));
    for (size_t i = 0; i < n; i++)
        buf_printf(&res->body, "arg " STR_FMT "=" STR_FMT "\n", STR_ARG(args[i].name),
                   STR_ARG(args[i].value));
    for (size_t i = 0; i < req->form_len; i++)
        buf_printf(&res->body, "field " STR_FMT "=" STR_FMT "\n", STR_ARG(req->form[i].name),
                   STR_ARG(req->form[i].value));
    for (struct http_file *f = req->files; f != NULL; f = f->next)
        buf_printf(&res->body, "file " STR_FMT "=" STR_FMT " " STR_FMT " %" PRId64 " " STR_FMT "\n",
                   STR_ARG(f->field), STR_ARG(f->name), STR_ARG(f->type), f->size,
                   STR_ARG(str_hex(req->arena, f->sha256, 32)));
    if (req->body.len > 0)
        buf_printf(&res->body, "body=" STR_FMT "\n", STR_ARG(req->body));
    buf_printf(&res->body, "cookie=" STR_FMT "\n", STR_ARG(http_cookie(req, "sid")));
    return 0;
}

static int page(struct http_request *req, struct http_response *res, struct err *err)
{
    for (int i = 0; i < 100; i++)
        buf_add(&res->body, STR("<p>Ứng cứu sự cố</p>\n"));
    return 0;
}

static int slow(struct http_request *req, struct http_response *res, struct err *err)
{
    struct timespec t = {.tv_nsec = 300 * 1000 * 1000};

    nanosleep(&t, NULL);
    buf_add(&res->body, STR("slow"));
    return 0;
}

static int sleeps(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t ms = 0;
    struct timespec t;

    str_to_int(http_arg(req, "ms"), &ms);
    t = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
    return 0;
}

static int keep(struct http_request *req, struct http_response *res, struct err *err)
{
    if (req->files != NULL)
        req->files->taken = true;
    if (http_arg(req, "plain").len > 0 && http_file_plain(req->files, err) < 0)
        return err->code;
    buf_add(&res->body, req->files != NULL ? req->files->path : STR("none"));
    return 0;
}

static int download(struct http_request *req, struct http_response *res, struct err *err)
{
    char name[] = "/tmp/ungcuu-http-file-XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    unlink(name);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    http_send_file(req, res, fd, 10, STR("Báo cáo \"1\".pdf"), "application/pdf");
    return 0;
}

static int fails(struct http_request *req, struct http_response *res, struct err *err)
{
    buf_add(&res->body, STR("half a page"));
    http_set_cookie(req, res, "a", STR("b"), -1);
    return err_set(err, ERR_CONFLICT, "secret detail");
}

static int breaks(struct http_request *req, struct http_response *res, struct err *err)
{
    return err_set(err, ERR_DB, "table \"incident\" is locked");
}

static int cookie(struct http_request *req, struct http_response *res, struct err *err)
{
    http_set_cookie(req, res, "sid", STR("abc"), 60);
    http_redirect(res, http_arg(req, "to"));
    return 0;
}

static atomic_int deferred;

static void count_one(void *arg)
{
    atomic_fetch_add(&deferred, *(int *)arg);
}

static int defers(struct http_request *req, struct http_response *res, struct err *err)
{
    static int one = 1;

    http_defer(req, count_one, &one);
    buf_add_int(&res->body, atomic_load(&deferred));
    return 0;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", "public", page, .scope = "none"},
    {HTTP_GET, "/echo", "public", echo, .scope = "none"},
    {HTTP_GET, "/echo/new", "public", echo, .scope = "none"},
    {HTTP_GET, "/echo/{id}", "public", echo, .scope = "none"},
    {HTTP_POST, "/echo/{id}/do", "public", echo, .body = HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/tree/{path...}", "public", echo, .scope = "none"},
    {HTTP_POST, "/form", "public", echo, .body = HTTP_BODY_FORM, .body_limit = 100000,
     .scope = "none"},
    {HTTP_POST, "/small", "public", echo, .body = HTTP_BODY_FORM, .body_limit = 1000,
     .scope = "none"},
    {HTTP_POST, "/files", "public", echo, .body = HTTP_BODY_FILES, .scope = "none"},
    {HTTP_POST, "/keep", "public", keep, .body = HTTP_BODY_FILES, .scope = "none"},
    {HTTP_PUT, "/raw", "public", echo, .body = HTTP_BODY_RAW, .body_limit = 1000, .scope = "none"},
    {HTTP_GET, "/slow", "public", slow, .scope = "none"},
    {HTTP_GET, "/sleep", "public", sleeps, .scope = "none"},
    {HTTP_GET, "/file", "public", download, .scope = "none"},
    {HTTP_GET, "/fails", "public", fails, .scope = "none"},
    {HTTP_GET, "/api/fails", "public", fails, .scope = "none"},
    {HTTP_GET, "/breaks", "public", breaks, .scope = "none"},
    {HTTP_GET, "/letter/{secret}/part/{id}", "public", echo, .scope = "none"},
    {HTTP_GET, "/cookie", "public", cookie, .scope = "none"},
    {HTTP_GET, "/defers", "public", defers, .scope = "none"},
    {HTTP_GET, "/guarded", "never", page, .scope = "none"},
    {HTTP_POST, "/guarded/files", "never", echo, .body = HTTP_BODY_FILES, .scope = "none"},
    {HTTP_POST, "/members/files", "member", echo, .body = HTTP_BODY_FILES, .scope = "none"},
};

static int guard(struct http_request *req, const struct http_route *route, void *ctx,
                 struct err *err)
{
    if (strcmp(route->permission, "never") != 0)
        return 0;
    return err_set(err, ERR_FORBIDDEN, "not you");
}

struct http_server *test_server(const struct http_options *options)
{
    const struct http_route *tables[] = {routes};
    const size_t lens[] = {ARRAY_LEN(routes)};
    struct http_options o = *options;
    struct http_server *s = NULL;
    struct err err = {0};

    make_spool();
    o.spool_dir = test_spool;
    o.guard = o.admit = guard;
    if (http_start(&s, &o, tables, lens, 1, &err) < 0)
        fail_msg("%s", err.what);
    return s;
}
