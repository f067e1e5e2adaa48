#include "sys/mail/reader.h"

#include "base/json.h"
#include "base/text.h"

/*
 * A stream of the mail library that hands what is written to it to a function, so that no content
 * is held in memory.
 */
typedef struct {
    GMimeStream parent;
    void (*take)(void *ctx, struct str data);
    void *ctx;
} SinkStream;
typedef GMimeStreamClass SinkStreamClass;

GType sink_stream_get_type(void);
G_DEFINE_TYPE(SinkStream, sink_stream, GMIME_TYPE_STREAM)

static ssize_t sink_write(GMimeStream *stream, const char *data, size_t len)
{
    SinkStream *sink = (SinkStream *)stream;

    sink->take(sink->ctx, str_make(data, len));
    return (ssize_t)len;
}

static int sink_flush(GMimeStream *stream)
{
    return 0;
}

static void sink_stream_class_init(SinkStreamClass *class)
{
    class->write = sink_write;
    class->flush = sink_flush;
}

static void sink_stream_init(SinkStream *sink) {}

static GMimeStream *sink_new(void (*take)(void *ctx, struct str data), void *ctx)
{
    SinkStream *sink = g_object_new(sink_stream_get_type(), NULL);

    g_mime_stream_construct(&sink->parent, 0, -1);
    sink->take = take;
    sink->ctx = ctx;
    return &sink->parent;
}

struct limited {
    struct buf b;
    size_t limit;
    bool more;
};

static void take_limited(void *ctx, struct str data)
{
    struct limited *l = ctx;
    size_t room = l->limit - l->b.len;

    l->more |= data.len > room;
    buf_add(&l->b, str_sub(data, 0, room));
}

struct str part_content(struct arena *a, GMimePart *part, size_t limit, bool *more)
{
    struct limited l = {.b = buf_make(a), .limit = limit};
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *sink = sink_new(take_limited, &l);

    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, sink);
    g_object_unref(sink);
    *more = l.more;
    return buf_str(&l.b);
}

static struct str type_of(struct arena *a, GMimeObject *part)
{
    char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
    struct str s = str_lower(a, str_c(type));

    g_free(type);
    return s;
}

static const char *charset_of(GMimeObject *part)
{
    return g_mime_content_type_get_parameter(g_mime_object_get_content_type(part), "charset");
}

static bool is_disposition(GMimeObject *part, const char *what)
{
    GMimeContentDisposition *d = g_mime_object_get_content_disposition(part);

    return d != NULL &&
           g_ascii_strcasecmp(g_mime_content_disposition_get_disposition(d), what) == 0;
}

/* The name a file gets here: the last part of what the mail says, else one by number and type. */
static struct str file_name(struct reader *r, const char *said, struct str type)
{
    static const struct {
        const char *type, *end;
    } ends[] = {
        {"text/plain", "txt"},        {"text/html", "html"},      {"text/csv", "csv"},
        {"message/rfc822", "eml"},    {"application/pdf", "pdf"}, {"application/zip", "zip"},
        {"application/json", "json"}, {"application/xml", "xml"}, {"image/png", "png"},
        {"image/jpeg", "jpg"},        {"image/gif", "gif"},
    };
    struct str name = clean_line(r->a, said, &r->m.repaired);
    const char *end = "bin";

    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '/' || name.ptr[i] == '\\')
            return file_name(r, str_cdup(r->a, str_from(name, i + 1)), type);
    }
    while (name.len > 0 && name.ptr[0] == '.')
        name = str_from(name, 1);
    if (name.len > 0)
        return text_ellipsis(r->a, name, 150);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (str_is(type, ends[i].type))
            end = ends[i].end;
    }
    return str_printf(r->a, "attachment-%zu.%s", r->attachments + 1, end);
}

static void send_content(void *ctx, struct str data)
{
    sandbox_send(ctx, MAIL_CONTENT, data);
}

