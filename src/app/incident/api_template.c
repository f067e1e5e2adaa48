#include "app/incident/api.h"
#include "app/incident/template.h"
#include "sys/i18n/i18n.h"

/* Templates over the API: reading, keeping, and opening an incident from one. */

#define TEMPLATE(m) API_AT(struct template_row, m)
static const struct api_field template_fields[] = {
    {TEMPLATE(id), .label = N_("Number")},
    {TEMPLATE(name), .label = N_("Name of the template")},
    {TEMPLATE(org_name), .label = N_("For which organisation")},
    {TEMPLATE(title), .label = N_("Title")},
    {TEMPLATE(kind), .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {TEMPLATE(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {TEMPLATE(tlp), .label = N_("Sharing (TLP)"), .choices = web_tlp_choices},
    {TEMPLATE(serious), .label = N_("Serious incident")},
    {TEMPLATE(summary), .label = N_("Summary")},
    {TEMPLATE(tasks), .label = N_("Further tasks"),
     .about = N_("A line each; they come behind the "
                 "playbook's steps")},
    {TEMPLATE(may_manage), .label = N_("May be changed")},
    {TEMPLATE(version), .label = N_("Version"), .about = N_("Rises with every change")},
};
static const struct api_resource template_resource = API_RESOURCE(
    "Template", struct template_row, template_fields, N_("What incidents of a sort begin with"));

#define TEXT(m) API_AT(struct text_template_row, m)
static const struct api_field text_fields[] = {
    {TEXT(id), .label = N_("Number")},
    {TEXT(name), .label = N_("Name of the text")},
    {TEXT(org_name), .label = N_("For which organisation")},
    {TEXT(used_for), .label = N_("Used for"), .about = N_("comment, answer or both")},
    {TEXT(body), .label = N_("Text")},
    {TEXT(may_manage), .label = N_("May be changed")},
    {TEXT(version), .label = N_("Version"), .about = N_("Rises with every change")},
};
static const struct api_resource text_resource =
    API_RESOURCE("TextTemplate", struct text_template_row, text_fields,
                 N_("A text that is written again and again"));

/* The organisation that the body names by its code, as the operations take it. */
static int take_org(struct http_request *req, struct db *db, struct str *org, struct err *err)
{
    int64_t id;
    int r = incident_api_org(req, db, "org", *org, &id, err);

    *org = str_printf(req->arena, "%" PRId64, id);
    return r;
}

/* One that another organisation keeps is read by whoever may use it, and changed by its own. */
static int check_mine(int found, bool may_manage, int64_t id, bool change, struct err *err)
{
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "no template %" PRId64 " in reach", id);
    if (found == 1 && change && !may_manage)
        return err_set(err, ERR_FORBIDDEN, "template %" PRId64 " is another organisation's", id);
    return MIN(found, 0);
}

/* ---- templates of incidents --------------------------------------------------------------------
 */

static int find(struct http_request *req, struct db **db, bool change, struct template_row *out,
                struct err *err)
{
    int64_t id;
    int r;

    if ((r = web_db(req, db, err)) < 0 || (r = api_part_int(req, "template", &id, err)) < 0 ||
        (r = template_get(*db, req->arena, actor_of(req)->id, req->now, id, out, err)) < 0)
        return r;
    return check_mine(r, r == 1 && out->may_manage, id, change, err);
}

static int answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct err *err)
{
    struct template_row row;
    int r = template_get(db, req->arena, actor_of(req)->id, req->now, id, &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no template %" PRId64 " in reach", id);
    return r < 0 ? r : api_send(req, res, &template_resource, &row, row.version);
}

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_rows rows;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = template_list(db, req->arena, actor_of(req)->id, req->now, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &template_resource, &rows);
}

static int show_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_row row;
    struct db *db;
    int r = find(req, &db, false, &row, err);

    return r < 0 ? r : api_send(req, res, &template_resource, &row, row.version);
}

static int create(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_values in = {0};
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &template_form, &in, err)) < 0 ||
        (r = take_org(req, db, &in.org, err)) < 0 ||
        (r = template_save(db, req->arena, 0, &in, actor_of(req), req->now, &id, err)) < 0)
        return r;
    res->status = 201;
    http_add_header(res, STR("Location"), str_printf(req->arena, "/api/v1/templates/%" PRId64, id));
    return answer(req, res, db, id, err);
}
API_ONCE_HANDLER(create_post, create)

