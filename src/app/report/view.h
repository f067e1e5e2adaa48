#ifndef APP_REPORT_VIEW_H
#define APP_REPORT_VIEW_H

#include "app/evidence/evidence.h"
#include "app/filter/filter.h"
#include "app/observable/observable.h"
#include "app/org/org.h"
#include "app/letter/letter.h"
#include "app/report/inner.h"
#include "app/web/web.h"

/* What the templates of this room are given. */

struct report_form_view {
    bool mails; /* the site sends mails */
    const struct http_request *req;
    struct form_state form;
    struct str token; /* stateless form token of public forms */
    struct form_option *systems;
    size_t systems_len;
};

struct follow_message {
    bool mine; /* of the reporter */
    int64_t at;
    struct str body;
    struct attachments files; /* sent along with it */
};
VEC_TYPE(follow_messages, struct follow_message);

struct report_follow_view {
    const struct http_request *req;
    struct report_get_row r;
    struct str secret;
    struct str link;  /* absolute */
    bool fresh;       /* just reported: show the receipt */
    bool sent;        /* a message was just sent */
    struct str state; /* of the report, or of the one that it repeats */
    bool has_incident;
    struct incident_public incident;
    bool read_by_us; /* somebody wrote back */
    struct follow_messages thread;
    struct form_state form;
};

struct report_list_view {
    const struct http_request *req;
    struct filter_bar saved;
    struct report_summary_rows rows;
    int64_t total;
    struct web_list list;
    struct str state, channel;
    bool inbox;      /* the new ones, oldest first */
    int64_t waiting; /* for an answer of who reported */
    bool may_triage;
    bool filtered;
    struct str bulk_url;   /* where the bar sends its form: with the filters of this list */
    struct str bulk_error; /* of a decision on many: its rows stay chosen */
};

/* The list again, with what was wrong with a decision on many. */
int report_list_again(struct http_request *req, struct http_response *res, struct str problem,
                      struct err *err);
bool report_was_chosen(const struct http_request *req, struct str code);

struct report_page_view {
    struct letter_view mail;
    const struct http_request *req;
    struct report_get_row r;
    struct report_may_row may;
    bool open;            /* still to be decided on */
    bool reached_by_mail; /* the reporter */
    struct report_messages_rows messages;
    struct observables_seen seen;
    struct attachments files;
    struct report_suggestions_rows suggestions;
    struct report_similar_rows similar;
    const struct report_similar_row *earlier; /* the one it may repeat; NULL: none of late */
    struct report_after_row next;             /* to decide on; no code: none */
    struct report_targets_rows targets;       /* incidents that fit what was typed */
    struct str join_typed, join_error;
    struct report_history_rows history;
    struct form_state form; /* of the decision to open an incident */
    struct form_option *orgs;
    size_t orgs_len;
    struct incident_texts texts;         /* that may be inserted into a question */
    struct incident_templates templates; /* an incident may begin with */
    int64_t template_id;                 /* the one that was chosen, 0: none */
    struct str filled;         /* its name, when the form was filled in from it just now */
    struct str question;       /* typed so far, with what was inserted */
    struct str decision_error; /* of a small decision form, beside it */
};

/* The page, and with what is wrong beside the decision (status 400). */
int report_page_show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                     struct report_page_view *v, struct err *err);

/* Whether what is written to the reporter goes by mail as well. */
int report_reaches_by_mail(struct http_request *req, struct db *db, int64_t id, bool *mailed,
                           struct err *err);

/* 1: the new report to decide on after this one, those of the end of the inbox before those of its
 * beginning; 0: none is left. */
int report_next(struct http_request *req, struct db *db, const struct report_get_row *from,
                struct report_after_row *out, struct err *err);

struct str report_state_label(enum lang lang, struct str state);
struct str report_channel_label(enum lang lang, struct str channel);
struct str report_action_label(enum lang lang, struct str action);
/* The same with what came of it, from the detail of the entry: "decided: Spam". */
struct str report_action_said(struct arena *a, enum lang lang, struct str action,
                              struct str detail);
struct str report_incident_state(enum lang lang, struct str state);
/* Whether the decision can be taken back: not for the report an incident was opened from. */
bool report_can_return(const struct report_get_row *r);
/* Pie of ui_state: 0 new, 1 asking, 4 decided. */
int report_state_step(struct str state);
/* Words for the kind of incident it was reported as. */
struct str report_kind_label(enum lang lang, struct str kind);
/* "domain portal.example.vn", as stored, in words. */
struct str report_why_label(struct arena *a, enum lang lang, struct str why);
/* Where a report stands for its sender: 0 received, 1 being checked, 2 being handled, 3 done. */
int report_public_step(const struct report_follow_view *v);

#endif
