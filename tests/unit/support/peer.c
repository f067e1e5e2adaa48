#include "support/peer.h"

#include "test.h"

#include <netinet/in.h>
#include <sys/socket.h>

/* Reads until a line begins with `wanted`; false when the other side is gone. */
static bool hear(struct peer *p, int fd, const char *wanted)
{
    size_t line = p->heard_len;

    for (;;) {
        char c;

        if (recv(fd, &c, 1, 0) <= 0 || p->heard_len + 1 == sizeof(p->heard))
            return false;
        p->heard[p->heard_len++] = c;
        if (c != '\n')
            continue;
        if (strncmp(p->heard + line, wanted, strlen(wanted)) == 0)
            return true;
        line = p->heard_len;
    }
}

static void serve(struct peer *p, int fd)
{
    for (size_t i = 0; i < p->len && p->says[i][0] != '\0'; i++) {
        const char *tab = strchr(p->says[i], '\t');
        size_t len = tab != NULL ? (size_t)(tab - p->says[i]) : strlen(p->says[i]);

        if (send(fd, p->says[i], len, MSG_NOSIGNAL) < 0 || (tab != NULL && !hear(p, fd, tab + 1)))
            break;
    }
    close(fd);
}

static void *run(void *arg)
{
    struct peer *p = arg;
    int fd;

    while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
        p->connections++;
        serve(p, fd);
    }
    return NULL;
}

void peer_start(struct peer *p, const char *const *says, size_t len)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);

    memset(p, 0, sizeof(*p));
    p->says = says;
    p->len = len;
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(p->listener, 8), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &size), 0);
    p->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
}

void peer_stop(struct peer *p)
{
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
}
