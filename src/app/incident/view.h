#ifndef APP_INCIDENT_VIEW_H
#define APP_INCIDENT_VIEW_H

#include "app/audit/tell.h"
#include "app/evidence/evidence.h"
#include "app/filter/filter.h"
#include "app/incident/case.h"
#include "app/incident/drawn.h"
#include "app/incident/template.h"
#include "app/incident/inner.h"
#include "app/incident/lists.h"
#include "app/incident/queries_share.h"
#include "app/letter/letter.h"
#include "app/observable/observable.h"
#include "app/web/web.h"
#include "sys/form/form.h"

/* What the templates of this room are given. */

enum incident_tab {
    TAB_TASKS,
    TAB_TIMELINE,
    TAB_COMMENTS,
    TAB_OBSERVABLES,
    TAB_FILES,
    TAB_MAIL,
    TAB_HISTORY
};
/* What follows the incident's own address: "" or "/timeline". */
const char *incident_tab_path(enum incident_tab tab);

/* How much of the timeline and the comments the first page shows. */
enum { LATEST_EVENTS = 6, LATEST_COMMENTS = 3 };

struct incident_list_view {
    struct incident_summary_rows rows;
    int64_t total; /* 10,001: more than can be counted quickly */
    struct web_list list;
    const struct http_request *req;
    struct filter_bar saved;
    struct str state, kind, severity, who, org; /* org: a code */
    struct str org_name;                        /* of that one, or the code when out of reach */
    bool ask_org;                               /* the form for it is open */
    struct incident_list_orgs_rows orgs;        /* to choose from, then */
    int64_t joint;                              /* incidents shared with the actor in part */
    bool may_create;
    bool filtered;
    bool later; /* those to be followed up later */
    /* the bar of changes of many */
    bool may_write, may_manage;
    struct str ask; /* "lead" or "watcher": the menu for which people are looked up */
    struct form_option *people;
    size_t people_len;
    const struct http_request *posted; /* a change that was refused: its rows stay chosen */
    struct str bulk_error;
    struct str bulk_url; /* where the bar sends its form: with the filters of this list */
};

/* What the URL of the list and of the board asks for. */
struct incident_filter {
    struct str state, kind, words;
    struct opt_int severity, org, lead;
    int64_t follow;
    bool open_only, late;
};
struct incident_filter incident_filter_read(const struct http_request *req,
                                            struct incident_list_view *v);
/* The organisation the filter names, by its code; one out of reach finds nothing. */
int incident_filter_org(struct http_request *req, struct db *db, struct incident_list_view *v,
                        struct incident_filter *f, struct err *err);
/* `wide`: the actor reaches every incident (actor_reaches_all). */
int incident_filter_count(struct db *db, const struct http_request *req,
                          const struct incident_filter *f, bool wide, int64_t *total,
                          struct err *err);
int incident_filter_rows(struct db *db, const struct http_request *req,
                         const struct incident_filter *f, bool wide, const struct web_list *list,
                         struct incident_summary_rows *out, struct err *err);

/* The board with the filters of the list. */
struct str incident_board_url(struct arena *a, const struct incident_list_view *v);

/* A column of the board: a state, its first cards, and where all of them are. */
enum { BOARD_COLUMNS = 5 };
struct board_column {
    struct str state, all;
    struct incident_summary_rows rows;
    int64_t total;
};
struct incident_board_view {
    struct incident_list_view l; /* of its filters */
    struct board_column columns[BOARD_COLUMNS];
    struct str action;  /* where a card's forms are sent: with the filters */
    struct str as_list; /* the same as a list */
    struct str problem; /* why a card was not moved */
    struct str refused; /* its code */
    bool asks;          /* only the reason was missing: it is asked for on the card */
    const struct http_request *req;
};

/* The columns, with the filters of the request (web_board.c). */
int incident_board_read(struct http_request *req, struct db *db, struct incident_board_view *v,
                        struct err *err);

struct incident_page_view {
    const struct http_request *req;
    struct incident_get_row i;
    struct incident_may_row may;
    struct incident_counts_row n;
    struct incident_parties_rows parties;
    struct incident_systems_rows systems;
    struct incident_members_rows members;
    struct incident_reports_rows reports;
    struct share_rows_rows shares;
    struct case_related_rows related;
    struct case_get_row about; /* merged, to be followed up, watched by the actor */
    struct case_merges_rows merges;
    struct case_task_origins_rows origins; /* of steps that a merge brought here */
    struct incident_watchers watchers;
    struct str sentence; /* where it stands, in words */
    struct str due_what; /* what its clock counts down to: "Step 1", or the short title of a task */
    struct str due_about; /* the same at length */
    enum incident_tab tab;
    /* of the tab shown */
    struct incident_tasks_rows tasks;
    struct incident_events_rows events;
    struct incident_comments_rows comments;
    struct incident_observables_rows observables;
    struct incident_history_rows history;
    struct attachments files;
    struct incident_texts texts; /* that may be inserted into a comment */
    struct str event_group;      /* filter of the timeline */
    bool group_has[GROUP_COUNT];
    struct drawn drawn, drawn_phone;     /* of the timeline tab */
    struct form_option *own_observables; /* what an entry may be linked to */
    struct form_option *own_systems;
    size_t own_observables_len, own_systems_len;
    struct letter_view mail;
    int64_t letters;
    struct form_state form; /* of the tab's form, after an error */
    /* a day of following up behind steps that are due before: asked about first */
    struct case_due_until_rows due_before;
    struct opt_int follow_at;
    /* What the page is asked for, "lead" or "task-12", and what there is to choose from for that:
     * hundreds of people or organisations, so only then. */
    struct str ask;
    struct form_option *choices;
    size_t choices_len;
    /* the paste box, once something was pasted */
    struct observables_seen seen;
    struct str pasted;
    bool recognised;
};

