#include "app/api/pages/api.html.h"
#include "app/api/view.h"
#include "sys/i18n/i18n.h"

static struct api_routes known;

void api_start(const struct http_route *const *tables, const size_t *lens, size_t len)
{
    known = (struct api_routes){tables, lens, len};
}

const struct api_routes *api_routes_known(void)
{
    return &known;
}

static struct str base_of(const struct http_request *req)
{
    return site.base_url.len > 0
               ? site.base_url
               : str_printf(req->arena, "%s://" STR_FMT, req->secure ? "https" : "http",
                            STR_ARG(http_header(req, "Host")));
}

int api_document(struct http_request *req, struct http_response *res, struct err *err)
{
    api_openapi(&known, base_of(req), LANG_EN, &res->body);
    res->type = "application/json";
    http_add_header(res, STR("Cache-Control"), STR("no-cache"));
    return 0;
}

/* ---- the page for people -----------------------------------------------------------------------
 */

static struct str choices_text(struct arena *a, const struct form_choice *choices)
{
    struct buf out = buf_make(a);

    for (const struct form_choice *c = choices; c->value != NULL; c++) {
        if (c->value[0] == '\0')
            continue;
        buf_add_c(&out, out.len > 0 ? " | " : "");
        buf_add_c(&out, c->value);
    }
    return buf_str(&out);
}

static struct str form_type_text(struct arena *a, const struct form_field *f)
{
    static const char *const names[] = {
        [FORM_INT] = "integer",  [FORM_TIME] = "date-time",   [FORM_DATE] = "date",
        [FORM_BOOL] = "boolean", [FORM_CHOICES] = "string[]",
    };

    if (f->choices != NULL)
        return choices_text(a, f->choices);
    return str_c(f->type < ARRAY_LEN(names) && names[f->type] != NULL ? names[f->type] : "string");
}

static struct str field_type_text(struct arena *a, const struct api_field *f)
{
    if (f->choices != NULL)
        return choices_text(a, f->choices);
    if (f->type == API_LIST || f->type == API_PART)
        return str_printf(a, "%s%s", f->of->name, f->type == API_LIST ? "[]" : "");
    if (f->type == API_TIME || f->type == API_DATE)
        return f->type == API_TIME ? STR("date-time") : STR("date");
    if (f->type == API_JSON)
        return STR("object");
    return f->member == API_M_STR    ? STR("string")
           : f->member == API_M_BOOL ? STR("boolean")
                                     : STR("integer");
}

static void query_lines(struct arena *a, const struct api_operation *op, struct api_lines *out)
{
    for (const struct api_param *q = op->params; q != NULL && q->name != NULL; q++)
        *vec_push(out, a) =
            (struct api_line){.name = str_c(q->name),
                              .type = q->choices != NULL ? choices_text(a, q->choices)
                                      : q->number        ? STR("integer")
                                                         : STR("string"),
                              .about = q->about};
    if (op->sorts != NULL) {
        struct buf names = buf_make(a);

        for (size_t i = 0; op->sorts[i] != NULL; i++)
            buf_printf(&names, "%s%s", i > 0 ? " | " : "",
                       op->sorts[i][0] == '-' ? op->sorts[i] + 1 : op->sorts[i]);
        *vec_push(out, a) = (struct api_line){.name = STR("sort"),
                                              .type = buf_str(&names),
                                              .about = N_("Order; with - in front: descending")};
    }
    if ((op->flags & API_IS_LIST) != 0) {
        *vec_push(out, a) = (struct api_line){
            .name = STR("limit"), .type = STR("integer"), .about = N_("Rows of a page")};
        *vec_push(out, a) = (struct api_line){
            .name = STR("cursor"),
            .type = STR("string"),
            .about = N_("Where the page begins: taken from the link to the next page")};
    }
}

static void body_lines(struct arena *a, const struct api_operation *op, struct api_lines *out)
{
    for (size_t i = 0; op->body != NULL && i < op->body->len; i++) {
        const struct form_field *f = &op->body->fields[i];

        if (f->type == FORM_HIDDEN || f->type == FORM_FILES)
            continue;
        *vec_push(out, a) =
            (struct api_line){.name = str_c(f->name),
                              .type = form_type_text(a, f),
                              .label = f->label,
                              .about = f->help,
                              .required = f->required && (op->flags & API_PARTIAL) == 0};
    }
}

static void answer_lines(struct arena *a, const struct api_resource *of, struct api_lines *out)
{
    for (size_t i = 0; of != NULL && i < of->len; i++)
        *vec_push(out, a) = (struct api_line){.name = str_c(of->fields[i].name),
                                              .type = field_type_text(a, &of->fields[i]),
                                              .label = of->fields[i].label,
                                              .about = of->fields[i].about};
}

static struct api_entry entry_of(struct arena *a, const struct http_route *route)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    const struct api_operation *op = route->api;
    struct api_entry entry = {.route = route, .method = methods[route->method]};

    query_lines(a, op, &entry.query);
    body_lines(a, op, &entry.body);
    answer_lines(a, op->answer, &entry.answer);
    if (op->answer != NULL)
        entry.answer_name =
            str_printf(a, "%s%s", op->answer->name, (op->flags & API_IS_LIST) != 0 ? "Page" : "");
    return entry;
}

static void problem_lines(struct arena *a, enum lang lang, struct api_problem_lines *out)
{
    for (int code = -1; code > -ERR_COUNT; code--) {
        if (err_http_status(code) >= 500 && code != ERR_BUSY)
            continue;
        *vec_push(out, a) = (struct api_problem_line){err_http_status(code), err_name(code),
                                                      str_c(err_message(code, lang))};
    }
}

int api_page(struct http_request *req, struct http_response *res, struct err *err)
{
    struct api_page_view v = {.base = base_of(req)};
    const struct http_route *route;
    struct html_page p;

    for (size_t i = 0; i < api_tags_len; i++) {
        struct api_section section = {.tag = &api_tags[i]};
        size_t at[2] = {0};

        while (api_next_route(&known, at, &route))
            if (strcmp(route->api->tag, api_tags[i].name) == 0)
                *vec_push(&section.entries, req->arena) = entry_of(req->arena, route);
        if (section.entries.len > 0)
            *vec_push(&v.sections, req->arena) = section;
    }
    problem_lines(req->arena, req->lang, &v.problems);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "API for programs"), .public_frame = true});
    api_page_html(&p, &v);
    web_page_end(&p);
    return 0;
}

const struct http_route api_routes[] = {
    {HTTP_GET, "/api", "public", api_page, .scope = "none"},
    {HTTP_GET, "/api/v1/openapi.json", "public", api_document, .scope = "none"},
};
const size_t api_routes_len = ARRAY_LEN(api_routes);
