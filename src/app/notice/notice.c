#include "app/notice/notice.h"

#include "app/job/job.h"
#include "app/notice/queries.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

enum { MENTIONS_MAX = 20 };
#define TOLD_LATE (2 * DAY_MS)
enum { FOLD_BYTES = 4000 };
enum { TOKEN_LETTERS = 24 }; /* 120 bits: an answer that names it was given by who got the mail */

const struct notice_kind notice_kinds[NOTICE_COUNT] = {
#define EVENT(id, name, label, mail) [NOTICE_##id] = {name, label, mail},
#include "app/notice/events.def"
#undef EVENT
};

bool notice_event_from_name(struct str name, enum notice_event *out)
{
    for (size_t i = 0; i < NOTICE_COUNT; i++) {
        if (str_is(name, notice_kinds[i].name)) {
            *out = (enum notice_event)i;
            return true;
        }
    }
    return false;
}

static struct opt_int opt_id(int64_t id)
{
    return id != 0 ? opt_int(id) : NO_INT;
}

/* Columns are NOT NULL: a slice without a pointer would be NULL. */
static struct str text(struct str s)
{
    return s.ptr != NULL ? s : STR("");
}

int notice_put(struct db *db, const struct notice_new *new_, int64_t now, struct err *err)
{
    struct arena scratch = {0};
    struct notice_event_insert_row row;
    int r;

    if (now < clock_now() - TOLD_LATE)
        return 0;
    r = notice_event_insert(db, &scratch, now, str_c(notice_kinds[new_->event].name),
                            opt_id(new_->report_id), opt_id(new_->incident_id),
                            opt_id(new_->account_id), opt_id(new_->by_id), text(new_->by_name),
                            text(new_->detail), text(new_->mark), &row, err);

    arena_release(&scratch);
    return r < 0 ? r : job_add(db, "notice", row.id, STR(""), 0, now, err);
}

/* A login behind an @ that begins a word; *rest goes on behind it. Empty: there is none left. */
static struct str next_mention(struct str *rest)
{
    for (ptrdiff_t at; (at = str_find_char(*rest, '@')) >= 0;) {
        bool begins = at == 0 || !(isalnum((unsigned char)rest->ptr[at - 1]) ||
                                   (unsigned char)rest->ptr[at - 1] >= 0x80 ||
                                   strchr("._-+", rest->ptr[at - 1]) != NULL);
        size_t len = 0;

        *rest = str_from(*rest, (size_t)at + 1);
        while (len < rest->len &&
               (isalnum((unsigned char)rest->ptr[len]) || strchr("._-", rest->ptr[len]) != NULL))
            len++;
        /* The stop of the sentence is none of the login's. */
        while (len > 0 && !isalnum((unsigned char)rest->ptr[len - 1]))
            len--;
        if (begins && len > 0)
            return str_sub(*rest, 0, len);
    }
    return STR_EMPTY;
}

int notice_mentions(struct db *db, struct arena *a, const struct notice_new *new_, struct str text_,
                    int64_t now, struct err *err)
{
    struct notice_account_by_login_row row;
    struct notice_new one = *new_;
    VEC(int64_t) told = {0};
    struct str rest = text_, login;
    int r;

    one.event = NOTICE_INCIDENT_MENTION;
    while ((login = next_mention(&rest)).len > 0 && told.len < MENTIONS_MAX) {
        bool again = false;

        r = notice_account_by_login(db, a, str_lower(a, login), &row, err);
        if (r < 0)
            return r;
        for (size_t i = 0; i < told.len; i++)
            again = again || told.at[i] == row.id;
        if (r == 0 || again || row.id == new_->by_id)
            continue;
        *vec_push(&told, a) = row.id;
        one.account_id = row.id;
        if ((r = notice_put(db, &one, now, err)) < 0)
            return r;
    }
    return 0;
}

/* ---- mails ------------------------------------------------------------------------------------
 */

/* The part behind the @ of the site's address, of which the message ids are made. */
static struct str own_domain(struct arena *a, struct str address)
{
    ptrdiff_t at = str_rfind_char(address, '@');

