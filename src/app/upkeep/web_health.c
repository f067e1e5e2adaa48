#include "app/account/account.h"
#include "app/upkeep/handlers.h"
#include "app/upkeep/pages/health.html.h"

/* The doctor's findings for the administrator: what must be mended first. */

static int count_of(const struct doctor *d, enum finding_level level)
{
    int n = 0;

    for (size_t i = 0; i < d->findings.len; i++)
        n += d->findings.at[i].level == level;
    return n;
}

static struct finding *pick(struct doctor *d, enum finding_level level, size_t *len)
{
    struct finding *list = arena_array(d->arena, struct finding, (size_t)count_of(d, level) + 1);

    *len = 0;
    for (size_t i = 0; i < d->findings.len; i++) {
        if (d->findings.at[i].level == level)
            list[(*len)++] = d->findings.at[i];
    }
    return list;
}

int upkeep_health_look(struct http_request *req, bool servers, struct doctor *d, struct err *err)
{
    struct config config;
    int r;

    *d = (struct doctor){.arena = req->arena,
                         .dir = site.dir,
                         .pool = site.pool,
                         .lang = req->lang,
                         .servers = servers,
                         .now = req->now};
    if ((r = web_db(req, &d->db, err)) < 0)
        return r;
    /* A site may run on its database alone. */
    if (config_read(req->arena, site.dir, &config, NULL) < 0)
        config_defaults(req->arena, site.dir, &config);
    d->config = &config;
    upkeep_look(d);
    d->config = NULL;
    return 0;
}

static int health_page(struct http_request *req, struct http_response *res, bool servers,
                       struct err *err)
{
    struct upkeep_health_view v = {.asked = servers};
    struct html_page p;
    struct doctor d;
    int r = upkeep_health_look(req, servers, &d, err);

    if (r < 0)
        return r;
    v.mend.at = pick(&d, FINDING_BAD, &v.mend.len);
    v.think.at = pick(&d, FINDING_ADVICE, &v.think.len);
    v.well.at = pick(&d, FINDING_WELL, &v.well.len);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Is it well?"), .rail = "settings"});
    upkeep_health_html(&p, &v);
    web_page_end(&p);
    return 0;
}

int upkeep_health_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return health_page(req, res, false, err);
}

int upkeep_health_post(struct http_request *req, struct http_response *res, struct err *err)
{
    return health_page(req, res, true, err);
}

const struct http_route upkeep_routes[] = {
    {HTTP_GET, "/settings/health", "site.manage", upkeep_health_get, .scope = "none"},
    {HTTP_POST, "/settings/health", "site.manage", upkeep_health_post, HTTP_BODY_FORM,
     .scope = "none"},
    {HTTP_GET, "/settings/retention", "person.manage", upkeep_retention_get, .scope = "none"},
    {HTTP_POST, "/settings/retention", "person.manage", upkeep_retention_post, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
    {HTTP_POST, "/settings/retention/run", "person.manage", upkeep_retention_run, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
    {HTTP_GET, "/settings/persons", "person.manage", upkeep_persons_get, .scope = "none"},
    {HTTP_GET, "/settings/person", "person.manage", upkeep_person_get, .scope = "none"},
    {HTTP_POST, "/settings/person/export", "person.manage", upkeep_person_export, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
    {HTTP_POST, "/settings/person/erase", "person.manage", upkeep_person_erase, HTTP_BODY_FORM,
     .fresh = true, .scope = "none"},
};
const size_t upkeep_routes_len = ARRAY_LEN(upkeep_routes);
