#include "app/org/pages/directory.html.h"
#include "app/org/view.h"
#include "app/words/words.h"
#include "sys/i18n/i18n.h"

int org_web_directory(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_directory_view v = {.req = req, .q = http_arg(req, "q")};
    struct html_page p;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = org_directory(db, req->arena, req->now,
                                    words_typed(req->arena, db_engine(site.pool), str_trim(v.q)),
                                    &v.rows, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Contact points"), .public_frame = true});
    org_directory_html(&p, &v);
    web_page_end(&p);
    return 0;
}
