#include "sys/http/inner.h"
#include "base/map.h"

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

/* `current`: asked for by the hash of its content, so it never changes. Otherwise it was asked for
 * by a page from before an upgrade, or by a style sheet, whose own hash stands in the address. */
static struct MHD_Response *make_response(const struct asset *a, bool zipped, bool current)
{
    struct str data = zipped ? a->gzip : a->data;
    char etag[32];
    struct MHD_Response *m = MHD_create_response_from_buffer(data.len, (void *)(uintptr_t)data.ptr,
                                                             MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        die("out of memory for an asset");
    snprintf(etag, sizeof(etag), "\"%s%s\"", a->hash, zipped ? "-gz" : "");
    MHD_add_response_header(m, "ETag", etag);
    MHD_add_response_header(m, "Content-Type", a->type);
    MHD_add_response_header(m, "Cache-Control",
                            current ? "public, max-age=31536000, immutable"
                                    : "public, max-age=86400");
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
        s->static_plain[i] = make_response(&assets[i], false, true);
        if (assets[i].gzip.len > 0)
            s->static_gzip[i] = make_response(&assets[i], true, true);
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
    enum MHD_Result done;
    bool zipped, current;
    size_t i;

    if (!str_split(&path, '/', &hash) || (a = asset_find(path)) == NULL)
        return MHD_NO;
    i = (size_t)(a - assets);
    zipped = a->gzip.len > 0 && header_accepts(r, "Accept-Encoding", "gzip");
    current = str_is(hash, a->hash);
    m = zipped ? r->server->static_gzip[i] : r->server->static_plain[i];
    if (!current)
        m = make_response(a, zipped, false);
    r->bytes = (int64_t)(zipped ? a->gzip.len : a->data.len);
    r->status = 200;
    if (matches(http_header(&r->pub, "If-None-Match"), a->hash)) {
        r->status = 304;
        r->bytes = 0;
    }
    done = MHD_queue_response(r->mhd, r->status, m);
    if (!current)
        MHD_destroy_response(m);
    return done;
}
