#include "app/evidence/evidence.h"
#include "app/letter/letter.h"
#include "app/report/inner.h"
#include "base/io.h"
#include "base/text.h"
#include "sys/blob/blob.h"
#include "sys/i18n/i18n.h"
#include "sys/mail/mail.h"

enum { TITLE_LETTERS = 200 };

struct intake {
    struct db *db;
    struct arena *arena; /* of one message */
    const char *path;
    int64_t now;
    void (*said)(void *ctx, const char *file, int64_t message, struct str code,
                 const struct err *refused);
    void *ctx;
    struct report_intake *out;
    struct str source; /* "" for a file */
};

static void refuse(struct intake *in, int64_t message, const struct err *why)
{
    in->out->refused++;
    in->said(in->ctx, in->path, message, STR_EMPTY, why);
}

/* The report fields of X-ARF and ARF above the text: they hold what the sender's program observed.
 */
static struct str body_of(struct arena *a, const struct mail_message *m)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < m->report.len; i++)
        buf_printf(&b, STR_FMT ": " STR_FMT "\n", STR_ARG(m->report.at[i].name),
                   STR_ARG(m->report.at[i].value));
    if (m->report.len > 0)
        buf_add_char(&b, '\n');
    buf_add(&b, m->body);
    for (size_t i = 0; i < m->nested_len; i++)
        buf_printf(&b, "\n\n---- " STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(m->nested[i].subject),
                   STR_ARG(m->nested[i].from), STR_ARG(m->nested[i].body));
    return buf_str(&b);
}

static struct str title_of(struct arena *a, const struct mail_message *m)
{
    struct str title = text_ellipsis_words(a, str_trim(m->subject), TITLE_LETTERS);

    if (title.len == 0)
        title = report_title_of(a, STR(""), m->body);
    return title.len > 0 ? title : T(LANG_VI, "(no subject)");
}

/* "Name <a@b.c>" -> a@b.c; a bare address stays. */
static struct str address_in(struct str from)
{
    ptrdiff_t open = str_rfind_char(from, '<');
    ptrdiff_t end = str_rfind_char(from, '>');

    if (open < 0 || end < open)
        return str_find_char(from, '@') > 0 ? str_trim(from) : STR("");
    return str_sub(from, (size_t)open + 1, (size_t)(end - open - 1));
}

static struct str name_in(struct str from)
{
    ptrdiff_t open = str_find_char(from, '<');
    struct str name = str_trim(open > 0 ? str_sub(from, 0, (size_t)open) : from);

    if (name.len > 1 && name.ptr[0] == '"' && name.ptr[name.len - 1] == '"')
        name = str_sub(name, 1, name.len - 2);
    return name;
}

VEC_TYPE(kept, int64_t);

static int keep_attachments(struct intake *in, int64_t report_id, int64_t incident_id,
                            const struct mail_message *m, struct kept *kept, struct err *err)
{
    for (size_t i = 0; i < m->attachments.len; i++) {
        const struct mail_attachment *file = &m->attachments.at[i];
        struct attachment_new new_ = {.report_id = report_id,
                                      .incident_id = incident_id,
                                      .name = file->name,
                                      .type = file->type,
                                      .blob = {.size = file->size}};
        int64_t id;
        int r;

        memcpy(new_.blob.sha256, file->sha256, 32);
        if ((r = blob_take(&evidence_store, file->path.ptr, &file->veil, &new_.blob, err)) < 0 ||
            (r = evidence_attach(in->db, in->arena, &new_, in->now, &id, err)) < 0)
            return r;
        *vec_push(kept, in->arena) = id;
    }
    return 0;
}

/* An answer within a case: into its thread; of a report also as the reporter's message. */
static int put_answer(struct intake *in, const struct mail_message *m,
                      const struct letter_place *place, struct err *err)
{
    struct kept kept = {0};
    int r = 0;

    if (!place->bounce && (r = keep_attachments(in, place->incident_id != 0 ? 0 : place->report_id,
                                                place->incident_id, m, &kept, err)) < 0)
        return r;
    if (place->incident_id != 0 && !place->bounce &&
        (r = incident_log_event(in->db, place->incident_id, in->now, "mail",
                                text_ellipsis(in->arena, m->subject, TITLE_LETTERS), NULL, in->now,
                                err)) < 0)
        return r;
    if ((r = letter_receive(in->db, in->arena, m, place, kept.at, kept.len, in->now, err)) < 0)
        return r;
    if (place->incident_id == 0 && place->report_id != 0 && !place->bounce && !place->automatic)
        r = report_answer(in->db, in->arena, place->report_id, letter_own_words(m->body), STR(""),
                          STR("mail"), in->now, err);
    return r;
}

static int put_message(struct intake *in, const struct mail_message *m,
                       const struct letter_place *place, struct report_receipt *receipt,
                       int64_t *observables, struct err *err)
{
    static const char *const kinds[] = {
        [MAIL_PLAIN] = "mail", [MAIL_XARF] = "xarf", [MAIL_ARF] = "arf"};
    struct report_new new_ = {
        .channel = "mail",
        .title = title_of(in->arena, m),
        .body = body_of(in->arena, m),
        .kind = STR(""),
        .detected_at = m->date.has && m->date.v <= in->now ? m->date : NO_INT,
        .reporter_name = text_ellipsis(in->arena, name_in(m->from), 100),
        .reporter_org = STR(""),
        .reporter_phone = STR(""),
        .reporter_email = address_in(m->from),
        .address = STR(""),
        .message_id = m->message_id,
        .mail_kind = str_c(kinds[m->kind]),
        .automatic = place->automatic,
        .received_at = in->now,
    };
    struct report_observables_rows rows;
    struct kept kept = {0};
    int r;

    if ((r = report_create(in->db, in->arena, &new_, receipt, err)) < 0 ||
        (r = keep_attachments(in, receipt->id, 0, m, &kept, err)) < 0 ||
        (r = report_observables(in->db, in->arena, receipt->id, &rows, err)) < 0)
        return r;
    *observables = (int64_t)rows.len;
    return 0;
}

