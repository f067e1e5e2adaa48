#ifndef APP_HOME_VIEW_H
#define APP_HOME_VIEW_H

#include "app/home/queries.h"
#include "app/web/web.h"

struct home_view {
    const struct actor *actor;
    struct str greeting, date;
    bool sees_reports, triages, sees_incidents, works;
    struct home_report_counts_row reports;
    struct home_incident_counts_row incidents;
    struct home_task_counts_row tasks;
    struct home_tasks_rows my_tasks;
    struct home_follow_up_rows follow_up;
    struct home_incident_rows due, recent;
    struct home_report_rows fresh;
};

/* How an incident's state is shown: 0 received ... 4 closed, and the word for it. */
int home_state_step(struct str state);
struct str home_state_word(enum lang lang, struct str state);

#endif
