#include "app/account/inner.h"
#include "sys/html/html.h"

#define PASSWORD_PATH "/account/password"
#define FACTOR_PATH   "/account/second"
#define CONFIRM_PATH  "/account/confirm"

/* A page opened in time is still taken a while later. */
#define FRESH_PAGE (15 * MINUTE_MS)
#define FRESH_FORM (30 * MINUTE_MS)

static const struct actor nobody;

const struct actor *actor_of(const struct http_request *req)
{
    return req->user != NULL ? req->user : &nobody;
}

/* ---- routes ---------------------------------------------------------------------------------- */

static bool is_word(const char *permission)
{
    return strcmp(permission, "public") == 0 || strcmp(permission, "session") == 0 ||
           strcmp(permission, "self") == 0;
}

void account_check_routes(const struct http_route *const *tables, const size_t *lens,
                          size_t tables_len)
{
    enum permission ignored;

    for (size_t t = 0; t < tables_len; t++) {
        for (size_t i = 0; i < lens[t]; i++) {
            const struct http_route *route = &tables[t][i];
            if (route->permission == NULL ||
                (!is_word(route->permission) && !permission_from_name(route->permission, &ignored)))
                die("route %s names no permission (%s)", route->pattern,
                    route->permission != NULL ? route->permission : "none");
        }
    }
}

/* ---- the checks, in order ---------------------------------------------------------------------
 */

static bool is_unsafe(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD;
}

static bool is_public(const struct http_route *route)
{
    return strcmp(route->permission, "public") == 0;
}

static int find_actor(struct http_request *req, struct db_pool *pool, struct actor *actor,
                      struct str *csrf, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct str token = http_cookie(req, SESSION_COOKIE);
    enum lang lang = req->lang;
    int r;

    if (token.len == 0)
        return 0;
    if ((r = db_acquire(pool, &db, err)) < 0 ||
        (r = session_find(db, req->arena, token, req->now, actor, csrf, &lang, err)) < 0)
        return r;
    if (http_arg(req, "lang").len == 0)
        req->lang = lang;
    return 0;
}

static int first(struct err *err, const char *field, const char *what)
{
    err_set(err, ERR_AUTH, "%s", what);
    err_field(err, field);
    return ERR_AUTH;
}

static bool leads_out(const struct http_route *route)
{
    return strcmp(route->pattern, "/sign-out") == 0;
}

/* What a person has to do before anything else. */
static int check_duties(const struct http_route *route, const struct actor *actor, struct err *err)
{
    struct str pattern = str_c(route->pattern);

    if (leads_out(route))
        return 0;
    if (actor->must_change && strcmp(route->pattern, PASSWORD_PATH) != 0)
        return first(err, "must_change", "the password must be changed first");
    if (!actor->must_change && actor->must_factor && !str_starts(pattern, STR(FACTOR_PATH)) &&
        strcmp(route->pattern, CONFIRM_PATH) != 0 && strcmp(route->pattern, PASSWORD_PATH) != 0)
        return first(err, "must_factor", "a second factor must be set up first");
    return 0;
}

bool actor_is_fresh(const struct actor *actor, int64_t now)
{
    return actor->token == 0 && now - actor->confirmed_at < FRESH_PAGE;
}

/* Who leaves the desk leaves a session behind: what would keep a stranger in, or lock its owner
 * out, asks for the password again. */
static int check_fresh(const struct http_request *req, const struct http_route *route,
                       const struct actor *actor, struct err *err)
{
    int64_t window = is_unsafe(req->method) ? FRESH_FORM : FRESH_PAGE;

    if (!route->fresh || (actor->token == 0 && req->now - actor->confirmed_at < window))
        return 0;
    if (actor->token != 0)
        return err_set(err, ERR_FORBIDDEN, "%s is not for API tokens", route->pattern);
    return first(err, "confirm", "who this is must be confirmed first");
}

static int check_permission(const struct http_request *req, const struct http_route *route,
                            const struct actor *actor, struct err *err)
{
    enum permission p;
    int r;

    if (is_public(route))
        return 0;
    if (actor->id == 0)
        return err_set(err, ERR_AUTH, "%s is for those signed in", route->pattern);
    if ((r = check_duties(route, actor, err)) < 0)
        return r;
    if (is_word(route->permission))
        return check_fresh(req, route, actor, err);
    if (!permission_from_name(route->permission, &p) || !actor->anywhere[p])
        return err_set(err, ERR_FORBIDDEN, STR_FMT " does not hold %s", STR_ARG(actor->login),
                       route->permission);
    return check_fresh(req, route, actor, err);
}

/* Nothing sends this header by itself, so no CSRF token is asked for; a cookie beside it does not
 * count. */
static int guard_token(struct http_request *req, const struct http_route *route,
                       struct db_pool *pool, struct actor *actor, struct str token, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(pool, &db, err);

    if (r < 0 ||
        (r = token_find(db, req->arena, token, req->address, req->now, actor, &req->lang, err)) < 0)
        return r;
    return check_permission(req, route, actor, err);
}

/* The token stands in the form or, from scripts, in a header. A visitor's form may have been opened
 * before signing in elsewhere, so public routes take either kind from those signed in. */
