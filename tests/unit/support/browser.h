#ifndef SUPPORT_BROWSER_H
#define SUPPORT_BROWSER_H

#include "base/base.h"
#include "sys/http/http.h"

#include "../sys/http/client.h"

/*
 * As much of a browser as tests of pages need: keeps its connection and its cookies, and sends the
 * token of the last page with every form.
 *
 *     struct browser b = {.port = http_port(server), .arena = &t.arena};
 *     browser_get(&b, "/sign-in");
 *     browser_post(&b, "/sign-in", "login=lan&password=...");
 *     assert_int_equal(b.page.status, 303);
 *     browser_close(&b);
 */
struct browser_cookie {
    struct str name, value;
};

struct browser {
    int port;
    struct arena *arena;
    struct reply page;
    struct str csrf;       /* of the last page that had a form */
    struct str set_cookie; /* Set-Cookie lines of the last answer */
    const char *headers;   /* sent with every request: whole lines with their ends, or NULL */
    VEC(struct browser_cookie) cookies;
    int fd; /* 0: not connected */
    struct str rest;
};

void browser_get(struct browser *b, const char *path);
/* `fields` is urlencoded, without the token. */
void browser_post(struct browser *b, const char *path, const char *fields);
/* Any request. */
void browser_send(struct browser *b, const char *method, const char *path, const char *type,
                  struct str body);
/* JSON, with the token in the header, as a program with a session does it. */
void browser_json(struct browser *b, const char *method, const char *path, const char *body);
void browser_close(struct browser *b);

struct str browser_cookie(const struct browser *b, const char *name); /* "" when there is none */
void browser_set_cookie(struct browser *b, struct str name, struct str value);
bool browser_shows(const struct browser *b, const char *text);
struct str browser_location(const struct browser *b);
/* The text between two others of the page, the first time; "" when they are not there. */
struct str browser_between(const struct browser *b, const char *before, const char *after);

#endif
