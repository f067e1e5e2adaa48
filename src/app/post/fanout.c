#include "app/post/hook.h"

#include "app/web/web.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/*
 * The job "notice": one event becomes lines in people's lists, mails, and messages of webhooks, all
 * in one transaction with the end of the job.
 */

enum { SUBJECT_LETTERS = 150, STOP_LETTERS = 26 };

static enum notice_mail mail_choice(enum notice_event event, struct str chosen)
{
    enum notice_mail usual = notice_kinds[event].mail;

    if (usual == MAIL_FIXED || chosen.ptr == NULL)
        return usual;
    return str_is(chosen, "now") ? MAIL_NOW : str_is(chosen, "digest") ? MAIL_DIGEST : MAIL_OFF;
}

int post_stop(struct db *db, struct arena *a, int64_t account_id, struct str *token,
              struct err *err)
{
    struct post_stop_token_row row;
    int64_t r = post_stop_put(db, account_id, random_code(a, STOP_LETTERS), err);

    if (r < 0 || (r = post_stop_token(db, a, account_id, &row, err)) < 0)
        return (int)r;
    *token = row.token;
    return 0;
}

static int queue_mail(struct db *db, struct arena *a, const struct post_event_row *e,
                      const struct post_people_row *to, bool fixed, int64_t now, struct err *err)
{
    enum lang lang = i18n_lang(to->lang);
    struct post_line_row line = {.event = e->event, .by_name = e->by_name, .detail = e->detail};
    bool open = e->tlp.ptr == NULL || !post_tlp_closed(e->tlp);
    struct str what = post_event_line(a, lang, &line, open);
    struct str url = post_record_url(a, e->incident_id.has ? e->code : STR(""),
                                     e->incident_id.has ? STR("") : e->code);
    struct str stop = STR("");
    struct buf body = buf_make(a), subject = buf_make(a);
    int r;

    if (!fixed && (r = post_stop(db, a, to->account_id, &stop, err)) < 0)
        return r;
    if (e->code.len > 0)
        buf_printf(&subject, "[" STR_FMT "] ", STR_ARG(e->code));
    buf_add(&subject, what);
    if (open && e->title.len > 0) {
        buf_printf(&body, STR_FMT "\n" STR_FMT "\n\n", STR_ARG(e->code), STR_ARG(e->title));
        buf_add(&body, what);
    } else {
        buf_add(&body, what);
        if (e->code.len > 0)
            buf_printf(&body, ": " STR_FMT, STR_ARG(e->code));
    }
    if (!open)
        buf_printf(&body, "\n\n" STR_FMT,
                   STR_ARG(T(lang, "Its content does not go by mail. Sign in to read it.")));
    if (url.len > 0)
        buf_printf(&body, "\n\n" STR_FMT, STR_ARG(url));
    if (fixed)
        buf_printf(&body, "\n\n" STR_FMT,
                   STR_ARG(T(lang, "If it was not you, tell the administrator of the site.")));
    return notice_mail(db, a,
                       &(struct notice_letter){
                           .kind = fixed ? "account" : "notice",
                           .account_id = to->account_id,
                           .report_id = e->report_id.has ? e->report_id.v : 0,
                           .incident_id = e->incident_id.has ? e->incident_id.v : 0,
                           .to = to->email,
                           .subject = text_ellipsis_words(a, buf_str(&subject), SUBJECT_LETTERS),
                           .body = buf_str(&body),
                           .tlp = open && e->tlp.ptr != NULL ? e->tlp : STR(""),
                           .stop = stop,
                           .lang = lang,
                           .automatic = true},
                       now, NULL, err);
}

static int tell(struct db *db, struct arena *a, const struct post_event_row *e,
                enum notice_event event, const struct post_people_row *who, bool ready, int64_t now,
                struct err *err)
{
    bool in_app = !who->in_app.has || who->in_app.v != 0;
    enum notice_mail mail = who->email.len > 0 ? mail_choice(event, who->mail) : MAIL_OFF;
    bool at_once = mail == MAIL_NOW || mail == MAIL_FIXED;
    int64_t r = 0;

    if (in_app || mail == MAIL_DIGEST)
        r = post_notice_insert(db, e->id, who->account_id, e->at, in_app, mail == MAIL_DIGEST, err);
    if (r >= 0 && at_once && ready)
        r = queue_mail(db, a, e, who, mail == MAIL_FIXED, now, err);
    return (int)MIN(r, 0);
}

/* Whom an event names, or the record by which those whom it concerns are found. */
static int find_people(struct db *db, struct job_run *run, const struct post_event_row *e,
                       enum notice_event event, struct post_people_rows *out, struct err *err)
{
    bool open = !e->account_id.has;
    struct opt_int incident = open ? e->incident_id : NO_INT;
    struct opt_int report = open && !e->incident_id.has ? e->report_id : NO_INT;

    return (int)post_people(db, run->arena, e->id, run->now, e->account_id, incident,
                            event == NOTICE_INCIDENT_OPENED ? incident : NO_INT, report, out, err);
}

static int hand_on(struct db *db, struct job_run *run, const struct post_event_row *e,
                   struct err *err)
{
    enum notice_event event;
    struct post_people_rows people;
    int64_t r;
    int ready;

    if (!notice_event_from_name(e->event, &event)) {
        run->give_up = true;
        return err_set(err, ERR_INTERNAL, "unknown event \"" STR_FMT "\"", STR_ARG(e->event));
    }
    if ((r = ready = notice_mail_ready(db, run->arena, err)) < 0 ||
        (r = find_people(db, run, e, event, &people, err)) < 0)
        return (int)r;
    for (size_t i = 0; i < people.len; i++) {
        if ((r = tell(db, run->arena, e, event, &people.at[i], ready == 1, run->now, err)) < 0)
            return (int)r;
    }
    if ((r = post_hooks_tell(db, run->arena, e, run->now, err)) < 0 ||
        (r = post_event_done(db, e->id, run->now, err)) < 0)
        return (int)r;
    return job_done(run, db, err);
}

int post_run_notice(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct post_event_row event;
    int r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return r;
    r = post_event(db, run->arena, run->ref, &event, err);
    if (r == 1)
        r = event.done_at.has ? job_done(run, db, err) : hand_on(db, run, &event, err);
    else if (r == 0)
        r = job_done(run, db, err); /* its record was deleted meanwhile */
    if (r < 0) {
        db_rollback(db);
        run->done = false;
        return r;
    }
    return db_commit(db, err);
}
