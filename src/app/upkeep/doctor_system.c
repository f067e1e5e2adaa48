#include "app/upkeep/inner.h"
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

    if (statvfs(d->dir.ptr, &fs) < 0) {
        FOUND(d, FINDING_BAD, "disk", N_("does it exist, and may this user read it?"),
              N_("cannot look at {0}"), d->dir);
        return;
    }
    space = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    FOUND(d,
          space < DISK_VERY_LOW ? FINDING_BAD
          : space < DISK_LOW    ? FINDING_ADVICE
                                : FINDING_WELL,
          "disk",
          space < DISK_LOW ? N_("make room, or move the data directory to a larger disk") : NULL,
          N_("{0} free for {1}"), doctor_bytes(d, space), d->dir);
    if (fs.f_files > 0 && fs.f_favail < INODES_LOW)
        FOUND(d, FINDING_ADVICE, "inodes", N_("remove small files on that disk"),
              N_("{0} more files can be made on the disk of {1}"),
              doctor_int(d, (int64_t)fs.f_favail), d->dir);
}

/* ---- who may read it ----------------------------------------------------------------------- */

static void check_mode(struct doctor *d, const char *path, mode_t forbidden, const struct stat *dir)
{
    struct arena *a = d->arena;
    struct stat st;

    if (stat(path, &st) < 0)
        return;
    if ((st.st_mode & forbidden) != 0)
        FOUND(d, FINDING_BAD, "permissions", N_("chmod {2} {0}"),
              N_("others may read {0} (mode {1})"), str_c(path),
              str_printf(a, "%03o", (unsigned)st.st_mode & 0777),
              S_ISDIR(st.st_mode) ? STR("700") : STR("600"));
    if (st.st_uid != dir->st_uid)
        FOUND(d, FINDING_BAD, "permissions", N_("chown it to the user of the service"),
              N_("{0} belongs to user {1}, the directory to user {2}"), str_c(path),
              str_printf(a, "%u", (unsigned)st.st_uid), str_printf(a, "%u", (unsigned)dir->st_uid));
}

static void check_files(struct doctor *d, const struct stat *dir)
{
    DIR *list = opendir(d->dir.ptr);
    struct dirent *e;

    while (list != NULL && (e = readdir(list)) != NULL) {
        struct str name = str_dup(d->arena, str_c(e->d_name));
        struct str path = io_join(d->arena, d->dir, name);

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

    if (stat(d->dir.ptr, &dir) < 0)
        return;
    check_mode(d, d->dir.ptr, 077, &dir);
    check_files(d, &dir);
    if (geteuid() == 0 && dir.st_uid != 0)
        FOUND(d, FINDING_ADVICE, "user",
              N_("files that root makes here the service cannot read: runuser -u ungcuu -- ..."),
              N_("this runs as root, the directory belongs to user {0}"),
              str_printf(d->arena, "%u", (unsigned)dir.st_uid));
    if (d->findings.len == before)
        FOUND(d, FINDING_WELL, "permissions", NULL, N_("only the owner reads {0}"), d->dir);
}

/* ---- this machine -------------------------------------------------------------------------- */

void doctor_clock(struct doctor *d)
{
    struct timex t = {0};

    if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        FOUND(d, FINDING_ADVICE, "clock", N_("timedatectl set-ntp true, or chrony"),
              N_("the clock is not kept right by a time server; deadlines and evidence need it"));
    else
        FOUND(d, FINDING_WELL, "clock", NULL, N_("kept right by a time server"));
}

static bool is_local(struct str host)
{
    return str_is(host, "127.0.0.1") || str_is(host, "::1") || str_is(host, "localhost");
}

void doctor_config(struct doctor *d)
{
    const struct config *c = d->config;
    bool https = str_starts(c->base_url, STR("https://"));

    if (!https)
        FOUND(d, FINDING_ADVICE, "base_url",
              N_("put nginx with TLS in front and set base_url = https://..."),
              N_("base_url is {0}: links in mails and receipts are not encrypted"), c->base_url);
    if (!is_local(c->host) && !https)
        FOUND(d, FINDING_BAD, "host", N_("set host = 127.0.0.1 and let nginx do TLS"),
              N_("listens on {0} without TLS: passwords can be read on the way"), c->host);
    if (https && is_local(c->host) && c->trusted_proxy.len == 0)
        FOUND(d, FINDING_BAD, "proxy", N_("set trusted_proxy = 127.0.0.1"),
              N_("behind a proxy, but trusted_proxy is empty: all visitors share one address and "
                 "its limits"));
    if (https && (c->trusted_proxy.len > 0 || !is_local(c->host)))
        FOUND(d, FINDING_WELL, "base_url", NULL, N_("the site is at {0}"), c->base_url);
}

void doctor_limits(struct doctor *d)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return;
    if (files.rlim_max < FILES_WANTED)
        FOUND(d, FINDING_ADVICE, "limits", N_("LimitNOFILE=16384 in the unit, or ulimit -Hn"),
              N_("at most {0} open files: fewer visitors at once"),
              doctor_int(d, (int64_t)files.rlim_max));
    else
        FOUND(d, FINDING_WELL, "limits", NULL, N_("{0} open files"),
              doctor_int(d, (int64_t)files.rlim_max));
}
