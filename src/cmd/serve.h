#ifndef CMD_SERVE_H
#define CMD_SERVE_H

#include "cmd/site.h"

struct serve_options {
    struct str host;   /* "": what the configuration says */
    int64_t port;      /* 0: what the configuration says; SERVE_ANY_PORT: a free one */
    int64_t job_lease; /* seconds; 0: 60 */
    bool json;         /* the line on standard output as JSON */
    bool quiet;        /* no line per request in the log */
};

#define SERVE_ANY_PORT (-1)

/*
 * Runs the web site until SIGTERM or SIGINT, then finishes what was begun and returns 0. Says on
 * standard output where it listens, and to systemd (NOTIFY_SOCKET) when it is ready.
 */
int serve_site(struct cmd_site *s, struct arena *a, const struct serve_options *o, struct err *err);

#endif
