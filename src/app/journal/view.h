#ifndef APP_JOURNAL_VIEW_H
#define APP_JOURNAL_VIEW_H

#include "app/audit/audit.h"
#include "app/journal/queries.h"
#include "app/web/web.h"

/* What the pages of the audit log show. */

/* One name and value of an entry's detail. */
struct audit_fact {
    struct str name, value;
};
struct audit_facts {
    struct audit_fact *at;
    size_t len, cap;
};

struct audit_filter {
    struct str who, action, object, from, to; /* as in the URL */
    int64_t from_ms, to_ms, before;
    struct str bad_date; /* not understood, or empty */
    bool any;
};

struct audit_view {
    const struct http_request *req;
    struct audit_filter filter;
    struct audit_entry_rows rows;
    bool more; /* there are older ones */
};

struct audit_check_view {
    struct str problem; /* of a log that is not intact, or empty */
    int64_t checked;
    struct str head;
};

/* What the URL asks for. */
void audit_filter_parse(const struct http_request *req, struct audit_filter *f);

/* Where the record is shown, or empty when there is no page of it. */
struct str audit_object_url(struct html_page *p, struct str kind, struct str code);
/* The next page. */
struct str audit_older_url(const struct audit_view *v);
/* The names and values of a JSON object, flat; what is no object is one value without a name. */
struct audit_facts audit_facts_of(struct arena *a, struct str detail);

#endif
