#include "app/post/inner.h"

#include "app/evidence/evidence.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

/* The job "mail": builds one mail, hands it to the site's server, records what the server said. */

enum { READ_AT_ONCE = 256 << 10 };

/* ---- building ---------------------------------------------------------------------------------
 */

static struct str stop_url(struct arena *a, struct str token)
{
    return token.len > 0
               ? str_printf(a, STR_FMT "/stop/" STR_FMT, STR_ARG(site_link_url()), STR_ARG(token))
               : STR("");
}

static struct str tlp_label(struct arena *a, struct str tlp)
{
    struct buf b = buf_make(a);

    if (tlp.len == 0)
        return STR("");
    buf_add(&b, STR("TLP:"));
    for (size_t i = 0; i < tlp.len; i++)
        buf_add_char(&b, (char)toupper((unsigned char)tlp.ptr[i]));
    return buf_str(&b);
}

static struct str plain_text(struct arena *a, const struct post_mail_row *m)
{
    enum lang lang = i18n_lang(m->lang);
    struct buf b = buf_make(a);

    if (m->tlp.len > 0)
        buf_printf(&b, STR_FMT "\n\n", STR_ARG(tlp_label(a, m->tlp)));
    buf_add(&b, m->body);
    if (m->automatic && !str_is(m->kind, "receipt")) {
        buf_printf(&b, "\n\n-- \n" STR_FMT "\n", STR_ARG(site.name));
        if (m->stop.len > 0)
            buf_printf(&b, STR_FMT " " STR_FMT "\n", STR_ARG(T(lang, "Stop these mails:")),
                       STR_ARG(stop_url(a, m->stop)));
    }
    buf_add_char(&b, '\n');
    return buf_str(&b);
}

/* Where an address of the site begins and ends in a line; false when there is none. */
static bool find_url(struct str line, size_t *at, size_t *len)
{
    struct str base = site_link_url();
    ptrdiff_t found = base.len > 0 ? str_find(line, base) : -1;

    if (found < 0)
        return false;
    *at = (size_t)found;
    for (*len = base.len; *at + *len < line.len && line.ptr[*at + *len] > ' '; *len += 1)
        ;
    return true;
}

/* The same text for programs that show HTML: lines, and links to this site only, since the texts of
 * a case quote addresses of attackers. */
static struct str html_text_of(struct arena *a, struct str lang, struct str text)
{
    struct buf b = buf_make(a);
    struct str line;

    buf_printf(
        &b,
        "<!doctype html>\n<html lang=\"" STR_FMT "\"><head><meta charset=\"utf-8\"></head>\n"
        "<body style=\"font-family:sans-serif;font-size:15px;line-height:1.5;color:#1f2937\">"
        "\n<div style=\"max-width:40em\">\n",
        STR_ARG(lang));
    while (str_line(&text, &line)) {
        size_t at, len;

        if (find_url(line, &at, &len)) {
            struct str url = str_sub(line, at, len);

            html_text(&b, str_sub(line, 0, at));
            buf_add(&b, STR("<a href=\""));
            html_text(&b, url);
            buf_add(&b, STR("\">"));
            html_text(&b, url);
            buf_add(&b, STR("</a>"));
            html_text(&b, str_from(line, at + len));
        } else {
            html_text(&b, line);
        }
        buf_add(&b, STR("<br>\n"));
    }
    buf_add(&b, STR("</div></body></html>\n"));
    return buf_str(&b);
}

static struct str host_of(struct str url)
{
    ptrdiff_t at = str_find(url, STR("://"));
    struct str host = at >= 0 ? str_from(url, (size_t)at + 3) : url;

    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] == '/' || host.ptr[i] == ':')
            host.len = i;
    }
    return host;
}

static int read_file(struct arena *a, const struct post_mail_files_row *file, struct str *out,
                     struct err *err)
{
    _cleanup_(blob_closep) struct blob_reader *reader = NULL;
    struct blob_id id = {.size = file->size};
    struct buf b = buf_make(a);
    int64_t n;
    int r;

