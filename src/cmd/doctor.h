#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include "cmd/site.h"

/* What the doctor finds: a fact that is well, advice, or something that must be mended. */
enum finding_level { FINDING_WELL, FINDING_ADVICE, FINDING_BAD };

struct finding {
    enum finding_level level;
    const char *check; /* "disk": short, for programs */
    struct str what;   /* with the place and the figure */
    struct str mend;   /* what to do; empty when all is well */
};

struct doctor {
    struct arena *arena;
    struct cmd_site *site;
    struct db *db; /* NULL: the database is out of reach */
    bool full;
    int64_t now;
    VEC(struct finding) findings;
};

/* `mend` NULL: nothing to do. */
void doctor_says(struct doctor *d, enum finding_level level, const char *check, const char *mend,
                 const char *fmt, ...) _printf_(5, 6);

/* doctor_db.c; they report errors as findings. */
void doctor_database(struct doctor *d);
void doctor_audit(struct doctor *d);
void doctor_jobs(struct doctor *d);
void doctor_accounts(struct doctor *d);
void doctor_files(struct doctor *d);

/* doctor_system.c */
void doctor_disk(struct doctor *d);
void doctor_permissions(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_config(struct doctor *d);
void doctor_limits(struct doctor *d);

#endif
