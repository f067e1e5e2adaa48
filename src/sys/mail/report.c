#include "sys/mail/reader.h"

#include "base/json.h"

static void add_field(struct reader *r, struct str name, struct str value)
{
    if (r->m.report.len < MAIL_FIELDS_MAX && name.len > 0 && name.len <= 200)
        *vec_push(&r->m.report, r->a) = (struct mail_field){name, str_sub(value, 0, 8192)};
}

static struct str report_text(struct reader *r, GMimePart *part)
{
    bool more;
    struct str bytes = part_content(r->a, part, MAIL_REPORT_MAX, &more);

    return text_from_charset(r->a, bytes,
                             g_mime_content_type_get_parameter(
                                 g_mime_object_get_content_type((GMimeObject *)part), "charset"),
                             &r->m.repaired);
}

static struct str unquoted(struct str s)
{
    if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
        return str_sub(s, 1, s.len - 2);
    return s;
}

static void note_version(struct reader *r, struct str name, struct str value)
{
    if (str_eq_nocase(name, STR("version")) && r->m.report_version.len == 0)
        r->m.report_version = value;
}

/* "Name: value" lines; a line that begins with a space continues the one before. */
static void read_lines(struct reader *r, struct str text)
{
    struct str line;

    while (str_line(&text, &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        struct str name, value;

        if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '-' || line.ptr[0] == ' ' ||
            line.ptr[0] == '\t' || colon <= 0) {
            if (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t') &&
                r->m.report.len > 0) {
                struct mail_field *last = &r->m.report.at[r->m.report.len - 1];

                last->value = str_trim(str_printf(r->a, STR_FMT " " STR_FMT, STR_ARG(last->value),
                                                  STR_ARG(str_trim(line))));
            }
            continue;
        }
        name = str_trim(str_sub(line, 0, (size_t)colon));
        value = unquoted(str_trim(str_from(line, (size_t)colon + 1)));
        add_field(r, name, value);
        note_version(r, name, value);
    }
}

bool read_feedback_report(struct reader *r, GMimePart *part)
{
    if (!g_mime_content_type_is_type(g_mime_object_get_content_type((GMimeObject *)part), "message",
                                     "feedback-report"))
        return false;
    r->m.kind = MAIL_ARF;
    read_lines(r, report_text(r, part));
    return true;
}

/* The second part of an X-ARF 0.1 or 0.2 mail: text/plain named report.txt. */
bool read_xarf_yaml(struct reader *r, GMimePart *part)
{
    const char *name = g_mime_part_get_filename(part);

    if (!r->xarf_header || name == NULL || g_ascii_strcasecmp(name, "report.txt") != 0)
        return false;
    r->m.kind = MAIL_XARF;
    read_lines(r, report_text(r, part));
    return true;
}

/* Scalars of a document with the names of what they stand in: "Report.Source.URL", "tags.0". */
struct path {
    struct str name[8];
    int64_t index[8]; /* -1: an object */
    int depth;
};

static struct str path_text(struct reader *r, const struct path *p)
{
    struct buf b = buf_make(r->a);

    for (int i = 0; i < p->depth; i++) {
        if (i > 0)
            buf_add_char(&b, '.');
        if (p->index[i] >= 0)
            buf_add_int(&b, p->index[i]);
        else
            buf_add(&b, p->name[i]);
    }
    return buf_str(&b);
}

static void open_level(struct path *p, bool array)
{
    p->index[p->depth++] = array ? 0 : -1;
}

static void next_element(struct path *p)
{
    if (p->depth > 0 && p->index[p->depth - 1] >= 0)
        p->index[p->depth - 1]++;
}

static bool read_scalars(struct reader *r, struct str text)
{
    struct path p = {.depth = 0};
    struct json j;

    json_init(&j, text);
    j.lenient = true;
    for (;;) {
        switch (json_next(&j)) {
        case JSON_END:
            return true;
        case JSON_ERROR:
            return false;
        case JSON_OBJECT:
        case JSON_ARRAY:
            if (p.depth == (int)ARRAY_LEN(p.name)) {
                if (!json_skip(&j))
                    return false;
                next_element(&p);
            } else {
                open_level(&p, j.type == JSON_ARRAY);
            }
            break;
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            p.depth--;
            next_element(&p);
            break;
        case JSON_KEY:
            p.name[p.depth - 1] = json_string(&j, r->a);
            break;
        case JSON_STRING:
            add_field(r, path_text(r, &p), json_string(&j, r->a));
            next_element(&p);
            break;
        case JSON_NUMBER:
            add_field(r, path_text(r, &p), j.text);
            next_element(&p);
            break;
        case JSON_TRUE:
        case JSON_FALSE:
            add_field(r, path_text(r, &p), j.type == JSON_TRUE ? STR("true") : STR("false"));
            next_element(&p);
            break;
        case JSON_NULL:
            next_element(&p);
            break;
        }
    }
}

static bool is_json_part(GMimePart *part)
{
    GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *)part);
    const char *name = g_mime_part_get_filename(part);

    return g_mime_content_type_is_type(type, "application", "json") ||
           g_mime_content_type_is_type(type, "application", "xarf+json") ||
           (name != NULL && str_ends(str_c(name), STR(".json")));
}

static struct str field(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->m.report.len; i++) {
        if (str_is(r->m.report.at[i].name, name))
            return r->m.report.at[i].value;
    }
    return STR_EMPTY;
}

/* An X-ARF document of version 3 ("Version": "3...", "ReporterInfo") or 4 ("xarf_version"). */
bool read_xarf_json(struct reader *r, GMimePart *part)
{
    size_t before = r->m.report.len;
    struct str version;

    if (before > 0 || !is_json_part(part))
        return false;
    if (read_scalars(r, report_text(r, part))) {
        version = field(r, "xarf_version");
        if (version.len == 0 && (field(r, "ReporterInfo.ReporterOrg").len > 0 ||
                                 field(r, "ReporterInfo.ReporterOrgDomain").len > 0))
            version = field(r, "Version");
        if (version.len > 0) {
            r->m.kind = MAIL_XARF;
            r->m.report_version = version;
            return true;
        }
    }
    r->m.report.len = 0;
    return false;
}
