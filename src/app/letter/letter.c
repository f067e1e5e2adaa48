#include "app/letter/letter.h"

#include "app/evidence/evidence.h"
#include "app/letter/queries.h"
#include "app/notice/notice.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"
#include "sys/mail/send.h"

enum { RECIPIENTS_MAX = 20, BYTES_MAX = 15 << 20, REFERENCES_MAX = 1500 };

#define AT(member) FORM_AT(struct letter_values, member)

static const struct form_field fields[] = {
    {AT(who), FORM_CHOICES, .label = N_("To")},
    {AT(to), FORM_TEXT, .max = 1000, .label = N_("Other addresses"),
     .help = N_("Several with a comma between"), .placeholder = "ten@example.vn"},
    {AT(cc), FORM_TEXT, .max = 1000, .label = N_("Copy to")},
    {AT(subject), FORM_TEXT, .max = 200, .required = true, .label = N_("Subject")},
    {AT(body), FORM_AREA, .required = true, .label = N_("Text")},
    {AT(files), FORM_CHOICES, .label = N_("Attach files of the case")},
};
const struct form letter_form = {"letter", fields, ARRAY_LEN(fields)};

static struct opt_int opt_id(int64_t id)
{
    return id != 0 ? opt_int(id) : NO_INT;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static int reject(struct form_state *state, struct http_request *req, const char *field,
                  struct str message, struct err *err)
{
    return form_reject(state, req->arena, field, message, err);
}

/* All recipients as one list; chosen ones must be among those that the page offered. */
static int take_people(struct db *db, struct http_request *req, const struct letter_case *c,
                       const struct letter_values *in, struct form_state *state, struct str *to,
                       struct err *err)
{
    struct letter_people_rows known;
    struct buf all = buf_make(req->arena);
    struct mail_people people, copies;
    int r =
        letter_people(db, req->arena, opt_id(c->incident_id), opt_id(c->report_id), &known, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < in->who.len; i++) {
        for (size_t k = 0; k < known.len; k++) {
            if (!str_eq(known.at[k].address, in->who.at[i]))
                continue;
            buf_printf(&all, "%s" STR_FMT, all.len > 0 ? ", " : "", STR_ARG(known.at[k].address));
            break;
        }
    }
    if (in->to.len > 0)
        buf_printf(&all, "%s" STR_FMT, all.len > 0 ? ", " : "", STR_ARG(in->to));
    *to = buf_str(&all);
    if (!mail_people_parse(req->arena, *to, &people))
        return reject(state, req, "to", T(req->lang, "One of these is no mail address"), err);
    if (!mail_people_parse(req->arena, in->cc, &copies))
        return reject(state, req, "cc", T(req->lang, "One of these is no mail address"), err);
    if (people.len == 0)
        return reject(state, req, "to", T(req->lang, "Choose or type whom to write to"), err);
    if (people.len + copies.len > RECIPIENTS_MAX)
        return reject(state, req, "to", T(req->lang, "At most 20 recipients"), err);
    return 0;
}

static int take_attachments(struct db *db, struct http_request *req, const struct letter_case *c,
                            const struct letter_values *in, struct form_state *state, int64_t *out,
                            size_t *len, struct err *err)
{
    struct letter_sendable_rows files;
    int64_t bytes = 0;
    int r =
        letter_sendable(db, req->arena, opt_id(c->incident_id), opt_id(c->report_id), &files, err);

    *len = 0;
    if (r < 0)
        return r;
    for (size_t i = 0; i < in->files.len; i++) {
        int64_t id = 0;

        for (size_t k = 0; k < files.len && str_to_int(in->files.at[i], &id); k++) {
            if (files.at[k].id != id)
                continue;
            out[(*len)++] = id;
            bytes += files.at[k].size;
            break;
        }
    }
    if (bytes > BYTES_MAX)
        return reject(state, req, "files",
                      T(req->lang, "Together these files are too large for a mail (15 MB)"), err);
    return 0;
}

static struct str with_signature(struct db *db, struct http_request *req, struct str body,
                                 struct err *err)
{
    const struct actor *by = actor_of(req);
    struct letter_setting_row row;
    struct buf b = buf_make(req->arena);

