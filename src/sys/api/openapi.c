#include "sys/api/api.h"
#include "sys/i18n/i18n.h"

/*
 * The OpenAPI document, written from the route tables. Schemas of resources and forms are named
 * once under components and referred to everywhere else.
 */
struct schema {
    struct str name;
    const struct api_resource *resource; /* one of the two */
    const struct form *form;
    bool partial;
};

struct doc {
    struct json_writer w;
    struct arena *arena;
    enum lang lang;
    const struct api_routes *routes;
    VEC(struct schema) schemas;
    struct buf scratch;
};

const struct api_tag api_tags[] = {
    {"reports", N_("api|What anyone tells of an incident, and what is decided on it")},
    {"incidents", N_("api|Incidents from received to closed: facts, steps, people, timeline")},
    {"templates", N_("api|Templates of incidents and texts")},
    {"files", N_("api|Files kept with reports and incidents")},
    {"observables", N_("api|Addresses, domains, hashes and where else they were seen")},
    {"organisations", N_("api|The tree of organisations, their contacts and networks")},
    {"systems", N_("api|Information systems, who answers for them, what they consist of")},
    {"search", N_("api|One search over all that is in reach")},
    {"accounts", N_("api|Accounts and the roles they hold")},
    {"notices", N_("api|What I was told, and what I want to be told")},
    {"webhooks", N_("api|Addresses of other programs that are told of events")},
    {"settings", N_("api|How the site is set up and looked after: mail, sign-in, jobs, health")},
    {"audit", N_("api|What was done by whom, as a chain of hashes")},
    {"me", N_("api|The signed-in person")},
};
const size_t api_tags_len = ARRAY_LEN(api_tags);

bool api_next_route(const struct api_routes *routes, size_t at[2], const struct http_route **out)
{
    for (; at[0] < routes->len; at[0]++, at[1] = 0) {
        while (at[1] < routes->lens[at[0]]) {
            *out = &routes->tables[at[0]][at[1]++];
            if ((*out)->api != NULL)
                return true;
        }
    }
    return false;
}

bool api_next_part(const char **pattern, struct str *name)
{
    const char *open = strchr(*pattern, '{'), *close;

    if (open == NULL)
        return false;
    close = strchr(open, '}');
    *name = str_make(open + 1, (size_t)(close - open - 1));
    if (str_ends(*name, STR("...")))
        name->len -= 3;
    *pattern = close + 1;
    return true;
}

/* ---- schemas -----------------------------------------------------------------------------------
 */

static void need(struct doc *d, struct str name, const struct api_resource *resource,
                 const struct form *form, bool partial)
{
    for (size_t i = 0; i < d->schemas.len; i++) {
        if (str_eq(d->schemas.at[i].name, name)) {
            if (d->schemas.at[i].resource != resource || d->schemas.at[i].form != form)
                die("two schemas of the API are called " STR_FMT, STR_ARG(name));
            return;
        }
    }
    *vec_push(&d->schemas, d->arena) = (struct schema){name, resource, form, partial};
    for (size_t i = 0; resource != NULL && i < resource->len; i++) {
        if (resource->fields[i].of != NULL)
            need(d, str_c(resource->fields[i].of->name), resource->fields[i].of, NULL, false);
    }
}

/* createIncident -> CreateIncidentBody: forms are not shared between operations by name. */
static struct str body_name(struct doc *d, const struct api_operation *op)
{
    return str_printf(d->arena, "%c%sBody", toupper((unsigned char)op->id[0]), op->id + 1);
}

static struct str list_name(struct doc *d, const struct api_resource *of)
{
    return str_printf(d->arena, "%sPage", of->name);
}

static void ref(struct doc *d, const char *where, struct str name)
{
    json_w_object(&d->w);
    json_w_kstr(&d->w, "$ref",
                str_printf(d->arena, "#/components/%s/" STR_FMT, where, STR_ARG(name)));
    json_w_end(&d->w);
}

static void key(struct doc *d, const char *name)
{
    json_w_key(&d->w, str_c(name));
}

static struct str say(struct doc *d, const char *text)
{
    return i18n_text(d->lang, text);
}

/* ---- one operation -----------------------------------------------------------------------------
 */

static void param(struct doc *d, struct str name, const char *in, bool required, struct str about,
                  const struct form_choice *choices, bool number)
{
    int64_t n;

    json_w_object(&d->w);
    json_w_kstr(&d->w, "name", name);
    json_w_kstr(&d->w, "in", str_c(in));
    json_w_kbool(&d->w, "required", required);
    if (about.len > 0)
        json_w_kstr(&d->w, "description", about);
    key(d, "schema");
    json_w_object(&d->w);
    json_w_kstr(&d->w, "type", number ? STR("integer") : STR("string"));
    if (choices != NULL) {
        key(d, "enum");
        json_w_array(&d->w);
        for (const struct form_choice *c = choices; c->value != NULL; c++) {
            if (number && str_to_int(str_c(c->value), &n))
                json_w_int(&d->w, n);
            else
                json_w_str(&d->w, str_c(c->value));
        }
        json_w_end(&d->w);
    }
    json_w_end(&d->w);
    json_w_end(&d->w);
}