    return at >= 0 && (size_t)at + 1 < address.len
               ? str_lower(a, str_trim(str_from(address, (size_t)at + 1)))
               : STR("ungcuu.invalid");
}

struct str notice_mail_fold(struct arena *a, struct str subject, struct str body)
{
    struct str all =
        str_printf(a, STR_FMT " " STR_FMT, STR_ARG(subject), STR_ARG(str_sub(body, 0, FOLD_BYTES)));

    return text_fold(a, text_repair(a, all, &(size_t){0}));
}

int notice_mail(struct db *db, struct arena *a, const struct notice_letter *letter, int64_t now,
                int64_t *id, struct err *err)
{
    struct notice_setting_row from = {.value = STR("")};
    bool talk = (letter->report_id != 0 || letter->incident_id != 0) && !letter->secret &&
                !letter->automatic;
    struct str fold =
        talk ? notice_mail_fold(a, text(letter->subject), text(letter->body)) : STR("");
    struct notice_mail_insert_row row;
    int64_t r = notice_setting(db, a, STR("mail.from"), &from, err);

    if (r < 0)
        return (int)r;
    r = notice_mail_insert(
        db, a,
        str_printf(a, STR_FMT "@" STR_FMT, STR_ARG(random_code(a, TOKEN_LETTERS)),
                   STR_ARG(own_domain(a, r > 0 ? from.value : STR("")))),
        str_c(letter->kind), opt_id(letter->account_id), opt_id(letter->report_id),
        opt_id(letter->incident_id), r > 0 ? from.value : STR(""), text(letter->to),
        text(letter->cc), text(letter->subject), text(letter->body), text(letter->tlp),
        text(letter->in_reply_to), text(letter->references), text(letter->stop),
        str_c(i18n_tag(letter->lang)), letter->automatic, letter->secret, opt_id(letter->by_id),
        text(letter->by_name), now, fold, &row, err);
    for (size_t i = 0; r >= 0 && i < letter->attachments_len; i++)
        r = notice_mail_file_insert(db, row.id, letter->attachments[i], err);
    if (r < 0)
        return (int)r;
    if (id != NULL)
        *id = row.id;
    return job_add(db, "mail", row.id, STR(""), 0, now, err);
}

int notice_mail_account(struct db *db, struct arena *a, int64_t account_id, enum lang lang,
                        struct str subject, struct str body, bool secret, int64_t now, bool *sent,
                        struct err *err)
{
    struct notice_account_address_row to;
    int r = notice_account_address(db, a, account_id, &to, err);

    if (sent != NULL)
        *sent = r > 0;
    if (r <= 0)
        return r;
    return notice_mail(db, a,
                       &(struct notice_letter){.kind = "account",
                                               .account_id = account_id,
                                               .to = to.email,
                                               .subject = subject,
                                               .body = body,
                                               .lang = lang,
                                               .secret = secret,
                                               .automatic = true},
                       now, NULL, err);
}

int notice_mail_ready(struct db *db, struct arena *a, struct err *err)
{
    struct notice_setting_row row;

    return notice_setting(db, a, STR("mail.smtp_host"), &row, err);
}

int notice_seen(struct db *db, struct arena *a, int64_t account_id, int64_t report_id,
                int64_t incident_id, int64_t now, struct err *err)
{
    struct notice_waits_row waits;
    int64_t r = notice_waits(db, a, account_id, report_id, incident_id, &waits, err);

    if (r < 0 || (!waits.report && !waits.incident))
        return (int)r;
    if ((r = db_begin(db, err)) >= 0) {
        if (waits.report)
            r = notice_read_report(db, account_id, report_id, now, err);
        if (r >= 0 && waits.incident)
            r = notice_read_incident(db, account_id, incident_id, now, err);
        if (r < 0)
            db_rollback(db);
        else
            r = db_commit(db, err);
    }
    if (r != ERR_BUSY)
        return (int)MIN(r, 0);
    err_clear(err);
    return 0;
}
