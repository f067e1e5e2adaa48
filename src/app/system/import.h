#ifndef APP_SYSTEM_IMPORT_H
#define APP_SYSTEM_IMPORT_H

#include "app/import/import.h"

/*
 * Import of systems, XLSX or CSV: code, name, owner_code (needed), purpose, operator_code, level,
 * decision_no, decision_date, state, responsible, phone, email, domains, ranges. A known code is
 * brought up to date; without one the system is registered. system.write is asked for over every
 * owner. A transaction of its own: all rows or none.
 */
int system_import(const struct import_task *task, struct import_result *out, struct err *err);
struct sheet_table system_import_table(struct arena *a, enum lang lang);

#endif
