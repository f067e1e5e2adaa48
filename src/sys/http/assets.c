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
static struct MHD_Response *make_response(const struct asset *a, struct str data, bool zipped,
                                          bool current)
{
    char etag[32];
    struct MHD_Response *m = MHD_create_response_from_buffer(data.len, (void *)(uintptr_t)data.ptr,
                                                             MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        die("out of memory for an asset");
    snprintf(etag, sizeof(etag), "\"%s%s\"", a->hash, zipped ? "-gz" : "");
    MHD_add_response_header(m, "ETag", etag);
    MHD_add_response_header(m, "Cache-Control",
                            current ? "public, max-age=31536000, immutable"
                                    : "public, max-age=86400");
    security_headers(m, false);
    if (data.len > 0)
        MHD_add_response_header(m, "Content-Type", a->type);
    if (zipped)
        MHD_add_response_header(m, "Content-Encoding", "gzip");
    if (a->gzip.len > 0)
        MHD_add_response_header(m, "Vary", "Accept-Encoding");
    return m;
}

void assets_prepare(struct http_server *s)
{
    s->static_files = calloc(assets_len + 1, sizeof(s->static_files[0]));
    if (s->static_files == NULL)
        die("out of memory");
    for (size_t i = 0; i < assets_len; i++) {
        struct static_file *f = &s->static_files[i];

        f->plain = make_response(&assets[i], assets[i].data, false, true);
        if (assets[i].gzip.len > 0)
            f->zipped = make_response(&assets[i], assets[i].gzip, true, true);
        /* The library closes the connection when a 304 is queued with a body that it leaves out. */
        f->unchanged = make_response(&assets[i], STR(""), false, true);
    }
}

void assets_release(struct http_server *s)
{
    for (size_t i = 0; i < assets_len; i++) {
        MHD_destroy_response(s->static_files[i].plain);
        MHD_destroy_response(s->static_files[i].unchanged);
        if (s->static_files[i].zipped != NULL)
            MHD_destroy_response(s->static_files[i].zipped);
    }
    free(s->static_files);
}

static bool matches(struct str list, const char *hash)
{
    return str_is(str_trim(list), "*") || str_find(list, str_c(hash)) >= 0;
}

/* MHD_NO when there is no such asset and nothing was queued. */
enum MHD_Result assets_answer(struct request *r)
{
    struct str path = str_from(r->pub.path, strlen("/static/")), hash, data;
    bool stopping = atomic_load(&r->server->stopping), current, zipped, unchanged;
    const struct static_file *f;
    const struct asset *a;
    struct MHD_Response *m;
    enum MHD_Result done;

    if (!str_split(&path, '/', &hash) || (a = asset_find(path)) == NULL)
        return MHD_NO;
    f = &r->server->static_files[a - assets];
    current = str_is(hash, a->hash);
    unchanged = matches(http_header(&r->pub, "If-None-Match"), a->hash);
    zipped = !unchanged && f->zipped != NULL && header_accepts(r, "Accept-Encoding", "gzip");
    data = unchanged ? STR("") : zipped ? a->gzip : a->data;
    r->status = unchanged ? 304 : 200;
    r->bytes = (int64_t)data.len;
    if (current && !stopping) {
        m = unchanged ? f->unchanged : zipped ? f->zipped : f->plain;
        return MHD_queue_response(r->mhd, r->status, m);
    }
    m = make_response(a, data, zipped, current);
    if (stopping)
        MHD_add_response_header(m, "Connection", "close");
    done = MHD_queue_response(r->mhd, r->status, m);
    MHD_destroy_response(m);
    return done;
}
