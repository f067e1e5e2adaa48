#include "app/notice/notice.h"
#include "app/report/inner.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/*
 * What those who decide and the reporter are told.
 *
 * The link with which a reporter follows their report is a secret of which only the hash is kept.
 * It goes by mail only when the reporter asked for that on the page, and the text of that mail is
 * forgotten when it was sent. Other mails to a reporter hold the code; answering such a mail adds
 * to the report, so nobody needs the link to answer.
 */
enum { TOLD_LETTERS = 300, RECEIPTS_AN_HOUR = 3 };

/* Whoever types somebody else's address into the form must not be able to flood them. */
static int may_mail(struct db *db, struct arena *a, struct str address, int64_t now,
                    struct err *err)
{
    struct report_receipts_row row;
    int r = address.len > 0 ? notice_mail_ready(db, a, err) : 0;

    if (r <= 0)
        return r;
    if ((r = report_receipts(db, a, address, now - HOUR_MS, &row, err)) < 0)
        return r;
    return row.total < RECEIPTS_AN_HOUR;
}

static int mail_receipt(struct db *db, struct arena *a, const struct report_new *new_,
                        const struct report_receipt *receipt, struct err *err)
{
    enum lang lang = LANG_VI;
    struct buf body = buf_make(a);
    int r = may_mail(db, a, new_->reporter_email, new_->received_at, err);

    if (r <= 0)
        return r;
    buf_printf(&body, STR_FMT "\n\n" STR_FMT "\n",
               STR_ARG(i18n_format(a, lang, N_("We received your report. Its code is {0}."),
                                   &receipt->code, 1)),
               STR_ARG(T(lang, "To add something, answer this mail.")));
    if (new_->mail_secret)
        buf_printf(&body, "\n" STR_FMT "\n" STR_FMT "/r/" STR_FMT "\n",
                   STR_ARG(T(lang, "Follow it here. Whoever has this link can read your report, so "
                                   "keep it to yourself:")),
                   STR_ARG(site_link_url()), STR_ARG(receipt->secret));
    buf_printf(&body, "\n" STR_FMT, STR_ARG(site.coordinator));
    return notice_mail(
        db, a,
        &(struct notice_letter){
            .kind = "receipt",
            .report_id = receipt->id,
            .to = new_->reporter_email,
            .subject = i18n_format(a, lang, N_("[{0}] We received your report"), &receipt->code, 1),
            .body = buf_str(&body),
            .in_reply_to = new_->message_id,
            .references = new_->message_id,
            .lang = lang,
            .secret = new_->mail_secret,
            .automatic = true},
        new_->received_at, NULL, err);
}

int report_tell_new(struct db *db, struct arena *a, const struct report_new *new_,
                    const struct report_receipt *receipt, struct err *err)
{
    bool receipt_wanted = new_->mail_secret || str_is(str_c(new_->channel), "mail") ||
                          str_is(str_c(new_->channel), "public");
    int r = notice_put(
        db,
        &(struct notice_new){.event = NOTICE_REPORT_NEW,
                             .report_id = receipt->id,
                             .by_id = new_->account_id,
                             .by_name = new_->account_id != 0 ? new_->reporter_name : STR("")},
        new_->received_at, err);

    /* A program that answers programs would never end. */
    if (r < 0 || !receipt_wanted || new_->automatic)
        return r;
    return mail_receipt(db, a, new_, receipt, err);
}

int report_tell_answer(struct db *db, struct arena *a, int64_t id, struct opt_int incident_id,
                       struct str body, int64_t now, struct err *err)
{
    return notice_put(db,
                      &(struct notice_new){.event = NOTICE_REPORT_ANSWER,
                                           .report_id = id,
                                           .incident_id = incident_id.has ? incident_id.v : 0,
                                           .detail = text_ellipsis_words(a, body, TOLD_LETTERS)},
                      now, err);
}

int report_tell_reporter(struct db *db, struct arena *a, int64_t id, struct str code,
                         const char *subject_key, struct str text, const struct actor *by,
                         int64_t now, struct err *err)
{
    enum lang lang = LANG_VI;
    struct report_reporter_row who;
    struct buf body = buf_make(a);
    int r;

    if ((r = report_reporter(db, a, id, &who, err)) <= 0 ||
        (r = notice_mail_ready(db, a, err)) <= 0)
        return MIN(r, 0);
    buf_printf(&body, STR_FMT "\n\n" STR_FMT "\n\n" STR_FMT, STR_ARG(text),
               STR_ARG(T(lang, "You can answer this mail, or use the link that you were given when "
                               "you reported.")),
               STR_ARG(site.coordinator));
    return notice_mail(
        db, a,
        &(struct notice_letter){.kind = "receipt",
                                .report_id = id,
                                .to = who.email,
                                .subject = i18n_format(a, lang, subject_key, &code, 1),
                                .body = buf_str(&body),
                                .in_reply_to = who.message_id,
                                .references = who.message_id,
                                .lang = lang,
                                .by_id = by->id,
                                .by_name = by->name},
        now, NULL, err);
}
