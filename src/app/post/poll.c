#include "app/post/inner.h"

#include "app/report/report.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"

#include <fcntl.h>

/*
 * The job "poll": looks into the mailbox. What is new is fetched into the spool, read in the
 * sandbox and taken in together with the note that this message (mailbox, validity, number) was
 * taken; only then it is moved or marked. Whatever breaks off in between, the next look takes each
 * message once.
 */
enum { AT_ONCE = 200, LARGEST = 50 << 20, MINUTES = 2 };

struct look {
    struct job_run *run;
    struct db *db;
    struct post_settings s;
    struct str name, done;
    int64_t validity, last_uid;
    struct report_intake sum;
};

/* The message as a file; removed by the caller. */
static int fetch_to(struct look *l, struct mail_box *box, int64_t uid, const char *path,
                    struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int r;

    if (fd < 0)
        return err_errno(err, "cannot create %s", path);
    r = mail_box_fetch(box, uid, fd, LARGEST, err);
    close_fd(&fd);
    return r;
}

static int take_one(struct look *l, struct mail_box *box, int64_t uid, struct err *err)
{
    struct arena *a = l->run->arena;
    struct str source =
        str_printf(a, STR_FMT ";%" PRId64 "/%" PRId64, STR_ARG(l->name), l->validity, uid);
    struct str path = str_printf(a, STR_FMT "/spool/poll-%" PRId64, STR_ARG(site.dir), l->run->id);
    int r = fetch_to(l, box, uid, path.ptr, err);

    /* A message that is too large or gone stays where it is and keeps nobody waiting. */
    if (r == ERR_TOO_LARGE || r == ERR_NOT_FOUND) {
        log_warn("mail " STR_FMT " left in the mailbox: %s", STR_ARG(source), err->what);
        unlink(path.ptr);
        err_clear(err);
        return 0;
    }
    if (r == 0)
        r = report_intake_fetched(l->db, a, path.ptr, source, clock_now(), &l->sum, err);
    unlink(path.ptr);
    return r < 0 ? r : mail_box_done(box, uid, l->done.len > 0 ? l->done.ptr : NULL, err);
}

static int note(struct look *l, struct str error, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = l->db;
    int64_t r;

    if ((r = db_begin(l->db, err)) < 0 ||
        (r = post_box_put(l->db, l->name, l->validity, l->last_uid, l->run->now, error, err)) < 0)
        return (int)r;
    return db_commit(l->db, err);
}

static int look_into(struct look *l, struct err *err)
{
    _cleanup_(mail_box_closep) struct mail_box *box = NULL;
    struct arena *a = l->run->arena;
    const char *folder = l->s.imap_folder.len > 0 ? str_cdup(a, l->s.imap_folder) : "INBOX";
    int64_t validity = l->validity;
    struct mail_server server;
    struct mail_uids uids;
    int r = post_imap(a, &l->s, &server, err);

    if (r < 0)
        return r;
    server.stopping = l->run->stopping;
    if ((r = mail_box_open(&box, &server, folder, err)) < 0 ||
        (r = mail_box_list(box, a, l->last_uid, AT_ONCE, &validity, &uids, err)) < 0)
        return r;
    if (validity != l->validity)
        l->last_uid = 0;
    l->validity = validity;
    for (size_t i = 0; i < uids.len; i++) {
        if (l->run->stopping != NULL && atomic_load(l->run->stopping))
            return 0;
        if ((r = take_one(l, box, uids.at[i], err)) < 0)
            return r;
        l->last_uid = uids.at[i];
    }
    return 0;
}

int post_run_poll(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct look l = {.run = run};
    struct post_box_row box;
    struct err why = {0};
    int r, looked;

    if ((r = db_acquire(run->pool, &db, err)) < 0 ||
        (r = post_settings_load(db, run->arena, &l.s, err)) < 0 || l.s.imap_host.len == 0)
        return r;
    l.db = db;
    l.name = post_box_name(run->arena, &l.s);
    l.done = l.s.imap_done.len > 0 ? str_dup(run->arena, l.s.imap_done) : STR("");
    if ((r = post_box(db, run->arena, l.name, &box, err)) < 0)
        return r;
    run->again_at = run->now + (l.s.imap_minutes.has ? l.s.imap_minutes.v : MINUTES) * MINUTE_MS;
    if (r == 1) {
        l.validity = box.validity;
        l.last_uid = box.last_uid;
    }
    looked = look_into(&l, &why);
    if (l.sum.messages > 0)
        log_info("mailbox messages=%" PRId64 " reports=%" PRId64 " answers=%" PRId64
                 " known=%" PRId64 " refused=%" PRId64,
                 l.sum.messages, l.sum.accepted - l.sum.answers, l.sum.answers, l.sum.duplicates,
                 l.sum.refused);
    if ((r = note(&l, looked < 0 ? str_c(why.what) : STR(""), err)) < 0)
        return r;
    if (looked < 0)
        *err = why;
    return looked;
}
