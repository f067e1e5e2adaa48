#include "app/org/pages/import.html.h"
#include "app/org/view.h"

static const struct import_kind org_imports = {
    .name = "org",
    .job = "import.org",
    .path = "/orgs/import",
    .api = "/api/v1/imports/orgs",
    .list = "/orgs",
    .rail = "orgs",
    .title = N_("Import organisations"),
    .list_title = N_("Organisations"),
    .list_link = N_("Show organisations"),
    .template_name = "organisations-template.xlsx",
    .table = org_import_table,
    .run = org_import,
    .about = org_import_about_html,
};

static int work(struct job_run *run, struct err *err)
{
    return import_work(run, &org_imports, err);
}

const struct job_kind org_import_job = {
    .name = "import.org", .label = N_("job|Import organisations"), .run = work, .attempts = 5};

IMPORT_HANDLERS(org_imports)

const struct http_route org_import_routes[] = {
    IMPORT_PAGES("/orgs/import", "org.write"),
    IMPORT_API("/api/v1/imports/orgs", "org.write", 0),
};
const size_t org_import_routes_len = ARRAY_LEN(org_import_routes);
