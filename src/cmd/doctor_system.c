#include "cmd/doctor.h"

#include "base/io.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#define DISK_LOW      (INT64_C(1) << 30)
#define DISK_VERY_LOW (INT64_C(100) << 20)

enum { INODES_LOW = 10000, FILES_WANTED = 4096 };

void doctor_disk(struct doctor *d)
{
    struct statvfs fs;
    int64_t space;

    if (statvfs(d->site->dir.ptr, &fs) < 0) {
        doctor_says(d, FINDING_BAD, "disk", "does it exist, and may this user read it?",
                    "cannot look at %s", d->site->dir.ptr);
        return;
    }
    space = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    if (space < DISK_LOW)
        doctor_says(d, space < DISK_VERY_LOW ? FINDING_BAD : FINDING_ADVICE, "disk",
                    "make room, or move the data directory to a larger disk", "%.0f MB free for %s",
                    (double)space / 1e6, d->site->dir.ptr);
    else
        doctor_says(d, FINDING_WELL, "disk", NULL, "%.1f GB free for %s", (double)space / 1e9,
                    d->site->dir.ptr);
    if (fs.f_files > 0 && fs.f_favail < INODES_LOW)
        doctor_says(d, FINDING_ADVICE, "inodes", "remove small files on that disk",
                    "%llu more files can be made on the disk of %s",
                    (unsigned long long)fs.f_favail, d->site->dir.ptr);
}

/* ---- who may read it ----------------------------------------------------------------------- */

static void check_mode(struct doctor *d, const char *path, mode_t forbidden, const struct stat *dir)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return;
    if ((st.st_mode & forbidden) != 0)
        doctor_says(
            d, FINDING_BAD, "permissions",
            str_printf(d->arena, "chmod %s %s", S_ISDIR(st.st_mode) ? "700" : "600", path).ptr,
            "others may read %s (mode %03o)", path, (unsigned)st.st_mode & 0777);
    if (st.st_uid != dir->st_uid)
        doctor_says(d, FINDING_BAD, "permissions", "chown it to the user of the service",
                    "%s belongs to user %u, the directory to user %u", path, (unsigned)st.st_uid,
                    (unsigned)dir->st_uid);
}

static void check_files(struct doctor *d, const struct stat *dir)
{
    DIR *list = opendir(d->site->dir.ptr);
    struct dirent *e;

    while (list != NULL && (e = readdir(list)) != NULL) {
        struct str name = str_c(e->d_name);
        struct str path = io_join(d->arena, d->site->dir, name);

        if (str_is(name, "ungcuu.conf") || str_starts(name, STR("ungcuu.db")) ||
            str_ends(name, STR(".key")))
            check_mode(d, path.ptr, 077, dir);
        else if (str_is(name, "blobs") || str_is(name, "spool"))
            check_mode(d, path.ptr, 007, dir);
    }
    if (list != NULL)
        closedir(list);
}

void doctor_permissions(struct doctor *d)
{
    size_t before = d->findings.len;
    struct stat dir;

    if (stat(d->site->dir.ptr, &dir) < 0)
        return;
    check_mode(d, d->site->dir.ptr, 077, &dir);
    check_files(d, &dir);
    if (geteuid() == 0 && dir.st_uid != 0)
        doctor_says(d, FINDING_ADVICE, "user",
                    "files that root makes here the service cannot read: runuser -u ungcuu -- ...",
                    "this runs as root, the directory belongs to user %u", (unsigned)dir.st_uid);
    if (d->findings.len == before)
        doctor_says(d, FINDING_WELL, "permissions", NULL, "only the owner reads %s",
                    d->site->dir.ptr);
}

/* ---- this machine -------------------------------------------------------------------------- */

void doctor_clock(struct doctor *d)
{
    struct timex t = {0};

    if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        doctor_says(d, FINDING_ADVICE, "clock", "timedatectl set-ntp true, or chrony",
                    "the clock is not kept right by a time server; deadlines and evidence need it");
    else
        doctor_says(d, FINDING_WELL, "clock", NULL, "kept right by a time server");
}

static bool is_local(struct str host)
{
    return str_is(host, "127.0.0.1") || str_is(host, "::1") || str_is(host, "localhost");
}

void doctor_config(struct doctor *d)
{
    const struct config *c = &d->site->config;
    bool https = str_starts(c->base_url, STR("https://"));

    if (!https)
        doctor_says(d, FINDING_ADVICE, "base_url",
                    "put nginx with TLS in front and set base_url = https://...",
                    "base_url is " STR_FMT ": links in mails and receipts are not encrypted",
                    STR_ARG(c->base_url));
    if (!is_local(c->host) && !https)
        doctor_says(d, FINDING_BAD, "host", "set host = 127.0.0.1 and let nginx do TLS",
                    "listens on " STR_FMT " without TLS: passwords can be read on the way",
                    STR_ARG(c->host));
    if (https && is_local(c->host) && c->trusted_proxy.len == 0)
        doctor_says(d, FINDING_BAD, "proxy", "set trusted_proxy = 127.0.0.1",
                    "behind a proxy, but trusted_proxy is empty: all visitors share one address "
                    "and its limits");
    if (https && (c->trusted_proxy.len > 0 || !is_local(c->host)))
        doctor_says(d, FINDING_WELL, "base_url", NULL, STR_FMT, STR_ARG(c->base_url));
}

void doctor_limits(struct doctor *d)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return;
    if (files.rlim_max < FILES_WANTED)
        doctor_says(d, FINDING_ADVICE, "limits", "LimitNOFILE=16384 in the unit, or ulimit -Hn",
                    "at most %llu open files: fewer visitors at once",
                    (unsigned long long)files.rlim_max);
    else
        doctor_says(d, FINDING_WELL, "limits", NULL, "%llu open files",
                    (unsigned long long)files.rlim_max);
}
