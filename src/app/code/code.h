#ifndef APP_CODE_CODE_H
#define APP_CODE_CODE_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * Codes that people read out on the phone: PREFIX-YEAR-NNNN (SC-2026-0042), counted per prefix and
 * per year of the site's zone; without a year (DV-0001) for what is not counted by year.
 */
int code_next(struct db *db, struct arena *a, const char *prefix, int64_t now, struct str *out,
              struct err *err);
int code_next_plain(struct db *db, struct arena *a, const char *prefix, struct str *out,
                    struct err *err);

#endif