static void sort_param(struct doc *d, const char *const *sorts)
{
    struct form_choice *choices;
    size_t n = 0;

    while (sorts[n] != NULL)
        n++;
    choices = arena_array(d->arena, struct form_choice, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *name = sorts[i][0] == '-' ? sorts[i] + 1 : sorts[i];

        choices[2 * i] = (struct form_choice){name, NULL};
        choices[2 * i + 1] = (struct form_choice){str_printf(d->arena, "-%s", name).ptr, NULL};
    }
    param(d, STR("sort"), "query", false, say(d, N_("Order; with - in front: descending")), choices,
          false);
}

static void parameters(struct doc *d, const struct http_route *route)
{
    const struct api_operation *op = route->api;
    const char *rest = route->pattern;
    struct str name;

    key(d, "parameters");
    json_w_array(&d->w);
    while (api_next_part(&rest, &name))
        param(d, name, "path", true, STR_EMPTY, NULL, false);
    for (const struct api_param *p = op->params; p != NULL && p->name != NULL; p++)
        param(d, str_c(p->name), "query", false, p->about != NULL ? say(d, p->about) : STR_EMPTY,
              p->choices, p->number);
    if (op->sorts != NULL)
        sort_param(d, op->sorts);
    if ((op->flags & API_PAGED) != 0) {
        ref(d, "parameters", STR("limit"));
        ref(d, "parameters", STR("cursor"));
    }
    if ((op->flags & API_VERSIONED) != 0)
        ref(d, "parameters", STR("ifMatch"));
    if ((op->flags & API_ONCE) != 0)
        ref(d, "parameters", STR("idempotencyKey"));
    json_w_end(&d->w);
}

static void content(struct doc *d, const char *type, struct str schema)
{
    key(d, "content");
    json_w_object(&d->w);
    key(d, type);
    json_w_object(&d->w);
    key(d, "schema");
    ref(d, "schemas", schema);
    json_w_end(&d->w);
    json_w_end(&d->w);
}

static void request_body(struct doc *d, const struct http_route *route)
{
    const struct api_operation *op = route->api;

    if (op->body == NULL && route->body != HTTP_BODY_FILES)
        return;
    key(d, "requestBody");
    json_w_object(&d->w);
    json_w_kbool(&d->w, "required", true);
    if (op->body != NULL) {
        struct str name = body_name(d, op);

        need(d, name, NULL, op->body, (op->flags & API_PARTIAL) != 0);
        content(d, "application/json", name);
    } else {
        content(d, "multipart/form-data", STR("Upload"));
    }
    json_w_end(&d->w);
}

static int status_of(const struct api_operation *op)
{
    if (op->status != 0)
        return op->status;
    return op->answer == NULL && op->file == NULL ? 204 : 200;
}

static void success(struct doc *d, const struct api_operation *op)
{
    int status = status_of(op);

    key(d, str_printf(d->arena, "%d", status).ptr);
    json_w_object(&d->w);
    json_w_kstr(&d->w, "description",
                status == 204   ? say(d, N_("api|Done"))
                : status == 201 ? say(d, N_("api|Made"))
                                : say(d, N_("api|The answer")));
    if (op->answer != NULL && (op->flags & API_IS_LIST) != 0) {
        need(d, str_c(op->answer->name), op->answer, NULL, false);
        content(d, "application/json", list_name(d, op->answer));
    } else if (op->answer != NULL) {
        need(d, str_c(op->answer->name), op->answer, NULL, false);
        content(d, "application/json", str_c(op->answer->name));
    } else if (op->file != NULL) {
        key(d, "content");
        json_w_object(&d->w);
        key(d, op->file);
        json_w_object(&d->w);
        json_w_end(&d->w);
        json_w_end(&d->w);
    }
    json_w_end(&d->w);
}

static void failure(struct doc *d, int status)
{
    key(d, str_printf(d->arena, "%d", status).ptr);
    ref(d, "responses", STR("Problem"));
}

static bool is_public(const struct http_route *route)
{
    return strcmp(route->permission, "public") == 0;
}

