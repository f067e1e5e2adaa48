#include "app/guide/guide.h"

#include "app/guide/pages/guide.html.h"
#include "app/web/web.h"
#include "sys/embed/embed.h"
#include "sys/html/html.h"
#include "sys/http/http.h"
#include "sys/i18n/i18n.h"

#include <pthread.h>

/* docs/guide */
extern const struct embed_file guides[];
extern const size_t guides_len;

/* The page is the same for everybody: made once. */
static struct html_safe guide;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A program that carries no assets (a test) shows where the picture would be. */
static struct str picture(struct arena *a, struct str name)
{
    const char *path = str_printf(a, "guide/" STR_FMT, STR_ARG(name)).ptr;

    return asset_find(str_c(path)) != NULL ? asset_url(path) : str_c(path);
}

static void make_guide(void)
{
    static struct arena arena;
    const struct embed_file *file = embed_find(guides, guides_len, STR("huong-dan.md"));

    if (file == NULL)
        die("the program was built without docs/guide/huong-dan.md");
    guide = html_markdown_document(&arena, file->data, picture);
}

static int guide_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct html_page p;

    pthread_once(&once, make_guide);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "User guide"),
                                 .narrow = true,
                                 .crumbs = {{T(req->lang, "Help"), STR("/help")}},
                                 .crumbs_len = 1});
    guide_html(&p, guide);
    web_page_end(&p);
    return 0;
}

const struct http_route guide_routes[] = {
    {HTTP_GET, "/help/guide", "public", guide_get, .scope = "none"},
};
const size_t guide_routes_len = ARRAY_LEN(guide_routes);
