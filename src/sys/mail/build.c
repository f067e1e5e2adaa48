#include "sys/mail/send.h"

#include <gmime/gmime.h>
#include <pthread.h>

static void start(void)
{
    g_mime_init();
}

static void library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start);
}

/* ---- addresses --------------------------------------------------------------------------------
 */

static bool good_address(struct str s)
{
    ptrdiff_t at = str_rfind_char(s, '@');

    if (at <= 0 || (size_t)at + 1 >= s.len || s.len > 254)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] <= ' ' || strchr("<>()[],;:\\\"\x7f", s.ptr[i]) != NULL)
            return false;
    }
    return true;
}

bool mail_people_parse(struct arena *a, struct str list, struct mail_people *out)
{
    InternetAddressList *all;
    bool good = true;

    *out = (struct mail_people){0};
    list = str_trim(list);
    if (list.len == 0)
        return true;
    library();
    all = internet_address_list_parse(NULL, str_cdup(a, list));
    if (all == NULL)
        return false;
    for (int i = 0; good && i < internet_address_list_length(all); i++) {
        InternetAddress *one = internet_address_list_get_address(all, i);
        const char *name = internet_address_get_name(one);
        struct str address;

        if (!INTERNET_ADDRESS_IS_MAILBOX(one)) {
            good = false;
            break;
        }
        address = str_c(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
        good = good_address(address);
        *vec_push(out, a) = (struct mail_person){
            .name = str_dup(a, name != NULL ? str_c(name) : STR("")),
            .address = str_lower(a, address),
        };
    }
    g_object_unref(all);
    return good;
}

static int set_people(struct arena *a, GMimeMessage *m, GMimeAddressType type, struct str list,
                      struct err *err)
{
    struct mail_people people;

    if (!mail_people_parse(a, list, &people))
        return err_set(err, ERR_INVALID, "\"" STR_FMT "\" is not a list of mail addresses",
                       STR_ARG(str_sub(list, 0, 200)));
    for (size_t i = 0; i < people.len; i++) {
        const struct mail_person *p = &people.at[i];

        g_mime_message_add_mailbox(m, type, p->name.len > 0 ? str_cdup(a, p->name) : NULL,
                                   str_cdup(a, p->address));
    }
    return 0;
}

/* ---- headers ----------------------------------------------------------------------------------
 */

/* A value that cannot begin a header of its own. */
static const char *one_line(struct arena *a, struct str s)
{
    char *text = str_cdup(a, s);

    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
    return text;
}

static void set_header(GMimeMessage *m, const char *name, const char *value)
{
    g_mime_object_set_header(GMIME_OBJECT(m), name, value, "UTF-8");
}

static struct str bracketed(struct arena *a, struct str ids)
{
    struct buf b = buf_make(a);
    struct str id;

    while (str_split(&ids, ' ', &id)) {
        if (id.len > 0)
            buf_printf(&b, "%s<" STR_FMT ">", b.len > 0 ? " " : "", STR_ARG(id));
    }
    return buf_str(&b);
}

static void set_headers(struct arena *a, GMimeMessage *m, const struct mail_draft *d)
{
    GTimeZone *zone = g_time_zone_new_offset(d->zone * 60);
    GDateTime *utc = g_date_time_new_from_unix_utc(d->date / 1000);
    GDateTime *date = g_date_time_to_timezone(utc, zone);

    g_mime_message_set_date(m, date);
    g_date_time_unref(date);
    g_date_time_unref(utc);
    g_time_zone_unref(zone);
    g_mime_message_set_subject(m, one_line(a, d->subject), "UTF-8");
    g_mime_message_set_message_id(m, one_line(a, d->message_id));
    if (d->in_reply_to.len > 0)
        set_header(m, "In-Reply-To", one_line(a, bracketed(a, d->in_reply_to)));
    if (d->references.len > 0)
        set_header(m, "References", one_line(a, bracketed(a, d->references)));
    if (d->lang.len > 0)
        set_header(m, "Content-Language", one_line(a, d->lang));
    if (d->automatic) {
        set_header(m, "Auto-Submitted", "auto-generated");
        set_header(m, "X-Auto-Response-Suppress", "All");
    }
    if (d->list_id.len > 0)
        set_header(m, "List-Id", one_line(a, str_printf(a, "<" STR_FMT ">", STR_ARG(d->list_id))));
    if (d->stop_url.len > 0) {
        set_header(m, "List-Unsubscribe",
                   one_line(a, str_printf(a, "<" STR_FMT ">", STR_ARG(d->stop_url))));
        set_header(m, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    if (d->tlp.len > 0)
        set_header(m, "X-TLP", one_line(a, d->tlp));
}

/* ---- content ----------------------------------------------------------------------------------
 */

static GMimeObject *text_part(struct arena *a, const char *subtype, struct str text)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

    g_mime_text_part_set_charset(part, "UTF-8");
    g_mime_text_part_set_text(part, str_cdup(a, text));
    /* Never flowed or bare: long lines and letters of any language pass every server. */
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static GMimeObject *body_of(struct arena *a, const struct mail_draft *d)
{
    GMimeObject *text = text_part(a, "plain", d->text), *html;
    GMimeMultipart *both;

    if (d->html.len == 0)
        return text;
    html = text_part(a, "html", d->html);
    both = g_mime_multipart_new_with_subtype("alternative");
    g_mime_multipart_add(both, text);
    g_mime_multipart_add(both, html);
    g_object_unref(text);
    g_object_unref(html);
    return GMIME_OBJECT(both);
}

static void add_file(struct arena *a, GMimeMultipart *all, const struct mail_draft_file *file)
{
    ptrdiff_t slash = str_find_char(file->type, '/');
    bool known = slash > 0 && !str_starts_nocase(file->type, STR("message/")) &&
                 !str_starts_nocase(file->type, STR("multipart/"));
    GMimePart *part =
        known ? g_mime_part_new_with_type(one_line(a, str_sub(file->type, 0, (size_t)slash)),
                                          one_line(a, str_from(file->type, (size_t)slash + 1)))
              : g_mime_part_new_with_type("application", "octet-stream");
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(file->content.ptr, file->content.len);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
    g_mime_part_set_filename(part, one_line(a, file->name));
    g_mime_multipart_add(all, GMIME_OBJECT(part));
    g_object_unref(content);
    g_object_unref(stream);
    g_object_unref(part);
}

static void set_content(struct arena *a, GMimeMessage *m, const struct mail_draft *d)
{
    GMimeObject *body = body_of(a, d);
    GMimeMultipart *all;

    if (d->files_len == 0) {
        g_mime_message_set_mime_part(m, body);
        g_object_unref(body);
        return;
    }
    all = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_add(all, body);
    g_object_unref(body);
    for (size_t i = 0; i < d->files_len; i++)
        add_file(a, all, &d->files[i]);
    g_mime_message_set_mime_part(m, GMIME_OBJECT(all));
    g_object_unref(all);
}

static struct str wire_text(struct arena *a, GMimeMessage *m)
{
    GMimeFormatOptions *options = g_mime_format_options_clone(NULL);
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes;
    struct str out;

    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(GMIME_OBJECT(m), options, stream);
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    out = str_dup(a, str_make((const char *)bytes->data, bytes->len));
    g_object_unref(stream);
    g_mime_format_options_free(options);
    return out;
}

int mail_build(struct arena *a, const struct mail_draft *d, struct str *out, struct err *err)
{
    GMimeMessage *m;
    int r;

    library();
    m = g_mime_message_new(TRUE);
    if ((r = set_people(a, m, GMIME_ADDRESS_TYPE_FROM, d->from, err)) == 0 &&
        (r = set_people(a, m, GMIME_ADDRESS_TYPE_TO, d->to, err)) == 0 &&
        (r = set_people(a, m, GMIME_ADDRESS_TYPE_CC, d->cc, err)) == 0 &&
        (r = set_people(a, m, GMIME_ADDRESS_TYPE_REPLY_TO, d->reply_to, err)) == 0) {
        set_headers(a, m, d);
        set_content(a, m, d);
        *out = wire_text(a, m);
    }
    g_object_unref(m);
    return r;
}
