#ifndef APP_ORG_VIEW_H
#define APP_ORG_VIEW_H

#include "app/audit/tell.h"
#include "app/filter/filter.h"
#include "app/org/inner.h"
#include "app/web/web.h"

/* What the templates of this room are given. */
struct org_list_view {
    const struct http_request *req;
    struct filter_bar saved;
    struct org_summary_rows rows;
    int64_t total;
    struct web_list list;
    struct str kind;
    bool ended, may_write, filtered;
};

struct org_page_view {
    const struct http_request *req;
    struct org_get_row o;
    struct org_may_row may;
    bool parent_in_reach;
    struct org_children_rows children;
    struct org_names_rows names;
    struct org_successions_rows successions;
    struct org_contacts_rows contacts;
    struct org_networks_rows networks;
    struct org_systems_rows systems;
    struct org_history_rows history;
    struct form_state contact_form;
    struct str network_error, network_value;
};

struct org_edit_view {
    const struct http_request *req;
    struct org_get_row o;
    bool is_new;
    struct form_state form;
    struct form_option *parents;
    size_t parents_len;
};

struct org_succession_view {
    const struct http_request *req;
    struct org_get_row o;
    struct org_belongings_row belongings;
    struct form_state form;
    struct form_option *successors;
    size_t successors_len;
};

struct org_directory_view {
    const struct http_request *req;
    struct org_directory_rows rows;
    struct str q;
};

struct str org_succession_label(enum lang lang, struct str kind, bool before);
struct str org_action_label(enum lang lang, struct str action);
/* What an entry of the audit log tells, a line a fact: "Stands under: A → B". */
struct audit_lines org_history_lines(struct arena *a, enum lang lang, struct str action,
                                     struct str detail);

#endif