static void responses(struct doc *d, const struct http_route *route)
{
    const struct api_operation *op = route->api;
    bool named = strchr(route->pattern, '{') != NULL;

    key(d, "responses");
    json_w_object(&d->w);
    success(d, op);
    if (op->body != NULL || op->params != NULL || (op->flags & API_IS_LIST) != 0 ||
        route->body == HTTP_BODY_FILES)
        failure(d, 400);
    if (!is_public(route)) {
        failure(d, 401);
        failure(d, 403);
    }
    if (named)
        failure(d, 404);
    if (route->method != HTTP_GET)
        failure(d, 409);
    if ((op->flags & API_VERSIONED) != 0) {
        failure(d, 412);
        failure(d, 428);
    }
    failure(d, 429);
    json_w_end(&d->w);
}

static const char *const methods[] = {"get", "head", "post", "put", "patch", "delete"};

static void operation(struct doc *d, const struct http_route *route)
{
    const struct api_operation *op = route->api;

    key(d, methods[route->method]);
    json_w_object(&d->w);
    json_w_kstr(&d->w, "operationId", str_c(op->id));
    key(d, "tags");
    json_w_array(&d->w);
    json_w_str(&d->w, str_c(op->tag));
    json_w_end(&d->w);
    json_w_kstr(&d->w, "summary", say(d, op->summary));
    if (op->about != NULL)
        json_w_kstr(&d->w, "description", say(d, op->about));
    json_w_kstr(&d->w, "x-permission", str_c(route->permission));
    if (is_public(route)) {
        key(d, "security");
        json_w_array(&d->w);
        json_w_end(&d->w);
    }
    parameters(d, route);
    request_body(d, route);
    responses(d, route);
    json_w_end(&d->w);
}

/* "{value...}" of our patterns is "{value}" in a path of OpenAPI. */
static struct str path_of(struct doc *d, const char *pattern)
{
    struct str rest = str_c(pattern);
    ptrdiff_t dots = str_find(rest, STR("...}"));

    return dots < 0
               ? rest
               : str_printf(d->arena, STR_FMT "}" STR_FMT, STR_ARG(str_sub(rest, 0, (size_t)dots)),
                            STR_ARG(str_from(rest, (size_t)dots + 4)));
}

static void paths(struct doc *d)
{
    const struct http_route *route, *other;
    size_t at[2] = {0}, again[2];

    key(d, "paths");
    json_w_object(&d->w);
    while (api_next_route(d->routes, at, &route)) {
        bool first = true;

        /* All methods of a path stand together, where the path comes first. */
        memset(again, 0, sizeof(again));
        while (first && api_next_route(d->routes, again, &other) && other != route)
            first = strcmp(other->pattern, route->pattern) != 0;
        if (!first)
            continue;
        json_w_key(&d->w, path_of(d, route->pattern));
        json_w_object(&d->w);
        memset(again, 0, sizeof(again));
        while (api_next_route(d->routes, again, &other))
            if (strcmp(other->pattern, route->pattern) == 0)
                operation(d, other);
        json_w_end(&d->w);
    }
    json_w_end(&d->w);
}

/* ---- components --------------------------------------------------------------------------------
 */

static void page_schema(struct doc *d, const struct api_resource *of)
{
    json_w_key(&d->w, list_name(d, of));
    json_w_object(&d->w);
    json_w_kstr(&d->w, "type", STR("object"));
    json_w_key(&d->w, STR(N_("required")));
    json_w_array(&d->w);
    json_w_str(&d->w, STR("items"));
    json_w_str(&d->w, STR("next"));
    json_w_end(&d->w);
    key(d, "properties");
    json_w_object(&d->w);
    key(d, "items");
    json_w_object(&d->w);
    json_w_kstr(&d->w, "type", STR("array"));
    key(d, "items");
    ref(d, "schemas", str_c(of->name));
    json_w_end(&d->w);
    key(d, "next");
    json_w_raw(&d->w, STR("{\"type\":[\"string\",\"null\"],\"format\":\"uri-reference\"}"));
    json_w_end(&d->w);
    json_w_end(&d->w);
}

static void pages(struct doc *d)
{
    const struct http_route *route;
    VEC(const struct api_resource *) done = {0};
    size_t at[2] = {0};

    while (api_next_route(d->routes, at, &route)) {
        bool known = (route->api->flags & API_IS_LIST) == 0;

        for (size_t i = 0; i < done.len && !known; i++)
            known = done.at[i] == route->api->answer;
        if (known)
            continue;
        *vec_push(&done, d->arena) = route->api->answer;
        page_schema(d, route->api->answer);
    }
}

