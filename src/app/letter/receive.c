#include "app/letter/letter.h"
#include "app/letter/queries.h"
#include "app/notice/notice.h"
#include "base/text.h"
#include "sys/mail/send.h"

enum { IDS_MAX = 50, TOLD_LETTERS = 200, ANSWER_BYTES = 500 };

/* ---- headers ----------------------------------------------------------------------------------
 */

struct str letter_header(struct arena *a, struct str headers, const char *name)
{
    struct str want = str_c(name), line;
    struct buf value = buf_make(a);
    bool inside = false;

    while (str_line(&headers, &line)) {
        if (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t')) {
            if (inside) {
                buf_add_char(&value, ' ');
                buf_add(&value, str_trim(line));
            }
            continue;
        }
        if (inside)
            break;
        inside = line.len > want.len && line.ptr[want.len] == ':' && str_starts_nocase(line, want);
        if (inside)
            buf_add(&value, str_trim(str_from(line, want.len + 1)));
    }
    return buf_str(&value);
}

/* RFC 3834, and what older programs write instead. */
static bool is_automatic(struct arena *a, const struct mail_message *m)
{
    static const char *const bulk[] = {"bulk", "junk", "list", "auto_reply"};
    struct str submitted = letter_header(a, m->headers, "Auto-Submitted");
    struct str precedence = letter_header(a, m->headers, "Precedence");

    if (submitted.len > 0 && !str_starts_nocase(submitted, STR("no")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(bulk); i++) {
        if (str_eq_nocase(precedence, str_c(bulk[i])))
            return true;
    }
    return letter_header(a, m->headers, "X-Autoreply").len > 0 ||
           letter_header(a, m->headers, "X-Autorespond").len > 0 ||
           letter_header(a, m->headers, "List-Id").len > 0 ||
           str_is(letter_header(a, m->headers, "Return-Path"), "<>");
}

static bool is_bounce(struct arena *a, const struct mail_message *m)
{
    struct str type = letter_header(a, m->headers, "Content-Type");

    return (str_starts_nocase(type, STR("multipart/report")) &&
            str_find(str_lower(a, type), STR("delivery-status")) >= 0) ||
           (str_is(letter_header(a, m->headers, "Return-Path"), "<>") &&
            str_find(str_lower(a, m->from), STR("mailer-daemon@")) >= 0);
}

/* ---- where it belongs -------------------------------------------------------------------------
 */

static int try_id(struct db *db, struct arena *a, struct str id, struct letter_place *out,
                  struct err *err)
{
    struct letter_by_message_id_row row;
    int r = letter_by_message_id(db, a, id, &row, err);

    if (r <= 0 || (!row.incident_id.has && !row.report_id.has && !out->bounce))
        return r < 0 ? r : 0;
    out->mail_id = row.id;
    out->incident_id = row.incident_id.has ? row.incident_id.v : 0;
    out->report_id = row.report_id.has ? row.report_id.v : 0;
    return 1;
}

/* "<a@b> <c@d>": the newest stands last. */
static int try_references(struct db *db, struct arena *a, struct str refs, struct letter_place *out,
                          struct err *err)
{
    for (int n = 0; n < IDS_MAX; n++) {
        ptrdiff_t close = str_rfind_char(refs, '>');
        ptrdiff_t open = close >= 0 ? str_rfind_char(str_sub(refs, 0, (size_t)close), '<') : -1;
        int r;

        if (open < 0)
            return 0;
        r = try_id(db, a, str_sub(refs, (size_t)open + 1, (size_t)(close - open - 1)), out, err);
        if (r != 0)
            return r;
        refs = str_sub(refs, 0, (size_t)open);
    }
    return 0;
}

/* SC-2026-0042 or TB-2026-0007 in the subject. */
static struct str code_in(struct str subject)
{
    for (size_t i = 0; i + 12 <= subject.len; i++) {
        struct str s = str_from(subject, i);
        size_t len = 8;

        if (!(str_starts(s, STR("SC-")) || str_starts(s, STR("TB-"))) || s.ptr[7] != '-')
            continue;
        while (len < s.len && isdigit((unsigned char)s.ptr[len]))
            len++;
        if (len >= 12)
            return str_sub(s, 0, len);
    }
    return STR_EMPTY;
}

static int try_subject(struct db *db, struct arena *a, const struct mail_message *m,
                       struct letter_place *out, struct err *err)
{
    struct str code = code_in(m->subject);
    struct letter_case_of_row row;
    struct mail_people from;
    int r;

    if (code.len == 0 || !mail_people_parse(a, m->from, &from) || from.len != 1)
        return 0;
    r = letter_case_of(db, a, code, from.at[0].address, db_like(a, from.at[0].address), &row, err);
    if (r <= 0)
        return r;
    out->incident_id = row.incident_id.has ? row.incident_id.v : 0;
    out->report_id = row.report_id.has ? row.report_id.v : 0;
    return 1;
}

int letter_find_place(struct db *db, struct arena *a, const struct mail_message *m, int64_t now,
                      struct letter_place *out, struct err *err)
{
    struct letter_known_row known;
    int r;

    *out = (struct letter_place){.automatic = is_automatic(a, m), .bounce = is_bounce(a, m)};
    if ((r = letter_known(db, a, m->message_id, m->subject, m->body, &known, err)) != 0) {
        out->known = r > 0;
        return MIN(r, 0);
    }
    for (size_t i = 0; r == 0 && out->bounce && i < m->nested_len; i++)
        r = try_id(db, a, m->nested[i].message_id, out, err);
    if (r == 0 && m->in_reply_to.len > 0)
        r = try_id(db, a, m->in_reply_to, out, err);
    if (r == 0)
        r = try_references(db, a, letter_header(a, m->headers, "References"), out, err);
    if (r == 0 && !out->bounce)
        r = try_subject(db, a, m, out, err);
    /* Of what came back we must know which mail it was; else it is a mail like others. */
    out->bounce = out->bounce && out->mail_id != 0;
    return MIN(r, 0);
}

/* ---- taking it in -----------------------------------------------------------------------------
 */

/* The line of the report that says why: "550 5.1.1 ...", or the beginning. */
static struct str bounce_reason(struct arena *a, const struct mail_message *m)
{
    struct str rest = m->body, line;

    while (str_line(&rest, &line)) {
        if (str_find(line, STR("said:")) >= 0 || str_find(line, STR(" 550 ")) >= 0 ||
            str_starts(str_trim(line), STR("<")))
            return str_sub(str_trim(line), 0, ANSWER_BYTES);
    }
    return str_sub(str_trim(m->body), 0, ANSWER_BYTES);
}

static int came_back(struct db *db, struct arena *a, const struct mail_message *m,
                     const struct letter_place *place, int64_t now, struct err *err)
{
    struct letter_sender_of_row sent;
    int64_t r;

    if ((r = letter_bounced(db, place->mail_id, bounce_reason(a, m), err)) < 0 ||
        (r = letter_sender_of(db, a, place->mail_id, &sent, err)) <= 0 || !sent.by_id.has ||
        !sent.incident_id.has)
        return (int)MIN(r, 0);
    return notice_put(db,
                      &(struct notice_new){.event = NOTICE_INCIDENT_MAIL,
                                           .incident_id = sent.incident_id.v,
                                           .account_id = sent.by_id.v,
                                           .detail = str_sub(m->subject, 0, TOLD_LETTERS),
                                           .by_name = STR("MAILER-DAEMON")},
                      now, err);
}

int letter_receive(struct db *db, struct arena *a, const struct mail_message *m,
                   const struct letter_place *place, const int64_t *attachments, size_t len,
                   int64_t now, struct err *err)
{
    struct letter_in_insert_row row;
    int64_t r;

    if (place->bounce)
        return came_back(db, a, m, place, now, err);
    r = letter_in_insert(
        db, a, m->message_id.ptr != NULL ? m->message_id : STR(""),
        place->report_id != 0 ? opt_int(place->report_id) : NO_INT,
        place->incident_id != 0 ? opt_int(place->incident_id) : NO_INT, m->from, m->to,
        m->cc.ptr != NULL ? m->cc : STR(""), m->subject, m->body,
        m->in_reply_to.ptr != NULL ? m->in_reply_to : STR(""), STR(""), place->automatic, now,
        place->automatic ? STR("") : notice_mail_fold(a, m->subject, m->body), &row, err);
    for (size_t i = 0; r >= 0 && i < len; i++)
        r = letter_file_put(db, row.id, attachments[i], err);
    if (r < 0 || place->incident_id == 0 || place->automatic)
        return (int)MIN(r, 0);
    return notice_put(
        db,
        &(struct notice_new){.event = NOTICE_INCIDENT_MAIL,
                             .incident_id = place->incident_id,
                             .detail = text_ellipsis_words(a, m->subject, TOLD_LETTERS),
                             .by_name = text_ellipsis(a, m->from, 100)},
        now, err);
}

int letter_take_source(struct db *db, struct str source, int64_t now, struct err *err)
{
    return (int)letter_source_put(db, source, now, err);
}

struct str letter_own_words(struct str body)
{
    struct str rest = body, line, before = STR_EMPTY;

    while (str_line(&rest, &line)) {
        bool quotes = line.len > 0 && line.ptr[0] == '>';

        /* The line in front of the quote says who wrote it: "... wrote:", "... đã viết:". */
        if (quotes && before.len > 0 && str_ends(str_trim(before), STR(":")))
            return str_trim(str_sub(body, 0, (size_t)(before.ptr - body.ptr)));
        if (quotes)
            return str_trim(str_sub(body, 0, (size_t)(line.ptr - body.ptr)));
        if (str_trim(line).len > 0)
            before = line;
    }
    return str_trim(body);
}
