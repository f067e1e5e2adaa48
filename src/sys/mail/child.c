#include "sys/mail/reader.h"

#include "base/json.h"

/* Runs in the sandbox: reads messages with the mail library and sends what was found. */

static void prepare(void)
{
    charsets_prepare();
    g_mime_init();
}

static void write_text(struct json_writer *w, const struct mail_message *m)
{
    json_w_kstr(w, "from", m->from);
    json_w_kstr(w, "sender", m->sender);
    json_w_kstr(w, "reply_to", m->reply_to);
    json_w_kstr(w, "to", m->to);
    json_w_kstr(w, "cc", m->cc);
    json_w_kstr(w, "subject", m->subject);
    json_w_kstr(w, "message_id", m->message_id);
    json_w_kstr(w, "in_reply_to", m->in_reply_to);
    json_w_kstr(w, "headers", m->headers);
    json_w_kstr(w, "body", m->body);
    if (m->date.has)
        json_w_kint(w, "date", m->date.v);
    json_w_kint(w, "kind", m->kind);
    json_w_kbool(w, "html", m->body_from_html);
    json_w_kbool(w, "truncated", m->truncated);
    json_w_kint(w, "repaired", m->repaired);
    json_w_kstr(w, "report_version", m->report_version);
    json_w_key(w, STR("report"));
    json_w_array(w);
    for (size_t i = 0; i < m->report.len; i++) {
        json_w_str(w, m->report.at[i].name);
        json_w_str(w, m->report.at[i].value);
    }
    json_w_end(w);
}

static void send_message(struct reader *r)
{
    struct buf doc = buf_make(r->a);
    struct json_writer w;

    json_w_init(&w, &doc);
    json_w_object(&w);
    json_w_kint(&w, "number", r->m.number);
    write_text(&w, &r->m);
    json_w_key(&w, STR("nested"));
    json_w_array(&w);
    for (size_t i = 0; i < r->m.nested_len; i++) {
        json_w_object(&w);
        write_text(&w, &r->m.nested[i]);
        json_w_end(&w);
    }
    json_w_end(&w);
    json_w_end(&w);
    sandbox_send(r->out, MAIL_MESSAGE, buf_str(&doc));
    sandbox_send(r->out, MAIL_MESSAGE_END, STR_EMPTY);
}

static void send_refusal(struct sandbox_out *out, struct arena *a, int64_t number, struct str why)
{
    struct buf doc = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &doc);
    json_w_object(&w);
    json_w_kint(&w, "number", number);
    json_w_kstr(&w, "refused", why);
    json_w_end(&w);
    sandbox_send(out, MAIL_MESSAGE, buf_str(&doc));
    sandbox_send(out, MAIL_MESSAGE_END, STR_EMPTY);
}

/* Any text begins with something that looks like headers: a mail has one of these. */
static bool has_mail_headers(GMimeMessage *message)
{
    static const char *const names[] = {"From", "Date",     "Subject", "Message-Id",
                                        "To",   "Received", "Sender"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (g_mime_object_get_header((GMimeObject *)message, names[i]) != NULL)
            return true;
    }
    return false;
}

/* Goes over a byte-order mark and empty lines in front; says whether an mbox follows. */
static bool find_start(int fd)
{
    char head[1024];
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t n = read(fd, head, sizeof(head));
    struct str s = str_make(head, n > 0 ? (size_t)n : 0);

    if (str_starts(s, STR("\xef\xbb\xbf")))
        s = str_from(s, 3);
    while (s.len > 0 && (s.ptr[0] == '\r' || s.ptr[0] == '\n'))
        s = str_from(s, 1);
    lseek(fd, at + (off_t)(s.ptr - head), SEEK_SET);
    return str_starts(s, STR("From "));
}

static void read_all(int fd, struct sandbox_out *out)
{
    bool mbox = find_start(fd);
    GMimeStream *stream = g_mime_stream_fs_new(fd);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    struct arena a = {0};
    int64_t number = 0;

    g_mime_stream_fs_set_owner((GMimeStreamFs *)stream, FALSE);
    g_mime_parser_set_format(parser, mbox ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
    do {
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

        number++;
        if (message == NULL) {
            send_refusal(out, &a, number, STR("the message cannot be read"));
            break;
        }
        if (has_mail_headers(message)) {
            struct reader r = {.a = &a, .out = out, .body = buf_make(&a), .m.number = number};

            read_message(&r, message);
            send_message(&r);
        } else {
            send_refusal(out, &a, number, STR("this is no mail: it has no headers of one"));
        }
        g_object_unref(message);
        arena_clear(&a);
    } while (mbox && !g_mime_parser_eos(parser));
    g_object_unref(parser);
    g_object_unref(stream);
    arena_release(&a);
}

static int run(int in_fd, struct sandbox_out *out, struct str arg, struct err *err)
{
    read_all(in_fd, out);
    return 0;
}

const struct sandbox_kind mail_sandbox_kind = {
    .name = "mail",
    .prepare = prepare,
    .run = run,
    .may_ask_for_files = true,
};
