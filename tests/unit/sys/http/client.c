#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

#include "client.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

int dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval t = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

    assert_true(fd >= 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

bool try_say(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        bytes = str_from(bytes, (size_t)n);
    }
    return true;
}

void say(int fd, struct str bytes)
{
    assert_true(try_say(fd, bytes));
}

bool is_closed_within(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t end = clock_monotonic() + ms;
    char c[512];
    ssize_t n = 1;

    while (n > 0) {
        int64_t left = end - clock_monotonic();

        if (poll(&p, 1, left > 0 ? (int)left : 0) <= 0)
            return false;
        n = recv(fd, c, sizeof(c), 0);
    }
    return true;
}

/* More bytes behind *b; false at the end. */
static bool more(int fd, struct buf *b)
{
    char chunk[65536];
    ssize_t n;

    /* A signal, of a child that ends, breaks off a call with a time limit. */
    while ((n = recv(fd, chunk, sizeof(chunk), 0)) < 0 && errno == EINTR)
        ;
    if (n < 0 && errno == EAGAIN)
        fail_msg("no answer within 20 s");
    if (n <= 0)
        return false;
    buf_add(b, str_make(chunk, (size_t)n));
    return true;
}

struct str reply_header(const struct reply *r, const char *name)
{
    struct str rest = r->head, line;

    while (str_line(&rest, &line)) {
        ptrdiff_t colon = str_find_char(line, ':');

        if (colon > 0 && str_eq_nocase(str_sub(line, 0, (size_t)colon), str_c(name)))
            return str_trim(str_from(line, (size_t)colon + 1));
    }
    return STR_EMPTY;
}

static void hear_chunks(int fd, struct arena *a, struct buf *b, size_t from, struct reply *r)
{
    struct buf body = buf_make(a);

    for (;;) {
        struct str s = str_from(buf_str(b), from);
        ptrdiff_t eol = str_find(s, STR("\r\n"));
        size_t n;

        if (eol < 0) {
            assert_true(more(fd, b));
            continue;
        }
        n = (size_t)strtoul(s.ptr, NULL, 16);
        if (s.len < (size_t)eol + 2 + n + 2) {
            assert_true(more(fd, b));
            continue;
        }
        buf_add(&body, str_sub(s, (size_t)eol + 2, n));
        from += (size_t)eol + 2 + n + 2;
        if (n == 0)
            break;
    }
    r->body = buf_str(&body);
    r->rest = str_from(buf_str(b), from);
}

struct reply hear(int fd, struct arena *a, struct str before, bool no_body)
{
    struct reply r = {0};
    struct buf b = buf_make(a);
    ptrdiff_t end;
    int64_t n = -1;
    size_t from;

    buf_add(&b, before);
    while ((end = str_find(buf_str(&b), STR("\r\n\r\n"))) < 0)
        if (!more(fd, &b)) {
            r.closed = true;
            return r;
        }
    from = (size_t)end + 4;
    r.head = str_dup(a, str_sub(buf_str(&b), 0, from));
    assert_true(str_starts(r.head, STR("HTTP/1.1 ")));
    r.status = (int)strtol(r.head.ptr + 9, NULL, 10);
    if (r.status == 100)
        return hear(fd, a, str_dup(a, str_from(buf_str(&b), from)), no_body);
    if (str_is(reply_header(&r, "Transfer-Encoding"), "chunked") && !no_body) {
        hear_chunks(fd, a, &b, from, &r);
        return r;
    }
    if (no_body || r.status == 304 || r.status == 204)
        n = 0;
    else if (reply_header(&r, "Content-Length").ptr != NULL)
        assert_true(str_to_int(reply_header(&r, "Content-Length"), &n));
    while (n < 0 || buf_str(&b).len - from < (size_t)n)
        if (!more(fd, &b)) {
            assert_true(n < 0);
            n = (int64_t)(b.len - from);
        }
    r.body = str_dup(a, str_sub(buf_str(&b), from, (size_t)n));
    r.rest = str_dup(a, str_from(buf_str(&b), from + (size_t)n));
    return r;
}

struct reply talk(int port, struct arena *a, struct str bytes)
{
    int fd = dial(port);
    struct reply r;

    try_say(fd, bytes);
    r = hear(fd, a, STR_EMPTY, str_starts(bytes, STR("HEAD ")));
    r.closed = r.closed || is_closed_within(fd, 300);
    close(fd);
    return r;
}

struct reply get(int port, struct arena *a, const char *path, const char *fields)
{
    return talk(port, a,
                str_printf(a, "GET %s HTTP/1.1\r\nHost: example.vn\r\nConnection: close\r\n%s\r\n",
                           path, fields));
}
