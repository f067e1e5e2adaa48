#include "app/evidence/evidence.h"
#include "app/report/inner.h"
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
    struct str title = text_ellipsis(a, str_trim(m->subject), TITLE_LETTERS);

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

static int keep_attachments(struct intake *in, int64_t report_id, const struct mail_message *m,
                            struct err *err)
{
    for (size_t i = 0; i < m->attachments.len; i++) {
        const struct mail_attachment *file = &m->attachments.at[i];
        struct attachment_new new_ = {.report_id = report_id,
                                      .name = file->name,
                                      .type = file->type,
                                      .blob = {.size = file->size}};
        int64_t id;
        int r;

        memcpy(new_.blob.sha256, file->sha256, DIGEST_BYTES);
        if ((r = blob_take(&evidence_store, file->path.ptr, &new_.blob, err)) < 0 ||
            (r = evidence_attach(in->db, in->arena, &new_, in->now, &id, err)) < 0)
            return r;
    }
    return 0;
}

static int put_message(struct intake *in, const struct mail_message *m,
                       struct report_receipt *receipt, int64_t *observables, struct err *err)
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
        .received_at = in->now,
    };
    struct report_observables_rows rows;
    int r = db_begin(in->db, err);

    if (r < 0)
        return r;
    if ((r = report_create(in->db, in->arena, &new_, receipt, err)) < 0 ||
        (r = keep_attachments(in, receipt->id, m, err)) < 0 ||
        (r = report_observables(in->db, in->arena, receipt->id, &rows, err)) < 0) {
        db_rollback(in->db);
        return r;
    }
    *observables = (int64_t)rows.len;
    return db_commit(in->db, err);
}

static int on_message(void *ctx, const struct mail_message *m, struct err *err)
{
    struct intake *in = ctx;
    struct report_by_message_id_row known;
    struct report_receipt receipt;
    struct err why = {0};
    int64_t observables = 0;
    int r;

    arena_clear(in->arena);
    in->out->messages++;
    if (m->refused.len > 0) {
        err_set(&why, ERR_SYNTAX, STR_FMT, STR_ARG(m->refused));
        refuse(in, m->number, &why);
        return 0;
    }
    if (m->body.len == 0 && m->subject.len == 0 && m->attachments.len == 0 && m->nested_len == 0) {
        err_set(&why, ERR_INVALID, "the message has no subject, no text and no attachment");
        refuse(in, m->number, &why);
        return 0;
    }
    /* The same mail given twice is one report. */
    if (m->message_id.len > 0) {
        if ((r = report_by_message_id(in->db, in->arena, m->message_id, title_of(in->arena, m),
                                      body_of(in->arena, m), &known, err)) < 0)
            return r;
        if (r == 1) {
            in->out->duplicates++;
            in->said(in->ctx, in->path, m->number, known.code, NULL);
            return 0;
        }
    }
    r = put_message(in, m, &receipt, &observables, err);
    if (r < 0)
        return r;
    in->out->accepted++;
    in->out->observables += observables;
    in->said(in->ctx, in->path, m->number, receipt.code, NULL);
    return 0;
}

int report_intake_file(struct db *db, struct arena *a, const char *path, int64_t now,
                       void (*said)(void *ctx, const char *file, int64_t message, struct str code,
                                    const struct err *refused),
                       void *ctx, struct report_intake *out, struct err *err)
{
    struct arena message = {0};
    struct intake in = {.db = db,
                        .arena = &message,
                        .path = path,
                        .now = now,
                        .said = said,
                        .ctx = ctx,
                        .out = out};
    struct mail_options options = {.dir = str_cdup(a, evidence_store.dir)};
    int r = mail_parse_file(path, &options, on_message, &in, err);

    arena_release(&message);
    return r;
}
