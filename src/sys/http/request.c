#include "sys/http/inner.h"
#include "base/clock.h"
#include "base/random.h"

#include <arpa/inet.h>

enum { FREE_REQUESTS = 64 };

struct request *request_new(struct http_server *s)
{
    struct request *r;
    struct arena arena = {0};

    pthread_mutex_lock(&s->free_lock);
    r = s->free_list;
    if (r != NULL) {
        s->free_list = r->next;
        s->free_len--;
    }
    pthread_mutex_unlock(&s->free_lock);
    if (r != NULL)
        arena = r->arena;
    else if ((r = malloc(sizeof(*r))) == NULL)
        die("out of memory (%zu bytes)", sizeof(*r));
    memset(r, 0, sizeof(*r));
    r->arena = arena;
    r->server = s;
    r->pub.arena = &r->arena;
    r->pub.now = clock_now();
    r->started_us = clock_us();
    r->res = (struct http_response){
        .status = 200, .body = buf_make(&r->arena), .file_fd = -1, .no_store = true};
    r->body.file_fd = -1;
    atomic_init(&r->refs, 1);
    return r;
}

void request_unref(struct request *r)
{
    struct http_server *s = r->server;
    bool keep;

    if (atomic_fetch_sub(&r->refs, 1) != 1)
        return;
    arena_clear(&r->arena);
    pthread_mutex_lock(&s->free_lock);
    keep = s->free_len < FREE_REQUESTS;
    if (keep) {
        r->next = s->free_list;
        s->free_list = r;
        s->free_len++;
    }
    pthread_mutex_unlock(&s->free_lock);
    if (keep)
        return;
    arena_release(&r->arena);
    free(r);
}

static struct str pair_value(const struct http_pair *pairs, size_t len, const char *name)
{
    struct str want = str_c(name);

    for (size_t i = 0; i < len; i++)
        if (str_eq(pairs[i].name, want))
            return pairs[i].value;
    return STR_EMPTY;
}

struct str http_header(const struct http_request *req, const char *name)
{
    const struct request *r = request_of(req);

    for (size_t i = 0; i < r->headers_len; i++)
        if (str_eq_nocase(r->headers[i].name, str_c(name)))
            return r->headers[i].value;
    return STR_EMPTY;
}

struct str http_cookie(const struct http_request *req, const char *name)
{
    const struct request *r = request_of(req);
    struct str want = str_c(name);

    for (size_t i = 0; i < r->headers_len; i++) {
        struct str rest = r->headers[i].value, pair;

        if (!str_eq_nocase(r->headers[i].name, STR("Cookie")))
            continue;
        while (str_split(&rest, ';', &pair)) {
            ptrdiff_t eq = str_find_char(pair, '=');

            if (eq > 0 && str_eq(str_trim(str_sub(pair, 0, (size_t)eq)), want))
                return str_trim(str_from(pair, (size_t)eq + 1));
        }
    }
    return STR_EMPTY;
}

struct str http_param(const struct http_request *req, const char *name)
{
    return pair_value(req->params, req->params_len, name);
}

struct str http_arg(const struct http_request *req, const char *name)
{
    return pair_value(request_of(req)->args, request_of(req)->args_len, name);
}

struct str http_field(const struct http_request *req, const char *name)
{
    return pair_value(req->form, req->form_len, name);
}

size_t http_args(const struct http_request *req, struct http_pair **out)
{
    *out = request_of(req)->args;
    return request_of(req)->args_len;
}

void http_add_arg(struct http_request *req, const char *name, struct str value)
{
    struct request *r = request_of(req);
    struct http_pair *more = arena_array(&r->arena, struct http_pair, r->args_len + 1);

    if (r->args_len > 0)
        memcpy(more, r->args, r->args_len * sizeof(*more));
    more[r->args_len] = (struct http_pair){str_c(name), value};
    r->args = more;
    r->args_len++;
}

int http_pairs(struct arena *a, struct str text, struct http_pair **out, size_t *len,
               struct err *err)
{
    return urlencoded_parse(a, text, out, len, err);
}