/* Sends the content of a part, or a whole attached message, as a file. */
static void send_attachment(struct reader *r, GMimeObject *part, const char *said)
{
    struct str type = type_of(r->a, part);
    bool message = GMIME_IS_MESSAGE_PART(part);
    struct buf head = buf_make(r->a);
    struct json_writer w;
    GMimeStream *sink;

    if (r->out == NULL || r->attachments == MAIL_ATTACHMENTS_MAX)
        return;
    json_w_init(&w, &head);
    json_w_object(&w);
    json_w_kstr(&w, "name", file_name(r, said, message ? STR("message/rfc822") : type));
    json_w_kstr(&w, "type", type);
    json_w_kbool(&w, "message", message);
    json_w_end(&w);
    sandbox_send(r->out, MAIL_ATTACHMENT, buf_str(&head));
    sink = sink_new(send_content, r->out);
    if (message) {
        GMimeMessage *inner = g_mime_message_part_get_message((GMimeMessagePart *)part);

        if (inner != NULL)
            g_mime_object_write_to_stream((GMimeObject *)inner, NULL, sink);
    } else if (g_mime_part_get_content((GMimePart *)part) != NULL) {
        g_mime_data_wrapper_write_to_stream(g_mime_part_get_content((GMimePart *)part), sink);
    }
    g_object_unref(sink);
    sandbox_send(r->out, MAIL_CONTENT_END, STR_EMPTY);
    r->attachments++;
}

static void add_body(struct reader *r, struct str text)
{
    size_t room = MAIL_BODY_MAX - MIN(r->body.len, (size_t)MAIL_BODY_MAX);

    text = str_trim(text);
    if (text.len == 0)
        return;
    if (r->body.len > 0)
        buf_add(&r->body, STR("\n\n"));
    while (text.len > room && room > 0 && (text.ptr[room] & 0xc0) == 0x80)
        room--;
    r->m.truncated |= text.len > room;
    buf_add(&r->body, str_sub(text, 0, room));
}

/* The text of a part, false when it has none. */
static bool add_text(struct reader *r, GMimePart *part, bool html)
{
    size_t before = r->body.len;
    bool more;
    /* Markup takes more room than what it shows. */
    struct str bytes = part_content(r->a, part, (size_t)MAIL_BODY_MAX * (html ? 4 : 1), &more);
    struct str text =
        text_from_charset(r->a, bytes, charset_of((GMimeObject *)part), &r->m.repaired);

    r->m.truncated |= more;
    add_body(r, html ? html_to_text(r->a, text) : text);
    if (r->body.len > before)
        r->m.body_from_html |= html;
    return r->body.len > before;
}

static void read_part(struct reader *r, GMimeObject *part, int depth);

/* The first leaf of a type at or below the part, in the way multipart/alternative nests. */
static GMimePart *find_text(GMimeObject *part, const char *subtype, int depth)
{
    if (GMIME_IS_MULTIPART(part) && depth < MAIL_DEPTH_MAX) {
        GMimeMultipart *parts = (GMimeMultipart *)part;

        for (int i = 0; i < g_mime_multipart_get_count(parts); i++) {
            GMimePart *found = find_text(g_mime_multipart_get_part(parts, i), subtype, depth + 1);

            if (found != NULL)
                return found;
        }
        return NULL;
    }
    if (GMIME_IS_PART(part) && !is_disposition(part, "attachment") &&
        g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text", subtype))
        return (GMimePart *)part;
    return NULL;
}

/* Plain text if there is any, else what the HTML shows; other forms of the same are left out, other
 * parts within are attachments. */
static void read_alternative(struct reader *r, GMimeMultipart *parts, int depth)
{
    GMimePart *plain = find_text((GMimeObject *)parts, "plain", depth);
    GMimePart *html = find_text((GMimeObject *)parts, "html", depth);
    bool told =
        (plain != NULL && add_text(r, plain, false)) || (html != NULL && add_text(r, html, true));
    bool before = r->told;

    r->told |= told;
    for (int i = 0; i < g_mime_multipart_get_count(parts); i++)
        read_part(r, g_mime_multipart_get_part(parts, i), depth + 1);
    r->told = before;
}

static void read_nested(struct reader *r, GMimeMessagePart *part)
{
    GMimeMessage *message = g_mime_message_part_get_message(part);
    struct reader inner = {.a = r->a, .body = buf_make(r->a)};

    if (message == NULL || r->out == NULL)
        return;
    send_attachment(r, (GMimeObject *)part,
                    g_mime_message_get_subject(message) != NULL
                        ? str_printf(r->a, "%s.eml", g_mime_message_get_subject(message)).ptr
                        : NULL);
    if (r->nested.len == MAIL_NESTED_MAX)
        return;
    read_message(&inner, message);
    *vec_push(&r->nested, r->a) = inner.m;
}

static void read_leaf(struct reader *r, GMimePart *part)
{
    GMimeObject *object = (GMimeObject *)part;
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *name = g_mime_part_get_filename(part);
    bool text = g_mime_content_type_is_type(type, "text", "plain");
    bool html = g_mime_content_type_is_type(type, "text", "html");

    if (read_feedback_report(r, part))
        return;
    if (read_xarf_yaml(r, part) || read_xarf_json(r, part)) {
        send_attachment(r, object, name);
        return;
    }
    /* Text without a name that is not called an attachment belongs to the letter. */
    if ((!text && !html) || name != NULL || is_disposition(object, "attachment"))
        send_attachment(r, object, name);
    else if (!r->told)
        add_text(r, part, html);
}

static void read_part(struct reader *r, GMimeObject *part, int depth)
{
    if (part == NULL || depth > MAIL_DEPTH_MAX)
        return;
    if (GMIME_IS_MESSAGE_PART(part)) {
        read_nested(r, (GMimeMessagePart *)part);
    } else if (GMIME_IS_MULTIPART(part)) {
        GMimeMultipart *parts = (GMimeMultipart *)part;

        if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "multipart",
                                        "alternative")) {
            read_alternative(r, parts, depth);
            return;
        }
        for (int i = 0; i < g_mime_multipart_get_count(parts); i++)
            read_part(r, g_mime_multipart_get_part(parts, i), depth + 1);
    } else if (GMIME_IS_PART(part)) {
        read_leaf(r, (GMimePart *)part);
    }
}

