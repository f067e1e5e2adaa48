#ifndef APP_SYSTEM_VIEW_H
#define APP_SYSTEM_VIEW_H

#include "app/audit/tell.h"
#include "app/filter/filter.h"
#include "app/system/queries.h"
#include "app/system/system.h"
#include "app/web/web.h"

/* What the files and templates of this room share. */
struct system_values {
    struct str name, purpose, owner, operator_, level, decision_no, state, responsible, phone,
        email, version;
    struct opt_int decision_date;
};
extern const struct form system_form;

struct system_list_view {
    const struct http_request *req;
    struct filter_bar saved;
    struct system_summary_rows rows;
    int64_t total;
    struct web_list list;
    struct str level, state;
    bool may_create, filtered;
};

struct system_page_view {
    const struct http_request *req;
    struct system_get_row s;
    bool may_write, may_report;
    struct system_networks_rows networks;
    struct system_products_rows products;
    struct system_incidents_rows incidents;
    struct system_history_rows history;
    struct str network_error, network_value, product_error;
};

struct system_edit_view {
    const struct http_request *req;
    struct system_get_row s;
    bool is_new;
    struct form_state form;
    struct form_option *orgs, *all_orgs;
    size_t orgs_len, all_orgs_len;
};

struct str system_state_label(enum lang lang, struct str state);
struct str system_action_label(enum lang lang, struct str action);
/* What an entry of the audit log tells, a line a fact: "Security level: Level 2 → Level 3". */
struct audit_lines system_history_lines(struct arena *a, enum lang lang, struct str detail);
/* What was changed, for the entry; empty: nothing. */
struct str system_difference(struct arena *a, const struct system_get_row *was,
                             const struct system_get_row *is);

/* Search text of a row. */
struct str system_fold(struct arena *a, struct str code, struct str name, struct str purpose);

/* A change: transaction open, row locked, right checked. Nothing is left open on failure. */
int system_change_begin(struct db *db, struct arena *a, int64_t id, int64_t version,
                        const struct actor *by, int64_t now, struct system_lock_row *was,
                        struct err *err);
int system_change_commit(struct db *db, struct arena *a, int64_t id, struct str code,
                         const char *action, struct str detail, const struct actor *by, int64_t now,
                         struct err *err);
int system_save(struct db *db, struct arena *a, int64_t id, int64_t version,
                const struct system_values *in, const struct actor *by, int64_t now,
                struct err *err);

/* What was typed, as a new system. */
void system_new_of(const struct system_values *in, int64_t owner_id, int64_t operator_id,
                   struct system_new *out);

/* Networks and products, each in a transaction of its own. A network is a domain, an address or a
 * block of them (ERR_INVALID: none of these); remove: the id of a product to take away, or 0. */
struct system_product_values {
    struct str vendor, product, version;
};
int system_network_change(struct db *db, struct arena *a, int64_t id, struct str value, bool remove,
                          const struct actor *by, int64_t now, struct err *err);
int system_product_change(struct db *db, struct arena *a, int64_t id,
                          const struct system_product_values *in, int64_t remove,
                          const struct actor *by, int64_t now, struct err *err);

/* The system named in the URL, as the actor may see it. */
int system_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err);

/* An audit entry on a system, inside the caller's transaction. */
int system_log(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
               struct str detail, const struct actor *by, int64_t now, struct err *err);

#endif
