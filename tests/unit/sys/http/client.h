#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include "base/base.h"
#include "sys/http/http.h"

/* A client that sends exactly the bytes it is told to, and a server in this process to talk to. */
struct reply {
    int status;      /* 0: the server closed without an answer */
    struct str head; /* status line and fields */
    struct str body; /* by Content-Length, chunks, or up to the close */
    struct str rest; /* what arrived behind it */
    bool closed;     /* the server closed the connection behind this answer */
};

int dial(int port);
void say(int fd, struct str bytes);
bool try_say(int fd, struct str bytes); /* false when the server closed */
/* One answer; `before` are bytes left over from the one before. `no_body`: to a HEAD. */
struct reply hear(int fd, struct arena *a, struct str before, bool no_body);
bool is_closed_within(int fd, int ms);
struct str reply_header(const struct reply *r, const char *name);
/* Opens a connection, sends, reads one answer, finds out whether the server closed (within 300 ms),
 * closes. */
struct reply talk(int port, struct arena *a, struct str bytes);
struct reply get(int port, struct arena *a, const char *path, const char *fields);

/* The routes used by the tests: server.c. */
struct http_server *test_server(const struct http_options *options);
extern char test_spool[];
int spool_files(void);

#endif