static int edit_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_row was, is;
    struct template_values in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = find(req, &db, true, &was, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0)
        return r;
    in = (struct template_values){
        .name = was.name,
        .title = was.title,
        .kind = was.kind,
        .severity = str_printf(req->arena, "%" PRId64, was.severity),
        .tlp = was.tlp,
        .summary = was.summary,
        .tasks = was.tasks,
        .serious = was.serious,
        .org = was.org_code,
    };
    if ((r = api_read_change(req, &template_form, &in, err)) < 0 ||
        (r = take_org(req, db, &in.org, err)) < 0)
        return r;
    in.version = str_printf(req->arena, "%" PRId64, version != 0 ? version : was.version);
    r = template_save(db, req->arena, was.id, &in, actor_of(req), req->now, NULL, err);
    if (r == ERR_CONFLICT &&
        template_get(db, req->arena, actor_of(req)->id, req->now, was.id, &is, &ignored) == 1)
        return api_overtaken(req, db, r, "template", was.id, version, is.version, err);
    return r < 0 ? r : answer(req, res, db, was.id, err);
}

static int drop_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_row row;
    struct db *db;
    int r = find(req, &db, true, &row, err);

    if (r < 0 || (r = template_drop(db, req->arena, row.id, actor_of(req), req->now, err)) < 0)
        return r;
    return api_send_done(res);
}

/* ---- an incident from a template ---------------------------------------------------------------
 */

static int use(struct http_request *req, struct http_response *res, struct err *err)
{
    struct template_row template;
    struct incident_facts in;
    struct db *db;
    int r = find(req, &db, false, &template, err);

    if (r < 0)
        return r;
    in = (struct incident_facts){
        .title = template.title,
        .summary = template.summary,
        .kind = template.kind,
        .severity = str_printf(req->arena, "%" PRId64, template.severity),
        .severity_why = STR(""),
        .tlp = template.tlp,
        .serious = template.serious,
        .org = template.org_code,
        .detected_at = opt_int(req->now),
    };
    if ((r = api_read_change(req, &incident_facts_form, &in, err)) < 0)
        return r;
    if (in.title.len == 0)
        return api_reject(req, "title", T(req->lang, "The template has no title: give one"), err);
    return incident_api_open(req, res, db, &in, template.id, err);
}
API_ONCE_HANDLER(use_post, use)

/* ---- texts -------------------------------------------------------------------------------------
 */

static int text_find(struct http_request *req, struct db **db, bool change,
                     struct text_template_row *out, struct err *err)
{
    int64_t id;
    int r;

    if ((r = web_db(req, db, err)) < 0 || (r = api_part_int(req, "text", &id, err)) < 0 ||
        (r = text_get(*db, req->arena, actor_of(req)->id, req->now, id, out, err)) < 0)
        return r;
    return check_mine(r, r == 1 && out->may_manage, id, change, err);
}

static int text_answer(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct err *err)
{
    struct text_template_row row;
    int r = text_get(db, req->arena, actor_of(req)->id, req->now, id, &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no text %" PRId64 " in reach", id);
    return r < 0 ? r : api_send(req, res, &text_resource, &row, row.version);
}

static int texts_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_template_rows rows;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = text_list(db, req->arena, actor_of(req)->id, req->now, api_arg(req, "used_for"), &rows,
                       err)) < 0)
        return r;
    return api_send_list(req, res, &text_resource, &rows);
}

static int text_show(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_template_row row;
    struct db *db;
    int r = text_find(req, &db, false, &row, err);

    return r < 0 ? r : api_send(req, res, &text_resource, &row, row.version);
}

static int text_create(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_values in = {0};
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &text_form, &in, err)) < 0 ||
        (r = take_org(req, db, &in.org, err)) < 0 ||
        (r = text_save(db, req->arena, 0, &in, actor_of(req), req->now, &id, err)) < 0)
        return r;
    res->status = 201;
    http_add_header(res, STR("Location"), str_printf(req->arena, "/api/v1/texts/%" PRId64, id));
    return text_answer(req, res, db, id, err);
}
API_ONCE_HANDLER(text_post, text_create)

static int text_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_template_row was, is;
    struct text_values in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = text_find(req, &db, true, &was, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0)
        return r;
    in = (struct text_values){
        .name = was.name, .used_for = was.used_for, .body = was.body, .org = was.org_code};
    if ((r = api_read_change(req, &text_form, &in, err)) < 0 ||
        (r = take_org(req, db, &in.org, err)) < 0)
        return r;
    in.version = str_printf(req->arena, "%" PRId64, version != 0 ? version : was.version);
    r = text_save(db, req->arena, was.id, &in, actor_of(req), req->now, NULL, err);
    if (r == ERR_CONFLICT &&
        text_get(db, req->arena, actor_of(req)->id, req->now, was.id, &is, &ignored) == 1)
        return api_overtaken(req, db, r, "template", was.id, version, is.version, err);
    return r < 0 ? r : text_answer(req, res, db, was.id, err);
}