    buf_printf(&b, STR_FMT "\n\n-- \n" STR_FMT "\n", STR_ARG(body), STR_ARG(by->name));
    if (by->position.len > 0)
        buf_printf(&b, STR_FMT "\n", STR_ARG(by->position));
    if (letter_setting(db, req->arena, STR("mail.signature"), &row, err) == 1)
        buf_printf(&b, STR_FMT "\n", STR_ARG(row.value));
    return buf_str(&b);
}

/* The code stands in the subject: an answer whose program drops the other fields is still placed.
 */
static struct str with_code(struct arena *a, struct str subject, struct str code)
{
    return str_find(subject, code) >= 0
               ? subject
               : str_printf(a, "[" STR_FMT "] " STR_FMT, STR_ARG(code), STR_ARG(subject));
}

static int write_letter(struct db *db, struct http_request *req, const struct letter_case *c,
                        const struct notice_letter *letter, struct err *err)
{
    const struct actor *by = actor_of(req);
    struct buf detail = buf_make(req->arena);
    struct json_writer w;
    int64_t id;
    int r = notice_mail(db, req->arena, letter, req->now, &id, err);

    for (size_t i = 0; r >= 0 && i < letter->attachments_len; i++)
        r = evidence_mailed(db, letter->attachments[i], letter->to, by, req->now, err);
    if (r < 0)
        return r;
    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kstr(&w, "to", letter->to);
    if (letter->attachments_len > 0)
        json_w_kint(&w, "files", (int64_t)letter->attachments_len);
    json_w_end(&w);
    return actor_audit(
        db, req->arena, by, req->now, c->incident_id != 0 ? "incident.mail" : "report.mail",
        c->incident_id != 0 ? "incident" : "report",
        c->incident_id != 0 ? c->incident_id : c->report_id, c->code, buf_str(&detail), err);
}

int letter_send(struct db *db, struct http_request *req, const struct letter_case *c,
                const struct letter_values *in, struct form_state *state, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t *files = arena_calloc(req->arena, in->files.len + 1, sizeof(*files));
    struct notice_letter letter = {.kind = "case",
                                   .incident_id = c->incident_id,
                                   .report_id = c->report_id,
                                   .cc = in->cc,
                                   .subject = with_code(req->arena, in->subject, c->code),
                                   .tlp = c->tlp,
                                   .lang = LANG_VI,
                                   .attachments = files,
                                   .by_id = actor_of(req)->id,
                                   .by_name = actor_of(req)->name};
    struct letter_last_row last;
    int r;

    if (str_is(c->tlp, "red"))
        return err_set(err, ERR_STATE, STR_FMT " is TLP:RED and does not go by mail",
                       STR_ARG(c->code));
    if ((r = take_people(db, req, c, in, state, &letter.to, err)) < 0 ||
        (r = take_attachments(db, req, c, in, state, files, &letter.attachments_len, err)) < 0 ||
        (r = letter_last(db, req->arena, opt_id(c->incident_id), opt_id(c->report_id), &last,
                         err)) < 0)
        return r;
    if (r == 1) {
        letter.in_reply_to = last.message_id;
        letter.references =
            str_printf(req->arena, STR_FMT "%s" STR_FMT,
                       STR_ARG(last.refs.len < REFERENCES_MAX ? last.refs : STR("")),
                       last.refs.len > 0 && last.refs.len < REFERENCES_MAX ? " " : "",
                       STR_ARG(last.message_id));
    }
    letter.body = with_signature(db, req, in->body, err);
    if ((r = db_begin(db, err)) < 0 || (r = write_letter(db, req, c, &letter, err)) < 0)
        return r;
    return db_commit(db, err);
}

/* ---- showing ----------------------------------------------------------------------------------
 */

static bool was_chosen(const struct form_state *form, const char *field, struct str value)
{
    for (size_t i = 0; i < form->values_len; i++) {
        if (str_is(form->values[i].name, field) && str_eq(form->values[i].value, value))
            return true;
    }
    return false;
}

static int load_people(struct db *db, struct http_request *req, struct letter_view *v,
                       struct err *err)
{
    struct letter_people_rows people;
    struct letter_sendable_rows files;
    int r;