    if (!str_from_hex(file->sha256, id.sha256, 32))
        return err_set(err, ERR_CORRUPT, "a file of the mail has a malformed hash");
    if ((r = blob_open(&evidence_store, &id, &reader, err)) < 0)
        return r;
    while ((n = blob_read(reader, buf_room(&b, READ_AT_ONCE), READ_AT_ONCE, err)) > 0)
        b.len += (size_t)n;
    *out = buf_str(&b);
    return (int)n;
}

static int take_files(struct arena *a, const struct post_mail_files_rows *files,
                      struct mail_draft *d, struct err *err)
{
    VEC(struct mail_draft_file) list = {0};
    int64_t left = FILES_LIMIT;
    int r;

    for (size_t i = 0; i < files->len; i++) {
        const struct post_mail_files_row *file = &files->at[i];
        struct mail_draft_file *to = vec_push(&list, a);

        if ((left -= file->size) < 0)
            return err_set(err, ERR_TOO_LARGE, "the files are too large for a mail");
        if ((r = read_file(a, file, &to->content, err)) < 0)
            return r;
        to->name = file->name;
        to->type = file->type;
    }
    d->files = list.at;
    d->files_len = list.len;
    return 0;
}

int post_compose(struct arena *a, const struct post_settings *s, const struct post_mail_row *m,
                 const struct post_mail_files_rows *files, struct str *wire, struct err *err)
{
    struct str name = s->from_name.len > 0 ? s->from_name : site.name;
    struct str text = plain_text(a, m);
    struct mail_draft d = {
        .from = str_printf(a, "\"" STR_FMT "\" <" STR_FMT ">", STR_ARG(name), STR_ARG(s->from)),
        .to = m->to_list,
        .cc = m->cc_list,
        .subject = m->subject,
        .message_id = m->message_id,
        .in_reply_to = m->in_reply_to,
        .references = m->refs,
        .date = m->at,
        .zone = site.zone,
        .text = text,
        .html = html_text_of(a, m->lang, text),
        .lang = m->lang,
        .tlp = tlp_label(a, m->tlp),
        .automatic = m->automatic,
    };
    int r;

    if (m->stop.len > 0) {
        d.list_id = str_printf(a, "notices." STR_FMT, STR_ARG(host_of(site_link_url())));
        d.stop_url = stop_url(a, m->stop);
    }
    if ((r = take_files(a, files, &d, err)) < 0)
        return r;
    return mail_build(a, &d, wire, err);
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static int add_people(struct arena *a, struct str list, struct mail_people *all, struct err *err)
{
    struct mail_people some;

    if (!mail_people_parse(a, list, &some))
        return err_set(err, ERR_INVALID, "\"" STR_FMT "\" is not a list of mail addresses",
                       STR_ARG(str_sub(list, 0, 200)));
    for (size_t i = 0; i < some.len; i++)
        *vec_push(all, a) = some.at[i];
    return 0;
}

static int hand_over(struct job_run *run, const struct post_settings *s,
                     const struct post_mail_row *m, const struct post_mail_files_rows *files,
                     struct mail_dialogue *said, struct err *err)
{
    struct arena *a = run->arena;
    struct mail_people people = {0};
    struct mail_server server;
    struct str *to, wire;
    int r;

    said->permanent = true; /* what we cannot build does not get better by waiting */
    if ((r = post_compose(a, s, m, files, &wire, err)) < 0 ||
        (r = add_people(a, m->to_list, &people, err)) < 0 ||
        (r = add_people(a, m->cc_list, &people, err)) < 0)
        return r;
    if (people.len == 0)
        return err_set(err, ERR_INVALID, "the mail has no recipient");
    to = arena_calloc(a, people.len, sizeof(*to));
    for (size_t i = 0; i < people.len; i++)
        to[i] = people.at[i].address;
    said->permanent = false;
    if ((r = post_smtp(a, s, &server, err)) < 0)
        return r;
    server.stopping = run->stopping;
    return mail_send(a, &server, s->from, to, people.len, wire, said, err);
}

/* What happened to it, with the end of the job when it ended. */
static int record(struct job_run *run, const struct post_mail_row *m, int sent,
                  const struct mail_dialogue *said, const struct err *why, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct str answer = sent == 0 ? said->answer : str_c(why->what);
    bool failed = sent < 0 && (run->give_up || run->last);
    int64_t r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 || (r = db_begin(db, err)) < 0)
        return (int)r;
    r = post_attempt_insert(db, m->id, clock_now(), sent == 0, answer, err);
    if (r >= 0)
        r = post_mail_set(db, m->id,
                          sent == 0 ? STR("sent")
                          : failed  ? STR("failed")
                                    : STR("queued"),
                          answer, sent == 0 ? opt_int(clock_now()) : NO_INT, m->secret && sent == 0,
                          err);
    if (r >= 0 && sent == 0)
        r = job_done(run, db, err);
    if (r < 0) {
        db_rollback(db);
        return (int)r;
    }
    return db_commit(db, err);
}

