#include "sys/mail/send_inner.h"

#include "base/io.h"

struct mail_box {
    struct mail_server server;
    CURL *curl; /* keeps its connection between requests */
    char *folder, *escaped;
    char detail[CURL_ERROR_SIZE];
};

static char *base_url(const struct mail_box *b, struct arena *a, const char *rest)
{
    bool six = strchr(b->server.host, ':') != NULL;

    return str_cdup(a, str_printf(a, "imap%s://%s%s%s:%d/%s",
                                  b->server.security == MAIL_TLS ? "s" : "", six ? "[" : "",
                                  b->server.host, six ? "]" : "", b->server.port, rest));
}

int mail_box_open(struct mail_box **out, const struct mail_server *server, const char *folder,
                  struct err *err)
{
    struct mail_box *b = calloc(1, sizeof(*b));

    if (b == NULL || (b->folder = strdup(folder)) == NULL)
        die("out of memory");
    b->server = *server;
    b->curl = mail_curl(server, "imap", "");
    b->escaped = curl_easy_escape(b->curl, folder, 0);
    if (b->escaped == NULL)
        die("out of memory");
    curl_easy_setopt(b->curl, CURLOPT_ERRORBUFFER, b->detail);
    *out = b;
    return 0;
}

void mail_box_close(struct mail_box *b)
{
    if (b == NULL)
        return;
    curl_free(b->escaped);
    curl_easy_cleanup(b->curl);
    free(b->folder);
    free(b);
}

void mail_box_closep(struct mail_box **b)
{
    mail_box_close(*b);
}

/* ---- one request ------------------------------------------------------------------------------
 */

struct sink {
    struct buf *text; /* or: */
    int fd;
    int64_t left;
    bool too_large, broken;
};

static size_t on_write(char *data, size_t size, size_t n, void *arg)
{
    struct sink *s = arg;
    size_t len = size * n;

    if ((s->left -= (int64_t)len) < 0) {
        s->too_large = true;
        return 0;
    }
    if (s->text != NULL) {
        buf_add(s->text, str_make(data, len));
        return len;
    }
    s->broken = io_write_all(s->fd, str_make(data, len), NULL) < 0;
    return s->broken ? 0 : len;
}

/* command NULL: what the URL names. */
static int request(struct mail_box *b, struct arena *a, const char *url, const char *command,
                   struct sink *sink, struct err *err)
{
    CURLcode code;

    b->detail[0] = '\0';
    curl_easy_setopt(b->curl, CURLOPT_URL, base_url(b, a, url));
    curl_easy_setopt(b->curl, CURLOPT_CUSTOMREQUEST, command);
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(b->curl, CURLOPT_WRITEDATA, sink);
    code = curl_easy_perform(b->curl);
    if (code == CURLE_OK)
        return 0;
    if (sink->too_large)
        return err_set(err, ERR_TOO_LARGE, "the message is too large");
    if (code == CURLE_QUOTE_ERROR || code == CURLE_REMOTE_FILE_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s:%d: the server refuses folder or message \"%s\"",
                       b->server.host, b->server.port, b->folder);
    return mail_curl_error(code, b->detail, &b->server, "", err);
}

/* A folder's name in quotes: a quote or backslash in it is escaped (RFC 9051, quoted). */
static struct str quoted(struct arena *a, const char *name)
{
    struct buf b = buf_make(a);

    buf_add_char(&b, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            buf_add_char(&b, '\\');
        if ((unsigned char)*name >= ' ')
            buf_add_char(&b, *name);
    }
    buf_add_char(&b, '"');
    return buf_str(&b);
}

/* ---- what is there ----------------------------------------------------------------------------
 */

static bool read_validity(struct str text, int64_t *out)
{
    ptrdiff_t at = str_find(text, STR("UIDVALIDITY "));
    struct str number;

    if (at < 0)
        return false;
    number = str_from(text, (size_t)at + strlen("UIDVALIDITY "));
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] < '0' || number.ptr[i] > '9')
            number.len = i;
    }
    return str_to_int(number, out);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return a < b ? -1 : a > b;
}

/* "* SEARCH 4 7 9": the answer to N:* holds the last message also when its UID is below N. */
static void read_uids(struct arena *a, struct str text, int64_t after, struct mail_uids *out)
{
    struct str line, word;
    int64_t uid;

    while (str_line(&text, &line)) {
        if (!str_starts_nocase(line, STR("* SEARCH")))
            continue;
        line = str_from(line, strlen("* SEARCH"));
        while (str_split(&line, ' ', &word)) {
            if (str_to_int(word, &uid) && uid > after)
                *vec_push(out, a) = uid;
        }
    }
    if (out->len > 1)
        qsort(out->at, out->len, sizeof(out->at[0]), by_number);
}

int mail_box_list(struct mail_box *b, struct arena *a, int64_t after, size_t limit,
                  int64_t *validity, struct mail_uids *out, struct err *err)
{
    struct buf text = buf_make(a);
    struct sink sink = {.text = &text, .left = 16 << 20};
    struct str command =
        str_printf(a, "STATUS " STR_FMT " (UIDVALIDITY)", STR_ARG(quoted(a, b->folder)));
    int64_t known = *validity;
    int r;

    *out = (struct mail_uids){0};
    if ((r = request(b, a, "", command.ptr, &sink, err)) < 0)
        return r;
    if (!read_validity(buf_str(&text), validity))
        return err_set(err, ERR_UNAVAILABLE, "%s:%d does not tell the validity of \"%s\"",
                       b->server.host, b->server.port, b->folder);
    if (known != *validity)
        after = 0;
    buf_clear(&text);
    command = str_printf(a, "UID SEARCH UID %lld:*", (long long)after + 1);
    if ((r = request(b, a, b->escaped, command.ptr, &sink, err)) < 0)
        return r;
    read_uids(a, buf_str(&text), after, out);
    out->len = MIN(out->len, limit);
    return 0;
}

int mail_box_fetch(struct mail_box *b, int64_t uid, int fd, int64_t limit, struct err *err)
{
    struct sink sink = {.fd = fd, .left = limit};
    struct arena a = {0};
    struct str url = str_printf(&a, "%s/;UID=%lld", b->escaped, (long long)uid);
    int r = request(b, &a, url.ptr, NULL, &sink, err);

    arena_release(&a);
    return sink.broken ? err_set(err, ERR_IO, "cannot write the message to the spool") : r;
}

int mail_box_done(struct mail_box *b, int64_t uid, const char *folder, struct err *err)
{
    struct arena a = {0};
    struct buf text = buf_make(&a);
    struct sink sink = {.text = &text, .left = 1 << 20};
    struct str command =
        folder != NULL
            ? str_printf(&a, "UID MOVE %lld " STR_FMT, (long long)uid, STR_ARG(quoted(&a, folder)))
            : str_printf(&a, "UID STORE %lld +FLAGS (\\Seen)", (long long)uid);
    int r = request(b, &a, b->escaped, command.ptr, &sink, err);

    arena_release(&a);
    return r;
}
