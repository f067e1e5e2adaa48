#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include "base/base.h"

#include <pthread.h>

/*
 * The other side of a connection, in a thread of the test: a server on a free port of 127.0.0.1
 * that plays a script. Each element of `says` is sent, then lines are read until one begins with
 * the text behind a tab in it; "" ends the connection at once.
 *
 *     static const char *const script[] = {"220 hello\r\n\tEHLO", "250 ok\r\n\tMAIL", ...};
 *     peer_start(&p, script, ARRAY_LEN(script));
 *     ... connect to p.port ...
 *     peer_stop(&p);  p.heard holds what came in
 *
 * Connections are served one after another, the script anew for each.
 */
struct peer {
    int port, listener;
    const char *const *says;
    size_t len;
    pthread_t thread;
    char heard[65536];
    size_t heard_len;
    int connections;
};

void peer_start(struct peer *p, const char *const *says, size_t len);
void peer_stop(struct peer *p);

#endif