static int check_csrf(struct http_request *req, const struct http_route *route, struct str secret,
                      struct err *err)
{
    struct str token = http_field(req, "csrf");
    struct str site = http_header(req, "Sec-Fetch-Site");

    if (site.len > 0 && !str_is(site, "same-origin") && !str_is(site, "none"))
        return err_set(err, ERR_CSRF, "a form of another site (" STR_FMT ") was sent to %s",
                       STR_ARG(site), route->pattern);
    if (token.len == 0)
        token = http_header(req, "X-CSRF-Token");
    if (csrf_check(secret, token) ||
        (is_public(route) && account_check_form_token(route->pattern, token, req->now)))
        return 0;
    return err_set(err, ERR_CSRF, "%s without the token of its form", route->pattern);
}

/* Who asks, and whether they may at all. 1: by an API token, for which no form is checked. */
static int find_and_permit(struct http_request *req, const struct http_route *route,
                           struct db_pool *pool, struct str *secret, struct err *err)
{
    struct actor *actor = arena_new(req->arena, struct actor);
    struct str token;
    int r;

    req->user = actor;
    actor->address = req->address;
    if (token_of(req, &token))
        return (r = guard_token(req, route, pool, actor, token, err)) < 0 ? r : 1;
    if ((r = find_actor(req, pool, actor, secret, err)) < 0)
        return r;
    if (actor->id != 0)
        actor->csrf = csrf_mask(req->arena, *secret);
    else if (is_public(route))
        actor->csrf = account_form_token(req->arena, route->pattern, req->now);
    return is_public(route) ? 0 : check_permission(req, route, actor, err);
}

int account_guard(struct http_request *req, const struct http_route *route, void *ctx,
                  struct err *err)
{
    struct str secret = STR_EMPTY;
    int r = find_and_permit(req, route, ctx, &secret, err);

    if (r == 0 && is_unsafe(req->method) && !route->no_csrf)
        return check_csrf(req, route, secret, err);
    return MIN(r, 0);
}

int account_admit(struct http_request *req, const struct http_route *route, void *ctx,
                  struct err *err)
{
    struct str secret = STR_EMPTY;

    return MIN(find_and_permit(req, route, ctx, &secret, err), 0);
}

/* ---- where to go instead -----------------------------------------------------------------------
 */

struct str account_local_path(struct str path)
{
    bool local = path.len > 0 && path.ptr[0] == '/';

    /* "//host" and "/\host" leave the site; a control character could end the header. */
    if (local && path.len > 1)
        local = path.ptr[1] != '/' && path.ptr[1] != '\\';
    for (size_t i = 0; i < path.len && local; i++)
        local = (unsigned char)path.ptr[i] > 0x20 && path.ptr[i] != 0x7f && path.ptr[i] != '\\';
    return local ? path : STR("/");
}

/* The page to come back to: this one, or for a form that was sent the page it stood on. */
static struct str page_of(const struct http_request *req)
{
    struct buf out = buf_make(req->arena);

    if (is_unsafe(req->method)) {
        struct str rest = http_header(req, "Referer");
        ptrdiff_t host = str_find(rest, STR("://"));
        struct str behind = host < 0 ? STR_EMPTY : str_from(rest, (size_t)host + 3);
        ptrdiff_t path = str_find_char(behind, '/');
        return path < 0 ? STR("/") : account_local_path(str_from(behind, (size_t)path));
    }
    buf_add(&out, req->raw_path);
    if (req->query.len > 0) {
        buf_add_char(&out, '?');
        buf_add(&out, req->query);
    }
    return account_local_path(buf_str(&out));
}

/* "/sign-in?next=..." */
static struct str path_and_back(const struct http_request *req, const char *path)
{
    struct str page = page_of(req);
    struct buf out = buf_make(req->arena);

    buf_add_c(&out, path);
    if (!str_is(page, "/")) {
        buf_add_c(&out, "?next=");
        html_url_part(&out, page);
    }
    return buf_str(&out);
}

bool account_error_redirect(struct http_request *req, struct http_response *res,
                            const struct err *err)
{
    struct str to;

    if (err->code != ERR_AUTH)
        return false;
    if (str_starts(req->path, STR("/api/"))) {
        http_add_header(res, STR("WWW-Authenticate"),
                        strcmp(err->field, "token") == 0
                            ? STR("Bearer realm=\"ungcuu\", error=\"invalid_token\"")
                            : STR("Bearer realm=\"ungcuu\""));
        return false;
    }
    if (strcmp(err->field, "must_change") == 0)
        to = STR(PASSWORD_PATH);
    else if (strcmp(err->field, "must_factor") == 0)
        to = STR(FACTOR_PATH);
    else
        to = path_and_back(req, strcmp(err->field, "confirm") == 0 ? CONFIRM_PATH : "/sign-in");
    if (http_header(req, "HX-Request").len > 0) {
        /* A fragment cannot be swapped for the sign-in page: the whole page goes there. */
        res->status = 200;
        http_add_header(res, STR("HX-Redirect"), to);
        return true;
    }
    http_redirect(res, to);
    return true;
}
