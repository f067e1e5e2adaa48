#ifndef SYS_FETCH_FETCH_H
#define SYS_FETCH_FETCH_H

#include "base/base.h"

#include <stdatomic.h>

/*
 * HTTP requests that the program makes. Redirects are not followed, proxies of the environment are
 * not used, certificates are checked. The address is looked at after the name was resolved, when
 * the socket is made: a name that leads inside (loopback, private, link-local, ...) is refused,
 * whatever it led to a moment before.
 */
struct fetch_request {
    const char *method;        /* "POST"; NULL: GET */
    struct str url;            /* http or https */
    const struct str *headers; /* "Name: value" each */
    size_t headers_len;
    struct str body;
    bool allow_internal;         /* the administrator allows addresses inside */
    int seconds;                 /* for everything; 0: 20 */
    size_t limit;                /* bytes of the answer that are kept; 0: 64 KiB */
    const atomic_bool *stopping; /* NULL: none */
};

struct fetch_answer {
    int status;
    struct str body;    /* its beginning */
    struct str address; /* that was spoken to */
};

/* 0 for any HTTP answer, whatever its status. ERR_FORBIDDEN: the address lies inside; ERR_INVALID:
 * no http(s) URL; ERR_UNAVAILABLE. */
int fetch(struct arena *a, const struct fetch_request *request, struct fetch_answer *out,
          struct err *err);

/* Whether the text is an http(s) URL with a host and without a name and password in it. */
bool fetch_url_good(struct arena *a, struct str url);

#endif