    if ((r = letter_people(db, req->arena, opt_id(v->c.incident_id), opt_id(v->c.report_id),
                           &people, err)) < 0 ||
        (r = letter_sendable(db, req->arena, opt_id(v->c.incident_id), opt_id(v->c.report_id),
                             &files, err)) < 0)
        return r;
    for (size_t i = 0; i < people.len; i++) {
        const struct letter_people_row *p = &people.at[i];
        bool again = i > 0 && str_eq(people.at[i - 1].address, p->address);

        if (!again)
            *vec_push(&v->people, req->arena) = (struct letter_person){
                p->name, p->address, p->why, was_chosen(&v->form, "who", p->address)};
    }
    for (size_t i = 0; i < files.len; i++) {
        struct str id = str_printf(req->arena, "%" PRId64, files.at[i].id);

        *vec_push(&v->files, req->arena) =
            (struct letter_file){.id = files.at[i].id,
                                 .size = files.at[i].size,
                                 .uuid = STR(""),
                                 .name = files.at[i].name,
                                 .chosen = was_chosen(&v->form, "files", id)};
    }
    return 0;
}

int letter_load(struct db *db, struct http_request *req, const struct letter_case *c,
                bool may_write, struct letter_view *v, struct err *err)
{
    struct letter_rows_rows rows;
    struct letter_files_rows files;
    int r = letter_rows(db, req->arena, opt_id(c->incident_id), opt_id(c->report_id), &rows, err);

    v->c = *c;
    v->may_write = may_write && !str_is(c->tlp, "red");
    for (size_t i = 0; r >= 0 && i < rows.len; i++) {
        const struct letter_rows_row *m = &rows.at[i];
        struct letter_shown *s = vec_push(&v->letters, req->arena);

        *s = (struct letter_shown){.id = m->id,
                                   .in = str_is(m->state, "received"),
                                   .automatic = m->automatic,
                                   .sender = m->sender,
                                   .to = m->to_list,
                                   .cc = m->cc_list,
                                   .subject = m->subject,
                                   .body = m->body,
                                   .state = m->state,
                                   .answer = m->answer,
                                   .by_name = m->by_name,
                                   .tlp = m->tlp,
                                   .at = m->at};
        r = letter_files(db, req->arena, m->id, &files, err);
        for (size_t k = 0; r >= 0 && k < files.len; k++) {
            *vec_push(&s->files, req->arena) = (struct letter_file){
                .uuid = files.at[k].uuid, .name = files.at[k].name, .size = files.at[k].size};
        }
    }
    if (r < 0 || !v->may_write)
        return r;
    if ((r = notice_mail_ready(db, req->arena, err)) < 0)
        return r;
    v->ready = r == 1;
    return load_people(db, req, v, err);
}

void letter_keep_writing(struct http_request *req, struct str body, struct letter_view *out)
{
    struct letter_values in = {0};
    struct err unused = {0};
    struct http_pair *values;
    bool placed = false;

    form_parse(&letter_form, req, &in, &out->form, &unused);
    err_clear(&unused);
    memset(&out->form.errors, 0, sizeof(out->form.errors));
    values = arena_array(req->arena, struct http_pair, out->form.values_len + 1);
    for (size_t i = 0; i < out->form.values_len; i++) {
        values[i] = out->form.values[i];
        if (!str_is(values[i].name, "body"))
            continue;
        values[i].value = body;
        placed = true;
    }
    if (!placed)
        values[out->form.values_len++] = (struct http_pair){STR("body"), body};
    out->form.values = values;
    out->writing = true;
}

int letter_count(struct db *db, struct arena *a, const struct letter_case *c, int64_t *out,
                 struct err *err)
{
    struct letter_total_row row;
    int r = letter_total(db, a, opt_id(c->incident_id), opt_id(c->report_id), &row, err);

    *out = r < 0 ? 0 : row.total;
    return r;
}
