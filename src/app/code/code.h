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

/* What a person typed, as the code it means: in either case, with or without dashes, zeros, the
 * year (this one) and, where only one kind is asked for, the prefix: "sc-2026-71", "SC 71" and,
 * with the prefix given, "71" are SC-2026-0071. Empty: no code. prefix: the only one taken, or NULL
 * for any, which then must have been typed. */
struct str code_read(struct arena *a, const char *prefix, int64_t now, struct str typed);
/* The same; what is no code comes back as it was typed. */
struct str code_typed(struct arena *a, const char *prefix, int64_t now, struct str typed);

#endif