static struct str header(struct reader *r, GMimeMessage *message, const char *name)
{
    return clean_line(r->a, g_mime_object_get_header((GMimeObject *)message, name), &r->m.repaired);
}

/* Addresses as people write them; a header that is none of that kind as it stands. */
static struct str addresses(struct reader *r, GMimeMessage *message, GMimeAddressType type,
                            const char *name)
{
    InternetAddressList *list = g_mime_message_get_addresses(message, type);
    char *text = list != NULL && internet_address_list_length(list) > 0
                     ? internet_address_list_to_string(list, NULL, FALSE)
                     : NULL;
    struct str s = text != NULL ? clean_line(r->a, text, &r->m.repaired) : header(r, message, name);

    g_free(text);
    return s;
}

static struct str without_angles(struct str id)
{
    if (id.len >= 2 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
        return str_sub(id, 1, id.len - 2);
    return id;
}

static void read_headers(struct reader *r, GMimeMessage *message)
{
    GDateTime *date = g_mime_message_get_date(message);
    char *all = g_mime_object_get_headers((GMimeObject *)message, NULL);
    struct mail_message *m = &r->m;

    m->from = addresses(r, message, GMIME_ADDRESS_TYPE_FROM, "From");
    m->sender = addresses(r, message, GMIME_ADDRESS_TYPE_SENDER, "Sender");
    m->reply_to = addresses(r, message, GMIME_ADDRESS_TYPE_REPLY_TO, "Reply-To");
    m->to = addresses(r, message, GMIME_ADDRESS_TYPE_TO, "To");
    m->cc = addresses(r, message, GMIME_ADDRESS_TYPE_CC, "Cc");
    m->subject = clean_line(r->a, g_mime_message_get_subject(message), &m->repaired);
    m->message_id = without_angles(header(r, message, "Message-Id"));
    m->in_reply_to = without_angles(header(r, message, "In-Reply-To"));
    if (date != NULL)
        m->date = opt_int(g_date_time_to_unix(date) * 1000);
    m->headers =
        text_from_charset(r->a, str_sub(str_c(all), 0, MAIL_HEADERS_MAX), NULL, &(int64_t){0});
    g_free(all);
}

void read_message(struct reader *r, GMimeMessage *message)
{
    read_headers(r, message);
    r->xarf_header = g_mime_object_get_header((GMimeObject *)message, "X-XARF") != NULL ||
                     g_mime_object_get_header((GMimeObject *)message, "X-ARF") != NULL;
    read_part(r, g_mime_message_get_mime_part(message), 0);
    if (r->xarf_header && r->m.kind == MAIL_PLAIN)
        r->m.kind = MAIL_XARF;
    r->m.body = buf_str(&r->body);
    r->m.nested = r->nested.at;
    r->m.nested_len = r->nested.len;
}
