#ifndef APP_UPKEEP_INNER_H
#define APP_UPKEEP_INNER_H

#include "app/upkeep/upkeep.h"

/* What the files of the doctor share. `what` and `mend` are keys of texts whose {0}, {1} are filled
 * by the further arguments, struct str each; `mend` NULL: nothing to do. */
#define FOUND(d, level, check, mend, what, ...)                                                    \
    doctor_found((d), (level), (check), (mend), (what), FOUND_ARGS(__VA_ARGS__) + 1,               \
                 sizeof(FOUND_ARGS(__VA_ARGS__)) / sizeof(struct str) - 1)
#define FOUND_ARGS(...)                                                                            \
    (const struct str[])                                                                           \
    {                                                                                              \
        STR_EMPTY, ##__VA_ARGS__                                                                   \
    }
void doctor_found(struct doctor *d, enum finding_level level, const char *check, const char *mend,
                  const char *what, const struct str *args, size_t len);
/* Something could not be looked at: bad. The error's hint is what to do, or `mend`. */
void doctor_failed(struct doctor *d, const char *check, const struct err *err, const char *mend);

struct str doctor_int(const struct doctor *d, int64_t n);
struct str doctor_bytes(const struct doctor *d, int64_t n);

/* doctor_db.c */
void doctor_database(struct doctor *d);
void doctor_audit(struct doctor *d);
void doctor_jobs(struct doctor *d);
void doctor_accounts(struct doctor *d);
void doctor_files(struct doctor *d);

/* doctor_mail.c */
void doctor_keys(struct doctor *d);
void doctor_mail(struct doctor *d);

/* doctor_system.c */
void doctor_disk(struct doctor *d);
void doctor_permissions(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_config(struct doctor *d);
void doctor_limits(struct doctor *d);

#endif
