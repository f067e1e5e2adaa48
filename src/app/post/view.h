#ifndef APP_POST_VIEW_H
#define APP_POST_VIEW_H

#include "app/job/job.h"
#include "app/post/hook.h"
#include "app/web/parts.h"
#include "app/web/web.h"

/* What the pages show. */

struct post_notices_view {
    const struct http_request *req;
    const struct web_list *list;
    struct post_line_rows rows;
    int64_t total, unread;
    struct str group; /* "", "incident", "report", "task", "account" */
    bool unread_only;
};

struct post_choice {
    const char *name, *label;
    bool in_app, fixed;
    const char *mail; /* "off", "now", "digest" */
};
struct post_choices_view {
    struct {
        struct post_choice at[NOTICE_COUNT];
        size_t len;
    } rows;
    struct str email;
    bool ready; /* the site can send mails */
    int64_t hour;
};

struct post_stop_view {
    struct str token, name;
    bool known, done;
};

struct post_settings_view {
    const struct form_state *state;
    const struct mail_dialogue *said; /* of a test; NULL: none was made */
    struct str tested, problem, hint;
    struct str box_error;
    struct opt_int box_at;
    bool smtp_lost, imap_lost; /* the password must be typed in anew */
};

struct post_mails_view {
    const struct http_request *req;
    const struct web_list *list;
    struct post_mail_list_rows rows;
    struct post_mail_totals_row totals;
    int64_t total;
    struct str state;
    struct post_mail_row mail; /* the one that is shown; id 0: none */
    struct post_attempts_rows attempts;
};

struct post_jobs_view {
    const struct http_request *req;
    struct job_list rows;
    struct job_counts counts;
    struct str state; /* "failed", "waiting", "done" */
};

struct post_hooks_view {
    struct post_hook_list_rows rows;
    struct form_option *orgs;
    size_t orgs_len;
    struct form_state form;
};

struct post_hook_view {
    struct post_hook_row hook;
    struct post_deliveries_rows deliveries;
    struct form_state form;
    bool tested, good;
    struct str answer;
};
/* The page that shows a new secret, once. */
struct post_hook_secret_view {
    struct str name, uuid, secret;
    bool first; /* the webhook was made just now */
};
struct str post_hook_state_label(enum lang lang, struct str state);
struct str post_hook_event_label(enum lang lang, struct str event);

/* What the URL asks for; of a state that there is not: all, of jobs those given up. */
struct str post_mails_state(const struct http_request *req);
struct str post_mails_pattern(const struct http_request *req); /* for LIKE, or the NULL slice */
struct str post_jobs_state(const struct http_request *req);

/* Webhooks and their messages as the API and exports tell them. */
struct api_resource;
extern const struct api_resource post_hook_item_resource, post_delivery_resource;
/* So with mails and jobs (api_admin.c). */
struct api_list;
extern const struct api_list post_mails;
extern const struct api_resource post_job_resource;

struct str post_job_label(enum lang lang, struct str kind);

/* The tabs over the administrator's pages: "mail", "sent", "jobs", "hooks". */
struct post_tab {
    const char *name, *href, *label;
    enum permission permission;
};
struct post_tabs {
    const struct post_tab *at;
    size_t len;
};
extern const struct post_tabs post_tabs;

#endif
