#ifndef APP_CARE_CARE_H
#define APP_CARE_CARE_H

#include "base/base.h"
#include "sys/db/db.h"

/* What keeping a site asks for: looking after it. */

/* ---- looking: what `ungcuu doctor` asks of the database ---------------------------------------
 */
struct care_look {
    int64_t newest; /* time of the newest entries of the audit log, 0: none */
    int64_t administrators;
    bool sample; /* the site says that it is made of sample data */
};
int care_look(struct db *db, struct arena *a, int64_t now, struct care_look *out, struct err *err);

/* Which of these accounts sign in with this password; takes 0.1 s for each that is there. */
int care_default_passwords(struct db *db, struct arena *a, const struct str *logins, size_t n,
                           const char *password, struct str *first, int64_t *count,
                           struct err *err);

struct care_blobs {
    int64_t known, missing, orphans; /* orphans: files that no row names */
    struct str first_missing, first_orphan;
};
/* Every row against the store in `dir`; with `orphans` every file against the rows too. */
int care_blobs_look(struct db *db, struct arena *a, struct str dir, bool orphans,
                    struct care_blobs *out, struct err *err);

#endif
