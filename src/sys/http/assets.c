#include "sys/http/inner.h"
#include "base/map.h"

/* Replaced by the generated table when the binary carries files. */
__attribute__((weak)) const struct asset assets[1] = {{0}};
__attribute__((weak)) const size_t assets_len = 0;

static struct map by_path;
static struct arena by_path_arena;
static pthread_once_t by_path_once = PTHREAD_ONCE_INIT;

static void make_map(void)
{
    by_path.arena = &by_path_arena;
    for (size_t i = 0; i < assets_len; i++)
        map_put(&by_path, str_c(assets[i].path), (void *)(uintptr_t)&assets[i]);
}

const struct asset *asset_find(struct str path)
{
    pthread_once(&by_path_once, make_map);
    return map_get(&by_path, path);
}

static struct map urls;
static struct arena urls_arena;
static pthread_once_t urls_once = PTHREAD_ONCE_INIT;

static void make_urls(void)
{
    urls.arena = &urls_arena;
    for (size_t i = 0; i < assets_len; i++) {
        struct str *url = arena_new(&urls_arena, struct str);

        *url = str_printf(&urls_arena, "/static/%s/%s", assets[i].hash, assets[i].path);
        map_put(&urls, str_c(assets[i].path), url);
    }
}

struct str asset_url(const char *path)
{
    const struct str *url;

    pthread_once(&urls_once, make_urls);
    url = map_get(&urls, str_c(path));
    if (url == NULL)
        die("no asset \"%s\" is compiled in", path);
    return *url;
}

static struct MHD_Response *make_response(const struct asset *a, struct str data, bool zipped)
{
    char etag[32];
    struct MHD_Response *m = MHD_create_response_from_buffer(data.len, (void *)(uintptr_t)data.ptr,
                                                             MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        die("out of memory for an asset");
    snprintf(etag, sizeof(etag), "\"%s%s\"", a->hash, zipped ? "-gz" : "");
    MHD_add_response_header(m, "ETag", etag);
    MHD_add_response_header(m, "Content-Type", a->type);
    MHD_add_response_header(m, "Cache-Control", "public, max-age=31536000, immutable");
    security_headers(m, false);
    if (zipped)
        MHD_add_response_header(m, "Content-Encoding", "gzip");
    if (a->gzip.len > 0)
        MHD_add_response_header(m, "Vary", "Accept-Encoding");
    return m;
}

void assets_prepare(struct http_server *s)
{
    s->static_plain = calloc(assets_len + 1, sizeof(struct MHD_Response *));
    s->static_gzip = calloc(assets_len + 1, sizeof(struct MHD_Response *));
    if (s->static_plain == NULL || s->static_gzip == NULL)
        die("out of memory");
    for (size_t i = 0; i < assets_len; i++) {
        s->static_plain[i] = make_response(&assets[i], assets[i].data, false);
        if (assets[i].gzip.len > 0)
            s->static_gzip[i] = make_response(&assets[i], assets[i].gzip, true);
    }
}

void assets_release(struct http_server *s)
{
    for (size_t i = 0; i < assets_len; i++) {
        MHD_destroy_response(s->static_plain[i]);
        if (s->static_gzip[i] != NULL)
            MHD_destroy_response(s->static_gzip[i]);
    }
    free(s->static_plain);
    free(s->static_gzip);
}

/* A page loaded before an upgrade still names the old hash. */
static enum MHD_Result to_current(struct request *r, const struct asset *a)
{
    struct MHD_Response *m =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    struct str url = asset_url(a->path);
    enum MHD_Result done;

    if (m == NULL)
        die("out of memory for a response");
    security_headers(m, r->pub.secure);
    MHD_add_response_header(m, "Cache-Control", "no-store");
    MHD_add_response_header(m, "Location", url.ptr);
    r->status = 302;
    done = MHD_queue_response(r->mhd, r->status, m);
    MHD_destroy_response(m);
    return done;
}

static bool matches(struct str list, const char *hash)
{
    return str_is(str_trim(list), "*") || str_find(list, str_c(hash)) >= 0;
}

/* MHD_NO when there is no such asset and nothing was queued. */
enum MHD_Result assets_answer(struct request *r)
{
    struct str path = str_from(r->pub.path, strlen("/static/")), hash;
    const struct asset *a;
    struct MHD_Response *m;
    size_t i;

    if (!str_split(&path, '/', &hash) || (a = asset_find(path)) == NULL)
        return MHD_NO;
    if (!str_is(hash, a->hash))
        return to_current(r, a);
    i = (size_t)(a - assets);
    m = r->server->static_plain[i];
    r->bytes = (int64_t)a->data.len;
    if (r->server->static_gzip[i] != NULL &&
        header_has_token(http_header(&r->pub, "Accept-Encoding"), "gzip")) {
        m = r->server->static_gzip[i];
        r->bytes = (int64_t)a->gzip.len;
    }
    r->status = 200;
    if (matches(http_header(&r->pub, "If-None-Match"), a->hash)) {
        r->status = 304;
        r->bytes = 0;
    }
    return MHD_queue_response(r->mhd, r->status, m);
}