static void schemas(struct doc *d)
{
    key(d, "schemas");
    json_w_object(&d->w);
    for (size_t i = 0; i < d->schemas.len; i++) {
        const struct schema *s = &d->schemas.at[i];

        json_w_key(&d->w, s->name);
        if (s->resource != NULL)
            api_schema(s->resource, &d->w);
        else if (s->partial)
            form_schema_partial(s->form, &d->w);
        else
            form_schema(s->form, &d->w);
    }
    pages(d);
    key(d, "Upload");
    json_w_raw(&d->w, STR("{\"type\":\"object\",\"properties\":{\"files\":{\"type\":\"array\","
                          "\"items\":{\"type\":\"string\",\"contentMediaType\":"
                          "\"application/octet-stream\"}}}}"));
    key(d, "Problem");
    json_w_raw(
        &d->w,
        STR("{\"type\":\"object\",\"description\":\"RFC 9457\",\"required\":[\"type\",\"title\","
            "\"status\",\"code\",\"request_id\"],\"properties\":{"
            "\"type\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
            "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
            "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
            "\"request_id\":{\"type\":\"string\"},"
            "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
            "\"pointer\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}}}},"
            "\"line\":{\"type\":\"integer\"},\"column\":{\"type\":\"integer\"},"
            "\"version\":{\"type\":\"integer\"},"
            "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
            "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
            "\"who\":{\"type\":\"string\"},\"action\":{\"type\":\"string\"},"
            "\"detail\":{\"type\":[\"object\",\"null\"]}}}}}}"));
    json_w_end(&d->w);
}

static void header_param(struct doc *d, const char *component, const char *name, bool required,
                         const char *about)
{
    key(d, component);
    param(d, str_c(name), "header", required, say(d, about), NULL, false);
}

static void components(struct doc *d)
{
    key(d, "components");
    json_w_object(&d->w);
    key(d, "securitySchemes");
    json_w_raw(&d->w, STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                          "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
                          "\"ungcuu_session\"}}"));
    key(d, "parameters");
    json_w_object(&d->w);
    key(d, "limit");
    json_w_object(&d->w);
    json_w_kstr(&d->w, "name", STR("limit"));
    json_w_kstr(&d->w, "in", STR("query"));
    json_w_kstr(&d->w, "description", say(d, N_("Rows of a page")));
    key(d, "schema");
    json_w_raw(&d->w, STR("{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}"));
    json_w_end(&d->w);
    key(d, "cursor");
    param(d, STR("cursor"), "query", false,
          say(d, N_("Where the page begins: taken from the link to the next page")), NULL, false);
    header_param(d, "ifMatch", "If-Match", true,
                 N_("The ETag of the record as it was read, or * for whatever it is"));
    header_param(d, "idempotencyKey", "Idempotency-Key", false,
                 N_("16 to 200 characters of your choice: the same request with the same key is "
                    "done once, and answered alike for 24 hours"));
    json_w_end(&d->w);
    key(d, "responses");
    json_w_object(&d->w);
    key(d, "Problem");
    json_w_object(&d->w);
    json_w_kstr(&d->w, "description",
                say(d, N_("What is wrong, for programs and people (RFC 9457)")));
    content(d, "application/problem+json", STR("Problem"));
    json_w_end(&d->w);
    json_w_end(&d->w);
    schemas(d);
    json_w_end(&d->w);
}

static void head(struct doc *d, struct str server)
{
    json_w_kstr(&d->w, "openapi", STR("3.1.0"));
    key(d, "info");
    json_w_object(&d->w);
    json_w_kstr(&d->w, "title", STR("Ứng Cứu"));
    json_w_kstr(&d->w, "version", STR(UNGCUU_VERSION));
    json_w_kstr(&d->w, "description",
                say(d, N_("What the site does, for programs. Times are RFC 3339; records are named "
                          "by their codes; whoever asks sees what they would see on the pages.")));
    key(d, "license");
    json_w_raw(&d->w, STR("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    json_w_end(&d->w);
    key(d, "servers");
    json_w_array(&d->w);
    json_w_object(&d->w);
    json_w_kstr(&d->w, "url", server);
    json_w_end(&d->w);
    json_w_end(&d->w);
    key(d, "security");
    json_w_raw(&d->w, STR("[{\"token\":[]},{\"session\":[]}]"));
    key(d, "tags");
    json_w_array(&d->w);
    for (size_t i = 0; i < api_tags_len; i++) {
        json_w_object(&d->w);
        json_w_kstr(&d->w, "name", str_c(api_tags[i].name));
        json_w_kstr(&d->w, "description", say(d, api_tags[i].about));
        json_w_end(&d->w);
    }
    json_w_end(&d->w);
}

void api_openapi(const struct api_routes *routes, struct str server, enum lang lang,
                 struct buf *out)
{
    struct doc d = {.arena = out->arena, .lang = lang, .routes = routes};

    json_w_init(&d.w, out);
    json_w_object(&d.w);
    head(&d, server);
    paths(&d);
    components(&d);
    json_w_end(&d.w);
    buf_add_char(out, '\n');
}
