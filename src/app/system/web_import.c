#include "app/system/import.h"
#include "app/system/pages/import.html.h"
#include "app/system/view.h"

static const struct import_kind system_imports = {
    .name = "system",
    .job = "import.system",
    .path = "/systems/import",
    .api = "/api/v1/imports/systems",
    .list = "/systems",
    .rail = "systems",
    .title = N_("Import systems"),
    .list_title = N_("Information systems"),
    .list_link = N_("Show systems"),
    .template_name = "systems-template.xlsx",
    .table = system_import_table,
    .run = system_import,
    .about = system_import_about_html,
};

static int work(struct job_run *run, struct err *err)
{
    return import_work(run, &system_imports, err);
}

const struct job_kind system_import_job = {
    .name = "import.system", .label = N_("job|Import systems"), .run = work, .attempts = 5};

IMPORT_HANDLERS(system_imports)

const struct http_route system_import_routes[] = {
    IMPORT_PAGES("/systems/import", "system.write"),
    IMPORT_API("/api/v1/imports/systems", "system.write", 1),
};
const size_t system_import_routes_len = ARRAY_LEN(system_import_routes);
