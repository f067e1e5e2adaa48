#include "sys/mail/send_inner.h"

#include "base/log.h"

enum { LINES_MAX = 6000 };

struct exchange {
    struct arena *arena;
    struct buf lines;
    struct str left; /* of the message */
    char last[512];  /* the last line of the server before its farewell */
    bool leaving;
    const struct mail_server *server;
};

/* What may be shown of what we said: everything but the credentials. */
static bool is_plain_command(struct str line)
{
    static const char *const shown[] = {"EHLO", "HELO", "STARTTLS", "MAIL FROM", "RCPT TO",
                                        "DATA", "QUIT", "BDAT",     "NOOP",      "."};

    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        if (str_starts_nocase(line, str_c(shown[i])))
            return true;
    }
    return false;
}

static void note(struct exchange *x, char side, struct str text)
{
    struct str line;

    while (str_line(&text, &line)) {
        if (line.len == 0)
            continue;
        if (side == '>' && str_starts_nocase(line, STR("QUIT")))
            x->leaving = true;
        if (side == '<' && !x->leaving)
            snprintf(x->last, sizeof(x->last), STR_FMT, STR_ARG(str_sub(line, 0, 500)));
        else if (side == '>' && !is_plain_command(line))
            line = str_starts_nocase(line, STR("AUTH")) ? STR("AUTH ***") : STR("***");
        if (x->lines.len < LINES_MAX)
            buf_printf(&x->lines, "%c " STR_FMT "\n", side, STR_ARG(str_sub(line, 0, 500)));
    }
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
    struct exchange *x = arg;

    if (type == CURLINFO_HEADER_IN)
        note(x, '<', str_make(data, size));
    else if (type == CURLINFO_HEADER_OUT)
        note(x, '>', str_make(data, size));
    return 0;
}

static size_t on_read(char *to, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    size_t len = MIN(size * n, x->left.len);

    memcpy(to, x->left.ptr, len);
    x->left = str_from(x->left, len);
    return len;
}

static int on_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    const struct mail_server *server = arg;

    return server->stopping != NULL && atomic_load(server->stopping);
}

static void curl_start(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        die("libcurl cannot start");
}

CURL *mail_curl(const struct mail_server *s, const char *scheme, const char *path)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool six = strchr(s->host, ':') != NULL;
    int seconds = s->seconds > 0 ? s->seconds : 60;
    char url[1024];
    CURL *c;

    pthread_once(&once, curl_start);
    c = curl_easy_init();
    if (c == NULL)
        die("out of memory");
    snprintf(url, sizeof(url), "%s%s://%s%s%s:%d/%s", scheme, s->security == MAIL_TLS ? "s" : "",
             six ? "[" : "", s->host, six ? "]" : "", s->port, path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)MIN(seconds, 15));
    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)seconds);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)seconds);
    curl_easy_setopt(c, CURLOPT_USE_SSL,
                     s->security == MAIL_OPEN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    if (s->ca_file != NULL)
        curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
    if (s->user != NULL) {
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, s->password != NULL ? s->password : "");
    }
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, s);
    return c;
}

int mail_curl_error(CURLcode code, const char *detail, const struct mail_server *s,
                    const char *last, struct err *err)
{
    static const struct {
        CURLcode code;
        const char *hint;
    } hints[] = {
        {CURLE_COULDNT_RESOLVE_HOST, "the name of the server is not known: check how it is spelt"},
        {CURLE_COULDNT_CONNECT,
         "nothing answers there: check server, port, and whether a firewall is between"},
        {CURLE_OPERATION_TIMEDOUT, "the server does not answer in time"},
        {CURLE_LOGIN_DENIED, "the server does not accept the name or the password"},
        {CURLE_PEER_FAILED_VERIFICATION,
         "the certificate is not trusted or has another name: name the file of the authority that "
         "signed it, or the server as the certificate calls it"},
        {CURLE_SSL_CACERT_BADFILE, "the file of the certificate authority cannot be read"},
        {CURLE_USE_SSL_FAILED, "the server offers no encryption on this port"},
        {CURLE_SSL_CONNECT_ERROR, "this port does not begin with TLS: try STARTTLS"},
    };
    int kind = code == CURLE_LOGIN_DENIED ? ERR_AUTH : ERR_UNAVAILABLE;

    err_set(err, kind, "%s:%d: %s%s%s", s->host, s->port,
            detail[0] != '\0' ? detail : curl_easy_strerror(code),
            last[0] != '\0' ? "; last answer: " : "", last);
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        if (hints[i].code == code)
            err_hint(err, "%s", hints[i].hint);
    }
    return kind;
}

static void listen_to(CURL *c, struct exchange *x, char *detail)
{
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, x);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
}

/* The name behind EHLO. */
static CURL *greeting(struct arena *a, const struct mail_server *server, struct str sender)
{
    ptrdiff_t at = str_rfind_char(sender, '@');
    struct str domain = at >= 0 ? str_from(sender, (size_t)at + 1) : STR("localhost");

    return mail_curl(server, "smtp", str_cdup(a, domain));
}

static CURLcode perform(CURL *c, struct exchange *x, struct str sender,
                        const struct str *recipients, size_t len, char *detail)
{
    struct curl_slist *to = NULL;
    CURLcode code;

    for (size_t i = 0; i < len; i++)
        to = curl_slist_append(to, str_cdup(x->arena, recipients[i]));
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, str_cdup(x->arena, sender));
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)x->left.len);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, x);
    listen_to(c, x, detail);
    code = curl_easy_perform(c);
    curl_slist_free_all(to);
    return code;
}

int mail_send(struct arena *a, const struct mail_server *server, struct str sender,
              const struct str *recipients, size_t recipients_len, struct str message,
              struct mail_dialogue *out, struct err *err)
{
    struct exchange x = {
        .arena = a, .lines = buf_make(a), .left = message, .server = server, .last = ""};
    char detail[CURL_ERROR_SIZE] = "";
    CURL *c = greeting(a, server, sender);
    CURLcode code = perform(c, &x, sender, recipients, recipients_len, detail);
    long answer = 0;

    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    curl_easy_cleanup(c);
    *out = (struct mail_dialogue){
        .code = (int)answer,
        .answer = str_dup(a, str_c(x.last)),
        .lines = buf_str(&x.lines),
        .permanent =
            code != CURLE_OK && code != CURLE_LOGIN_DENIED && answer >= 500 && answer < 600,
    };
    if (code == CURLE_OK)
        return 0;
    if (out->permanent)
        return err_set(err, ERR_INVALID, "%s:%d refused the mail: %s", server->host, server->port,
                       x.last);
    return mail_curl_error(code, detail, server, x.last, err);
}

static size_t forget(char *data, size_t size, size_t n, void *arg)
{
    return size * n;
}

int mail_probe(struct arena *a, const struct mail_server *server, struct str sender,
               struct mail_dialogue *out, struct err *err)
{
    struct exchange x = {.arena = a, .lines = buf_make(a), .server = server, .last = ""};
    char detail[CURL_ERROR_SIZE] = "";
    CURL *c = greeting(a, server, sender);
    CURLcode code;
    long answer = 0;

    /* Without a sender and recipients libcurl gives a command instead of a mail. */
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, forget);
    listen_to(c, &x, detail);
    code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    curl_easy_cleanup(c);
    *out = (struct mail_dialogue){
        .code = (int)answer, .answer = str_dup(a, str_c(x.last)), .lines = buf_str(&x.lines)};
    return code == CURLE_OK ? 0 : mail_curl_error(code, detail, server, x.last, err);
}
