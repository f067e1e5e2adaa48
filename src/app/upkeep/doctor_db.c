#include "app/upkeep/inner.h"

#include "app/audit/audit.h"
#include "app/care/care.h"
#include "app/demo/demo.h"
#include "app/job/job.h"
#include "base/clock.h"

#include <sys/stat.h>

enum { AUDIT_QUICK = 200000 };

#define WAL_LARGE (INT64_C(512) << 20)

static void failed(struct doctor *d, const char *check, const struct err *err)
{
    doctor_failed(d, check, err,
                  N_("see the message; \"ungcuu restore\" makes the site anew from a backup"));
}

/* ---- database ------------------------------------------------------------------------------ */

static void look_at_schema(struct doctor *d)
{
    struct str latest = str_printf(d->arena, "%d", db_schema_latest()), here;
    struct err err = {0};
    int version;

    if (db_schema_version(d->pool, &version, &err) < 0) {
        failed(d, "schema", &err);
        return;
    }
    here = str_printf(d->arena, "%d", version);
    if (version < db_schema_latest())
        FOUND(d, FINDING_ADVICE, "schema", N_("try it: ungcuu upgrade --dry-run"),
              N_("version {0}; the program has {1} and brings it up to date when it starts"), here,
              latest);
    else if (version > db_schema_latest())
        FOUND(d, FINDING_BAD, "schema", N_("install the newer program again"),
              N_("version {0}; this program knows up to {1}"), here, latest);
    else
        FOUND(d, FINDING_WELL, "schema", NULL, N_("version {0}"), here);
}

static void look_at_wal(struct doctor *d)
{
    struct str path = str_from(d->config->database, strlen("sqlite:"));
    bool large;
    struct stat st;

    if (db_engine(d->pool) != DB_SQLITE ||
        stat(str_printf(d->arena, STR_FMT "-wal", STR_ARG(path)).ptr, &st) < 0)
        return;
    large = st.st_size > WAL_LARGE;
    FOUND(d, large ? FINDING_ADVICE : FINDING_WELL, "wal",
          large ? N_("a reader keeps it from shrinking: a backup that hangs, or another program")
                : NULL,
          N_("write-ahead log: {0}"), doctor_bytes(d, st.st_size));
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
        FOUND(d, FINDING_BAD, "database",
              N_("stop the site, keep the damaged file, restore the newest backup"),
              N_("the database says: {0}"), h.problem);
    else
        FOUND(d, FINDING_WELL, "database", NULL, N_("{0}, {1}, {2} of it free"), h.version,
              doctor_bytes(d, h.bytes), doctor_bytes(d, h.free_bytes));
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
    if (audit_head(d->db, d->arena, &head, &err) < 0)
        failed(d, "audit", &err);
    else if (head.seq > AUDIT_QUICK && !d->full)
        FOUND(d, FINDING_WELL, "audit", NULL,
              N_("{0} entries; not walked: --full, or ungcuu audit verify"),
              doctor_int(d, head.seq));
    else if (audit_verify(d->db, &checked, &err) < 0)
        failed(d, "audit", &err);
    else
        FOUND(d, FINDING_WELL, "audit", NULL, N_("{0} entries, intact; head {1}"),
              doctor_int(d, checked), head.hash);
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
        FOUND(d, FINDING_BAD, "jobs", N_("see why, and run or remove them on the jobs page"),
              N_("{0} failed for good"), doctor_int(d, c.failed));
    else if (c.late > 0)
        FOUND(d, FINDING_ADVICE, "jobs", N_("is the service running? systemctl status ungcuu"),
              N_("{0} should have begun more than a minute ago"), doctor_int(d, c.late));
    else
        FOUND(d, FINDING_WELL, "jobs", NULL, N_("{0} waiting, none late"), doctor_int(d, c.ready));
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
        FOUND(d, FINDING_BAD, "passwords",
              N_("ungcuu user disable LOGIN, or ungcuu user password LOGIN"),
              N_("{0} accounts have the published password of the sample; one is {1}"),
              doctor_int(d, n), first);
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
        FOUND(d, FINDING_BAD, "accounts", N_("ungcuu user grant LOGIN admin CODE"),
              N_("no active account may manage accounts and settings"));
    else
        FOUND(d, FINDING_WELL, "accounts", NULL, N_("{0} active administrators"),
              doctor_int(d, look.administrators));
    if (look.sample)
        FOUND(d, FINDING_ADVICE, "sample", N_("for real work: ungcuu init in another directory"),
              N_("this site is made of sample data with published passwords"));
    else
        look_at_passwords(d);
    if (look.newest > d->now + MINUTE_MS)
        FOUND(d, FINDING_BAD, "clock", N_("set the clock right: timedatectl set-ntp true"),
              N_("the newest entry of the audit log is {0} s in the future of this machine"),
              doctor_int(d, (look.newest - d->now) / SECOND_MS));
}

void doctor_files(struct doctor *d)
{
    struct care_blobs b;
    struct err err = {0};

    if (d->db == NULL || d->dir.len == 0)
        return;
    if (care_blobs_look(d->db, d->arena, d->dir, d->full, &b, &err) < 0) {
        failed(d, "files", &err);
        return;
    }
    if (b.missing > 0)
        FOUND(d, FINDING_BAD, "files", N_("copy blobs/ back from a backup"),
              N_("{0} of {1} stored files are missing; one is {2}"), doctor_int(d, b.missing),
              doctor_int(d, b.known), b.first_missing);
    else
        FOUND(d, FINDING_WELL, "files", NULL, N_("{0} stored files are there"),
              doctor_int(d, b.known));
    if (b.orphans > 0)
        FOUND(d, FINDING_ADVICE, "files",
              N_("harmless: uploads that were broken off; keep them or remove them by hand"),
              N_("{0} files belong to no record; one is {1}"), doctor_int(d, b.orphans),
              b.first_orphan);
}