static int load(struct job_run *run, struct post_settings *s, struct post_mail_row *m,
                struct post_mail_files_rows *files, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(run->pool, &db, err);

    if (r < 0 || (r = post_settings_load(db, run->arena, s, err)) < 0 ||
        (r = post_mail_files(db, run->arena, run->ref, files, err)) < 0)
        return r;
    return post_mail(db, run->arena, run->ref, m, err);
}

int post_run_mail(struct job_run *run, struct err *err)
{
    struct mail_dialogue said = {.answer = STR("")};
    struct post_mail_files_rows files;
    struct post_settings settings;
    struct post_mail_row mail;
    struct err why = {0};
    int sent, r = load(run, &settings, &mail, &files, err);

    if (r < 0)
        return r;
    if (r == 0 || !str_is(mail.state, "queued"))
        return 0;
    if (settings.smtp_host.len == 0 || settings.from.len == 0) {
        err_set(err, ERR_UNAVAILABLE, "no mail server or sender is set");
        err_hint(err, "set them under Mail");
        return ERR_UNAVAILABLE;
    }
    sent = hand_over(run, &settings, &mail, &files, &said, &why);
    run->give_up = sent < 0 && said.permanent;
    if ((r = record(run, &mail, sent, &said, &why, err)) < 0)
        return r;
    if (sent < 0)
        *err = why;
    return sent;
}

int post_try(struct arena *a, const struct post_settings *s, struct str to, enum lang lang,
             int64_t now, struct mail_dialogue *said, struct err *err)
{
    struct post_mail_files_rows files = {0};
    struct mail_server server;
    struct post_mail_row m = {
        .message_id = str_printf(a, "test-%lld@ungcuu.invalid", (long long)now),
        .kind = STR("test"),
        .to_list = to,
        .cc_list = STR(""),
        .subject = T(lang, "Test mail"),
        .body = T(lang, "This mail was sent to test the settings. They work."),
        .lang = str_c(i18n_tag(lang)),
        .at = now,
        .automatic = true,
    };
    struct str wire;
    int r;

    *said = (struct mail_dialogue){.answer = STR(""), .lines = STR("")};
    if (s->smtp_host.len == 0)
        return err_set(err, ERR_INVALID, "no server for outgoing mail is set");
    if (s->from.len == 0)
        return err_set(err, ERR_INVALID, "the address of the site is not set");
    if ((r = post_smtp(a, s, &server, err)) < 0)
        return r;
    server.seconds = 20;
    if ((r = post_compose(a, s, &m, &files, &wire, err)) < 0)
        return r;
    return mail_send(a, &server, s->from, &to, 1, wire, said, err);
}
