#include "cmd/routes.h"

#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/filter/filter.h"
#include "app/guide/guide.h"
#include "app/home/home.h"
#include "app/incident/incident.h"
#include "app/journal/journal.h"
#include "app/observable/observable.h"
#include "app/org/org.h"
#include "app/people/people.h"
#include "app/post/post.h"
#include "app/report/report.h"
#include "app/search/search.h"
#include "app/system/system.h"
#include "app/upkeep/upkeep.h"
#include "app/web/web.h"

/* Each room's table and its length. */
#define ROOMS(X)                                                                                   \
    X(web)                                                                                         \
    X(api)                                                                                         \
    X(people)                                                                                      \
    X(post)                                                                                        \
    X(journal)                                                                                     \
    X(report)                                                                                      \
    X(incident)                                                                                    \
    X(report_api)                                                                                  \
    X(incident_api)                                                                                \
    X(incident_case_api)                                                                           \
    X(incident_share_api)                                                                          \
    X(template_api)                                                                                \
    X(org_api)                                                                                     \
    X(system_api)                                                                                  \
    X(observable_api)                                                                              \
    X(people_access_api)                                                                           \
    X(people_rules_api)                                                                            \
    X(people_api)                                                                                  \
    X(journal_api)                                                                                 \
    X(search_api)                                                                                  \
    X(post_api)                                                                                    \
    X(post_export)                                                                                 \
    X(post_hook_api)                                                                               \
    X(post_admin_api)                                                                              \
    X(evidence_api)                                                                                \
    X(filter_api)                                                                                  \
    X(filter)                                                                                      \
    X(observable)                                                                                  \
    X(evidence)                                                                                    \
    X(org_import)                                                                                  \
    X(system_import)                                                                               \
    X(org)                                                                                         \
    X(system)                                                                                      \
    X(guide)                                                                                       \
    X(home)                                                                                        \
    X(search)                                                                                      \
    X(upkeep_api)                                                                                  \
    X(upkeep)

#define X(room) room##_routes,
const struct http_route *const route_tables[] = {ROOMS(X)};
#undef X
const size_t route_tables_len = ARRAY_LEN(route_tables);

const size_t *route_lens(void)
{
    static size_t lens[ARRAY_LEN(route_tables)];
    size_t n = 0;

#define X(room) lens[n++] = room##_routes_len;
    ROOMS(X)
#undef X
    return lens;
}