static int text_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct text_template_row row;
    struct db *db;
    int r = text_find(req, &db, true, &row, err);

    if (r < 0 || (r = text_drop(db, req->arena, row.id, actor_of(req), req->now, err)) < 0)
        return r;
    return api_send_done(res);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static int walk_templates(struct http_request *req, struct db *db,
                          _unused_ const struct api_walk *w, void *sink, struct err *err)
{
    struct template_rows rows;
    int r = template_list(db, req->arena, actor_of(req)->id, req->now, &rows, err);

    return r < 0 ? r : api_take_all(sink, &rows, err);
}

static int walk_texts(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                      void *sink, struct err *err)
{
    struct text_template_rows rows;
    int r = text_list(db, req->arena, actor_of(req)->id, req->now, STR_EMPTY, &rows, err);

    return r < 0 ? r : api_take_all(sink, &rows, err);
}

static const char *const by_name[] = {"name", NULL};
static const struct api_list templates = {
    .name = "templates",
    .kind = "template",
    .title = N_("Templates of incidents"),
    .item = &template_resource,
    .sorts = by_name,
    .walk = walk_templates,
};
static const struct api_list texts = {
    .name = "texts",
    .kind = "template",
    .title = N_("Texts"),
    .item = &text_resource,
    .sorts = by_name,
    .walk = walk_texts,
};

API_EXPORT_HANDLER(templates_export, templates)
API_EXPORT_HANDLER(texts_export, texts)

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param text_params[] = {
    {"used_for", N_("comment or answer: those for either, and those for both"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "templates", __VA_ARGS__                                                            \
    }
#define READ(pattern, whose, handler, ...)                                                         \
    {                                                                                              \
        HTTP_GET, pattern, "incident.manage", handler, .scope = whose, OP(__VA_ARGS__)             \
    }
#define CHANGE(method, pattern, whose, handler, ...)                                               \
    {                                                                                              \
        method, pattern, "incident.manage", handler, HTTP_BODY_RAW, .scope = whose,                \
                                                                    OP(__VA_ARGS__)                \
    }
#define BASE  "/api/v1/templates"
#define TEXTS "/api/v1/texts"

const struct http_route template_api_routes[] = {
    READ(BASE, "none", list_get, .id = "listTemplates", .summary = N_("Templates of incidents"),
         .answer = &template_resource, .flags = API_IS_LIST),
    CHANGE(HTTP_POST, BASE, "none", create_post, .id = "addTemplate",
           .summary = N_("Make a template of incidents"),
           .about = N_("The organisation is named by its code."), .body = &template_form,
           .answer = &template_resource, .status = 201, .flags = API_ONCE),
    READ(BASE "/{template}", "template", show_get, .id = "getTemplate",
         .summary = N_("One template of incidents"), .answer = &template_resource),
    CHANGE(HTTP_PATCH, BASE "/{template}", "template", edit_patch, .id = "changeTemplate",
           .summary = N_("Change a template of incidents"),
           .about = N_("Only the members that are sent are changed; null empties one."),
           .body = &template_form, .answer = &template_resource,
           .flags = API_VERSIONED | API_PARTIAL),
    CHANGE(HTTP_DELETE, BASE "/{template}", "template", drop_delete, .id = "removeTemplate",
           .summary = N_("Remove a template of incidents")),
    CHANGE(HTTP_POST, BASE "/{template}/incidents", "template", use_post,
           .id = "openIncidentFromTemplate", .summary = N_("Open an incident from a template"),
           .about = N_("What is not sent comes from the template; it is of the template's "
                       "organisation and detected now, unless said otherwise."),
           .body = &incident_facts_form, .answer = &incident_resource, .status = 201,
           .flags = API_ONCE | API_PARTIAL),
    READ(TEXTS, "none", texts_get, .id = "listTexts", .summary = N_("Texts written beforehand"),
         .answer = &text_resource, .flags = API_IS_LIST, .params = text_params),
    CHANGE(HTTP_POST, TEXTS, "none", text_post, .id = "addText",
           .summary = N_("Keep a text for later"),
           .about = N_("The organisation is named by its code."), .body = &text_form,
           .answer = &text_resource, .status = 201, .flags = API_ONCE),
    READ(TEXTS "/{text}", "template", text_show, .id = "getText", .summary = N_("One text"),
         .answer = &text_resource),
    CHANGE(HTTP_PATCH, TEXTS "/{text}", "template", text_patch, .id = "changeText",
           .summary = N_("Change a text"),
           .about = N_("Only the members that are sent are changed; null empties one."),
           .body = &text_form, .answer = &text_resource, .flags = API_VERSIONED | API_PARTIAL),
    CHANGE(HTTP_DELETE, TEXTS "/{text}", "template", text_delete, .id = "removeText",
           .summary = N_("Remove a text")),
    API_EXPORTS("/templates/incident", "incident.manage", templates_export, "none"),
    API_EXPORTS("/templates/text", "incident.manage", texts_export, "none"),
};
const size_t template_api_routes_len = ARRAY_LEN(template_api_routes);
