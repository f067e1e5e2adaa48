#ifndef APP_SYSTEM_IMPORT_H
#define APP_SYSTEM_IMPORT_H

#include "app/web/import.h"
#include "app/system/view.h"
#include "sys/sheet/table.h"

/*
 * Import of systems, XLSX or CSV: code, name, owner_code (needed), purpose, operator_code, level,
 * decision_no, decision_date, state, responsible, phone, email, domains, ranges. A known code is
 * brought up to date; without one the system is registered. system.write is asked for over every
 * owner. A transaction of its own: all rows or none.
 */
enum { SYSTEM_IMPORT_SHOWN = 200 };
struct system_import_change {
    int64_t line;
    struct str code, name;
    bool created;
};
struct system_import {
    int64_t rows, created, updated, more;
    struct str sheet;
    struct sheet_mistakes errors;
    VEC(struct system_import_change) changes;
};
int system_import(struct db *db, struct arena *a, const char *path, bool dry,
                  const struct actor *by, enum lang lang, int64_t now, struct system_import *out,
                  struct err *err);
struct sheet_table system_import_table(struct arena *a, enum lang lang);

struct system_import_view {
    struct web_import file; /* first: web_import_shown works on it */
    struct system_import result;
};

typedef int system_handler(struct http_request *, struct http_response *, struct err *);
system_handler system_web_import, system_web_import_post, system_web_import_confirm,
    system_web_import_template;

#endif
