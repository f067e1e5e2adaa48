#include "sys/fetch/fetch.h"

#include "base/net.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

enum { SECONDS = 20, CONNECT_SECONDS = 10, LIMIT = 64 * 1024 };

struct exchange {
    const struct fetch_request *request;
    struct buf body;
    size_t limit;
    char refused[64]; /* the address that lies inside */
    struct str left;
};

static bool address_of(const struct sockaddr *sa, uint8_t out[NET_IP])
{
    if (sa->sa_family == AF_INET6) {
        memcpy(out, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, NET_IP);
        return true;
    }
    if (sa->sa_family != AF_INET)
        return false;
    memset(out, 0, 10);
    memset(out + 10, 0xff, 2);
    memcpy(out + 12, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
    return true;
}

static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct exchange *x = arg;
    struct arena a = {0};
    uint8_t ip[NET_IP];

    if (!address_of(&to->addr, ip))
        return CURL_SOCKET_BAD;
    if (net_is_internal(ip) && !x->request->allow_internal) {
        snprintf(x->refused, sizeof(x->refused), STR_FMT, STR_ARG(net_format_ip(&a, ip)));
        arena_release(&a);
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t on_write(char *data, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;

    buf_add(&x->body, str_sub(str_make(data, size * n), 0, x->limit - MIN(x->limit, x->body.len)));
    return size * n;
}

static int on_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    const struct exchange *x = arg;

    /* An answer without an end is read no further than it is kept. */
    return dn > (curl_off_t)(x->limit + LIMIT) ||
           (x->request->stopping != NULL && atomic_load(x->request->stopping));
}

static void curl_start(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        die("libcurl cannot start");
}

static void set_up(CURL *c, struct arena *a, struct exchange *x, struct curl_slist *headers)
{
    const struct fetch_request *q = x->request;

    curl_easy_setopt(c, CURLOPT_URL, str_cdup(a, q->url));
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(q->seconds > 0 ? q->seconds : SECONDS));
    curl_easy_setopt(c, CURLOPT_USERAGENT, "ungcuu/" UNGCUU_VERSION);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
    if (q->body.ptr != NULL) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.ptr);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.len);
    }
    if (q->method != NULL)
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
}

bool fetch_url_good(struct arena *a, struct str url)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL, *user = NULL;
    bool good = curl_url_set(u, CURLUPART_URL, str_cdup(a, url), 0) == CURLUE_OK &&
                curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) && host[0] != '\0' &&
                curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;

    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_url_cleanup(u);
    return good;
}

int fetch(struct arena *a, const struct fetch_request *request, struct fetch_answer *out,
          struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct exchange x = {.request = request,
                         .body = buf_make(a),
                         .limit = request->limit > 0 ? request->limit : LIMIT};
    char detail[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    const char *address = NULL;
    CURLcode code;
    long status = 0;
    CURL *c;

    pthread_once(&once, curl_start);
    *out = (struct fetch_answer){.body = STR(""), .address = STR("")};
    if (!fetch_url_good(a, request->url))
        return err_set(err, ERR_INVALID, "\"" STR_FMT "\" is not an http or https address",
                       STR_ARG(str_sub(request->url, 0, 200)));
    c = curl_easy_init();
    if (c == NULL)
        die("out of memory");
    for (size_t i = 0; i < request->headers_len; i++)
        headers = curl_slist_append(headers, str_cdup(a, request->headers[i]));
    set_up(c, a, &x, headers);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
    code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &address);
    out->status = (int)status;
    out->body = buf_str(&x.body);
    out->address = str_dup(a, str_c(address != NULL ? address : ""));
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    if (x.refused[0] != '\0')
        return err_set(err, ERR_FORBIDDEN, "%s lies inside the network: it may not be called",
                       x.refused);
    if (code != CURLE_OK && !(code == CURLE_ABORTED_BY_CALLBACK && status > 0))
        return err_set(err, ERR_UNAVAILABLE, "%s",
                       detail[0] != '\0' ? detail : curl_easy_strerror(code));
    return 0;
}
