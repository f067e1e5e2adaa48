#include "cmd/doctor.h"

#include "app/audit/audit.h"
#include "app/care/care.h"
#include "app/demo/demo.h"
#include "app/job/job.h"
#include "base/clock.h"

#include <sys/stat.h>

enum { AUDIT_QUICK = 200000 };

#define WAL_LARGE (INT64_C(512) << 20)
#define SITE_MEND "see the message; \"ungcuu restore\" makes the site anew from a backup"

static void failed(struct doctor *d, const char *check, const struct err *err)
{
    doctor_says(d, FINDING_BAD, check,
                err->hint[0] != '\0' ? str_cdup(d->arena, str_c(err->hint)) : SITE_MEND, "%s",
                err->what);
}

/* ---- database ------------------------------------------------------------------------------ */

static void look_at_schema(struct doctor *d)
{
    struct err err = {0};
    int version;

    if (db_schema_version(d->site->pool, &version, &err) < 0)
        failed(d, "schema", &err);
    else if (version < db_schema_latest())
        doctor_says(d, FINDING_ADVICE, "schema", "try it: ungcuu upgrade --dry-run",
                    "version %d; the program has %d and brings it up to date when it starts",
                    version, db_schema_latest());
    else if (version > db_schema_latest())
        doctor_says(d, FINDING_BAD, "schema", "install the newer program again",
                    "version %d; this program knows up to %d", version, db_schema_latest());
    else
        doctor_says(d, FINDING_WELL, "schema", NULL, "version %d", version);
}

static void look_at_wal(struct doctor *d)
{
    struct str path = str_from(d->site->config.database, strlen("sqlite:"));
    struct stat st;

    if (db_engine(d->site->pool) != DB_SQLITE ||
        stat(str_printf(d->arena, STR_FMT "-wal", STR_ARG(path)).ptr, &st) < 0)
        return;
    doctor_says(d, st.st_size > WAL_LARGE ? FINDING_ADVICE : FINDING_WELL, "wal",
                st.st_size > WAL_LARGE
                    ? "a reader keeps it from shrinking: a backup that hangs, or another program"
                    : NULL,
                "write-ahead log: %.1f MB", (double)st.st_size / 1e6);
}

void doctor_database(struct doctor *d)
{
    struct db_health h;
    struct err err = {0};

    if (d->db == NULL)
        return;
    if (db_health(d->db, d->arena, d->full, &h, &err) < 0) {
        failed(d, "database", &err);
        return;
    }
    if (h.problem.len > 0)
        doctor_says(d, FINDING_BAD, "database",
                    "stop the site, keep the damaged file, restore the newest backup", STR_FMT,
                    STR_ARG(h.problem));
    else
        doctor_says(d, FINDING_WELL, "database", NULL, STR_FMT ", %.1f MB, %.1f MB of it free",
                    STR_ARG(h.version), (double)h.bytes / 1e6, (double)h.free_bytes / 1e6);
    look_at_schema(d);
    look_at_wal(d);
}

/* ---- what the database says ------------------------------------------------------------------ */

void doctor_audit(struct doctor *d)
{
    struct audit_head head;
    struct err err = {0};
    int64_t checked;

    if (d->db == NULL)
        return;
    if (audit_head(d->db, d->arena, &head, &err) < 0) {
        failed(d, "audit", &err);
    } else if (head.seq > AUDIT_QUICK && !d->full) {
        doctor_says(d, FINDING_WELL, "audit", NULL,
                    "%" PRId64 " entries; not walked: --full, or ungcuu audit verify", head.seq);
    } else if (audit_verify(d->db, &checked, &err) < 0) {
        failed(d, "audit", &err);
    } else {
        doctor_says(d, FINDING_WELL, "audit", NULL, "%" PRId64 " entries, intact; head " STR_FMT,
                    checked, STR_ARG(head.hash));
    }
}

void doctor_jobs(struct doctor *d)
{
    struct job_counts c;
    struct err err = {0};

    if (d->db == NULL)
        return;
    if (job_count(d->db, d->arena, d->now, &c, &err) < 0)
        failed(d, "jobs", &err);
    else if (c.failed > 0)
        doctor_says(d, FINDING_BAD, "jobs", "see why, and run or remove them on the jobs page",
                    "%" PRId64 " failed for good", c.failed);
    else if (c.late > 0)
        doctor_says(d, FINDING_ADVICE, "jobs", "is the service running? systemctl status ungcuu",
                    "%" PRId64 " should have begun more than a minute ago", c.late);
    else
        doctor_says(d, FINDING_WELL, "jobs", NULL, "%" PRId64 " waiting, none late", c.ready);
}

static void look_at_passwords(struct doctor *d)
{
    struct demo_summary demo = {0};
    struct str logins[ARRAY_LEN(demo.logins)], first = STR_EMPTY;
    struct err err = {0};
    int64_t n;

    demo_logins(&demo);
    for (size_t i = 0; i < demo.logins_len; i++)
        logins[i] = demo.logins[i].login;
    if (care_default_passwords(d->db, d->arena, logins, demo.logins_len, DEMO_PASSWORD, &first, &n,
                               &err) < 0)
        failed(d, "passwords", &err);
    else if (n > 0)
        doctor_says(
            d, FINDING_BAD, "passwords", "ungcuu user disable LOGIN, or ungcuu user password LOGIN",
            "%" PRId64 " accounts have the published password of the sample; one is " STR_FMT, n,
            STR_ARG(first));
}

void doctor_accounts(struct doctor *d)
{
    struct care_look look;
    struct err err = {0};

    if (d->db == NULL)
        return;
    if (care_look(d->db, d->arena, d->now, &look, &err) < 0) {
        failed(d, "accounts", &err);
        return;
    }
    if (look.administrators == 0)
        doctor_says(d, FINDING_BAD, "accounts", "ungcuu user grant LOGIN admin CODE",
                    "no active account may manage accounts and settings");
    else
        doctor_says(d, FINDING_WELL, "accounts", NULL, "%" PRId64 " active administrators",
                    look.administrators);
    if (look.sample)
        doctor_says(d, FINDING_ADVICE, "sample", "for real work: ungcuu init in another directory",
                    "this site is made of sample data with published passwords");
    else
        look_at_passwords(d);
    if (look.newest > d->now + MINUTE_MS)
        doctor_says(d, FINDING_BAD, "clock", "set the clock right: timedatectl set-ntp true",
                    "the newest entry of the audit log is %" PRId64
                    " s in the future of this machine",
                    (look.newest - d->now) / SECOND_MS);
}

void doctor_files(struct doctor *d)
{
    struct care_blobs b;
    struct err err = {0};

    if (d->db == NULL || d->site->dir.len == 0)
        return;
    if (care_blobs_look(d->db, d->arena, d->site->dir, d->full, &b, &err) < 0) {
        failed(d, "files", &err);
        return;
    }
    if (b.missing > 0)
        doctor_says(d, FINDING_BAD, "files", "copy blobs/ back from a backup",
                    "%" PRId64 " of %" PRId64 " stored files are missing; one is " STR_FMT,
                    b.missing, b.known, STR_ARG(b.first_missing));
    else
        doctor_says(d, FINDING_WELL, "files", NULL, "%" PRId64 " stored files are there", b.known);
    if (b.orphans > 0)
        doctor_says(d, FINDING_ADVICE, "files",
                    "harmless: uploads that were broken off; keep them or remove them by hand",
                    "%" PRId64 " files belong to no record; one is " STR_FMT, b.orphans,
                    STR_ARG(b.first_orphan));
}