void http_defer(struct http_request *req, void (*fn)(void *), void *arg)
{
    struct request *r = request_of(req);
    struct deferred *d = arena_new(&r->arena, struct deferred);

    *d = (struct deferred){.fn = fn, .arg = arg, .next = r->defers};
    r->defers = d;
}

/* Weight of a list item in thousandths: "en;q=0.5" is 500, "en" is 1000. */
static int64_t quality(struct arena *a, struct str item)
{
    struct str q;
    double v;

    if (!header_parameter(item, "q", a, &q) || !str_to_double(q, &v))
        return 1000;
    return v >= 0 && v <= 1 ? (int64_t)(v * 1000) : 0;
}

bool header_accepts(struct request *r, const char *field, const char *token)
{
    struct str list = http_header(&r->pub, field), item;

    while (str_split(&list, ',', &item)) {
        ptrdiff_t semi = str_find_char(item, ';');
        struct str name = str_trim(semi < 0 ? item : str_sub(item, 0, (size_t)semi));

        if (str_eq_nocase(name, str_c(token)))
            return quality(&r->arena, item) > 0;
    }
    return false;
}

static bool find_lang(struct str tag, enum lang *out)
{
    if (str_starts_nocase(tag, STR("vi")))
        *out = LANG_VI;
    else if (str_starts_nocase(tag, STR("en")))
        *out = LANG_EN;
    else
        return false;
    return true;
}

static enum lang choose_lang(struct request *r)
{
    struct str list = http_header(&r->pub, "Accept-Language"), item;
    enum lang lang = LANG_VI, found;
    int64_t best = 0;

    if (find_lang(http_arg(&r->pub, "lang"), &lang) ||
        find_lang(http_cookie(&r->pub, "lang"), &lang))
        return lang;
    while (str_split(&list, ',', &item)) {
        int64_t q;

        item = str_trim(item);
        if (!find_lang(item, &found))
            continue;
        q = quality(&r->arena, item);
        if (q > best) {
            best = q;
            lang = found;
        }
    }
    return lang;
}

bool address_listed(const char *list, struct str address)
{
    struct str rest = str_c(list), item;

    while (str_split(&rest, ',', &item))
        if (str_eq(str_trim(item), address))
            return true;
    return false;
}

static bool is_request_id(struct str id)
{
    if (id.len < 8 || id.len > 64)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!isalnum((unsigned char)id.ptr[i]) && strchr("-_.", id.ptr[i]) == NULL)
            return false;
    return true;
}

/* The last address of X-Forwarded-For is the one our proxy saw; those in front are the client's
 * own claims. */
static struct str forwarded_address(struct request *r)
{
    struct str list = http_header(&r->pub, "X-Forwarded-For"), last = list;
    ptrdiff_t comma = str_rfind_char(list, ',');
    unsigned char binary[16];
    char *text;

    if (comma >= 0)
        last = str_from(list, (size_t)comma + 1);
    last = str_trim(last);
    if (last.len == 0 || last.len >= ADDRESS_BYTES)
        return STR_EMPTY;
    text = str_cdup(&r->arena, last);
    if (inet_pton(AF_INET, text, binary) != 1 && inet_pton(AF_INET6, text, binary) != 1)
        return STR_EMPTY;
    return str_make(text, last.len);
}

/* What a handler may ask of the request that is not its content. */
void request_prepare(struct request *r)
{
    const char *proxy = r->server->options.trusted_proxy;
    struct str id = STR_EMPTY, address;

    r->pub.conn = r->mhd;
    if (proxy != NULL && address_listed(proxy, r->pub.address)) {
        address = forwarded_address(r);
        if (address.len > 0)
            r->pub.address = address;
        r->pub.secure = str_eq_nocase(http_header(&r->pub, "X-Forwarded-Proto"), STR("https"));
        id = http_header(&r->pub, "X-Request-Id");
    }
    r->pub.id = is_request_id(id) ? id : random_code(&r->arena, 16);
    r->pub.lang = choose_lang(r);
}
