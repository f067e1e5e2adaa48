#include "sys/http/inner.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/random.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/*
 * libmicrohttpd's own timeout begins anew with every byte, so a client that sends one byte now and
 * then would keep its connection for ever. Here each phase of a connection has a deadline set once
 * at its start; a watchdog thread cuts the socket when it has passed, and the event thread, which
 * alone owns the connection, then sees it closed.
 */
enum { TICK_MS = 200, ADDRESS_SLOTS = 4096 };

struct address_count {
    struct address_count *next;
    int n;
    char address[ADDRESS_BYTES]; /* of the network */
};

/* `network`: of an IPv6 address only the /64, which is what one client has. */
static void address_text(const struct sockaddr *addr, bool network, char out[ADDRESS_BYTES])
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)addr;
    const struct sockaddr_in *four = (const struct sockaddr_in *)addr;
    struct in6_addr masked;

    out[0] = '\0';
    if (addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &four->sin_addr, out, ADDRESS_BYTES);
    else if (addr->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], out, ADDRESS_BYTES);
    else if (addr->sa_family == AF_INET6) {
        masked = six->sin6_addr;
        if (network)
            memset(&masked.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &masked, out, ADDRESS_BYTES);
    }
}

static struct address_count **address_slot(struct http_server *s, const char *address)
{
    uint64_t h = siphash24(s->address_key, address, strlen(address));
    struct address_count **at = &s->addresses[h % ADDRESS_SLOTS];

    while (*at != NULL && strcmp((*at)->address, address) != 0)
        at = &(*at)->next;
    return at;
}

void count_reject(struct http_server *s, enum reject why)
{
    atomic_fetch_add_explicit(&s->counters.rejected[why], 1, memory_order_relaxed);
}

enum MHD_Result conn_accept(void *cls, const struct sockaddr *addr, socklen_t len)
{
    struct http_server *s = cls;
    char address[ADDRESS_BYTES];
    struct address_count *c;
    bool full;

    address_text(addr, false, address);
    /* All visitors behind the proxy share its address. */
    if (address_listed(s->options.trusted_proxy, str_c(address)))
        return MHD_YES;
    address_text(addr, true, address);
    pthread_mutex_lock(&s->conn_lock);
    c = *address_slot(s, address);
    full = c != NULL && c->n >= s->options.connections_per_address;
    pthread_mutex_unlock(&s->conn_lock);
    if (full)
        count_reject(s, REJECT_ADDRESS_LIMIT);
    return full ? MHD_NO : MHD_YES;
}

void conn_set(struct conn *c, enum conn_state state, int64_t ms)
{
    atomic_store(&c->state, state);
    atomic_store(&c->deadline, ms < 0 ? INT64_MAX : clock_monotonic() + ms);
}

/* Bytes that arrived on the connection so far, read or not. */
static uint64_t bytes_received(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
        return 0;
    return info.tcpi_bytes_received;
}

void conn_idle(struct http_server *s, struct conn *c)
{
    atomic_store(&c->seen, bytes_received(c->fd));
    atomic_store(&c->idle_since, clock_monotonic());
    conn_set(c, CONN_IDLE, s->options.idle_seconds * SECOND_MS);
}

static void conn_open(struct http_server *s, struct MHD_Connection *mhd, void **context)
{
    struct conn *c = calloc(1, sizeof(*c));
    const struct sockaddr *peer;
    char network[ADDRESS_BYTES];
    struct address_count **slot;

    if (c == NULL)
        die("out of memory (%zu bytes)", sizeof(*c));
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    peer = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    address_text(peer, false, c->address);
    address_text(peer, true, network);
    atomic_store(&c->idle_since, clock_monotonic());
    conn_set(c, CONN_HEADER, s->options.header_seconds * SECOND_MS);
    pthread_mutex_lock(&s->conn_lock);
    slot = address_slot(s, network);
    if (*slot == NULL) {
        *slot = calloc(1, sizeof(**slot));
        if (*slot == NULL)
            die("out of memory");
        memcpy((*slot)->address, network, sizeof(network));
    }
    c->count = *slot;
    c->count->n++;
    c->next = s->conns;
    if (c->next != NULL)
        c->next->prev = c;
    s->conns = c;
    pthread_cond_broadcast(&s->conn_changed);
    pthread_mutex_unlock(&s->conn_lock);
    atomic_fetch_add(&s->counters.connections, 1);
    atomic_fetch_add(&s->counters.connections_total, 1);
    *context = c;
}

/* The library closes the socket after this call, so the watchdog, which holds the lock while it
 * cuts sockets, never meets a descriptor that has become another connection's. */
static void conn_close(struct http_server *s, struct conn *c)
{
    struct address_count **slot;

    pthread_mutex_lock(&s->conn_lock);
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        s->conns = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    if (--c->count->n == 0) {
        slot = address_slot(s, c->count->address);
        *slot = c->count->next;
        free(c->count);
    }
    pthread_cond_broadcast(&s->conn_changed);
    pthread_mutex_unlock(&s->conn_lock);
    atomic_fetch_sub(&s->counters.connections, 1);
    free(c);
}

void conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
                 enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        conn_open(cls, mhd, context);
    else if (*context != NULL)
        conn_close(cls, *context);
}

static void cut(struct http_server *s, struct conn *c)
{
    static const int reasons[] = {[CONN_HEADER] = REJECT_SLOW_HEADER,
                                  [CONN_BODY] = REJECT_SLOW_BODY,
                                  [CONN_SEND] = REJECT_SLOW_READER,
                                  [CONN_IDLE] = -1,
                                  [CONN_WORK] = -1};
    int why = reasons[atomic_load(&c->state)];

    if (why >= 0)
        count_reject(s, (enum reject)why);
    atomic_store(&c->deadline, INT64_MAX);
    shutdown(c->fd, SHUT_RDWR);
}

/* Nothing is left to read and nothing will come. The library may miss an end that arrives together
 * with the last bytes (edge-triggered epoll), and would wait for the rest of the body. Only what
 * was so at two ticks counts: in between, the library may be reading. */
static bool peer_gone(struct conn *c)
{
    char byte;
    bool was = c->ended;

    c->ended = recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    return was && c->ended;
}

/* A connection kept alive begins its next header with the first byte, which only the kernel sees
 * before the request line is complete. */
static void check(struct http_server *s, struct conn *c, int64_t now)
{
    bool stopping = atomic_load(&s->stopping);
    int64_t deadline = atomic_load(&c->deadline);
    int state = atomic_load(&c->state);
    int64_t header_end = now + s->options.header_seconds * SECOND_MS;

    if (state == CONN_IDLE && deadline != INT64_MAX) {
        if (bytes_received(c->fd) > atomic_load(&c->seen)) {
            if (atomic_compare_exchange_strong(&c->deadline, &deadline, MIN(deadline, header_end)))
                atomic_compare_exchange_strong(&c->state, &state, CONN_HEADER);
            return;
        }
        if (stopping && now - atomic_load(&c->idle_since) >= TICK_MS)
            deadline = 0;
    }
    if (state == CONN_HEADER && stopping && now - atomic_load(&c->idle_since) >= 5 * TICK_MS &&
        bytes_received(c->fd) == atomic_load(&c->seen))
        deadline = 0;
    if (state == CONN_BODY && peer_gone(c)) {
        atomic_store(&c->deadline, INT64_MAX);
        shutdown(c->fd, SHUT_RDWR);
        return;
    }
    if (now >= deadline)
        cut(s, c);
}

static void wait_until(struct http_server *s, int64_t monotonic_ms)
{
    struct timespec t = {.tv_sec = monotonic_ms / 1000, .tv_nsec = monotonic_ms % 1000 * 1000000};

    pthread_cond_timedwait(&s->conn_changed, &s->conn_lock, &t);
}

static void *watch(void *arg)
{
    struct http_server *s = arg;
    int64_t next = 0;

    pthread_setname_np(pthread_self(), "http-watchdog");
    pthread_mutex_lock(&s->conn_lock);
    while (!s->watchdog_stop) {
        int64_t now = clock_monotonic();

        if (s->conns == NULL) {
            pthread_cond_wait(&s->conn_changed, &s->conn_lock);
        } else if (now < next) {
            wait_until(s, next);
        } else {
            for (struct conn *c = s->conns; c != NULL; c = c->next)
                check(s, c, now);
            next = now + TICK_MS;
        }
    }
    pthread_mutex_unlock(&s->conn_lock);
    return NULL;
}

/* Waits for the last connection to close; false when `until` (monotonic ms) came first. */
bool conn_wait_empty(struct http_server *s, int64_t until)
{
    bool empty;

    pthread_mutex_lock(&s->conn_lock);
    while (s->conns != NULL && clock_monotonic() < until)
        wait_until(s, until);
    empty = s->conns == NULL;
    pthread_mutex_unlock(&s->conn_lock);
    return empty;
}

void conn_cut_all(struct http_server *s)
{
    pthread_mutex_lock(&s->conn_lock);
    for (struct conn *c = s->conns; c != NULL; c = c->next)
        if (atomic_load(&c->state) != CONN_WORK)
            shutdown(c->fd, SHUT_RDWR);
    pthread_mutex_unlock(&s->conn_lock);
}

int conn_watch_start(struct http_server *s, struct err *err)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->conn_changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&s->conn_lock, NULL);
    random_bytes(s->address_key, sizeof(s->address_key));
    s->addresses = calloc(ADDRESS_SLOTS, sizeof(s->addresses[0]));
    if (s->addresses == NULL)
        die("out of memory");
    errno = pthread_create(&s->watchdog, NULL, watch, s);
    return errno == 0 ? 0 : err_errno(err, "cannot start the watchdog thread");
}

void conn_watch_stop(struct http_server *s)
{
    pthread_mutex_lock(&s->conn_lock);
    s->watchdog_stop = true;
    pthread_cond_broadcast(&s->conn_changed);
    pthread_mutex_unlock(&s->conn_lock);
    pthread_join(s->watchdog, NULL);
    pthread_cond_destroy(&s->conn_changed);
    pthread_mutex_destroy(&s->conn_lock);
    free(s->addresses);
}