enum taken { TAKEN_BEFORE, TAKEN_REPORT, TAKEN_ANSWER };

/* One message in one transaction, with the note that it was taken. */
static int take(struct intake *in, const struct mail_message *m, const struct letter_place *place,
                struct report_receipt *receipt, int64_t *observables, enum taken *how,
                struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = in->db;
    bool answer = place->incident_id != 0 || place->report_id != 0 || place->bounce;
    int r;

    if ((r = db_begin(in->db, err)) < 0)
        return r;
    *how = answer ? TAKEN_ANSWER : TAKEN_REPORT;
    r = in->source.len > 0 ? letter_take_source(in->db, in->source, in->now, err) : 1;
    if (r == 0) {
        *how = TAKEN_BEFORE;
        return 0;
    }
    if (r > 0)
        r = answer ? put_answer(in, m, place, err)
                   : put_message(in, m, place, receipt, observables, err);
    return r < 0 ? r : db_commit(in->db, err);
}

/* What cannot be used is noted too, so that it is not fetched again and again. */
static int note_source(struct intake *in, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = in->db;
    int r;

    if (in->source.len == 0)
        return 0;
    if ((r = db_begin(in->db, err)) < 0 ||
        (r = letter_take_source(in->db, in->source, in->now, err)) < 0)
        return r;
    return db_commit(in->db, err);
}

static int find_known(struct intake *in, const struct mail_message *m, struct letter_place *place,
                      struct report_by_message_id_row *report, struct err *err)
{
    int r = letter_find_place(in->db, in->arena, m, in->now, place, err);

    if (r < 0 || place->known || m->message_id.len == 0)
        return r;
    /* The same mail given twice is one report. */
    r = report_by_message_id(in->db, in->arena, m->message_id, title_of(in->arena, m),
                             body_of(in->arena, m), report, err);
    place->known = r == 1;
    return MIN(r, 0);
}

static int on_message(void *ctx, const struct mail_message *m, struct err *err)
{
    struct intake *in = ctx;
    struct report_by_message_id_row known = {.code = STR("")};
    struct report_receipt receipt = {.code = STR("")};
    struct letter_place place;
    struct err why = {0};
    int64_t observables = 0;
    enum taken how;
    int r;

    arena_clear(in->arena);
    in->out->messages++;
    if (m->refused.len > 0) {
        err_set(&why, ERR_SYNTAX, STR_FMT, STR_ARG(m->refused));
        refuse(in, m->number, &why);
        return note_source(in, err);
    }
    if (m->body.len == 0 && m->subject.len == 0 && m->attachments.len == 0 && m->nested_len == 0) {
        err_set(&why, ERR_INVALID, "the message has no subject, no text and no attachment");
        refuse(in, m->number, &why);
        return note_source(in, err);
    }
    if ((r = find_known(in, m, &place, &known, err)) < 0)
        return r;
    if (place.known) {
        in->out->duplicates++;
        in->said(in->ctx, in->path, m->number, known.code, NULL);
        return note_source(in, err);
    }
    if ((r = take(in, m, &place, &receipt, &observables, &how, err)) < 0)
        return r;
    if (how == TAKEN_BEFORE) {
        in->out->duplicates++;
        return 0;
    }
    in->out->accepted++;
    in->out->answers += how == TAKEN_ANSWER;
    in->out->observables += observables;
    in->said(in->ctx, in->path, m->number, receipt.code, NULL);
    return 0;
}

static int run_intake(struct intake *in, struct err *err)
{
    struct arena message = {0};
    const struct mail_options options = {.dir = evidence_store.dir.ptr,
                                         .veil = evidence_store.keys != NULL};
    int r;

    in->arena = &message;
    if ((r = io_make_dirs(options.dir, 0700, err)) < 0)
        return r;
    r = mail_parse_file(in->path, &options, on_message, in, err);
    arena_release(&message);
    return r;
}

static void say_nothing(void *ctx, const char *file, int64_t message, struct str code,
                        const struct err *refused)
{
}

int report_intake_fetched(struct db *db, struct arena *a, const char *path, struct str source,
                          int64_t now, struct report_intake *out, struct err *err)
{
    struct intake in = {
        .db = db, .path = path, .source = source, .now = now, .said = say_nothing, .out = out};
    int r = run_intake(&in, err);

    /* What the sandbox cannot read is given up, or it would stand in front of all that follows. */
    if (r == ERR_SANDBOX) {
        out->refused++;
        err_clear(err);
        r = note_source(&in, err);
    }
    return r;
}

int report_intake_file(struct db *db, struct arena *a, const char *path, int64_t now,
                       void (*said)(void *ctx, const char *file, int64_t message, struct str code,
                                    const struct err *refused),
                       void *ctx, struct report_intake *out, struct err *err)
{
    struct intake in = {.db = db, .path = path, .now = now, .said = said, .ctx = ctx, .out = out};

    return run_intake(&in, err);
}
