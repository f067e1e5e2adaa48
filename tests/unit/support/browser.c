#include "support/browser.h"

void browser_set_cookie(struct browser *b, struct str name, struct str value)
{
    for (size_t i = 0; i < b->cookies.len; i++) {
        if (str_eq(b->cookies.at[i].name, name)) {
            b->cookies.at[i].value = value;
            return;
        }
    }
    *vec_push(&b->cookies, b->arena) = (struct browser_cookie){name, value};
}

struct str browser_cookie(const struct browser *b, const char *name)
{
    for (size_t i = 0; i < b->cookies.len; i++) {
        if (str_is(b->cookies.at[i].name, name))
            return b->cookies.at[i].value;
    }
    return STR("");
}

static void take_cookies(struct browser *b)
{
    struct str rest = b->page.head, line, key = STR("set-cookie: ");
    struct buf all = buf_make(b->arena);

    while (str_line(&rest, &line)) {
        ptrdiff_t equals, end;
        if (!str_starts_nocase(line, key))
            continue;
        line = str_from(line, key.len);
        buf_add(&all, line);
        buf_add_char(&all, '\n');
        equals = str_find_char(line, '=');
        end = str_find_char(line, ';');
        if (equals > 0 && end > equals)
            browser_set_cookie(
                b, str_dup(b->arena, str_sub(line, 0, (size_t)equals)),
                str_dup(b->arena, str_sub(line, (size_t)equals + 1, (size_t)(end - equals - 1))));
    }
    b->set_cookie = buf_str(&all);
}

struct str browser_between(const struct browser *b, const char *before, const char *after)
{
    ptrdiff_t from = str_find(b->page.body, str_c(before));
    struct str rest;
    ptrdiff_t to;

    if (from < 0)
        return STR("");
    rest = str_from(b->page.body, (size_t)from + strlen(before));
    to = str_find(rest, str_c(after));
    return to < 0 ? STR("") : str_sub(rest, 0, (size_t)to);
}

static struct str cookie_line(const struct browser *b)
{
    struct buf out = buf_make(b->arena);

    for (size_t i = 0; i < b->cookies.len; i++) {
        if (b->cookies.at[i].value.len == 0)
            continue;
        buf_add_c(&out, out.len == 0 ? "Cookie: " : "; ");
        buf_printf(&out, STR_FMT "=" STR_FMT, STR_ARG(b->cookies.at[i].name),
                   STR_ARG(b->cookies.at[i].value));
    }
    if (out.len > 0)
        buf_add_c(&out, "\r\n");
    return buf_str(&out);
}

void browser_send(struct browser *b, const char *method, const char *path, const char *type,
                  struct str body)
{
    struct buf out = buf_make(b->arena);
    struct str token;

    buf_printf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\n" STR_FMT, method, path,
               STR_ARG(cookie_line(b)));
    if (b->headers != NULL)
        buf_add_c(&out, b->headers);
    if (body.ptr != NULL)
        buf_printf(&out, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, body.len);
    buf_add_c(&out, "\r\n");
    buf_add(&out, body);
    if (b->fd == 0)
        b->fd = dial(b->port);
    say(b->fd, buf_str(&out));
    b->page = hear(b->fd, b->arena, b->rest, false);
    b->rest = b->page.rest;
    if (b->page.closed || str_eq_nocase(reply_header(&b->page, "Connection"), STR("close")))
        browser_close(b);
    take_cookies(b);
    token = browser_between(b, "name=\"csrf\" value=\"", "\"");
    if (token.len > 0)
        b->csrf = str_dup(b->arena, token);
}

void browser_get(struct browser *b, const char *path)
{
    browser_send(b, "GET", path, NULL, STR_EMPTY);
}

void browser_post(struct browser *b, const char *path, const char *fields)
{
    browser_send(b, "POST", path, "application/x-www-form-urlencoded",
                 str_printf(b->arena, "csrf=" STR_FMT "&%s", STR_ARG(b->csrf), fields));
}

void browser_json(struct browser *b, const char *method, const char *path, const char *body)
{
    const char *before = b->headers;

    b->headers = str_printf(b->arena, "%sX-CSRF-Token: " STR_FMT "\r\n",
                            before != NULL ? before : "", STR_ARG(b->csrf))
                     .ptr;
    browser_send(b, method, path, "application/json", str_c(body));
    b->headers = before;
}

void browser_close(struct browser *b)
{
    if (b->fd != 0)
        close(b->fd);
    b->fd = 0;
    b->rest = STR_EMPTY;
}

bool browser_shows(const struct browser *b, const char *text)
{
    return str_find(b->page.body, str_c(text)) >= 0;
}

struct str browser_location(const struct browser *b)
{
    return reply_header(&b->page, "Location");
}
