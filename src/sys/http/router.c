#include "sys/http/inner.h"

static struct route_node *literal_child(struct router *rt, struct route_node *n, struct str part,
                                        bool make)
{
    struct route_node *c;

    for (c = n->children; c != NULL; c = c->next)
        if (str_eq(c->literal, part))
            return c;
    if (!make)
        return NULL;
    c = arena_new(&rt->arena, struct route_node);
    c->literal = part;
    c->next = n->children;
    n->children = c;
    return c;
}

static struct route_node *descend(struct router *rt, struct route_node *n, struct str part,
                                  struct route_entry *e, bool *rest)
{
    struct route_node **slot;

    if (part.len == 0 || part.ptr[0] != '{')
        return literal_child(rt, n, part, true);
    if (part.ptr[part.len - 1] != '}')
        return NULL;
    part = str_sub(part, 1, part.len - 2);
    *rest = str_ends(part, STR("..."));
    if (*rest)
        part.len -= 3;
    if (part.len == 0 || e->params_len == 16)
        return NULL;
    e->params[e->params_len++] = str_cdup(&rt->arena, part);
    slot = *rest ? &n->rest : &n->param;
    if (*slot == NULL)
        *slot = arena_new(&rt->arena, struct route_node);
    return *slot;
}

int router_add(struct router *rt, const struct http_route *route, bool builtin, struct err *err)
{
    struct route_entry *e = arena_new(&rt->arena, struct route_entry);
    struct str path = str_c(route->pattern), part;
    struct route_node *n = &rt->root;
    bool rest = false;

    if (path.len == 0 || path.ptr[0] != '/' || route->handler == NULL)
        return err_set(err, ERR_INTERNAL,
                       "route \"%s\" needs a handler and a pattern that begins "
                       "with \"/\"",
                       route->pattern != NULL ? route->pattern : "");
    if (route->permission == NULL || route->permission[0] == '\0')
        return err_set(err, ERR_INTERNAL, "route \"%s\" names no permission", route->pattern);
    e->route = route;
    e->pattern = route->pattern;
    e->builtin = builtin;
    e->params = arena_array(&rt->arena, const char *, 16);
    path = str_from(path, 1);
    for (bool more = path.len > 0; more;) {
        more = str_split(&path, '/', &part);
        if (!more)
            break;
        if (rest || (n = descend(rt, n, part, e, &rest)) == NULL)
            return err_set(err, ERR_INTERNAL, "route \"%s\" is malformed", route->pattern);
    }
    if (n->entries[route->method] != NULL)
        return err_set(err, ERR_INTERNAL, "routes \"%s\" and \"%s\" answer the same requests",
                       route->pattern, n->entries[route->method]->pattern);
    n->entries[route->method] = e;
    if (rt->all_len == rt->all_cap)
        rt->all = vec_grow(&rt->arena, rt->all, rt->all_len, &rt->all_cap, sizeof(rt->all[0]));
    rt->all[rt->all_len++] = e;
    return 0;
}

static bool arrive(const struct route_node *n, enum http_method method, struct route_match *m)
{
    struct route_entry *e = n->entries[method];

    if (e == NULL && method == HTTP_HEAD)
        e = n->entries[HTTP_GET];
    if (e != NULL) {
        m->entry = e;
        return true;
    }
    for (unsigned i = 0; i < HTTP_OTHER; i++)
        if (n->entries[i] != NULL)
            m->allowed |= 1u << i;
    return false;
}

/* Literal parts win over {name}, which wins over {name...}; `path` is what is left behind a "/". */
static bool walk(const struct route_node *n, enum http_method method, struct str path, bool end,
                 struct route_match *m)
{
    struct str part = path, rest = STR_EMPTY;
    const struct route_node *c;
    size_t taken = m->values_len;
    ptrdiff_t slash;
    bool last;

    if (end)
        return arrive(n, method, m);
    slash = str_find_char(path, '/');
    last = slash < 0;
    if (!last) {
        part = str_sub(path, 0, (size_t)slash);
        rest = str_from(path, (size_t)slash + 1);
    }
    for (c = n->children; c != NULL; c = c->next)
        if (str_eq(c->literal, part) && walk(c, method, rest, last, m))
            return true;
    if (n->param != NULL && part.len > 0 && str_find_char(part, ESCAPED_SLASH) < 0 &&
        str_find_char(part, ESCAPED_BACKSLASH) < 0) {
        m->values[m->values_len++] = part;
        if (walk(n->param, method, rest, last, m))
            return true;
        m->values_len = taken;
    }
    if (n->rest != NULL && path.len > 0) {
        m->values[m->values_len++] = path;
        if (arrive(n->rest, method, m))
            return true;
        m->values_len = taken;
    }
    return false;
}

void router_find(const struct router *rt, enum http_method method, struct str path,
                 struct route_match *out)
{
    out->entry = NULL;
    out->allowed = 0;
    out->values_len = 0;
    path = str_from(path, 1);
    walk(&rt->root, method, path, path.len == 0, out);
}
