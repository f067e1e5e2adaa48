#include "app/web/inner.h"
#include "app/web/pages/public.html.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

static const struct web_key key_list[] = {
    {{"/"}, N_("keys|Search")},
    {{"?"}, N_("keys|This list")},
    {{"g", "h"}, N_("keys|Go to the home page")},
    {{"g", "t"}, N_("keys|Go to reports")},
    {{"g", "i"}, N_("keys|Go to incidents")},
    {{"g", "s"}, N_("keys|Go to systems")},
    {{"g", "o"}, N_("keys|Go to organisations")},
    {{"g", "d"}, N_("keys|Go to observables")},
    {{"j", "k"}, N_("keys|Next and previous row")},
    {{"Enter"}, N_("keys|Open the row")},
    {{"x"}, N_("keys|Select the row")},
    {{"1", "9"}, N_("keys|A saved filter")},
    {{"f"}, N_("keys|Save the filter")},
    {{"m"}, N_("keys|Move the card of the board")},
    {{"a"}, N_("keys|Assign")},
    {{"c"}, N_("keys|Comment")},
    {{"e"}, N_("keys|Add to the timeline")},
    {{"Esc"}, N_("keys|Leave a field, close a menu")},
};
const struct web_keys web_keys = {key_list, ARRAY_LEN(key_list)};

static int public_home(struct http_request *req, struct http_response *res, struct err *err)
{
    struct html_page p;

    if (actor_of(req)->id != 0) {
        http_redirect(res, STR("/home"));
        return 0;
    }
    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Report a cyber incident")});
    public_home_html(&p);
    web_page_end(&p);
    return 0;
}

static int help(struct http_request *req, struct http_response *res, struct err *err)
{
    struct html_page p;

    web_page(req, res, &p, &(struct web_frame){.title = T(req->lang, "Help"), .narrow = true});
    help_html(&p, actor_of(req)->id == 0);
    web_page_end(&p);
    return 0;
}

/* A visitor's choice makes a cookie, the only one they ever get; that of somebody signed in goes
 * with their account. */
enum { CHOICE_DAYS = 400 };

static int choose(struct http_request *req, struct http_response *res, const char *name,
                  struct str lang, struct str theme, struct err *err)
{
    struct str value = lang.ptr != NULL ? lang : theme;
    struct db *db;
    int r;

    if (actor_of(req)->id != 0 &&
        ((r = web_db(req, &db, err)) < 0 ||
         (r = account_set_look(db, req->arena, actor_of(req), lang, theme, req->now, err)) < 0))
        return r;
    http_set_cookie(req, res, name, value, value.len > 0 ? CHOICE_DAYS * (DAY_MS / SECOND_MS) : 0);
    http_redirect(res, account_local_path(http_field(req, "back")));
    return 0;
}

static int set_lang(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str lang = http_field(req, "lang");

    if (!str_is(lang, "vi") && !str_is(lang, "en"))
        return err_set(err, ERR_INVALID, "no such language");
    return choose(req, res, "lang", lang, STR_EMPTY, err);
}

static int set_theme(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str theme = http_field(req, "theme");

    if (theme.len > 0 && !str_is(theme, "light") && !str_is(theme, "dark"))
        return err_set(err, ERR_INVALID, "no such theme");
    return choose(req, res, "theme", STR_EMPTY, theme.len > 0 ? theme : STR(""), err);
}

static int favicon(struct http_request *req, struct http_response *res, struct err *err)
{
    if (asset_find(STR("favicon.svg")) == NULL)
        return err_set(err, ERR_NOT_FOUND, "no favicon is compiled in");
    http_redirect(res, asset_url("favicon.svg"));
    return 0;
}

static int robots(struct http_request *req, struct http_response *res, struct err *err)
{
    res->type = "text/plain; charset=utf-8";
    buf_add(&res->body,
            STR("User-agent: *\nDisallow: /r/\nDisallow: /track\nDisallow: /sign-in\n"));
    return 0;
}

/* RFC 9116: how to tell this site of its own weaknesses. Renewed with every request, so that it
 * cannot expire while someone answers for the site. */
static int security_txt(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str until = clock_rfc3339(req->arena, (req->now / DAY_MS + 180) * DAY_MS, 0);
    struct buf *out = &res->body;

    if (site.email.len == 0 && site.phone.len == 0 && site.base_url.len == 0)
        return err_set(err, ERR_NOT_FOUND, "the site has no contact yet");
    res->type = "text/plain; charset=utf-8";
    if (site.email.len > 0)
        buf_printf(out, "Contact: mailto:" STR_FMT "\n", STR_ARG(site.email));
    if (site.base_url.len > 0)
        buf_printf(out, "Contact: " STR_FMT "/report\n", STR_ARG(site.base_url));
    if (site.phone.len > 0) {
        buf_add(out, STR("Contact: tel:"));
        for (size_t i = 0; i < site.phone.len; i++) {
            if (isdigit((unsigned char)site.phone.ptr[i]) || site.phone.ptr[i] == '+')
                buf_add_char(out, site.phone.ptr[i]);
        }
        buf_add_char(out, '\n');
    }
    buf_printf(out, "Expires: " STR_FMT "\nPreferred-Languages: vi, en\n", STR_ARG(until));
    if (site.base_url.len > 0)
        buf_printf(out, "Canonical: " STR_FMT "/.well-known/security.txt\n",
                   STR_ARG(site.base_url));
    return 0;
}

const struct http_route web_routes[] = {
    {HTTP_GET, "/", "public", public_home, .scope = "none"},
    {HTTP_GET, "/help", "public", help, .scope = "none"},
    /* Sent from any page, also one that was opened before signing in; they change nothing but how
     * pages look to the sender. */
    {HTTP_POST, "/lang", "public", set_lang, HTTP_BODY_FORM, .no_csrf = true, .scope = "none"},
    {HTTP_POST, "/theme", "public", set_theme, HTTP_BODY_FORM, .no_csrf = true, .scope = "none"},
    {HTTP_GET, "/drafts", "session", draft_get, .scope = "none"},
    {HTTP_POST, "/drafts", "session", draft_post, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/favicon.ico", "public", favicon, .scope = "none"},
    {HTTP_GET, "/robots.txt", "public", robots, .scope = "none"},
    {HTTP_GET, "/.well-known/security.txt", "public", security_txt, .scope = "none"},
};
const size_t web_routes_len = ARRAY_LEN(web_routes);
