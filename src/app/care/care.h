#ifndef APP_CARE_CARE_H
#define APP_CARE_CARE_H

#include "app/job/job.h"
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

/* ---- a person's data: exported, or erased on request -------------------------------------------
 *
 * Law on personal data protection 91/2025/QH15. An account is named by its login, a reporter by the
 * code of the report. Records of the work stay: where the person stood in them, a neutral label
 * stands afterwards. The audit log keeps its chain (audit_erase). The custody log of evidence is
 * not touched: who had a file in hands is what makes it evidence.
 */
struct care_person {
    bool account; /* else a reporter */
    int64_t id;   /* of the account or report */
    struct str key, name, email, phone, label;
    /* what there is of it */
    int64_t sessions, tokens, comments, events, files, messages, mails, drafts, filters, notices,
        entries;
    /* Why it cannot be erased now. */
    enum care_held { CARE_FREE, CARE_ERASED, CARE_WORK, CARE_INCIDENT } held;
    struct str held_by; /* how many open incidents and tasks; code of the open incident */
};
/* In words; empty for CARE_FREE. */
struct str care_held_text(struct arena *a, enum lang lang, const struct care_person *p);

/* Who does it; NULL stands for the command line. */
struct care_by {
    int64_t id;
    struct str name, address;
};
/* ERR_NOT_FOUND when there is neither an account nor a report of that name. */
int care_person_find(struct db *db, struct arena *a, struct str key, struct care_person *out,
                     struct err *err);
/* People who may be meant: accounts by login, name, address, phone; reporters by what they left. */
struct care_hit {
    bool account;
    struct str key, name, email, phone;
    int64_t at; /* made, or received */
};
VEC_TYPE(care_hits, struct care_hit);
int care_person_search(struct db *db, struct arena *a, struct str q, struct care_hits *out,
                       struct err *err);
/* An entry in the audit log: somebody read or took away what the site knows ("person.look",
 * "person.export"). A transaction of its own. */
int care_person_note(struct db *db, struct arena *a, const struct care_person *p,
                     const char *action, const struct care_by *by, int64_t now, struct err *err);
/* A JSON object with everything the site knows of the person. */
int care_person_export(struct db *db, struct arena *a, const struct care_person *p, struct buf *out,
                       struct err *err);
struct care_erasure {
    const struct care_person *person;
    bool texts;        /* of a reporter: also what they wrote */
    struct str reason; /* who asked, in which letter: without the name */
    const struct care_by *by;
    int64_t now;
};
/* A transaction of its own, with its entry in the audit log. ERR_STATE when it is held. */
int care_person_erase(struct db *db, struct arena *a, const struct care_erasure *e,
                      struct err *err);

/* ---- retention: how long what is personal is kept ----------------------------------------------
 *
 * What belongs to an open incident stays, and so do the audit log and the custody log of evidence.
 */
enum { CARE_RULES = 8 };
struct care_rule {
    const char *name;   /* "spam" */
    const char *what;   /* what goes: translation key */
    const char *ground; /* why it is kept so long and no longer: translation key */
    int64_t usual;      /* days unless the administrator says otherwise */
    int64_t days;       /* 0: kept */
    int64_t n;          /* what the rule concerned, after a run */
};
int care_rules_read(struct db *db, struct arena *a, struct care_rule out[CARE_RULES],
                    struct err *err);
/* A transaction of its own. ERR_USAGE for an unknown name. */
int care_rule_set(struct db *db, struct arena *a, struct str name, int64_t days,
                  const struct care_by *by, int64_t now, struct err *err);
/* Applies the rules in one transaction, with an entry in the audit log when anything went; or only
 * counts. `dir`: of the site, for what lies in its spool. `by` NULL here: the nightly job. */
int care_retention_run(struct db *db, struct arena *a, struct str dir, bool dry_run,
                       const struct care_by *by, int64_t now, struct care_rule out[CARE_RULES],
                       struct err *err);
/* The last runs that removed something, newest first; detail: a JSON object, rule to number. */
struct care_run {
    int64_t at;
    struct str by, detail;
};
VEC_TYPE(care_runs, struct care_run);
int care_retention_runs(struct db *db, struct arena *a, struct care_runs *out, struct err *err);
/* Every night. */
extern const struct job_kind care_retention_job;

#endif
