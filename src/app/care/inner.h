#ifndef APP_CARE_INNER_H
#define APP_CARE_INNER_H

#include "app/care/care.h"

/* person.c: takes the reporter out of a report, not the texts; inside the caller's transaction. */
int care_report_forget(struct db *db, struct arena *a, struct str code, struct err *err);

#endif