/* The document of all its evidence. */
struct incident_custody_view {
    struct incident_get_row i;
    struct custody_files files;
    int64_t bytes;
    struct str by;
};

struct incident_edit_view {
    const struct http_request *req;
    struct incident_get_row i; /* empty for a new one */
    struct form_state form;
    struct form_option *orgs;
    size_t orgs_len;
    bool is_new;
    struct template_rows templates; /* a new one may begin with */
    int64_t template_id;            /* the one that was chosen, 0: none */
};

/* One fact, or a few that go together, edited by itself. */
struct incident_fact_view {
    struct incident_get_row i;
    const char *name, *label; /* "severity"; translation key */
    const struct form *form;
    struct form_state state;
    struct form_option *orgs;
    size_t orgs_len;
};

struct template_list_view {
    struct template_rows templates;
    struct text_template_rows texts;
};

struct template_edit_view {
    const struct form *form; /* template_form or text_form */
    struct form_state state;
    const char *path; /* "incident" or "text" */
    int64_t id;       /* 0: a new one */
    struct form_option *orgs;
    size_t orgs_len;
};

struct incident_merge_view {
    struct str code, title; /* of the incident that stays */
    struct str from, from_title;
    struct str error;
    struct case_related_rows related;
    struct case_new_parties_rows parties; /* who will see which, or no longer */
    bool sees_more;                       /* some of them: not only no longer */
    struct str tlp, tlp_from, tlp_after;  /* of either, and what holds then */
    bool confirm;                         /* say what changes for whom, then ask */
};

struct incident_split_view {
    struct str code, title, error;
    struct incident_reports_rows reports;
    struct incident_observables_rows observables;
    struct incident_systems_rows systems;
    struct incident_comments_rows comments;
    struct case_own_files_rows files;
    const struct http_request *posted; /* what was chosen before an error */
};

/* Whether a box of the form that was sent is checked. */
bool incident_was_chosen(const struct http_request *posted, const char *name, struct str value);

/* The list, also with what was wrong with a change of many. */
int incident_list_show(struct http_request *req, struct http_response *res,
                       struct incident_list_view *v, struct err *err);

/* Translated words for stored values. */
struct str incident_state_label(enum lang lang, struct str state);
struct str incident_state_just(enum lang lang, struct str state); /* less than a minute ago */
struct str incident_kind_label(enum lang lang, struct str kind);
struct str incident_event_label(enum lang lang, struct str kind);
struct str incident_playbook_label(enum lang lang, struct str playbook); /* "ordinary@1" */
struct str incident_part_label(enum lang lang, struct str part);
struct str incident_action_label(enum lang lang, struct str action);
/* The same told apart by its detail: bringing in an organisation from sharing with one. */
struct str incident_action_words(enum lang lang, struct str action, struct str detail);

/* What an entry of the audit log tells, a line a fact: "Severity: Medium → High". */
struct audit_lines incident_history_lines(struct arena *a, enum lang lang,
                                          const struct incident_page_view *v,
                                          const struct incident_history_row *h);

/* Pie of ui_state: 0 received ... 4 closed. */
int incident_state_step(struct str state);
const char *incident_event_icon(struct str kind);
bool incident_event_is_key(struct str kind); /* a turn of the story: stands out */
bool incident_task_open(struct str state);
/* The text of an event in words: a state that it names is translated. */
struct str incident_event_text(struct arena *a, enum lang lang, struct str kind, struct str text);
/* The same where the system it is linked to is named beside it: not a second time. */
struct str incident_event_says(struct arena *a, enum lang lang,
                               const struct incident_events_row *e);
/* An entry of the timeline in one line. */
struct str incident_event_line(struct arena *a, enum lang lang,
                               const struct incident_events_row *e);
struct str incident_hour(struct arena *a, int64_t ms); /* 17:46, in the site's zone */
struct str incident_time_input(struct arena *a,
                               int64_t ms); /* 22/11/2026 17:46, as forms take it */

/* Where a step came from with a merge; NULL: it is of this incident. */
const struct case_task_origins_row *incident_task_origin(const struct incident_page_view *v,
                                                         int64_t task_id);

/* The next step of its life: the state after this one, or empty. */
struct str incident_next_state(struct str state);
/* Verb of the button that goes there. */
struct str incident_next_verb(enum lang lang, struct str state);

/* Renders the page with whatever the view already holds (a form with errors, recognised text). */
int incident_show(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                  struct incident_page_view *v, struct err *err);

/* Markdown as words in one line, with every address in it made harmless. */
struct str incident_plain(struct arena *a, struct str markdown);

/* An argument of the URL; the NULL slice (no filter) when it is absent or empty. */
struct str incident_arg(const struct http_request *req, const char *name);

/* Rows of people as options of a list. */
#define OPTIONS_FROM(rows, out, len_out, value_expr, label_expr)                                   \
    do {                                                                                           \
        (out) = arena_array(req->arena, struct form_option, (rows).len + 1);                       \
        for (size_t i_ = 0; i_ < (rows).len; i_++) {                                               \
            __typeof__((rows).at) row = &(rows).at[i_];                                            \
            (out)[i_] = (struct form_option){                                                      \
                .value = str_printf(req->arena, "%" PRId64, value_expr), .label = label_expr};     \
        }                                                                                          \
        (len_out) = (rows).len;                                                                    \
    } while (0)

#endif
